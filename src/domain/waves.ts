/**
 * Which unfinished plans may run when: effective waves, and inside a wave batches of plans that share no file.
 * Linear in plans, dependencies and declared files.
 */
import { compareText, type Diagnostic } from "./diagnostic.ts";
import { FileClaims, type FileScope, parseFileScope } from "./file-scope.ts";

/** A plan as grouping sees it. Plans come in plan order. */
export interface WavePlan {
  id: string;
  file: string;
  declaredWave: number | null;
  /** Ids of unfinished plans of the phase that it waits for, all of them among the grouped plans. */
  waitsFor: string[];
  /** Normally the front matter's entries, as written. */
  filesModified: string[];
  /** What its tasks name beside. */
  taskFiles: string[];
  /** True when its file could not be read: nothing runs beside it. */
  isUnread?: boolean;
  line?: number;
}

export interface Wave {
  wave: number;
  /** Ids in plan order. */
  plans: string[];
  /** Plans of one batch may run at the same time; the next batch waits. */
  batches: string[][];
}

export interface Grouping {
  waves: Wave[];
  diagnostics: Diagnostic[];
}

/** The plans of one dependency cycle, in order and beginning with the first in plan order; null without one. */
export function findCycle(plans: readonly Pick<WavePlan, "id" | "waitsFor">[]): string[] | null {
  const byId = new Map(plans.map((plan) => [plan.id, plan]));
  const state = new Map<string, "open" | "closed">();
  for (const { id: start } of plans) {
    if (state.has(start)) continue;
    const path: { id: string; next: number }[] = [{ id: start, next: 0 }];
    state.set(start, "open");
    while (path.length > 0) {
      const top = path.at(-1)!;
      const dependency = byId.get(top.id)?.waitsFor[top.next++];
      if (dependency === undefined) {
        state.set(top.id, "closed");
        path.pop();
      } else if (state.get(dependency) === "open") {
        const cycle = path.map(({ id }) => id).slice(path.findIndex(({ id }) => id === dependency));
        return rotate(cycle, plans);
      } else if (!state.has(dependency) && byId.has(dependency)) {
        state.set(dependency, "open");
        path.push({ id: dependency, next: 0 });
      }
    }
  }
  return null;
}

/** More of them say nothing new: the phase cannot run before the first is mended. */
const MAX_CYCLES = 10;

/** The cycles, and the plans that neither stand in one nor wait for one that does, however far. */
export function withoutCycles<Plan extends Pick<WavePlan, "id" | "waitsFor">>(
  plans: readonly Plan[],
): { cycles: string[][]; rest: Plan[] } {
  const cycles: string[][] = [];
  let rest = [...plans];
  for (let cycle = findCycle(rest); cycle !== null; cycle = findCycle(rest)) {
    if (cycles.length === MAX_CYCLES) return { cycles, rest: [] };
    cycles.push(cycle);
    const lost = withDependents(rest, cycle);
    rest = rest.filter(({ id }) => !lost.has(id));
  }
  return { cycles, rest };
}

function withDependents(
  plans: readonly Pick<WavePlan, "id" | "waitsFor">[],
  ids: readonly string[],
): Set<string> {
  const waiting = new Map<string, string[]>();
  for (const { id, waitsFor } of plans) {
    for (const dependency of waitsFor) {
      const same = waiting.get(dependency);
      if (same) same.push(id);
      else waiting.set(dependency, [id]);
    }
  }
  const found = new Set(ids);
  for (const id of found) for (const next of waiting.get(id) ?? []) found.add(next);
  return found;
}

function rotate(cycle: string[], plans: readonly Pick<WavePlan, "id">[]): string[] {
  const members = new Set(cycle);
  const first = plans.find(({ id }) => members.has(id))!.id;
  const at = cycle.indexOf(first);
  return [...cycle.slice(at), ...cycle.slice(0, at)];
}

/**
 * Groups plans without a cycle. A plan's wave is the declared one, or one more than its deepest unfinished
 * dependency where the declared one is missing or too early. Files below `root`, where it is given, may be absolute.
 */
export function groupWaves(plans: readonly WavePlan[], root = ""): Grouping {
  const diagnostics: Diagnostic[] = [];
  const effective = effectiveWaves(plans, diagnostics);
  const byWave = new Map<number, WavePlan[]>();
  for (const plan of plans) {
    const wave = effective.get(plan.id)!;
    const members = byWave.get(wave);
    if (members) members.push(plan);
    else byWave.set(wave, [plan]);
  }
  const waves = [...byWave].sort(([a], [b]) => a - b);
  return {
    waves: waves.map(([wave, members]) => ({
      wave,
      plans: members.map(({ id }) => id),
      batches: batch(wave, members, root, diagnostics),
    })),
    diagnostics,
  };
}

function effectiveWaves(plans: readonly WavePlan[], diagnostics: Diagnostic[]): Map<string, number> {
  const byId = new Map(plans.map((plan) => [plan.id, plan]));
  const effective = new Map<string, number>();
  for (const root of plans) {
    const path = [root];
    while (path.length > 0) {
      const plan = path.at(-1)!;
      if (effective.has(plan.id)) {
        path.pop();
        continue;
      }
      const open = plan.waitsFor.flatMap((id) => (effective.has(id) ? [] : (byId.get(id) ?? [])));
      if (open.length > 0) {
        for (const dependency of open) path.push(dependency);
        continue;
      }
      effective.set(plan.id, placePlan(plan, effective, diagnostics));
      path.pop();
    }
  }
  return effective;
}

function placePlan(
  plan: WavePlan,
  effective: ReadonlyMap<string, number>,
  diagnostics: Diagnostic[],
): number {
  let deepest = -1;
  let after = "";
  for (const id of plan.waitsFor) {
    const wave = effective.get(id) ?? -1;
    if (wave > deepest) {
      deepest = wave;
      after = id;
    }
  }
  if (plan.declaredWave === null) {
    const wave = deepest < 0 ? 1 : deepest + 1;
    diagnostics.push({
      code: "MISSING_WAVE",
      severity: "warning",
      message: `${plan.id} declares no wave; it runs in wave ${wave}${after && `, after ${after}`}`,
      path: plan.file,
      plans: [plan.id],
    });
    return wave;
  }
  if (plan.declaredWave > deepest) return plan.declaredWave;
  diagnostics.push({
    code: "WAVE_ORDER",
    severity: "warning",
    message: `${plan.id} declares wave ${plan.declaredWave} but waits for ${after} in wave ${deepest}; it runs in wave ${deepest + 1}`,
    path: plan.file,
    line: plan.line,
    plans: [plan.id, after],
  });
  return deepest + 1;
}

function scopesOf(plan: WavePlan, root: string): FileScope[] {
  return [...plan.filesModified, ...plan.taskFiles].flatMap((entry) => parseFileScope(entry, root) ?? []);
}

/** First fit in plan order: each plan goes to the earliest batch in which nothing overlaps it. */
function batch(
  wave: number,
  plans: readonly WavePlan[],
  root: string,
  diagnostics: Diagnostic[],
): string[][] {
  const claims = new FileClaims<number>();
  const owners = new FileClaims<number>();
  const batches: string[][] = [];
  const closed = new Set<number>();
  const firstFree = new WeakMap<ReadonlySet<number>, number>();
  const conflicts = new Map<string, Conflict>();
  for (const [order, plan] of plans.entries()) {
    if (plan.isUnread) {
      closed.add(batches.push([plan.id]) - 1);
      continue;
    }
    const scopes = scopesOf(plan, root);
    const taken = new Set<ReadonlySet<number>>([closed]);
    for (const scope of scopes) {
      for (const indexes of claims.overlapping(scope)) taken.add(indexes);
      if (owners.isTaken(scope)) conflicts.set(scope.path + (scope.tree ? "/" : ""), { scope, last: order });
    }
    const index = lowestFree([...taken], firstFree);
    if (index === batches.length) batches.push([]);
    batches[index]!.push(plan.id);
    for (const scope of scopes) {
      claims.claim(scope, index);
      owners.claim(scope, order);
    }
  }
  reportConflicts(wave, plans, conflicts, owners, diagnostics);
  return batches;
}

/** The lowest number in none of the sets. What is known of a set's lowest is kept, since sets only grow. */
function lowestFree(
  sets: readonly ReadonlySet<number>[],
  known: WeakMap<ReadonlySet<number>, number>,
): number {
  let lowest = 0;
  for (const set of sets) {
    let free = known.get(set) ?? 0;
    while (set.has(free)) free++;
    known.set(set, free);
    if (free > lowest) lowest = free;
  }
  while (sets.some((set) => set.has(lowest))) lowest++;
  return lowest;
}

/** A scope that several plans write, and the last plan, by place in its wave, that says so. */
interface Conflict {
  scope: FileScope;
  last: number;
}

/** More than any real wave has; beyond, one diagnostic counts the rest. */
const MAX_CONFLICTS = 200;

function reportConflicts(
  wave: number,
  plans: readonly WavePlan[],
  conflicts: ReadonlyMap<string, Conflict>,
  owners: FileClaims<number>,
  diagnostics: Diagnostic[],
): void {
  const sorted = [...conflicts].sort(([a], [b]) => compareText(a, b));
  for (const [file, { scope, last }] of sorted.slice(0, MAX_CONFLICTS)) {
    const members = new Set<number>();
    for (const orders of owners.overlapping(scope)) {
      for (const order of orders) if (order <= last) members.add(order);
    }
    const ordered = [...members].sort((a, b) => a - b).map((order) => plans[order]!);
    diagnostics.push({
      code: "FILE_CONFLICT",
      severity: "warning",
      message: `wave ${wave}: ${ordered.length} plans write ${scope.path === "" ? "any file" : file}; they run in different batches`,
      path: ordered[0]!.file,
      plans: ordered.map(({ id }) => id),
    });
  }
  if (sorted.length > MAX_CONFLICTS) {
    diagnostics.push({
      code: "FILE_CONFLICT",
      severity: "warning",
      message: `wave ${wave}: several plans write ${sorted.length - MAX_CONFLICTS} more files; they run in different batches`,
      path: plans[0]!.file,
    });
  }
}
