/** What the tests' GitHub knows beside the emulator, and how its handlers are called. */
import type { Answer, GitHubRequest, MilestoneJson } from "./github-answers.ts";
import type { Backend } from "./github-backend.ts";
import type { Branches } from "./github-branches.ts";

export interface World {
  backend: Backend;
  branches: Branches;
  defaultBranch: string;
  /** `http://127.0.0.1:PORT`, with `/api/v3` where it is an Enterprise server. */
  apiUrl: string;
  /** `/repos/owner/repo` */
  top: string;
  /** By number: what the emulator cannot keep about a pull request. */
  pulls: Map<number, PullFacts>;
  /** Numbers of deleted issues. */
  deleted: Set<number>;
  /** Whether a merge into the main branch closes the issues that the pull request says it closes. */
  closesOnMerge: boolean;
  /** Addresses of further pages that were handed out: they need not be in the API's description. */
  links: Set<string>;
}

export interface PullFacts {
  headSha: string;
  baseSha: string;
  mergeSha: string | null;
  milestone: MilestoneJson | null;
  /** What comes next when the pull request is read; the last stays. Empty: what git says. */
  mergeable: (boolean | null)[];
  forkDeleted: boolean;
}

/** Gets the groups of its path's pattern. */
export type Handler = (world: World, request: GitHubRequest, ...groups: string[]) => Promise<Answer> | Answer;

/** Method, pattern of the path below the repository, handler. */
export type Route = readonly [method: string, path: RegExp, handler: Handler];

/** The fields of a JSON object; `{}` for anything else. */
export function fields(value: unknown): Record<string, unknown> {
  return typeof value === "object" && value !== null ? (value as Record<string, unknown>) : {};
}
