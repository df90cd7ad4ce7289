/** GitHub's answers, as far as they are used: checked, and cleaned where they are text that results show. */
import { z } from "zod";
import { sanitizeText } from "../domain/github-text.ts";

export interface GitHubMilestone {
  number: number;
  title: string;
  state: "open" | "closed";
}

export interface GitHubIssue {
  number: number;
  url: string;
  title: string;
  state: "open" | "closed";
  /** As GitHub has it; empty for none. */
  body: string;
  isPullRequest: boolean;
  labels: string[];
  /** Its title. */
  milestone: string | null;
  /** Date and time; null while it is open. */
  closedAt: string | null;
  /** True when it is open since somebody opened it again. */
  isReopened: boolean;
}

export interface GitHubPull {
  number: number;
  url: string;
  title: string;
  state: "open" | "closed";
  draft: boolean;
  merged: boolean;
  /** Date and time; null unless it is merged. */
  mergedAt: string | null;
  /** As GitHub has it; empty for none. */
  body: string;
  /** Branch, as GitHub has it. */
  head: string;
  headSha: string;
  /** Branch, as GitHub has it. */
  base: string;
  /** For GraphQL. */
  nodeId: string;
  /** Null while GitHub is finding out, and in lists. */
  mergeable: boolean | null;
  /** True when the head is a branch of another repository, or of one that is gone. */
  isCrossRepository: boolean;
}

const MAX_TITLE = 300;
const MAX_URL = 500;

const Line = z.string().transform((text) => sanitizeText(text, MAX_TITLE));
const Address = z
  .string()
  .regex(/^https?:\/\//)
  .transform((text) => sanitizeText(text, MAX_URL));
const Count = z.int().positive();
const State = z.enum(["open", "closed"]);
/** It must be there: an issue whose body could not be read would be overwritten. */
const Body = z
  .string()
  .nullable()
  .transform((text) => text ?? "");
const Sha = z.string().regex(/^(?:[0-9a-f]{40}|[0-9a-f]{64})$/i);

export const MilestoneAnswer = z.object({ number: Count, title: Line, state: State });

const Label = z.union([Line, z.object({ name: Line.nullish() }).transform(({ name }) => name ?? "")]);

export const IssueAnswer = z
  .object({
    number: Count,
    html_url: Address,
    title: Line,
    state: State,
    body: Body,
    labels: z.array(Label),
    milestone: z.object({ title: Line }).nullish(),
    pull_request: z.unknown().optional(),
    closed_at: z.string().nullish(),
    state_reason: z.string().nullish(),
  })
  .transform(
    ({ html_url, milestone, pull_request, closed_at, state_reason, ...issue }): GitHubIssue => ({
      ...issue,
      closedAt: closed_at ?? null,
      isReopened: issue.state === "open" && state_reason === "reopened",
      url: html_url,
      milestone: milestone?.title ?? null,
      isPullRequest: pull_request !== undefined && pull_request !== null,
    }),
  );

const Branch = z.object({ ref: z.string().min(1), sha: Sha, repo: z.object({ id: Count }).nullish() });

/** Lists leave out `merged` and `mergeable`, and say `merged_at`. */
export const PullAnswer = z
  .object({
    number: Count,
    html_url: Address,
    title: Line,
    state: State,
    draft: z.boolean().nullish(),
    merged: z.boolean().nullish(),
    merged_at: z.string().nullish(),
    mergeable: z.boolean().nullish(),
    body: Body,
    node_id: z.string().min(1),
    head: Branch,
    base: Branch,
  })
  .transform(
    ({ head, base, ...pull }): GitHubPull => ({
      number: pull.number,
      url: pull.html_url,
      title: pull.title,
      state: pull.state,
      draft: pull.draft ?? false,
      merged: pull.merged ?? typeof pull.merged_at === "string",
      mergedAt: pull.merged_at ?? null,
      body: pull.body,
      head: head.ref,
      headSha: head.sha,
      base: base.ref,
      nodeId: pull.node_id,
      mergeable: pull.mergeable ?? null,
      isCrossRepository: head.repo?.id === undefined || head.repo.id !== base.repo?.id,
    }),
  );

export const RepositoryAnswer = z.object({
  default_branch: z.string().min(1),
  node_id: z.string().nullish(),
  owner: z.object({ login: z.string() }),
  // Not told to everybody.
  allow_merge_commit: z.boolean().nullish(),
  allow_squash_merge: z.boolean().nullish(),
  allow_rebase_merge: z.boolean().nullish(),
});

export const RefAnswer = z.object({ object: z.object({ sha: Sha }) });

export const MergeAnswer = z.object({ merged: z.literal(true) });

export const DeletedAnswer = z.object({
  data: z.object({ updateRefs: z.object({}) }),
  errors: z.undefined().optional(),
});

const Word = z.string().optional().catch(undefined);

/** As much of a refusal by GraphQL as tells its cause; what is of another type counts as not there. */
export const GraphqlTrouble = z.object({
  data: z.unknown().optional(),
  message: Word,
  errors: z.array(z.object({ type: Word, code: Word, message: Word })).catch([]),
});

export const ReadyAnswer = z.union([
  z.object({ errors: z.array(z.looseObject({ type: z.string().optional() })).min(1) }),
  z.object({
    data: z.object({
      markPullRequestReadyForReview: z.object({ pullRequest: z.object({ isDraft: z.literal(false) }) }),
    }),
  }),
]);
