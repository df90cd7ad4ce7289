/**
 * The GitHub of the tests: the `emulate` package's GitHub behind a server of our own on loopback, which records and
 * checks requests, makes faults, serves the GraphQL mutation, keeps branches in a real bare repository, and mends what
 * the emulator does otherwise than the real GitHub. The docstrings of `github-issues.ts`, `github-pulls.ts`,
 * `github-merge.ts` and `github-refs.ts` list what. Here: a token that is not ours is 401, names compare without case,
 * a request without user agent is 403, and further pages have the repository's id instead of its name.
 *
 * What none of both shows: rights of tokens, renamed and moved repositories (301), a merge queue, a push that contains
 * a pull request's commits and so merges it, issue forms, web hooks, and delays between a write and its being seen.
 */
import { randomUUID } from "node:crypto";
import { onTestFinished } from "vitest";
import { type Answer, type GitHubRequest, NOT_FOUND, problem } from "./github-answers.ts";
import { startBackend } from "./github-backend.ts";
import { bareBranches, namedBranches } from "./github-branches.ts";
import type { Fault } from "./github-faults.ts";
import { graphql } from "./github-graphql.ts";
import { ISSUE_ROUTES } from "./github-issues.ts";
import { MERGE_ROUTES } from "./github-merge.ts";
import { requestProblems } from "./github-openapi.ts";
import { PULL_ROUTES } from "./github-pulls.ts";
import { REF_ROUTES } from "./github-refs.ts";
import { type Seeds, seeds } from "./github-seeds.ts";
import { startServer } from "./github-server.ts";
import type { World } from "./github-world.ts";

export { FAULTS } from "./github-faults.ts";

export interface GitHubOptions {
  /** `acme` unless told otherwise. */
  owner?: string;
  /** `chat` unless told otherwise. */
  repo?: string;
  /** `main` unless told otherwise. */
  defaultBranch?: string;
  /** Path of a bare repository whose branches are GitHub's; without it, branches are names. */
  bare?: string;
  /** Whether the API is at `/api/v3`, as on an Enterprise server. */
  enterprise?: boolean;
  /** False: a merge does not close issues. */
  closesOnMerge?: boolean;
  /** Fields of the repository: `{ allow_merge_commit: false, delete_branch_on_merge: true }`. */
  settings?: Record<string, unknown>;
}

export interface GitHubEmulator extends Seeds {
  /** For GITHUB_API_URL. */
  apiUrl: string;
  token: string;
  owner: string;
  repo: string;
  /** GITHUB_TOKEN, GITHUB_API_URL and GITHUB_REPOSITORY. */
  env: Record<"GITHUB_TOKEN" | "GITHUB_API_URL" | "GITHUB_REPOSITORY", string>;
  /** All that came in, oldest first. */
  requests: GitHubRequest[];
  /** The requests that are not GET, GraphQL among them. */
  writes(): GitHubRequest[];
  /** What GitHub's description of its API does not allow, of all that came in: `GET /path: why`. */
  violations(): string[];
  fault(fault: Fault): void;
  clearFaults(): void;
  close(): Promise<void>;
  [Symbol.asyncDispose](): Promise<void>;
}

/** As `startGitHub`, ended with the test. */
export async function gitHub(options?: GitHubOptions): Promise<GitHubEmulator> {
  const github = await startGitHub(options);
  onTestFinished(() => github.close());
  return github;
}

/** Whoever calls it calls `close`. */
export async function startGitHub(options: GitHubOptions = {}): Promise<GitHubEmulator> {
  const { owner = "acme", repo = "chat", defaultBranch = "main" } = options;
  const { bare, enterprise = false, closesOnMerge = true, settings = {} } = options;
  const token = `token-${randomUUID()}`;
  let world: World;
  const server = await startServer((request) => route(world, token, request));
  const backend = await startBackend({
    owner,
    repo,
    strangers: ["stranger"],
    defaultBranch,
    origin: server.address,
    settings,
  });
  const apiUrl = `${server.address}${enterprise ? "/api/v3" : ""}`;
  world = {
    backend,
    branches: bare === undefined ? namedBranches(defaultBranch) : bareBranches(bare, defaultBranch),
    defaultBranch,
    apiUrl,
    top: `/repos/${owner}/${repo}`,
    pulls: new Map(),
    deleted: new Set(),
    closesOnMerge,
    links: new Set(),
  };
  const close = async () => {
    await Promise.all([server.close(), backend.close()]);
  };
  return {
    ...seeds(world),
    apiUrl,
    token,
    owner,
    repo,
    env: { GITHUB_TOKEN: token, GITHUB_API_URL: apiUrl, GITHUB_REPOSITORY: `${owner}/${repo}` },
    requests: server.requests,
    writes: () => server.requests.filter(({ method }) => method !== "GET"),
    violations: () =>
      server.requests
        .filter(({ url }) => !world.links.has(`${server.address}${url}`))
        .flatMap((request) =>
          requestProblems(request).map((why) => `${request.method} ${request.path}: ${why}`),
        ),
    fault: server.faults.add,
    clearFaults: server.faults.clear,
    close,
    [Symbol.asyncDispose]: close,
  };
}

const ROUTES = [...ISSUE_ROUTES, ...MERGE_ROUTES, ...PULL_ROUTES, ...REF_ROUTES];

async function route(world: World, token: string, request: GitHubRequest): Promise<Answer> {
  const refused = refusal(token, request);
  if (refused) return refused;
  if (request.path === "/graphql") return graphql(world, request);
  const { owner, repo, id } = world.backend.repository;
  const parts = /^\/(?:repos\/([^/]+)\/([^/]+)|repositories\/(\d+))(\/.*)?$/.exec(request.path);
  if (parts === null) return forward(world, request);
  const [, ofOwner = "", ofRepo = "", ofId, rest = ""] = parts;
  const isOurs =
    ofId === undefined
      ? `${ofOwner}/${ofRepo}`.toLowerCase() === `${owner}/${repo}`.toLowerCase()
      : Number(ofId) === id;
  if (!isOurs) return NOT_FOUND;
  for (const [method, path, handler] of ROUTES) {
    const match = method === request.method ? path.exec(rest) : null;
    if (match !== null) return handler(world, request, ...match.slice(1));
  }
  return forward(world, request);
}

function refusal(token: string, { headers, method, path, body }: GitHubRequest): Answer | undefined {
  if (!headers["user-agent"]) {
    const body = "Request forbidden by administrative rules. Please make sure your request has a User-Agent.";
    return { status: 403, headers: { "content-type": "text/html" }, body };
  }
  const given = headers.authorization?.replace(/^(?:bearer|token) /i, "");
  if (given !== undefined && given !== token) return problem(401, "Bad credentials");
  if (given === undefined && (method !== "GET" || path === "/graphql")) {
    return problem(401, "Requires authentication");
  }
  return typeof body === "string" ? problem(400, "Problems parsing JSON") : undefined;
}

/** To the emulator, as it is; further pages have the repository's id. */
async function forward(world: World, request: GitHubRequest): Promise<Answer> {
  const path = request.url
    .replace(/^\/api\/v3(?=\/)/, "")
    .replace(/^\/repos\/[^/?]+\/[^/?]+|^\/repositories\/\d+/, world.top);
  const answer = await world.backend.send(request.method, path, request.body);
  const { link } = answer.headers;
  if (link === undefined) return answer;
  const { id } = world.backend.repository;
  const named = link.replaceAll(
    `${new URL(world.apiUrl).origin}${world.top}`,
    `${world.apiUrl}/repositories/${id}`,
  );
  for (const [, address] of named.matchAll(/<([^>]+)>/g)) world.links.add(address!);
  return { ...answer, headers: { ...answer.headers, link: named } };
}
