import { describe, expect, test } from "vitest";
import openPhasePr from "../../tools/open_phase_pr.ts";
import readyPhasePr from "../../tools/ready_phase_pr.ts";
import { call, callError } from "../support/client.ts";
import { git } from "../support/git.ts";
import { FAULTS } from "../support/github.ts";
import {
  BRANCH,
  commitFile,
  originBranches,
  phasePull,
  ROADMAP,
  TITLE,
  useEnvironment,
} from "../support/phase-pull.ts";
import { project, snapshotTree, write } from "../support/project.ts";

const PUSH = { action: "update", path: `origin/${BRANCH}` };
const MARK = { action: "update", path: "acme/chat#1" };

async function opened(options?: Parameters<typeof phasePull>[0]) {
  const pull = await phasePull({ pushed: true, ...options });
  await pull.github.createPull({ head: BRANCH, title: TITLE, draft: true });
  return pull;
}

/** The dry run changes nothing and says what the act says. */
async function act(root: string, bare: string) {
  const before = [snapshotTree(root), snapshotTree(bare)];
  const planned = await call(readyPhasePr, { phase: "3", dry_run: true }, root);
  expect([snapshotTree(root), snapshotTree(bare)]).toEqual(before);
  const answer = await call(readyPhasePr, { phase: "3" }, root);
  expect(answer).toEqual(planned);
  return answer;
}

describe("a draft", () => {
  test("is pushed and marked, and the second call has nothing to do", async () => {
    const { root, bare, github } = await opened();
    const commit = commitFile(root, "src/more.ts", "1");
    const answer = await act(root, bare);
    expect(answer).toEqual({
      status: "ready",
      reason: null,
      pr: { number: 1, url: expect.stringMatching(/\/pull\/1$/), state: "open", draft: false, merged: false },
      changes: [PUSH, MARK],
      diagnostics: [],
    });
    expect(originBranches(bare)[BRANCH]).toBe(commit);
    expect(await github.pull(1)).toMatchObject({ draft: false, head: { sha: commit } });
    expect(await act(root, bare)).toEqual({ ...answer, status: "unchanged", changes: [] });
    expect(github.violations()).toEqual([]);
  });

  test("is marked where there is nothing to push", async () => {
    const { root, bare } = await opened();
    expect(await act(root, bare)).toMatchObject({ status: "ready", changes: [MARK] });
  });

  test("is marked where its branch is only at origin, even unseen", async () => {
    const { root, bare } = await opened();
    git(root, "switch", "--quiet", "main");
    git(root, "branch", "--quiet", "-D", BRANCH);
    git(root, "update-ref", "-d", `refs/remotes/origin/${BRANCH}`);
    expect(await act(root, bare)).toMatchObject({ status: "ready", changes: [MARK] });
  });
});

describe("what is ready", () => {
  test("gets new commits", async () => {
    const { root, bare, github } = await opened();
    await github.editPull(1, { draft: false });
    commitFile(root, "src/more.ts", "1");
    expect(await act(root, bare)).toMatchObject({ status: "ready", changes: [PUSH] });
    expect(github.writes().filter(({ path }) => path === "/graphql")).toEqual([]);
  });

  test("and merged is left alone, its branch too", async () => {
    const { root, bare, github } = await opened();
    await github.editPull(1, { draft: false });
    const headers = { authorization: `Bearer ${github.token}` };
    await fetch(`${github.apiUrl}/repos/acme/chat/pulls/1/merge`, { method: "PUT", headers });
    github.removeBranch(BRANCH);
    commitFile(root, "src/more.ts", "1");
    const answer = await act(root, bare);
    expect(answer).toMatchObject({ status: "unchanged", pr: { number: 1, merged: true }, changes: [] });
    expect(answer.diagnostics).toMatchObject([
      { code: "GITHUB", message: expect.stringMatching(/^1 commit of/) },
    ]);
    expect(originBranches(bare)).not.toHaveProperty(BRANCH);
  });
});

describe("nothing is marked", () => {
  test("unless pr_workflow is on", async () => {
    const { root, github } = await phasePull({ config: {} });
    expect(await call(readyPhasePr, { phase: "3" }, root)).toMatchObject({
      status: "skipped",
      reason: "pr_workflow_off",
    });
    expect(github.requests).toEqual([]);
  });

  test("without a milestone", async () => {
    const { root } = await phasePull({
      tree: { ".planning/ROADMAP.md": ROADMAP.replace("v1.2.0 Talk", "None") },
    });
    expect(await call(readyPhasePr, { phase: "3" }, root)).toMatchObject({ reason: "milestone_unknown" });
  });

  test("without a pull request, and nothing is pushed", async () => {
    const { root, bare, github } = await phasePull();
    expect(await act(root, bare)).toMatchObject({ status: "skipped", reason: "pr_not_found", pr: null });
    expect(originBranches(bare)).not.toHaveProperty(BRANCH);
    await call(openPhasePr, { phase: "3" }, root);
    await github.editPull(1, { state: "closed" });
    expect(await act(root, bare)).toMatchObject({
      status: "skipped",
      reason: "pr_not_found",
      diagnostics: [{ message: expect.stringContaining("#1 was closed") }],
    });
  });

  test("without a branch", async () => {
    const { root } = await phasePull();
    expect(await call(readyPhasePr, { phase: "4" }, root)).toMatchObject({
      status: "skipped",
      reason: "branch_missing",
    });
  });

  test("without a remote or a token", async () => {
    const { root } = await opened();
    useEnvironment({ GITHUB_REPOSITORY: "" });
    expect(await call(readyPhasePr, { phase: "3" }, root)).toMatchObject({ reason: "no_remote" });
    useEnvironment({
      GITHUB_REPOSITORY: "acme/chat",
      GITHUB_TOKEN: "",
      HOME: project({}),
      XDG_CONFIG_HOME: "",
    });
    expect(await call(readyPhasePr, { phase: "3" }, root)).toMatchObject({ reason: "no_token" });
  });

  test("where pushes go to another repository, and nothing is pushed", async () => {
    const { root, bare, github } = await opened();
    git(root, "config", "remote.origin.pushurl", "git@github.com:me/fork.git");
    commitFile(root, "src/more.ts", "1");
    expect(await act(root, bare)).toMatchObject({ status: "failed", reason: "push_failed", changes: [] });
    expect(await github.pull(1)).toMatchObject({ draft: true });
  });

  test("where the push fails", async () => {
    const { root, github } = await opened();
    github.advanceBranch(BRANCH);
    commitFile(root, "src/more.ts", "1");
    expect(await call(readyPhasePr, { phase: "3" }, root)).toMatchObject({
      status: "failed",
      reason: "push_failed",
      pr: { number: 1, draft: true },
      changes: [],
    });
    expect(await github.pull(1)).toMatchObject({ draft: true });
  });

  test.each([
    ["unauthorized", FAULTS.unauthorized],
    ["rate_limited", FAULTS.graphqlLimit(3_600)],
    ["api_error", FAULTS.html],
    ["api_error", { status: 200, body: { errors: [{ type: "NOT_FOUND", message: "@all closes #1" }] } }],
  ])("when GitHub says %s, and what was pushed is told", async (reason, fault) => {
    const { root, github } = await opened();
    commitFile(root, "src/more.ts", "1");
    github.fault({ ...fault, path: "/graphql", times: 5 });
    const answer = await call(readyPhasePr, { phase: "3" }, root);
    expect(answer).toMatchObject({
      status: "failed",
      reason,
      pr: { number: 1, draft: true },
      changes: [PUSH],
      diagnostics: [{ code: "GITHUB" }],
    });
    expect(JSON.stringify(answer)).not.toMatch(/@all|closes/);
    github.clearFaults();
    expect(await call(readyPhasePr, { phase: "3" }, root)).toMatchObject({
      status: "ready",
      changes: [MARK],
    });
  });

  test("when GitHub is down", async () => {
    const { root, github } = await opened();
    await github.close();
    expect(await call(readyPhasePr, { phase: "3" }, root)).toMatchObject({ reason: "unreachable" });
  });
});

test("broken settings are an error", async () => {
  const { root } = await phasePull();
  write(root, { ".planning/config.json": "{" });
  expect(await callError(readyPhasePr, { phase: "3" }, root)).toMatchObject({ code: "INVALID_CONFIG" });
});
