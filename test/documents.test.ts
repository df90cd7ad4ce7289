/** What the hand-written documents promise: links that lead somewhere, commands and options that there are. */
import { spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import { posix } from "node:path";
import { describe, expect, test } from "vitest";
import { prompts } from "../prompts/index.ts";
import { SPECS } from "../src/cli/commands.ts";
import { programHelp } from "../src/cli/help.ts";
import { FOLDER } from "../src/cli/setup/plan.ts";
import groupWaves from "../tools/group_waves.ts";
import { tools } from "../tools/index.ts";
import { call } from "./support/client.ts";
import { DOCUMENTS, readDocument as read } from "./support/documents.ts";
import { REPOSITORY } from "./support/stdio.ts";

/** Without fenced blocks and code spans, in which brackets are no links. */
function prose(text: string): string {
  return text.replace(/^```[\s\S]*?^```$/gm, "").replace(/`[^`\n]*`/g, "code");
}

/** Targets of `[text](target)`, without those on the web. */
function links(text: string): string[] {
  return [...prose(text).matchAll(/\]\(([^)\s]+)\)/g)]
    .map((match) => match[1]!)
    .filter((link) => !/^\w+:/.test(link));
}

/** The anchors that headings make: lower case, without punctuation, spaces as hyphens. */
function anchors(text: string): string[] {
  return [...text.replace(/^```[\s\S]*?^```$/gm, "").matchAll(/^#{1,6} (.*)$/gm)].map((match) =>
    match[1]!
      .toLowerCase()
      .replace(/[^\p{L}\p{N}\s_-]/gu, "")
      .trim()
      .replace(/\s/g, "-"),
  );
}

/** `npm run x` and `npm x` in code, as names of scripts. */
function npmScripts(text: string): string[] {
  return [...text.matchAll(/\bnpm (?:run ([\w:-]+)|(test)\b)/g)].map((match) => match[1] ?? match[2]!);
}

/** Long options in code: of lists of options, and of commands that start this program. */
function ownOptions(text: string): string[] {
  const spans = [...text.matchAll(/`([^`\n]+)`/g)].map((match) => match[1]!);
  const blocks = [...text.matchAll(/^```.*\n([\s\S]*?)^```$/gm)].flatMap((match) => match[1]!.split("\n"));
  return [...spans, ...blocks].flatMap((code) =>
    /^--?[a-z]/.test(code) || code.includes("dist/main.js") ? optionsIn(code) : [],
  );
}

function optionsIn(text: string): string[] {
  return text.match(/(?<![\w-])--[a-z][a-z-]*/g) ?? [];
}

const HELP = programHelp(100);

/** Of the server. */
const OPTIONS = optionsIn(HELP);
const ALL_OPTIONS = [
  ...OPTIONS,
  ...Object.values(SPECS).flatMap(({ options }) => Object.keys(options).map((name) => `--${name}`)),
  // Of prompts, whose arguments may be typed so.
  ...prompts
    .flatMap((prompt) =>
      prompt.arguments.flatMap(({ name, options = {} }) => [name, ...Object.keys(options)]),
    )
    .map((name) => `--${name.replaceAll("_", "-")}`),
];

describe.each(DOCUMENTS)("%s", (path) => {
  const text = read(path);

  test("links to what there is", () => {
    const broken = links(text).filter((link) => {
      const [target = "", anchor] = link.split("#");
      const file = target === "" ? path : posix.join(posix.dirname(path), target);
      if (!existsSync(REPOSITORY + file)) return true;
      return anchor !== undefined && !anchors(read(file)).includes(anchor);
    });
    expect(broken).toEqual([]);
  });

  test("names scripts that there are", () => {
    const { scripts } = JSON.parse(read("package.json"));
    expect(npmScripts(text).filter((name) => !Object.hasOwn(scripts, name))).toEqual([]);
  });

  test("names options that there are", () => {
    expect(ownOptions(text).filter((option) => !ALL_OPTIONS.includes(option))).toEqual([]);
  });
});

describe("README.md", () => {
  const readme = read("README.md");
  const blocks = [...readme.matchAll(/^```(\w+)\n([\s\S]*?)^```$/gm)].map(([, language, code]) => ({
    language,
    code: code!,
  }));

  test("has the two commands in its first screen", () => {
    const screen = readme.split("\n").slice(0, 24).join("\n");
    expect(screen).toContain("\nnpm install && npm run demo\nnpm test\n");
  });

  test("shows mcp.json as it is", () => {
    expect(blocks.filter(({ code }) => code === read("mcp.json"))).toHaveLength(1);
  });

  test("has configurations that start this program", () => {
    const configurations = blocks
      .filter(({ language, code }) => language === "json" && code.includes("ervers"))
      .map(({ code }) => JSON.parse(code));
    expect(configurations.length).toBeGreaterThan(1);
    for (const { mcpServers, servers } of configurations) {
      const { command, args } = (mcpServers ?? servers).wavewright;
      expect(command).toBe("node");
      expect(args[0]).toMatch(/^(?:\/path\/to\/wavewright\/)?dist\/main\.js$/);
      expect(optionsIn(args.join(" ")).filter((option) => !OPTIONS.includes(option))).toEqual([]);
    }
  });

  /** Buttons write the user's file, in which no server is told by its working directory which project is open. */
  test("has buttons that install what set-up writes for a user", () => {
    const given = (host: string) =>
      new URL(readme.match(new RegExp(`\\]\\((https://${host}[^)]*)\\)`))![1]!).searchParams;
    const [cursor, vscode] = ["cursor.com/en/install-mcp", "insiders.vscode.dev/"].map(given);
    expect([cursor!.get("name"), vscode!.get("name")]).toEqual(["wavewright", "wavewright"]);
    const started = (root: string) => ({ command: "npx", args: ["-y", "wavewright", "--root", root] });
    expect(JSON.parse(vscode!.get("config")!)).toEqual(started(FOLDER));
    // Cursor's variable is the directory of the file that it stands in.
    const placeholder = "/path/to/project";
    expect(JSON.parse(Buffer.from(cursor!.get("config")!, "base64").toString())).toEqual(
      started(placeholder),
    );
    const before = readme.slice(0, readme.indexOf("[![Add to Cursor]")).trimEnd();
    expect(before.slice(before.lastIndexOf("\n\n"))).toContain(placeholder);
  });

  test("shows an answer as the tool gives it", async () => {
    const shown = JSON.parse(blocks.find(({ code }) => code.includes("next_wave"))!.code);
    const answer = await call(groupWaves, { phase: "3" }, `${REPOSITORY}examples/chat-app`);
    expect(answer.diagnostics[0]).toMatchObject(shown.diagnostics[0]);
    expect(answer).toMatchObject({ ...shown, diagnostics: answer.diagnostics });
  });

  test("shows a drawing as the program makes it", () => {
    const shown = blocks
      .find(({ code }) => code.startsWith("Phase 03"))!
      .code.trimEnd()
      .split("\n");
    const args = [`${REPOSITORY}dist/main.js`, "waves", "3", "--root", `${REPOSITORY}examples/chat-app`];
    const { stdout } = spawnSync(process.execPath, args, { encoding: "utf8", env: { LANG: "C.UTF-8" } });
    const drawn = stdout.split("\n").map((line) => line.trimEnd());
    // In the same order; what is left out is a line of its own.
    let from = 0;
    for (const line of shown.filter((one) => one !== "…")) {
      const at = drawn.indexOf(line, from);
      expect(at, line).toBeGreaterThanOrEqual(from);
      from = at + 1;
    }
  });

  test("and --help have one configuration", () => {
    const shown = /^ {2}\{\n[\s\S]*?^ {2}\}$/m.exec(HELP)?.[0] ?? expect.fail("--help shows none");
    const { command, args } = JSON.parse(shown).mcpServers.wavewright;
    expect({ command, args }).toEqual({ command: "node", args: ["/path/to/wavewright/dist/main.js"] });
    expect(readme).toContain("node /path/to/wavewright/dist/main.js");
  });

  test("has a table of every script that is no part of another", () => {
    const { scripts } = JSON.parse(read("package.json")) as { scripts: Record<string, string> };
    const table = readme.slice(readme.indexOf("## Development"));
    const hooks = ["postprepare", "prepack"];
    const parts = npmScripts(scripts.check!).filter((name) => name !== "test");
    const own = Object.keys(scripts).filter((name) => ![...hooks, ...parts].includes(name));
    for (const name of own) expect(table).toMatch(new RegExp(`\\| \`npm (?:run )?${name}\` +\\|`));
  });

  test("names every option of --help", () => {
    expect(OPTIONS.length).toBeGreaterThan(4);
    for (const name of [...OPTIONS, "WAVEWRIGHT_ROOT"]) expect(readme).toContain(name);
  });

  test("has a table of every tool", () => {
    for (const { name } of tools) expect(readme).toContain(`| [\`${name}\`](docs/tools.md#${name}) |`);
    const inGit = tools.filter(({ toolset }) => toolset === "git").map(({ name }) => name);
    const promises = readme.slice(readme.indexOf("**git is asked only"));
    for (const name of inGit) expect(promises).toContain(`\`${name}\``);
    const network = promises.slice(
      promises.indexOf("use the network**"),
      promises.indexOf("- **The same project"),
    );
    const named = [...network.matchAll(/`([a-z]+(?:_[a-z]+)+)`/g)].map((match) => match[1]!);
    const reaching = tools.filter(({ reach }) => reach === "github").map(({ name }) => name);
    expect(named.sort()).toEqual(reaching.sort());
  });
});

test("every tool is in the changelog", () => {
  for (const { name } of tools) expect(read("CHANGELOG.md")).toContain(`\`${name}\``);
});

describe("the rules can be broken", () => {
  test.each([
    ["[a](b.md)", ["b.md"]],
    ["[a](b.md#c) and [web](https://example.org)", ["b.md#c"]],
    ["`[a](b.md)`", []],
    ["```\n[a](b.md)\n```\n", []],
  ])("links of %j", (text, expected) => {
    expect(links(text)).toEqual(expected);
  });

  test("anchors, scripts and options", () => {
    expect(anchors("# What it promises\n\n## group_waves\n\n### A `b`: c\n")).toEqual([
      "what-it-promises",
      "group_waves",
      "a-b-c",
    ]);
    expect(npmScripts("`npm run docs:check`, npm test, npm install")).toEqual(["docs:check", "test"]);
    expect(ownOptions("```sh\nnode dist/main.js --one\nother --two\n```\n`---js`")).toEqual(["--one"]);
    expect(ownOptions("`--root DIR`, `npx biome check --write`, `node dist/main.js --frob`")).toEqual([
      "--root",
      "--frob",
    ]);
  });
});
