import { describe, expect, it } from "vitest";
import { readAudit } from "../../src/domain/audit.ts";

const PLACE = { path: ".planning/v1.0-MILESTONE-AUDIT.md" };
const read = (...lines: string[]) => readAudit(lines.join("\n"), PLACE);

describe("readAudit", () => {
  it("reads maps of lists of maps and of strings", () => {
    const report = read(
      "---",
      "milestone: v1.0",
      "audited: 2026-01-30",
      "status: gaps_found",
      "scores:",
      "  requirements: 9/12",
      "  flows: 3/4",
      "gaps:",
      "  requirements:",
      "    - id: BRAND-03",
      '      description: "Remove old references"',
      '      reason: "package.json has them"',
      "      files:",
      '        - "apps/package.json (lines 8, 11)"',
      "    - id: NOTF-02",
      "      status: unsatisfied",
      '      evidence: "No summary"',
      "    - id: NOTF-01",
      "      status: partial",
      "  integration:",
      "    - from_phase: 1",
      "      to_phase: 3",
      "      connection: Auth → Chat",
      "      reason: user context is not passed",
      "      missing: [pass it]",
      "  flows:",
      "    - name: Login and chat",
      "      broken_at: step 2",
      "      severity: critical",
      '    - "GAP-1: Checkout stops"',
      "  unverified_phases:",
      '    - phase: "03-x"',
      '      reason: "No VERIFICATION.md"',
      "tech_debt:",
      "  - phase: 02",
      "    items: [a, b]",
      "---",
    );
    expect(report).toMatchObject({
      source: "audit",
      phase: null,
      status: "gaps_found",
      score: "requirements 9/12, flows 3/4",
      date: "2026-01-30",
      diagnostics: [],
    });
    expect(report.gaps).toMatchObject([
      {
        line: 10,
        title: "Remove old references",
        requirement: "BRAND-03",
        reason: "package.json has them",
        artifacts: [{ path: "apps/package.json", issue: "lines 8, 11" }],
        severity: "major",
      },
      {
        line: 15,
        title: "NOTF-02",
        requirement: "NOTF-02",
        status: "unsatisfied",
        reason: "No summary",
        severity: "major",
      },
      { line: 18, title: "NOTF-01", severity: "minor" },
      { line: 21, title: "Auth → Chat", reason: "user context is not passed", missing: ["pass it"] },
      {
        line: 27,
        title: "Login and chat",
        reason: "Broken at step 2",
        severity: "blocker",
        requirement: null,
      },
      { line: 30, title: "GAP-1: Checkout stops", severity: "major", requirement: null },
      { line: 32, title: "No VERIFICATION.md" },
    ]);
    expect(report.gaps).toHaveLength(7);
    expect(report.gaps.every(({ phase }) => phase === null)).toBe(true);
  });

  it.each([
    "gaps: []",
    "gaps: {}",
    "gaps: {requirements: [], flows: []}",
    "gaps:\n  requirements: []\n  flows: []",
  ])("has none with %j, whatever its tables say", (gaps) => {
    const report = read(
      "---",
      "status: tech_debt",
      gaps,
      "---",
      "| Requirement | Status |",
      "|-|-|",
      "| R-1 | ✗ FAILED |",
    );
    expect(report).toMatchObject({ gaps: [], diagnostics: [], status: "tech_debt" });
  });

  it("leaves out what `gap_closure` closes, unless something remains", () => {
    const report = read(
      "---",
      "status: gaps_found",
      "gaps:",
      "  flows:",
      '    - "GAP-1: first"',
      '    - "GAP-2: second"',
      '    - "third one"',
      "gap_closure:",
      "  - gap: GAP-1",
      "    closed_by: phase 7",
      "    remaining: none",
      "  - gap: GAP-2",
      "    closed_by: phase 7",
      "    remaining: the other half",
      "  - gap: Third one.",
      "    closed_by: phase 8",
      "---",
    );
    expect(report.gaps.map(({ title }) => title)).toEqual(["GAP-2: second"]);
  });

  it.each([
    ["v1.2-MILESTONE-AUDIT.md", ""],
    ["v1.2.0-MILESTONE-AUDIT.md", ""],
    ["1.2-AUDIT-2026-01-02.md", ""],
    ["milestones/v1.2.0-MILESTONE-AUDIT.md", "milestone: v1.1"],
    ["AUDIT.md", "milestone: v1.2"],
    ["AUDIT.md", "milestone: 1.2.0 Talk"],
    ["AUDIT.md", "version: v1.2.0"],
  ])("has the keys of its milestone: %s with %j", (file, field) => {
    const keyIn = (name: string, more: string) =>
      readAudit(`---\nstatus: gaps_found\n${more}\ngaps: [Signup]\n---\n`, { path: `.planning/${name}` })
        .gaps[0]!.key;
    expect(keyIn(file, field)).toBe(keyIn("v1.2.0-MILESTONE-AUDIT.md", ""));
    expect(keyIn(file, field)).not.toBe(keyIn("v1.3-MILESTONE-AUDIT.md", field));
    expect(keyIn(file, field)).not.toBe(keyIn("AUDIT.md", ""));
  });

  it.each(["null", "~", "Null", "[]", "", "none"])("takes a gap as closed where %j remains", (remaining) => {
    const report = read(
      "---",
      "status: gaps_found",
      "gaps: [Signup, Login]",
      `gap_closure: [{gap: Signup, closed_by: 6, remaining: ${remaining}}]`,
      "---",
    );
    expect(report.gaps.map(({ title }) => title)).toEqual(["Login"]);
  });

  it("reads the table of an audit without front matter", () => {
    const report = read(
      "# Milestone Audit",
      "",
      "| # | Integration | Status | Issue |",
      "|---|-------------|--------|-------|",
      "| 1 | Auth → Chat | ❌ Failed | User context not passed |",
      "| 2 | Chat → Store | ✅ OK | |",
      "",
      "| Phase | Status |",
      "|-------|--------|",
      "| 3. Chat | MISSING |",
    );
    expect(report.gaps).toMatchObject([
      { line: 5, title: "Auth → Chat", reason: "User context not passed", status: "failed" },
    ]);
    expect(report.gaps).toHaveLength(1);
  });

  it("says so where it claims gaps and none can be read", () => {
    expect(read("---", "status: gaps_found", "---", "All is not well.").diagnostics).toMatchObject([
      { code: "UNPARSED_REPORT", path: PLACE.path, line: 2 },
    ]);
  });
});
