/** Title and description of a phase's pull request. */
import { asInlineMarkdown, withoutReferences } from "./inert-text.ts";
import { shorten } from "./naming.ts";
import type { PullIssues } from "./source-issue.ts";

/** GitHub's own limits, in characters. */
export const MAX_TITLE = 256;
export const MAX_BODY = 65_536;

const MAX_GOAL = 1_000;
const MAX_PLAN = 60;
const MAX_NUMBER = 20;
/** Real phases have up to 39 plans. Together these bounds keep every description below MAX_BODY. */
const MAX_LINES = 100;
const MAX_MENTIONS = 50;

export interface PullPlan {
  /** As written: `01`, `GAP-2`. */
  number: string;
  /** What it is about. */
  text: string;
  done: boolean;
}

/** `v1.2.0 Phase 3: Chat`; begins with `Phase` where the milestone is not known. */
export function pullTitle(phase: { milestone: string | null; number: string; name: string }): string {
  const name = withoutReferences(phase.name);
  const version = phase.milestone === null ? "" : `v${phase.milestone} `;
  return shorten(`${version}Phase ${phase.number}${name && `: ${name}`}`, MAX_TITLE);
}

/** Goal, plans and issues. Closing words stand only before issues of the own repository; no data can add one. */
export function pullBody(content: {
  goal: string | null;
  plans: readonly PullPlan[];
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

function planLine({ number, text, done }: PullPlan): string {
  const about = asInlineMarkdown(shorten(text.trim(), MAX_PLAN));
  return `- [${done ? "x" : " "}] Plan ${asInlineMarkdown(shorten(number, MAX_NUMBER))}${about && `: ${about}`}`;
}

function bounded(lines: readonly string[], max: number, bullet: string): string {
  const left = lines.length - max;
  return (left > 0 ? [...lines.slice(0, max), `${bullet}and ${left} more`] : lines).join("\n");
}
