/** The plans of one phase directory, each paired with its summary. */
import { compareText } from "./diagnostic.ts";
import { formatPadded, type PhaseNumber, parsePhaseNumber } from "./phase.ts";
import { comparePlanFiles, type PlanFile, parsePlanFile, planKey, resolveShortNames } from "./plan-files.ts";

/** What a bare `PLAN.md` or `03-PLAN.md` counts as: the phase's first and only plan. */
const ONLY_PLAN = "01";

export interface PairedPlan {
  /** File stem without `-PLAN`; the phase's id for a bare `PLAN.md`. */
  id: string;
  /** The plan part as written. */
  number: string;
  /** Equal for names of one plan, whatever their spelling. */
  key: string;
  plan: PlanFile;
  /** The summary's file name: of the same stem, else of the same number; null without one. */
  summary: string | null;
}

export interface PhasePlans {
  /** In plan order. */
  plans: PairedPlan[];
  /** Summaries that no plan claims. */
  orphans: string[];
  /** Plans that share a number with another: one list for each number. */
  duplicates: PairedPlan[][];
  /** Names that look like a plan's or a summary's and are not. */
  lookalikes: string[];
}

/** Pairs the files of a phase directory, given by name in any order. */
export function pairPlans(fileNames: readonly string[], phase: PhaseNumber): PhasePlans {
  const files: PlanFile[] = [];
  const lookalikes: string[] = [];
  for (const name of fileNames) {
    const parsed = parsePlanFile(name);
    if (parsed === "lookalike") lookalikes.push(name);
    else if (parsed) files.push(parsed);
  }
  const resolved = resolveShortNames(files, phase).sort(comparePlanFiles);
  const summaries = resolved.filter(({ kind }) => kind === "summary");
  const byStem = new Map(summaries.map((summary) => [summary.stem ?? "", summary]));
  const byKey = new Map(summaries.map((summary) => [pairingKey(summary), summary]));
  const claimed = new Set<string>();
  const plans = resolved.flatMap((plan): PairedPlan[] => {
    if (plan.kind !== "plan") return [];
    const key = pairingKey(plan);
    const summary = byStem.get(plan.stem ?? "") ?? byKey.get(key) ?? null;
    if (summary) claimed.add(summary.file);
    return [
      {
        id: plan.stem ?? formatPadded(phase),
        number: plan.number ?? ONLY_PLAN,
        key,
        plan,
        summary: summary?.file ?? null,
      },
    ];
  });
  const ids = new Set<string>();
  for (const plan of plans) {
    // `PLAN-01.md` and `01-PLAN.md` have one stem: the second goes by its file name.
    if (ids.has(plan.id)) plan.id = plan.plan.file.replace(/\.md$/, "");
    ids.add(plan.id);
  }
  const keys = new Set(plans.map(({ key }) => key));
  return {
    plans,
    orphans: summaries
      .filter((summary) => !claimed.has(summary.file) && !keys.has(pairingKey(summary)))
      .map(({ file }) => file),
    duplicates: duplicatesOf(plans),
    lookalikes: lookalikes.sort(compareText),
  };
}

/** A name without a plan part stands for plan 01, so that `03-PLAN.md` pairs with `SUMMARY.md`. */
function pairingKey(file: PlanFile): string {
  return planKey(file.number === null ? { ...file, value: parsePhaseNumber(ONLY_PLAN) } : file);
}

function duplicatesOf(plans: readonly PairedPlan[]): PairedPlan[][] {
  const byKey = new Map<string, PairedPlan[]>();
  for (const plan of plans) byKey.set(plan.key, [...(byKey.get(plan.key) ?? []), plan]);
  return [...byKey.values()].filter((same) => same.length > 1);
}

/** The key of a plan named as in `- [ ] 04-01-PLAN.md` or `04-01`; null when it is no plan's name. */
export function planKeyOf(name: string): string | null {
  const file = parsePlanFile(`${name.replace(/(?:-PLAN)?(?:\.md)?$/, "")}-PLAN.md`);
  if (file === null || file === "lookalike") return null;
  return planKey(file.number === null && file.phase ? { ...file, value: file.phase } : file);
}
