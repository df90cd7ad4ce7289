/** One cell of a table's row, in place: where it stands in its line, and the line with another text in it. */

/** From where to where a cell reaches in its line, the space around its text included. */
export interface CellSpan {
  start: number;
  end: number;
}

/** The cells of a row, divided as `splitRow` divides them. */
export function cellSpans(line: string): CellSpan[] {
  const end = line.trimEnd().length;
  const first = line.length - line.trimStart().length;
  const from = line[first] === "|" ? first + 1 : Math.min(first, end);
  const spans: CellSpan[] = [];
  let start = from;
  let inCode = false;
  for (let at = from; at < end; at++) {
    const char = line[at]!;
    if (char === "\\" && line[at + 1] === "|") at++;
    else if (char === "|" && !inCode) {
      spans.push({ start, end: at });
      start = at + 1;
    } else if (char === "`" && (inCode || line.indexOf("`", at + 1) >= 0)) inCode = !inCode;
  }
  if (line.slice(start, end).trim() !== "" || end === from || line[end - 1] !== "|") {
    spans.push({ start, end });
  }
  return spans;
}

/**
 * The line with another text in the cell, as wide as before where the text fits. With the width of the header's cell
 * given, only a cell that was filled up with spaces, or has this width, stays as wide: in a table that is aligned.
 */
export function setCell(
  line: string,
  { start, end }: CellSpan,
  text: string,
  headerWidth: number | null = null,
): string {
  const cell = line.slice(start, end);
  const old = cell.trim();
  const [left, right] =
    old === ""
      ? [cell === "" ? " " : cell[0]!, " "]
      : [cell.slice(0, cell.indexOf(old)), cell.slice(cell.indexOf(old) + old.length)];
  const isLastOpen = line[end] !== "|";
  const width = cellWidth(cell);
  const isFilled = headerWidth === null || right.length > 1 || width === headerWidth;
  const room = isFilled ? width - cellWidth(left + text) : 0;
  const fill = isLastOpen ? right : " ".repeat(Math.max(room, Math.min(right.length, 1)));
  return line.slice(0, start) + left + text + fill + line.slice(end);
}

/** In characters, which is what people align tables by. */
export function cellWidth(cell: string): number {
  return [...cell].length;
}

/** The row with one more cell at its end. */
export function addCell(line: string, text: string): string {
  const row = line.trimEnd();
  return `${row}${row.endsWith("|") ? ` ${text} |` : ` | ${text}`}${line.slice(row.length)}`;
}
