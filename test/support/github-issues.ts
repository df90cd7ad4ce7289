/**
 * Issues. What the real GitHub does and the emulator does not, added here:
 * - pull requests are issues too: lists hold them, with `pull_request`, and they can be read and edited by number;
 * - lists go on by cursor (`after`), with no `last` page; labels compare without case; an unknown milestone is 422;
 * - a deleted issue is 410, and not in lists; a body of more than 65,536 or a title of more than 256 characters is 422;
 * - milestones are sorted by their due date, oldest first.
 */
import {
  type Answer,
  type GitHubRequest,
  type IssueJson,
  invalid,
  json,
  type MilestoneJson,
  NOT_FOUND,
  type PullJson,
  problem,
} from "./github-answers.ts";
import { page } from "./github-pages.ts";
import { bodyProblem, currentPulls, titleProblem } from "./github-pulls.ts";
import { fields, type Route, type World } from "./github-world.ts";

export const ISSUE_ROUTES: readonly Route[] = [
  ["GET", /^\/issues$/, listIssues],
  ["POST", /^\/issues$/, createIssue],
  ["GET", /^\/issues\/(\d+)$/, getIssue],
  ["PATCH", /^\/issues\/(\d+)$/, updateIssue],
  ["GET", /^\/milestones$/, listMilestones],
];

const FILTERS = ["state", "labels", "milestone", "sort", "direction", "per_page", "page", "after", "before"];

export async function currentIssue(world: World, number: number): Promise<IssueJson | undefined> {
  const answer = await world.backend.send("GET", `${world.top}/issues/${number}`);
  if (answer.status === 200) return JSON.parse(answer.body) as IssueJson;
  const pull = (await currentPulls(world)).find((other) => other.number === number);
  return pull && asIssue(pull);
}

function asIssue(pull: PullJson): IssueJson {
  const { node_id, number, title, body, state, labels, milestone, user } = pull;
  const { created_at, updated_at, closed_at, html_url } = pull;
  return {
    number,
    node_id,
    html_url,
    title,
    body,
    state,
    state_reason: null,
    labels,
    milestone,
    created_at,
    updated_at,
    closed_at,
    user,
    pull_request: { html_url, merged_at: pull.merged_at },
  };
}

async function listIssues(world: World, request: GitHubRequest): Promise<Answer> {
  const { state = "open", labels = "", milestone, sort = "created", direction = "desc" } = request.query;
  const unknown = Object.keys(request.query).find((name) => !FILTERS.includes(name));
  if (unknown !== undefined) return problem(501, `The GitHub of the tests has no filter ${unknown}.`);
  const numbers = (await world.backend.all<MilestoneJson>(`${world.top}/milestones?state=all`)).map((known) =>
    String(known.number),
  );
  if (milestone !== undefined && !["*", "none", ...numbers].includes(milestone)) {
    return invalid("Issue", "milestone");
  }
  const wanted = labels.split(",").map(plain).filter(Boolean);
  const issues = await world.backend.all<IssueJson>(`${world.top}/issues?state=all&direction=asc`);
  const all = [...issues, ...(await currentPulls(world)).map(asIssue)]
    .filter((issue) => !world.deleted.has(issue.number))
    .filter((issue) => state === "all" || issue.state === state)
    .filter((issue) => wanted.every((label) => issue.labels.some(({ name }) => plain(name) === label)))
    .filter((issue) => isIn(issue, milestone))
    .sort((a, b) => a.number - b.number);
  if (sort === "updated") all.sort((a, b) => (a.updated_at < b.updated_at ? -1 : 1));
  if (direction === "desc") all.reverse();
  return page(world, request, "/issues", all, { cursors: true });
}

function plain(label: string): string {
  return label.trim().toLowerCase();
}

function isIn({ milestone }: IssueJson, wanted: string | undefined): boolean {
  if (wanted === undefined) return true;
  if (wanted === "*" || wanted === "none") return (milestone === null) === (wanted === "none");
  return String(milestone?.number) === wanted;
}

async function createIssue(world: World, request: GitHubRequest): Promise<Answer> {
  const body = fields(request.body);
  const tooLong = titleProblem("Issue", body.title) ?? bodyProblem("Issue", body.body);
  return tooLong ?? world.backend.send("POST", `${world.top}/issues`, body);
}

async function getIssue(world: World, _request: GitHubRequest, number: string): Promise<Answer> {
  if (world.deleted.has(Number(number))) return problem(410, "This issue was deleted");
  const issue = await currentIssue(world, Number(number));
  return issue === undefined ? NOT_FOUND : json(200, issue);
}

async function updateIssue(world: World, request: GitHubRequest, number: string): Promise<Answer> {
  if (world.deleted.has(Number(number))) return problem(410, "This issue was deleted");
  const body = fields(request.body);
  const tooLong = titleProblem("Issue", body.title) ?? bodyProblem("Issue", body.body);
  if (tooLong) return tooLong;
  const issue = await currentIssue(world, Number(number));
  if (issue === undefined) return NOT_FOUND;
  if (issue.pull_request === undefined) {
    return world.backend.send("PATCH", `${world.top}/issues/${number}`, body);
  }
  const { title, body: text, state } = body;
  await world.backend.ask("PATCH", `${world.top}/pulls/${number}`, { title, body: text, state });
  return json(200, await currentIssue(world, Number(number)));
}

async function listMilestones(world: World, request: GitHubRequest): Promise<Answer> {
  const { state = "open", direction = "asc" } = request.query;
  const all = (
    await world.backend.all<MilestoneJson & { due_on: string | null }>(`${world.top}/milestones?state=all`)
  )
    .filter((milestone) => state === "all" || milestone.state === state)
    .sort((a, b) => (a.due_on ?? "9").localeCompare(b.due_on ?? "9") || a.number - b.number);
  if (direction === "desc") all.reverse();
  return page(world, request, "/milestones", all);
}
