/** GitHub's client with its limits. The only file that imports the client and its plugins, and only when they are needed. */
import { randomUUID } from "node:crypto";
import type { Octokit } from "@octokit/rest";
import type { Clock } from "./github-clock.ts";
import { fetchWithToken, type RequestLimits } from "./github-fetch.ts";
import { prepareError, refuseGraphqlLimit } from "./github-refusal.ts";
import type { GitHubRepository } from "./github-repository.ts";
import { writeLimiters } from "./github-spacing.ts";

export type Client = Octokit;

/** The build puts the version of package.json here; without it there is none. */
declare const VERSION: string;

export interface Limits extends RequestLimits {
  /** How often a request is sent that fails with a status from 500 on or without an answer. */
  tries: number;
  /** The longest wait for a limit of GitHub's. */
  limitMs: number;
  /** All that one call asks, its waits included. */
  callMs: number;
  /** What a second lasts between two tries. */
  secondMs: number;
  /** Between two writes of one call; GitHub asks for a second. */
  writeMs: number;
  /** Of a list, a hundred entries each. */
  pages: number;
}

export const LIMITS: Limits = {
  requestMs: 10_000,
  bodyBytes: 32 * 1024 * 1024,
  tries: 3,
  limitMs: 10_000,
  callMs: 45_000,
  secondMs: 1_000,
  writeMs: 1_000,
  pages: 100,
};

const silent = () => {};
const SILENT = { debug: silent, info: silent, warn: silent, error: silent };

/** What each request gets. */
export interface RequestOptions {
  signal: AbortSignal;
  retries?: number;
  /** True when the request is out of date a moment later, so that a limit must not be waited for with it in hand. */
  isOutdated?: boolean;
}

/** True when a limit of GitHub's is waited for. */
export function isShortLimit(seconds: number, clock: Clock, limits: Limits): boolean {
  return seconds * 1_000 <= limits.limitMs && seconds * limits.secondMs < clock.timeLeft();
}

export async function createClient(
  repository: GitHubRepository,
  token: string,
  clock: Clock,
  limits: Limits,
): Promise<Octokit> {
  const [{ Octokit }, { retry }, { throttling }] = await Promise.all([
    import("@octokit/rest"),
    import("@octokit/plugin-retry"),
    import("@octokit/plugin-throttling"),
  ]);
  // Once: what is still limited after the wait it asked for is not waited for again.
  const mayWait = (
    seconds: number,
    options: { request?: Partial<RequestOptions> },
    _: object,
    waits: number,
  ) => waits === 0 && options.request?.isOutdated !== true && isShortLimit(seconds, clock, limits);
  // The last one is the outermost: limits are waited for around the tries.
  const Client = Octokit.plugin(
    ({ hook }) => {
      hook.after("request", refuseGraphqlLimit);
      hook.error("request", prepareError);
      return {};
    },
    retry,
    throttling,
  );
  return new Client({
    baseUrl: repository.apiUrl,
    userAgent: `wavewright/${typeof VERSION === "string" ? VERSION : "0.0.0"}`,
    log: SILENT,
    request: { fetch: fetchWithToken(repository, token, limits), log: SILENT },
    retry: {
      // Its own list has a few of them: a refused merge would be repeated.
      doNotRetry: Array.from({ length: 100 }, (_, index) => 400 + index),
      retries: limits.tries - 1,
      retryAfterBaseValue: limits.secondMs,
    },
    throttle: {
      // Writes keep a distance of a second, as GitHub asks for: those of one call, since nothing is held between calls.
      id: randomUUID(),
      ...writeLimiters(limits.writeMs),
      onRateLimit: mayWait,
      onSecondaryRateLimit: mayWait,
      retryAfterBaseValue: limits.secondMs,
    },
  });
}
