/** Branches: which there are, where a new one would start, and changing to one. Never by force, never over the network. */
import { isBranchName } from "../domain/branch.ts";
import { type GitAnswer, runGit } from "./git.ts";
import { changedBetween, isThere } from "./git-files.ts";
import { type GitReason, lockPatience, readTrouble, sayingOf, type Trouble } from "./git-trouble.ts";
import { type Repository, readHead } from "./repository.ts";

/** A checkout may write many files and run the user's hook. */
const SWITCH_TIMEOUT_MS = 120_000;

const LOCAL = "refs/heads/";
const REMOTE = "refs/remotes/origin/";

export interface Branches {
  /** Short names of local branches, with whether a work tree has it checked out. */
  local: Map<string, { isCheckedOut: boolean }>;
  /** Short names of what was last seen at `origin`. */
  remote: Set<string>;
  /** The branch that `origin` says is its main one. */
  remoteHead: string | null;
}

export async function listBranches({ top }: Repository): Promise<Branches | Trouble> {
  const format = "%(refname) %(symref) %(worktreepath)";
  const answer = await runGit(top, ["for-each-ref", `--format=${format}`, LOCAL, REMOTE]);
  if (answer.code !== 0) return readTrouble(answer, top);
  const branches: Branches = { local: new Map(), remote: new Set(), remoteHead: null };
  for (const line of answer.stdout.split("\n")) {
    const [ref = "", symbolic = "", ...workTree] = line.split(" ");
    if (ref.startsWith(LOCAL)) {
      branches.local.set(ref.slice(LOCAL.length), { isCheckedOut: isWorkTree(workTree.join(" ")) });
    } else if (ref === `${REMOTE}HEAD`) {
      if (symbolic.startsWith(REMOTE)) branches.remoteHead = symbolic.slice(REMOTE.length);
    } else if (ref.startsWith(REMOTE)) branches.remote.add(ref.slice(REMOTE.length));
  }
  return branches;
}

/** Git names a bare repository too, as the place of the branch that its HEAD names; nothing is checked out there. */
function isWorkTree(path: string): boolean {
  return path !== "" && (isThere(`${path}/.git`) || !isThere(`${path}/objects`));
}

/** True when git takes the name for a branch. */
export async function isValidBranch({ top }: Repository, name: string): Promise<boolean> {
  return isBranchName(name) && (await runGit(top, ["check-ref-format", "--branch", name])).code === 0;
}

/** The base by name: the one asked for, else the remote's main branch, else main or master. Null where it is missing. */
export function chooseBase({ local, remote, remoteHead }: Branches, asked?: string): string | null {
  const candidates =
    asked === undefined ? [remoteHead, "main", "master"] : [asked, asked.replace(/^origin\//, "")];
  return candidates.find((name) => name !== null && (local.has(name) || remote.has(name))) ?? null;
}

/**
 * The full ref that a branch from this base starts at: the local branch, which may hold commits that were never pushed;
 * what was last seen at the remote where the local one is only behind, or missing.
 */
export async function startOf({ top }: Repository, branches: Branches, base: string): Promise<string> {
  const [local, remote] = [`${LOCAL}${base}`, `${REMOTE}${base}`];
  if (!branches.local.has(base)) return remote;
  if (!branches.remote.has(base)) return local;
  const { code } = await runGit(top, ["merge-base", "--is-ancestor", local, remote]);
  return code === 0 ? remote : local;
}

/** A name that cannot stand beside those that are there: `feat` and `feat/x` exclude each other. */
export function conflictingBranch({ local }: Branches, name: string): string | null {
  const names = [...local.keys()];
  return names.find((other) => name.startsWith(`${other}/`) || other.startsWith(`${name}/`)) ?? null;
}

/**
 * A file whose uncommitted content a change from one commit to another would have to overwrite; null when there is none.
 * Ignored files count: git would overwrite them in silence.
 */
export async function fileInTheWay(
  repository: Repository,
  from: string,
  to: string,
): Promise<string | null | Trouble> {
  const { top } = repository;
  if (from === to) return null;
  const changes = await changedBetween(repository, from, to);
  if ("reason" in changes) return changes;
  const status = ["status", "--porcelain=v1", "-z", "--no-renames", "--untracked-files=no"];
  const answer = await runGit(top, [...status, "--ignore-submodules=all"]);
  if (answer.code !== 0) return readTrouble(answer, top);
  const edited = new Set(answer.stdout.split("\0").map((record) => record.slice(3)));
  const lost = changes.find(({ path, isNew }) => edited.has(path) || (isNew && isThere(`${top}/${path}`)));
  return lost?.path ?? null;
}

/** How a branch is entered: as it is, new from a base, or new from the remote's branch of the same name, tracking it. */
export interface Entrance {
  kind: "existing" | "new" | "remote";
  /** The full name of what is checked out. */
  ref: string;
}

type Refusal = Trouble<GitReason | "dirty_tree" | "checked_out_elsewhere">;

/**
 * Checks the branch out; `warning` is what a hook said that failed afterwards. A refusal leaves the branch, the files and
 * the branches as they were, unless git was stopped after `limitMs` in the middle of it.
 */
export async function enterBranch(
  repository: Repository,
  name: string,
  { kind, ref }: Entrance,
  { limitMs }: { limitMs?: number } = {},
): Promise<Refusal | { warning: string | null }> {
  const { top } = repository;
  const patiently = lockPatience();
  const run = (...args: string[]) =>
    patiently(() => runGit(top, args, { timeoutMs: SWITCH_TIMEOUT_MS, limitMs, inGroup: true }));
  const { commit } = await readHead(repository);
  // In a step of its own: switching can be tried again then.
  if (kind !== "existing") {
    const made = await run("branch", "--quiet", kind === "new" ? "--no-track" : "--track", name, ref);
    if (made.code !== 0) return readRefusal(made, top);
  }
  const answer = await run("switch", "--quiet", "--no-guess", "--no-overwrite-ignore", name);
  if (answer.code === 0) return { warning: null };
  // The exit code may be that of the post-checkout hook, which runs when all is done.
  if ((await readHead(repository)).branch === name) return { warning: sayingOf(answer.stderr, top) ?? "" };
  // Git changes the files before it changes HEAD, and does not take them back when that fails.
  if (commit !== null && /unable to update HEAD|cannot lock ref|by hook/.test(answer.stderr)) {
    await run("read-tree", "-m", "-u", `${LOCAL}${name}`, commit);
  }
  if (kind !== "existing") await run("branch", "--quiet", "--delete", "--force", name);
  return readRefusal(answer, top);
}

function readRefusal(answer: GitAnswer, top: string): Refusal {
  const trouble = readTrouble(answer, top);
  if (/would be (?:overwritten|removed) by|resolve your current index/.test(answer.stderr)) {
    return { ...trouble, reason: "dirty_tree" };
  }
  if (/already (?:checked out|used by worktree)/.test(answer.stderr)) {
    return { ...trouble, reason: "checked_out_elsewhere" };
  }
  // No hook stops a checkout with exit code 1.
  return trouble.reason === "hook_failed" && answer.code !== 128
    ? { ...trouble, reason: "git_failed" }
    : trouble;
}
