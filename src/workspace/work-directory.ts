/**
 * The directory that holds the lock, the journal and staged files. A repository may come with one of its own making, or
 * with a link in its place, so nothing in it is believed that this program does not write.
 */
import fs from "node:fs";
import { PlanningError } from "../errors.ts";
import { DirectoryHandle, withDirectory } from "./directory-handle.ts";
import { codeOf } from "./planning-tree.ts";

/** There only while something is written, or after a crash. */
export const WORK_DIRECTORY = ".planning/.wavewright";

export const PLANNING = ".planning";

const NAME = ".wavewright";
const MAX_BYTES = 4 * 1024 * 1024;
/** How often another directory may come into the place of one that is gone. */
const TRIES = 20;

/** The change under way has one of these names: it is being done, or taken back. Written by journal.ts. */
export const JOURNALS = { forward: "journal.json", back: "rollback.json" } as const;

/** Git does not see the directory: a hook that adds everything would commit a lock. */
const IGNORE = ".gitignore";
const IGNORE_TEXT = "*\n";

const UUID = "[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}";
const OURS = new RegExp(
  `^(?:(?:stage|before)\\.\\d+|(?:draft|next|group)\\.${UUID}|next\\.unreadable|journal\\.draft)$`,
);

/** Makes it if it is not there, with its note for git. What cannot be made whole is not made. */
export function makeWorkDirectory(root: string): void {
  withDirectory(root, PLANNING, (planning) => {
    let isMade = false;
    try {
      fs.mkdirSync(planning.entry(NAME));
      isMade = true;
    } catch (error) {
      if (codeOf(error) !== "EEXIST") throw error;
    }
    try {
      inWorkDirectory(root, writeNote);
    } catch (error) {
      if (isMade) removeWorkDirectory(root);
      throw error;
    }
  });
}

/** If there is none, or one whose writing a crash or a full disk has cut off. */
function writeNote(work: DirectoryHandle): void {
  if ((fs.lstatSync(work.entry(IGNORE), { throwIfNoEntry: false })?.size ?? 0) > 0) return;
  const { O_CREAT, O_NOFOLLOW, O_NONBLOCK, O_WRONLY } = fs.constants;
  let handle: number;
  try {
    handle = fs.openSync(work.entry(IGNORE), O_WRONLY | O_CREAT | O_NOFOLLOW | O_NONBLOCK, 0o666);
  } catch (error) {
    // The directory was removed in this moment; or something else stands there, which is not touched.
    if (["ENOENT", "ELOOP", "ENXIO", "EISDIR"].includes(codeOf(error) ?? "")) return;
    throw error;
  }
  try {
    if (fs.fstatSync(handle).isFile()) fs.writeFileSync(handle, IGNORE_TEXT);
  } finally {
    fs.closeSync(handle);
  }
}

/** Undefined when it is not there; its last owner may remove it in any moment, and the next one make another. */
export function inWorkDirectory<Result>(
  root: string,
  use: (work: DirectoryHandle) => Result,
): Result | undefined {
  for (let tries = 0; tries < TRIES; tries++) {
    const stats = fs.lstatSync(`${root}/${WORK_DIRECTORY}`, { throwIfNoEntry: false });
    if (!stats) return undefined;
    if (!stats.isDirectory()) throw notOurs();
    const work = open(root);
    if (work === null) continue;
    try {
      const planning = withDirectory(root, PLANNING, ({ real }) => real);
      if (work.real === `${planning}/${NAME}`) return use(work);
      if (isStillThere(root, work)) throw notOurs();
    } finally {
      work.close();
    }
  }
  return undefined;
}

/** Null when it is gone. */
function open(root: string): DirectoryHandle | null {
  try {
    return new DirectoryHandle(root, WORK_DIRECTORY);
  } catch (error) {
    const code = codeOf(error);
    if (code === "ENOENT") return null;
    throw code === "ENOTDIR" || error instanceof PlanningError ? notOurs() : error;
  }
}

/** Of a directory that was removed, or replaced, the real path is not what it was called. */
function isStillThere(root: string, work: DirectoryHandle): boolean {
  const { ino, dev } = work.stats();
  const now = fs.lstatSync(`${root}/${WORK_DIRECTORY}`, { throwIfNoEntry: false });
  return now?.ino === ino && now.dev === dev;
}

function notOurs(): PlanningError {
  return new PlanningError(
    "WRITE_FAILED",
    `${WORK_DIRECTORY} is not the directory that this program makes there.`,
    {
      path: WORK_DIRECTORY,
      hint: "Look at what stands there, move it away and call again.",
    },
  );
}

/** A small regular file's text; null when there is none. Never waits on a pipe or reads a device without end. */
export function readWorkFile(work: DirectoryHandle, name: string, maxBytes = MAX_BYTES): string | null {
  const { O_RDONLY, O_NOFOLLOW, O_NONBLOCK } = fs.constants;
  let handle: number;
  try {
    handle = fs.openSync(work.entry(name), O_RDONLY | O_NOFOLLOW | O_NONBLOCK);
  } catch (error) {
    const code = codeOf(error);
    if (code === "ENOENT") return null;
    if (code === "ELOOP" || code === "ENXIO") return "";
    throw error;
  }
  try {
    const stats = fs.fstatSync(handle);
    return stats.isFile() && stats.size <= maxBytes ? fs.readFileSync(handle, "utf8") : "";
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
  return Object.values(JOURNALS).some((name) => fs.lstatSync(work.entry(name), { throwIfNoEntry: false }));
}

/** Removes it when nothing but its own note for git is in it. */
export function removeWorkDirectory(root: string): void {
  inWorkDirectory(root, (work) => {
    try {
      const names = fs.readdirSync(work.entry("."));
      // A crash may have cut off its writing too.
      const isOnlyNote = names.length === 1 && names[0] === IGNORE;
      if (isOnlyNote && IGNORE_TEXT.startsWith(readWorkFile(work, IGNORE) ?? "other")) {
        fs.rmSync(work.entry(IGNORE), { force: true });
      }
      withDirectory(root, PLANNING, (planning) => fs.rmdirSync(planning.entry(NAME)));
    } catch (error) {
      const code = codeOf(error);
      // Somebody has come in meanwhile, and needs the note.
      if (code === "ENOTEMPTY" || code === "EEXIST") writeNote(work);
      else if (code !== "ENOENT") throw error;
    }
  });
}
