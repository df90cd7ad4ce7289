/** What a phase's pull request says, from the project's files and the phase's issue. */

import type { Phase } from "../domain/phase-index.ts";
import { type PullPlan, pullBody, pullTitle } from "../domain/pull-request.ts";
import { type PullIssues, readSourceIssue, type SourceIssue, sortIssues } from "../domain/source-issue.ts";
import { asText, readFrontmatter } from "../markdown/frontmatter.ts";
import type { GitHubRepository } from "./github.ts";
import type { Workspace } from "./workspace.ts";

/** Issue files keep their names when they move. */
const ISSUE_FOLDERS = [
  ...["issues/open", "issues/in-progress", "issues/closed"],
  ...["todos/pending", "todos/done", "todos/_archived"],
].map((folder) => `.planning/${folder}`);

export interface PullText {
  title: string;
  body: string;
  issues: PullIssues;
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
): PullIssues {
  const plans = directory ? workspace.plans(directory).plans : [];
  const sources = plans.flatMap((plan) => {
    const { sourceIssue } = workspace.planFields(plan).fields;
    return sourceIssue === null ? [] : (followFile(workspace, readSourceIssue(sourceIssue)) ?? []);
  });
  return sortIssues(repository, phaseIssue, sources);
}

/** A local issue file names where it came from; one that is gone, or of local origin, names nothing. */
function followFile(workspace: Workspace, source: SourceIssue | null): SourceIssue | null {
  if (source?.kind !== "file") return source;
  if (source.path.split("/").includes("..")) return null;
  const name = source.path.slice(source.path.lastIndexOf("/") + 1);
  for (const path of [source.path, ...ISSUE_FOLDERS.map((folder) => `${folder}/${name}`)]) {
    const text = workspace.files.text(path, "head");
    if (text === null) continue;
    const origin = readSourceIssue(asText(readFrontmatter(text).data.provenance) ?? "");
    return origin?.kind === "github" ? origin : null;
  }
  return null;
}

function plansOf(workspace: Workspace, { directory }: Phase): PullPlan[] {
  const plans = directory ? workspace.plans(directory).plans : [];
  return plans.map((plan) => {
    const { fields } = workspace.planFields(plan);
    const text = workspace.planBody(plan).objective ?? fields.objective ?? fields.name ?? "";
    return { number: plan.number, text, done: plan.done };
  });
}
