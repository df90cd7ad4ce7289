import { describe, expect, test } from "vitest";
import { readPlanBody, readPlanFields, readSummary } from "../../src/domain/plan.ts";

const fields = (...lines: string[]) => readPlanFields(`---\n${lines.join("\n")}\n---\n`, "p.md");

describe("front matter of a plan", () => {
  test.each([
    ["1", 1],
    ["0", 0],
    ["12", 12],
    ["1   # Execution wave", 1],
    ['"2"', 2],
    ["2.0", 2],
  ])("wave: %s is %j", (wave, expected) => expect(fields(`wave: ${wave}`).fields.wave).toBe(expected));

  test.each(["first", "-1", "1.5", "1e3"])("wave: %s is a diagnostic with its line", (wave) => {
    const { fields: read, diagnostics } = fields("phase: 3", `wave: ${wave}`);
    expect(read.wave).toBeNull();
    expect(diagnostics).toMatchObject([{ code: "INVALID_FRONTMATTER", path: "p.md", line: 3 }]);
  });

  test.each([
    ["[]", []],
    ["", []],
    ["none", []],
    ["[01, 02.1-03]", ["01", "02.1-03"]],
    ['[2, "09"]', ["2", "09"]],
    ["03-01", ["03-01"]],
    ["03-01, 03-02", ["03-01", "03-02"]],
    ["\n  - 08\n  - 2.10", ["08", "2.10"]],
    ["null", []],
    ["~", []],
    ["[~]", []],
    ["(none)", []],
  ])("depends_on: %s is %j", (value, expected) => {
    const { fields: read, diagnostics } = fields(`depends_on: ${value}`);
    expect(read).toMatchObject({ dependsOn: expected, dependsOnWhole: true });
    expect(diagnostics).toEqual([]);
  });

  test.each<[string, string[]]>([
    ["\n  - 04-01: schema must exist", ["04-01: schema must exist"]],
    ['\n  - plan: "04-01"', ["04-01"]],
    ['{plans: ["04-01"]}', ["04-01"]],
    ["[[04-01], 04-02]", ["04-01", "04-02"]],
    ["\n\t- 04-01", ["04-01"]],
    ["[04-01", ["04-01"]],
    ['\n  - "04-01" (schema)', ["04-01 (schema)"]],
    ["\n  - reason: later", []],
  ])("depends_on: %j is not whole, and said with its line", (value, expected) => {
    const { fields: read, diagnostics } = fields("wave: 2", `depends_on: ${value}`);
    expect(read).toMatchObject({
      wave: 2,
      dependsOn: expected,
      dependsOnWhole: false,
      filesModifiedWhole: true,
    });
    expect(diagnostics).toMatchObject([{ code: "INVALID_FRONTMATTER", path: "p.md" }]);
    expect(diagnostics[0]!.line).toBeGreaterThanOrEqual(3);
  });

  test.each([
    ["wave: x", '`wave` is "x"; expected a whole number such as 1'],
    ['wave: "one\\u202e"', '`wave` is "one "; expected a whole number such as 1'],
    ["autonomous: maybe", '`autonomous` is "maybe"; expected true or false'],
  ])("%s is told as it is written", (line, message) => {
    expect(fields(line).diagnostics.map((one) => one.message)).toEqual([message]);
  });

  test.each<[string, string[]]>([
    ["[{path: src/a.ts, why: it}]", ["src/a.ts"]],
    ["{created: [src/a.ts], modified: [src/b.ts]}", ["src/a.ts", "src/b.ts"]],
    ["\n  - src/a.ts: adds foo", ["src/a.ts: adds foo"]],
    ["[src/[id]/a.ts]", ["src/[id]/a.ts"]],
    ['\n  - "src/a.ts" (new)\n  - src/b.ts', ["src/a.ts (new)", "src/b.ts"]],
  ])("files_modified: %j is not whole", (value, expected) => {
    const { fields: read, diagnostics } = fields(`files_modified: ${value}`);
    expect(read).toMatchObject({ filesModified: expected, filesModifiedWhole: false, dependsOnWhole: true });
    expect(diagnostics).toMatchObject([{ code: "INVALID_FRONTMATTER" }]);
  });

  test.each(["null", "[~]", "none", "[none]", "(none)", "[]", "[N/A (verification only)]"])(
    "files_modified: %s is none",
    (value) =>
      expect(fields(`files_modified: ${value}`).fields).toMatchObject({
        filesModified: [],
        filesModifiedWhole: true,
      }),
  );

  test("aliases that multiply are not followed to their end", () => {
    const bomb = "bcdefgh"
      .split("")
      .map((key, at) => `${key}: &${key} [${Array(20).fill(`*${"abcdefgh"[at]}`)}]`);
    const { fields: read } = fields("a: &a [x]", ...bomb, "files_modified: [*h]", "depends_on: {x: *h}");
    expect(read.filesModified.length).toBeLessThanOrEqual(1_000);
    expect(read.dependsOn.length).toBeLessThanOrEqual(1_000);
  });

  test("a plan without closing `---` keeps its fields", () => {
    const { fields: read, diagnostics } = readPlanFields(
      "---\nwave: 2\ndepends_on: [01]\nfiles_modified:\n  - a.ts\n\n<objective>\nBuild: it\n</objective>\n",
      "p.md",
    );
    expect(read).toMatchObject({ wave: 2, dependsOn: ["01"], dependsOnWhole: true, filesModified: ["a.ts"] });
    expect(diagnostics).toMatchObject([{ code: "INVALID_FRONTMATTER", line: 1 }]);
  });

  test.each([
    ["autonomous: yes", true],
    ["autonomous: no", false],
    ["autonomous: false", false],
    ["phase: 3", true],
  ])("%s: autonomous is %j", (line, expected) => expect(fields(line).fields.autonomous).toBe(expected));

  test.each([
    ["gap_closure: true", true],
    ["gap_closure: false", false],
    ["type: gap-closure", true],
    ["type: gap", true],
    ["type: execute", false],
    ["must_haves:\n  truths:\n    - 'gap_closure: true'", false],
  ])("%s: gap closure is %j", (line, expected) => expect(fields(line).fields.gapClosure).toBe(expected));

  test("no front matter is said, an empty file is not nagged about it", () => {
    expect(readPlanFields("# Plan\n", "p.md").diagnostics).toMatchObject([{ code: "NO_FRONTMATTER" }]);
    expect(readPlanFields("", "p.md").diagnostics).toEqual([]);
  });
});

describe("body of a plan", () => {
  test.each([
    ["<objective>\nBuild it.\n\nPurpose: x\n</objective>", "Build it."],
    ["<objective>Inline.</objective>", "Inline."],
    ["<objective>\n\n  Blank before.\n</objective>", "Blank before."],
    ["```\n<objective>no</objective>\n```\n<objective>yes</objective>", "yes"],
    ["<objective></objective>\n<objective>second</objective>", "second"],
    ["# Plan\n\n## Objective\n\nFrom a heading.\n", "From a heading."],
    ["## Objective\n\n## Next\nno", null],
    ["text", null],
    ["<objective>\n**Bold**   text\n</objective>", "Bold text"],
  ])("objective of %j", (text, expected) => expect(readPlanBody(text).objective).toBe(expected));

  test("an objective is cut at 200 characters, never inside one", () => {
    const { objective } = readPlanBody(`<objective>${"𝄞".repeat(300)}</objective>`);
    expect([...objective!]).toHaveLength(200);
    expect(objective!.endsWith("…")).toBe(true);
  });

  test("files of tasks in all their spellings, outside fences", () => {
    const { taskFiles } = readPlanBody(
      [
        "<files>src/a.ts, src/b.ts (NEW)</files>",
        "<files>",
        "  - `src/c.ts`",
        "  src/d.ts,",
        "  any existing helper files",
        "</files>",
        "<files>All files listed in files_modified above</files>",
        "<files>Create: src/e.ts</files>",
        "<files>src/{f,g}.ts</files>",
        "```xml",
        "<files>src/no.ts</files>",
        "```",
      ].join("\n"),
    );
    expect(taskFiles).toEqual([
      { path: "src/a.ts", line: 1 },
      { path: "src/b.ts", line: 1 },
      { path: "src/c.ts", line: 3 },
      { path: "src/d.ts", line: 4 },
      { path: "src/e.ts", line: 8 },
      { path: "src/{f,g}.ts", line: 9 },
    ]);
  });
});

describe("what tasks name", () => {
  const paths = (text: string) => readPlanBody(text).taskFiles.map(({ path }) => path);
  test.each<[string, string[]]>([
    ["<files>Makefile, Dockerfile</files>", ["Makefile", "Dockerfile"]],
    ["<files>src/a.ts src/b.ts</files>", ["src/a.ts", "src/b.ts"]],
    ["<files>src/a.ts and src/b.ts; src/c.ts</files>", ["src/a.ts", "src/b.ts", "src/c.ts"]],
    ["<files>`src/a.ts` — note, `src/b.ts` and `LICENSE`</files>", ["src/a.ts", "src/b.ts", "LICENSE"]],
    ["<files>src/a.ts - note</files>", ["src/a.ts"]],
    ["<files>src/a.ts: note</files>", ["src/a.ts"]],
    ["<files>src/b.ts</files> <files>src/a.ts</files>", ["src/b.ts", "src/a.ts"]],
    ['<files type="modify">src/a.ts</files>', ["src/a.ts"]],
    ["<task><name>T</name><files>src/a.ts</files></task>", ["src/a.ts"]],
    ["<files>@src/a.ts</files>", ["src/a.ts"]],
    ["<files>src/a.ts (with foo.ts, bar.ts), src/b.ts</files>", ["src/a.ts", "src/b.ts"]],
    ["<files>app/(auth)/[id]/page.tsx</files>", ["app/(auth)/[id]/page.tsx"]],
    ["<files>.planning/<phase>/x.md</files>", [".planning/<phase>/x.md"]],
    ["<files>update src/a.ts and the tests, e.g. of Node.js</files>", ["src/a.ts"]],
    [
      "Put them into `<files>` and ``<files>``.\n<task><files>src/a.ts</files>\n<action>b.ts</action>",
      ["src/a.ts"],
    ],
    ["Put them into <files> as usual.\n<task><files>src/a.ts</files>\n<action>b.ts</action>", ["src/a.ts"]],
    ["<files>\n  src/a.ts\n<action>\n  b.ts\n</action>", ["src/a.ts"]],
    ["<objective>Do it</objective><files>src/a.ts</files>", ["src/a.ts"]],
  ])("%j: %j", (text, expected) => expect(paths(text)).toEqual(expected));

  test.each([
    "none",
    "N/A (verification only)",
    "(none — manual testing)",
    "— (verification only)",
    "(no files modified — verification only, unless fixes are needed)",
    "All files listed in files_modified above",
  ])("%s: nothing, and nothing to say", (text) => {
    expect(readPlanBody(`<files>${text}</files>`)).toEqual({ objective: null, taskFiles: [] });
  });

  test("the first thing in words is kept with its line", () => {
    const body = readPlanBody(
      "<files>a.ts</files>\n<files>b.ts, any existing helper files</files>\n<files>run</files>",
    );
    expect(body.filesInWords).toEqual({ text: "any existing helper files", line: 2 });
  });

  test("hostile lines are read in time that grows with their length", () => {
    const long = 100_000;
    for (const line of [
      `<files>a${" ".repeat(long)}b</files>`,
      `<files>a${",".repeat(long)}b</files>`,
      `<files>${"{,".repeat(long)}</files>`,
      `<files>a${" (".repeat(long)}b</files>`,
      "<files>".repeat(long),
      "<files ".repeat(long),
      "<objective>".repeat(long),
      "<files>`".repeat(long),
      `${Array.from({ length: 400 }, (_, at) => "`".repeat(at + 1)).join(" ")}<files>`,
    ]) {
      const start = performance.now();
      readPlanBody(line);
      expect(performance.now() - start, line.slice(0, 20)).toBeLessThan(3_000);
    }
  });
});

describe("summaries", () => {
  test.each([
    ["# T\n\n**It works end to end**\n\n## Performance\n", "It works end to end"],
    ["# T\n\n**One-liner:** Enums and scanner\n", "Enums and scanner"],
    ["# T\n\nPlain sentence.\n", "Plain sentence."],
    ["# T\n\n**Completed:** 2026-02-21\n**Duration:** 3 min\n\nThe result.\n", "The result."],
    ["---\nphase: 3\n---\n\n# T\n\nAfter front matter.\n", "After front matter."],
    ["# T\n\n## One-liner\n\nUnder a heading.\n", "Under a heading."],
    ["# T\n\n## Accomplishments\n- a\n", null],
    ["# T\n\n---\n\nBelow a rule.\n", "Below a rule."],
    ["# T\n", null],
  ])("outcome of %j", (text, expected) => expect(readSummary(text, "s.md").outcome).toBe(expected));

  test.each([
    ["blocked", "blocked"],
    ["Halted", "halted"],
    ["failed # why", "failed"],
    ["complete", null],
    ["unblocked", null],
  ])("status: %s", (status, blocked) => {
    expect(readSummary(`---\nstatus: ${status}\n---\n`, "s.md").blocked).toBe(blocked);
  });
});

test.each([
  ['source_issue: "github:#99"', "github:#99"],
  ["source_issue: github:#76  # fixes 2 bugs", "github:#76"],
  ["source_issue: #99", "#99"],
  ["source_issue: #99  # from the tracker", "#99"],
  ['source_issue: ["#12", "github:#13"]', "#12", "github:#13"],
  ['source_issue:\n  - "#12"\n  - local', "#12", "local"],
  ["source_issue:"],
  ['source_issue: ""  # #99'],
  ["source_issue: ~ # see: #99"],
  ["source_issue: # github:#76 if it has one"],
  ["source_issue: #99 or so"],
  ["wave: 1"],
])("the source issues of %j are %j", (line, ...sourceIssues) => {
  expect(fields("phase: 03", line, "plan: 01").fields.sourceIssues).toEqual(sourceIssues);
});
