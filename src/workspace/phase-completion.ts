/** Everything that completing a phase changes beside its directory's place. */
import type { Missing } from "../domain/completion.ts";
import type { Diagnostic } from "../domain/diagnostic.ts";
import { comparePhaseNumbers, formatPlain, isBacklog, type PhaseRef } from "../domain/phase.ts";
import type { Phase } from "../domain/phase-index.ts";
import { completeRequirements } from "../domain/requirements-edit.ts";
import { completeRoadmapPhase } from "../domain/roadmap-edit.ts";
import type { MilestoneTally } from "../domain/roadmap-edit-milestone.ts";
import { completePhaseInState, type NextStep, type StateCompletion } from "../domain/state-edit.ts";
import type { PlanTally } from "../domain/state-edit-progress.ts";
import type { ChangeSet } from "./change-set.ts";
import { openGaps } from "./gaps.ts";
import { missingForCompletion, movePhase, requireDirectory, statePath } from "./phase-move.ts";
import { countPlans, type PlanCounts } from "./progress.ts";
import { phaseReports } from "./reports.ts";
import { currentPhases } from "./selection.ts";
import type { Workspace } from "./workspace.ts";

const ROADMAP = ".planning/ROADMAP.md";
const STATE = ".planning/STATE.md";
const REQUIREMENTS = ".planning/REQUIREMENTS.md";

export interface CompletedPhase {
  phase: PhaseRef;
  missing: Missing[];
  /** What changed in ROADMAP.md. */
  roadmap: { found: boolean; checklist: boolean; plans: string[]; progress: boolean; plan_count: boolean };
  requirements: { updated: string[]; already: string[]; blocked: string[]; not_found: string[] };
  /** Keys of STATE.md's Current Position that changed. */
  state: { changed: string[] };
  next: PhaseRef | null;
  diagnostics: Diagnostic[];
}

const NOTHING = {
  diagnostics: [],
  roadmap: { found: false, checklist: false, plans: [], progress: false, plan_count: false },
  requirements: { updated: [], already: [], blocked: [], not_found: [] },
  state: { changed: [] },
};

/** Collects the move and the edits; with `missing`, nothing is collected. */
export function completePhase(
  workspace: Workspace,
  changes: ChangeSet,
  phase: Phase,
  { acceptsHuman, date }: { acceptsHuman: boolean; date: string },
): CompletedPhase {
  const directory = requireDirectory(phase);
  const missing = missingForCompletion(workspace, phase, acceptsHuman);
  const open = openPhases(workspace, phase);
  const next = nextOf(open, phase);
  if (missing.length > 0) return { ...NOTHING, phase: phase.ref, missing, next: next?.ref ?? null };
  const diagnostics = gapsLeftOpen(workspace, phase, statePath(directory, "completed"));
  const { plans } = workspace.plans(directory);
  movePhase(workspace, changes, directory, "completed");
  const tally = tallyOf(workspace, phase);
  const roadmap = editRoadmap(changes, phase, {
    whole: tally.plans && { phases: tally.phases, plans: tally.plans },
    planCount: plans.length,
    planKeys: plans.map(({ key }) => key),
    milestone: workspace.milestone().milestone?.version ?? null,
    date,
  });
  const requirements = editRequirements(changes, phase.entry?.requirements ?? []);
  const state = editState(changes, {
    number: formatPlain(phase.number),
    name: phase.ref.name,
    date,
    next: next && { number: next.ref.number, name: next.ref.name, step: stepOf(workspace, next) },
    milestoneComplete: next === null,
    open: open.map(({ ref }) => ref.number),
    isRecorded: changes.isEmpty,
    phasesDone: tally.phases.done,
    phasesTotal: tally.phases.total,
    plans: tally.plans,
  });
  return {
    diagnostics,
    phase: { ...phase.ref, state: "completed", dir: statePath(directory, "completed") },
    missing,
    roadmap,
    requirements,
    state: { changed: state },
    next: next?.ref ?? null,
  };
}

/** A gap of an acceptance test, or one that a person accepted, does not keep a phase open; it should not be forgotten. */
function gapsLeftOpen(workspace: Workspace, phase: Phase, directory: string): Diagnostic[] {
  const open = openGaps(workspace, phaseReports(workspace, phase)).filter(
    ({ addressed_by }) => addressed_by.length === 0,
  );
  return [...new Set(open.map(({ path }) => path))].map((path) => {
    const gaps = open.filter((gap) => gap.path === path);
    return {
      code: "OPEN_GAPS",
      severity: "warning",
      message: `${gaps.length === 1 ? "1 gap is" : `${gaps.length} gaps are`} open here, and the phase is completed`,
      path: `${directory}/${path.slice(path.lastIndexOf("/") + 1)}`,
      line: gaps[0]!.line,
    };
  });
}

function editRoadmap(
  changes: ChangeSet,
  { number, entry, ref }: Phase,
  done: {
    planCount: number;
    planKeys: string[];
    milestone: string | null;
    date: string;
    whole: MilestoneTally | null;
  },
): CompletedPhase["roadmap"] {
  const text = changes.read(ROADMAP);
  if (text === null) return NOTHING.roadmap;
  const { milestone, planCount, planKeys, date, whole } = done;
  const edited = completeRoadmapPhase(text, {
    number,
    milestone: entry?.milestone ?? milestone,
    slug: ref.slug,
    planCount,
    doneCount: planCount,
    planKeys,
    date,
    whole,
  });
  changes.write(ROADMAP, edited.text);
  return { found: edited.found, ...edited.changed };
}

function editRequirements(changes: ChangeSet, ids: readonly string[]): CompletedPhase["requirements"] {
  const text = changes.read(REQUIREMENTS);
  if (text === null) return { ...NOTHING.requirements, not_found: [...ids] };
  const { text: edited, ...result } = completeRequirements(text, ids);
  changes.write(REQUIREMENTS, edited);
  return result;
}

function editState(changes: ChangeSet, phase: StateCompletion): string[] {
  const text = changes.read(STATE);
  if (text === null) return [];
  const edited = completePhaseInState(text, phase);
  changes.write(STATE, edited.text);
  return edited.changed;
}

/** Counts of the milestone, the phase that is completed included. */
function tallyOf(
  workspace: Workspace,
  phase: Phase,
): { phases: { done: number; total: number }; plans: PlanTally | null } {
  const phases = currentPhases(workspace).filter(({ number }) => !isBacklog(number));
  const isDone = (one: Phase): boolean => one.ref.dir === phase.ref.dir || isClosed(one);
  const done = phases.filter(isDone);
  const counts = phases.map((one) => countPlans(workspace, one));
  const sum = (of: (counts: PlanCounts) => number): number =>
    counts.reduce((total, count) => total + of(count), 0);
  // Plans of a phase whose directory was archived cannot be counted any more.
  const isWhole =
    phases.some(({ ref }) => ref.dir === phase.ref.dir) && done.every(({ directory }) => directory !== null);
  return {
    phases: { done: done.length, total: phases.length },
    plans: isWhole
      ? {
          done: sum(({ doneCount }) => doneCount),
          total: sum(({ planCount }) => planCount),
          most: phases.length > 1 ? Math.max(...counts.map(({ planCount }) => planCount)) : 0,
        }
      : null,
  };
}

/** The other phases of the milestone that are not completed. */
function openPhases(workspace: Workspace, phase: Phase): Phase[] {
  return currentPhases(workspace).filter(
    (one) => one.ref.dir !== phase.ref.dir && !isClosed(one) && !isBacklog(one.number),
  );
}

/** The next of them: after this phase, else one that was passed over. */
function nextOf(open: readonly Phase[], { number }: Phase): Phase | null {
  return open.find((one) => comparePhaseNumbers(one.number, number) > 0) ?? open[0] ?? null;
}

function stepOf(workspace: Workspace, { directory }: Phase): NextStep {
  const plans = directory ? workspace.plans(directory).plans : [];
  if (plans.length === 0) return "plan";
  return plans.every(({ done }) => done) ? "verify" : "execute";
}

function isClosed({ directory, entry }: Phase): boolean {
  return directory?.state === "completed" || entry?.checked === true;
}
