/** The milestone's row of a table such as `| Milestone | Phases | Plans | Status | Shipped |` in ROADMAP.md. */
import { currentLine, type LineEdits, replaceLine } from "../markdown/line-edits.ts";
import type { MarkdownText } from "../markdown/sections.ts";
import { readTables } from "../markdown/table.ts";
import { cellSpans, cellWidth, setCell } from "../markdown/table-cell.ts";
import { readMilestoneText } from "./roadmap-milestones.ts";
import { versionKey } from "./version.ts";

export interface MilestoneTally {
  phases: Done;
  plans: Done;
}

interface Done {
  done: number;
  total: number;
}

/**
 * Counts of the milestone that lag behind are brought up to date; true when something changed. A row with another
 * meaning stays: one that has more than there is, and a table in which the milestone stands twice.
 */
export function completeMilestoneRow(
  edits: LineEdits,
  markdown: MarkdownText,
  milestone: string | null,
  { phases, plans }: MilestoneTally,
): boolean {
  if (milestone === null) return false;
  const key = versionKey(milestone);
  let changed = false;
  for (const { header, rows } of readTables(markdown, 0, markdown.lines.length)) {
    const titles = header.cells.map((cell) => cell.replace(/[*_`]/g, "").trim().toLowerCase());
    const columns = [titles.indexOf("phases"), titles.indexOf("plans")] as const;
    if (titles[0] !== "milestone" || columns[0] < 0) continue;
    const own = rows.filter(({ cells }) => {
      const read = readMilestoneText(cells[0] ?? "", true);
      return read !== null && versionKey(read.version) === key;
    });
    const [row] = own;
    if (!row || own.length > 1) continue;
    const top = markdown.lines[header.index]!;
    const widths = cellSpans(top).map(({ start, end }) => cellWidth(top.slice(start, end)));
    let line = currentLine(edits, row.index);
    const set = (column: number, text: string | null): void => {
      const span = column < 0 ? undefined : cellSpans(line)[column];
      if (span && text !== null) line = setCell(line, span, text, widths[column] ?? null);
    };
    set(columns[0], phaseCount(row.cells[columns[0]] ?? "", phases));
    set(columns[1], fraction(row.cells[columns[1]] ?? "", plans));
    if (replaceLine(edits, row.index, line)) changed = true;
  }
  return changed;
}

/** `3/6`, or `6` where that is no count of those that are done. */
function phaseCount(cell: string, phases: Done): string | null {
  const { done, total } = phases;
  if (!/^\d{1,6}$/.test(cell)) return fraction(cell, phases);
  const count = Number(cell);
  return count < total && (count > done || done === total) ? String(total) : null;
}

function fraction(cell: string, { done, total }: Done): string | null {
  const match = /^(\d{1,6})(\s?\/\s?)(\d{1,6})$/.exec(cell);
  if (!match || Number(match[1]) > done || Number(match[3]) > total) return null;
  return `${done}${match[2]}${total}`;
}
