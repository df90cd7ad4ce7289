/**
 * What of a note is still owed: a file that nobody has committed since the note was written. It is committed as long as it
 * is as the change left it, and a person's from the first edit on.
 */

import { type CommitReason, filesInLastCommit, uncommittedFiles } from "./commit.ts";
import { committablePath, otherPlaces } from "./commit-paths.ts";
import { runGit } from "./git.ts";
import { changedBetween, committedFiles } from "./git-files.ts";
import { bringIndexUpTo, readRawChanges } from "./git-index.ts";
import type { Trouble } from "./git-trouble.ts";
import { fingerprintOf, type Leavings, type Owed } from "./owed-commit.ts";
import { hash } from "./planning-tree.ts";
import { commitOf, isTrouble, type Repository } from "./repository.ts";

export interface OwedFiles {
  /** Uncommitted, and as the change left them. */
  asLeft: ReadonlySet<string>;
  /** Edited since: none of them is committed, and with a file that moved its old place neither. */
  edited: string[];
}

/** A note's files as git has them, those below the places among them that the change leaves nothing of. */
export async function owedBy(
  { root, places }: { root: string; places: readonly string[] },
  leavings: Leavings,
): Promise<Leavings> {
  const files = new Map<string, string | null>();
  for (const [path, fingerprint] of leavings) {
    // A directory on the way may be a link.
    const found = committablePath(root, path);
    files.set("path" in found ? found.path : path, fingerprint);
  }
  for (const path of await filesInLastCommit(root, places)) if (!files.has(path)) files.set(path, null);
  return files;
}

/** Sorts the note's files; `paths` are where to look. */
export async function sortOwed(
  root: string,
  repository: Repository,
  owed: Owed,
  paths: readonly string[],
): Promise<OwedFiles | Trouble<CommitReason>> {
  const [dirty, since] = await Promise.all([uncommittedFiles(root, paths), committedSince(repository, owed)]);
  if (isTrouble(dirty)) return dirty;
  if (isTrouble(since)) return since;
  const isDirty = new Set(dirty);
  const open = [...owed.files].filter(([path]) => !since.has(repository.prefix + path));
  const isLeft = isAsLeft(root);
  const changed = open.filter((entry) => !isLeft(entry)).map(([path]) => path);
  const apart = new Set(changed.flatMap((path) => [path, ...otherPlaces(path)]));
  return {
    asLeft: new Set(open.map(([path]) => path).filter((path) => isDirty.has(path) && !apart.has(path))),
    edited: changed.filter((path) => [path, ...otherPlaces(path)].some((one) => isDirty.has(one))),
  };
}

export function isAsLeft(root: string): (entry: readonly [path: string, left: string | null]) => boolean {
  return ([path, left]) => fingerprintOf(root, path) === left;
}

/** Those of the note's files, from the top, that commits have changed since. */
async function committedSince(repository: Repository, { head, files }: Owed): Promise<Set<string> | Trouble> {
  const now = await commitOf(repository.top, "HEAD");
  if (now === head) return new Set();
  const paths = [...files.keys()].map((path) => repository.prefix + path);
  if (head === null) return new Set(await committedFiles(repository, paths));
  // A commit that git has dropped: nobody can tell, and nothing is owed.
  if (now === null || (await commitOf(repository.top, head)) === null) return new Set(paths);
  const changes = await changedBetween(repository, head, now);
  return isTrouble(changes) ? changes : new Set(changes.map(({ path }) => path));
}

/**
 * Git may have made the commit after the end of the process that had asked for it. Then nobody has brought the index up
 * to what its hooks did: where it still has what the change left, or what was there before, that is done now.
 */
export async function tidyAfterCrash(
  { top, prefix }: Repository,
  { head, files }: Owed,
  subject: string,
): Promise<void> {
  if (head === null) return;
  const { stdout } = await runGit(top, ["rev-list", "--parents", `${head}..HEAD`]);
  const [commit] =
    stdout
      .split("\n")
      .find((line) => line.split(" ")[1] === head)
      ?.split(" ") ?? [];
  if (commit === undefined) return;
  const { stdout: shown } = await runGit(top, ["rev-list", "--max-count=1", "--format=%s", commit]);
  if (shown.split("\n")[1] !== subject) return;
  const changes = await runGit(top, ["diff-tree", "-r", "-z", "--raw", "--no-renames", head, commit]);
  await bringIndexUpTo(top, readRawChanges(changes.stdout), async (path, { name }) => {
    const left = path.startsWith(prefix) ? files.get(path.slice(prefix.length)) : undefined;
    if (left == null) return false;
    const { code, stdout: staged } = await runGit(top, ["cat-file", "blob", name]);
    return code === 0 && hash(Buffer.from(staged)) === left;
  });
}
