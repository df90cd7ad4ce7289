/** Text as lines that can be joined back to the same bytes, and which of them are not prose. */

/** A text split into lines; `join` gives back exactly what was split. */
export interface SplitText {
  /** The byte-order mark, or "". */
  bom: string;
  /** Each line without its ending. */
  lines: string[];
  /** Each line's ending: "\n", "\r\n" or "" (only the last line can have ""). */
  endings: string[];
}

/** Splits at LF and CRLF. A final newline does not make one more, empty line. */
export function splitText(text: string): SplitText {
  const bom = text.startsWith("\uFEFF") ? "\uFEFF" : "";
  const lines: string[] = [];
  const endings: string[] = [];
  let start = bom.length;
  while (start < text.length) {
    const feed = text.indexOf("\n", start);
    if (feed < 0) {
      lines.push(text.slice(start));
      endings.push("");
      break;
    }
    const carriage = feed > start && text.charCodeAt(feed - 1) === 13;
    lines.push(text.slice(start, carriage ? feed - 1 : feed));
    endings.push(carriage ? "\r\n" : "\n");
    start = feed + 1;
  }
  return { bom, lines, endings };
}

/** The inverse of `splitText`. */
export function joinText({ bom, lines, endings }: SplitText): string {
  let text = bom;
  for (let index = 0; index < lines.length; index++) text += (lines[index] ?? "") + (endings[index] ?? "");
  return text;
}

/** The ending that most lines have, for lines that are added; LF where there is none. */
export function usualEnding({ endings }: SplitText): "\n" | "\r\n" {
  let carriages = 0;
  let feeds = 0;
  for (const ending of endings) {
    if (ending === "\r\n") carriages++;
    else if (ending === "\n") feeds++;
  }
  return carriages > feeds ? "\r\n" : "\n";
}

/** What a line is part of; only `PROSE` lines can hold headings, list items, tables and tags. */
export const PROSE = 0;
export const FRONTMATTER = 1;
export const FENCE = 2;
export const COMMENT = 3;
/** Raw HTML that a blank line ends; only in texts as GitHub shows them (blocks.ts). Its tags count, and nothing else. */
export const HTML = 4;

const FENCE_OPEN = /^[ \t]*(?:[-*+] +|\d+[.)] +)?(`{3,}(?!.*`)|~{3,})/;

/** Number of lines of a front matter block, its fences included; 0 when there is none or it is not closed. */
export function frontmatterLength(lines: readonly string[]): number {
  if (!/^---[ \t]*$/.test(lines[0] ?? "")) return 0;
  for (let index = 1; index < lines.length; index++) {
    if (/^---[ \t]*$/.test(lines[index]!)) return index + 1;
  }
  return 0;
}

/**
 * Marks each line as prose, front matter, code fence (delimiters included) or HTML comment.
 * Fences follow CommonMark, but at any indentation, since real documents nest them in list items;
 * a comment counts where it starts a line.
 */
export function maskLines(lines: readonly string[]): Uint8Array {
  return scanLines(lines).mask;
}

/**
 * The line that ends the code fence or the comment which is still open behind the last line; null when none is.
 * It is indented like the opening one, so that a fence in a list item is closed inside the item.
 */
export function closingLine(lines: readonly string[]): string | null {
  return scanLines(lines).closing;
}

function scanLines(lines: readonly string[]): { mask: Uint8Array; closing: string | null } {
  const mask = new Uint8Array(lines.length);
  let index = frontmatterLength(lines);
  mask.fill(FRONTMATTER, 0, index);
  let fence = "";
  let indent = "";
  let inComment = false;
  for (; index < lines.length; index++) {
    const line = lines[index]!;
    if (fence !== "") {
      mask[index] = FENCE;
      const closing = line.trim();
      if (closing.length >= fence.length && closing === fence[0]!.repeat(closing.length)) fence = "";
      continue;
    }
    if (inComment) {
      mask[index] = COMMENT;
      if (line.includes("-->")) inComment = false;
      continue;
    }
    const open = FENCE_OPEN.exec(line);
    if (open) {
      fence = open[1]!;
      indent = line.slice(0, open[0].length - fence.length).replace(/[^ \t]/g, " ");
      mask[index] = FENCE;
      continue;
    }
    const comment = line.trimStart();
    if (comment.startsWith("<!--")) {
      const end = comment.indexOf("-->", 4);
      inComment = end < 0;
      if (inComment || comment.slice(end + 3).trim() === "") mask[index] = COMMENT;
    }
  }
  const closing = fence === "" ? (inComment ? "-->" : null) : indent + fence;
  return { mask, closing };
}
