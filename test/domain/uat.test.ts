import { describe, expect, it } from "vitest";
import { readUat } from "../../src/domain/uat.ts";

const PLACE = { path: ".planning/phases/04-actions/04-UAT.md", phase: "04" };
const read = (...lines: string[]) => readUat(lines.join("\n"), PLACE);
const brief = (report: ReturnType<typeof read>) =>
  report.gaps.map(({ line, title, status, severity }) => [line, title, status, severity]);

const HEAD = ["---", "status: complete", "phase: 04-actions", "updated: 2026-02-03", "---", ""];

describe("readUat", () => {
  it("reads the YAML under `## Gaps`, whatever the status is", () => {
    const report = read(
      ...HEAD,
      "## Gaps",
      "",
      "<!-- filled in later -->",
      '- truth: "Comment appears"',
      "  status: failed",
      '  reason: "User reported: nothing happens"',
      "  severity: blocker",
      "  test: 2",
      "  root_cause: no handler",
      "  artifacts:",
      "    - src/Form.tsx",
      "  missing: []",
      "",
      "- truth: Saved",
      "  status: fixed",
      "- truth: Colour",
      "  status: improvement",
      "---",
      "_footer_",
    );
    expect(report).toMatchObject({ source: "uat", status: "complete", date: "2026-02-03", diagnostics: [] });
    expect(report.gaps).toMatchObject([
      {
        line: 10,
        title: "Comment appears",
        status: "failed",
        reason: "User reported: nothing happens",
        severity: "blocker",
        artifacts: [{ path: "src/Form.tsx", issue: null }],
        missing: [],
        root_cause: "no handler",
      },
      { line: 22, title: "Colour", status: "improvement", severity: "minor" },
    ]);
  });

  it.each([
    "[none]",
    "[none yet]",
    "none yet",
    "(none)",
    "[none — all tests pass via CI]",
    "None.",
    "",
    "<!-- none -->",
  ])("has no gaps when `## Gaps` is %j", (text) => {
    expect(read(...HEAD, "## Gaps", "", text)).toMatchObject({ gaps: [], entries: [], diagnostics: [] });
  });

  it("adds the tests with an issue that no entry names", () => {
    const report = read(
      ...HEAD,
      "## Tests",
      "### 1. Opens",
      "expected: opens",
      "result: pass",
      "### 2. Sends",
      "result: issue",
      'reported: "Nothing happens"',
      "severity: major",
      "### 3. Deletes",
      "result: issue",
      'reported: "404"',
      "severity: cosmetic",
      "### 4. Edits",
      "result: issue → fixed",
      "### 5. Logs out",
      "result: blocked",
      "blocked_by: server",
      "### 6. Prints",
      "result: [pending]",
      "### Test 7: Scrolls",
      "**Result (initial):** ✗ Fail - jumps",
      "**Result (after 04-03):** ✓ Pass",
      "### T8: Zooms",
      "**Result:** ❌",
      "## Gaps",
      "- truth: Sending works",
      "  status: resolved",
      "  test: 2",
    );
    expect(brief(report)).toEqual([
      [15, "Deletes", "issue", "cosmetic"],
      [29, "Zooms", "failed", "major"],
    ]);
    expect(report.gaps[0]?.reason).toBe("404");
  });

  it.each([
    ["its name", ["- truth: sends a message."]],
    ["its expectation", ["- truth: The message is **sent**"]],
    ["a longer text with its name", ["- truth: The app sends a message to everybody"]],
    ["what was reported", ["- truth: Delivery", '  reason: "User reported: nothing at all happens"']],
  ])("does not count a test twice where an entry names it by %s", (_, entry) => {
    const report = read(
      ...HEAD,
      "### 1. Sends a message",
      "expected: The message is sent",
      "result: issue",
      'reported: "Nothing at all happens."',
      "## Gaps",
      ...entry,
      "  status: failed",
    );
    expect(report.gaps.map(({ line }) => line)).toEqual([12]);
  });

  it("counts failed tests beside an entry about something else that names no test", () => {
    const report = read(
      ...HEAD,
      "### 2. Totally other",
      "result: issue",
      "### 3. A thing",
      "result: issue",
      "## Gaps",
      '- truth: "A thing"',
      "  status: resolved",
    );
    expect(brief(report)).toEqual([[7, "Totally other", "issue", "major"]]);
  });

  it("takes no short word for the name of a test", () => {
    const report = read(
      ...HEAD,
      "### 1. UI",
      "result: issue",
      "## Gaps",
      "- truth: The UI of the chat is slow",
    );
    expect(report.gaps.map(({ title }) => title)).toEqual(["UI", "The UI of the chat is slow"]);
  });

  it("counts the tests where `## Gaps` says none", () => {
    expect(brief(read(...HEAD, "### 1. Sends", "result: issue", "## Gaps", "[none]"))).toEqual([
      [7, "Sends", "issue", "major"],
    ]);
  });

  it("reads a `### Failed` table", () => {
    const report = read(
      "---",
      "status: failed",
      "---",
      "### Passed",
      "| Test | Description |",
      "|------|-------------|",
      "| 1 | Opens |",
      "### Failed",
      "| Test | Description | Issue | Root Cause |",
      "|------|-------------|-------|------------|",
      "| 2 | Send message | Nothing happens | No handler in Form.tsx |",
      "| None | | | |",
    );
    expect(report.gaps).toMatchObject([
      {
        line: 11,
        title: "Send message",
        reason: "Nothing happens",
        root_cause: "No handler in Form.tsx",
        status: "failed",
      },
    ]);
    expect(report.gaps).toHaveLength(1);
    expect(report.status).toBe("failed");
  });

  it("reads the failed rows of a table of tests", () => {
    const report = read(
      "# UAT",
      "**Status:** Pass (with fixes applied)",
      "| # | Test | Status | Notes |",
      "|---|------|--------|-------|",
      "| 1 | Title | N/A | by design |",
      "| 2 | Menu | ✓ | |",
      "| 3 | Dock | ❌ Failed | wrong icon |",
      "| 4 | Cron | SKIP | later |",
      "| 5 | Mail | BLOCKED | no server |",
    );
    expect(report.status).toBe("pass");
    expect(brief(report)[0]).toEqual([7, "Dock", "failed", "major"]);
  });

  it("reads bullets under `## Gaps`", () => {
    const report = read(
      ...HEAD,
      "## Gaps",
      "",
      "- Spacing is off — in the header",
      "- Title is cut (resolved)",
    );
    expect(report.gaps).toMatchObject([{ line: 9, title: "Spacing is off", reason: "in the header" }]);
    expect(report.gaps).toHaveLength(1);
  });

  it("reads the entries around one that is no YAML, and says where it stands", () => {
    const report = read(
      ...HEAD,
      "## Gaps",
      "- truth: a",
      "  status: failed",
      '- truth: "b" c',
      "  status: failed",
      "- truth: d",
    );
    expect(brief(report)).toEqual([
      [8, "a", "failed", "major"],
      [10, "b c", "failed", "major"],
      [12, "d", "failed", "major"],
    ]);
    expect(report.diagnostics).toMatchObject([{ code: "INVALID_FRONTMATTER", path: PLACE.path, line: 10 }]);
  });

  it.each([
    ["is diagnosed", ["---", "status: diagnosed", "---", "## Gaps", "", "[none]"], 4],
    ["counts issues in its summary", [...HEAD, "## Summary", "", "total: 3", "issues: 2"], 2],
  ])("says so where a report %s and none can be read", (_, lines, line) => {
    expect(read(...lines).diagnostics).toMatchObject([{ code: "UNPARSED_REPORT", line }]);
  });

  it.each([
    ["testing", "testing"],
    ["PASSED (6/6)", "passed"],
    ["in-progress", "in_progress"],
  ])("keeps the status %s as %s", (written, status) => {
    expect(read("---", `status: ${written}`, "---").status).toBe(status);
    expect(read("# UAT", "", `**Status:** ${written}`).status).toBe(status);
  });
});
