import { describe, expect, it } from "vitest";
import { chooseAudit, classifyReport, mainReport } from "../../src/domain/report-files.ts";

describe("classifyReport", () => {
  it.each([
    ["03-VERIFICATION.md", "verification", "phase", 1],
    ["VERIFICATION.md", "verification", "phase", 1],
    ["02.1-VERIFICATION.md", "verification", "phase", 1],
    ["127-VERIFICATION.md", "verification", "phase", 1],
    ["22-performance-benchmarking-VERIFICATION.md", "verification", "phase", 1],
    ["04-2fa-login-VERIFICATION.md", "verification", "phase", 1],
    ["v1.0.6-02.1-VERIFICATION.md", "verification", "phase", 1],
    ["23-01-VERIFICATION.md", "verification", "plan", 1],
    ["04-02-UAT-results.md", "uat", "plan", 1],
    ["03-VERIFICATION-v2.md", "verification", "phase", 2],
    ["03-VERIFICATION-NEW.md", "verification", "phase", 1.5],
    ["03-VERIFICATION-RE.md", "verification", "phase", 2],
    ["03-VERIFICATION-RE2.md", "verification", "phase", 3],
    ["03-VERIFICATION-REPORT.md", "verification", "phase", 1],
    ["03-VERIFICATION-v1-gaps.md", "verification", "part", 1],
    ["57-VERIFICATION-GAP-CLOSURE.md", "verification", "part", 1],
    ["UAT.md", "uat", "phase", 1],
    ["03-UAT.md", "uat", "phase", 1],
    ["phase-04-UAT.md", "uat", "phase", 1],
    ["02.2-HUMAN-UAT.md", "uat", "part", 1],
    ["03-FIX-UAT.md", "uat", "part", 1],
    ["03-GAP-UAT.md", "uat", "part", 1],
    ["03-RETEST-UAT.md", "uat", "phase", 2],
    ["02-UAT-round2.md", "uat", "phase", 2],
    ["03-UAT-retest.md", "uat", "phase", 2],
    ["UAT-PAGE-login.md", "uat", "part", 1],
  ])("%s is a %s report of the %s, round %d", (file, source, scope, round) => {
    expect(classifyReport(file)).toMatchObject({ source, scope, round, file });
  });

  it.each([
    "03-01-PLAN.md",
    "03-SUMMARY.md",
    "03-VERIFICATION.txt",
    "03-VALIDATION.md",
    "UAT-template.md",
    "02.1-10-UAT-NOTES.md",
    "03-VERIFICATION-CHECKLIST.md",
    "03-PLAN-VERIFICATION.md",
    "17-VERIFICATION-PLAN.md",
    "v1.10.0-UAT.md",
    "2026-01-02-checksum-verification.md",
    "15-PRELOAD-AUDIT.md",
    "",
    ".md",
  ])("%s is no report of a phase", (file) => {
    expect(classifyReport(file)).toBeNull();
  });
});

describe("mainReport", () => {
  it.each([
    [["03-VERIFICATION.md", "03-VERIFICATION-v2.md"], "03-VERIFICATION-v2.md"],
    [["03-VERIFICATION-RE2.md", "03-VERIFICATION-RE.md", "03-VERIFICATION.md"], "03-VERIFICATION-RE2.md"],
    [["03-VERIFICATION-NEW.md", "03-VERIFICATION.md"], "03-VERIFICATION-NEW.md"],
    [["03-VERIFICATION-2026-02-01.md", "03-VERIFICATION-2026-01-30.md"], "03-VERIFICATION-2026-02-01.md"],
    [["57-VERIFICATION-GAP-CLOSURE.md", "57-VERIFICATION.md"], "57-VERIFICATION.md"],
    [["03-02-VERIFICATION.md", "03-VERIFICATION.md"], "03-VERIFICATION.md"],
    [["VERIFICATION.md", "03-VERIFICATION.md"], "03-VERIFICATION.md"],
    [["03-01-VERIFICATION.md", "03-10-VERIFICATION.md", "03-9-VERIFICATION.md"], "03-10-VERIFICATION.md"],
    [["03-UAT.md", "03-01-PLAN.md"], null],
    [[], null],
  ])("of %j it is %s", (files, expected) => {
    expect(mainReport(files, "verification")).toBe(expected);
    expect(mainReport([...files].reverse(), "verification")).toBe(expected);
  });

  it("takes the phase's acceptance test before a part of it", () => {
    expect(mainReport(["02-HUMAN-UAT.md", "02-UAT.md"], "uat")).toBe("02-UAT.md");
    expect(mainReport(["02-HUMAN-UAT.md"], "uat")).toBe("02-HUMAN-UAT.md");
  });
});

describe("chooseAudit", () => {
  const root = ".planning/v1.1-MILESTONE-AUDIT.md";
  const archived = ".planning/milestones/v1.0-MILESTONE-AUDIT.md";

  it.each([
    ["the current milestone's", [root, archived], "1.1", root],
    ["the current milestone's, archived", [root, archived], "1.0", archived],
    ["1.0 when 1.0.0 is current", [archived], "1.0.0", archived],
    ["the live one before the archived", [".planning/milestones/v1.1-MILESTONE-AUDIT.md", root], "1.1", root],
    ["none of another milestone", [root, archived], "2.0", null],
    ["AUDIT.md when no version fits", [".planning/AUDIT.md", root], "2.0", ".planning/AUDIT.md"],
    ["the version before AUDIT.md", [".planning/AUDIT.md", root], "1.1", root],
    [
      "the final one",
      [root, ".planning/v1.1-MILESTONE-AUDIT-FINAL.md"],
      "1.1",
      ".planning/v1.1-MILESTONE-AUDIT-FINAL.md",
    ],
    [
      "a doubled version",
      [".planning/v1.0-v1.0-MILESTONE-AUDIT.md"],
      "1.0",
      ".planning/v1.0-v1.0-MILESTONE-AUDIT.md",
    ],
    ["the short form", [".planning/v1.2-AUDIT.md"], "1.2", ".planning/v1.2-AUDIT.md"],
    [
      "the highest when no milestone is known",
      [".planning/v1.9-MILESTONE-AUDIT.md", ".planning/v1.10-MILESTONE-AUDIT.md"],
      null,
      ".planning/v1.10-MILESTONE-AUDIT.md",
    ],
    [
      "none when the highest was archived",
      [".planning/v1.0-MILESTONE-AUDIT.md", ".planning/milestones/v1.1-MILESTONE-AUDIT.md"],
      null,
      null,
    ],
    [
      "no other file with that word",
      [
        ".planning/PHASE3_AUDIT.md",
        ".planning/phases/15-x/15-PRELOAD-AUDIT.md",
        ".planning/workstreams/a/v1.1-MILESTONE-AUDIT.md",
      ],
      "1.1",
      null,
    ],
    ["nothing of nothing", [], null, null],
  ])("takes %s", (_, paths, milestone, expected) => {
    expect(chooseAudit(paths, milestone)).toBe(expected);
    expect(chooseAudit([...paths].reverse(), milestone)).toBe(expected);
  });

  it("knows paths relative to .planning/ too", () => {
    expect(chooseAudit(["v1.0-MILESTONE-AUDIT.md"], "1.0")).toBe("v1.0-MILESTONE-AUDIT.md");
  });
});
