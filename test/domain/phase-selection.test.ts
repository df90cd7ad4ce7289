import { describe, expect, test } from "vitest";
import { formatPadded, type PhaseState, parsePhaseNumber } from "../../src/domain/phase.ts";
import { type SelectablePhase, type Selection, selectPhase } from "../../src/domain/phase-selection.ts";

function phase(
  number: string,
  plans: number,
  unfinished: number,
  state: PhaseState = "pending",
  complete = false,
): SelectablePhase {
  const parsed = parsePhaseNumber(number)!;
  return {
    ref: { id: formatPadded(parsed), number, name: "", slug: "", state, dir: null },
    number: parsed,
    isComplete: () => complete,
    planCount: () => plans,
    unfinishedCount: () => unfinished,
  };
}

const phases = [
  phase("1", 2, 0, "completed", true),
  phase("2", 0, 0, "completed", true),
  phase("2.1", 0, 0, "pending"),
  phase("3", 3, 1, "active"),
  phase("4", 3, 3, "active"),
  phase("999.1", 0, 0),
];

const scope = { label: "milestone 1.2.0", hasMilestone: true };
const error = (select: Selection, some: SelectablePhase[], within = scope) => {
  try {
    return selectPhase(select, some, within);
  } catch (thrown) {
    return thrown;
  }
};

test.each<[Selection, string]>([
  ["next_incomplete", "3"],
  ["next_unplanned", "2.1"],
  ["current", "3"],
])("%s is phase %s", (select, number) => {
  expect(selectPhase(select, phases, scope).phase.ref.number).toBe(number);
});

test("several active phases: the lowest, and said", () => {
  expect(selectPhase("current", phases, scope).diagnostics).toMatchObject([
    { code: "SEVERAL_ACTIVE_PHASES" },
  ]);
  expect(selectPhase("current", phases.slice(0, 4), scope).diagnostics).toEqual([]);
});

describe("nothing fits, and why", () => {
  test.each<[Selection, SelectablePhase[], typeof scope, RegExp]>([
    ["next_incomplete", [phase("1", 2, 0)], scope, /every plan of milestone 1.2.0 is finished/],
    ["next_incomplete", [phase("1", 2, 0), phase("2", 0, 0)], scope, /phase 2 has no plans/],
    ["next_unplanned", [phase("1", 2, 1)], scope, /has plans or is complete/],
    ["current", [phase("1", 2, 1)], scope, /no active phase/],
    ["current", [phase("1", 2, 1, "flat")], scope, /have no state/],
    ["next_incomplete", [], scope, /has no phases/],
    ["next_unplanned", [phase("999.1", 0, 0)], scope, /has no phases/],
    ["next_incomplete", phases, { ...scope, hasMilestone: false }, /no current milestone/],
  ])("%s", (select, some, within, why) => {
    expect(error(select, some, within)).toMatchObject({
      code: "NO_MATCHING_PHASE",
      message: expect.stringMatching(why),
    });
  });
});
