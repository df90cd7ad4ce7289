import { spawnSync } from "node:child_process";
import { chmodSync, writeFileSync } from "node:fs";
import { delimiter, join } from "node:path";
import { stripVTControlCharacters } from "node:util";
import { describe, expect, test } from "vitest";
import { SHELLS } from "../../src/cli/commands.ts";
import { candidatesFor } from "../../src/cli/completion.ts";
import { completionScript } from "../../src/cli/completion-scripts.ts";
import { COMMANDS } from "../../src/command-line.ts";
import { tools } from "../../tools/index.ts";
import { runHere, SAMPLE } from "../support/command.ts";
import { Link, project } from "../support/project.ts";
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

/** In an order that text does not have. */
const phases = Array.from({ length: 12 }, (_, index) => String(index + 1));

function twelvePhases(): string {
  const list = phases.map((number) => `- [ ] **Phase ${number}: Part ${number}**\n`).join("");
  return project({ ".planning/ROADMAP.md": `# Roadmap\n\n${list}`, ".planning/phases": {} });
}

/** The home of a person with a project in it, named in the ways in which it may be typed. */
function homeWithProject(): { home: string; ways: string[] } {
  const home = project({ "my work": new Link(twelvePhases()) });
  return {
    home,
    ways: [`'${home}/my work'`, `"${home}/my work"`, `${home}/my\\ work`, "~/my\\ work", "~/'my work'"],
  };
}

function environment(home: string): Record<string, string> {
  return {
    PATH: `${installed()}${delimiter}${process.env.PATH}`,
    HOME: home,
    TERM: "dumb",
    LC_ALL: "C.UTF-8",
  };
}

const isThere = (shell: string) => spawnSync(shell, ["-c", "true"]).status === 0;

describe.skipIf(!isThere("zsh"))("zsh", () => {
  /** In a terminal of its own, up to the last of what it is to offer. */
  const SESSION = `zmodload zsh/zpty
    zpty inner zsh -f -i
    zpty -w inner 'PROMPT=; stty cols 300 rows 100; autoload -Uz compinit; compinit -u -D; setopt nobeep'
    zpty -w inner 'LISTMAX=1000; source <(wavewright completion zsh); print re""ady'
    zpty -r inner shown '*ready*'
    zpty -w -n inner "wavewright $1"$'\\t\\t'
    zpty -r inner shown "*$2*"
    print -r -- "$shown"
    zpty -d inner`;

  function shown(typed: string, last: string, cwd: string, home = cwd): string {
    const { stdout } = spawnSync("zsh", ["-f", "-c", SESSION, "zsh", typed, last], {
      cwd,
      env: environment(home),
      encoding: "utf8",
      timeout: 30_000,
    });
    return stripVTControlCharacters(stdout);
  }

  const listed = (text: string) => [...text.matchAll(/^(\S+) +-- /gm)].map((match) => match[1]);

  test("offers phases in their order", () => {
    expect(listed(shown("waves ", "Part 12", twelvePhases()))).toEqual(phases);
  });

  test("finds the project that is named as people type it", () => {
    const { home, ways } = homeWithProject();
    for (const way of ways) {
      const text = shown(`waves --root ${way} `, "Part 12", SAMPLE, home);
      expect({ way, found: listed(text) }).toEqual({ way, found: phases });
    }
  });

  test("completes commands and the arguments of tools", () => {
    expect(shown("wa", "waves", SAMPLE)).toContain("waves");
    expect(shown("call group_waves ga", "gaps_only=", SAMPLE)).toContain("call group_waves gaps_only=");
  });
});

describe.skipIf(!isThere("fish"))("fish", () => {
  function offered(typed: string, cwd: string, home = cwd): string[] {
    const script = `${completionScript("fish")}\ncomplete -C "$argv[1]"`;
    const { stdout, stderr } = spawnSync("fish", ["--no-config", "-c", script, "--", `wavewright ${typed}`], {
      cwd,
      env: environment(home),
      encoding: "utf8",
    });
    expect(stderr).toBe("");
    return stdout.split("\n").flatMap((line) => (line === "" ? [] : [line.split("\t")[0]!]));
  }

  test("offers phases in their order", () => {
    expect(offered("waves ", twelvePhases())).toEqual(phases);
    expect(completionScript("fish")).toMatch(/^complete .* -k /m);
  });

  test("finds the project that is named as people type it", () => {
    const { home, ways } = homeWithProject();
    for (const way of ways) {
      expect({ way, found: offered(`waves --root ${way} `, SAMPLE, home) }).toEqual({ way, found: phases });
    }
  });

  test("completes commands, tools and their arguments, and directories", () => {
    expect(offered("wa", SAMPLE)).toEqual(["waves"]);
    expect(offered("call group_waves ga", SAMPLE)).toEqual(["gaps_only="]);
    expect(offered("setup c", SAMPLE)).toEqual(["claude-code", "claude-desktop", "cursor"]);
    expect(offered("status --root ", homeWithProject().home)).toEqual(["my work/"]);
  });
});

describe("bash", () => {
  /** What bash offers for the words, the last of which is being typed. */
  function offered(...words: string[]): string[] {
    return offeredAt(`${REPOSITORY}examples/chat-app`, words);
  }

  function offeredAt(home: string, words: string[]): string[] {
    const script = `${completionScript("bash")}
      COMP_WORDS=(wavewright ${words.map((word) => `'${word.replaceAll("'", "'\\''")}'`).join(" ")})
      COMP_CWORD=${words.length}
      compopt() { echo compopt "$@"; }
      _wavewright
      printf '%s\\n' "\${COMPREPLY[@]}"`;
    const { stdout, stderr } = spawnSync("bash", ["--norc", "--noprofile", "-c", script], {
      cwd: `${REPOSITORY}examples/chat-app`,
      encoding: "utf8",
      env: environment(home),
    });
    expect(stderr).toBe("");
    return stdout.split("\n").filter(Boolean);
  }

  test("finds the project that is named as people type it", () => {
    const { home, ways } = homeWithProject();
    for (const way of ways) {
      expect({ way, found: offeredAt(home, ["waves", "--root", way, ""]) }).toEqual({ way, found: phases });
    }
    expect(offeredAt(home, ["waves", "--root", "=", "~/my\\ work", ""])).toEqual(phases);
    expect(offeredAt(home, ["waves", "--root", '"~/my work"', ""])).toEqual([]);
  });

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
test.each(SHELLS.filter(isThere))("%s can read its script", (shell) => {
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
