/** ROADMAP.md read into phases and milestones, in every dialect that real projects write. */
import { slugify } from "./naming.ts";
import { comparePhaseNumbers, isBacklog, type PhaseNumber } from "./phase.ts";
import { finishFields, type PhaseFields } from "./roadmap-fields.ts";
import { groupMentions, type PhaseGroup } from "./roadmap-groups.ts";
import { type MilestoneMention, mergeMentions, type RoadmapMilestone } from "./roadmap-milestones.ts";
import type { RoadmapPlan } from "./roadmap-plans.ts";
import { scanRoadmap } from "./roadmap-scan.ts";
import type { PhaseMention } from "./roadmap-scanner.ts";
import { versionKey } from "./version.ts";

/** One phase of one milestone: its checklist line and its heading are one entry. Lines count from 1. */
export interface RoadmapPhase {
  number: PhaseNumber;
  /** Without decorations such as `(INSERTED)` and `— completed DATE`. */
  name: string;
  /** Version of its milestone, without `v`, spelled as in `milestones`; null where nothing tells. */
  milestone: string | null;
  /** The heading's line, else the list line. */
  line: number;
  headingLine: number | null;
  /** Line of the box, null where the phase has none. */
  checklistLine: number | null;
  /** What its box says, or an unmistakable ✅ or `completed DATE`; null where nothing says. */
  checked: boolean | null;
  goal: string | null;
  /** Each entry as written. */
  dependsOn: string[];
  /** Ids. */
  requirements: string[];
  successCriteria: string[];
  plans: RoadmapPlan[];
  /** Bullets under `Addresses Gaps` and the text of `Gap Closure`. */
  addressesGaps: string[];
}

export interface Roadmap {
  /** In the order of their lines. */
  phases: RoadmapPhase[];
  /** In the order of first mention. */
  milestones: RoadmapMilestone[];
  /** Every place that names a milestone. */
  mentions: MilestoneMention[];
  /** Line of `## Current Milestone: None`, or null. */
  noCurrentLine: number | null;
  /** Every version outside `<details>`, with the line of its first mention. */
  versions: { version: string; line: number }[];
}

/** Reads ROADMAP.md. Takes any text. */
export function readRoadmap(text: string): Roadmap {
  return readRoadmapPlaces(text).roadmap;
}

/** What was read last: whoever edits the document reads it several times. Nobody alters what was read. */
let last: { text: string; reading: RoadmapReading } | null = null;

export interface RoadmapReading {
  roadmap: Roadmap;
  /** Every place that each phase is named at. */
  places: ReadonlyMap<RoadmapPhase, PhaseGroup>;
}

/** The same, with places: for editing. */
export function readRoadmapPlaces(text: string): RoadmapReading {
  if (last?.text !== text) last = { text, reading: read(text) };
  return last.reading;
}

function read(text: string): RoadmapReading {
  const scan = scanRoadmap(text);
  const milestones = mergeMentions(scan.mentions);
  const places = new Map(groupMentions(scan, milestones).map((group) => [toPhase(group), group]));
  const phases = [...places.keys()].sort((a, b) => a.line - b.line);
  const { mentions, noCurrentLine, versions } = scan;
  return { roadmap: { phases, milestones, mentions, noCurrentLine, versions }, places };
}

/**
 * The phases of a milestone, in number order. Where no phase is assigned to it, those without a milestone; for
 * null, all that are not in a shipped milestone. The backlog's 999.x never count.
 */
export function phasesOfMilestone(roadmap: Roadmap, version: string | null): RoadmapPhase[] {
  const shipped = new Set(
    roadmap.milestones.filter(({ status }) => status === "shipped").map((milestone) => milestone.version),
  );
  const planned = roadmap.phases.filter(({ number }) => !isBacklog(number));
  let phases: RoadmapPhase[];
  if (version === null) {
    phases = planned.filter(({ milestone }) => milestone === null || !shipped.has(milestone));
  } else {
    const spellings = spellingsOf(roadmap, version);
    phases = planned.filter(({ milestone }) => milestone !== null && spellings.has(milestone));
    if (phases.length === 0) phases = planned.filter(({ milestone }) => milestone === null);
  }
  return phases.sort((a, b) => comparePhaseNumbers(a.number, b.number) || a.line - b.line);
}

/** How phases may spell a version: `1.1` and `1.1.0` are one. */
function spellingsOf(roadmap: Roadmap, version: string): Set<string> {
  const key = versionKey(version);
  const all = new Set(roadmap.phases.flatMap(({ milestone }) => milestone ?? []));
  return new Set([...all].filter((milestone) => versionKey(milestone) === key));
}

/**
 * The entry that a phase number means: the current milestone's, else the only one, else the one whose name has
 * the directory's slug. `candidates` are all entries of the number; `entry` is null when nothing tells them apart.
 */
export function findRoadmapPhase(
  roadmap: Roadmap,
  number: PhaseNumber,
  hints: { milestone: string | null; slug: string | null },
): { entry: RoadmapPhase | null; candidates: RoadmapPhase[] } {
  const candidates = roadmap.phases.filter((phase) => comparePhaseNumbers(phase.number, number) === 0);
  const slug = hints.slug === null ? "" : slugify(hints.slug);
  const named = candidates.filter(({ name }) => slug !== "" && slugify(name) === slug);
  const key = hints.milestone === null ? null : versionKey(hints.milestone);
  const current = candidates.filter(
    ({ milestone }) => key !== null && milestone && versionKey(milestone) === key,
  );
  const free = candidates.filter(({ milestone }) => milestone === null);
  // A directory named after another milestone's phase is that phase's, whatever is current.
  if (named.length === 1) return { entry: named[0]!, candidates };
  for (const group of [current, key === null ? [] : free, candidates]) {
    if (group.length === 1) return { entry: group[0]!, candidates };
    const fitting = group.filter((phase) => named.includes(phase));
    if (fitting.length === 1) return { entry: fitting[0]!, candidates };
  }
  return { entry: null, candidates };
}

/** Joins a phase's mentions: headings tell more than list lines, and an earlier place counts before a later one. */
function toPhase({ milestone, mentions, loosePlans }: PhaseGroup): RoadmapPhase {
  const byLine = [...mentions].sort((a, b) => a.line - b.line);
  const headings = byLine.filter(({ kind }) => kind === "heading");
  const boxes = byLine.filter(({ kind }) => kind === "box");
  const ranked = [...headings, ...boxes, ...byLine.filter(({ kind }) => kind === "bullet")];
  const fields = ranked.map(({ reader }) => finishFields(reader));
  const named = ranked.filter(({ title }) => title.name !== "");
  const exact = named.find(({ title }) => !title.loose) ?? named[0];
  return {
    number: ranked[0]!.title.number,
    name: exact?.title.name ?? "",
    milestone,
    line: ranked[0]!.line,
    headingLine: headings[0]?.line ?? null,
    checklistLine: boxes[0]?.line ?? null,
    checked: readChecked(ranked, boxes, fields),
    goal: fields.find(({ goal }) => goal !== null)?.goal ?? null,
    dependsOn: firstList(fields.map(({ dependsOn }) => dependsOn)),
    requirements: firstList(fields.map(({ requirements }) => requirements)),
    successCriteria: firstList(fields.map(({ successCriteria }) => successCriteria)),
    plans: joinPlans([...fields.map(({ plans }) => plans), loosePlans]),
    addressesGaps: firstList(fields.map(({ addressesGaps }) => addressesGaps)),
  };
}

/** The first box decides; without one a tick anywhere, then a `**Status:**` line. */
function readChecked(
  ranked: readonly PhaseMention[],
  boxes: readonly PhaseMention[],
  fields: readonly PhaseFields[],
): boolean | null {
  const box = boxes[0]?.checked ?? ranked.find(({ checked }) => checked !== null)?.checked;
  if (box != null) return box;
  if (ranked.some(({ title }) => title.done)) return true;
  return fields.find(({ complete }) => complete !== null)?.complete ?? null;
}

function firstList(lists: readonly string[][]): string[] {
  return lists.find((list) => list.length > 0) ?? [];
}

/** Every plan once, in the order of the strongest list. */
function joinPlans(lists: readonly RoadmapPlan[][]): RoadmapPlan[] {
  const byId = new Map<string, RoadmapPlan>();
  for (const plan of lists.flat()) if (!byId.has(plan.id)) byId.set(plan.id, plan);
  return [...byId.values()];
}
