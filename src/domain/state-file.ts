/** STATE.md read: the milestone, the current position, and the lists that other steps look things up in. */
import { readChecklistItem } from "../markdown/checklist.ts";
import { asText, keyLine, readFrontmatter } from "../markdown/frontmatter.ts";
import {
  type MarkdownText,
  proseLines,
  readMarkdown,
  type Section,
  sectionUnder,
} from "../markdown/sections.ts";
import { joinStrayBreaks } from "../markdown/stray-breaks.ts";
import { readTables, splitRow } from "../markdown/table.ts";
import { trimEndOf } from "../markdown/trim.ts";
import { type GithubReference, readGithubReference } from "./github-reference.ts";
import { readMilestoneHeading, readMilestoneText, saysNoMilestone } from "./roadmap-milestones.ts";
import { findVersions } from "./version.ts";

export interface StateMilestone {
  /** Without `v`; null where the value says that there is none. */
  version: string | null;
  name: string;
  line: number;
}

export interface StateValue {
  value: string;
  line: number;
}

/** An issue that STATE.md lists. */
export interface StateIssue {
  title: string;
  /** The phase as written after `→ Phase`, or null. */
  phase: string | null;
  path: string | null;
  github: GithubReference | null;
  line: number;
}

/** Lines count from 1. */
export interface StateFile {
  /** The body's value, then the front matter's. */
  milestones: StateMilestone[];
  /** The `Key: value` lines of `## Current Position`, by lower-cased key; of a repeated key the first. */
  position: Map<string, StateValue>;
  /** Entries of `### Pending Issues` that are linked to a phase. */
  pendingIssues: StateIssue[];
  milestoneScopeIssues: StateIssue[];
  /** Entries of `## Gap Phases Added`: `Phase 6: Name (from Phase 3 gaps)`. */
  gapPhases: { text: string; line: number }[];
  /** Rows of `### GitHub Decisions`. */
  githubDecisions: { milestone: string; issues: string; decided: string; line: number }[];
}

const POSITION = /^current position\b/i;
const REFERENCE = /^project reference\b/i;
const PENDING = /^pending (?:issues|todos)\b/i;
const SCOPE = /^milestone scope issues\b/i;
const GAP_PHASES = /^gap phases added\b/i;
const DECISIONS = /^github decisions\b/i;

interface Line {
  index: number;
  text: string;
}

/** Reads STATE.md. Takes any text. */
export function readState(text: string): StateFile {
  const markdown = readMarkdown(joinStrayBreaks(text));
  const position = new Map<string, StateValue>();
  for (const section of sectionsUnder(markdown, POSITION)) {
    readKeyValues(ownLines(markdown, section), position);
  }
  const lines = (pattern: RegExp) =>
    sectionsUnder(markdown, pattern).flatMap(({ start, end }) => [...proseLines(markdown, start, end)]);
  return {
    milestones: [readBodyMilestone(markdown, position), readFrontMilestone(text)].flatMap((one) => one ?? []),
    position,
    pendingIssues: readPending(lines(PENDING)),
    milestoneScopeIssues: lines(SCOPE).flatMap((line) => readScopeIssue(line) ?? []),
    gapPhases: lines(GAP_PHASES).flatMap(({ index, text }) => {
      const entry = readBullet(text);
      return entry && /^Phase\s+\d/i.test(entry.text) ? [{ text: entry.text, line: index + 1 }] : [];
    }),
    githubDecisions: sectionsUnder(markdown, DECISIONS).flatMap((section) =>
      readDecisions(markdown, section),
    ),
  };
}

/** The sections under headings of one kind, each to the next heading of its level or above. */
function sectionsUnder(markdown: MarkdownText, pattern: RegExp): Section[] {
  const found: Section[] = [];
  for (const heading of markdown.headings) {
    if (!pattern.test(heading.text)) continue;
    const last = found[found.length - 1];
    if (!last || heading.index >= last.end) found.push(sectionUnder(markdown, heading));
  }
  return found;
}

/** Only the lines before the next heading of any level: below a sub-heading stands something else. */
function ownLines(markdown: MarkdownText, { heading, start, end }: Section): Generator<Line> {
  return proseLines(markdown, start, Math.min(end, markdown.headings[heading.order + 1]?.index ?? end));
}

const KEY_VALUE =
  /^(?:[-*+][ \t]+)?(?:\*\*|__)?(\p{L}[\p{L}\p{N} /_-]{0,40})(?:\*\*|__)?[ \t]*[:：](?:\*\*|__)?[ \t]*(.*)$/u;

/** `Key: value`, in bold or not; the value is the end of the trimmed line. */
export function readKeyValue(text: string): { key: string; value: string } | null {
  const match = KEY_VALUE.exec(text.trim());
  return match && { key: match[1]!.trim().toLowerCase(), value: match[2]!.trim() };
}

function readKeyValues(lines: Iterable<Line>, values: Map<string, StateValue>): void {
  for (const { index, text } of lines) {
    const found = readKeyValue(text);
    if (found && !values.has(found.key)) values.set(found.key, { value: found.value, line: index + 1 });
  }
}

/** `Milestone:` in the position; else `## Current Milestone: vX`, or the same as a line near the top. */
function readBodyMilestone(markdown: MarkdownText, position: Map<string, StateValue>): StateMilestone | null {
  const places = [position];
  const top = new Map<string, StateValue>();
  readKeyValues(proseLines(markdown, 0, markdown.headings.find(({ level }) => level > 1)?.index ?? 0), top);
  for (const section of sectionsUnder(markdown, REFERENCE)) readKeyValues(ownLines(markdown, section), top);
  places.push(top);
  for (const values of places) {
    for (const key of ["milestone", "current milestone"]) {
      const found = values.get(key);
      const milestone = found && readMilestoneValue(found.value, found.line);
      if (milestone) return milestone;
    }
    const heading = values === position ? readHeadingMilestone(markdown) : null;
    if (heading) return heading;
  }
  return null;
}

function readHeadingMilestone({ headings }: MarkdownText): StateMilestone | null {
  for (const { text, index } of headings) {
    const about = readMilestoneHeading(text);
    if (about?.kind !== "current") continue;
    if (about.none) return { version: null, name: "", line: index + 1 };
    const { milestone } = about;
    if (milestone) return { version: milestone.version, name: milestone.name, line: index + 1 };
  }
  return null;
}

function readFrontMilestone(text: string): StateMilestone | null {
  const frontmatter = readFrontmatter(text);
  const value = asText(frontmatter.data.milestone);
  const milestone = value === null ? null : readMilestoneValue(value, keyLine(frontmatter, "milestone") ?? 1);
  const name = asText(frontmatter.data.milestone_name);
  return milestone && { ...milestone, name: name ?? milestone.name };
}

/** Null for a value that names neither a version nor the absence of one. */
function readMilestoneValue(value: string, line: number): StateMilestone | null {
  const milestone = readMilestoneText(value, true);
  if (milestone) {
    return { version: milestone.version, name: milestone.name.replace(/^\((.*)\)$/, "$1"), line };
  }
  const versions = findVersions(value);
  if (versions.length === 1) return { version: versions[0]!.version, name: "", line };
  return saysNoMilestone(value) ? { version: null, name: "", line } : null;
}

/** A list item without bullet and box, with the column that its bullet stands in. */
function readBullet(text: string): { text: string; indent: number } | null {
  const item = readChecklistItem(text);
  if (item) return { text: item.text, indent: item.indent };
  const match = /^([ \t]*)[-*+][ \t]+/.exec(text);
  return match && { text: text.slice(match[0].length).trim(), indent: match[1]!.length };
}

const ARROW = /(?:→|->)\s*Phase\s+/gi;

/** Splits `title → Phase 03-chat` at its last arrow. */
function splitArrow(text: string): { before: string; phase: string | null } {
  let last: RegExpExecArray | null = null;
  for (const match of text.matchAll(ARROW)) last = match;
  if (!last) return { before: text, phase: null };
  return { before: text.slice(0, last.index).trim(), phase: text.slice(last.index + last[0].length).trim() };
}

/** `- {title} → Phase {phase}` with `- File:` and `- GitHub:` below it, deeper. */
function readPending(lines: readonly Line[]): StateIssue[] {
  const issues: StateIssue[] = [];
  let current: { issue: StateIssue; indent: number } | null = null;
  for (const { index, text } of lines) {
    const bullet = readBullet(text);
    if (!bullet) {
      if (text.trim() !== "" && current && text.length - text.trimStart().length <= current.indent)
        current = null;
      continue;
    }
    if (current && bullet.indent > current.indent) {
      readDetail(current.issue, bullet.text);
      continue;
    }
    const { before, phase } = splitArrow(bullet.text);
    current = null;
    if (phase === null) continue;
    const issue = { title: unquoted(before), phase, path: null, github: null, line: index + 1 };
    issues.push(issue);
    current = { issue, indent: bullet.indent };
  }
  return issues;
}

function readDetail(issue: StateIssue, text: string): void {
  const detail = readKeyValue(text);
  if (detail?.key === "file") issue.path ??= cleanPath(detail.value);
  else if (detail?.key === "github") issue.github ??= readGithubReference(detail.value);
}

/** `- "{title}" (from: {path}, GitHub: #N)`, perhaps with `→ Phase {phase}` behind it. */
function readScopeIssue({ index, text }: Line): StateIssue | null {
  const bullet = readBullet(text);
  if (!bullet) return null;
  const { before, phase } = splitArrow(bullet.text);
  const open = before.toLowerCase().lastIndexOf("(from:");
  if (open < 0 && !/^["“]/.test(before)) return null;
  const title = unquoted(open < 0 ? before : before.slice(0, open));
  const note = open < 0 ? "" : before.slice(open + "(from:".length);
  const [path = "", ...others] = note
    .slice(0, note.lastIndexOf(")") < 0 ? undefined : note.lastIndexOf(")"))
    .split(",");
  const github = others
    .map((part) => /^\s*GitHub:?\s*(.*)$/i.exec(part)?.[1] ?? "")
    .find((part) => part !== "");
  return {
    title,
    phase,
    path: cleanPath(path),
    github: github === undefined ? null : readGithubReference(github),
    line: index + 1,
  };
}

function unquoted(text: string): string {
  const plain = text.trim().replace(/^\*\*(.*)\*\*$/, "$1");
  return /^["“].*["”]$/.test(plain) ? plain.slice(1, -1) : plain;
}

function cleanPath(text: string): string | null {
  const path = trimEndOf(text.trim(), "`>")
    .replace(/^[`<]+/, "")
    .replaceAll("\\", "/")
    .replace(/^(?:\.\/)+/, "");
  return path === "" ? null : path;
}

const DELIMITER = /^[\s|:-]*$/;

/** Rows of a table, or rows alone; a column that no header names stands at its usual place. */
function readDecisions(markdown: MarkdownText, { start, end }: Section): StateFile["githubDecisions"] {
  const tables = readTables(markdown, start, end);
  const headers = new Map(tables.map(({ header }) => [header.index, header.cells]));
  let columns = USUAL_COLUMNS;
  return [...proseLines(markdown, start, end)].flatMap(({ index, text }) => {
    const header = headers.get(index);
    // The header of a table that a decision was put above of is that decision.
    if (header && !header.some((cell) => findVersions(cell).length > 0)) {
      columns = columnsOf(header);
      return [];
    }
    if (!text.includes("|")) {
      columns = USUAL_COLUMNS;
      return [];
    }
    if (DELIMITER.test(text)) return [];
    const cells = splitRow(text);
    const [milestone = "", issues = "", decided = ""] = columns.map((column) => cells[column] ?? "");
    return [{ milestone, issues, decided, line: index + 1 }];
  });
}

const USUAL_COLUMNS = [0, 1, 2];

function columnsOf(header: readonly string[]): number[] {
  const column = (pattern: RegExp, usual: number): number => {
    const found = header.findIndex((cell) => pattern.test(cell.replace(/[*_`]/g, "").trim()));
    return found < 0 ? usual : found;
  };
  const milestone = column(/^milestone/i, 0);
  const issues = column(/^issues/i, milestone + 1);
  return [milestone, issues, column(/^decided|^date/i, issues + 1)];
}
