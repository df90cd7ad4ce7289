#!/usr/bin/env node
/** The composition root: command line and environment in, MCP on standard input and output, signals, the end. */
import "./standard-streams.ts";
import * as nodeModule from "node:module";
import { NEEDS } from "../prompts/needs.ts";
import { HEADS } from "../tools/heads.ts";
import { type Command, readCommandLine } from "./command-line.ts";
import { lazily } from "./lazily.ts";
import { selectTools } from "./offer.ts";

/** The version in package.json; the build puts it here. */
declare const VERSION: string;

/** How long a server that was told to end waits for answers under way, in milliseconds. */
const PATIENCE = 2_000;
/** The same for the answer of a call whose commit was ended. */
const LAST_PATIENCE = 500;

/** With the exit codes that shells give them. */
const SIGNALS = { SIGINT: 130, SIGTERM: 143, SIGHUP: 129 } as const;

function log(text: string): void {
  process.stderr.write(`wavewright: ${text}\n`);
}

/**
 * Loaded here and not above: commands need none of it, and what loads later is cached compiled where Node can. The
 * catalogue and all that reads projects wait for the first question about them: clients time the answer to `initialize`.
 */
async function serve({ roots, readOnly, toolsets }: Command & { action: "serve" }): Promise<void> {
  // Node 22 and later.
  (nodeModule as { enableCompileCache?: () => void }).enableCompileCache?.();
  const [{ createServer, isMessage }, { StdioTransport }] = await Promise.all([
    import("./server.ts"),
    import("./stdio.ts"),
  ]);
  const offered = selectTools(HEADS, { readOnly, toolsets });
  if (offered.length === 0) log("These options leave no tool; see wavewright --help.");
  const names = new Set(offered.map(({ name }) => name));
  const loadOpen = lazily(async () =>
    (await import("./workspace/open.ts")).createOpener({ roots, readOnly }),
  );
  const server = createServer({
    tools: offered,
    loadTools: async () => {
      // Both before the first call: calls that wait for a file in their turns would then all run in one.
      const [{ tools }] = await Promise.all([import("../tools/index.ts"), loadOpen()]);
      return tools.filter(({ name }) => names.has(name));
    },
    prompts: { needs: NEEDS, load: async () => (await import("../prompts/index.ts")).prompts },
    version: VERSION,
    openWorkspace: async (given) => (await loadOpen())(given, process.cwd()),
    today: localDate,
    log,
  });
  const transport = new StdioTransport(process.stdin, process.stdout, isMessage);
  endWith(transport);
  await server.connect(transport);
}

/** Loaded only for a command, so that the server starts as fast as without it. */
async function run(command: Command & { action: "run" }): Promise<number> {
  (nodeModule as { enableCompileCache?: () => void }).enableCompileCache?.();
  const { runCommand } = await import("./cli/run.ts");
  for (const [signal, code] of Object.entries(SIGNALS)) {
    process.once(signal, () => void endPrograms().finally(() => process.exit(code)));
  }
  return runCommand(command, {
    env: process.env,
    platform: process.platform,
    execPath: process.execPath,
    stdin: process.stdin,
    stdout: process.stdout,
    stderr: process.stderr,
    cwd: process.cwd(),
    script: process.argv[1]!,
    version: VERSION,
    loadTools: async () => (await import("../tools/index.ts")).tools,
    today: localDate,
  });
}

/**
 * Commits with their hooks, and pushes: else they would go on without anybody who keeps others from writing meanwhile.
 * Bounded, and within the four seconds that the SDK's client waits before it kills a server.
 */
async function endPrograms(): Promise<void> {
  const { endGroups } = await import("./workspace/program-group.ts");
  await endGroups();
}

/** The client's end of input, a signal or a closed output ends the process, after answers under way. */
function endWith(transport: { settle(patience: number): Promise<void> }): void {
  const end = async () => {
    await transport.settle(PATIENCE);
    await endPrograms().catch((error) => log(String(error)));
    await transport.settle(LAST_PATIENCE);
    process.exit(0);
  };
  process.stdin.on("end", end).on("close", end).on("error", end);
  // Once: the same signal again ends the process at once.
  for (const signal of Object.keys(SIGNALS)) process.once(signal, end);
}

/** A reader that went away ends a server, while a command ends with its own code; a full disk is a failure. */
function onOutputError({ code, message }: NodeJS.ErrnoException): void {
  if (code === "EPIPE" || code === "ECONNRESET") {
    if (command.action === "serve") process.exit(0);
    return;
  }
  log(`Standard output cannot be written: ${message}.`);
  process.exit(1);
}

function localDate(): string {
  const now = new Date();
  const two = (part: number) => String(part).padStart(2, "0");
  return `${now.getFullYear()}-${two(now.getMonth() + 1)}-${two(now.getDate())}`;
}

const command = readCommandLine({
  args: process.argv.slice(2),
  env: process.env,
  stdinIsTerminal: process.stdin.isTTY === true,
});

process.stdout.on("error", onOutputError);

switch (command.action) {
  case "version":
    process.stdout.write(`${VERSION}\n`);
    break;
  case "refuse":
    log(`${command.message} Try wavewright --help.`);
    process.exitCode = 2;
    break;
  case "run":
    process.exitCode = await run(command);
    break;
  case "serve":
    await serve(command);
    // From here on no failure ends the process: a client would lose every tool for one fault.
    process.on("uncaughtException", (error) => log(error.stack ?? String(error)));
    process.on("unhandledRejection", (reason) =>
      log(reason instanceof Error ? (reason.stack ?? "") : String(reason)),
    );
}
