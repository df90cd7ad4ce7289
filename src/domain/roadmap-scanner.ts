/** What a pass over ROADMAP.md finds, and what it keeps in mind on its way from line to line. */
import type { FieldReader } from "./roadmap-fields.ts";
import type { MilestoneMention } from "./roadmap-milestones.ts";
import type { RoadmapPlan } from "./roadmap-plans.ts";
import type { PhaseTitle } from "./roadmap-titles.ts";

/** One place where a phase is named: a heading, a line with a box, or a plain bullet. */
export interface PhaseMention {
  kind: "heading" | "box" | "bullet";
  title: PhaseTitle;
  /** The box; null without one. */
  checked: boolean | null;
  /** The milestone whose section the place is in. */
  version: string | null;
  /** True below a heading such as `## Backlog`. */
  backlog: boolean;
  /** From 1. */
  line: number;
  /** The last line that was read as the phase's, blank ones included. */
  lastLine: number;
  reader: FieldReader;
}

export interface RoadmapScan {
  phases: PhaseMention[];
  /** Plan lines outside every phase, with the milestone around them. */
  loosePlans: { plan: RoadmapPlan; version: string | null }[];
  mentions: MilestoneMention[];
  /** Line of `## Current Milestone: None`, or null. */
  noCurrentLine: number | null;
  /** Every version outside `<details>`, once each, with the line of its first mention. */
  versions: { version: string; line: number }[];
}

/** An open heading or `<details>` block; all but its level includes what holds around it. */
export interface Frame {
  /** 1 to 6; 0 for `<details>`. */
  level: number;
  /** Number of open `<details>` blocks. */
  depth: number;
  /** The innermost milestone. */
  version: string | null;
  /** True below `## Backlog`. */
  backlog: boolean;
  /** True below `## Milestones`, whose entries are milestones. */
  listsMilestones: boolean;
  /** True right below `## Phases`. */
  listsPhases: boolean;
}

const OUTSIDE: Frame = {
  level: -1,
  depth: 0,
  version: null,
  backlog: false,
  listsMilestones: false,
  listsPhases: false,
};

export interface OpenPhase {
  mention: PhaseMention;
  /** Heading level; null for a list item. */
  level: number | null;
  indent: number;
  /** Number of open `<details>` blocks when it began. */
  depth: number;
}

export interface Scanner extends RoadmapScan {
  frames: Frame[];
  open: OpenPhase | null;
  /** A milestone bullet, whose nested items belong to it. */
  bullet: { indent: number; version: string } | null;
  /** Text of a `<summary>` that goes over several lines. */
  summary: { text: string; line: number } | null;
  /** A `## Current Milestone` whose version stands below it. */
  pendingCurrent: { level: number; textSeen: boolean } | null;
  tableHeader: string[] | null;
  versionKeys: Set<string>;
}

export function createScanner(): Scanner {
  return {
    phases: [],
    loosePlans: [],
    mentions: [],
    noCurrentLine: null,
    versions: [],
    frames: [],
    open: null,
    bullet: null,
    summary: null,
    pendingCurrent: null,
    tableHeader: null,
    versionKeys: new Set(),
  };
}

export function innermost({ frames }: Scanner): Frame {
  return frames[frames.length - 1] ?? OUTSIDE;
}

/** The innermost milestone around the current line. */
export function enclosing(scanner: Scanner): string | null {
  return scanner.bullet ? scanner.bullet.version : innermost(scanner).version;
}
