/** One HTTP request: who gets the token, how long it may take, how much may come back, and which redirects are followed. */
import { GitHubFailure } from "./github-failure.ts";
import type { GitHubRepository } from "./github-repository.ts";

export interface RequestLimits {
  /** For an answer with its whole body. */
  requestMs: number;
  /** Of a body, unpacked. */
  bodyBytes: number;
}

const API_VERSION = "2022-11-28";

type Fetch = (address: string, init: RequestInit) => Promise<Response>;

/** The client's `fetch`. The token is known here and nowhere else, so no error of the client can hold it. */
export function fetchWithToken(repository: GitHubRepository, token: string, limits: RequestLimits): Fetch {
  const { apiUrl, owner, repo } = repository;
  const origin = new URL(apiUrl).origin;
  const own = `${new URL(apiUrl).pathname.replace(/\/$/, "")}/repos/${owner}/${repo}`;

  const send = (url: URL, init: RequestInit, signal: AbortSignal) => {
    const headers = new Headers(init.headers);
    headers.set("authorization", `Bearer ${token}`);
    headers.set("x-github-api-version", API_VERSION);
    return fetch(url, { ...init, headers, redirect: "manual", signal });
  };

  /**
   * A repository that was renamed answers for all that is below it with a redirect to its new place. An issue that moved to
   * another repository does so too, and that one is not the project's.
   */
  const follow = async (url: URL, init: RequestInit, signal: AbortSignal): Promise<Response> => {
    const response = await send(url, init, signal);
    const target = redirectTarget(url, response, init.method!);
    if (target === null || !isBelow(url.pathname, own)) return response;
    const home = new URL(own, origin);
    const moved = await send(home, { method: "GET", headers: init.headers }, signal);
    await moved.body?.cancel();
    const place = redirectTarget(home, moved, "GET")?.pathname;
    if (place === undefined || `${place}${url.pathname.slice(own.length)}` !== target.pathname)
      return response;
    await response.body?.cancel();
    return send(target, init, signal);
  };

  return async (address, init) => {
    const url = new URL(address);
    if (url.origin !== origin) {
      throw new GitHubFailure("api_error", "A request to a host other than the repository's was not sent.");
    }
    const controller = new AbortController();
    const given = init.signal;
    const stop = () => controller.abort(stopped());
    if (given?.aborted) throw stopped();
    given?.addEventListener("abort", stop, { once: true });
    const timer = setTimeout(() => controller.abort(timedOut(limits.requestMs)), limits.requestMs);
    try {
      const response = await follow(url, init, controller.signal);
      const { status } = response;
      if (status > 599)
        throw new GitHubFailure("api_error", "GitHub's answer was not understood.", { status });
      const body = await readBody(response, limits.bodyBytes);
      const isEmpty = [204, 205, 304].includes(status);
      const headers = new Headers(response.headers);
      // Whatever it says to be: what is no JSON is found out where the answer is read.
      headers.set("content-type", "application/json");
      return new Response(isEmpty ? null : body, { status, headers });
    } finally {
      clearTimeout(timer);
      given?.removeEventListener("abort", stop);
    }
  };
}

/** Where a redirect leads, when it leads to the same host and the method may be repeated there. */
function redirectTarget(url: URL, { status, headers }: Response, method: string): URL | null {
  const statuses = method === "GET" ? [301, 302, 307, 308] : [307, 308];
  const location = headers.get("location") ?? "";
  if (!statuses.includes(status) || !URL.canParse(location, url.href)) return null;
  const target = new URL(location, url);
  if (target.search === "") target.search = url.search;
  return target.origin === url.origin ? target : null;
}

function isBelow(path: string, directory: string): boolean {
  return path === directory || path.startsWith(`${directory}/`);
}

async function readBody({ body }: Response, max: number): Promise<Buffer> {
  const chunks: Uint8Array[] = [];
  let size = 0;
  // Leaving the loop cancels what is still to come.
  for await (const chunk of (body ?? []) as AsyncIterable<Uint8Array>) {
    size += chunk.byteLength;
    if (size > max) throw new GitHubFailure("api_error", "GitHub's answer was too large to be read.");
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}

/** By this name the client neither wraps nor repeats it. */
function stopped(): Error {
  return Object.assign(new Error("The call was stopped."), { name: "AbortError" });
}

function timedOut(ms: number): Error {
  return Object.assign(new Error(`No answer within ${ms} ms.`), { code: "NO_ANSWER" });
}
