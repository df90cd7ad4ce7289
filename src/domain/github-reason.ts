/** Why a GitHub tool did nothing or did not succeed: closed lists, which the tools' schemas share. */

/** What access to GitHub itself can fail for. */
export const ACCESS_REASONS = [
  "no_remote",
  "no_token",
  "unauthorized",
  "rate_limited",
  "unreachable",
  "api_error",
] as const;
export type GitHubReason = (typeof ACCESS_REASONS)[number];

/** Reasons of update_issue_checklist. */
export const CHECKLIST_REASONS = [
  "github_disabled",
  "issue_mode_never",
  "needs_confirmation",
  "milestone_unknown",
  "issue_not_found",
  "issue_ambiguous",
  "no_plans",
  ...ACCESS_REASONS,
  "conflict",
] as const;
export type ChecklistReason = (typeof CHECKLIST_REASONS)[number];

const PULL_REASONS = ["pr_workflow_off", "milestone_unknown", "branch_missing", ...ACCESS_REASONS] as const;

/** Reasons of open_phase_pr, ready_phase_pr and merge_phase_pr. */
export const OPEN_REASONS = [...PULL_REASONS, "push_failed"] as const;
export const READY_REASONS = [...PULL_REASONS, "push_failed", "pr_not_found"] as const;
export const MERGE_REASONS = [...PULL_REASONS, "pr_not_found", "pr_draft", "not_mergeable"] as const;
export type OpenReason = (typeof OPEN_REASONS)[number];
export type ReadyReason = (typeof READY_REASONS)[number];
export type MergeReason = (typeof MERGE_REASONS)[number];
export type PullReason = OpenReason | ReadyReason | MergeReason;

/** What each reason means for the caller. */
export const REASON_MEANINGS: Record<ChecklistReason | PullReason, string> = {
  github_disabled: "config.json does not have `github.enabled`.",
  issue_mode_never: "`github.issue_mode` is never, or ask and the answer is no.",
  needs_confirmation: "`github.issue_mode` is ask and nobody has answered; an `issue` argument is an answer.",
  milestone_unknown: "The current milestone is not known.",
  issue_not_found: "The phase's issue was not found.",
  issue_ambiguous: "Several issues could be the phase's; the diagnostic lists them.",
  no_plans: "The phase has no plans.",
  no_remote: "There is no repository on GitHub: no origin remote, or one that is elsewhere.",
  no_token: "There is no token for the repository's host.",
  unauthorized: "GitHub does not allow it with this token.",
  rate_limited: "GitHub's limit of requests is reached and lasts longer than is waited for.",
  unreachable: "No connection, or no answer in time.",
  api_error: "GitHub gave another answer than was expected.",
  conflict: "Somebody else kept changing the same thing.",
  pr_workflow_off: "config.json does not have `pr_workflow`.",
  branch_missing: "The phase has no branch.",
  push_failed: "The branch could not be pushed.",
  pr_not_found: "The phase's branch has no pull request.",
  pr_draft: "The pull request is a draft.",
  not_mergeable: "GitHub does not merge the pull request as it is.",
};
