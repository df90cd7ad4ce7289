/** What the commit of a completed phase is made of. */
import { commitSubject } from "../domain/commit-subject.ts";
import { type PhaseDirectory, placesOf } from "../domain/phase-directories.ts";
import type { Phase } from "../domain/phase-index.ts";
import type { Debt } from "./change-commit.ts";
import type { ChangeSet } from "./change-set.ts";
import { fingerprintOf, type Leavings } from "./owed-commit.ts";
import { COMPLETION_DOCUMENTS } from "./phase-commit.ts";
import { filesBelow, statePath } from "./phase-move.ts";
import { hash } from "./planning-tree.ts";
import type { Workspace } from "./workspace.ts";

/** The name of the change. */
export function completionOf(directory: PhaseDirectory): string {
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
    leavings: changes.isEmpty ? null : leavingsOf(workspace, changes, directory),
    ids: [ref.id],
    subjectOf: () => commitSubject("phase_complete", ref),
  };
}

/** The phase's directory as it is going to stand, and the documents whole. */
function leavingsOf(workspace: Workspace, changes: ChangeSet, directory: PhaseDirectory): Leavings {
  const leavings = new Map<string, string>();
  const target = completionOf(directory);
  for (const { path } of directory.places) {
    for (const name of filesBelow(workspace, path).files) {
      const fingerprint = fingerprintOf(workspace.root, `${path}/${name}`);
      if (fingerprint !== null) leavings.set(`${target}/${name}`, fingerprint);
    }
  }
  for (const path of COMPLETION_DOCUMENTS) {
    const bytes = changes.readBytes(path);
    if (bytes !== null) leavings.set(path, hash(bytes));
  }
  return leavings;
}
