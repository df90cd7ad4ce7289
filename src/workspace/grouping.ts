/** The unfinished plans of a phase, with their dependencies resolved and grouped into waves and batches. */
import {
  type Dependency,
  dependingPhase,
  type OtherPhase,
  resolveDependency,
} from "../domain/dependencies.ts";
import type { Diagnostic } from "../domain/diagnostic.ts";
import { FileClaims, parseFileScope } from "../domain/file-scope.ts";
import { isShipped, milestoneByRange } from "../domain/milestone-phases.ts";
import { nameFromSlug, shorten } from "../domain/naming.ts";
import { comparePhaseNumbers, formatPadded, formatPlain } from "../domain/phase.ts";
import type { PhaseDirectory } from "../domain/phase-directories.ts";
import type { Phase } from "../domain/phase-index.ts";
import { planKeyOf } from "../domain/phase-plans.ts";
import type { PlanBody, PlanFields } from "../domain/plan.ts";
import { groupWaves, type Wave, type WavePlan, withoutCycles } from "../domain/waves.ts";
import type { PlanStatus, Workspace } from "./workspace.ts";

const MAX_NAME = 60;

/** An unfinished plan that is grouped. */
export interface GroupedPlan {
  status: PlanStatus;
  fields: PlanFields;
  name: string;
  objective: string | null;
  /** Plan ids where entries resolve, else the entries as written. */
  dependsOn: string[];
  isReady: boolean;
}

export interface PhaseGrouping {
  /** By id. */
  plans: Map<string, GroupedPlan>;
  waves: Wave[];
  /** Dependency cycles among the grouped plans, each in order; `waves` hold only plans that wait for none of them. */
  cycles: string[][];
  completed: string[];
  /** Unfinished plans that `gapsOnly` left out. */
  skipped: string[];
  diagnostics: Diagnostic[];
}

export function groupPhase(
  workspace: Workspace,
  phase: Phase,
  directory: PhaseDirectory,
  gapsOnly: boolean,
): PhaseGrouping {
  const status = workspace.plans(directory);
  const diagnostics = [...status.diagnostics];
  const readings = new Map(status.plans.map((plan) => [plan, workspace.planFields(plan)]));
  for (const reading of readings.values()) add(diagnostics, reading.diagnostics);

  const unfinished = status.plans.filter(({ done }) => !done);
  const isWanted = (plan: PlanStatus): boolean => !gapsOnly || readings.get(plan)!.fields.gapClosure;
  const grouped = unfinished.filter(isWanted);
  const groupedIds = new Set(grouped.map(({ id }) => id));
  const skipped = unfinished.filter((plan) => !isWanted(plan)).map(({ id }) => id);
  const left = { grouped: groupedIds, skipped: new Set(skipped) };

  const resolver = dependencyResolver(workspace, directory, status.plans);
  const names = roadmapNames(phase);
  const plans = new Map<string, GroupedPlan>();
  const wavePlans: WavePlan[] = [];
  for (const plan of grouped) {
    const { fields, isUnread } = readings.get(plan)!;
    const body: PlanBody = isUnread ? { objective: null, taskFiles: [] } : workspace.planBody(plan);
    const resolved = fields.dependsOn.map((entry) => resolver(entry, plan.id));
    const waiting = judgeDependencies(plan, fields, resolved, left, diagnostics);
    const undeclared = isUnread ? [] : undeclaredFiles(plan, fields, body, workspace.root, diagnostics);
    plans.set(plan.id, {
      status: plan,
      fields,
      name: planName(plan, fields, body, names),
      objective: body.objective ?? fields.objective,
      dependsOn: [...new Set(resolved.flatMap((one) => (one.kind === "plan" ? one.ids : [one.entry])))],
      isReady: waiting.isReady && fields.dependsOnWhole && !isUnread,
    });
    wavePlans.push({
      id: plan.id,
      file: plan.path,
      declaredWave: fields.wave,
      waitsFor: waiting.waitsFor,
      filesModified: fields.filesModified,
      taskFiles: undeclared,
      isUnread,
      line: fields.dependsOnLine,
    });
  }

  const rest = { plans, completed: status.plans.filter(({ done }) => done).map(({ id }) => id), skipped };
  const { cycles, rest: acyclic } = withoutCycles(wavePlans);
  const grouping = groupWaves(acyclic, workspace.root);
  add(diagnostics, grouping.diagnostics);
  return { ...rest, waves: grouping.waves, cycles, diagnostics };
}

/** The waves that each plan is of, by id: the declared one, and the one it has where no plan is done yet. */
export function wavesOfPlans(workspace: Workspace, directory: PhaseDirectory): Map<string, Set<number>> {
  const { plans } = workspace.plans(directory);
  const resolver = dependencyResolver(workspace, directory, plans);
  const waves = new Map<string, Set<number>>();
  const waiting = plans.map((plan): WavePlan => {
    const { fields } = workspace.planFields(plan);
    waves.set(plan.id, new Set(fields.wave === null ? [] : [fields.wave]));
    const resolved = fields.dependsOn.map((entry) => resolver(entry, plan.id));
    return {
      id: plan.id,
      file: plan.path,
      declaredWave: fields.wave,
      waitsFor: resolved.flatMap((one) => (one.kind === "plan" ? one.ids : [])),
      filesModified: [],
      taskFiles: [],
    };
  });
  for (const { wave, plans: ids } of groupWaves(withoutCycles(waiting).rest).waves) {
    for (const id of ids) waves.get(id)!.add(wave);
  }
  return waves;
}

/** As `push` does, for as many as there are: arguments go over the stack. */
function add(diagnostics: Diagnostic[], more: readonly Diagnostic[]): void {
  for (const one of more) diagnostics.push(one);
}

/** Resolves entries of this phase's plans; each other phase is looked up once. */
function dependencyResolver(
  workspace: Workspace,
  directory: PhaseDirectory,
  plans: readonly PlanStatus[],
): (entry: string, self: string) => Dependency {
  const here = dependingPhase(directory.number, directory.name, plans.map(asTarget));
  const found = new Map<string, OtherPhase | null>();
  const find = (number: PhaseDirectory["number"], dirName: string | null): OtherPhase | null => {
    const numbered = workspace.index().phasesNumbered(number);
    const named = numbered.filter((phase) => phase.directory?.name === dirName);
    const matches = named.length > 0 ? named : numbered;
    if (matches.length === 0) return archivedPhase(workspace, number);
    return {
      id: matches[0]!.ref.id,
      complete: matches.every((phase) => workspace.isComplete(phase)),
      plans: matches.flatMap((phase) =>
        phase.directory ? workspace.plans(phase.directory).plans.map(asTarget) : [],
      ),
      isOwn: matches.some((phase) => phase.directory?.name === directory.name),
    };
  };
  const lookup: typeof find = (number, dirName) => {
    const key = `${formatPlain(number)}/${dirName ?? ""}`;
    const known = found.get(key);
    if (known !== undefined) return known;
    const other = find(number, dirName);
    found.set(key, other);
    return other;
  };
  return (entry, self) => resolveDependency(entry, self, here, lookup);
}

/** A phase of a milestone that is history: an entry that ROADMAP.md keeps, or a number in a collapsed range. */
function archivedPhase(workspace: Workspace, number: PhaseDirectory["number"]): OtherPhase | null {
  const roadmap = workspace.roadmap();
  if (!roadmap) return null;
  const id = formatPadded(number);
  const entries = roadmap.phases.filter((one) => comparePhaseNumbers(one.number, number) === 0);
  if (entries.length > 0) {
    const complete = entries.some(
      ({ checked, milestone }) => checked === true || isShipped(roadmap, milestone),
    );
    return { id, complete, plans: [] };
  }
  return isShipped(roadmap, milestoneByRange(roadmap, number)) ? { id, complete: true, plans: [] } : null;
}

function asTarget({ id, key, plan, done }: PlanStatus): {
  id: string;
  key: string;
  prefix: typeof plan.phase;
  done: boolean;
} {
  return { id, key, prefix: plan.phase, done };
}

/** No real plan has so many problems with its dependencies; more are counted in one diagnostic. */
const MAX_PROBLEMS = 20;

function judgeDependencies(
  plan: PlanStatus,
  fields: PlanFields,
  resolved: readonly Dependency[],
  unfinished: { grouped: ReadonlySet<string>; skipped: ReadonlySet<string> },
  diagnostics: Diagnostic[],
): { waitsFor: string[]; isReady: boolean } {
  const waitsFor = new Set<string>();
  let isReady = true;
  let problems = 0;
  const report = (one: Pick<Diagnostic, "code" | "severity" | "message">, others: string[] = []): void => {
    if (++problems > MAX_PROBLEMS) return;
    diagnostics.push({
      ...one,
      path: plan.path,
      line: fields.dependsOnLine,
      plans: [plan.id, ...others],
    });
  };
  for (const dependency of resolved) {
    if (dependency.kind === "plan") {
      const left = dependency.ids.filter((id) => unfinished.skipped.has(id));
      for (const id of dependency.ids) if (unfinished.grouped.has(id)) waitsFor.add(id);
      if (left.length === 0) continue;
      isReady = false;
      const message = `${plan.id} waits for ${left.join(", ")}, which gaps_only leaves out and which is not done`;
      report({ code: "SKIPPED_DEPENDENCY", severity: "warning", message }, left);
    } else if (dependency.kind === "external") {
      if (!dependency.done) isReady = false;
      report({
        code: "EXTERNAL_DEPENDENCY",
        severity: dependency.done ? "info" : "warning",
        message: `${plan.id} waits for ${dependency.target}, which is ${dependency.done ? "done" : "not done"}`,
      });
    } else {
      isReady = false;
      const message = `${plan.id} waits for "${shorten(dependency.entry.slice(0, 200), 60)}": ${dependency.why}`;
      report({ code: "UNKNOWN_DEPENDENCY", severity: "warning", message });
    }
  }
  if (problems > MAX_PROBLEMS) {
    const rest = problems - MAX_PROBLEMS;
    problems = 0;
    report({
      code: isReady ? "EXTERNAL_DEPENDENCY" : "UNKNOWN_DEPENDENCY",
      severity: isReady ? "info" : "warning",
      message: `${plan.id} waits for ${rest} more that are not plans of its phase`,
    });
  }
  return { waitsFor: [...waitsFor], isReady: isReady && waitsFor.size === 0 };
}

/** Files that tasks name and the front matter does not cover. */
function undeclaredFiles(
  plan: PlanStatus,
  fields: PlanFields,
  body: PlanBody,
  root: string,
  diagnostics: Diagnostic[],
): string[] {
  const declared = new FileClaims<true>();
  const scopes = fields.filesModified.flatMap((entry) => parseFileScope(entry, root) ?? []);
  for (const scope of scopes) declared.claim(scope, true);
  const undeclared = new Map<string, number>();
  for (const { path, line } of body.taskFiles) {
    const scope = parseFileScope(path, root);
    // A task's directory is covered by a declared directory, not by one declared file in it.
    const isCovered = !scope || declared.isTaken({ path: scope.path, tree: false });
    if (!isCovered && !undeclared.has(path)) undeclared.set(path, line);
  }
  const at = { path: plan.path, plans: [plan.id] };
  if (undeclared.size > 0) {
    const names = [...undeclared.keys()];
    diagnostics.push({
      code: "UNDECLARED_FILES",
      severity: "warning",
      message: `${plan.id}: tasks name ${names.length} ${names.length === 1 ? "file" : "files"} that files_modified lacks: ${shorten(names.slice(0, 20).join(", "), 200)}`,
      ...at,
      line: [...undeclared.values()][0],
    });
  } else if (scopes.length === 0 && fields.filesModifiedWhole) {
    diagnostics.push({
      code: "NO_FILES_DECLARED",
      severity: fields.filesModifiedLine === undefined ? "warning" : "info",
      message: `${plan.id} declares no files; it is taken to touch none`,
      ...at,
      line: fields.filesModifiedLine,
    });
  }
  if (body.filesInWords) {
    diagnostics.push({
      code: "UNDECLARED_FILES",
      severity: "info",
      message: `${plan.id}: a task names files in words, which are not compared: ${shorten(body.filesInWords.text.slice(0, 400), 100)}`,
      ...at,
      line: body.filesInWords.line,
    });
  }
  return [...undeclared.keys()];
}

function roadmapNames({ entry }: Phase): Map<string, string> {
  const names = new Map<string, string>();
  for (const { id, text } of entry?.plans ?? []) {
    const key = planKeyOf(id);
    if (key !== null && text !== "" && !/^TBD\b/i.test(text)) names.set(key, text);
  }
  return names;
}

/** Plans have no name of their own: the front matter's where there is one, else the roadmap's, the slug, the objective. */
function planName(
  plan: PlanStatus,
  fields: PlanFields,
  body: PlanBody,
  names: ReadonlyMap<string, string>,
): string {
  const name =
    fields.name ??
    names.get(plan.key) ??
    (nameFromSlug(plan.plan.slug) || body.objective || fields.objective || plan.id);
  return shorten(name, MAX_NAME);
}
