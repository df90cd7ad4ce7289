/** What a new phase adds to lists and tables of ROADMAP.md: a checklist line, a row of a progress table. */
import { readChecklistItem } from "../markdown/checklist.ts";
import { cellSpans, setCell } from "../markdown/table-cell.ts";
import { formatPlain, type PhaseNumber } from "./phase.ts";
import { readIdList } from "./requirement-ids.ts";
import { readPlanCount } from "./roadmap-edit-checklist.ts";
import {
  isDoneStatus,
  type ProgressColumn,
  type ProgressRow,
  type ProgressTable,
  readPhaseCell,
} from "./roadmap-edit-progress.ts";
import type { PhaseMention } from "./roadmap-scanner.ts";
import { versionKey } from "./version.ts";

/** A phase as lists and tables name it. */
export interface ListedPhase {
  number: PhaseNumber;
  name: string;
  /** `(inserted)`, or "". */
  suffix: string;
  goal: string;
  /** Ids. */
  requirements: readonly string[];
  /** Version without `v`, or null. */
  milestone: string | null;
}

/** The line for a checklist, written as its last open line is. */
export function formatChecklistLine(
  lines: readonly string[],
  list: readonly PhaseMention[],
  phase: ListedPhase,
): string {
  const open = list.filter(({ checked }) => checked !== true);
  const model = open.at(-1) ?? list.at(-1)!;
  const line = lines[model.line - 1]!;
  const trimmed = line.trimStart();
  const item = readChecklistItem(trimmed)!;
  const box = trimmed.indexOf("]", item.column);
  const start = line.slice(0, line.length - trimmed.length + item.column);
  const gap = /^[ \t]+/.exec(trimmed.slice(box + 1))?.[0] ?? " ";
  const text = item.text;
  const mark = model.title.bold ? (/\*\*|__/.exec(text)?.[0] ?? "") : "";
  const isNumberOnly = mark !== "" && /^[^\p{L}\p{N}]*Phase\s+[\w.-]+\s*[:：—–-]?\s*(?:\*\*|__)/iu.test(text);
  const number = `Phase ${formatPlain(phase.number)}:`;
  const title = isNumberOnly
    ? `${mark}${number}${mark} ${phase.name}`
    : `${mark}${number} ${phase.name}${mark}`;
  const note = phase.suffix === "" ? "" : ` ${phase.suffix}`;
  const counts = open.map((one) => readPlanCount(lines[one.line - 1]!));
  const count = counts.length > 0 && counts.every((one) => one !== null) ? counts.at(-1) : null;
  const unknown = count ? (count.divider === null ? " (TBD plans)" : ` (0${count.divider}? plans)`) : "";
  return `${start} ]${gap}${title}${note}${unknown}${formatTail(model.title.tail, phase)}`;
}

/** A description where the model has one: ` - goal`, or ` — AUTH-01` where ids stand there. */
function formatTail(tail: string, { goal, requirements }: ListedPhase): string {
  let rest = tail;
  for (let note = /^\s*\([^()]*\)/.exec(rest); note; note = /^\s*\([^()]*\)/.exec(rest)) {
    rest = rest.slice(note[0].length);
  }
  const dash = /^\s*(—|–|--?)\s+(?=\S)/.exec(rest);
  if (!dash) return "";
  const text = rest.slice(dash[0].length);
  if (readIdList(text) !== null)
    return requirements.length > 0 ? ` ${dash[1]} ${requirements.join(", ")}` : "";
  if (goal === "" || /^(?:completed?\b|done\b|shipped\b|\d{4}-\d{2}-\d{2})/i.test(text)) return "";
  // Ids behind a last dash would be read as requirements.
  const last = goal.lastIndexOf("— ");
  const isIdList = last >= 0 && readIdList(goal.slice(last + 2)) !== null;
  return ` ${dash[1]} ${isIdList ? `${goal.slice(0, last)}- ${goal.slice(last + 2)}` : goal}`;
}

/**
 * Where a table's new row goes, and the row; null when the table is not this milestone's, or has the phase already.
 * `siblings` are the plain numbers of the milestone's other phases.
 */
export function formatProgressRow(
  lines: readonly string[],
  table: ProgressTable,
  phase: ListedPhase,
  siblings: ReadonlySet<string>,
): { index: number; line: string } | null {
  const { columns, rows } = table;
  const key = phase.milestone === null ? null : versionKey(phase.milestone);
  if (table.version !== null && key !== null && table.version !== key) return null;
  const namesMilestones = columns.includes("milestone");
  const numbered = rows.filter(({ number }) => number !== null);
  const own = namesMilestones && key !== null ? numbered.filter(({ version }) => version === key) : [];
  const listed = own.length > 0 ? own : numbered;
  const numbers = listed.map(({ number }) => formatPlain(number!));
  const isListed = numbers.includes(formatPlain(phase.number)) && (own.length > 0 || !namesMilestones);
  const isOurs =
    namesMilestones ||
    table.version !== null ||
    siblings.size === 0 ||
    numbers.some((number) => siblings.has(number));
  const last = listed.at(-1);
  if (isListed || !isOurs || !last) return null;
  const model = readModel(table, last, listed);
  const values = columns.map((column) => cellValue(column, model, phase).replaceAll("|", "\\|"));
  const line = lines[last.index]!;
  const isAligned =
    numbered.length > 1 && numbered.every(({ index }) => lines[index]!.length === line.length);
  if (!isAligned || cellSpans(line).length !== columns.length) {
    return { index: last.index + 1, line: `| ${values.join(" | ")} |`.replace(/\| {2}(?=\|)/g, "| ") };
  }
  let row = line;
  // From the last cell to the first, so that a value cannot shift the cells before it.
  for (let column = columns.length - 1; column >= 0; column--) {
    row = setCell(row, cellSpans(row)[column]!, values[column]!);
  }
  return { index: last.index + 1, line: row };
}

/** What a new row takes over from rows that are there. */
interface RowModel {
  phase: string;
  milestone: string;
  version: string | null;
  plans: string;
  status: string;
  completed: string;
}

const WAITING = /^[^\p{L}]*(?:not started|not planned|planned|pending|ready|to ?do|queued|upcoming)\b/iu;

function readModel({ columns }: ProgressTable, last: ProgressRow, listed: readonly ProgressRow[]): RowModel {
  const cell = (row: ProgressRow | undefined, column: ProgressColumn): string =>
    row?.cells[columns.indexOf(column)] ?? "";
  const waiting = listed.findLast((row) => WAITING.test(cell(row, "status")));
  const open = listed.findLast((row) => columns.includes("status") && !isDoneStatus(cell(row, "status")));
  const plans = cell(waiting, "plans");
  const date = cell(open, "completed");
  return {
    phase: cell(last, "phase"),
    milestone: cell(last, "milestone"),
    version: last.version,
    plans: /^(?:0\s?\/\s?(?:\?|TBD)|[-–—]|TBD)$/i.test(plans) ? plans : "0/?",
    status: cell(waiting, "status") || "Not started",
    completed: open && /^(?:[-–—]|TBD|N\/A)?$/i.test(date) ? date : "-",
  };
}

function cellValue(column: ProgressColumn, model: RowModel, phase: ListedPhase): string {
  switch (column) {
    case "phase":
      return phaseCell(model.phase, phase);
    case "name":
      return phase.name;
    case "milestone":
      if (phase.milestone === null) return "-";
      return model.version === versionKey(phase.milestone) ? model.milestone : `v${phase.milestone}`;
    case "requirements":
      return phase.requirements.length > 0 ? phase.requirements.join(", ") : "-";
    case "other":
      return "-";
    default:
      return model[column];
  }
}

/** `6. Name`, `6 - Name` or `6`, as the model has it. */
function phaseCell(model: string, { number, name }: ListedPhase): string {
  const read = readPhaseCell(model);
  const match = /^[^\p{L}\p{N}]*(Phase\s+)?[\dA-Za-z.]*[\dA-Za-z]/u.exec(model);
  if (!read || !match) return `${formatPlain(number)}. ${name}`;
  const start = `${match[1] ?? ""}${formatPlain(number)}`;
  if (read.name === "") return start;
  const divider = /^[.:：]?\s*(?:[-–—]\s+)?/.exec(model.slice(match[0].length))![0];
  return `${start}${divider === "" ? " " : divider}${name}`;
}
