/** Title and description of a phase's pull request. */
import { asInlineMarkdown, withoutReferences } from "./inert-text.ts";
import { shorten } from "./naming.ts";
import { type PlanItem, planLine } from "./plan-label.ts";
import type { PullIssues } from "./source-issue.ts";

/** GitHub's own limits, in characters. */
export const MAX_TITLE = 256;
export const MAX_BODY = 65_536;

const MAX_GOAL = 1_000;
/** Real phases have up to 39 plans. Together these bounds keep every description below MAX_BODY. */
const MAX_LINES = 100;
const MAX_MENTIONS = 50;

/** `v1.2.0 Phase 3: Chat`; begins with `Phase` where the milestone is not known. */
export function pullTitle(phase: { milestone: string | null; number: string; name: string }): string {
  const name = withoutReferences(phase.name);
  const version = phase.milestone === null ? "" : `v${phase.milestone} `;
  return shorten(`${version}Phase ${phase.number}${name && `: ${name}`}`, MAX_TITLE);
}

/** A title that the caller chose. It goes into the merge's commit, where a reference would close an issue. */
export function ownTitle(text: string): string {
  return shorten(withoutReferences(text), MAX_TITLE);
}

/** Numbers of the issues that a description written here closes. */
export function closedByBody(body: string): number[] {
  return [...body.matchAll(/^Closes #([1-9]\d{0,8})\r?$/gm)].map(([, number]) => Number(number));
}

/** Goal, plans and issues. Closing words stand only before issues of the own repository; no data can add one. */
export function pullBody(content: {
  goal: string | null;
  plans: readonly PlanItem[];
  issues: PullIssues;
}): string {
  const goal = asInlineMarkdown(shorten(content.goal ?? "", MAX_GOAL));
  const plans = bounded(content.plans.map(planLine), MAX_LINES, "- ");
  const closing = content.issues.closes.map((number) => `Closes #${number}`);
  const mentioning = content.issues.mentions.map((mention) => `Refs ${mention}`);
  const blocks = [
    goal && `**Goal:** ${goal}`,
    plans && `## Plans\n\n${plans}`,
    bounded(closing, MAX_LINES, ""),
    bounded(mentioning, MAX_MENTIONS, ""),
  ];
  return blocks.filter((block) => block !== "").join("\n\n");
}

function bounded(lines: readonly string[], max: number, bullet: string): string {
  const left = lines.length - max;
  return (left > 0 ? [...lines.slice(0, max), `${bullet}and ${left} more`] : lines).join("\n");
}
