import { describe, expect, test } from "vitest";
import {
  type DoneGapPlan,
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
    gapPlans?: DoneGapPlan[];
    gapsFound?: string;
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
    gapPlans: () => more.gapPlans ?? [],
    callName: null,
    reports: () => ({
      ...(more.verification ?? { ...report(""), status: null }),
      gapsFound: more.gapsFound ?? "",
    }),
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

describe("gaps whose plans are done", () => {
  const plans = (...completed: (string | null)[]) =>
    completed.map((day, index) => ({ id: `03-0${index + 7}`, completed: day }));
  const withGaps = (more: object) => phase("3", [8, 8], { verification: report("gaps_found", 2), ...more });
  const of = (more: object) => nextStep([withGaps(more)], milestone(), true);

  test.each<[what: string, more: object, why: string]>([
    [
      "nothing is dated",
      { gapPlans: plans(null, null) },
      "phase 3 has 2 open gaps; gap plans 03-07, 03-08 are done: verify it again",
    ],
    [
      "one of them is younger than the report",
      { gapPlans: plans("2026-02-01", "2026-02-05"), gapsFound: "2026-02-03" },
      "phase 3 has 2 open gaps; gap plan 03-08 is done: verify it again",
    ],
    [
      "the same day says nothing",
      { gapPlans: plans("2026-02-03"), gapsFound: "2026-02-03T10:00:00Z" },
      "phase 3 has 2 open gaps; gap plan 03-07 is done: verify it again",
    ],
    [
      "a phase of gap plans, and one of them is younger",
      { isGapClosure: true, gapPlans: plans("2026-02-04"), gapsFound: "2026-02-03" },
      "phase 3 has 2 open gaps; gap plan 03-07 is done: verify it again",
    ],
    [
      "many",
      { gapPlans: plans(null, null, null, null, null, null, null) },
      "phase 3 has 2 open gaps; gap plans 03-07, 03-08, 03-09, 03-010, 03-011 and 2 more are done: verify it again",
    ],
  ])("%s: the phase is verified again", (_, more, why) => {
    expect(of(more)).toEqual({ action: "verify", phase: "03", why });
    expect(of({ ...more, state: "completed" })).toEqual({ action: "verify", phase: "03", why });
  });

  test.each<[what: string, more: object]>([
    ["the report is younger", { gapPlans: plans("2026-02-01", "2026-02-02"), gapsFound: "2026-02-03" }],
    ["a phase of gap plans, undated", { isGapClosure: true, gapPlans: plans(null), gapsFound: "2026-02-03" }],
    [
      "a phase of gap plans, of the same day",
      { isGapClosure: true, gapPlans: plans("2026-02-03"), gapsFound: "2026-02-03" },
    ],
    ["no gap plan", {}],
  ])("%s: they are planned", (_, more) => {
    expect(of(more)).toMatchObject({ action: "close_gaps", phase: "03", why: "phase 3 has 2 open gaps" });
  });

  test("plans that are left come first, and without a verifier the phase can be completed", () => {
    const started = { ...withGaps({ gapPlans: plans(null) }), doneCount: 7 };
    expect(nextStep([started], milestone(), true).action).toBe("execute");
    expect(nextStep([withGaps({ gapPlans: plans(null) })], milestone(), false).action).toBe("complete_phase");
  });
});

describe("gaps of completed phases", () => {
  const left = (number: string, verification: ReportProgress) =>
    phase(number, [1, 1], { state: "completed", verification });

  test("come after all other phases and before the audit", () => {
    const phases = [left("2.1", report("passed", 1)), phase("4", [0, 2])];
    expect(nextStep(phases, milestone(), true)).toEqual({
      action: "execute",
      phase: "04",
      why: "phase 4 has 2 of 2 plans left; phase 2.1 has 1 open gap",
    });
    expect(nextStep([phases[0]!, done("4")], milestone(), true)).toEqual({
      action: "close_gaps",
      phase: "02.1",
      why: "phase 2.1 has 1 open gap",
    });
  });

  test("are told of together", () => {
    const phases = ["1", "2"].map((number) => left(number, report("passed", 2)));
    const { why } = nextStep([...phases, phase("4", [0, 0])], milestone(), true);
    expect(why).toBe("phase 4 has no plans; phases 1, 2 have 4 open gaps");
  });

  test.each<[what: string, verification: ReportProgress, action: string]>([
    ["that completed phases address", report("gaps_found", 0, 0, 1), "verify"],
    ["that other phases address", report("gaps_found", 0, 1, 1), "audit_milestone"],
    ["none", report("gaps_found"), "audit_milestone"],
  ])("%s", (_, verification, action) => {
    expect(nextStep([left("2.1", verification)], milestone(), true).action).toBe(action);
  });

  test("a ticked phase is one, and without a verifier nothing is verified again", () => {
    const ticked = phase("2", [1, 1], { isChecked: true, verification: report("passed", 1) });
    expect(nextStep([ticked], milestone(), true)).toMatchObject({ action: "close_gaps", phase: "02" });
    const addressed = left("2", report("gaps_found", 0, 0, 1));
    expect(nextStep([addressed], milestone(), false).action).toBe("audit_milestone");
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
