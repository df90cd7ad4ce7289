/** Progress tables of ROADMAP.md: `| Phase | Milestone | Plans Complete | Status | Completed |`, by their headers. */
import { currentLine, type LineEdits, replaceLine } from "../markdown/line-edits.ts";
import type { MarkdownText } from "../markdown/sections.ts";
import { readTables, type TableRow } from "../markdown/table.ts";
import { cellSpans, cellWidth, setCell } from "../markdown/table-cell.ts";
import { slugify } from "./naming.ts";
import { comparePhaseNumbers, type PhaseNumber, parsePhaseNumber } from "./phase.ts";
import type { PlanTally } from "./roadmap-edit-checklist.ts";
import { readMilestoneHeading, readMilestoneText } from "./roadmap-milestones.ts";
import { readHeadingTitle, stripDecorations } from "./roadmap-titles.ts";
import { versionKey } from "./version.ts";

export type ProgressColumn =
  | "phase"
  | "name"
  | "milestone"
  | "plans"
  | "status"
  | "completed"
  | "requirements"
  | "other";

export interface ProgressRow {
  /** Index into the document's lines, from 0. */
  index: number;
  cells: string[];
  /** Null for a row that is about no single phase: `1-3. Name`, `Total`. */
  number: PhaseNumber | null;
  name: string;
  /** Key of the version in the milestone's column, or null. */
  version: string | null;
}

export interface ProgressTable {
  columns: ProgressColumn[];
  /** Of the header's cells, in characters. */
  widths: number[];
  rows: ProgressRow[];
  /** Index of the last line of the table. */
  end: number;
  /** Key of the milestone whose section the table stands in, or null. */
  version: string | null;
}

const COLUMNS: readonly (readonly [ProgressColumn, RegExp])[] = [
  ["phase", /^phase(?: name)?$/i],
  ["name", /^(?:name|title)$/i],
  ["milestone", /^milestone$/i],
  ["plans", /^plans?(?: (?:complete|completed|done|executed|progress))?$/i],
  ["status", /^(?:phase )?status$/i],
  ["completed", /^(?:completed|done|finished|shipped)(?: (?:on|date))?$|^(?:complet(?:ed?|ion) )?date$/i],
  ["requirements", /^(?:requirements|reqs)$/i],
];
/** Tables about something smaller than a phase: traceability, plan lists. */
const FINER = /^(?:requirement|req(?:[- ]?id)?|plan(?: #| id)?|tasks?|gap)$/i;
const MAX_COLUMNS = 20;
const LEADING = /^(?:#|no\.?|milestone)$/i;

/** The tables whose rows are phases and which say how far these are. */
export function readProgressTables(markdown: MarkdownText): ProgressTable[] {
  const versions = headingVersions(markdown);
  let heading = -1;
  return readTables(markdown, 0, markdown.lines.length).flatMap((table): ProgressTable[] => {
    while ((markdown.headings[heading + 1]?.index ?? Number.POSITIVE_INFINITY) < table.header.index)
      heading++;
    const header = table.header.cells.map((cell) => cell.replace(/[*_`]/g, "").trim());
    const columns = header.map((cell) => COLUMNS.find(([, title]) => title.test(cell))?.[0] ?? "other");
    const phase = columns.indexOf("phase");
    if (columns.length > MAX_COLUMNS) return [];
    const isFirst = phase === 0 || (phase === 1 && LEADING.test(header[0]!));
    const isAboutPlans = columns.indexOf("plans") < 0 && header.some((cell) => FINER.test(cell));
    if (!isFirst || isAboutPlans || !(columns.includes("status") || columns.includes("completed"))) return [];
    const rows = table.rows.map((row) => readRow(row, columns));
    const end = table.rows.at(-1)?.index ?? table.header.index + 1;
    const top = markdown.lines[table.header.index]!;
    const widths = cellSpans(top).map((span) => cellWidth(top.slice(span.start, span.end)));
    return [{ columns, widths, rows, end, version: versions[heading] ?? null }];
  });
}

/** For each heading the key of the milestone that it is below, or null. */
function headingVersions({ headings }: MarkdownText): (string | null)[] {
  const around: { level: number; version: string | null }[] = [];
  return headings.map(({ level, text }) => {
    while (around.length > 0 && around.at(-1)!.level >= level) around.pop();
    const about = readHeadingTitle(text) ? null : readMilestoneHeading(text);
    const own = about?.kind === "section" ? (level > 1 ? about.version : null) : about?.milestone?.version;
    const version = own ? versionKey(own) : (around.at(-1)?.version ?? null);
    around.push({ level, version });
    return version;
  });
}

function readRow({ index, cells }: TableRow, columns: readonly ProgressColumn[]): ProgressRow {
  const cell = (column: ProgressColumn): string => cells[columns.indexOf(column)] ?? "";
  const phase = readPhaseCell(cell("phase"));
  const milestone = readMilestoneText(cell("milestone"), true);
  return {
    index,
    cells,
    number: phase?.number ?? null,
    name: phase?.name || stripDecorations(cell("name")).name,
    version: milestone && versionKey(milestone.version),
  };
}

const PHASE_CELL = /^(?:Phase\s+)?(\d{1,9}[A-Za-z]?(?:\.\d{1,9})*)(?![\p{L}\p{N}])/iu;
const RANGE = /^(?:[-–—]\d|\s*(?:[-–—]|to\b)\s*\d{1,9}[A-Za-z]?(?:\.\d{1,9})*\s*(?:[.:(,]|$))/i;

/** `4. Name`, `2.1 Name`, `1 - Name`, `Phase 4: Name`, `4`; null for ranges and for what has no number. */
export function readPhaseCell(cell: string): { number: PhaseNumber; name: string } | null {
  const text = cell.replace(/^[^\p{L}\p{N}]+/u, "");
  const match = PHASE_CELL.exec(text);
  const number = match && parsePhaseNumber(match[1]!);
  if (!number) return null;
  const rest = text.slice(match[0].length).replace(/^\.(?=\s|$)/, "");
  if (RANGE.test(rest)) return null;
  return { number, name: stripDecorations(rest.replace(/^[\s.:：—–*_-]+/, "")).name };
}

/** The phase that rows are looked for. */
export interface PhaseInTables {
  number: PhaseNumber;
  name: string;
  milestone: string | null;
  /** True when ROADMAP.md has other phases of the same number. */
  hasRivals: boolean;
}

const DONE_STATUS = /^[^\p{L}\p{N}]*(?:complete|completed|done|shipped|finished)\b/iu;
const DONE_MARK = /^(?:[✅✓✔☑]\uFE0F?)+$/u;
/** A status that is nothing but a word for done, which other rows can take over. */
const PLAIN_DONE =
  /^(?:\*\*)?(?:[✅✓✔☑]\uFE0F?\s?)?(?:complete|completed|done|shipped|finished)(?:\s?[✅✓✔☑]\uFE0F?)?(?:\*\*)?$/iu;
const FRACTION = /^(~?\d{1,9}|\?|TBD)\s?\/\s?(\d{1,9}|\?|TBD)(?!\w)/i;
const BLANK = /^(?:[-–—]+|TBD|N\/A|\?|…)?$/i;

/** Writes plans, status and date into the phase's row of each table; true when something changed. */
export function completeProgress(
  edits: LineEdits,
  tables: readonly ProgressTable[],
  phase: PhaseInTables,
  tally: PlanTally,
  date: string,
): boolean {
  let changed = false;
  let usual: string | null = null;
  for (const table of tables) {
    const row = findRow(table, phase);
    if (!row) continue;
    const word = (): string => {
      const own = usualDone([table]);
      if (own === null) usual ??= usualDone(tables) ?? "Complete";
      return own ?? usual!;
    };
    const line = completeRow(currentLine(edits, row.index), row, table, tally, date, word);
    if (replaceLine(edits, row.index, line)) changed = true;
  }
  return changed;
}

/** The only row that can be the phase's: never another milestone's. */
function findRow({ rows, version }: ProgressTable, phase: PhaseInTables): ProgressRow | null {
  const key = phase.milestone === null ? null : versionKey(phase.milestone);
  const fits = (place: string | null): boolean => place === null || key === null || place === key;
  if (!fits(version)) return null;
  const numbered = rows.filter(
    (row) => row.number && comparePhaseNumbers(row.number, phase.number) === 0 && fits(row.version),
  );
  const own = numbered.filter((row) => key !== null && row.version === key);
  const candidates = own.length > 0 ? own : numbered;
  const slug = slugify(phase.name);
  const named = candidates.filter(({ name }) => slug !== "" && slugify(name) === slug);
  if (candidates.length !== 1) return named.length === 1 ? named[0]! : null;
  const [row] = candidates;
  // Where numbers restart and nothing names the milestone, only the name tells.
  const isPlaced = key !== null && (row!.version === key || version === key);
  return phase.hasRivals && !isPlaced ? (named[0] ?? null) : row!;
}

function completeRow(
  line: string,
  { cells }: ProgressRow,
  { columns, widths }: ProgressTable,
  { done, total }: PlanTally,
  date: string,
  word: () => string,
): string {
  let edited = line;
  const set = (column: ProgressColumn, value: (old: string) => string | null): void => {
    const at = columns.indexOf(column);
    const span = at < 0 ? undefined : cellSpans(edited)[at];
    const text = span && value(cells[at] ?? "");
    if (span && typeof text === "string") edited = setCell(edited, span, text, widths[at] ?? null);
  };
  set("plans", (old) => {
    if (total === 0) return null;
    const fraction = FRACTION.exec(old);
    if (!fraction) return BLANK.test(old) ? `${done}/${total}` : null;
    // `0/0` and `?/?` say that nothing was planned yet.
    const isFull = fraction[1] === fraction[2] && Number(fraction[1]) > 0;
    return isFull ? null : `${done}/${total}${old.slice(fraction[0].length)}`;
  });
  set("status", (old) => (isDoneStatus(old) ? null : word()));
  set("completed", (old) => (BLANK.test(old) ? date : null));
  return edited;
}

/** True for `Complete`, `✅ Complete`, `Shipped 2026-01-01` and a mere tick. */
export function isDoneStatus(status: string): boolean {
  return DONE_STATUS.test(status) || DONE_MARK.test(status);
}

/** How the document's own rows say that a phase is complete: most of the first table that has such rows. */
function usualDone(tables: readonly ProgressTable[]): string | null {
  for (const { columns, rows } of tables) {
    const at = columns.indexOf("status");
    const counts = new Map<string, number>();
    for (const { cells } of rows) {
      const word = cells[at] ?? "";
      if (PLAIN_DONE.test(word) || DONE_MARK.test(word)) counts.set(word, (counts.get(word) ?? 0) + 1);
    }
    const [most] = [...counts].sort((a, b) => b[1] - a[1]);
    if (most) return most[0];
  }
  return null;
}
