/** Which phase comes next, when a call names none. */
import { PlanningError } from "../errors.ts";
import type { Diagnostic } from "./diagnostic.ts";
import { type DirectoryState, isBacklog, type PhaseNumber, type PhaseRef } from "./phase.ts";

export const SELECTIONS = ["next_incomplete", "next_unplanned", "current"] as const;
export type Selection = (typeof SELECTIONS)[number];

/** A phase of the current milestone, as selecting sees it; what has to be read from disk is a function. */
export interface SelectablePhase {
  ref: PhaseRef;
  number: PhaseNumber;
  isComplete(): boolean;
  planCount(): number;
  unfinishedCount(): number;
}

/** What the milestone's candidates are, for messages: "milestone 1.2.0" or "the project". */
export interface SelectionScope {
  label: string;
  /** False between milestones, when there is nothing to select from. */
  hasMilestone: boolean;
}

/** The first phase, in the given order, that fits; throws NO_MATCHING_PHASE, which says why. */
export function selectPhase<Phase extends SelectablePhase>(
  select: Selection,
  phases: readonly Phase[],
  scope: SelectionScope,
): { phase: Phase; diagnostics: Diagnostic[] } {
  const none = (why: string, hint: string): PlanningError =>
    new PlanningError("NO_MATCHING_PHASE", `No phase fits ${select}: ${why}.`, { hint });
  if (!scope.hasMilestone) {
    throw none(
      "ROADMAP.md says that there is no current milestone",
      "Start a milestone, or name the `phase`.",
    );
  }
  const live = phases.filter(({ number }) => !isBacklog(number));
  if (live.length === 0) throw none(`${scope.label} has no phases`, "Add phases to ROADMAP.md.");

  if (select === "current") {
    const active = live.filter(({ ref }) => ref.state === ("active" satisfies DirectoryState));
    if (active.length === 0) {
      const flat = live.some(({ ref }) => ref.state === "flat");
      throw none(
        flat ? "phases directly under phases/ have no state" : `${scope.label} has no active phase`,
        "Use select next_incomplete or next_unplanned, or name the `phase`.",
      );
    }
    return { phase: active[0]!, diagnostics: severalActive(active) };
  }
  if (select === "next_unplanned") {
    const phase = live.find((candidate) => candidate.planCount() === 0 && !candidate.isComplete());
    if (phase) return { phase, diagnostics: [] };
    throw none(`every phase of ${scope.label} has plans or is complete`, "Use select next_incomplete.");
  }
  const phase = live.find((candidate) => candidate.unfinishedCount() > 0);
  if (phase) return { phase, diagnostics: [] };
  const unplanned = live.find((candidate) => candidate.planCount() === 0 && !candidate.isComplete());
  throw none(
    unplanned
      ? `no plan of ${scope.label} is unfinished; phase ${unplanned.ref.number} has no plans yet`
      : `every plan of ${scope.label} is finished`,
    unplanned
      ? `Plan phase ${unplanned.ref.number}, or use select next_unplanned.`
      : "See project_status for what comes next.",
  );
}

function severalActive(active: readonly SelectablePhase[]): Diagnostic[] {
  if (active.length < 2) return [];
  const [first] = active;
  return [
    {
      code: "SEVERAL_ACTIVE_PHASES",
      severity: "warning",
      message: `${active.length} phases are active (${active
        .map(({ ref }) => ref.id)
        .slice(0, 20)
        .join(", ")}); ${first!.ref.id}, the lowest, counts`,
      path: first!.ref.dir ?? undefined,
    },
  ];
}
