/**
 * Pull requests. What the real GitHub does and the emulator does not, added here:
 * - a head or base branch that does not exist, no commits between them, a second open pull request for a head, a title
 *   of more than 256 characters: 422 with GitHub's words (the emulator makes up the branch, or a second one);
 * - commits are those of the branches (the emulator makes up its own), and freeze when the pull request is closed;
 * - lists have no `merged`, `mergeable` and counts; a `head` filter without owner is no filter;
 * - `mergeable` is false on a conflict, and null while it is worked out; `mergeable_state` fits;
 * - `draft` cannot be changed through REST;
 * - an open pull request whose head or base branch goes is closed.
 */
import {
  type Answer,
  type GitHubRequest,
  invalid,
  json,
  NOT_FOUND,
  type PullJson,
} from "./github-answers.ts";
import { page } from "./github-pages.ts";
import { fields, type PullFacts, type Route, type World } from "./github-world.ts";

/** Only in the answer about one pull request. */
const DETAILS = [
  "merged",
  "mergeable",
  "rebaseable",
  "mergeable_state",
  "merged_by",
  "comments",
  "review_comments",
  "maintainer_can_modify",
  "commits",
  "additions",
  "deletions",
  "changed_files",
];

export const PULL_ROUTES: readonly Route[] = [
  ["GET", /^\/pulls$/, listPulls],
  ["POST", /^\/pulls$/, createPull],
  ["GET", /^\/pulls\/(\d+)$/, getPull],
  ["PATCH", /^\/pulls\/(\d+)$/, updatePull],
];

/** Every pull request as it is now, oldest first; those whose branch has gone are closed on the way. */
export async function currentPulls(world: World): Promise<PullJson[]> {
  const pulls = await world.backend.all<PullJson>(`${world.top}/pulls?state=all&direction=asc`);
  const branches = world.branches.all();
  const current: PullJson[] = [];
  for (const pull of pulls.sort((a, b) => a.number - b.number)) {
    const facts = factsOf(world, pull);
    let now = pull;
    if (pull.state === "open" && isOwn(world, pull)) {
      const sha = branches.get(pull.head.ref);
      if (sha !== undefined) facts.headSha = sha;
      if (sha === undefined || !branches.has(pull.base.ref))
        now = await world.backend.ask("PATCH", `${world.top}/pulls/${pull.number}`, { state: "closed" });
    }
    current.push({
      ...now,
      milestone: facts.milestone,
      merge_commit_sha: facts.mergeSha,
      head: { ...now.head, sha: facts.headSha, repo: facts.forkDeleted ? null : now.head.repo },
      base: { ...now.base, sha: facts.baseSha },
    });
  }
  return current;
}

export async function currentPull(world: World, number: number): Promise<PullJson | undefined> {
  const pull = (await currentPulls(world)).find((other) => other.number === number);
  if (pull === undefined) return undefined;
  const [told] = world.pulls.get(number)!.mergeable;
  if (told !== undefined) pull.mergeable = told;
  else if (pull.state === "open" && isOwn(world, pull)) {
    pull.mergeable = world.branches.merges(pull.base.ref, pull.head.ref);
  }
  if (pull.state === "closed") pull.mergeable_state = "unknown";
  else if (pull.mergeable === null) pull.mergeable_state = "unknown";
  else if (!pull.mergeable) pull.mergeable_state = "dirty";
  else pull.mergeable_state = pull.draft ? "draft" : "clean";
  return pull;
}

/** What is known of a pull request; made with the branches as they are when it is seen for the first time. */
export function factsOf(world: World, pull: PullJson): PullFacts {
  const known = world.pulls.get(pull.number);
  if (known !== undefined) return known;
  const branches = world.branches.all();
  const facts: PullFacts = {
    headSha: (isOwn(world, pull) ? branches.get(pull.head.ref) : undefined) ?? pull.head.sha,
    baseSha: branches.get(pull.base.ref) ?? pull.base.sha,
    mergeSha: null,
    milestone: null,
    mergeable: [],
    forkDeleted: false,
  };
  world.pulls.set(pull.number, facts);
  return facts;
}

export function isOwn(world: World, pull: PullJson): boolean {
  const { owner, repo } = world.backend.repository;
  return pull.head.repo?.full_name === `${owner}/${repo}`;
}

async function listPulls(world: World, request: GitHubRequest): Promise<Answer> {
  const { state = "open", head, base, sort = "created", direction = "desc" } = request.query;
  const found = (await currentPulls(world))
    .filter((pull) => state === "all" || pull.state === state)
    .filter((pull) => base === undefined || pull.base.ref === base)
    .filter((pull) => head === undefined || !head.includes(":") || pull.head.label === head);
  if (sort === "updated") found.sort((a, b) => (a.updated_at < b.updated_at ? -1 : 1));
  if (direction === "desc") found.reverse();
  return page(world, request, "/pulls", found.map(withoutDetails));
}

function withoutDetails(pull: PullJson): object {
  return Object.fromEntries(Object.entries(pull).filter(([name]) => !DETAILS.includes(name)));
}

async function getPull(world: World, _request: GitHubRequest, number: string): Promise<Answer> {
  const pull = await currentPull(world, Number(number));
  if (pull === undefined) return NOT_FOUND;
  const { mergeable } = world.pulls.get(pull.number)!;
  if (mergeable.length > 1) mergeable.shift();
  return json(200, pull);
}

async function createPull(world: World, request: GitHubRequest): Promise<Answer> {
  const body = fields(request.body);
  const { owner } = world.backend.repository;
  const head = String(body.head ?? "").replace(`${owner}:`, "");
  const base = String(body.base ?? "");
  const branches = world.branches.all();
  if (!branches.has(base)) return invalid("PullRequest", "base");
  if (!head.includes(":")) {
    if (!branches.has(head)) return invalid("PullRequest", "head");
    const ahead = world.branches.ahead(base, head);
    if (ahead.length === 0) {
      return invalid("PullRequest", undefined, `No commits between ${base} and ${head}`);
    }
  }
  const label = head.includes(":") ? head : `${owner}:${head}`;
  const same = (pull: PullJson) =>
    pull.state === "open" && pull.head.label === label && pull.base.ref === base;
  if ((await currentPulls(world)).some(same)) {
    return invalid("PullRequest", undefined, `A pull request already exists for ${label}.`);
  }
  const tooLong = titleProblem("PullRequest", body.title) ?? bodyProblem("PullRequest", body.body);
  if (tooLong) return tooLong;
  const answer = await world.backend.send("POST", `${world.top}/pulls`, { ...body, head });
  if (answer.status !== 201) return answer;
  const created = JSON.parse(answer.body) as PullJson;
  factsOf(world, created);
  return json(201, await currentPull(world, created.number));
}

async function updatePull(world: World, request: GitHubRequest, number: string): Promise<Answer> {
  const { draft: _, ...body } = fields(request.body);
  if (body.base !== undefined && !world.branches.all().has(String(body.base))) {
    return invalid("PullRequest", "base");
  }
  const tooLong = titleProblem("PullRequest", body.title) ?? bodyProblem("PullRequest", body.body);
  if (tooLong) return tooLong;
  const pull = await currentPull(world, Number(number));
  if (pull === undefined) return NOT_FOUND;
  if (body.state === "open" && pull.merged) return invalid("PullRequest", "state", "Cannot reopen, merged");
  const answer = await world.backend.send("PATCH", `${world.top}/pulls/${number}`, body);
  return answer.status === 200 ? json(200, await currentPull(world, Number(number))) : answer;
}

export function titleProblem(resource: string, title: unknown): Answer | undefined {
  if (title === undefined || String(title).length <= 256) return undefined;
  return invalid(resource, "title", "title is too long (maximum is 256 characters)");
}

export function bodyProblem(resource: string, body: unknown): Answer | undefined {
  if (typeof body !== "string" || body.length <= 65_536) return undefined;
  return invalid(resource, "body", "body is too long (maximum is 65536 characters)");
}
