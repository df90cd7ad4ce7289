/** Milestones as ROADMAP.md names them: in lists, tables, headings and `<summary>` lines. */
import { trimEndOf } from "../markdown/trim.ts";
import { comparePhaseNumbers, type PhaseNumber, parsePhaseNumber } from "./phase.ts";
import { findVersions, leadingVersion, versionKey } from "./version.ts";

export type MilestoneStatus = "current" | "shipped" | "planned" | "unknown";

export interface RoadmapMilestone {
  /** Without `v`, as first written. */
  version: string;
  /** "" where nothing names it. */
  name: string;
  status: MilestoneStatus;
  /** From 1. */
  line: number;
}

/** Where a milestone is named; `milestone_heading` is `## Milestone: v1.0` and `**Milestone:** v1.0`. */
export type MentionKind = "current_heading" | "list" | "heading" | "milestone_heading" | "title" | "summary";

export interface MilestoneMention extends RoadmapMilestone {
  kind: MentionKind;
  inDetails: boolean;
  /** Phases that the mention gives: `Phases 1, 1.1, 5-6`. */
  ranges: PhaseRange[];
}

/** Both ends belong to it; `to` is null for a single phase. */
export interface PhaseRange {
  from: PhaseNumber;
  to: PhaseNumber | null;
}

/** What one place says about a milestone. */
export interface MilestoneText {
  version: string;
  name: string;
  status: MilestoneStatus;
  ranges: PhaseRange[];
}

const LEAD = /^[^\p{L}\p{N}]+/u;
const SHIPPED_MARK = /[✅✓✔☑]/u;
const CURRENT_MARK = /🔄|🚧|🏗|▶/u;
const PLANNED_MARK = /📋|🔜|⏳|[○◯⚪⬜]/u;
const CURRENT_WORD = /\b(?:in[ -]progress|active|current|you are here|started)\b/i;
const SHIPPED_WORD = /\b(?:shipped|completed?|released|done|archived|delivered)\b/i;
const PLANNED_WORD = /\b(?:planned|upcoming|future|next|not started|tbd|proposed|deferred)\b/i;
const STATUS_START =
  /^(?:phases?\b|in[ -]progress|active\b|current\b|started\b|shipped|completed?\b|released|done\b|archived|delivered|planned|upcoming|future\b|not started|tbd\b|new\b|carry-over|\d{4}-\d{2})/i;
const LONGEST_STATUS = 40;
const SECTION_WORDS = /^(?:phase details|phases?|details|progress|requirements?|coverage|scope|roadmap)$/i;

/** What an entry, row or heading says about a milestone, its version first; null when it names none. */
export function readMilestoneText(text: string, bare = false): MilestoneText | null {
  const lead = LEAD.exec(text)?.[0] ?? "";
  const rest = unlinked(text.slice(lead.length));
  const found = leadingVersion(rest, bare);
  if (!found) return null;
  const { name, tail } = splitNameFrom(rest.slice(found.end), lead.includes("**") || lead.includes("__"));
  return { version: found.version, name, status: readStatus(lead, tail), ranges: readRanges(tail) };
}

/** In `**v1.1 Name** — text` the emphasis ends the name; after `**v1.1** — Name` nothing does. */
function splitNameFrom(rest: string, bold: boolean): { name: string; tail: string } {
  const end = bold ? rest.search(/\*\*|__/) : -1;
  const inside = end < 0 ? { name: "", tail: "" } : splitName(rest.slice(0, end));
  if (inside.name !== "") return { name: inside.name, tail: inside.tail + rest.slice(end) };
  return splitName(rest.replace(/\*\*|__|~~/g, ""));
}

/** What a row of a milestone table says, by its header: `| Milestone | Status | Phases |`. */
export function readMilestoneCells(
  header: readonly string[],
  cells: readonly string[],
): MilestoneText | null {
  for (const [column, cell] of cells.entries()) {
    const milestone = readMilestoneText(cell);
    if (!milestone) continue;
    const others = cells.filter((_, index) => index !== column);
    const status = others.map((other) => readStatus("", other)).find((one) => one !== "unknown");
    const phases = header.findIndex((title) => /^phases?(?: range)?$/i.test(title));
    const name = header.findIndex((title) => /^name$/i.test(title));
    return {
      version: milestone.version,
      name: milestone.name || (cells[name] ?? ""),
      status: milestone.status === "unknown" ? (status ?? "unknown") : milestone.status,
      ranges: phases < 0 ? milestone.ranges : readRanges(cells[phases] ?? "", true),
    };
  }
  return null;
}

/** `[v1.0 MVP](milestones/v1.0-ROADMAP.md) — shipped` without the link: `v1.0 MVP — shipped`. */
function unlinked(text: string): string {
  const close = text.indexOf("](");
  const end = close < 0 ? -1 : text.indexOf(")", close);
  return end < 0 ? text : text.slice(0, close) + text.slice(end + 1);
}

/** A name ends where a status, a date or a phase range begins, in parentheses or after a dash. */
function splitName(rest: string): { name: string; tail: string } {
  let end = rest.length;
  for (const match of rest.matchAll(/\(|\s(?:[—–]|--?)\s|←/g)) {
    const start = match.index + match[0].length;
    const after = rest.slice(start, start + LONGEST_STATUS).replace(LEAD, "");
    if (match[0] === "←" || STATUS_START.test(after)) {
      end = match.index;
      break;
    }
  }
  const name = rest.slice(0, end).replace(/^[\s:：—–-]+/, "");
  return { name: trimEndOf(name, " \t:：—–*_-"), tail: rest.slice(end) };
}

function readStatus(marks: string, tail: string): MilestoneStatus {
  if (CURRENT_WORD.test(tail) && !SHIPPED_MARK.test(marks)) return "current";
  if (SHIPPED_MARK.test(marks) || SHIPPED_MARK.test(tail)) return "shipped";
  if (CURRENT_MARK.test(marks) || CURRENT_MARK.test(tail)) return "current";
  if (SHIPPED_WORD.test(tail)) return "shipped";
  if (PLANNED_MARK.test(marks) || PLANNED_MARK.test(tail) || PLANNED_WORD.test(tail)) return "planned";
  return "unknown";
}

const RANGES = /\bPhases?:?\s+(?=\d)/i;
const RANGE_ITEM =
  /^\s*(?:,|&|and\b)?\s*(\d{1,9}[A-Za-z]?(?:\.\d{1,9})*)(?:\s*(?:[-–—]|to\b|through\b)\s*(\d{1,9}[A-Za-z]?(?:\.\d{1,9})*))?(?![\p{L}\p{N}/])/iu;

/** `Phases 1, 1.1, 5-6` anywhere in a text; `whole` reads a table cell that is only the numbers. */
function readRanges(text: string, whole = false): PhaseRange[] {
  const start = whole ? null : RANGES.exec(text);
  if (!whole && !start) return [];
  let rest = start ? text.slice(start.index + start[0].length) : text;
  const ranges: PhaseRange[] = [];
  for (let item = RANGE_ITEM.exec(rest); item; item = RANGE_ITEM.exec(rest)) {
    const from = parsePhaseNumber(item[1]!);
    if (from) ranges.push({ from, to: item[2] === undefined ? null : parsePhaseNumber(item[2]) });
    rest = rest.slice(item[0].length);
  }
  return ranges;
}

/**
 * How well a phase fits: 2 when a range names it, 1 when it was inserted after a phase that one names
 * (6.1 and `Phases 5-6`), 0 when it does not belong.
 */
export function fitsRanges(number: PhaseNumber, ranges: readonly PhaseRange[]): 0 | 1 | 2 {
  let best: 0 | 1 = 0;
  for (const { from, to } of ranges) {
    const last = to ?? from;
    if (number.major > last.major || comparePhaseNumbers(number, from) < 0) continue;
    if (comparePhaseNumbers(number, last) <= 0) return 2;
    if (last.decimals.length === 0 && number.major === last.major && number.letter === last.letter) best = 1;
  }
  return best;
}

export type MilestoneHeading =
  /** `## Current Milestone: v1.2 Name`; `none` for `## Current Milestone: None`. */
  | { kind: "current"; milestone: MilestoneText | null; none: boolean }
  /** `## Milestone: v1.0`: `milestone`. `### v1.2 Name (In Progress)`: `heading`. */
  | { kind: "milestone" | "heading"; milestone: MilestoneText }
  /** `## v4.5 Phase Details`: what stands below belongs to the version, but the heading names nothing. */
  | { kind: "section"; version: string };

const CURRENT = /^(?:current|active)\s+milestone\b\s*(?:[:：—–-]\s*(.*))?$/i;
const MILESTONE =
  /^(?:(previous|next|planned|upcoming|future|completed|shipped)\s+)?milestone\b\s*(?:\d{1,3}(?![.\d]))?\s*[:：—–.-]?\s*(.*)$/i;
const NO_MILESTONE = /^[^\p{L}\p{N}]*(?:none\b|no (?:active|current)\b|n\/a\b|nothing\b|between\b|$)/iu;

/** What a heading says about milestones; null for all others. */
export function readMilestoneHeading(text: string): MilestoneHeading | null {
  const lead = LEAD.exec(text)?.[0] ?? "";
  const plain = text.slice(lead.length);
  const current = CURRENT.exec(plain);
  if (current) {
    const value = current[1] ?? "";
    const none = current[1] !== undefined && NO_MILESTONE.test(value);
    return { kind: "current", milestone: none ? null : readMilestoneText(value, true), none };
  }
  const named = MILESTONE.exec(plain);
  if (named) {
    const milestone = readMilestoneText(named[2]!, true) ?? versionInside(named[2]!);
    if (!milestone) return null;
    const status = milestone.status === "unknown" ? readStatus(lead, named[1] ?? "") : milestone.status;
    return { kind: "milestone", milestone: { ...milestone, status } };
  }
  const milestone = readMilestoneText(text);
  if (milestone && !SECTION_WORDS.test(milestone.name)) return { kind: "heading", milestone };
  const versions = [...new Set(findVersions(text).map(({ version }) => version))];
  return versions.length === 1 ? { kind: "section", version: versions[0]! } : null;
}

/** `Voice Calls (v1.1)`: a milestone whose name stands before its version. */
function versionInside(text: string): MilestoneText | null {
  const [found] = findVersions(text);
  if (!found) return null;
  const name = trimEndOf(text.slice(0, found.start), " \t([:：—–-");
  const tail = text.slice(found.end);
  return { version: found.version, name, status: readStatus("", tail), ranges: readRanges(tail) };
}

/** True for the value of a `Current Milestone` that says there is none. */
export function saysNoMilestone(value: string): boolean {
  return NO_MILESTONE.test(value);
}

const TRUST: readonly MentionKind[] = [
  "current_heading",
  "list",
  "heading",
  "summary",
  "milestone_heading",
  "title",
];

/** One milestone for each version, in order of first mention; its status is what the strongest mention says. */
export function mergeMentions(mentions: readonly MilestoneMention[]): RoadmapMilestone[] {
  const byVersion = new Map<string, MilestoneMention[]>();
  for (const mention of mentions) {
    const key = versionKey(mention.version);
    const same = byVersion.get(key);
    if (same) same.push(mention);
    else byVersion.set(key, [mention]);
  }
  return [...byVersion.values()].map((same) => {
    const ranked = [...same].sort((a, b) => TRUST.indexOf(a.kind) - TRUST.indexOf(b.kind));
    return {
      version: same[0]!.version,
      name: ranked.find(({ name }) => name !== "")?.name ?? "",
      status: ranked.find(({ status }) => status !== "unknown")?.status ?? "unknown",
      line: same[0]!.line,
    };
  });
}
