/** What may be written at all. */
import { PlanningError } from "../errors.ts";
import { contains, type DirectoryHandle, withDirectory } from "./directory-handle.ts";

const PHASES = ".planning/phases";
/** ROADMAP, STATE, REQUIREMENTS and audits. */
const DOCUMENT = /^\.planning\/(?:milestones\/)?[^/]+\.md$/;

/**
 * True for the documents and for what lies in `.planning/phases/`. Never inside of a git repository's own directory:
 * a journal may come with a clone, and git itself checks out no file there, since its settings and hooks would run.
 */
export function isWritable(path: string): boolean {
  const parts = path.split(/[/\\]/);
  return (
    (DOCUMENT.test(path) || path.startsWith(`${PHASES}/`)) &&
    !path.includes("\0") &&
    !parts.some((part) => part === "" || part === "." || part === ".." || isRepository(part))
  );
}

/** True for directories that may be missing on the way to what is written. */
export function isMakeable(directory: string): boolean {
  return directory === PHASES || isWritable(directory);
}

/**
 * `.git`, in every spelling that some file system takes for it: Windows drops dots, spaces and what follows a colon, and
 * has short names; macOS drops invisible characters.
 */
function isRepository(name: string): boolean {
  const visible = name.normalize("NFKC").replace(/\p{Cf}/gu, "");
  return /^(?:\.git|git~\d+)[. ]*(?::|$)/i.test(visible);
}

/** Throws PATH_OUTSIDE_ROOT for any other. */
export function requireWritable(path: string): void {
  if (isWritable(path)) return;
  throw new PlanningError(
    "PATH_OUTSIDE_ROOT",
    "only the documents of .planning/ and what lies in its phases/ are written",
    { path },
  );
}

/**
 * Opens a directory to read or write what is edited: its real path must lie below `.planning/`, and in no repository's
 * own directory, links or not.
 */
export function inPlanning<Result>(
  root: string,
  relative: string,
  use: (directory: DirectoryHandle) => Result,
): Result {
  return withDirectory(root, relative, (directory) => {
    const planning = withDirectory(root, ".planning", ({ real }) => real);
    const below = directory.real.slice(root.length).split(/[/\\]/);
    if (contains(planning, directory.real) && !below.some(isRepository)) return use(directory);
    throw new PlanningError(
      "PATH_OUTSIDE_ROOT",
      "a symbolic link leads out of .planning/, or to git's own files",
      {
        path: relative,
      },
    );
  });
}
