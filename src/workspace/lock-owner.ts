/** Who holds a lock, and whether that process is alive: asked where that is possible, else told by its heartbeat. */
import { randomUUID } from "node:crypto";
import fs from "node:fs";
import { hostname } from "node:os";
import { z } from "zod";
import type { DirectoryHandle } from "./directory-handle.ts";
import { exists, isGroupRunning, processAt } from "./process-state.ts";
import { readWorkFile } from "./work-directory.ts";

/** How often who holds a lock says that it is alive. */
export const HEARTBEAT_MS = 5_000;
/** Twelve heartbeats: an owner on another machine or in another container cannot be asked. */
const SILENT_MS = 60_000;
/** How long a commit whose process is gone may take: hooks run linters and tests. */
const ORPHANED_MS = 600_000;
const MAX_ANCESTORS = 100;

const Owner = z.object({
  id: z.uuid(),
  pid: z.int().min(1),
  host: z.string(),
  /** When the process started, in the system's own units; "" where it cannot be told. */
  started: z.string(),
  /** Boot and namespace in which the process number means something; "" where they cannot be told. */
  scope: z.string(),
});

export type Owner = z.output<typeof Owner>;

export function newOwner(): Owner {
  return {
    id: randomUUID(),
    pid: process.pid,
    host: hostname(),
    started: processAt(process.pid).started,
    scope: scopeOfPids(),
  };
}

/** Null when what stands there is no owner. */
export function readOwner(directory: DirectoryHandle, file: string): Owner | null | "gone" {
  const text = readWorkFile(directory, file);
  return text === null ? "gone" : parseOwner(text);
}

function parseOwner(text: string): Owner | null {
  try {
    return Owner.safeParse(JSON.parse(text)).data ?? null;
  } catch {
    return null;
  }
}

export function isDead(directory: DirectoryHandle, file: string, owner: Owner | null): boolean {
  if (owner === null || !isAskable(owner)) return silence(directory, file) > SILENT_MS;
  if (isAlive(directory, file, owner)) return false;
  return orphanedGroup(directory, owner) === null || silence(directory, file) > ORPHANED_MS;
}

function isAlive(directory: DirectoryHandle, file: string, owner: Owner): boolean {
  if (!exists(owner.pid)) return false;
  const { started } = processAt(owner.pid);
  if (started !== "") return started === owner.started;
  // Nobody can tell whether the number is used again, so it has to give signs of life.
  return silence(directory, file) <= SILENT_MS;
}

const Group = z.object({ group: z.int().min(2), started: z.string() });

/** Notes, or with null forgets, the process group that works for the owner of a lock. */
export function noteGroup(directory: DirectoryHandle, { id }: Owner, group: number | null): void {
  const place = directory.entry(`group.${id}`);
  if (group === null) {
    fs.rmSync(place, { force: true });
    return;
  }
  const draft = directory.entry(`draft.${randomUUID()}`);
  try {
    fs.writeFileSync(draft, JSON.stringify({ group, started: processAt(group).started }), { flag: "wx" });
    fs.renameSync(draft, place);
  } finally {
    fs.rmSync(draft, { force: true });
  }
}

/** The group of a commit that goes on after its owner's end: its hooks may put files back. */
export function orphanedGroup(directory: DirectoryHandle, owner: Owner): number | null {
  if (!isAskable(owner)) return null;
  const { group, started } = readGroup(directory, owner) ?? { group: 0, started: "" };
  if (group === 0 || !isGroupRunning(group)) return null;
  // Its number is used again only when all of it is gone.
  const first = processAt(group).started;
  const isAnother = first !== "" && first !== "ended" && first !== started;
  return isAnother ? null : group;
}

function readGroup(directory: DirectoryHandle, { id }: Owner): z.output<typeof Group> | null {
  try {
    return Group.safeParse(JSON.parse(readWorkFile(directory, `group.${id}`) ?? "")).data ?? null;
  } catch {
    return null;
  }
}

/** True when that process has started this one, directly or not: waiting for it would be waiting for ourselves. */
export function isAncestor(owner: Owner): boolean {
  if (!isAskable(owner)) return false;
  let { parent } = processAt(process.pid);
  for (let steps = 0; parent > 1 && steps < MAX_ANCESTORS; steps++) {
    const { started, parent: next } = processAt(parent);
    if (parent === owner.pid) return started === owner.started;
    parent = next;
  }
  return false;
}

/**
 * Makes the file look new as long as it is this owner's; false when it is not any more. The time is the file system's
 * own, since clocks of several machines differ.
 */
export function beat(directory: DirectoryHandle, file: string, id: string): boolean {
  const { O_RDWR, O_NOFOLLOW, O_NONBLOCK } = fs.constants;
  const handle = fs.openSync(directory.entry(file), O_RDWR | O_NOFOLLOW | O_NONBLOCK);
  try {
    // The open file, whatever takes its name meanwhile.
    const text = fs.readFileSync(handle, "utf8");
    if (parseOwner(text)?.id !== id) return false;
    fs.writeSync(handle, text.slice(0, 1), 0);
    return true;
  } finally {
    fs.closeSync(handle);
  }
}

/** Milliseconds since the file's last heartbeat, by the clock of its file system; one in the future is as far away. */
function silence(directory: DirectoryHandle, file: string): number {
  const probe = directory.entry(`draft.${randomUUID()}`);
  try {
    fs.writeFileSync(probe, "", { flag: "wx" });
    return Math.abs(fs.lstatSync(probe).mtimeMs - fs.lstatSync(directory.entry(file)).mtimeMs);
  } catch {
    return 0;
  } finally {
    fs.rmSync(probe, { force: true });
  }
}

export function isThisProcess(owner: Owner): boolean {
  const { started } = processAt(process.pid);
  return owner.pid === process.pid && owner.started === started && isAskable(owner);
}

function isAskable({ host, scope }: Owner): boolean {
  return host === hostname() && scope === scopeOfPids();
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
