/** What a phase's pull request says, from the project's files and the phase's issue. */
import type { Diagnostic } from "../domain/diagnostic.ts";
import type { Phase } from "../domain/phase-index.ts";
import type { PlanItem } from "../domain/plan-label.ts";
import { pullBody, pullTitle } from "../domain/pull-request.ts";
import { type PullIssues, readSourceIssues, type SourceIssue, sortIssues } from "../domain/source-issue.ts";
import { quote } from "../errors.ts";
import { asText, readFrontmatter } from "../markdown/frontmatter.ts";
import type { GitHubRepository } from "./github.ts";
import { planTextOf } from "./plan-text.ts";
import type { PlanStatus, Workspace } from "./workspace.ts";

/** Issue files keep their names when they move. */
const ISSUE_FOLDERS = [
  ...["issues/open", "issues/in-progress", "issues/closed"],
  ...["todos/pending", "todos/done", "todos/_archived"],
].map((folder) => `.planning/${folder}`);

export interface PullText {
  title: string;
  body: string;
  issues: PhaseIssues;
}

export interface PhaseIssues extends PullIssues {
  /** About issues that plans seem to come from and that could not be told. */
  diagnostics: Diagnostic[];
}

/** Without a repository no reference is known to be elsewhere but by its name, so none with a name is the own. */
export function describePull(
  workspace: Workspace,
  phase: Phase,
  known: { milestone: string | null; repository: GitHubRepository | null; phaseIssue: number | null },
): PullText {
  const issues = issuesOf(workspace, phase, known);
  const { name, number } = phase.ref;
  return {
    title: pullTitle({ milestone: known.milestone, number, name }),
    body: pullBody({ goal: phase.entry?.goal ?? null, plans: plansOf(workspace, phase), issues }),
    issues,
  };
}

/** The issues that merging the phase closes or concerns. */
export function issuesOf(
  workspace: Workspace,
  { directory }: Phase,
  { repository, phaseIssue }: { repository: GitHubRepository | null; phaseIssue: number | null },
): PhaseIssues {
  const plans = directory ? workspace.plans(directory).plans : [];
  const diagnostics: Diagnostic[] = [];
  const sources = plans.flatMap((plan) => {
    const { fields, diagnostics: odd } = workspace.planFields(plan);
    diagnostics.push(...odd);
    return fields.sourceIssues.flatMap((text) => sourcesOf(workspace, plan, text, diagnostics));
  });
  return { ...sortIssues(repository, phaseIssue, sources), diagnostics };
}

/** The issues on GitHub that a value of `source_issue` leads to. */
function sourcesOf(
  workspace: Workspace,
  { id, path }: PlanStatus,
  text: string,
  diagnostics: Diagnostic[],
): SourceIssue[] {
  const warn = (code: "MISSING_FILE" | "INVALID_FRONTMATTER", message: string): SourceIssue[] => {
    diagnostics.push({ code, severity: "warning", message, path, plans: [id] });
    return [];
  };
  const sources = readSourceIssues(text);
  if (sources === null) {
    return warn(
      "INVALID_FRONTMATTER",
      `\`source_issue\` is ${quote(text)}, which names no issue; none is closed for it`,
    );
  }
  return sources.flatMap((source) => {
    if (source.kind === "github") return source;
    const origin = readIssueFile(workspace, source.path);
    if (origin !== null) return origin.filter(({ kind }) => kind === "github");
    const message = `\`source_issue\` names ${quote(source.path)}, which is not there; no issue is closed for it`;
    return warn("MISSING_FILE", message);
  });
}

/** A local issue file names where it came from; one of local origin names nothing. Null when there is no such file. */
function readIssueFile(workspace: Workspace, path: string): SourceIssue[] | null {
  if (path.split("/").includes("..")) return null;
  const name = path.slice(path.lastIndexOf("/") + 1);
  for (const place of [path, ...ISSUE_FOLDERS.map((folder) => `${folder}/${name}`)]) {
    const text = workspace.files.text(place, "head");
    if (text !== null) return readSourceIssues(asText(readFrontmatter(text).data.provenance) ?? "") ?? [];
  }
  return null;
}

function plansOf(workspace: Workspace, { directory }: Phase): PlanItem[] {
  const plans = directory ? workspace.plans(directory).plans : [];
  return plans.map((plan) => ({
    number: plan.number,
    text: planTextOf(workspace, plan),
    done: plan.done,
  }));
}
