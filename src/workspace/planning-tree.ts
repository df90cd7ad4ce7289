/** Looking at and changing single entries below `.planning/`, each in a directory that is held open meanwhile. */
import { createHash } from "node:crypto";
import fs from "node:fs";
import { type DirectoryHandle, splitPath } from "./directory-handle.ts";
import { inPlanning } from "./writable.ts";

const { O_CREAT, O_EXCL, O_NOFOLLOW, O_NONBLOCK, O_RDONLY, O_WRONLY } = fs.constants;

/** A regular file's bytes, or what stands in its place. */
export type Found = Buffer | "nothing" | "link" | "special";

export function hash(bytes: Buffer): string {
  return createHash("sha256").update(bytes).digest("hex");
}

/** Follows no link, waits on no pipe. */
export function readEntry(directory: DirectoryHandle, name: string): Found {
  let handle: number;
  try {
    handle = fs.openSync(directory.entry(name), O_RDONLY | O_NOFOLLOW | O_NONBLOCK);
  } catch (error) {
    const code = codeOf(error);
    if (code === "ENOENT") return "nothing";
    if (code === "ELOOP") return "link";
    if (code === "ENXIO") return "special";
    throw error;
  }
  try {
    return fs.fstatSync(handle).isFile() ? fs.readFileSync(handle) : "special";
  } finally {
    fs.closeSync(handle);
  }
}

/** The same for a path relative to the root. */
export function readPlanning(root: string, path: string): Found {
  const [directory, name] = splitPath(path);
  try {
    return inPlanning(root, directory, (at) => readEntry(at, name));
  } catch (error) {
    const code = codeOf(error);
    if (code === "ENOENT" || code === "ENOTDIR") return "nothing";
    throw error;
  }
}

/** Null when nothing is there; "", which is no hash, when it is no regular file. */
export function hashOf(found: Found): string | null {
  if (found === "nothing") return null;
  return typeof found === "string" ? "" : hash(found);
}

/** A new file, on the disk when this returns; fails where anything stands already. */
export function writeDurably(directory: DirectoryHandle, name: string, bytes: Buffer): void {
  const handle = fs.openSync(directory.entry(name), O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW, 0o666);
  try {
    fs.writeFileSync(handle, bytes);
    fs.fsyncSync(handle);
  } finally {
    fs.closeSync(handle);
  }
}

/** What stands at the path itself: a link is a link. */
export function entryAt(root: string, path: string): fs.Stats | undefined {
  try {
    return fs.lstatSync(`${root}/${path}`, { throwIfNoEntry: false });
  } catch (error) {
    if (codeOf(error) === "ENOTDIR") return undefined;
    throw error;
  }
}

export function rename(root: string, path: string, to: string): void {
  const [[fromDirectory, fromName], [toDirectory, toName]] = [splitPath(path), splitPath(to)];
  inPlanning(root, fromDirectory, (from) =>
    inPlanning(root, toDirectory, (target) => fs.renameSync(from.entry(fromName), target.entry(toName))),
  );
}

/** Those on the way to a directory that are not there, the outermost first. */
export function missingDirectories(root: string, directory: string): string[] {
  if (directory === "" || entryAt(root, directory)) return [];
  return [...missingDirectories(root, splitPath(directory)[0]), directory];
}

export function makeDirectories(root: string, directory: string): void {
  for (const missing of missingDirectories(root, directory)) {
    const [parent, name] = splitPath(missing);
    inPlanning(root, parent, (at) => fs.mkdirSync(at.entry(name)));
  }
}

/** Leaves a directory alone that somebody uses. */
export function removeIfEmpty(root: string, directory: string): void {
  const [parent, name] = splitPath(directory);
  try {
    inPlanning(root, parent, (at) => fs.rmdirSync(at.entry(name)));
  } catch (error) {
    if (!["ENOTEMPTY", "EEXIST", "ENOENT", "ENOTDIR"].includes(codeOf(error) ?? "")) throw error;
  }
}

export function codeOf(error: unknown): string | undefined {
  return (error as NodeJS.ErrnoException).code;
}
