/** The server that callers talk to: records requests, follows fault rules, and sends what the handler answers. */
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";
import { type Answer, type GitHubRequest, json, problem } from "./github-answers.ts";
import { type Fault, type Faults, faultRules } from "./github-faults.ts";

export interface FrontServer {
  /** `http://127.0.0.1:PORT` */
  address: string;
  requests: GitHubRequest[];
  faults: Faults;
  close(): Promise<void>;
}

const LIMIT = 5000;

export async function startServer(handle: (request: GitHubRequest) => Promise<Answer>): Promise<FrontServer> {
  const requests: GitHubRequest[] = [];
  const faults = faultRules();
  const closing = new AbortController();
  const reset = Math.ceil(Date.now() / 1000) + 3600;

  /** What was carried out is not carried out again for the answer. */
  async function answer(request: GitHubRequest, fault: Fault | undefined): Promise<Answer> {
    await fault?.before?.(request);
    const isReplaced = fault?.status !== undefined || fault?.reset === true;
    let answer: Answer | undefined;
    if (!isReplaced || fault?.perform === true) answer = await handled(request);
    await fault?.after?.(request);
    if (fault?.delay !== undefined) await sleep(fault.delay, undefined, { signal: closing.signal });
    if (fault?.status !== undefined) answer = replacement(fault.status, fault.body);
    answer ??= json(200, null);
    return { ...answer, headers: { ...answer.headers, ...fault?.headers } };
  }

  async function handled(request: GitHubRequest): Promise<Answer> {
    try {
      return await handle(request);
    } catch (error) {
      return problem(500, `The GitHub of the tests failed: ${(error as Error).stack}`);
    }
  }

  async function serve(incoming: IncomingMessage, response: ServerResponse): Promise<void> {
    const request = await read(incoming);
    requests.push(request);
    const fault = faults.take(request);
    const { status, headers, body } = await answer(request, fault);
    if (fault?.reset === true) {
      incoming.socket.resetAndDestroy();
      return;
    }
    request.status = status;
    response.writeHead(status, {
      server: "github.com",
      "x-github-request-id": `TEST:${requests.length}`,
      "x-ratelimit-limit": String(LIMIT),
      "x-ratelimit-remaining": String(LIMIT - requests.length),
      "x-ratelimit-used": String(requests.length),
      "x-ratelimit-reset": String(reset),
      "x-ratelimit-resource": request.path === "/graphql" ? "graphql" : "core",
      ...headers,
      ...(status !== 204 && { "content-length": Buffer.byteLength(body) }),
    });
    if (fault?.truncate === true) {
      const half = Buffer.from(body).subarray(0, Math.floor(Buffer.byteLength(body) / 2));
      response.write(half, () => incoming.socket.destroy());
    } else {
      response.end(body);
    }
  }

  const server = createServer((incoming, response) => {
    // A caller that has gone, or this server closing while it waits: nobody is there for an answer.
    serve(incoming, response).catch(() => incoming.socket.destroy());
  });
  await new Promise<void>((resolve, reject) => {
    server.once("error", reject);
    server.listen(0, "127.0.0.1", resolve);
  });
  return {
    address: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    requests,
    faults,
    close: () =>
      new Promise((resolve) => {
        closing.abort();
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

async function read(incoming: IncomingMessage): Promise<GitHubRequest> {
  const chunks: Buffer[] = [];
  for await (const chunk of incoming) chunks.push(chunk as Buffer);
  const text = Buffer.concat(chunks).toString("utf8");
  const url = incoming.url ?? "/";
  const { pathname, searchParams } = new URL(url, "http://localhost");
  const path = pathname.replace(/^\/api(?:\/v3)?(?=\/)/, "");
  return {
    method: incoming.method ?? "GET",
    path: decoded(path),
    query: Object.fromEntries(searchParams),
    headers: Object.fromEntries(
      Object.entries(incoming.headers).map(([name, value]) => [name, String(value)]),
    ),
    body: text === "" ? undefined : parsed(text),
    url,
    status: null,
  };
}

function decoded(path: string): string {
  try {
    return decodeURIComponent(path);
  } catch {
    return path;
  }
}

/** Text that is no JSON stays text, and is refused by the handler. */
function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}

function replacement(status: number, body: unknown): Answer {
  if (typeof body !== "string") return json(status, body ?? {});
  const type = body.startsWith("<") ? "text/html; charset=utf-8" : "application/json; charset=utf-8";
  return { status, headers: { "content-type": type }, body };
}
