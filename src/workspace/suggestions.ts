/** What a person who types a phase or a plan may mean: completions for prompts, resources and the shell. */
import { compareText } from "../domain/diagnostic.ts";
import type { Phase } from "../domain/phase-index.ts";
import { PHASE_TEMPLATE, PLAN_TEMPLATE } from "../domain/resource-uri.ts";
import { PlanningError } from "../errors.ts";
import type { PlanStatus, Workspace } from "./workspace.ts";

/** The protocol's bound for one answer. */
const MAX_SUGGESTIONS = 100;

export interface Suggestions {
  /** Best first, at most 100. */
  values: string[];
  total: number;
  hasMore: boolean;
}

/** What is worked on first. */
const STATES = ["active", "pending", "flat", "unstarted", "completed"];

/**
 * Phases by number, directory name or words of their name; each value is good as `phase`. With nothing typed the
 * active ones go first.
 */
export function suggestPhases(workspace: Workspace, typed: string): Suggestions {
  const text = typed
    .trim()
    .toLowerCase()
    .replace(/^phase\s*/, "");
  const rank = ({ ref }: Phase): number => STATES.indexOf(ref.state);
  const phases = [...workspace.phases()].sort((a, b) => rank(a) - rank(b));
  return suggest(phases, (phase) => nearness(text, namesOf(phase)), argumentFor);
}

/** Plans of a phase by id or number, the unfinished first; none where there is no such phase. */
export function suggestPlans(workspace: Workspace, phase: string, typed: string): Suggestions {
  const text = typed.trim().toLowerCase();
  const names = ({ id, number }: PlanStatus): string[] => [id, number, number.replace(/^0+(?=\d)/, "")];
  const plans = [...plansOf(workspace, phase)].sort((a, b) => Number(a.done) - Number(b.done));
  return suggest(
    plans,
    (plan) => nearness(text, names(plan)),
    ({ id }) => id,
  );
}

/** Values of a template's argument, with those typed so far for its others; null for what is no argument of one. */
export function suggestForTemplate(
  workspace: Workspace,
  uriTemplate: string,
  argument: { name: string; value: string },
  others: Readonly<Record<string, string>> = {},
): Suggestions | null {
  const takesPhase = uriTemplate === PHASE_TEMPLATE || uriTemplate === PLAN_TEMPLATE;
  if (takesPhase && argument.name === "phase") return suggestPhases(workspace, argument.value);
  if (uriTemplate !== PLAN_TEMPLATE || argument.name !== "plan") return null;
  return suggestPlans(workspace, others.phase ?? "", argument.value);
}

function plansOf(workspace: Workspace, argument: string): readonly PlanStatus[] {
  try {
    const { directory } = workspace.findPhase(argument);
    return directory ? workspace.plans(directory).plans : [];
  } catch (error) {
    if (error instanceof PlanningError) return [];
    throw error;
  }
}

function argumentFor({ directory, ref }: Phase): string {
  return directory?.name ?? ref.number;
}

function namesOf({ directory, ref }: Phase): string[] {
  return [ref.number, ref.id, directory?.name ?? "", ref.slug, ref.name].filter((name) => name !== "");
}

/** 0: it is one of the names; 1: one begins with it; 2: a word of one does; null: none does. */
function nearness(text: string, names: readonly string[]): number | null {
  const lower = names.map((name) => name.toLowerCase());
  if (lower.includes(text)) return 0;
  if (lower.some((name) => name.startsWith(text))) return 1;
  return lower.some((name) => name.includes(`-${text}`) || name.includes(` ${text}`)) ? 2 : null;
}

/** Nearest first; among equals the given order stays. Phases of one value, told apart by nothing, are one. */
function suggest<Entry>(
  entries: readonly Entry[],
  judge: (entry: Entry) => number | null,
  value: (entry: Entry) => string,
): Suggestions {
  const judged = entries.flatMap((entry, order) => {
    const distance = judge(entry);
    return distance === null ? [] : [{ distance, order, value: value(entry) }];
  });
  judged.sort((a, b) => a.distance - b.distance || a.order - b.order || compareText(a.value, b.value));
  const values = [...new Set(judged.map((one) => one.value))];
  return {
    values: values.slice(0, MAX_SUGGESTIONS),
    total: values.length,
    hasMore: values.length > MAX_SUGGESTIONS,
  };
}
