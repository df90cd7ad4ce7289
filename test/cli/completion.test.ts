import { spawnSync } from "node:child_process";
import { chmodSync, writeFileSync } from "node:fs";
import { delimiter, join } from "node:path";
import { describe, expect, test } from "vitest";
import { SHELLS } from "../../src/cli/commands.ts";
import { candidatesFor } from "../../src/cli/completion.ts";
import { completionScript } from "../../src/cli/completion-scripts.ts";
import { COMMANDS } from "../../src/command-line.ts";
import { tools } from "../../tools/index.ts";
import { runHere } from "../support/command.ts";
import { project } from "../support/project.ts";
import { PROGRAM, REPOSITORY } from "../support/stdio.ts";

const properties = {
  phase: { type: "string" },
  state: { type: "string", enum: ["pending", "active"] },
  confirm: { type: "boolean", const: true },
  dry_run: { type: "boolean" },
  note: { type: "string" },
};

const sources = {
  tools: async () =>
    ["check_planning", "group_waves"].map((name) => ({ name, title: name, properties: () => properties })),
  phases: (root: string | undefined) => [
    { value: "1", also: ["01", "01-base"] },
    { value: root === undefined ? "2.1" : "12", also: ["02.1", "02.1-rooms"] },
  ],
};

describe("after", () => {
  test.each<[string[], string[] | ":directories"]>([
    [[], [...COMMANDS]],
    [["c"], ["check", "call", "completion"]],
    [["st"], ["status"]],
    [["--re"], ["--read-only"]],
    [
      ["--toolsets", ""],
      ["planning", "git", "github"],
    ],
    [["--root", ""], ":directories"],
    [["--root", "x", "wav"], ["waves"]],
    [
      ["waves", ""],
      ["1", "2.1"],
    ],
    [["waves", "2"], ["2.1"]],
    [
      ["waves", "--root", "x", ""],
      ["1", "12"],
    ],
    [
      ["waves", "--json", ""],
      ["1", "2.1"],
    ],
    [["waves", "1", ""], []],
    [["waves", "--m"], ["--mermaid"]],
    [["gaps", "--sources", "u"], ["uat"]],
    [
      ["call", ""],
      ["check_planning", "group_waves"],
    ],
    [
      ["call", "group_waves", ""],
      ["phase=", "state=", "confirm=", "dry_run=", "note="],
    ],
    [
      ["call", "group_waves", "phase=1", "dry_run=true", ""],
      ["state=", "confirm=", "note="],
    ],
    [["call", "group_waves", "st"], ["state="]],
    [
      ["call", "group_waves", "state="],
      ["state=pending", "state=active"],
    ],
    [["call", "group_waves", "state=a"], ["state=active"]],
    [["call", "group_waves", "confirm="], ["confirm=true"]],
    [["call", "group_waves", "dry_run=f"], ["dry_run=false"]],
    [
      ["call", "group_waves", "phase="],
      ["phase=1", "phase=2.1"],
    ],
    [["call", "group_waves", "phase=02.1-"], ["phase=02.1-rooms"]],
    [["call", "group_waves", "note="], []],
    [["call", "group_waves", "constructor="], []],
    [["call", "no_tool", ""], []],
    [
      ["waves", "0"],
      ["01", "02.1"],
    ],
    [["waves", "01"], ["01"]],
    [["waves", "01-"], ["01-base"]],
    [
      ["waves", "--root=x", ""],
      ["1", "12"],
    ],
    [
      ["setup", "cursor", "--scope="],
      ["--scope=project", "--scope=user"],
    ],
    [["status", "--root=x"], []],
    [["status", "--constructor="], []],
    [["tools", "gr"], ["group_waves"]],
    [
      ["setup", "c"],
      ["claude-code", "claude-desktop", "cursor"],
    ],
    [
      ["setup", "cursor", "--scope", ""],
      ["project", "user"],
    ],
    [
      ["setup", "cursor", "--command", ""],
      ["npx", "node"],
    ],
    [["completion", ""], [...SHELLS]],
    [["help", "w"], ["waves"]],
    [["nonsense", ""], [...COMMANDS]],
    [
      ["waves", "--constructor", ""],
      ["1", "2.1"],
    ],
  ])("%j comes %j", async (words, expected) => {
    const found = await candidatesFor(words, sources);
    expect(found === ":directories" ? found : found.map(({ value }) => value)).toEqual(expected);
  });
});

/** A directory with `wavewright` in it, as an installation puts it on the path. */
function installed(): string {
  const directory = project({});
  const file = join(directory, "wavewright");
  writeFileSync(file, `#!/bin/sh\nexec "${process.execPath}" "${PROGRAM}" "$@"\n`);
  chmodSync(file, 0o755);
  return directory;
}

describe("bash", () => {
  /** What bash offers for the words, the last of which is being typed. */
  function offered(...words: string[]): string[] {
    const script = `${completionScript("bash")}
      COMP_WORDS=(wavewright ${words.map((word) => `'${word}'`).join(" ")})
      COMP_CWORD=${words.length}
      compopt() { echo compopt "$@"; }
      _wavewright
      printf '%s\\n' "\${COMPREPLY[@]}"`;
    const { stdout, stderr } = spawnSync("bash", ["--norc", "--noprofile", "-c", script], {
      cwd: `${REPOSITORY}examples/chat-app`,
      encoding: "utf8",
      env: { PATH: `${installed()}${delimiter}${process.env.PATH}` },
    });
    expect(stderr).toBe("");
    return stdout.split("\n").filter(Boolean);
  }

  test("completes commands, phases and tools of the real program", () => {
    expect(offered("wa")).toEqual(["waves"]);
    expect(offered("waves", "")).toEqual(["1", "2", "2.1", "3", "4", "5"]);
    expect(offered("call", "")).toEqual(tools.map(({ name }) => name));
    expect(offered("waves", "0")).toEqual(["01", "02", "02.1", "03", "04", "05"]);
    expect(offered("waves", "03-")).toEqual(["03-chat"]);
    expect(offered("call", "group_waves", "g")).toEqual(["compopt -o nospace", "gaps_only="]);
    // bash cuts words at this sign.
    expect(offered("call", "group_waves", "gaps_only", "=")).toEqual(["true", "false"]);
    expect(offered("call", "group_waves", "phase", "=", "2")).toEqual(["2", "2.1"]);
    expect(offered("status", "--root", "")).toEqual(["compopt -o dirnames"]);
    expect(offered("status", "")).toEqual([]);
  });
});

/** Only bash is on every machine. */
const present = SHELLS.filter((shell) => spawnSync(shell, ["-c", "true"]).status === 0);

test.each(present)("%s can read its script", (shell) => {
  const script = join(project({ script: completionScript(shell) }), "script");
  const { status, stderr } = spawnSync(shell, ["-n", script], { encoding: "utf8" });
  expect({ status, stderr }).toEqual({ status: 0, stderr: "" });
});

test("a project that cannot be read offers nothing, in silence", async () => {
  const outcome = await runHere(["__complete", "zsh", "waves", ""], { cwd: project({}) });
  expect(outcome).toEqual({ status: 0, stdout: "", stderr: "" });
});

test("descriptions are in the form of each shell, and cannot move a cursor", async () => {
  const cwd = project({
    ".planning/ROADMAP.md": "# Roadmap\n\n- [ ] **Phase 1: A\x1b[31m:b**\n",
    ".planning/phases/active/01-a": {},
  });
  const lines = async (shell: string) => (await runHere(["__complete", shell, "waves", ""], { cwd })).stdout;
  expect(await lines("bash")).toBe("1\n");
  expect(await lines("zsh")).toMatch(/^1:A.*, active\n$/);
  expect(await lines("fish")).toMatch(/^1\tA.*, active\n$/);
  expect(await lines("fish")).not.toContain("\x1b");
});

test("a directory's name that a shell would read otherwise is not offered", async () => {
  const cwd = project({
    ".planning/ROADMAP.md": "# Roadmap\n\n- [ ] **Phase 1: A**\n- [ ] **Phase 2: B**\n",
    ".planning/phases/active": { "01-$(id)": {}, "02-bé": {} },
  });
  const lines = async (word: string) =>
    (await runHere(["__complete", "bash", "waves", word], { cwd })).stdout;
  expect(await lines("01-")).toBe("");
  expect(await lines("02-")).toBe("02-bé\n");
});
