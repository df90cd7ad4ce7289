/** The plan list in an issue's body, edited line by line: plans are added and ticked, and nothing else changes. */
import { beginEdits, finishEdits, type LineEdits, replaceLine } from "../markdown/line-edits.ts";
import { addPlans } from "./issue-additions.ts";
import { type IssueBody, type PlanLine, readIssueBody } from "./issue-sections.ts";
import type { PhaseNumber } from "./phase.ts";
import { labelKey, longLabelKeys, type PlanItem } from "./plan-label.ts";

/** A plan as its issue lists it. */
export interface ListedPlan extends PlanItem {
  id: string;
  /** Neither added nor ticked; its line shows where others go. */
  isLeftOut?: boolean;
}

export interface ChecklistEdit {
  text: string;
  /** Numbers of plans, as `number` of those given has them. */
  added: string[];
  checked: string[];
  alreadyChecked: string[];
  /** Finished plans that a person marked as dropped: `[-]`, or struck through. */
  dropped: string[];
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
  const edited = edit(body, plans, phase, { adds: true, keepsPlaceholders: false });
  if (edited.added.length === 0) return edited;
  const again = edit(edited.text, plans, phase, { adds: true, keepsPlaceholders: false });
  if (again.text === edited.text && again.total === edited.total) return edited;
  // What stood around a placeholder can mean something else without it.
  const manner = { adds: true, keepsPlaceholders: true };
  const kept = edit(body, plans, phase, manner);
  // So can what stands behind new lines: a comment that nothing ended before them.
  const { text, checkedTotal, total } = edit(kept.text, plans, phase, manner);
  return { ...kept, text, checkedTotal, total };
}

/** Ticks what is finished and listed. */
export function checkPlans(body: string, plans: readonly ListedPlan[], phase: PhaseNumber): ChecklistEdit {
  return edit(body, plans, phase, { adds: false, keepsPlaceholders: true });
}

interface Manner {
  adds: boolean;
  keepsPlaceholders: boolean;
}

function edit(
  body: string,
  given: readonly ListedPlan[],
  phase: PhaseNumber,
  { adds, keepsPlaceholders }: Manner,
): ChecklistEdit {
  const read = readIssueBody(body, phase);
  const issue = keepsPlaceholders ? withoutPlaceholders(read) : read;
  const plans = distinct(given);
  const listed = linesOf(issue, plans, phase);
  const edits = beginEdits(body);
  const wanted = plans.filter(({ isLeftOut }) => !isLeftOut);
  const finished = wanted.filter(({ done }) => done);
  const ticked = new Set(finished.filter((plan) => tick(edits, listed.byPlan.get(plan) ?? [])));
  const added = adds ? wanted.filter((plan) => !listed.byPlan.has(plan)) : [];
  if (added.length > 0) addPlans(edits, issue, plans, listed.byPlan);
  const numbers = (some: readonly ListedPlan[]) => some.map(({ number }) => number);
  const isTicked = (lines: readonly PlanLine[]) => lines.some(({ item }) => item.checked);
  const others = [...listed.unknown.values()];
  const known = finished.filter((plan) => listed.byPlan.has(plan) && !ticked.has(plan));
  const dropped = new Set(known.filter((plan) => !isTicked(listed.byPlan.get(plan)!)));
  return {
    text: finishEdits(edits),
    added: numbers(added),
    checked: numbers(finished.filter((plan) => ticked.has(plan) || (adds && !listed.byPlan.has(plan)))),
    alreadyChecked: numbers(known.filter((plan) => !dropped.has(plan))),
    dropped: numbers([...dropped]),
    notInIssue: adds ? [] : numbers(finished.filter((plan) => !listed.byPlan.has(plan))),
    checkedTotal:
      [...listed.byPlan].filter(([plan, lines]) => ticked.has(plan) || isTicked(lines)).length +
      others.filter(isTicked).length +
      added.filter(({ done }) => done).length,
    total: listed.byPlan.size + others.length + added.length,
    sections: Math.max(issue.sections.length, added.length > 0 ? 1 : 0),
  };
}

function withoutPlaceholders(issue: IssueBody): IssueBody {
  return { ...issue, sections: issue.sections.map((section) => ({ ...section, placeholders: [] })) };
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

/** True when a box changed. A tick that is there stays as it is written, and so does what was dropped. */
function tick(edits: LineEdits, lines: readonly PlanLine[]): boolean {
  let changed = false;
  for (const { index, item, isDropped } of lines) {
    if (item.checked || isDropped) continue;
    const line = edits.split.lines[index]!;
    const after = line.slice(item.column + item.mark.length);
    changed = replaceLine(edits, index, `${line.slice(0, item.column)}x${after}`) || changed;
  }
  return changed;
}
