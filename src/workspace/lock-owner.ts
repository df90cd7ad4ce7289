/** Who holds a lock, and whether that process is alive: asked where that is possible, else told by its heartbeat. */
import { randomUUID } from "node:crypto";
import fs from "node:fs";
import { hostname } from "node:os";
import { z } from "zod";
import type { DirectoryHandle } from "./directory-handle.ts";
import { readWorkFile } from "./work-directory.ts";

/** How often who holds a lock says that it is alive. */
export const HEARTBEAT_MS = 5_000;
/** Twelve heartbeats: an owner on another machine or in another container cannot be asked. */
const SILENT_MS = 60_000;
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
  try {
    process.kill(owner.pid, 0);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ESRCH") return true;
  }
  const { started } = processAt(owner.pid);
  return started !== "" && started !== owner.started;
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

/** Milliseconds since the file's last heartbeat, by the clock of its file system. */
function silence(directory: DirectoryHandle, file: string): number {
  const probe = directory.entry(`draft.${randomUUID()}`);
  try {
    fs.writeFileSync(probe, "", { flag: "wx" });
    return fs.lstatSync(probe).mtimeMs - fs.lstatSync(directory.entry(file)).mtimeMs;
  } catch {
    return 0;
  } finally {
    fs.rmSync(probe, { force: true });
  }
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

/** From /proc/PID/stat: process numbers are used again, start times with them are not. Empty elsewhere. */
function processAt(pid: number): { started: string; parent: number } {
  try {
    const stat = fs.readFileSync(`/proc/${pid}/stat`, "utf8");
    // The name in parentheses may hold spaces and parentheses.
    const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
    // A zombie holds nothing any more.
    return { started: fields[0] === "Z" ? "ended" : (fields[19] ?? ""), parent: Number(fields[1]) };
  } catch {
    return { started: "", parent: 0 };
  }
}
