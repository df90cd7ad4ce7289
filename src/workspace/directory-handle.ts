/**
 * Directories held open while something in them is read or replaced, so that a symbolic link swapped in meanwhile
 * cannot lead anywhere else.
 */
import fs from "node:fs";
import path from "node:path";
import { PlanningError } from "../errors.ts";

const { O_RDONLY, O_DIRECTORY, O_NONBLOCK } = fs.constants;

/** Linux names what a descriptor stands for; elsewhere only the path can be asked, a moment later. */
const HAS_PROC = process.platform === "linux" && fs.existsSync("/proc/self/fd");

/** The real path of an open file or directory. */
export function realPathOf(handle: number, absolute: string): string {
  return HAS_PROC ? fs.readlinkSync(`/proc/self/fd/${handle}`) : fs.realpathSync.native(absolute);
}

/** True when `target` is `root` or lies below it; both are absolute. */
export function contains(root: string, target: string): boolean {
  return target === root || target.startsWith(root.endsWith(path.sep) ? root : root + path.sep);
}

/** A directory below the root that stays the same directory until it is closed. */
export class DirectoryHandle {
  /** Relative to the root. */
  readonly relative: string;
  /** Its real path when it was opened. */
  readonly real: string;
  readonly #handle: number;
  readonly #prefix: string;

  /** Throws PATH_OUTSIDE_ROOT, or the system's error where the directory is missing. */
  constructor(root: string, relative: string) {
    const absolute = relative === "" ? root : `${root}/${relative}`;
    this.relative = relative;
    this.#handle = fs.openSync(absolute, O_RDONLY | O_DIRECTORY | O_NONBLOCK);
    this.real = realPathOf(this.#handle, absolute);
    this.#prefix = HAS_PROC ? `/proc/self/fd/${this.#handle}` : this.real;
    if (contains(root, this.real)) return;
    this.close();
    throw new PlanningError("PATH_OUTSIDE_ROOT", "a symbolic link leads out of the project root", {
      path: relative,
    });
  }

  /** A path of an entry of this directory that is good for system calls while this is open. */
  entry(name: string): string {
    return `${this.#prefix}/${name}`;
  }

  stats(): fs.Stats {
    return fs.fstatSync(this.#handle);
  }

  /** Makes renames and new names in it durable. */
  sync(): void {
    try {
      fs.fsyncSync(this.#handle);
    } catch (error) {
      // Some file systems have no fsync of directories.
      const { code } = error as NodeJS.ErrnoException;
      if (code !== "EINVAL" && code !== "ENOTSUP" && code !== "EISDIR" && code !== "EPERM") throw error;
    }
  }

  close(): void {
    fs.closeSync(this.#handle);
  }
}

/** Runs `use` with the directory open. */
export function withDirectory<Result>(
  root: string,
  relative: string,
  use: (directory: DirectoryHandle) => Result,
): Result {
  const directory = new DirectoryHandle(root, relative);
  try {
    return use(directory);
  } finally {
    directory.close();
  }
}

/** `a/b/c.md` is `["a/b", "c.md"]`. */
export function splitPath(relative: string): [directory: string, name: string] {
  const at = relative.lastIndexOf("/");
  return [relative.slice(0, Math.max(0, at)), relative.slice(at + 1)];
}
