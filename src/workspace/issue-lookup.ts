/** A phase's issue, looked up among all issues of its milestone. */
import type { PhaseNumber } from "../domain/phase.ts";
import { milestonesOfVersion, phaseIssues } from "../domain/phase-issue.ts";
import type { GitHub, GitHubIssue } from "./github.ts";

const LABEL = "phase";

/**
 * The issues that may be the phase's: none, the one, or several that nothing tells apart. `milestone` is without `v`. What
 * fits a preference, the first before the second, comes before all others.
 */
export async function findPhaseIssues(
  github: GitHub,
  milestone: string,
  phase: PhaseNumber,
  preferences: readonly ((issue: GitHubIssue) => boolean)[] = [],
): Promise<GitHubIssue[]> {
  const issues: GitHubIssue[] = [];
  for (const { number } of milestonesOfVersion(await github.listMilestones(), milestone)) {
    issues.push(...(await github.listIssues({ label: LABEL, milestone: number, state: "all" })));
  }
  for (const isPreferred of preferences) {
    const found = phaseIssues(issues.filter(isPreferred), phase);
    if (found.length > 0) return found;
  }
  return phaseIssues(issues, phase);
}
