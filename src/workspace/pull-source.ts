/** What a phase's pull request says, from the project's files and the phase's issue. */
import type { Diagnostic } from "../domain/diagnostic.ts";
import type { Phase } from "../domain/phase-index.ts";
import type { PlanItem } from "../domain/plan-label.ts";
import { pullBody, pullTitle } from "../domain/pull-request.ts";
import { type PullIssues, readSourceIssues, type SourceIssue, sortIssues } from "../domain/source-issue.ts";
import { quote } from "../errors.ts";
import { asText, readFrontmatter } from "../markdown/frontmatter.ts";
import type { GitHubRepository } from "./github.ts";
import { planTextOf, unreadPlan } from "./plan-text.ts";
import type { PlanStatus, Workspace } from "./workspace.ts";

/** Issue files keep their names when they move. */
const ISSUE_FOLDERS = [
  ...["issues/open", "issues/in-progress", "issues/closed"],
  ...["todos/pending", "todos/done", "todos/_archived"],
].map((folder) => `.planning/${folder}`);

/**
 * What the project's files say about a phase, read before anything is waited for: a directory that moves meanwhile takes
 * its files with it.
 */
export interface PullSource {
  number: string;
  name: string;
  goal: string | null;
  plans: PlanItem[];
  /** Issues that the plans come from. */
  issues: SourceIssue[];
  /** About plans and issues that could not be told. */
  diagnostics: Diagnostic[];
}

export function readPullSource(workspace: Workspace, { ref, entry, directory }: Phase): PullSource {
  const plans = directory ? workspace.plans(directory).plans : [];
  const diagnostics: Diagnostic[] = [];
  const issues = plans.flatMap((plan) => {
    const { fields, diagnostics: odd, isUnread } = workspace.planFields(plan);
    diagnostics.push(
      ...(isUnread ? [unreadPlan(plan, "so it is listed by its name, and closes no issue")] : odd),
    );
    return fields.sourceIssues.flatMap((text) => sourcesOf(workspace, plan, text, diagnostics));
  });
  return {
    number: ref.number,
    name: ref.name,
    goal: entry?.goal ?? null,
    plans: plans.map((plan) => ({
      number: plan.number,
      text: planTextOf(workspace, plan),
      done: plan.done,
    })),
    issues,
    diagnostics,
  };
}

export interface PullText {
  title: string;
  body: string;
  issues: PullIssues;
}

/** Without a repository no reference is known to be elsewhere but by its name, so none with a name is the own. */
export function describePull(
  { number, name, goal, plans, issues: sources }: PullSource,
  known: { milestone: string | null; repository: GitHubRepository | null; phaseIssue: number | null },
): PullText {
  const issues = sortIssues(known.repository, known.phaseIssue, sources);
  return {
    title: pullTitle({ milestone: known.milestone, number, name }),
    body: pullBody({ goal, plans, issues }),
    issues,
  };
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
