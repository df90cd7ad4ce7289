/** Whether the system would let a change happen: asked before it begins, so that a refusal costs nothing. */
import fs from "node:fs";
import { PlanningError } from "../errors.ts";
import { splitPath } from "./directory-handle.ts";
import type { Step } from "./journal.ts";
import { codeOf, entryAt } from "./planning-tree.ts";

/** Throws WRITE_FAILED with the directory that may not be written. */
export function requirePermission(root: string, steps: readonly Step[]): void {
  for (const directory of new Set(steps.flatMap((step) => writtenBy(root, step)))) {
    try {
      fs.accessSync(`${root}/${directory}`, fs.constants.W_OK | fs.constants.X_OK);
    } catch (error) {
      throw new PlanningError("WRITE_FAILED", `${directory} may not be written (${codeOf(error)}).`, {
        path: directory,
        hint: "Nothing was changed. Change its permissions and call again.",
        cause: error,
      });
    }
  }
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
