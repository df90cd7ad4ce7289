/** The fields that stand under a phase's heading or checklist line: goal, dependencies, criteria, plans. */
import { readChecklistItem } from "../markdown/checklist.ts";
import { splitRow } from "../markdown/table.ts";
import { trimEndOf } from "../markdown/trim.ts";
import { readItemIds, readRequirementIds } from "./requirement-ids.ts";
import { isPlanColumn, type RoadmapPlan, readPlanCell, readPlanLine } from "./roadmap-plans.ts";

export interface PhaseFields {
  goal: string | null;
  dependsOn: string[];
  requirements: string[];
  successCriteria: string[];
  plans: RoadmapPlan[];
  addressesGaps: string[];
  /** What a `**Status:**` line says (EriRPG): true for complete, false for pending; null without one. */
  complete: boolean | null;
}

/** What a label opens; `other` for every label that is not known. */
export type Field =
  | "goal"
  | "dependsOn"
  | "requirements"
  | "successCriteria"
  | "plans"
  | "gaps"
  | "status"
  | "other";

/** Lower-case label to field; longer labels first, since `Requirements Mapped` begins with another. */
const LABELS: readonly (readonly [string, Field])[] = [
  ["requirements mapped", "requirements"],
  ["requirements", "requirements"],
  ["requirement", "requirements"],
  ["success criteria", "successCriteria"],
  ["addresses gaps", "gaps"],
  ["gap closure", "gaps"],
  ["depends on", "dependsOn"],
  ["dependencies", "dependsOn"],
  ["plan list", "plans"],
  ["plans", "plans"],
  ["status", "status"],
  ["goal", "goal"],
];

/** A label and where it stands. */
export interface FieldLabel {
  field: Field;
  /** What stands behind it on its line. */
  value: string;
  /** From 1. */
  line: number;
  /** True for a heading: `### Success Criteria`. */
  isHeading: boolean;
}

/** Reads a phase's lines one after another. */
export interface FieldReader {
  fields: PhaseFields;
  /** Every label, in order. */
  labels: FieldLabel[];
  planIds: Set<string>;
  /** What the last label opened. */
  field: Field | null;
  /** True until the label's value has been seen. */
  awaiting: boolean;
  /** True when the label's value ended in a comma, so that the next line goes on with it. */
  wraps: boolean;
  afterBlank: boolean;
  /** Indent of the current list's items; -1 before the first. */
  listIndent: number;
  table: { planColumn: number; titleColumn: number } | null;
  tableHeader: string[] | null;
  /** A plain paragraph that stands where a goal would; null when something else came first. */
  paragraph: string | null;
  paragraphOpen: boolean;
}

export function createFieldReader(): FieldReader {
  return {
    fields: {
      goal: null,
      dependsOn: [],
      requirements: [],
      successCriteria: [],
      plans: [],
      addressesGaps: [],
      complete: null,
    },
    labels: [],
    planIds: new Set(),
    field: null,
    awaiting: false,
    wraps: false,
    afterBlank: false,
    listIndent: -1,
    table: null,
    tableHeader: null,
    paragraph: null,
    paragraphOpen: true,
  };
}

/** The fields once every line has been fed: without a `Goal` label the first plain paragraph is the goal. */
export function finishFields(reader: FieldReader): PhaseFields {
  const { fields, paragraph } = reader;
  return {
    ...fields,
    goal: fields.goal ?? paragraph,
    requirements: [...new Set(fields.requirements)],
  };
}

/** Feeds a heading below the phase's own: EriRPG writes `### Success Criteria`. */
export function feedHeading(reader: FieldReader, text: string, line: number): void {
  const label = LABELS.find(([name]) => name === trimEndOf(text, " \t:：*").toLowerCase());
  const field = label ? label[1] : "other";
  openField(reader, field);
  reader.labels.push({ field, value: "", line, isHeading: true });
}

/** Feeds one prose line; `line` counts from 1. */
export function feedLine(reader: FieldReader, text: string, line: number): void {
  const trimmed = text.trim();
  if (trimmed === "") {
    reader.afterBlank = true;
    if (reader.paragraph !== null) reader.paragraphOpen = false;
    reader.tableHeader = null;
    reader.table = null;
    return;
  }
  if (!(trimmed.startsWith("|") ? feedRow(reader, trimmed, line) : feedText(reader, text, trimmed, line))) {
    feedParagraph(reader, trimmed);
  }
  reader.afterBlank = false;
}

/** True when the line belongs to a field or closes one; false for loose text. */
function feedText(reader: FieldReader, text: string, trimmed: string, line: number): boolean {
  reader.tableHeader = null;
  reader.table = null;
  const indent = text.length - text.trimStart().length;
  const item = readItem(trimmed);
  const inList = item !== null && isListField(reader.field) && reader.listIndent >= 0;
  const label = readLabel(trimmed, !inList || indent < reader.listIndent);
  if (label) {
    openField(reader, label.field);
    reader.labels.push({ ...label, line, isHeading: false });
    if (label.value !== "") setValue(reader, label.value);
    return true;
  }
  if (item === null) return feedContinuation(reader, trimmed, indent);
  reader.paragraphOpen = false;
  const plan = readPlanLine(trimmed, reader.field === "plans", line);
  if (plan && (plan.checked !== null || !isListField(reader.field))) {
    addPlan(reader, plan);
    return true;
  }
  if (!isListField(reader.field)) return true;
  if (reader.listIndent < 0) reader.listIndent = indent;
  if (indent <= reader.listIndent + 1) addItem(reader, item);
  return true;
}

function isListField(field: Field | null): boolean {
  return field === "successCriteria" || field === "requirements" || field === "dependsOn" || field === "gaps";
}

function openField(reader: FieldReader, field: Field): void {
  reader.field = field;
  reader.awaiting = true;
  reader.listIndent = -1;
  reader.paragraphOpen = false;
}

function setValue(reader: FieldReader, value: string): void {
  const { fields } = reader;
  reader.awaiting = false;
  reader.wraps = value.endsWith(",");
  switch (reader.field) {
    case "goal":
      fields.goal ??= value;
      break;
    case "dependsOn":
      fields.dependsOn.push(...splitDependencies(value));
      break;
    case "requirements":
      fields.requirements.push(...readRequirementIds(value));
      break;
    case "successCriteria":
      fields.successCriteria.push(value);
      break;
    case "gaps":
      fields.addressesGaps.push(value);
      break;
    case "status":
      fields.complete ??= readStatus(value);
      break;
  }
}

function addItem(reader: FieldReader, item: string): void {
  const { field, fields } = reader;
  reader.awaiting = false;
  if (field === "successCriteria") fields.successCriteria.push(item.replace(/^[✅✓✔☑❌⬜]\uFE0F?\s*/u, ""));
  else if (field === "requirements") fields.requirements.push(...readItemIds(item));
  else if (field === "dependsOn") fields.dependsOn.push(...splitDependencies(item));
  else fields.addressesGaps.push(item);
}

/** Text after a label that stands alone, after a value that ended in a comma, or the rest of a wrapped item. */
function feedContinuation(reader: FieldReader, trimmed: string, indent: number): boolean {
  const { field, fields } = reader;
  if (field === null || field === "plans" || field === "other") return false;
  if (reader.awaiting || (reader.wraps && !reader.afterBlank)) {
    if (isListField(field) && trimmed.endsWith(":")) return true;
    setValue(reader, trimmed);
    return true;
  }
  if (reader.afterBlank) {
    reader.field = null;
    return false;
  }
  const criteria = fields.successCriteria;
  if (field === "successCriteria" && criteria.length > 0 && indent > Math.max(reader.listIndent, 0)) {
    criteria[criteria.length - 1] += ` ${trimmed}`;
  }
  return true;
}

function feedParagraph(reader: FieldReader, trimmed: string): void {
  if (!reader.paragraphOpen || /^(?:[*_>|<!]|[-=]{3,}|\d+[.)]\s)/.test(trimmed)) {
    if (reader.paragraph !== null) reader.paragraphOpen = false;
    return;
  }
  reader.paragraph = reader.paragraph === null ? trimmed : `${reader.paragraph} ${trimmed}`;
}

/** Adds a plan that is not listed yet: of repeated lines the first counts. */
function addPlan({ fields, planIds }: FieldReader, plan: RoadmapPlan): void {
  if (planIds.has(plan.id)) return;
  planIds.add(plan.id);
  fields.plans.push(plan);
}

/** Feeds a table row; true when the table lists plans. */
function feedRow(reader: FieldReader, row: string, line: number): boolean {
  if (/^[|\s:-]+$/.test(row)) {
    const planColumn = reader.tableHeader?.findIndex(isPlanColumn) ?? -1;
    if (planColumn >= 0) {
      const titles = reader.tableHeader!.map((cell) =>
        /^(?:title|name|description|objective|goal)$/i.test(cell),
      );
      reader.table = { planColumn, titleColumn: titles.indexOf(true) };
    }
    return true;
  }
  const cells = splitRow(row);
  if (!reader.table) {
    reader.tableHeader = cells;
    return true;
  }
  const { planColumn, titleColumn } = reader.table;
  const id = readPlanCell(cells[planColumn] ?? "");
  if (id !== null) addPlan(reader, { line, checked: null, id, text: cells[titleColumn] ?? "" });
  return true;
}

/** The text of a list item without bullet and box; null for other lines. */
function readItem(trimmed: string): string | null {
  const boxed = readChecklistItem(trimmed);
  if (boxed) return boxed.text;
  const bullet = /^(?:[-*+]|\d{1,4}[.)])[ \t]+/.exec(trimmed);
  return bullet && trimmed.slice(bullet[0].length);
}

const BOLD_LABEL = /^(?:\*\*|__)[^*_:：]{1,80}(?:[:：]\s*(?:\*\*|__)|(?:\*\*|__)\s*(?:\([^()]*\)\s*)?[:：])/;

/**
 * `**Goal:** x`, `**Goal**: x`, `Goal: x`, `- Goal: x`, `**Success Criteria** (what must be TRUE):`. Unknown bold
 * labels open `other`. A bullet without emphasis is a label only where `plainBullet` allows it.
 */
export function readLabel(trimmed: string, plainBullet: boolean): { field: Field; value: string } | null {
  const bullet = /^[-*+][ \t]+/.exec(trimmed)?.[0] ?? "";
  let rest = trimmed.slice(bullet.length);
  let open = rest.startsWith("**") || rest.startsWith("__");
  const bold = open;
  if (bold) rest = rest.slice(2).trimStart();
  else if (bullet !== "" && !plainBullet) return null;
  const start = rest.slice(0, 24).toLowerCase();
  const label = LABELS.find(([name]) => start.startsWith(name));
  if (label) {
    rest = rest.slice(label[0].length);
    const skipEmphasis = () => {
      const emphasis = /^\s*(?:\*\*|__)?\s*/.exec(rest)![0];
      if (/[*_]/.test(emphasis)) open = false;
      rest = rest.slice(emphasis.length);
    };
    skipEmphasis();
    if (rest.startsWith("(")) {
      rest = rest.slice(closingParenthesis(rest) + 1);
      skipEmphasis();
    }
    if (/^[:：]/.test(rest)) {
      rest = rest.slice(1);
      if (open) rest = rest.replace(/^\s*(?:\*\*|__)/, "");
      return { field: label[1], value: rest.trim() };
    }
  }
  return bullet === "" && bold && BOLD_LABEL.test(trimmed) ? { field: "other", value: "" } : null;
}

function closingParenthesis(text: string): number {
  let depth = 0;
  for (let at = 0; at < text.length; at++) {
    if (text[at] === "(") depth++;
    else if (text[at] === ")" && --depth === 0) return at;
  }
  return text.length;
}

const NO_DEPENDENCY = /^(?:nothing|none|n\/a|no dependencies|[-–—])(?:[\s(.,;:]|$)/i;

/** The entries of a `Depends on` value as written, divided at commas outside parentheses; `Nothing` gives none. */
function splitDependencies(value: string): string[] {
  const text = /^\[.*\]$/.test(value) ? value.slice(1, -1) : value;
  const entries: string[] = [];
  let depth = 0;
  let start = 0;
  for (let at = 0; at <= text.length; at++) {
    const char = text[at];
    if (char === "(" || char === "[") depth++;
    else if (char === ")" || char === "]") depth = Math.max(0, depth - 1);
    else if (char === undefined || (char === "," && depth === 0)) {
      entries.push(text.slice(start, at).trim());
      start = at + 1;
    }
  }
  return entries.filter((entry) => entry !== "" && !NO_DEPENDENCY.test(entry));
}

/** True for a word that says complete, false for one that says not yet, null for any other. */
export function readStatus(value: string): boolean | null {
  const status = value.replace(/^[^\p{L}]+/u, "").toLowerCase();
  if (/^(?:complete|completed|done|shipped)\b/.test(status)) return true;
  return /^(?:pending|not started|in[ -]progress|planned|active|ready|blocked)\b/.test(status) ? false : null;
}
