/** The notes of commits that are owed, in the git directory: change-commit.ts says what they are for. */
import fs from "node:fs";
import { z } from "zod";
import { DirectoryHandle } from "./directory-handle.ts";
import { codeOf, hash, readPlanning } from "./planning-tree.ts";
import type { Repository } from "./repository.ts";
import { readWorkFile } from "./work-directory.ts";

/** Some hundred thousand files. */
const MAX_BYTES = 32 * 1024 * 1024;

const NAME = /^wavewright-owed\.[0-9a-f]{16}$/;
const nameOf = (key: string) => `wavewright-owed.${hash(Buffer.from(key)).slice(0, 16)}`;

const Note = z.object({
  prefix: z.string(),
  change: z.string(),
  head: z.string().nullable(),
  ids: z.array(z.string()),
  files: z.record(z.string(), z.array(z.string().nullable())),
});

/**
 * What a change leaves: fingerprints by path relative to the root, null where nothing is left. There are several where a
 * later change has written over it: any of them is no person's edit.
 */
export type Leavings = ReadonlyMap<string, readonly (string | null)[]>;

export interface Owed {
  /** What was checked out when the change was done; null before the first commit. */
  head: string | null;
  /** Padded ids of the phases that the commit is about, where its message names them. */
  ids: readonly string[];
  files: Leavings;
}

/** A change has a name of its own in its project, such as the directory that it moves. */
export interface OwedCommits {
  /** False when it could not be written, or is too long to be read back. */
  note(change: string, owed: Owed): boolean;
  /** Null when no commit is owed, or the note cannot be read. */
  read(change: string): Owed | null;
  /** All of this project, by change. */
  all(): Map<string, Owed>;
  /** It is made, or not wanted any more. */
  settle(change: string): void;
}

/** Paths that are not usable are left out of what is read. */
export function owedCommits(
  { directory, prefix }: Repository,
  isUsable: (path: string) => boolean,
): OwedCommits {
  const fileOf = (change: string) => nameOf(`${prefix}\0${change}`);
  // One name for each change, which is written inside the project's lock: the next one takes away what a crash left.
  const draftOf = (change: string) => `${fileOf(change)}.draft`;

  const readNote = (at: DirectoryHandle, name: string) => {
    try {
      return Note.safeParse(JSON.parse(readWorkFile(at, name, MAX_BYTES) ?? "null")).data ?? null;
    } catch (error) {
      if (error instanceof SyntaxError) return null;
      throw error;
    }
  };

  const owedOf = ({ head, ids, files }: z.output<typeof Note>): Owed => ({
    head,
    ids,
    files: new Map(Object.entries(files).filter(([path]) => isUsable(path))),
  });

  return {
    note(change, { head, ids, files }) {
      const note = { prefix, change, head, ids, files: Object.fromEntries(files) };
      const text = JSON.stringify(note);
      if (Buffer.byteLength(text) > MAX_BYTES) return false;
      const written = within(directory, (at) => {
        const draft = at.entry(draftOf(change));
        try {
          fs.rmSync(draft, { force: true });
          fs.writeFileSync(draft, text, { flag: "wx", flush: true });
          // A name that is a link is replaced, and what it leads to is not written.
          fs.renameSync(draft, at.entry(fileOf(change)));
          at.sync();
          return true;
        } finally {
          fs.rmSync(draft, { force: true });
        }
      });
      return written ?? false;
    },
    read(change) {
      const found = within(directory, (at) => readNote(at, fileOf(change)));
      return found ? owedOf(found) : null;
    },
    all() {
      const found = within(directory, (at) => {
        const names = fs.readdirSync(at.entry("")).filter((name) => NAME.test(name));
        return names.flatMap((name) => {
          const note = readNote(at, name);
          return note?.prefix === prefix && fileOf(note.change) === name ? [note] : [];
        });
      });
      return new Map((found ?? []).map((note) => [note.change, owedOf(note)]));
    },
    settle(change) {
      for (const name of [draftOf(change), fileOf(change)])
        within(directory, (at) => fs.rmSync(at.entry(name), { force: true }));
    },
  };
}

/** Null where the system refuses: a git directory that may not be written, something else in a note's place. */
function within<Result>(directory: string, use: (at: DirectoryHandle) => Result): Result | null {
  let at: DirectoryHandle | undefined;
  try {
    at = new DirectoryHandle(directory, "");
    return use(at);
  } catch (error) {
    if (codeOf(error) === undefined) throw error;
    return null;
  } finally {
    at?.close();
  }
}

/** By which a file's content and whether it may be run, or where a link leads, is known again; null where nothing is. */
export function fingerprintOf(root: string, path: string): string | null {
  try {
    const found = readPlanning(root, path);
    if (found === "nothing") return null;
    if (found === "link") return `link ${fs.readlinkSync(`${root}/${path}`)}`;
    return found === "special" ? found : fingerprint(found, isExecutable(root, path));
  } catch {
    return "unreadable";
  }
}

/** Of a file that is going to have this content, and the mode that stands there. */
export function fingerprintWith(root: string, path: string, bytes: Buffer): string {
  return fingerprint(bytes, isExecutable(root, path));
}

function fingerprint(bytes: Buffer, executable: boolean): string {
  return `${hash(bytes)}${executable ? " x" : ""}`;
}

function isExecutable(root: string, path: string): boolean {
  const stats = fs.lstatSync(`${root}/${path}`, { throwIfNoEntry: false });
  return stats?.isFile() === true && (stats.mode & 0o100) !== 0;
}
