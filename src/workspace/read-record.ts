/** What a change was decided from, so that its last moment can show whether all of that still stands. */
import fs from "node:fs";

/** A file younger than this may change again within its time stamp's granularity. */
export const SETTLED_MS = 2_100;

/** By which a file is known again. Of thousands of files nothing more is kept. */
type Facts = Pick<fs.Stats, "mtimeMs" | "ctimeMs" | "size" | "ino" | "dev">;

interface Seen {
  /** Null when nothing was there. */
  facts: Facts | null;
  /** Of a young file: as much as was read of it. */
  bytes?: Buffer;
  /** Of a young directory. */
  names?: string;
}

/** Files and directories that were read during one decision, by path relative to the root; links are followed. */
export class ReadRecord {
  readonly #seen = new Map<string, Seen>();
  readonly #presence = new Map<string, boolean>();

  see(path: string, stats: fs.Stats | null, names?: readonly string[]): void {
    // What was seen first counts: if it was another thing later, it is not what it was.
    const seen = this.#seen.get(path) ?? { facts: stats && factsOf(stats) };
    if (names && isYoung(stats)) seen.names ??= names.join("\0");
    this.#seen.set(path, seen);
  }

  seeBytes(path: string, bytes: Buffer): void {
    const seen = this.#seen.get(path);
    if (seen && isYoung(seen.facts) && bytes.length > (seen.bytes?.length ?? -1)) seen.bytes = bytes;
  }

  /** Only whether anything is there. */
  seePresence(path: string, isThere: boolean): void {
    this.#presence.set(path, this.#presence.get(path) ?? isThere);
  }

  /**
   * What is not as it was; null when all of it is. `linked` files have got another name since, which changes one of
   * their times.
   */
  changed(root: string, linked: ReadonlySet<string>): string | null {
    for (const [path, seen] of this.#seen) {
      const absolute = `${root}/${path}`;
      const now = statsOf(() => fs.statSync(absolute, { throwIfNoEntry: false }));
      if (!isSame(seen.facts, now, linked.has(path)) || !hasSameContent(absolute, seen)) return path;
    }
    for (const [path, wasThere] of this.#presence) {
      const stats = statsOf(() => fs.lstatSync(`${root}/${path}`, { throwIfNoEntry: false }));
      if ((stats !== null) !== wasThere) return path;
    }
    return null;
  }
}

/** Of what was young when it was read, and looks as it did then. */
function hasSameContent(absolute: string, { bytes, names }: Seen): boolean {
  if (bytes && !fs.readFileSync(absolute).subarray(0, bytes.length).equals(bytes)) return false;
  return names === undefined || namesIn(absolute) === names;
}

function factsOf({ mtimeMs, ctimeMs, size, ino, dev }: fs.Stats): Facts {
  return { mtimeMs, ctimeMs, size, ino, dev };
}

function isYoung(facts: Facts | null): boolean {
  return facts !== null && Date.now() - Math.max(facts.mtimeMs, facts.ctimeMs) < SETTLED_MS;
}

function isSame(was: Facts | null, now: Facts | null, isLinked = false): boolean {
  if (was === null || now === null) return was === now;
  return (
    was.mtimeMs === now.mtimeMs &&
    was.size === now.size &&
    was.ino === now.ino &&
    was.dev === now.dev &&
    (isLinked || was.ctimeMs === now.ctimeMs)
  );
}

function statsOf(ask: () => fs.Stats | undefined): fs.Stats | null {
  try {
    return ask() ?? null;
  } catch {
    // A file where a directory was, a link that leads in circles: nothing that could be read.
    return null;
  }
}

/** As ProjectFiles lists them. */
function namesIn(absolute: string): string {
  return fs.readdirSync(absolute).sort().join("\0");
}
