import { describe, expect, it } from "vitest";
import {
  isClosed,
  judgeCell,
  readBodyLabels,
  saysGaps,
  statusWord,
  verificationStatus,
} from "../../src/domain/report-status.ts";
import { readMarkdown } from "../../src/markdown/sections.ts";

describe("statusWord", () => {
  it.each([
    ["passed", "passed"],
    ["PASSED (6/6)", "passed"],
    ["✅ PASSED", "passed"],
    ["`gaps_found`", "gaps_found"],
    ["**fail**", "fail"],
    ["⚠️ PARTIAL", "partial"],
    ["issue → fixed", "fixed"],
    ["issue -> fixed", "fixed"],
    ["✗ NOT_WIRED", "not_wired"],
    ["? UNCERTAIN", "uncertain"],
    ["human_needed — all automated checks passed", "human_needed"],
    ["In Progress", "in_progress"],
    ["Complete ✓", "complete"],
    ["x PASSED", "passed"],
    ["❌", "failed"],
    ["✓", "passed"],
    ["⚠️", "partial"],
    ["N/A", "n_a"],
    ["routed-to-phase", "routed_to_phase"],
    ["проверено", "проверено"],
    ["", "unknown"],
    ["—", "unknown"],
  ])("%j is %s", (text, word) => {
    expect(statusWord(text)).toBe(word);
  });
});

describe("verificationStatus", () => {
  it.each([
    ["passed", "passed"],
    ["PASS", "passed"],
    ["verified", "passed"],
    ["✅ PASSED", "passed"],
    ["passed (with known limitation)", "passed"],
    ["passed_with_deferral", "passed"],
    ["gaps_found", "gaps_found"],
    ["Gaps Found", "gaps_found"],
    ["failed", "gaps_found"],
    ["✗ FAILED", "gaps_found"],
    ["human_needed", "human_needed"],
    ["needs human verification", "human_needed"],
    ["PARTIAL PASS", "unknown"],
    ["⚠️ PARTIAL PASS — two items open", "unknown"],
    ["⚠️ PARTIAL", "unknown"],
    ["PASSED (partial — manual build verification required)", "unknown"],
    ["passed with gaps", "unknown"],
    ["not verified", "unknown"],
    ["in_progress", "unknown"],
    ["Ready for implementation", "unknown"],
    ["", "unknown"],
  ])("%j is %s", (text, status) => {
    expect(verificationStatus(text)).toBe(status);
  });
});

describe("isClosed", () => {
  it.each(["resolved", "fixed", "verified", "closed", "passed", "deferred", "resolved_in_phase_5"])(
    "%s is",
    (word) => {
      expect(isClosed(word)).toBe(true);
    },
  );
  it.each([
    "failed",
    "partial",
    "blocked",
    "improvement",
    "unresolved",
    "not_fixed",
    "partially_resolved",
    "uncertain",
    "unknown",
  ])("%s is not", (word) => {
    expect(isClosed(word)).toBe(false);
  });
});

describe("judgeCell", () => {
  it.each([
    ["✗ FAILED", "failed"],
    ["❌", "failed"],
    ["❌ Not implemented", "failed"],
    ["❌ Wrong colour", "failed"],
    ["NOT_WIRED", "failed"],
    ["✗ MISSING", "failed"],
    ["**GAP**", "failed"],
    ["✗ BLOCKED", "failed"],
    ["NO", "failed"],
    ["⚠️ PARTIAL", "partial"],
    ["PARTIAL PASS*", "partial"],
    ["⚠️ ORPHANED", "partial"],
    ["PARTIALLY SATISFIED", "partial"],
    ["✓ VERIFIED", "other"],
    ["PASS (with sub-criterion gap — see below)", "other"],
    ["? UNCERTAIN", "other"],
    ["? NEEDS HUMAN", "other"],
    ["N/A", "other"],
    ["not applicable", "other"],
    ["skipped", "other"],
    ["", "other"],
  ])("%j is %s", (cell, verdict) => {
    expect(judgeCell(cell)).toBe(verdict);
  });
});

describe("saysGaps", () => {
  it.each(["gaps_found", "failed", "fail", "diagnosed", "issues_found"])("%s does", (word) => {
    expect(saysGaps(word)).toBe(true);
  });
  it.each(["passed", "complete", "partial", "testing", "tech_debt", "unknown"])("%s does not", (word) => {
    expect(saysGaps(word)).toBe(false);
  });
});

describe("readBodyLabels", () => {
  const read = (text: string) => readBodyLabels(readMarkdown(text));

  it("finds status and score in their spellings, with their lines", () => {
    expect(read("# V\n\n**Status:** gaps_found\n**Score:** 1/2")).toEqual({
      status: { text: "gaps_found", line: 3 },
      score: { text: "1/2", line: 4 },
    });
    expect(read("# V\n**Status: passed**").status).toEqual({ text: "passed", line: 2 });
    expect(read("# V\n\n## Status: `passed`").status).toEqual({ text: "passed", line: 3 });
    expect(read("# V\n\n## Conclusion\n\n**Status:** passed").status?.text).toBe("passed");
    expect(read("# V\n\n## Score\n\n**21/21 must-haves** (100%)").score).toEqual({
      text: "21/21 must-haves (100%)",
      line: 5,
    });
  });

  it("does not take the verdict on one check for the report's", () => {
    expect(
      read("# V\n\n### 1. Builds\n\n**Status:** passed\n\n### 2. Runs\n\n**Status:** failed").status,
    ).toBeNull();
    expect(read("```\n**Status:** passed\n```").status).toBeNull();
  });
});
