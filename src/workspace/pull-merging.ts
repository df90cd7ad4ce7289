/** Merging a phase's pull request, and what follows: issues, the branch at origin, the local base. */
import type { Diagnostic } from "../domain/diagnostic.ts";
import type { MergeReason } from "../domain/github-reason.ts";
import type { Phase } from "../domain/phase-index.ts";
import type { Change } from "./change-set.ts";
import { runGit } from "./git.ts";
import { type LocalReason, type LocalUpdate, leaveLocal, updateLocal } from "./git-base.ts";
import { type GitHub, GitHubFailure, type GitHubPull } from "./github.ts";
import type { PhaseHead } from "./phase-head.ts";
import {
  answering,
  numbered,
  type Prepared,
  type Progress,
  type PullRef,
  type PullRequestOptions,
  preparePull,
  pullRef,
  Refusal,
  report,
  requirePull,
  tolerating,
} from "./pull.ts";
import { closeIssues, planClosing } from "./pull-issues.ts";
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

  const outcome = await answering(progress, async () => {
    const prepared = await preparePull(workspace, phase, request);
    const { github, head } = prepared;
    const found = requirePull(prepared);
    done.pr = pullRef(found);
    // A list does not say whether it can be merged.
    const seen = found.merged ? found : await github.getPull(found.number);
    const isFresh = !seen.merged;
    if (isFresh) requireMergeable(seen);
    const closing = await planClosing(workspace, phase, prepared, progress);
    if (isFresh) {
      await warnOfUnpushed(progress, head, seen);
      if (!request.dryRun) await merge(github, seen);
      progress.changes.push({ action: "update", path: numbered(github, seen.number) });
    }
    done.pr = { ...pullRef(seen), state: "closed", merged: true };
    const outcome = await closeIssues(github, closing, { ...request, isFresh }, progress);
    done.closed = outcome.closed;
    done.already_closed = outcome.alreadyClosed;
    if (request.deleteBranch) await removeBranch(prepared, seen, { ...request, isFresh }, progress);
    const { base } = seen;
    local = await updateLocal(workspace.root, {
      ...request,
      branch: head.branch,
      base,
      isMergeAhead: isFresh && request.dryRun,
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

/** A merge takes what is at GitHub, and somebody may believe that it takes what is here. */
async function warnOfUnpushed(
  progress: Progress,
  { repository, branch, place }: PhaseHead,
  { headSha }: GitHubPull,
): Promise<void> {
  if (place !== "local") return;
  const { top } = repository;
  const { code, stdout } = await runGit(top, [
    "rev-list",
    "--count",
    `refs/heads/${branch}`,
    `^${headSha}`,
    "--",
  ]);
  const count = code === 0 ? Number(stdout.trim()) : 0;
  const commits =
    count === 1 ? "1 commit of the local branch is" : `${count} commits of the local branch are`;
  if (count > 0) report(progress, `${commits} not at GitHub, so the merge is without.`);
}

/** Removes the branch from origin when it holds nothing but what was merged. The local one stays. */
async function removeBranch(
  { github, pulls }: Prepared,
  { number, head, headSha }: GitHubPull,
  { dryRun, isFresh }: { dryRun: boolean; isFresh: boolean },
  progress: Progress,
): Promise<void> {
  await tolerating(progress, `The branch at origin was not deleted; call again to delete it`, async () => {
    const other = pulls.find((pull) => pull.state === "open" && pull.number !== number);
    if (other)
      return report(progress, `The branch was not deleted, since #${other.number} is open and needs it.`);
    const commit = await github.branchCommit(head);
    if (commit !== null && commit !== headSha) {
      return report(progress, "The branch was not deleted, since it has commits that were not merged.");
    }
    const isGone = commit === null || (!dryRun && !(await github.deleteBranch(head)));
    // GitHub may be set to delete merged branches itself.
    if (!isGone || isFresh) progress.changes.push({ action: "delete", path: `origin/${head}` });
  });
}
