/** A server started as a host would start it, asked for its tools, and ended. */
import { type ChildProcessWithoutNullStreams, spawn } from "node:child_process";
import { createInterface } from "node:readline";
import { visible } from "../../errors.ts";
import type { Environment } from "../terminal.ts";
import { SetupFailure } from "./failure.ts";

export interface Start {
  command: string;
  args: readonly string[];
  cwd: string;
  env: Environment;
}

export interface Offer {
  name: string;
  version: string;
  tools: string[];
}

/** In milliseconds; a first npx downloads the package. */
const PATIENCE = 20_000;
const FAREWELL = 2_000;
const MAX_STDERR = 2_000;

interface Answer {
  id?: number;
  result?: { serverInfo?: { name?: string; version?: string }; tools?: { name?: string }[] };
  error?: { message?: string };
}

/** A program that was written a moment ago may still be open in a process that is just being started. */
async function begin({ command, args, cwd, env }: Start) {
  for (let attempt = 1; ; attempt++) {
    try {
      return spawn(command, args, { cwd, env, stdio: "pipe" });
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== "ETXTBSY" || attempt === 20) throw error;
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
  }
}

/** What it offers; throws SetupFailure with what it said on standard error. */
export async function startAndList({ command, args, cwd, env }: Start): Promise<Offer> {
  const child = await begin({ command, args, cwd, env });
  let said = "";
  child.stderr.setEncoding("utf8").on("data", (text: string) => {
    said = (said + text).slice(-MAX_STDERR);
  });
  // A program that has ended reads no more.
  child.stdin.on("error", () => {});
  let timer: NodeJS.Timeout | undefined;
  try {
    return await Promise.race([
      converse(child),
      new Promise<never>((_, reject) => {
        child.on("error", ({ code }: NodeJS.ErrnoException) =>
          reject(new Error(code === "ENOENT" ? `there is no program ${command}` : `it failed (${code})`)),
        );
        child.on("close", (code, signal) => reject(new Error(`it ended (${signal ?? `exit code ${code}`})`)));
        timer = setTimeout(
          () => reject(new Error(`it did not answer within ${PATIENCE / 1000} seconds`)),
          PATIENCE,
        );
      }),
    ]);
  } catch (error) {
    const last = said.trim().split("\n").slice(-3).map(visible).join(" ").trim();
    throw new SetupFailure(
      `The host will start ${visible([command, ...args].join(" "))}, but ${(error as Error).message}.`,
      { hint: last === "" ? undefined : `It said: ${last}` },
    );
  } finally {
    clearTimeout(timer);
    await end(child);
  }
}

async function converse(child: ChildProcessWithoutNullStreams): Promise<Offer> {
  const send = (message: object) => child.stdin.write(`${JSON.stringify({ jsonrpc: "2.0", ...message })}\n`);
  const clientInfo = { name: "wavewright setup", version: "1" };
  send({
    id: 1,
    method: "initialize",
    params: { protocolVersion: "2025-11-25", capabilities: {}, clientInfo },
  });
  let offer: Offer | undefined;
  for await (const line of createInterface({ input: child.stdout })) {
    const { id, result, error } = read(line);
    if (error) throw new Error(`it answered: ${visible(String(error.message)).slice(0, 200)}`);
    if (id === 1) {
      const { name = "?", version = "?" } = result?.serverInfo ?? {};
      offer = { name, version, tools: [] };
      send({ method: "notifications/initialized" });
      send({ id: 2, method: "tools/list" });
    } else if (id === 2 && offer) {
      return { ...offer, tools: (result?.tools ?? []).map(({ name = "?" }) => name) };
    }
  }
  // The end of the program tells more than that of its output.
  return new Promise(() => {});
}

function read(line: string): Answer {
  try {
    return (JSON.parse(line) as Answer | null) ?? {};
  } catch {
    throw new Error(`it printed what is no message: ${visible(line).slice(0, 200)}`);
  }
}

/** The end of its input ends a server; one that goes on is killed. */
async function end(child: ChildProcessWithoutNullStreams): Promise<void> {
  child.stdin.end();
  if (child.exitCode !== null || child.signalCode !== null || child.pid === undefined) return;
  await new Promise<void>((resolve) => {
    const timer = setTimeout(() => child.kill("SIGKILL"), FAREWELL);
    child.once("close", () => {
      clearTimeout(timer);
      resolve();
    });
  });
}
