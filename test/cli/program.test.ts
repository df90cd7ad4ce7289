/** The built program as people and scripts run it: what goes where, and how it ends. */
import { spawn, spawnSync } from "node:child_process";
import { describe, expect, test } from "vitest";
import { advertise } from "../../src/advertise.ts";
import { COMMANDS } from "../../src/command-line.ts";
import { tools } from "../../tools/index.ts";
import { plan, project, snapshotTree, type Tree } from "../support/project.ts";
import { PROGRAM, REPOSITORY } from "../support/stdio.ts";

const SAMPLE = `${REPOSITORY}examples/chat-app`;

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

const UNTIDY: Tree = {
  ".planning/ROADMAP.md": "# Roadmap\n\n- [ ] **Phase 1: A**\n",
  ".planning/phases/active/01-a": {
    "01-01-PLAN.md": plan({ wave: 1, depends_on: ["01-02"] }),
    "01-02-PLAN.md": plan({ wave: 1, depends_on: ["01-01"] }),
  },
};

describe("fine ends with 0", () => {
  test.each<[string[], RegExp]>([
    [["status"], /^Milestone 1\.2\.0 Group Chat\n/],
    [["waves", "3"], /^Phase 03 Chat \(active\)\n/],
    [["waves", "03-chat", "--gaps-only"], /No plan that closes gaps is to do\./],
    [["waves", "--root", SAMPLE, "3"], /^Phase 03/],
    [["--root", SAMPLE, "waves", "3"], /^Phase 03/],
    [["gaps"], /^7 open gaps; 5 reports read\.\n/],
    [["gaps", "2.1", "--sources", "uat"], /^2 open gaps; 1 report read\.\n/],
    [["check"], /! 2 warnings and 2 notes\n$/],
    [["check", "4"], /no problems|note|warning/],
    [["tools"], /^Tool +What for +Effect\n/],
    [["help"], /^wavewright: an MCP server/],
    [["--version"], /^\d+\.\d+\.\d+\n$/],
    [["completion", "fish"], /^# fish completion/],
  ])("%j", (args, output) => {
    const result = run(args);
    expect(result).toMatchObject({ status: 0, stderr: "" });
    expect(result.stdout).toMatch(output);
  });

  test("help, asked for in each way", () => {
    for (const name of COMMANDS) {
      const help = { status: 0, stderr: "", stdout: expect.stringMatching(`^wavewright ${name}`) };
      expect(run([name, "--help"])).toEqual(help);
    }
    expect(run(["waves", "-h"])).toEqual(run(["help", "waves"]));
  });

  test("also outside of a project, with --root or WAVEWRIGHT_ROOT", () => {
    const cwd = project({});
    expect(run(["status", "--root", SAMPLE], { cwd }).status).toBe(0);
    expect(run(["status"], { cwd, env: { WAVEWRIGHT_ROOT: SAMPLE } }).status).toBe(0);
  });
});

describe("wrong use ends with 2, a sentence and the way to the help", () => {
  test.each<[string[], string]>([
    [
      ["serve"],
      'Unknown command "serve". There are status, waves, gaps, check, call, tools, setup, completion, help. Try wavewright --help.',
    ],
    [["wave", "3"], 'Unknown command "wave". Did you mean waves? Try wavewright --help.'],
    [["statsu"], 'Unknown command "statsu". Did you mean status? Try wavewright --help.'],
    [["waves"], "PHASE is missing: wavewright waves PHASE. Try wavewright waves --help."],
    [["waves", "3", "4"], 'Unexpected argument "4". Try wavewright waves --help.'],
    [
      ["waves", "3", "--mermade"],
      'Unknown option "--mermade". Did you mean --mermaid? Try wavewright waves --help.',
    ],
    [
      ["waves", "3", "--mermaid", "--json"],
      "--json and --mermaid are two forms; give one of them. Try wavewright waves --help.",
    ],
    [["status", "--json=yes"], "--json takes no value. Try wavewright status --help."],
    [["status", "--root"], "--root needs a value: --root DIR. Try wavewright status --help."],
    [
      ["status", "--limit", "many"],
      '--limit needs a whole number, not "many". Try wavewright status --help.',
    ],
    [
      ["gaps", "--sources", "uat,verifications"],
      'Unknown source "verifications". Did you mean verification? Try wavewright gaps --help.',
    ],
    [["call"], "TOOL is missing: wavewright call TOOL [ARGUMENTS...]. Try wavewright call --help."],
    [
      ["call", "group_wave"],
      'Unknown tool "group_wave". Did you mean group_waves? Try wavewright call --help.',
    ],
    [["call", "group_waves", "3"], '"3" is not a JSON object, -, or name=value. Try wavewright call --help.'],
    [["call", "group_waves", "{}", "more"], 'Unexpected argument "more". Try wavewright call --help.'],
    [["tools", "waves"], 'Unknown tool "waves". Did you mean group_waves? Try wavewright tools --help.'],
    [["completion", "bsh"], 'Unknown shell "bsh". Did you mean bash? Try wavewright completion --help.'],
    [["setup", "vs-code"], 'Unknown host "vs-code". Did you mean vscode? Try wavewright setup --help.'],
    [["help", "wave"], 'Unknown command "wave". Did you mean waves? Try wavewright help --help.'],
  ])("%j", (args, message) => {
    expect(run(args)).toEqual({ status: 2, stdout: "", stderr: `wavewright: ${message}\n` });
  });

  test.each([["{"], ["[1]"], ["nonsense"], [""]])("call with %j on standard input", (input) => {
    const result = run(["call", "group_waves", "-"], { input });
    expect(result).toMatchObject({ status: 2, stdout: "" });
    expect(result.stderr).toMatch(
      /^wavewright: Standard input (?:is not valid JSON|must be a JSON object)[^\n]*\n$/,
    );
  });
});

describe("an error of a tool ends with 1, readable on standard error", () => {
  test("for a person", () => {
    const { status, stdout, stderr } = run(["waves", "99"]);
    expect({ status, stdout }).toEqual({ status: 1, stdout: "" });
    expect(`\n${stderr}`).toMatchInlineSnapshot(`
      "
      x There is no phase "99".
        expected  01-foundation, 02-auth, 02.1-rooms, 03-chat, 04-notifications, 5
        hint      See project_status for the phases of this project.
        code      PHASE_NOT_FOUND
      "
    `);
  });

  test("for a script", () => {
    const { status, stdout, stderr } = run(["waves", "99", "--json"]);
    expect({ status, stdout }).toEqual({ status: 1, stdout: "" });
    expect(JSON.parse(stderr)).toMatchObject({ code: "PHASE_NOT_FOUND", expected: expect.any(Array) });
  });

  test("without a project it tells what a person can do", () => {
    const { status, stderr } = run(["status"], { cwd: project({}) });
    expect(status).toBe(1);
    expect(stderr).toMatch(/No \.planning\/ directory in /);
    expect(stderr.replace(/\s+/g, " ")).toContain(
      "hint Go to the project, or name it with --root DIR or WAVEWRIGHT_ROOT.",
    );
  });

  test("arguments that do not fit are the tool's to refuse", () => {
    const { status, stderr } = run(["call", "group_waves", '{"phaze":"3"}']);
    expect(status).toBe(1);
    expect(stderr).toMatch(/Unknown argument "phaze"; did you mean "phase"\?/);
    expect(stderr).toMatch(/INVALID_ARGUMENT/);
  });

  test("problems of the data are for check, and warnings alone are fine", () => {
    const cwd = project(UNTIDY);
    const checked = run(["check"], { cwd });
    expect(checked).toMatchObject({ status: 1, stderr: "" });
    expect(checked.stdout).toMatch(/^x \d+ error/m);
    expect(run(["check", "--json"], { cwd }).status).toBe(1);
    expect(run(["status"], { cwd }).status).toBe(0);
    expect(run(["waves", "1"], { cwd }).status).toBe(1);
  });
});

describe("--json", () => {
  test.each<[string[], string, object]>([
    [["status"], "project_status", {}],
    [["status", "--limit", "2"], "project_status", { limit: 2 }],
    [["waves", "3", "--gaps-only"], "group_waves", { phase: "3", gaps_only: true }],
    [["gaps", "2.1", "--sources", "uat, audit"], "collect_gaps", { phase: "2.1", sources: ["uat", "audit"] }],
    [["check", "3"], "check_planning", { phase: "3" }],
  ])("%j is the answer of %s", (args, tool, given) => {
    const answer = run([...args, "--json"]);
    expect(answer).toMatchObject({ status: 0, stderr: "" });
    expect(answer).toEqual(run(["call", tool, JSON.stringify(given)]));
    expect(answer.stdout.trimEnd()).toBe(JSON.stringify(JSON.parse(answer.stdout)));
  });

  test("of a list goes on with its cursor", () => {
    const first = JSON.parse(run(["status", "--json", "--limit", "4"]).stdout);
    const second = JSON.parse(run(["status", "--json", "--cursor", first.next_cursor]).stdout);
    expect([...first.phases, ...second.phases].map(({ id }) => id)).toEqual([
      "01",
      "02",
      "02.1",
      "03",
      "04",
      "05",
    ]);
  });
});

describe("call", () => {
  test("takes JSON, standard input, and name=value, and all mean the same", () => {
    const expected = run(["call", "group_waves", '{"phase":"3","gaps_only":false}']);
    expect(expected).toMatchObject({ status: 0, stderr: "" });
    const input = '\ufeff{"phase": "3"}\n';
    expect(run(["call", "group_waves", "-"], { input })).toEqual(expected);
    expect(run(["call", "group_waves", "phase=3", "gaps_only=false"])).toEqual(expected);
    expect(run(["call", "group_waves", "phase=3", "gaps_only=nonsense"]).status).toBe(1);
  });

  test("values keep their text where a tool wants text", () => {
    expect(run(["call", "discover_phase", "phase=2.10"]).stderr).toContain("2.10");
    expect(run(["call", "collect_gaps", 'sources=["uat"]', "limit=1"]).status).toBe(0);
  });

  test("knows every tool", () => {
    for (const { name } of tools) {
      const { status, stderr } = run(["call", name, '{"no_such_argument":1}']);
      expect([name, status]).toEqual([name, 1]);
      expect(stderr).toContain("no_such_argument");
    }
  });

  test("writes where the tool does, and nothing in a dry run", () => {
    const root = project({
      ".planning/ROADMAP.md":
        "# Roadmap\n\n- [ ] **Phase 1: Base**\n\n### Phase 1: Base\n\n**Goal:** A base\n",
      ".planning/phases": {},
    });
    const before = snapshotTree(root);
    const preview = run(["call", "create_phase", "phase=1", "dry_run=true"], { cwd: root });
    expect(snapshotTree(root)).toEqual(before);
    const done = run(["call", "create_phase", "phase=1"], { cwd: root });
    expect(JSON.parse(done.stdout)).toEqual(JSON.parse(preview.stdout));
    expect(snapshotTree(root)).toHaveProperty([".planning/phases/pending/01-base/.gitkeep"]);
    expect(JSON.parse(run(["call", "create_phase", "phase=1"], { cwd: root }).stdout).status).toBe(
      "unchanged",
    );
  });

  test("goes to another project inside of --root", () => {
    const root = project({ one: { ".planning": {} }, two: { ".planning": {} } });
    const args = (name: string) => ["call", "project_status", JSON.stringify({ root: name }), "--root", root];
    expect(JSON.parse(run(args("two")).stdout).root).toBe(`${root}/two`);
    expect(run(args("..")).status).toBe(1);
  });
});

test("tools are those of the server", () => {
  expect(JSON.parse(run(["tools", "--json"]).stdout)).toEqual({
    tools: JSON.parse(JSON.stringify(tools.map(advertise))),
  });
  expect(JSON.parse(run(["tools", "group_waves", "--json"]).stdout).name).toBe("group_waves");
  expect(run(["tools", "group_waves"]).stdout).toMatch(/phase +string +required/);
});

describe("colour and lines", () => {
  test("a pipe gets neither colour nor, in a plain locale, more than ASCII of ours", () => {
    for (const args of [["status"], ["waves", "3"], ["gaps"], ["check"], ["tools"]]) {
      const { stdout } = run(args, { env: { LC_ALL: "C" } });
      expect(stdout).toMatch(/^[\n\x20-\x7e]+$/);
    }
    expect(run(["waves", "3"], { env: { LANG: "en_US.UTF-8" } }).stdout).toContain("╭─ 03-03");
  });

  test("FORCE_COLOR and NO_COLOR", () => {
    const coloured = run(["status"], { env: { FORCE_COLOR: "1" } });
    expect(coloured.stdout).toContain("\x1b[32m");
    expect(coloured.stderr).toBe("");
    expect(run(["status"], { env: { NO_COLOR: "1" } }).stdout).not.toContain("\x1b");
    expect(run(["waves", "99"], { env: { FORCE_COLOR: "1" } }).stderr).toContain("\x1b[31m");
  });

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
    expect(terminal("status", { TERM: "dumb" }).stdout).not.toContain("\x1b");
    expect(terminal("status --json").stdout).toMatch(/^\{\r\n {2}"root"/);
  });

  test.skipIf(!hasTerminal)("a person at a terminal is asked what a client's user would be", () => {
    const cwd = project({
      ".planning/config.json": '{"github": {"enabled": true, "issue_mode": "ask"}}',
      ".planning/ROADMAP.md": "# Roadmap\n\n## Current Milestone: v1.0 One\n\n- [ ] **Phase 1: Base**\n",
      ".planning/phases/active/01-base/01-01-PLAN.md": plan({ wave: 1 }),
    });
    const command = "call update_issue_checklist phase=1 mode=publish --json";
    const reason = (answer: string) => {
      const { stdout } = terminal(command, {}, { cwd, input: `${answer}\n` });
      expect(stdout).toContain("Publish the plans of milestone v1.0 to GitHub issues? [y/n] ");
      return /"reason":"(\w+)"/.exec(stdout)?.[1];
    };
    expect(reason("no")).toBe("issue_mode_never");
    expect(reason("perhaps")).toBe("needs_confirmation");
    expect(run(command.split(" "), { cwd }).stdout).toContain('"reason":"needs_confirmation"');
  });

  test.skipIf(!hasTerminal)("bare, at a terminal, it prints the help", () => {
    const { stdout, status } = terminal("");
    expect(stdout).toMatch(/^wavewright: an MCP server/);
    expect(status).toBe(0);
  });
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

test("long lists are whole for a person, however many pages the tool has", () => {
  const count = 700;
  const phases = Array.from(
    { length: count },
    (_, index) => `- [ ] **Phase ${index + 1}: Part ${index + 1}**\n`,
  );
  const cwd = project({ ".planning/ROADMAP.md": `# Roadmap\n\n${phases.join("")}`, ".planning/phases": {} });
  const { stdout } = run(["status"], { cwd });
  expect(stdout.match(/ Part \d+ /g)).toHaveLength(count);
  expect(run(["status", "--limit", "10"], { cwd }).stdout).toContain("690 more phases: raise --limit.");
  expect(run(["check"], { cwd }).stdout.match(/MISSING_PHASE_DIR/g)).toHaveLength(count);
});

test("reading commands leave the project as it is", () => {
  const before = snapshotTree(SAMPLE);
  for (const args of [["status"], ["waves", "3"], ["gaps"], ["check"], ["setup", "cursor"]]) run(args);
  expect(snapshotTree(SAMPLE)).toEqual(before);
});
