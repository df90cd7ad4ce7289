/** Directories whose changes the system tells; nothing here keeps the process alive. */
import fs from "node:fs";
import path from "node:path";
import { contains } from "./directory-handle.ts";

interface Watched {
  /** Tells the directory from another one that has taken its place. */
  identity: string;
  /** Null where the system refused. */
  watcher: fs.FSWatcher | null;
  /** The system tells nothing more: the directory was moved or removed. */
  isStale: boolean;
  /** Other machines may change what is in it, and this one is not told. */
  isRemote: boolean;
}

/** `f_type` of NFS, SMB in three versions, 9p (WSL), FUSE (sshfs, virtiofs), Ceph, AFS twice, and VirtualBox folders. */
const REMOTE = new Set([
  0x6969, 0x517b, 0xff534d42, 0xfe534d42, 0x01021997, 0x65735546, 0x00c36400, 0x5346414f, 0x6b414653,
  0x786f4256,
]);

export class DirectoryWatch {
  readonly #watched = new Map<string, Watched>();
  readonly #changed: () => void;

  /** `changed` is called when something happened in one of them, often many times for one thing. */
  constructor(changed: () => void) {
    this.#changed = changed;
  }

  /** False when some may change without a word, so that one must look. */
  isReliable(): boolean {
    return [...this.#watched.values()].every(({ watcher, isRemote }) => watcher && !isRemote);
  }

  /** From when this returns every change in these directories is told; real paths. */
  cover(directories: readonly string[]): void {
    for (const directory of directories) {
      const stats = fs.statSync(directory, { throwIfNoEntry: false });
      if (!stats?.isDirectory()) continue;
      const identity = `${stats.dev} ${stats.ino} ${stats.birthtimeMs}`;
      const known = this.#watched.get(directory);
      if (known?.watcher && !known.isStale && known.identity === identity) continue;
      known?.watcher?.close();
      this.#watched.set(directory, this.#open(directory, identity));
    }
  }

  keepOnly(directories: ReadonlySet<string>): void {
    for (const [directory, { watcher }] of this.#watched) {
      if (directories.has(directory)) continue;
      watcher?.close();
      this.#watched.delete(directory);
    }
  }

  close(): void {
    this.keepOnly(new Set());
  }

  #open(directory: string, identity: string): Watched {
    const watched: Watched = { identity, watcher: null, isStale: false, isRemote: isRemote(directory) };
    try {
      const own = path.basename(directory);
      watched.watcher = fs.watch(directory, { persistent: false }, (event, name) => {
        // Its own move or removal comes under its own name.
        if (event === "rename" && (name === null || name === own)) watched.isStale = true;
        this.#changed();
      });
      watched.watcher.on("error", () => {
        watched.watcher?.close();
        watched.watcher = null;
        this.#changed();
      });
    } catch {
      // ENOSPC and EMFILE: too many are watched on this machine. One looks instead, and tries again then.
    }
    return watched;
  }
}

function isRemote(directory: string): boolean {
  if (process.platform !== "linux") return false;
  try {
    return REMOTE.has(fs.statfsSync(directory).type >>> 0);
  } catch {
    return false;
  }
}

/**
 * Where a change of this path shows, as real paths: its directory, or itself if it is one; for one behind a link both
 * ends; for one that is not there the nearest directory that is. Nothing outside the root.
 */
export function directoriesAround(root: string, relative: string): string[] {
  const found: string[] = [];
  for (let place = relative; ; place = parentOf(place)) {
    const real = realPath(place === "" ? root : `${root}/${place}`);
    if (real !== null && contains(root, real)) {
      const isDirectory = fs.statSync(real, { throwIfNoEntry: false })?.isDirectory() === true;
      found.push(isDirectory ? real : path.dirname(real));
      if (isDirectory) return found;
    }
    if (place === "") return found;
  }
}

function parentOf(relative: string): string {
  return relative.slice(0, Math.max(0, relative.lastIndexOf("/")));
}

function realPath(absolute: string): string | null {
  try {
    return fs.realpathSync.native(absolute);
  } catch {
    return null;
  }
}
