/** Real git repositories around projects on a real disk. Identity, signing and hooks are set in each repository. */
import { spawnSync } from "node:child_process";
import { appendFileSync, chmodSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import { project, type Tree, write } from "./project.ts";

/** What a command of git printed, without the last line break; a failing command throws. */
export function git(directory: string, ...args: string[]): string {
  const result = spawnSync("git", args, {
    cwd: directory,
    encoding: "utf8",
    env: { PATH: process.env.PATH, HOME: directory, GIT_CONFIG_NOSYSTEM: "1" },
  });
  if (result.status !== 0) throw new Error(`git ${args.join(" ")}: ${result.stderr}${result.error ?? ""}`);
  return result.stdout.replace(/\n$/, "");
}

/** Makes a directory a repository on branch `main`, or settles what a clone or a work tree is like. */
export function settleRepository(directory: string): void {
  const [own, common] = git(directory, "rev-parse", "--absolute-git-dir", "--git-common-dir").split("\n");
  const settings = `
[user]
	name = Test
	email = test@example.com
[commit]
	gpgsign = false
[core]
	hooksPath = ${join(own!, "hooks")}
	autocrlf = false
`;
  appendFileSync(join(resolve(directory, common!), "config"), settings);
}

export interface GitProjectOptions {
  /** Written and left uncommitted. */
  uncommitted?: Tree;
  /** Adds a bare repository as `origin`, pushes to it, and tells that its main branch is `main`. */
  remote?: boolean;
}

/** A repository on `main` whose one commit, "start", has the tree. Returns the real path of its top. */
export function gitProject(tree: Tree, { uncommitted, remote = false }: GitProjectOptions = {}): string {
  const root = project(tree);
  git(root, "init", "--quiet", "--initial-branch=main");
  settleRepository(root);
  git(root, "add", "--all");
  git(root, "commit", "--quiet", "--allow-empty", "--message=start");
  if (remote) {
    const bare = project({});
    git(bare, "init", "--quiet", "--bare", "--initial-branch=main");
    git(root, "remote", "add", "origin", bare);
    git(root, "push", "--quiet", "--set-upstream", "origin", "main");
    git(root, "remote", "set-head", "origin", "main");
  }
  if (uncommitted) write(root, uncommitted);
  return root;
}

/** Installs a hook; the script is `sh`. */
export function hook(root: string, name: string, script: string): void {
  const path = git(root, "rev-parse", "--git-path", `hooks/${name}`);
  const absolute = path.startsWith("/") ? path : join(root, path);
  mkdirSync(dirname(absolute), { recursive: true });
  writeFileSync(absolute, `#!/bin/sh\n${script}\n`);
  chmodSync(absolute, 0o755);
}

/** Configures everything that a hostile repository could run; each leaves a file `ran-…` in the directory. */
export function makeHostile(root: string, marks: string): void {
  const run = (name: string) => `sh -c 'touch "${marks}/ran-${name}"; cat' --`;
  git(root, "config", "core.fsmonitor", `touch "${marks}/ran-fsmonitor"; false`);
  git(root, "config", "diff.external", run("diff-external"));
  git(root, "config", "core.pager", run("pager"));
  git(root, "config", "core.editor", run("editor"));
  for (const name of ["status", "rev-parse", "check-ignore", "commit", "diff-tree", "switch"]) {
    git(root, "config", `alias.${name}`, `!touch "${marks}/ran-alias"`);
  }
  for (const name of ["post-index-change", "pre-commit", "post-checkout", "reference-transaction"]) {
    hook(root, name, `touch "${marks}/ran-hook-${name}"`);
  }
}

/** Subject of a commit. */
export function subject(root: string, commit = "HEAD"): string {
  return git(root, "log", "-1", "--format=%s", commit);
}

/** The files of a commit with what happened to them, renames seen as such: `A path`, `R100 old -> new`. */
export function committed(root: string, commit = "HEAD"): string[] {
  const args = [
    "diff-tree",
    "--root",
    "--no-commit-id",
    "-r",
    "-z",
    "--find-renames",
    "--name-status",
    commit,
  ];
  const fields = git(root, ...args).split("\0");
  const files: string[] = [];
  while (fields.length > 1) {
    const status = fields.shift()!;
    files.push(`${status} ${status.startsWith("R") ? `${fields.shift()} -> ` : ""}${fields.shift()}`);
  }
  return files;
}

/** `git status`, one line a file. */
export function status(root: string): string[] {
  return git(root, "status", "--porcelain", "-z", "--no-renames", "--untracked-files=all")
    .split("\0")
    .filter(Boolean);
}

/** Every ref with its commit, the index, and what HEAD says: two equal values, nothing moved. */
export function refs(root: string): string {
  const head = readFileSync(join(git(root, "rev-parse", "--absolute-git-dir"), "HEAD"), "utf8");
  return [head, git(root, "for-each-ref"), git(root, "ls-files", "--stage", "-z")].join("\n");
}
