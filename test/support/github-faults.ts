/** What can go wrong between a caller and GitHub, as rules that the tests' GitHub follows. */
import type { GitHubRequest } from "./github-answers.ts";

/** Applies to the next requests that it matches. With neither status, reset nor truncate the request is served. */
export interface Fault {
  /** Any, when left out. */
  method?: string;
  /** Compared with the decoded path without `/api/v3`: a string is the whole path. Any, when left out. */
  path?: RegExp | string;
  /** How many matching requests it applies to; 1 unless told otherwise. */
  times?: number;
  /** How many matching requests are let through before. */
  skip?: number;
  status?: number;
  headers?: Record<string, string>;
  /** A string is sent as it is, as HTML where it begins with `<`; anything else as JSON. */
  body?: unknown;
  /** Milliseconds before the answer. */
  delay?: number;
  /** The connection is reset instead of an answer. */
  reset?: boolean;
  /** The answer's headers and half of its body, then the end of the connection. */
  truncate?: boolean;
  /** The request is carried out first, and only its answer is lost or replaced. */
  perform?: boolean;
  /** Run before the request is served: another writer. */
  before?: (request: GitHubRequest) => unknown;
  /** Run after the request was carried out and before it is answered. */
  after?: (request: GitHubRequest) => unknown;
}

const LIMITS = "https://docs.github.com/rest/using-the-rest-api/rate-limits-for-the-rest-api";

/** Ready faults, to be joined with what they apply to: `fault({ ...FAULTS.badGateway, method: "GET", times: 2 })`. */
export const FAULTS = {
  unauthorized: { status: 401, body: { message: "Bad credentials", status: "401" } },
  forbidden: { status: 403, body: { message: "Resource not accessible by personal access token" } },
  notFound: { status: 404, body: { message: "Not Found", status: "404" } },
  gone: { status: 410, body: { message: "This issue was deleted", status: "410" } },
  unprocessable: {
    status: 422,
    body: { message: "Validation Failed", errors: [{ resource: "Issue", field: "body", code: "invalid" }] },
  },
  serverError: { status: 500, body: { message: "Server Error" } },
  badGateway: {
    status: 502,
    body: "<html><head><title>502 Bad Gateway</title></head><body>Unicorn!</body></html>",
  },
  unavailable: { status: 503, body: { message: "Service unavailable" } },
  /** A proxy's page with status 200. */
  html: { status: 200, body: "<!DOCTYPE html><html><body>Sign in to the network</body></html>" },
  empty: { status: 200, body: "" },
  truncated: { truncate: true },
  reset: { reset: true },
  /** The request was carried out, and the answer never came. */
  lostAnswer: { reset: true, perform: true },
  secondaryLimit: (seconds: number, status: 403 | 429 = 403) => ({
    status,
    headers: { "retry-after": String(seconds), "x-ratelimit-remaining": "4987" },
    body: {
      message: "You have exceeded a secondary rate limit. Please wait a few minutes before you try again.",
      documentation_url: `${LIMITS}#about-secondary-rate-limits`,
    },
  }),
  /** `seconds` until the limit is reset. */
  primaryLimit: (seconds: number, status: 403 | 429 = 403) => ({
    status,
    headers: {
      "x-ratelimit-limit": "5000",
      "x-ratelimit-remaining": "0",
      "x-ratelimit-used": "5000",
      "x-ratelimit-reset": String(Math.ceil(Date.now() / 1000) + seconds),
    },
    body: { message: "API rate limit exceeded for user ID 1.", documentation_url: LIMITS },
  }),
  /** What GraphQL answers when its points are used up: status 200. */
  graphqlLimit: (seconds: number) => ({
    status: 200,
    path: "/graphql",
    headers: {
      "x-ratelimit-remaining": "0",
      "x-ratelimit-reset": String(Math.ceil(Date.now() / 1000) + seconds),
      "x-ratelimit-resource": "graphql",
    },
    body: { errors: [{ type: "RATE_LIMITED", message: "API rate limit exceeded for user ID 1." }] },
  }),
  slow: (delay: number) => ({ delay }),
} satisfies Record<string, Fault | ((...args: never[]) => Fault)>;

/** Rules in the order in which they were given. */
export interface Faults {
  add(fault: Fault): void;
  clear(): void;
  /** The first rule that applies, used up once more. */
  take(request: GitHubRequest): Fault | undefined;
}

export function faultRules(): Faults {
  let rules: { fault: Fault; skip: number; left: number }[] = [];
  return {
    add: (fault) => rules.push({ fault, skip: fault.skip ?? 0, left: fault.times ?? 1 }),
    clear: () => {
      rules = [];
    },
    take: (request) => {
      for (const rule of rules) {
        if (rule.left <= 0 || !applies(rule.fault, request)) continue;
        if (rule.skip > 0) {
          rule.skip--;
          continue;
        }
        rule.left--;
        return rule.fault;
      }
      return undefined;
    },
  };
}

function applies({ method, path }: Fault, request: GitHubRequest): boolean {
  if (method !== undefined && method !== request.method) return false;
  if (path === undefined) return true;
  return typeof path === "string" ? path === request.path : path.test(request.path);
}
