import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { readState } from "../../src/domain/state-file.ts";

describe("milestones", () => {
  test.each<[string, string | null, string, number]>([
    ["## Current Position\nMilestone: v1.2.0 Name", "1.2.0", "Name", 2],
    ["## Current Position\n\n**Milestone:** v0.7.0 Always-On", "0.7.0", "Always-On", 3],
    ["## Current Position\n**Milestone**: v0.7.0 — Always-On", "0.7.0", "Always-On", 2],
    ["## Current Position\n- **Milestone:** v1.2 (Name)", "1.2", "Name", 2],
    ["## Current Position\nMilestone: 1.2.0", "1.2.0", "", 2],
    ["## Current Position\nMILESTONE: v1.2", "1.2", "", 2],
    ["## Current Position\nMilestone: Kata v1.2", "1.2", "", 2],
    ["## Current Position\nMilestone: None", null, "", 2],
    ["## Current Position\nMilestone: —", null, "", 2],
    ["## Project Reference\n**Current Milestone:** v2.7 阅读", "2.7", "阅读", 2],
    ["## Current Milestone: v3.1 Name", "3.1", "Name", 1],
    ["## Current Milestone: None (v3.1 SHIPPED)", null, "", 1],
    ["# State\n**Milestone:** v1.0 Name\n## Other", "1.0", "Name", 2],
    ["---\nmilestone: v1.1\nmilestone_name: UI/UX\n---\n# State", "1.1", "UI/UX", 2],
    ["---\nstatus: x\nmilestone: 1.10\n---\n", "1.10", "", 3],
  ])("%j", (text, version, name, line) => {
    expect(readState(text).milestones).toEqual([{ version, name, line }]);
  });

  test.each([
    "## Current Position\nMilestone: the MVP",
    "## Previous Milestone: v4.4 Quality",
    "## Current Position\nLast activity: Milestone v0.1.0 started",
    "## Notes\nMilestone: v1.0",
    "## Current Position\n### Roadmap Evolution\nMilestone: v1.0",
    "```\n## Current Position\nMilestone: v1.0\n```",
    "",
  ])("none: %j", (text) => {
    expect(readState(text).milestones).toEqual([]);
  });

  test("the body comes before the front matter", () => {
    const text = "---\nmilestone: v1.0\n---\n## Current Position\nMilestone: v1.1\n";
    expect(readState(text).milestones.map(({ version }) => version)).toEqual(["1.1", "1.0"]);
  });
});

test("the current position, by lower-cased key, as text", () => {
  const text = `## Current Position

**Phase:** 19 — Name
Plan: 2 of 3
- **Status**: In progress
Last activity: 2026-02-10 - Completed 17-02-PLAN.md
Plan: again

\`\`\`
Progress: [###] 10%
\`\`\`
Progress: ███░ 3/5 phases
v1.1 archived. No active phase.

### Sub
Blocked: yes

## Next
Other: no
`;
  expect([...readState(text).position]).toEqual([
    ["phase", { value: "19 — Name", line: 3 }],
    ["plan", { value: "2 of 3", line: 4 }],
    ["status", { value: "In progress", line: 5 }],
    ["last activity", { value: "2026-02-10 - Completed 17-02-PLAN.md", line: 6 }],
    ["progress", { value: "███░ 3/5 phases", line: 12 }],
  ]);
});

test("keys that are properties of every object are only keys", () => {
  const { position } = readState("## Current Position\n__proto__: 1\nconstructor: 2\n");
  expect(position.get("constructor")?.value).toBe("2");
});

describe("issues", () => {
  test("pending issues that are linked to a phase, with what stands below them", () => {
    const text = `### Pending Issues

12 open issues in \`.planning/issues/open/\`
- Fix login → Phase 03-chat
  - File: .planning/issues/open/2026-01-01-login.md
  - GitHub: #12
  - Linked: 2026-01-02T10:00:00Z
- Not linked
  - GitHub: #13
* [ ] "Arrow → inside" -> Phase 3:
    - GitHub: owner/repo#14
- Third → Phase 2.1
Text → Phase 9
### Next
- Other → Phase 3
`;
    expect(readState(text).pendingIssues).toEqual([
      {
        title: "Fix login",
        phase: "03-chat",
        path: ".planning/issues/open/2026-01-01-login.md",
        github: { repository: null, number: 12 },
        line: 4,
      },
      {
        title: "Arrow → inside",
        phase: "3:",
        path: null,
        github: { repository: "owner/repo", number: 14 },
        line: 10,
      },
      { title: "Third", phase: "2.1", path: null, github: null, line: 12 },
    ]);
  });

  test("`### Pending Todos` is the older name", () => {
    expect(readState("### Pending Todos\n- A → Phase 1\n").pendingIssues).toMatchObject([{ title: "A" }]);
  });

  test("milestone scope issues", () => {
    const text = `### Milestone Scope Issues

Issues pulled into v0.4.1 scope:
- "Fix (all) worktrees" (from: .planning/issues/open/a.md, GitHub: #5)
- "No number" (from: ./issues/b.md) — closed by OBS-01
- "Other repository" (from: \`c.md\`, GitHub: owner/repo#6) → Phase 4
- "Only a title"
- Tech debt batch sweep
- "GitHub only" (from: , GitHub: https://github.com/o/r/issues/7)

### Milestone Scope Issues (v0.5.0)
- "Later" (from: d.md, GitHub: none)
`;
    const rows = readState(text).milestoneScopeIssues.map(
      ({ title, phase, path, github }) =>
        `${title} | ${phase} | ${path} | ${github?.repository ?? ""}#${github?.number}`,
    );
    expect(rows).toEqual([
      "Fix (all) worktrees | null | .planning/issues/open/a.md | #5",
      "No number | null | issues/b.md | #undefined",
      "Other repository | 4 | c.md | owner/repo#6",
      "Only a title | null | null | #undefined",
      "GitHub only | null | null | o/r#7",
      "Later | null | d.md | #undefined",
    ]);
  });
});

test("gap phases and GitHub decisions", () => {
  const text = `## Gap Phases Added
- Phase 6: Gap - Wiring (from Phase 3 gaps)
- Phase 7: Actions (from Audit)
- something else

**Next action:** /plan-phase 6

### GitHub Decisions

| Milestone | Issues? | Decided    |
| --------- | ------- | ---------- |
| v1.1.0    | yes     | 2026-01-25 |
| v1.2.0    | no      | 2026-01-26 |
`;
  const state = readState(text);
  expect(state.gapPhases).toEqual([
    { text: "Phase 6: Gap - Wiring (from Phase 3 gaps)", line: 2 },
    { text: "Phase 7: Actions (from Audit)", line: 3 },
  ]);
  expect(state.githubDecisions).toEqual([
    { milestone: "v1.1.0", issues: "yes", decided: "2026-01-25", line: 12 },
    { milestone: "v1.2.0", issues: "no", decided: "2026-01-26", line: 13 },
  ]);
});

test.each<[what: string, lines: string[]]>([
  ["another header", ["| Milestone | Decision | Date |", "|---|---|---|", "| v1.2.0 | yes | 2026-01-25 |"]],
  ["and another", ["| Milestone | Answer | Date |", "|---|---|---|", "| v1.2.0 | yes | 2026-01-25 |"]],
  ["other columns first", ["| Date | Milestone | OK? |", "|---|---|---|", "| 2026-01-25 | v1.2.0 | yes |"]],
  ["a row alone", ["| v1.2.0 | yes | 2026-01-25 |"]],
  ["a row alone, without outer pipes", ["v1.2.0 | yes | 2026-01-25"]],
  ["a header without the line below it", ["| Milestone | Issues | Date |", "| v1.2.0 | yes | 2026-01-25 |"]],
  ["a row instead of a header", ["| v1.2.0 | yes | 2026-01-25 |", "|---|---|---|"]],
  [
    "a row above the table",
    ["| v1.2.0 | yes | 2026-01-25 |", "", "| Date | Milestone | Issues |", "|---|---|---|"],
  ],
])("a decision in %s", (_, lines) => {
  const { githubDecisions } = readState(`### GitHub Decisions\n\n${lines.join("\n")}\n\nThat was it.\n`);
  const rows = githubDecisions.filter(({ milestone }) => milestone !== "Milestone");
  expect(rows).toMatchObject([{ milestone: "v1.2.0", issues: "yes", decided: "2026-01-25" }]);
});

test("any text is read, and line endings and a byte-order mark change nothing", () => {
  const line = fc.oneof(
    fc.constantFrom(
      "## Current Position",
      "### Pending Issues",
      "### Milestone Scope Issues",
      "---",
      "milestone: v1.0",
      "Milestone: v1.1 Name",
      "- A → Phase 3",
      "  - GitHub: #1",
      '- "T" (from: a.md, GitHub: #2)',
      "```",
      "",
    ),
    fc.string(),
  );
  fc.assert(
    fc.property(fc.array(line), (lines) => {
      const text = lines.join("\n").replaceAll("\r", "");
      const read = readState(text);
      expect(readState(text.replaceAll("\n", "\r\n"))).toEqual(read);
      expect(readState(`\uFEFF${text.replace(/^\uFEFF+/, "")}`)).toEqual(
        readState(text.replace(/^\uFEFF+/, "")),
      );
    }),
  );
});
