/** The commit that ends the completion of a phase, also of one that an earlier call could not end. */
import type { Diagnostic } from "../domain/diagnostic.ts";
import { shorten } from "../domain/naming.ts";
import type { PhaseDirectory } from "../domain/phase-directories.ts";
import type { Phase } from "../domain/phase-index.ts";
import { type ChangeCommit, commitChange } from "./change-commit.ts";
import type { Change, ChangeSet } from "./change-set.ts";
import { filesInLastCommit, uncommittedFiles } from "./commit.ts";
import { fingerprintOf, type Leavings, type OwedCommits } from "./owed-commit.ts";
import { selectForCommit } from "./phase-commit.ts";
import { filesBelow, statePath } from "./phase-move.ts";
import { hash } from "./planning-tree.ts";
import type { Workspace } from "./workspace.ts";

const DOCUMENTS = [".planning/ROADMAP.md", ".planning/STATE.md", ".planning/REQUIREMENTS.md"];

/** What completing the phase is going to leave of everything that its commit is made of. */
export function leavingsOf(workspace: Workspace, changes: ChangeSet, directory: PhaseDirectory): Leavings {
  const leavings = new Map<string, string>();
  const target = statePath(directory, "completed");
  for (const { path } of directory.places) {
    for (const name of filesBelow(workspace, path).files) {
      const fingerprint = fingerprintOf(workspace.root, `${path}/${name}`);
      if (fingerprint !== null) leavings.set(`${target}/${name}`, fingerprint);
    }
  }
  for (const path of DOCUMENTS) {
    const bytes = changes.readBytes(path);
    if (bytes !== null) leavings.set(path, hash(bytes));
  }
  return leavings;
}

interface Completed {
  phase: Phase;
  /** The completed phase's directory. */
  dir: string;
  /** This call has changed something. */
  isNew: boolean;
}

/**
 * Commits a phase that this call completed. One that was completed before has no commit to be made unless one is owed:
 * what is uncommitted there is a person's.
 */
export async function commitCompletion(
  workspace: Workspace,
  owed: OwedCommits | null,
  { phase, dir, isNew }: Completed,
  done: { changes: readonly Change[]; isDryRun: boolean },
): Promise<Omit<ChangeCommit, "isOwed">> {
  const none = { commit: null, diagnostics: [] };
  const step = { kind: "phase_complete", phase } as const;
  const noted = owed?.read(dir) ?? null;
  const leavings = isNew ? null : noted;
  if (!isNew && leavings === null && !(await isMoveUncommitted(workspace.root, dir))) return none;
  const { only, edited } = leavings
    ? await sort(workspace, (await selectForCommit(workspace, step)).paths, leavings)
    : { only: undefined, edited: [] };
  const asLeft =
    noted && !done.isDryRun ? [...noted.keys()].filter((path) => isAsLeft(workspace.root, path, noted)) : [];
  const made =
    only?.size === 0 ? { ...none, isOwed: false } : await commitChange(workspace, step, { ...done, only });
  if (!made.isOwed && !done.isDryRun) owed?.settle(dir);
  // A hook that mends files and refuses has changed what is to be committed.
  else if (noted && asLeft.length > 0)
    owed?.note(dir, new Map([...noted, ...fingerprints(workspace.root, asLeft)]));
  return { commit: made.commit, diagnostics: [...made.diagnostics, ...edited] };
}

function isAsLeft(root: string, path: string, leavings: Leavings): boolean {
  return fingerprintOf(root, path) === (leavings.get(path) ?? null);
}

function fingerprints(root: string, paths: readonly string[]): Map<string, string> {
  return new Map(paths.map((path) => [path, fingerprintOf(root, path) ?? "nothing"]));
}

/** Without its directory in place the change was not made, and no commit is owed for it. */
export function forgetUndone({ root }: Workspace, owed: OwedCommits | null, dir: string): void {
  if (fingerprintOf(root, dir) === null) owed?.settle(dir);
}

/** True when no commit has the completed phase's directory yet. */
async function isMoveUncommitted(root: string, dir: string): Promise<boolean> {
  if ((await uncommittedFiles(root, [dir])).length === 0) return false;
  return (await filesInLastCommit(root, [dir])).length === 0;
}

/** The uncommitted files that are as the completion left them, and what to say of the others. */
async function sort(
  { root }: Workspace,
  paths: readonly string[],
  leavings: Leavings,
): Promise<{ only: ReadonlySet<string>; edited: Diagnostic[] }> {
  const dirty = await uncommittedFiles(root, paths);
  const edited = dirty.filter((path) => !isAsLeft(root, path, leavings));
  const only = new Set(dirty.filter((path) => !edited.includes(path)));
  if (edited.length === 0) return { only, edited: [] };
  const message = `not committed, since they were edited after the phase was completed: ${shorten(edited.join(", "), 300)}`;
  return { only, edited: [{ code: "COMMIT_SKIPPED", severity: "warning", message }] };
}
