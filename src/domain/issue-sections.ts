/** The `## Plans` sections of an issue's body, and the lines in them that name plans. */
import { type BlockHeading, type BlockText, readBlocks } from "../markdown/blocks.ts";
import { type ChecklistItem, readChecklistItem } from "../markdown/checklist.ts";
import { readDetails } from "../markdown/details.ts";
import { COMMENT } from "../markdown/lines.ts";
import { proseLines } from "../markdown/sections.ts";
import { comparePhaseNumbers, type PhaseNumber, parsePhaseNumber } from "./phase.ts";
import { readPlanLabel } from "./plan-label.ts";

export interface IssueBody {
  markdown: BlockText;
  /** In order. Nothing outside of them is ever changed. */
  sections: PlansSection[];
  /**
   * Closed `<details>` blocks, as line ranges. A heading in one begins no section, nor does one in a fence or a quote, and
   * ends none: what it begins ends with the fold.
   */
  folded: LineRange[];
}

/** The lines `start` to `end` - 1. */
export interface LineRange {
  start: number;
  end: number;
}

/** Up to a heading of the same level. */
export interface PlansSection extends LineRange {
  /** Where lines go that belong to no other: before a dividing line, and before what is about another phase. */
  addEnd: number;
  plans: PlanLine[];
  /** Kata's lines that say that plans will be added later. */
  placeholders: LineRange[];
}

export interface PlanLine {
  index: number;
  /** As `labelKey` has it. */
  key: string;
  item: ChecklistItem;
  /** A person marked it as dropped, `[-]` or struck through: it is never ticked. */
  isDropped: boolean;
}

const TITLE = /^plans$/i;
/** What is looked at of a heading; the patterns below do not read long ones in linear time. */
const MAX_TITLE = 300;
const OF_PHASE = /^phase[ \t]+([0-9][0-9A-Za-z.]{0,40})(?![\w.])/i;
const PLACEHOLDER = /^\s*([_*])Plans will be added\b.*\1\s*$/i;
const PLACEHOLDER_NOTE = /^\s*<!--\s*Checklist added by\b.*-->\s*$/i;

/** Where there is no `## Plans`, the headings of another level that say the same count. */
const LEVELS = [2, 3, 1, 4, 5, 6];

export function readIssueBody(text: string, phase: PhaseNumber): IssueBody {
  const markdown = withPlaceholders(readBlocks(text));
  const folded = readDetails(markdown).filter(({ closed }) => closed);
  const foldEnd = foldEnds(markdown, folded);
  const issue = { ...markdown, dividers: markdown.dividers.filter((index) => !foldEnd[index]), foldEnd };
  const titled = markdown.headings.filter((one) => TITLE.test(wordsOf(one)) && !foldEnd[one.index]);
  const level = LEVELS.find((one) => titled.some((heading) => heading.level === one));
  const sections = titled.filter((one) => one.level === level);
  return { markdown, sections: sections.map((one) => readSection(issue, one, phase)), folded };
}

/** With the dividing lines that are in no fold. */
interface FoldedText extends BlockText {
  /** By line: where the outermost fold ends that holds it; 0 for none. */
  foldEnd: Uint32Array;
}

/** The `folded` come in the order of their ends, so the outer one of two is the later one. */
function foldEnds({ lines }: BlockText, folded: readonly LineRange[]): Uint32Array {
  const foldEnd = new Uint32Array(lines.length);
  for (const { start, end } of folded.toReversed()) if (!foldEnd[start]) foldEnd.fill(end, start, end);
  return foldEnd;
}

/** Its words: without tags, emoji, images, links' addresses, emphasis, signs around them and a count, `## 📋 [**Plans**](#x) (3):`. */
function wordsOf({ text }: BlockHeading): string {
  return text
    .slice(0, MAX_TITLE)
    .replace(/<[^<>]*>|:[a-z\d_+-]+:|!\[[^[\]]*\]\([^()]*\)/gi, "")
    .replace(/\[([^[\]]*)\]\([^()]*\)/g, "$1")
    .replace(/[([]\d[^()[\]]*[)\]][\s:：]*$/, "")
    .replace(/[*_~`]/g, "")
    .replace(/^[^\p{L}\p{N}]+|[^\p{L}\p{N}]+$/gu, "");
}

/** A dividing line right below a placeholder is meant to divide, and makes no heading of it. */
function withPlaceholders(markdown: BlockText): BlockText {
  const { lines } = markdown;
  const isMeant = ({ index, end }: BlockHeading) => end - index === 1 || !PLACEHOLDER.test(lines[end - 2]!);
  const headings = markdown.headings.filter(isMeant).map((heading, order) => ({ ...heading, order }));
  const others = markdown.headings.filter((heading) => !isMeant(heading)).map(({ end }) => end - 1);
  return { ...markdown, headings, dividers: [...markdown.dividers, ...others].sort((a, b) => a - b) };
}

function readSection(markdown: FoldedText, heading: BlockHeading, phase: PhaseNumber): PlansSection {
  const start = heading.end;
  const parts = partsUnder(markdown, heading, phase);
  const end = parts.at(-1)!.end;
  const divider = firstFrom(markdown.dividers, start);
  const other = parts.find((part) => part.isOther && !markdown.foldEnd[part.start])?.start ?? end;
  const section: PlansSection = {
    start,
    end,
    addEnd: Math.min(divider ?? end, other, end),
    plans: [],
    placeholders: [],
  };
  for (const part of parts) if (!part.isOther) readLines(markdown, part, section);
  return section;
}

/** Of no other phase. */
const NONE = 7;

/** The lines under a heading, split where what is about something else, such as another phase, begins and ends. */
function partsUnder(
  { headings, lines, foldEnd }: FoldedText,
  heading: BlockHeading,
  phase: PhaseNumber,
): (LineRange & { isOther: boolean })[] {
  const parts = [{ start: heading.end, end: lines.length, isOther: false }];
  let otherLevel = NONE;
  const turn = (start: number, level: number): void => {
    otherLevel = level;
    const isOther = level !== NONE;
    const last = parts.at(-1)!;
    if (isOther === last.isOther) return;
    last.end = start;
    parts.push({ start, end: lines.length, isOther });
  };
  let fold = { end: 0, outerLevel: NONE };
  const leaveFold = () => turn(fold.end, fold.outerLevel);
  for (let order = heading.order + 1; order < headings.length; order++) {
    const next = headings[order]!;
    const end = foldEnd[next.index]!;
    if (end !== fold.end) {
      if (fold.end > 0) leaveFold();
      fold = { end, outerLevel: otherLevel };
    }
    const endsSection = next.level <= heading.level;
    if (endsSection && end === 0) {
      parts.at(-1)!.end = next.index;
      return parts;
    }
    if (next.level > otherLevel) continue;
    const number = parsePhaseNumber(OF_PHASE.exec(wordsOf(next))?.[1] ?? "");
    const isOther = number === null ? endsSection : comparePhaseNumbers(number, phase) !== 0;
    turn(next.index, isOther ? next.level : NONE);
  }
  if (fold.end > 0) leaveFold();
  return parts;
}

function readLines(
  markdown: BlockText,
  { start, end }: LineRange,
  { plans, placeholders }: PlansSection,
): void {
  for (const { index, text } of proseLines(markdown, start, end)) {
    const item = readChecklistItem(text);
    const label = item && readPlanLabel(item.text);
    if (item && label)
      plans.push({ index, item, key: label.key, isDropped: label.isStruck || item.mark === "-" });
    else if (PLACEHOLDER.test(text)) {
      const hasNote = index > start && isNote(markdown, index - 1);
      placeholders.push({ start: hasNote ? index - 1 : index, end: index + 1 });
    }
  }
}

/** A comment by itself, and not the end of another one. */
function isNote({ lines, mask }: BlockText, index: number): boolean {
  return mask[index] === COMMENT && PLACEHOLDER_NOTE.test(lines[index]!) && mask[index - 1] !== COMMENT;
}

/** The first of the sorted `indexes` that is not before `start`. */
function firstFrom(indexes: readonly number[], start: number): number | undefined {
  let low = 0;
  let high = indexes.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (indexes[middle]! < start) low = middle + 1;
    else high = middle;
  }
  return indexes[low];
}
