/** The plan list in a phase's issue: found, edited as it is right now, written, and looked at again. */
import type { Diagnostic } from "../domain/diagnostic.ts";
import type { ChecklistReason } from "../domain/github-reason.ts";
import { checkPlans, type ListedPlan, publishPlans } from "../domain/issue-checklist.ts";
import { comparePhaseNumbers, type PhaseRef } from "../domain/phase.ts";
import type { Phase } from "../domain/phase-index.ts";
import { readIssuePhase } from "../domain/phase-issue.ts";
import type { Change } from "./change-set.ts";
import { type GitHub, type GitHubIssue, openGitHub } from "./github.ts";
import { answering, Refusal, report } from "./github-outcome.ts";
import { changeOf, type Edited, type Progress, withinLimit, writeIssue } from "./issue-edit.ts";
import { guardIssue, type IssueRequest } from "./issue-guard.ts";
import { findPhaseIssues } from "./issue-lookup.ts";
import { type PlanSelection, plansForIssue } from "./issue-plans.ts";
import { milestoneOf } from "./phase-branch.ts";
import type { Workspace } from "./workspace.ts";

export interface ChecklistRequest extends PlanSelection {
  /** The issue that the caller named. */
  issue?: number;
  mode: "publish" | "check";
  dryRun: boolean;
  signal: AbortSignal;
  /** As `ToolContext` has them. */
  usedMs(): number;
  confirm?(question: string): Promise<boolean | null>;
}

export interface UpdatedChecklist {
  /** As it was when its plans were read. */
  phase: PhaseRef;
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

/** Whatever is wrong with GitHub is a reason in the answer; throws only for arguments that do not fit. */
export async function updateIssueChecklist(
  workspace: Workspace,
  argument: string,
  request: ChecklistRequest,
): Promise<UpdatedChecklist> {
  const progress: Progress = { issue: null, diagnostics: [...workspace.files.diagnostics] };
  let project = lookAt(workspace, argument, request);
  let edited = null as Edited | null;
  let changes: Change[] = [];

  const outcome = await answering(progress, async () => {
    const open = () => openGitHub(workspace.root, { signal: request.signal, usedMs: request.usedMs() });
    const { question } = project.guarding;
    if (question && request.confirm) {
      // Nobody should be asked what could not be done after a yes.
      await open();
      const isYes = await request.confirm(question.text);
      // Other calls ran meanwhile.
      const answer = { milestone: question.milestone, isYes };
      project = lookAt(workspace.afresh(), argument, { ...request, answer });
    }
    const { phase, milestone, guarding } = project;
    progress.diagnostics.push(...project.diagnostics, ...guarding.diagnostics);
    if (guarding.reason !== null) throw new Refusal(guarding.reason);
    // Before anything else is waited for: a phase that moves takes its files with it.
    const { plans, diagnostics } = plansForIssue(project.workspace, phase.directory!, request);
    progress.diagnostics.push(...diagnostics);
    if (request.mode === "check") reportUnfinished(plans, request, progress);
    const github = await open();
    const issue = await locate(github, phase, request.issue, milestone, progress);
    progress.issue = issue;
    const change = request.mode === "publish" ? publishPlans : checkPlans;
    const edit = (body: string) => change(body, plans, phase.number);
    edited = request.dryRun
      ? withinLimit(issue.body, edit(issue.body))
      : await writeIssue(github, issue, edit, progress);
    reportSections(edited, issue, progress);
    if (edited.before === edited.text) return "unchanged";
    changes = [await changeOf(github, issue.number, edited)];
    return "updated";
  });

  const { added, checked, alreadyChecked, notInIssue, checkedTotal, total } = edited ?? NOTHING;
  return {
    phase: project.phase.ref,
    ...(outcome as Pick<UpdatedChecklist, "status" | "reason">),
    issue: progress.issue && issueRef(progress.issue),
    added,
    checked,
    already_checked: alreadyChecked,
    not_in_issue: notInIssue,
    checked_total: checkedTotal,
    total,
    changes,
    diagnostics: project.workspace.reportWith(progress.diagnostics),
  };
}

const NOTHING = {
  added: [],
  checked: [],
  alreadyChecked: [],
  notInIssue: [],
  checkedTotal: 0,
  total: 0,
};

/** The project at one moment: the phase, and whether its plans may go to GitHub. */
function lookAt(workspace: Workspace, argument: string, request: Omit<IssueRequest, "milestone">) {
  const phase = workspace.findPhase(argument);
  const milestone = milestoneOf(workspace, phase);
  const { plans, diagnostics } = phase.directory
    ? workspace.plans(phase.directory)
    : { plans: [], diagnostics: [] };
  const guarding = guardIssue(workspace, plans.length > 0, { ...request, milestone });
  return { workspace, phase, milestone, guarding, diagnostics };
}

function reportSections({ sections, dropped }: Edited, { number }: GitHubIssue, progress: Progress): void {
  if (sections > 1) {
    report(progress, `#${number} has ${sections} \`## Plans\` sections; they are read as one.`);
  }
  if (dropped.length > 0) {
    const numbers = dropped.join(", ");
    report(progress, `A person marked these plans as dropped, so they were not ticked: ${numbers}.`, "info");
  }
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
    throw new Refusal("issue_ambiguous", `Name one with \`issue\`: ${numbers.join(", ")}${more}.`);
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
