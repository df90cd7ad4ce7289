/** What the GitHub client throws, read as a failure with one of our reasons. */
import { GraphqlTrouble } from "./github-answers.ts";
import { GitHubFailure } from "./github-failure.ts";

/** The part that is looked at of what the client throws. Its message and data are GitHub's own, and are not passed on. */
interface ClientError extends Error {
  status?: number;
  cause?: unknown;
  /** Ours. */
  isDraftRefused?: boolean;
  response?: ClientResponse;
}

interface ClientResponse {
  status: number;
  headers: Record<string, string | undefined>;
  data?: unknown;
}

/** As the client's types have it. */
type AnyResponse = Pick<ClientResponse, "data"> & { headers: Record<string, string | number | undefined> };

/** No limit of GitHub lasts longer than an hour; what says so is wrong. */
const LONGEST_WAIT_S = 24 * 60 * 60;

/**
 * Rewrites an error for the plugins that repeat requests: one that must not be repeated is thrown as it is, and a limit is
 * said in the words and the header that they look for. `retry-after` alone is a limit too.
 */
export function prepareError(error: Error): never {
  const { cause, response } = error as ClientError;
  if (cause instanceof GitHubFailure) throw cause;
  if (response !== undefined) {
    const seconds = retryAfter(response.headers);
    const isSecondary =
      isLimit(error) && (seconds !== null || response.headers["x-ratelimit-remaining"] !== "0");
    if (seconds !== null) response.headers["retry-after"] = String(Math.max(1, seconds));
    (error as ClientError).isDraftRefused = isDraftRefusal(error);
    error.message = isSecondary ? "secondary rate limit" : "refused";
    response.data = undefined;
  }
  throw error;
}

/**
 * GraphQL tells its limits in answers with status 200, each in a way of its own. They are thrown as REST's are, with the
 * status that those have, so that whatever waits for a limit waits for these too.
 */
export function refuseGraphqlLimit(response: AnyResponse, request: { url: string }): void {
  if (request.url !== "/graphql" || !isGraphqlLimit(response)) return;
  throw Object.assign(new Error("limit"), { status: 429, request, response });
}

function isGraphqlLimit({ data, headers }: AnyResponse): boolean {
  const { data: said } = GraphqlTrouble.safeParse(data);
  if (said === undefined) return false;
  const { message, errors } = said;
  if (errors.some(({ type, code }) => type?.startsWith("RATE_LIMIT") || code === "graphql_rate_limit")) {
    return true;
  }
  const texts = [message, ...errors.map((error) => error.message)];
  if (texts.some((text) => /\brate limit\b/i.test(text ?? ""))) return true;
  const isTold = errors.some(({ type }) => type !== undefined);
  const isSpent = headers["retry-after"] !== undefined || headers["x-ratelimit-remaining"] === "0";
  return (said.data ?? null) === null && !isTold && isSpent;
}

/** "Draft pull requests are not supported in this repository." */
function isDraftRefusal({ status, message }: ClientError): boolean {
  return (
    status === 422 && /\bdraft pull requests? (?:is|are) not (?:supported|available|allowed)\b/i.test(message)
  );
}

function isLimit({ status, message, response }: ClientError): boolean {
  if (status === 429) return true;
  if (status !== 403 || response === undefined) return false;
  const { headers } = response;
  return (
    headers["x-ratelimit-remaining"] === "0" ||
    headers["retry-after"] !== undefined ||
    /secondary rate limit|abuse detection/i.test(message)
  );
}

/** Reads what one request threw at last. */
export function readRefusal(thrown: unknown): GitHubFailure {
  if (thrown instanceof GitHubFailure) return thrown;
  const error: ClientError = thrown instanceof Error ? thrown : new Error("unknown");
  const { status = 0, response } = error;
  const { isDraftRefused } = error;
  const failed = (reason: GitHubFailure["reason"], message: string, limit: Limit = {}) =>
    new GitHubFailure(reason, message, { status: status || undefined, isDraftRefused, ...limit });
  if (response === undefined) {
    // The client gives its own failures no status.
    if (status === 0) return failed("api_error", "GitHub's answer was not understood.");
    return new GitHubFailure("unreachable", `GitHub could not be reached: ${whyUnreachable(error.cause)}.`);
  }
  if (isLimit(error)) {
    const limit = readLimit(response.headers);
    const until = limit.retryAt === undefined ? "" : ` until ${limit.retryAt}`;
    const how = response.status === 200 ? "GraphQL" : `status ${status}`;
    return failed("rate_limited", `GitHub takes no more requests${until} (${how}).`, limit);
  }
  if (status === 401) return failed("unauthorized", "GitHub does not accept the token (status 401).");
  if (status === 403)
    return failed("unauthorized", "GitHub does not allow this with the token (status 403).");
  const doubt = status === 404 ? "; what it was asked for is not there, or the token may not see it" : "";
  return failed("api_error", `GitHub answered with status ${status}${doubt}.`);
}

/** Seconds; null without the header, and for what is neither a number nor a date. */
function retryAfter({ "retry-after": value }: Record<string, string | undefined>): number | null {
  if (value === undefined) return null;
  if (/^\d{1,9}$/.test(value)) return Number(value);
  const date = Date.parse(value);
  return Number.isNaN(date) ? null : Math.max(0, Math.ceil((date - Date.now()) / 1000));
}

type Limit = Pick<GitHubFailure, "retryAt" | "waitS">;

/** Empty where no end is told that can be true. */
function readLimit(headers: Record<string, string | undefined>): Limit {
  const reset = Number(headers["x-ratelimit-reset"] ?? Number.NaN) - Date.now() / 1000;
  const seconds = retryAfter(headers) ?? (headers["x-ratelimit-remaining"] === "0" ? reset : Number.NaN);
  if (!(seconds <= LONGEST_WAIT_S && seconds >= -LONGEST_WAIT_S)) return {};
  const end = new Date(Math.ceil(Date.now() / 1000 + seconds) * 1000);
  return { retryAt: end.toISOString().replace(".000Z", "Z"), waitS: Math.max(1, Math.ceil(seconds)) };
}

const NETWORK_TROUBLE: [code: RegExp, words: string][] = [
  [/^NO_ANSWER$|TIMEDOUT|TIMEOUT/, "no answer came in time"],
  [/^ENOTFOUND$|^EAI_/, "the name of the host is not known"],
  [/^ECONNREFUSED$/, "the connection was refused"],
  [/^ECONNRESET$|^EPIPE$|^UND_ERR_SOCKET$/, "the connection was cut off"],
  [/^ENETUNREACH$|^EHOSTUNREACH$|^ENETDOWN$/, "there is no network"],
  [
    /CERT|^ERR_TLS|^ERR_SSL|^EPROTO$|ISSUER/,
    "the certificate or the encryption of the connection is not valid",
  ],
];

/** From the codes of an error and of what caused it; their texts are not ours. */
function whyUnreachable(cause: unknown): string {
  let error = cause;
  for (let depth = 0; depth < 4 && error instanceof Error; depth++) {
    const { code } = error as Error & { code?: unknown };
    const found = NETWORK_TROUBLE.find(([pattern]) => typeof code === "string" && pattern.test(code));
    if (found !== undefined) return found[1];
    error = error.cause instanceof AggregateError ? error.cause.errors[0] : error.cause;
  }
  return "the connection failed";
}

/** GraphQL answers with status 200 and says in the body what went wrong. A limit does not come here. */
export function readGraphqlErrors(errors: readonly { type?: string }[]): GitHubFailure {
  const types = errors.map(({ type }) => type ?? "");
  if (types.some((type) => ["FORBIDDEN", "INSUFFICIENT_SCOPES", "UNAUTHENTICATED"].includes(type))) {
    return new GitHubFailure("unauthorized", "GitHub does not allow this with the token (GraphQL).");
  }
  return new GitHubFailure("api_error", "GitHub refused the change (GraphQL).");
}
