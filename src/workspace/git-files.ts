/** Files as git sees them: which ones a commit of given paths would record, and which the last commit has. */
import { lstatSync } from "node:fs";
import { pathspecs, runGit } from "./git.ts";
import { readRawChanges } from "./git-index.ts";
import { readTrouble, type Trouble } from "./git-trouble.ts";
import type { Repository } from "./repository.ts";

/** A file that is not what the last commit has. */
export interface DirtyFile {
  /** Relative to the top of the work tree. */
  path: string;
  /** Git does not know it yet, so it must be added before it can be committed. */
  isUntracked: boolean;
}

export interface DirtyFiles {
  files: DirtyFile[];
  /** Staged as new and gone from the work tree since: only the index has them. */
  gone: string[];
  /** Changed as well, and their names cannot be given back to git, since they are not UTF-8. */
  unnamed: string[];
}

/** Paths for one command line; a real project's longest path has under 300 bytes. */
const AT_ONCE = 200;

interface StatusEntry {
  /** The index against the last commit. */
  staged: string;
  /** The work tree against the index. */
  changed: string;
  path: string;
}

/**
 * The files at or below the paths whose content in the work tree is not the last commit's: new, changed or deleted.
 * Ignored files and nested repositories are left out. Never everything: without paths there are no files.
 */
export async function dirtyFiles(
  { top }: Repository,
  paths: readonly string[],
): Promise<DirtyFiles | Trouble> {
  const all: StatusEntry[] = [];
  for (const some of portions(paths)) {
    const args = ["status", "--porcelain=v1", "-z", "--no-renames", "--untracked-files=all"];
    const answer = await runGit(top, [...args, "--ignore-submodules=all", "--", ...pathspecs(some)]);
    if (answer.code !== 0) return readTrouble(answer, top);
    all.push(...readStatus(answer.stdout));
  }
  const entries = all.filter(({ path }) => !isUnnamed(path));
  // Staged and changed again: the work tree may be back at what the last commit has.
  const unsure = entries.filter(({ staged, changed }) => staged === "M" && /[MT]/.test(changed));
  const differing = await differingFromHead(
    top,
    unsure.map(({ path }) => path),
  );
  const dirty = new Map<string, DirtyFile>();
  const gone: string[] = [];
  for (const entry of entries) {
    const { staged, changed, path } = entry;
    const isGoneAgain = staged === "A" && changed === "D";
    if (isGoneAgain) gone.push(path);
    if (isGoneAgain || (unsure.includes(entry) && !differing.has(path))) continue;
    // A file that is staged as deleted and still there has two entries: it counts as untracked.
    dirty.set(path, { path, isUntracked: staged === "?" || dirty.get(path)?.isUntracked === true });
  }
  // Taken out of git and ignored since: it is there, and the commit would put it back.
  for (const { staged, changed, path } of entries) {
    const isTakenOut = staged === "D" && changed === " " && dirty.get(path)?.isUntracked === false;
    if (isTakenOut && isThere(`${top}/${path}`)) dirty.delete(path);
  }
  return { files: [...dirty.values()], gone, unnamed: all.map(({ path }) => path).filter(isUnnamed) };
}

function isUnnamed(path: string): boolean {
  return path.includes("\u{FFFD}");
}

/** More of them are not asked about. */
const MAX_OVERLOOKED = 20;

/** Changed files of whose changes git was told to take no notice: `--assume-unchanged` and `--skip-worktree`. */
export async function overlookedFiles({ top }: Repository, paths: readonly string[]): Promise<string[]> {
  const marked: { path: string; name: string; isSparse: boolean }[] = [];
  for (const some of portions(paths)) {
    const { stdout } = await runGit(top, ["ls-files", "-v", "--stage", "-z", "--", ...pathspecs(some)]);
    for (const entry of stdout.split("\0")) {
      const [, mark = "", name = "", path = ""] = /^([a-zS]) \d+ ([0-9a-f]+) \d\t(.+)$/s.exec(entry) ?? [];
      if (path !== "") marked.push({ path, name, isSparse: mark === "S" });
    }
  }
  const isChanged = async ({ path, name, isSparse }: (typeof marked)[number]): Promise<boolean> => {
    // A sparse work tree is without it.
    if (!isThere(`${top}/${path}`)) return !isSparse;
    const { code, stdout } = await runGit(top, ["hash-object", "--", path]);
    return code === 0 && stdout.trim() !== name;
  };
  const some = marked.slice(0, MAX_OVERLOOKED);
  const changed = await Promise.all(some.map(isChanged));
  return some.filter((_, index) => changed[index]).map(({ path }) => path);
}

/** Of whatever kind; what cannot be looked at is not. */
export function isThere(path: string): boolean {
  try {
    return lstatSync(path, { throwIfNoEntry: false }) !== undefined;
  } catch {
    return false;
  }
}

/** Those of the files that git knows without their content: `git add --intent-to-add` does that. Null when it fails. */
export async function intendedFiles(
  repository: Repository,
  paths: readonly string[],
): Promise<string[] | null> {
  const found: string[] = [];
  const again: string[] = [];
  for (const some of portions(paths)) {
    const args = ["status", "--porcelain=v1", "-z", "--no-renames", "--untracked-files=no"];
    const { code, stdout } = await runGit(repository.top, [...args, "--", ...pathspecs(some)]);
    if (code !== 0) return null;
    for (const { staged, changed, path } of readStatus(stdout)) {
      if (!some.includes(path)) continue;
      // In the last commit as well: staged as deleted, and made known again.
      if (staged === "D" && changed === "A") again.push(path);
      else if (staged === " ") found.push(path);
    }
  }
  // What a commit has is known with its content, and changed or deleted since.
  const committed = new Set(await committedFiles(repository, found));
  return [...again, ...found.filter((path) => !committed.has(path))];
}

function readStatus(output: string): StatusEntry[] {
  return output.split("\0").flatMap((record) => {
    const path = record.slice(3);
    // A directory is a repository of its own.
    if (path === "" || path.endsWith("/")) return [];
    return [{ staged: record[0]!, changed: record[1]!, path }];
  });
}

async function differingFromHead(top: string, paths: readonly string[]): Promise<Set<string>> {
  const differing = new Set<string>();
  for (const some of portions(paths)) {
    const args = ["diff", "--name-only", "-z", "--no-renames", "--no-ext-diff", "--no-textconv", "HEAD"];
    const { stdout } = await runGit(top, [...args, "--", ...pathspecs(some)]);
    for (const path of stdout.split("\0")) differing.add(path);
  }
  return differing;
}

/** The files of a commit, of the last one unless told, at or below the paths; none before the first commit. */
export async function committedFiles(
  { top }: Repository,
  paths: readonly string[],
  commit = "HEAD",
): Promise<string[]> {
  const files: string[] = [];
  for (const some of portions(paths)) {
    const args = ["ls-tree", "-r", "--name-only", "-z", "--full-tree", commit, "--", ...pathspecs(some)];
    const { code, stdout } = await runGit(top, args);
    if (code === 0) files.push(...stdout.split("\0").filter((path) => path !== ""));
  }
  return files;
}

/** The files of the index at exactly the paths. */
export async function indexedFiles({ top }: Repository, paths: readonly string[]): Promise<string[]> {
  const files: string[] = [];
  for (const some of portions(paths)) {
    const { stdout } = await runGit(top, ["ls-files", "--cached", "-z", "--", ...pathspecs(some)]);
    files.push(...stdout.split("\0").filter((path) => some.includes(path)));
  }
  return files;
}

/** Files that differ between two commits. */
export async function changedBetween(
  { top }: Repository,
  from: string,
  to: string,
): Promise<{ path: string; isNew: boolean }[] | Trouble> {
  const answer = await runGit(top, ["diff-tree", "-r", "-z", "--name-status", "--no-renames", from, to]);
  if (answer.code !== 0) return readTrouble(answer, top);
  const fields = answer.stdout.split("\0");
  const files: { path: string; isNew: boolean }[] = [];
  for (let at = 0; at + 1 < fields.length; at += 2) {
    files.push({ path: fields[at + 1]!, isNew: fields[at] === "A" });
  }
  return files;
}

/**
 * Those of the files that a commit which `to` has beside `from` made other than they are in `from`, also when another one
 * changed them back. What a rebase made anew, and what a merge brings together again, is no change.
 */
export async function changedAlong(
  { top }: Repository,
  from: string,
  to: string,
  paths: readonly string[],
): Promise<string[] | Trouble> {
  const changed: string[] = [];
  for (const some of portions(paths)) {
    const tree = await runGit(top, ["ls-tree", "-r", "-z", "--full-tree", from, "--", ...pathspecs(some)]);
    if (tree.code !== 0) return readTrouble(tree, top);
    const before = new Map(tree.stdout.split("\0").map(readTreeEntry));
    const what = ["-m", "-z", "--format=", "--raw", "--no-abbrev", "--no-renames"];
    const range = ["--cherry-pick", "--right-only", `${from}...${to}`];
    const answer = await runGit(top, ["log", ...what, ...range, "--", ...pathspecs(some)]);
    if (answer.code !== 0) return readTrouble(answer, top);
    for (const { path, to: after } of readRawChanges(answer.stdout)) {
      const known = before.get(path) ?? NO_BLOB;
      if (Number(after.mode) === 0 ? known !== NO_BLOB : known !== `${after.mode} ${after.name}`)
        changed.push(path);
    }
  }
  return changed;
}

const NO_BLOB = "";

/** `100644 blob 0123…<TAB>path`. */
function readTreeEntry(entry: string): [path: string, blob: string] {
  const at = entry.indexOf("\t");
  const [mode = "", , name = ""] = entry.slice(0, at).split(" ");
  return [entry.slice(at + 1), `${mode} ${name}`];
}

/** For one command line each. */
export function* portions(paths: readonly string[]): Generator<readonly string[]> {
  for (let at = 0; at < paths.length; at += AT_ONCE) yield paths.slice(at, at + AT_ONCE);
}
