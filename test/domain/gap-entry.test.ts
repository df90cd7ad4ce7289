import { describe, expect, it } from "vitest";
import { entryToDraft } from "../../src/domain/gap-entry.ts";
import { readGapYaml } from "../../src/domain/gap-yaml.ts";

const read = (...lines: string[]) => readGapYaml(lines, 1).entries.map(entryToDraft);

describe("a gap entry", () => {
  it.each(["null", "~", "Null", "NULL", ""])("has nothing where a field says %j", (value) => {
    const [draft] = read(
      "- truth: a",
      ...["artifacts", "reason", "missing", "root_cause", "severity", "closed_by", "test"].map(
        (key) => `  ${key}: ${value}`,
      ),
    );
    expect(draft).toMatchObject({
      artifacts: [],
      reason: null,
      missing: [],
      rootCause: null,
      severity: null,
      closed: false,
      tests: [],
    });
  });

  it.each(["null", "~", "Null", ""])("has nothing where a field of a broken entry says %j", (value) => {
    const [draft] = read(
      '- truth: "a" b',
      `  reason: ${value}`,
      `  artifacts: ${value}`,
      "  missing:",
      "    - x",
    );
    expect(draft).toMatchObject({ title: "a b", reason: null, artifacts: [], missing: ["x"] });
  });

  it.each([
    "artifacts: none",
    "artifacts: (none)",
    "artifacts: [none]",
    'artifacts: ["(none)", N/A]',
    "artifacts: [{path: none}]",
    'artifacts: [{path: "(none)", issue: nothing to change}]',
    "files: [none yet]",
  ])("has no artifacts with %s", (field) => {
    expect(read("- truth: a", `  ${field}`)[0]!.artifacts).toEqual([]);
  });

  it("keeps a file whose name begins like none", () => {
    expect(
      read("- truth: a", "  artifacts: [none.ts, nothing.py (stub), {path: nil.go}]")[0]!.artifacts,
    ).toEqual([
      { path: "none.ts", issue: null },
      { path: "nothing.py", issue: "stub" },
      { path: "nil.go", issue: null },
    ]);
  });
});
