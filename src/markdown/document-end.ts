/** Where new content goes at the end of a run of lines: before blank lines, rules and footers. */
import { FRONTMATTER, maskLines, PROSE } from "./lines.ts";
import type { MarkdownText } from "./sections.ts";

const RULE = /^ {0,3}(?:-[ \t]*){3,}$|^ {0,3}(?:\*[ \t]*){3,}$|^ {0,3}(?:_[ \t]*){3,}$/;
const LONGEST_RULE = 200;
/** Lines of a footer; more are content. */
const MAX_FOOTER = 6;
const MAX_FOOTERS = 3;

/** True for a line of `---`, `***` or `___` by itself. */
export function isDivider(line: string): boolean {
  return line.length <= LONGEST_RULE && RULE.test(line);
}

/** True for `---` that divides; below a line of text it would make that line a heading. */
export function isRule({ lines, mask }: MarkdownText, index: number): boolean {
  const line = lines[index] ?? "";
  if (mask[index] !== PROSE || !isDivider(line)) return false;
  return index === 0 || mask[index - 1] !== PROSE || lines[index - 1]!.trim() === "";
}

/** The index behind the last line before `end` that is neither blank nor a rule; at least `start`. */
export function trimmedEnd(markdown: MarkdownText, start: number, end: number): number {
  let last = end;
  while (last > start) {
    const isBlank = markdown.mask[last - 1] === PROSE && markdown.lines[last - 1]!.trim() === "";
    if (!isBlank && !isRule(markdown, last - 1)) break;
    last--;
  }
  return last;
}

/** The number of lines before a fence or a comment that is never closed; of all lines where there is none. */
export function closedEnd({ lines, mask }: MarkdownText): number {
  let end = lines.length;
  const open = mask[end - 1];
  if (end === 0 || open === PROSE || maskLines([...lines, ""])[end] === PROSE) return end;
  while (end > 0 && mask[end - 1] === open) end--;
  return end;
}

/** Where something is added at the end of the document: before what is never closed (at `closed`) and before footers. */
export function documentEnd(markdown: MarkdownText, closed = closedEnd(markdown)): number {
  let end = closed;
  for (let round = 0; round < MAX_FOOTERS; round++) end = footerStart(markdown, end) ?? end;
  return trimmedEnd(markdown, 0, end);
}

/** A few lines without headings, lists, tables and tags but `<sub>` behind a rule, or a last line in italics. */
function footerStart(markdown: MarkdownText, end: number): number | null {
  const { lines, mask } = markdown;
  let count = 0;
  for (let index = end - 1; index >= 0 && mask[index] !== FRONTMATTER; index--) {
    if (isRule(markdown, index)) return count > 0 ? index : null;
    const line = lines[index]!.trim();
    if (line === "") continue;
    if (
      mask[index] !== PROSE ||
      ++count > MAX_FOOTER ||
      /^(?:#{1,6}\s|[-+*]\s|\d+[.)]\s|\||<(?!sub>))/.test(line)
    )
      break;
  }
  const last = trimmedEnd(markdown, 0, end) - 1;
  return last > 0 && mask[last] === PROSE && isItalic(lines[last]!.trim()) ? last : null;
}

function isItalic(line: string): boolean {
  const mark = line[0];
  return (mark === "*" || mark === "_") && line.length > 2 && line.endsWith(mark) && line[1] !== mark;
}
