/** Reading pipe tables. */
import { type MarkdownText, proseLines } from "./sections.ts";

export interface TableRow {
  /** Index into the document's lines, from 0. */
  index: number;
  cells: string[];
}

export interface Table {
  header: TableRow;
  rows: TableRow[];
}

/** The cells of one row, trimmed; `\|` and pipes in code spans do not divide. */
export function splitRow(line: string): string[] {
  let text = line.trim();
  if (text.startsWith("|")) text = text.slice(1);
  const cells: string[] = [];
  let cell = "";
  let inCode = false;
  for (let at = 0; at < text.length; at++) {
    const char = text[at]!;
    if (char === "\\" && text[at + 1] === "|") {
      cell += "|";
      at++;
    } else if (char === "|" && !inCode) {
      cells.push(cell.trim());
      cell = "";
    } else {
      if (char === "`" && (inCode || text.indexOf("`", at + 1) >= 0)) inCode = !inCode;
      cell += char;
    }
  }
  if (cell.trim() !== "" || !text.endsWith("|")) cells.push(cell.trim());
  return cells;
}

/** `|---|:-:|`. Not one expression: with white space on both sides of each dash that would be quadratic. */
function isDelimiter(line: string): boolean {
  let text = line.trim();
  if (text.startsWith("|")) text = text.slice(1);
  if (text.endsWith("|")) text = text.slice(0, -1);
  if (!text.includes("-") || !/^[\s|:-]*$/.test(text)) return false;
  return text.split("|").every((cell) => /^:?-+:?$/.test(cell.trim()));
}

/** Every table between two lines, in order. A table is a header row, a delimiter row and the rows below. */
export function readTables(markdown: MarkdownText, start: number, end: number): Table[] {
  const tables: Table[] = [];
  let current: Table | null = null;
  let previous: { index: number; text: string } | null = null;
  for (const line of proseLines(markdown, start, end)) {
    if (!line.text.includes("|")) {
      current = null;
      previous = null;
      continue;
    }
    if (isDelimiter(line.text)) {
      if (previous && previous.index === line.index - 1) {
        current = { header: { index: previous.index, cells: splitRow(previous.text) }, rows: [] };
        tables.push(current);
      }
      previous = null;
    } else if (current) {
      current.rows.push({ index: line.index, cells: splitRow(line.text) });
    } else {
      previous = line;
    }
  }
  return tables;
}
