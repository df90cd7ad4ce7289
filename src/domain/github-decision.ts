/** Whether a phase's plans may go to GitHub, by the project's settings and what a person decided. */
import type { Config } from "./config.ts";
import type { StateFile } from "./state-file.ts";
import { leadingVersion, versionKey } from "./version.ts";

export type IssueDecision = "yes" | "no" | "ask" | "github_disabled" | "issue_mode_never";

const YES = /^(?:y|yes|yep|true|on|auto|ask(?:ed)?[ :,-]+yes|✓|✔|✅|x)(?![\p{L}\p{N}])/iu;
const NO = /^(?:n|no|nope|false|off|never|✗|✘|❌)(?![\p{L}\p{N}])/iu;

/** `ask` stands for a question that nobody has answered for this milestone yet. */
export function decideIssues(
  { github }: Pick<Config, "github">,
  state: Pick<StateFile, "githubDecisions"> | null,
  milestone: string | null,
): IssueDecision {
  if (!github.enabled) return "github_disabled";
  if (github.issue_mode === "never") return "issue_mode_never";
  if (github.issue_mode === "auto") return "yes";
  return recordedDecision(state?.githubDecisions ?? [], milestone) ?? "ask";
}

/** The last row of `### GitHub Decisions` (`| v1.1.0 | yes | 2026-01-25 |`) about the milestone that says yes or no. */
function recordedDecision(rows: StateFile["githubDecisions"], milestone: string | null): "yes" | "no" | null {
  if (milestone === null) return null;
  let decision: "yes" | "no" | null = null;
  for (const row of rows) {
    const version = leadingVersion(plain(row.milestone), true)?.version;
    if (version === undefined || versionKey(version) !== versionKey(milestone)) continue;
    const said = plain(row.issues);
    if (YES.test(said)) decision = "yes";
    else if (NO.test(said)) decision = "no";
  }
  return decision;
}

/** Lines of `### GitHub Decisions`, from 1, that might be about the milestone and say neither yes nor no. */
export function unreadDecisions(rows: StateFile["githubDecisions"], milestone: string): number[] {
  return rows.flatMap((row) => {
    const about = plain(row.milestone);
    const version = leadingVersion(about, true)?.version;
    // A header without the line below it.
    if (version === undefined) return /^milestone/i.test(about) ? [] : row.line;
    const said = plain(row.issues);
    const isRead = YES.test(said) || NO.test(said);
    return versionKey(version) !== versionKey(milestone) || isRead ? [] : row.line;
  });
}

function plain(cell: string): string {
  return cell.replace(/[*_`]/g, "").trim();
}
