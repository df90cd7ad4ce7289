import { delimiter } from "node:path";
import { describe, expect, test } from "vitest";
import { type Command, type Invocation, readCommandLine } from "../src/command-line.ts";
import { selectTools } from "../src/offer.ts";
import type { Tool } from "../src/tool.ts";
import { TOOLSETS } from "../src/toolsets.ts";

function read(args: string[], rest: Partial<Invocation> = {}): Command {
  return readCommandLine({ args, env: {}, stdinIsTerminal: false, ...rest });
}

const SERVE = { action: "serve", roots: [], readOnly: false, toolsets: [...TOOLSETS] };

const HELP = { action: "run", name: "help", args: [], roots: [] };

test.each<[string[], object]>([
  [[], {}],
  [["--root", "a"], { roots: ["a"] }],
  [["--root=a", "--root", "b"], { roots: ["a", "b"] }],
  [["--read-only"], { readOnly: true }],
  [["--toolsets", "planning"], { toolsets: ["planning"] }],
  [["--toolsets=planning, git", "--toolsets", "github"], { toolsets: ["planning", "git", "github"] }],
])("%j serves", (args, expected) => {
  expect(read(args)).toEqual({ ...SERVE, ...expected });
});

test("bare at a terminal prints help, with options it serves", () => {
  expect(read([], { stdinIsTerminal: true })).toEqual(HELP);
  expect(read(["--read-only"], { stdinIsTerminal: true })).toEqual({ ...SERVE, readOnly: true });
});

test.each([[["--help"]], [["-h"]], [["--read-only", "--help"]]])("%j prints help", (args) => {
  expect(read(args)).toEqual(HELP);
});

test.each([[["--version"]], [["-v"]]])("%j prints the version", (args) => {
  expect(read(args)).toEqual({ action: "version" });
});

test.each([
  [["--roots", "a"], 'Unknown option "--roots". Did you mean --root?'],
  [["--readonly"], 'Unknown option "--readonly". Did you mean --read-only?'],
  [["--toolset=git"], 'Unknown option "--toolset". Did you mean --toolsets?'],
  [["--foo"], 'Unknown option "--foo".'],
  [["-x"], 'Unknown option "-x".'],
  [["--quite-something-else"], 'Unknown option "--quite-something-else".'],
  [
    ["serve"],
    'Unknown command "serve". There are status, waves, gaps, check, call, tools, setup, completion, help.',
  ],
  [["wave", "3"], 'Unknown command "wave". Did you mean waves?'],
  [["--read-only", "stats"], 'Unknown command "stats". Did you mean status?'],
  [["--jsn", "stats"], 'Unknown option "--jsn".'],
  [[""], 'Unknown command "". There are status, waves, gaps, check, call, tools, setup, completion, help.'],
  [["--root"], "--root needs a value: --root DIR."],
  [["--root="], "--root needs a value: --root DIR."],
  [["--root", "--read-only"], "--root needs a value: --root DIR."],
  [["--toolsets"], "--toolsets needs a value: --toolsets planning,git,github."],
  [["--toolsets", "planing"], 'Unknown toolset "planing". Did you mean planning?'],
  [["--toolsets", "planning,"], 'Unknown toolset "". There are planning, git, github.'],
  [["--read-only=yes"], "--read-only takes no value."],
  [["--constructor"], 'Unknown option "--constructor".'],
])("%j is refused", (args, message) => {
  expect(read(args)).toEqual({ action: "refuse", message });
});

test.each<[string[], object]>([
  [["status"], { name: "status", args: [] }],
  [["waves", "3", "--json"], { name: "waves", args: ["3", "--json"] }],
  [["--root", "a", "status"], { name: "status", args: ["--root", "a"] }],
  [["--root", "status", "check"], { name: "check", args: ["--root", "status"] }],
  [["call", "x", "-"], { name: "call", args: ["x", "-"] }],
  [["--json", "status"], { name: "status", args: ["--json"] }],
  [["status", "--help"], { name: "status", args: ["--help"] }],
  [["status", "--version"], { name: "status", args: ["--version"] }],
  [["__complete", "bash", ""], { name: "__complete", args: ["bash", ""] }],
])("%j runs a command", (args, expected) => {
  expect(read(args)).toEqual({ action: "run", roots: [], ...expected });
  expect(read(args, { env: { WAVEWRIGHT_ROOT: "/a" } })).toEqual({
    action: "run",
    roots: ["/a"],
    ...expected,
  });
});

test("--help and --version before a command are the program's", () => {
  expect(read(["--help", "status"])).toEqual(HELP);
  expect(read(["-v", "status"])).toEqual({ action: "version" });
});

describe("WAVEWRIGHT_ROOT", () => {
  test("is a list of roots", () => {
    const env = { WAVEWRIGHT_ROOT: ["/a", "", "b"].join(delimiter) };
    expect(read([], { env })).toEqual({ ...SERVE, roots: ["/a", "b"] });
    expect(read([], { env: { WAVEWRIGHT_ROOT: "" } })).toEqual(SERVE);
  });

  test("goes after --root", () => {
    expect(read(["--root", "c"], { env: { WAVEWRIGHT_ROOT: "/a" } })).toEqual({ ...SERVE, roots: ["c"] });
  });
});

test("the part of the catalogue that is offered", () => {
  const tools = [
    { name: "read", effect: "reads" },
    { name: "add", effect: "adds" },
    { name: "branch", effect: "adds", toolset: "git" },
    { name: "issue", effect: "edits", toolset: "github" },
  ] as Tool[];
  const names = (readOnly: boolean, toolsets: readonly (typeof TOOLSETS)[number][]) =>
    selectTools(tools, { readOnly, toolsets }).map(({ name }) => name);
  expect(names(false, TOOLSETS)).toEqual(["read", "add", "branch", "issue"]);
  expect(names(true, TOOLSETS)).toEqual(["read"]);
  expect(names(false, ["planning"])).toEqual(["read", "add"]);
  expect(names(false, ["github", "git"])).toEqual(["branch", "issue"]);
});
