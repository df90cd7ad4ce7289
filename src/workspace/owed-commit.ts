/**
 * The commit that a change is to end with, noted in the git directory before the change is done: the files that it owes,
 * how the change leaves each of them, and the commit that was checked out then. The note stays until the commit is there.
 */
import fs from "node:fs";
import { z } from "zod";
import { DirectoryHandle } from "./directory-handle.ts";
import { hash, readPlanning } from "./planning-tree.ts";
import { isTrouble, openRepository, type Repository } from "./repository.ts";
import { readWorkFile } from "./work-directory.ts";

const NOTE = "wavewright-owed.";
const Note = z.object({
  head: z.string().nullable(),
  ids: z.array(z.string()),
  files: z.record(z.string(), z.string().nullable()),
});

/** What a change leaves: fingerprints by path relative to the root; null where nothing is left. */
export type Leavings = ReadonlyMap<string, string | null>;

export interface Owed {
  /** What was checked out when the change was done; null before the first commit. */
  head: string | null;
  /** Padded ids of the phases that the commit is about. */
  ids: readonly string[];
  files: Leavings;
}

export interface OwedCommits {
  repository: Repository;
  note(change: string, owed: Owed): void;
  /** Null when no commit is owed, or the note cannot be read. */
  read(change: string): Owed | null;
  /** It is made, or not wanted any more. */
  settle(change: string): void;
}

/** A change has a name of its own in its project, such as the directory that it moves. Null without a repository. */
export async function openOwedCommits(root: string): Promise<OwedCommits | null> {
  const repository = await openRepository(root);
  if (isTrouble(repository)) return null;
  const nameOf = (change: string) => {
    const key = hash(Buffer.from(`${repository.prefix}\0${change}`));
    return `${NOTE}${key.slice(0, 16)}`;
  };
  // One name for each change, which is written inside the project's lock: the next one takes away what a crash left.
  const draftOf = (change: string) => `${nameOf(change)}.draft`;
  const within = <Result>(use: (directory: DirectoryHandle) => Result): Result | null => {
    let directory: DirectoryHandle | undefined;
    try {
      directory = new DirectoryHandle(repository.directory, "");
      return use(directory);
    } catch {
      // Where nothing can be written or read, git will say why.
      return null;
    } finally {
      directory?.close();
    }
  };
  return {
    repository,
    note(change, { head, ids, files }) {
      const text = JSON.stringify({ head, ids, files: Object.fromEntries(files) });
      within((directory) => {
        const draft = directory.entry(draftOf(change));
        try {
          fs.rmSync(draft, { force: true });
          fs.writeFileSync(draft, text, { flag: "wx", flush: true });
          // A name that is a link is replaced, and what it leads to is not written.
          fs.renameSync(draft, directory.entry(nameOf(change)));
          directory.sync();
        } finally {
          fs.rmSync(draft, { force: true });
        }
      });
    },
    read(change) {
      return within((directory) => {
        const text = readWorkFile(directory, nameOf(change));
        if (text === null) return null;
        const { files, ...note } = Note.parse(JSON.parse(text));
        return { ...note, files: new Map(Object.entries(files)) };
      });
    },
    settle(change) {
      for (const name of [draftOf(change), nameOf(change)])
        within((directory) => fs.rmSync(directory.entry(name), { force: true }));
    },
  };
}

/** By which a file's content, or where a link leads, is known again; null where nothing is. */
export function fingerprintOf(root: string, path: string): string | null {
  try {
    const found = readPlanning(root, path);
    if (found === "nothing") return null;
    if (found === "link") return `link ${fs.readlinkSync(`${root}/${path}`)}`;
    return found === "special" ? found : hash(found);
  } catch {
    return "unreadable";
  }
}
