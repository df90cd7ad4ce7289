/** Pushing a branch to `origin`: never by force, and nothing but this one branch. */
import { type GitAnswer, runGit } from "./git.ts";
import { isValidBranch } from "./git-branch.ts";
import { askOrigin, hasOrigin, type NetworkOptions, runAtOrigin, wordsOf } from "./git-remote.ts";
import type { Trouble } from "./git-trouble.ts";
import { commitOf, type Repository } from "./repository.ts";

const PUSH_MS = 20_000;

export type PushTrouble = Trouble<"no_remote" | "branch_missing" | "push_failed">;

/** What a push does at origin; null when the branch's commits are there. */
export type Push = "create" | "update" | null;

/** Finds out what a push would do, and whether origin would take it. Changes nothing. */
export async function planPush(
  repository: Repository,
  branch: string,
  options: NetworkOptions,
): Promise<{ push: Push } | PushTrouble> {
  const { top } = repository;
  if (!(await isValidBranch(repository, branch))) return { reason: "branch_missing", detail: null };
  const here = await commitOf(top, `refs/heads/${branch}`);
  if (here === null) return { reason: "branch_missing", detail: null };
  if (!(await hasOrigin(repository))) return { reason: "no_remote", detail: null };
  const asked = await askOrigin(repository, branch, options);
  if ("answer" in asked) return readPushTrouble(asked.answer, repository);
  const there = asked.commit;
  if (there === null) return { push: "create" };
  if (there === here || (await isAncestor(repository, here, there))) return { push: null };
  if (await isAncestor(repository, there, here)) return { push: "update" };
  return { reason: "push_failed", detail: DIVERGED };
}

/** Pushes the branch, which then tracks the one at origin. The repository's pre-push hook runs. */
export async function pushBranch(
  repository: Repository,
  branch: string,
  options: NetworkOptions,
): Promise<PushTrouble | null> {
  const ref = `refs/heads/${branch}`;
  // Settings of the user or the repository could push tags and submodules as well.
  const only = ["--no-follow-tags", "--recurse-submodules=no"];
  const answer = await runAtOrigin(
    repository,
    ["push", "--porcelain", ...only, "--set-upstream", "origin", `${ref}:${ref}`],
    { ...options, limitMs: PUSH_MS, inGroup: true },
  );
  return answer.code === 0 ? null : readPushTrouble(answer, repository);
}

/** True when the one commit is in the other's history; false where the other is not known here. */
async function isAncestor({ top }: Repository, one: string, other: string): Promise<boolean> {
  return (await runGit(top, ["merge-base", "--is-ancestor", one, other])).code === 0;
}

const DIVERGED =
  "origin has commits on this branch that are not here; get them first, since nothing is pushed by force";

/** Said by git 2.30 to 2.50 and by GitHub; whatever fits none of them is told in their words alone. */
const CAUSES: [RegExp, string][] = [
  [/^!\t[^\t]*\t\[rejected\]/m, DIVERGED],
  [/^!\t[^\t]*\t\[remote rejected\]/m, "rules or hooks at origin refuse the branch"],
  [
    /permission (?:to \S+ )?denied|authentication failed|could not read (?:username|password)|returned error: 40[13]|host key verification failed|repository not found|access rights/i,
    "origin does not let this user in; git's own credentials are used, and no token of the environment",
  ],
  [
    /could not resolve|unable to connect|failed to connect|connection (?:refused|timed out|reset|closed)|network is unreachable|unable to access/i,
    "origin cannot be reached",
  ],
];

function readPushTrouble(answer: GitAnswer, repository: Repository): PushTrouble {
  const reason = "push_failed";
  if (answer.trouble !== null) return { reason, detail: wordsOf(answer, repository) };
  const cause = CAUSES.find(([pattern]) => pattern.test(`${answer.stdout}\n${answer.stderr}`))?.[1];
  if (cause === DIVERGED) return { reason, detail: DIVERGED };
  // Git itself dies with 128; with 1 and no verdict about the branch it was the hook.
  const verdict = /^!\t[^\t]*\t(.*)$/m.exec(answer.stdout)?.[1];
  const isHook = cause === undefined && verdict === undefined && answer.code === 1;
  const said = answer.stderr
    .split("\n")
    .filter((line) => !line.startsWith("error: failed to push some refs"));
  const lines =
    verdict === undefined ? said : [...said.filter((line) => line.startsWith("remote: ")), verdict];
  const words = wordsOf({ ...answer, stderr: lines.join("\n") }, repository);
  return {
    reason,
    detail: `${isHook ? "the pre-push hook refused" : (cause ?? "git could not push")}: ${words}`,
  };
}
