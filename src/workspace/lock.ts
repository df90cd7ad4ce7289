/**
 * One writer per project, across processes. The lock is a file with its owner's identity, made only if it is not
 * there. An owner that died is recognised at once (its process is gone, or another process has its number), and
 * its lock is taken over; proper-lockfile would wait seconds for a time stamp to grow old.
 */
import { randomUUID } from "node:crypto";
import fs from "node:fs";
import { hostname } from "node:os";
import { PlanningError } from "../errors.ts";
import { type DirectoryHandle, splitPath, withDirectory } from "./directory-handle.ts";

/** Holds the lock, the journal and staged files; there only while something is written, or after a crash. */
export const WORK_DIRECTORY = ".planning/.wavewright";

/** Written by journal.ts. */
export const JOURNAL = "journal.json";

const LOCK = "lock";
const WAIT_MS = 30_000;
/** An owner on another machine cannot be asked; no change takes a tenth of this. */
const FOREIGN_STALE_MS = 60_000;

interface Owner {
  id: string;
  pid: number;
  host: string;
  /** When the process started, in the system's own units; "" where it cannot be told. */
  started: string;
}

export interface Lock {
  release(): void;
}

/** Waits until the project is ours; throws PROJECT_LOCKED after 30 seconds. */
export async function acquireLock(root: string, signal?: AbortSignal): Promise<Lock> {
  const owner: Owner = {
    id: randomUUID(),
    pid: process.pid,
    host: hostname(),
    started: startOf(process.pid),
  };
  const deadline = Date.now() + WAIT_MS;
  for (let pause = 2; ; pause = Math.min(pause * 2, 25)) {
    signal?.throwIfAborted();
    if (tryAcquire(root, owner)) return { release: () => release(root, owner) };
    if (Date.now() > deadline) throw locked(root);
    await new Promise((resolve) => setTimeout(resolve, pause));
  }
}

/** True when nobody holds the lock, or its owner has died. */
export function isAbandoned(root: string): boolean {
  const isDeserted = inWorkDirectory(root, (directory) => {
    const holder = readOwner(directory, LOCK);
    return holder === "gone" || isDead(directory, LOCK, holder);
  });
  return isDeserted ?? false;
}

function tryAcquire(root: string, owner: Owner): boolean {
  const [parent, name] = splitPath(WORK_DIRECTORY);
  withDirectory(root, parent, (planning) => {
    try {
      fs.mkdirSync(planning.entry(name));
    } catch (error) {
      if (codeOf(error) !== "EEXIST") throw error;
    }
  });
  const isOurs = inWorkDirectory(root, (directory) => {
    if (create(directory, LOCK, owner)) return true;
    const holder = readOwner(directory, LOCK);
    if (holder === "gone" || !isDead(directory, LOCK, holder)) return false;
    return takeOver(directory, LOCK, holder, owner);
  });
  return isOurs ?? false;
}

/** Undefined when the directory is not there; its last owner may have removed it in this moment. */
function inWorkDirectory<Result>(
  root: string,
  use: (directory: DirectoryHandle) => Result,
): Result | undefined {
  try {
    return withDirectory(root, WORK_DIRECTORY, use);
  } catch (error) {
    if (codeOf(error) === "ENOENT") return undefined;
    throw error;
  }
}

/**
 * Replaces a dead owner's file. Only who makes `next.<dead owner>` may do so, and only while the file is still the
 * dead owner's; if that one dies too, its `next` is taken over in the same way.
 */
function takeOver(directory: DirectoryHandle, file: string, dead: Owner | null, owner: Owner): boolean {
  const candidate = `next.${dead?.id ?? "unreadable"}`;
  if (!create(directory, candidate, owner)) {
    const rival = readOwner(directory, candidate);
    if (rival === "gone" || !isDead(directory, candidate, rival)) return false;
    if (!takeOver(directory, candidate, rival, owner)) return false;
  }
  const current = readOwner(directory, file);
  if (current === "gone" || current?.id !== dead?.id) {
    fs.rmSync(directory.entry(candidate), { force: true });
    return false;
  }
  fs.renameSync(directory.entry(candidate), directory.entry(file));
  return true;
}

/** False when it is there already, or when the directory is being removed by the last owner. */
function create(directory: DirectoryHandle, file: string, owner: Owner): boolean {
  // Written elsewhere and linked, so that nobody ever reads half an owner.
  const draft = directory.entry(`draft.${owner.id}`);
  try {
    fs.writeFileSync(draft, JSON.stringify(owner), { flag: "wx" });
    fs.linkSync(draft, directory.entry(file));
    return true;
  } catch (error) {
    const code = codeOf(error);
    if (code === "EEXIST" || code === "ENOENT") return false;
    throw error;
  } finally {
    fs.rmSync(draft, { force: true });
  }
}

/** Null when what stands there is no owner. */
function readOwner(directory: DirectoryHandle, file: string): Owner | null | "gone" {
  try {
    const owner = JSON.parse(fs.readFileSync(directory.entry(file), "utf8")) as Partial<Owner> | null;
    return owner && typeof owner.id === "string" && typeof owner.pid === "number" ? (owner as Owner) : null;
  } catch (error) {
    return codeOf(error) === "ENOENT" ? "gone" : null;
  }
}

function isDead(directory: DirectoryHandle, file: string, owner: Owner | null): boolean {
  if (owner === null || owner.host !== hostname()) {
    try {
      return Date.now() - fs.statSync(directory.entry(file)).mtimeMs > FOREIGN_STALE_MS;
    } catch {
      return false;
    }
  }
  try {
    process.kill(owner.pid, 0);
  } catch (error) {
    if (codeOf(error) === "ESRCH") return true;
  }
  const started = startOf(owner.pid);
  return started !== "" && owner.started !== "" && started !== owner.started;
}

/** Field 22 of /proc/PID/stat: process numbers are used again, start times with them are not. "" elsewhere. */
function startOf(pid: number): string {
  try {
    const stat = fs.readFileSync(`/proc/${pid}/stat`, "utf8");
    // The name in parentheses may hold spaces and parentheses.
    const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
    // A zombie holds nothing any more.
    return fields[0] === "Z" ? "ended" : (fields[19] ?? "");
  } catch {
    return "";
  }
}

/** What a crash left beside the lock goes with it: drafts and rivals that are still alive try again. */
function release(root: string, owner: Owner): void {
  inWorkDirectory(root, (directory) => {
    const holder = readOwner(directory, LOCK);
    if (holder === "gone" || holder?.id !== owner.id) return;
    const names = fs.readdirSync(directory.entry("."));
    // A journal that could not be finished stays, with what it needs.
    for (const name of names.includes(JOURNAL) ? [] : names) {
      if (name !== LOCK) fs.rmSync(directory.entry(name), { force: true, recursive: true });
    }
    fs.rmSync(directory.entry(LOCK), { force: true });
  });
  withDirectory(root, splitPath(WORK_DIRECTORY)[0], (planning) => {
    try {
      fs.rmdirSync(planning.entry(splitPath(WORK_DIRECTORY)[1]));
    } catch (error) {
      const code = codeOf(error);
      if (code !== "ENOENT" && code !== "ENOTEMPTY" && code !== "EEXIST") throw error;
    }
  });
}

function locked(root: string): PlanningError {
  const holder = inWorkDirectory(root, (directory) => readOwner(directory, LOCK));
  const isKnown = holder !== undefined && holder !== null && holder !== "gone";
  const who = isKnown ? `process ${holder.pid} on ${holder.host}` : "another process";
  return new PlanningError(
    "PROJECT_LOCKED",
    `${who} has been writing this project for ${WAIT_MS / 1000} seconds`,
    {
      hint: "try again; if that process hangs, end it",
      path: `${WORK_DIRECTORY}/${LOCK}`,
    },
  );
}

function codeOf(error: unknown): string | undefined {
  return (error as NodeJS.ErrnoException).code;
}
