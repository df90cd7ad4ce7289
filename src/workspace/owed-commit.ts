/**
 * The commit that a change is to end with. It is noted in the git directory before the change is done, with what the
 * change leaves of each file, until the commit is there: after a crash or a hook's refusal the same call again commits
 * that, and nothing that somebody has edited since.
 */
import { randomUUID } from "node:crypto";
import fs from "node:fs";
import { z } from "zod";
import { DirectoryHandle } from "./directory-handle.ts";
import { hash, readPlanning } from "./planning-tree.ts";
import { isTrouble, openRepository } from "./repository.ts";
import { readWorkFile } from "./work-directory.ts";

const NOTE = "wavewright-owed.";
const Note = z.object({ files: z.record(z.string(), z.string()) });

/** What a change leaves: fingerprints by path relative to the root. A file without one is not there. */
export type Leavings = ReadonlyMap<string, string>;

export interface OwedCommits {
  note(change: string, leavings: Leavings): void;
  /** Null when no commit is owed, or the note cannot be read. */
  read(change: string): Leavings | null;
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
    note(change, leavings) {
      const text = JSON.stringify({ files: Object.fromEntries(leavings) });
      within((directory) => {
        // A name that is a link is replaced, and what it leads to is not written.
        const draft = directory.entry(`${NOTE}${randomUUID()}`);
        fs.writeFileSync(draft, text, { flag: "wx", flush: true });
        fs.renameSync(draft, directory.entry(nameOf(change)));
        directory.sync();
      });
    },
    read(change) {
      return within((directory) => {
        const text = readWorkFile(directory, nameOf(change));
        return text === null ? null : new Map(Object.entries(Note.parse(JSON.parse(text)).files));
      });
    },
    settle(change) {
      within((directory) => fs.rmSync(directory.entry(nameOf(change)), { force: true }));
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
