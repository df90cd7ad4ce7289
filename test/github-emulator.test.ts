/** The GitHub of the tests, asked by a real client over real HTTP: requests, faults, lists, issues. */
import { setTimeout as sleep } from "node:timers/promises";
import { Octokit } from "@octokit/rest";
import { describe, expect, test } from "vitest";
import { FAULTS, type GitHubEmulator, gitHub, startGitHub } from "./support/github.ts";

const REPOSITORY = { owner: "acme", repo: "chat" };
const SILENT = { debug: () => {}, info: () => {}, warn: () => {}, error: () => {} };

function client(github: GitHubEmulator, auth: string = github.token): Octokit {
  return new Octokit({ auth, baseUrl: github.apiUrl, log: SILENT });
}

/** Without a library in between. */
function ask(github: GitHubEmulator, path: string, init: RequestInit = {}): Promise<Response> {
  const headers = { authorization: `Bearer ${github.token}`, ...init.headers };
  return fetch(`${github.apiUrl}${path}`, { ...init, headers });
}

describe("requests", () => {
  test("are recorded, and writes stand out", async () => {
    const github = await gitHub();
    const { number } = await github.createIssue({ title: "Phase 3: Chat", body: "a" });
    expect(github.requests).toEqual([]);

    const { issues } = client(github).rest;
    await issues.get({ ...REPOSITORY, issue_number: number });
    await issues.update({ ...REPOSITORY, issue_number: number, body: "b" });

    expect(github.requests.map(({ method, path, status }) => `${method} ${path} ${status}`)).toEqual([
      "GET /repos/acme/chat/issues/1 200",
      "PATCH /repos/acme/chat/issues/1 200",
    ]);
    expect(github.writes()).toMatchObject([{ method: "PATCH", body: { body: "b" } }]);
    expect(github.requests[0]!.headers.authorization).toContain(github.token);
    expect((await github.issue(number)).body).toBe("b");
    expect(github.violations()).toEqual([]);
  });

  test("several at once do not know each other, and nothing answers after the end", async () => {
    const [one, other] = await Promise.all([startGitHub(), startGitHub({ owner: "b", repo: "c" })]);
    await one.createIssue({ title: "One" });
    expect(await other.issues()).toEqual([]);
    expect(other.env).toEqual({
      GITHUB_TOKEN: other.token,
      GITHUB_API_URL: other.apiUrl,
      GITHUB_REPOSITORY: "b/c",
    });
    one.fault(FAULTS.slow(60_000));
    const waiting = ask(one, "/repos/acme/chat").catch((error: Error) => error.name);
    await expect.poll(() => one.requests.length).toBe(1);
    await Promise.all([one.close(), other.close()]);
    expect(await waiting).toBe("TypeError");
    await expect(ask(one, "/")).rejects.toThrow();
    await expect(ask(other, "/")).rejects.toThrow();
  });

  test("ends where its block ends", async () => {
    let apiUrl: string;
    {
      await using github = await startGitHub();
      apiUrl = github.apiUrl;
      expect((await ask(github, "/repos/acme/chat")).status).toBe(200);
    }
    await expect(fetch(apiUrl)).rejects.toThrow();
  });

  test("answers lead nowhere else", async () => {
    const github = await gitHub();
    await github.createIssue({ title: "One" });
    for (const path of ["", "/issues", "/issues/1", "/labels", "/milestones"]) {
      const text = await (await ask(github, `/repos/acme/chat${path}`)).text();
      const hosts = [...text.matchAll(/"https?:\/\/([^/"]+)/g)].map(([, host]) => host);
      expect(hosts.filter((host) => `http://${host}` !== github.apiUrl)).toEqual([]);
    }
  });

  test.each([
    ["a wrong token", "/repos/acme/chat", { authorization: "Bearer wrong" }, 401, "Bad credentials"],
    ["another repository", "/repos/acme/other", {}, 404, "Not Found"],
    ["another way to write the name", "/repos/Acme/CHAT", {}, 200, "acme/chat"],
  ])("%s", async (_, path, headers, status, text) => {
    const answer = await ask(await gitHub(), path, { headers });
    expect(answer.status).toBe(status);
    expect(await answer.text()).toContain(text);
  });

  test("a body that is no JSON, a write without token", async () => {
    const github = await gitHub();
    const init = { method: "POST", headers: { "content-type": "application/json" } };
    expect((await ask(github, "/repos/acme/chat/issues", { ...init, body: "{" })).status).toBe(400);
    const url = `${github.apiUrl}/repos/acme/chat/issues`;
    expect((await fetch(url, { ...init, body: "{}" })).status).toBe(401);
  });

  test("an Enterprise server has its API below /api/v3 and GraphQL beside it", async () => {
    const github = await gitHub({ enterprise: true });
    expect(github.apiUrl).toMatch(/\/api\/v3$/);
    for (let index = 0; index < 3; index++) await github.createIssue({ title: `Issue ${index}` });
    const octokit = client(github);
    const found = await octokit.paginate(octokit.rest.issues.listForRepo, { ...REPOSITORY, per_page: 1 });
    expect(found).toHaveLength(3);
    await expect(octokit.graphql("mutation { nothing }")).rejects.toThrow("'nothing'");
    expect(github.requests.map(({ path }) => path).at(-1)).toBe("/graphql");
    expect(github.requests.map(({ url }) => url).at(-1)).toBe("/api/graphql");
    expect(github.violations()).toEqual([]);
  });
});

describe("GitHub's description of its API", () => {
  test.each([
    ["GET", "/repos/acme/chat/issue", undefined, "no such operation"],
    ["PUT", "/repos/acme/chat/issues/1", undefined, "no such operation"],
    ["GET", "/repos/acme/chat/issues?label=phase", undefined, "query parameter label is not known"],
    ["GET", "/repos/acme/chat/issues?state=merged", undefined, "parameter state"],
    ["GET", "/repos/acme/chat/issues?per_page=many", undefined, "parameter per_page"],
    ["GET", "/repos/acme/chat/issues?per_page=500", undefined, "per_page is above 100"],
    ["GET", "/repos/acme/chat/issues/one", undefined, "parameter issue_number"],
    ["GET", "/repositories/1/issues", undefined, "no such operation"],
    ["PATCH", "/repos/acme/chat/issues/1", { body: 1 }, "data/body must be string"],
    ["PATCH", "/repos/acme/chat/issues/1", { state: "done" }, "body: data/state"],
    ["PATCH", "/repos/acme/chat/issues/1", { text: "a" }, "body property text is not known"],
    ["POST", "/repos/acme/chat/issues", { body: "a" }, "must have required property 'title'"],
    ["POST", "/repos/acme/chat/issues", undefined, "the body is missing"],
    ["PATCH", "/repos/acme/chat/pulls/1", { draft: false }, "body property draft is not known"],
    ["DELETE", "/repos/acme/chat/git/refs/heads/a", { force: true }, "a body is not known"],
    ["POST", "/graphql", { text: "a" }, "there is no query"],
  ])("%s %s %j: %s", async (method, path, body, why) => {
    const github = await gitHub();
    const headers = { "content-type": "application/json" };
    await ask(github, path, { method, ...(body && { body: JSON.stringify(body), headers }) });
    expect(github.violations()).toEqual([expect.stringContaining(why)]);
  });

  test.each([
    ["GET", "/repos/acme/chat/issues?labels=phase&milestone=1&state=all&per_page=100&page=2", undefined],
    ["PATCH", "/repos/acme/chat/issues/1", { body: null, state: "closed", state_reason: "completed" }],
    ["PUT", "/repos/acme/chat/pulls/1/merge", { sha: "abc", merge_method: "squash" }],
    ["DELETE", "/repos/acme/chat/git/refs/heads/feat/a", undefined],
    ["DELETE", "/repos/acme/chat/git/refs/heads%2Ffeat%2Fa", undefined],
    ["GET", "/repos/acme/chat/branches/feat%2Fa", undefined],
  ])("%s %s is right", async (method, path, body) => {
    const github = await gitHub();
    const headers = { "content-type": "application/json" };
    await ask(github, path, { method, ...(body && { body: JSON.stringify(body), headers }) });
    expect(github.violations()).toEqual([]);
  });

  test("a body has a content type", async () => {
    const github = await gitHub();
    await ask(github, "/repos/acme/chat/issues", { method: "POST", body: '{"title":"a"}' });
    expect(github.violations()).toEqual([expect.stringContaining("content-type")]);
  });
});

describe("faults", () => {
  const PATH = "/repos/acme/chat/issues/1";

  async function seeded(): Promise<GitHubEmulator> {
    const github = await gitHub();
    await github.createIssue({ title: "Phase 3: Chat", body: "as it was" });
    return github;
  }

  function edit(github: GitHubEmulator): Promise<Response> {
    const headers = { "content-type": "application/json" };
    return ask(github, PATH, { method: "PATCH", headers, body: JSON.stringify({ body: "edited" }) });
  }

  test.each([
    ["unauthorized", FAULTS.unauthorized, 401, "Bad credentials"],
    ["forbidden", FAULTS.forbidden, 403, "not accessible"],
    ["notFound", FAULTS.notFound, 404, "Not Found"],
    ["gone", FAULTS.gone, 410, "deleted"],
    ["unprocessable", FAULTS.unprocessable, 422, "Validation Failed"],
    ["serverError", FAULTS.serverError, 500, "Server Error"],
    ["badGateway", FAULTS.badGateway, 502, "<html>"],
    ["unavailable", FAULTS.unavailable, 503, "unavailable"],
    ["html", FAULTS.html, 200, "<!DOCTYPE"],
    ["empty", FAULTS.empty, 200, ""],
    ["secondaryLimit", FAULTS.secondaryLimit(2), 403, "secondary rate limit"],
    ["primaryLimit", FAULTS.primaryLimit(60, 429), 429, "API rate limit exceeded"],
  ])("%s answers once, and writes nothing", async (_, fault, status, text) => {
    const github = await seeded();
    github.fault({ ...fault, method: "PATCH", path: PATH });
    expect((await ask(github, PATH)).status).toBe(200);
    const answer = await edit(github);
    expect(answer.status).toBe(status);
    const body = await answer.text();
    expect(body).toContain(text);
    const type = answer.headers.get("content-type");
    expect(type).toContain(body.startsWith("<") ? "text/html" : "application/json");
    expect((await github.issue(1)).body).toBe("as it was");
    expect((await edit(github)).status).toBe(200);
    expect((await github.issue(1)).body).toBe("edited");
  });

  test("limits say when they end", async () => {
    const github = await seeded();
    github.fault(FAULTS.secondaryLimit(7));
    github.fault(FAULTS.primaryLimit(60));
    expect((await ask(github, PATH)).headers.get("retry-after")).toBe("7");
    const { headers } = await ask(github, PATH);
    expect(headers.get("x-ratelimit-remaining")).toBe("0");
    const seconds = Number(headers.get("x-ratelimit-reset")) - Date.now() / 1000;
    expect(seconds).toBeGreaterThan(30);
    expect(seconds).toBeLessThan(62);
    expect(Number((await ask(github, PATH)).headers.get("x-ratelimit-remaining"))).toBeGreaterThan(0);
  });

  test("a reset connection writes nothing, a lost answer does write", async () => {
    const github = await seeded();
    github.fault({ ...FAULTS.reset, method: "PATCH" });
    await expect(edit(github)).rejects.toThrow();
    expect((await github.issue(1)).body).toBe("as it was");
    github.fault({ ...FAULTS.lostAnswer, method: "PATCH" });
    await expect(edit(github)).rejects.toThrow();
    expect((await github.issue(1)).body).toBe("edited");
    expect(github.requests.map(({ status }) => status)).toEqual([null, null]);
  });

  test("502 after the write, and a truncated body", async () => {
    const github = await seeded();
    github.fault({ ...FAULTS.badGateway, perform: true, method: "PATCH" });
    expect((await edit(github)).status).toBe(502);
    expect((await github.issue(1)).body).toBe("edited");
    github.fault(FAULTS.truncated);
    const answer = await ask(github, PATH);
    expect(answer.status).toBe(200);
    await expect(answer.text()).rejects.toThrow();
  });

  test("a slow answer, which its caller need not wait for", async () => {
    const github = await seeded();
    github.fault({ ...FAULTS.slow(60_000), path: PATH });
    await expect(ask(github, PATH, { signal: AbortSignal.timeout(50) })).rejects.toThrow("timeout");
    github.fault(FAULTS.slow(80));
    const before = performance.now();
    expect((await ask(github, PATH)).status).toBe(200);
    expect(performance.now() - before).toBeGreaterThan(70);
  });

  test("come in order, as often as told, after as many as told, until cleared", async () => {
    const github = await seeded();
    github.fault({ ...FAULTS.badGateway, times: 2, skip: 1 });
    github.fault({ ...FAULTS.serverError, path: /\/issues\/\d+$/, times: Number.POSITIVE_INFINITY });
    const statuses: number[] = [];
    for (let index = 0; index < 5; index++) statuses.push((await ask(github, PATH)).status);
    expect(statuses).toEqual([500, 502, 502, 500, 500]);
    github.clearFaults();
    expect((await ask(github, PATH)).status).toBe(200);
  });

  test("another writer comes between a read and a write, or right after the write", async () => {
    const github = await seeded();
    const seen: (string | null)[] = [];
    github.fault({
      method: "PATCH",
      before: async () => {
        seen.push((await github.issue(1)).body);
        await github.editIssue(1, { body: "another's", title: "Phase 3: Talk" });
      },
      after: async () => seen.push((await github.issue(1)).body),
    });
    expect((await edit(github)).status).toBe(200);
    expect(seen).toEqual(["as it was", "edited"]);
    expect(await github.issue(1)).toMatchObject({ body: "edited", title: "Phase 3: Talk" });
    expect(github.writes()).toHaveLength(1);
  });
});

describe("issues", () => {
  test("250 come in pages that only Link leads through", async () => {
    const github = await gitHub();
    const { number } = await github.createMilestone({ title: "v1.2" });
    for (let index = 1; index <= 250; index++) {
      await github.createIssue({ title: `Phase ${index}: Chat`, labels: ["phase"], milestone: number });
    }
    const octokit = client(github);
    const filter = { labels: "phase", milestone: String(number), state: "all", per_page: 100 } as const;
    const found = await octokit.paginate(octokit.rest.issues.listForRepo, { ...REPOSITORY, ...filter });
    expect(found.map((issue) => issue.number)).toEqual(Array.from({ length: 250 }, (_, at) => 250 - at));
    expect(github.requests.map(({ path }) => path)).toEqual([
      "/repos/acme/chat/issues",
      "/repositories/1/issues",
      "/repositories/1/issues",
    ]);
    expect(github.requests[1]!.query).toMatchObject({ ...filter, per_page: "100", page: "2" });
    expect(github.requests[1]!.query.after).toBeDefined();
    expect(github.violations()).toEqual([]);

    const { link } = (await octokit.rest.issues.listForRepo({ ...REPOSITORY, ...filter, page: 2 })).headers;
    expect([...link!.matchAll(/rel="(\w+)"/g)].map(([, rel]) => rel)).toEqual(["prev", "next"]);
  });

  test.each([
    ["state=all", [5, 4, 3, 2, 1]],
    ["", [4, 3, 1]],
    ["state=closed", [5, 2]],
    ["labels=phase&state=all", [4, 2, 1]],
    ["labels=Phase,bug&state=all", [2]],
    ["labels=none", []],
    ["milestone=1&state=all", [4, 1]],
    ["milestone=*&state=all", [4, 2, 1]],
    ["milestone=none&state=all", [5, 3]],
    ["state=all&direction=asc&per_page=2&page=2", [3, 4]],
  ])("are filtered by %s", async (query, numbers) => {
    const github = await gitHub();
    await github.createMilestone({ title: "v1.2" });
    await github.createMilestone({ title: "v1.1", state: "closed" });
    await github.createIssue({ title: "One", labels: ["phase"], milestone: 1 });
    await github.createIssue({ title: "Two", labels: ["phase", "bug"], milestone: 2, state: "closed" });
    await github.createIssue({ title: "Three" });
    await github.createPull({ head: "four", labels: ["phase"], milestone: 1 });
    await github.createIssue({ title: "Five", state: "closed" });
    const found = (await (await ask(github, `/repos/acme/chat/issues?${query}`)).json()) as {
      number: number;
      pull_request?: object;
    }[];
    expect(found.map(({ number }) => number)).toEqual(numbers);
    expect(found.filter((issue) => issue.pull_request).every(({ number }) => number === 4)).toBe(true);
    expect(github.violations()).toEqual([]);
  });

  test("an unknown milestone is refused, and milestones list their states", async () => {
    const github = await gitHub();
    await github.createMilestone({ title: "v1.2" });
    await github.createMilestone({ title: "v1.1", state: "closed" });
    expect((await ask(github, "/repos/acme/chat/issues?milestone=9")).status).toBe(422);
    expect((await ask(github, "/repos/acme/chat/issues?milestone=v1.2")).status).toBe(422);
    const titles = async (query: string) =>
      ((await (await ask(github, `/repos/acme/chat/milestones${query}`)).json()) as { title: string }[]).map(
        ({ title }) => title,
      );
    expect(await titles("")).toEqual(["v1.2"]);
    expect(await titles("?state=all")).toEqual(["v1.2", "v1.1"]);
    expect(await titles("?state=all&per_page=1&page=2")).toEqual(["v1.1"]);
  });

  test("a pull request can be read and edited as one; a deleted one is 410 and in no list", async () => {
    const github = await gitHub();
    await github.createPull({ head: "feat" });
    await github.createIssue({ title: "Two" });
    const { issues } = client(github).rest;
    const { data } = await issues.get({ ...REPOSITORY, issue_number: 1 });
    expect(data.pull_request).toBeDefined();
    await issues.update({ ...REPOSITORY, issue_number: 1, body: "edited" });
    expect((await github.pull(1)).body).toBe("edited");

    github.deleteIssue(2);
    await expect(issues.get({ ...REPOSITORY, issue_number: 2 })).rejects.toMatchObject({ status: 410 });
    await expect(issues.update({ ...REPOSITORY, issue_number: 2, body: "" })).rejects.toMatchObject({
      status: 410,
    });
    await expect(issues.get({ ...REPOSITORY, issue_number: 3 })).rejects.toMatchObject({ status: 404 });
    const { data: left } = await issues.listForRepo({ ...REPOSITORY, state: "all" });
    expect(left.map(({ number }) => number)).toEqual([1]);
    expect(github.violations()).toEqual([]);
  });

  test("a megabyte can be there, though it cannot be written; CRLF stays", async () => {
    const github = await gitHub();
    const body = "long\r\n".repeat(170_000);
    await github.createIssue({ title: "Long", body });
    const { issues } = client(github).rest;
    const { data } = await issues.get({ ...REPOSITORY, issue_number: 1 });
    expect(data.body === body).toBe(true);
    await expect(issues.update({ ...REPOSITORY, issue_number: 1, body })).rejects.toMatchObject({
      status: 422,
    });
    await issues.update({ ...REPOSITORY, issue_number: 1, body: "a\r\nb" });
    expect((await github.issue(1)).body).toBe("a\r\nb");
  });

  test("closing says who and when, and the time of writing moves on", async () => {
    const github = await gitHub();
    const { updated_at } = await github.createIssue({ title: "One" });
    await sleep(5);
    await client(github).rest.issues.update({ ...REPOSITORY, issue_number: 1, state: "closed" });
    const issue = await github.issue(1);
    expect(issue).toMatchObject({ state: "closed", state_reason: "completed" });
    expect(issue.closed_at).not.toBeNull();
    expect(issue.updated_at > updated_at).toBe(true);
  });
});
