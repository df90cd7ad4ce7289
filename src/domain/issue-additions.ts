/** Where the lines of new plans go in an issue's body. */
import { listItemEnd } from "../markdown/blocks.ts";
import { documentEnd, isDivider } from "../markdown/document-end.ts";
import { indentOf, itemEnd } from "../markdown/item-end.ts";
import { currentLine, insertLines, type LineEdits, removeLine, replaceLine } from "../markdown/line-edits.ts";
import { PROSE } from "../markdown/lines.ts";
import type { MarkdownText } from "../markdown/sections.ts";
import type { IssueBody, LineRange, PlanLine, PlansSection } from "./issue-sections.ts";
import { type PlanItem, planLine } from "./plan-label.ts";

/** A plan of the list; one that is left out is not added, and its line shows where others go. */
interface PlacedPlan extends PlanItem {
  isLeftOut?: boolean;
}

/** Adds the plans that have no line yet. A placeholder goes when it is replaced. */
export function addPlans<Plan extends PlacedPlan>(
  edits: LineEdits,
  issue: IssueBody,
  plans: readonly Plan[],
  byPlan: ReadonlyMap<Plan, readonly PlanLine[]>,
): void {
  placeLines(edits, issue, plans, byPlan);
  blankPlaceholders(edits, issue);
  keepApart(edits, issue.markdown);
}

/** Puts each new plan behind the one before it in plan order, and where there is none before the one after it. */
function placeLines<Plan extends PlacedPlan>(
  edits: LineEdits,
  issue: IssueBody,
  plans: readonly Plan[],
  byPlan: ReadonlyMap<Plan, readonly PlanLine[]>,
): void {
  const isAdded = (plan: Plan) => !plan.isLeftOut && !byPlan.has(plan);
  const first = plans.find((plan) => byPlan.has(plan));
  if (!first) {
    const lines = plans.filter(isAdded).map((plan) => planLine(plan));
    addList(edits, issue, lines);
    return;
  }
  const before = byPlan.get(first)![0]!;
  let last = before;
  let at = before.index;
  for (const plan of plans) {
    const line = byPlan.get(plan)?.at(-1);
    if (line) {
      last = line;
      at = -1;
    } else if (isAdded(plan)) {
      if (at < 0) at = endOfItem(issue, last);
      insertLines(edits, at, [marginOf(edits, last) + planLine(plan)]);
    }
  }
}

function marginOf({ split }: LineEdits, { index }: PlanLine): string {
  return /^[ \t]*/.exec(split.lines[index]!)![0];
}

function endOfItem(issue: IssueBody, { index }: PlanLine): number {
  const { markdown, sections } = issue;
  const section = sections.find(({ start, end }) => start <= index && index < end)!;
  const end = listItemEnd(markdown, index);
  if (end !== null) return Math.min(end, section.end);
  return outsideOfBlocks(issue, Math.min(itemEnd(markdown, index), section.end));
}

/** Adds the whole list: behind other plans' lines, in the placeholder's place, at the section's end, or as a section. */
function addList(edits: LineEdits, issue: IssueBody, lines: readonly string[]): void {
  const { markdown, sections } = issue;
  const section =
    sections.find(({ plans }) => plans.length > 0) ??
    sections.find(({ placeholders }) => placeholders.length > 0) ??
    sections[0];
  if (!section) {
    addBlock(edits, markdown, newSectionPlace(issue), ["## Plans", "", ...lines]);
    return;
  }
  const last = section.plans.at(-1);
  const [placeholder] = section.placeholders;
  if (last)
    insertLines(
      edits,
      endOfItem(issue, last),
      lines.map((line) => marginOf(edits, last) + line),
    );
  else if (placeholder) replaceWith(edits, markdown, placeholder, lines);
  else addBlock(edits, markdown, sectionEnd(issue, section), lines);
}

function replaceWith(
  edits: LineEdits,
  markdown: MarkdownText,
  { start, end }: LineRange,
  list: readonly string[],
): void {
  for (let index = start; index < end; index++) removeLine(edits, index);
  const next = markdown.lines[end] ?? "";
  const isBehind = next.trim() === "" || isDivider(next);
  insertLines(edits, start, isBehind ? list : [...list, ""]);
}

function sectionEnd(issue: IssueBody, { start, addEnd }: PlansSection): number {
  const { lines, mask } = issue.markdown;
  let last = addEnd;
  while (last > start && mask[last - 1] === PROSE && lines[last - 1]!.trim() === "") last--;
  return outsideOfBlocks(issue, last);
}

function newSectionPlace(issue: IssueBody): number {
  let at = documentEnd(issue.markdown, issue.markdown.closedEnd);
  for (const { start, end } of issue.folded) if (start < at && at < end) at = end;
  return outsideOfBlocks(issue, at);
}

/** Inserts with an empty line before and behind, where there is none yet. */
function addBlock(edits: LineEdits, markdown: MarkdownText, at: number, block: readonly string[]): void {
  const { lines, mask } = markdown;
  const isItem = (line: string | undefined) => /^\s*(?:[-+*]|\d+[.)])\s/.test(line ?? "");
  const joins = mask[at - 1] === PROSE && isItem(lines[at - 1]) && isItem(block[0]);
  const before = at > 0 && lines[at - 1]!.trim() !== "" && !joins ? [""] : [];
  const behind = at < lines.length && lines[at]!.trim() !== "" ? [""] : [];
  insertLines(edits, at, [...before, ...block, ...behind]);
}

/** The next place that is not inside a fence or raw HTML; before it, where it is never closed. */
function outsideOfBlocks({ markdown: { mask, closedEnd } }: IssueBody, index: number): number {
  let at = Math.min(index, closedEnd);
  while (at > 0 && at < closedEnd && mask[at] !== PROSE && mask[at - 1] === mask[at]) at++;
  return at;
}

/** An empty line each: without it, what stands above and below could become one paragraph. */
function blankPlaceholders(edits: LineEdits, { sections }: IssueBody): void {
  for (const { start, end } of sections.flatMap(({ placeholders }) => placeholders)) {
    for (let index = start; index < end; index++)
      if (!edits.removed.has(index)) replaceLine(edits, index, "");
  }
}

/** What ends a list item's paragraph by itself: another item, a quote, a heading or a dividing line. */
const APART = /^\s*(?:(?:[-+*]|\d{1,9}[.)]|#{1,6})(?:[ \t]|$)|>)/;

/**
 * Keeps what stands behind a new list out of its last item: text by an empty line, and indented lines, of which a fence would
 * end elsewhere, by an empty comment, of which GitHub shows nothing.
 */
function keepApart(edits: LineEdits, { mask }: MarkdownText): void {
  const { lines } = edits.split;
  const isThere = (index: number) => !edits.removed.has(index);
  for (const [at, block] of edits.inserted) {
    let first = at;
    while (first < lines.length && !isThere(first)) first++;
    let next = first;
    while (next < lines.length && (!isThere(next) || currentLine(edits, next).trim() === "")) next++;
    const last = block.findLast((line) => line !== "")!;
    if (next === lines.length) continue;
    const line = currentLine(edits, next);
    if (indentOf(line) < indentOf(last) + 2) {
      const isText = next === first && mask[next] === PROSE && !APART.test(line) && !isDivider(line);
      if (isText && block.at(-1) !== "") block.push("");
      continue;
    }
    while (block.at(-1) === "") block.pop();
    block.push("", "<!-- -->", ...(next === first ? [""] : []));
  }
}
