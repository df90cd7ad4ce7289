/** How an issue's checklist names a plan, `Plan 01: text`: read and written. */
import { sanitizeText } from "./github-text.ts";
import { asInlineMarkdown } from "./inert-text.ts";
import { formatPlain, type PhaseNumber } from "./phase.ts";

/** In characters; cut at a word. */
export const MAX_PLAN_TEXT = 60;
const MAX_NUMBER = 80;

/** What may stand before `Plan`: emphasis, a struck-out mark, the bracket of a link. */
const MARKS = "(?:[*_~`[]|<(?:s|del|strike|b|strong|i|em)>)";
const LABEL = new RegExp(
  `^(${MARKS}{0,6})Plan[ \\t\\u00a0]+([*_~\`]{0,6})([a-z0-9][\\w.-]{0,80}?)[*_~\`\\]]{0,6}` +
    // A note in brackets, or the address of a link: `Plan 02 (Bob): …`, `[Plan 02](…): …`.
    "[ \\t\\u00a0]*(?:\\([^()]{0,200}\\)[*_~`]{0,6}[ \\t\\u00a0]*)?(?:[:：]|[-–—](?=[ \\t])|[*_~`]{0,6}$)",
  "iu",
);
/** A person's `Plan B: …` names no plan. */
const NUMBERED = /\d|^(?:gap|fix)/i;

/** The plan that a list item's text names, and whether the item is struck through; null when it names none. */
export function readPlanLabel(text: string): { key: string; isStruck: boolean } | null {
  const [, before = "", within = "", label = ""] = LABEL.exec(text.trimStart()) ?? [];
  if (!NUMBERED.test(label)) return null;
  return { key: labelKey(label), isStruck: /~|<(?:s|del|strike)>/i.test(before + within) };
}

/** Equal for spellings of one number: `1` and `01`, `02B` and `2b`, `GAP-2` and `gap2`, `03-01` and `3-1`. */
export function labelKey(label: string): string {
  return label
    .toLowerCase()
    .replace(/-plan(?:\.md)?$/, "")
    .replace(/(?<!\d)0+(?=\d)/g, "")
    .replace(/([a-z])-(?=\d)/g, "$1");
}

/** The keys under which a plan's line may go beside its number's: `03-01` and the file's stem. */
export function longLabelKeys(plan: { id: string; number: string }, phase: PhaseNumber): string[] {
  return [labelKey(plan.id), labelKey(`${formatPlain(phase)}-${plan.number}`)];
}

/** A plan as a list on GitHub has it: an issue's, a pull request's. */
export interface PlanItem {
  /** The plan part as written: `01`, `02b`, `GAP-2`. */
  number: string;
  /** What it is about, as the project's files have it. */
  text: string;
  done: boolean;
}

/** The plan's item, `- [ ] Plan 01: text`: one line of Markdown that calls nobody, whatever the text is. */
export function planLine({ number, text, done }: PlanItem): string {
  const about = asInlineMarkdown(sanitizeText(text, MAX_PLAN_TEXT));
  const name = asInlineMarkdown(sanitizeText(number, MAX_NUMBER));
  return `- [${done ? "x" : " "}] Plan ${name}${about && `: ${about}`}`;
}
