/** Pages of long lists: bounded in entries and in bytes, so that no answer grows with the project. */
import { PlanningError } from "../errors.ts";
import { type Diagnostic, sortDiagnostics } from "./diagnostic.ts";

const DEFAULT_LIMIT = 50;

/** One list of an answer. */
export interface PagedList<Entry> {
  entries: readonly Entry[];
  /** Bytes of JSON that a page of this list may take when the caller named no limit; one entry always fits. */
  bytes: number;
}

export interface PageRequest {
  /** Entries of each list; absent: at most 50 and the list's `bytes`. */
  limit?: number;
  cursor?: string;
}

type Entries<Lists> = { [Name in keyof Lists]: Lists[Name] extends PagedList<infer Entry> ? Entry[] : never };

export interface Page<Lists> {
  lists: Entries<Lists>;
  /** Continues every list where this page ends it; null when all are at their end. */
  next_cursor: string | null;
}

const CURSOR = /^p(?:\d{1,9}\.)*\d{1,9}$/;

/**
 * Takes the same page of several lists. The cursor holds an offset for each list, in the order of `lists`, and
 * no state is kept: after a change of the tree it goes on at the same offset.
 */
export function takePage<Lists extends Record<string, PagedList<unknown>>>(
  lists: Lists,
  { limit, cursor }: PageRequest,
): Page<Lists> {
  const names = Object.keys(lists);
  const offsets = readCursor(cursor, names.length);
  const page: Record<string, unknown[]> = {};
  const ends: number[] = [];
  let isLast = true;
  for (const [index, name] of names.entries()) {
    const { entries, bytes } = lists[name]!;
    const start = Math.min(offsets[index]!, entries.length);
    const end =
      limit === undefined ? endWithin(entries, start, bytes) : Math.min(start + limit, entries.length);
    page[name] = entries.slice(start, end);
    ends.push(end);
    if (end < entries.length) isLast = false;
  }
  return { lists: page as Entries<Lists>, next_cursor: isLast ? null : `p${ends.join(".")}` };
}

function endWithin(entries: readonly unknown[], start: number, bytes: number): number {
  const last = Math.min(start + DEFAULT_LIMIT, entries.length);
  let left = bytes;
  let end = start;
  while (end < last) {
    left -= jsonBytes(entries[end]) + 1;
    if (left < 0 && end > start) break;
    end++;
  }
  return end;
}

function readCursor(cursor: string | undefined, count: number): number[] {
  if (cursor === undefined) return new Array<number>(count).fill(0);
  const offsets = CURSOR.test(cursor) ? cursor.slice(1).split(".").map(Number) : [];
  if (offsets.length === count) return offsets;
  throw new PlanningError("INVALID_ARGUMENT", '"cursor" is not one that this tool gave.', {
    hint: "Leave it out for the first page.",
    expected: "the next_cursor of the page before, unchanged",
  });
}

/** UTF-8 bytes of a value as minified JSON. */
export function jsonBytes(value: unknown): number {
  return utf8Bytes(JSON.stringify(value) ?? "");
}

export function utf8Bytes(text: string): number {
  let bytes = text.length;
  for (let index = 0; index < text.length; index++) {
    const code = text.charCodeAt(index);
    // A surrogate pair is two units and four bytes.
    if (code > 0x7f) bytes += code < 0x800 || (code >= 0xd800 && code < 0xe000) ? 1 : 2;
  }
  return bytes;
}

/** The entries that fit into `bytes` of JSON, and how many were left out. */
export function fitInto<Entry>(
  entries: readonly Entry[],
  bytes: number,
): { entries: Entry[]; omitted: number } {
  let left = bytes;
  let end = 0;
  while (end < entries.length) {
    left -= jsonBytes(entries[end]) + 1;
    if (left < 0) break;
    end++;
  }
  return { entries: entries.slice(0, end), omitted: entries.length - end };
}

/** The lines of a text that fit into `bytes` of JSON; a last line says that there are more. */
export function fitText(text: string, bytes: number): string {
  if (jsonBytes(text) <= bytes) return text;
  return [...fitInto(text.split("\n"), bytes).entries, "…"].join("\n");
}

/** The bound of an answer, with room below 16 KiB for what the protocol adds. */
export const ANSWER_BYTES = 15_500;

/** One way to make an answer smaller. */
export interface Shortening<Answer> {
  /** What it takes away, for the caller: "objectives to 80 characters". */
  what: string;
  apply(answer: Answer): Answer;
}

/** Applies the steps in order until the answer fits, and says in a diagnostic what was shortened. */
export function fitAnswer<Answer extends { diagnostics: Diagnostic[] }>(
  answer: Answer,
  steps: readonly Shortening<Answer>[],
): Answer {
  let fitted = answer;
  const applied: string[] = [];
  for (const { what, apply } of steps) {
    if (jsonBytes(fitted) <= ANSWER_BYTES - 300) break;
    fitted = apply(fitted);
    applied.push(what);
  }
  if (applied.length === 0) return answer;
  const notice: Diagnostic = {
    code: "ANSWER_TRUNCATED",
    severity: "info",
    message: `to keep the answer small it has ${applied.join("; ")}`,
  };
  return { ...fitted, diagnostics: sortDiagnostics([...fitted.diagnostics, notice]) };
}

/** A shortening of the diagnostics to their first, most severe ones. */
export function fewerDiagnostics<Answer extends { diagnostics: Diagnostic[] }>(
  bytes: number,
): Shortening<Answer> {
  return {
    what: `only the first diagnostics (check_planning lists all)`,
    apply: (answer) => ({ ...answer, diagnostics: fitInto(answer.diagnostics, bytes).entries }),
  };
}
