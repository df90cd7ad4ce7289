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
  ])("depends_on: %s is %j", (value, expected) => {
    expect(fields(`depends_on: ${value}`).fields.dependsOn).toEqual(expected);
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
