/** Which files of a project may be committed by name: inside the root, and in the project's own repository. */
import { existsSync, realpathSync } from "node:fs";
import path from "node:path";
import { placesOf } from "../domain/phase-directories.ts";
import { contains } from "./directory-handle.ts";

/** A path relative to the root as git has to be told it, or why it cannot be committed. */
export type CommittablePath =
  | { path: string }
  | { problem: "path_outside_root" | "other_repository" | "not_a_file_name" };

/**
 * Follows the symbolic links of the directories on the way, which git would refuse to look behind; what the path itself
 * is does not matter, and it may be gone.
 */
export function committablePath(root: string, given: string): CommittablePath {
  const relative = path.posix.normalize(given).replace(/\/+$/, "");
  if (given === "" || relative === "." || given.includes("\0")) return { problem: "not_a_file_name" };
  if (path.posix.isAbsolute(relative) || relative === ".." || relative.startsWith("../")) {
    return { problem: "path_outside_root" };
  }
  const parts = relative.split("/");
  if (parts.some((part) => part.toLowerCase() === ".git")) return { problem: "not_a_file_name" };
  const missing: string[] = [parts.pop()!];
  while (parts.length > 0) {
    const directory = realPath(`${root}/${parts.join("/")}`);
    if (directory !== null) {
      if (!contains(root, directory)) return { problem: "path_outside_root" };
      const inside = directory.slice(root.length + 1);
      return ownPath(root, [...(inside === "" ? [] : inside.split("/")), ...missing]);
    }
    missing.unshift(parts.pop()!);
  }
  return ownPath(root, missing);
}

/** A directory with a `.git` of its own is a submodule, a nested repository or a work tree. */
function ownPath(root: string, parts: readonly string[]): CommittablePath {
  for (let depth = 1; depth <= parts.length; depth++) {
    if (existsSync(`${root}/${parts.slice(0, depth).join("/")}/.git`)) return { problem: "other_repository" };
  }
  return { path: parts.join("/") };
}

const IN_PHASE = /^\.planning\/phases\/(?:(?:active|pending|completed)\/)?([^/]+)(\/.+)$/s;

/** Where else a file of a phase may stand, relative to the root: its directory keeps its name when it moves. */
export function otherPlaces(file: string): string[] {
  const [, name, inside] = IN_PHASE.exec(file) ?? [];
  if (name === undefined) return [];
  return placesOf({ name })
    .map((place) => place + inside)
    .filter((place) => place !== file);
}

function realPath(absolute: string): string | null {
  try {
    return realpathSync.native(absolute);
  } catch {
    return null;
  }
}
