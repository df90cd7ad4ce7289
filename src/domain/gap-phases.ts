/**
 * Gaps gathered into proposed phases: few enough for one or two plans each, and close enough to be done
 * together.
 */
import { compareText } from "./diagnostic.ts";
import type { Gap, GapSeverity } from "./gap.ts";
import type { GapCategory } from "./gap-category.ts";
import { bindGaps, bucket, type Group, type Node } from "./gap-groups.ts";
import { goalOf, nameOf, uniqueNames } from "./gap-names.ts";
import { compareGaps, comparePhaseIds, severityRank } from "./gap-order.ts";
import { shorten } from "./naming.ts";
import { jsonBytes } from "./page.ts";

/** As JSON at most 2,800 bytes: `files`, then `why`, lose their last entries where paths fill that. */
export interface GapGroup {
  /** `A` to `Z`, then `AA`. */
  key: string;
  /** Short, without the `Gap -` that a phase's name gets; makes a slug. */
  name: string;
  /** One sentence. */
  goal: string;
  /** Keys, in the order to do them. */
  gaps: string[];
  /** The first 10 at most. */
  files: string[];
  /** Padded ids of the phases whose reports the gaps stand in. */
  phases: string[];
  /** Why these belong together: at most 5 reasons of 160 characters. */
  why: string[];
  /** 1 or 2. */
  estimated_plans: number;
}

export interface GapCategoryCount {
  category: GapCategory;
  count: number;
  /** The highest among them. */
  severity: GapSeverity;
}

/** How many gaps of which domain, the most severe first, then the most frequent. */
export function countCategories(gaps: readonly Gap[]): GapCategoryCount[] {
  const counts = new Map<GapCategory, GapCategoryCount>();
  for (const { category, severity } of gaps) {
    const known = counts.get(category);
    if (!known) counts.set(category, { category, count: 1, severity });
    else {
      known.count++;
      if (severityRank(severity) < severityRank(known.severity)) known.severity = severity;
    }
  }
  return [...counts.values()].sort(
    (a, b) =>
      severityRank(a.severity) - severityRank(b.severity) ||
      b.count - a.count ||
      compareText(a.category, b.category),
  );
}

/**
 * Proposes phases for gaps that no phase addresses: groups that belong together, the most severe first, then
 * what others build on. The result does not depend on the order of the input.
 */
export function groupGaps(gaps: readonly (Gap & { addressed_by?: readonly string[] })[]): GapGroup[] {
  const open = gaps.filter(({ addressed_by }) => !addressed_by || addressed_by.length === 0);
  return describe(sortGroups(bindGaps([...open].sort(compareGaps))));
}

/** By the most severe gap, then what others build on, then phase and place. */
function sortGroups(groups: Group[]): Group[] {
  const depth = depths(groups);
  const rank = new Map(groups.map((group) => [group, rankOf(group)]));
  return groups.sort((a, b) => {
    const [first, second] = [rank.get(a)!, rank.get(b)!];
    return (
      first.severity - second.severity ||
      depth.get(a)! - depth.get(b)! ||
      comparePhaseIds(first.phase, second.phase) ||
      first.index - second.index
    );
  });
}

function rankOf({ nodes }: Group): { severity: number; phase: string | null; index: number } {
  const severity = Math.min(...nodes.map(({ gap }) => severityRank(gap.severity)));
  const first = nodes.reduce((least, node) => (node.index < least.index ? node : least));
  return { severity, phase: first.gap.phase, index: first.index };
}

/** How many groups stand before each in the longest chain of dependencies; 0 for what lies on a cycle. */
function depths(groups: readonly Group[]): Map<Group, number> {
  const groupOf = new Map(groups.flatMap((group) => group.nodes.map((node) => [node, group] as const)));
  const depth = new Map(groups.map((group) => [group, 0]));
  const waiting = new Map<Group, number>();
  const followers = new Map<Group, Group[]>();
  for (const group of groups) {
    const before = new Set(group.nodes.flatMap(({ after }) => [...after].map((node) => groupOf.get(node)!)));
    before.delete(group);
    waiting.set(group, before.size);
    for (const other of before) {
      const known = followers.get(other);
      if (known) known.push(group);
      else followers.set(other, [group]);
    }
  }
  const ready = groups.filter((group) => waiting.get(group) === 0);
  for (let at = 0; at < ready.length; at++) {
    const group = ready[at]!;
    for (const follower of followers.get(group) ?? []) {
      depth.set(follower, Math.max(depth.get(follower)!, depth.get(group)! + 1));
      const left = waiting.get(follower)! - 1;
      waiting.set(follower, left);
      if (left === 0) ready.push(follower);
    }
  }
  return depth;
}

const MAX_FILES = 10;
const MAX_WHY = 5;
const MAX_WHY_TEXT = 160;
/** What a page of collect_gaps has room for. */
const MAX_GROUP_BYTES = 2_800;

function describe(groups: readonly Group[]): GapGroup[] {
  const ordered = groups.map(({ nodes }) => inOrder(nodes));
  const names = uniqueNames(
    ordered.map((nodes) =>
      nameOf(
        nodes.map(({ gap }) => gap),
        shared(nodes),
      ),
    ),
  );
  return groups.map(({ why }, index): GapGroup => {
    const nodes = ordered[index]!;
    const files = [...new Set(nodes.flatMap((node) => node.files))].sort(compareText);
    const phases = [...new Set(nodes.flatMap(({ gap }) => gap.phase ?? []))].sort(comparePhaseIds);
    const reasons = nodes.length === 1 ? ["nothing binds it to another gap"] : [...why].sort(compareText);
    return fitGroup({
      key: letters(index),
      name: names[index]!,
      goal: goalOf(nodes.map(({ gap }) => gap)),
      gaps: nodes.map(({ gap }) => gap.key),
      files: files.slice(0, MAX_FILES),
      phases,
      why: reasons.slice(0, MAX_WHY).map((reason) => shorten(reason, MAX_WHY_TEXT)),
      estimated_plans: estimatePlans(nodes, files.length),
    });
  });
}

function fitGroup(group: GapGroup): GapGroup {
  const { files, why } = group;
  while (files.length + why.length > 0 && jsonBytes(group) > MAX_GROUP_BYTES) {
    (files.length > 0 ? files : why).pop();
  }
  return group;
}

/** Files that two nodes have. */
function shared(nodes: readonly Node[]): string[] {
  return [...bucket(nodes, ({ files }) => files)].flatMap(([path, same]) => (same.length > 1 ? [path] : []));
}

/**
 * What others build on first, then what is not there yet before what is to be connected, then by severity.
 */
function inOrder(nodes: readonly Node[]): Node[] {
  if (nodes.length === 1) return [...nodes];
  const stages = new Map(nodes.map((node) => [node, stage(node.gap)]));
  const left = [...nodes].sort(
    (a, b) =>
      stages.get(a)! - stages.get(b)! ||
      severityRank(a.gap.severity) - severityRank(b.gap.severity) ||
      a.index - b.index,
  );
  const ordered: Node[] = [];
  while (left.length > 0) {
    const free = left.findIndex((node) => !left.some((other) => node.after.has(other)));
    ordered.push(...left.splice(Math.max(free, 0), 1));
  }
  return ordered;
}

/** 0 for a stub or something missing, 2 for wiring, 1 for the rest. */
function stage({ title, reason, status }: Gap): number {
  const text = `${title} ${reason ?? ""}`;
  if (
    /^(?:stub|missing)/.test(status) ||
    /\b(?:stub|placeholder|not implemented|does not exist)\b/i.test(text)
  )
    return 0;
  return /^not_wired|^unwired/.test(status) ||
    /\b(?:wired?|wiring|connect(?:ed|ion)?|hook(?:ed)?)\b/i.test(text)
    ? 2
    : 1;
}

const FILES_PER_PLAN = 4;
const TASKS_PER_PLAN = 6;

/** Two plans where the group touches more files, or lists more work, than one plan holds. */
function estimatePlans(nodes: readonly Node[], files: number): number {
  const tasks = nodes.reduce((sum, { gap }) => sum + Math.max(1, gap.missing.length), 0);
  return files > FILES_PER_PLAN || tasks > TASKS_PER_PLAN ? 2 : 1;
}

function letters(index: number): string {
  let text = "";
  for (let rest = index; rest >= 0; rest = Math.floor(rest / 26) - 1) {
    text = String.fromCharCode(65 + (rest % 26)) + text;
  }
  return text;
}
