/** What a change needs beside the journal before it begins: new contents, and the old ones to be able to go back. */
import fs from "node:fs";
import { type DirectoryHandle, splitPath } from "./directory-handle.ts";
import type { Entry, Journal, Step } from "./journal.ts";
import {
  codeOf,
  entryAt,
  hash,
  hashOf,
  missingDirectories,
  readEntry,
  writeDurably,
} from "./planning-tree.ts";
import { inPlanning } from "./writable.ts";

/** The file with a step's new content. */
export function stageOf(index: number): string {
  return `stage.${index}`;
}

/** The file as it was before a step: the same one where the system lets it have a second name, so with its mode. */
export function imageOf(index: number): string {
  return `before.${index}`;
}

/** Writes it all into the work directory; nothing else is changed. */
export function stageSteps(root: string, work: DirectoryHandle, steps: readonly Step[]): Journal {
  const entries = steps.map((step, index) => stageStep(root, work, step, index));
  const targets = steps.flatMap((step) =>
    step.kind === "write" ? [step.path] : step.kind === "move" ? [step.to] : [],
  );
  const made = targets.flatMap((path) => missingDirectories(root, splitPath(path)[0]));
  return { steps: entries, made: [...new Set(made)] };
}

function stageStep(root: string, work: DirectoryHandle, step: Step, index: number): Entry {
  const { kind, path } = step;
  if (kind === "move") return { kind, path, to: step.to };
  if (kind === "rmdir") return { kind, path, mode: (entryAt(root, path)?.mode ?? 0o777) & 0o7777 };
  if (step.before !== null) keepImage(root, work, path, imageOf(index), step.before);
  if (kind === "remove") return { kind, path, before: hash(step.before) };
  writeDurably(work, stageOf(index), step.after);
  if (step.before !== null) keepMode(root, path, work.entry(stageOf(index)));
  return { kind, path, before: step.before && hash(step.before), after: hash(step.after) };
}

/** True when the work directory has the content with this hash. */
export function hasContent(work: DirectoryHandle, name: string, expected: string): boolean {
  return hashOf(readEntry(work, name)) === expected;
}

/** A second name of the file, or a copy where the system refuses that. */
function keepImage(root: string, work: DirectoryHandle, path: string, image: string, before: Buffer): void {
  const [directory, name] = splitPath(path);
  try {
    inPlanning(root, directory, (at) => fs.linkSync(at.entry(name), work.entry(image)));
  } catch (error) {
    // The file is gone meanwhile, which is seen before the change begins.
    if (codeOf(error) === "ENOENT") return;
    // Of files of other users, and on some file systems.
    if (!["EPERM", "EACCES", "ENOTSUP", "EMLINK", "ENOSYS"].includes(codeOf(error) ?? "")) throw error;
    writeDurably(work, image, before);
    keepMode(root, path, work.entry(image));
  }
}

/** The new file gets the old one's permissions, and its owner where that is possible. */
function keepMode(root: string, path: string, staged: string): void {
  const stats = entryAt(root, path);
  if (!stats?.isFile()) return;
  const { mode, uid, gid } = stats;
  fs.chmodSync(staged, mode & 0o7777);
  const mine = fs.statSync(staged);
  if (mine.uid === uid && mine.gid === gid) return;
  try {
    fs.chownSync(staged, uid, gid);
    fs.chmodSync(staged, mode & 0o7777);
  } catch {
    // Only root may give files away; the content matters more.
  }
}
