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
  const lookalikes = new Set<string>();
  for (const name of fileNames) {
    const parsed = parsePlanFile(name);
    if (parsed === "lookalike") lookalikes.add(name);
    else if (parsed) files.push(parsed);
  }
  const resolved = resolveShortNames(files, phase).sort(comparePlanFiles);
  const summaries = resolved.filter(({ kind }) => kind === "summary");
  const plans = withIds(
    resolved.filter(({ kind }) => kind === "plan"),
    phase,
  );
  const own = ownSummaries(plans, new Set([...summaries.map(({ file }) => file), ...lookalikes]));
  const shared = summaries.filter(({ file }) => !own.has(file));
  const byOwner = new Map([...own].reverse().map(([file, plan]) => [plan, file]));
  const byStem = new Map(shared.map(({ stem, file }) => [stem, file]));
  const byKey = new Map(shared.map((summary) => [pairingKey(summary), summary.file]));
  const paired = plans.map((one): PairedPlan => {
    const summary = byOwner.get(one) ?? byStem.get(one.plan.stem) ?? byKey.get(one.key) ?? null;
    return { ...one, summary };
  });
  const keys = new Set(plans.map(({ key }) => key));
  return {
    plans: paired,
    orphans: shared.flatMap((summary) => (keys.has(pairingKey(summary)) ? [] : [summary.file])),
    duplicates: duplicatesOf(paired),
    lookalikes: [...lookalikes].filter((name) => !own.has(name)).sort(compareText),
  };
}

type IdentifiedPlan = Omit<PairedPlan, "summary">;

function withIds(plans: readonly PlanFile[], phase: PhaseNumber): IdentifiedPlan[] {
  const ids = new Set<string>();
  return plans.map((plan) => {
    const stem = plan.stem ?? formatPadded(phase);
    // `PLAN-01.md` and `01-PLAN.md` have one stem: the second goes by its file name.
    const id = ids.has(stem) ? plan.file.replace(/\.md$/, "") : stem;
    ids.add(id);
    return { id, number: plan.number ?? ONLY_PLAN, key: pairingKey(plan), plan };
  });
}

/**
 * The summaries that are named after one plan, by file name: they are no other plan's, though it has the same number.
 * `PLAN-01-chat.md` has `SUMMARY-01-chat.md`, or `01-chat-SUMMARY.md` after its id.
 */
function ownSummaries(
  plans: readonly IdentifiedPlan[],
  names: ReadonlySet<string>,
): Map<string, IdentifiedPlan> {
  const own = new Map<string, IdentifiedPlan>();
  const claim = (name: string, plan: IdentifiedPlan): void => {
    if (names.has(name) && !own.has(name)) own.set(name, plan);
  };
  for (const one of plans) claim(one.plan.file.replace(/(^|-)PLAN(?=[-.])/, "$1SUMMARY"), one);
  for (const one of plans) claim(`${one.id}-SUMMARY.md`, one);
  return own;
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
