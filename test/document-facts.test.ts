/** What the hand-written documents say, held to the sources: names, files, tables, defaults, commands. */
import { relative } from "node:path";
import { describe, expect, test } from "vitest";
import { prompts } from "../prompts/index.ts";
import { fullInput } from "../src/advertise.ts";
import { HOSTS, SPECS } from "../src/cli/commands.ts";
import { programHelp, usage } from "../src/cli/help.ts";
import { HOST } from "../src/cli/setup/hosts.ts";
import { COMMANDS, type CommandName, readCommandLine } from "../src/command-line.ts";
import { readConfig } from "../src/domain/config.ts";
import { decideIssues } from "../src/domain/github-decision.ts";
import { MODEL_PROFILES, modelsOf } from "../src/domain/models.ts";
import { parsePhaseNumber } from "../src/domain/phase.ts";
import { pairPlans } from "../src/domain/phase-plans.ts";
import { readState } from "../src/domain/state-file.ts";
import { readOptions } from "../src/options.ts";
import { TOOLSETS } from "../src/toolsets.ts";
import { MAX_FILE_BYTES } from "../src/workspace/files.ts";
import { tools } from "../tools/index.ts";
import { blocksOf, DOCUMENTS, filesBelow, readDocument, spansOf, tableOf } from "./support/documents.ts";

const ROOMS = ["src", "tools", "prompts", "test", "scripts", "bench", "examples", "docs"];
const FILES = [
  ...ROOMS.flatMap(filesBelow),
  ...["interop/conformance.mjs", "interop/http-bridge.mjs", "package.json", "mcp.json", "server.json"],
];

/** Every word of the sources, comments included: names on the wire are in snake case there, and all others are not. */
const WORDS = new Set(
  ["src", "tools", "prompts"]
    .flatMap(filesBelow)
    .flatMap((path) => readDocument(path).match(/[A-Za-z]\w*/g) ?? []),
);
/** Of the protocol, of planning files and of the corpus, which no source has to name. */
const ELSEWHERE = ["list_changed", "WAVEWRIGHT_CORPUS", "WAVEWRIGHT_BRIDGE"];

/** Names in backticks that only sources can have: `snake_case`, also as `name: value`, and words in capitals. */
function namesIn(text: string): string[] {
  const spans = spansOf(text).flatMap((span) => span.match(/^[a-z]+(?:_[a-z]+)+(?=$|[:=. ])/g) ?? []);
  const codes = spansOf(text).filter((span) => /^[A-Z]{5,}$/.test(span));
  const words = text.replace(/^```[\s\S]*?^```$/gm, "").match(/\b[A-Z]{2,}[A-Z\d]*(?:_[A-Z\d]+)+\b/g) ?? [];
  return [...spans, ...codes, ...words];
}

/** Files and directories of this repository in backticks. */
function pathsIn(text: string): string[] {
  return spansOf(text).filter(
    (span) =>
      (/^[\w./*{},-]+\.(?:ts|mjs)$/.test(span) ||
        /^(?:src|test|tools|scripts|interop|bench)\/[\w/]*\/?$/.test(span)) &&
      !/\bmy[_-]/.test(span),
  );
}

function isThere(path: string): boolean {
  const pattern = path
    .replace(/[.]/g, "\\.")
    .replace(/\{([^}]*)\}/g, (_, list: string) => `(?:${list.replaceAll(",", "|")})`)
    .replaceAll("*", "[^/]*");
  const found = new RegExp(path.endsWith("/") ? `^${pattern}` : `(?:^|/)${pattern}$`);
  return FILES.some((file) => found.test(file));
}

describe.each(DOCUMENTS)("%s", (path) => {
  const text = readDocument(path);

  test("names what there is", () => {
    expect(namesIn(text).filter((name) => !WORDS.has(name) && !ELSEWHERE.includes(name))).toEqual([]);
  });

  test("names files that there are", () => {
    expect(pathsIn(text).filter((one) => !isThere(one))).toEqual([]);
  });

  test("gives tools arguments that they take", () => {
    const known = new Set(tools.flatMap((tool) => Object.keys(fullInput(tool).shape)));
    expect(argumentsIn(text).filter((name) => !known.has(name))).toEqual([]);
  });

  test("has commands that can be run", () => {
    for (const line of linesIn(text)) expect(problemOf(line), line).toBeNull();
    // In a sentence words may be left out.
    for (const line of commandsIn(spansOf(text))) expect([null, MISSING], line).toContain(problemOf(line));
  });

  test("names the Node that is needed", () => {
    const { engines } = JSON.parse(readDocument("package.json"));
    for (const [, version] of text.matchAll(/\bNode (\d[\d.]*\d) or later/g)) {
      expect(`>=${version}`).toBe(engines.node);
    }
  });
});

/** Keys of JSON in backticks, and of `name=value`. */
function argumentsIn(text: string): string[] {
  return spansOf(text).flatMap((span) => {
    if (/^(?:\w+=[\w-]+ ?)+$/.test(span)) return span.split(" ").map((one) => one.split("=")[0]!);
    const json = /^'?(\{.*":.*\})'?$/.exec(span)?.[1];
    return json === undefined ? [] : Object.keys(JSON.parse(json));
  });
}

/** What follows the program's name. */
function commandsIn(lines: readonly string[]): string[] {
  return lines.flatMap((line) => {
    const match = /^(?:wavewright|node (?:\/path\/to\/wavewright\/)?dist\/main\.js) (.*)$/.exec(line);
    return match ? [match[1]!] : [];
  });
}

/** Of blocks for a shell. */
function linesIn(text: string): string[] {
  return commandsIn(
    blocksOf(text).flatMap(({ language, code }) => (language === "sh" ? code.split("\n") : [])),
  );
}

const MISSING = "Words are missing.";

/** What the program would say against the command line; words in capitals stand for anything. */
function problemOf(line: string): string | null {
  const args = line
    .replace(/[[\]]/g, "")
    .replace(/\.\.\./g, "")
    .split(/\s+/);
  const command = readCommandLine({ args, env: {}, stdinIsTerminal: false });
  if (command.action === "refuse") return command.message;
  if (command.action !== "run" || !COMMANDS.includes(command.name as CommandName)) return null;
  const { options, arguments: taken, isVariadic = false } = SPECS[command.name as CommandName];
  const given = readOptions(command.args, options);
  if ("problem" in given) return given.problem;
  if (!isVariadic && given.positionals.length > taken.length) return "It has too many words.";
  if (given.positionals.length < taken.filter(({ isRequired }) => isRequired).length) return MISSING;
  const wrong = given.positionals.find((word, index) => {
    const values = taken[index]?.values;
    return Array.isArray(values) && word !== word.toUpperCase() && !values.includes(word);
  });
  return wrong === undefined ? null : `${wrong} is not known.`;
}

describe("README.md", () => {
  const readme = readDocument("README.md");

  test("has a table of every host, with its files", () => {
    const where = { env: { HOME: "/home" }, platform: "linux", folder: "/project" };
    const expected = HOSTS.map((name) => {
      const { scopes, file } = HOST[name];
      return [name, scopes.includes("project") ? relative(where.folder, file("project", where)) : ""];
    });
    const rows = tableOf(readme, "host");
    expect(rows.map(([name, project]) => [name, project])).toEqual(expected);
    for (const [name, , user] of rows) {
      const path = HOST[name as keyof typeof HOST].file("user", where);
      const shown = user!.split(" ")[0]!;
      expect(path.endsWith(`/${shown}`), `${name}: ${path}`).toBe(true);
    }
  });

  test("has a table of every command, with its arguments", () => {
    const rows = tableOf(readme, "command").map(([command]) => command!.replace(/^wavewright /, ""));
    expect(rows.map((row) => row.split(" ")[0])).toEqual(COMMANDS.filter((name) => name !== "help"));
    for (const row of rows) {
      const all = usage(row.split(" ")[0] as CommandName);
      expect([all, all.replace(/ \[ARGUMENTS\.\.\.\]$/, "")]).toContain(row);
    }
  });

  test("has the exit codes of --help", () => {
    const help = programHelp(100);
    const codes = [...help.slice(help.indexOf("\nExit codes")).matchAll(/^ {2}(\d) +(\w+)/gm)];
    const [, said = ""] = /Exit codes: ([\s\S]*?)\.\s/.exec(readme) ?? [];
    const shown = said.split(";").map((part) => part.trim());
    expect(shown.map((part) => part[0])).toEqual(codes.map(([, code]) => code));
    for (const [index, [, , word]] of codes.entries()) expect(shown[index]).toContain(word);
  });

  test("has lists of options as they are read", () => {
    const separators: Record<string, string> = { commas: "," };
    const [, list = "", by = ""] = /only a part: (.*), separated by (\w+)/.exec(readme) ?? [];
    expect(list.match(/\w+/g)).toEqual(TOOLSETS);
    const args = ["--toolsets", TOOLSETS.join(separators[by] ?? by)];
    expect(readCommandLine({ args, env: {}, stdinIsTerminal: false })).toMatchObject({ toolsets: TOOLSETS });
  });

  test("has the limits that there are", () => {
    expect(Number(/more than (\d+) MiB is not read/.exec(readme)?.[1]) * 1024 ** 2).toBe(MAX_FILE_BYTES);
  });
});

describe("docs/configuration.md", () => {
  const text = readDocument("docs/configuration.md");

  test("has every key of config.json with its default", () => {
    const leaves = (value: object, prefix = ""): [string, unknown][] =>
      Object.entries(value).flatMap(([key, one]) =>
        typeof one === "object" && !Array.isArray(one)
          ? leaves(one, `${prefix}${key}.`)
          : [[prefix + key, one]],
      );
    const shown = (value: unknown) =>
      typeof value === "string" && value !== "" ? value : JSON.stringify(value);
    const expected = leaves(readConfig(null).config).map(([key, value]) => [key, shown(value)]);
    expect(
      tableOf(text, "key")
        .map(([key, value]) => [key, value])
        .sort(),
    ).toEqual(expected.sort());
  });

  test("has the values that keys take", () => {
    const isTaken = (key: string, value: string) => {
      const [section, name] = key.includes(".") ? key.split(".") : [null, key];
      const object = section === null ? { [name!]: value } : { [section]: { [name!]: value } };
      return readConfig(JSON.stringify(object)).diagnostics.length === 0;
    };
    for (const key of ["model_profile", "github.issue_mode", "mode", "depth"]) {
      const row = text.split("\n").find((line) => line.startsWith(`| \`${key}\``))!;
      const values = spansOf(row.slice(row.indexOf("|", 2) + 1)).filter((span) => /^[a-z]+$/.test(span));
      expect(values.length, key).toBeGreaterThan(2);
      for (const value of values) expect(value === "granularity" || isTaken(key, value), value).toBe(true);
    }
  });

  test("has the model of every agent", () => {
    const rows = tableOf(text, "agent");
    const models = MODEL_PROFILES.map(modelsOf);
    const expected = Object.keys(models[0]!).map((agent) => [
      agent,
      ...models.map((one) => one[agent as keyof typeof one]),
    ]);
    expect(rows).toEqual(expected);
    expect(text).toContain(`| agent | ${MODEL_PROFILES.map((profile) => `\`${profile}\``).join(" | ")} |`);
  });

  test("has every variable that access to GitHub asks for", () => {
    const sources = ["repository", "credentials"].map((name) =>
      readDocument(`src/workspace/github-${name}.ts`),
    );
    const asked = sources.join().match(/(?<=variable\(")\w+|(?<=")\w+_TOKEN(?=")/g)!;
    const shown = tableOf(text.slice(text.indexOf("## GitHub")), "variable").flatMap(([names]) =>
      names!.split(", "),
    );
    expect(shown.sort()).toEqual([...new Set(asked)].sort());
  });

  test("shows a decision as it is read", () => {
    const shown = blocksOf(text).find(({ language }) => language === "markdown")!.code;
    const github = { enabled: true, issue_mode: "ask" } as const;
    expect(decideIssues({ github }, readState(shown), "1.1.0")).toBe("yes");
    expect(decideIssues({ github }, readState(shown.replace("| yes |", "| no |")), "1.1.0")).toBe("no");
  });
});

describe("docs/workflows.md", () => {
  const text = readDocument("docs/workflows.md");

  test.each(prompts)("has the arguments of $name", ({ name, arguments: taken }) => {
    const section = text.slice(text.indexOf(`\n## ${name}\n`));
    const said = /^Arguments: ([\s\S]*?)\n\n/m.exec(section)![1]!;
    expect(spansOf(said.replace(/\([^)]*\)/g, ""))).toEqual(taken.map((one) => one.name));
    for (const { name: argument, kind } of taken) {
      if (typeof kind === "string") continue;
      const [, values = ""] = new RegExp(`\`${argument}\` \\(([^)]*)\\)`).exec(said) ?? [];
      expect(spansOf(values)).toEqual(kind);
    }
  });
});

describe("docs/format.md", () => {
  const phase = parsePhaseNumber("3")!;

  test("has names of plans and summaries that are read so", () => {
    const rows = tableOf(readDocument("docs/format.md"), "plan");
    expect(rows.length).toBeGreaterThan(5);
    const names = (cell: string) => cell.match(/\S+\.md/g)!;
    for (const [plans, summaries, number] of rows) {
      for (const plan of names(plans!)) {
        for (const summary of names(summaries!)) {
          expect(pairPlans([plan, summary], phase), `${plan} ${summary}`).toMatchObject({
            plans: [{ number, summary }],
            orphans: [],
            lookalikes: [],
          });
        }
      }
    }
  });

  test("has names that are no plan's", () => {
    const [, said = ""] = /Other names with PLAN ([\s\S]*?)`IGNORED_FILE`/.exec(
      readDocument("docs/format.md"),
    )!;
    const others = spansOf(said);
    expect(others.length).toBeGreaterThan(1);
    expect(pairPlans(others, phase)).toMatchObject({ plans: [], lookalikes: others.toSorted() });
    expect(pairPlans(["03-01-plan.md"], phase)).toMatchObject({ plans: [], lookalikes: [] });
  });
});

describe("the house", () => {
  test("has one order of layers", () => {
    const said = [
      "AGENTS.md",
      "CONTRIBUTING.md",
      "docs/architecture.md",
      "docs/adr/0001-house-and-import-law.md",
    ];
    const lines = said.map((path) =>
      spansOf(readDocument(path)).find((span) => span.startsWith("errors <-")),
    );
    const [first] = lines;
    expect(lines).toEqual(said.map(() => first));
    const order = /^const ORDER = \[(.*)\];$/m.exec(readDocument("test/architecture.test.ts"))![1]!;
    const bare = first!.split(" <- ").map((part) => part.split(", ")[0]);
    expect(bare).toEqual(order.match(/\w+/g));
  });

  test("has the doors that are guarded", () => {
    const guarded = [
      ...readDocument("test/architecture.test.ts").matchAll(
        /^ {2}"?([\w@/-]+)"?: \(path\) => path === "src\/(.*)",$/gm,
      ),
    ].map(([, name, file]) => [name, file]);
    const rows = tableOf(
      readDocument("docs/adr/0001-house-and-import-law.md").replace(/^ {2}\|/gm, "|"),
      "package",
    );
    const shown = rows.flatMap(([names, file]) => names!.split(", ").map((name) => [name, file]));
    expect(guarded.length).toBeGreaterThan(8);
    expect(shown.sort()).toEqual(guarded.sort());
  });

  test("asks for the planning trees in one place", () => {
    const naming = filesBelow("test").filter((path) => readDocument(path).includes(`shared/${"corpus"}`));
    expect(naming).toEqual(["test/support/corpus.ts"]);
  });
});

describe("the rules can be broken", () => {
  test("names", () => {
    expect(namesIn("`complete_fase` and `dry_run: true`, AN_ERROR, `ROADMAP`, `a b_c`")).toEqual([
      "complete_fase",
      "dry_run",
      "ROADMAP",
      "AN_ERROR",
    ]);
    expect(["complete_fase", "AN_ERROR"].some((name) => WORDS.has(name))).toBe(false);
    expect(pathsIn("`waves.ts`, `src/domain/`, `a/b`, `tools/my_tool.ts`")).toEqual([
      "waves.ts",
      "src/domain/",
    ]);
    expect(
      ["waves.ts", "roadmap*.ts", "src/domain/", "test/domain/"].filter((path) => !isThere(path)),
    ).toEqual([]);
    expect(["wavez.ts", "src/mainn.ts", "src/domainn/", "xx*.ts"].filter(isThere)).toEqual([]);
    expect(argumentsIn('`\'{"phse":"3"}\'`, `a_b=3 c=x`, `{"code","path"?}`')).toEqual(["phse", "a_b", "c"]);
  });

  test.each([
    "gapz",
    "waves",
    "waves 3 4",
    "waves 3 --write",
    "setup emacs",
    "--tolsets git",
    "completion tcsh",
  ])("the command %s", (line) => {
    expect(linesIn(`\`\`\`sh\nwavewright ${line}\n\`\`\`\n`)).toEqual([line]);
    expect(problemOf(line)).not.toBeNull();
  });

  test.each(["waves PHASE", "gaps [PHASE]", "call TOOL [ARGUMENTS...]", "setup HOST --write", "--root DIR"])(
    "the command %s is fine",
    (line) => {
      expect(problemOf(line)).toBeNull();
    },
  );
});
