/** The phases of the current milestone, and the next one among them. */
import type { Diagnostic } from "../domain/diagnostic.ts";
import { isShipped, milestoneByRange } from "../domain/milestone-phases.ts";
import type { Phase } from "../domain/phase-index.ts";
import { type Selection, selectPhase } from "../domain/phase-selection.ts";
import { phasesOfMilestone } from "../domain/roadmap.ts";
import { versionKey } from "../domain/version.ts";
import type { Workspace } from "./workspace.ts";

/**
 * The phases of the current milestone in number order, with directories that ROADMAP.md names nowhere. With no
 * milestone known, every phase that is not of a shipped one.
 */
export function currentPhases(workspace: Workspace): Phase[] {
  const roadmap = workspace.roadmap();
  const current = workspace.milestone().milestone?.version ?? null;
  const entries = new Set(roadmap && phasesOfMilestone(roadmap, current));
  return workspace.phases().filter(({ entry, directory }) => {
    if (entry) return entries.has(entry);
    const milestone =
      directory?.milestone ?? (roadmap && directory && milestoneByRange(roadmap, directory.number));
    if (milestone === null) return true;
    return current === null
      ? !(roadmap && isShipped(roadmap, milestone))
      : versionKey(milestone) === versionKey(current);
  });
}

/** The phase that `select` means; throws NO_MATCHING_PHASE. */
export function selectCurrent(
  workspace: Workspace,
  select: Selection,
): { phase: Phase; diagnostics: Diagnostic[] } {
  const { milestone, between } = workspace.milestone();
  const candidates = currentPhases(workspace).map((phase) => ({
    ref: phase.ref,
    number: phase.number,
    phase,
    isComplete: () => phase.directory?.state === "completed" || workspace.isComplete(phase),
    planCount: () => plansOf(workspace, phase).length,
    unfinishedCount: () => plansOf(workspace, phase).filter(({ done }) => !done).length,
  }));
  const label = milestone ? `milestone ${milestone.version}` : "the project";
  const { phase, diagnostics } = selectPhase(select, candidates, { label, hasMilestone: !between });
  return { phase: phase.phase, diagnostics: diagnostics };
}

function plansOf(workspace: Workspace, phase: Phase) {
  return phase.directory ? workspace.plans(phase.directory).plans : [];
}
