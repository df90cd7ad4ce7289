/** The repository that a project stands in: where its top is, what is checked out, what is unfinished. */
import { existsSync } from "node:fs";
import { isInRepository, runGit } from "./git.ts";
import { type GitReason, readTrouble, type Trouble } from "./git-trouble.ts";

export interface Repository {
  /** Absolute path of the top of the work tree; every verb runs here. */
  top: string;
  /** The project root below the top: "" or `packages/app/`. */
  prefix: string;
  /** Absolute path of this work tree's own git directory. */
  directory: string;
}

/** The repository around a root; a bare one and the inside of `.git` have no work tree and are refused. */
export async function openRepository(root: string): Promise<Repository | Trouble> {
  if (!isInRepository(root)) return { reason: "no_repository", detail: null };
  const place = await runGit(root, ["rev-parse", "--is-inside-work-tree", "--show-prefix"]);
  if (place.code !== 0) return readTrouble(place, root);
  // The prefix may hold line breaks, so it comes last and loses only the one that ends it.
  const at = place.stdout.indexOf("\n");
  if (place.stdout.slice(0, at) !== "true") return { reason: "no_work_tree", detail: null };
  const prefix = place.stdout.slice(at + 1, -1);
  const directory = await runGit(root, ["rev-parse", "--absolute-git-dir"]);
  if (directory.code !== 0) return readTrouble(directory, root);
  const top = prefix === "" ? root : `${root}/`.slice(0, -prefix.length - 1);
  return { top, prefix, directory: directory.stdout.slice(0, -1) };
}

export function isTrouble(found: object): found is Trouble<string> {
  return "reason" in found;
}

export interface Head {
  /** Short name; null when detached. */
  branch: string | null;
  /** Null on a branch that has no commit yet. */
  commit: string | null;
}

export async function readHead({ top }: Repository): Promise<Head> {
  const [symbolic, commit] = await Promise.all([
    runGit(top, ["symbolic-ref", "--quiet", "HEAD"]),
    commitOf(top, "HEAD"),
  ]);
  const branch = symbolic.code === 0 ? symbolic.stdout.trim().replace(/^refs\/heads\//, "") : null;
  return { branch, commit };
}

/** The commit that a full ref name stands for, or null. */
export async function commitOf(top: string, ref: string): Promise<string | null> {
  const { code, stdout } = await runGit(top, ["rev-parse", "--verify", "--quiet", `${ref}^{commit}`]);
  return code === 0 ? stdout.trim() : null;
}

/**
 * What git keeps while an operation is open, or its outcome and message are prepared (`revert --no-commit`, `merge
 * --squash`): the next commit is meant to be that one, and any other would end it and delete its message.
 */
const BLOCKS_COMMIT = [
  "MERGE_HEAD",
  "CHERRY_PICK_HEAD",
  "REVERT_HEAD",
  "sequencer",
  "SQUASH_MSG",
  "MERGE_MSG",
];
/** The same for leaving the branch. */
const BLOCKS_SWITCH = [...BLOCKS_COMMIT, "BISECT_LOG", "rebase-merge", "rebase-apply"];

export function unfinishedOperation(
  { directory }: Repository,
  action: "commit" | "switch",
): Trouble<GitReason> | null {
  const files = action === "commit" ? BLOCKS_COMMIT : BLOCKS_SWITCH;
  const open = files.find((name) => existsSync(`${directory}/${name}`));
  return open === undefined ? null : { reason: "operation_in_progress", detail: `git keeps ${open}` };
}
