/**
 * A change that ends with a commit. Before it is done, a note says which files it leaves how; the note stays until their
 * commit is there. A later call commits the files of the note that are still so, and without a note nothing.
 */
import { type Diagnostic, sortDiagnostics } from "../domain/diagnostic.ts";
import { shorten } from "../domain/naming.ts";
import type { Change, ChangeSet } from "./change-set.ts";
import { COMMIT_REASONS, type CommitResult, commitDocuments, leftOutDiagnostics } from "./commit.ts";
import { fingerprintOf, type Leavings, type Owed, type OwedCommits, openOwedCommits } from "./owed-commit.ts";
import { isAsLeft, owedBy, sortOwed, tidyAfterCrash } from "./owed-files.ts";
import { commitOf, isTrouble } from "./repository.ts";
import { transact } from "./transaction.ts";
import type { Workspace } from "./workspace.ts";

/** What a change is to end with. */
export interface Debt {
  /** The change's name in its project, the same in the call that makes a commit later. */
  change: string;
  /** Directories that go into the commit whole. */
  places: readonly string[];
  /** Null when this call changes nothing. */
  leavings: Leavings | null;
  /** Padded ids of the phases that the commit is about. */
  ids: readonly string[];
  subjectOf(ids: readonly string[]): string;
}

export interface Committed {
  /** Null when nothing was to be committed, and when it was not possible; a diagnostic tells why. A dry run has no sha. */
  commit: { sha: string | null; message: string } | null;
}

/** Decides and does a change, and commits it where that is wanted. */
export async function changeAndCommit<Answer extends { diagnostics: Diagnostic[] }>(
  workspace: Workspace,
  { isWanted, ...options }: { isWanted: boolean; dryRun: boolean; signal?: AbortSignal },
  decide: (workspace: Workspace, changes: ChangeSet) => { answer: Answer; debt: Debt | null },
): Promise<Answer & Committed & { changes: Change[] }> {
  // Also where no commit is wanted: a later call with one commits what this one leaves, and no edit made since.
  const notes = await openOwedCommits(workspace.root);
  // Held here too: where it cannot be written, git will say why.
  let noted: Owed | null = null;
  const announce = async ({ debt }: { debt: Debt | null }) => {
    if (!debt?.leavings || !notes) return () => {};
    const before = notes.read(debt.change);
    noted = await noteOf(workspace, notes, debt);
    notes.note(debt.change, noted);
    return () => (before ? notes.note(debt.change, before) : notes.settle(debt.change));
  };
  return transact(workspace, { ...options, announce }, decide, async ({ answer, debt }, done) => {
    if (!isWanted || debt === null) return { ...answer, commit: null };
    const { commit, diagnostics } = await commitDebt(workspace.afresh(), notes, debt, { ...done, noted });
    return { ...answer, commit, diagnostics: sortDiagnostics([...answer.diagnostics, ...diagnostics]) };
  });
}

/** With what an earlier change of the same name still owes. */
async function noteOf({ root }: Workspace, notes: OwedCommits | null, debt: Debt): Promise<Owed> {
  const { change, places, leavings, ids } = debt;
  if (notes === null) return { head: null, ids, files: leavings! };
  const { repository } = notes;
  const head = await commitOf(repository.top, "HEAD");
  const files = await owedBy({ root, places }, leavings!);
  const older = notes.read(change);
  if (older === null) return { head, ids, files };
  const sorted = await sortOwed(root, repository, older, pathsOf([], older.files));
  const isLeft = isTrouble(sorted) ? isAsLeft(root) : ([path]: [string, unknown]) => sorted.asLeft.has(path);
  const left = [...older.files].filter((entry) => isLeft(entry) && !files.has(entry[0]));
  if (left.length === 0) return { head, ids, files };
  return { head, ids: [...new Set([...older.ids, ...ids])], files: new Map([...left, ...files]) };
}

function pathsOf(places: readonly string[], files: Leavings): string[] {
  const isBelow = (path: string) => places.some((place) => path.startsWith(`${place}/`));
  return [...places, ...[...files.keys()].filter((path) => !isBelow(path))];
}

type Outcome = Committed & { diagnostics: Diagnostic[] };

const NOTHING: Outcome = { commit: null, diagnostics: [] };

async function commitDebt(
  workspace: Workspace,
  notes: OwedCommits | null,
  debt: Debt,
  { changes, isDryRun, noted }: { changes: readonly Change[]; isDryRun: boolean; noted: Owed | null },
): Promise<Outcome> {
  const { change, places, subjectOf } = debt;
  const isLater = debt.leavings === null;
  const owed = isLater ? notes?.read(change) : (noted ?? (await noteOf(workspace, notes, debt)));
  if (!owed) return NOTHING;
  const paths = pathsOf(places, owed.files);
  const subject = subjectOf(owed.ids);
  if (isLater && notes && !isDryRun) await tidyAfterCrash(notes.repository, owed, subject);
  const sorted = isLater && notes ? await sortOwed(workspace.root, notes.repository, owed, paths) : null;
  const isUntold = sorted !== null && isTrouble(sorted);
  const result = await commitDocuments(workspace, isUntold ? sorted : paths, subject, {
    dryRun: isDryRun,
    changing: changes.flatMap(({ path, to }) => (to === undefined ? [path] : [path, to])),
    only: isUntold ? undefined : sorted?.asLeft,
  });
  if (!isDryRun) {
    if (!isOwed(result)) notes?.settle(change);
    // A hook that mends files and refuses has changed what is to be committed; nobody can tell its edits from a person's.
    else if (result.reason === "hook_failed") {
      const tried = isUntold ? [] : [...(sorted?.asLeft ?? owed.files.keys())];
      const mended = tried.map((path) => [path, fingerprintOf(workspace.root, path)] as const);
      notes?.note(change, { ...owed, files: new Map([...owed.files, ...mended]) });
    }
  }
  const { commit, diagnostics } = outcomeOf(result);
  return { commit, diagnostics: [...diagnostics, ...editedDiagnostics(isUntold ? [] : sorted?.edited)] };
}

/** After a commit that was asked for on its own: an owed one that it has made is not owed any more. */
export async function settleMade(root: string, changes: readonly string[]): Promise<void> {
  const notes = await openOwedCommits(root);
  for (const change of changes) {
    const owed = notes?.read(change) ?? null;
    if (notes === null || owed === null) continue;
    const sorted = await sortOwed(root, notes.repository, owed, pathsOf([], owed.files));
    if (!isTrouble(sorted) && sorted.asLeft.size === 0) notes.settle(change);
  }
}

/** The project does not want its documents committed. */
function isUnwanted({ reason }: CommitResult): boolean {
  return reason === "commit_docs_off" || reason === "planning_ignored" || reason === "no_repository";
}

/** It should have been made, and may be possible later. */
function isOwed(result: CommitResult): boolean {
  return result.status === "skipped" && !isUnwanted(result);
}

function outcomeOf(result: CommitResult): Outcome {
  const { status, sha, message, reason, detail } = result;
  if (status !== "skipped" || reason === null)
    return {
      commit: status === "committed" ? { sha, message } : null,
      diagnostics: leftOutDiagnostics(result),
    };
  const severity = isUnwanted(result) ? "info" : "warning";
  const words = `nothing was committed (${reason}): ${detail ?? COMMIT_REASONS[reason]}`;
  return { commit: null, diagnostics: [{ code: "COMMIT_SKIPPED", severity, message: words }] };
}

function editedDiagnostics(edited: readonly string[] = []): Diagnostic[] {
  if (edited.length === 0) return [];
  const message = `not committed, since they were edited after the change: ${shorten(edited.join(", "), 300)}`;
  return [{ code: "COMMIT_SKIPPED", severity: "warning", message }];
}
