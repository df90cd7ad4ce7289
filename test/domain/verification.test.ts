import { describe, expect, it } from "vitest";
import { readVerification } from "../../src/domain/verification.ts";

const PLACE = { path: ".planning/phases/03-chat/03-VERIFICATION.md", phase: "03" };
const read = (...lines: string[]) => readVerification(lines.join("\n"), PLACE);
const brief = (report: ReturnType<typeof read>) =>
  report.gaps.map(({ line, title, status, severity }) => [line, title, status, severity]);

describe("front matter", () => {
  it("reads a list of maps in full", () => {
    const report = read(
      "---",
      "phase: 03-chat",
      "verified: 2026-01-29T23:35:00Z",
      "status: gaps_found",
      "score: 1/3 must-haves verified",
      "gaps:",
      '  - truth: "Messages persist"',
      "    status: partial",
      '    reason: "Route is',
      '      a stub"',
      "    root_cause: never finished",
      "    requirement: REQ-012",
      "    artifacts:",
      '      - path: "src/api/messages.ts"',
      '        issue: "Returns []"',
      "      - src/db/index.ts (not connected)",
      "    missing:",
      '      - "Write rows"',
      "---",
      "# Phase 3",
    );
    expect(report).toMatchObject({ status: "gaps_found", score: "1/3 must-haves verified", diagnostics: [] });
    expect(report.date).toBe("2026-01-29T23:35:00Z");
    expect(report.gaps).toEqual([
      {
        key: expect.stringMatching(/^gap-[0-9a-f]{12}$/),
        source: "verification",
        phase: "03",
        path: PLACE.path,
        line: 7,
        title: "Messages persist",
        status: "partial",
        reason: "Route is a stub",
        severity: "minor",
        category: "database",
        artifacts: [
          { path: "src/api/messages.ts", issue: "Returns []" },
          { path: "src/db/index.ts", issue: "not connected" },
        ],
        missing: ["Write rows"],
        requirement: "REQ-012",
        root_cause: "never finished",
      },
    ]);
  });

  it("reads lists of strings, and a single map", () => {
    expect(
      brief(read("---", "status: gaps_found", "gaps:", "- AUTH-01: no login", "- No logout", "---")),
    ).toEqual([
      [4, "AUTH-01: no login", "failed", "major"],
      [5, "No logout", "failed", "major"],
    ]);
    expect(
      read("---", "status: gaps_found", "gaps:", "- AUTH-01: no login", "---").gaps[0]?.requirement,
    ).toBe("AUTH-01");
    expect(
      brief(read("---", "status: gaps_found", "gaps:", "  truth: one", "  status: blocked", "---")),
    ).toEqual([[4, "one", "blocked", "major"]]);
  });

  it.each([
    "resolved",
    "fixed",
    "verified",
    "closed",
    "passed",
    "deferred",
    '"failed → fixed"',
    "✅ resolved (2026-01-01)",
  ])("leaves out an entry that is %s", (status) => {
    const report = read("---", "status: gaps_found", "gaps:", "  - truth: a", `    status: ${status}`, "---");
    expect(report.gaps).toEqual([]);
    expect(report.entries).toMatchObject([{ open: false, title: "a" }]);
    expect(report.diagnostics).toEqual([]);
  });

  it.each(["closed_by: 14.1-PLAN.md", "resolved_in: Phase 5", "fixed: true"])(
    "leaves out an entry with %s",
    (field) => {
      expect(read("---", "status: gaps_found", "gaps:", "  - truth: a", `    ${field}`, "---").gaps).toEqual(
        [],
      );
    },
  );

  it.each(["failed", "partial", "blocked", "improvement", "uncertain", "unresolved", "partially_fixed"])(
    "keeps an entry that is %s, though the report passed",
    (status) => {
      const report = read(
        "---",
        "status: passed",
        "gaps:",
        "  - truth: a",
        `    status: ${status}`,
        "    closed_by: null",
        "---",
      );
      expect(report.status).toBe("passed");
      expect(report.gaps.map((gap) => gap.status)).toEqual([status]);
    },
  );

  it("leaves out what a re-verification lists as closed", () => {
    const report = read(
      "---",
      "status: gaps_found",
      "re_verification:",
      "  gaps_closed:",
      '    - "Login works."',
      "gaps:",
      "  - truth: Login works",
      "  - truth: Logout works",
      "---",
    );
    expect(brief(report)).toEqual([[8, "Logout works", "failed", "major"]]);
  });

  describe("what `re_verification` says that remains", () => {
    const again = (...list: string[]) => [
      "---",
      "status: gaps_found",
      "re_verification:",
      "  previous_status: gaps_found",
      ...list,
      "---",
    ];

    it("is read where no gaps are listed", () => {
      const report = read(
        ...again(
          "  gaps_closed: [Done]",
          "  gaps_remaining:",
          '    - "Login works"',
          "    - truth: Logout works",
          "      reason: no route",
          "  regressions:",
          "  - Search: finds nothing",
        ),
      );
      expect(brief(report)).toEqual([
        [7, "Login works", "failed", "major"],
        [8, "Logout works", "failed", "major"],
        [11, "Search: finds nothing", "failed", "major"],
      ]);
      expect(report.gaps[1]!.reason).toBe("no route");
      expect(report.diagnostics).toEqual([]);
    });

    it.each([
      ["a flow list", ["  gaps_remaining: [Login works]"], 5],
      ["a scalar", ["  regressions: Login works"], 5],
    ])("is read from %s", (_, list, line) => {
      expect(brief(read(...again(...list)))).toEqual([[line, "Login works", "failed", "major"]]);
    });

    it.each(["[]", "none", "[None]", "0", "null", "~", ""])("is nothing where it says %j", (value) => {
      const report = read(...again(`  gaps_remaining: ${value}`, `  regressions: ${value}`));
      expect(report).toMatchObject({ gaps: [], diagnostics: [{ code: "UNPARSED_REPORT" }] });
    });

    it("tells in other words what is listed", () => {
      const report = read(...again("  gaps_remaining: [Login is broken]", "gaps:", "- truth: Login works"));
      expect(report.gaps.map(({ title }) => title)).toEqual(["Login works"]);
    });
  });

  it.each([
    ["critical", "blocker"],
    ["Blocker", "blocker"],
    ["P1", "major"],
    ["High (data loss)", "major"],
    ["medium", "minor"],
    ["Low (by design)", "minor"],
    ["trivial", "cosmetic"],
    ["strange", "major"],
  ])("takes severity %s for %s", (word, severity) => {
    const report = read("---", "status: gaps_found", "gaps:", "  - truth: a", `    severity: ${word}`, "---");
    expect(report.gaps[0]?.severity).toBe(severity);
  });

  it("does not read on where the list is empty and the report passed", () => {
    const report = read(
      "---",
      "status: passed",
      "gaps: []",
      "---",
      "| # | Truth | Status |",
      "|-|-|-|",
      "| 1 | a | ✗ FAILED |",
    );
    expect(report.gaps).toEqual([]);
    expect(report.diagnostics).toEqual([]);
  });

  it("reads the entries above and below one that is no YAML, and says where it stands", () => {
    const report = read(
      "---",
      "status: gaps_found",
      "gaps:",
      '  - truth: "Add" button adds',
      "    status: failed",
      "    reason: it: does not",
      "  - truth: Delete works",
      "    status: failed",
      "---",
    );
    expect(report.status).toBe("gaps_found");
    expect(report.gaps.map(({ line, title, reason }) => [line, title, reason])).toEqual([
      [4, "Add button adds", "it: does not"],
      [7, "Delete works", null],
    ]);
    expect(report.diagnostics).toMatchObject([{ code: "INVALID_FRONTMATTER", path: PLACE.path, line: 4 }]);
  });

  it("reads a block that is never closed up to the title", () => {
    const report = read("---", "status: gaps_found", "gaps:", "  - truth: a", "", "# Phase 3", "", "text");
    expect(brief(report)).toEqual([[4, "a", "failed", "major"]]);
    expect(report.diagnostics[0]).toMatchObject({ code: "INVALID_FRONTMATTER", line: 1 });
  });
});

describe("status", () => {
  it("of the front matter wins over the body's, and the difference is noted", () => {
    const report = read("---", "status: passed", "gaps: []", "---", "", "# V", "", "**Status:** gaps_found");
    expect(report.status).toBe("passed");
    expect(report.diagnostics).toEqual([
      {
        code: "STATUS_MISMATCH",
        severity: "info",
        message: "the front matter says passed, the body says gaps_found; the front matter counts",
        path: PLACE.path,
        line: 8,
      },
    ]);
  });

  it("is the body's without front matter", () => {
    expect(read("# V", "", "**Status:** ✅ PASSED", "**Score:** 12/12 must-haves verified")).toMatchObject({
      status: "passed",
      score: "12/12 must-haves verified",
    });
    expect(read("# V", "", "**Result:** fine").status).toBe("unknown");
    expect(read("").status).toBe("unknown");
  });

  it("takes `verified: 12/14` for a score", () => {
    expect(read("---", "status: passed", "verified: 12/14 must_haves", "---").score).toBe("12/14 must_haves");
  });
});

describe("body", () => {
  it("reads YAML under a gaps heading, fenced or not, and adds it to the front matter's", () => {
    const report = read(
      "---",
      "status: gaps_found",
      "gaps:",
      "  - truth: Login works",
      "---",
      "",
      "## Gaps",
      "",
      "```yaml",
      "gaps:",
      "  - truth: login works.",
      "    status: failed",
      "  - truth: Logout works",
      "    status: resolved",
      "  - truth: Reset works",
      "```",
    );
    expect(brief(report)).toEqual([
      [4, "Login works", "failed", "major"],
      [15, "Reset works", "failed", "major"],
    ]);
  });

  it("reads a table of gaps", () => {
    const report = read(
      "---",
      "status: gaps_found",
      "---",
      "## Gaps Summary",
      "| # | Truth | Status | Issue | Severity | Affected Files |",
      "|---|-------|--------|-------|----------|----------------|",
      "| 1 | User sees messages | ❌ Failed | No call in `Chat.tsx` | High | src/chat/Chat.tsx, src/api.ts |",
      "| 2 | Messages persist | ✅ Fixed | - | | |",
      "| 3 | Messages sort | ⚠️ Partial | — | | |",
    );
    expect(report.gaps).toMatchObject([
      {
        line: 7,
        title: "User sees messages",
        status: "failed",
        reason: "No call in `Chat.tsx`",
        severity: "major",
        artifacts: [
          { path: "src/chat/Chat.tsx", issue: null },
          { path: "src/api.ts", issue: null },
        ],
      },
      { line: 9, title: "Messages sort", status: "partial", reason: null, severity: "minor" },
    ]);
  });

  it("reads a table of descriptions, and takes a resolution for a resolution", () => {
    const report = read(
      "---",
      "status: failed",
      "---",
      "## Gaps Summary",
      "| Gap | Description | Resolution |",
      "|-----|-------------|------------|",
      "| Gap 1 | Card missing | ✅ 14.1 added it |",
      "| Gap 2 | Tests missing | |",
    );
    expect(report.status).toBe("gaps_found");
    expect(brief(report)).toEqual([[8, "Tests missing", "failed", "major"]]);
  });

  it("reads a heading for each gap with what it says below", () => {
    const report = read(
      "# V",
      "**Status:** gaps_found",
      "| # | Must-Have | Status | Evidence |",
      "|---|-----------|--------|----------|",
      "| 1 | The flag works | **GAP** | it exits |",
      "",
      "## Gaps",
      "",
      "### Gap 1: `--yes` flag is broken (must-have #18)",
      "**File:** `crates/cli/src/worktree.rs:187-209`",
      "**Issue:** It exits with code 1.",
      "",
      "### GAP-2: No test",
      "",
      "**Severity:** Low (by design)",
      "",
      "Nothing covers removal.",
      "",
      "**Affected files:**",
      "- `tests/a.rs` (new)",
      "- `tests/b.rs`",
      "",
      "**Fix required:**",
      "- Write it",
      "",
      "#### Gap 3: Warnings (CLOSED ✓)",
      "### Gap 4: Formatting",
      "**Status:** resolved",
    );
    expect(report.gaps).toMatchObject([
      {
        line: 9,
        title: "`--yes` flag is broken (must-have #18)",
        reason: "It exits with code 1.",
        artifacts: [{ path: "crates/cli/src/worktree.rs", issue: null }],
      },
      {
        line: 13,
        title: "No test",
        severity: "minor",
        reason: "Nothing covers removal.",
        artifacts: [
          { path: "tests/a.rs", issue: "new" },
          { path: "tests/b.rs", issue: null },
        ],
        missing: ["Write it"],
      },
    ]);
    expect(report.entries).toHaveLength(4);
  });

  it("reads a heading that is a gap of its own", () => {
    const report = read(
      "# V",
      "**Status:** `gaps_found`",
      "",
      "## Gap: Scorers not registered",
      "",
      "They are built anew. Always.",
    );
    expect(report.gaps).toMatchObject([
      { line: 4, title: "Scorers not registered", reason: "They are built anew. Always." },
    ]);
  });

  it("reads failed rows of truths, artifacts, links and requirements, each failure once", () => {
    const report = read(
      "# V",
      "**Status:** gaps_found",
      "### Observable Truths",
      "| # | Truth | Status | Evidence |",
      "|---|-------|--------|----------|",
      "| 1 | Title is right | ✓ VERIFIED | index.html |",
      "| 2 | No old domain | ✗ FAILED | package.json has it |",
      "### Required Artifacts",
      "| Artifact | Expected | Status | Details |",
      "|----------|----------|--------|---------|",
      "| `apps/package.json` | metadata | ⚠️ PARTIAL | old domain |",
      "| `src/Chat.tsx` | fetch | ✗ STUB | returns null |",
      "### Key Link Verification",
      "| From | To | Via | Status | Details |",
      "|------|----|-----|--------|---------|",
      "| Form.tsx | /api/send | fetch | ✗ NOT_WIRED | no handler |",
      "### Requirements Coverage",
      "| Requirement | Status | Blocking Issue |",
      "|-------------|--------|----------------|",
      "| BRAND-03: Remove it | ✗ BLOCKED | package.json has it |",
      "| CHAT-01 | ? NEEDS HUMAN | visual |",
      "### Anti-Patterns Found",
      "| File | Line | Pattern | Severity | Impact |",
      "|------|------|---------|----------|--------|",
      "| a.ts | 8 | mail | ⚠️ Warning | none |",
    );
    expect(report.gaps.map(({ line, title, requirement }) => [line, title, requirement])).toEqual([
      [7, "No old domain", "BRAND-03"],
      [12, "src/Chat.tsx", null],
      [16, "Form.tsx → /api/send", null],
    ]);
    expect(report.gaps[0]?.artifacts).toEqual([{ path: "apps/package.json", issue: "old domain" }]);
  });

  it("keeps a row that failed outright of a report that passed, not one that is partly right", () => {
    const table = [
      "| # | Truth | Status |",
      "|-|-|-|",
      "| 1 | a | PARTIAL PASS* |",
      "| 2 | b | ✗ FAILED |",
      "| 3 | c | ? UNCERTAIN |",
    ];
    expect(brief(read("**Status:** passed", "", ...table))).toEqual([[6, "b", "failed", "major"]]);
    expect(brief(read("**Status:** PARTIAL PASS", "", ...table))).toEqual([
      [5, "a", "partial_pass", "minor"],
      [6, "b", "failed", "major"],
    ]);
  });

  it("reads a numbered list under a gaps heading, and not the list that follows it", () => {
    const report = read(
      "---",
      "status: gaps_found",
      "---",
      "### Gaps Summary",
      "",
      "**2 gaps block the goal:**",
      "",
      "1. **package.json metadata** (apps/electron/package.json)",
      "   - Line 8: wrong mail",
      "   - Missing: change the mail",
      "",
      "2. **Demo page** — links to the old site",
      "",
      "**Note:**",
      "",
      "- `slack.ts`: comments are fine",
    );
    expect(report.gaps).toMatchObject([
      {
        line: 8,
        title: "package.json metadata",
        reason: "apps/electron/package.json",
        missing: ["change the mail"],
      },
      { line: 12, title: "Demo page", reason: "links to the old site" },
    ]);
  });

  it("reads bullets, without those that are ticked", () => {
    const report = read(
      "# V",
      "**Status:** gaps_found",
      "## Gaps Found",
      "- [ ] AUTH-02 — no logout",
      "- [x] No login",
      "- ✅ fixed",
      "",
      "Other text",
      "",
      "- not a gap",
    );
    expect(report.gaps).toMatchObject([{ line: 4, title: "AUTH-02", reason: "no logout" }]);
    expect(report.gaps).toHaveLength(1);
  });

  it("does not take the achievements of a report for its gaps", () => {
    const summary = [
      "## Gaps Summary",
      "",
      "No gaps found. All success criteria are met:",
      "",
      "1. **Ruff:** zero violations",
    ];
    expect(read("---", "status: passed", "---", ...summary).gaps).toEqual([]);
    expect(read("# V", ...summary).gaps).toEqual([]);
    expect(
      read("---", "status: human_needed", "---", "## Gaps Summary", "", "The only remaining:", "- look at it")
        .gaps,
    ).toEqual([]);
  });

  it("does not read headings about gaps that are closed", () => {
    const report = read(
      "---",
      "status: gaps_found",
      "---",
      "### Gap Closure Summary",
      "- one",
      "## Gap Resolution",
      "- two",
      "## Previous Gaps",
      "- three",
    );
    expect(report.gaps).toEqual([]);
  });
});

describe("UNPARSED_REPORT", () => {
  it.each([
    ["no gaps at all", ["---", "status: gaps_found", "---", "# V", "Something is wrong."], 2],
    ["an empty list", ["---", "phase: 3", "status: gaps_found", "gaps: []", "---"], 4],
    [
      "a gaps section in plain prose",
      ["# V", "**Status:** gaps_found", "", "## Gaps", "", "The thing is broken."],
      4,
    ],
    ["a gaps section that says none", ["# V", "**Status:** failed", "", "## Gaps", "", "None."], 4],
    ["a list that is no YAML", ["---", "status: passed", "gaps: [a, {b", "---"], 3],
  ])("where the report says that it has gaps and has %s", (_, lines, line) => {
    const report = read(...lines);
    expect(report.gaps).toEqual([]);
    expect(report.diagnostics.filter(({ code }) => code === "UNPARSED_REPORT")).toMatchObject([
      { severity: "warning", path: PLACE.path, line },
    ]);
  });

  it("is not said of a report whose gaps are all closed, or that claims none", () => {
    expect(
      read("---", "status: gaps_found", "gaps:", "  - truth: a", "    status: fixed", "---").diagnostics,
    ).toEqual([]);
    expect(read("---", "status: human_needed", "---").diagnostics).toEqual([]);
    expect(read("").diagnostics).toEqual([]);
  });
});

describe("texts", () => {
  it("are bounded and stand on one line", () => {
    const [gap] = read(
      "---",
      "status: gaps_found",
      "gaps:",
      `  - truth: "${"word ".repeat(100)}"`,
      "    reason: |",
      "      first line",
      `      ${"x".repeat(3000)}`,
      "    artifacts:",
      ...Array.from({ length: 30 }, (_, index) => `      - src/${index}.ts`),
      "    missing:",
      ...Array.from({ length: 30 }, (_, index) => `      - thing ${index} ${"y".repeat(400)}`),
      "---",
    ).gaps;
    expect(gap!.title.length).toBeLessThanOrEqual(200);
    expect(gap!.title.endsWith("…")).toBe(true);
    expect(gap!.reason).toMatch(/^first line x+…$/);
    expect(gap!.reason!.length).toBeLessThanOrEqual(400);
    expect(gap!.artifacts).toHaveLength(8);
    expect(gap!.missing).toHaveLength(8);
    expect(Math.max(...gap!.missing.map((item) => item.length))).toBeLessThanOrEqual(160);
  });
});
