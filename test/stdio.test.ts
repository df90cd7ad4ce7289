/** The built program: MCP on standard output and nothing else, and an end when its client has gone. */
import { spawnSync } from "node:child_process";
import { chmodSync, existsSync, readFileSync, symlinkSync } from "node:fs";
import { dirname, join } from "node:path";
import { PassThrough, type Writable } from "node:stream";
import { type JSONRPCMessage, JSONRPCMessageSchema } from "@modelcontextprotocol/sdk/types.js";
import { describe, expect, test } from "vitest";
import { StdioTransport } from "../src/stdio.ts";
import { tools } from "../tools/index.ts";
import { GITHUB } from "./support/command.ts";
import { plan, project, snapshotTree } from "./support/project.ts";
import { PROGRAM, Program, REPOSITORY, stdioClient } from "./support/stdio.ts";

const INITIALIZE = {
  protocolVersion: "2025-11-25",
  capabilities: {},
  clientInfo: { name: "test", version: "0.0.0" },
};

/** A module to load before the program. */
function preload(code: string): Record<string, string> {
  return { NODE_OPTIONS: `--import=data:text/javascript,${encodeURIComponent(code)}` };
}

/** Code that the program runs when its first message has gone out: it is up, and console is its own by then. */
function afterFirstMessage(code: string): Record<string, string> {
  return preload(`const { write } = process.stdout;
    process.stdout.write = function (...args) {
      process.stdout.write = write;
      setImmediate(() => { ${code} });
      return write.apply(this, args);
    };`);
}

const NAMES = tools.map(({ name }) => name);

describe("a client", () => {
  test("gets the tools from what mcp.json names, in the checkout", async () => {
    const { mcpServers } = JSON.parse(readFileSync(`${REPOSITORY}mcp.json`, "utf8"));
    expect(Object.keys(mcpServers)).toEqual(["wavewright"]);
    const client = await stdioClient({ ...mcpServers.wavewright, cwd: REPOSITORY });
    expect((await client.listTools()).tools.map(({ name }) => name)).toEqual(NAMES);
    // It has a project to ask about.
    const answer = await client.callTool({ name: "project_status", arguments: {} });
    expect(answer.structuredContent).toMatchObject({ root: `${REPOSITORY}examples/chat-app` });
  });

  test("gets the same through a symbolic link to the program, as npx and npm link make", async () => {
    const link = join(project(), "wavewright");
    symlinkSync(PROGRAM, link);
    const client = await stdioClient({ command: link });
    expect(client.getServerVersion()).toMatchObject({
      name: "wavewright",
      version: JSON.parse(readFileSync(`${REPOSITORY}package.json`, "utf8")).version,
    });
    expect((await client.listTools()).tools.map(({ name }) => name)).toEqual(NAMES);
  });

  test("gets only a part where the options say so", async () => {
    const client = await stdioClient({ args: ["--read-only", "--toolsets", "planning"] });
    const { tools: offered } = await client.listTools();
    expect(offered.every(({ annotations }) => annotations?.readOnlyHint)).toBe(true);
  });

  test("may start a second server on one tree", async () => {
    const root = project();
    const clients = await Promise.all([1, 2].map(() => stdioClient({ args: ["--root", root] })));
    const lists = await Promise.all(clients.map((client) => client.listTools()));
    expect(lists[0]).toEqual(lists[1]);
    expect(snapshotTree(root)).toEqual({ ".planning": expect.stringMatching(/^directory/) });
  });

  test("can be asked for its user's word, while other calls go on", async () => {
    const root = project({
      ".planning/config.json": '{"github":{"enabled":true,"issue_mode":"ask"}}',
      ".planning/ROADMAP.md": "# Roadmap\n\n## Current Milestone: v1.0 A\n\n#### Phase 1: A\n",
      ".planning/phases/active/01-a/01-01-PLAN.md": plan(),
    });
    const questions: string[] = [];
    const client = await stdioClient({
      args: ["--root", root],
      env: GITHUB,
      person: async (question) => {
        questions.push(question);
        await client.callTool({ name: "commit_planning", arguments: { kind: "plans", phase: 1 } });
        return { action: "decline" };
      },
    });
    const args = { phase: 1, mode: "publish" };
    const { structuredContent } = await client.callTool({ name: "update_issue_checklist", arguments: args });
    expect(structuredContent).toMatchObject({ status: "skipped", reason: "issue_mode_never" });
    expect(questions).toEqual(["Publish the plans of milestone v1.0 to GitHub issues?"]);
  });

  test.skipIf(NAMES.length === 0)("gets an error and then answers where there is no project", async () => {
    const client = await stdioClient({ cwd: project({}) });
    const result = await client.callTool({ name: "check_planning", arguments: {} });
    expect(result).toMatchObject({ isError: true });
    expect((await client.listTools()).tools.map(({ name }) => name)).toEqual(NAMES);
  });
});

describe("standard output", () => {
  test("is protocol, line by line, whatever a package prints", async () => {
    const program = new Program({
      cwd: project(),
      env: afterFirstMessage('console.log("LOG"); console.info("INFO"); console.debug("DEBUG")'),
    });
    await program.initialize();
    await program.answer(program.request("tools/list"));
    await program.until(() => program.stderr.includes("DEBUG"));
    program.process.stdin.end();
    expect(await program.ended).toEqual({ code: 0, signal: null });
    expect(program.stdout.endsWith("\n")).toBe(true);
    for (const message of program.messages())
      expect(JSONRPCMessageSchema.safeParse(message).success).toBe(true);
    expect(program.messages().map(({ id }) => id)).toEqual([1, 2]);
    expect(program.stderr).toMatch(/LOG\nINFO\nDEBUG/);
  });

  test("stays empty without a request", async () => {
    const program = new Program();
    program.process.stdin.end();
    expect(await program.ended).toEqual({ code: 0, signal: null });
    expect(program.stdout + program.stderr).toBe("");
  });
});

describe("bad input", () => {
  test.each([
    ["not JSON", "{nonsense\n", { code: -32700 }],
    ["no message", '{"jsonrpc":"1.0","id":77,"method":"ping"}\n', { code: -32600 }],
    ["a batch", '[{"jsonrpc":"2.0","id":77,"method":"ping"}]\n', { code: -32600 }],
    ["null", "null\n", { code: -32600 }],
    ["a line of 11 MB", `${"x".repeat(11_000_000)}\n`, { code: -32700 }],
    ["bytes that are no text", "\u0000\u0001\ufffd\n", { code: -32700 }],
  ])("%s is refused, and the server lives on", async (_, line, error) => {
    const program = new Program({ cwd: project() });
    await program.initialize();
    program.write(line);
    await program.answer(program.request("ping"));
    const refused = program.messages().find((message) => message.error);
    expect(refused).toMatchObject({ error });
    expect(JSONRPCMessageSchema.safeParse(refused).success).toBe(true);
  });

  test("a message without its form is answered with its id", async () => {
    const program = new Program({ cwd: project() });
    program.write('{"jsonrpc":"1.0","id":77,"method":"ping"}\n');
    expect(await program.answer(77)).toMatchObject({ error: { code: -32600 } });
  });

  test("an answer without its form is not answered: its id is one of ours", async () => {
    const program = new Program({ cwd: project() });
    await program.initialize();
    const before = program.messages().length;
    program.write('{"jsonrpc":"2.0","id":77,"result":null}\n{"jsonrpc":"2.0","id":78,"error":"no"}\n');
    program.write('{"jsonrpc":"2.0","result":null}\n"text"\n');
    await program.answer(program.request("ping"));
    const [refused, pong, ...more] = program.messages().slice(before);
    expect(refused).toEqual({ jsonrpc: "2.0", error: { code: -32600, message: expect.any(String) } });
    expect([pong, more]).toMatchObject([{ result: {} }, []]);
  });

  test("whoever waits for such an answer learns that it failed", async () => {
    const input = new PassThrough();
    const isMessage = (value: unknown): value is JSONRPCMessage =>
      JSONRPCMessageSchema.safeParse(value).success;
    const transport = new StdioTransport(input, new PassThrough(), isMessage);
    const received = new Promise((resolve) => {
      transport.onmessage = resolve;
    });
    await transport.start();
    input.end('{"jsonrpc":"2.0","id":3,"result":null}\n');
    expect(await received).toMatchObject({ id: 3, error: { code: -32600 } });
  });

  test("empty lines and CRLF are fine", async () => {
    const program = new Program({ cwd: project() });
    program.write('\n\r\n{"jsonrpc":"2.0","id":5,"method":"ping"}\r\n');
    expect(await program.answer(5)).toMatchObject({ result: {} });
    expect(program.messages()).toHaveLength(1);
  });

  test("a byte-order mark before a line is nothing", async () => {
    const program = new Program({ cwd: project() });
    program.write('\ufeff{"jsonrpc":"2.0","id":5,"method":"ping"}\n');
    expect(await program.answer(5)).toMatchObject({ result: {} });
  });

  test("a last line without its newline is answered", async () => {
    const program = new Program({ cwd: project() });
    program.process.stdin.end('{"jsonrpc":"2.0","id":5,"method":"ping"}');
    expect(await program.ended).toEqual({ code: 0, signal: null });
    expect(program.messages()).toEqual([{ jsonrpc: "2.0", id: 5, result: {} }]);
  });

  test("initialize with params that do not fit is the caller's error", async () => {
    const program = new Program({ cwd: project() });
    for (const params of [{}, { ...INITIALIZE, protocolVersion: 1 }]) {
      expect(await program.answer(program.request("initialize", params))).toMatchObject({
        error: { code: -32602 },
      });
    }
    await program.initialize();
  });

  test("a huge message is not copied to the log", async () => {
    const program = new Program({ cwd: project() });
    await program.initialize();
    program.write(`${JSON.stringify({ jsonrpc: "2.0", id: 77, result: { text: "x".repeat(100_000) } })}\n`);
    await program.answer(program.request("ping"));
    await program.until(() => program.stderr.includes("unknown message ID"));
    expect(program.stderr.length).toBeLessThan(1_000);
  });

  test("a batch is taken apart where the version knows batches", async () => {
    const program = new Program({ cwd: project() });
    await program.answer(program.request("initialize", { ...INITIALIZE, protocolVersion: "2025-03-26" }));
    const ping = (id: number) => ({ jsonrpc: "2.0", id, method: "ping" });
    const initialized = { jsonrpc: "2.0", method: "notifications/initialized" };
    program.write(`${JSON.stringify([initialized, ping(11), { id: 12 }, ping(13)])}\n[]\n`);
    expect(await program.answer(11)).toMatchObject({ result: {} });
    expect(await program.answer(12)).toMatchObject({ error: { code: -32600 } });
    expect(await program.answer(13)).toMatchObject({ result: {} });
    await program.until(() => program.messages().some(({ id, error }) => id === undefined && error));
  });

  test("a fault outside of any call is logged, and the server lives on", async () => {
    const faults = 'Promise.reject(new Error("REJECTED")); throw new Error("THROWN")';
    const program = new Program({ cwd: project(), env: afterFirstMessage(faults) });
    await program.initialize();
    await program.until(() => program.stderr.includes("REJECTED") && program.stderr.includes("THROWN"));
    await program.answer(program.request("ping"));
  });
});

describe("the end", () => {
  const LINGERING = preload("setInterval(() => {}, 1000)");

  test("of input ends the program with 0, timers or not, after it has answered", async () => {
    const program = new Program({ cwd: project(), env: LINGERING });
    program.request("initialize", INITIALIZE);
    const last = Array.from({ length: 50 }, () => program.request("tools/list")).at(-1);
    program.process.stdin.end();
    expect(await program.ended).toEqual({ code: 0, signal: null });
    expect(program.messages().at(-1)).toMatchObject({ id: last });
    expect(program.messages()).toHaveLength(51);
  });

  test.each(["SIGTERM", "SIGINT", "SIGHUP"] as const)("by %s is orderly", async (signal) => {
    const program = new Program({ cwd: project(), env: LINGERING });
    await program.initialize();
    program.process.kill(signal);
    expect(await program.ended).toEqual({ code: 0, signal: null });
  });

  /** A repository whose git answers after so many seconds: a call that is really under way. */
  async function asking(seconds: number): Promise<{ program: Program; id: number }> {
    const root = project({
      ".planning": {},
      ".git": {},
      "bin/git": `#!/bin/sh\necho > asked\nexec sleep ${seconds}\n`,
    });
    chmodSync(join(root, "bin/git"), 0o755);
    const env = { PATH: `${join(root, "bin")}:${process.env.PATH}` };
    const program = new Program({ args: ["--root", root], env });
    await program.initialize();
    const id = program.request("tools/call", { name: "project_status", arguments: {} });
    await program.until(() => existsSync(join(root, "asked")));
    return { program, id };
  }

  test.each<NodeJS.Signals | "the input">(["the input", "SIGTERM", "SIGINT", "SIGHUP"])(
    "by %s waits for a call under way",
    async (end) => {
      const { program, id } = await asking(1);
      expect(program.messages().map((message) => message.id)).not.toContain(id);
      if (end === "the input") program.process.stdin.end();
      else program.process.kill(end);
      expect(await program.ended).toEqual({ code: 0, signal: null });
      expect(program.messages().at(-1)).toMatchObject({ id, result: { structuredContent: {} } });
    },
  );

  test("does not wait for a call without end, and its input may end before a signal comes", async () => {
    const { program, id } = await asking(9);
    const start = performance.now();
    program.process.stdin.end();
    program.process.kill("SIGTERM");
    expect(await program.ended).toEqual({ code: 0, signal: null });
    expect(performance.now() - start).toBeGreaterThan(1_500);
    expect(performance.now() - start).toBeLessThan(6_000);
    expect(program.messages().map((message) => message.id)).not.toContain(id);
  });

  test("comes at once with the same signal again", async () => {
    const { program } = await asking(9);
    program.process.kill("SIGTERM");
    await new Promise((resolve) => setTimeout(resolve, 200));
    program.process.kill("SIGTERM");
    expect(await program.ended).toEqual({ code: null, signal: "SIGTERM" });
  });

  test("does not wait for calls that wait for their turn longer than its patience", async () => {
    const root = project({ ".planning/ROADMAP.md": "### Phase 1: A\n".repeat(60_000) });
    const program = new Program({ args: ["--root", root] });
    await program.initialize();
    const ids = Array.from({ length: 200 }, () =>
      program.request("tools/call", { name: "check_planning", arguments: {} }),
    );
    await program.answer(ids[0]!);
    const ping = program.request("ping");
    await program.answer(ping);
    // The ping did not wait for all that was asked before.
    expect(program.messages().map(({ id }) => id)).not.toContain(ids.at(-1));
    const start = performance.now();
    program.process.kill("SIGTERM");
    expect(await program.ended).toEqual({ code: 0, signal: null });
    expect(performance.now() - start).toBeLessThan(6_000);
  });

  test("of the reader ends the program", async () => {
    const program = new Program({ cwd: project(), env: LINGERING });
    await program.initialize();
    program.process.stdout.destroy();
    // The first write after the pipe has closed finds out.
    const asking = setInterval(() => program.request("ping"), 50);
    const { code } = await program.ended.finally(() => clearInterval(asking));
    expect(code).toBe(0);
  });

  test("of the log's reader does not", async () => {
    const program = new Program({ cwd: project() });
    await program.initialize();
    program.process.stderr.destroy();
    for (let index = 0; index < 20; index++) program.write("nonsense\n");
    await program.answer(program.request("ping"));
  });
});

describe("the command line", () => {
  test.each([
    [["--help"], 0, /^wavewright: an MCP server[\s\S]*--root DIR[\s\S]*--toolsets/, /^$/],
    [["--version"], 0, /^\d+\.\d+\.\d+\n$/, /^$/],
    [
      ["--redonly"],
      2,
      /^$/,
      /Unknown option "--redonly"\. Did you mean --read-only\? Try wavewright --help\.\n$/,
    ],
    [["--toolsets", "gti"], 2, /^$/, /Unknown toolset "gti"\. Did you mean git\?/],
    [["--root"], 2, /^$/, /: --root needs a value: --root DIR\. Try wavewright --help\.\n$/],
  ])("%j", async (args, code, stdout, stderr) => {
    const program = new Program({ args });
    expect(await program.ended).toEqual({ code, signal: null });
    expect(program.stdout).toMatch(stdout);
    expect(program.stderr).toMatch(stderr);
  });
});

describe("output that cannot be written", () => {
  const run = (script: string) =>
    spawnSync("sh", ["-c", script, process.execPath, PROGRAM], { encoding: "utf8" });

  test("a reader that is gone is no failure", () => {
    // The shell's last command closes its end at once; the status is the program's own.
    const { stderr } = run('{ sleep 0.2; "$0" "$1" --help; echo "status $?" >&2; } | true');
    expect(stderr).toBe("status 0\n");
  });

  test.skipIf(!existsSync("/dev/full"))("a full disk is one, in one line", () => {
    const { status, stderr } = run('"$0" "$1" --version > /dev/full');
    expect(status).toBe(1);
    expect(stderr).toMatch(/^wavewright: Standard output cannot be written: .*ENOSPC.*\n$/);
  });
});

test("options that leave no tool are warned of", async () => {
  const program = new Program({ args: ["--toolsets", "github", "--read-only"], cwd: project() });
  await program.initialize();
  const { tools: offered } = (await program.answer(program.request("tools/list"))).result as {
    tools: unknown[];
  };
  expect(program.stderr.includes("leave no tool")).toBe(offered.length === 0);
});

/** What the entry loads before it has read the command line. */
function loadedAtStart(file: string, seen = new Set<string>()): Set<string> {
  if (seen.has(file)) return seen;
  seen.add(file);
  for (const [, target] of readFileSync(file, "utf8").matchAll(/(?:\bfrom|\bimport)\s*"(\.[^"]+)"/g)) {
    loadedAtStart(join(dirname(file), target!), seen);
  }
  return seen;
}

test("the entry loads little before it knows what to do, and no package", () => {
  const files = [...loadedAtStart(PROGRAM)];
  const texts = files.map((file) => readFileSync(file, "utf8"));
  // Each has it by another name than the bundle's: what zod and the SDK cannot do without.
  for (const text of texts) expect(text).not.toMatch(/\$ZodType|ZodError|jsonrpc/);
  expect(texts.join("").length).toBeLessThan(30_000);
});

describe("settling", () => {
  const isMessage = (value: unknown): value is object => typeof value === "object" && value !== null;
  const REQUEST = '{"jsonrpc":"2.0","id":1,"method":"tools/call"}\n';

  async function transport(output: Writable = new PassThrough()) {
    const input = new PassThrough();
    const it = new StdioTransport(input, output, isMessage);
    await it.start();
    input.write(REQUEST);
    await new Promise(setImmediate);
    return { it, input };
  }

  /** Whether it settles before the patience is used up. */
  async function settles(it: StdioTransport<object>): Promise<boolean> {
    const start = performance.now();
    await it.settle(300);
    return performance.now() - start < 250;
  }

  test("waits for the answer", async () => {
    const { it } = await transport();
    setTimeout(() => it.send({ jsonrpc: "2.0", id: 1, result: {} }), 50);
    expect(await settles(it)).toBe(true);
  });

  test("gives up when the answer does not come", async () => {
    const { it } = await transport();
    expect(await settles(it)).toBe(false);
  });

  test("does not wait for a cancelled request", async () => {
    const { it, input } = await transport();
    input.write('{"jsonrpc":"2.0","method":"notifications/cancelled","params":{"requestId":1}}\n');
    await new Promise(setImmediate);
    expect(await settles(it)).toBe(true);
  });

  test("waits for both of two requests with one id", async () => {
    const { it, input } = await transport();
    input.write(REQUEST);
    await new Promise(setImmediate);
    await it.send({ jsonrpc: "2.0", id: 1, result: {} });
    expect(await settles(it)).toBe(false);
    await it.send({ jsonrpc: "2.0", id: 1, result: {} });
    expect(await settles(it)).toBe(true);
  });

  test("tells everyone who waits", async () => {
    const { it } = await transport();
    setTimeout(() => it.send({ jsonrpc: "2.0", id: 1, result: {} }), 50);
    expect(await Promise.all([settles(it), settles(it)])).toEqual([true, true]);
  });

  test("waits until the answer is out", async () => {
    const slow = new PassThrough();
    slow._transform = (_chunk, _encoding, done) => setTimeout(done, 100);
    const { it } = await transport(slow);
    const start = performance.now();
    void it.send({ jsonrpc: "2.0", id: 1, result: {} });
    await it.settle(2_000);
    expect(performance.now() - start).toBeGreaterThan(90);
  });
});
