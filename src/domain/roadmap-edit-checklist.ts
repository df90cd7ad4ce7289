/** A phase's line in a checklist of ROADMAP.md, ticked in the way the list's other lines are. */
import { readChecklistItem } from "../markdown/checklist.ts";
import { PROSE } from "../markdown/lines.ts";
import type { MarkdownText } from "../markdown/sections.ts";
import { readIdList } from "./requirement-ids.ts";
import type { PhaseMention } from "./roadmap-scanner.ts";
import type { PhaseTitle } from "./roadmap-titles.ts";

/** Plans of a phase: how many, and how many of them are done. */
export interface PlanTally {
  done: number;
  total: number;
}

/** How a list's lines look once they are done; null where none shows it. */
export interface DoneStyle {
  /** What stands around the date. */
  date: DateForm | null;
  /** What follows the numbers in `(2/2 plans)`, for one plan and for more; null where lines carry no such count. */
  count: { one: string; more: string } | null;
}

export interface DateForm {
  /** `count` for `(3/3 plans, DATE)`. */
  place: "end" | "count";
  before: string;
  after: string;
}

/** ` — completed DATE`, for documents whose completed lines show no other form. */
const USUAL_DATE: DateForm = { place: "end", before: " — completed ", after: "" };
/** For a line without a name, where a dash would make the date its name. */
const PARENTHESES: DateForm = { place: "end", before: " (completed ", after: ")" };

const COUNT = /\((~?\d{1,9}|\?|TBD)(?:(\s?\/\s?)(\d{1,9}|\?|TBD))?(\s+plans?\b[^()]*)\)/i;
const DATE = /(?<![\d-])\d{4}-\d{2}-\d{2}(?![\d-])/g;
const BEFORE_DATE = /(?:\s(?:[—–]|--?)\s|\s?\()(?:(?:completed?|done|shipped|finished):?\s)?$/i;
const LONGEST_BEFORE = 24;
const COUNT_BEFORE_DATE = /\(~?\d{1,9}\s?\/\s?\d{1,9}\s+plans?,\s?$/i;
/** More dates than a line of a real file has. */
const MAX_DATES = 20;

/** A count of plans on a phase's line; `divider` is null for `(2 plans)`, ` / ` for `(0 / 2 plans)`. */
export function readPlanCount(line: string): { divider: string | null } | null {
  const count = COUNT.exec(line);
  return count && { divider: count[2] ?? null };
}

/** For each line, the number of the list it can be in: a heading or a fold begins another. */
export function listNumbers({ lines, mask, headings }: MarkdownText): Uint32Array {
  const numbers = new Uint32Array(lines.length);
  const starts = new Set(headings.map(({ index }) => index));
  let number = 0;
  for (let index = 0; index < lines.length; index++) {
    if (starts.has(index)) number++;
    else if (mask[index] === PROSE && /^\s{0,20}<\/?(?:details|summary)\b/i.test(lines[index]!)) number++;
    numbers[index] = number;
  }
  return numbers;
}

/** What the other lines of the list show; `date` is the document's form, for lists that show none. */
export function readDoneStyle(
  lines: readonly string[],
  same: readonly PhaseMention[],
  date: DateForm | null,
): DoneStyle {
  const ticked = same.filter(({ checked }) => checked === true);
  const counts = (ticked.length > 0 ? ticked : same).map(({ line }) => COUNT.exec(lines[line - 1]!));
  const counted = counts.flatMap((count) => (count?.[2] === undefined ? [] : [count]));
  const carries =
    ticked.length > 0 ? counted.length > 0 : counts.length > 0 && counted.length === counts.length;
  const one = counted.find((count) => Number(count[3]) === 1)?.[4] ?? "";
  return {
    date: usualDateForm(lines, ticked) ?? date,
    count: carries ? { one: /^\s+plans\b/i.test(one) ? " plans" : " plan", more: " plans" } : null,
  };
}

/** The form that most dates of ticked lines have; of several the first. */
export function usualDateForm(lines: readonly string[], mentions: readonly PhaseMention[]): DateForm | null {
  const votes = new Map<string, { form: DateForm; count: number }>();
  for (const { line, checked } of mentions) {
    if (checked !== true) continue;
    const form = readDateForm(lines[line - 1]!);
    if (!form) continue;
    const key = JSON.stringify(form);
    const vote = votes.get(key) ?? { form, count: 0 };
    vote.count++;
    votes.set(key, vote);
  }
  let most: { form: DateForm; count: number } | null = null;
  for (const vote of votes.values()) if (most === null || vote.count > most.count) most = vote;
  return most?.form ?? null;
}

/** How the line gives the date on which it was completed: the last date that says so. */
function readDateForm(line: string): DateForm | null {
  let found: DateForm | null = null;
  let round = 0;
  for (const match of line.matchAll(DATE)) {
    if (++round > MAX_DATES) break;
    const before = line.slice(Math.max(0, match.index - LONGEST_BEFORE), match.index);
    const after = line.slice(match.index + match[0].length);
    if (COUNT_BEFORE_DATE.test(before)) {
      found = { place: "count", before: ", ", after: "" };
      continue;
    }
    const form = BEFORE_DATE.exec(before)?.[0];
    if (form === undefined) continue;
    const isOpen = form.includes("(");
    const says = /\p{L}/u.test(form);
    if (isOpen ? !after.startsWith(")") : !says && after.trim() !== "") continue;
    found = { place: "end", before: form.startsWith("(") ? ` ${form}` : form, after: isOpen ? ")" : "" };
  }
  return found;
}

/** The line with its box ticked; unchanged when it is. */
export function tickBox(line: string): string {
  const trimmed = line.trimStart();
  const item = readChecklistItem(trimmed);
  const at = line.length - trimmed.length + (item ? item.column : trimmed.indexOf("[") + 1);
  const end = line.indexOf("]", at);
  const mark = line.slice(at, end);
  return mark === "x" || mark === "X" || end < 0 ? line : `${line.slice(0, at)}x${line.slice(end)}`;
}

/** The phase's line ticked, counted and dated; one that is ticked already keeps its date or its lack of one. */
export function completeLine(
  line: string,
  { title, checked }: PhaseMention,
  tally: PlanTally,
  style: DoneStyle,
  date: string,
): string {
  if (checked === true) return fillCount(line, tally, false);
  const ticked = tickBox(line);
  const counted = fillCount(ticked, tally, style.count !== null);
  const complete =
    counted === ticked && style.count && tally.total > 0 && !COUNT.test(ticked)
      ? addCount(ticked, title, tally, style.count)
      : counted;
  return hasDoneDate(line) ? complete : addDate(complete, title, style.date ?? USUAL_DATE, date);
}

function hasDoneDate(line: string): boolean {
  const form = readDateForm(line);
  return form !== null && (form.place === "count" || /\p{L}/u.test(form.before));
}

/** `(0/2 plans)` filled in; `(2 plans)` only where the list's other lines show both numbers. */
function fillCount(line: string, { done, total }: PlanTally, single: boolean): string {
  const count = total > 0 ? COUNT.exec(line) : null;
  if (!count || (count[2] === undefined && !single)) return line;
  const filled = `(${done}${count[2] ?? "/"}${total}${count[4]})`;
  return line.slice(0, count.index) + filled + line.slice(count.index + count[0].length);
}

/** Puts `(2/2 plans)` behind the name and its notes. */
function addCount(
  line: string,
  { name }: PhaseTitle,
  { done, total }: PlanTally,
  { one, more }: NonNullable<DoneStyle["count"]>,
): string {
  const number = /phase\s/i.exec(line);
  const start = name === "" || !number ? -1 : line.indexOf(name, number.index + number[0].length);
  const end = start < 0 ? line.trimEnd().length : start + name.length;
  const rest = line.slice(end);
  const notes = /^(?:\*\*|__)?(?:\s\((?:inserted|contingent|gap closure)\b[^()]*\))?(?:\*\*|__)?/i.exec(
    rest,
  )![0];
  const at = end + (start < 0 ? 0 : notes.length);
  return `${line.slice(0, at)} (${done}/${total}${total === 1 ? one : more})${line.slice(at)}`;
}

function addDate(line: string, { name, tail }: PhaseTitle, usual: DateForm, date: string): string {
  const count = usual.place === "count" ? COUNT.exec(line) : null;
  if (count) {
    const at = count.index + count[0].length - 1;
    return `${line.slice(0, at)}${usual.before}${date}${usual.after}${line.slice(at)}`;
  }
  const form = name === "" ? PARENTHESES : usual.place === "count" ? USUAL_DATE : usual;
  const text = `${form.before}${date}${form.after}`;
  const end = line.trimEnd().length;
  // Ids at the end are read from behind the last dash, so the date goes before them.
  const dash = tail.includes("— ") ? line.lastIndexOf("— ") : -1;
  const hasIds = dash > 0 && readIdList(line.slice(dash + 2).trim()) !== null;
  const at = hasIds ? line.slice(0, dash).trimEnd().length : end;
  return line.slice(0, at) + text + line.slice(at);
}
