/** The git side of the tests' GitHub: the branches of a real bare repository, or names without commits behind them. */
import { spawnSync } from "node:child_process";
import { randomBytes } from "node:crypto";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join, relative } from "node:path";

export interface Branches {
  /** Name to commit, as it is now. */
  all(): Map<string, string>;
  /** A branch with one commit more than the main branch. Returns the commit. */
  create(name: string): string;
  /** One commit more on a branch. Returns it. */
  advance(name: string): string;
  remove(name: string): void;
  /** Messages of the commits that `head` has and `base` lacks. */
  ahead(base: string, head: string): string[];
  merges(base: string, head: string): boolean;
  /** Returns the new commit of `base`. A rebase lands as one commit, like a squash. */
  merge(base: string, head: string, method: MergeMethod, message: string): string;
}

export type MergeMethod = "merge" | "squash" | "rebase";

export function namedBranches(main: string): Branches {
  const shas = new Map<string, string>();
  const renew = (name: string): string => {
    const sha = randomBytes(20).toString("hex");
    shas.set(name, sha);
    return sha;
  };
  renew(main);
  return {
    all: () => new Map(shas),
    create: renew,
    advance: renew,
    remove: (name) => shas.delete(name),
    ahead: (base, head) => (shas.get(base) === shas.get(head) ? [] : [`Work on ${head}`]),
    merges: () => true,
    merge: renew,
  };
}

/** The branches of the bare repository at `path`; merging and removing happen there, so that a clone can pull them. */
export function bareBranches(path: string, main: string): Branches {
  const identity = ["-c", "user.name=GitHub", "-c", "user.email=noreply@github.com"];
  const run = (...args: string[]) =>
    spawnSync("git", [...identity, ...args], {
      cwd: path,
      encoding: "utf8",
      env: { PATH: process.env.PATH, HOME: path, GIT_CONFIG_NOSYSTEM: "1" },
    });
  const git = (...args: string[]): string => {
    const { status, stdout, stderr } = run(...args);
    if (status !== 0) throw new Error(`git ${args.join(" ")}: ${stderr}`);
    return stdout.trim();
  };
  const commit = (tree: string, message: string, parents: string[]): string =>
    git("commit-tree", tree, ...parents.flatMap((parent) => ["-p", parent]), "-m", message);
  const addTo = (from: string, to: string): string => {
    const sha = commit(`refs/heads/${from}^{tree}`, `Work on ${to}`, [`refs/heads/${from}`]);
    git("update-ref", `refs/heads/${to}`, sha);
    return sha;
  };
  const merged = (base: string, head: string) =>
    run("merge-tree", "--write-tree", `refs/heads/${base}`, `refs/heads/${head}`);

  return {
    all: () => branchesOf(path),
    create: (name) => addTo(main, name),
    advance: (name) => addTo(name, name),
    remove: (name) => git("update-ref", "-d", `refs/heads/${name}`),
    ahead: (base, head) =>
      git("log", "-z", "--format=%B", `refs/heads/${base}..refs/heads/${head}`).split("\0").filter(Boolean),
    merges: (base, head) => {
      const { status, stderr } = merged(base, head);
      if (status !== 0 && status !== 1) throw new Error(`git merge-tree: ${stderr}`);
      return status === 0;
    },
    merge: (base, head, method, message) => {
      const tree = merged(base, head).stdout.split("\n")[0]!;
      const parents = [`refs/heads/${base}`, ...(method === "merge" ? [`refs/heads/${head}`] : [])];
      const sha = commit(tree, message, parents);
      git("update-ref", `refs/heads/${base}`, sha);
      return sha;
    },
  };
}

/** Name to commit, read from the files, packed and loose: this is asked with every request. */
export function branchesOf(path: string): Map<string, string> {
  const found = new Map<string, string>();
  const packed = join(path, "packed-refs");
  const lines = existsSync(packed) ? readFileSync(packed, "utf8") : "";
  for (const [, sha, name] of lines.matchAll(/^([0-9a-f]{40}) refs\/heads\/(.+)$/gm)) found.set(name!, sha!);
  const heads = join(path, "refs/heads");
  for (const entry of readdirSync(heads, { recursive: true, withFileTypes: true })) {
    const file = join(entry.parentPath, entry.name);
    if (!entry.isFile() || entry.name.endsWith(".lock")) continue;
    found.set(relative(heads, file), readFileSync(file, "utf8").trim());
  }
  return new Map([...found].sort(([a], [b]) => (a < b ? -1 : 1)));
}
