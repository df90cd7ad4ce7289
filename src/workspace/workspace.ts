/** One project during one call: `.planning/` read into the values that the rules work on. Keeps nothing. */
import { statSync } from "node:fs";
import { type ConfigReading, readConfig } from "../domain/config.ts";
import { type Diagnostic, sortDiagnostics } from "../domain/diagnostic.ts";
import { type LinkedIssue, linkedIssues } from "../domain/linked-issues.ts";
import { currentMilestone, type MilestoneReading } from "../domain/milestone.ts";
import { isShipped } from "../domain/milestone-phases.ts";
import { slugify } from "../domain/naming.ts";
import {
  comparePhaseNumbers,
  DIRECTORY_STATES,
  formatPlain,
  type PhaseNumber,
  type PhaseRef,
  parsePhaseDirectory,
} from "../domain/phase.ts";
import {
  ambiguousPhase,
  collisionDiagnostic,
  directoryRef,
  findCollisions,
  findDirectory,
  joinPlaces,
  type PhaseDirectory,
  phaseNotFound,
  requirePhaseArgument,
  splitDiagnostic,
  unstartedRef,
} from "../domain/phase-directories.ts";
import { type PairedPlan, pairPlans } from "../domain/phase-plans.ts";
import {
  type PlanBody,
  type PlanReading,
  readPlanBody,
  readPlanFields,
  readSummary,
  type SummaryReading,
} from "../domain/plan.ts";
import {
  findRoadmapPhase,
  phasesOfMilestone,
  type Roadmap,
  type RoadmapPhase,
  readRoadmap,
} from "../domain/roadmap.ts";
import { readState, type StateFile } from "../domain/state-file.ts";
import { ProjectFiles, ReadCache } from "./files.ts";

const PHASES = ".planning/phases";
const ISSUE_FOLDERS = [".planning/issues/open", ".planning/issues/in-progress", ".planning/todos/pending"];

/** A phase of the project: a directory, a ROADMAP.md entry, or both. */
export interface Phase {
  ref: PhaseRef;
  number: PhaseNumber;
  directory: PhaseDirectory | null;
  entry: RoadmapPhase | null;
}

/** A plan with what its summary's existence says. */
export interface PlanStatus extends PairedPlan {
  /** Path of the plan, relative to the root. */
  path: string;
  /** Path of the summary, which may be empty, or null. */
  summaryPath: string | null;
  summaryReading: SummaryReading | null;
  done: boolean;
}

export interface PhasePlanStatus {
  plans: PlanStatus[];
  diagnostics: Diagnostic[];
}

export class Workspace {
  readonly root: string;
  readonly files: ProjectFiles;
  readonly #cache: ReadCache;
  readonly #stamp: string;
  #config?: ConfigReading;
  #roadmap?: Roadmap | null;
  #entries?: Map<string, RoadmapPhase[]>;
  #state?: StateFile | null;
  #milestone?: MilestoneReading;
  #directories?: PhaseDirectory[];
  #colliding?: Set<PhaseDirectory>;
  #phases?: Phase[];
  #byNumber?: Map<string, Phase[]>;
  readonly #fileNames = new Map<string, Map<string, string>>();
  readonly #plans = new Map<string, PhasePlanStatus>();

  constructor(root: string, cache: ReadCache = new ReadCache(), diagnostics: readonly Diagnostic[] = []) {
    this.root = root;
    this.#cache = cache;
    this.files = new ProjectFiles(root, cache);
    this.files.diagnostics.push(...diagnostics);
    this.#stamp = planningStamp(root);
  }

  /** The same project, read anew. */
  afresh(): Workspace {
    return new Workspace(this.root, this.#cache);
  }

  /** True when a writer came or went since this was made, so that what was read may be half of a change. */
  isDisturbed(): boolean {
    return planningStamp(this.root) !== this.#stamp;
  }

  config(): ConfigReading {
    this.#config ??= readConfig(this.files.text(".planning/config.json"));
    return this.#config;
  }

  roadmap(): Roadmap | null {
    if (this.#roadmap === undefined) {
      this.#roadmap = this.files.read(".planning/ROADMAP.md", "whole", readRoadmap, "roadmap");
    }
    return this.#roadmap;
  }

  state(): StateFile | null {
    if (this.#state === undefined) {
      this.#state = this.files.read(".planning/STATE.md", "whole", readState, "state");
    }
    return this.#state;
  }

  milestone(): MilestoneReading {
    this.#milestone ??= currentMilestone(this.roadmap(), this.state());
    return this.#milestone;
  }

  /** Every phase directory, by number, then name. */
  directories(): PhaseDirectory[] {
    if (this.#directories) return this.#directories;
    const found: { name: string; state: PhaseDirectory["state"]; path: string }[] = [];
    for (const state of DIRECTORY_STATES) {
      const base = state === "flat" ? PHASES : `${PHASES}/${state}`;
      for (const { name, kind } of this.files.list(base)) {
        if (kind === "directory" && parsePhaseDirectory(name))
          found.push({ name, state, path: `${base}/${name}` });
      }
    }
    this.#directories = joinPlaces(found);
    return this.#directories;
  }

  /**
   * Every phase in number order: each directory, then what only ROADMAP.md has. Numbers restart with milestones in
   * older projects, so an entry is not covered by a directory that is another milestone's phase. Shipped milestones
   * are history; of several open entries of one number the current milestone's counts, else all.
   */
  phases(): Phase[] {
    if (this.#phases) return this.#phases;
    const phases = this.directories().map((directory) => this.#withEntry(directory));
    const covered = new Set(phases.map(({ entry }) => entry));
    const withoutEntry = new Set(phases.flatMap(({ entry, ref }) => (entry ? [] : [ref.number])));
    const roadmap = this.roadmap();
    const open = new Set(roadmap && phasesOfMilestone(roadmap, null));
    const version = this.milestone().milestone?.version ?? null;
    const current = new Set(roadmap && phasesOfMilestone(roadmap, version));
    for (const [number, entries] of this.#entriesByNumber()) {
      if (withoutEntry.has(number) || entries.some((entry) => current.has(entry) && covered.has(entry)))
        continue;
      const own = entries.filter((entry) => current.has(entry));
      const candidates =
        own.length > 0 && version !== null ? own : entries.filter((entry) => open.has(entry));
      for (const entry of candidates) {
        if (!covered.has(entry))
          phases.push({ ref: unstartedRef(entry), number: entry.number, directory: null, entry });
      }
    }
    this.#phases = phases.sort((a, b) => comparePhaseNumbers(a.number, b.number));
    return this.#phases;
  }

  /** The phases of a number: several where directories collide. */
  phasesNumbered(number: PhaseNumber): Phase[] {
    if (!this.#byNumber) {
      this.#byNumber = new Map();
      for (const phase of this.phases()) {
        const same = this.#byNumber.get(phase.ref.number);
        if (same) same.push(phase);
        else this.#byNumber.set(phase.ref.number, [phase]);
      }
    }
    return this.#byNumber.get(formatPlain(number)) ?? [];
  }

  /** The phase that an argument means; throws INVALID_PHASE, PHASE_NOT_FOUND or PHASE_COLLISION. */
  findPhase(argument: string): Phase {
    const wanted = requirePhaseArgument(argument);
    const directory = findDirectory(wanted, this.directories());
    const own = directory && this.#withEntry(directory);
    const roadmap = this.roadmap();
    if (own && (wanted.kind === "directory" || !roadmap || !this.#isPast(own))) return own;
    if (!roadmap) throw phaseNotFound(argument, this.#available(), this.#roadmapTrouble());
    // Another name than that of the directory with this number: a slip, and not a phase that has none.
    const holders = own ? [] : this.directories().filter(({ number }) => comparePhaseNumbers(number, wanted.number) === 0);
    if (holders.some((holder) => !this.#isPast(this.#withEntry(holder)))) {
      throw phaseNotFound(argument, holders.map(({ name }) => name));
    }
    const slug = wanted.kind === "directory" ? parsePhaseDirectory(wanted.name)!.slug : null;
    const milestone = this.milestone().milestone?.version ?? null;
    const { entry, candidates } = findRoadmapPhase(roadmap, wanted.number, { milestone, slug });
    const isNamed = entry !== null && (slug === null || slugify(entry.name) === slugify(slug));
    if (own && (!isNamed || entry === own.entry || isShipped(roadmap, entry.milestone))) return own;
    if (isNamed) return { ref: unstartedRef(entry), number: entry.number, directory: null, entry };
    if (!entry && slug === null && candidates.length > 1) throw ambiguousPhase(argument, candidates);
    throw phaseNotFound(argument, this.#available());
  }

  /** True for a directory that is a shipped milestone's phase: its number may have been given again. */
  #isPast({ entry, directory }: Phase): boolean {
    const roadmap = this.roadmap()!;
    const milestone = entry ? entry.milestone : (directory?.milestone ?? null);
    return isShipped(roadmap, milestone);
  }

  /** Why ROADMAP.md was not read although it is there; null without it, and when it was. */
  #roadmapTrouble(): string | null {
    return this.files.diagnostics.find(({ path }) => path === ".planning/ROADMAP.md")?.message ?? null;
  }

  #available(): string[] {
    return this.phases().map(({ ref, directory }) => directory?.name ?? ref.number);
  }

  #entriesByNumber(): Map<string, RoadmapPhase[]> {
    if (this.#entries) return this.#entries;
    this.#entries = new Map();
    for (const entry of this.roadmap()?.phases ?? []) {
      const key = formatPlain(entry.number);
      const same = this.#entries.get(key);
      if (same) same.push(entry);
      else this.#entries.set(key, [entry]);
    }
    return this.#entries;
  }

  #withEntry(directory: PhaseDirectory): Phase {
    const entry = this.#entryOf(directory);
    return { ref: directoryRef(directory, entry), number: directory.number, directory, entry };
  }

  /** The directory's entry: of its number, and where there are several of its name, else of its milestone. */
  #entryOf(directory: PhaseDirectory): RoadmapPhase | null {
    const phases = this.#entriesByNumber().get(formatPlain(directory.number)) ?? [];
    if (this.#isColliding(directory)) {
      // Of several directories with one number, an entry is only the one's that has its name.
      const named = phases.filter(({ name }) => slugify(name) === slugify(directory.slug));
      return named.length === 1 ? named[0]! : null;
    }
    if (phases.length < 2) return phases[0] ?? null;
    const milestone = directory.milestone ?? this.milestone().milestone?.version ?? null;
    const hints = { milestone, slug: directory.slug };
    return findRoadmapPhase({ ...this.roadmap()!, phases }, directory.number, hints).entry;
  }

  #isColliding(directory: PhaseDirectory): boolean {
    this.#colliding ??= new Set(findCollisions(this.directories()).flat());
    return this.#colliding.has(directory);
  }

  /** The diagnostic about directories that carry this phase's number too, if any. */
  collisionOf({ directory }: Phase): Diagnostic[] {
    if (!directory || !this.#isColliding(directory)) return [];
    return [
      collisionDiagnostic(
        this.directories().filter(({ number }) => comparePhaseNumbers(number, directory.number) === 0),
      ),
    ];
  }

  /** Says so where ROADMAP.md has several entries for a directory and none of them is told apart. */
  ambiguity({ directory, entry, ref }: Phase): Diagnostic[] {
    const phases = entry ? [] : (this.#entriesByNumber().get(ref.number) ?? []);
    if (!directory || phases.length < 2) return [];
    return [
      {
        code: "AMBIGUOUS_ROADMAP",
        severity: "warning",
        message: `ROADMAP.md names phase ${ref.number} at lines ${listLines(phases)}, and neither name nor milestone tells which is ${directory.name}`,
        path: ".planning/ROADMAP.md",
        line: phases[0]!.line,
      },
    ];
  }

  /** Names of the files of a phase directory itself with their paths; a split phase's are the union. */
  fileNames(directory: PhaseDirectory): Map<string, string> {
    const known = this.#fileNames.get(directory.name);
    if (known) return known;
    const names = new Map<string, string>();
    for (const place of directory.places) {
      for (const { name, kind } of this.files.list(place.path)) {
        if (kind === "file" && !names.has(name)) names.set(name, `${place.path}/${name}`);
      }
    }
    this.#fileNames.set(directory.name, names);
    return names;
  }

  /** The plans of a phase directory, in plan order, and what is wrong with its plan files. */
  plans(directory: PhaseDirectory): PhasePlanStatus {
    const known = this.#plans.get(directory.name);
    if (known) return known;
    const names = this.fileNames(directory);
    const fileNames = [...names.keys()];
    const paired = this.#cache.derive(`${this.root}\0${directory.name}`, fileNames, () =>
      pairPlans(fileNames, directory.number),
    );
    const diagnostics: Diagnostic[] = [];
    const plans = paired.plans.map((plan): PlanStatus => {
      const summaryPath = plan.summary === null ? null : names.get(plan.summary)!;
      const reading = summaryPath === null ? null : this.#summary(summaryPath);
      if (summaryPath !== null && reading === null) {
        diagnostics.push({
          code: "EMPTY_FILE",
          severity: "warning",
          message: `the summary is empty or cannot be read, so ${plan.id} is not done`,
          path: summaryPath,
          plans: [plan.id],
        });
      }
      if (reading) diagnostics.push(...reading.diagnostics);
      if (reading?.blocked) {
        diagnostics.push({
          code: "BLOCKED_SUMMARY",
          severity: "warning",
          message: `the summary says ${reading.blocked}, so ${plan.id} is not done`,
          path: summaryPath!,
          plans: [plan.id],
        });
      }
      // Written out: spreading ten thousand plans takes a fifth of project_status's time.
      return {
        id: plan.id,
        number: plan.number,
        key: plan.key,
        plan: plan.plan,
        summary: plan.summary,
        path: names.get(plan.plan.file)!,
        summaryPath,
        summaryReading: reading,
        done: reading !== null && reading.blocked === null,
      };
    });
    for (const orphan of paired.orphans) {
      diagnostics.push({
        code: "ORPHAN_SUMMARY",
        severity: "warning",
        message: "the summary has no plan beside it",
        path: names.get(orphan)!,
      });
    }
    for (const same of paired.duplicates) {
      diagnostics.push({
        code: "DUPLICATE_PLAN",
        severity: "warning",
        message: `${same.map(({ id }) => id).join(" and ")} carry the same plan number`,
        path: names.get(same[0]!.plan.file)!,
        plans: same.map(({ id }) => id),
      });
    }
    for (const lookalike of paired.lookalikes) {
      diagnostics.push({
        code: "IGNORED_FILE",
        severity: "info",
        message: "the name resembles a plan's or a summary's and is neither",
        path: names.get(lookalike)!,
      });
    }
    diagnostics.push(...splitDiagnostic(directory));
    const status = { plans, diagnostics };
    this.#plans.set(directory.name, status);
    return status;
  }

  /** Null when the summary is empty or unreadable. Its front matter alone decides, so its head is enough. */
  #summary(path: string): SummaryReading | null {
    return this.files.read(
      path,
      "head",
      (text) => (text.trim() === "" ? null : readSummary(text, path)),
      "summary",
    );
  }

  /** A plan's front matter; an unreadable file reads as an empty one. */
  planFields(plan: PlanStatus): PlanReading {
    return (
      this.files.read(plan.path, "whole", (text) => readPlanFields(text, plan.path), "plan") ??
      readPlanFields("", plan.path)
    );
  }

  planBody(plan: PlanStatus): PlanBody {
    return (
      this.files.read(plan.path, "whole", readPlanBody, "plan-body") ?? { objective: null, taskFiles: [] }
    );
  }

  /** True when nothing of the phase is left to do: completed, ticked off without a directory, or every plan done. */
  isComplete(phase: Phase): boolean {
    if (!phase.directory) {
      const roadmap = this.roadmap();
      return (
        phase.entry?.checked === true ||
        (roadmap !== null && isShipped(roadmap, phase.entry?.milestone ?? null))
      );
    }
    const { plans } = this.plans(phase.directory);
    if (plans.length === 0) return phase.directory.state === "completed" || phase.entry?.checked === true;
    return plans.every(({ done }) => done);
  }

  /** One diagnostic for each number that several directories carry. */
  collisions(): Diagnostic[] {
    return findCollisions(this.directories()).map(collisionDiagnostic);
  }

  /** An answer's diagnostics: its own, those of the files that were read for it, and of settings that failed. */
  reportWith(own: readonly Diagnostic[]): Diagnostic[] {
    const settings = this.#config?.diagnostics.filter(({ severity }) => severity !== "info") ?? [];
    const milestone = this.#milestone?.diagnostics ?? [];
    return sortDiagnostics([...own, ...settings, ...milestone, ...this.files.diagnostics]);
  }

  /** The heads of all issue files that are not closed. */
  issueFiles(): { path: string; text: string }[] {
    return ISSUE_FOLDERS.flatMap((folder) =>
      this.files.list(folder).flatMap(({ name, kind }) => {
        if (kind !== "file" || !name.endsWith(".md")) return [];
        const path = `${folder}/${name}`;
        const text = this.files.read(path, "head", (head) => head, "issue");
        return text === null ? [] : [{ path, text }];
      }),
    );
  }

  linkedIssues(phase: Phase): LinkedIssue[] {
    const target = { number: phase.number, dirName: phase.directory?.name ?? null };
    return linkedIssues(target, this.state(), this.issueFiles());
  }
}

function listLines(phases: readonly RoadmapPhase[]): string {
  return phases
    .slice(0, 10)
    .map(({ line }) => line)
    .join(", ");
}

/** Writers make and remove their work directory, which changes the time of the directory around it. */
function planningStamp(root: string): string {
  const stats = statSync(`${root}/.planning`, { throwIfNoEntry: false });
  return stats ? `${stats.mtimeMs} ${stats.ctimeMs}` : "";
}
