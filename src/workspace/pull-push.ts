/** Pushing a phase's branch as a step of a pull request. */
import { type PushTrouble, planPush, pushBranch } from "./git-push.ts";
import type { PhaseHead } from "./phase-head.ts";
import { type Progress, type PullRequestOptions, Refusal } from "./pull.ts";

/** Pushes what origin does not have. True when there was something. */
export async function pushHead(
  progress: Progress,
  { repository, branch }: PhaseHead,
  { dryRun, signal }: PullRequestOptions,
  timeLeft: () => number,
): Promise<boolean> {
  const options = { signal, timeLeft };
  const plan = await planPush(repository, branch, options);
  if ("reason" in plan) throw refusal(plan);
  if (plan.push === null) return false;
  const trouble = dryRun ? null : await pushBranch(repository, branch, options);
  if (trouble) throw refusal(trouble);
  progress.changes.push({ action: plan.push, path: `origin/${branch}` });
  return true;
}

function refusal({ reason, detail }: PushTrouble): Refusal {
  return new Refusal(reason, detail === null ? null : `${detail[0]!.toUpperCase()}${detail.slice(1)}`);
}
