/** Whether a phase's plans may go to GitHub, where need be by asking a person. */
import type { Diagnostic } from "../domain/diagnostic.ts";
import { decideIssues } from "../domain/github-decision.ts";
import type { ChecklistReason } from "../domain/github-reason.ts";
import type { Workspace } from "./workspace.ts";

export interface IssueRequest {
  /** Without `v`. */
  milestone: string | null;
  /** The issue that the caller named, which is a confirmation. */
  issue?: number;
  /** Null is no answer. Absent where nobody can be asked. */
  confirm?(question: string): Promise<boolean | null>;
}

/** What speaks against it, or null; and what the caller should know. */
export interface Guarding {
  reason: ChecklistReason | null;
  diagnostics: Diagnostic[];
}

/** `hasPlans` is asked for before anybody is: nobody should be asked for nothing. */
export async function guardIssue(
  workspace: Workspace,
  hasPlans: boolean,
  { milestone, issue, confirm }: IssueRequest,
): Promise<Guarding> {
  const decision = decideIssues(workspace.config().config, workspace.state(), milestone);
  if (decision === "github_disabled" || decision === "issue_mode_never") return because(decision);
  if (!hasPlans) return because("no_plans");
  if (issue !== undefined) return because(null);
  if (milestone === null) return because("milestone_unknown");
  if (decision === "yes") return because(null);
  const row = `| v${milestone} | yes | (date) |`;
  if (decision === "no") {
    return because("issue_mode_never", `STATE.md says no to issues of v${milestone} (GitHub Decisions).`);
  }
  const answer = (await confirm?.(`Publish the plans of milestone v${milestone} to GitHub issues?`)) ?? null;
  if (answer === false) return because("issue_mode_never", `The user said no to issues of v${milestone}.`);
  if (answer) {
    return because(null, `The user said yes. A row ${row} in STATE.md's GitHub Decisions keeps the answer.`);
  }
  return because(
    "needs_confirmation",
    `Ask the user. A yes is the \`issue\` argument, or a row ${row} in STATE.md's \`### GitHub Decisions\`.`,
  );
}

function because(reason: ChecklistReason | null, message?: string): Guarding {
  const diagnostics: Diagnostic[] =
    message === undefined ? [] : [{ code: "GITHUB", severity: "info", message }];
  return { reason, diagnostics };
}
