/** What a merge does to the local repository. */
import { readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { updateLocal } from "../../src/workspace/git-base.ts";
import { git, hook, settleRepository, status } from "../support/git.ts";
import { act, current, merge, ready } from "../support/merge.ts";
import { BRANCH, commitFile, originBranches, type PhasePull, phasePull } from "../support/phase-pull.ts";
import { project, snapshotTree, write } from "../support/project.ts";

describe("the local repository", () => {
  /** Merges and expects the repository to be exactly what it was. */
  async function untouched(pull: PhasePull, reason: string, branch: string | null = BRANCH) {
    const { root } = pull;
    const before = [
      snapshotTree(join(root, "src")),
      status(root),
      current(root),
      git(root, "rev-parse", "main"),
    ];
    const answer = await act(pull);
    expect(answer).toMatchObject({ status: "merged", local: { branch, updated: false, reason } });
    const after = [
      snapshotTree(join(root, "src")),
      status(root),
      current(root),
      git(root, "rev-parse", "main"),
    ];
    expect(after).toEqual(before);
    return answer;
  }

  test("with uncommitted changes stays as it is", async () => {
    const pull = await ready();
    write(pull.root, { "src/app.ts": "mine\n" });
    await untouched(pull, "dirty_tree");
    git(pull.root, "add", "--all");
    expect(await act(pull)).toMatchObject({ local: { branch: BRANCH, reason: "dirty_tree" } });
    git(pull.root, "restore", "--staged", "--worktree", "src/app.ts");
    expect(await act(pull)).toMatchObject({ status: "unchanged", local: { branch: "main", updated: true } });
  });

  test("keeps files that git does not know, and does not overwrite them", async () => {
    const pull = await ready();
    write(pull.root, { "notes.txt": "mine" });
    expect(await act(pull)).toMatchObject({ local: { branch: "main", updated: true } });
    expect(readFileSync(join(pull.root, "notes.txt"), "utf8")).toBe("mine");

    const other = await ready({ tree: { ".gitignore": "*.log\n" } });
    git(other.root, "switch", "--quiet", "main");
    write(other.root, { "build.log": "mine" });
    const theirs = project({});
    git(theirs, "clone", "--quiet", other.bare, ".");
    settleRepository(theirs);
    write(theirs, { "build.log": "theirs" });
    git(theirs, "add", "--force", "build.log");
    git(theirs, "commit", "--quiet", "--message=log");
    git(theirs, "push", "--quiet", "origin", "main");
    const answer = await merge(other);
    expect(answer).toMatchObject({ status: "merged", local: { branch: "main", reason: "dirty_tree" } });
    expect(answer.diagnostics).toMatchObject([
      { code: "GIT_MESSAGE", message: expect.stringContaining("build.log") },
    ]);
    expect(readFileSync(join(other.root, "build.log"), "utf8")).toBe("mine");
  });

  test("on the base already gets the merge", async () => {
    const pull = await ready();
    git(pull.root, "switch", "--quiet", "main");
    expect(await act(pull)).toMatchObject({ local: { branch: "main", updated: true, reason: null } });
    expect(git(pull.root, "rev-parse", "main")).toBe(originBranches(pull.bare).main);
    expect(status(pull.root)).toEqual([]);
  });

  test("without a local base gets one", async () => {
    const pull = await ready();
    git(pull.root, "branch", "--quiet", "-D", "main");
    expect(await act(pull)).toMatchObject({ local: { branch: "main", updated: true } });
    expect(git(pull.root, "rev-parse", "--abbrev-ref", "main@{upstream}")).toBe("origin/main");
  });

  test("on another branch stays there", async () => {
    const pull = await ready();
    git(pull.root, "switch", "--quiet", "--create", "other");
    await untouched(pull, "other_branch", "other");
  });

  test("without a branch stays so", async () => {
    const pull = await ready();
    git(pull.root, "switch", "--quiet", "--detach");
    await untouched(pull, "detached_head", null);
  });

  test("whose base another work tree has stays as it is", async () => {
    const pull = await ready();
    const tree = join(project({}), "main");
    git(pull.root, "worktree", "add", "--quiet", tree, "main");
    await untouched(pull, "checked_out_elsewhere");
  });

  test("in a work tree of a bare repository, where the base is free", async () => {
    const pull = await ready();
    const home = project({});
    git(home, "clone", "--quiet", "--bare", pull.bare, "repository.git");
    const store = join(home, "repository.git");
    git(store, "config", "remote.origin.fetch", "+refs/heads/*:refs/remotes/origin/*");
    git(store, "fetch", "--quiet", "origin");
    const root = join(home, "work");
    git(store, "worktree", "add", "--quiet", root, BRANCH);
    settleRepository(root);
    expect(await act({ ...pull, root })).toMatchObject({ local: { branch: "main", updated: true } });
    expect(git(root, "rev-parse", "HEAD")).toBe(originBranches(pull.bare).main);
  });

  test("whose base has commits of its own keeps them", async () => {
    const pull = await ready();
    git(pull.root, "switch", "--quiet", "main");
    const mine = commitFile(pull.root, "src/mine.ts", "1");
    expect(await merge(pull)).toMatchObject({
      status: "merged",
      local: { branch: "main", reason: "diverged" },
    });
    expect(git(pull.root, "rev-parse", "main")).toBe(mine);
    git(pull.root, "switch", "--quiet", BRANCH);
    expect(await act(pull)).toMatchObject({ local: { branch: BRANCH, reason: "diverged" } });
  });

  test("keeps commits that were never pushed, and says so", async () => {
    const pull = await ready();
    const mine = commitFile(pull.root, "src/mine.ts", "1");
    const { status, local, diagnostics } = await act(pull);
    expect({ status, local }).toMatchObject({ status: "merged", local: { branch: "main", updated: true } });
    expect(diagnostics).toMatchObject([{ code: "GITHUB", message: expect.stringMatching(/^1 commit of/) }]);
    expect(git(pull.root, "rev-parse", BRANCH)).toBe(mine);
  });

  test("in the middle of a merge stays there", async () => {
    const pull = await ready();
    write(pull.root, { ".git/MERGE_HEAD": `${git(pull.root, "rev-parse", "HEAD")}\n` });
    await untouched(pull, "operation_in_progress");
  });

  test("without origin, or where origin cannot be asked, stays as it is", async () => {
    const pull = await ready();
    git(pull.root, "remote", "set-url", "origin", "http://me:s3cret@127.0.0.1:1/acme/chat.git");
    const answer = await merge(pull);
    expect(answer).toMatchObject({ status: "merged", local: { branch: BRANCH, reason: "fetch_failed" } });
    expect(JSON.stringify(answer)).not.toContain("s3cret");
    git(pull.root, "remote", "remove", "origin");
    expect(await act(pull)).toMatchObject({
      status: "unchanged",
      local: { branch: BRANCH, updated: false, reason: "no_remote" },
    });
  });

  test("whose base is gone at origin stays as it is", async () => {
    const pull = await ready();
    await merge(pull, { delete_branch: false });
    git(pull.root, "switch", "--quiet", BRANCH);
    git(pull.bare, "update-ref", "-d", "refs/heads/main");
    git(pull.root, "update-ref", "-d", "refs/remotes/origin/main");
    expect(await merge(pull, { delete_branch: false })).toMatchObject({ local: { reason: "base_missing" } });
  });

  test("whose hook refuses is told, and so is another program's lock", async () => {
    const pull = await ready();
    hook(pull.root, "reference-transaction", 'grep -q "refs/heads/main$" && exit 1; exit 0');
    expect(await merge(pull)).toMatchObject({
      status: "merged",
      local: { branch: BRANCH, updated: false, reason: "hook_failed" },
    });
    rmSync(join(pull.root, ".git/hooks/reference-transaction"));
    write(pull.root, { ".git/index.lock": "" });
    expect(await merge(pull)).toMatchObject({ local: { branch: BRANCH, reason: "index_locked" } });
    rmSync(join(pull.root, ".git/index.lock"));
    expect(await merge(pull)).toMatchObject({ local: { branch: "main", updated: true } });
    expect(status(pull.root)).toEqual([]);
  });

  test("that another process is writing is not touched", async () => {
    const pull = await ready();
    const work = join(pull.root, ".planning/.wavewright");
    const owner = {
      id: "00000000-0000-4000-8000-000000000000",
      pid: 1,
      host: "elsewhere",
      started: "",
      scope: "",
    };
    write(pull.root, { ".planning/.wavewright/lock": JSON.stringify(owner) });
    expect(await merge(pull)).toMatchObject({
      status: "merged",
      local: { branch: BRANCH, updated: false, reason: "project_busy" },
    });
    rmSync(work, { recursive: true });
    expect(await merge(pull)).toMatchObject({ status: "unchanged", local: { updated: true } });
  });
});

describe("a call whose time is nearly used up", () => {
  async function updated(root: string, left: number) {
    const signal = new AbortController().signal;
    const request = { branch: BRANCH, base: "main", dryRun: false, isMergeAhead: false };
    return updateLocal(root, { ...request, signal, timeLeft: () => left });
  }

  test("does not wait for a hook that takes longer", async () => {
    const { root } = await phasePull({ pushed: true });
    hook(root, "post-checkout", "exec sleep 25");
    const start = performance.now();
    expect(await updated(root, 3_100)).toMatchObject({ branch: "main", updated: true });
    expect(performance.now() - start).toBeLessThan(20_000);
  });

  test("does not wait for one that follows a merge either", async () => {
    const { root } = await phasePull({ pushed: true });
    git(root, "push", "--quiet", "origin", `${BRANCH}:main`);
    git(root, "switch", "--quiet", "main");
    hook(root, "post-merge", "exec sleep 25");
    const start = performance.now();
    expect(await updated(root, 3_100)).toMatchObject({ branch: "main", updated: true });
    expect(performance.now() - start).toBeLessThan(20_000);
  });

  test("leaves the checkout to the next one", async () => {
    const { root } = await phasePull({ pushed: true });
    expect(await updated(root, 2_900)).toEqual({
      branch: BRANCH,
      updated: false,
      reason: "timed_out",
      detail: expect.stringContaining("call again"),
    });
    expect(await updated(root, 20_000)).toMatchObject({ branch: "main", updated: true });
  });
});

test("the token reaches no program", async () => {
  const pull = await ready();
  const seen = join(project({}), "environment");
  for (const name of ["post-checkout", "post-merge", "reference-transaction"]) {
    hook(pull.root, name, `env >> "${seen}"`);
  }
  expect(await merge(pull)).toMatchObject({ local: { updated: true } });
  const environment = readFileSync(seen, "utf8");
  expect(environment).toContain("GIT_TERMINAL_PROMPT=0");
  expect(environment).not.toContain(pull.github.token);
});
