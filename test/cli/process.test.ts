/** The built program as a process: one test for each way in which it meets its surroundings. */
import { spawn, spawnSync } from "node:child_process";
import { chmodSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { ASKING, GITHUB, POWERLESS, PUBLISH, runHere, SAMPLE } from "../support/command.ts";
import { plan, project } from "../support/project.ts";
import { PROGRAM } from "../support/stdio.ts";

interface Options {
  cwd?: string;
  env?: Record<string, string>;
  input?: string;
}

function run(args: readonly string[], { cwd = SAMPLE, env = {}, input = "" }: Options = {}) {
  const { status, stdout, stderr } = spawnSync(process.execPath, [PROGRAM, ...args], {
    cwd,
    env: { PATH: process.env.PATH, ...env },
    input,
    encoding: "utf8",
  });
  return { status, stdout, stderr };
}

describe("ends as a command does in the tests' own process", () => {
  test.each<[what: string, args: string[], options?: Options]>([
    ["an answer", ["status"]],
    ["an answer in Unicode and colour", ["waves", "3"], { env: { LANG: "C.UTF-8", FORCE_COLOR: "1" } }],
    ["a tool's own answer", ["gaps", "--json"]],
    ["standard input", ["call", "group_waves", "-"], { input: '{"phase":"3"}' }],
    ["a root from the environment", ["check"], { cwd: "/", env: { WAVEWRIGHT_ROOT: SAMPLE } }],
    ["help", ["--help"], { env: { COLUMNS: "60" } }],
    ["an error of a tool", ["waves", "99"]],
    ["no project", ["status"], { cwd: "/" }],
    ["wrong use of a command", ["waves"]],
    ["wrong use of the program", ["wave", "3"]],
    ["completion", ["__complete", "fish", "waves", ""]],
  ])("%s", async (_, args, options) => {
    expect(run(args, options)).toEqual(await runHere(args, options));
  });

  test("a version", () => {
    expect(run(["-v"])).toEqual({
      status: 0,
      stdout: expect.stringMatching(/^\d+\.\d+\.\d+\n$/),
      stderr: "",
    });
  });
});

describe("at a terminal", () => {
  /** util-linux's `script` gives a program a terminal. */
  const terminal = (
    command: string,
    env: Record<string, string> = {},
    { cwd = SAMPLE, input = "" }: Options = {},
  ) =>
    spawnSync(
      "script",
      ["-qec", `stty cols 60; "${process.execPath}" "${PROGRAM}" ${command}`, "/dev/null"],
      {
        cwd,
        encoding: "utf8",
        env: { PATH: process.env.PATH, TERM: "xterm-256color", LANG: "C.UTF-8", ...env },
        input,
      },
    );
  const hasTerminal = terminal("--version").stdout?.trim().match(/^\d/) !== null;

  test.skipIf(!hasTerminal)("a terminal gets colour in its own width", () => {
    const { stdout } = terminal("status");
    expect(stdout).toContain("\x1b[32m");
    for (const line of terminal("waves 3", { NO_COLOR: "1" }).stdout.split("\r\n")) {
      expect(line).not.toContain("\x1b");
      expect([...line].length).toBeLessThanOrEqual(60);
    }
  });

  test.skipIf(!hasTerminal)("a person is asked", () => {
    const cwd = project(ASKING);
    const { stdout } = terminal(PUBLISH, GITHUB, { cwd, input: "no\n" });
    expect(stdout).toContain("Publish the plans of milestone v1.0 to GitHub issues? [y/n] ");
    expect(stdout).toContain('"reason":"issue_mode_never"');
  });

  test.skipIf(!hasTerminal)("bare, at a terminal, it prints the help", () => {
    const { stdout, status } = terminal("");
    expect(stdout).toMatch(/^wavewright: an MCP server/);
    expect(status).toBe(0);
  });
});

test("a .planning that may not be read is refused in words", () => {
  const cwd = project({ ".planning/ROADMAP.md": "# Roadmap\n" });
  chmodSync(cwd, 0o755);
  chmodSync(join(cwd, ".planning"), 0);
  for (const command of [["status"], ["call", "create_phase", "phase=1"]]) {
    const { status, stdout, stderr } = spawnSync(process.execPath, [PROGRAM, ...command, "--json"], {
      ...POWERLESS,
      cwd,
      env: { PATH: process.env.PATH },
      encoding: "utf8",
    });
    expect({ status, stdout }).toEqual({ status: 1, stdout: "" });
    expect(JSON.parse(stderr)).toEqual({
      code: "NO_PLANNING_DIR",
      message: ".planning/ is there, but may not be read (EACCES).",
      path: ".planning",
      hint: "Change its permissions, or call as a user who may read it.",
    });
  }
  chmodSync(join(cwd, ".planning"), 0o755);
});

test.each([
  ["check", 1],
  ["check --json", 1],
  ["waves 99", 1],
  ["status", 0],
  ["call group_waves phase=abc", 2],
])("%s ends with %i, also when nobody reads what it says", async (command, code) => {
  const cwd = project({
    ".planning/phases/active/01-a": {
      "01-01-PLAN.md": plan({ wave: 1, depends_on: ["01-02"] }),
      "01-02-PLAN.md": plan({ wave: 1, depends_on: ["01-01"] }),
    },
  });
  const child = spawn(process.execPath, [PROGRAM, ...command.split(" ")], {
    cwd,
    stdio: ["ignore", "pipe", "ignore"],
  });
  child.stdout.destroy();
  expect(await new Promise((resolve) => child.on("close", resolve))).toBe(code);
});

test("a reader that goes away ends it in silence", async () => {
  const child = spawn(
    "sh",
    [
      "-c",
      `"${process.execPath}" "${PROGRAM}" check | head -n 1; "${process.execPath}" "${PROGRAM}" help | true`,
    ],
    {
      cwd: SAMPLE,
      env: { PATH: process.env.PATH },
    },
  );
  let output = "";
  for (const stream of [child.stdout, child.stderr])
    stream.setEncoding("utf8").on("data", (text) => (output += text));
  const code = await new Promise((resolve) => child.on("close", resolve));
  expect({ code, output }).toEqual({ code: 0, output: ".planning/ROADMAP.md\n" });
});
