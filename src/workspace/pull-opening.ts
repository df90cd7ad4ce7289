/** Opening a phase's pull request. */
import type { Diagnostic } from "../domain/diagnostic.ts";
import type { OpenReason } from "../domain/github-reason.ts";
import type { Phase } from "../domain/phase-index.ts";
import { PlanningError, quote } from "../errors.ts";
import type { Change } from "./change-set.ts";
import { type GitHub, GitHubFailure, type GitHubPull } from "./github.ts";
import { milestoneOf } from "./phase-branch.ts";
import {
  answering,
  choosePull,
  isAbandoned,
  numbered,
  type Progress,
  type PullRef,
  type PullRequestOptions,
  preparePull,
  pullRef,
  Refusal,
  report,
} from "./pull.ts";
import { phaseIssueNumber } from "./pull-issues.ts";
import { pushHead } from "./pull-push.ts";
import { describePull } from "./pull-source.ts";
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
  const known = { milestone: milestoneOf(workspace, phase), repository: null, phaseIssue: null };
  let text = describePull(workspace, phase, known);
  const asked = request.base?.replace(/^origin\//, "");
  let pr: PullRef | null = null;

  const outcome = await answering(progress, async () => {
    const prepared = await preparePull(workspace, phase, request);
    const { github, milestone, head, pull } = prepared;
    const phaseIssue = await phaseIssueNumber(workspace, phase, { github, milestone }, progress);
    text = describePull(workspace, phase, { milestone, repository: github.repository, phaseIssue });
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
    const base = asked ?? head.remoteHead ?? (await github.defaultBranch());
    if (base === head.branch) throw sameBranch(base);
    await pushHead(progress, head, request, github.timeLeft);
    if (request.dryRun) {
      progress.changes.push({ action: "create", path: numbered(github, "?") });
      return "created";
    }
    const made = await createPull(github, progress, {
      title: request.title ?? text.title,
      body: text.body,
      head: head.branch,
      base,
    });
    pr = pullRef(made.pull);
    if (made.isNew) progress.changes.push({ action: "create", path: numbered(github, made.pull.number) });
    return made.isNew ? "created" : "exists";
  });

  const { issues, ...written } = text;
  return {
    ...(outcome as Pick<OpenedPull, "status" | "reason">),
    pr,
    ...written,
    title: request.title ?? written.title,
    closes: issues.closes,
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

/**
 * A draft; without, where the repository takes none: GitHub refuses both that and what it has already with 422, so it is
 * looked whether it has one, and tried once more.
 */
async function createPull(
  github: GitHub,
  progress: Progress,
  pull: NewPull,
): Promise<{ pull: GitHubPull; isNew: boolean }> {
  for (const draft of [true, false]) {
    try {
      const made = await github.createPull({ ...pull, draft });
      if (!draft)
        report(progress, "The repository takes no drafts, so the pull request is ready for review.", "info");
      return { pull: made, isNew: true };
    } catch (failure) {
      if (!(failure instanceof GitHubFailure) || !(failure.isPassing || failure.status === 422))
        throw failure;
      const found = choosePull(await github.listPulls(pull.head));
      if (found?.state === "open") return { pull: found, isNew: false };
      if (failure.status !== 422) throw failure;
    }
  }
  throw new GitHubFailure(
    "api_error",
    `GitHub refuses a pull request of ${quote(pull.head)} into ${quote(pull.base)} (422): there may be no branch ${quote(pull.base)}, or no commit that it lacks.`,
    { status: 422 },
  );
}
