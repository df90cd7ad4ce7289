/** The pull request of a phase: what its three tools need before they act. */
import type { Phase } from "../domain/phase-index.ts";
import type { Change } from "./change-set.ts";
import { type GitHub, type GitHubPull, openGitHub } from "./github.ts";
import { type Findings, Refusal } from "./github-outcome.ts";
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
  /** As `ToolContext` has it. */
  usedMs(): number;
}

export interface Progress extends Findings {
  changes: Change[];
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
  { signal, usedMs }: PullRequestOptions,
): Promise<Prepared> {
  if (!workspace.config().config.pr_workflow) throw new Refusal("pr_workflow_off");
  const milestone = milestoneOf(workspace, phase);
  if (milestone === null) throw new Refusal("milestone_unknown");
  const github = await openGitHub(workspace.root, { signal, usedMs: usedMs() });
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
