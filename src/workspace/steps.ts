/** The steps of a change: where each stands, how it is taken, and how it is taken back. Each can be done twice. */
import fs from "node:fs";
import { type DirectoryHandle, splitPath } from "./directory-handle.ts";
import type { Entry, Journal } from "./journal.ts";
import { entryAt, hashOf, makeDirectories, readPlanning, rename } from "./planning-tree.ts";
import { imageOf, stageOf } from "./staging.ts";
import { inPlanning } from "./writable.ts";

/** Not taken, taken, or what stands there is neither. */
export type Standing = "before" | "after" | "other";

export function standingOf(root: string, entry: Entry, { steps }: Journal): Standing {
  switch (entry.kind) {
    case "move": {
      const isThere = entryAt(root, placeOf(root, entry.to, steps)) !== undefined;
      const isHere = entryAt(root, entry.path) !== undefined;
      if (isHere === isThere) return "other";
      return isHere ? "before" : "after";
    }
    case "rmdir": {
      const stats = entryAt(root, entry.path);
      if (!stats) return "after";
      return stats.isDirectory() ? "before" : "other";
    }
    default: {
      const now = hashOf(readPlanning(root, placeOf(root, entry.path, steps)));
      if (entry.kind === "write" && now === entry.after) return "after";
      if (now === entry.before) return "before";
      return entry.kind === "remove" && now === null ? "after" : "other";
    }
  }
}

/** The path as it is now, if the directory that it lies in has moved. */
export function placeOf(root: string, path: string, steps: readonly Entry[]): string {
  if (entryAt(root, path)) return path;
  const moved = movedPath(path, steps);
  return entryAt(root, moved) ? moved : path;
}

function movedPath(path: string, steps: readonly Entry[]): string {
  for (const step of steps) {
    if (step.kind === "move" && path.startsWith(`${step.path}/`))
      return step.to + path.slice(step.path.length);
  }
  return path;
}

export function takeStep(root: string, work: DirectoryHandle, entry: Entry, index: number): void {
  const [directory, name] = splitPath(entry.path);
  if (entry.kind === "write") {
    makeDirectories(root, directory);
    const staged = work.entry(stageOf(index));
    inPlanning(root, directory, (at) => {
      // A new file gets a name, which fails where another one has come meanwhile; renaming would replace it.
      if (entry.before === null) fs.linkSync(staged, at.entry(name));
      else fs.renameSync(staged, at.entry(name));
    });
  } else if (entry.kind === "remove") {
    inPlanning(root, directory, (at) => fs.unlinkSync(at.entry(name)));
  } else if (entry.kind === "rmdir") {
    inPlanning(root, directory, (at) => fs.rmdirSync(at.entry(name)));
  } else {
    makeDirectories(root, splitPath(entry.to)[0]);
    rename(root, entry.path, entry.to);
  }
}

/** Of a step that is taken; those after it are taken back already, or left to whoever edited their files. */
export function takeBackStep(
  root: string,
  work: DirectoryHandle,
  { entry, index, steps }: { entry: Entry; index: number; steps: readonly Entry[] },
): void {
  if (entry.kind === "move") {
    makeDirectories(root, splitPath(entry.path)[0]);
    rename(root, placeOf(root, entry.to, steps), entry.path);
    return;
  }
  const [directory, name] = splitPath(placeOf(root, entry.path, steps));
  if (entry.kind === "rmdir") {
    makeDirectories(root, directory);
    inPlanning(root, directory, (at) =>
      remakeDirectory(work.entry(imageOf(index)), at.entry(name), entry.mode),
    );
  } else if (entry.before === null) {
    inPlanning(root, directory, (at) => fs.unlinkSync(at.entry(name)));
  } else {
    makeDirectories(root, directory);
    const image = work.entry(imageOf(index));
    inPlanning(root, directory, (at) => {
      if (entry.kind === "remove") fs.linkSync(image, at.entry(name));
      else fs.renameSync(image, at.entry(name));
    });
  }
}

/** In one moment with its mode, since a directory that stands again is not looked at once more. */
function remakeDirectory(draft: string, place: string, mode: number): void {
  // One that may not be written may not change its parent either.
  const isMovable = (mode & 0o200) !== 0;
  const made = isMovable ? draft : place;
  if (isMovable && fs.existsSync(draft)) fs.rmdirSync(draft);
  fs.mkdirSync(made, mode);
  // What the process takes away from every mode comes back.
  fs.chmodSync(made, mode);
  if (isMovable) fs.renameSync(draft, place);
}
