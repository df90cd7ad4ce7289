/**
 * One writer per project, across processes. The lock is a file with its owner's identity, made only if it is not
 * there. An owner that died is recognised at once (its process is gone, or another process has its number), and
 * its lock is taken over; proper-lockfile would wait seconds for a time stamp to grow old.
 */
import { randomUUID } from "node:crypto";
import fs from "node:fs";
import { hostname } from "node:os";
import { z } from "zod";
import { PlanningError } from "../errors.ts";
import type { DirectoryHandle } from "./directory-handle.ts";
import {
  clearWorkDirectory,
  inWorkDirectory,
  makeWorkDirectory,
  readWorkFile,
  removeWorkDirectory,
  WORK_DIRECTORY,
} from "./work-directory.ts";

/** Written by journal.ts. */
export const JOURNAL = "journal.json";

const LOCK = "lock";
const WAIT_MS = 30_000;
/** An owner on another machine or in another container cannot be asked; a commit with slow hooks takes less. */
const FOREIGN_STALE_MS = 600_000;

interface Owner {
  id: string;
  pid: number;
  host: string;
  /** When the process started, in the system's own units; "" where it cannot be told. */
  started: string;
  /** Boot and namespace in which the process number means something; "" where they cannot be told. */
  scope: string;
}

export interface Lock {
  release(): void;
}

/** Waits until the project is ours; throws PROJECT_LOCKED after 30 seconds. */
export async function acquireLock(root: string, signal?: AbortSignal, waitMs = WAIT_MS): Promise<Lock> {
  const owner: Owner = {
    id: randomUUID(),
    pid: process.pid,
    host: hostname(),
    started: startOf(process.pid),
    scope: scopeOfPids(),
  };
  const deadline = Date.now() + waitMs;
  for (let pause = 2; ; pause = Math.min(pause * 2, 25)) {
    signal?.throwIfAborted();
    if (tryAcquire(root, owner)) return { release: () => release(root, owner) };
    if (Date.now() > deadline) throw locked(root, waitMs);
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
  makeWorkDirectory(root);
  const isOurs = inWorkDirectory(root, (directory) => {
    if (create(directory, LOCK, owner)) return true;
    const holder = readOwner(directory, LOCK);
    if (holder === "gone" || !isDead(directory, LOCK, holder)) return false;
    return takeOver(directory, LOCK, holder, owner);
  });
  return isOurs ?? false;
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

const Owner = z.object({
  id: z.uuid(),
  pid: z.int().min(1),
  host: z.string(),
  started: z.string(),
  scope: z.string(),
});

/** Null when what stands there is no owner. */
function readOwner(directory: DirectoryHandle, file: string): Owner | null | "gone" {
  const text = readWorkFile(directory, file);
  if (text === null) return "gone";
  try {
    return Owner.safeParse(JSON.parse(text)).data ?? null;
  } catch {
    return null;
  }
}

function isDead(directory: DirectoryHandle, file: string, owner: Owner | null): boolean {
  if (owner === null || owner.host !== hostname() || owner.scope !== scopeOfPids()) {
    try {
      return Date.now() - fs.lstatSync(directory.entry(file)).mtimeMs > FOREIGN_STALE_MS;
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
  return started !== "" && started !== owner.started;
}

/** Containers have process numbers of their own, and may share a host name. */
function scopeOfPids(): string {
  try {
    const boot = fs.readFileSync("/proc/sys/kernel/random/boot_id", "utf8").trim();
    return `${boot} ${fs.readlinkSync("/proc/self/ns/pid")}`;
  } catch {
    return "";
  }
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
    // A journal that could not be finished stays, with what it needs.
    if (readWorkFile(directory, JOURNAL) === null) clearWorkDirectory(directory);
    fs.rmSync(directory.entry(LOCK), { force: true });
  });
  removeWorkDirectory(root);
}

function locked(root: string, waitMs: number): PlanningError {
  const holder = inWorkDirectory(root, (directory) => readOwner(directory, LOCK));
  const isKnown = holder !== undefined && holder !== null && holder !== "gone";
  const who = isKnown ? `process ${holder.pid} on ${holder.host}` : "another process";
  return new PlanningError(
    "PROJECT_LOCKED",
    `${who} has been writing this project for ${waitMs / 1000} seconds`,
    {
      hint: "try again; if that process hangs, end it",
      path: `${WORK_DIRECTORY}/${LOCK}`,
    },
  );
}

function codeOf(error: unknown): string | undefined {
  return (error as NodeJS.ErrnoException).code;
}
