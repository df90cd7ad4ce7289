/** The plan list in a phase's issue: found, edited as it is right now, written, and looked at again. */
import type { Diagnostic } from "../domain/diagnostic.ts";
import type { ChecklistReason } from "../domain/github-reason.ts";
import { checkPlans, type ListedPlan, publishPlans } from "../domain/issue-checklist.ts";
import { comparePhaseNumbers } from "../domain/phase.ts";
import type { Phase } from "../domain/phase-index.ts";
import { readIssuePhase } from "../domain/phase-issue.ts";
import type { Change } from "./change-set.ts";
import { type GitHub, GitHubFailure, type GitHubIssue, openGitHub } from "./github.ts";
import { Refusal, report, statusOf } from "./github-outcome.ts";
import { changeOf, type Progress, withinLimit, writeIssue } from "./issue-edit.ts";
import { guardIssue, type IssueRequest } from "./issue-guard.ts";
import { findPhaseIssues } from "./issue-lookup.ts";
import { type PlanSelection, plansForIssue } from "./issue-plans.ts";
import { milestoneOf } from "./phase-branch.ts";
import type { Workspace } from "./workspace.ts";

export interface ChecklistRequest extends PlanSelection, Pick<IssueRequest, "issue" | "confirm"> {
  mode: "publish" | "check";
  dryRun: boolean;
  signal: AbortSignal;
  /** As `ToolContext` has it. */
  usedMs(): number;
}

export interface UpdatedChecklist {
  status: "updated" | "unchanged" | "skipped" | "failed";
  /** Null unless skipped or failed. */
  reason: ChecklistReason | null;
  issue: Pick<GitHubIssue, "number" | "url" | "title" | "state"> | null;
  /** Numbers of plans. */
  added: string[];
  checked: string[];
  already_checked: string[];
  not_in_issue: string[];
  checked_total: number;
  total: number;
  changes: Change[];
  diagnostics: Diagnostic[];
}

const MAX_CANDIDATES = 10;

const NOTHING = {
  issue: null,
  added: [],
  checked: [],
  already_checked: [],
  not_in_issue: [],
  checked_total: 0,
  total: 0,
  changes: [],
};

/** Whatever is wrong with GitHub is a reason in the answer; throws only for arguments that do not fit. */
export async function updateIssueChecklist(
  workspace: Workspace,
  phase: Phase,
  request: ChecklistRequest,
): Promise<UpdatedChecklist> {
  const progress: Progress = { issue: null, diagnostics: [] };
  const refused = (reason: ChecklistReason, detail: string | null): UpdatedChecklist => {
    if (detail !== null) report(progress, detail);
    const status = statusOf(reason) === "failed" ? "failed" : "skipped";
    const issue = progress.issue && issueRef(progress.issue);
    return { ...NOTHING, status, reason, issue, diagnostics: progress.diagnostics };
  };
  try {
    return await update(workspace, phase, request, progress);
  } catch (error) {
    if (error instanceof Refusal) return refused(error.reason as ChecklistReason, error.detail);
    if (error instanceof GitHubFailure) return refused(error.reason, error.message);
    throw error;
  }
}

async function update(
  workspace: Workspace,
  phase: Phase,
  request: ChecklistRequest,
  progress: Progress,
): Promise<UpdatedChecklist> {
  const { directory } = phase;
  const milestone = milestoneOf(workspace, phase);
  const status = directory && workspace.plans(directory);
  progress.diagnostics.push(...(status?.diagnostics ?? []));
  const guarding = await guardIssue(workspace, (status?.plans ?? []).length > 0, { ...request, milestone });
  progress.diagnostics.push(...guarding.diagnostics);
  if (guarding.reason !== null) throw new Refusal(guarding.reason);
  const plans = plansForIssue(workspace, directory!, request);
  if (request.mode === "check") reportUnfinished(plans, request, progress);
  const github = await openGitHub(workspace.root, { signal: request.signal, usedMs: request.usedMs() });
  const issue = await locate(github, phase, request.issue, milestone, progress);
  progress.issue = issue;
  const change = request.mode === "publish" ? publishPlans : checkPlans;
  const edit = (body: string) => change(body, plans, phase.number);
  const edited = request.dryRun
    ? withinLimit(issue.body, edit(issue.body))
    : await writeIssue(github, issue, edit, progress);
  if (edited.sections > 1) {
    report(progress, `#${issue.number} has ${edited.sections} \`## Plans\` sections; they are read as one.`);
  }
  if (edited.dropped.length > 0) {
    const plans = edited.dropped.join(", ");
    report(progress, `A person marked these plans as dropped, so they were not ticked: ${plans}.`, "info");
  }
  const isChanged = edited.before !== edited.text;
  return {
    status: isChanged ? "updated" : "unchanged",
    reason: null,
    issue: issueRef(progress.issue),
    added: edited.added,
    checked: edited.checked,
    already_checked: edited.alreadyChecked,
    not_in_issue: edited.notInIssue,
    checked_total: edited.checkedTotal,
    total: edited.total,
    changes: isChanged ? [await changeOf(github, issue.number, edited)] : [],
    diagnostics: progress.diagnostics,
  };
}

/** Plans that were asked for by name are not passed over in silence. */
function reportUnfinished(
  plans: readonly ListedPlan[],
  { plans: named }: PlanSelection,
  progress: Progress,
): void {
  if (named === undefined) return;
  const unfinished = plans.filter(({ done, isLeftOut }) => !done && !isLeftOut);
  if (unfinished.length === 0) return;
  progress.diagnostics.push({
    code: "GITHUB",
    severity: "info",
    message: "plans without a summary are not finished, so they were not ticked",
    plans: unfinished.map(({ id }) => id),
  });
}

/** The issue as it is now. */
async function locate(
  github: GitHub,
  phase: Phase,
  named: number | undefined,
  milestone: string | null,
  progress: Progress,
): Promise<GitHubIssue> {
  const label = `phase ${phase.ref.number}`;
  if (named !== undefined) {
    const issue = await github.getIssue(named);
    if (issue === null) throw new Refusal("issue_not_found", `The repository has no issue #${named}.`);
    if (issue.isPullRequest)
      throw new Refusal("issue_not_found", `#${named} is a pull request, not an issue.`);
    const number = readIssuePhase(issue.title);
    if (number === null || comparePhaseNumbers(number, phase.number) !== 0) {
      report(
        progress,
        `By its title #${named} is not the issue of ${label}; it was taken since it was named.`,
      );
    }
    return issue;
  }
  const found = await findPhaseIssues(github, milestone!, phase.number);
  if (found.length > 1) {
    const numbers = found.slice(0, MAX_CANDIDATES).map(({ number }) => `#${number}`);
    const more = found.length > MAX_CANDIDATES ? ` and ${found.length - MAX_CANDIDATES} more` : "";
    throw new Refusal(
      "issue_ambiguous",
      `Each of ${numbers.join(", ")}${more} could be the issue of ${label}; name one with \`issue\`.`,
    );
  }
  const issue = found[0] && (await github.getIssue(found[0].number));
  if (issue) return issue;
  throw new Refusal(
    "issue_not_found",
    `No issue with the label "phase" in milestone v${milestone} has a title like "Phase ${phase.ref.number}: …".`,
  );
}

function issueRef({ number, url, title, state }: GitHubIssue): UpdatedChecklist["issue"] {
  return { number, url, title, state };
}
