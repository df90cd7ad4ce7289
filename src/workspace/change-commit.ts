/**
 * A change that ends with a commit. Before it is done, a note says which files it leaves how; the note stays until their
 * commit is there. A later call commits the files of the note that are still so, and without a note nothing.
 */
import { type Diagnostic, sortDiagnostics } from "../domain/diagnostic.ts";
import { shorten } from "../domain/naming.ts";
import type { Change, ChangeSet } from "./change-set.ts";
import {
  COMMIT_REASONS,
  type CommitReason,
  type CommitResult,
  commitDocuments,
  leftOutDiagnostics,
  reasonNotToCommit,
  skippedCommit,
} from "./commit.ts";
import { fingerprintOf, type Leavings, type Owed, type OwedCommits, owedCommits } from "./owed-commit.ts";
import {
  isAsLeft,
  isCommittable,
  type Leaves,
  owedFiles,
  pathsOf,
  type SortedFiles,
  sortOwed,
} from "./owed-files.ts";
import { commitOf, isTrouble, openRepository, type Repository } from "./repository.ts";
import { transact } from "./transaction.ts";
import type { Workspace } from "./workspace.ts";

/** What a change is to end with. */
export interface Debt {
  /** The change's name in its project, the same in the call that makes a commit later. */
  change: string;
  /** Directories that go into the commit whole. */
  places: readonly string[];
  /** Null when this call changes nothing. */
  leaves: Leaves | null;
  /** Padded ids of the phases that the commit's message names beside those of an earlier change of this name. */
  ids: readonly string[];
  subjectOf(ids: readonly string[]): string;
}

export interface Committed {
  /** Null when nothing was to be committed, and when it was not possible; a diagnostic tells why. A dry run has no sha. */
  commit: { sha: string | null; message: string } | null;
}

interface Notes extends OwedCommits {
  root: string;
  repository: Repository;
}

/** Decides and does a change, and commits it where that is wanted. */
export async function changeAndCommit<Answer extends { diagnostics: Diagnostic[] }>(
  workspace: Workspace,
  { isWanted, ...options }: { isWanted: boolean; dryRun: boolean; signal?: AbortSignal },
  decide: (workspace: Workspace, changes: ChangeSet) => { answer: Answer; debt: Debt | null },
): Promise<Answer & Committed & { changes: Change[] }> {
  const notes = await openNotes(workspace.root);
  let noted: Owed | null = null;
  let isRemembered = false;
  // Also where no commit is wanted: a later call with one commits what this one leaves, and no edit made since.
  const announce = async ({ debt }: { debt: Debt | null }) => {
    if (!debt?.leaves || !notes || (await reasonNotToCommit(workspace)) !== null) return () => {};
    const before = notes.all();
    noted = await noteOf(notes, debt, debt.leaves);
    const revised = await reviseOthers(notes, debt.change, noted.files);
    isRemembered = notes.note(debt.change, noted);
    return () => {
      for (const change of [debt.change, ...revised]) {
        const owed = before.get(change);
        if (owed) notes.note(change, owed);
        else notes.settle(change);
      }
    };
  };
  return transact(workspace, { ...options, announce }, decide, async ({ answer, debt }, done) => {
    if (!isWanted || debt === null) return { ...answer, commit: null };
    const { commit, diagnostics } =
      debt.leaves === null
        ? await commitLater(workspace.afresh(), notes, debt, done)
        : await commitNow(workspace.afresh(), notes, debt, { ...done, noted, isRemembered });
    return { ...answer, commit, diagnostics: sortDiagnostics([...answer.diagnostics, ...diagnostics]) };
  });
}

/** Null where git cannot be asked. */
async function openNotes(root: string): Promise<Notes | null> {
  const repository = await openRepository(root);
  return isTrouble(repository) ? null : { root, repository, ...owedCommits(repository, isCommittable(root)) };
}

/** With what an earlier change of the same name still owes. */
async function noteOf(notes: Notes, { change, places, ids }: Debt, leaves: Leaves): Promise<Owed> {
  const { root, repository } = notes;
  const [head, files] = await Promise.all([
    commitOf(repository.top, "HEAD"),
    owedFiles(root, places, leaves),
  ]);
  const older = notes.read(change);
  if (older === null) return { head, ids, files };
  const sorted = await sortOwed(root, repository, older, pathsOf([], older.files));
  const isLeft = isTrouble(sorted) ? isAsLeft(root) : ([path]: [string, unknown]) => sorted.asLeft.has(path);
  const left = [...older.files].filter((entry) => isLeft(entry) && !files.has(entry[0]));
  if (left.length === 0) return { head, ids, files };
  return { head, ids: [...new Set([...older.ids, ...ids])], files: new Map([...left, ...files]) };
}

/** Of other changes: what this one is going to write over is no person's edit. Gives those whose notes are others now. */
async function reviseOthers(notes: Notes, change: string, files: Leavings): Promise<string[]> {
  const isLeft = isAsLeft(notes.root);
  const revised: string[] = [];
  for (const [name, owed] of notes.all()) {
    if (name === change || (await settleIfMade(notes, name, owed))) continue;
    const written = [...files].flatMap(([path, now]) => {
      const left = owed.files.get(path);
      return left && isLeft([path, left]) ? [[path, [...new Set([...left, ...now])]] as const] : [];
    });
    if (written.length === 0) continue;
    notes.note(name, { ...owed, files: new Map([...owed.files, ...written]) });
    revised.push(name);
  }
  return revised;
}

/** True when nothing of it is uncommitted any more. */
async function settleIfMade(notes: Notes, change: string, owed: Owed): Promise<boolean> {
  if (owed.files.size === 0) return false;
  const sorted = await sortOwed(notes.root, notes.repository, owed, pathsOf([], owed.files));
  if (isTrouble(sorted) || sorted.asLeft.size > 0 || isLeftOver(sorted)) return false;
  notes.settle(change);
  return true;
}

function isLeftOver({ edited, recommitted }: SortedFiles): boolean {
  return edited.length + recommitted.length > 0;
}

/** After a commit that was asked for on its own: an owed one that it has made is not owed any more. */
export async function settleMade(root: string): Promise<void> {
  const notes = await openNotes(root);
  for (const [change, owed] of notes?.all() ?? []) await settleIfMade(notes!, change, owed);
}

type Outcome = Committed & { diagnostics: Diagnostic[] };

interface Done {
  changes: readonly Change[];
  isDryRun: boolean;
}

async function commitNow(
  workspace: Workspace,
  notes: Notes | null,
  debt: Debt,
  { changes, isDryRun, noted, isRemembered }: Done & { noted: Owed | null; isRemembered: boolean },
): Promise<Outcome> {
  const leaves = debt.leaves!;
  const owed = noted ?? (notes && (await noteOf(notes, debt, leaves)));
  const paths = owed ? pathsOf(debt.places, owed.files) : [...debt.places, ...leaves.keys()];
  const result = await commitDocuments(workspace, paths, debt.subjectOf(owed?.ids ?? debt.ids), {
    dryRun: isDryRun,
    changing: changes.flatMap(({ path, to }) => (to === undefined ? [path] : [path, to])),
  });
  if (!isDryRun && notes && owed) conclude(notes, debt.change, owed, owed.files.keys(), result);
  return outcomeOf(result, isDryRun || isRemembered ? "" : NOT_REMEMBERED);
}

async function commitLater(
  workspace: Workspace,
  notes: Notes | null,
  { change, places, subjectOf }: Debt,
  { isDryRun }: Done,
): Promise<Outcome> {
  const owed = notes?.read(change);
  if (!notes || !owed) return { commit: null, diagnostics: [] };
  const paths = pathsOf(places, owed.files);
  const subject = subjectOf(owed.ids);
  const sorted = await sortOwed(workspace.root, notes.repository, owed, paths);
  if (isTrouble(sorted)) return outcomeOf(skippedCommit(subject, sorted));
  const result = await commitDocuments(workspace, paths, subject, { dryRun: isDryRun, only: sorted.asLeft });
  // As long as nothing of it is committed, a person may yet bring it back to what it was.
  const mayComeBack = result.status === "unchanged" && sorted.isUntouched && isLeftOver(sorted);
  if (!isDryRun && !mayComeBack) conclude(notes, change, owed, sorted.asLeft, result);
  const { commit, diagnostics } = outcomeOf(result);
  return { commit, diagnostics: [...diagnostics, ...leftDiagnostics(sorted)] };
}

/** Settles the note, or keeps it for a later call. */
function conclude(
  notes: Notes,
  change: string,
  owed: Owed,
  tried: Iterable<string>,
  result: CommitResult,
): void {
  if (!isOwed(result)) notes.settle(change);
  // A hook that mends files and refuses has changed what is to be committed; nobody can tell its edits from a person's.
  else if (result.reason === "hook_failed") {
    const mended = [...tried].map((path) => [path, [fingerprintOf(notes.root, path)]] as const);
    notes.note(change, { ...owed, files: new Map([...owed.files, ...mended]) });
  }
}

/** The project does not want its documents committed. */
function isUnwanted(reason: CommitReason | null): boolean {
  return reason === "commit_docs_off" || reason === "planning_ignored" || reason === "no_repository";
}

/** It should have been made, and may be possible later. */
function isOwed({ status, reason }: CommitResult): boolean {
  return status === "skipped" && !isUnwanted(reason);
}

const NOT_REMEMBERED = "; no note of it could be kept, so make it later with commit_planning";

function outcomeOf(result: CommitResult, more = ""): Outcome {
  const { status, sha, message, reason, detail } = result;
  if (status !== "skipped" || reason === null)
    return {
      commit: status === "committed" ? { sha, message } : null,
      diagnostics: leftOutDiagnostics(result),
    };
  const severity = isUnwanted(reason) ? "info" : "warning";
  const words = `nothing was committed (${reason}): ${detail ?? COMMIT_REASONS[reason]}`;
  const told = isOwed(result) ? words.replace(/\.$/, "") + (more || ".") : words;
  return { commit: null, diagnostics: [{ code: "COMMIT_SKIPPED", severity, message: told }] };
}

function leftDiagnostics({ edited, recommitted }: SortedFiles): Diagnostic[] {
  return [
    ["they were edited after the change", edited] as const,
    ["other commits have changed them since", recommitted] as const,
  ].flatMap(([why, paths]) => {
    if (paths.length === 0) return [];
    const message = `not committed, since ${why}: ${shorten(paths.join(", "), 300)}`;
    return [{ code: "COMMIT_SKIPPED", severity: "warning" as const, message }];
  });
}
