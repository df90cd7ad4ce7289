import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { planPush, pushBranch } from "../../src/workspace/git-push.ts";
import { fetchBranch, withoutAddresses } from "../../src/workspace/git-remote.ts";
import { isTrouble, openRepository, type Repository } from "../../src/workspace/repository.ts";
import { git, gitProject, hook } from "../support/git.ts";
import { commitFile, originBranches, useEnvironment } from "../support/phase-pull.ts";
import { project } from "../support/project.ts";

const LONG = { signal: new AbortController().signal, timeLeft: () => 30_000 };

async function branched(): Promise<{ root: string; bare: string; repository: Repository }> {
  const root = gitProject({ "a.txt": "1\n" }, { remote: true });
  git(root, "switch", "--quiet", "--create", "work");
  commitFile(root, "b.txt", "1\n");
  const repository = await openRepository(root);
  if (isTrouble(repository)) throw new Error(repository.reason);
  return { root, bare: git(root, "remote", "get-url", "origin"), repository };
}

describe("what a push would do", () => {
  test("is told from origin as it is now", async () => {
    const { root, repository } = await branched();
    expect(await planPush(repository, "work", LONG)).toEqual({ push: "create" });
    git(root, "push", "--quiet", "origin", "work");
    expect(await planPush(repository, "work", LONG)).toEqual({ push: null });
    commitFile(root, "c.txt", "1\n");
    expect(await planPush(repository, "work", LONG)).toEqual({ push: "update" });
    git(root, "reset", "--quiet", "--hard", "HEAD^^");
    expect(await planPush(repository, "work", LONG)).toEqual({ push: null });
    commitFile(root, "d.txt", "1\n");
    expect(await planPush(repository, "work", LONG)).toMatchObject({ reason: "push_failed" });
  });

  test("does not mistake a branch whose name ends like it", async () => {
    const { root, repository } = await branched();
    git(root, "push", "--quiet", "origin", "work:refs/heads/x/refs/heads/work");
    expect(await planPush(repository, "work", LONG)).toEqual({ push: "create" });
  });

  test.each(["missing", "--all", "a b", "x:refs/heads/main", "+work", "*", "", "HEAD", "refs/../main"])(
    "is nothing for %j",
    async (name) => {
      const { repository } = await branched();
      expect(await planPush(repository, name, LONG)).toEqual({ reason: "branch_missing", detail: null });
    },
  );

  test("is nothing without origin", async () => {
    const { root, repository } = await branched();
    git(root, "remote", "remove", "origin");
    expect(await planPush(repository, "work", LONG)).toEqual({ reason: "no_remote", detail: null });
  });
});

describe("a push", () => {
  test("overwrites nothing, whatever is configured", async () => {
    const { root, bare, repository } = await branched();
    git(root, "push", "--quiet", "origin", "work");
    const theirs = originBranches(bare).work;
    git(root, "reset", "--quiet", "--hard", "HEAD^");
    commitFile(root, "d.txt", "1\n");
    git(root, "config", "remote.origin.push", "+refs/heads/*:refs/heads/*");
    expect(await pushBranch(repository, "work", LONG)).toMatchObject({
      reason: "push_failed",
      detail: expect.stringContaining("origin has commits"),
    });
    expect(originBranches(bare).work).toBe(theirs);
  });

  test("that takes too long is stopped", async () => {
    const { root, bare, repository } = await branched();
    hook(root, "pre-push", "while :; do echo busy >&2; sleep 0.1; done");
    expect(await pushBranch(repository, "work", { ...LONG, timeLeft: () => 0 })).toEqual({
      reason: "push_failed",
      detail: "there was no answer in time",
    });
    expect(originBranches(bare)).not.toHaveProperty("work");
  });

  test("ends with the call", async () => {
    const { root, bare, repository } = await branched();
    const started = join(project({}), "started");
    hook(root, "pre-push", `touch "${started}"; exec sleep 2`);
    const call = new AbortController();
    const pushing = pushBranch(repository, "work", { ...LONG, signal: call.signal });
    await expect.poll(() => readFileSync(started, "utf8"), { timeout: 10_000 }).toBe("");
    call.abort(new Error("cancelled"));
    await expect(pushing).rejects.toThrow("cancelled");
    await expect(planPush(repository, "work", { ...LONG, signal: call.signal })).rejects.toThrow("cancelled");
    expect(originBranches(bare)).not.toHaveProperty("work");
  });

  test.each(["GIT_SSH_COMMAND", "GIT_SSH"])("goes through the ssh that %s names", async (name) => {
    const { root, bare, repository } = await branched();
    const ssh = join(project({}), "ssh");
    writeFileSync(ssh, '#!/bin/sh\nfor last; do :; done\nexec sh -c "$last"\n', { mode: 0o755 });
    git(root, "remote", "set-url", "origin", `git@wavewright.invalid:${bare}`);
    useEnvironment({ [name]: ssh });
    expect(await planPush(repository, "work", LONG)).toEqual({ push: "create" });
    expect(await pushBranch(repository, "work", LONG)).toBeNull();
    expect(originBranches(bare)).toHaveProperty("work");
    expect(await fetchBranch(repository, "work", LONG)).toEqual({ commit: originBranches(bare).work });
  });

  test("has what connections need, and no token", async () => {
    const { root, repository } = await branched();
    const seen = join(project({}), "environment");
    hook(root, "pre-push", `env > "${seen}"`);
    useEnvironment({
      GITHUB_TOKEN: "token-1",
      GH_TOKEN: "token-2",
      GH_ENTERPRISE_TOKEN: "token-3",
      GIT_ASKPASS: "ask-1",
      SSH_ASKPASS: "ask-2",
      SSH_AUTH_SOCK: "/agent",
      https_proxy: "http://proxy.example:3128",
    });
    expect(await pushBranch(repository, "work", LONG)).toBeNull();
    const environment = readFileSync(seen, "utf8");
    expect(environment).toContain("SSH_AUTH_SOCK=/agent\n");
    expect(environment).toContain("https_proxy=http://proxy.example:3128\n");
    expect(environment).not.toMatch(/token|ask/i);
  });
});

test.each([
  [
    "fatal: unable to access 'https://me:p@ss/w@github.com/a/b.git/': no",
    "fatal: unable to access 'https://github.com/…': no",
  ],
  ["To http://x@h:8/a?t=1#2 and ssh://git@ghe.example:22/a", "To http://h:8/… and ssh://ghe.example:22/…"],
  ["git@github.com: Permission denied (publickey).", "git@github.com: Permission denied (publickey)."],
  ["no address", "no address"],
])("%j is told as %j", (said, told) => {
  expect(withoutAddresses(said)).toBe(told);
});

test("words of any length are read at once", () => {
  for (const part of ["a.", "http://", "x@", "'", "a://@"]) {
    expect(withoutAddresses(part.repeat(100_000)).length).toBeGreaterThan(0);
  }
});
