/** Every phase of a project, from its directories and ROADMAP.md, and finding one of them. */
import type { Diagnostic } from "./diagnostic.ts";
import { isShipped } from "./milestone-phases.ts";
import { slugify } from "./naming.ts";
import {
  comparePhaseNumbers,
  formatPlain,
  type PhaseNumber,
  type PhaseRef,
  parsePhaseDirectory,
} from "./phase.ts";
import {
  ambiguousPhase,
  collisionDiagnostic,
  directoryRef,
  findCollisions,
  findDirectory,
  type PhaseDirectory,
  phaseNotFound,
  requirePhaseArgument,
  unstartedRef,
} from "./phase-directories.ts";
import { findRoadmapPhase, phasesOfMilestone, type Roadmap, type RoadmapPhase } from "./roadmap.ts";

/** A phase of the project: a directory, a ROADMAP.md entry, or both. */
export interface Phase {
  ref: PhaseRef;
  number: PhaseNumber;
  directory: PhaseDirectory | null;
  entry: RoadmapPhase | null;
}

export class PhaseIndex {
  /** By number, then name. */
  readonly directories: readonly PhaseDirectory[];
  readonly #roadmap: Roadmap | null;
  /** Version of the current milestone. */
  readonly #milestone: string | null;
  /** Why ROADMAP.md was not read although it is there; null without it, and when it was. */
  readonly #trouble: () => string | null;
  readonly #entries = new Map<string, RoadmapPhase[]>();
  readonly #colliding: Set<PhaseDirectory>;
  #phases?: Phase[];
  #byNumber?: Map<string, Phase[]>;

  constructor(
    directories: readonly PhaseDirectory[],
    roadmap: Roadmap | null,
    milestone: string | null,
    trouble: () => string | null,
  ) {
    this.directories = directories;
    this.#roadmap = roadmap;
    this.#milestone = milestone;
    this.#trouble = trouble;
    this.#colliding = new Set(findCollisions(directories).flat());
    for (const entry of roadmap?.phases ?? []) {
      const key = formatPlain(entry.number);
      const same = this.#entries.get(key);
      if (same) same.push(entry);
      else this.#entries.set(key, [entry]);
    }
  }

  /**
   * Every phase in number order: each directory, then what only ROADMAP.md has. Numbers restart with milestones in
   * older projects, so an entry is not covered by a directory that is another milestone's phase. Shipped milestones
   * are history; of several open entries of one number the current milestone's counts, else all.
   */
  phases(): Phase[] {
    if (this.#phases) return this.#phases;
    const phases = this.directories.map((directory) => this.#withEntry(directory));
    const covered = new Set(phases.map(({ entry }) => entry));
    const withoutEntry = new Set(phases.flatMap(({ entry, ref }) => (entry ? [] : [ref.number])));
    const roadmap = this.#roadmap;
    const open = new Set(roadmap && phasesOfMilestone(roadmap, null));
    const version = this.#milestone;
    const current = new Set(roadmap && phasesOfMilestone(roadmap, version));
    for (const [number, entries] of this.#entries) {
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
    const directory = findDirectory(wanted, this.directories);
    const own = directory && this.#withEntry(directory);
    const roadmap = this.#roadmap;
    if (own && (wanted.kind === "directory" || !roadmap || !this.#isPast(own))) return own;
    if (!roadmap) throw phaseNotFound(argument, this.#available(), this.#trouble());
    // Another name than that of the directory with this number: a slip, and not a phase that has none.
    const holders = own
      ? []
      : this.directories.filter(({ number }) => comparePhaseNumbers(number, wanted.number) === 0);
    if (holders.some((holder) => !this.#isPast(this.#withEntry(holder)))) {
      throw phaseNotFound(
        argument,
        holders.map(({ name }) => name),
      );
    }
    const slug = wanted.kind === "directory" ? parsePhaseDirectory(wanted.name)!.slug : null;
    const milestone = this.#milestone;
    const { entry, candidates } = findRoadmapPhase(roadmap, wanted.number, { milestone, slug });
    const isNamed = entry !== null && (slug === null || slugify(entry.name) === slugify(slug));
    if (own && (!isNamed || entry === own.entry || isShipped(roadmap, entry.milestone))) return own;
    if (isNamed) return { ref: unstartedRef(entry), number: entry.number, directory: null, entry };
    if (!entry && slug === null && candidates.length > 1) throw ambiguousPhase(argument, candidates);
    throw phaseNotFound(argument, this.#available());
  }

  /** True for a directory that is a shipped milestone's phase: its number may have been given again. */
  #isPast({ entry, directory }: Phase): boolean {
    const roadmap = this.#roadmap!;
    const milestone = entry ? entry.milestone : (directory?.milestone ?? null);
    return isShipped(roadmap, milestone);
  }

  #available(): string[] {
    return this.phases().map(({ ref, directory }) => directory?.name ?? ref.number);
  }

  #withEntry(directory: PhaseDirectory): Phase {
    const entry = this.#entryOf(directory);
    return { ref: directoryRef(directory, entry), number: directory.number, directory, entry };
  }

  /** The directory's entry: of its number, and where there are several of its name, else of its milestone. */
  #entryOf(directory: PhaseDirectory): RoadmapPhase | null {
    const phases = this.#entries.get(formatPlain(directory.number)) ?? [];
    if (this.#colliding.has(directory)) {
      // Of several directories with one number, an entry is only the one's that has its name.
      const named = phases.filter(({ name }) => slugify(name) === slugify(directory.slug));
      return named.length === 1 ? named[0]! : null;
    }
    if (phases.length < 2) return phases[0] ?? null;
    const milestone = directory.milestone ?? this.#milestone;
    const hints = { milestone, slug: directory.slug };
    return findRoadmapPhase({ ...this.#roadmap!, phases }, directory.number, hints).entry;
  }

  /** One diagnostic for each number that several directories carry. */
  collisions(): Diagnostic[] {
    return findCollisions(this.directories).map(collisionDiagnostic);
  }

  /** The diagnostic about directories that carry this phase's number too, if any. */
  collisionOf({ directory }: Phase): Diagnostic[] {
    if (!directory || !this.#colliding.has(directory)) return [];
    return [
      collisionDiagnostic(
        this.directories.filter(({ number }) => comparePhaseNumbers(number, directory.number) === 0),
      ),
    ];
  }

  /** Says so where ROADMAP.md has several entries for a directory and none of them is told apart. */
  ambiguity({ directory, entry, ref }: Phase): Diagnostic[] {
    const phases = entry ? [] : (this.#entries.get(ref.number) ?? []);
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
}

function listLines(phases: readonly RoadmapPhase[]): string {
  return phases
    .slice(0, 10)
    .map(({ line }) => line)
    .join(", ");
}
