/** What the tools ask GitHub for, over real HTTP, and what is made of the answers. */
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { type GitHub, openGitHub } from "../../src/workspace/github.ts";
import { LIMITS } from "../../src/workspace/github-client.ts";
import { type GitHubEmulator, type GitHubOptions, gitHub } from "../support/github.ts";
import { project } from "../support/project.ts";

beforeEach(() => {
  for (const name of [
    "GH_TOKEN",
    "GH_ENTERPRISE_TOKEN",
    "GITHUB_ENTERPRISE_TOKEN",
    "GITHUB_SERVER_URL",
    "GH_HOST",
  ])
    vi.stubEnv(name, "");
});
afterEach(() => {
  vi.unstubAllEnvs();
});

async function open(options?: GitHubOptions): Promise<{ server: GitHubEmulator; github: GitHub }> {
  const server = await gitHub(options);
  for (const [name, value] of Object.entries(server.env)) vi.stubEnv(name, value);
  const github = await openGitHub(project(), {
    signal: new AbortController().signal,
    limits: { ...LIMITS, secondMs: 1 },
  });
  return { server, github };
}

test("nothing is asked before something is wanted", async () => {
  const { server, github } = await open();
  expect(github.repository).toEqual({
    host: expect.any(String),
    owner: "acme",
    repo: "chat",
    apiUrl: server.apiUrl,
  });
  expect(server.requests).toEqual([]);
  expect(github.timeLeft()).toBeGreaterThan(30_000);
});

test("the limits are those of the contract", () => {
  expect(LIMITS).toMatchObject({
    requestMs: 10_000,
    tries: 3,
    limitMs: 10_000,
    callMs: 45_000,
    secondMs: 1_000,
  });
});

test("a request says who asks, and has the token in its header only", async () => {
  const { server, github } = await open();
  await github.listMilestones();
  const [{ headers, ...rest }] = server.requests as [(typeof server.requests)[0]];
  expect(headers).toMatchObject({
    authorization: `Bearer ${server.token}`,
    "user-agent": expect.stringMatching(/^wavewright\/\d/),
    "x-github-api-version": "2022-11-28",
  });
  expect(JSON.stringify(rest)).not.toContain(server.token);
});

describe("issues", () => {
  test("milestones in every state, over all pages", async () => {
    const { server, github } = await open();
    for (let index = 1; index <= 101; index++) {
      await server.createMilestone({ title: `v1.${index}`, state: index % 2 ? "open" : "closed" });
    }
    const milestones = await github.listMilestones();
    expect(milestones.map(({ title }) => title).sort()).toEqual(
      Array.from({ length: 101 }, (_, index) => `v1.${index + 1}`).sort(),
    );
    expect(milestones.filter(({ state }) => state === "closed")).toHaveLength(50);
    expect(server.violations()).toEqual([]);
  });

  test("250 issues of a milestone and label, over all pages, without pull requests", async () => {
    const { server, github } = await open();
    const { number: milestone } = await server.createMilestone({ title: "v1.2" });
    const { number: other } = await server.createMilestone({ title: "v1.3" });
    const numbers: number[] = [];
    for (let index = 1; index <= 250; index++) {
      const state = index % 3 === 0 ? "closed" : "open";
      const issue = { title: `Phase ${index}: x`, labels: ["phase"], milestone, state } as const;
      numbers.push((await server.createIssue(issue)).number);
    }
    await server.createIssue({ title: "Phase 1: x", labels: ["phase"], milestone: other });
    await server.createIssue({ title: "Phase 1: x", labels: ["bug"], milestone });
    await server.createPull({ head: "feat/x", title: "Phase 1: x", labels: ["phase"], milestone });
    const issues = await github.listIssues({ label: "phase", milestone });
    expect(issues.map(({ number }) => number).sort((a, b) => a - b)).toEqual(numbers);
    expect(issues[0]).toMatchObject({ labels: ["phase"], milestone: "v1.2", isPullRequest: false });
    expect(await github.listIssues({ label: "phase", milestone, state: "closed" })).toHaveLength(83);
    expect(server.requests.filter(({ query }) => query.state === "all")).toHaveLength(3);
    expect(server.violations()).toEqual([]);
  });

  test("one issue, as it is; its text for results is cleaned, its body is not", async () => {
    const { server, github } = await open();
    const body = "line\r\n\u202ehidden\u200b\r\n";
    const { number } = await server.createIssue({ title: "Phase\u202e 3:\u200b Chat", body });
    const issue = await github.getIssue(number);
    expect(issue).toEqual({
      number,
      url: expect.stringContaining(`/acme/chat/issues/${number}`),
      title: "Phase 3: Chat",
      state: "open",
      body,
      closedAt: null,
      isReopened: false,
      isPullRequest: false,
      labels: [],
      milestone: null,
    });
    const { number: pull } = await server.createPull({ head: "feat/x" });
    expect(await github.getIssue(pull)).toMatchObject({ number: pull, isPullRequest: true });
    const { number: empty } = await server.createIssue({ title: "t" });
    expect(await github.getIssue(empty)).toMatchObject({ body: "" });
  });

  test("none when it is not there or was deleted", async () => {
    const { server, github } = await open();
    expect(await github.getIssue(99)).toBeNull();
    const { number } = await server.createIssue({ title: "t" });
    await server.deleteIssue(number);
    expect(await github.getIssue(number)).toBeNull();
  });

  test.each([
    "a\r\nb\n\u202e\u0000\ud83d\ude42",
    "12n",
    '{"a":"12n","b":["-1nn"]}',
    "",
    "x".repeat(60_000),
    ":owner {repo} %2e%2e",
  ])("body %#: GitHub gets and gives exactly what was written", async (body) => {
    const { server, github } = await open();
    const { number } = await server.createIssue({ title: "t", body: "before" });
    expect(await github.replaceIssueBody(number, "before", body)).toMatchObject({
      issue: { body },
      isWritten: true,
    });
    expect((await github.getIssue(number))?.body).toBe(body);
    expect(server.violations()).toEqual([]);
    expect(server.writes().map(({ body }) => Object.keys(body as object))).toEqual([["body"]]);
  });

  test("closing, twice", async () => {
    const { server, github } = await open();
    const { number } = await server.createIssue({ title: "t", body: "b" });
    await github.closeIssue(number);
    await github.closeIssue(number);
    expect(await server.issue(number)).toMatchObject({ state: "closed", body: "b" });
    expect(server.violations()).toEqual([]);
  });
});

describe("pull requests", () => {
  test("those of a branch in every state, of the own repository alone", async () => {
    const { server, github } = await open();
    const { number: closed } = await server.createPull({ head: "feat/x", state: "closed" });
    const { number: opened } = await server.createPull({
      head: "feat/x",
      draft: true,
      title: "T",
      body: "B",
    });
    await server.createPull({ head: "feat/xy" });
    await server.createPull({ head: "feat/x", fork: true });
    await server.createPull({ head: "feat/x", fork: "deleted" });
    const pulls = await github.listPulls("feat/x");
    expect(pulls.map(({ number, state }) => [number, state]).sort()).toEqual([
      [closed, "closed"],
      [opened, "open"],
    ]);
    expect(pulls.find(({ number }) => number === opened)).toEqual({
      number: opened,
      url: expect.stringMatching(/^http/),
      title: "T",
      state: "open",
      draft: true,
      merged: false,
      mergedAt: null,
      body: "B",
      head: "feat/x",
      headSha: expect.stringMatching(/^[0-9a-f]{40}$/),
      base: "main",
      nodeId: expect.any(String),
      mergeable: null,
      isCrossRepository: false,
    });
    expect(await github.listPulls("none")).toEqual([]);
    expect(server.violations()).toEqual([]);
  });

  test("created as a draft, made ready, merged, its branch deleted", async () => {
    const { server, github } = await open();
    server.createBranch("feat/v1.2-03-chat");
    server.advanceBranch("feat/v1.2-03-chat");
    const created = await github.createPull({
      title: "v1.2 Phase 3: Chat",
      body: "Closes #1",
      head: "feat/v1.2-03-chat",
      base: await github.defaultBranch(),
      draft: true,
    });
    expect(created).toMatchObject({ draft: true, state: "open", merged: false, base: "main" });
    await github.markReady(created.nodeId);
    const ready = await github.getPull(created.number);
    expect(ready.draft).toBe(false);
    await expect(github.mergePull(created.number, { sha: "0".repeat(40) })).rejects.toMatchObject({
      reason: "api_error",
      status: 409,
    });
    await github.mergePull(created.number, { sha: ready.headSha });
    expect(await github.getPull(created.number)).toMatchObject({ merged: true, state: "closed" });
    expect((await github.listPulls("feat/v1.2-03-chat"))[0]).toMatchObject({ merged: true });
    expect(await github.deleteBranch("feat/v1.2-03-chat", ready.headSha)).toBe("deleted");
    expect(server.branches().has("feat/v1.2-03-chat")).toBe(false);
    expect(await github.deleteBranch("feat/v1.2-03-chat", ready.headSha)).toBe("missing");
    expect(server.violations()).toEqual([]);
  });

  test("GraphQL is beside the REST API on an Enterprise server", async () => {
    const { server, github } = await open({ enterprise: true });
    const { node_id } = await server.createPull({ head: "feat/x", draft: true });
    await github.markReady(node_id);
    expect(server.requests.map(({ url }) => url)).toEqual(["/api/graphql"]);
  });

  test("what GitHub refuses", async () => {
    const { server, github } = await open();
    const draft = { title: "t", body: "b", head: "none", base: "main", draft: true };
    await expect(github.createPull(draft)).rejects.toMatchObject({ reason: "api_error", status: 422 });
    expect(server.writes()).toHaveLength(1);
    await expect(github.markReady("PR_none")).rejects.toMatchObject({ reason: "api_error" });
    await expect(github.getPull(99)).rejects.toMatchObject({ reason: "api_error", status: 404 });
    const { number, head } = await server.createPull({ head: "feat/x", draft: true });
    await expect(github.mergePull(number, { sha: head.sha })).rejects.toMatchObject({
      reason: "api_error",
      status: 405,
    });
  });
});
