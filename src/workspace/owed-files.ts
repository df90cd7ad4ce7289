/** The files of an owed commit: which there are, and which of them are still as the change left them. */
import { type CommitReason, filesInLastCommit, uncommittedFiles } from "./commit.ts";
import { committablePath, otherPlaces } from "./commit-paths.ts";
import { ignoredByGit } from "./git.ts";
import { changedAlong, changedBetween, committedFiles } from "./git-files.ts";
import type { Trouble } from "./git-trouble.ts";
import { fingerprintOf, type Leavings, type Owed } from "./owed-commit.ts";
import { commitOf, isTrouble, type Repository } from "./repository.ts";

/** What a change is going to leave, by path: fingerprints, made for those that git does not ignore. */
export type Leaves = ReadonlyMap<string, () => string | null>;

export interface SortedFiles {
  /** Uncommitted, as the change left them, and in no commit since. */
  asLeft: ReadonlySet<string>;
  /** A person's: edited since. With a file that moved its old place is too. */
  edited: string[];
  /** Changed by a commit since, and uncommitted all the same: it is for a person to say what a commit has of them. */
  recommitted: string[];
  /** No commit has changed any of the files since. */
  isUntouched: boolean;
}

/** A note's files as git has them, those below the places among them that the change leaves nothing of. */
export async function owedFiles(root: string, places: readonly string[], leaves: Leaves): Promise<Leavings> {
  const ignored = await ignoredByGit(root, [...leaves.keys()]);
  const files = new Map<string, (string | null)[]>();
  for (const [path, fingerprint] of leaves) {
    // A directory on the way may be a link, or a repository of its own, whose files nobody can commit here.
    const found = committablePath(root, path);
    if ("path" in found && !ignored.has(path)) files.set(found.path, [fingerprint()]);
  }
  for (const path of await filesInLastCommit(root, places)) if (!files.has(path)) files.set(path, [null]);
  return files;
}

/** What git can be told to commit; a note may come from anywhere. */
export function isCommittable(root: string): (path: string) => boolean {
  return (path) => "path" in committablePath(root, path);
}

/** Where the files may stand now, the places first. */
export function pathsOf(places: readonly string[], files: Leavings): string[] {
  const isBelow = (path: string) => places.some((place) => path.startsWith(`${place}/`));
  const paths = [...files.keys()].flatMap((path) => [path, ...otherPlaces(path)]);
  return [...new Set([...places, ...paths.filter((path) => !isBelow(path))])];
}

export async function sortOwed(
  root: string,
  repository: Repository,
  owed: Owed,
  paths: readonly string[],
): Promise<SortedFiles | Trouble<CommitReason>> {
  const [dirty, since] = await Promise.all([uncommittedFiles(root, paths), committedSince(repository, owed)]);
  if (isTrouble(dirty)) return dirty;
  if (isTrouble(since)) return since;
  const isDirty = new Set(dirty);
  const isLeft = isAsLeft(root);
  const [open, taken] = partition([...owed.files], ([path]) => !since.has(repository.prefix + path));
  const changed = open.filter((entry) => !isLeft(entry)).map(([path]) => path);
  const recommitted = taken.filter((entry) => isDirty.has(entry[0]) && isLeft(entry)).map(([path]) => path);
  // A file that moved is committed at both places or at none.
  const apart = new Set([...changed, ...recommitted].flatMap((path) => [path, ...otherPlaces(path)]));
  return {
    asLeft: new Set(open.map(([path]) => path).filter((path) => isDirty.has(path) && !apart.has(path))),
    edited: changed.filter((path) => [path, ...otherPlaces(path)].some((one) => isDirty.has(one))),
    recommitted,
    isUntouched: taken.length === 0,
  };
}

export function isAsLeft(
  root: string,
): (entry: readonly [path: string, left: readonly (string | null)[]]) => boolean {
  return ([path, left]) => left.includes(fingerprintOf(root, path));
}

function partition<Value>(values: readonly Value[], fits: (value: Value) => boolean): [Value[], Value[]] {
  return [values.filter(fits), values.filter((value) => !fits(value))];
}

/** Those of the note's files, from the top, that a commit has changed since, also if another one changed them back. */
async function committedSince(repository: Repository, { head, files }: Owed): Promise<Set<string> | Trouble> {
  const now = await commitOf(repository.top, "HEAD");
  if (now === head) return new Set();
  const paths = [...files.keys()].map((path) => repository.prefix + path);
  if (head === null) return new Set(await committedFiles(repository, paths));
  // A commit that git has dropped: nobody can tell, and nothing is owed.
  if (now === null || (await commitOf(repository.top, head)) === null) return new Set(paths);
  const changes = await changedBetween(repository, head, now);
  if (isTrouble(changes)) return changes;
  const along = await changedAlong(repository, head, now, paths);
  return isTrouble(along) ? along : new Set([...changes.map(({ path }) => path), ...along]);
}
