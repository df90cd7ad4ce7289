/** Which directory a call is about: the one that holds `.planning/`. Looked up anew for every call. */
import { readdirSync, realpathSync, statSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import { compareText } from "../domain/diagnostic.ts";
import { shorten } from "../domain/naming.ts";
import { PlanningError, quote, visible } from "../errors.ts";
import { contains } from "./directory-handle.ts";

export interface RootOptions {
  /** `--root` or WAVEWRIGHT_ROOT, in order; the first is the root of a call that names none. */
  configured: readonly string[];
  /** Absolute. */
  cwd: string;
}

/** Where `.planning/` may stand below the working directory when no directory above it has one. */
const SUBDIRECTORIES = ["workspace", "main"];

const MAX_PLACE = 200;

/** How many directories are looked into for projects. */
const MAX_LOOKED_AT = 1_000;
const MAX_CANDIDATES = 50;

const NONE_CONFIGURED =
  "Restart the server in the project, or with --root DIR (repeatable) or WAVEWRIGHT_ROOT; `root` cannot help here.";
const CONFIGURED_WITHOUT_PROJECT =
  "Restart the server with --root DIR, where DIR holds .planning/ or directories that do.";

/** The real path of the project's root; throws NO_PLANNING_DIR or PATH_OUTSIDE_ROOT. `given` is the call's `root`. */
export function findRoot(given: string | undefined, { configured, cwd }: RootOptions): string {
  const bases = configured.length > 0 ? configured.map((root) => resolve(cwd, root)) : [discover(cwd)];
  if (given === "") {
    throw new PlanningError("INVALID_ARGUMENT", '"root" is empty.', {
      hint: "Leave it out for the server's own project.",
      expected: [...bases],
    });
  }
  const wanted = resolve(bases[0]!, given ?? "");
  const root = realPath(wanted);
  if (given !== undefined) refuseOutside(given, wanted, root, bases);
  const planning = root === null ? null : realPath(join(root, ".planning"));
  if (root === null || planning === null || !isDirectory(planning)) throw noPlanning(given, wanted, bases);
  if (!contains(root, planning)) {
    throw new PlanningError(
      "PATH_OUTSIDE_ROOT",
      ".planning is a symbolic link that leads out of the project root.",
      {
        path: ".planning",
        hint: "Give the directory that really holds .planning/ as the root.",
      },
    );
  }
  return root;
}

/**
 * Compared as real paths, since one directory has many names; a path that leads nowhere is compared as text, so that
 * the answer does not tell what exists outside.
 */
function refuseOutside(given: string, wanted: string, root: string | null, bases: readonly string[]): void {
  const isInside = bases.some((base) => {
    const realBase = realPath(base);
    if (root !== null) return realBase !== null && contains(realBase, root);
    return contains(base, wanted) || (realBase !== null && contains(realBase, wanted));
  });
  if (isInside) return;
  throw new PlanningError(
    "PATH_OUTSIDE_ROOT",
    `root ${quote(given)} lies outside of what this server may read.`,
    {
      hint: "Give one of `expected` or a directory inside; the person who starts the server can add others with --root DIR.",
      expected: [...bases],
    },
  );
}

/** The nearest directory with `.planning/`, from the working directory upwards, then right below it. */
function discover(cwd: string): string {
  const upwards = [cwd];
  for (let last = cwd; dirname(last) !== last; last = dirname(last)) upwards.push(dirname(last));
  const places = [...upwards, ...SUBDIRECTORIES.map((name) => join(cwd, name))];
  const found = places.find(hasPlanning);
  if (found !== undefined) return found;
  throw new PlanningError(
    "NO_PLANNING_DIR",
    missingIn([cwd, "every directory above it", ...places.slice(upwards.length)]),
    { hint: NONE_CONFIGURED },
  );
}

/** Without `given` every root is named: the first one is only the default. */
function noPlanning(given: string | undefined, wanted: string, bases: readonly string[]): PlanningError {
  const places = given === undefined ? bases.filter((base) => !hasPlanning(base)) : [wanted];
  const expected = projectsIn([...(given === undefined ? [] : [wanted]), ...bases], bases);
  return new PlanningError("NO_PLANNING_DIR", missingIn(places), {
    hint: expected.length > 0 ? "Give one of `expected` as `root`." : CONFIGURED_WITHOUT_PROJECT,
    ...(expected.length > 0 && { expected }),
  });
}

function missingIn(places: readonly string[]): string {
  const shown = places.slice(0, MAX_CANDIDATES).map((place) => visible(shorten(place, MAX_PLACE)));
  return `No .planning/ directory in ${shown.join(", ")}.`;
}

/** Directories with `.planning/` among the places themselves, then right below them; none that leads out of the roots. */
function projectsIn(places: readonly string[], bases: readonly string[]): string[] {
  const realBases = bases.map(realPath).filter((base) => base !== null);
  const isAllowed = (place: string) => {
    const real = realPath(place);
    return real !== null && realBases.some((base) => contains(base, real)) && hasPlanning(place);
  };
  const below = places.flatMap((place) => directoriesIn(place).map((name) => join(place, name)));
  const candidates = new Set([...places, ...below.slice(0, MAX_LOOKED_AT)]);
  return [...candidates].filter(isAllowed).slice(0, MAX_CANDIDATES);
}

function directoriesIn(place: string): string[] {
  try {
    const entries = readdirSync(place, { withFileTypes: true });
    const directories = entries.filter((entry) => entry.isDirectory() || entry.isSymbolicLink());
    return directories.map(({ name }) => name).sort(compareText);
  } catch {
    return [];
  }
}

function hasPlanning(place: string): boolean {
  return isDirectory(join(place, ".planning"));
}

/** Null when nothing is there, or nothing that we may see. */
function realPath(path: string): string | null {
  try {
    return realpathSync.native(path);
  } catch {
    return null;
  }
}

function isDirectory(path: string): boolean {
  try {
    return statSync(path).isDirectory();
  } catch {
    return false;
  }
}
