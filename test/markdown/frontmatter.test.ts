import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { salvageList } from "../../src/markdown/broken-list.ts";
import {
  asBoolean,
  asTextList,
  isLost,
  keyLine,
  readFrontmatter,
  readYaml,
} from "../../src/markdown/frontmatter.ts";

const document = (...lines: string[]) => `---\n${lines.join("\n")}\n---\n\nbody\n`;

describe("scalars stay as written", () => {
  test.each([
    "01",
    "08",
    "010",
    "2.10",
    "02.1",
    "12:30",
    "1e3",
    "0xFF",
    "1_000",
    "true",
    "yes",
    "2026-01-02",
    "Null x",
    '"null"',
  ])("%s", (written) => {
    const scalar = written.replaceAll('"', "");
    expect(readFrontmatter(document(`key: ${written}`)).data).toEqual({ key: scalar });
    expect(readFrontmatter(document(`key: [${written}]`)).data).toEqual({ key: [scalar] });
  });

  test.each(["null", "Null", "NULL", "~", ""])("nothing is null: %j", (scalar) => {
    expect(readFrontmatter(document(`key: ${scalar}`)).data).toEqual({ key: null });
    expect(readFrontmatter(document("key:", `  - ${scalar}`)).data).toEqual({ key: [null] });
    expect(readYaml(`- gap: ${scalar}`, 1)).toEqual({ value: [{ gap: null }] });
  });

  test("comments and quotes are not part of a value", () => {
    const { data } = readFrontmatter(document("wave: 1  # first", 'issue: "#99"', "none:", "list: []"));
    expect(data).toEqual({ wave: "1", issue: "#99", none: null, list: [] });
  });
});

describe("what is front matter", () => {
  test.each([
    ["a leading blank line", "\n---\na: 1\n---\n", false],
    ["a fence with a language", "---js\n{a: 1}\n---\n", false],
    ["a longer fence", "----\na: 1\n----\n", false],
    ["no fence", "a: 1\n", false],
    ["a byte-order mark", "\uFEFF---\na: 1\n---\n", true],
    ["CRLF", "---\r\na: 1\r\n---\r\nbody", true],
    ["no final newline", "---\na: 1\n---", true],
    ["spaces after the fences", "---  \na: 1\n--- \nbody", true],
  ])("%s: %s", (_, text, present) => {
    const { data, ...reading } = readFrontmatter(text);
    expect(reading.present).toBe(present);
    expect(data).toEqual(present ? { a: "1" } : {});
  });

  test.each(["# Title", "<objective>", "Prose of the body", "**Bold:** text", "```", "> quote"])(
    "an unclosed block is a problem, and ends where its lines end: %s",
    (line) => {
      const text = `---\na: 1\nlist:\n- x\n  - y\n\n${line}\n\nb: 2\n`;
      expect(readFrontmatter(text)).toMatchObject({
        present: true,
        data: { a: "1", list: ["x - y"] },
        problems: [{ line: 1 }],
      });
    },
  );

  test("a rule at the beginning is no front matter", () => {
    expect(readFrontmatter("---\n\n# Title\n\ntext\n")).toMatchObject({
      present: false,
      data: {},
      problems: [{ line: 1 }],
    });
  });

  test("code in front matter never runs", () => {
    const marker = "__ran_front_matter__";
    for (const language of ["js", "javascript", "coffee", "json", ""]) {
      const text = `---${language}\nmodule.exports = globalThis.${marker} = 1\n---\n`;
      expect(readFrontmatter(text).data).toEqual({});
    }
    expect(readFrontmatter(document(`a: !!js/function 'globalThis.${marker} = 1'`)).problems).toHaveLength(1);
    expect(marker in globalThis).toBe(false);
  });
});

describe("broken YAML", () => {
  const broken = [
    '    - "Agregar marca" button is there',
    '    - pattern: "router\\.(get"',
    "    - `code` first",
    "    - a: b: c",
    "\t- tab",
    "    - [src/app/[locale]/page.tsx",
  ];
  test.each(broken)("below must_haves costs nothing above: %j", (line) => {
    const { data, problems } = readFrontmatter(
      document(
        "phase: 03-chat",
        "wave: 2",
        "depends_on: [01]",
        "must_haves:",
        "  truths:",
        line,
        "autonomous: false",
      ),
    );
    expect(data).toMatchObject({ phase: "03-chat", wave: "2", depends_on: ["01"], autonomous: "false" });
    expect(problems).toHaveLength(1);
    expect(problems[0]!.line).toBeGreaterThanOrEqual(5);
    expect(problems[0]!.line).toBeLessThanOrEqual(8);
  });

  test("above must_haves only the broken key is lost", () => {
    const { data, problems } = readFrontmatter(
      document(
        "phase: 03",
        "title: a: b",
        "files_modified:",
        "  - `x`",
        "wave: 2",
        "depends_on:",
        '  - "01"',
      ),
    );
    expect(data).toEqual({ phase: "03", wave: "2", depends_on: ["01"] });
    expect(problems.map(({ line }) => line)).toEqual([3, 5]);
  });

  test("a repeated key keeps its first value", () => {
    const { data, problems } = readFrontmatter(document("wave: 1", "wave: 2"));
    expect(data).toEqual({ wave: "1" });
    expect(problems).toMatchObject([{ line: 3 }]);
  });

  test("the second reading of a broken block says the same", () => {
    const text = document("a: b: c", "wave: 1");
    expect(readFrontmatter(text)).toEqual(readFrontmatter(text));
    expect(readFrontmatter(text).problems).toHaveLength(1);
  });

  test("a prototype cannot be reached", () => {
    const { data } = readFrontmatter(document("__proto__:", "  polluted: yes", "constructor: x", "wave: 1"));
    expect(({} as Record<string, unknown>).polluted).toBeUndefined();
    expect(data.wave).toBe("1");
    expect(Object.getPrototypeOf(data)).toBe(Object.prototype);
  });
});

test("what stands below must_haves never changes what stands above", () => {
  const line = fc.constantFrom(
    "  truths:",
    "    - plain",
    '    - "quoted" rest',
    "    - a: b: c",
    "wave: 9",
    "wave: [",
    "autonomous: false",
    "  - &a x",
    "    - *missing",
    "]",
    "}",
    "'",
    '"',
    "|",
    "? x",
    "--- x",
    "\t",
    "%TAG",
    "",
  );
  const above = [
    "phase: 03-chat",
    "plan: 08",
    "wave: 2",
    "depends_on: [01, 2.10]",
    "files_modified:",
    "  - a.ts",
  ];
  const expected = readFrontmatter(document(...above)).data;
  fc.assert(
    fc.property(fc.array(fc.oneof(line, fc.string()), { maxLength: 12 }), (below) => {
      const safe = below
        .map((text) => text.replace(/[\r\n]/g, " "))
        .filter((text) => !/^---[ \t]*$/.test(text));
      const { data } = readFrontmatter(document(...above, "must_haves:", ...safe));
      expect(data).toMatchObject(expected);
    }),
    { numRuns: 500 },
  );
});

test("no text makes it throw", () => {
  fc.assert(fc.property(fc.string(), (text) => void readFrontmatter(`---\n${text}\n---\n`)));
  fc.assert(fc.property(fc.string({ unit: "binary" }), (text) => void readFrontmatter(text)));
});

test("keys know their line", () => {
  const frontmatter = readFrontmatter(document("phase: 03", "depends_on_other: 1", "depends_on: []"));
  expect(keyLine(frontmatter, "depends_on")).toBe(4);
  expect(keyLine(frontmatter, "wave")).toBeUndefined();
});

test("YAML in a body knows its document line", () => {
  expect(readYaml("- a\n- b: c: d\n", 10)).toMatchObject({ problem: { line: 11 } });
  expect(readYaml("- truth: 01\n", 10)).toEqual({ value: [{ truth: "01" }] });
});

test.each([
  ["yes", true],
  ["No", false],
  ["true", true],
  ["off", false],
  ["1", null],
  [null, null],
])("asBoolean(%j) is %j", (value, expected) => expect(asBoolean(value)).toBe(expected));

test("asTextList takes a scalar as one entry and leaves mappings out", () => {
  expect(asTextList("a")).toEqual(["a"]);
  expect(asTextList(["a", { b: "c" }, null, " "])).toEqual(["a"]);
  expect(asTextList(undefined)).toEqual([]);
});

describe("keys that are lost", () => {
  test.each<[string, string[], boolean]>([
    ["broken", ["depends_on: [a", "wave: 1"], true],
    ["broken with quotes around the key", ['"depends_on": [a', "wave: 1"], true],
    ["indented with tabs", ["depends_on:", "\t- a", "wave: 1"], true],
    ["broken first and repeated", ["depends_on: [a", "depends_on: []"], true],
    ["below lines without a key", ["- a", "wave: 1"], true],
    ["in a block that is a list", ["- depends_on: a"], true],
    ["another one", ["depends_on: [a]", "wave: ["], false],
    ["absent", ["wave: 1", "title: a: b"], false],
    ["empty", ["depends_on:", "title: a: b"], false],
  ])("%s", (_, lines, expected) => {
    const frontmatter = readFrontmatter(document(...lines));
    expect(isLost(frontmatter, "depends_on")).toBe(expected);
    expect(frontmatter.problems.length > 0).toBe(true);
  });

  test.each<[string, string[]]>([
    ["[src/[id]/a.ts]", ["src/[id]/a.ts"]],
    ["[src/app/[locale]/page.tsx, src/b.ts]  # two", ["src/app/[locale]/page.tsx", "src/b.ts"]],
    ["[src/[id/a.ts, src/b.ts]", ["src/[id/a.ts", "src/b.ts"]],
    ['[src/{a,b}.ts, "c d"', ["src/{a,b}.ts", "c d"]],
    ['\n  - "src/a.ts" (new)\n  - src/b.ts # why\n  text\n  -', ["src/a.ts (new)", "src/b.ts"]],
    ["\n\t- '04-01'\n\t- 04-02", ["04-01", "04-02"]],
    ["a: b", ["a: b"]],
  ])("items of %j", (value, expected) => {
    const frontmatter = readFrontmatter(document(`list: ${value}`, "wave: 1"));
    expect(salvageList(frontmatter, "list")).toEqual(expected);
    expect(frontmatter.data.wave).toBe("1");
  });
});

test("what is broken all over costs little and is told in a few lines", () => {
  const many = (line: (index: number) => string) =>
    document(...Array.from({ length: 300_000 }, (_, at) => line(at)));
  for (const text of [
    many(() => "k: ["),
    many(() => "k: 1"),
    many((at) => `k${at}: [`),
    many((at) => `k${at}: "a" b`),
    document(`a${" ".repeat(100_000)}b`, "wave: ["),
    document(`deep: ${"[".repeat(100_000)}`, "wave: 1"),
    document(`deep: ${"{a: ".repeat(100_000)}`, "wave: 1"),
  ]) {
    const start = performance.now();
    const { problems } = readFrontmatter(text);
    expect(performance.now() - start).toBeLessThan(2_000);
    expect(problems.length).toBeGreaterThan(0);
    expect(problems.length).toBeLessThanOrEqual(21);
  }
});
