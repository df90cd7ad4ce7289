/**
 * Branches and references, read from the git side and removed there. What the real GitHub does and the emulator does
 * not: deleting a reference that is not there is 422, and the deleted branch's open pull requests are closed.
 */
import { type Answer, type GitHubRequest, json, NOT_FOUND, problem } from "./github-answers.ts";
import { page } from "./github-pages.ts";
import type { Route, World } from "./github-world.ts";

export const REF_ROUTES: readonly Route[] = [
  ["GET", /^\/branches$/, listBranches],
  ["GET", /^\/branches\/(.+)$/, getBranch],
  ["GET", /^\/git\/ref\/heads\/(.+)$/, getRef],
  ["GET", /^\/git\/matching-refs\/heads\/(.+)$/, matchingRefs],
  ["DELETE", /^\/git\/refs\/heads\/(.+)$/, deleteRef],
];

function branchJson(world: World, name: string, sha: string) {
  return { name, commit: { sha, url: `${world.apiUrl}${world.top}/commits/${sha}` }, protected: false };
}

function refJson(world: World, name: string, sha: string) {
  const url = `${world.apiUrl}${world.top}/git`;
  return {
    ref: `refs/heads/${name}`,
    node_id: Buffer.from(`ref:${name}`).toString("base64"),
    url: `${url}/refs/heads/${name}`,
    object: { type: "commit", sha, url: `${url}/commits/${sha}` },
  };
}

function listBranches(world: World, request: GitHubRequest): Answer {
  const found = [...world.branches.all()].map(([name, sha]) => branchJson(world, name, sha));
  return page(world, request, "/branches", found);
}

function getBranch(world: World, _request: GitHubRequest, name: string): Answer {
  const sha = world.branches.all().get(name);
  return sha === undefined ? problem(404, "Branch not found") : json(200, branchJson(world, name, sha));
}

function getRef(world: World, _request: GitHubRequest, name: string): Answer {
  const sha = world.branches.all().get(name);
  return sha === undefined ? NOT_FOUND : json(200, refJson(world, name, sha));
}

function matchingRefs(world: World, _request: GitHubRequest, prefix: string): Answer {
  const found = [...world.branches.all()].filter(([name]) => name.startsWith(prefix));
  return json(
    200,
    found.map(([name, sha]) => refJson(world, name, sha)),
  );
}

function deleteRef(world: World, _request: GitHubRequest, name: string): Answer {
  if (!world.branches.all().has(name)) return problem(422, "Reference does not exist");
  if (name === world.defaultBranch) return problem(422, "Cannot delete the default branch");
  world.branches.remove(name);
  return { status: 204, headers: {}, body: "" };
}
