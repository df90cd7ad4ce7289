/** How a tool that reaches GitHub gives up: with a reason, a status that fits it, and what was done so far. */
import type { Diagnostic } from "../domain/diagnostic.ts";
import { type ChecklistReason, type PullReason, REASON_MEANINGS } from "../domain/github-reason.ts";
import { GitHubFailure } from "./github.ts";

type Reason = ChecklistReason | PullReason;

/** What is known so far; it stays true when the next step fails. */
export interface Findings {
  diagnostics: Diagnostic[];
}

/** Ends the work with a reason; `detail` says more in a sentence. */
export class Refusal extends Error {
  readonly reason: Reason;
  readonly detail: string | null;

  constructor(reason: Reason, detail: string | null = null) {
    super(reason);
    this.reason = reason;
    this.detail = detail;
  }
}

/** All others are skips: what was asked for does not apply here and now. */
const FAILED: readonly Reason[] = [
  "unauthorized",
  "rate_limited",
  "unreachable",
  "api_error",
  "conflict",
  "push_failed",
];
const BLOCKED: readonly Reason[] = ["pr_draft", "not_mergeable"];

function statusOf(reason: Reason): "skipped" | "failed" | "blocked" {
  return FAILED.includes(reason) ? "failed" : BLOCKED.includes(reason) ? "blocked" : "skipped";
}

/** Runs the work; what GitHub or git refused becomes a status with its reason. */
export async function answering<Status extends string>(
  findings: Findings,
  work: () => Promise<Status>,
): Promise<{ status: Status | "skipped" | "failed" | "blocked"; reason: Reason | null }> {
  try {
    return { status: await work(), reason: null };
  } catch (error) {
    if (!(error instanceof Refusal || error instanceof GitHubFailure)) throw error;
    const { reason } = error;
    if (error instanceof GitHubFailure) report(findings, error.message);
    else if (error.detail !== null) report(findings, `${REASON_MEANINGS[reason]} ${error.detail}`);
    return { status: statusOf(reason), reason };
  }
}

/** A diagnostic about GitHub or the remote. */
export function report(
  { diagnostics }: Findings,
  message: string,
  severity: "warning" | "info" = "warning",
): void {
  diagnostics.push({ code: "GITHUB", severity, message });
}

/** Carries on without what GitHub did not give. */
export async function tolerating(findings: Findings, what: string, work: () => Promise<void>): Promise<void> {
  try {
    await work();
  } catch (error) {
    if (!(error instanceof GitHubFailure)) throw error;
    report(findings, `${what} (${error.reason}): ${error.message}`);
  }
}
