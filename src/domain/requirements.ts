/** Reading REQUIREMENTS.md: the boxes and table rows that record whether a requirement is complete. */
import { readChecklistItem } from "../markdown/checklist.ts";
import { readDetails } from "../markdown/details.ts";
import { PROSE } from "../markdown/lines.ts";
import { type MarkdownText, readMarkdown } from "../markdown/sections.ts";
import { readTables, type Table } from "../markdown/table.ts";
import { type CellSpan, cellSpans, cellWidth } from "../markdown/table-cell.ts";
import { readLeadingIds } from "./leading-ids.ts";
import { type RequirementState, readRequirementState } from "./requirement-status.ts";

/** Where a line stands: in the open, folded in `<details>`, or folded as something of the past. The first counts most. */
export const REQUIREMENT_PLACES = ["open", "folded", "past"] as const;
export type RequirementPlace = (typeof REQUIREMENT_PLACES)[number];

export interface RequirementLine {
  kind: "box" | "row";
  /** Index into the document's lines, from 0. */
  index: number;
  /** Those that the line is about: more than one for a range or a list. */
  ids: string[];
  state: RequirementState;
  place: RequirementPlace;
  /** A row's Status cell, null where the row ends before it; of a box, the mark between its brackets. */
  span: CellSpan | null;
  /** What stands in the cell or the box. */
  cell: string;
  /** A row's table, counted from 0; null for a box. */
  table: number | null;
  /** Width of the Status column's header cell; 0 for a box. */
  headerWidth: number;
}

/** Every line that records a requirement's state, boxes first, each kind from top to bottom. */
export function readRequirements(text: string): RequirementLine[] {
  const markdown = readMarkdown(text);
  const places = readPlaces(markdown);
  return [...readBoxes(markdown, places), ...readRows(markdown, places)];
}

const PAST = /\b(?:shipped|archived?|completed?|done|released|previous|prior|past|old|historical)\b|[✅✓✔]/iu;

function readPlaces(markdown: MarkdownText): RequirementPlace[] {
  const count = markdown.lines.length;
  // How many blocks more, or fewer, hold a line than the line before.
  const folded = new Int32Array(count + 1);
  const past = new Int32Array(count + 1);
  for (const { start, end, summary } of readDetails(markdown)) {
    const change = PAST.test(summary) ? past : folded;
    change[start]! += 1;
    change[end]! -= 1;
  }
  let [foldedBy, pastBy] = [0, 0];
  return markdown.lines.map((_, index) => {
    foldedBy += folded[index]!;
    pastBy += past[index]!;
    return pastBy > 0 ? "past" : foldedBy > 0 ? "folded" : "open";
  });
}

const DONE_MARK = /^[xX✓✔√☑✅]$/u;
const WITHDRAWN = /^[^\s~]{0,80}\s*[:—–-]?\**\s*~~/;
/** At the end of an item: `*(deferred to v1.3)*`, `— Blocked`. A feature may well speak of blocked users. */
const HELD_TAIL =
  /[([—–]\s*\*{0,2}(?:blocked|deferred|postponed|descoped|dropped|superseded|cancelled|won't do|out of scope)(?=\W*$|\s+(?:to|by|until|on|pending|per|in|from)\b|\s*[:;,—–])[^([\])—–]*[)\]]?[\s*_.]*$/i;

function* readBoxes(markdown: MarkdownText, places: readonly RequirementPlace[]): Generator<RequirementLine> {
  for (const [index, line] of markdown.lines.entries()) {
    if (markdown.mask[index] !== PROSE) continue;
    const item = readChecklistItem(line);
    const ids = item && readLeadingIds(item.text);
    if (!item || !ids) continue;
    const state =
      item.mark === " " && !isWithdrawn(item.text) ? "open" : DONE_MARK.test(item.mark) ? "complete" : "held";
    const span = { start: item.column, end: item.column + item.mark.length };
    yield {
      kind: "box",
      index,
      ids,
      state,
      place: places[index]!,
      span,
      cell: item.mark,
      table: null,
      headerWidth: 0,
    };
  }
}

/** True for an item that is struck through, with its id or behind it, or that ends with a word of the kind. */
function isWithdrawn(text: string): boolean {
  return WITHDRAWN.test(text.slice(0, 200)) || HELD_TAIL.test(text.slice(-200));
}

const REQUIREMENT_HEADER =
  /^(?:(?:requirement|req) (?:ids?|no|number|code|key)|reqids?|ids?|reqs?|requirements?)$/;
const STATUS_HEADER =
  /^(?:status|state|(?:final|current|overall|requirement|req|completion|implementation) status)$/;

function* readRows(markdown: MarkdownText, places: readonly RequirementPlace[]): Generator<RequirementLine> {
  // Real tables begin with a doubled pipe, in all of their rows or only in the first.
  const lines = markdown.lines.map((line) => (/^\s*\|\|/.test(line) ? line.replace("||", " |") : line));
  const tables = readTables({ ...markdown, lines }, 0, lines.length);
  for (const [order, table] of tables.entries()) {
    const head = headerCells(markdown, table);
    const columns = columnsOf(head.map(({ text }) => text));
    if (!columns) continue;
    for (const { index } of table.rows) {
      const line = markdown.lines[index]!;
      const spans = cellSpans(line);
      if (isDoubled(line) && spans.length > head.length) spans.shift();
      const cells = spans.map(({ start, end }) => line.slice(start, end).trim());
      const ids = firstIds(cells, columns.requirement);
      if (!ids || columns.status > spans.length) continue;
      yield {
        kind: "row",
        index,
        ids,
        state: readRequirementState(cells[columns.status] ?? ""),
        place: places[index]!,
        span: spans[columns.status] ?? null,
        cell: cells[columns.status] ?? "",
        table: order,
        headerWidth: head[columns.status]!.width,
      };
    }
  }
}

function isDoubled(line: string): boolean {
  return /^\s*\|\|/.test(line);
}

/** Without the empty cell that a doubled pipe makes, unless the delimiter row has that column too. */
function headerCells({ lines }: MarkdownText, { header }: Table): { text: string; width: number }[] {
  const line = lines[header.index]!;
  const delimiter = lines[header.index + 1]!;
  const spans = cellSpans(line);
  if (isDoubled(line) && (isDoubled(delimiter) || cellSpans(delimiter).length < spans.length)) spans.shift();
  return spans.map(({ start, end }) => {
    const cell = line.slice(start, end);
    return { text: normalizeHeader(cell), width: cellWidth(cell) };
  });
}

function normalizeHeader(cell: string): string {
  const words = cell.replace(/[^\p{L}\p{N}]+/gu, " ");
  return words.trim().toLowerCase();
}

interface Columns {
  /** The columns that may hold the id, those that are named for it first. */
  requirement: number[];
  status: number;
}

/** Null for a table that is not about requirements, or has no Status; `Outcome` and `Verified` are none. */
function columnsOf(header: readonly string[]): Columns | null {
  const named = header.flatMap((text, column) => (REQUIREMENT_HEADER.test(text) ? [{ text, column }] : []));
  const status = [...header.keys()].filter((column) => STATUS_HEADER.test(header[column]!));
  const phase = header.findIndex((text) => /^phases?$/.test(text));
  // `| Phase | Requirements | Status |` tells of phases.
  const requirement = named
    .filter(({ text, column }) => !(text === "requirements" && phase >= 0 && phase < column))
    .sort((a, b) => Number(/^requirements?$/.test(a.text)) - Number(/^requirements?$/.test(b.text)))
    .map(({ column }) => column);
  if (requirement.length === 0 || status.length === 0) return null;
  return { requirement, status: status.find((column) => header[column] === "status") ?? status[0]! };
}

function firstIds(cells: readonly string[], columns: readonly number[]): string[] | null {
  for (const column of columns) {
    const ids = readLeadingIds(cells[column] ?? "");
    if (ids) return ids;
  }
  return null;
}
