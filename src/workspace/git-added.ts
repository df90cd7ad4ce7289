/**
 * A commit of named files needs the new ones to be known to git before. Which ones were made known is noted beside the
 * index until the commit is there: after a crash in between, the next commit forgets them, and never a person's own.
 */
import fs from "node:fs";
import { z } from "zod";
import { DirectoryHandle } from "./directory-handle.ts";
import { type GitAnswer, pathspecInput, pathspecs, runGit } from "./git.ts";
import { intendedFiles, portions } from "./git-files.ts";
import { lockPatience } from "./git-trouble.ts";
import { isDead, newOwner, readOwner } from "./lock-owner.ts";
import type { Repository } from "./repository.ts";
import { readWorkFile } from "./work-directory.ts";

const NOTE = "wavewright-added.";
/** With the owner's fields, which `readOwner` reads. */
const Note = z.object({ paths: z.array(z.string()), displaced: z.array(z.string()).default([]) });

interface Added {
  paths: readonly string[];
  /** What the index has of files in whose place there are directories now, or the reverse: git lets one of them go. */
  displaced: readonly string[];
}

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
  const added = { paths, displaced: await displacedEntries(repository, paths) };
  try {
    fs.writeFileSync(note, JSON.stringify({ ...owner, ...added }), { flag: "wx" });
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
      if (await forgetIntended(repository, added)) settle();
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
      if (await forgetIntended(repository, readAdded(readWorkFile(directory, name)))) {
        fs.rmSync(directory.entry(name), { force: true });
      }
    }
  } finally {
    directory.close();
  }
}

/** None when it was cut off while it was written: then nothing was made known either. */
function readAdded(text: string | null): Added {
  const nothing = { paths: [], displaced: [] };
  try {
    return Note.safeParse(JSON.parse(text ?? "")).data ?? nothing;
  } catch {
    return nothing;
  }
}

/** False when git refused, for now. */
async function forgetIntended(repository: Repository, { paths, displaced }: Added): Promise<boolean> {
  const intended = await intendedFiles(repository, paths);
  if (intended === null) return false;
  const removed =
    intended.length === 0 || (await update(repository, ["--force-remove", "-z", "--stdin"], intended));
  const lost = removed && displaced.length > 0 ? await missingEntries(repository, displaced) : [];
  return removed && (lost.length === 0 || (await update(repository, ["-z", "--index-info"], lost)));
}

async function update(
  { top }: Repository,
  args: readonly string[],
  lines: readonly string[],
): Promise<boolean> {
  const input = lines.map((line) => `${line}\0`).join("");
  const { code } = await lockPatience()(() => runGit(top, ["update-index", ...args], { input }));
  return code === 0;
}

/** As `ls-files --stage` tells and `update-index --index-info` takes them. */
async function displacedEntries({ top }: Repository, paths: readonly string[]): Promise<string[]> {
  const added = new Set(paths);
  const above = new Set(paths.flatMap(directoriesOf));
  const places = pathspecs([...new Set(paths.map((path) => path.split("/")[0]!))]);
  const { stdout } = await runGit(top, ["ls-files", "--modified", "-z", "--", ...places]);
  const displaced = stdout
    .split("\0")
    .filter((path) => above.has(path) || directoriesOf(path).some((one) => added.has(one)));
  return displaced.length === 0 ? [] : stagedEntries(top, displaced);
}

async function missingEntries({ top }: Repository, entries: readonly string[]): Promise<string[]> {
  const there = await stagedEntries(top, entries.map(pathOf));
  // What has come into its place meanwhile is somebody else's.
  const taken = new Set(there.map(pathOf).flatMap((path) => [path, ...directoriesOf(path)]));
  return entries.filter(
    (entry) => ![pathOf(entry), ...directoriesOf(pathOf(entry))].some((one) => taken.has(one)),
  );
}

async function stagedEntries(top: string, paths: readonly string[]): Promise<string[]> {
  const entries: string[] = [];
  for (const some of portions(paths)) {
    const { stdout } = await runGit(top, ["ls-files", "--stage", "-z", "--", ...pathspecs(some)]);
    entries.push(...stdout.split("\0").filter((entry) => entry !== ""));
  }
  return entries;
}

function pathOf(entry: string): string {
  return entry.slice(entry.indexOf("\t") + 1);
}

/** `a/b/c.md` is in `a/b` and in `a`. */
function directoriesOf(path: string): string[] {
  const directories: string[] = [];
  for (let at = path.lastIndexOf("/"); at > 0; at = path.lastIndexOf("/", at - 1))
    directories.push(path.slice(0, at));
  return directories;
}
