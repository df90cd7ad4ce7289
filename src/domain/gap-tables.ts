/**
 * Gaps in tables: those that list gaps, and the failed rows of those that list truths, artifacts, links or
 * tests.
 */
import type { MarkdownText } from "../markdown/sections.ts";
import { readTables, type Table, type TableRow } from "../markdown/table.ts";
import { draftOf, type GapDraft } from "./gap.ts";
import { leadingRequirement, requirementId } from "./gap-entry.ts";
import { artifactFromText, pathsIn } from "./gap-files.ts";
import { saysNone } from "./gap-yaml.ts";
import { judgeCell } from "./report-status.ts";

type Column =
  | "truth"
  | "requirement"
  | "link"
  | "test"
  | "artifact"
  | "gap"
  | "description"
  | "from"
  | "to"
  | "status"
  | "done"
  | "reason"
  | "cause"
  | "severity"
  | "files"
  | "missing";

/** Header cells, lower case, by what stands below them. Real reports have over forty spellings. */
const HEADERS: Record<Column, RegExp> = {
  truth:
    /^(?:observable )?truths?$|^must[- ]haves?$|^(?:success )?criteri(?:on|a)$|^behaviou?rs?$|^outcome expected$/,
  requirement: /^requirements?$|^req(?:[- ]id)?$/,
  link: /^integrations?$|^flows?$|^connections?$|^key links?$|^links?$|^user flows?$|^e2e flows?$|^wiring$/,
  test: /^tests?$|^test (?:case|name)$|^scenario$|^feature$/,
  artifact: /^artifacts?$|^(?:required )?artifacts?$/,
  gap: /^gaps?$|^gap item$|^issue title$|^finding$|^item$/,
  description: /^description$|^name$|^what$/,
  from: /^from$/,
  to: /^to$/,
  status: /^(?:final |current |overall )?status$|^verdict$|^results?$|^outcome$|^verified\??$|^pass\/fail$/,
  done: /^resolution$|^resolved(?: by| in)?$|^closed(?: by| in)?$|^fixed(?: by| in)?$|^fix commit$/,
  reason: /^issues?$|^reason$|^details?$|^evidence$|^notes?$|^blocking issue$|^impact$|^actual$|^problem$/,
  cause: /^root causes?$|^cause$/,
  severity: /^severity$|^priority$/,
  files: /^(?:affected )?files?(?: affected)?$|^location$/,
  missing: /^missing$|^fix(?: required| needed)?$|^action(?: needed)?$|^required fix$/,
};
const COLUMNS = Object.keys(HEADERS) as Column[];

type Columns = Partial<Record<Column, number>>;

function readHeader(header: TableRow): Columns {
  const columns: Columns = {};
  for (const [index, cell] of header.cells.entries()) {
    const text = cell.replace(/[*`_]/g, " ").trim().toLowerCase().slice(0, 60);
    for (const column of COLUMNS) {
      if (columns[column] === undefined && HEADERS[column].test(text)) columns[column] = index;
    }
  }
  return columns;
}

/** What a table is about, and so which rows of several tables may tell of one failure. */
export type RowKind = "truth" | "link" | "test" | "artifact" | "requirement";

export interface FailedRow {
  kind: RowKind;
  verdict: "failed" | "partial";
  draft: GapDraft;
}

/**
 * The rows of a table under a gaps heading: each is a gap, unless its status or its resolution says it is
 * done.
 */
export function readGapTables(markdown: MarkdownText, start: number, end: number): GapDraft[] {
  return readTables(markdown, start, end).flatMap((table) => {
    const columns = readHeader(table.header);
    const named = ["truth", "link", "test", "gap", "description", "requirement", "artifact", "from"] as const;
    // `| # | Issue | Status |`: the issue is the gap.
    if (columns.reason !== undefined && named.every((column) => columns[column] === undefined)) {
      if (!/^issues?$/i.test(table.header.cells[columns.reason]!.trim())) return [];
      columns.gap = columns.reason;
    }
    return draftsOf(table, columns);
  });
}

/**
 * Rows that a verdict column says failed, or partly, in tables of truths, artifacts, links, tests or
 * requirements.
 */
export function readFailedRows(markdown: MarkdownText, start: number, end: number): FailedRow[] {
  // Most cells say the same: each spelling is judged once.
  const verdicts = new Map<string, ReturnType<typeof judgeCell>>();
  return readTables(markdown, start, end).flatMap((table) => {
    const columns = readHeader(table.header);
    const kind = kindOf(columns);
    if (kind === null || columns.status === undefined) return [];
    return table.rows.flatMap((row): FailedRow[] => {
      const cell = row.cells[columns.status!] ?? "";
      const verdict = verdicts.get(cell) ?? judgeCell(cell);
      verdicts.set(cell, verdict);
      const draft = verdict === "other" ? null : draftOfRow(row, columns);
      return draft && verdict !== "other" ? [{ kind, verdict, draft }] : [];
    });
  });
}

function kindOf(columns: Columns): RowKind | null {
  if (columns.truth !== undefined) return "truth";
  if (columns.link !== undefined || (columns.from !== undefined && columns.to !== undefined)) return "link";
  if (columns.test !== undefined) return "test";
  if (columns.artifact !== undefined) return "artifact";
  return columns.requirement === undefined ? null : "requirement";
}

/** Every row as a draft; a table without a column that could name a gap has none. */
export function draftsOf(table: Table, columns = readHeader(table.header)): GapDraft[] {
  return table.rows.flatMap((row) => draftOfRow(row, columns) ?? []);
}

function draftOfRow(row: TableRow, columns: Columns): GapDraft | null {
  const cell = (column: Column): string => {
    const index = columns[column];
    return index === undefined ? "" : clean(row.cells[index] ?? "");
  };
  const title = titleOf(cell);
  if (title === "" || isEmpty(title)) return null;
  const reasonIndex = columns.reason;
  const status = columns.status === undefined ? null : (row.cells[columns.status] ?? null);
  const reason = reasonIndex === undefined ? "" : clean(row.cells[reasonIndex] ?? "");
  const done = cell("done");
  const id = requirementId(cell("requirement")) ?? leadingRequirement(cell("requirement"));
  const files = cell("files");
  return draftOf(row.index + 1, title, {
    status: status === null || clean(status) === "" ? null : status,
    reason: isEmpty(reason) || reason === title ? elseDescription(cell("description"), title) : reason,
    severity: orNull(cell("severity")),
    artifacts: [
      ...(columns.artifact === undefined ? [] : pathsIn(cell("artifact"))).map((path) => ({
        path,
        issue: orNull(reason),
      })),
      ...(files === "" ? [] : files.split(/,\s|<br\s*\/?>|;\s/)).flatMap((text) =>
        isEmpty(text) ? [] : [artifactFromText(text)],
      ),
    ],
    missing: isEmpty(cell("missing")) ? [] : [cell("missing")],
    requirement: id ?? leadingRequirement(title),
    rootCause: orNull(cell("cause")),
    closed: !isEmpty(done) && !/^\W*(?:no|open|pending|tbd|todo)\b/i.test(done),
    tests: columns.test === undefined ? [] : testNumber(row, cell("test")),
  });
}

const BARE_NUMBER = /^(?:#|t|test|gap|g|uat)?[ -]?\d+(?:\.\d+)*[a-z]?$/i;

function titleOf(cell: (column: Column) => string): string {
  const description = cell("description");
  for (const column of ["truth", "link", "test", "gap"] as const) {
    const text = cell(column);
    if (text !== "" && !(BARE_NUMBER.test(text) && description !== "")) return text;
  }
  const [from, to] = [cell("from"), cell("to")];
  if (from !== "" && to !== "") return `${from} → ${to}`;
  const requirement = cell("requirement");
  if (requirement !== "" && description !== "" && requirementId(requirement)) return description;
  return requirement || cell("artifact").replaceAll("`", "") || description;
}

function elseDescription(description: string, title: string): string | null {
  return isEmpty(description) || description === title ? null : description;
}

/** `| 1 | Send message |` and `| 3 | … |` under `Test`. */
function testNumber(row: TableRow, test: string): string[] {
  const text = BARE_NUMBER.test(test) ? test : (row.cells[0] ?? "");
  const number = /^\D{0,5}(\d+(?:\.\d+)*[a-z]?)$/i.exec(text.trim())?.[1];
  return number ? [number] : [];
}

function clean(cell: string): string {
  return cell
    .replace(/\*\*|__/g, "")
    .replace(/<br\s*\/?>/gi, " ")
    .trim();
}

function isEmpty(text: string): boolean {
  return /^[-—–.\s]*$/.test(text) || saysNone(text);
}

function orNull(text: string): string | null {
  return isEmpty(text) ? null : text;
}
