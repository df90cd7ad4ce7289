/** Pushing a phase's branch as a step of a pull request. */
import { describePlace, foreignTarget } from "../domain/remote-url.ts";
import { type PushTrouble, planPush, pushBranch } from "./git-push.ts";
import { pushAddresses } from "./git-remote.ts";
import type { GitHub } from "./github.ts";
import { Refusal } from "./github-outcome.ts";
import type { PhaseHead } from "./phase-head.ts";
import type { Progress, PullRequestOptions } from "./pull.ts";

/** Pushes what origin does not have. True when there was something. */
export async function pushHead(
  progress: Progress,
  { repository, branch }: PhaseHead,
  { dryRun, signal }: PullRequestOptions,
  { repository: own, timeLeft }: GitHub,
): Promise<boolean> {
  // A remote may be fetched from one repository and pushed to another.
  const foreign = foreignTarget(await pushAddresses(repository), own);
  if (foreign) {
    const here = describePlace(own);
    throw new Refusal(
      "push_failed",
      `Pushes to origin go to ${foreign}, and the pull request is one of ${here}.`,
    );
  }
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
