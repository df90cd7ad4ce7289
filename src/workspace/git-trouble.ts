/** Why git did not do what it was asked, in words of our own. */
import { shorten } from "../domain/naming.ts";
import { visible } from "../errors.ts";
import type { GitAnswer } from "./git.ts";

/** Reasons that any change of a repository may be skipped for, with what each means. */
export const GIT_REASONS = {
  no_repository: "The project is in no git repository.",
  no_work_tree: "The repository has no work tree here.",
  repository_not_trusted: "Git refuses a repository that another user owns.",
  operation_in_progress: "A merge, rebase, cherry-pick or the like is not finished.",
  index_locked: "Another git process held its lock for three seconds.",
  hook_failed: "A hook of the repository refused.",
  timed_out: "Git or a hook gave no sign of life.",
  git_missing: "There is no git program.",
  git_failed: "Git refused; a diagnostic has its words.",
} as const;

export type GitReason = keyof typeof GIT_REASONS;

export interface Trouble<Reason extends string = GitReason> {
  reason: Reason;
  /** What git or a hook said, on one line, without paths of this machine; null where it adds nothing. */
  detail: string | null;
}

const MAX_DETAIL = 300;

/** How long an operation waits for locks of other processes. */
const LOCK_WAIT_MS = 3_000;

/** Reads a refusal. `top` is the top of the work tree, whose path the words must not tell. */
export function readTrouble({ code, stdout, stderr, trouble }: GitAnswer, top: string): Trouble {
  if (trouble !== null) return { reason: trouble, detail: null };
  const said = stderr.trim() === "" ? stdout : stderr;
  return { reason: reasonOf(code, stderr), detail: sayingOf(said, top) };
}

/** Exit code 1 is a hook's refusal, as git itself dies with 128; what a hook says may look like anything. */
function reasonOf(code: number | null, stderr: string): GitReason {
  if (code !== 128)
    return /^(?:error: pathspec |Aborting commit due to )/m.test(stderr) ? "git_failed" : "hook_failed";
  if (/\.lock': File exists|cannot lock ref|Another git process seems to be running/.test(stderr)) {
    return "index_locked";
  }
  if (/not a git repository/i.test(stderr)) return "no_repository";
  if (/dubious ownership/.test(stderr)) return "repository_not_trusted";
  if (/cannot do a partial commit during|unmerged files|cannot switch branch while/.test(stderr)) {
    return "operation_in_progress";
  }
  return /aborted by hook|hook declined/.test(stderr) ? "hook_failed" : "git_failed";
}

/** Git's own verdicts where there are any; else the end of what was said, where hooks put theirs. */
export function sayingOf(text: string, top: string): string | null {
  const lines = text.split("\n").filter((line) => line.trim() !== "" && !line.startsWith("hint:"));
  const verdicts = lines.filter((line) => /^(?:fatal|error): /.test(line));
  const chosen = verdicts.length > 0 ? verdicts.slice(0, 3) : lines.slice(-5);
  const saying = visible(withoutPaths(chosen.join(" "), top))
    .replace(/\s+/g, " ")
    .trim();
  return saying === "" ? null : shorten(saying, MAX_DETAIL);
}

/** Paths below the top become relative; of others only a mark remains. */
function withoutPaths(text: string, top: string): string {
  return text
    .replaceAll(`${top}/`, "")
    .replaceAll(top, ".")
    .replace(/'\/[^'\n]*'/g, "'…'")
    .replace(/(?<![\w.~…/:-])\/[^\s'"`,;]+/g, "…");
}

/** One operation's patience with the locks of other processes: three seconds from the first refusal, for all that it runs. */
export function lockPatience(): (run: () => Promise<GitAnswer>) => Promise<GitAnswer> {
  let deadline: number | undefined;
  return async (run) => {
    for (let pause = 20; ; pause = Math.min(pause * 2, 200)) {
      const answer = await run();
      if (answer.code !== 128 || reasonOf(128, answer.stderr) !== "index_locked") return answer;
      deadline ??= Date.now() + LOCK_WAIT_MS;
      if (Date.now() + pause > deadline) return answer;
      await new Promise((resolve) => setTimeout(resolve, pause));
    }
  };
}
