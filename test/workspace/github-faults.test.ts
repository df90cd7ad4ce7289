/** Everything that goes wrong with GitHub, over real HTTP: what it is called, how often it is tried, and what never leaves. */
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { inspect } from "node:util";
import { afterEach, beforeEach, describe, expect, onTestFinished, test, vi } from "vitest";
import { type GitHub, GitHubFailure, openGitHub } from "../../src/workspace/github.ts";
import { LIMITS, type Limits } from "../../src/workspace/github-client.ts";
import { FAULTS, type GitHubEmulator, gitHub } from "../support/github.ts";
import { project } from "../support/project.ts";

const OTHERS = ["GH_TOKEN", "GH_ENTERPRISE_TOKEN", "GITHUB_ENTERPRISE_TOKEN", "GITHUB_SERVER_URL", "GH_HOST"];
/** Waits are a thousandth; requests and calls may take long on a slow machine. */
const QUICK: Limits = { ...LIMITS, secondMs: 1 };

beforeEach(() => {
  for (const name of OTHERS) vi.stubEnv(name, "");
});
afterEach(() => {
  vi.unstubAllEnvs();
});

interface OpenOptions {
  limits?: Partial<Limits>;
  signal?: AbortSignal;
  usedMs?: number;
}

function openAs(env: Record<string, string>, { limits, signal, usedMs }: OpenOptions = {}): Promise<GitHub> {
  for (const [name, value] of Object.entries(env)) vi.stubEnv(name, value);
  const options = { usedMs, signal: signal ?? new AbortController().signal, limits: { ...QUICK, ...limits } };
  return openGitHub(project(), options);
}

async function open(
  options?: OpenOptions,
): Promise<{ server: GitHubEmulator; github: GitHub; number: number }> {
  const server = await gitHub();
  const { number } = await server.createIssue({ title: "t", body: "before" });
  return { server, github: await openAs(server.env, options), number };
}

async function failure(work: Promise<unknown>): Promise<GitHubFailure> {
  const error = await work.then(
    () => expect.fail("it did not fail"),
    (thrown) => thrown,
  );
  expect(error).toBeInstanceOf(GitHubFailure);
  return error;
}

describe("reasons", () => {
  test.each([
    ["401", FAULTS.unauthorized, "unauthorized", 401, 1],
    ["403", FAULTS.forbidden, "unauthorized", 403, 1],
    ["422", FAULTS.unprocessable, "api_error", 422, 1],
    ["409", { status: 409, body: {} }, "api_error", 409, 1],
    ["451", { status: 451, body: {} }, "api_error", 451, 1],
    ["500", { ...FAULTS.serverError, times: 9 }, "api_error", 500, 3],
    ["502 with a page", { ...FAULTS.badGateway, times: 9 }, "api_error", 502, 3],
    ["503", { ...FAULTS.unavailable, times: 9 }, "api_error", 503, 3],
    ["a reset connection", { ...FAULTS.reset, times: 9 }, "unreachable", undefined, 3],
    ["a cut body", { ...FAULTS.truncated, times: 9 }, "unreachable", undefined, 3],
    ["a page instead of JSON", FAULTS.html, "api_error", 200, 1],
    ["an empty body", FAULTS.empty, "api_error", 200, 1],
    ["204", { status: 204 }, "api_error", 204, 1],
    ["304", { status: 304 }, "api_error", 304, 1],
    [
      "half a JSON text",
      { status: 200, headers: { "content-type": "application/json" }, body: '{"number": 1, "ti' },
      "api_error",
      200,
      1,
    ],
    ["JSON of another shape", { status: 200, body: { number: 1 } }, "api_error", 200, 1],
    ["JSON null", { status: 200, body: "null" }, "api_error", 200, 1],
    [
      "an issue without a body field",
      { status: 200, body: { number: 1, html_url: "https://x", title: "t", state: "open", labels: [] } },
      "api_error",
      200,
      1,
    ],
    ["a limit without a time", { status: 429, body: {} }, "rate_limited", 429, 1],
    [
      "a limit by retry-after alone",
      { status: 403, headers: { "retry-after": "3600" }, body: {} },
      "rate_limited",
      403,
      1,
    ],
    [
      "a secondary limit by its words alone",
      { status: 403, body: { message: "You have exceeded a secondary rate limit" } },
      "rate_limited",
      403,
      1,
    ],
  ] as const)("%s", async (_, fault, reason, status, tries) => {
    const { server, github, number } = await open();
    server.fault(fault);
    const error = await failure(github.getIssue(number));
    expect(error).toMatchObject({ reason, status });
    expect(server.requests).toHaveLength(tries);
    // Our own words only.
    expect(error.message).not.toMatch(/Bad credentials|Unicorn|Resource|Validation|exceeded|<|documentation/);
    if (status !== undefined) expect(error.message).toContain(String(status));
  });

  test("nobody listens; no such host; no answer; a certificate that is not valid", async () => {
    const server = createServer();
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    const { port } = server.address() as AddressInfo;
    await new Promise((resolve) => server.close(resolve));
    const as = (url: string) => openAs({ GITHUB_TOKEN: "t", GITHUB_REPOSITORY: "a/b", GITHUB_API_URL: url });
    const refused = await failure((await as(`http://127.0.0.1:${port}`)).getIssue(1));
    expect(refused).toMatchObject({ reason: "unreachable", status: undefined });
    expect(refused.message).toContain("refused");
    const unknown = await failure((await as("https://wavewright.invalid")).getIssue(1));
    expect(unknown.reason).toBe("unreachable");
    const { server: slow, github, number } = await open({ limits: { requestMs: 100 } });
    slow.fault({ ...FAULTS.slow(60_000), times: 9 });
    const late = await failure(github.getIssue(number));
    expect(late).toMatchObject({ reason: "unreachable" });
    expect(late.message).toContain("in time");
    expect(slow.requests).toHaveLength(3);
    const plain = new URL(slow.apiUrl);
    const noTls = await failure((await as(`https://127.0.0.1:${plain.port}`)).getIssue(1));
    expect(noTls.reason).toBe("unreachable");
  });

  test.each(["GET", "PATCH", "POST", "DELETE", "GraphQL"])("a refused token, by %s", async (method) => {
    const { server, github, number } = await open();
    const pull = { title: "t", body: "b", head: "h", base: "main", draft: true };
    const work = {
      GET: () => github.listMilestones(),
      PATCH: () => github.replaceIssueBody(number, "before", "b"),
      POST: () => github.createPull(pull),
      DELETE: () => github.deleteBranch("h", server.createBranch("h")),
      GraphQL: () => github.markReady("id"),
    }[method]!;
    const sent = method === "GraphQL" || method === "DELETE" ? "POST" : method;
    server.fault({ ...FAULTS.unauthorized, method: sent, times: 9 });
    expect(await failure(work())).toMatchObject({ reason: "unauthorized", status: 401 });
    expect(server.requests.filter((request) => request.method === sent)).toHaveLength(1);
  });
});

describe("what passes", () => {
  test.each([
    ["502", FAULTS.badGateway],
    ["500", FAULTS.serverError],
    ["a reset connection", FAULTS.reset],
    ["a cut body", FAULTS.truncated],
  ])("%s twice, then an answer", async (_, fault) => {
    const { server, github, number } = await open();
    server.fault({ ...fault, times: 2 });
    expect(await github.getIssue(number)).toMatchObject({ number });
    expect(server.requests).toHaveLength(3);
  });

  test.each([
    ["secondary", FAULTS.secondaryLimit(2)],
    ["secondary with 429", FAULTS.secondaryLimit(10, 429)],
    ["primary", FAULTS.primaryLimit(2)],
    ["told by retry-after alone", { status: 429, headers: { "retry-after": "1" }, body: {} }],
  ])("a short limit, %s", async (_, fault) => {
    const { server, github, number } = await open();
    server.fault(fault);
    expect(await github.getIssue(number)).toMatchObject({ number });
    expect(server.requests).toHaveLength(2);
  });

  test("a limit is waited for once", async () => {
    const { server, github, number } = await open();
    server.fault({ ...FAULTS.secondaryLimit(1), times: 9 });
    expect(await failure(github.getIssue(number))).toMatchObject({ reason: "rate_limited" });
    expect(server.requests).toHaveLength(2);
  });

  const EXCEEDED = "You have exceeded a secondary rate limit. Please wait a few minutes.";
  const GRAPHQL_LIMITS: [name: string, body: object | null, headers?: Record<string, string>][] = [
    ["a type and a code", { errors: [{ type: "RATE_LIMIT", code: "graphql_rate_limit", message: "x" }] }],
    ["the old type", { errors: [{ type: "RATE_LIMITED" }] }],
    ["a code", { data: null, errors: [{ type: "OTHER", code: "graphql_rate_limit" }] }],
    ["an error's words", { errors: [{ message: EXCEEDED }] }, { "x-ratelimit-remaining": "4987" }],
    ["words", { message: EXCEEDED, documentation_url: "https://docs.github.com" }],
    ["a header alone", { data: null }],
    ["a header and nothing that is known", { errors: [5] }],
  ];

  test.each(GRAPHQL_LIMITS)("a limit of GraphQL, told with status 200 by %s", async (_, body, headers) => {
    for (const enterprise of [undefined, true] as const) {
      const server = await gitHub({ enterprise });
      const { node_id } = await server.createPull({ head: "feat/x", draft: true });
      const github = await openAs(server.env);
      const limit = (seconds: number) => ({
        path: "/graphql",
        status: 200,
        headers: { "retry-after": String(seconds), ...headers },
        body,
      });
      server.fault(limit(2));
      await github.markReady(node_id);
      expect(server.requests).toHaveLength(2);
      server.fault(limit(3_000));
      const { reason, message, retryAt } = await failure(github.markReady(node_id));
      expect([reason, Math.abs(Date.parse(retryAt!) - Date.now() - 3_000_000) < 30_000]).toEqual([
        "rate_limited",
        true,
      ]);
      expect(message).toMatch(/GraphQL/);
      expect(message).not.toMatch(/exceeded|429/);
      expect(server.requests).toHaveLength(3);
    }
  });

  test("a limit of GraphQL without a time to wait is given up", async () => {
    const { server, github } = await open();
    server.fault({ path: "/graphql", status: 200, body: { errors: [{ type: "RATE_LIMIT" }] } });
    expect(await failure(github.markReady("id"))).toMatchObject({ reason: "rate_limited" });
    expect(server.requests).toHaveLength(1);
  });

  test("the last request before a limit may be refused for another reason", async () => {
    const { server, github } = await open();
    const headers = { "x-ratelimit-remaining": "0" };
    const errors = [{ type: "FORBIDDEN", message: "no" }];
    server.fault({ path: "/graphql", status: 200, headers, body: { data: null, errors } });
    expect(await failure(github.markReady("id"))).toMatchObject({ reason: "unauthorized" });
  });

  test("GraphQL: 502 and a limit", async () => {
    const { server, github } = await open();
    const { node_id } = await server.createPull({ head: "feat/x", draft: true });
    server.fault({ ...FAULTS.badGateway, path: "/graphql", times: 2 });
    await github.markReady(node_id);
    server.fault({ ...FAULTS.reset, path: "/graphql", times: 2 });
    await github.markReady(node_id);
    server.fault(FAULTS.graphqlLimit(2));
    await github.markReady(node_id);
    server.fault(FAULTS.graphqlLimit(3_000));
    const { reason, retryAt } = await failure(github.markReady(node_id));
    expect([reason, Math.abs(Date.parse(retryAt!) - Date.now() - 3_000_000) < 30_000]).toEqual([
      "rate_limited",
      true,
    ]);
  });
});

describe("limits that last longer are told and not waited for", () => {
  test.each([
    ["secondary", FAULTS.secondaryLimit, 11],
    ["primary", FAULTS.primaryLimit, 3_600],
  ])("%s", async (_, limit, seconds) => {
    const { server, github, number } = await open();
    server.fault({ ...limit(seconds), times: 9 });
    const { reason, retryAt, message } = await failure(github.getIssue(number));
    expect(reason).toBe("rate_limited");
    expect(message).toContain(retryAt);
    expect(Math.abs(Date.parse(retryAt!) - Date.now() - seconds * 1_000)).toBeLessThan(30_000);
    expect(server.requests).toHaveLength(1);
  });

  test.each(["never", "-5", "99999999999999999999", "1e400", "Wed, 21 Oct 2015 07:28:00 GMT"])(
    "a time that is none: %s",
    async (value) => {
      const { server, github, number } = await open();
      const headers = { "x-ratelimit-remaining": "0", "x-ratelimit-reset": value };
      server.fault({ status: 403, headers, body: {}, times: 9 });
      expect(await failure(github.getIssue(number))).toMatchObject({
        reason: "rate_limited",
        retryAt: undefined,
      });
    },
  );
});

describe("what may have been done is looked up before it is tried again", () => {
  test.each([
    ["was not done", FAULTS.badGateway, ["GET", "PATCH", "GET", "PATCH"]],
    ["was done", FAULTS.lostAnswer, ["GET", "PATCH", "GET"]],
    ["was limited", FAULTS.secondaryLimit(3), ["GET", "PATCH", "GET", "PATCH"]],
    ["was limited by the hour", FAULTS.primaryLimit(2, 429), ["GET", "PATCH", "GET", "PATCH"]],
  ])("a body that %s", async (_, fault, methods) => {
    const { server, github, number } = await open();
    server.fault({ ...fault, method: "PATCH" });
    expect(await github.replaceIssueBody(number, "before", "after")).toMatchObject({
      issue: { body: "after" },
      isWritten: true,
    });
    expect(server.requests.map(({ method }) => method)).toEqual(methods);
    expect(await server.issue(number)).toMatchObject({ body: "after" });
  });

  test.each([
    ["502", FAULTS.badGateway],
    ["a secondary limit", FAULTS.secondaryLimit(3)],
    ["a primary limit", FAULTS.primaryLimit(3)],
  ])("a body that somebody else wrote meanwhile stays, after %s too", async (_, fault) => {
    const { server, github, number } = await open();
    const before = () => server.editIssue(number, { body: "theirs" });
    server.fault({ ...fault, method: "PATCH", before });
    expect(await github.replaceIssueBody(number, "before", "after")).toMatchObject({
      issue: { body: "theirs" },
      isWritten: false,
    });
    expect(await server.issue(number)).toMatchObject({ body: "theirs" });
    expect(server.writes()).toHaveLength(1);
  });

  test("a body is looked at right before each try: the distance between writes lies before the look", async () => {
    const { server, github, number } = await open();
    const times: number[] = [];
    const note = () => times.push(performance.now());
    server.fault({ method: "GET", times: 9, before: note });
    server.fault({ ...FAULTS.badGateway, method: "PATCH", before: note });
    server.fault({ method: "PATCH", before: note });
    await github.replaceIssueBody(number, "before", "after");
    const [, first, look, second] = times as [number, number, number, number];
    expect(look - first).toBeGreaterThan(900);
    expect(second - look).toBeLessThan(look - first);
  });

  test("an issue that is gone is not written", async () => {
    const { server, github, number } = await open();
    server.deleteIssue(number);
    expect(await github.replaceIssueBody(number, "before", "after")).toEqual({
      issue: null,
      isWritten: false,
    });
    expect(server.writes()).toEqual([]);
  });

  test("a limit is waited for once, and only a short one", async () => {
    const { server, github, number } = await open();
    server.fault({ ...FAULTS.secondaryLimit(10), method: "PATCH", times: 9 });
    expect(await failure(github.replaceIssueBody(number, "before", "after"))).toMatchObject({
      reason: "rate_limited",
    });
    expect(server.writes()).toHaveLength(2);
    server.clearFaults();
    server.fault({ ...FAULTS.secondaryLimit(11), method: "PATCH", times: 9 });
    expect(await failure(github.replaceIssueBody(number, "before", "after"))).toMatchObject({
      reason: "rate_limited",
    });
    expect(server.writes()).toHaveLength(3);
  });

  test("three tries at most", async () => {
    const { server, github, number } = await open();
    server.fault({ ...FAULTS.unavailable, method: "PATCH", times: 9 });
    expect(await failure(github.replaceIssueBody(number, "before", "after"))).toMatchObject({ status: 503 });
    expect(server.writes()).toHaveLength(3);
    expect(await server.issue(number)).toMatchObject({ body: "before" });
  });

  test.each([
    ["was not made", FAULTS.badGateway, 2],
    ["was made", FAULTS.lostAnswer, 1],
  ])("a pull request that %s", async (_, fault, posts) => {
    const { server, github } = await open();
    server.createBranch("feat/x");
    server.advanceBranch("feat/x");
    server.fault({ ...fault, method: "POST" });
    const pull = await github.createPull({
      title: "t",
      body: "b",
      head: "feat/x",
      base: "main",
      draft: true,
    });
    expect(pull).toMatchObject({ state: "open", draft: true, head: "feat/x" });
    expect(server.writes()).toHaveLength(posts);
    expect(await server.pulls()).toHaveLength(1);
  });

  test.each([
    ["was not done", FAULTS.badGateway, 2],
    ["was done", FAULTS.lostAnswer, 1],
  ])("a merge that %s", async (_, fault, puts) => {
    const { server, github } = await open();
    const { number, head } = await server.createPull({ head: "feat/x" });
    server.fault({ ...fault, method: "PUT" });
    await github.mergePull(number, { sha: head.sha });
    expect(server.writes()).toHaveLength(puts);
    expect(await github.getPull(number)).toMatchObject({ merged: true });
  });

  test("a branch that was deleted", async () => {
    const { server, github } = await open();
    const sha = server.createBranch("feat/x");
    server.fault({ ...FAULTS.lostAnswer, path: "/graphql" });
    expect(await github.deleteBranch("feat/x", sha)).toBe("missing");
    expect(server.branches().has("feat/x")).toBe(false);
  });

  test("a branch that is protected", async () => {
    const { server, github } = await open();
    const sha = server.createBranch("feat/x");
    server.fault({ path: "/graphql", status: 200, body: { errors: [{ type: "UNPROCESSABLE" }] } });
    server.fault({ ...FAULTS.unprocessable, method: "DELETE" });
    expect(await failure(github.deleteBranch("feat/x", sha))).toMatchObject({
      reason: "api_error",
      status: 422,
    });
  });

  test("a branch that got another commit", async () => {
    const { server, github } = await open();
    const seen = server.createBranch("feat/x");
    const later = server.advanceBranch("feat/x");
    expect(await github.deleteBranch("feat/x", seen)).toBe("moved");
    expect(server.branches().get("feat/x")).toBe(later);
    expect(server.writes().filter(({ method }) => method === "DELETE")).toEqual([]);
  });
});

describe("the end of a call", () => {
  test.each([
    ["while an answer is waited for", FAULTS.slow(60_000)],
    ["while a limit is waited for", FAULTS.secondaryLimit(9)],
    ["between two tries", { ...FAULTS.badGateway, times: 9 }],
  ])("cancelled %s: the signal's reason, at once, and nothing more is sent", async (_, fault) => {
    const call = new AbortController();
    const { server, github, number } = await open({ signal: call.signal, limits: { secondMs: 1_000 } });
    server.fault(fault);
    const work = github.getIssue(number);
    const ended = work.then(
      () => expect.fail("it was not cancelled"),
      (error: unknown) => error,
    );
    await vi.waitFor(() => expect(server.requests.length).toBe(1), 5_000);
    await new Promise((resolve) => setTimeout(resolve, 50));
    call.abort();
    expect(await ended).toBe(call.signal.reason);
    await expect(github.listMilestones()).rejects.toBe(call.signal.reason);
    expect(server.requests).toHaveLength(1);
  });

  test("all that one call asks ends in time, and no write follows", async () => {
    const { server, github, number } = await open({ limits: { callMs: 700, secondMs: 1_000 } });
    server.fault({ ...FAULTS.slow(60_000), times: 9 });
    const late = await failure(github.getIssue(number));
    expect(late.reason).toBe("unreachable");
    expect(late.message).toContain("0.7 s");
    expect(github.timeLeft()).toBe(0);
    const before = server.requests.length;
    expect(await failure(github.replaceIssueBody(number, "before", "after"))).toMatchObject({
      reason: "unreachable",
    });
    expect(server.requests).toHaveLength(before);
    expect(server.writes()).toEqual([]);
  });

  test("what a call has used before counts, and what is used up asks nothing", async () => {
    const { server, github, number } = await open({ usedMs: 44_000 });
    expect(github.timeLeft()).toBeLessThanOrEqual(1_000);
    const late = await open({ usedMs: 45_000 });
    expect(await failure(late.github.getIssue(number))).toMatchObject({ reason: "unreachable" });
    expect([...server.requests, ...late.server.requests]).toEqual([]);
  });

  test("a limit that ends after the call's time is not waited for", async () => {
    const { server, github, number } = await open({ limits: { callMs: 4_000, secondMs: 1_000 } });
    server.fault(FAULTS.secondaryLimit(8));
    expect(await failure(github.getIssue(number))).toMatchObject({ reason: "rate_limited" });
    expect(github.timeLeft()).toBeGreaterThan(0);
  });
});

/** A server that answers as the test says. */
async function answering(answer: (request: IncomingMessage, response: ServerResponse) => void) {
  const requests: { method: string; url: string; authorization?: string; body: string }[] = [];
  const server = createServer(async (request, response) => {
    let body = "";
    for await (const chunk of request) body += chunk;
    const { method = "", url = "", headers } = request;
    requests.push({ method, url, authorization: headers.authorization, body });
    answer(request, response);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  const address = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const env = { GITHUB_TOKEN: "secret-token", GITHUB_REPOSITORY: "acme/chat", GITHUB_API_URL: address };
  return { address, requests, env };
}

const ISSUE = { number: 5, html_url: "https://x/5", title: "t", state: "open", body: "b", labels: [] };

function json(response: ServerResponse, body: unknown, status = 200): void {
  response.writeHead(status, { "content-type": "application/json" }).end(JSON.stringify(body));
}

describe("redirects", () => {
  const moves = (request: IncomingMessage, response: ServerResponse, places: Record<string, string>) => {
    const found = Object.entries(places).find(([from]) => request.url!.split("?")[0] === from);
    if (found === undefined) return json(response, request.url!.includes("/issues?") ? [ISSUE] : ISSUE);
    const status = request.method === "GET" ? 301 : 307;
    response.writeHead(status, { location: found[1] }).end("{}");
  };

  test("a renamed repository is followed, writes too", async () => {
    const { requests, env } = await answering((request, response) =>
      moves(request, response, {
        "/repos/acme/chat": "/repositories/7",
        "/repos/acme/chat/issues": "/repositories/7/issues",
        "/repos/acme/chat/issues/5": "/repositories/7/issues/5",
      }),
    );
    const github = await openAs(env);
    expect(await github.getIssue(5)).toMatchObject({ number: 5 });
    expect(await github.listIssues({ label: "phase", milestone: 1 })).toHaveLength(1);
    expect(requests.at(-1)?.url).toBe(
      "/repositories/7/issues?labels=phase&milestone=1&state=all&per_page=100",
    );
    await github.replaceIssueBody(5, "b", "c");
    const { method, url, body, authorization } = requests.at(-1)!;
    expect({ method, url, body, authorization }).toEqual({
      method: "PATCH",
      url: "/repositories/7/issues/5",
      body: '{"body":"c"}',
      authorization: "Bearer secret-token",
    });
  });

  test.each([
    ["another number", "/repositories/7/issues/6", "/repositories/7"],
    ["another repository", "/repositories/8/issues/5", "/repositories/7"],
    ["another repository, this one being where it was", "/repositories/8/issues/5", null],
  ])("an issue that moved to %s is not the project's", async (_, place, home) => {
    const places = { "/repos/acme/chat/issues/5": place, ...(home && { "/repos/acme/chat": home }) };
    const { requests, env } = await answering((request, response) => moves(request, response, places));
    const github = await openAs(env);
    expect(await github.getIssue(5)).toBeNull();
    expect(await github.replaceIssueBody(5, "b", "c")).toEqual({ issue: null, isWritten: false });
    expect(await failure(github.closeIssue(5))).toMatchObject({ reason: "api_error" });
    expect(requests.map(({ url }) => url)).not.toContain(place);
  });

  test("no other host is asked, and none gets the token", async () => {
    const other = await answering((_, response) => json(response, ISSUE));
    const { env } = await answering((request, response) =>
      moves(request, response, {
        "/repos/acme/chat": `${other.address}/repositories/7`,
        "/repos/acme/chat/issues/5": `${other.address}/repositories/7/issues/5`,
      }),
    );
    const github = await openAs(env);
    expect(await github.getIssue(5)).toBeNull();
    expect(await failure(github.closeIssue(5))).toMatchObject({ reason: "api_error", status: 307 });
    expect(other.requests).toEqual([]);
  });

  test("a redirect that leads to itself ends", async () => {
    const { env } = await answering((request, response) =>
      moves(request, response, { [request.url!]: request.url! }),
    );
    expect(await (await openAs(env)).getIssue(5)).toBeNull();
  });

  test("pages come from the repository's own path, whatever the link says", async () => {
    const { requests, env, address } = await answering((request, response) => {
      const isFirst = !request.url!.includes("after=");
      const next = "https://evil.example/repos/x/y/issues?after=a:owner{repo}%3D&page=2";
      response.writeHead(200, isFirst ? { link: `<${next}>; rel="next", <${address}/>; rel="last"` } : {});
      response.end(JSON.stringify([{ ...ISSUE, number: isFirst ? 1 : 2 }]));
    });
    const issues = await (await openAs(env)).listIssues({ label: "phase", milestone: 1 });
    expect(issues.map(({ number }) => number)).toEqual([1, 2]);
    expect(requests[1]?.url).toBe("/repos/acme/chat/issues?after=a%3Aowner%7Brepo%7D%3D&page=2");
  });

  test("pages without end", async () => {
    const { requests, env } = await answering((_, response) => {
      response.writeHead(200, { link: '<https://x/?page=2>; rel="next"' }).end("[]");
    });
    const github = await openAs(env, { limits: { pages: 5 } });
    expect(await failure(github.listMilestones())).toMatchObject({ reason: "api_error" });
    expect(requests).toHaveLength(5);
  });
});

describe("hostile answers", () => {
  test("a body without end is not read to its end", async () => {
    let sent = 0;
    const { env } = await answering((_, response) => {
      response.writeHead(200, { "content-type": "application/json" });
      const more = () => {
        while (!response.destroyed && response.write("x".repeat(65_536))) sent += 65_536;
        if (!response.destroyed) response.once("drain", more);
      };
      more();
    });
    const github = await openAs(env, { limits: { bodyBytes: 1_000_000 } });
    const { reason, message } = await failure(github.getIssue(5));
    expect([reason, message]).toEqual(["api_error", "GitHub's answer was too large to be read."]);
    expect(sent).toBeLessThan(50_000_000);
  });

  test.each([
    ["a large issue", JSON.stringify({ ...ISSUE, body: "## Plans\r\n".repeat(100_000) }), null],
    ["numbers without end", `[${"1".repeat(1_000_000)}]`, "api_error"],
    ["nesting without end", "[".repeat(200_000), "api_error"],
    ["a number that is none", JSON.stringify({ ...ISSUE, number: 1e300 }), "api_error"],
    ["an address that is none", JSON.stringify({ ...ISSUE, html_url: "javascript:alert(1)" }), "api_error"],
    ["a prototype", '{"__proto__": {"number": 5}, "constructor": 1}', "api_error"],
  ])("%s", async (_, text, reason) => {
    const { env } = await answering((_request, response) => {
      response.writeHead(200, { "content-type": "application/json; charset=utf-8" }).end(text);
    });
    const github = await openAs(env);
    if (reason === null) expect((await github.getIssue(5))?.body).toHaveLength(1_000_000);
    else expect(await failure(github.getIssue(5))).toMatchObject({ reason });
  });

  test.each([
    "null",
    "[]",
    "{}",
    '{"errors": 5}',
    '{"errors": []}',
    '{"errors": [null]}',
    '{"data": {"markPullRequestReadyForReview": null}}',
    '{"data": {"markPullRequestReadyForReview": {"pullRequest": {"isDraft": true}}}}',
    '{"errors": [{"type": "SOMETHING", "message": "secret words"}]}',
    "<html>",
  ])("GraphQL says %s", async (text) => {
    const { env } = await answering((_, response) => {
      response.writeHead(200, { "content-type": "application/json" }).end(text);
    });
    const { reason, message } = await failure((await openAs(env)).markReady("id"));
    expect(reason).toBe("api_error");
    expect(message).not.toContain("secret words");
  });

  test.each(["FORBIDDEN", "INSUFFICIENT_SCOPES"])("GraphQL says %s", async (type) => {
    const { env } = await answering((_, response) =>
      json(response, { data: null, errors: [{ type, message: "no" }] }),
    );
    expect(await failure((await openAs(env)).markReady("id"))).toMatchObject({ reason: "unauthorized" });
  });

  test("nothing is written to the console, deprecations neither", async () => {
    const consoles = (["log", "info", "debug", "warn", "error"] as const).map((name) =>
      vi.spyOn(console, name),
    );
    onTestFinished(() => {
      vi.restoreAllMocks();
    });
    const { env } = await answering((_, response) => {
      response.setHeader("deprecation", "Sat, 01 Jan 2022 00:00:00 GMT");
      response.setHeader("link", '<https://x/>; rel="deprecation"');
      json(response, ISSUE);
    });
    const github = await openAs(env);
    await github.getIssue(5);
    await failure(github.listMilestones());
    for (const spy of consoles) expect(spy).not.toHaveBeenCalled();
  });
});

test("the token is in no error, message or stack, also when the answer repeats it", async () => {
  const token = "secret-token";
  const said = `Bearer ${token}`;
  const faults: ((response: ServerResponse) => void)[] = [
    ...[400, 401, 403, 404, 409, 422, 429, 500, 502].map((status) => (response: ServerResponse) => {
      response.setHeader("www-authenticate", said);
      response.setHeader("retry-after", said);
      json(response, { message: said, errors: [{ message: said, type: said }] }, status);
    }),
    (response) => json(response, { ...ISSUE, number: said }),
    (response) => json(response, { errors: [{ message: said, type: said }] }),
    (response) => response.writeHead(200).end(said),
    (response) => response.writeHead(302, { location: `http://${token}.invalid/?${token}` }).end(),
    (response) => response.destroy(),
  ];
  for (const fault of faults) {
    const { env } = await answering((_, response) => fault(response));
    const works: ((github: GitHub) => Promise<unknown>)[] = [
      (github) => github.listMilestones(),
      (github) => github.getPull(5),
      (github) => github.closeIssue(5),
      (github) => github.markReady("id"),
      (github) => github.createPull({ title: "t", body: "b", head: "h", base: "m", draft: true }),
    ];
    for (const work of works) {
      const github = await openAs(env);
      const error = await failure(work(github));
      const seen = [error, github].map((one) => inspect(one, { depth: 20, showHidden: true }));
      expect([error.message, error.stack, ...seen].join("\n")).not.toContain(token);
      expect(error.cause).toBeUndefined();
    }
  }
});
