import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { REPORT_SOURCES } from "../../src/domain/report-files.ts";
import { readReport, summarizeReports } from "../../src/domain/reports.ts";

const at = (file: string) => ({ path: `.planning/phases/active/03-chat/${file}`, phase: "03" });
const verification = (file: string, status: string, gaps = "", more = "") =>
  readReport("verification", `---\nstatus: ${status}\n${more}gaps: [${gaps}]\n---\n`, at(file));
const uat = (file: string, status: string) => readReport("uat", `---\nstatus: ${status}\n---\n`, at(file));

describe("summarizeReports", () => {
  it("gives what the main reports say", () => {
    const reports = [
      verification("03-VERIFICATION.md", "gaps_found", "a, b", "score: 1/3\n"),
      readReport(
        "uat",
        "---\nstatus: complete\n---\n## Gaps\n- truth: a\n  status: failed\n",
        at("03-UAT.md"),
      ),
    ];
    expect(summarizeReports(reports)).toEqual({
      verification: { path: at("03-VERIFICATION.md").path, status: "gaps_found", score: "1/3", gap_count: 2 },
      uat: { path: at("03-UAT.md").path, status: "complete", gap_count: 1 },
      diagnostics: [],
    });
    expect(summarizeReports([])).toEqual({ verification: null, uat: null, diagnostics: [] });
  });

  it("takes the newest about the whole phase, and notes the others", () => {
    const {
      verification: main,
      uat: test,
      diagnostics,
    } = summarizeReports([
      verification("03-VERIFICATION-v2.md", "passed"),
      verification("03-VERIFICATION.md", "gaps_found", "a"),
      verification("03-01-VERIFICATION.md", "gaps_found", "b"),
      uat("03-HUMAN-UAT.md", "partial"),
      uat("03-UAT.md", "complete"),
    ]);
    expect(main).toMatchObject({ path: at("03-VERIFICATION-v2.md").path, status: "passed" });
    expect(test).toMatchObject({ path: at("03-UAT.md").path, status: "complete" });
    expect(diagnostics).toMatchObject([{ code: "SEVERAL_REPORTS", severity: "info", path: main!.path }]);
    expect(diagnostics[0]!.message).toContain("03-VERIFICATION.md");
  });

  it("lets the date decide between names of one age", () => {
    const older = verification("03-VERIFICATION.md", "gaps_found", "a", "verified: 2026-01-01\n");
    const newer = verification("VERIFICATION.md", "passed", "", "verified: 2026-02-01T10:00:00Z\n");
    expect(summarizeReports([older, newer]).verification?.status).toBe("passed");
    expect(summarizeReports([newer, older]).verification?.status).toBe("passed");
  });

  it.each([
    ["VERIFICATION.md", "03-VERIFICATION.md"],
    ["03-chat-VERIFICATION.md", "03-VERIFICATION.md"],
    ["03-chat-VERIFICATION.md", "VERIFICATION.md"],
  ])("takes not %s but %s without dates, and with equal ones", (other, usual) => {
    for (const date of ["", "verified: 2026-01-01\n"]) {
      const reports = [verification(usual, "passed", "", date), verification(other, "gaps_found", "a", date)];
      expect(summarizeReports(reports).verification).toMatchObject({
        path: at(usual).path,
        status: "passed",
      });
      expect(summarizeReports(reports.reverse()).verification?.status).toBe("passed");
    }
  });

  it("takes the worst where there are only reports about plans", () => {
    const reports = [
      verification("03-01-VERIFICATION.md", "passed"),
      verification("03-02-VERIFICATION.md", "gaps_found", "a"),
      verification("03-03-VERIFICATION.md", "passed"),
    ];
    expect(summarizeReports(reports).verification).toMatchObject({ status: "gaps_found", gap_count: 1 });
    expect(summarizeReports([reports[0]!, reports[2]!]).verification).toMatchObject({
      path: at("03-03-VERIFICATION.md").path,
      status: "passed",
    });
    const unknown = verification("03-02-VERIFICATION.md", "in_progress");
    expect(summarizeReports([reports[0]!, unknown]).verification?.status).toBe("unknown");
  });
});

/** Lines as reports have them, whole and broken, in any order. */
const LINES = [
  "---",
  "status: gaps_found",
  "status: passed",
  "gaps:",
  "gaps: []",
  "  - truth: a",
  '  - truth: "b" c',
  "    status: failed",
  "    status: resolved",
  "    artifacts:",
  "      - path: src/a.ts",
  "    missing: [x, {y",
  "- truth: d",
  "  - *alias",
  "# Title",
  "## Gaps",
  "### Gap 1: x",
  "## Gap Resolution",
  "Gaps addressed by Phase 6:",
  "- item",
  "1. **Item** — why",
  "   - Missing: y",
  "**Status:** gaps_found",
  "**Severity:** High",
  "| # | Truth | Status | Issue |",
  "|---|---|---|---|",
  "| 1 | a \\| b | ❌ | `x | y` |",
  "### 1. Test",
  "result: issue",
  'reported: "x',
  "```yaml",
  "<!--",
  "-->",
  "",
  "\tx",
];
const documents = fc.oneof(
  fc.string({ unit: "binary", maxLength: 300 }),
  fc
    .array(fc.oneof({ weight: 8, arbitrary: fc.constantFrom(...LINES) }, fc.string()), { maxLength: 40 })
    .map((lines) => lines.join("\n")),
);
const sources = fc.constantFrom(...REPORT_SOURCES);

describe("readReport", () => {
  it("never throws, and tells places that are in the document", () => {
    fc.assert(
      fc.property(sources, documents, (source, text) => {
        const report = readReport(source, text, at("03-VERIFICATION.md"));
        const count = text.split("\n").length;
        for (const gap of report.gaps) {
          expect(gap.line).toBeGreaterThanOrEqual(1);
          expect(gap.line).toBeLessThanOrEqual(count);
          expect(gap.title).not.toBe("");
          expect(gap.title).not.toMatch(/[\r\n]/);
        }
        for (const { line } of report.diagnostics) expect(line).toBeLessThanOrEqual(count + 1);
        expect(new Set(report.entries.map(({ key }) => key)).size).toBe(report.entries.length);
      }),
      { numRuns: 500 },
    );
  });

  it("reads the same with CRLF, and with a byte-order mark", () => {
    fc.assert(
      fc.property(sources, documents, (source, raw) => {
        const text = raw.replaceAll("\r", "").replace(/^\uFEFF+/, "");
        const plain = readReport(source, text, at("03-VERIFICATION.md"));
        expect(readReport(source, text.replaceAll("\n", "\r\n"), at("03-VERIFICATION.md"))).toEqual(plain);
        expect(readReport(source, `\uFEFF${text}`, at("03-VERIFICATION.md"))).toEqual(plain);
      }),
      { numRuns: 300 },
    );
  });

  it("gives a gap the same key when another is added to the file, and when the phase moves", () => {
    const titles = fc.uniqueArray(fc.stringMatching(/^[A-Za-z]{2,9}( [a-z]{2,9}){0,3}$/), {
      selector: (title) => title.toLowerCase(),
      minLength: 2,
      maxLength: 8,
    });
    const yaml = (list: string[]) =>
      `---\nstatus: gaps_found\ngaps:\n${list.map((title) => `  - truth: "${title}"`).join("\n")}\n---\n`;
    const keys = (list: string[], path: string) =>
      new Map(
        readReport("verification", yaml(list), { path, phase: "03" }).gaps.map((gap) => [gap.title, gap.key]),
      );
    fc.assert(
      fc.property(titles, fc.nat(), (list, pick) => {
        const all = keys(list, ".planning/phases/pending/03-chat/03-VERIFICATION.md");
        expect(new Set(all.values()).size).toBe(list.length);
        const without = list.filter((_, index) => index !== pick % list.length);
        const moved = keys(without, ".planning/phases/completed/03-chat/03-VERIFICATION.md");
        for (const [title, key] of moved) expect(key).toBe(all.get(title));
      }),
    );
  });

  it("reads 1,000 reports quickly", () => {
    const rows = Array.from(
      { length: 40 },
      (_, index) => `| ${index} | Truth ${index} | ✓ VERIFIED | src/a${index}.ts line ${index} |`,
    );
    const text = (index: number) =>
      [
        "---",
        `phase: ${index}`,
        "verified: 2026-02-28T21:17:15Z",
        `status: ${index % 10 === 0 ? "gaps_found" : "passed"}`,
        "score: 12/12 must-haves verified",
        ...(index % 10 === 0
          ? ["gaps:", "  - truth: a", "    status: failed", "    reason: b", "  - truth: c"]
          : []),
        "---",
        "# Verification",
        "**Status:** passed",
        "## Goal Achievement",
        "### Observable Truths",
        "| # | Truth | Status | Evidence |",
        "|---|-------|--------|----------|",
        ...rows,
        "### Gaps Summary",
        "No gaps found. All criteria are met:",
        ...Array.from({ length: 20 }, (_, line) => `${line}. **Thing ${line}:** is verified`),
      ].join("\n");
    const texts = Array.from({ length: 1_000 }, (_, index) => text(index));
    for (const one of texts.slice(0, 100)) readReport("verification", one, at("03-VERIFICATION.md"));
    const start = performance.now();
    const read = texts.map((one) => readReport("verification", one, at("03-VERIFICATION.md")));
    expect(performance.now() - start).toBeLessThan(3_000);
    expect(read.reduce((sum, { gaps }) => sum + gaps.length, 0)).toBe(200);
  });

  it.each([
    ["a list of 50,000 entries", `## Gaps\n${"- truth: a\n  reason: b\n".repeat(50_000)}`],
    ["100,000 headings", `**Status:** gaps_found\n${"### Gap 1: a\n".repeat(100_000)}`],
    ["100,000 bullets", `**Status:** gaps_found\n## Gaps\n${"- **a** (b) — c\n".repeat(100_000)}`],
    ["a line of brackets", `**Status:** gaps_found\n## Gaps\n- ${"((".repeat(200_000)}`],
    ["a line of stars", `**Status:** gaps_found\n## Gaps\n### Gap 1: ${"**".repeat(200_000)}`],
    [
      "a cell of backticks and pipes",
      `| # | Truth | Status |\n|-|-|-|\n| 1 | ${"`|".repeat(100_000)} | ❌ |`,
    ],
    ["spaces behind a status", `**Status:**${" ".repeat(400_000)}x`],
  ])("is not slowed down by %s", (_, text) => {
    const start = performance.now();
    for (const source of REPORT_SOURCES) readReport(source, text, at("03-VERIFICATION.md"));
    expect(performance.now() - start).toBeLessThan(6_000);
  });
});
