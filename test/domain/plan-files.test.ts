import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { parsePhaseNumber } from "../../src/domain/phase.ts";
import { pairPlans, planKeyOf } from "../../src/domain/phase-plans.ts";

const pair = (phase: string, ...files: string[]) => pairPlans(files, parsePhaseNumber(phase)!);

describe("names of plans", () => {
  test.each([
    ["4", "04-01-PLAN.md", "04-01", "01"],
    ["2.1", "02.1-01-PLAN.md", "02.1-01", "01"],
    ["8", "08-02-registration-PLAN.md", "08-02-registration", "02"],
    ["4", "04-GAP-PLAN.md", "04-GAP", "GAP"],
    ["4", "04-GAP-2-PLAN.md", "04-GAP-2", "GAP-2"],
    ["10", "10-GAP1-PLAN.md", "10-GAP1", "GAP1"],
    ["89.1", "89.1-GAP-CLOSURE-PLAN.md", "89.1-GAP-CLOSURE", "GAP-CLOSURE"],
    ["4", "04-FIX-PLAN.md", "04-FIX", "FIX"],
    ["39", "39-01-FIX-PLAN.md", "39-01-FIX", "01-FIX"],
    ["3", "PLAN.md", "03", "01"],
    ["2", "02-PLAN.md", "02", "01"],
    ["1", "02-PLAN.md", "02", "02"],
    ["14", "14.1-PLAN.md", "14.1", "14.1"],
    ["14.1", "14.1-PLAN.md", "14.1", "01"],
    ["2", "phase-02-plan-03-PLAN.md", "phase-02-plan-03", "03"],
    ["2", "02-1a-PLAN.md", "02-1a", "1a"],
    ["4", "04-02b-PLAN.md", "04-02b", "02b"],
    ["1", "01-PLAN-01.md", "01-01", "01"],
    ["1", "PLAN-01.md", "01", "01"],
    ["5", "5-PLAN-01-setup.md", "5-01-setup", "01"],
    ["36A", "36A-01-PLAN.md", "36A-01", "01"],
    ["15", "04-01-PLAN.md", "04-01", "01"],
    ["127", "127-01-encoder-PLAN.md", "127-01-encoder", "01"],
  ])("phase %s: %s is plan %s, number %s", (phase, file, id, number) => {
    expect(pair(phase, file).plans).toMatchObject([{ id, number }]);
  });

  test.each([
    "INTEGRATION-PLAN.md",
    "04-INTEGRATION-PLAN.md",
    "04-01-PLAN-OUTLINE.md",
    "04-PLAN-CHECK.md",
    "PLANNING-COMPLETE.md",
    "28-PLANNING-SUMMARY.md",
    "RAGNAR_MIGRATION_PLAN.md",
  ])("%s only looks like one", (file) => {
    expect(pair("4", file)).toMatchObject({ plans: [], orphans: [], lookalikes: [file] });
  });

  test.each(["04-01-PLAN.pre-bounce.md", "04-01-PLAN.md.bak", "04-CONTEXT.md", "README.md", "plan.txt"])(
    "%s is no plan",
    (file) => expect(pair("4", file).plans).toEqual([]),
  );

  test("short names are plan numbers where several stand together", () => {
    const { plans } = pair("3", "01-PLAN.md", "02-PLAN.md", "03-PLAN.md", "01-SUMMARY.md", "03-SUMMARY.md");
    expect(plans.map(({ number, summary }) => [number, summary])).toEqual([
      ["01", "01-SUMMARY.md"],
      ["02", null],
      ["03", "03-SUMMARY.md"],
    ]);
  });
});

test("plans order by number, gap and fix plans last", () => {
  const files = [
    "04-10-PLAN.md",
    "04-GAP-10-PLAN.md",
    "04-FIX-PLAN.md",
    "04-2-PLAN.md",
    "04-GAP-PLAN.md",
    "04-01b-PLAN.md",
    "04-GAP-2-PLAN.md",
    "04-01-PLAN.md",
  ];
  expect(pair("4", ...files).plans.map(({ number }) => number)).toEqual([
    "01",
    "01b",
    "2",
    "10",
    "GAP",
    "GAP-2",
    "GAP-10",
    "FIX",
  ]);
});

describe("pairing", () => {
  test.each([
    ["8", "08-02-registration-PLAN.md", "08-02-registration-SUMMARY.md", true],
    ["33", "33-01-setup-PLAN.md", "33-01-SUMMARY.md", true],
    ["33", "33-01-PLAN.md", "33-01-other-SUMMARY.md", true],
    ["3", "PLAN.md", "SUMMARY.md", true],
    ["3", "03-PLAN.md", "SUMMARY.md", true],
    ["3", "PLAN-03.md", "SUMMARY-03.md", true],
    ["4", "04-GAP-2-PLAN.md", "04-GAP-02-SUMMARY.md", true],
    ["4", "04-01-PLAN.md", "04-1-SUMMARY.md", true],
    ["1", "PLAN-01-chat.md", "SUMMARY-01-chat.md", true],
    ["1", "PLAN-01-chat.md", "01-chat-SUMMARY.md", true],
    ["1", "PLAN-01-chat.md", "PLAN-01-chat-SUMMARY.md", true],
    ["1", "PLAN-01-chat.md", "01-other-SUMMARY.md", false],
    ["5", "5-PLAN-01-setup.md", "5-01-setup-SUMMARY.md", true],
    ["39", "39-01-PLAN.md", "39-01-FIX-SUMMARY.md", false],
    ["29", "29-01-PLAN.md", "29-01-REVISION-SUMMARY.md", false],
    ["4", "04-01-PLAN.md", "04-FIX-SUMMARY.md", false],
    ["28", "28-01-PLAN.md", "28-PLANNING-SUMMARY.md", false],
    ["4", "04-01-PLAN.md", "04-10-SUMMARY.md", false],
    ["4", "04-01-PLAN.md", "04-01b-SUMMARY.md", false],
    ["4", "04-01-PLAN.md", "04-GAP-1-SUMMARY.md", false],
  ])("phase %s: %s with %s: %s", (phase, plan, summary, paired) => {
    expect(pair(phase, plan, summary).plans[0]!.summary).toBe(paired ? summary : null);
  });

  test("the same stem goes before the same number", () => {
    const { plans } = pair("8", "08-02-a-PLAN.md", "08-02-a-SUMMARY.md", "08-02-b-SUMMARY.md");
    expect(plans[0]!.summary).toBe("08-02-a-SUMMARY.md");
  });

  test.each<[files: string[], summaries: (string | null)[]]>([
    [
      ["03-01-a-PLAN.md", "03-01-b-PLAN.md", "03-01-a-SUMMARY.md"],
      ["03-01-a-SUMMARY.md", null],
    ],
    [
      ["03-01-PLAN.md", "03-01-b-PLAN.md", "03-01-SUMMARY.md"],
      ["03-01-SUMMARY.md", null],
    ],
    [
      ["03-01-a-PLAN.md", "03-01-b-PLAN.md", "03-01-SUMMARY.md"],
      ["03-01-SUMMARY.md", "03-01-SUMMARY.md"],
    ],
    [
      ["01-PLAN.md", "PLAN-01.md", "01-SUMMARY.md"],
      ["01-SUMMARY.md", null],
    ],
    [
      ["01-PLAN.md", "PLAN-01.md", "SUMMARY-01.md"],
      [null, "SUMMARY-01.md"],
    ],
    [
      ["01-PLAN.md", "PLAN-01.md", "PLAN-01-SUMMARY.md"],
      [null, "PLAN-01-SUMMARY.md"],
    ],
    [
      ["03-PLAN.md", "PLAN.md", "SUMMARY.md"],
      [null, "SUMMARY.md"],
    ],
    [
      ["03-PLAN.md", "PLAN.md", "03-SUMMARY.md"],
      ["03-SUMMARY.md", null],
    ],
  ])("%j: a summary that is named after one plan is no other's", (files, summaries) => {
    const { plans, orphans, lookalikes } = pair("3", ...files);
    const found = plans.map(({ plan, summary }) => [plan.file, summary]);
    expect(found.sort()).toEqual([files[0], files[1]].map((file, at) => [file, summaries[at]]).sort());
    expect([orphans, lookalikes]).toEqual([[], []]);
  });

  test.each([
    "04-01-PLAN.md",
    "08-02-registration-PLAN.md",
    "04-GAP-PLAN.md",
    "04-GAP-2-PLAN.md",
    "39-01-FIX-PLAN.md",
    "PLAN.md",
    "03-PLAN.md",
    "02-PLAN.md",
    "14.1-PLAN.md",
    "phase-02-plan-03-PLAN.md",
    "01-PLAN-01.md",
    "PLAN-01.md",
    "PLAN-01-slug.md",
    "5-PLAN-01-setup.md",
    "v1.0-03-01-PLAN.md",
  ])("%s: a summary that has the plan's id is its summary", (file) => {
    const [{ id } = { id: "" }] = pair("3", file).plans;
    expect(pair("3", file, `${id}-SUMMARY.md`)).toMatchObject({
      plans: [{ id, summary: `${id}-SUMMARY.md` }],
      orphans: [],
      lookalikes: [],
    });
  });

  test("a summary without a plan is an orphan", () => {
    expect(pair("4", "04-01-PLAN.md", "04-02-SUMMARY.md").orphans).toEqual(["04-02-SUMMARY.md"]);
  });

  test("two plans with one number are both listed", () => {
    const { plans, duplicates } = pair("4", "04-01-a-PLAN.md", "04-01-b-PLAN.md", "04-02-PLAN.md");
    expect(plans).toHaveLength(3);
    expect(duplicates.map((same) => same.map(({ id }) => id))).toEqual([["04-01-a", "04-01-b"]]);
  });

  test("ids are unique even where stems are not", () => {
    const ids = pair("1", "PLAN-01.md", "01-PLAN.md").plans.map(({ id }) => id);
    expect(new Set(ids).size).toBe(2);
  });

  test("does not depend on the order of the files", () => {
    const files = [
      "04-01-PLAN.md",
      "04-02-x-PLAN.md",
      "04-02-SUMMARY.md",
      "04-GAP-PLAN.md",
      "PLAN.md",
      "04-PLAN.md",
      "04-09-SUMMARY.md",
      "X-PLAN.md",
    ];
    const expected = pair("4", ...files);
    fc.assert(
      fc.property(fc.shuffledSubarray(files, { minLength: files.length }), (shuffled) => {
        expect(pair("4", ...shuffled)).toEqual(expected);
      }),
    );
  });

  test("no file name makes it throw", () => {
    const part = fc.constantFrom(
      "PLAN",
      "SUMMARY",
      "-",
      "01",
      "02.1",
      "GAP",
      "FIX",
      "phase",
      "plan",
      ".md",
      "x",
      "v1.0",
      ".",
      " ",
    );
    fc.assert(
      fc.property(
        fc.array(
          fc.array(part, { maxLength: 8 }).map((parts) => `${parts.join("")}.md`),
          { maxLength: 6 },
        ),
        (files) => {
          expect(() => pair("4", ...files)).not.toThrow();
        },
      ),
    );
  });
});

test.each([
  ["04-01-PLAN.md", "plan:1:"],
  ["04-01", "plan:1:"],
  ["01", "plan:1:"],
  ["04-01-slug", "plan:1:"],
  ["04-GAP-2", "gap:2:"],
  ["TBD", null],
])("planKeyOf(%j)", (name, key) => expect(planKeyOf(name)).toBe(key));
