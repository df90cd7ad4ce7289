/** Marking a phase's pull request as ready for review. */
import type { Diagnostic } from "../domain/diagnostic.ts";
import type { ReadyReason } from "../domain/github-reason.ts";
import type { Phase } from "../domain/phase-index.ts";
import type { Change } from "./change-set.ts";
import { answering } from "./github-outcome.ts";
import {
  numbered,
  type Progress,
  type PullRef,
  type PullRequestOptions,
  preparePull,
  pullRef,
  requirePull,
} from "./pull.ts";
import { pushHead } from "./pull-push.ts";
import { warnOfUnpushed } from "./pull-unpushed.ts";
import type { Workspace } from "./workspace.ts";

export interface ReadyPull {
  status: "ready" | "unchanged" | "skipped" | "failed";
  reason: ReadyReason | null;
  pr: PullRef | null;
  changes: Change[];
  diagnostics: Diagnostic[];
}

/** Pushes what is not at origin yet, and takes the draft mark off. A merged one is left alone, its branch too. */
export async function readyPhasePull(
  workspace: Workspace,
  phase: Phase,
  request: PullRequestOptions,
): Promise<ReadyPull> {
  const progress: Progress = { changes: [], diagnostics: [] };
  let pr: PullRef | null = null;
  const outcome = await answering(progress, async () => {
    const prepared = await preparePull(workspace, phase, request);
    const { github, head } = prepared;
    const pull = requirePull(prepared);
    pr = pullRef(pull);
    if (pull.merged) {
      await warnOfUnpushed(progress, head, pull);
      return "unchanged";
    }
    // A branch that is only at origin has nothing to push.
    const isPushed = head.place === "local" && (await pushHead(progress, head, request, github));
    if (!pull.draft) return isPushed ? "ready" : "unchanged";
    if (!request.dryRun) await github.markReady(pull.nodeId);
    pr = { ...pr, draft: false };
    progress.changes.push({ action: "update", path: numbered(github, pull.number) });
    return "ready";
  });
  return { ...(outcome as Pick<ReadyPull, "status" | "reason">), pr, ...progress };
}
