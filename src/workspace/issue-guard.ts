/** Whether a phase's plans may go to GitHub, where need be by what a person answered. */
import type { Diagnostic } from "../domain/diagnostic.ts";
import { decideIssues, unreadDecisions } from "../domain/github-decision.ts";
import type { ChecklistReason } from "../domain/github-reason.ts";
import type { Workspace } from "./workspace.ts";

export interface IssueRequest {
  /** Without `v`. */
  milestone: string | null;
  /** The issue that the caller named, which is a confirmation. */
  issue?: number;
  /** What a person said about a milestone's issues; absent while nobody was asked. */
  answer?: { milestone: string; isYes: boolean | null };
}

/** What speaks against it, or null; and what the caller should know. */
export interface Guarding {
  reason: ChecklistReason | null;
  diagnostics: Diagnostic[];
  /** What a person can be asked instead of giving up. */
  question?: { milestone: string; text: string };
}

/** `hasPlans` comes before any question: nobody should be asked for nothing. */
export function guardIssue(
  workspace: Workspace,
  hasPlans: boolean,
  { milestone, issue, answer }: IssueRequest,
): Guarding {
  const decision = decideIssues(workspace.config().config, workspace.state(), milestone);
  if (decision === "github_disabled" || decision === "issue_mode_never") return because(decision);
  if (!hasPlans) return because("no_plans");
  // Whatever was decided meanwhile.
  if (answer?.isYes === false) {
    return because("issue_mode_never", `The user said no to issues of v${answer.milestone}.`);
  }
  if (issue !== undefined) return because(null);
  if (milestone === null) return because("milestone_unknown");
  if (decision === "yes") return because(null);
  if (decision === "no") {
    return because("issue_mode_never", `STATE.md says no to issues of v${milestone} (GitHub Decisions).`);
  }
  if (answer?.milestone === milestone && answer.isYes) {
    return because(
      null,
      `The user said yes. This in STATE.md keeps the answer:\n\n${decisionSection(milestone)}`,
    );
  }
  const { reason, diagnostics } = because(
    "needs_confirmation",
    `Ask the user. A yes is the \`issue\` argument, or this in STATE.md (of a section that is there, the last row alone):\n\n${decisionSection(milestone)}`,
  );
  diagnostics.push(...noteUnread(workspace, milestone));
  const text = `Publish the plans of milestone v${milestone} to GitHub issues?`;
  return { reason, diagnostics, question: { milestone, text } };
}

function decisionSection(milestone: string): string {
  return `### GitHub Decisions\n\n| Milestone | Issues | Date |\n|---|---|---|\n| v${milestone} | yes | (date) |`;
}

/** What somebody wrote down there and is not obeyed. */
function noteUnread(workspace: Workspace, milestone: string): Diagnostic[] {
  return unreadDecisions(workspace.state()?.githubDecisions ?? [], milestone).map((line) => ({
    code: "GITHUB",
    severity: "warning",
    message: `This row of GitHub Decisions does not count: it names no milestone such as v${milestone}, or says neither yes nor no.`,
    path: ".planning/STATE.md",
    line,
  }));
}

function because(reason: ChecklistReason | null, message?: string): Guarding {
  const diagnostics: Diagnostic[] =
    message === undefined ? [] : [{ code: "GITHUB", severity: "info", message }];
  return { reason, diagnostics };
}
