/** GitHub, as far as the tools need it. */
import { z } from "zod";
import { graphqlBaseOf } from "../domain/remote-url.ts";
import {
  DeletedAnswer,
  type GitHubIssue,
  type GitHubMilestone,
  type GitHubPull,
  IssueAnswer,
  MergeAnswer,
  MilestoneAnswer,
  PullAnswer,
  ReadyAnswer,
  RefAnswer,
  RepositoryAnswer,
} from "./github-answers.ts";
import {
  type Client,
  createClient,
  isShortLimit,
  LIMITS,
  type Limits,
  type RequestOptions,
} from "./github-client.ts";
import { type Clock, startClock } from "./github-clock.ts";
import { findToken } from "./github-credentials.ts";
import { GitHubFailure } from "./github-failure.ts";
import { readGraphqlErrors, readRefusal } from "./github-refusal.ts";
import { findRepository, type GitHubRepository } from "./github-repository.ts";

export { GitHubFailure, type GitHubIssue, type GitHubMilestone, type GitHubPull, type GitHubRepository };

const PAGE = 100;

/**
 * Every method throws a `GitHubFailure`, or the signal's reason when the call is cancelled. What only reads is repeated as
 * it is when it fails in passing; so is what may be done twice. Before anything else is repeated, it is looked up whether it was done.
 */
export interface GitHub {
  repository: GitHubRepository;
  /** Milliseconds that are left of the call's time. */
  timeLeft(): number;
  listMilestones(): Promise<GitHubMilestone[]>;
  /** `milestone` is a number. Without pull requests. */
  listIssues(filter: IssueFilter): Promise<GitHubIssue[]>;
  /** Null when it is not there, was deleted, or moved to another repository. */
  getIssue(number: number): Promise<GitHubIssue | null>;
  /** Writes `to` where the body is `from`, which is looked up right before each try; nothing where it is another. */
  replaceIssueBody(number: number, from: string, to: string): Promise<ReplacedBody>;
  closeIssue(number: number): Promise<void>;
  /** In every state, those whose head is this branch of the own repository. */
  listPulls(branch: string): Promise<GitHubPull[]>;
  /** Those that are open and lead to this branch, whatever they come from. */
  listPullsInto(base: string): Promise<GitHubPull[]>;
  getPull(number: number): Promise<GitHubPull>;
  createPull(pull: NewPull): Promise<GitHubPull>;
  markReady(nodeId: string): Promise<void>;
  /** Status 405, 409 or 422: not mergeable, or no longer at `sha`. */
  mergePull(number: number, options: { sha: string; method?: MergeMethod }): Promise<void>;
  /** A merge commit, unless the repository allows none. */
  mergeMethod(): Promise<MergeMethod>;
  /** The commit that a branch has; null where there is no such branch. */
  branchCommit(branch: string): Promise<string | null>;
  /** Nothing happens when it has another commit than this one; `missing` when it is not there. */
  deleteBranch(branch: string, sha: string): Promise<"deleted" | "missing" | "moved">;
  defaultBranch(): Promise<string>;
}

export type MergeMethod = "merge" | "squash" | "rebase";

export interface ReplacedBody {
  /** As GitHub has it afterwards; null when it is gone. */
  issue: GitHubIssue | null;
  /** False when somebody else had changed the body. */
  isWritten: boolean;
}

interface IssueFilter {
  label: string;
  milestone: number;
  state?: "open" | "closed" | "all";
}

interface NewPull {
  title: string;
  body: string;
  head: string;
  base: string;
  draft: boolean;
}

export interface CallOptions {
  signal: AbortSignal;
  /** Milliseconds that the call has used by now. */
  usedMs?: number;
  limits?: Limits;
}

/** Finds repository and token, and asks nothing over the network yet. The rest of the call's time starts. */
export async function openGitHub(
  root: string,
  { signal, usedMs, limits = LIMITS }: CallOptions,
): Promise<GitHub> {
  const clock = startClock(signal, limits.callMs, usedMs);
  const { isHostTrusted, ...repository } = await findRepository(root);
  const token = await findToken({ ...repository, isHostTrusted }, signal);
  const client = await createClient(repository, token, clock, limits);
  return methodsOf(client, repository, clock, limits);
}

interface Answer {
  status: number;
  headers: { link?: string };
  data: unknown;
}

function read<Schema extends z.ZodType>(schema: Schema, { status, data }: Answer): z.output<Schema> {
  // A redirect that was not followed is an answer too.
  const { data: value, success } = schema.safeParse(data);
  if (status < 300 && success) return value;
  throw new GitHubFailure("api_error", `GitHub's answer was not understood (status ${status}).`, { status });
}

const READY = `mutation($id: ID!) {
  markPullRequestReadyForReview(input: { pullRequestId: $id }) { pullRequest { isDraft } }
}`;

const UPDATE_REFS = `mutation($repository: ID!, $updates: [RefUpdate!]!) {
  updateRefs(input: { repositoryId: $repository, refUpdates: $updates }) { clientMutationId }
}`;

function methodsOf(
  { rest, request: send }: Client,
  repository: GitHubRepository,
  clock: Clock,
  limits: Limits,
): GitHub {
  const own = { owner: repository.owner, repo: repository.repo };
  const once = { retries: 0 };

  const exchange = (
    request: (options: RequestOptions) => Promise<Answer>,
    options?: Omit<RequestOptions, "signal">,
  ) =>
    clock.within(async (signal) => {
      try {
        return await request({ signal, ...options });
      } catch (error) {
        throw readRefusal(error);
      }
    });

  async function ask<Schema extends z.ZodType>(
    schema: Schema,
    request: (options: RequestOptions) => Promise<Answer>,
    options?: Omit<RequestOptions, "signal">,
  ): Promise<z.output<Schema>> {
    return read(schema, await exchange(request, options));
  }

  /** Every page. An entry that moves to the next page meanwhile comes twice and counts once. */
  async function list<Entry extends { number: number }>(
    entry: z.ZodType<Entry>,
    path: "/issues" | "/milestones" | "/pulls",
    filter: Record<string, string>,
  ): Promise<Entry[]> {
    const found = new Map<number, Entry>();
    let query: string | null = `?${new URLSearchParams({ ...filter, per_page: String(PAGE) })}`;
    for (let page = 0; query !== null; page++) {
      if (page === limits.pages) {
        throw new GitHubFailure(
          "api_error",
          `GitHub has more than ${limits.pages * PAGE} entries in a list.`,
        );
      }
      // The client reads braces and colons as places for values.
      const route = `GET /repos/{owner}/{repo}${path}${query.replace(/[{}:]/g, encodeURIComponent)}`;
      const answer = await exchange((request) => send(route, { ...own, request }));
      for (const one of read(z.array(entry), answer)) found.set(one.number, one);
      query = nextQuery(answer);
    }
    return [...found.values()];
  }

  /** Tries again what may have been done although it failed, and looks whether it was before each time. */
  async function carefully<Value>(
    attempt: () => Promise<Value>,
    find: () => Promise<Value | null>,
    isDoubtful: (failure: GitHubFailure, tried: number) => boolean = () => false,
  ): Promise<Value> {
    for (let tried = 1; ; tried++) {
      try {
        return await attempt();
      } catch (failure) {
        if (!(failure instanceof GitHubFailure)) throw failure;
        if (!failure.isPassing && !isDoubtful(failure, tried)) throw failure;
        if (failure.isPassing) await clock.pause(Math.min(tried, 2) ** 2 * limits.secondMs);
        const found = await find();
        if (found !== null) return found;
        if (!failure.isPassing || tried >= limits.tries) throw failure;
      }
    }
  }

  /** Seconds until a body may be written again; throws what must not be tried again. A limit is waited for once. */
  function waitBefore(failure: unknown, tried: number, before: GitHubFailure | null): number {
    if (!(failure instanceof GitHubFailure)) throw failure;
    const { isPassing, reason, waitS } = failure;
    if (isPassing) return Math.min(tried, 2) ** 2;
    const isLimit = reason === "rate_limited" && before?.reason !== reason && waitS !== undefined;
    if (isLimit && isShortLimit(waitS, clock, limits)) return waitS;
    throw failure;
  }

  let bodyWritten = Number.NEGATIVE_INFINITY;
  const noteWrite = () => {
    bodyWritten = performance.now();
  };
  let about: z.output<typeof RepositoryAnswer> | undefined;
  async function aboutRepository() {
    about ??= await ask(RepositoryAnswer, (request) => rest.repos.get({ ...own, request }));
    return about;
  }

  /** REST takes no condition with a deletion. False when it was not done, be it that the server does not know how. */
  async function deleteAtomically(branch: string, sha: string): Promise<boolean> {
    const { node_id } = await aboutRepository();
    if (!node_id) return false;
    const update = { name: `refs/heads/${branch}`, beforeOid: sha, afterOid: "0".repeat(sha.length) };
    const change = { baseUrl: graphqlBaseOf(repository.apiUrl), query: UPDATE_REFS };
    const variables = { repository: node_id, updates: [update] };
    try {
      await ask(DeletedAnswer, (request) => send("POST /graphql", { ...change, variables, request }));
      return true;
    } catch (failure) {
      if (failure instanceof GitHubFailure && failure.reason === "api_error") return false;
      throw failure;
    }
  }

  const github: GitHub = {
    repository,
    timeLeft: clock.timeLeft,

    listMilestones: () => list(MilestoneAnswer, "/milestones", { state: "all" }),

    async listIssues({ label, milestone, state = "all" }) {
      const filter = { labels: label, milestone: String(milestone), state };
      const issues = await list(IssueAnswer, "/issues", filter);
      return issues.filter(({ isPullRequest }) => !isPullRequest);
    },

    async getIssue(number) {
      try {
        const issue = { ...own, issue_number: number };
        const answer = await exchange((request) => rest.issues.get({ ...issue, request }));
        return answer.status === 301 ? null : read(IssueAnswer, answer);
      } catch (failure) {
        if (failure instanceof GitHubFailure && isGone(failure)) return null;
        throw failure;
      }
    },

    async replaceIssueBody(number, from, to) {
      const change = { ...own, issue_number: number, body: to };
      let failed: GitHubFailure | null = null;
      for (let tried = 1; ; tried++) {
        // Before the look: whatever is written between look and write is lost.
        await clock.pause(bodyWritten + limits.writeMs - performance.now());
        const issue = await github.getIssue(number);
        if (issue?.body !== from) return { issue, isWritten: failed !== null && issue?.body === to };
        if (failed && tried > limits.tries) throw failed;
        const options = { ...once, isOutdated: true };
        const write = ask(IssueAnswer, (request) => rest.issues.update({ ...change, request }), options);
        try {
          return { issue: await write.finally(noteWrite), isWritten: true };
        } catch (failure) {
          await clock.pause(waitBefore(failure, tried, failed) * limits.secondMs);
          failed = failure as GitHubFailure;
        }
      }
    },

    async closeIssue(number) {
      const change = { ...own, issue_number: number, state: "closed" } as const;
      const { state } = await ask(IssueAnswer, (request) => rest.issues.update({ ...change, request }));
      if (state !== "closed") throw new GitHubFailure("api_error", `GitHub left issue #${number} open.`);
    },

    async listPulls(branch) {
      // The filter takes an owner's present name only.
      const { owner } = await aboutRepository();
      const filter = { head: `${owner.login}:${branch}`, state: "all" };
      const pulls = await list(PullAnswer, "/pulls", filter);
      return pulls.filter(({ head, isCrossRepository }) => head === branch && !isCrossRepository);
    },

    async listPullsInto(base) {
      const pulls = await list(PullAnswer, "/pulls", { base, state: "open" });
      return pulls.filter((pull) => pull.base === base);
    },

    getPull: (number) =>
      ask(PullAnswer, (request) => rest.pulls.get({ ...own, pull_number: number, request })),

    createPull: (pull) =>
      carefully(
        () => ask(PullAnswer, (request) => rest.pulls.create({ ...own, ...pull, request }), once),
        async () => {
          const pulls = await github.listPulls(pull.head);
          return pulls.find(({ state, base }) => state === "open" && base === pull.base) ?? null;
        },
        ({ status }, tried) => tried > 1 && status === 422,
      ),

    async markReady(nodeId) {
      const change = { baseUrl: graphqlBaseOf(repository.apiUrl), query: READY, variables: { id: nodeId } };
      const answer = await ask(ReadyAnswer, (request) => send("POST /graphql", { ...change, request }));
      if ("errors" in answer) throw readGraphqlErrors(answer.errors);
    },

    async mergePull(number, { sha, method }) {
      const how = { ...own, pull_number: number, sha, merge_method: method };
      await carefully(
        async () => (await ask(MergeAnswer, (request) => rest.pulls.merge({ ...how, request }), once)).merged,
        async () => (await github.getPull(number)).merged || null,
        ({ status }) => status === 405 || status === 409,
      );
    },

    async mergeMethod() {
      const { allow_merge_commit, allow_squash_merge, allow_rebase_merge } = await aboutRepository();
      if (allow_merge_commit !== false) return "merge";
      return allow_squash_merge !== false || allow_rebase_merge === false ? "squash" : "rebase";
    },

    async branchCommit(branch) {
      const ref = { ...own, ref: `heads/${branch}` };
      try {
        return (await ask(RefAnswer, (request) => rest.git.getRef({ ...ref, request }))).object.sha;
      } catch (failure) {
        if (failure instanceof GitHubFailure && isGone(failure)) return null;
        throw failure;
      }
    },

    async deleteBranch(branch, sha) {
      if (await deleteAtomically(branch, sha)) return "deleted";
      const now = await github.branchCommit(branch);
      if (now === null) return "missing";
      if (now !== sha) return "moved";
      try {
        await ask(z.unknown(), (request) => rest.git.deleteRef({ ...own, ref: `heads/${branch}`, request }));
        return "deleted";
      } catch (failure) {
        if (!(failure instanceof GitHubFailure && (isGone(failure) || failure.status === 422))) throw failure;
        // The status is the same for a branch that is protected.
        if ((await github.branchCommit(branch)) !== null) throw failure;
        return "missing";
      }
    },

    defaultBranch: async () => (await aboutRepository()).default_branch,
  };
  return github;
}

function isGone({ status }: GitHubFailure): boolean {
  return status === 404 || status === 410;
}

/** Lists of issues go on by cursor after some pages. The path of the link has the repository's id, and may be of another host. */
function nextQuery({ headers: { link } }: Answer): string | null {
  const address = /<([^<>]*)>;\s*rel="next"/.exec(link ?? "")?.[1];
  return address !== undefined && URL.canParse(address) ? new URL(address).search : null;
}
