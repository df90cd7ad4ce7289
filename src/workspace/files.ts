/** Reading below the project root: bounded, never through a link that leads out, remembered while unchanged. */
import fs from "node:fs";
import { compareText, type Diagnostic } from "../domain/diagnostic.ts";
import { PlanningError } from "../errors.ts";
import { contains, realPathOf, withDirectory } from "./directory-handle.ts";
import { decodeBytes } from "./encoding.ts";
import { type ReadRecord, SETTLED_MS } from "./read-record.ts";

/** The largest real planning file seen has 180 KB; beyond this a file is a mistake and is not read. */
export const MAX_FILE_BYTES = 8 * 1024 * 1024;
/** Enough for any front matter and the first lines of a body. */
export const HEAD_BYTES = 16 * 1024;

const MAX_REMEMBERED = 40_000;

export interface DirectoryEntry {
  name: string;
  kind: "file" | "directory";
}

/** What stands in a directory itself: a link is a link, and `special` a pipe, a socket or a device. */
export interface RawEntry {
  name: string;
  kind: DirectoryEntry["kind"] | "link" | "special";
}

/** Sorted by name; where a link leads is asked anew each time. */
interface RawEntries {
  entries: readonly RawEntry[];
  /** Only files and directories. */
  isPlain: boolean;
}

interface Remembered {
  size: number;
  mtimeMs: number;
  ctimeMs: number;
  ino: number;
  value: unknown;
}

/** What was read of files, for as long as size, times and inode stay what they were. */
export class ReadCache {
  readonly #shelves = new Map<string, Shelf>();
  readonly #derived = new Map<string, WeakMap<object, { sources: readonly object[]; value: unknown }>>();

  /** What one way of reading made of the files of one root. */
  shelf(root: string, kind: string): Shelf {
    const key = `${kind}\0${root}`;
    const shelf = this.#shelves.get(key) ?? new Shelf();
    this.#shelves.set(key, shelf);
    return shelf;
  }

  /**
   * What was computed from values that were remembered, such as the entries of a directory, for as long as they are the
   * same objects: nothing of it is computed again then.
   */
  derive<Value>(kind: string, sources: readonly object[], compute: () => Value): Value {
    const shelf = this.#derived.get(kind) ?? new WeakMap();
    this.#derived.set(kind, shelf);
    const known = shelf.get(sources[0]!);
    const isSame = known?.sources.length === sources.length;
    if (isSame && sources.every((source, at) => source === known.sources[at])) return known.value as Value;
    const value = compute();
    shelf.set(sources[0]!, { sources, value });
    return value;
  }
}

/** Remembered values by path relative to the root. */
class Shelf {
  readonly #entries = new Map<string, Remembered>();

  get(relative: string, stats: fs.Stats): Remembered | undefined {
    const entry = this.#entries.get(relative);
    return entry &&
      entry.mtimeMs === stats.mtimeMs &&
      entry.ctimeMs === stats.ctimeMs &&
      entry.size === stats.size &&
      entry.ino === stats.ino
      ? entry
      : undefined;
  }

  set(relative: string, stats: fs.Stats, value: unknown): void {
    this.#entries.delete(relative);
    // A young file may change again without a new time stamp.
    if (Date.now() - Math.max(stats.mtimeMs, stats.ctimeMs) < SETTLED_MS) return;
    const { size, mtimeMs, ctimeMs, ino } = stats;
    this.#entries.set(relative, { size, mtimeMs, ctimeMs, ino, value });
    dropOldest(this.#entries);
  }
}

function dropOldest(entries: Map<string, unknown>): void {
  if (entries.size > MAX_REMEMBERED) entries.delete(entries.keys().next().value!);
}

function rawEntries(entries: readonly fs.Dirent[]): RawEntries {
  const found = entries.map((entry): RawEntry => {
    const { name } = entry;
    if (entry.isFile()) return { name, kind: "file" };
    if (entry.isDirectory()) return { name, kind: "directory" };
    return { name, kind: entry.isSymbolicLink() ? "link" : "special" };
  });
  found.sort((a, b) => compareText(a.name, b.name));
  return { entries: found, isPlain: found.every(({ kind }) => kind === "file" || kind === "directory") };
}

/** How much of a file is read. */
export type Extent = "whole" | "head";

/** The files of one project during one call. Problems that it meets are in `diagnostics`. */
export class ProjectFiles {
  readonly root: string;
  readonly diagnostics: Diagnostic[] = [];
  readonly #cache: ReadCache;
  readonly #shelves = new Map<string, Shelf>();
  /** Directories whose real path was found inside the root. */
  readonly #inside = new Map<string, boolean>();
  readonly #record: ReadRecord | undefined;

  constructor(root: string, cache: ReadCache, record?: ReadRecord) {
    this.root = root;
    this.#cache = cache;
    this.#record = record;
  }

  /** Files and directories of a directory, sorted by name; empty when there is none. Links out are left out. */
  list(relative: string): readonly DirectoryEntry[] {
    const { entries, isPlain } = this.#entries(relative);
    if (isPlain) {
      // A real directory in a directory inside is inside: its real path need not be asked for.
      for (const { name, kind } of entries)
        if (kind === "directory") this.#inside.set(`${relative}/${name}`, true);
      return entries as readonly DirectoryEntry[];
    }
    return entries.flatMap(({ name, kind }) => {
      const found = kind === "link" ? this.#followLink(`${relative}/${name}`) : kind;
      if (kind === "directory") this.#inside.set(`${relative}/${name}`, true);
      return found && found !== "special" ? [{ name, kind: found }] : [];
    });
  }

  /** Everything in a directory, sorted by name, no link followed; empty when there is none. */
  listRaw(relative: string): readonly RawEntry[] {
    return this.#entries(relative).entries;
  }

  #entries(relative: string): RawEntries {
    return this.#rememberedEntries(relative) ?? this.#readEntries(relative);
  }

  /** A directory that is the one whose entries were read, and has none that came or went since. */
  #rememberedEntries(relative: string): RawEntries | null {
    if (this.#inside.get(relative) !== true) return null;
    let stats: fs.Stats | undefined;
    try {
      stats = fs.lstatSync(this.#absolute(relative), { throwIfNoEntry: false });
    } catch {
      // Reading it says why.
    }
    const remembered = stats?.isDirectory() ? this.#shelf("entries").get(relative, stats) : undefined;
    if (remembered) this.#record?.see(relative, stats!);
    return remembered ? (remembered.value as RawEntries) : null;
  }

  #readEntries(relative: string): RawEntries {
    try {
      return withDirectory(this.root, relative, (directory) => {
        const stats = directory.stats();
        const entries = rawEntries(fs.readdirSync(directory.entry(""), { withFileTypes: true }));
        this.#shelf("entries").set(relative, stats, entries);
        this.#record?.see(
          relative,
          stats,
          entries.entries.map(({ name }) => name),
        );
        this.#inside.set(relative, true);
        return entries;
      });
    } catch (error) {
      if (error instanceof PlanningError) this.#outside(relative);
      else this.#unread(relative, error);
      return { entries: [], isPlain: true };
    }
  }

  /** As `ReadCache.derive`; nothing of what is computed may be altered by its receiver. */
  derive<Value>(kind: string, sources: readonly object[], compute: () => Value): Value {
    return this.#cache.derive(kind, sources, compute);
  }

  /** True when a regular file with something in it is there. */
  isFile(relative: string): boolean {
    return this.#stat(relative)?.isFile() ?? false;
  }

  /** Size and time of the last change of a regular file; null when there is none. */
  facts(relative: string): { bytes: number; modified: Date } | null {
    const stats = this.#stat(relative);
    return stats?.isFile() ? { bytes: stats.size, modified: stats.mtime } : null;
  }

  /** True when anything stands there, a link that leads nowhere too. */
  exists(relative: string): boolean {
    const isThere = fs.lstatSync(this.#absolute(relative), { throwIfNoEntry: false }) !== undefined;
    this.#record?.seePresence(relative, isThere);
    return isThere;
  }

  /** True when no symbolic link stands in the way from the root. */
  isPlain(relative: string): boolean {
    try {
      return fs.realpathSync.native(this.#absolute(relative)) === this.#absolute(relative);
    } catch {
      return false;
    }
  }

  /** The text, or null when there is no file that can be read. */
  text(relative: string, extent: Extent = "whole"): string | null {
    return this.read(relative, extent, (text) => text, "");
  }

  /**
   * What `parse` makes of the text, or null when there is no file that can be read. The result is remembered
   * under `kind` ("" remembers nothing) until the file changes, so it must not be altered by its receiver.
   */
  read<Value>(relative: string, extent: Extent, parse: (text: string) => Value, kind: string): Value | null {
    const stats = this.#stat(relative);
    if (!stats?.isFile()) return null;
    if (extent === "whole" && stats.size > MAX_FILE_BYTES) {
      this.diagnostics.push({
        code: "FILE_TOO_LARGE",
        severity: "error",
        message: `the file has ${stats.size} bytes; at most ${MAX_FILE_BYTES} are read, so it was left out`,
        path: relative,
      });
      return null;
    }
    const shelf = kind === "" ? null : this.#shelf(kind);
    const remembered = shelf?.get(relative, stats);
    if (remembered) return this.#unpack<Value>(remembered.value as Parsed<Value>);
    let bytes: Buffer | null;
    try {
      bytes = this.#readBytes(relative, extent === "head" ? HEAD_BYTES : MAX_FILE_BYTES);
    } catch (error) {
      this.#unreadable(relative, error);
      return null;
    }
    if (bytes === null) return null;
    this.#record?.seeBytes(relative, bytes);
    const { text, isLegacy } = decodeBytes(bytes, extent === "head" && stats.size > bytes.length);
    const diagnostics: Diagnostic[] = isLegacy
      ? [
          {
            code: "NOT_UTF8",
            severity: "info",
            message: "the file is not UTF-8; it was read as Windows-1252",
            path: relative,
          },
        ]
      : [];
    const parsed = { value: parse(text), diagnostics };
    shelf?.set(relative, stats, parsed);
    return this.#unpack(parsed);
  }

  /**
   * At most `limit` bytes; null when a link was swapped in that leads out of the root. Never waits on a pipe, even
   * one that took the file's place a moment ago.
   */
  #readBytes(relative: string, limit: number): Buffer | null {
    const absolute = this.#absolute(relative);
    const handle = fs.openSync(absolute, fs.constants.O_RDONLY | fs.constants.O_NONBLOCK);
    try {
      if (!contains(this.root, realPathOf(handle, absolute))) {
        this.#outside(relative);
        return null;
      }
      const stats = fs.fstatSync(handle);
      if (!stats.isFile()) return null;
      const buffer = Buffer.allocUnsafe(Math.min(stats.size, limit));
      let length = 0;
      while (length < buffer.length) {
        const read = fs.readSync(handle, buffer, length, buffer.length - length, null);
        if (read === 0) break;
        length += read;
      }
      return buffer.subarray(0, length);
    } finally {
      fs.closeSync(handle);
    }
  }

  #shelf(kind: string): Shelf {
    const shelf = this.#shelves.get(kind) ?? this.#cache.shelf(this.root, kind);
    this.#shelves.set(kind, shelf);
    return shelf;
  }

  #unpack<Value>({ value, diagnostics }: Parsed<Value>): Value {
    this.diagnostics.push(...diagnostics);
    return value;
  }

  #stat(relative: string): fs.Stats | null {
    const directory = relative.slice(0, Math.max(0, relative.lastIndexOf("/")));
    if (!this.#isInside(directory)) return null;
    const absolute = this.#absolute(relative);
    try {
      const entry = fs.lstatSync(absolute, { throwIfNoEntry: false });
      if (entry?.isSymbolicLink() && !this.#followLink(relative)) return null;
      const stats = entry?.isSymbolicLink() ? fs.statSync(absolute) : (entry ?? null);
      this.#record?.see(relative, stats);
      return stats;
    } catch (error) {
      this.#unread(relative, error);
      return null;
    }
  }

  /** What a link leads to; null, with a diagnostic, when that lies outside the root or is neither file nor directory. */
  #followLink(relative: string): "file" | "directory" | null {
    try {
      const real = fs.realpathSync.native(this.#absolute(relative));
      if (!contains(this.root, real)) {
        this.#outside(relative);
        return null;
      }
      const stats = fs.statSync(real);
      return stats.isFile() ? "file" : stats.isDirectory() ? "directory" : null;
    } catch (error) {
      this.#unreadable(relative, error);
      return null;
    }
  }

  /** Relative paths are made by this program, without `..` and with `/`. */
  #absolute(relative: string): string {
    return `${this.root}/${relative}`;
  }

  #isInside(relative: string): boolean {
    const known = this.#inside.get(relative);
    if (known !== undefined) return known;
    let inside = false;
    try {
      inside = contains(this.root, fs.realpathSync.native(this.#absolute(relative)));
      if (!inside) this.#outside(relative);
    } catch (error) {
      this.#unread(relative, error);
    }
    this.#inside.set(relative, inside);
    return inside;
  }

  #outside(relative: string): void {
    this.diagnostics.push({
      code: "PATH_OUTSIDE_ROOT",
      severity: "error",
      message: "a symbolic link leads out of the project root; it was not followed",
      path: relative,
    });
  }

  /** Nothing was found there. */
  #unread(relative: string, error: unknown): void {
    const code = (error as NodeJS.ErrnoException).code;
    if (code === "ENOENT" || code === "ENOTDIR") this.#record?.see(relative, null);
    else this.#unreadable(relative, error);
  }

  #unreadable(relative: string, error: unknown): void {
    const code = (error as NodeJS.ErrnoException).code ?? "unknown error";
    if (code === "ENOENT" || code === "ENOTDIR") return;
    this.diagnostics.push({
      code: "UNREADABLE_FILE",
      severity: "error",
      message: `it could not be read (${code})`,
      path: relative,
    });
  }
}

interface Parsed<Value> {
  value: Value;
  diagnostics: Diagnostic[];
}
