/**
 * A commit of named files needs the new ones to be known to git before. Which ones were made known is noted beside the
 * index until the commit is there: after a crash in between, the next commit forgets them, and never a person's own.
 */
import fs from "node:fs";
import { z } from "zod";
import { DirectoryHandle } from "./directory-handle.ts";
import { type GitAnswer, pathspecInput, runGit } from "./git.ts";
import { intendedFiles } from "./git-files.ts";
import { lockPatience } from "./git-trouble.ts";
import { isDead, newOwner, readOwner } from "./lock-owner.ts";
import type { Repository } from "./repository.ts";
import { readWorkFile } from "./work-directory.ts";

const NOTE = "wavewright-added.";
/** With the owner's fields, which `readOwner` reads. */
const Note = z.object({ paths: z.array(z.string()) });

/** New files that are known to git and not yet committed. */
export interface KnownFiles {
  answer: GitAnswer;
  /** Once more, after another process has put the index back to what it had read before. */
  again(): Promise<GitAnswer>;
  /** They are committed, or were never made known. */
  settle(): void;
  /** Makes git forget them, but for what has been staged or committed meanwhile. */
  forget(): Promise<void>;
}

/** Makes the files known to git, without their content. */
export async function makeKnown(
  repository: Repository,
  paths: readonly string[],
  patiently: (run: () => Promise<GitAnswer>) => Promise<GitAnswer>,
): Promise<KnownFiles> {
  const { top, directory } = repository;
  const owner = newOwner();
  const note = `${directory}/${NOTE}${owner.id}`;
  const settle = () => fs.rmSync(note, { force: true });
  try {
    fs.writeFileSync(note, JSON.stringify({ ...owner, paths }), { flag: "wx" });
  } catch {
    // Where nothing can be written, git will say why.
  }
  const args = ["add", "--intent-to-add", "--pathspec-from-file=-", "--pathspec-file-nul"];
  const again = () => patiently(() => runGit(top, args, { input: pathspecInput(paths) }));
  return {
    answer: await again(),
    again,
    settle,
    async forget() {
      if (await forgetIntended(repository, paths)) settle();
    },
  };
}

/** Forgets what commits that a crash cut off had made known. */
export async function forgetAbandoned(repository: Repository): Promise<void> {
  const directory = new DirectoryHandle(repository.directory, "");
  try {
    for (const name of fs.readdirSync(directory.entry(""))) {
      if (!name.startsWith(NOTE)) continue;
      const owner = readOwner(directory, name);
      if (owner === "gone" || !isDead(directory, name, owner)) continue;
      if (await forgetIntended(repository, pathsIn(readWorkFile(directory, name)))) {
        fs.rmSync(directory.entry(name), { force: true });
      }
    }
  } finally {
    directory.close();
  }
}

/** None when it was cut off while it was written: then nothing was made known either. */
function pathsIn(text: string | null): string[] {
  try {
    return Note.safeParse(JSON.parse(text ?? "")).data?.paths ?? [];
  } catch {
    return [];
  }
}

/** False when git refused, for now. */
async function forgetIntended(repository: Repository, paths: readonly string[]): Promise<boolean> {
  const intended = await intendedFiles(repository, paths);
  if (intended === null || intended.length === 0) return intended !== null;
  const input = intended.map((path) => `${path}\0`).join("");
  const args = ["update-index", "--force-remove", "-z", "--stdin"];
  const { code } = await lockPatience()(() => runGit(repository.top, args, { input }));
  return code === 0;
}
