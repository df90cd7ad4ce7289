/**
 * Programs that start others, such as git with its hooks: run in a process group of their own, so that all of them can
 * be ended and waited for. One that has left the group, as a daemon does, is not known.
 */
import { AsyncLocalStorage } from "node:async_hooks";
import { type ChildProcess, spawn } from "node:child_process";
import type { Socket } from "node:net";
import { type Output, openOutput } from "./group-output.ts";
import { exists, isGroupRunning } from "./process-state.ts";

/** Windows has none: there the program itself is ended. */
const HAS_GROUPS = process.platform !== "win32";

/**
 * How a group is ended, and how long it gets each time, in milliseconds. First as by Ctrl+C: hooks that have put files
 * away bring them back then.
 */
const WAYS: readonly [NodeJS.Signals, number][] = [
  ["SIGINT", 1_000],
  ["SIGTERM", 300],
  ["SIGKILL", 1_000],
];
const POLL_MS = 10;
/** How often a group is asked for a sign of life. */
const LISTEN_MS = 100;
/** What a program has written arrives shortly after its end; what it left running may keep its output open. */
const OUTPUT_MS = 100;

export interface GroupOptions {
  cwd: string;
  environment: Record<string, string>;
  input?: string;
  /** Without output for so many milliseconds, the group is ended. */
  silenceMs: number;
  signal?: AbortSignal;
}

export interface GroupOutcome {
  /** The program's exit code; null when it could not be started or was stopped. */
  code: number | null;
  stdout: string;
  stderr: string;
  trouble: "missing" | "stopped" | null;
}

/** Is told the number of a group when it is there, and null when it is over. */
export type Note = (group: number | null) => void;

const notes = new AsyncLocalStorage<Note>();

/** Those that `use` starts are noted: whoever keeps others away does so until they have ended. */
export function notingGroups<Result>(note: Note, use: () => Promise<Result>): Promise<Result> {
  return notes.run(note, use);
}

const running = new Set<() => void>();
const ended = new Set<Promise<unknown>>();
let isClosed = false;

/** Ends what runs and lets nothing begin any more; gives back when all is over, which takes three seconds at most. */
export async function endGroups(): Promise<void> {
  isClosed = true;
  for (const end of running) end();
  await Promise.allSettled(ended);
}

/** Runs a program and answers when it has ended; if it is stopped, when its group has. Never throws for its failure. */
export async function runInGroup(
  program: string,
  args: readonly string[],
  options: GroupOptions,
): Promise<GroupOutcome> {
  if (isClosed || options.signal?.aborted) return { code: null, stdout: "", stderr: "", trouble: "stopped" };
  const outcome = run(program, args, options);
  ended.add(outcome);
  try {
    return await outcome;
  } finally {
    ended.delete(outcome);
  }
}

async function run(program: string, args: readonly string[], options: GroupOptions): Promise<GroupOutcome> {
  const outputs = [openOutput(HAS_GROUPS), openOutput(HAS_GROUPS)] as const;
  try {
    return await runWith(outputs, program, args, options);
  } finally {
    for (const output of outputs) output.close();
  }
}

async function runWith(
  outputs: readonly [Output, Output],
  program: string,
  args: readonly string[],
  { cwd, environment, input, silenceMs, signal }: GroupOptions,
): Promise<GroupOutcome> {
  const child = spawn(program, args, {
    cwd,
    env: environment,
    detached: HAS_GROUPS,
    windowsHide: true,
    stdio: ["pipe", outputs[0].stdio, outputs[1].stdio],
  });
  const group = child.pid;
  outputs[0].listen(child.stdout);
  outputs[1].listen(child.stderr);
  const stopped = stopping(silenceMs, signal, () => outputs.filter((one) => one.hasGrown()).length > 0);
  const said = () => ({ stdout: outputs[0].text(), stderr: outputs[1].text() });
  running.add(stopped.stop);
  const note = HAS_GROUPS ? notes.getStore() : undefined;
  try {
    if (group !== undefined) note?.(group);
    // Only now, so that whatever waits for its input does nothing yet that nobody has noted.
    child.stdin?.on("error", () => {});
    child.stdin?.end(input ?? "");
    const code = await Promise.race([exitOf(child), stopped.promise]);
    if (code === "missing") return { ...said(), code: null, trouble: "missing" };
    if (typeof code === "number") return { ...said(), code, trouble: null };
    if (group !== undefined) await endGroup(group, child);
    return { ...said(), code: null, trouble: "stopped" };
  } finally {
    stopped.clear();
    running.delete(stopped.stop);
    if (group !== undefined) note?.(null);
    letGo(child);
  }
}

/** What it left running may go on writing, and keeps nobody waiting. */
function letGo(child: ChildProcess): void {
  for (const stream of [child.stdout, child.stderr] as (Socket | null)[])
    stream?.removeAllListeners("data").resume().unref();
  child.unref();
}

/** Resolves when it was quiet for too long, was aborted, or is told to. */
function stopping(silenceMs: number, signal: AbortSignal | undefined, hasSpoken: () => boolean) {
  let stop = () => {};
  const promise = new Promise<"stopped">((resolve) => {
    stop = () => resolve("stopped");
  });
  let quietSince = performance.now();
  const timer = setInterval(
    () => {
      if (hasSpoken()) quietSince = performance.now();
      else if (performance.now() - quietSince >= silenceMs) stop();
    },
    Math.min(LISTEN_MS, silenceMs / 4),
  );
  const onAbort = () => stop();
  signal?.addEventListener("abort", onAbort);
  return {
    promise,
    stop: onAbort,
    clear() {
      clearInterval(timer);
      signal?.removeEventListener("abort", onAbort);
    },
  };
}

/** Its exit code, when its output has arrived; null when a signal ended it. */
function exitOf(child: ChildProcess): Promise<number | null | "missing"> {
  return new Promise((resolve) => {
    child.on("error", () => resolve("missing"));
    child.on("close", (code) => resolve(code));
    child.on("exit", (code) => setTimeout(() => resolve(code), OUTPUT_MS));
  });
}

async function endGroup(group: number, child: ChildProcess): Promise<void> {
  const isOver = () => (HAS_GROUPS ? !isGroupRunning(group) : child.exitCode !== null || !exists(group));
  for (const [signal, patience] of WAYS) {
    if (isOver()) return;
    try {
      process.kill(HAS_GROUPS ? -group : group, signal);
    } catch {
      // It has ended in this moment, or changed its user.
    }
    for (const until = Date.now() + patience; !isOver() && Date.now() < until; ) {
      await new Promise((resolve) => setTimeout(resolve, POLL_MS));
    }
  }
}
