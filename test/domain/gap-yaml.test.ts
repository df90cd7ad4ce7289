import { describe, expect, it } from "vitest";
import { readGapYaml, saysNone } from "../../src/domain/gap-yaml.ts";

const read = (text: string, first = 1) => readGapYaml(text.split("\n"), first);

describe("readGapYaml", () => {
  it("reads block lists of maps and of strings, each entry with its line", () => {
    const { entries, problems } = read(
      "\n  # note\n  - truth: a\n    status: failed\n\n  - b\n  - truth: c",
      7,
    );
    expect(entries).toEqual([
      { line: 9, group: null, value: { truth: "a", status: "failed" } },
      { line: 12, group: null, value: "b" },
      { line: 13, group: null, value: { truth: "c" } },
    ]);
    expect(problems).toEqual([]);
  });

  it("reads one map, and maps of lists with the list's name", () => {
    expect(read("\n  truth: a\n  status: failed").entries).toEqual([
      { line: 2, group: null, value: { truth: "a", status: "failed" } },
    ]);
    expect(
      read('\n  requirements:\n    - id: R-1\n  integration: []\n  flows: ["x", "y"]\n  other:\n  - z')
        .entries,
    ).toEqual([
      { line: 3, group: "requirements", value: { id: "R-1" } },
      { line: 5, group: "flows", value: "x" },
      { line: 5, group: "flows", value: "y" },
      { line: 7, group: "other", value: "z" },
    ]);
    expect(read('{flows: [{name: "a"}], integration: []}').entries).toEqual([
      { line: 1, group: "flows", value: { name: "a" } },
    ]);
  });

  it.each([
    "[]",
    "{}",
    "",
    "[none]",
    "[none yet]",
    "none",
    "~",
    "null",
    "0",
    "3",
    "- none",
    "[none — all tests pass]",
  ])("%j has no entry", (text) => {
    expect(read(text).entries).toEqual([]);
  });

  it("reads what can be read of an entry that is no YAML, and the others whole", () => {
    const { entries, problems } = read(
      [
        '  - truth: "Add" button adds',
        "    status: failed",
        "    reason: it: does not",
        "    artifacts:",
        "      - path: src/a.ts",
        "        issue: stub",
        "    missing:",
        '      - "the handler" itself',
        "  - truth: b",
      ].join("\n"),
      4,
    );
    expect(entries).toEqual([
      {
        line: 4,
        group: null,
        value: {
          truth: "Add button adds",
          status: "failed",
          reason: "it: does not",
          artifacts: [{ path: "src/a.ts", issue: "stub" }],
          missing: ["the handler itself"],
        },
      },
      { line: 12, group: null, value: { truth: "b" } },
    ]);
    expect(problems).toHaveLength(1);
    expect(problems[0]?.line).toBe(4);
  });

  it("keeps block scalars of an entry that is no YAML", () => {
    const { entries } = read('- truth: "a" b\n  reason: |\n    one\n      two: 2\n  status: failed');
    expect(entries[0]?.value).toEqual({ truth: "a b", reason: "one two: 2", status: "failed" });
  });

  it("does not let an entry reach into the object prototype", () => {
    read('- truth: "a" b\n  __proto__:\n    - polluted: yes');
    expect(({} as Record<string, unknown>).polluted).toBeUndefined();
  });
});

describe("saysNone", () => {
  it.each([
    "none",
    "None.",
    "[none]",
    "[none yet]",
    "none yet",
    "No gaps found.",
    "**No gaps remain.**",
    "No automated gaps.",
    "N/A",
    "(none)",
    "None — all pass",
    "No implementation gaps found. All verified",
  ])("%j does", (text) => {
    expect(saysNone(text)).toBe(true);
  });
  it.each([
    "None of the tests verify X",
    "No gap between header and body",
    "Nothing renders",
    "No API call",
    "nonetheless",
    "",
  ])("%j does not", (text) => {
    expect(saysNone(text)).toBe(false);
  });
});
