/** Resources that a client has subscribed to: it is told when what it would read has changed, whoever changed it. */
import { createHash } from "node:crypto";
import { PlanningError } from "../errors.ts";
import { DirectoryWatch, directoriesAround } from "./directory-watch.ts";
import { pathsOfResource, ResourceNotFound, readResource, resourceUris } from "./resources.ts";
import type { Workspace } from "./workspace.ts";

export interface WatchOptions {
  /** Reads the project as it is now, in its turn among the calls. */
  reading<Value>(use: (workspace: Workspace) => Value, signal: AbortSignal): Promise<Value>;
  updated(uri: string): void;
  /** The list of resources is another one. */
  listChanged(): void;
  log(text: string): void;
}

/** Each is read again after every change. */
export const MAX_SUBSCRIPTIONS = 100;

/** Milliseconds without an event before one looks; writers that never pause are interrupted after the longer time. */
const QUIET = 100;
const LONGEST_UNREST = 1_000;
/** Between looks where the system does not tell of changes. */
const POLL = 2_000;
/** Looking takes at most a sixth of the time, whatever happens on disk. */
const REST = 5;
const LONGEST_REST = 10_000;

/** Where documents stand, and the names of phases: the list of resources depends on them. */
const ALWAYS = ["", "/phases", "/phases/pending", "/phases/active", "/phases/completed"].map(
  (place) => `.planning${place}`,
);

/** How a resource was when it was last looked at. */
interface Seen {
  /** Null when there was none. */
  digest: string | null;
  directories: readonly string[];
}

const NOTHING: Seen = { digest: null, directories: [] };

/** Does nothing until the first subscription, and nothing after the last. */
export class ResourceWatch {
  readonly #options: WatchOptions;
  readonly #subscriptions = new Map<string, Seen>();
  readonly #directories = new DirectoryWatch(() => this.#stir());
  readonly #closed = new AbortController();
  #list = "";
  #logged = "";
  #last: Promise<unknown> = Promise.resolve();
  #timer: NodeJS.Timeout | null = null;
  #isLooking = false;
  /** When the first event came that was not looked after yet, and the end of the rest after the last look. */
  #unrestSince: number | null = null;
  #restsUntil = 0;

  constructor(options: WatchOptions) {
    this.#options = options;
  }

  /** Throws ResourceNotFound; false when there are too many. */
  subscribe(uri: string): Promise<boolean> {
    return this.#inOrder(async () => {
      if (this.#subscriptions.has(uri)) return true;
      if (this.#subscriptions.size >= MAX_SUBSCRIPTIONS) return false;
      const isFirst = this.#subscriptions.size === 0;
      try {
        const { seen, list } = await this.#reading((workspace) => {
          const seen = this.#lookAt(workspace, uri);
          return { seen, list: isFirst ? listOf(workspace) : this.#list };
        });
        this.#list = list;
        this.#subscriptions.set(uri, seen);
        if (!this.#directories.isReliable() && !this.#timer) this.#lookIn(POLL);
        return true;
      } finally {
        this.#tidy();
      }
    });
  }

  unsubscribe(uri: string): Promise<void> {
    return this.#inOrder(async () => {
      this.#subscriptions.delete(uri);
      this.#tidy();
    });
  }

  close(): void {
    this.#closed.abort();
    this.#subscriptions.clear();
    this.#tidy();
  }

  /** Subscriptions and looks come one after the other: each changes what is watched. */
  #inOrder<Value>(run: () => Promise<Value>): Promise<Value> {
    const result = this.#last.then(run);
    this.#last = result.catch(() => {});
    return result;
  }

  #reading<Value>(use: (workspace: Workspace) => Value): Promise<Value> {
    const { signal } = this.#closed;
    return this.#options.reading((workspace) => {
      // It may have been closed while the project was opened.
      signal.throwIfAborted();
      return use(workspace);
    }, signal);
  }

  /** Something happened: looks when it is quiet again. */
  #stir(): void {
    const now = performance.now();
    this.#unrestSince ??= now;
    const patience = Math.min(QUIET, this.#unrestSince + LONGEST_UNREST - now);
    if (!this.#isLooking) this.#lookIn(Math.max(0, patience, this.#restsUntil - now));
  }

  #lookIn(milliseconds: number): void {
    if (this.#timer) clearTimeout(this.#timer);
    if (this.#subscriptions.size === 0) return;
    this.#timer = setTimeout(() => {
      this.#timer = null;
      void this.#inOrder(() => this.#look());
    }, milliseconds).unref();
  }

  async #look(): Promise<void> {
    const start = performance.now();
    this.#isLooking = true;
    this.#unrestSince = null;
    const hasProject = await this.#compare();
    const end = performance.now();
    this.#restsUntil = end + Math.min(LONGEST_REST, REST * (end - start));
    this.#isLooking = false;
    this.#tidy();
    if (this.#unrestSince !== null) this.#stir();
    else if (!hasProject || !this.#directories.isReliable()) this.#lookIn(POLL);
  }

  /** Tells of what is different since the last time; false when there is no project to look at. */
  async #compare(): Promise<boolean> {
    try {
      const list = await this.#reading((workspace) => {
        this.#directories.cover(around(workspace, ALWAYS));
        return listOf(workspace);
      });
      // Each in a turn of its own, among the calls that wait.
      for (const uri of [...this.#subscriptions.keys()]) {
        this.#tell(uri, await this.#reading((workspace) => this.#lookAgainAt(workspace, uri)));
      }
      this.#tellList(list);
      return true;
    } catch (error) {
      if (this.#closed.signal.aborted) return true;
      if (error instanceof PlanningError) {
        for (const uri of [...this.#subscriptions.keys()]) this.#tell(uri, NOTHING);
        this.#tellList("");
      } else this.#log(`resources: ${error instanceof Error ? error.stack : String(error)}`);
      return false;
    }
  }

  /** What fails fails again at the next look. */
  #log(text: string): void {
    if (text !== this.#logged) this.#options.log(text);
    this.#logged = text;
  }

  #tell(uri: string, seen: Seen): void {
    const before = this.#subscriptions.get(uri);
    if (!before) return;
    this.#subscriptions.set(uri, seen);
    if (before.digest !== seen.digest) this.#options.updated(uri);
  }

  #tellList(list: string): void {
    const isOther = list !== this.#list;
    this.#list = list;
    if (isOther && this.#subscriptions.size > 0) this.#options.listChanged();
  }

  /** Watched first and read then, so that nothing happens between. */
  #lookAt(workspace: Workspace, uri: string): Seen {
    const directories = around(workspace, [...ALWAYS, ...pathsOfResource(workspace, uri)]);
    this.#directories.cover(directories);
    return { directories, digest: contentOf(workspace, uri) };
  }

  #lookAgainAt(workspace: Workspace, uri: string): Seen {
    try {
      return this.#lookAt(workspace, uri);
    } catch (error) {
      if (error instanceof ResourceNotFound) return { ...NOTHING, directories: around(workspace, ALWAYS) };
      throw error;
    }
  }

  #tidy(): void {
    const needed = [...this.#subscriptions.values()].flatMap(({ directories }) => directories);
    this.#directories.keepOnly(new Set(needed));
    if (this.#subscriptions.size > 0 || !this.#timer) return;
    clearTimeout(this.#timer);
    this.#timer = null;
  }
}

function around({ root }: Workspace, paths: readonly string[]): string[] {
  return [...new Set(paths.flatMap((path) => directoriesAround(root, path)))];
}

function listOf(workspace: Workspace): string {
  return resourceUris(workspace).join("\n");
}

/** Of the content and not of times: a file that was only touched, or edited elsewhere, changes nothing. */
function contentOf(workspace: Workspace, uri: string): string | null {
  try {
    return createHash("sha256").update(readResource(workspace, uri).text).digest("base64");
  } catch (error) {
    if (error instanceof ResourceNotFound) return null;
    throw error;
  }
}
