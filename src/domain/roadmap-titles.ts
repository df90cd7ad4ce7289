/** Phase titles as headings and lists write them: `Phase 2.1: Name (INSERTED) — completed 2026-02-08`. */
import { type PhaseNumber, parsePhaseNumber } from "./phase.ts";

export interface PhaseTitle {
  number: PhaseNumber;
  /** Without decorations; "" when the title has none. */
  name: string;
  /** True for an emphasised title. */
  bold: boolean;
  /** True when nothing but a dash tells the name from the description after it. */
  loose: boolean;
  /** What follows the name: description, plan count, date. */
  tail: string;
  /** True for ✅, `✓ COMPLETE`, `— completed DATE` and the like. */
  done: boolean;
  /** True for `~~Phase 7: Name~~`. */
  struck: boolean;
}

const LEAD = /^[^\p{L}\p{N}]+/u;
const NUMBERED = /^Phase\s+(?:[A-Z]{1,6}-)?(\d{1,9}[A-Za-z]?(?:\.\d{1,9})*)(?![\p{L}\p{N}_+])/iu;
const RANGE = /^\s*(?:[-–—]|to\b)\s*\d{1,9}[A-Za-z]?(?:\.\d{1,9})*\s*(?:[:(*,–—]|-\s|$)/i;
const SEPARATOR = /^\s*(?:[:：—–(]|-|\.\s)/;
const DONE_MARK = /[✅✓✔☑]/u;
const PLAN_COUNT = /\s\((?:~?\d+(?:\s?\/\s?\d+)?|TBD)\s+plans?\b/i;

/** The title of a list item; null for anything else, also for ranges such as `Phase 1-4:`. */
export function readPhaseTitle(text: string): PhaseTitle | null {
  const start = readStart(text);
  if (!start) return null;
  const split = start.bold ? splitBold(start.rest) : splitPlain(start.rest);
  return finish(start, split);
}

/** The title of a heading, where a spaced dash belongs to the name: `CLI Wiring — Close Audit Gaps`. */
export function readHeadingTitle(text: string): PhaseTitle | null {
  const start = readStart(text);
  if (!start) return null;
  const named = withoutSeparator(start.rest.replace(/\*\*|__/g, ""));
  return finish(start, { named, tail: "", loose: false });
}

interface TitleStart {
  number: PhaseNumber;
  lead: string;
  /** What follows the number. */
  rest: string;
  bold: boolean;
  struck: boolean;
}

interface TitleParts {
  named: string;
  tail: string;
  loose: boolean;
}

function readStart(text: string): TitleStart | null {
  const lead = LEAD.exec(text)?.[0] ?? "";
  const numbered = NUMBERED.exec(text.slice(lead.length));
  const number = numbered && parsePhaseNumber(numbered[1]!);
  if (!number) return null;
  const struck = lead.includes("~~");
  const after = withoutComments(text.slice(lead.length + numbered[0].length));
  const rest = struck ? after.replaceAll("~~", "") : after;
  const plain = rest.replace(/^\s*(?:\*\*|__)/, "");
  if (RANGE.test(plain)) return null;
  if (!SEPARATOR.test(plain) && stripDecorations(plain).name !== "") return null;
  return { number, lead, rest, struck, bold: lead.includes("**") || lead.includes("__") };
}

function finish(start: TitleStart, { named, tail, loose }: TitleParts): PhaseTitle {
  const { name, done } = stripDecorations(named);
  const { number, bold, struck, lead } = start;
  return { number, name, bold, loose, tail, done: done || DONE_MARK.test(lead), struck };
}

/** `**Phase 1: Name** — text`: the name ends with the emphasis. `**Phase 1:** Name`: it begins after it. */
function splitBold(rest: string): TitleParts {
  const end = rest.search(/\*\*|__/);
  if (end < 0) return splitPlain(rest);
  const named = withoutSeparator(rest.slice(0, end));
  const after = rest.slice(end + 2);
  return named === "" ? splitPlain(after) : { named, tail: after.trim(), loose: false };
}

/** What a gap phase's name begins with: `Gap - Message wiring`. */
const GAP = /^gap\s+(?:[—–]|--?)\s+(?=\S)/i;
const DASH = /\s(?:[—–]|--?)\s/;

/** Without emphasis the name ends before a plan count, or else at the first spaced dash behind `Gap - `. */
function splitPlain(rest: string): TitleParts {
  const text = withoutSeparator(rest);
  const start = GAP.exec(text)?.[0].length ?? 0;
  const dash = text.slice(start).search(DASH);
  const end = PLAN_COUNT.exec(text)?.index ?? (dash < 0 ? -1 : start + dash);
  if (end < 0) return { named: text, tail: "", loose: true };
  return { named: text.slice(0, end), tail: text.slice(end).trim(), loose: true };
}

/** What stands after `:`, `—`, or a note: `Phase 3 (INSERTED): Name` and `Phase 3 (Name)`. */
function withoutSeparator(rest: string): string {
  let text = rest.trim();
  const note = /^\(([^()]*)\)/.exec(text);
  if (note) {
    const after = text.slice(note[0].length);
    text = SEPARATOR.test(after) || isNote(note[1]!) ? after : note[1]!;
  }
  return text.replace(/^[\s:：—–.*_-]+/, "").trim();
}

function withoutComments(text: string): string {
  let kept = "";
  let from = 0;
  for (;;) {
    const start = text.indexOf("<!--", from);
    const end = start < 0 ? -1 : text.indexOf("-->", start);
    if (end < 0) return kept + text.slice(from);
    kept += text.slice(from, start);
    from = end + 3;
  }
}

const STATE_NOTE =
  /^(?:inserted\b.*|contingent\b.*|(?:gap[ -]closure|gaps? closed|backlog|in progress|planned|pending|active|current|not started|deferred|completed?|done|shipped)(?:\s*[,;:—–-].*|\s+\d.*)?)$/i;
const COUNT_NOTE = /^(?:~?\d+(?:\s?\/\s?[\d?]+)?|TBD)\s+plans?\b.*$/i;
const DATE_NOTE =
  /^(?:(?:completed?|shipped|done|finished|started|planned|signed off)\b:?\s*)?\d{4}-\d{2}-\d{2}\b.*$/i;
const DONE_NOTE = /^(?:completed?|done|shipped|finished|signed off)\b|^\d{4}-\d{2}-\d{2}\b/i;
const DASH_NOTE = /^(?:(?:completed?|done|shipped|finished)(?:\s+\d{4}-\d{2}-\d{2})?|\d{4}-\d{2}-\d{2})\W*$/i;
const WORD_NOTE = /[^\p{L}\p{N}\s][\uFE0F\s]*(COMPLETED?|DONE|SHIPPED|IN PROGRESS|PLANNED|BLOCKED)$/u;
const LONGEST_WORD_NOTE = 24;
const MAX_DECORATIONS = 8;

function isNote(text: string): boolean {
  const note = text.trim();
  return STATE_NOTE.test(note) || COUNT_NOTE.test(note) || DATE_NOTE.test(note);
}

/** Takes `(INSERTED)`, `(2/2 plans)`, `— completed DATE`, ✅ and the like off the end of a name. */
export function stripDecorations(text: string): { name: string; done: boolean } {
  let name = text.trim();
  let done = false;
  for (let round = 0, length = -1; round < MAX_DECORATIONS && length !== name.length; round++) {
    length = name.length;
    const end = endOfWords(name);
    done ||= DONE_MARK.test(name.slice(end));
    name = name.slice(0, end);
    const word = WORD_NOTE.exec(name.slice(-LONGEST_WORD_NOTE));
    if (word) {
      done ||= /^(?:COMPLETE|DONE|SHIPPED)/.test(word[1]!);
      name = name.slice(0, -word[1]!.length).trimEnd();
      continue;
    }
    const open = name.endsWith(")") ? name.lastIndexOf("(") : -1;
    const note = open < 0 ? "" : name.slice(open + 1, -1).trim();
    if (open >= 0 && isNote(note)) {
      done ||= DONE_NOTE.test(note);
      name = name.slice(0, open).trimEnd();
    }
    const dash = Math.max(name.lastIndexOf(" — "), name.lastIndexOf(" – "), name.lastIndexOf(" - "));
    if (dash >= 0 && DASH_NOTE.test(name.slice(dash + 3))) {
      done = true;
      name = name.slice(0, dash).trimEnd();
    }
  }
  return { name, done };
}

/** Offset behind the last character that belongs to a name: emoji, arrows, emphasis and separators do not. */
function endOfWords(name: string): number {
  let end = name.length;
  while (end > 0) {
    const pair = end > 1 && /[\uDC00-\uDFFF]/.test(name[end - 1]!) ? 2 : 1;
    if (/[\p{L}\p{M}\p{N}\p{Ps}\p{Pe}\p{Pi}\p{Pf}"'`?!+#%$&/\\.]/u.test(name.slice(end - pair, end))) break;
    end -= pair;
  }
  return end;
}
