/** Writing `## Gap Resolution` into a report: which phases take care of its gaps. */
import { beginEdits, finishEdits, insertLines } from "../markdown/line-edits.ts";
import { closingLine } from "../markdown/lines.ts";
import { type MarkdownText, readMarkdown } from "../markdown/sections.ts";
import { oneLine } from "./gap.ts";
import { GAP_KEY, normalizeTitle } from "./gap-key.ts";
import { type LocatedResolution, locateResolutions, type ResolutionSection } from "./gap-resolution.ts";
import { formatPadded, formatPlain, parsePhaseNumber } from "./phase.ts";

/** A phase that takes care of gaps of one report. */
export interface GapResolution {
  /** Its number, in any spelling. */
  phase: string;
  /** As in ROADMAP.md: `Gap - Message wiring`. */
  name: string;
  /** None: the phase covers the whole report. */
  gaps: readonly ResolvedGap[];
}

interface ResolvedGap {
  key: string;
  title: string;
}

/**
 * Adds what the report does not say yet: bullets below a phase that it names already, a paragraph for any other
 * phase, and the section at the end of a document that has none. A code fence or comment that is never closed is
 * closed there first, which changes nothing of what it holds. The report's gaps stay what they are.
 */
export function addGapResolution(
  text: string,
  resolutions: readonly GapResolution[],
): { text: string; added: boolean } {
  const markdown = readMarkdown(text);
  const sections = locateResolutions(markdown);
  const located = sections.flatMap((section) => section.resolutions);
  const edits = beginEdits(text);
  const paragraphs: string[][] = [];
  for (const { phase, title, gaps } of merge(resolutions)) {
    const same = located.filter((one) => one.phase === phase);
    const missing = gaps && missingOf(gaps, same);
    if (missing?.length === 0 || same.some(({ items }) => items.length === 0)) continue;
    const last = same.at(-1);
    if (missing === null) paragraphs.push([title]);
    else if (last) insertLines(edits, last.last + 1, toBullets(missing, last.bullet));
    else paragraphs.push([`${title}:`, "", ...toBullets(missing, "- ")]);
  }
  if (paragraphs.length > 0) {
    const { index, lines } = place(markdown, sections, paragraphs);
    insertLines(edits, index, lines);
  }
  const edited = finishEdits(edits);
  return { text: edited, added: edited !== text };
}

interface Wanted {
  /** Padded id. */
  phase: string;
  /** The line that begins its paragraph, without a colon. */
  title: string;
  /** Null: the whole report. */
  gaps: ResolvedGap[] | null;
}

const MAX_NAME = 200;

/** One for each phase, in order; a number that is none is left out, since nothing could read it back. */
function merge(resolutions: readonly GapResolution[]): Wanted[] {
  const wanted = new Map<string, Wanted>();
  for (const { phase, name, gaps } of resolutions) {
    const number = parsePhaseNumber(phase.trim());
    if (!number) continue;
    const id = formatPadded(number);
    const text = neutral(name, MAX_NAME);
    const title = `Gaps addressed by Phase ${formatPlain(number)}${text === "" ? "" : ` (${text})`}`;
    const known = wanted.get(id) ?? { phase: id, title, gaps: [] };
    known.gaps = gaps.length === 0 || known.gaps === null ? null : [...known.gaps, ...gaps];
    wanted.set(id, known);
  }
  return [...wanted.values()];
}

/** The gaps, each once, that no item names by key, or by title alone. */
function missingOf(gaps: readonly ResolvedGap[], same: readonly LocatedResolution[]): ResolvedGap[] {
  const keys = new Set<string>();
  const titles = new Set<string>();
  for (const item of same.flatMap(({ items }) => items)) {
    const found = item.match(GAP_KEY);
    if (found) for (const key of found) keys.add(key);
    else titles.add(normalizeTitle(item));
  }
  return gaps.filter(({ key, title }) => {
    const known = keys.has(key) || titles.has(normalizeTitle(title));
    keys.add(key);
    return !known;
  });
}

const MAX_TITLE = 200;
const MAX_INDENT = 12;
/** Anything else could be a heading, a quote, a list, a fence, a box, a table or bold. */
const PLAIN_START = /^(?:[\p{L}\p{N}"'(/@$&.,…“„«¿¡]|`(?!``))/u;
/** `1. item`; `status: word`, which reports give their status, score and fields with; a line that names a phase. */
const TAKEN_START = /^(?:\d+[.)](?:\s|$)|[^:]{0,60}:|gaps? addressed by\b)/i;

/** The key makes it exact, also where two gaps have one title; it stands first where the title could be misread. */
function toBullets(gaps: readonly ResolvedGap[], model: string): string[] {
  const bullet = model.length > MAX_INDENT ? "- " : model;
  return gaps.map(({ key, title }) => {
    const text = neutral(title, MAX_TITLE);
    if (text === "") return bullet + key;
    return PLAIN_START.test(text) && !TAKEN_START.test(text)
      ? `${bullet}${text} (${key})`
      : `${bullet}(${key}) ${text}`;
  });
}

/** On one line, without tags, and without anything that looks like a key. */
function neutral(text: string, max: number): string {
  const line = oneLine(text, max).replace(GAP_KEY, (key) => key.replace("-", " "));
  return line.includes("`") ? line : line.replace(/(?<!\\)<(?=[A-Za-z/!?])/g, "\\<");
}

/** Where new paragraphs go: behind the last one there is, else into the section, else to the end of the document. */
function place(
  markdown: MarkdownText,
  sections: readonly ResolutionSection[],
  paragraphs: readonly string[][],
): { index: number; lines: string[] } {
  const { lines } = markdown;
  const section = sections.findLast(({ resolutions }) => resolutions.length > 0) ?? sections.at(-1);
  const index = section ? endOf(markdown, section) : lines.length;
  const closing = index === lines.length ? closingLine(lines) : null;
  const above = closing ?? lines[index - 1] ?? "";
  const added = closing === null ? [] : [closing];
  if (above.trim() !== "") added.push("");
  if (!section) added.push("## Gap Resolution", "");
  for (const [order, paragraph] of paragraphs.entries()) added.push(...(order > 0 ? [""] : []), ...paragraph);
  if ((lines[index] ?? "").trim() !== "") added.push("");
  return { index, lines: added };
}

/** Index of the line before which the section goes on: at the end of its own text, before headings inside of it. */
function endOf({ lines, headings }: MarkdownText, { heading, resolutions }: ResolutionSection): number {
  if (resolutions.length > 0) return resolutions.at(-1)!.last + 1;
  const end = headings[heading.order + 1]?.index ?? lines.length;
  if (end === lines.length && closingLine(lines) !== null) return end;
  let index = end;
  while (index > heading.index + 1 && lines[index - 1]!.trim() === "") index--;
  return index;
}
