/** What the commit of a completed phase is made of. */
import { commitSubject } from "../domain/commit-subject.ts";
import { type PhaseDirectory, placesOf } from "../domain/phase-directories.ts";
import type { Phase } from "../domain/phase-index.ts";
import type { Debt } from "./change-commit.ts";
import type { ChangeSet } from "./change-set.ts";
import { fingerprintOf, fingerprintWith } from "./owed-commit.ts";
import type { Leaves } from "./owed-files.ts";
import { COMPLETION_DOCUMENTS } from "./phase-commit.ts";
import { filesBelow, statePath } from "./phase-move.ts";
import type { Workspace } from "./workspace.ts";

/** The name of the change. */
function completionOf(directory: PhaseDirectory): string {
  return statePath(directory, "completed");
}

export function completionDebt(
  workspace: Workspace,
  changes: ChangeSet,
  { ref }: Phase,
  directory: PhaseDirectory,
): Debt {
  return {
    change: completionOf(directory),
    places: placesOf(directory),
    leaves: changes.isEmpty ? null : leavesOf(workspace, changes, directory),
    ids: [],
    subjectOf: () => commitSubject("phase_complete", ref),
  };
}

/** The phase's directory as it is going to stand, and the documents whole. */
function leavesOf(workspace: Workspace, changes: ChangeSet, directory: PhaseDirectory): Leaves {
  const { root } = workspace;
  const leaves = new Map<string, () => string | null>();
  const target = completionOf(directory);
  for (const { path } of directory.places) {
    for (const name of filesBelow(workspace, path).files) {
      leaves.set(`${target}/${name}`, () => fingerprintOf(root, `${path}/${name}`));
    }
  }
  for (const path of COMPLETION_DOCUMENTS) {
    const bytes = changes.readBytes(path);
    if (bytes !== null) leaves.set(path, () => fingerprintWith(root, path, bytes));
  }
  return leaves;
}
