/** Commits of a phase's branch that a merge does not have. */
import { runGit } from "./git.ts";
import type { GitHubPull } from "./github.ts";
import { type Findings, report } from "./github-outcome.ts";
import type { PhaseHead } from "./phase-head.ts";

/** A merge takes what is at GitHub, and somebody may believe that it takes what is here. */
export async function warnOfUnpushed(
  findings: Findings,
  { repository, branch, place }: PhaseHead,
  { headSha }: GitHubPull,
): Promise<void> {
  if (place !== "local") return;
  const args = ["rev-list", "--count", `refs/heads/${branch}`, `^${headSha}`, "--"];
  const { code, stdout } = await runGit(repository.top, args);
  const count = code === 0 ? Number(stdout.trim()) : 0;
  if (count === 0) return;
  const commits =
    count === 1 ? "1 commit of the local branch is" : `${count} commits of the local branch are`;
  report(findings, `${commits} not in the pull request, so the merge is without.`);
}
