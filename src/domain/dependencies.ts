/** What the entries of `depends_on` mean: plans of this phase, plans and phases elsewhere, or nothing known. */
import { trimEndOf } from "../markdown/trim.ts";
import {
  comparePhaseNumbers,
  formatPadded,
  formatPlain,
  type PhaseNumber,
  parsePhaseDirectory,
  parsePhaseNumber,
} from "./phase.ts";
import { type PlanFile, parsePlanFile, planKey } from "./plan-files.ts";

/** A plan as dependencies see it. */
export interface DependencyTarget {
  id: string;
  key: string;
  /** The phase number that its file name begins with, which differs from the directory's after a renumbering. */
  prefix: PhaseNumber | null;
  done: boolean;
}

/** The phase whose plans' dependencies are read, its plans by id and by key. */
export interface DependingPhase {
  number: PhaseNumber;
  dirName: string;
  byId: ReadonlyMap<string, DependencyTarget>;
  byKey: ReadonlyMap<string, readonly DependencyTarget[]>;
}

export function dependingPhase(
  number: PhaseNumber,
  dirName: string,
  plans: readonly DependencyTarget[],
): DependingPhase {
  const byKey = new Map<string, DependencyTarget[]>();
  for (const plan of plans) {
    const same = byKey.get(plan.key);
    if (same) same.push(plan);
    else byKey.set(plan.key, [plan]);
  }
  return { number, dirName, byId: new Map(plans.map((plan) => [plan.id, plan])), byKey };
}

/** Another phase, looked up by number, or by directory name where an entry gives one. Null: no such phase. */
export type PhaseLookup = (number: PhaseNumber, dirName: string | null) => OtherPhase | null;

export interface OtherPhase {
  id: string;
  complete: boolean;
  plans: readonly DependencyTarget[];
  /** True when it is the depending phase itself, found under another spelling of its number or name. */
  isOwn?: boolean;
}

export type Dependency =
  | { kind: "plan"; entry: string; ids: string[] }
  | { kind: "external"; entry: string; target: string; done: boolean }
  | { kind: "unknown"; entry: string; why: string };

/** More than any entry; longer texts name nothing. */
const LONGEST_ENTRY = 1_000;

/**
 * Resolves one entry of the plan `self` as written. An entry that fits several files of one number means all of them
 * but the plan itself; a bare number that fits only the plan itself means the phase of that number, where there is one.
 */
export function resolveDependency(
  entry: string,
  self: string,
  phase: DependingPhase,
  lookup: PhaseLookup,
): Dependency {
  const unknown = (why: string): Dependency => ({ kind: "unknown", entry, why });
  const trimmed = entry.trim();
  if (trimmed.length > LONGEST_ENTRY) return unknown("it is neither a plan nor a phase");
  const whole = cleanEntry(trimmed);
  const plan = (ids: string[]): Dependency => ({ kind: "plan", entry, ids });
  const plans = (targets: readonly DependencyTarget[]): Dependency => {
    const others = targets.filter(({ id }) => id !== self);
    return plan((others.length > 0 ? others : targets).map(({ id }) => id));
  };
  const isHere = (dirName: string | null): boolean => dirName === null || dirName === phase.dirName;
  if (isHere(whole.dirName) && phase.byId.has(whole.name)) return plan([whole.name]);

  const bare = withoutRemark(trimmed);
  const { dirName, name } = bare === trimmed ? whole : cleanEntry(bare);
  const here = isHere(dirName);
  if (here && phase.byId.has(name)) return plan([name]);
  const elsewhere = (number: PhaseNumber, inDirectory: string | null, key: string | null): Dependency => {
    const isOwnNumber = comparePhaseNumbers(number, phase.number) === 0;
    const other = lookup(number, inDirectory);
    if (other?.isOwn || (isOwnNumber && (isHere(inDirectory) || !other))) {
      const same = key === null ? [] : (phase.byKey.get(key) ?? []);
      if (same.length > 0) return plans(same);
      return unknown(
        key === null ? "it is the plan's own phase" : `phase ${formatPlain(number)} has no such plan`,
      );
    }
    return external(entry, other, number, key);
  };
  const parsed = parseTarget(name);
  if (parsed && !here) {
    const directory = parsePhaseDirectory(dirName!);
    return directory
      ? elsewhere(directory.number, dirName, parsed.key ?? parsed.numberKey)
      : unknown(`${dirName} is no phase directory`);
  }
  if (parsed?.kind === "plan") {
    const same = phase.byKey.get(parsed.key) ?? [];
    const own = parsed.phase === null || comparePhaseNumbers(parsed.phase, phase.number) === 0;
    const prefixed = same.filter(
      ({ prefix }) => parsed.phase && prefix && comparePhaseNumbers(prefix, parsed.phase) === 0,
    );
    if (prefixed.length > 0) return plans(prefixed);
    if (own && same.length > 0) return plans(same);
    if (own) return unknown(`phase ${formatPlain(phase.number)} has no such plan`);
    return elsewhere(parsed.phase!, null, parsed.key);
  }
  if (parsed?.kind === "number") {
    const same = phase.byKey.get(parsed.numberKey) ?? [];
    const isOwn = comparePhaseNumbers(parsed.phase, phase.number) === 0;
    if (same.some(({ id }) => id !== self)) return plans(same);
    if (same.length > 0) {
      const other = isOwn ? null : lookup(parsed.phase, null);
      return other ? external(entry, other, parsed.phase, null) : plan([self]);
    }
    return elsewhere(parsed.phase, null, null);
  }
  const directory = parsePhaseDirectory(name);
  if (directory && directory.slug !== "") return elsewhere(directory.number, name, null);
  return unknown("it is neither a plan nor a phase");
}

function external(
  entry: string,
  other: OtherPhase | null,
  number: PhaseNumber,
  key: string | null,
): Dependency {
  const id = formatPadded(number);
  if (!other) return { kind: "unknown", entry, why: `there is no phase ${formatPlain(number)}` };
  if (key === null) return { kind: "external", entry, target: `phase ${id}`, done: other.complete };
  const plans = other.plans.filter((plan) => plan.key === key);
  if (plans.length > 0) {
    const target = plans.map((plan) => plan.id).join(", ");
    return { kind: "external", entry, target, done: plans.every(({ done }) => done) };
  }
  // A completed phase may have been collapsed to a line of the roadmap, its plans archived.
  if (other.complete && other.plans.length === 0) {
    return { kind: "external", entry, target: `phase ${id}`, done: true };
  }
  return { kind: "unknown", entry, why: `phase ${formatPlain(number)} has no such plan` };
}

interface Target {
  kind: "plan" | "number";
  phase: PhaseNumber | null;
  key: string | null;
  numberKey: string | null;
}

function parseTarget(
  name: string,
):
  | (Target & { kind: "plan"; key: string })
  | (Target & { kind: "number"; phase: PhaseNumber; numberKey: string })
  | null {
  const phaseWord = /^phase[\s-]+(\S+?):?$/i.exec(name);
  const both = /^phase[ -](\S+?)[,:]?[ -]plan[ -](\S+)$/i.exec(name);
  if (both) return parseTarget(`${both[1]}-${both[2]}`);
  const inWords = phaseWord && parsePhaseNumber(phaseWord[1]!);
  if (inWords) return { kind: "number", phase: inWords, key: null, numberKey: "" };
  const planWord = /^(?:plan[\s-]+|p)(\d+[a-z]?)$/i.exec(name);
  const file = parsePlanFile(`${planWord ? `PLAN-${planWord[1]}` : `${name}-PLAN`}.md`);
  if (file === null || file === "lookalike" || file.stem === null) return null;
  if (file.number !== null) return { kind: "plan", phase: file.phase, key: planKey(file), numberKey: null };
  return { kind: "number", phase: file.phase!, key: null, numberKey: planKey(asPlanNumber(file)) };
}

function asPlanNumber(file: PlanFile): PlanFile {
  return { ...file, value: file.phase };
}

/** Without what is said about the plan behind its name: `04-01 (schema)`, `04-01: schema`, `04-01 — schema`. */
function withoutRemark(entry: string): string {
  const text = entry.replace(/\s+/g, " ");
  const at = text.search(/ ?(?:\(|:(?= |$))| [-–—#] /);
  return at > 0 ? text.slice(0, at) : text;
}

/** Strips quotes, `.md`, `-PLAN` and the path before the phase directory. */
function cleanEntry(entry: string): { dirName: string | null; name: string } {
  const text = trimEndOf(entry.replace(/^[`"']+/, ""), "`\"'").trim();
  const parts = text.replaceAll("\\", "/").split("/").filter(Boolean);
  const name = (parts.at(-1) ?? "").replace(/\.md$/, "").replace(/[-_](?:PLAN|SUMMARY)$/, "");
  return { dirName: parts.at(-2) ?? null, name };
}
