/** Rows under headings, as wide as they must be; text that does not fit is wrapped in its column. */
import { paint, type Style, type Terminal } from "./terminal.ts";
import { widthOf, wrap } from "./text.ts";

export interface Column {
  /** Columns of a table without any have no heading line. */
  heading?: string;
  /** Takes the width that the others leave, and wraps. */
  flexible?: boolean;
}

export interface Cell {
  text: string;
  style?: Style;
}

const GAP = 2;
/** A flexible column is never narrower; where that is too wide, cells flow one after the other. */
const MIN_FLEXIBLE = 10;

/** `indent` columns stand free on the left. */
export function table(
  terminal: Terminal,
  columns: readonly Column[],
  rows: readonly (readonly Cell[])[],
  indent = 0,
): string[] {
  const headings = columns.map(({ heading = "" }): Cell => ({ text: heading, style: "quiet" }));
  const hasHeadings = columns.some(({ heading }) => heading !== undefined);
  const all = hasHeadings ? [headings, ...rows] : rows;
  const natural = columns.map((_, index) => widest(all.map((row) => row[index]!)));
  // A column in which nothing stands takes no room, nor does its gap.
  const kept = <Value>(values: readonly Value[]) => values.filter((_, index) => natural[index]! > 0);
  const available = terminal.width - indent;
  const widths = fitWidths(kept(columns), kept(natural), available);
  const needed = widths.reduce((sum, width) => sum + width, GAP * (widths.length - 1));
  if (needed > available) return rows.flatMap((row) => flowRow(terminal, row, indent));
  return all.flatMap((row) => drawRow(terminal, kept(row), widths, indent));
}

function widest(cells: readonly Cell[]): number {
  return cells.reduce((width, { text }) => Math.max(width, widthOf(text)), 0);
}

function fitWidths(columns: readonly Column[], natural: readonly number[], available: number): number[] {
  const gaps = GAP * (columns.length - 1);
  let excess = natural.reduce((sum, width) => sum + width, 0) + gaps - available;
  const widths = [...natural];
  // The widest gives first, so that a short column beside a long one keeps its width.
  while (excess > 0) {
    const flexible = widths.flatMap((width, index) =>
      columns[index]!.flexible && width > MIN_FLEXIBLE ? [{ width, index }] : [],
    );
    if (flexible.length === 0) break;
    flexible.sort((a, b) => b.width - a.width);
    const [first, second] = flexible;
    const step = Math.min(excess, Math.max(1, first!.width - Math.max(second?.width ?? 0, MIN_FLEXIBLE)));
    widths[first!.index]! -= step;
    excess -= step;
  }
  return widths;
}

function drawRow(
  terminal: Terminal,
  row: readonly Cell[],
  widths: readonly number[],
  indent: number,
): string[] {
  const cells = row.map(({ text }, index) => wrap(text, Math.max(1, widths[index]!)));
  const height = Math.max(1, ...cells.map((lines) => lines.length));
  return Array.from({ length: height }, (_, y) => {
    const parts = row.map(({ style }, index) => {
      const text = cells[index]![y] ?? "";
      const isLast = index === row.length - 1;
      const padding = isLast ? "" : " ".repeat(Math.max(0, widths[index]! - widthOf(text)) + GAP);
      return paint(terminal, style, text) + padding;
    });
    return (" ".repeat(indent) + parts.join("")).trimEnd();
  });
}

/** The cells as one paragraph, which goes on below with more indentation. */
function flowRow(terminal: Terminal, row: readonly Cell[], indent: number): string[] {
  const lines: string[] = [];
  let line = " ".repeat(indent);
  let used = 0;
  for (const { text, style } of row.filter((cell) => cell.text !== "")) {
    for (const [index, part] of wrap(text, terminal.width - indent - GAP).entries()) {
      const size = widthOf(part);
      const isFull = index > 0 || indent + used + GAP + size > terminal.width;
      if (used > 0 && isFull) {
        lines.push(line);
        line = " ".repeat(indent + GAP);
        used = GAP;
      } else if (used > 0) {
        line += " ".repeat(GAP);
        used += GAP;
      }
      line += paint(terminal, style, part);
      used += size;
    }
  }
  return [...lines, line];
}

/** A paragraph, wrapped, with `indent` columns free on the left. */
export function paragraph(terminal: Terminal, text: string, indent = 0, style?: Style): string[] {
  return wrap(text, terminal.width - indent).map((line) => " ".repeat(indent) + paint(terminal, style, line));
}
