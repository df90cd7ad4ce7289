/** Headings and the sections under them. */
import { maskLines, PROSE, splitText } from "./lines.ts";

export interface Heading {
  /** Index into `lines`, from 0. */
  index: number;
  /** Index into `headings`, from 0. */
  order: number;
  /** 1 for `#` to 6 for `######`. */
  level: number;
  /** The heading's text, without marks and trailing `#`. */
  text: string;
}

/** A Markdown text, read once: its lines, what each is, and its headings in order. */
export interface MarkdownText {
  lines: string[];
  mask: Uint8Array;
  headings: Heading[];
}

// `s`: real files have a lone CR in the middle of a line.
const HEADING = /^ {0,3}(#{1,6})(?:[ \t]+(.*))?$/s;

export function readMarkdown(text: string): MarkdownText {
  const { lines } = splitText(text);
  const mask = maskLines(lines);
  const headings: Heading[] = [];
  for (let index = 0; index < lines.length; index++) {
    if (mask[index] !== PROSE) continue;
    const heading = readAtxHeading(lines[index]!);
    if (heading) headings.push({ index, order: headings.length, ...heading });
  }
  return { lines, mask, headings };
}

/** `## Text ##`; null for any other line. */
export function readAtxHeading(line: string): Pick<Heading, "level" | "text"> | null {
  const match = HEADING.exec(line);
  if (!match) return null;
  const body = (match[2] ?? "").trimEnd();
  return { level: match[1]!.length, text: body.replace(/(^|[ \t])#+$/, "").trim() };
}

/** A run of lines under a heading: the lines `start` to `end` - 1, the heading itself not included. */
export interface Section {
  heading: Heading;
  start: number;
  end: number;
}

/** The section under `heading`: up to the next heading of its level or above. */
export function sectionUnder(markdown: MarkdownText, heading: Heading): Section {
  let next = heading.order + 1;
  while (next < markdown.headings.length && markdown.headings[next]!.level > heading.level) next++;
  return { heading, start: heading.index + 1, end: markdown.headings[next]?.index ?? markdown.lines.length };
}

/** The first section whose heading's text fits `pattern`, or null. */
export function findSection(markdown: MarkdownText, pattern: RegExp): Section | null {
  const heading = markdown.headings.find((candidate) => pattern.test(candidate.text));
  return heading ? sectionUnder(markdown, heading) : null;
}

/** The prose lines of a section with their indexes: what stands in fences and comments is left out. */
export function* proseLines(
  markdown: MarkdownText,
  start: number,
  end: number,
): Generator<{ index: number; text: string }> {
  for (let index = start; index < end; index++) {
    if (markdown.mask[index] === PROSE) yield { index, text: markdown.lines[index]! };
  }
}
