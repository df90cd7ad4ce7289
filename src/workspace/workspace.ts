/** One project during one call: `.planning/` read into the values that the rules work on. Keeps nothing. */
import { statSync } from "node:fs";
import { type ConfigReading, readConfig } from "../domain/config.ts";
import { type Diagnostic, sortDiagnostics } from "../domain/diagnostic.ts";
import { type IssueFile, type LinkedIssue, linkedIssues, readIssueFile } from "../domain/linked-issues.ts";
import { currentMilestone, type MilestoneReading } from "../domain/milestone.ts";
import { isShipped } from "../domain/milestone-phases.ts";
import { DIRECTORY_STATES } from "../domain/phase.ts";
import { joinPlaces, type PhaseDirectory, readPlaces, splitDiagnostic } from "../domain/phase-directories.ts";
import { type Phase, PhaseIndex } from "../domain/phase-index.ts";
import { type PairedPlan, pairPlans } from "../domain/phase-plans.ts";
import {
  type PlanBody,
  type PlanReading,
  readPlanBody,
  readPlanFields,
  readSummary,
  type SummaryReading,
} from "../domain/plan.ts";
import { type Roadmap, readRoadmap } from "../domain/roadmap.ts";
import { readState, type StateFile } from "../domain/state-file.ts";
import { ProjectFiles, ReadCache } from "./files.ts";
import type { ReadRecord } from "./read-record.ts";
import { WORK_DIRECTORY } from "./work-directory.ts";

const PHASES = ".planning/phases";
/** Where issue files are looked for. */
export const ISSUE_FOLDERS = [
  ".planning/issues/open",
  ".planning/issues/in-progress",
  ".planning/todos/pending",
];

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
  #state?: StateFile | null;
  #milestone?: MilestoneReading;
  #directories?: readonly PhaseDirectory[];
  #index?: PhaseIndex;
  readonly #fileNames = new Map<string, ReadonlyMap<string, string>>();
  readonly #plans = new Map<string, PhasePlanStatus>();

  constructor(
    root: string,
    cache: ReadCache = new ReadCache(),
    diagnostics: readonly Diagnostic[] = [],
    record?: ReadRecord,
  ) {
    this.root = root;
    this.#cache = cache;
    this.files = new ProjectFiles(root, cache, record);
    this.files.diagnostics.push(...diagnostics);
    this.#stamp = planningStamp(root);
  }

  /** The same project, read anew; `record` learns what is read. */
  afresh(record?: ReadRecord): Workspace {
    return new Workspace(this.root, this.#cache, [], record);
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
  directories(): readonly PhaseDirectory[] {
    if (this.#directories) return this.#directories;
    // Listed before what is in it, whose entries are then remembered.
    const flat = this.files.list(PHASES);
    const lists = DIRECTORY_STATES.map((state) => {
      const base = state === "flat" ? PHASES : `${PHASES}/${state}`;
      const entries = state === "flat" ? flat : this.files.list(base);
      return this.files.derive("places", [entries], () => {
        const directories = entries.filter(({ kind }) => kind === "directory");
        return readPlaces(
          state,
          base,
          directories.map(({ name }) => name),
        );
      });
    });
    this.#directories = this.files.derive("directories", lists, () => joinPlaces(lists));
    return this.#directories;
  }

  /** The phases, and finding one of them. */
  index(): PhaseIndex {
    this.#index ??= new PhaseIndex(
      this.directories(),
      this.roadmap(),
      this.milestone().milestone?.version ?? null,
      () => this.files.diagnostics.find(({ path }) => path === ".planning/ROADMAP.md")?.message ?? null,
    );
    return this.#index;
  }

  /** Every phase in number order. */
  phases(): Phase[] {
    return this.index().phases();
  }

  /** The phase that an argument means; throws INVALID_PHASE, PHASE_NOT_FOUND or PHASE_COLLISION. */
  findPhase(argument: string): Phase {
    return this.index().findPhase(argument);
  }

  /** Names of the files of a phase directory itself with their paths; a split phase's are the union. */
  fileNames(directory: PhaseDirectory): ReadonlyMap<string, string> {
    const known = this.#fileNames.get(directory.name);
    if (known) return known;
    const lists = directory.places.map(({ path }) => this.files.list(path));
    const names = this.files.derive("names", lists, (): ReadonlyMap<string, string> => {
      const paths = new Map<string, string>();
      for (const [at, { path }] of directory.places.entries()) {
        for (const { name, kind } of lists[at]!) {
          if (kind === "file" && !paths.has(name)) paths.set(name, `${path}/${name}`);
        }
      }
      return paths;
    });
    this.#fileNames.set(directory.name, names);
    return names;
  }

  /** The plans of a phase directory, in plan order, and what is wrong with its plan files. */
  plans(directory: PhaseDirectory): PhasePlanStatus {
    const known = this.#plans.get(directory.name);
    if (known) return known;
    const names = this.fileNames(directory);
    const paired = this.files.derive("plans", [names], () => pairPlans([...names.keys()], directory.number));
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

  /** A plan's front matter, and whether its file could be read at all: one that could not reads as an empty one. */
  planFields(plan: PlanStatus): PlanReading & { isUnread: boolean } {
    const read = (text: string): PlanReading => readPlanFields(text, plan.path);
    const reading = this.files.read(plan.path, "whole", read, "plan");
    return { ...(reading ?? read("")), isUnread: reading === null };
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

  /** An answer's diagnostics: its own, those of the files that were read for it, and of settings that failed. */
  reportWith(own: readonly Diagnostic[]): Diagnostic[] {
    const settings = this.#config?.diagnostics.filter(({ severity }) => severity !== "info") ?? [];
    const milestone = this.#milestone?.diagnostics ?? [];
    return sortDiagnostics([...own, ...settings, ...milestone, ...this.files.diagnostics]);
  }

  /** All issue files that are not closed. */
  issueFiles(): IssueFile[] {
    return ISSUE_FOLDERS.flatMap((folder) =>
      this.files.list(folder).flatMap(({ name, kind }) => {
        if (kind !== "file" || !name.endsWith(".md")) return [];
        const path = `${folder}/${name}`;
        return this.files.read(path, "head", (text) => readIssueFile(text, path), "issue") ?? [];
      }),
    );
  }

  linkedIssues(phase: Phase): LinkedIssue[] {
    const target = { number: phase.number, dirName: phase.directory?.name ?? null };
    return linkedIssues(target, this.state(), this.issueFiles());
  }
}

/** Writers make and remove their work directory and what is in it, which changes the times of both directories. */
function planningStamp(root: string): string {
  const stamps = [".planning", WORK_DIRECTORY].map((path) => {
    const stats = statSync(`${root}/${path}`, { throwIfNoEntry: false });
    return stats ? `${stats.mtimeMs} ${stats.ctimeMs}` : "";
  });
  return stamps.join(", ");
}
