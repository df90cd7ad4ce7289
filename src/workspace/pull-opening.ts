/** Opening a phase's pull request. */
import type { Diagnostic } from "../domain/diagnostic.ts";
import type { OpenReason } from "../domain/github-reason.ts";
import type { Phase } from "../domain/phase-index.ts";
import { ownTitle } from "../domain/pull-request.ts";
import { PlanningError, quote } from "../errors.ts";
import type { Change } from "./change-set.ts";
import { type GitHub, GitHubFailure, type GitHubPull } from "./github.ts";
import { answering, Refusal, report } from "./github-outcome.ts";
import { milestoneOf } from "./phase-branch.ts";
import {
  choosePull,
  isAbandoned,
  numbered,
  type Progress,
  type PullRef,
  type PullRequestOptions,
  preparePull,
  pullRef,
} from "./pull.ts";
import { phaseIssueNumber } from "./pull-issues.ts";
import { pushHead } from "./pull-push.ts";
import { describePull, readPullSource } from "./pull-source.ts";
import type { Workspace } from "./workspace.ts";

export interface OpenRequest extends PullRequestOptions {
  base?: string;
  title?: string;
}

export interface OpenedPull {
  status: "created" | "exists" | "skipped" | "failed";
  reason: OpenReason | null;
  /** Null where there is none, in a dry run that would create it too. */
  pr: PullRef | null;
  title: string;
  body: string;
  /** Numbers of issues. */
  closes: number[];
  changes: Change[];
  diagnostics: Diagnostic[];
}

/** Pushes the phase's branch and opens a draft, unless there is an open or a merged pull request. */
export async function openPhasePull(
  workspace: Workspace,
  phase: Phase,
  request: OpenRequest,
): Promise<OpenedPull> {
  const progress: Progress = { changes: [], diagnostics: [] };
  const source = readPullSource(workspace, phase);
  progress.diagnostics.push(...source.diagnostics);
  const known = { milestone: milestoneOf(workspace, phase), repository: null, phaseIssue: null };
  let text = describePull(source, known);
  const asked = request.base?.replace(/^origin\//, "");
  const title = request.title && ownTitle(request.title);
  let pr: PullRef | null = null;

  const outcome = await answering(progress, async () => {
    const prepared = await preparePull(workspace, phase, request);
    const { github, milestone, head, pull } = prepared;
    const phaseIssue = await phaseIssueNumber(workspace, phase, { github, milestone, pull }, progress);
    text = describePull(source, { milestone, repository: github.repository, phaseIssue });
    if (pull && !isAbandoned(pull)) {
      pr = pullRef(pull);
      return "exists";
    }
    if (head.place !== "local") throw missing(head.place);
    if (pull)
      report(
        progress,
        `#${pull.number} of this branch was closed without a merge; this is a new one.`,
        "info",
      );
    const base = asked ?? (await github.defaultBranch());
    if (base === head.branch) throw sameBranch(base);
    await pushHead(progress, head, request, github);
    if (request.dryRun) {
      progress.changes.push({ action: "create", path: numbered(github, "?") });
      return "created";
    }
    const made = await createPull(github, progress, {
      title: title ?? text.title,
      body: text.body,
      head: head.branch,
      base,
    });
    pr = pullRef(made.pull);
    if (made.isNew) progress.changes.push({ action: "create", path: numbered(github, made.pull.number) });
    return made.isNew ? "created" : "exists";
  });

  return {
    ...(outcome as Pick<OpenedPull, "status" | "reason">),
    pr,
    title: title ?? text.title,
    body: text.body,
    closes: text.issues.closes,
    ...progress,
  };
}

function missing(place: "remote" | null): Refusal {
  const detail = place === "remote" ? "It is only at origin; check it out to open its pull request." : null;
  return new Refusal("branch_missing", detail);
}

function sameBranch(base: string): PlanningError {
  return new PlanningError("INVALID_ARGUMENT", `"base" is the phase's own branch, ${quote(base)}.`, {
    expected: "the branch to merge into, such as main",
  });
}

interface NewPull {
  title: string;
  body: string;
  head: string;
  base: string;
}

/** A draft, unless the repository takes none. GitHub refuses what it has already, too, so it is looked whether it has one. */
async function createPull(
  github: GitHub,
  progress: Progress,
  pull: NewPull,
): Promise<{ pull: GitHubPull; isNew: boolean }> {
  try {
    return { pull: await github.createPull({ ...pull, draft: true }), isNew: true };
  } catch (failure) {
    if (!(failure instanceof GitHubFailure)) throw failure;
    const { isPassing, isDraftRefused, status } = failure;
    if (isDraftRefused) {
      report(progress, "The repository takes no drafts, so the pull request is ready for review.", "info");
      return { pull: await github.createPull({ ...pull, draft: false }), isNew: true };
    }
    if (!isPassing && status !== 422) throw failure;
    const found = choosePull(await github.listPulls(pull.head));
    if (found?.state === "open") return { pull: found, isNew: false };
    if (status !== 422) throw failure;
    const [head, base] = [pull.head, pull.base].map(quote);
    throw new GitHubFailure(
      "api_error",
      `GitHub refuses a pull request of ${head} into ${base} (422): there may be no branch ${base}, or no commit that it lacks.`,
      { status },
    );
  }
}
