/** Git with its hooks as one: ended together, waited for together. */
import { execFileSync, spawn } from "node:child_process";
import { existsSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, onTestFinished, test } from "vitest";
import { asOnlyWriter } from "../../src/workspace/exclusive.ts";
import { type GitOptions, runGit } from "../../src/workspace/git.ts";
import { exists, isGroupRunning, processAt } from "../../src/workspace/process-state.ts";
import { WORK } from "../support/engine.ts";
import { git, gitProject, hook } from "../support/git.ts";
import { project } from "../support/project.ts";

const COMMIT = ["commit", "--allow-empty", "--message=m"];

const run = (root: string, options: GitOptions = {}) => runGit(root, COMMIT, { inGroup: true, ...options });

/** Numbers that a hook has written, one a line; those processes are ended with the test. */
function pidsIn(file: string): number[] {
  const pids = existsSync(file) ? readFileSync(file, "utf8").trim().split("\n").map(Number) : [];
  onTestFinished(() => {
    for (const pid of pids) if (isAlive(pid)) process.kill(pid, "SIGKILL");
  });
  return pids;
}

const isAlive = (pid: number) => exists(pid) && processAt(pid).started !== "ended";

async function until(isSo: () => boolean): Promise<void> {
  while (!isSo()) await new Promise((resolve) => setTimeout(resolve, 10));
}

describe("git in a group", () => {
  test("answers as it does without", async () => {
    const root = gitProject({ "a.md": "1" });
    for (const args of [
      ["rev-parse", "--abbrev-ref", "HEAD"],
      ["rev-parse", "--verify", "--quiet", "none"],
      ["no-such-command"],
      ["hash-object", "--stdin"],
    ]) {
      const input = "x".repeat(1_000_000);
      const alone = await runGit(root, args, { input });
      expect(await runGit(root, args, { input, inGroup: true })).toEqual(alone);
    }
  });

  test("has the same small environment, and no monitor", async () => {
    const root = gitProject({});
    git(root, "config", "alias.environment", "!env; git config core.fsmonitor");
    git(root, "config", "core.fsmonitor", "touch ran");
    process.env.GITHUB_TOKEN = "secret";
    onTestFinished(() => {
      delete process.env.GITHUB_TOKEN;
    });
    const { stdout } = await runGit(root, ["environment"], { inGroup: true });
    expect(stdout).toMatch(/^GIT_TERMINAL_PROMPT=0$[\s\S]*^false$/m);
    expect(stdout).not.toContain("secret");
  });

  test("may be missing", async () => {
    const root = gitProject({});
    const path = process.env.PATH;
    process.env.PATH = root;
    onTestFinished(() => {
      process.env.PATH = path;
    });
    expect(await run(root)).toMatchObject({ code: null, trouble: "git_missing" });
  });

  test("is over when it has ended, whatever it left running", async () => {
    const root = gitProject({});
    const pids = join(root, "pids");
    hook(root, "post-commit", `sleep 60 & echo $! > "${pids}"`);
    const start = performance.now();
    expect(await run(root)).toMatchObject({ code: 0, stdout: expect.stringContaining("] m\n") });
    expect(performance.now() - start).toBeLessThan(20_000);
    expect(pidsIn(pids).map(isAlive)).toEqual([true]);
  });
});

describe("a group that is stopped", () => {
  test.each<[string, (root: string) => GitOptions]>([
    ["since it was silent", () => ({ timeoutMs: 400 })],
    [
      "since its call was cancelled",
      (root) => {
        const abort = new AbortController();
        void until(() => existsSync(join(root, "pids"))).then(() => abort.abort());
        return { signal: abort.signal };
      },
    ],
  ])("%s: its hook and what that started have ended", async (_, options) => {
    const root = gitProject({});
    const pids = join(root, "pids");
    hook(root, "pre-commit", `sleep 60 & echo $! > pids; echo $$ >> pids; sleep 60`);
    expect(await run(root, options(root))).toMatchObject({ code: null, trouble: "timed_out" });
    expect(pidsIn(pids).map(isAlive)).toEqual([false, false]);
    expect(existsSync(join(root, ".git/index.lock"))).toBe(false);
  });

  test("gets the time to put files back that it has put away", async () => {
    const root = gitProject({ "a.md": "mine" });
    hook(
      root,
      "pre-commit",
      `cp a.md kept; echo away > a.md
       trap 'sleep 0.3; cp kept a.md; exit 1' INT
       while :; do sleep 0.1; done`,
    );
    expect(await run(root, { timeoutMs: 400 })).toMatchObject({ code: null, trouble: "timed_out" });
    expect(readFileSync(join(root, "a.md"), "utf8")).toBe("mine");
  });

  test("is ended at last when it does not want to", async () => {
    const root = gitProject({});
    hook(root, "pre-commit", `trap '' INT TERM; echo $$ > pids; while :; do sleep 0.1; done`);
    expect(await run(root, { timeoutMs: 400 })).toMatchObject({ code: null, trouble: "timed_out" });
    expect(pidsIn(join(root, "pids")).map(isAlive)).toEqual([false]);
  });

  test("was not begun when the call was cancelled before", async () => {
    const root = gitProject({});
    hook(root, "pre-commit", "echo > ran");
    expect(await run(root, { signal: AbortSignal.abort() })).toMatchObject({ trouble: "timed_out" });
    expect(existsSync(join(root, "ran"))).toBe(false);
  });
});

test("the lock knows the group as long as it is there", async () => {
  const root = gitProject({ ".planning/ROADMAP.md": "# R\n" });
  // This commit needs no input, so its hook may be there before the note is.
  hook(
    root,
    "pre-commit",
    `for n in 1 2 3 4 5 6 7 8 9 10; do cat ${WORK}/group.* > note 2> /dev/null; [ -s note ] && break; sleep 0.2; done
     ps -o pgid= -p $$ > group`,
  );
  const names = await asOnlyWriter(root, {}, async () => {
    expect(await run(root)).toMatchObject({ code: 0 });
    return readdirSync(join(root, WORK));
  });
  expect(names.sort()).toEqual([".gitignore", "lock"]);
  const { group } = JSON.parse(readFileSync(join(root, "note"), "utf8"));
  expect(group).toBe(Number(readFileSync(join(root, "group"), "utf8")));
});

test.skipIf(!existsSync("/proc/self/stat"))("a group of which only the dead are left is none", async () => {
  const directory = project({});
  // Who starts it becomes another program, which takes no notice of its end: it must not end before, or its shell would.
  const keeper = spawn(
    "sh",
    ["-c", "setsid sh -c 'until [ -e go ]; do sleep 0.02; done' & echo $! > pid; exec sleep 60"],
    { cwd: directory },
  );
  onTestFinished(() => {
    writeFileSync(join(directory, "go"), "");
    keeper.kill("SIGKILL");
  });
  const comm = `/proc/${keeper.pid}/comm`;
  await until(() => readFileSync(comm, "utf8") === "sleep\n");
  const group = Number(readFileSync(join(directory, "pid"), "utf8"));
  writeFileSync(join(directory, "go"), "");
  await until(() => processAt(group).started === "ended");
  expect(exists(-group)).toBe(true);
  expect(isGroupRunning(group)).toBe(false);
  expect(isGroupRunning(processAt(process.pid).group)).toBe(true);
  expect(execFileSync("ps", ["-o", "stat=", "-p", String(group)], { encoding: "utf8" })).toContain("Z");
});
