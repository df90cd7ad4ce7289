/** STATE.md after a phase was completed, or gap phases were added. */
import { documentEnd, trimmedEnd } from "../markdown/document-end.ts";
import { itemEnd } from "../markdown/item-end.ts";
import {
  beginEdits,
  currentLine,
  finishEdits,
  insertLines,
  type LineEdits,
  replaceLine,
} from "../markdown/line-edits.ts";
import { type MarkdownText, proseLines, readMarkdown, sectionUnder } from "../markdown/sections.ts";
import { joinStrayBreaks } from "../markdown/stray-breaks.ts";
import { slugify } from "./naming.ts";
import {
  comparePhaseNumbers,
  formatPadded,
  formatPlain,
  type PhaseNumber,
  parsePhaseNumber,
} from "./phase.ts";
import { plainValue } from "./roadmap-edit-values.ts";
import { advanceProgress, type PlanTally } from "./state-edit-progress.ts";
import { readKeyValue } from "./state-file.ts";

/** `execute` once the phase has plans, `verify` once all of them are done. */
export type NextStep = "plan" | "execute" | "verify";

export interface StateCompletion {
  /** In any spelling: `3`, `03`, `2.1`. */
  number: string;
  name: string;
  /** `YYYY-MM-DD`. */
  date: string;
  /** The phase that comes next, and what is to be done with it; null when there is none. */
  next: { number: string; name: string; step: NextStep } | null;
  milestoneComplete: boolean;
  /** Numbers of the milestone's other phases that are not completed. */
  open: readonly string[];
  /** All other documents say already that the phase is completed: this may be the same call once more. */
  isRecorded: boolean;
  /** Of the milestone, the completed one included. */
  phasesDone: number;
  phasesTotal: number;
  /** Of the milestone too; null or absent where some of its plans cannot be counted. */
  plans?: PlanTally | null;
}

const POSITION = /^current position\b/i;

/**
 * Rewrites the values of `## Current Position`, and the `**Next action:**` below gap phases; `changed` names them. Takes
 * any text.
 */
export function completePhaseInState(
  text: string,
  phase: StateCompletion,
): { text: string; changed: string[] } {
  const position = movePosition(text, phase);
  if (phase.isRecorded && position.changed.length === 0) return position;
  const action = moveNextAction(position.text, phase);
  if (action === position.text) return position;
  return { text: action, changed: [...position.changed, "next_action"] };
}

function movePosition(text: string, phase: StateCompletion): { text: string; changed: string[] } {
  const markdown = readMarkdown(joinStrayBreaks(text));
  const lines = positionLines(markdown);
  const number = parsePhaseNumber(phase.number);
  const position = readPosition(lines.get("phase")?.value ?? "");
  const next = phase.next && parsePhaseNumber(phase.next.number);
  if (!number || !position) return { text, changed: [] };
  const isThere = next !== null && comparePhaseNumbers(position.number, next) === 0;
  const edits = beginEdits(text);
  const changed: string[] = [];
  const set = (key: string, value: (old: string) => string | null): void => {
    const line = lines.get(key);
    const edited = line && value(line.value);
    if (line && typeof edited === "string" && replaceValue(edits, line, edited))
      changed.push(key.replace(" ", "_"));
  };
  // A position that speaks of a later phase is not set back, and one at a phase that is open stays there.
  const order = comparePhaseNumbers(position.number, number);
  const isElsewhere = order > 0 || (order < 0 && phase.open.includes(formatPlain(position.number)));
  if (phase.next && next && !isThere && !isElsewhere) {
    const named = { number: next, name: plainValue(phase.next.name) };
    set("phase", () => formatPosition(position, plainValue(phase.name), named));
    set("plan", (old) => (/^(?:[—–-]|n\/a|tbd|none|not started)$/i.test(old) ? null : "Not started"));
    const { step } = phase.next;
    set("status", () => `Ready to ${step} Phase ${formatPlain(next)}`);
  } else if (!next && order <= 0) {
    set("status", () => (phase.milestoneComplete ? "Milestone complete" : "Phase complete"));
  }
  // Once more the same call, after which other things may have happened.
  if (phase.isRecorded && (order !== 0 || changed.length === 0)) return { text, changed: [] };
  const done = `Completed Phase ${formatPlain(number)}: ${plainValue(phase.name)}`;
  set("last activity", (old) => formatActivity(old, phase.date, done));
  set("progress", (old) => advanceProgress(old, phase.phasesDone, phase.phasesTotal, phase.plans));
  return { text: finishEdits(edits), changed };
}

interface ValueLine {
  index: number;
  value: string;
  /** What closes the line: the `**` of `**Phase: 3**`, or "". */
  closing: string;
}

/** The `Key: value` lines of the position, by lower-cased key; of a repeated key the first. */
function positionLines(markdown: MarkdownText): Map<string, ValueLine> {
  const lines = new Map<string, ValueLine>();
  for (const heading of markdown.headings) {
    if (!POSITION.test(heading.text)) continue;
    const end = markdown.headings[heading.order + 1]?.index ?? markdown.lines.length;
    for (const { index, text } of proseLines(markdown, heading.index + 1, end)) {
      const found = readKeyValue(text);
      if (!found || lines.has(found.key)) continue;
      const isWrapped = found.value.endsWith("**") && found.value.indexOf("**") === found.value.length - 2;
      const value = isWrapped ? found.value.slice(0, -2).trimEnd() : found.value;
      lines.set(found.key, { index, value, closing: found.value.slice(value.length) });
    }
  }
  return lines;
}

/** Replaces the value at the end of a line; what stands behind it stays. */
function replaceValue(edits: LineEdits, { index, value, closing }: ValueLine, text: string): boolean {
  const line = currentLine(edits, index);
  const end = line.trimEnd().length - closing.length;
  return replaceLine(edits, index, line.slice(0, end - value.length) + text + line.slice(end));
}

interface Position {
  number: PhaseNumber;
  /** As written: `Phase `, `03`, ` of 8`, and what follows. */
  prefix: string;
  digits: string;
  of: string;
  rest: string;
}

const PHASE_VALUE =
  /^(Phase\s+)?(\d{1,9}[A-Za-z]?(?:\.\d{1,9})*)(?![\p{L}\p{N}_])(\s+of\s+[\d?~]+|\s?\/\s?[\d?~]+)?(.*)$/isu;
const SEVERAL = /^\s*(?:[-–—,&+]|and\b|to\b)\s*(?:phase\s+)?\d+(?:\.\d+)*(?![\p{L}\p{N}])/iu;
const DASHED = /^(\s*[—–:]\s*|\s+--?\s+)(\S.*)$/s;
const STATE_WORD =
  /^(?:executing|in progress|complete|completed|done|planning|planned|ready|not started|verif|blocked|active|pending)/i;

/** `4 of 8 (Rooms)`, `4 — Rooms`, `Phase 4: Rooms`; null for values that name no single phase. */
function readPosition(value: string): Position | null {
  const match = PHASE_VALUE.exec(value);
  const number = match && parsePhaseNumber(match[2]!);
  if (!number || SEVERAL.test(match[4]!)) return null;
  return { number, prefix: match[1] ?? "", digits: match[2]!, of: match[3] ?? "", rest: match[4]! };
}

/** The next phase in the form of the position; `of 8` stays as it is. */
function formatPosition(
  { prefix, digits, of, rest }: Position,
  name: string,
  next: { number: PhaseNumber; name: string },
): string {
  const head = prefix + (/^0\d/.test(digits) ? formatPadded(next.number) : formatPlain(next.number)) + of;
  if (rest.trim() === "") return head;
  const open = /^\s*\(/.exec(rest)?.[0];
  const close = open === undefined ? -1 : closing(rest, open.length);
  if (open !== undefined && close >= 0) {
    const old = rest.slice(open.length, close);
    const isSlug = old !== name && old === slugify(name);
    const behind = DASHED.exec(rest.slice(close + 1));
    const status = behind ? behind[1] + inCaseOf(behind[2]!, "Not started") : "";
    return `${head}${open}${isSlug ? slugify(next.name) : next.name})${status}`;
  }
  const dashed = DASHED.exec(rest);
  if (dashed)
    return head + dashed[1] + (STATE_WORD.test(dashed[2]!) ? inCaseOf(dashed[2]!, "Not started") : next.name);
  return `${head} — ${next.name}`;
}

function inCaseOf(model: string, text: string): string {
  return model === model.toUpperCase() ? text.toUpperCase() : text;
}

/** Offset of the parenthesis that closes the one before `start`, or -1. */
function closing(text: string, start: number): number {
  let depth = 1;
  for (let at = start; at < text.length; at++) {
    if (text[at] === "(") depth++;
    else if (text[at] === ")" && --depth === 0) return at;
  }
  return -1;
}

const ACTIVITY = /^\d{4}-\d{2}-\d{2}(?:[T ]\d{2}:\d{2}\S*)?(\s*(?:—|–|:|\|)\s*|\s+--?\s+)(.*)$/s;

/** `DATE — text` with the line's own divider; null when it says the same already. */
function formatActivity(old: string, date: string, text: string): string | null {
  const match = ACTIVITY.exec(old);
  if (match?.[2]?.trim() === text) return null;
  return `${date}${match?.[1] ?? " — "}${text}`;
}

export interface GapPhaseEntry {
  /** Plain: `6`. */
  number: string;
  name: string;
  /** `Phase 3 gaps`, `Phase 4 UAT`, `Audit`. */
  from: string;
}

const GAP_PHASES = /^gap phases added\b/i;
const ENTRY =
  /^\s*[-*+]\s+(?:\[.\]\s+)?(?:\*\*|__)?Phase\s+(\d{1,9}[A-Za-z]?(?:\.\d{1,9})*)(?![\p{L}\p{N}])/iu;
const NEXT_ACTION = /^\s*(?:\*\*|__)?next action\b/i;

/** Lists gap phases in `## Gap Phases Added`, each number once, and says what to do next. Takes any text. */
export function addGapPhasesToState(text: string, entries: readonly GapPhaseEntry[]): { text: string } {
  const markdown = readMarkdown(joinStrayBreaks(text));
  const heading = markdown.headings.find(({ text: title }) => GAP_PHASES.test(title));
  const section = heading ? sectionUnder(markdown, heading) : null;
  const listed = section ? [...proseLines(markdown, section.start, section.end)] : [];
  const known = new Set<string>();
  const add = (number: PhaseNumber | null): boolean => {
    if (!number || known.has(formatPlain(number))) return false;
    known.add(formatPlain(number));
    return true;
  };
  for (const line of listed) add(parsePhaseNumber(ENTRY.exec(line.text)?.[1] ?? ""));
  const added = entries.filter(({ number }) => add(parsePhaseNumber(number)));
  const [first] = added;
  if (!first) return { text };
  const edits = beginEdits(text);
  const lastEntry = listed.findLast((line) => ENTRY.test(line.text));
  const bullet = /^\s*[-*+]\s+/.exec(lastEntry?.text ?? "")?.[0] ?? "- ";
  const lines = added.map(
    ({ number, name, from }) =>
      `${bullet}Phase ${formatPlain(parsePhaseNumber(number)!)}: ${plainValue(name)} (from ${plainValue(from)})`,
  );
  const next = `**Next action:** plan Phase ${formatPlain(parsePhaseNumber(first.number)!)}`;
  const isBlank = (index: number): boolean => (markdown.lines[index] ?? "").trim() === "";
  const spaced = (index: number, block: string[]): void => {
    const before = index > 0 && !isBlank(index - 1) ? [""] : [];
    const after = index < markdown.lines.length && !isBlank(index) ? [""] : [];
    insertLines(edits, index, [...before, ...block, ...after]);
  };
  if (!section) {
    const gap = usesBlankLines(markdown) ? [""] : [];
    spaced(documentEnd(markdown), ["## Gap Phases Added", ...gap, ...lines, "", next]);
    return { text: finishEdits(edits) };
  }
  const action = listed.find((line) => NEXT_ACTION.test(line.text));
  if (action) replaceLine(edits, action.index, nextAction(currentLine(edits, action.index), next));
  if (lastEntry) {
    const at = itemEnd(markdown, lastEntry.index);
    const after = isBlank(at) ? [] : [""];
    insertLines(edits, at, action ? lines : [...lines, "", next, ...after]);
  } else {
    const end = Math.min(section.end, Math.max(section.start, documentEnd(markdown)));
    const at = action ? action.index : trimmedEnd(markdown, section.start, end);
    spaced(at, action ? lines : [...lines, "", next]);
  }
  return { text: finishEdits(edits) };
}

/** What `addGapPhasesToState` writes, and what becomes of it here. */
const OWN_ACTION =
  /^\s*\*\*Next action:\*\* (?:plan|execute|verify|go on with) Phase (\d{1,9}[A-Za-z]?(?:\.\d{1,9})*)\s*$/;

/** The next action names the phase that was completed: then it goes on to the next gap phase that is open. */
function moveNextAction(text: string, { number, next, open }: StateCompletion): string {
  const markdown = readMarkdown(joinStrayBreaks(text));
  const heading = markdown.headings.find(({ text: title }) => GAP_PHASES.test(title));
  if (!heading) return text;
  const section = sectionUnder(markdown, heading);
  const listed = [...proseLines(markdown, section.start, section.end)];
  const plain = (written: string): string | null => {
    const parsed = parsePhaseNumber(written);
    return parsed && formatPlain(parsed);
  };
  const own = plain(number);
  const action = listed.find((line) => NEXT_ACTION.test(line.text));
  if (!action || own === null || plain(OWN_ACTION.exec(action.text)?.[1] ?? "") !== own) return text;
  const left = listed.flatMap((line) => plain(ENTRY.exec(line.text)?.[1] ?? "") ?? []);
  const following = next && plain(next.number);
  const other = left.find((one) => open.includes(one));
  const said =
    following !== null && left.includes(following)
      ? `${next!.step} Phase ${following}`
      : other === undefined
        ? "verify again the phases whose gaps these close"
        : `go on with Phase ${other}`;
  const edits = beginEdits(text);
  replaceLine(edits, action.index, nextAction(currentLine(edits, action.index), `**Next action:** ${said}`));
  return finishEdits(edits);
}

/** The line with another action; spaces around it stay. */
function nextAction(line: string, next: string): string {
  const indent = /^\s*/.exec(line)![0];
  return indent + next + line.slice(line.trimEnd().length);
}

/** True where the document's headings mostly have a blank line below them. */
function usesBlankLines({ lines, headings }: MarkdownText): boolean {
  const sections = headings.filter(({ level, index }) => level > 1 && index + 1 < lines.length);
  const spaced = sections.filter(({ index }) => lines[index + 1]!.trim() === "");
  return spaced.length * 2 > sections.length;
}
