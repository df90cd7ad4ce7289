/** The built program as a process: through a real client, and byte by byte. `npm test` builds it first. */
import { type ChildProcessWithoutNullStreams, spawn } from "node:child_process";
import { existsSync } from "node:fs";
import { fileURLToPath } from "node:url";
import type { Client } from "@modelcontextprotocol/sdk/client/index.js";
import { StdioClientTransport } from "@modelcontextprotocol/sdk/client/stdio.js";
import { onTestFinished } from "vitest";
import { clientFor, type Person } from "./client.ts";

/** This repository. */
export const REPOSITORY = fileURLToPath(new URL("../../", import.meta.url));

/** The built program. */
export const PROGRAM = `${REPOSITORY}dist/main.js`;

if (!existsSync(PROGRAM)) throw new Error("dist/main.js is not there. Run: npm run build");

export interface StartOptions {
  args?: readonly string[];
  cwd?: string;
  env?: Record<string, string>;
  /** Instead of the built program. */
  command?: string;
  /** Makes a client that can ask its user. */
  person?: Person;
}

/** A real client of the program in a process of its own. */
export async function stdioClient(options: StartOptions = {}): Promise<Client> {
  const { args = [], cwd, env, command, person } = options;
  const client = clientFor(person);
  onTestFinished(() => client.close());
  const [program, ...before] = command === undefined ? [process.execPath, PROGRAM] : [command];
  const environment = { ...environmentFor(), ...env };
  await client.connect(
    new StdioClientTransport({
      command: program!,
      args: [...before, ...args],
      cwd,
      env: environment,
      stderr: "ignore",
    }),
  );
  return client;
}

interface Ended {
  code: number | null;
  signal: NodeJS.Signals | null;
}

/** The program as a process; what it wrote is in `stdout` and `stderr`. It is killed when the test has finished. */
export class Program {
  stdout = "";
  stderr = "";
  readonly process: ChildProcessWithoutNullStreams;
  readonly ended: Promise<Ended>;
  #id = 0;

  constructor({ args = [], cwd, env }: StartOptions = {}) {
    this.process = spawn(process.execPath, [PROGRAM, ...args], { cwd, env: { ...environmentFor(), ...env } });
    this.process.stdout.setEncoding("utf8").on("data", (text) => {
      this.stdout += text;
    });
    this.process.stderr.setEncoding("utf8").on("data", (text) => {
      this.stderr += text;
    });
    // A program that has ended reads no more; what the test then writes is nobody's fault.
    this.process.stdin.on("error", () => {});
    this.ended = new Promise((resolve) =>
      this.process.on("close", (code, signal) => resolve({ code, signal })),
    );
    onTestFinished(async () => {
      this.process.kill("SIGKILL");
      await this.ended;
    });
  }

  write(text: string): void {
    this.process.stdin.write(text);
  }

  /** Sends a request and returns its id. */
  request(method: string, params: object = {}): number {
    this.#id++;
    this.write(`${JSON.stringify({ jsonrpc: "2.0", id: this.#id, method, params })}\n`);
    return this.#id;
  }

  /** The handshake, until the server's answer is there. */
  async initialize(): Promise<void> {
    const clientInfo = { name: "test", version: "0.0.0" };
    await this.answer(
      this.request("initialize", { protocolVersion: "2025-11-25", capabilities: {}, clientInfo }),
    );
    this.write(`${JSON.stringify({ jsonrpc: "2.0", method: "notifications/initialized" })}\n`);
  }

  /** Every line on standard output, parsed; a line that is not JSON throws. */
  messages(): { id?: number; result?: Record<string, unknown>; error?: { code: number; message: string } }[] {
    return this.stdout
      .split("\n")
      .filter(Boolean)
      .map((line) => JSON.parse(line));
  }

  /** Waits for the answer to a request. */
  answer(id: number) {
    return this.until(() =>
      this.stdout.endsWith("\n") ? this.messages().find((one) => one.id === id) : undefined,
    );
  }

  /** Waits until `find` finds something in what the program wrote; the test's own time-out ends it. */
  async until<T>(find: () => T | undefined | false): Promise<T> {
    for (;;) {
      const found = find();
      if (found) return found;
      if (this.process.exitCode !== null) throw new Error(`the program has ended: ${this.stderr}`);
      await new Promise((resolve) => setTimeout(resolve, 10));
    }
  }
}

/** Nothing of the developer's own settings. */
function environmentFor(): Record<string, string> {
  return { PATH: process.env.PATH ?? "", HOME: process.env.HOME ?? "" };
}
