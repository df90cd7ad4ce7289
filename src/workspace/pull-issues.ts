/** The issues that a merge closes: the phase's own, and those that its plans come from. */

import type { Phase } from "../domain/phase-index.ts";
import type { GitHub, GitHubIssue } from "./github.ts";
import { GitHubFailure } from "./github.ts";
import { findPhaseIssues } from "./issue-lookup.ts";
import { numbered, type Progress, report, tolerating } from "./pull.ts";
import { issuesOf } from "./pull-source.ts";
import type { Workspace } from "./workspace.ts";

/** The number of the phase's issue; null where config.json has GitHub switched off, and where it cannot be told. */
export async function phaseIssueNumber(
  workspace: Workspace,
  phase: Phase,
  { github, milestone }: { github: GitHub; milestone: string },
  progress: Progress,
): Promise<number | null> {
  if (!workspace.config().config.github.enabled) return null;
  let found: GitHubIssue[] | undefined;
  await tolerating(progress, "The phase's issue was not looked up", async () => {
    found = await findPhaseIssues(github, milestone, phase.number);
  });
  const [issue, ...others] = found ?? [];
  if (issue === undefined && found) {
    report(
      progress,
      `No issue of v${milestone} is that of phase ${phase.ref.number}, so none is closed for it.`,
      "info",
    );
  }
  if (issue !== undefined && others.length > 0) {
    const numbers = found!.slice(0, 10).map(({ number }) => `#${number}`);
    report(progress, `Several issues could be the phase's, so none is closed for it: ${numbers.join(", ")}.`);
  }
  return issue !== undefined && others.length === 0 ? issue.number : null;
}

/** Numbers of the issues that a merge closes, and what they are now; those that could not be read are left out. */
export interface Closing {
  numbers: number[];
  known: Map<number, GitHubIssue | null>;
}

export async function planClosing(
  workspace: Workspace,
  phase: Phase,
  access: { github: GitHub; milestone: string },
  progress: Progress,
): Promise<Closing> {
  const { github } = access;
  const phaseIssue = await phaseIssueNumber(workspace, phase, access, progress);
  const { closes } = issuesOf(workspace, phase, { repository: github.repository, phaseIssue });
  const known: Closing["known"] = new Map();
  try {
    for (const number of closes) known.set(number, await github.getIssue(number));
  } catch (error) {
    // Told when they are to be closed, if GitHub is as silent then.
    if (!(error instanceof GitHubFailure)) throw error;
  }
  return { numbers: closes, known };
}

/**
 * Closes what is still open. `closed` are those that were open before this call, by whomever they were closed: GitHub
 * follows the closing words of a pull request some time after its merge.
 */
export async function closeIssues(
  github: GitHub,
  { numbers, known }: Closing,
  { dryRun, isFresh }: { dryRun: boolean; isFresh: boolean },
  progress: Progress,
): Promise<{ closed: number[]; alreadyClosed: number[] }> {
  const closed: number[] = [];
  const alreadyClosed: number[] = [];
  await tolerating(progress, "Not all issues were closed; call again to close the rest", async () => {
    for (const number of numbers) {
      const before = known.has(number) ? known.get(number)! : await github.getIssue(number);
      if (before === null) report(progress, `#${number} is not there, so it was not closed.`);
      else if (before.isPullRequest) report(progress, `#${number} is a pull request, so it was not closed.`);
      else if (before.state === "closed") alreadyClosed.push(number);
      else {
        if (!dryRun) await close(github, number, isFresh);
        closed.push(number);
        progress.changes.push({ action: "update", path: numbered(github, number) });
      }
    }
  });
  return { closed, alreadyClosed };
}

async function close(github: GitHub, number: number, isFresh: boolean): Promise<void> {
  // The merge may have closed it by now.
  const now = isFresh ? await github.getIssue(number) : null;
  if (now?.state !== "closed") await github.closeIssue(number);
}
