/** Merging a phase's pull request, and what follows: issues, the branch at origin, the local base. */
import type { Diagnostic } from "../domain/diagnostic.ts";
import type { MergeReason } from "../domain/github-reason.ts";
import type { Phase } from "../domain/phase-index.ts";
import type { Change } from "./change-set.ts";
import { type LocalReason, type LocalUpdate, leaveLocal, updateLocal } from "./git-base.ts";
import { type GitHub, GitHubFailure, type GitHubPull } from "./github.ts";
import { answering, Refusal, report, tolerating } from "./github-outcome.ts";
import {
  numbered,
  type Prepared,
  type Progress,
  type PullRef,
  type PullRequestOptions,
  preparePull,
  pullRef,
  requirePull,
} from "./pull.ts";
import { type ClosingOptions, closeIssues } from "./pull-issues.ts";
import { readPullSource } from "./pull-source.ts";
import { warnOfUnpushed } from "./pull-unpushed.ts";
import type { Workspace } from "./workspace.ts";

export interface MergeRequest extends PullRequestOptions {
  deleteBranch: boolean;
}

export interface MergedPull {
  status: "merged" | "unchanged" | "blocked" | "skipped" | "failed";
  reason: MergeReason | null;
  pr: PullRef | null;
  closed: number[];
  already_closed: number[];
  local: { branch: string | null; updated: boolean; reason: LocalReason | null };
  changes: Change[];
  diagnostics: Diagnostic[];
}

/** Merges what was seen and nothing newer; called again, it finishes what was cut off after the merge. */
export async function mergePhasePull(
  workspace: Workspace,
  phase: Phase,
  request: MergeRequest,
): Promise<MergedPull> {
  const progress: Progress = { changes: [], diagnostics: [] };
  const done = { pr: null as PullRef | null, closed: [] as number[], already_closed: [] as number[] };
  let local: LocalUpdate | undefined;
  const source = readPullSource(workspace, phase);

  const outcome = await answering(progress, async () => {
    const prepared = await preparePull(workspace, phase, request);
    const { github, head } = prepared;
    const found = requirePull(prepared);
    done.pr = pullRef(found);
    // A list does not say whether it can be merged.
    const seen = found.merged ? found : await github.getPull(found.number);
    const isFresh = !seen.merged;
    if (isFresh) requireMergeable(seen);
    if (isFresh) {
      await warnOfUnpushed(progress, head, seen);
      if (!request.dryRun) await merge(github, seen);
      progress.changes.push({ action: "update", path: numbered(github, seen.number) });
    }
    done.pr = { ...pullRef(seen), state: "closed", merged: true };
    const options = { dryRun: request.dryRun, isFresh };
    const merged = isFresh && !request.dryRun ? await lookAgain(github, seen) : seen;
    const access = { ...prepared, pull: merged, source };
    const { closed, alreadyClosed } = await closeIssues(workspace, phase, access, options, progress);
    done.closed = closed;
    done.already_closed = alreadyClosed;
    if (request.deleteBranch) await removeBranch(prepared, seen, options, progress);
    const { base } = seen;
    local = await updateLocal(workspace.root, {
      ...request,
      branch: head.branch,
      base,
      isMergeAhead: isFresh && request.dryRun,
      mergedHead: isFresh && request.dryRun && (await github.mergeMethod()) === "merge" ? seen.headSha : null,
      timeLeft: github.timeLeft,
    });
    if (local.detail !== null) {
      const message = `${base} was not checked out and updated (${local.reason}): ${local.detail}`;
      progress.diagnostics.push({ code: "GIT_MESSAGE", severity: "warning", message });
    }
    return isFresh ? "merged" : "unchanged";
  });

  const { branch, updated, reason } = local ?? (await leaveLocal(workspace.root, "not_merged"));
  return {
    ...(outcome as Pick<MergedPull, "status" | "reason">),
    ...done,
    local: { branch, updated, reason },
    ...progress,
  };
}

function requireMergeable({ number, state, draft, mergeable }: GitHubPull): void {
  if (state === "closed") throw new Refusal("not_mergeable", `#${number} was closed meanwhile.`);
  if (draft) throw new Refusal("pr_draft", "Mark it as ready first.");
  if (mergeable === false) throw new Refusal("not_mergeable", "It has conflicts with its base.");
}

async function merge(github: GitHub, { number, headSha }: GitHubPull): Promise<void> {
  try {
    await github.mergePull(number, { sha: headSha, method: await github.mergeMethod() });
  } catch (failure) {
    if (!(failure instanceof GitHubFailure)) throw failure;
    if (failure.status === 409) throw new Refusal("not_mergeable", "Its branch was pushed to meanwhile.");
    if (failure.status !== 405 && failure.status !== 422) throw failure;
    throw new Refusal(
      "not_mergeable",
      "Conflicts, missing checks or reviews, or rules of the base may be why.",
    );
  }
}

/** When it was merged is known only afterwards; what follows does without where this look fails. */
async function lookAgain(github: GitHub, seen: GitHubPull): Promise<GitHubPull> {
  try {
    return await github.getPull(seen.number);
  } catch (failure) {
    if (!(failure instanceof GitHubFailure)) throw failure;
    return { ...seen, merged: true };
  }
}

/** Removes the branch from origin when it holds nothing but what was merged, and nobody needs it. The local one stays. */
async function removeBranch(
  { github, pulls }: Prepared,
  { number, head, headSha }: GitHubPull,
  { dryRun, isFresh }: ClosingOptions,
  progress: Progress,
): Promise<void> {
  await tolerating(progress, "The branch at origin was not deleted; call again to delete it", async () => {
    const same = pulls.find((pull) => pull.state === "open" && pull.number !== number);
    if (same)
      return report(progress, `The branch was not deleted, since #${same.number} is open and needs it.`);
    const commit = await github.branchCommit(head);
    const isOther = commit !== null && commit !== headSha;
    // GitHub closes what leads to a branch that is deleted through its API.
    const [stacked] = commit === null || isOther ? [] : await github.listPullsInto(head);
    if (stacked) {
      return report(
        progress,
        `The branch was not deleted, since #${stacked.number} is open and leads to it; give that another base first.`,
      );
    }
    const unseen = dryRun || commit === null || isOther ? null : await github.deleteBranch(head, headSha);
    if (isOther || unseen === "moved") {
      return report(progress, "The branch was not deleted, since it has commits that were not merged.");
    }
    const isGone = commit === null || unseen === "missing";
    // GitHub may be set to delete merged branches itself.
    if (!isGone || isFresh) progress.changes.push({ action: "delete", path: `origin/${head}` });
  });
}
