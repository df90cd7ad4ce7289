/** How a ROADMAP.md writes its phases: labels, blank lines, lists. A new entry is written in the same way. */
import { readChecklistItem } from "../markdown/checklist.ts";
import { isRule } from "../markdown/document-end.ts";
import type { MarkdownText } from "../markdown/sections.ts";
import type { FieldLabel } from "./roadmap-fields.ts";
import type { PhaseMention } from "./roadmap-scanner.ts";

/** A label in its parts: `**`, `Success Criteria`, ` (what must be TRUE)`, `:**`. */
interface LabelStyle {
  before: string;
  word: string;
  note: string;
  after: string;
}

export interface EntryStyle {
  goal: LabelStyle;
  gaps: LabelStyle;
  criteria: LabelStyle;
  requirements: LabelStyle;
  isSpacedAfterHeading: boolean;
  isSpacedBetweenFields: boolean;
  isSpacedBeforeList: boolean;
  /** True where a `---` divides phases. */
  isRuled: boolean;
  /** With its indent: `- `. */
  bullet: string;
  /** Null where criteria are bulleted; else what stands around their numbers. */
  numbered: { before: string; after: string } | null;
  /** True where requirements are a list of their own. */
  listsRequirements: boolean;
}

const WORDS = {
  goal: "Goal",
  gaps: "Addresses Gaps",
  criteria: "Success Criteria",
  requirements: "Requirements",
};
/** No more phases than these are looked at. */
const MAX_MODELS = 50;

/** What phases show, given those to look at first first; where they show nothing, `**Goal:** text` and bullets. */
export function readEntryStyle(markdown: MarkdownText, models: readonly PhaseMention[]): EntryStyle {
  const headings = models.filter(({ kind }) => kind === "heading").slice(0, MAX_MODELS);
  const labelled = headings.filter(({ reader }) => reader.labels.some(({ isHeading }) => !isHeading));
  const labels = labelled.flatMap(({ reader }) => reader.labels.filter(({ isHeading }) => !isHeading));
  const find = (field: FieldLabel["field"]) => labels.find((label) => label.field === field);
  const read = (label: FieldLabel | undefined) =>
    label && readLabelStyle(markdown.lines[label.line - 1]!, label);
  const any = ["goal", "requirements", "successCriteria", "plans"] as const;
  const base = any.map((field) => read(find(field))).find(Boolean) ?? { before: "**", after: ":**" };
  const label = (word: string, own?: LabelStyle | null): LabelStyle => own ?? { ...base, word, note: "" };
  const criteria = find("successCriteria");
  const requirements = find("requirements");
  const list = criteria && readListStyle(markdown, criteria.line);
  const [last, previous] = headings;
  return {
    goal: label(WORDS.goal, read(find("goal"))),
    gaps: label(WORDS.gaps),
    criteria: label(WORDS.criteria, read(criteria)),
    requirements: label(WORDS.requirements, read(requirements)),
    ...readSpacing(markdown, labelled),
    isRuled: last && previous ? hasRule(markdown, previous.line, last.line) : false,
    isSpacedBeforeList: list?.isSpaced ?? false,
    bullet: list?.bullet ?? "- ",
    numbered: list?.numbered ?? null,
    listsRequirements: requirements?.value === "" && readListStyle(markdown, requirements.line) !== null,
  };
}

const LABEL =
  /^\s*([-*+]\s+)?(\*\*|__)?\s*([A-Za-z ]{1,30}[A-Za-z])\s*(\*\*|__)?\s*(\([^()]{0,80}\))?\s*([:：])\s*(\*\*|__)?/;
const LONGEST_LABEL = 200;
/** Of notes behind a label only this one is meant for every phase. */
const NOTE = /what must be true/i;

/** Null for forms that are not taken over. */
function readLabelStyle(line: string, { value }: FieldLabel): LabelStyle | null {
  const text = value === "" ? line : line.trimEnd().slice(0, -value.length);
  const match = text.length > LONGEST_LABEL ? null : LABEL.exec(text);
  if (!match) return null;
  const [, bullet = "", open = "", word = "", closed = "", note = "", colon = ":", closing = ""] = match;
  if (open !== "" && closed === "" && closing === "") return null;
  const after = open === "" ? colon : closed === "" ? `${colon}${closing}` : `${closed}${colon}`;
  return { before: `${bullet}${open}`, word, note: NOTE.test(note) ? ` ${note}` : "", after };
}

/** `**Success Criteria** (note):` where the colon stands outside of the emphasis, else `**… (note):**`. */
function formatLabel({ before, word, note, after }: LabelStyle): string {
  const isInside = /^[:：]/.test(after);
  return isInside
    ? `${before}${word}${note}${after}`
    : `${before}${word}${after.slice(0, -1)}${note}${after.slice(-1)}`;
}

interface ListStyle {
  isSpaced: boolean;
  bullet: string;
  numbered: EntryStyle["numbered"];
}

/** How the list below a label is written; null when there is none. */
function readListStyle({ lines }: MarkdownText, line: number): ListStyle | null {
  const isSpaced = (lines[line] ?? "").trim() === "";
  const first = lines[isSpaced ? line + 1 : line] ?? "";
  if (readChecklistItem(first)) return null;
  const bullet = /^[ \t]{0,8}[-*+][ \t]{1,4}(?=\S)/.exec(first);
  if (bullet) return { isSpaced, bullet: bullet[0], numbered: null };
  const number = /^([ \t]{0,8})\d{1,4}([.)][ \t]{1,4})(?=\S)/.exec(first);
  return number && { isSpaced, bullet: "- ", numbered: { before: number[1]!, after: number[2]! } };
}

function readSpacing(
  { lines }: MarkdownText,
  labelled: readonly PhaseMention[],
): Pick<EntryStyle, "isSpacedAfterHeading" | "isSpacedBetweenFields"> {
  const [model] = labelled;
  if (!model) return { isSpacedAfterHeading: true, isSpacedBetweenFields: true };
  const isBlank = (index: number): boolean => (lines[index] ?? "").trim() === "";
  const isSpacedAfterHeading = isBlank(model.line);
  const [second] = labelled.flatMap(({ reader }) => reader.labels.slice(1, 2));
  return {
    isSpacedAfterHeading,
    isSpacedBetweenFields: second ? isBlank(second.line - 2) : isSpacedAfterHeading,
  };
}

function hasRule(markdown: MarkdownText, from: number, to: number): boolean {
  for (let index = from; index < to; index++) if (isRule(markdown, index)) return true;
  return false;
}

/** What a new entry says. Values are clean already; empty ones are left out. */
export interface EntryValues {
  /** `Phase 6: Gap - Name (inserted)`. */
  title: string;
  goal: string;
  gaps: readonly string[];
  criteria: readonly string[];
  requirements: readonly string[];
  /** True where the requirements are ids, which fit on one line. */
  hasPlainIds: boolean;
}

/** The lines of a new entry, from its heading to its last field. */
export function formatEntry(style: EntryStyle, level: number, values: EntryValues): string[] {
  const fields: string[][] = [];
  const labels = [style.goal, style.gaps, style.criteria, style.requirements];
  // Where labels are bullets, lists are indented, or the next label would be one more item.
  const indent = labels.some(({ before }) => /^[-*+]\s/.test(before)) ? "  " : "";
  const add = (
    label: LabelStyle,
    items: readonly string[],
    numbered: EntryStyle["numbered"] = null,
  ): void => {
    if (items.length === 0) return;
    const lines = items.map((item, index) => {
      const mark = numbered ? `${numbered.before}${index + 1}${numbered.after}` : style.bullet;
      return `${/^\s/.test(mark) ? "" : indent}${mark}${item}`;
    });
    fields.push([formatLabel(label), ...(style.isSpacedBeforeList ? [""] : []), ...lines]);
  };
  if (values.goal !== "") fields.push([`${formatLabel(style.goal)} ${values.goal}`]);
  add(style.gaps, values.gaps);
  add(style.criteria, values.criteria, style.numbered);
  if (style.listsRequirements || !values.hasPlainIds) add(style.requirements, values.requirements);
  else if (values.requirements.length > 0) {
    fields.push([`${formatLabel(style.requirements)} ${values.requirements.join(", ")}`]);
  }
  const lines = [`${"#".repeat(level)} ${values.title}`];
  for (const [index, field] of fields.entries()) {
    // Where blank lines set lists off, a label right below one would read as a part of its last item.
    const isBelowList = style.isSpacedBeforeList && (fields[index - 1]?.length ?? 0) > 1;
    if (index === 0 ? style.isSpacedAfterHeading : style.isSpacedBetweenFields || isBelowList) lines.push("");
    lines.push(...field);
  }
  return lines;
}
