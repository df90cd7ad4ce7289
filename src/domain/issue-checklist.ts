/** The plan list in an issue's body, edited line by line: plans are added and ticked, and nothing else changes. */
import { documentEnd, isDivider } from "../markdown/document-end.ts";
import { itemEnd } from "../markdown/item-end.ts";
import {
  beginEdits,
  finishEdits,
  insertLines,
  type LineEdits,
  removeLine,
  replaceLine,
} from "../markdown/line-edits.ts";
import { PROSE } from "../markdown/lines.ts";
import type { MarkdownText } from "../markdown/sections.ts";
import {
  type IssueBody,
  type LineRange,
  type PlanLine,
  type PlansSection,
  readIssueBody,
} from "./issue-sections.ts";
import type { PhaseNumber } from "./phase.ts";
import { labelKey, longLabelKeys } from "./plan-label.ts";

/** A plan as its issue lists it. */
export interface ListedPlan {
  id: string;
  /** The plan part as written: `01`, `02b`, `GAP-2`. */
  number: string;
  /** One line of Markdown. */
  text: string;
  done: boolean;
  /** Neither added nor ticked; its line shows where others go. */
  isLeftOut?: boolean;
}

export interface ChecklistEdit {
  text: string;
  /** Numbers of plans, as `number` of those given has them. */
  added: string[];
  checked: string[];
  alreadyChecked: string[];
  /** Finished plans without a line. */
  notInIssue: string[];
  /** Of the plans that the sections list afterwards. */
  checkedTotal: number;
  total: number;
  /** How many `## Plans` sections there are afterwards. */
  sections: number;
}

/** The longest body that GitHub takes, in characters. */
export const MAX_ISSUE_BODY = 65_536;

/** Adds what the sections do not list yet, and ticks what is finished. */
export function publishPlans(body: string, plans: readonly ListedPlan[], phase: PhaseNumber): ChecklistEdit {
  return edit(body, plans, phase, true);
}

/** Ticks what is finished and listed. */
export function checkPlans(body: string, plans: readonly ListedPlan[], phase: PhaseNumber): ChecklistEdit {
  return edit(body, plans, phase, false);
}

function edit(body: string, given: readonly ListedPlan[], phase: PhaseNumber, adds: boolean): ChecklistEdit {
  const issue = readIssueBody(body);
  const plans = distinct(given);
  const listed = linesOf(issue, plans, phase);
  const edits = beginEdits(issue.text);
  const wanted = plans.filter(({ isLeftOut }) => !isLeftOut);
  const finished = wanted.filter(({ done }) => done);
  const ticked = new Set(finished.filter((plan) => tick(edits, listed.byPlan.get(plan) ?? [])));
  const added = adds ? wanted.filter((plan) => !listed.byPlan.has(plan)) : [];
  if (added.length > 0) {
    addLines(edits, issue, plans, listed.byPlan);
    blankPlaceholders(edits, issue);
  }
  const numbers = (some: readonly ListedPlan[]) => some.map(({ number }) => number);
  const isTicked = (lines: readonly PlanLine[]) => lines.some(({ item }) => item.checked);
  const others = [...listed.unknown.values()];
  return {
    text: finishEdits(edits).slice(issue.shield.length),
    added: numbers(added),
    checked: numbers(finished.filter((plan) => ticked.has(plan) || (adds && !listed.byPlan.has(plan)))),
    alreadyChecked: numbers(finished.filter((plan) => listed.byPlan.has(plan) && !ticked.has(plan))),
    notInIssue: adds ? [] : numbers(finished.filter((plan) => !listed.byPlan.has(plan))),
    checkedTotal:
      [...listed.byPlan].filter(([plan, lines]) => (plan.done && !plan.isLeftOut) || isTicked(lines)).length +
      others.filter(isTicked).length +
      added.filter(({ done }) => done).length,
    total: listed.byPlan.size + others.length + added.length,
    sections: Math.max(issue.sections.length, added.length > 0 ? 1 : 0),
  };
}

/** Plans that share a number share a line, which is ticked when all of them are done. */
function distinct(given: readonly ListedPlan[]): ListedPlan[] {
  const plans = new Map<string, ListedPlan>();
  for (const plan of given) {
    const key = labelKey(plan.number);
    const known = plans.get(key);
    const isLeftOut = known?.isLeftOut && plan.isLeftOut;
    plans.set(key, known ? { ...known, done: known.done && plan.done, isLeftOut } : plan);
  }
  return [...plans.values()];
}

interface Listed {
  byPlan: Map<ListedPlan, PlanLine[]>;
  /** Lines of plans that are not among those given, by key. */
  unknown: Map<string, PlanLine[]>;
}

function linesOf({ sections }: IssueBody, plans: readonly ListedPlan[], phase: PhaseNumber): Listed {
  const known = new Map(plans.map((plan) => [labelKey(plan.number), plan]));
  for (const plan of plans) {
    for (const key of longLabelKeys(plan, phase)) if (!known.has(key)) known.set(key, plan);
  }
  const listed: Listed = { byPlan: new Map(), unknown: new Map() };
  for (const line of sections.flatMap((section) => section.plans)) {
    const plan = known.get(line.key);
    if (plan) addTo(listed.byPlan, plan, line);
    else addTo(listed.unknown, line.key, line);
  }
  return listed;
}

function addTo<Key>(lists: Map<Key, PlanLine[]>, key: Key, line: PlanLine): void {
  const list = lists.get(key);
  if (list) list.push(line);
  else lists.set(key, [line]);
}

/** True when a box changed. A tick that is there stays as it is written. */
function tick(edits: LineEdits, lines: readonly PlanLine[]): boolean {
  let changed = false;
  for (const { index, item } of lines) {
    if (item.checked) continue;
    const line = edits.split.lines[index]!;
    const after = line.slice(item.column + item.mark.length);
    changed = replaceLine(edits, index, `${line.slice(0, item.column)}x${after}`) || changed;
  }
  return changed;
}

/** Puts each new plan behind the one before it in plan order, and where there is none before the one after it. */
function addLines(
  edits: LineEdits,
  issue: IssueBody,
  plans: readonly ListedPlan[],
  byPlan: ReadonlyMap<ListedPlan, readonly PlanLine[]>,
): void {
  const isAdded = (plan: ListedPlan) => !plan.isLeftOut && !byPlan.has(plan);
  const first = plans.find((plan) => byPlan.has(plan));
  if (!first) {
    const lines = plans.filter(isAdded).map((plan) => planLine(plan, ""));
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
      insertLines(edits, at, [planLine(plan, indentOf(edits, last))]);
    }
  }
}

function planLine({ number, text, done }: ListedPlan, indent: string): string {
  return `${indent}- [${done ? "x" : " "}] Plan ${number}: ${text}`.trimEnd();
}

function indentOf({ split }: LineEdits, { index }: PlanLine): string {
  return /^[ \t]*/.exec(split.lines[index]!)![0];
}

function endOfItem(issue: IssueBody, { index }: PlanLine): number {
  const { markdown, sections } = issue;
  const section = sections.find(({ start, end }) => start <= index && index < end)!;
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
  if (last) insertLines(edits, endOfItem(issue, last), lines);
  else if (placeholder) replaceWith(edits, markdown, placeholder, lines);
  else addBlock(edits, markdown, sectionEnd(issue, section), lines);
}

/** A paragraph right behind would become part of the last item. */
function replaceWith(
  edits: LineEdits,
  { lines }: MarkdownText,
  { start, end }: LineRange,
  list: readonly string[],
): void {
  for (let index = start; index < end; index++) removeLine(edits, index);
  const next = lines[end] ?? "";
  insertLines(edits, start, next.trim() === "" || isDivider(next) ? list : [...list, ""]);
}

/** An empty line each: without it, what stands above and below could become one paragraph. */
function blankPlaceholders(edits: LineEdits, { sections }: IssueBody): void {
  for (const { start, end } of sections.flatMap(({ placeholders }) => placeholders)) {
    for (let index = start; index < end; index++)
      if (!edits.removed.has(index)) replaceLine(edits, index, "");
  }
}

function sectionEnd(issue: IssueBody, { start, end }: PlansSection): number {
  const { lines, mask } = issue.markdown;
  let last = end;
  while (last > start && mask[last - 1] === PROSE && lines[last - 1]!.trim() === "") last--;
  return outsideOfBlocks(issue, last);
}

function newSectionPlace(issue: IssueBody): number {
  let at = Math.max(documentEnd(issue.markdown), issue.shield === "" ? 0 : 1);
  for (const { start, end } of issue.folded) if (start < at && at < end) at = end;
  return outsideOfBlocks(issue, at);
}

/** Inserts with an empty line before and behind, where there is none yet. */
function addBlock(edits: LineEdits, { lines }: MarkdownText, at: number, block: readonly string[]): void {
  const isItem = (line: string | undefined) => /^\s*(?:[-+*]|\d+[.)])\s/.test(line ?? "");
  const joins = isItem(lines[at - 1]) && isItem(block[0]);
  const before = at > 0 && lines[at - 1]!.trim() !== "" && !joins ? [""] : [];
  const behind = at < lines.length && lines[at]!.trim() !== "" ? [""] : [];
  insertLines(edits, at, [...before, ...block, ...behind]);
}

/** The next place that is not inside a fence or a comment; before it, where it is never closed. */
function outsideOfBlocks({ markdown: { mask }, closedEnd }: IssueBody, index: number): number {
  let at = Math.min(index, closedEnd);
  while (at > 0 && at < closedEnd && mask[at] !== PROSE && mask[at - 1] === mask[at]) at++;
  return at;
}
