/** Phase directories as found on disk, joined where one stands in several states, and found by argument. */
import { PlanningError, quote } from "../errors.ts";
import { compareText, type Diagnostic } from "./diagnostic.ts";
import { nameFromSlug, shorten, slugify } from "./naming.ts";
import {
  comparePhaseNumbers,
  DIRECTORY_STATES,
  type DirectoryState,
  formatPadded,
  formatPlain,
  type PhaseArgument,
  type PhaseDirectoryName,
  type PhaseRef,
  parsePhaseArgument,
  parsePhaseDirectory,
} from "./phase.ts";
import type { RoadmapPhase } from "./roadmap.ts";

/** Longer names are cut; the longest real one has 120 characters. */
const MAX_NAME = 150;

/** One place of a phase directory; a split phase has several, in order of precedence. */
export interface PhasePlace {
  state: DirectoryState;
  /** Path relative to the root. */
  path: string;
}

export interface PhaseDirectory extends PhaseDirectoryName {
  state: DirectoryState;
  path: string;
  places: PhasePlace[];
}

/** The phase directories among the names in the directory of a state, by number, then name. */
export function readPlaces(
  state: DirectoryState,
  base: string,
  names: readonly string[],
): readonly PhaseDirectory[] {
  return names
    .flatMap((name): PhaseDirectory[] => {
      const parsed = parsePhaseDirectory(name);
      const path = `${base}/${name}`;
      return parsed ? [{ ...parsed, state, path, places: [{ state, path }] }] : [];
    })
    .sort(compareDirectories);
}

/** Joins directories of one name; `lists` are in order of precedence, the result by number, then name. */
export function joinPlaces(lists: readonly (readonly PhaseDirectory[])[]): readonly PhaseDirectory[] {
  const byName = new Map<string, PhaseDirectory>();
  for (const one of lists.flat()) {
    const known = byName.get(one.name);
    byName.set(one.name, known ? { ...known, places: [...known.places, ...one.places] } : one);
  }
  return [...byName.values()].sort(compareDirectories);
}

function compareDirectories(a: PhaseDirectory, b: PhaseDirectory): number {
  return comparePhaseNumbers(a.number, b.number) || compareText(a.name, b.name);
}

/** Everywhere that git may know a directory from: it keeps its name when it moves. */
export function placesOf({ name }: Pick<PhaseDirectoryName, "name">): string[] {
  return DIRECTORY_STATES.map((state) =>
    state === "flat" ? `.planning/phases/${name}` : `.planning/phases/${state}/${name}`,
  );
}

/** Directories that carry one number under different names, a list for each such number. */
export function findCollisions(directories: readonly PhaseDirectory[]): PhaseDirectory[][] {
  const byNumber = new Map<string, PhaseDirectory[]>();
  for (const directory of directories) {
    const key = formatPlain(directory.number);
    const same = byNumber.get(key);
    if (same) same.push(directory);
    else byNumber.set(key, [directory]);
  }
  return [...byNumber.values()].filter((same) => same.length > 1);
}

export function splitDiagnostic(directory: PhaseDirectory): Diagnostic[] {
  if (directory.places.length < 2) return [];
  const states = directory.places.map(({ state }) => state).join(", ");
  return [
    {
      code: "SPLIT_PHASE",
      severity: "warning",
      message: `${directory.name} stands in ${states}; its files are read as one, ${directory.state} first`,
      path: directory.path,
    },
  ];
}

export function collisionDiagnostic(same: readonly PhaseDirectory[]): Diagnostic {
  return {
    code: "PHASE_COLLISION",
    severity: "error",
    message: `${same.length} directories carry phase number ${formatPlain(same[0]!.number)}: ${shorten(same.map(({ name }) => name).join(", "), 300)}`,
    path: same[0]!.path,
  };
}

/** The phase as results name it; its name is ROADMAP.md's, else made from the directory's slug. */
export function directoryRef(directory: PhaseDirectory, entry: RoadmapPhase | null): PhaseRef {
  return {
    id: formatPadded(directory.number),
    number: formatPlain(directory.number),
    name: shorten(
      entry?.name || nameFromSlug(directory.slug) || `Phase ${formatPlain(directory.number)}`,
      MAX_NAME,
    ),
    slug: directory.slug,
    state: directory.state,
    dir: directory.path,
  };
}

/** The reference of a phase that only ROADMAP.md names. */
export function unstartedRef(entry: RoadmapPhase): PhaseRef {
  return {
    id: formatPadded(entry.number),
    number: formatPlain(entry.number),
    name: shorten(entry.name, MAX_NAME),
    slug: slugify(entry.name),
    state: "unstarted",
    dir: null,
  };
}

/** Reads a `phase` argument or throws INVALID_PHASE. */
export function requirePhaseArgument(argument: string): PhaseArgument {
  const parsed = parsePhaseArgument(argument);
  if (parsed) return parsed;
  throw new PlanningError(
    "INVALID_PHASE",
    `"phase" must be a phase number or a phase directory, not ${quote(argument)}.`,
    {
      expected: "a number such as 3, 03, 2.1 or 12A, or a phase directory's name such as 03-chat",
    },
  );
}

/**
 * The directory that a `phase` argument means, or null when no directory has it.
 * Several directories with its number are PHASE_COLLISION, never a guess.
 */
export function findDirectory(
  argument: PhaseArgument,
  directories: readonly PhaseDirectory[],
): PhaseDirectory | null {
  const same = directories.filter(({ number }) => comparePhaseNumbers(number, argument.number) === 0);
  if (argument.kind === "directory") {
    const named = same.find(({ name }) => name === argument.name);
    if (named) return named;
    // `3-chat` and `03 chat` are spellings of `03-chat`.
    const slug = slugify(parsePhaseDirectory(argument.name)?.slug ?? "");
    const meant = same.filter((directory) => slugify(directory.slug) === slug);
    return meant.length === 1 ? meant[0]! : null;
  }
  if (same.length > 1) {
    throw new PlanningError("PHASE_COLLISION", `${collisionDiagnostic(same).message}.`, {
      hint: "Give one of the directory names as `phase`, or rename the directories so that each number stands once.",
      path: same[0]!.path,
      expected: same.map(({ name }) => name),
    });
  }
  return same[0] ?? null;
}

/** PHASE_NOT_FOUND for a number that several milestones of ROADMAP.md have, none of them current. */
export function ambiguousPhase(argument: string, candidates: readonly RoadmapPhase[]): PlanningError {
  return new PlanningError(
    "PHASE_NOT_FOUND",
    `No directory is phase ${quote(argument)}, and ROADMAP.md names several.`,
    {
      hint: "Say in ROADMAP.md which milestone is current, or create the phase's directory.",
      path: ".planning/ROADMAP.md",
      line: candidates[0]!.line,
      expected: candidates.map(
        ({ name, milestone, line }) => `${milestone ? `v${milestone} ` : ""}${name} (line ${line})`,
      ),
    },
  );
}

/** PHASE_NOT_FOUND with the phases there are. */
export function phaseNotFound(
  argument: string,
  available: readonly string[],
  roadmapTrouble: string | null = null,
): PlanningError {
  return new PlanningError("PHASE_NOT_FOUND", `There is no phase ${quote(argument)}.`, {
    hint: roadmapTrouble
      ? `ROADMAP.md was not read: ${roadmapTrouble}.`
      : "See project_status for the phases of this project.",
    expected: [...available],
  });
}
