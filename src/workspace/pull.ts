/** The pull request of a phase: what its three tools need before they act, and how they give up. */
import type { Diagnostic } from "../domain/diagnostic.ts";
import { type PullReason, REASON_MEANINGS } from "../domain/github-reason.ts";
import type { Phase } from "../domain/phase-index.ts";
import type { Change } from "./change-set.ts";
import { type GitHub, GitHubFailure, type GitHubPull, openGitHub } from "./github.ts";
import { milestoneOf } from "./phase-branch.ts";
import { findPhaseHead, type PhaseHead } from "./phase-head.ts";
import type { Workspace } from "./workspace.ts";

/** A pull request as results show it. */
export interface PullRef {
  number: number;
  url: string;
  state: "open" | "closed";
  draft: boolean;
  merged: boolean;
}

export interface PullRequestOptions {
  dryRun: boolean;
  signal: AbortSignal;
}

/** What is done so far; it stays true when the next step fails. */
export interface Progress {
  changes: Change[];
  diagnostics: Diagnostic[];
}

/** Ends the work with a reason; the diagnostic's message is the reason's meaning and the detail. */
export class Refusal extends Error {
  readonly reason: PullReason;
  readonly detail: string | null;

  constructor(reason: PullReason, detail: string | null = null) {
    super(reason);
    this.reason = reason;
    this.detail = detail;
  }
}

const SKIPPED: readonly PullReason[] = [
  "pr_workflow_off",
  "milestone_unknown",
  "branch_missing",
  "no_remote",
  "no_token",
  "pr_not_found",
];
const BLOCKED: readonly PullReason[] = ["pr_draft", "not_mergeable"];

/** Runs the work; what GitHub or git refused becomes a status with its reason. */
export async function answering<Status extends string>(
  progress: Progress,
  work: () => Promise<Status>,
): Promise<{ status: Status | "skipped" | "failed" | "blocked"; reason: PullReason | null }> {
  try {
    return { status: await work(), reason: null };
  } catch (error) {
    if (!(error instanceof Refusal || error instanceof GitHubFailure)) throw error;
    const { reason } = error;
    const status = SKIPPED.includes(reason) ? "skipped" : BLOCKED.includes(reason) ? "blocked" : "failed";
    if (error instanceof GitHubFailure) report(progress, error.message);
    else if (error.detail !== null) report(progress, `${REASON_MEANINGS[reason]} ${error.detail}`);
    return { status, reason };
  }
}

/** A diagnostic about GitHub or the remote. */
export function report(
  { diagnostics }: Progress,
  message: string,
  severity: "warning" | "info" = "warning",
): void {
  diagnostics.push({ code: "GITHUB", severity, message });
}

/** Carries on without what GitHub did not give. */
export async function tolerating(progress: Progress, what: string, work: () => Promise<void>): Promise<void> {
  try {
    await work();
  } catch (error) {
    if (!(error instanceof GitHubFailure)) throw error;
    report(progress, `${what} (${error.reason}): ${error.message}`);
  }
}

export interface Prepared {
  github: GitHub;
  milestone: string;
  head: PhaseHead;
  /** Of the phase's branch: open before merged before closed, the newest of each; null without any. */
  pull: GitHubPull | null;
  /** All of the branch. */
  pulls: GitHubPull[];
}

/** Guards, access, branch and pull request, in this order. */
export async function preparePull(
  workspace: Workspace,
  phase: Phase,
  { signal }: PullRequestOptions,
): Promise<Prepared> {
  if (!workspace.config().config.pr_workflow) throw new Refusal("pr_workflow_off");
  const milestone = milestoneOf(workspace, phase);
  if (milestone === null) throw new Refusal("milestone_unknown");
  const github = await openGitHub(workspace.root, { signal });
  const head = await findPhaseHead(workspace.root, phase, milestone);
  if ("problem" in head) throw new Refusal("branch_missing", head.problem);
  const pulls = await github.listPulls(head.branch);
  return { github, milestone, head, pull: choosePull(pulls), pulls };
}

export function choosePull(pulls: readonly GitHubPull[]): GitHubPull | null {
  const rank = ({ state, merged }: GitHubPull) => (state === "open" ? 0 : merged ? 1 : 2);
  return [...pulls].sort((a, b) => rank(a) - rank(b) || b.number - a.number)[0] ?? null;
}

/** True for a pull request that is neither open nor merged. */
export function isAbandoned({ state, merged }: GitHubPull): boolean {
  return state === "closed" && !merged;
}

/** The open or merged one; throws where there is none. */
export function requirePull({ pull, head }: Prepared): GitHubPull {
  if (pull && !isAbandoned(pull)) return pull;
  if (pull) throw new Refusal("pr_not_found", `#${pull.number} was closed without a merge.`);
  throw new Refusal(head.place === null ? "branch_missing" : "pr_not_found");
}

export function pullRef({ number, url, state, draft, merged }: GitHubPull): PullRef {
  return { number, url, state, draft, merged };
}

/** `owner/repo#12`. */
export function numbered({ repository: { owner, repo } }: GitHub, number: number | "?"): string {
  return `${owner}/${repo}#${number}`;
}
