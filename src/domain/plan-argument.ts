/** Finding the plan of a phase that a caller means. */
import { PlanningError, quote } from "../errors.ts";
import { comparePhaseNumbers, formatPlain, type PhaseNumber } from "./phase.ts";
import { type PairedPlan, planKeyOf } from "./phase-plans.ts";
import { parsePlanFile } from "./plan-files.ts";

/** By id (`03-01`), file name, or number in any spelling (`01`, `1`); throws INVALID_ARGUMENT with the candidates. */
export function findPlan<Plan extends PairedPlan>(
  plans: readonly Plan[],
  phase: PhaseNumber,
  wanted: string,
): Plan {
  const text = wanted.trim();
  const exact = plans.filter(({ id, plan }) => id === text || plan.file === text);
  const name = text.replace(/-PLAN(?:\.md)?$/, "");
  const found = exact.length > 0 ? exact : plans.filter((plan) => isCalled(plan, phase, name));
  if (found.length === 1) return found[0]!;
  throw new PlanningError(
    "INVALID_ARGUMENT",
    found.length === 0
      ? `plan: phase ${formatPlain(phase)} has no plan ${quote(wanted)}.`
      : `plan: ${quote(wanted)} is the number of several plans.`,
    { expected: (found.length === 0 ? plans : found).map(({ id }) => id) },
  );
}

/** By number in any spelling, alone or behind the phase's own number. */
function isCalled(plan: PairedPlan, phase: PhaseNumber, text: string): boolean {
  if (plan.number === text) return true;
  // A name may begin with a hyphen where `PLAN` was cut off it, an argument may not.
  if (text.startsWith("-") || planKeyOf(text) !== plan.key) return false;
  const file = parsePlanFile(`${text}-PLAN.md`);
  if (file === null || file === "lookalike") return false;
  return file.number === null || file.phase === null || comparePhaseNumbers(file.phase, phase) === 0;
}
