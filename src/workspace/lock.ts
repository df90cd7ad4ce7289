/**
 * One writer per project, across processes. The lock is a file with its owner's identity, made only if it is not
 * there. An owner that died is recognised at once (its process is gone, or another process has its number), and
 * its lock is taken over; proper-lockfile would wait seconds for a time stamp to grow old.
 */
import { randomUUID } from "node:crypto";
import fs from "node:fs";
import { PlanningError } from "../errors.ts";
import type { DirectoryHandle } from "./directory-handle.ts";
import {
  beat,
  HEARTBEAT_MS,
  isAncestor,
  isDead,
  isThisProcess,
  newOwner,
  noteGroup,
  type Owner,
  orphanedGroup,
  readOwner,
} from "./lock-owner.ts";
import { codeOf } from "./planning-tree.ts";
import {
  clearWorkDirectory,
  holdsJournal,
  inWorkDirectory,
  makeWorkDirectory,
  removeWorkDirectory,
  WORK_DIRECTORY,
} from "./work-directory.ts";

const LOCK = "lock";
const WAIT_MS = 30_000;

export interface Lock {
  /** False when another process took it over: this one was stopped for so long that it counted as dead. */
  isHeld(): boolean;
  /** Notes the process group that works for this one: the lock is held until both have ended. Null forgets it. */
  note(group: number | null): void;
  /** Once more does nothing. Never throws: what was done is done. */
  release(): void;
}

/** Waits until the project is ours; throws PROJECT_LOCKED after 30 seconds. */
export async function acquireLock(
  root: string,
  { signal, waitMs = WAIT_MS }: { signal?: AbortSignal; waitMs?: number } = {},
): Promise<Lock> {
  const owner = newOwner();
  const deadline = Date.now() + waitMs;
  for (let pause = 2; ; pause = Math.min(pause * 2, 25)) {
    signal?.throwIfAborted();
    if (tryAcquire(root, owner)) return hold(root, owner);
    const holder = holderOf(root);
    if (holder && isAncestor(holder)) throw calledFromHook(holder);
    if (Date.now() > deadline) throw locked(root, holder, waitMs);
    await new Promise((resolve) => setTimeout(resolve, pause));
  }
}

/** True when somebody holds the lock and is alive. */
export function isLocked(root: string): boolean {
  const isHeld = inWorkDirectory(root, (directory) => {
    const holder = readOwner(directory, LOCK);
    return holder !== "gone" && !isDead(directory, LOCK, holder);
  });
  return isHeld ?? false;
}

function hold(root: string, owner: Owner): Lock {
  const isOurs = (directory: DirectoryHandle) => {
    const holder = readOwner(directory, LOCK);
    return holder !== "gone" && holder?.id === owner.id;
  };
  const heartbeat = setInterval(() => {
    try {
      if (inWorkDirectory(root, (directory) => beat(directory, LOCK, owner.id))) return;
    } catch {
      // A timer has nobody to tell; the next one tries again, and whoever uses the lock asks whether it is held.
      return;
    }
    clearInterval(heartbeat);
  }, HEARTBEAT_MS);
  heartbeat.unref();
  held.add(owner.id);
  return {
    isHeld: () => inWorkDirectory(root, isOurs) === true,
    note(group) {
      quietly(() => inWorkDirectory(root, (directory) => noteGroup(directory, owner, group)));
    },
    release() {
      clearInterval(heartbeat);
      held.delete(owner.id);
      quietly(() => {
        inWorkDirectory(root, (directory) => {
          if (isOurs(directory)) remove(directory);
        });
        removeWorkDirectory(root);
      });
    },
  };
}

/** Ids of the locks that this process has. One that it could not remove is nobody's. */
const held = new Set<string>();

function quietly(tidy: () => void): void {
  try {
    tidy();
  } catch {
    // The next process tidies up.
  }
}

/** What a crash left beside the lock goes with it: drafts and rivals that are still alive try again. */
function remove(directory: DirectoryHandle): void {
  // A journal that could not be finished stays, with what it needs.
  if (!holdsJournal(directory)) clearWorkDirectory(directory);
  fs.rmSync(directory.entry(LOCK), { force: true });
}

function tryAcquire(root: string, owner: Owner): boolean {
  makeWorkDirectory(root);
  const isOurs = inWorkDirectory(root, (directory) => {
    if (create(directory, LOCK, owner)) return true;
    const holder = readOwner(directory, LOCK);
    if (holder === "gone" || !(isDead(directory, LOCK, holder) || isLeftByUs(holder))) return false;
    return takeOver(directory, LOCK, holder, owner);
  });
  return isOurs ?? false;
}

function isLeftByUs(holder: Owner | null): boolean {
  return holder !== null && isThisProcess(holder) && !held.has(holder.id);
}

/** Owners that died one after the other while each took over the one before. */
const MAX_DEAD = 16;

/**
 * Replaces a dead owner's file. Only who makes `next.<dead owner>` may do so, and only while the file is still the
 * dead owner's; if that one dies too, its `next` is taken over in the same way.
 */
function takeOver(
  directory: DirectoryHandle,
  file: string,
  dead: Owner | null,
  owner: Owner,
  depth = 0,
): boolean {
  const candidate = `next.${dead?.id ?? "unreadable"}`;
  if (candidate === file || depth > MAX_DEAD) {
    // No row of crashes leaves this: files that name each other were put there. Without one of them they are taken over.
    fs.rmSync(directory.entry(candidate), { force: true });
    return false;
  }
  if (!create(directory, candidate, owner)) {
    const rival = readOwner(directory, candidate);
    if (rival === "gone" || !isDead(directory, candidate, rival)) return false;
    if (!takeOver(directory, candidate, rival, owner, depth + 1)) return false;
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
  const draft = directory.entry(`draft.${randomUUID()}`);
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

/** Null when nobody is known. */
function holderOf(root: string): Owner | null {
  const holder = inWorkDirectory(root, (directory) => readOwner(directory, LOCK));
  return holder === undefined || holder === "gone" ? null : holder;
}

function locked(root: string, holder: Owner | null, waitMs: number): PlanningError {
  const group = holder && inWorkDirectory(root, (directory) => orphanedGroup(directory, holder));
  const who = holder ? `Process ${holder.pid} on ${holder.host}` : "Another process";
  // Of a living owner it says nothing that its own number does not.
  const what = group
    ? `A commit of process ${holder.pid}, with its hooks in process group ${group},`
    : `${who} has been writing this project, or committing it,`;
  return new PlanningError(
    "PROJECT_LOCKED",
    `${what} ${group ? "is not over yet after" : "for"} ${waitMs / 1000} seconds.`,
    {
      hint: "Nothing was changed. Try again; if that process hangs, end it.",
      path: `${WORK_DIRECTORY}/${LOCK}`,
    },
  );
}

function calledFromHook({ pid }: Owner): PlanningError {
  return new PlanningError(
    "PROJECT_LOCKED",
    `This call comes from a hook of the commit that process ${pid} is making, so it would wait for itself.`,
    {
      hint: "Nothing was changed. A hook may call the tools that read; whatever writes has to wait until the commit is made.",
      path: `${WORK_DIRECTORY}/${LOCK}`,
    },
  );
}
