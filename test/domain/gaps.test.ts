import { describe, expect, it } from "vitest";
import { groupGaps } from "../../src/domain/gap-phases.ts";
import { collectGaps } from "../../src/domain/gaps.ts";
import { readReport } from "../../src/domain/reports.ts";

const lines = (...text: string[]) => text.join("\n");

const VERIFICATION = lines(
  "---",
  "status: gaps_found",
  "score: 1/3 must-haves verified",
  "---",
  "## Gaps Summary",
  "| # | Truth | Status | Issue |",
  "|---|-------|--------|-------|",
  "| 1 | User can see existing messages | ❌ Failed | No API call in Chat.tsx |",
  "| 2 | Messages persist | ❌ Failed | Database not connected |",
);
const UAT = lines(
  "---",
  "status: failed",
  "---",
  "### Failed",
  "| # | Test | Status | Issue |",
  "|---|------|--------|-------|",
  "| 1 | Send message | ❌ Failed | Submit handler not wired |",
  "| 2 | Delete message | ❌ Failed | Delete endpoint returns 404 |",
);
const AUDIT = lines(
  "# Audit",
  "",
  "| # | Integration | Status | Issue |",
  "|-|-|-|-|",
  "| 1 | Auth → Chat | ❌ Failed | User context not passed |",
);

const reports = () => [
  readReport("audit", AUDIT, { path: ".planning/AUDIT.md", phase: null }),
  readReport("uat", UAT, { path: ".planning/phases/10-actions/UAT.md", phase: "10" }),
  readReport("verification", VERIFICATION, { path: ".planning/phases/03-chat/VERIFICATION.md", phase: "03" }),
  readReport("verification", "---\nstatus: passed\n---", {
    path: ".planning/phases/02.1-x/02.1-VERIFICATION.md",
    phase: "02.1",
  }),
];

describe("collectGaps", () => {
  it("collects gaps and reports by phase number, the audit's last", () => {
    const { gaps, reports: read, diagnostics } = collectGaps(reports(), []);
    expect(gaps.map(({ phase, source, title, line }) => [phase, source, title, line])).toEqual([
      ["03", "verification", "User can see existing messages", 8],
      ["03", "verification", "Messages persist", 9],
      ["10", "uat", "Send message", 7],
      ["10", "uat", "Delete message", 8],
      [null, "audit", "Auth → Chat", 5],
    ]);
    expect(read).toEqual([
      {
        phase: "02.1",
        path: ".planning/phases/02.1-x/02.1-VERIFICATION.md",
        source: "verification",
        status: "passed",
        score: null,
        gap_count: 0,
      },
      {
        phase: "03",
        path: ".planning/phases/03-chat/VERIFICATION.md",
        source: "verification",
        status: "gaps_found",
        score: "1/3 must-haves verified",
        gap_count: 2,
      },
      {
        phase: "10",
        path: ".planning/phases/10-actions/UAT.md",
        source: "uat",
        status: "failed",
        score: null,
        gap_count: 2,
      },
      {
        phase: null,
        path: ".planning/AUDIT.md",
        source: "audit",
        status: "unknown",
        score: null,
        gap_count: 1,
      },
    ]);
    expect(diagnostics).toEqual([]);
    expect(collectGaps(reports().reverse(), [])).toEqual(collectGaps(reports(), []));
  });

  it("groups what no phase addresses", () => {
    const before = collectGaps(reports(), []);
    expect(groupGaps(before.gaps).flatMap((group) => group.gaps)).toHaveLength(5);
    const after = collectGaps(reports(), [
      { phase: "11", texts: ["Phase 3 Verification: Gap 1, Gap 2"] },
      { phase: "Phase 12", texts: [`${before.gaps[4]!.key}`, "Phase 10 UAT: Send message"] },
    ]);
    expect(after.gaps.map(({ addressed_by }) => addressed_by)).toEqual([["11"], ["11"], ["12"], [], ["12"]]);
    expect(after.gaps.map(({ key }) => key)).toEqual(before.gaps.map(({ key }) => key));
    expect(groupGaps(after.gaps).map((group) => group.gaps)).toEqual([[before.gaps[3]!.key]]);
    expect(after.categories).toEqual(before.categories);
  });

  it("reads `## Gap Resolution` of the report itself", () => {
    const text = lines(
      VERIFICATION,
      "",
      "## Gap Resolution",
      "Gaps addressed by Phase 6 (Gap - Message wiring):",
      "- Messages persist",
    );
    const read = readReport("verification", text, {
      path: ".planning/phases/03-chat/03-VERIFICATION.md",
      phase: "03",
    });
    expect(collectGaps([read], []).gaps.map(({ addressed_by }) => addressed_by)).toEqual([[], ["06"]]);
    const whole = readReport("verification", text.replace("\n- Messages persist", ""), read);
    expect(collectGaps([whole], []).gaps.map(({ addressed_by }) => addressed_by)).toEqual([["06"], ["06"]]);
  });

  const at = (file: string) => ({ path: `.planning/phases/03-chat/${file}`, phase: "03" });
  const verification = (file: string, status: string, ...entries: string[]) =>
    readReport(
      "verification",
      lines("---", `status: ${status}`, `gaps:${entries.length === 0 ? " []" : ""}`, ...entries, "---"),
      at(file),
    );

  it("counts a gap of two reports of one kind once, as the newest has it", () => {
    const old = verification(
      "03-VERIFICATION.md",
      "gaps_found",
      "- truth: a",
      "  reason: old",
      "- truth: b",
      "- truth: c",
    );
    const later = verification(
      "03-VERIFICATION-v2.md",
      "gaps_found",
      "- truth: A.",
      "  reason: new",
      "- truth: b",
      "  status: resolved",
    );
    const { gaps } = collectGaps([later, old], []);
    expect(gaps.map(({ title, reason, path }) => [title, reason, path.slice(-6)])).toEqual([
      ["A.", "new", "-v2.md"],
      ["c", null, "ION.md"],
    ]);
    expect(gaps[0]!.key).toBe(old.gaps[0]!.key);
  });

  it("counts a gap of a verification and an acceptance test twice, with two keys", () => {
    const uat = readReport("uat", "## Gaps\n- truth: a\n  status: failed", at("03-UAT.md"));
    const { gaps } = collectGaps([verification("03-VERIFICATION.md", "gaps_found", "- truth: a"), uat], []);
    expect(gaps.map(({ source }) => source)).toEqual(["uat", "verification"]);
    expect(new Set(gaps.map(({ key }) => key)).size).toBe(2);
  });

  it("keeps and notes the gaps of an older report when a newer one has none", () => {
    const old = verification("03-VERIFICATION.md", "gaps_found", "- truth: a");
    const later = verification("03-VERIFICATION-v2.md", "passed");
    const { gaps, diagnostics } = collectGaps([old, later], []);
    expect(gaps.map(({ key }) => key)).toEqual([old.gaps[0]!.key]);
    expect(diagnostics).toMatchObject([{ code: "SEVERAL_REPORTS", severity: "info", path: old.path }]);
  });

  it("takes as closed what a newer report names as closed", () => {
    const old = verification(
      "03-VERIFICATION.md",
      "gaps_found",
      "- truth: Ab works",
      "- truth: B",
      "- truth: C",
    );
    const later = readReport(
      "verification",
      lines(
        "---",
        "status: passed",
        "re_verification:",
        '  gaps_closed: ["ab works.", {truth: B}, "D"]',
        "gaps: []",
        "---",
      ),
      at("03-VERIFICATION-v2.md"),
    );
    const { gaps } = collectGaps([old, later], []);
    expect(gaps.map(({ title }) => title)).toEqual(["C"]);
    expect(groupGaps(gaps).flatMap((group) => group.gaps)).toEqual([gaps[0]!.key]);
    const newest = verification("03-VERIFICATION-v3.md", "gaps_found", "- truth: B");
    expect(collectGaps([newest, old, later], []).gaps.map(({ title }) => title)).toEqual(["B", "C"]);
  });

  it("lets the report under the usual name speak among reports of one age", () => {
    const usual = verification("03-VERIFICATION.md", "passed", "- truth: a", "  status: resolved");
    const bare = verification("VERIFICATION.md", "gaps_found", "- truth: a");
    expect(collectGaps([usual, bare], []).gaps).toEqual([]);
    expect(collectGaps([bare, usual], []).gaps).toEqual([]);
  });

  describe("pairs gaps of one title in two reports", () => {
    const twins = (file: string, ...reasons: string[]) =>
      verification(
        file,
        "gaps_found",
        ...reasons.flatMap((reason) => ["- truth: Same", `  reason: ${reason}`]),
      );
    const reasons = (...given: string[][]) =>
      collectGaps(
        given.map((one, index) =>
          twins(index === 0 ? "03-VERIFICATION.md" : `03-VERIFICATION-v${index + 1}.md`, ...one),
        ),
        [],
      ).gaps.map(({ reason }) => reason);

    it.each([
      [["a", "b"], ["b"], ["a", "b"]],
      [
        ["a", "b"],
        ["b", "a"],
        ["b", "a"],
      ],
      [
        ["a", "b"],
        ["x", "y"],
        ["x", "y"],
      ],
      [["a"], ["a", "b"], ["a", "b"]],
      [["a"], ["x"], ["x"]],
      [
        ["a", "b", "c"],
        ["x", "b"],
        ["c", "x", "b"],
      ],
    ])("%j and then %j: %j", (first, second, expected) => {
      expect(reasons(first, second).sort()).toEqual([...expected].sort());
    });
  });

  it("keeps apart audits of two milestones", () => {
    const audit = (version: string) =>
      readReport("audit", "---\nstatus: gaps_found\ngaps: [Signup]\n---\n", {
        path: `.planning/v${version}-MILESTONE-AUDIT.md`,
        phase: null,
      });
    const { gaps } = collectGaps([audit("1.0"), audit("1.1")], []);
    expect(new Set(gaps.map(({ key }) => key)).size).toBe(2);
  });

  describe("a `## Gap Resolution` that leads nowhere", () => {
    const withResolution = (...resolution: string[]) =>
      readReport(
        "verification",
        lines(
          "---",
          "status: gaps_found",
          "gaps:",
          "- One",
          "- Two",
          "---",
          "## Gap Resolution",
          ...resolution,
        ),
        at("03-VERIFICATION.md"),
      );
    const known = (id: string) => id === "03" || id === "06";

    it.each([
      ["a title", "- Three"],
      ["a number", "- Gap 3"],
      ["a key", "- gap-000000000000"],
    ])("is noted where a bullet names no gap: %s", (_, bullet) => {
      const report = withResolution("Gaps addressed by Phase 6 (Gap - x):", "- One", bullet);
      const { gaps, diagnostics } = collectGaps([report], [], known);
      expect(gaps.map(({ addressed_by }) => addressed_by)).toEqual([["06"], []]);
      expect(diagnostics).toMatchObject([
        { code: "UNKNOWN_RESOLUTION", severity: "warning", path: at("03-VERIFICATION.md").path },
      ]);
      expect(diagnostics[0]!.message).toContain(bullet.slice(2));
    });

    it("is noted where the phase does not exist", () => {
      const report = withResolution("Gaps addressed by Phase 9 (Gap - x):", "- One");
      expect(collectGaps([report], [], known).diagnostics).toMatchObject([
        { code: "UNKNOWN_RESOLUTION", message: expect.stringContaining("09"), path: report.path },
      ]);
      expect(collectGaps([report], []).diagnostics).toEqual([]);
    });

    it("is no matter once nothing is open", () => {
      const report = readReport(
        "verification",
        lines(
          "---",
          "status: passed",
          "gaps: []",
          "---",
          "## Gap Resolution",
          "Gaps addressed by Phase 9:",
          "- Old",
        ),
        at("03-VERIFICATION.md"),
      );
      expect(collectGaps([report], [], known).diagnostics).toEqual([]);
    });

    it("counts for another report's gap that it names by key", () => {
      const old = verification("03-VERIFICATION.md", "gaps_found", "- truth: Older");
      const report = readReport(
        "verification",
        lines(
          "---",
          "status: gaps_found",
          "gaps: [One]",
          "---",
          "## Gap Resolution",
          "Gaps addressed by Phase 6:",
          `- Older (${old.gaps[0]!.key})`,
        ),
        at("03-VERIFICATION-v2.md"),
      );
      const { gaps, diagnostics } = collectGaps([old, report], [], known);
      expect(gaps.map(({ title, addressed_by }) => [title, addressed_by])).toEqual([
        ["One", []],
        ["Older", ["06"]],
      ]);
      expect(diagnostics.map(({ code }) => code)).not.toContain("UNKNOWN_RESOLUTION");
    });

    it("is quoted in short, whatever stands there", () => {
      const bullets = Array.from({ length: 500 }, (_, index) => `- ${index} ${"x".repeat(5_000)}`);
      const { diagnostics } = collectGaps(
        [withResolution("Gaps addressed by Phase 6:", ...bullets)],
        [],
        known,
      );
      expect(diagnostics).toHaveLength(1);
      expect(diagnostics[0]!.message.length).toBeLessThan(500);
      expect(diagnostics[0]!.message).toContain("500");
    });
  });

  it("bounds how many phases a gap names", () => {
    const text = Array.from({ length: 300 }, (_, index) => `Gaps addressed by Phase ${index + 1}`).join(
      "\n\n",
    );
    const report = readReport(
      "verification",
      `---\nstatus: gaps_found\ngaps: [One]\n---\n## Gap Resolution\n\n${text}\n`,
      at("03-VERIFICATION.md"),
    );
    const [gap] = collectGaps([report], []).gaps;
    expect(gap!.addressed_by.slice(0, 2)).toEqual(["01", "02"]);
    expect(gap!.addressed_by).toHaveLength(10);
  });

  it("keeps apart two directories of one number", () => {
    const other = readReport("verification", "---\nstatus: gaps_found\ngaps:\n- truth: a\n---", {
      path: ".planning/phases/03-mail/03-VERIFICATION.md",
      phase: "03",
    });
    const { gaps } = collectGaps([verification("03-VERIFICATION.md", "gaps_found", "- truth: a"), other], []);
    expect(new Set(gaps.map(({ key }) => key)).size).toBe(2);
  });

  it("answers nothing of nothing", () => {
    expect(collectGaps([], [])).toEqual({
      gaps: [],
      reports: [],
      categories: [],
      diagnostics: [],
    });
  });
});
