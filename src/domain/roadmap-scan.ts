/** One pass over ROADMAP.md: where it names phases and milestones, before anything is put together. */
import { readChecklistItem } from "../markdown/checklist.ts";
import { PROSE } from "../markdown/lines.ts";
import { type Heading, readMarkdown } from "../markdown/sections.ts";
import { joinStrayBreaks } from "../markdown/stray-breaks.ts";
import { readIdList } from "./requirement-ids.ts";
import { createFieldReader, feedHeading, feedLine } from "./roadmap-fields.ts";
import { readMilestoneHeading } from "./roadmap-milestones.ts";
import { readPlanLine } from "./roadmap-plans.ts";
import {
  scanMilestoneEntry,
  scanMilestoneHeading,
  scanMilestoneLine,
  scanPendingCurrent,
  scanSummary,
} from "./roadmap-scan-milestones.ts";
import {
  createScanner,
  enclosing,
  innermost,
  type PhaseMention,
  type RoadmapScan,
  type Scanner,
} from "./roadmap-scanner.ts";
import { type PhaseTitle, readHeadingTitle, readPhaseTitle } from "./roadmap-titles.ts";
import { findVersions, versionKey } from "./version.ts";

const BOX = /^\[(.)\]\s+/u;
const MILESTONES = /^[^\p{L}\p{N}]*milestones?(?:\s+(?:overview|list|summary|index))?$/iu;
const PHASES = /^[^\p{L}\p{N}]*phases?\b/iu;
const BACKLOG = /^[^\p{L}\p{N}]*(?:backlog|future|deferred|out of scope|parking lot)\b/iu;
const COUNTED = /^\((?:~?\d+(?:\s?\/\s?\d+)?)\s+plans?\b/i;

export function scanRoadmap(text: string): RoadmapScan {
  const { lines, mask, headings } = readMarkdown(joinStrayBreaks(text));
  const scanner = createScanner();
  let nextHeading = 0;
  for (let index = 0; index < lines.length; index++) {
    if (mask[index] !== PROSE) continue;
    const line = lines[index]!;
    if (innermost(scanner).depth === 0) collectVersions(scanner, line, index + 1);
    if (headings[nextHeading]?.index === index) scanHeading(scanner, headings[nextHeading++]!);
    else if (!scanHtml(scanner, line.trim(), index + 1)) scanLine(scanner, line, index + 1);
  }
  const { phases, loosePlans, mentions, noCurrentLine, versions } = scanner;
  return { phases, loosePlans, mentions, noCurrentLine, versions };
}

function collectVersions({ versions, versionKeys }: Scanner, text: string, line: number): void {
  for (const { version } of findVersions(text)) {
    const key = versionKey(version);
    if (versionKeys.has(key)) continue;
    versionKeys.add(key);
    versions.push({ version, line });
  }
}

function closeHeadings({ frames }: Scanner, level: number): void {
  while (frames.length > 0 && frames[frames.length - 1]!.level >= level) frames.pop();
}

function scanHeading(scanner: Scanner, { level, text, index }: Heading): void {
  const line = index + 1;
  scanner.bullet = null;
  scanner.tableHeader = null;
  const box = BOX.exec(text);
  const title = level > 1 ? readHeadingTitle(box ? text.slice(box[0].length) : text) : null;
  if (title) {
    // A phase may stand at the level of its milestone's heading (EriRPG), so that one stays open.
    closeHeadings(scanner, level + 1);
    openPhase(scanner, "heading", title, box ? /x/i.test(box[1]!) : null, line, level, 0);
    return;
  }
  const about = readMilestoneHeading(text);
  const { open } = scanner;
  if (open?.level != null && level > open.level && (about === null || about.kind === "section")) {
    feedHeading(open.mention.reader, text, line);
    open.mention.lastLine = line;
    return;
  }
  scanner.open = null;
  closeHeadings(scanner, level);
  if (scanner.pendingCurrent && level <= scanner.pendingCurrent.level) scanner.pendingCurrent = null;
  const around = innermost(scanner);
  const version = scanMilestoneHeading(scanner, about, level, text, line);
  scanner.frames.push({
    level,
    depth: around.depth,
    version: version ?? around.version,
    backlog: around.backlog || BACKLOG.test(text),
    listsMilestones: around.listsMilestones || MILESTONES.test(text),
    listsPhases: PHASES.test(text),
  });
}

function openPhase(
  scanner: Scanner,
  kind: PhaseMention["kind"],
  title: PhaseTitle,
  checked: boolean | null,
  line: number,
  level: number | null,
  indent: number,
): void {
  scanner.open = null;
  // Struck through and not done: withdrawn.
  if (title.struck && checked !== true && !title.done) return;
  const reader = createFieldReader();
  const found: PhaseMention = {
    kind,
    title,
    checked,
    version: enclosing(scanner),
    backlog: innermost(scanner).backlog,
    line,
    lastLine: line,
    reader,
  };
  const dash = title.tail.lastIndexOf("— ");
  if (dash >= 0) reader.fields.requirements.push(...(readIdList(title.tail.slice(dash + 2)) ?? []));
  scanner.phases.push(found);
  scanner.open = { mention: found, level, indent, depth: innermost(scanner).depth };
}

/** Follows `<details>` and `<summary>`; true when the line is nothing else. */
function scanHtml(scanner: Scanner, trimmed: string, line: number): boolean {
  if (scanner.summary) {
    appendSummary(scanner, trimmed);
    if (DETAILS_END.test(trimmed)) closeDetails(scanner);
    return true;
  }
  if (!/^<\/?(?:details|summary)\b/i.test(trimmed)) return false;
  if (/^<details\b/i.test(trimmed)) {
    scanner.bullet = null;
    const around = innermost(scanner);
    scanner.frames.push({ ...around, level: 0, depth: around.depth + 1 });
  }
  const summary = trimmed.toLowerCase().indexOf("<summary");
  if (summary >= 0) {
    scanner.summary = { text: "", line };
    appendSummary(scanner, trimmed.slice(trimmed.indexOf(">", summary) + 1));
  }
  if (DETAILS_END.test(trimmed)) closeDetails(scanner);
  return true;
}

const DETAILS_END = /<\/details>/i;
const LONGEST_SUMMARY = 500;

/** Collects a summary up to its closing tag, over several lines where need be. */
function appendSummary(scanner: Scanner, part: string): void {
  const summary = scanner.summary!;
  const end = part.toLowerCase().indexOf("</summary");
  summary.text = `${summary.text} ${end < 0 ? part : part.slice(0, end)}`.trim();
  if (end < 0 && !DETAILS_END.test(part) && summary.text.length < LONGEST_SUMMARY) return;
  scanner.summary = null;
  const version = scanSummary(scanner, summary.text.replace(/<[^<>]*>/g, ""), summary.line);
  const around = innermost(scanner);
  if (version !== null && around.level === 0) {
    scanner.open = null;
    around.version = version;
  }
}

function closeDetails(scanner: Scanner): void {
  const { frames } = scanner;
  while (frames.length > 0 && frames[frames.length - 1]!.level !== 0) frames.pop();
  frames.pop();
  scanner.bullet = null;
  if (scanner.open && scanner.open.depth > innermost(scanner).depth) scanner.open = null;
}

function scanLine(scanner: Scanner, text: string, line: number): void {
  const trimmed = text.trim();
  const indent = text.length - text.trimStart().length;
  if (trimmed !== "") {
    if (scanner.open?.level === null && indent <= scanner.open.indent) scanner.open = null;
    if (scanner.bullet && indent <= scanner.bullet.indent) scanner.bullet = null;
    if (scanner.open?.level == null && scanPhaseItem(scanner, trimmed, indent, line)) return;
  }
  if (scanner.open) {
    feedLine(scanner.open.mention.reader, text, line);
    scanner.open.mention.lastLine = line;
    return;
  }
  if (trimmed === "") {
    scanner.tableHeader = null;
    return;
  }
  scanPendingCurrent(scanner, trimmed, line);
  scanMilestoneLine(scanner, trimmed, line);
  if (innermost(scanner).listsMilestones && scanMilestoneEntry(scanner, trimmed, indent, line)) return;
  const plan = readPlanLine(trimmed, false, line);
  if (plan) scanner.loosePlans.push({ plan, version: enclosing(scanner) });
}

function scanPhaseItem(scanner: Scanner, trimmed: string, indent: number, line: number): boolean {
  const item = readChecklistItem(trimmed);
  if (item) {
    const title = readPhaseTitle(item.text);
    if (title) openPhase(scanner, "box", title, item.checked, line, null, indent);
    return title !== null;
  }
  const bullet = /^[-*+][ \t]+/.exec(trimmed);
  const listed = enclosing(scanner) !== null || innermost(scanner).listsPhases;
  if (!bullet || scanner.open || !listed) return false;
  const title = readPhaseTitle(trimmed.slice(bullet[0].length));
  // A bullet in prose also begins with a phase: what marks an entry is emphasis, a tick or a plan count.
  if (!title || !(title.bold || title.done || COUNTED.test(title.tail))) return false;
  openPhase(scanner, "bullet", title, null, line, null, indent);
  return true;
}
