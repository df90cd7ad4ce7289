/** The files that an orchestrator corrected by hand: each is named, and nothing can be swept in with them. */
import fs from "node:fs";
import path from "node:path";
import type { Diagnostic } from "../domain/diagnostic.ts";
import { PlanningError, quote } from "../errors.ts";
import { type CommitResult, knownFiles } from "./commit.ts";
import { committablePath } from "./commit-paths.ts";
import { contains } from "./directory-handle.ts";
import { isIgnoredByGit } from "./git.ts";

const EXPECTED = "files inside the project root, relative to it, that are there or that git knows";

/** The paths relative to the root; throws INVALID_ARGUMENT or PATH_OUTSIDE_ROOT for one that is no file of the project. */
export async function requireCorrections(root: string, given: readonly string[]): Promise<string[]> {
  const missing: string[] = [];
  const paths = given.map((one) => {
    const relative =
      path.isAbsolute(one) && contains(root, path.normalize(one)) ? path.relative(root, one) : one;
    const found = committablePath(root, relative);
    if (!("path" in found)) {
      if (found.problem === "path_outside_root") throw outside(one);
      if (found.problem === "not_a_file_name") throw unfit(one, "is no file of the project");
      return relative;
    }
    const stats = fs.lstatSync(`${root}/${found.path}`, { throwIfNoEntry: false });
    if (stats?.isDirectory()) throw unfit(one, "is a directory; name the files");
    if (!stats) missing.push(found.path);
    return found.path;
  });
  const known = await knownFiles(root, missing);
  const strange = known && missing.find((one) => !known.has(one));
  if (strange != null) throw unfit(strange, "is not there, and git does not know it");
  return paths;
}

function outside(given: string): PlanningError {
  return new PlanningError("PATH_OUTSIDE_ROOT", `paths: ${quote(given)} lies outside the project root.`, {
    expected: EXPECTED,
  });
}

function unfit(given: string, why: string): PlanningError {
  return new PlanningError("INVALID_ARGUMENT", `paths: ${quote(given)} ${why}.`, { expected: EXPECTED });
}

const MAX_ASKED = 20;

/** Says which of the named files git ignores: they cannot be in the commit. */
export async function ignoredDiagnostics(
  root: string,
  named: readonly string[],
  { status, paths }: CommitResult,
): Promise<Diagnostic[]> {
  if (status === "skipped") return [];
  const left = named.filter((one) => !paths.includes(one)).slice(0, MAX_ASKED);
  const isIgnored = await Promise.all(left.map((one) => isIgnoredByGit(root, one)));
  return left
    .filter((_, index) => isIgnored[index])
    .map((one) => ({
      code: "GIT_MESSAGE",
      severity: "warning",
      message: "git ignores the file, so it was not committed",
      path: one,
    }));
}
