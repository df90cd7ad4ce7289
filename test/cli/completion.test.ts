import { spawnSync } from "node:child_process";
import { chmodSync, writeFileSync } from "node:fs";
import { delimiter, join } from "node:path";
import { describe, expect, test } from "vitest";
import { SHELLS } from "../../src/cli/commands.ts";
import { candidatesFor, completionScript } from "../../src/cli/completion.ts";
import { COMMANDS } from "../../src/command-line.ts";
import { tools } from "../../tools/index.ts";
import { project } from "../support/project.ts";
import { PROGRAM, REPOSITORY } from "../support/stdio.ts";

const sources = {
  tools: async () => [{ value: "check_planning" }, { value: "group_waves" }],
  phases: (root: string | undefined) => [{ value: "1" }, { value: root === undefined ? "2.1" : "12" }],
};

describe("after", () => {
  test.each<[string[], string[] | ":files"]>([
    [[], [...COMMANDS]],
    [["c"], ["check", "call", "completion"]],
    [["st"], ["status"]],
    [["--re"], ["--read-only"]],
    [
      ["--toolsets", ""],
      ["planning", "git", "github"],
    ],
    [["--root", ""], ":files"],
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
    [["call", "group_waves", ""], []],
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
    expect(found === ":files" ? found : found.map(({ value }) => value)).toEqual(expected);
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
    expect(offered("status", "--root", "")).toEqual(["compopt -o default"]);
    expect(offered("status", "")).toEqual([]);
  });
});

/** Only bash is on every machine. */
const present = SHELLS.filter((shell) => spawnSync(shell, ["-c", "true"]).status === 0);

test.each(present)("%s can read its script", (shell) => {
  const { status, stderr } = spawnSync(shell, ["-n"], { input: completionScript(shell), encoding: "utf8" });
  expect({ status, stderr }).toEqual({ status: 0, stderr: "" });
});

test("a project that cannot be read offers nothing, in silence", () => {
  const { status, stdout, stderr } = spawnSync(
    process.execPath,
    [PROGRAM, "__complete", "zsh", "waves", ""],
    {
      cwd: project({}),
      encoding: "utf8",
      env: {},
    },
  );
  expect({ status, stdout, stderr }).toEqual({ status: 0, stdout: "", stderr: "" });
});

test("descriptions are in the form of each shell, and cannot move a cursor", () => {
  const cwd = project({
    ".planning/ROADMAP.md": "# Roadmap\n\n- [ ] **Phase 1: A\x1b[31m:b**\n",
    ".planning/phases/active/01-a": {},
  });
  const lines = (shell: string) =>
    spawnSync(process.execPath, [PROGRAM, "__complete", shell, "waves", ""], {
      cwd,
      encoding: "utf8",
      env: {},
    }).stdout;
  expect(lines("bash")).toBe("1\n");
  expect(lines("zsh")).toMatch(/^1:A.*, active\n$/);
  expect(lines("fish")).toMatch(/^1\tA.*, active\n$/);
  expect(lines("fish")).not.toContain("\x1b");
});
