/** The plans of a phase as its issue lists them. */
import type { Diagnostic } from "../domain/diagnostic.ts";
import type { ListedPlan } from "../domain/issue-checklist.ts";
import { formatPlain } from "../domain/phase.ts";
import type { PhaseDirectory } from "../domain/phase-directories.ts";
import { labelKey, longLabelKeys } from "../domain/plan-label.ts";
import { PlanningError, quote } from "../errors.ts";
import { wavesOfPlans } from "./grouping.ts";
import { planTextOf, unreadPlan } from "./plan-text.ts";
import type { PlanStatus, Workspace } from "./workspace.ts";

export interface PlanSelection {
  /** Numbers in any spelling, or ids. */
  plans?: readonly string[];
  wave?: number;
}

/**
 * Every plan in plan order; those that are not of the selection are left out, and so are those to publish that cannot be
 * read: their lines would keep a wrong text. Throws INVALID_ARGUMENT.
 */
export function plansForIssue(
  workspace: Workspace,
  directory: PhaseDirectory,
  { mode, ...selection }: PlanSelection & { mode: "publish" | "check" },
): { plans: ListedPlan[]; diagnostics: Diagnostic[] } {
  const { plans } = workspace.plans(directory);
  const wanted = select(workspace, directory, selection);
  const isUnread = (plan: PlanStatus) => mode === "publish" && workspace.planFields(plan).isUnread;
  const unread = new Set(plans.filter(isUnread));
  return {
    plans: plans.map((plan) => ({
      id: plan.id,
      number: plan.number,
      text: planTextOf(workspace, plan),
      done: plan.done,
      ...((unread.has(plan) || (wanted && !wanted.has(plan.id))) && { isLeftOut: true }),
    })),
    diagnostics: [...unread].map((plan) => unreadPlan(plan, "so it was left out")),
  };
}

/** Ids; null for all. */
function select(
  workspace: Workspace,
  directory: PhaseDirectory,
  { plans: numbers, wave }: PlanSelection,
): Set<string> | null {
  if (numbers === undefined && wave === undefined) return null;
  const { plans } = workspace.plans(directory);
  const phase = formatPlain(directory.number);
  const found = new Set<string>();
  for (const number of numbers ?? []) {
    const key = labelKey(number.trim());
    const exact = plans.filter((plan) => labelKey(plan.number) === key);
    const named =
      exact.length > 0 ? exact : plans.filter((plan) => longLabelKeys(plan, directory.number).includes(key));
    if (named.length === 0) {
      throw new PlanningError("INVALID_ARGUMENT", `"plans": phase ${phase} has no plan ${quote(number)}.`, {
        expected: plans.map((plan) => plan.number),
      });
    }
    for (const { id } of named) found.add(id);
  }
  if (wave !== undefined) addWave(found, wavesOfPlans(workspace, directory), wave, phase);
  return found;
}

function addWave(
  found: Set<string>,
  waves: ReadonlyMap<string, ReadonlySet<number>>,
  wave: number,
  phase: string,
): void {
  const members = [...waves].filter(([, numbers]) => numbers.has(wave));
  if (members.length === 0) {
    const known = new Set([...waves.values()].flatMap((numbers) => [...numbers]));
    throw new PlanningError("INVALID_ARGUMENT", `"wave": phase ${phase} has no wave ${wave}.`, {
      hint: "Without `wave`, every finished plan is ticked.",
      expected: [...known].sort((a, b) => a - b).map(String),
    });
  }
  for (const [id] of members) found.add(id);
}
