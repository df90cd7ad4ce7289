/** Whether the system would let a change happen: asked before it begins, so that a refusal costs nothing. */
import fs from "node:fs";
import { PlanningError } from "../errors.ts";
import { splitPath } from "./directory-handle.ts";
import type { Step } from "./journal.ts";
import { codeOf, entryAt } from "./planning-tree.ts";

const { W_OK, X_OK } = fs.constants;

/**
 * Throws WRITE_FAILED with the directory that may not be written. A file is replaced, which needs no permission of its
 * own, and keeps its mode: copies of trees are often without any write bit, and git tracks none.
 */
export function requirePermission(root: string, steps: readonly Step[]): void {
  for (const directory of new Set(steps.flatMap((step) => writtenBy(root, step)))) {
    requireAccess(root, directory, W_OK | X_OK);
  }
}

function requireAccess(root: string, path: string, mode: number): void {
  try {
    fs.accessSync(`${root}/${path}`, mode);
  } catch (error) {
    // What is gone meanwhile is seen before the change begins.
    if (codeOf(error) !== "ENOENT") throw refused(path, codeOf(error), error);
  }
}

function refused(path: string, code: string | undefined, cause?: unknown): PlanningError {
  return new PlanningError("WRITE_FAILED", `${path} may not be written (${code}).`, {
    path,
    hint: "Nothing was changed. Change its permissions and call again.",
    cause,
  });
}

/** The directories in which a name comes or goes, or the nearest that is there already. */
function writtenBy(root: string, step: Step): string[] {
  if (step.kind !== "move") return [parentOf(root, step.path)];
  const [from, to] = [parentOf(root, step.path), parentOf(root, step.to)];
  // A directory that moves has another parent then, which is written down in itself.
  const isOther = splitPath(step.path)[0] !== splitPath(step.to)[0];
  return isOther && entryAt(root, step.path)?.isDirectory() ? [from, to, step.path] : [from, to];
}

function parentOf(root: string, path: string): string {
  let [directory] = splitPath(path);
  while (directory !== "" && !entryAt(root, directory)) [directory] = splitPath(directory);
  return directory;
}
