import { describe, expect, test } from "vitest";
import { formatPlain, parsePhaseNumber } from "../../src/domain/phase.ts";
import { milestonesOfVersion, phaseIssues, readIssuePhase } from "../../src/domain/phase-issue.ts";

test.each<[string, string | null]>([
  ["Phase 3: Chat", "3"],
  ["Phase 03: Chat", "3"],
  ["phase 8: Chat", "8"],
  ["Phase 02.1: Hotfix", "2.1"],
  ["Phase 2.10: Later", "2.10"],
  ["Phase 12A: Split", "12A"],
  ["Phase 2.1 (INSERTED): Hotfix", "2.1"],
  ["  Phase 3 : Chat", "3"],
  ["\u200bPhase 3: Chat", "3"],
  ["Phase 3", null],
  ["Phase 3 Chat", null],
  ["Phase : Chat", null],
  ["Phases 3: Chat", null],
  ["The Phase 3: Chat", null],
  ["Phase 3-4: Chat", null],
  ["Phase 3..1: Chat", null],
])("%j is about phase %s", (title, expected) => {
  const number = readIssuePhase(title);
  expect(number && formatPlain(number)).toBe(expected);
});

describe("the phase's issue", () => {
  const issue = (number: number, title: string, state: "open" | "closed" = "open") => ({
    number,
    title,
    state,
  });
  const found = (issues: ReturnType<typeof issue>[], phase: string) =>
    phaseIssues(issues, parsePhaseNumber(phase)!).map(({ number }) => number);

  test("is told by its number, not by its text", () => {
    const issues = [
      issue(1, "Phase 1: A"),
      issue(10, "Phase 10: B"),
      issue(2, "Phase 01.1: C"),
      issue(4, "Phase 1A: D"),
    ];
    expect(found(issues, "1")).toEqual([1]);
    expect(found(issues, "10")).toEqual([10]);
    expect(found(issues, "1.1")).toEqual([2]);
    expect(found(issues, "1A")).toEqual([4]);
    expect(found(issues, "1.10")).toEqual([]);
  });

  test("is the open one; a closed one only where none is open", () => {
    expect(found([issue(1, "Phase 3: A", "closed"), issue(2, "Phase 03: A")], "3")).toEqual([2]);
    expect(found([issue(1, "Phase 3: A", "closed")], "3")).toEqual([1]);
  });

  test("is ambiguous among several of one state", () => {
    expect(found([issue(9, "Phase 3: A"), issue(2, "Phase 03: B"), issue(9, "Phase 3: A")], "3")).toEqual([
      2, 9,
    ]);
    expect(found([issue(9, "Phase 3: A", "closed"), issue(2, "Phase 3: B", "closed")], "3")).toEqual([2, 9]);
  });
});

test.each<[string, boolean]>([
  ["v1.2.0", true],
  ["v1.2", true],
  ["1.2", true],
  ["V1.2.0", true],
  ["v1.2.0 - Chat", true],
  ["v1.2.0 – Chat", true],
  ["v1.2: Chat", true],
  ["v1.2.0 Chat", true],
  ["Milestone v1.2.0: Chat", true],
  ["v1.2.1", false],
  ["v1.20", false],
  ["v11.2", false],
  ["v1.2.0-beta", false],
  ["v1.2.0.1", false],
  ["v1.2beta", false],
  ["left over from v1.2.0", false],
  ["", false],
])("the milestone %j is v1.2.0: %s", (title, expected) => {
  expect(milestonesOfVersion([{ title }], "1.2.0")).toHaveLength(expected ? 1 : 0);
});
