/** What goes over the wire between the tests' GitHub and its callers, in the shapes that api.github.com uses. */

/** A request as it was received. `path` is decoded and has no `/api/v3`; `url` is what was sent. */
export interface GitHubRequest {
  method: string;
  path: string;
  query: Record<string, string>;
  headers: Record<string, string>;
  /** The parsed JSON, or undefined where there is none. */
  body: unknown;
  url: string;
  /** What was answered; null while it is not, and where the connection was cut. */
  status: number | null;
}

export interface Answer {
  status: number;
  headers: Record<string, string>;
  body: string;
}

export interface Repository {
  owner: string;
  repo: string;
  /** What `/repositories/{id}` has. */
  id: number;
}

export interface IssueJson {
  number: number;
  node_id: string;
  html_url: string;
  title: string;
  body: string | null;
  state: "open" | "closed";
  state_reason: string | null;
  labels: { name: string }[];
  milestone: MilestoneJson | null;
  created_at: string;
  updated_at: string;
  closed_at: string | null;
  user: unknown;
  /** There when the number is a pull request's. */
  pull_request?: Record<string, unknown>;
}

export interface MilestoneJson {
  number: number;
  title: string;
  state: "open" | "closed";
}

export interface PullJson extends Omit<IssueJson, "state_reason" | "pull_request"> {
  draft: boolean;
  merged: boolean;
  merged_at: string | null;
  merge_commit_sha: string | null;
  mergeable: boolean | null;
  mergeable_state: string;
  head: PullEnd;
  base: PullEnd;
}

interface PullEnd {
  /** `owner:branch` */
  label: string;
  ref: string;
  sha: string;
  repo: { full_name: string } | null;
}

export function json(status: number, value: unknown, headers: Record<string, string> = {}): Answer {
  return {
    status,
    headers: { "content-type": "application/json; charset=utf-8", ...headers },
    body: JSON.stringify(value),
  };
}

/** An error as GitHub words it. */
export function problem(status: number, message: string, errors?: readonly object[]): Answer {
  const details = errors === undefined ? {} : { errors };
  return json(status, {
    message,
    ...details,
    documentation_url: "https://docs.github.com/rest",
    status: String(status),
  });
}

export const NOT_FOUND = problem(404, "Not Found");

/** 422 about one field; `code` is `custom` where there is a message. */
export function invalid(resource: string, field: string | undefined, message?: string): Answer {
  const error = message === undefined ? { code: "invalid" } : { code: "custom", message };
  return problem(422, "Validation Failed", [{ resource, ...(field && { field }), ...error }]);
}
