/** What a pass over ROADMAP.md learns about milestones from headings, lists, tables and summaries. */
import { readChecklistItem } from "../markdown/checklist.ts";
import { splitRow } from "../markdown/table.ts";
import {
  type MentionKind,
  type MilestoneHeading,
  type MilestoneStatus,
  type MilestoneText,
  readMilestoneCells,
  readMilestoneHeading,
  readMilestoneText,
  saysNoMilestone,
} from "./roadmap-milestones.ts";
import { innermost, type Scanner } from "./roadmap-scanner.ts";
import { findVersions } from "./version.ts";

function mention(
  scanner: Scanner,
  kind: MentionKind,
  milestone: MilestoneText,
  line: number,
  status: MilestoneStatus = milestone.status,
): void {
  scanner.mentions.push({ ...milestone, status, kind, line, inDetails: innermost(scanner).depth > 0 });
}

/** Records what a heading says about milestones and gives the version that holds below it. */
export function scanMilestoneHeading(
  scanner: Scanner,
  about: MilestoneHeading | null,
  level: number,
  text: string,
  line: number,
): string | null {
  if (about === null) return null;
  if (about.kind === "section") {
    if (level > 1) return about.version;
    // A title names a milestone, but everything in the file stands below it.
    const [found] = findVersions(text);
    const name = text.slice(found!.end).replace(/^[\s:：—–-]+/, "");
    mention(scanner, "title", { version: about.version, name, status: "unknown", ranges: [] }, line);
    return null;
  }
  if (about.kind === "current" && about.none && innermost(scanner).depth === 0)
    scanner.noCurrentLine ??= line;
  if (about.milestone === null) {
    if (!(about.kind === "current" && about.none)) scanner.pendingCurrent = { level, textSeen: false };
    return null;
  }
  if (about.kind === "current" || scanner.pendingCurrent) {
    mention(scanner, "current_heading", about.milestone, line, "current");
    scanner.pendingCurrent = null;
  } else {
    mention(scanner, about.kind === "milestone" ? "milestone_heading" : "heading", about.milestone, line);
  }
  return about.milestone.version;
}

/** Records what a `<summary>` says and gives the version that holds until `</details>`. */
export function scanSummary(scanner: Scanner, text: string, line: number): string | null {
  const about = readMilestoneHeading(text);
  if (about === null) return null;
  // What a phase folds away may speak of any version.
  if (about.kind === "section") return scanner.open ? null : about.version;
  if (about.milestone) mention(scanner, "summary", about.milestone, line);
  return about.milestone?.version ?? null;
}

/** The first text below `## Current Milestone`: its version, or `None`. */
export function scanPendingCurrent(scanner: Scanner, trimmed: string, line: number): void {
  const pending = scanner.pendingCurrent;
  if (!pending || pending.textSeen) return;
  pending.textSeen = true;
  const milestone = readMilestoneText(trimmed);
  if (milestone) mention(scanner, "current_heading", milestone, line, "current");
  else if (/\p{L}/u.test(trimmed) && saysNoMilestone(trimmed)) scanner.noCurrentLine ??= line;
  else return;
  scanner.pendingCurrent = null;
}

/** A bullet or a table row below `## Milestones`. */
export function scanMilestoneEntry(scanner: Scanner, trimmed: string, indent: number, line: number): boolean {
  if (trimmed.startsWith("|")) {
    if (/^[|\s:-]+$/.test(trimmed)) return true;
    const cells = splitRow(trimmed);
    const milestone = scanner.tableHeader && readMilestoneCells(scanner.tableHeader, cells);
    if (milestone) mention(scanner, "list", milestone, line);
    scanner.tableHeader ??= cells;
    return true;
  }
  const item = readChecklistItem(trimmed);
  const bullet = item ? null : /^(?:[-*+]|\d{1,4}[.)])[ \t]+/.exec(trimmed);
  if (!item && !bullet) return false;
  const milestone = readMilestoneText(item ? item.text : trimmed.slice(bullet![0].length));
  if (!milestone) return false;
  const status = milestone.status === "unknown" && item?.checked ? "shipped" : milestone.status;
  mention(scanner, "list", milestone, line, status);
  scanner.bullet = { indent, version: milestone.version };
  return true;
}

const MILESTONE_LINE =
  /^[^\p{L}\p{N}|]*(?:roadmap for\s+)?(?:(?:current|active)\s+)?milestone[*_\s]*[:：][*_\s]*(.*)$/iu;

/** `**Milestone:** v2.4 Name` in the text around the phases. */
export function scanMilestoneLine(scanner: Scanner, trimmed: string, line: number): void {
  const match = innermost(scanner).depth === 0 ? MILESTONE_LINE.exec(trimmed) : null;
  const milestone = match && readMilestoneText(match[1]!, true);
  if (milestone) mention(scanner, "milestone_heading", milestone, line);
}
