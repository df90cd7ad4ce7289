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

/** The change under way has one of these names: it is being done, or taken back. Written by journal.ts. */
export const JOURNALS = { forward: "journal.json", back: "rollback.json" } as const;

/** Git does not see the directory: a hook that adds everything would commit a lock. */
const IGNORE = ".gitignore";
const IGNORE_TEXT = "*\n";

const UUID = "[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}";
const OURS = new RegExp(
  `^(?:(?:stage|before)\\.\\d+|(?:draft|next)\\.${UUID}|next\\.unreadable|journal\\.draft)$`,
);

/** Makes it if it is not there. */
export function makeWorkDirectory(root: string): void {
  withDirectory(root, PARENT, (planning) => {
    try {
      fs.mkdirSync(planning.entry(NAME));
      fs.writeFileSync(planning.entry(`${NAME}/${IGNORE}`), IGNORE_TEXT, { flag: "wx" });
    } catch (error) {
      // It is there; or its last owner has removed it in this moment.
      const { code } = error as NodeJS.ErrnoException;
      if (code !== "EEXIST" && code !== "ENOENT") throw error;
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
    `${WORK_DIRECTORY} is not the directory that this program makes there.`,
    {
      path: WORK_DIRECTORY,
      hint: "Delete it and call again.",
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
    if (!OURS.test(name)) continue;
    const stats = fs.lstatSync(work.entry(name), { throwIfNoEntry: false });
    if (stats?.isDirectory() === false) fs.rmSync(work.entry(name), { force: true });
    else if (stats && fs.readdirSync(work.entry(name)).length === 0) fs.rmdirSync(work.entry(name));
  }
}

/** True when a change is under way in it, or was cut off. */
export function holdsJournal(work: DirectoryHandle): boolean {
  return Object.values(JOURNALS).some((name) => readWorkFile(work, name) !== null);
}

/** Removes it when nothing but its own note for git is in it. */
export function removeWorkDirectory(root: string): void {
  inWorkDirectory(root, (work) => {
    const names = fs.readdirSync(work.entry("."));
    // A crash may have cut off its writing too.
    const isOnlyNote = names.length === 1 && names[0] === IGNORE;
    if (isOnlyNote && IGNORE_TEXT.startsWith(readWorkFile(work, IGNORE) ?? "other")) {
      fs.rmSync(work.entry(IGNORE), { force: true });
    }
  });
  withDirectory(root, PARENT, (planning) => {
    try {
      fs.rmdirSync(planning.entry(NAME));
    } catch (error) {
      const { code } = error as NodeJS.ErrnoException;
      if (code !== "ENOENT" && code !== "ENOTEMPTY" && code !== "EEXIST") throw error;
    }
  });
}
