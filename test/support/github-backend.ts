/** The `emulate` package's GitHub, in this process, on a port that only the server in front of it knows. */
import { Agent, request } from "node:http";
import { createEmulator } from "emulate";
import { type Answer, json, type Repository } from "./github-answers.ts";

export interface Backend {
  repository: Repository;
  /** Sends a request as the repository's owner, past everything that stands in front. */
  send(method: string, path: string, body?: unknown, as?: string): Promise<Answer>;
  /** As `send`, and throws unless the answer is a success. */
  ask<T>(method: string, path: string, body?: unknown, as?: string): Promise<T>;
  /** All items of a list, over its pages. */
  all<T>(path: string): Promise<T[]>;
  close(): Promise<void>;
}

export interface BackendOptions {
  owner: string;
  repo: string;
  defaultBranch: string;
  /** Other people, who can fork. */
  strangers: readonly string[];
  /** What its answers call it, so that nobody is led past the server in front. */
  origin: string;
  /** Fields of the repository that differ from the defaults: `{ allow_merge_commit: false }`. */
  settings: Record<string, unknown>;
}

export async function startBackend(options: BackendOptions): Promise<Backend> {
  const { owner, repo, defaultBranch, origin, settings } = options;
  const people = [owner, ...options.strangers];
  const emulator = await createEmulator({
    service: "github",
    port: 0,
    seed: {
      tokens: Object.fromEntries(people.map((login) => [`token-of-${login}`, { login, scopes: ["repo"] }])),
      github: {
        users: people.map((login) => ({ login })),
        repos: [{ owner, name: repo, default_branch: defaultBranch }],
      },
    },
  });
  const { port } = new URL(emulator.url);
  const agent = new Agent({ keepAlive: true });
  const renamed = (text: string): string =>
    text.replaceAll(`http://localhost:${port}`, origin).replaceAll(`http://127.0.0.1:${port}`, origin);

  const send: Backend["send"] = (method, path, body, as = owner) =>
    new Promise((resolve, reject) => {
      const text = body === undefined ? undefined : JSON.stringify(body);
      const headers = {
        authorization: `Bearer token-of-${as}`,
        ...(text !== undefined && {
          "content-type": "application/json",
          "content-length": Buffer.byteLength(text),
        }),
      };
      const sent = request({ host: "127.0.0.1", port, method, path, headers, agent }, (response) => {
        const chunks: Buffer[] = [];
        response.on("data", (chunk: Buffer) => chunks.push(chunk));
        response.on("error", reject);
        response.on("end", () => {
          const { link } = response.headers;
          const headers: Record<string, string> = typeof link === "string" ? { link: renamed(link) } : {};
          const body = renamed(Buffer.concat(chunks).toString("utf8"));
          resolve({ ...json(response.statusCode!, null, headers), body });
        });
      });
      sent.on("error", reject);
      sent.end(text);
    });

  async function ask<T>(method: string, path: string, body?: unknown, as?: string): Promise<T> {
    const answer = await send(method, path, body, as);
    if (answer.status >= 300) throw new Error(`${method} ${path}: ${answer.status} ${answer.body}`);
    return JSON.parse(answer.body || "null") as T;
  }

  async function all<T>(path: string): Promise<T[]> {
    const items: T[] = [];
    for (let page = 1; ; page++) {
      const found = await ask<T[]>(
        "GET",
        `${path}${path.includes("?") ? "&" : "?"}per_page=100&page=${page}`,
      );
      items.push(...found);
      if (found.length < 100) return items;
    }
  }

  const top = `/repos/${owner}/${repo}`;
  if (Object.keys(settings).length > 0) await ask("PATCH", top, settings);
  const { id } = await ask<{ id: number }>("GET", top);
  return {
    repository: { owner, repo, id },
    send,
    ask,
    all,
    close: async () => {
      agent.destroy();
      await emulator.close();
    },
  };
}
