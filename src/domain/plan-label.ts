/** How an issue's checklist names a plan: `Plan 01: text`, and what text stands for the plan. */
import { sanitizeText } from "./github-text.ts";
import { shorten } from "./naming.ts";
import { formatPlain, type PhaseNumber } from "./phase.ts";

const MAX_TEXT = 60;

const LABEL =
  /^[*_~`]{0,6}Plan[ \t]+[*_~`]{0,6}([a-z0-9][\w.-]{0,80}?)[*_~`]{0,6}[ \t]*(?:[:：]|[-–—](?=[ \t])|[*_~`]{0,6}$)/iu;
/** A person's `Plan B: …` names no plan. */
const NUMBERED = /\d|^(?:gap|fix)/i;

/** The key of the plan that a list item's text names; null when it names none. */
export function readPlanLabel(text: string): string | null {
  const label = LABEL.exec(text)?.[1];
  return label !== undefined && NUMBERED.test(label) ? labelKey(label) : null;
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

/**
 * One line of Markdown with the words of `objective`, cut at 60 characters. Tags become text, and `@names` code: an
 * issue that names `@types/node` would call the user of that name. `#12` stays what it is, a link.
 */
export function planText(objective: string): string {
  const plain = sanitizeText(objective, 200).replace(/\s+/g, " ").trim();
  const text = shorten(plain, MAX_TEXT);
  const tagless = /<(?=[a-z/!?])/i.test(text) ? text.replaceAll("`", "").replaceAll("<", "&lt;") : text;
  return tagless.replace(CODE_OR_NAME, (found) => (found.startsWith("@") ? `\`${found}\`` : found));
}

const CODE_OR_NAME = /`[^`]*`|(?<![\w`/.@])@[A-Za-z0-9][\w-]*(?:\/[\w.-]+)*/g;
