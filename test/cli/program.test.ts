/** The command line as people and scripts use it: what goes where, and how it ends. test/cli/process.test.ts starts it. */
import { stripVTControlCharacters } from "node:util";
import { describe, expect, onTestFinished, test, vi } from "vitest";
import { advertise } from "../../src/advertise.ts";
import { COMMANDS } from "../../src/command-line.ts";
import type { Tool } from "../../src/tool.ts";
import { tools } from "../../tools/index.ts";
import { ASKING, GITHUB, PUBLISH, runHere, SAMPLE } from "../support/command.ts";
import { plan, project, snapshotTree, type Tree } from "../support/project.ts";

const run = runHere;

/** Fails as no tool should. */
const failing: Tool = {
  ...tools.find(({ name }) => name === "project_status")!,
  run: () => {
    throw new Error("no such luck");
  },
};

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
    [["--help"], /^wavewright: an MCP server/],
    [["completion", "fish"], /^# fish completion/],
  ])("%j", async (args, output) => {
    const result = await run(args);
    expect(result).toMatchObject({ status: 0, stderr: "" });
    expect(result.stdout).toMatch(output);
  });

  test("help, asked for in each way", async () => {
    for (const name of COMMANDS) {
      const help = { status: 0, stderr: "", stdout: expect.stringMatching(`^wavewright ${name}`) };
      expect(await run([name, "--help"])).toEqual(help);
    }
    expect(await run(["waves", "-h"])).toEqual(await run(["help", "waves"]));
  });

  test("also outside of a project, with --root or WAVEWRIGHT_ROOT", async () => {
    const cwd = project({});
    expect((await run(["status", "--root", SAMPLE], { cwd })).status).toBe(0);
    expect((await run(["status"], { cwd, env: { WAVEWRIGHT_ROOT: SAMPLE } })).status).toBe(0);
  });
});

test.each([["status"], ["waves", "1"], ["gaps"], ["check"]])(
  "%s: the last --root counts",
  async (...args) => {
    const other = project({ ".planning": {} });
    const expected = await run(args, { cwd: other });
    expect(expected).not.toEqual(await run(args));
    expect(await run([...args, "--root", SAMPLE, "--root", other])).toEqual(expected);
  },
);

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
    [
      ["--read-only", "call", "group_waves"],
      "--read-only is an option of the server, not of call. Try wavewright call --help.",
    ],
    [
      ["--toolsets", "git", "status"],
      "--toolsets is an option of the server, not of status. Try wavewright status --help.",
    ],
    [
      ["status", "--version"],
      "--version is an option of the server, not of status. Try wavewright status --help.",
    ],
    [
      ["tools", "--root", "."],
      "--root is an option of the server, not of tools. Try wavewright tools --help.",
    ],
    [["status", "--foo"], 'Unknown option "--foo". Try wavewright status --help.'],
    [["status", "--toolset"], 'Unknown option "--toolset". Try wavewright status --help.'],
    [
      ["completion", "tcsh"],
      'Unknown shell "tcsh". There are bash, zsh, fish. Try wavewright completion --help.',
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
  ])("%j", async (args, message) => {
    expect(await run(args)).toEqual({ status: 2, stdout: "", stderr: `wavewright: ${message}\n` });
  });

  test.each([["{"], ["[1]"], ["nonsense"], [""]])("call with %j on standard input", async (input) => {
    const result = await run(["call", "group_waves", "-"], { input });
    expect(result).toMatchObject({ status: 2, stdout: "" });
    expect(result.stderr).toMatch(
      /^wavewright: Standard input (?:is not valid JSON|must be a JSON object)[^\n]*\n$/,
    );
  });
});

describe("what a tool refuses of the command line ends with 2, and tells what would be right", () => {
  test.each<[string[], RegExp]>([
    [["waves", "abc"], /INVALID_PHASE/],
    [["gaps", "no phase"], /INVALID_PHASE/],
    [["status", "--limit", "0"], /at least 1/],
    [["check", "--limit", "501"], /at most 500/],
    [["gaps", "--cursor", "nonsense"], /INVALID_ARGUMENT/],
    [["call", "group_waves", "phaze=3"], /did you mean "phase"\?/],
    [["call", "group_waves", "phase=abc"], /INVALID_PHASE/],
    [["call", "group_waves", "phase=3", "gaps_only=nonsense"], /INVALID_ARGUMENT/],
    [["call", "group_waves"], /INVALID_ARGUMENT/],
  ])("%j", async (args, words) => {
    const { status, stdout, stderr } = await run(args);
    expect({ status, stdout }).toEqual({ status: 2, stdout: "" });
    expect(stderr).toMatch(words);
  });
});

describe("an error of a tool ends with 1, readable on standard error", () => {
  test("for a person", async () => {
    const { status, stdout, stderr } = await run(["waves", "99"]);
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

  test("for a script", async () => {
    const { status, stdout, stderr } = await run(["waves", "99", "--json"]);
    expect({ status, stdout }).toEqual({ status: 1, stdout: "" });
    expect(JSON.parse(stderr)).toMatchObject({ code: "PHASE_NOT_FOUND", expected: expect.any(Array) });
  });

  test("without a project it tells what a person can do", async () => {
    const { status, stderr } = await run(["status"], { cwd: project({}) });
    expect(status).toBe(1);
    expect(stderr).toMatch(/No \.planning\/ directory in /);
    expect(stderr.replace(/\s+/g, " ")).toContain(
      "hint Go to the project, or name it with --root DIR or WAVEWRIGHT_ROOT.",
    );
  });

  test("JSON that does not fit is the tool's to refuse", async () => {
    const { status, stderr } = await run(["call", "group_waves", '{"phaze":"3"}']);
    expect(status).toBe(1);
    expect(stderr).toMatch(/Unknown argument "phaze"; did you mean "phase"\?/);
    expect(stderr).toMatch(/INVALID_ARGUMENT/);
    expect((await run(["call", "group_waves", "-"], { input: '{"phase":"abc"}' })).status).toBe(1);
  });

  test("a failure that nobody foresaw says where its stack is: there is no server", async () => {
    const { status, stderr } = await run(["status"], { tools: [failing] });
    expect(status).toBe(1);
    expect(stderr).toMatch(/^wavewright: project_status: Error: no such luck\n {4}at /);
    expect(stderr).toContain("x project_status failed unexpectedly (Error).\n");
    expect(stderr.replace(/\s+/g, " ")).toContain("its stack is above.");
    expect(stderr).not.toContain("server");
  });

  test("a missing argument is told with what would be right", async () => {
    const expected = async (...args: string[]) =>
      JSON.parse((await run(["call", ...args, "--json"])).stderr).expected;
    expect(await expected("merge_phase_pr", "phase=3")).toEqual(["true"]);
    expect(await expected("create_gap_phases", "groups=[{}]")).toBe("string: Short");
    expect(await expected("group_waves")).toBe("string: Number (3, 2.1, 12A) or directory name");
  });

  test("problems of the data are for check, and warnings alone are fine", async () => {
    const cwd = project(UNTIDY);
    const checked = await run(["check"], { cwd });
    expect(checked).toMatchObject({ status: 1, stderr: "" });
    expect(checked.stdout).toMatch(/^x \d+ error/m);
    expect((await run(["check", "--json"], { cwd })).status).toBe(1);
    expect((await run(["status"], { cwd })).status).toBe(0);
    expect((await run(["waves", "1"], { cwd })).status).toBe(1);
  });
});

describe("--json", () => {
  test.each<[string[], string, object]>([
    [["status"], "project_status", {}],
    [["status", "--limit", "2"], "project_status", { limit: 2 }],
    [["waves", "3", "--gaps-only"], "group_waves", { phase: "3", gaps_only: true }],
    [["gaps", "2.1", "--sources", "uat, audit"], "collect_gaps", { phase: "2.1", sources: ["uat", "audit"] }],
    [["check", "3"], "check_planning", { phase: "3" }],
  ])("%j is the answer of %s", async (args, tool, given) => {
    const answer = await run([...args, "--json"]);
    expect(answer).toMatchObject({ status: 0, stderr: "" });
    expect(answer).toEqual(await run(["call", tool, JSON.stringify(given)]));
    expect(answer.stdout.trimEnd()).toBe(JSON.stringify(JSON.parse(answer.stdout)));
  });

  test("of a list goes on with its cursor", async () => {
    const first = JSON.parse((await run(["status", "--json", "--limit", "4"])).stdout);
    const second = JSON.parse((await run(["status", "--json", "--cursor", first.next_cursor])).stdout);
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
  test("takes JSON, standard input, and name=value, and all mean the same", async () => {
    const expected = await run(["call", "group_waves", '{"phase":"3","gaps_only":false}']);
    expect(expected).toMatchObject({ status: 0, stderr: "" });
    const input = '\ufeff{"phase": "3"}\n';
    expect(await run(["call", "group_waves", "-"], { input })).toEqual(expected);
    expect(await run(["call", "group_waves", "phase=3", "gaps_only=false"])).toEqual(expected);
  });

  test("values keep their text where a tool wants text", async () => {
    expect((await run(["call", "discover_phase", "phase=2.10"])).stderr).toContain("2.10");
    expect((await run(["call", "collect_gaps", 'sources=["uat"]', "limit=1"])).status).toBe(0);
  });

  test("knows every tool", async () => {
    for (const { name } of tools) {
      const { status, stderr } = await run(["call", name, '{"no_such_argument":1}']);
      expect([name, status]).toEqual([name, 1]);
      expect(stderr).toContain("no_such_argument");
    }
  });

  test("writes where the tool does, and nothing in a dry run", async () => {
    const root = project({
      ".planning/ROADMAP.md":
        "# Roadmap\n\n- [ ] **Phase 1: Base**\n\n### Phase 1: Base\n\n**Goal:** A base\n",
      ".planning/phases": {},
    });
    const before = snapshotTree(root);
    const preview = await run(["call", "create_phase", "phase=1", "dry_run=true"], { cwd: root });
    expect(snapshotTree(root)).toEqual(before);
    const done = await run(["call", "create_phase", "phase=1"], { cwd: root });
    expect(JSON.parse(done.stdout)).toEqual(JSON.parse(preview.stdout));
    expect(snapshotTree(root)).toHaveProperty([".planning/phases/pending/01-base/.gitkeep"]);
    expect(JSON.parse((await run(["call", "create_phase", "phase=1"], { cwd: root })).stdout).status).toBe(
      "unchanged",
    );
  });

  test("refuses what is no text, as set-up does", async () => {
    const input = Buffer.from('{"phase":"\xff"}', "latin1");
    expect(await run(["call", "group_waves", "-"], { input })).toEqual({
      status: 2,
      stdout: "",
      stderr: "wavewright: Standard input is not UTF-8 text. Try wavewright call --help.\n",
    });
  });

  test("goes to another project inside of --root", async () => {
    const root = project({ one: { ".planning": {} }, two: { ".planning": {} } });
    const args = (name: string) => ["call", "project_status", JSON.stringify({ root: name }), "--root", root];
    expect(JSON.parse((await run(args("two"))).stdout).root).toBe(`${root}/two`);
    expect((await run(args(".."))).status).toBe(1);
  });

  test("has as many projects as there are --root, and the first is the default", async () => {
    const root = project({ one: { ".planning": {} }, two: { ".planning": {} } });
    const roots = ["--root", `${root}/one`, "--root", `${root}/two`];
    const rootOf = async (...args: string[]) =>
      JSON.parse((await run(["call", "project_status", ...args, ...roots])).stdout).root;
    expect(await rootOf()).toBe(`${root}/one`);
    expect(await rootOf(`root=${root}/two`)).toBe(`${root}/two`);
  });
});

test("tools are those of the server", async () => {
  expect(JSON.parse((await run(["tools", "--json"])).stdout)).toEqual({
    tools: JSON.parse(JSON.stringify(tools.map(advertise))),
  });
  expect(JSON.parse((await run(["tools", "group_waves", "--json"])).stdout).name).toBe("group_waves");
  expect((await run(["tools", "group_waves"])).stdout).toMatch(/phase +string +required/);
});

describe("colour and lines", () => {
  test("a pipe gets neither colour nor, in a plain locale, more than ASCII of ours", async () => {
    for (const args of [["status"], ["waves", "3"], ["gaps"], ["check"], ["tools"]]) {
      const { stdout } = await run(args, { env: { LC_ALL: "C" } });
      expect(stdout).toMatch(/^[\n\x20-\x7e]+$/);
    }
    expect((await run(["waves", "3"], { env: { LANG: "en_US.UTF-8" } })).stdout).toContain("╭─ 03-03");
  });

  test("FORCE_COLOR and NO_COLOR", async () => {
    const coloured = await run(["status"], { env: { FORCE_COLOR: "1" } });
    expect(coloured.stdout).toContain("\x1b[32m");
    expect(coloured.stderr).toBe("");
    expect((await run(["status"], { env: { NO_COLOR: "1" } })).stdout).not.toContain("\x1b");
    expect((await run(["waves", "99"], { env: { FORCE_COLOR: "1" } })).stderr).toContain("\x1b[31m");
  });
});

describe("at a terminal", () => {
  test("what is drawn has colour in its own width, and JSON has lines", async () => {
    const { stdout } = await run(["waves", "3"], { columns: 60 });
    expect(stdout).toContain("\x1b[32m");
    for (const line of stripVTControlCharacters(stdout).split("\n")) {
      expect([...line].length).toBeLessThanOrEqual(60);
    }
    expect((await run(["status"], { columns: 60, env: { TERM: "dumb" } })).stdout).not.toContain("\x1b");
    expect((await run(["status", "--json"], { columns: 60 })).stdout).toMatch(/^\{\n {2}"root"/);
  });

  test("a person is asked what a client's user would be", async () => {
    const cwd = project(ASKING);
    for (const [name, value] of Object.entries(GITHUB)) vi.stubEnv(name, value);
    onTestFinished(() => void vi.unstubAllEnvs());
    const reason = async (input: string, columns?: number) => {
      const { stdout, stderr } = await run(PUBLISH.split(" "), { cwd, input, columns });
      expect(stderr).toBe(
        columns === undefined ? "" : "Publish the plans of milestone v1.0 to GitHub issues? [y/n] ",
      );
      return JSON.parse(stdout).reason;
    };
    expect(await reason("no\n", 60)).toBe("issue_mode_never");
    expect(await reason("perhaps\n", 60)).toBe("needs_confirmation");
    expect(await reason("", 60)).toBe("needs_confirmation");
    expect(await reason("no\n")).toBe("needs_confirmation");
  });
});

test("long lists are whole for a person, however many pages the tool has", async () => {
  const count = 700;
  const phases = Array.from(
    { length: count },
    (_, index) => `- [ ] **Phase ${index + 1}: Part ${index + 1}**\n`,
  );
  const cwd = project({ ".planning/ROADMAP.md": `# Roadmap\n\n${phases.join("")}`, ".planning/phases": {} });
  const { stdout } = await run(["status"], { cwd });
  expect(stdout.match(/ Part \d+ /g)).toHaveLength(count);
  expect((await run(["status", "--limit", "10"], { cwd })).stdout).toContain(
    "690 more phases: raise --limit.",
  );
  expect((await run(["check"], { cwd })).stdout.match(/MISSING_PHASE_DIR/g)).toHaveLength(count);
});

test("reading commands leave the project as it is", async () => {
  const before = snapshotTree(SAMPLE);
  for (const args of [["status"], ["waves", "3"], ["gaps"], ["check"], ["setup", "cursor"]]) await run(args);
  expect(snapshotTree(SAMPLE)).toEqual(before);
});
