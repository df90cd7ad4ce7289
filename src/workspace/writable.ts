/** What may be written at all. */
import { PlanningError } from "../errors.ts";
import { contains, type DirectoryHandle, withDirectory } from "./directory-handle.ts";
import { WORK_DIRECTORY } from "./work-directory.ts";

const WRITABLE = ".planning/";

/** True for a plain path below `.planning/` that is not the work directory's own. */
export function isWritable(path: string): boolean {
  const parts = path.split("/");
  return (
    path.startsWith(WRITABLE) &&
    !path.includes("\0") &&
    !parts.some((part) => part === "" || part === "." || part === "..") &&
    path !== WORK_DIRECTORY &&
    !path.startsWith(`${WORK_DIRECTORY}/`)
  );
}

/** Throws PATH_OUTSIDE_ROOT for any other. */
export function requireWritable(path: string): void {
  if (!isWritable(path))
    throw new PlanningError("PATH_OUTSIDE_ROOT", "only files below .planning/ are written", { path });
}

/** Opens a directory to read or write what is edited: its real path must lie below `.planning/`, links or not. */
export function inPlanning<Result>(
  root: string,
  relative: string,
  use: (directory: DirectoryHandle) => Result,
): Result {
  return withDirectory(root, relative, (directory) => {
    const planning = withDirectory(root, ".planning", ({ real }) => real);
    if (contains(planning, directory.real)) return use(directory);
    throw new PlanningError("PATH_OUTSIDE_ROOT", "a symbolic link leads out of .planning/", {
      path: relative,
    });
  });
}
