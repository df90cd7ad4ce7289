/** The `## Plans` sections of an issue's body, and the lines in them that name plans. */
import { type ChecklistItem, readChecklistItem } from "../markdown/checklist.ts";
import { readDetails } from "../markdown/details.ts";
import { closedEnd, isDivider } from "../markdown/document-end.ts";
import { COMMENT, PROSE } from "../markdown/lines.ts";
import { type MarkdownText, proseLines, readMarkdown, sectionUnder } from "../markdown/sections.ts";
import { readPlanLabel } from "./plan-label.ts";

export interface IssueBody {
  /** An empty line before a body that begins with `---`, so that no front matter is read there; else "". */
  shield: string;
  /** The body behind its shield: what lines are counted in. */
  text: string;
  markdown: MarkdownText;
  /** In order. Nothing outside of them is ever changed. */
  sections: PlansSection[];
  /** Closed `<details>` blocks, as line ranges; a heading in one is no section, nor is one in a fence or a quote. */
  folded: LineRange[];
  /** The number of lines before a fence or comment that is never closed, else of all. */
  closedEnd: number;
}

/** The lines `start` to `end` - 1. */
export interface LineRange {
  start: number;
  end: number;
}

/** Up to a heading of the same level or a dividing line. */
export interface PlansSection extends LineRange {
  plans: PlanLine[];
  /** Kata's lines that say that plans will be added later. */
  placeholders: LineRange[];
}

export interface PlanLine {
  index: number;
  /** As `labelKey` has it. */
  key: string;
  item: ChecklistItem;
}

const HEADING = /^plans:?$/i;
const PLACEHOLDER = /^\s*([_*])Plans will be added\b.*\1\s*$/i;
const PLACEHOLDER_NOTE = /^\s*<!--\s*Checklist added by\b.*-->\s*$/i;
/** What makes the lines above it a heading. */
const UNDERLINE = /^ {0,3}(?:={2,}|-{2,})[ \t]*$/;
/** What begins something else than a paragraph. */
const BLOCK = /^\s*(?:$|#{1,6}\s|[-+*]\s|\d+[.)]\s|[|<>])/;

export function readIssueBody(body: string): IssueBody {
  const shield = /^---[ \t]*(\r?\n)/.exec(body)?.[1] ?? "";
  const text = shield + body;
  const markdown = readMarkdown(text);
  const folded = readDetails(markdown).filter(({ closed }) => closed);
  const sections: PlansSection[] = [];
  for (const heading of markdown.headings) {
    if (heading.level !== 2 || !HEADING.test(heading.text)) continue;
    if (folded.some(({ start, end }) => start <= heading.index && heading.index < end)) continue;
    const { start, end } = sectionUnder(markdown, heading);
    sections.push(readSection(markdown, start, dividedEnd(markdown, start, end)));
  }
  return { shield, text, markdown, sections, folded, closedEnd: closedEnd(markdown) };
}

function readSection(markdown: MarkdownText, start: number, end: number): PlansSection {
  const plans: PlanLine[] = [];
  const placeholders: LineRange[] = [];
  for (const { index, text } of proseLines(markdown, start, end)) {
    const item = readChecklistItem(text);
    const key = item && readPlanLabel(item.text);
    if (item && key) plans.push({ index, key, item });
    else if (PLACEHOLDER.test(text)) {
      const hasNote = index > start && isNote(markdown, index - 1);
      placeholders.push({ start: hasNote ? index - 1 : index, end: index + 1 });
    }
  }
  return { start, end, plans, placeholders };
}

/** A comment by itself, and not the end of another one. */
function isNote({ lines, mask }: MarkdownText, index: number): boolean {
  return PLACEHOLDER_NOTE.test(lines[index]!) && mask[index - 1] !== COMMENT;
}

/** The index of the first dividing line, or of a heading that is one by the line under it. */
function dividedEnd(markdown: MarkdownText, start: number, end: number): number {
  for (const { index, text } of proseLines(markdown, start, end)) {
    if (!isDivider(text) && !UNDERLINE.test(text)) continue;
    const top = UNDERLINE.test(text) ? paragraphStart(markdown, start, index) : index;
    if (top < index || isDivider(text)) return top;
  }
  return end;
}

/** Where the paragraph right above begins; `index` itself where there is none, or where it belongs to a list item. */
function paragraphStart({ lines, mask }: MarkdownText, start: number, index: number): number {
  const isText = (at: number) =>
    mask[at] === PROSE && !BLOCK.test(lines[at]!) && !PLACEHOLDER.test(lines[at]!);
  let top = index;
  while (top > start && isText(top - 1)) top--;
  const isInItem = top > start && mask[top - 1] === PROSE && /^\s*(?:[-+*]|\d+[.)])\s/.test(lines[top - 1]!);
  return isInItem ? index : top;
}
