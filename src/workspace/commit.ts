/** Committing planning documents: exactly the files that a step of the workflow concerns, and the reasons not to. */
import type { Diagnostic } from "../domain/diagnostic.ts";
import { compareText } from "../domain/diagnostic.ts";
import { shorten } from "../domain/naming.ts";
import { visible } from "../errors.ts";
import { committablePath, otherPlaces } from "./commit-paths.ts";
import { ignoredByGit, isPlanningIgnored } from "./git.ts";
import { forgetAbandoned } from "./git-added.ts";
import { commitFiles, isIdentityUnknown } from "./git-commit.ts";
import {
  committedFiles,
  type DirtyFile,
  type DirtyFiles,
  dirtyFiles,
  indexedFiles,
  overlookedFiles,
} from "./git-files.ts";
import { GIT_REASONS, type Trouble } from "./git-trouble.ts";
import { isTrouble, openRepository, type Repository, unfinishedOperation } from "./repository.ts";
import type { Workspace } from "./workspace.ts";

/** Why nothing was committed, with what each means. */
export const COMMIT_REASONS = {
  plan_not_done: "The plan has no summary, or one that is empty or says that the plan is blocked.",
  commit_docs_off: "commit_docs is false in config.json.",
  planning_ignored: "Git ignores .planning.",
  ...GIT_REASONS,
  other_repository: "The files belong to a submodule or another repository inside the project.",
  path_outside_root: "A symbolic link leads the files out of the project root.",
  identity_unknown: "Git does not know who commits: user.name and user.email are not set.",
} as const;

export type CommitReason = keyof typeof COMMIT_REASONS;

const IDENTITY_UNKNOWN = { reason: "identity_unknown", detail: null } as const;

export interface CommitResult {
  status: "committed" | "unchanged" | "skipped";
  /** Null unless skipped. */
  reason: CommitReason | null;
  /** Null unless committed, and in a dry run. */
  sha: string | null;
  message: string;
  /** The files in the commit, relative to the project root, sorted; none unless committed. */
  paths: string[];
  /** What git or a hook said about a skip, on one line. */
  detail: string | null;
  /** Changed files that could not be in it, with why. */
  leftOut?: readonly { path: string; why: string }[];
}

/**
 * Commits what is new, changed or gone at or below the paths, which are relative to the root and may be gone themselves;
 * what else is staged stays staged. The same call again commits what a crash left, else answers `unchanged`. With `only`,
 * no other files are committed.
 */
export async function commitPaths(
  root: string,
  paths: readonly string[],
  message: string,
  only?: ReadonlySet<string>,
): Promise<CommitResult> {
  const prepared = await prepare(root, paths, { only, begin: forgetAbandoned });
  if (isTrouble(prepared)) return skippedCommit(message, prepared);
  const { repository, files, gone, leftOut } = prepared;
  if (files.length === 0) return { ...unchanged(message), ...leftOut };
  if (await isIdentityUnknown(repository)) return skippedCommit(message, IDENTITY_UNKNOWN);
  const left = await leftBehind(repository, files, gone);
  const outcome = await commitFiles(repository, [...files, ...left], message);
  if (outcome === "nothing") return { ...unchanged(message), ...leftOut };
  if (isTrouble(outcome)) return skippedCommit(message, outcome);
  const recorded = outcome.paths.map((one) => fromTop(repository, one));
  return { ...committed(message, outcome.sha, recorded), ...leftOut };
}

/** What `commitPaths` would do once the files in `changing` are changed, which lie at or below the paths. */
export async function plannedCommit(
  root: string,
  paths: readonly string[],
  message: string,
  { changing = [], only }: { changing?: readonly string[]; only?: ReadonlySet<string> } = {},
): Promise<CommitResult> {
  const prepared = await prepare(root, paths, { only });
  if (isTrouble(prepared)) return skippedCommit(message, prepared);
  const { repository, files, leftOut } = prepared;
  const ignored = await ignoredByGit(root, changing);
  const all = new Set([
    ...files.map((file) => fromTop(repository, file.path)),
    ...changing.filter((one) => !ignored.has(one)),
  ]);
  if (all.size === 0) return { ...unchanged(message), ...leftOut };
  if (await isIdentityUnknown(repository)) return skippedCommit(message, IDENTITY_UNKNOWN);
  return { ...committed(message, null, [...all]), ...leftOut };
}

/**
 * The same under the project's settings: nothing is committed with `commit_docs` off or `.planning` ignored, nor where
 * git could not tell the paths.
 */
export async function commitDocuments(
  workspace: Workspace,
  paths: readonly string[] | Trouble<CommitReason>,
  message: string,
  { dryRun, ...options }: { dryRun: boolean; changing?: readonly string[]; only?: ReadonlySet<string> },
): Promise<CommitResult> {
  const reason = await reasonNotToCommit(workspace);
  if (reason !== null) return skippedCommit(message, { reason, detail: null });
  if (isTrouble(paths)) return skippedCommit(message, paths);
  return dryRun
    ? plannedCommit(workspace.root, paths, message, options)
    : commitPaths(workspace.root, paths, message, options.only);
}

/** Null when the project wants its documents committed. */
export async function reasonNotToCommit(workspace: Workspace): Promise<CommitReason | null> {
  if (!workspace.config().config.commit_docs) return "commit_docs_off";
  return (await isPlanningIgnored(workspace.root)) ? "planning_ignored" : null;
}

/** The files at or below the paths that differ from the last commit, or why git cannot tell. */
export async function uncommittedFiles(
  root: string,
  paths: readonly string[],
): Promise<string[] | Trouble<CommitReason>> {
  const located = await locate(root, paths);
  if (isTrouble(located)) return located;
  const dirty = await dirtyFiles(located.repository, located.paths);
  if (isTrouble(dirty)) return dirty;
  return dirty.files.map((file) => fromTop(located.repository, file.path)).sort(compareText);
}

/** The files at or below the paths in the last commit; none where git cannot be asked. */
export async function filesInLastCommit(root: string, paths: readonly string[]): Promise<string[]> {
  const located = await locate(root, paths);
  if (isTrouble(located)) return [];
  const files = await committedFiles(located.repository, located.paths);
  return files.map((file) => fromTop(located.repository, file));
}

/** Those of the paths that are files for git, in its index or its last commit; null where git cannot be asked. */
export async function knownFiles(root: string, paths: readonly string[]): Promise<Set<string> | null> {
  const located = await locate(root, paths);
  if (isTrouble(located)) return null;
  const { repository } = located;
  const [indexed, inCommit] = await Promise.all([
    indexedFiles(repository, located.paths),
    committedFiles(repository, located.paths),
  ]);
  return new Set([...indexed, ...inCommit].map((file) => fromTop(repository, file)));
}

interface Prepared extends Pick<DirtyFiles, "files" | "gone"> {
  repository: Repository;
  /** Empty when there are none. */
  leftOut: Pick<CommitResult, "leftOut">;
}

async function prepare(
  root: string,
  paths: readonly string[],
  options: { only?: ReadonlySet<string>; begin?: (repository: Repository) => Promise<void> },
): Promise<Prepared | Trouble<CommitReason>> {
  const located = await locate(root, paths);
  if (isTrouble(located)) return located;
  const { repository } = located;
  const unfinished = unfinishedOperation(repository, "commit");
  if (unfinished) return unfinished;
  await options.begin?.(repository);
  const dirty = await dirtyFiles(repository, located.paths);
  if (isTrouble(dirty)) return dirty;
  const { only } = options;
  const files = only ? dirty.files.filter(({ path }) => only.has(fromTop(repository, path))) : dirty.files;
  // Taken out of the index only with the file's new place, which the commit has then.
  const gone = dirty.gone.filter(
    (path) => !only || otherPlaces(fromTop(repository, path)).some((place) => only.has(place)),
  );
  const leftOut = [
    ...dirty.unnamed.map((path) => ({ path, why: "its name is not UTF-8" })),
    ...(await overlookedFiles(repository, located.paths)).map((path) => ({ path, why: OVERLOOKED })),
  ].map(({ path, why }) => ({ path: fromTop(repository, path), why }));
  return { repository, files, gone, leftOut: leftOut.length > 0 ? { leftOut } : {} };
}

const OVERLOOKED = "git was told to take no notice of its changes";

/**
 * Files that a person had staged as new, and that moved with their phase: staged at the old place, the next commit would
 * bring them back there. Committing their absence is no change of the commit, and takes them out of the index.
 */
async function leftBehind(
  repository: Repository,
  files: readonly DirtyFile[],
  gone: readonly string[],
): Promise<DirtyFile[]> {
  const { prefix } = repository;
  const elsewhere = new Map(
    gone.map((path) => [path, otherPlaces(fromTop(repository, path)).map((place) => prefix + place)]),
  );
  const known = new Set(files.map(({ path }) => path));
  for (const path of await committedFiles(repository, [...elsewhere.values()].flat())) known.add(path);
  return gone
    .filter((path) => elsewhere.get(path)!.some((place) => known.has(place)))
    .map((path) => ({ path, isUntracked: false }));
}

/** The paths as seen from the top of the work tree. */
async function locate(
  root: string,
  given: readonly string[],
): Promise<{ repository: Repository; paths: string[] } | Trouble<CommitReason>> {
  const repository = await openRepository(root);
  if (isTrouble(repository)) return repository;
  const paths: string[] = [];
  for (const one of new Set(given)) {
    const found = committablePath(root, one);
    if ("path" in found) paths.push(repository.prefix + found.path);
    else if (found.problem === "not_a_file_name") throw new Error(`${found.problem}: ${JSON.stringify(one)}`);
    else return { reason: found.problem, detail: null };
  }
  return { repository, paths };
}

function fromTop({ prefix }: Repository, file: string): string {
  if (file.startsWith(prefix)) return file.slice(prefix.length);
  // A hook may commit files beside the project.
  return "../".repeat(prefix.split("/").length - 1) + file;
}

function committed(message: string, sha: string | null, paths: readonly string[]): CommitResult {
  const sorted = [...paths].sort(compareText);
  return { status: "committed", reason: null, sha, message, paths: sorted, detail: null };
}

function unchanged(message: string): CommitResult {
  return { status: "unchanged", reason: null, sha: null, message, paths: [], detail: null };
}

export function skippedCommit(message: string, { reason, detail }: Trouble<CommitReason>): CommitResult {
  return { status: "skipped", reason, sha: null, message, paths: [], detail };
}

/** What a commit that was skipped adds to an answer's diagnostics. */
export function commitDiagnostics(result: CommitResult): Diagnostic[] {
  const { reason, detail } = result;
  if (reason === null || detail === null) return leftOutDiagnostics(result);
  return [
    { code: "GIT_MESSAGE", severity: "warning", message: `nothing was committed (${reason}): ${detail}` },
  ];
}

/** What could not be in a commit. */
export function leftOutDiagnostics({ leftOut = [] }: CommitResult): Diagnostic[] {
  return [...new Set(leftOut.map(({ why }) => why))].map((why) => {
    const names = leftOut.filter((one) => one.why === why).map(({ path }) => visible(path));
    const message = `not committed, since ${why}: ${shorten(names.join(", "), 300)}`;
    return { code: "COMMIT_SKIPPED", severity: "warning", message };
  });
}
