/** Moving a phase's directory to another state, and joining one that stands in several. */

import { type Missing, whatLacks } from "../domain/completion.ts";
import type { Diagnostic } from "../domain/diagnostic.ts";
import type { DirectoryState } from "../domain/phase.ts";
import type { PhaseDirectory } from "../domain/phase-directories.ts";
import type { Phase } from "../domain/phase-index.ts";
import { summarizeReports } from "../domain/reports.ts";
import { PlanningError } from "../errors.ts";
import type { ChangeSet } from "./change-set.ts";
import { phaseReports } from "./reports.ts";
import type { Workspace } from "./workspace.ts";

export type TargetState = Exclude<DirectoryState, "flat">;

/** What the phase lacks before it may be completed. */
export function missingForCompletion(workspace: Workspace, phase: Phase, acceptsHuman: boolean): Missing[] {
  const plans = phase.directory ? workspace.plans(phase.directory).plans : [];
  return whatLacks({
    plans: plans.map((plan) => ({
      id: plan.id,
      done: plan.done,
      gapClosure: workspace.planFields(plan).fields.gapClosure,
      summary: plan.summary,
    })),
    verification:
      summarizeReports(phaseReports(workspace, phase, ["verification"])).verification?.status ?? null,
    usesVerifier: workspace.config().config.workflow.verifier,
    acceptsHuman,
  });
}

/** The directory of the phase, or PHASE_NOT_STARTED. */
export function requireDirectory({ directory, ref }: Phase): PhaseDirectory {
  if (directory) return directory;
  throw new PlanningError("PHASE_NOT_STARTED", `Phase ${ref.number} has no directory yet.`, {
    hint: "Create it with create_phase.",
    path: ".planning/ROADMAP.md",
  });
}

/** Path of the phase's directory in a state. */
export function statePath(directory: PhaseDirectory, state: TargetState): string {
  return `.planning/phases/${state}/${directory.name}`;
}

/**
 * Collects the move into `to`. Copies in other states are joined first: equal files fold into one, files that stand
 * only in one place go along. False when the phase stands there already, whole.
 */
export function movePhase(
  workspace: Workspace,
  changes: ChangeSet,
  directory: PhaseDirectory,
  to: TargetState,
): boolean {
  const target = statePath(directory, to);
  for (const { path } of directory.places) requirePlain(workspace, path);
  const home = directory.places.find(({ state }) => state === to) ?? directory.places[0]!;
  if (directory.places.length === 1 && home.path === target) return false;
  if (home.path !== target && workspace.files.exists(target)) {
    throw new PlanningError("TARGET_EXISTS", `${target} is there already and is no phase directory.`, {
      path: target,
      hint: "Move it away, then call again.",
    });
  }
  joinInto(
    workspace,
    changes,
    home.path,
    directory.places.map(({ path }) => path).filter((path) => path !== home.path),
  );
  if (home.path !== target) changes.move(home.path, target);
  return true;
}

/** A place behind a link may be another place's own directory: joining it would delete the only copy. */
function requirePlain(workspace: Workspace, path: string): void {
  if (workspace.files.isPlain(path)) return;
  throw new PlanningError(
    "WRITE_FAILED",
    `${path} is reached through a symbolic link, and nothing is moved there.`,
    { path, hint: "Replace the link by a directory, then call again." },
  );
}

function joinInto(workspace: Workspace, changes: ChangeSet, home: string, others: readonly string[]): void {
  const standing = filesBelow(workspace, home);
  const taken = new Map(standing.files.map((name) => [name, `${home}/${name}`]));
  const folders = new Map(standing.directories.map((name) => [name, `${home}/${name}`]));
  const conflicts: [string, string][] = [];
  for (const place of others) {
    const { files, directories } = filesBelow(workspace, place);
    for (const name of directories) {
      const file = taken.get(name);
      if (file !== undefined) conflicts.push([file, `${place}/${name}`]);
      if (!folders.has(name)) folders.set(name, `${place}/${name}`);
    }
    for (const name of files) {
      const path = `${place}/${name}`;
      const other = taken.get(name);
      const folder = folders.get(name);
      if (folder !== undefined) conflicts.push([folder, path]);
      else if (other === undefined) {
        changes.moveFile(path, `${home}/${name}`);
        taken.set(name, path);
      } else if (changes.readBytes(other)?.equals(changes.readBytes(path)!)) changes.remove(path);
      else conflicts.push([other, path]);
    }
    for (const name of [...directories].reverse()) changes.removeDirectory(`${place}/${name}`);
    changes.removeDirectory(place);
  }
  if (conflicts.length > 0) throw splitConflict(home, conflicts);
}

function splitConflict(home: string, conflicts: readonly [string, string][]): PlanningError {
  const count = conflicts.length;
  return new PlanningError(
    "SPLIT_CONFLICT",
    count === 1
      ? "One name of the split phase stands for different contents in its places."
      : `${count} names of the split phase stand for different contents in its places.`,
    {
      path: home,
      hint: "Keep one of each pair and delete the other, then call again.",
      expected: conflicts.flat(),
    },
  );
}

/**
 * Relative paths below a directory; directories come before what is in them. Links and pipes are files here: they go
 * along as they are, as in a directory that moves whole.
 */
export function filesBelow(workspace: Workspace, place: string): { files: string[]; directories: string[] } {
  const files: string[] = [];
  const directories: string[] = [];
  const open = [""];
  for (let inside = open.pop(); inside !== undefined; inside = open.pop()) {
    for (const { name, kind } of workspace.files.listRaw(inside === "" ? place : `${place}/${inside}`)) {
      const path = inside === "" ? name : `${inside}/${name}`;
      if (kind !== "directory") files.push(path);
      else {
        directories.push(path);
        open.push(path);
      }
    }
  }
  return { files, directories: directories.sort((a, b) => a.split("/").length - b.split("/").length) };
}

/** Says what was missing when a phase was moved all the same. */
export function forcedDiagnostics(missing: readonly Missing[], path: string): Diagnostic[] {
  return missing.map(({ code, message, plan }) => ({
    code: "FORCED_COMPLETION",
    severity: "warning",
    message: `completed by force although ${message} (${code})`,
    path,
    ...(plan !== undefined && { plans: [plan] }),
  }));
}
