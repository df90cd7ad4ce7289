/** What may be written at all. */
import { PlanningError } from "../errors.ts";
import { WORK_DIRECTORY } from "./lock.ts";

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
