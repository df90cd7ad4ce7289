import { describe, expect, test } from "vitest";
import { PHASE_TEMPLATE, PLAN_TEMPLATE } from "../../src/domain/resource-uri.ts";
import { suggestForTemplate, suggestPhases, suggestPlans } from "../../src/workspace/suggestions.ts";
import { Workspace } from "../../src/workspace/workspace.ts";
import { manyPhases } from "../support/many-phases.ts";
import { plan, project } from "../support/project.ts";

const workspace = () =>
  new Workspace(
    project({
      ".planning/ROADMAP.md":
        "# Roadmap\n\n#### Phase 1: Base\n\n#### Phase 2: Accounts\n\n#### Phase 3: Chat rooms\n\n#### Phase 5: Search\n",
      ".planning/phases": {
        completed: { "01-base": { "01-01-PLAN.md": plan(), "01-01-SUMMARY.md": "Done.\n" } },
        pending: { "03-chat-rooms": {}, "13-later": {} },
        active: {
          "02-accounts": {
            "02-01-PLAN.md": plan(),
            "02-01-SUMMARY.md": "Done.\n",
            "02-02-PLAN.md": plan(),
            "02-10-PLAN.md": plan(),
            "02-GAP-PLAN.md": plan(),
          },
        },
      },
    }),
  );

test.each<[typed: string, phases: string[]]>([
  ["", ["02-accounts", "03-chat-rooms", "13-later", "5", "01-base"]],
  ["3", ["03-chat-rooms"]],
  ["03", ["03-chat-rooms"]],
  ["Phase 3", ["03-chat-rooms"]],
  ["1", ["01-base", "13-later"]],
  ["chat", ["03-chat-rooms"]],
  ["rooms", ["03-chat-rooms"]],
  ["SEARCH", ["5"]],
  ["5", ["5"]],
  ["03-chat-rooms", ["03-chat-rooms"]],
  ["nothing", []],
  ["../..", []],
  ["(", []],
])("phases for %j", (typed, phases) => {
  const { values, total, hasMore } = suggestPhases(workspace(), typed);
  expect(values).toEqual(phases);
  expect([total, hasMore]).toEqual([phases.length, false]);
});

test("every suggested phase is a good argument", () => {
  const one = workspace();
  for (const value of suggestPhases(one, "").values) expect(() => one.findPhase(value)).not.toThrow();
});

test("at most a hundred, and how many there are", () => {
  const { values, total, hasMore } = suggestPhases(new Workspace(project(manyPhases(130))), "part");
  expect([values.length, total, hasMore]).toEqual([100, 130, true]);
});

test.each<[phase: string, typed: string, plans: string[]]>([
  ["2", "", ["02-02", "02-10", "02-GAP", "02-01"]],
  ["02-accounts", "1", ["02-01", "02-10"]],
  ["2", "02-1", ["02-10"]],
  ["2", "gap", ["02-GAP"]],
  ["3", "", []],
  ["99", "", []],
  ["", "", []],
])("plans of %j for %j", (phase, typed, plans) => {
  expect(suggestPlans(workspace(), phase, typed).values).toEqual(plans);
});

describe("templates", () => {
  const values = (template: string, name: string, others?: Record<string, string>) =>
    suggestForTemplate(workspace(), template, { name, value: "2" }, others)?.values;

  test("have their arguments, and no others", () => {
    expect(values(PHASE_TEMPLATE, "phase")).toEqual(["02-accounts"]);
    expect(values(PLAN_TEMPLATE, "phase")).toEqual(["02-accounts"]);
    expect(values(PLAN_TEMPLATE, "plan", { phase: "2" })).toEqual(["02-02"]);
    expect(values(PLAN_TEMPLATE, "plan")).toEqual([]);
    expect(values(PHASE_TEMPLATE, "plan")).toBeUndefined();
    expect(values("planning://x/{phase}", "phase")).toBeUndefined();
  });
});
