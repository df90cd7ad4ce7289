import { mkdirSync, readdirSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { isIgnoredByGit, isPlanningIgnored, runGit } from "../../src/workspace/git.ts";
import { isValidBranch, listBranches } from "../../src/workspace/git-branch.ts";
import { readTrouble } from "../../src/workspace/git-trouble.ts";
import {
  isTrouble,
  openRepository,
  type Repository,
  readHead,
  unfinishedOperation,
} from "../../src/workspace/repository.ts";
import { git, gitProject, hook, makeHostile } from "../support/git.ts";
import { project, snapshotTree } from "../support/project.ts";

async function open(root: string): Promise<Repository> {
  const repository = await openRepository(root);
  if (isTrouble(repository)) expect.fail(repository.reason);
  return repository;
}

describe("running git", () => {
  test("gives exit code and both outputs, and never throws for what git answers", async () => {
    const root = gitProject({});
    expect(await runGit(root, ["rev-parse", "--abbrev-ref", "HEAD"])).toEqual({
      code: 0,
      stdout: "main\n",
      stderr: "",
      trouble: null,
    });
    expect(await runGit(root, ["rev-parse", "--verify", "--quiet", "none"])).toMatchObject({
      code: 1,
      stdout: "",
    });
    expect(await runGit(root, ["no-such-command"])).toMatchObject({ code: 1, trouble: null });
    expect((await runGit(root, ["no-such-command"])).stderr).toContain("no-such-command");
  });

  test("passes input, of any size", async () => {
    const root = gitProject({});
    const paths = Array.from({ length: 20_000 }, (_, index) => `directory/${index}`);
    const { stdout } = await runGit(root, ["check-ignore", "--verbose", "--non-matching", "-z", "--stdin"], {
      input: paths.map((one) => `${one}\0`).join(""),
    });
    expect(stdout.split("\0")).toHaveLength(4 * paths.length + 1);
  });

  test("stops what gives no sign of life", async () => {
    const root = gitProject({});
    hook(root, "pre-commit", "sleep 8");
    const start = Date.now();
    const args = ["commit", "--allow-empty", "--message=m"];
    expect(await runGit(root, args, { timeoutMs: 300 })).toMatchObject({ code: null, trouble: "timed_out" });
    expect(Date.now() - start).toBeLessThan(4_000);
  });

  test("git has a small environment", async () => {
    process.env.GITHUB_TOKEN = "secret";
    process.env.GIT_DIR = "/nowhere";
    try {
      const root = gitProject({});
      git(root, "config", "alias.environment", "!env");
      const { stdout } = await runGit(root, ["environment"]);
      const names = stdout.split("\n").map((line) => line.split("=")[0]);
      expect(names).toEqual(expect.arrayContaining(["PATH", "GIT_TERMINAL_PROMPT", "GIT_OPTIONAL_LOCKS"]));
      expect(names).not.toContain("GITHUB_TOKEN");
      expect(stdout).not.toMatch(/secret|nowhere/);
    } finally {
      delete process.env.GITHUB_TOKEN;
      delete process.env.GIT_DIR;
    }
  });
});

describe("ignored paths", () => {
  test.each([
    [".planning/\n", true],
    [".planning\n", true],
    ["*\n!.planning/\n", false],
    [".planning/*.md\n", false],
    ["", false],
  ])("%j", async (gitignore, ignored) => {
    expect(await isIgnoredByGit(gitProject({ ".gitignore": gitignore, ".planning": {} }), ".planning")).toBe(
      ignored,
    );
  });

  test.each([
    [".planning/\n", true],
    [".planning\n", true],
    [".planning/*\n", true],
    [".planning/**\n", true],
    ["**\n", true],
    ["*\n!.gitignore\n", true],
    ["*\n!.planning/\n", true],
    [".planning/*\n!.planning/ROADMAP.md\n", false],
    [".planning/*\n!.planning/phases/\n", false],
    [".planning/STATE.md\n", false],
    [".planning/*.md\n", false],
    ["", false],
  ])("with %j nothing of .planning/ can be committed: %j", async (gitignore, ignored) => {
    expect(await isPlanningIgnored(gitProject({ ".gitignore": gitignore, ".planning": {} }))).toBe(ignored);
    for (const known of ["STATE.md", "phases/active/03-chat/03-01-PLAN.md"]) {
      const root = gitProject({ [`.planning/${known}`]: "" }, { uncommitted: { ".gitignore": gitignore } });
      expect(await isPlanningIgnored(root)).toBe(false);
    }
  });

  test("what git knows is not ignored", async () => {
    const root = gitProject({ ".planning/STATE.md": "" });
    writeFileSync(join(root, ".gitignore"), ".planning/\n");
    expect(await isIgnoredByGit(root, ".planning")).toBe(false);
  });

  test("odd paths, and places without an answer", async () => {
    const root = gitProject({ ".gitignore": "*.log\n" });
    expect(await isIgnoredByGit(root, "--stdin\n.log")).toBe(true);
    expect(await isIgnoredByGit(root, "../outside.log")).toBe(false);
    expect(await isIgnoredByGit(project({}), ".planning")).toBe(false);
  });
});

describe("repositories", () => {
  test("top, prefix and git directory", async () => {
    const top = gitProject({ "a b/ü": {} });
    mkdirSync(join(top, "a b/ü"), { recursive: true });
    expect(await open(top)).toEqual({ top, prefix: "", directory: join(top, ".git") });
    expect(await open(join(top, "a b/ü"))).toEqual({ top, prefix: "a b/ü/", directory: join(top, ".git") });
  });

  test("a work tree has a git directory of its own", async () => {
    const main = gitProject({});
    const root = join(project({}), "tree");
    git(main, "worktree", "add", "--quiet", "-b", "side", root);
    expect(await open(root)).toEqual({ top: root, prefix: "", directory: join(main, ".git/worktrees/tree") });
    expect((await readHead(await open(root))).branch).toBe("side");
  });

  test("none, bare, broken", async () => {
    const bare = project({});
    git(bare, "init", "--quiet", "--bare", ".git");
    for (const [root, reason] of [
      [project({}), "no_repository"],
      [bare, "no_work_tree"],
      [project({ ".git": "gitdir: /nowhere\n" }), "no_repository"],
      [join(gitProject({}), ".git"), "no_work_tree"],
    ] as const) {
      expect(await openRepository(root)).toMatchObject({ reason });
    }
  });

  test("heads", async () => {
    const root = gitProject({});
    const commit = git(root, "rev-parse", "HEAD");
    expect(await readHead(await open(root))).toEqual({ branch: "main", commit });
    git(root, "switch", "--quiet", "--create=feat/a.b-c");
    expect((await readHead(await open(root))).branch).toBe("feat/a.b-c");
    git(root, "switch", "--quiet", "--detach");
    expect(await readHead(await open(root))).toEqual({ branch: null, commit });
    const unborn = project({});
    git(unborn, "init", "--quiet", "--initial-branch=trunk");
    expect(await readHead(await open(unborn))).toEqual({ branch: "trunk", commit: null });
  });

  test.each([
    ["MERGE_HEAD", true],
    ["CHERRY_PICK_HEAD", true],
    ["REVERT_HEAD", true],
    ["MERGE_MSG", true],
    ["SQUASH_MSG", true],
    ["sequencer", true],
    ["BISECT_LOG", false],
    ["rebase-merge", false],
  ])("with %s a branch cannot be left; a commit is blocked: %j", async (name, blocksCommit) => {
    const root = gitProject({});
    const repository = await open(root);
    expect(unfinishedOperation(repository, "switch")).toBeNull();
    writeFileSync(join(root, ".git", name), "");
    expect(unfinishedOperation(repository, "switch")).toMatchObject({ reason: "operation_in_progress" });
    expect(unfinishedOperation(repository, "commit") !== null).toBe(blocksCommit);
  });
});

describe("branches", () => {
  test("local ones, the remote's, and the remote's main one, without the network", async () => {
    const root = gitProject({}, { remote: true });
    git(root, "branch", "feat/one");
    git(root, "push", "--quiet", "origin", "main:other");
    git(root, "fetch", "--quiet");
    rmSync(git(root, "remote", "get-url", "origin"), { recursive: true });
    expect(await listBranches(await open(root))).toEqual({
      local: new Map([
        ["feat/one", { isCheckedOut: false }],
        ["main", { isCheckedOut: true }],
      ]),
      remote: new Set(["main", "other"]),
      remoteHead: "main",
    });
  });

  test("a work tree in an odd place", async () => {
    const root = gitProject({});
    git(root, "worktree", "add", "--quiet", "-b", "side", join(project({}), "a b\nrefs/heads/fake x"));
    const branches = await listBranches(await open(root));
    if (isTrouble(branches)) expect.fail(branches.reason);
    expect(branches.local.get("side")).toEqual({ isCheckedOut: true });
  });

  test.each(["--upload-pack=x", "-b", "@{-1}", "a..b", "", "HEAD", "a b", "$(x)\n"])(
    "%j is none",
    async (name) => {
      expect(await isValidBranch(await open(gitProject({})), name)).toBe(false);
    },
  );
});

describe("what git says", () => {
  const answer = { code: 128, stdout: "", trouble: null };

  test.each([
    ["fatal: Unable to create '/r/t/.git/index.lock': File exists.", "index_locked"],
    ["fatal: cannot lock ref 'HEAD': is at 1 but expected 2", "index_locked"],
    ["fatal: detected dubious ownership in repository at '/r/t'", "repository_not_trusted"],
    ["fatal: cannot do a partial commit during a merge.", "operation_in_progress"],
    ["fatal: ref updates aborted by hook", "hook_failed"],
    ["fatal: not a git repository (or any of the parent directories): .git", "no_repository"],
    ["fatal: out of memory", "git_failed"],
  ])("%s", (stderr, reason) => {
    expect(readTrouble({ ...answer, stderr }, "/r/t").reason).toBe(reason);
  });

  test.each([
    ["fatal: in /r/t/a.md and /r/t, not '/home/me/x y/z'", "fatal: in a.md and ., not '…'"],
    ["fatal: /etc/passwd:3, see https://git.example/help", "fatal: …, see https://git.example/help"],
    ["hint: do this\nwarning: a\nfatal: b\nhint: do that\n", "fatal: b"],
    ["\u001b[31mone\u001b[0m\ttwo\r\n\n", "[31mone [0m two"],
    ["", null],
  ])("%j is told as %j", (stderr, detail) => {
    expect(readTrouble({ ...answer, stderr }, "/r/t").detail).toBe(detail);
  });

  test("a megabyte of one line", () => {
    const start = Date.now();
    const { detail } = readTrouble({ ...answer, stderr: "/ '/x".repeat(200_000) }, "/r/t");
    expect(detail!.length).toBeLessThanOrEqual(300);
    expect(Date.now() - start).toBeLessThan(1_000);
  });
});

test("nothing of a hostile repository runs while one reads", async () => {
  const root = gitProject({ "a.md": "1" });
  const marks = project({});
  makeHostile(root, marks);
  symlinkSync("/etc", join(root, "link"));
  const before = snapshotTree(root);
  expect(await isIgnoredByGit(root, ".planning")).toBe(false);
  const repository = await open(root);
  await readHead(repository);
  await listBranches(repository);
  await isValidBranch(repository, "main");
  expect(readdirSync(marks)).toEqual([]);
  expect(snapshotTree(root)).toEqual(before);
});
