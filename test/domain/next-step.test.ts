import { describe, expect, test } from "vitest";
import {
  type MilestoneProgress,
  nextStep,
  type PhaseProgress,
  type ReportProgress,
} from "../../src/domain/next-step.ts";
import { formatPadded, type PhaseState, parsePhaseNumber } from "../../src/domain/phase.ts";

const report = (status: string, openGaps = 0, gapsUnderWay = 0, gapsClosed = 0): ReportProgress => ({
  status,
  openGaps,
  gapsUnderWay,
  gapsClosed,
});

function phase(
  number: string,
  [doneCount, planCount]: [number, number],
  more: {
    state?: PhaseState;
    isChecked?: boolean;
    verification?: ReportProgress;
    isGapClosure?: boolean;
  } = {},
): PhaseProgress {
  const parsed = parsePhaseNumber(number)!;
  const id = formatPadded(parsed);
  return {
    ref: { id, number, name: `Name ${number}`, slug: "s", state: more.state ?? "active", dir: `d/${id}` },
    number: parsed,
    planCount,
    doneCount,
    isChecked: more.isChecked ?? false,
    isGapClosure: () => more.isGapClosure ?? false,
    callName: null,
    reports: () => more.verification ?? { ...report(""), status: null },
  };
}

const milestone = (audit: ReportProgress | null = null, isBetween = false): MilestoneProgress => ({
  label: "milestone 1.2.0",
  isBetween,
  audit: () => audit,
});

const done = (number: string) => phase(number, [1, 1], { state: "completed" });

describe("phases", () => {
  test.each<[string, PhaseProgress[], string, string | null]>([
    ["unfinished plans", [done("1"), phase("2", [1, 3]), phase("3", [0, 0])], "execute", "02"],
    ["no plans", [done("1"), phase("2.1", [0, 0], { state: "unstarted" })], "plan", "02.1"],
    ["no verification", [phase("2", [2, 2])], "verify", "02"],
    ["passed", [phase("2", [2, 2], { verification: report("passed") })], "complete_phase", "02"],
    ["human needed", [phase("2", [2, 2], { verification: report("human_needed") })], "verify", "02"],
    ["unknown status", [phase("2", [2, 2], { verification: report("unknown") })], "verify", "02"],
    ["gaps", [phase("2", [2, 2], { verification: report("gaps_found", 2) })], "close_gaps", "02"],
    [
      "gaps under way",
      [phase("2", [2, 2], { verification: report("gaps_found", 0, 2) }), phase("3", [0, 0])],
      "plan",
      "03",
    ],
    ["gaps addressed", [phase("2", [2, 2], { verification: report("gaps_found") })], "verify", "02"],
    ["gap closure only", [phase("6", [1, 1], { isGapClosure: true })], "complete_phase", "06"],
    ["gap plans in a completed phase", [phase("2", [1, 2], { state: "completed" })], "execute", "02"],
    [
      "ticked without a directory",
      [phase("2", [0, 0], { state: "unstarted", isChecked: true }), phase("3", [0, 0])],
      "plan",
      "03",
    ],
    [
      "a flat phase that work has passed",
      [phase("1", [1, 1], { state: "flat" }), phase("2", [1, 2], { state: "flat" })],
      "execute",
      "02",
    ],
    [
      "the last flat phase",
      [phase("1", [1, 1], { state: "flat" }), phase("2", [2, 2], { state: "flat" })],
      "verify",
      "02",
    ],
    ["backlog is nobody's next", [done("1"), phase("999.1", [0, 0])], "audit_milestone", null],
  ])("%s", (_, phases, action, id) => {
    expect(nextStep(phases, milestone(), true)).toMatchObject({ action, phase: id });
  });

  test("without a verifier a phase whose plans are done can be completed", () => {
    expect(nextStep([phase("2", [2, 2])], milestone(), false)).toMatchObject({ action: "complete_phase" });
  });
});

describe("the milestone", () => {
  test.each<[string, ReportProgress | null, string]>([
    ["not audited", null, "audit_milestone"],
    ["audit with gaps", report("gaps_found", 1), "close_gaps"],
    ["its gaps addressed", report("gaps_found"), "audit_milestone"],
    ["passed", report("passed"), "new_milestone"],
    ["debt only", report("tech_debt"), "new_milestone"],
  ])("%s", (_, audit, action) => {
    expect(nextStep([done("1")], milestone(audit), true)).toMatchObject({ action, phase: null });
  });

  test("none, or without phases", () => {
    expect(nextStep([phase("1", [0, 1])], milestone(null, true), true)).toMatchObject({
      action: "new_milestone",
    });
    expect(nextStep([], milestone(), true)).toMatchObject({ action: "new_milestone" });
  });
});
