/** The house rules that a reader relies on, checked by looking at the text of every file. */
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { posix } from "node:path";
import { fileURLToPath } from "node:url";
import { describe, expect, test } from "vitest";

/** Path from the repository's top, and text. */
type Files = ReadonlyMap<string, string>;

const ROOMS = ["src", "tools", "prompts"];

/** Imports point to the left, or stay in the room. */
const LAYERS: [name: string, isIn: (path: string) => boolean][] = [
  ["errors", (path) => path === "src/errors.ts" || path === "src/toolsets.ts"],
  ["markdown", (path) => path.startsWith("src/markdown/")],
  ["domain", (path) => path.startsWith("src/domain/")],
  ["workspace", (path) => path.startsWith("src/workspace/")],
  ["tool", (path) => path === "src/tool.ts"],
  ["cli", (path) => path.startsWith("src/cli/")],
  ["main", (path) => path === "src/main.ts" || path === "src/standard-streams.ts"],
  ["tools", (path) => path.startsWith("tools/") || path.startsWith("prompts/")],
  ["server", (path) => /^src\/[^/]+$/.test(path)],
];
const ORDER = ["errors", "markdown", "domain", "workspace", "tool", "server", "cli", "tools", "main"];

/** The only files that may import an outside package. */
const DOORS: Record<string, (path: string) => boolean> = {
  "gray-matter": (path) => path === "src/markdown/frontmatter.ts",
  "js-yaml": (path) => path === "src/markdown/frontmatter.ts",
  diff: (path) => path === "src/workspace/change-set.ts",
  "string-width": (path) => path === "src/cli/text.ts",
  "jsonc-parser": (path) => path === "src/cli/setup/json-tree.ts",
  "simple-git": (path) => path === "src/workspace/git.ts",
  "@octokit/rest": (path) => path === "src/workspace/github-client.ts",
  "@octokit/plugin-retry": (path) => path === "src/workspace/github-client.ts",
  "@octokit/plugin-throttling": (path) => path === "src/workspace/github-client.ts",
  "@modelcontextprotocol/sdk": (path) => path === "src/server.ts",
  zod: (path) => !path.startsWith("src/markdown/") && path !== "src/errors.ts",
};

const PURE = ["src/markdown/", "src/domain/", "tools/", "prompts/"];

/** The bare words too: `const clock = Date` is one. Not a field of that name, nor a key that begins a line. */
const IMPURE = new RegExp(
  [
    /(?<![.\w$])(?<!^\s*(?=\w+:))(?:process|Date|performance|crypto|fetch|require)\b/,
    /(?<![.\w$])(?:setTimeout|setInterval|setImmediate|queueMicrotask|globalThis|Intl)\b/,
    /\bMath\s*\.\s*random\b|\blocaleCompare\b|\btoLocale\w*/,
    // Only what is written out can be looked up.
    /\bimport\((?!"[^"]+"\))/,
  ]
    .map(({ source }) => source)
    .join("|"),
  "m",
);

/** The command line, the environment's configuration, the standard streams and the end are main's. */
const PROCESS = /(?<![.\w$])process\b(?:\s*\.\s*(\w+))?/g;
/** What a layer may ask the process about itself, or hand on to a program that it starts. */
const ASKED: [isIn: (path: string) => boolean, words: readonly string[]][] = [
  [
    (path) => layer(path) === "main",
    [
      ...["argv", "cwd", "env", "execPath", "exit", "exitCode", "on", "once", "platform"],
      ...["stderr", "stdin", "stdout"],
    ],
  ],
  [(path) => path.startsWith("src/workspace/git"), ["env"]],
  [(path) => path.startsWith("src/workspace/"), ["kill", "pid", "platform"]],
];

const MAX_LINES = 400;

/** The specifiers of static imports and re-exports, which begin a line, and of dynamic imports. */
function imports(text: string): string[] {
  const code = withoutComments(text);
  const statements = code.matchAll(
    /^(?:import|export)\s(?:[^;"=]*?\sfrom\s)?"([^"]+)"|\bimport\("([^"]+)"\)/gm,
  );
  return [...statements].map((match) => (match[1] ?? match[2])!);
}

/** Good enough for our own formatted code: a comment begins a line or follows a space. */
function withoutComments(text: string): string {
  return text.replace(/\/\*[\s\S]*?\*\//g, "").replace(/(^|\s)\/\/ .*$/gm, "");
}

function resolved(path: string, specifier: string): string {
  return posix.join(posix.dirname(path), specifier);
}

function layer(path: string): string {
  return LAYERS.find(([, isIn]) => isIn(path))?.[0] ?? "none";
}

/** `file -> what it imports`, for each import in each file. */
function edges(files: Files): { path: string; specifier: string }[] {
  return [...files].flatMap(([path, text]) => imports(text).map((specifier) => ({ path, specifier })));
}

function importsToTheRight(files: Files): string[] {
  return edges(files)
    .filter(({ specifier }) => specifier.startsWith("."))
    .map(({ path, specifier }) => ({ path, target: resolved(path, specifier) }))
    .filter(({ path, target }) => {
      const [from, to] = [ORDER.indexOf(layer(path)), ORDER.indexOf(layer(target))];
      return from === -1 || to === -1 || to > from;
    })
    .map(({ path, target }) => `${path} -> ${target}`);
}

function importsPastTheDoor(files: Files): string[] {
  return edges(files)
    .filter(({ specifier }) => !specifier.startsWith("."))
    .filter(({ path, specifier }) => {
      if (specifier.startsWith("node:")) return PURE.some((room) => path.startsWith(room));
      const door = DOORS[specifier.split("/", specifier.startsWith("@") ? 2 : 1).join("/")];
      return door === undefined || !door(path);
    })
    .map(({ path, specifier }) => `${path} -> ${specifier}`);
}

function impurities(files: Files): string[] {
  return [...files]
    .filter(([path]) => PURE.some((room) => path.startsWith(room)))
    .map(([path, text]) => [path, IMPURE.exec(withoutStrings(withoutComments(text)))?.[0]])
    .filter(([, word]) => word !== undefined)
    .map(([path, word]) => `${path}: ${word}`);
}

/** The text in double quotes, but not what is imported. Templates stay: there is code in them. */
function withoutStrings(text: string): string {
  return text.replace(/(\bimport\()?"[^"\n]*"/g, (found, isImport) => (isImport ? found : '""'));
}

/** Only what stands in `${}` of the templates. */
function withoutTemplateText(text: string): string {
  return text.replace(/`[^`]*`/g, (template) =>
    [...template.matchAll(/\$\{([^}]*)\}/g)].map(([, code]) => code).join(";"),
  );
}

/** Without regular expressions: those that begin an expression and end on their line. */
function withoutPatterns(text: string): string {
  return text.replace(/(?<=[(=,:?&|!]\s*|^\s*)\/(?:\\.|\[(?:\\.|[^\]\n])*\]|[^/\\[\n])+\//gm, "0");
}

/** Words that a file asks the process for and may not; `?` for the process itself, handed around. */
function processQuestions(files: Files): string[] {
  return [...files].flatMap(([path, text]) => {
    const allowed = ASKED.flatMap(([isIn, words]) => (isIn(path) ? words : []));
    const code = withoutTemplateText(withoutPatterns(withoutStrings(withoutComments(text))));
    const asked = [...code.matchAll(PROCESS)].map(([, word = "?"]) => word);
    return asked.filter((word) => !allowed.includes(word)).map((word) => `${path}: process.${word}`);
  });
}

/** Each cycle once, from the file where it was entered. */
function cycles(files: Files): string[] {
  const done = new Set<string>();
  const found: string[] = [];
  const visit = (path: string, trail: readonly string[]) => {
    if (trail.includes(path)) found.push([...trail.slice(trail.indexOf(path)), path].join(" -> "));
    if (trail.includes(path) || done.has(path)) return;
    for (const specifier of imports(files.get(path) ?? "")) {
      if (specifier.startsWith(".")) visit(resolved(path, specifier), [...trail, path]);
    }
    done.add(path);
  };
  for (const path of files.keys()) visit(path, []);
  return found;
}

function repository(): Files {
  const root = fileURLToPath(new URL("../", import.meta.url));
  const paths = ROOMS.filter((room) => existsSync(root + room)).flatMap((room) =>
    readdirSync(root + room, { recursive: true, encoding: "utf8" }).map((name) => posix.join(room, name)),
  );
  const sources = paths.filter((path) => path.endsWith(".ts")).sort();
  return new Map(sources.map((path) => [path, readFileSync(root + path, "utf8")]));
}

const FILES = repository();

test("there is something to check", () => {
  expect([...FILES.keys()]).toEqual(
    expect.arrayContaining(["src/errors.ts", "src/main.ts", "tools/index.ts"]),
  );
});

test("imports point left", () => {
  expect(importsToTheRight(FILES)).toEqual([]);
});

test("outside packages have one door each, and the pure rooms none to the machine", () => {
  expect(importsPastTheDoor(FILES)).toEqual([]);
});

test("the pure rooms know no clock, chance, locale or process", () => {
  expect(impurities(FILES)).toEqual([]);
});

test("the command line, the environment and the standard streams are main's", () => {
  expect(processQuestions(FILES)).toEqual([]);
});

test("there are no cycles", () => {
  expect(cycles(FILES)).toEqual([]);
});

test("files are small, named for what they are, and import with their extension", () => {
  const names = [...FILES.keys()];
  expect(names.filter((path) => /(?:util|helper|common|manager|service)s?\.ts$/.test(path))).toEqual([]);
  expect([...FILES].filter(([, text]) => text.split("\n").length > MAX_LINES).map(([path]) => path)).toEqual(
    [],
  );
  expect([...FILES].filter(([, text]) => /^export \* /m.test(text)).map(([path]) => path)).toEqual([]);
  const relative = edges(FILES).filter(({ specifier }) => specifier.startsWith("."));
  expect(relative.filter(({ specifier }) => !specifier.endsWith(".ts"))).toEqual([]);
});

describe("each rule can be broken", () => {
  const files = (tree: Record<string, string>): Files => new Map(Object.entries(tree));

  test.each([
    ["src/domain/a.ts", '"../workspace/b.ts"'],
    ["src/markdown/a.ts", '"../domain/b.ts"'],
    ["src/errors.ts", '"./tool.ts"'],
    ["src/server.ts", '"../tools/index.ts"'],
    ["src/server.ts", '"./cli/run.ts"'],
    ["src/cli/run.ts", '"../../tools/index.ts"'],
    ["tools/a.ts", '"../src/main.ts"'],
    ["src/tool.ts", '"./server.ts"'],
    ["src/other/a.ts", '"../errors.ts"'],
  ])("%s imports %s", (path, specifier) => {
    for (const statement of [`import { x } from ${specifier};`, `await import(${specifier});`]) {
      expect(importsToTheRight(files({ [path]: statement }))).toHaveLength(1);
    }
    expect(importsToTheRight(files({ [path]: `// import { x } from ${specifier};` }))).toEqual([]);
  });

  test.each([
    ["src/workspace/a.ts", "gray-matter"],
    ["src/tool.ts", "@modelcontextprotocol/sdk/types.js"],
    ["src/workspace/a.ts", "left-pad"],
    ["src/domain/a.ts", "node:fs"],
    ["tools/a.ts", "node:path"],
    ["src/cli/table.ts", "string-width"],
    ["src/main.ts", "@modelcontextprotocol/sdk/types.js"],
  ])("%s imports %s", (path, specifier) => {
    expect(importsPastTheDoor(files({ [path]: `import x from "${specifier}";` }))).toHaveLength(1);
  });

  test.each([
    "process.env.A",
    "process",
    "new Date()",
    "Date.now()",
    "Date",
    "performance.now()",
    "{ performance }",
    "crypto",
    "fetch(b)",
    "setTimeout",
    "setInterval(b)",
    "setImmediate",
    "require(b)",
    "b ? process : c",
    "await import(b)",
    "await import(`node:fs`)",
    "await import('node:fs')",
    // biome-ignore lint/suspicious/noTemplateCurlyInString: a template is what is looked at.
    "`${process}`",
    "Math.random()",
    "a.localeCompare(b)",
    "Intl.X",
    "a.toLocaleString()",
  ])("domain says %s", (code) => {
    for (const path of ["src/domain/a.ts", "src/markdown/a.ts", "tools/a.ts", "prompts/a.ts"]) {
      expect(impurities(files({ [path]: `const a = ${code};` }))).toHaveLength(1);
      expect(impurities(files({ [path]: `/** ${code} */\n// ${code}` }))).toEqual([]);
    }
    expect(impurities(files({ "src/workspace/a.ts": `const a = ${code};` }))).toEqual([]);
  });

  test.each([
    '"the process"',
    "b.process",
    "{\n  performance: 1 }",
    'await import("./b.ts")',
    "processed",
    "updateDate",
  ])("domain may say %s", (code) => {
    expect(impurities(files({ "src/domain/a.ts": `const a = ${code};` }))).toEqual([]);
  });

  test.each([
    ["src/workspace/a.ts", "process.env.A", ["process.env"]],
    ["src/workspace/git-a.ts", "process.env.A", []],
    ["src/workspace/a.ts", "[process.pid, process.platform]", []],
    ["src/workspace/git.ts", "process.argv", ["process.argv"]],
    ["src/server.ts", "process.pid", ["process.pid"]],
    ["src/stdio.ts", "process.stdout", ["process.stdout"]],
    ["src/cli/terminal.ts", "process.env", ["process.env"]],
    ["src/command-line.ts", "{ process }", ["process.?"]],
    ["src/main.ts", "process.argv", []],
    ["src/main.ts", "process.binding", ["process.binding"]],
  ])("%s says %s", (path, code, found) => {
    expect(processQuestions(files({ [path]: `const a = ${code};` }))).toEqual(
      found.map((word) => `${path}: ${word}`),
    );
  });

  test("two files import each other", () => {
    const tree = { "src/domain/a.ts": 'import "./b.ts";', "src/domain/b.ts": 'import "./a.ts";' };
    expect(cycles(files(tree))).toEqual(["src/domain/a.ts -> src/domain/b.ts -> src/domain/a.ts"]);
  });
});
