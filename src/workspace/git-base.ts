/** Going back to the base branch after a merge, and getting the merge. Never by force, and only from a clean tree. */
import { PlanningError, quote } from "../errors.ts";
import { asOnlyWriter } from "./exclusive.ts";
import { runGit } from "./git.ts";
import { type Branches, enterBranch, fileInTheWay, isValidBranch, listBranches } from "./git-branch.ts";
import { askOrigin, fetchBranch, hasOrigin, type NetworkOptions, wordsOf } from "./git-remote.ts";
import { GIT_REASONS, lockPatience, readTrouble, sayingOf, type Trouble } from "./git-trouble.ts";
import {
  commitOf,
  type Head,
  isTrouble,
  openRepository,
  type Repository,
  readHead,
  unfinishedOperation,
} from "./repository.ts";

const LOCK_MS = 5_000;
/** A checkout that is stopped in the middle leaves a mess: with less time left than this, none is begun. */
const LEAST_MS = 3_000;

/** Why the base was not checked out with the merge, with what each means. */
export const LOCAL_REASONS = {
  not_merged: "Nothing was merged.",
  up_to_date: "The base is checked out and has everything.",
  other_branch: "Neither the phase's branch nor the base is checked out.",
  detached_head: "No branch is checked out.",
  dirty_tree: "There are uncommitted changes, or a file that would be overwritten.",
  checked_out_elsewhere: "Another work tree has the base checked out.",
  base_missing: "The base is no branch here or at origin.",
  diverged: "The local base has commits that origin's does not have.",
  no_remote: "There is no remote origin.",
  fetch_failed: "Origin could not be asked.",
  project_busy: "Another process is writing the project.",
  ...GIT_REASONS,
} as const;

export type LocalReason = keyof typeof LOCAL_REASONS;

export interface LocalUpdate {
  /** What is checked out afterwards; null where no branch is. */
  branch: string | null;
  updated: boolean;
  /** Null when updated. */
  reason: LocalReason | null;
  /** What git said, in a sentence; null where it adds nothing. */
  detail: string | null;
}

export interface UpdateRequest extends NetworkOptions {
  /** The branch that was merged. */
  branch: string;
  base: string;
  dryRun: boolean;
  /** True in a dry run of a merge: origin's base is going to move. */
  isMergeAhead: boolean;
  /** Of a merge ahead: the commit that becomes a parent of origin's base; null where none does. */
  mergedHead?: string | null;
}

/** What is checked out, when nothing is to be done about it. */
export async function leaveLocal(root: string, reason: LocalReason): Promise<LocalUpdate> {
  const repository = await openRepository(root);
  const branch = isTrouble(repository) ? null : (await readHead(repository)).branch;
  return { branch, updated: false, reason, detail: null };
}

/** Checks the base out and moves it forward to origin's. No write or commit of this program runs meanwhile. */
export async function updateLocal(root: string, request: UpdateRequest): Promise<LocalUpdate> {
  const repository = await openRepository(root);
  if (isTrouble(repository)) return refused(null, repository);
  const head = await readHead(repository);
  if (request.timeLeft() < LEAST_MS) return refused(head.branch, NO_TIME);
  const obstacle = await obstacleOf(repository, head, request);
  if (obstacle) return refused(head.branch, obstacle);
  const target = await targetOf(repository, request);
  if (isTrouble(target)) return refused(head.branch, target);
  const attempt = async (): Promise<LocalUpdate> => {
    // Anything may have happened while origin was asked and the lock waited for.
    const now = await readHead(repository);
    if (request.timeLeft() < LEAST_MS) return refused(now.branch, NO_TIME);
    const trouble =
      (await obstacleOf(repository, now, request)) ?? (await enter(repository, now, target, request));
    const branch = request.dryRun ? now.branch : (await readHead(repository)).branch;
    return trouble
      ? refused(branch, trouble)
      : { branch: request.base, updated: true, reason: null, detail: null };
  };
  if (request.dryRun) return attempt();
  try {
    return await whileNobodyWrites(root, request.signal, attempt);
  } catch (error) {
    request.signal.throwIfAborted();
    if (!(error instanceof PlanningError) && error !== BUSY) throw error;
    return refused(head.branch, {
      reason: "project_busy",
      detail: error instanceof PlanningError ? error.message : null,
    });
  }
}

const NO_TIME: Refusal = {
  reason: "timed_out",
  detail: "the call's time was nearly used up; call again to check the base out",
};

const BUSY = new Error("the project is busy");

/** The merge is done, and its answer does not wait for somebody's slow commit. */
async function whileNobodyWrites<Result>(
  root: string,
  signal: AbortSignal,
  run: () => Promise<Result>,
): Promise<Result> {
  const patience = new AbortController();
  const timer = setTimeout(() => patience.abort(BUSY), LOCK_MS);
  const either = AbortSignal.any([signal, patience.signal]);
  try {
    return await asOnlyWriter(root, { signal: either }, () => {
      clearTimeout(timer);
      return run();
    });
  } finally {
    clearTimeout(timer);
  }
}

type Refusal = Trouble<LocalReason>;

function refused(branch: string | null, { reason, detail }: Refusal): LocalUpdate {
  return { branch, updated: false, reason, detail };
}

/** What forbids to leave what is checked out. */
async function obstacleOf(
  repository: Repository,
  head: Head,
  { branch, base }: UpdateRequest,
): Promise<Refusal | null> {
  if (head.branch === null) return { reason: "detached_head", detail: null };
  if (head.branch !== branch && head.branch !== base) return { reason: "other_branch", detail: null };
  const unfinished = unfinishedOperation(repository, "switch");
  if (unfinished) return unfinished;
  const args = [
    "status",
    "--porcelain=v1",
    "--no-renames",
    "--untracked-files=no",
    "--ignore-submodules=all",
  ];
  const status = await runGit(repository.top, args);
  if (status.code !== 0) return readTrouble(status, repository.top);
  return status.stdout.trim() === "" ? null : { reason: "dirty_tree", detail: null };
}

/** Where the base goes. */
interface Target {
  /** The commit that origin has; in a dry run null where it is not here, and the one that was seen last if there is one. */
  commit: string | null;
  /** True in a dry run when origin has more than `commit`, or is going to. */
  isBehind: boolean;
  /** In a dry run: what origin's base will have beside `commit`. */
  comes: string | null;
}

/** Gets the base; a dry run asks only which commit it is. */
async function targetOf(repository: Repository, request: UpdateRequest): Promise<Target | Refusal> {
  const { base, dryRun } = request;
  if (!(await isValidBranch(repository, base))) return { reason: "base_missing", detail: null };
  if (!(await hasOrigin(repository))) return { reason: "no_remote", detail: null };
  if (dryRun) return targetSeen(repository, request);
  const fetched = await fetchBranch(repository, base, request);
  if ("commit" in fetched) return { commit: fetched.commit, isBehind: false, comes: null };
  const isMissing = /couldn't find remote ref/i.test(fetched.trouble);
  return { reason: isMissing ? "base_missing" : "fetch_failed", detail: fetched.trouble };
}

async function targetSeen(repository: Repository, request: UpdateRequest): Promise<Target | Refusal> {
  const { base, isMergeAhead, mergedHead } = request;
  const asked = await askOrigin(repository, base, request);
  if ("answer" in asked) return { reason: "fetch_failed", detail: wordsOf(asked.answer, repository) };
  if (asked.commit === null) return { reason: "base_missing", detail: null };
  const known = await commitOf(repository.top, asked.commit);
  const commit = known ?? (await commitOf(repository.top, `refs/remotes/origin/${base}`));
  return { commit, isBehind: isMergeAhead || known === null, comes: mergedHead ?? null };
}

async function enter(
  repository: Repository,
  head: Head,
  target: Target,
  { base, dryRun, timeLeft }: UpdateRequest,
): Promise<Refusal | null> {
  const { top } = repository;
  const branches = await listBranches(repository);
  if (isTrouble(branches)) return branches;
  const here = await commitOf(top, `refs/heads/${base}`);
  const refusal = await refusalOf(repository, { head, base, here, target, branches });
  if (refusal || dryRun) return refusal;
  const commit = target.commit!;
  if (head.branch === base) return fastForward(repository, commit, timeLeft());
  if (here === null) return enterBase(repository, base, "remote", timeLeft());
  // Before it is checked out, so that files change once. The old value makes sure that nobody moved it meanwhile.
  const moved = await lockPatience()(() =>
    runGit(top, ["update-ref", "-m", "merge: fast-forward", `refs/heads/${base}`, commit, here]),
  );
  return moved.code === 0 ? enterBase(repository, base, "existing", timeLeft()) : readTrouble(moved, top);
}

interface Situation {
  head: Head;
  base: string;
  /** The local base's commit. */
  here: string | null;
  target: Target;
  branches: Branches;
}

async function refusalOf(repository: Repository, situation: Situation): Promise<Refusal | null> {
  const { head, base, here, target, branches } = situation;
  const { commit, isBehind } = target;
  const isEntered = head.branch === base;
  if (isEntered && here === commit) return isBehind ? null : { reason: "up_to_date", detail: null };
  if (!isEntered && branches.local.get(base)?.isCheckedOut)
    return { reason: "checked_out_elsewhere", detail: null };
  if (commit === null) return null;
  if (here !== null && here !== commit) {
    const isIn = async (tip: string): Promise<boolean> =>
      (await runGit(repository.top, ["merge-base", "--is-ancestor", here, tip])).code === 0;
    const { comes } = target;
    if (!(await isIn(commit)) && !(comes && (await isIn(comes)))) return { reason: "diverged", detail: null };
  }
  const lost = head.commit === null ? null : await fileInTheWay(repository, head.commit, commit);
  if (lost === null) return null;
  return typeof lost === "string"
    ? { reason: "dirty_tree", detail: `${quote(lost)} would be overwritten` }
    : lost;
}

async function enterBase(
  repository: Repository,
  base: string,
  kind: "existing" | "remote",
  limitMs: number,
): Promise<Refusal | null> {
  const ref = kind === "existing" ? `refs/heads/${base}` : `refs/remotes/origin/${base}`;
  const outcome = await enterBranch(repository, base, { kind, ref }, { limitMs });
  return "reason" in outcome ? outcome : null;
}

/** Of the branch that is checked out. The repository's post-merge hook runs. */
async function fastForward(repository: Repository, target: string, limitMs: number): Promise<Refusal | null> {
  const { top } = repository;
  const patiently = lockPatience();
  // Whatever the user has set for merges: nothing is stashed, squashed or opened.
  const only = [
    "--ff-only",
    "--no-squash",
    "--no-autostash",
    "--no-overwrite-ignore",
    "--no-stat",
    "--quiet",
  ];
  const answer = await patiently(() =>
    runGit(top, ["-c", "maintenance.auto=false", "merge", ...only, target], {
      timeoutMs: limitMs,
      limitMs,
      inGroup: true,
    }),
  );
  if (answer.code === 0 || (await readHead(repository)).commit === target) return null;
  if (/would be overwritten|not uptodate|untracked working tree/.test(answer.stderr)) {
    return { reason: "dirty_tree", detail: sayingOf(answer.stderr, top) };
  }
  return readTrouble(answer, top);
}
