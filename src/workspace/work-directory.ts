/**
 * The directory that holds the lock, the journal and staged files. A repository may come with one of its own making, or
 * with a link in its place, so nothing in it is believed that this program does not write.
 */
import fs from "node:fs";
import { PlanningError } from "../errors.ts";
import { DirectoryHandle, withDirectory } from "./directory-handle.ts";

/** There only while something is written, or after a crash. */
export const WORK_DIRECTORY = ".planning/.wavewright";

const PARENT = ".planning";
const NAME = ".wavewright";
const MAX_BYTES = 4 * 1024 * 1024;
const UUID = "[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}";
const OURS = new RegExp(
  `^(?:stage\\.(?:undo\\.)?\\d+|(?:draft|next)\\.${UUID}|next\\.unreadable|journal\\.draft)$`,
);

/** Makes it if it is not there. */
export function makeWorkDirectory(root: string): void {
  withDirectory(root, PARENT, (planning) => {
    try {
      fs.mkdirSync(planning.entry(NAME));
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== "EEXIST") throw error;
    }
  });
}

/** Undefined when it is not there; its last owner may have removed it in this moment. */
export function inWorkDirectory<Result>(
  root: string,
  use: (work: DirectoryHandle) => Result,
): Result | undefined {
  const stats = fs.lstatSync(`${root}/${WORK_DIRECTORY}`, { throwIfNoEntry: false });
  if (!stats) return undefined;
  let work: DirectoryHandle;
  try {
    work = new DirectoryHandle(root, WORK_DIRECTORY);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === "ENOENT") return undefined;
    throw code === "ENOTDIR" || error instanceof PlanningError ? notOurs() : error;
  }
  try {
    const planning = withDirectory(root, PARENT, ({ real }) => real);
    if (work.real !== `${planning}/${NAME}`) throw notOurs();
    return use(work);
  } finally {
    work.close();
  }
}

function notOurs(): PlanningError {
  return new PlanningError(
    "WRITE_FAILED",
    `${WORK_DIRECTORY} is not the directory that this program makes there`,
    {
      path: WORK_DIRECTORY,
      hint: "delete it and call again",
    },
  );
}

/** A small regular file's text; null when there is none. Never waits on a pipe or reads a device without end. */
export function readWorkFile(work: DirectoryHandle, name: string): string | null {
  const { O_RDONLY, O_NOFOLLOW, O_NONBLOCK } = fs.constants;
  let handle: number;
  try {
    handle = fs.openSync(work.entry(name), O_RDONLY | O_NOFOLLOW | O_NONBLOCK);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === "ENOENT") return null;
    if (code === "ELOOP" || code === "ENXIO") return "";
    throw error;
  }
  try {
    const stats = fs.fstatSync(handle);
    return stats.isFile() && stats.size <= MAX_BYTES ? fs.readFileSync(handle, "utf8") : "";
  } finally {
    fs.closeSync(handle);
  }
}

/** Removes what a change leaves there; what has another name is not this program's and stays. */
export function clearWorkDirectory(work: DirectoryHandle): void {
  for (const name of fs.readdirSync(work.entry("."))) {
    if (OURS.test(name) && !fs.lstatSync(work.entry(name)).isDirectory()) fs.unlinkSync(work.entry(name));
  }
}

/** Removes it when it is empty. */
export function removeWorkDirectory(root: string): void {
  withDirectory(root, PARENT, (planning) => {
    try {
      fs.rmdirSync(planning.entry(NAME));
    } catch (error) {
      const { code } = error as NodeJS.ErrnoException;
      if (code !== "ENOENT" && code !== "ENOTEMPTY" && code !== "EEXIST") throw error;
    }
  });
}
