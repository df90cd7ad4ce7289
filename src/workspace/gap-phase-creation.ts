/** Creating gap phases: their entries in ROADMAP.md, directories, lines in STATE.md, and links in the reports. */
import { commitSubject } from "../domain/commit-subject.ts";
import { groupGaps } from "../domain/gap-phases.ts";
import {
  checkGroups,
  type GapPhase,
  nextPhaseNumber,
  planGapPhases,
  proposedGroups,
  type WantedGroup,
} from "../domain/gap-plan.ts";
import type { CollectedGap } from "../domain/gaps.ts";
import { formatPlain, type PhaseRef } from "../domain/phase.ts";
import type { Phase } from "../domain/phase-index.ts";
import { addGapResolution } from "../domain/report-edit.ts";
import { REPORT_SOURCES } from "../domain/report-files.ts";
import { insertRoadmapPhase } from "../domain/roadmap-edit-insert.ts";
import { addGapPhasesToState } from "../domain/state-edit.ts";
import { PlanningError } from "../errors.ts";
import type { Debt } from "./change-commit.ts";
import type { ChangeSet } from "./change-set.ts";
import { collectProjectGaps } from "./gaps.ts";
import { fingerprintWith } from "./owed-commit.ts";
import type { Workspace } from "./workspace.ts";

const ROADMAP = ".planning/ROADMAP.md";
const STATE = ".planning/STATE.md";

export interface CreatedGapPhase extends PhaseRef {
  /** Keys. */
  gaps: string[];
}

export interface CreatedGapPhases {
  status: "created" | "unchanged" | "nothing_to_do";
  phases: CreatedGapPhase[];
}

/** Collects everything that new phases for the groups need; without groups, for what collect_gaps proposes. */
export function createGapPhases(
  workspace: Workspace,
  changes: ChangeSet,
  wanted: readonly WantedGroup[] | undefined,
  only: Phase | null,
): CreatedGapPhases {
  // A caller's keys may be of any report; proposals are those of the phase that was asked for.
  const collected = collectProjectGaps(workspace, wanted ? null : only, REPORT_SOURCES);
  const groups = wanted ? checkGroups(wanted, collected.gaps) : proposedGroups(groupGaps(collected.gaps));
  if (groups.length === 0) {
    // Open gaps that all have their phases: the work of an earlier call.
    return { status: collected.gaps.length > 0 ? "unchanged" : "nothing_to_do", phases: [] };
  }
  const phases = planGapPhases(groups, collected.gaps, nextPhaseNumber(takenNumbers(workspace)));
  editRoadmap(workspace, changes, phases);
  editState(changes, phases);
  linkReports(changes, phases, collected.gaps);
  return { status: "created", phases: phases.map((phase) => createDirectory(workspace, changes, phase)) };
}

/** What the commit of new gap phases is made of: the files that were written. */
export function gapPhasesDebt(
  { root }: Workspace,
  changes: ChangeSet,
  phases: readonly CreatedGapPhase[],
): Debt {
  const written = changes.steps().flatMap((step) => (step.kind === "write" ? [step] : []));
  return {
    change: "gap phases",
    places: [],
    leaves: changes.isEmpty
      ? null
      : new Map(written.map(({ path, after }) => [path, () => fingerprintWith(root, path, after)])),
    ids: phases.map(({ id }) => id),
    subjectOf: (ids) => commitSubject("gap_phases", { id: "", slug: "", ids }),
  };
}

/** Of every directory, and of every milestone in ROADMAP.md: a number that was given once is not given again. */
function takenNumbers(workspace: Workspace) {
  return [
    ...workspace.directories().map(({ number }) => number),
    ...(workspace.roadmap()?.phases.map(({ number }) => number) ?? []),
    ...(workspace.roadmap()?.mentions.flatMap(({ ranges }) => ranges.map(({ from, to }) => to ?? from)) ??
      []),
  ];
}

function editRoadmap(workspace: Workspace, changes: ChangeSet, phases: readonly GapPhase[]): void {
  const text = changes.read(ROADMAP);
  if (text === null) {
    throw new PlanningError("WRITE_FAILED", "There is no ROADMAP.md to enter the gap phases into.", {
      path: ROADMAP,
      hint: "Create ROADMAP.md, then call again.",
    });
  }
  let edited = text;
  for (const phase of phases) {
    const insertion = insertRoadmapPhase(edited, {
      number: phase.number,
      name: phase.name,
      suffix: "(inserted)",
      goal: phase.goal,
      addressesGaps: phase.addresses,
      successCriteria: phase.successCriteria,
      requirements: phase.requirements,
      milestone: workspace.milestone().milestone?.version ?? null,
    });
    if (!insertion.inserted) {
      throw new PlanningError("WRITE_FAILED", `Phase ${phase.plain} could not be entered into ROADMAP.md.`, {
        path: ROADMAP,
        hint: "Nothing was changed. Give the current milestone a section of its own, with at least one phase.",
      });
    }
    edited = insertion.text;
  }
  changes.write(ROADMAP, edited);
}

function editState(changes: ChangeSet, phases: readonly GapPhase[]): void {
  const text = changes.read(STATE);
  if (text === null) return;
  const entries = phases.map(({ plain, name, from }) => ({ number: plain, name, from }));
  changes.write(STATE, addGapPhasesToState(text, entries).text);
}

/** Each report says which phase takes care of which of its gaps. */
function linkReports(changes: ChangeSet, phases: readonly GapPhase[], gaps: readonly CollectedGap[]): void {
  const taken = new Set(phases.flatMap(({ gaps: keys }) => keys));
  for (const [path, own] of groupByPath(gaps.filter(({ key }) => taken.has(key)))) {
    const text = changes.read(path);
    if (text === null) continue;
    const resolutions = phases.flatMap(({ number, name, gaps: keys }) => {
      const covered = own.filter(({ key }) => keys.includes(key)).map(({ key, title }) => ({ key, title }));
      return covered.length > 0 ? [{ phase: formatPlain(number), name, gaps: covered }] : [];
    });
    if (resolutions.length > 0) changes.write(path, addGapResolution(text, resolutions).text);
  }
}

function groupByPath(gaps: readonly CollectedGap[]): Map<string, CollectedGap[]> {
  const byPath = new Map<string, CollectedGap[]>();
  for (const gap of gaps) {
    const same = byPath.get(gap.path);
    if (same) same.push(gap);
    else byPath.set(gap.path, [gap]);
  }
  return byPath;
}

function createDirectory(workspace: Workspace, changes: ChangeSet, phase: GapPhase): CreatedGapPhase {
  const dir = `.planning/phases/pending/${phase.dirName}`;
  if (workspace.files.exists(dir)) {
    throw new PlanningError("TARGET_EXISTS", `${dir} is there already.`, { path: dir });
  }
  changes.write(`${dir}/.gitkeep`, "");
  return {
    id: phase.id,
    number: phase.plain,
    name: phase.name,
    slug: phase.dirName.slice(phase.id.length + 1),
    state: "pending",
    dir,
    gaps: phase.gaps,
  };
}
