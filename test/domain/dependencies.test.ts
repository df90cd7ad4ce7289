import { describe, expect, test } from "vitest";
import { dependingPhase, type OtherPhase, resolveDependency } from "../../src/domain/dependencies.ts";
import { formatPlain, type PhaseNumber, parsePhaseNumber } from "../../src/domain/phase.ts";
import { pairPlans } from "../../src/domain/phase-plans.ts";

function targets(phase: string, files: string[], done: string[] = []) {
  return pairPlans(files, parsePhaseNumber(phase)!).plans.map(({ id, key, plan }) => ({
    id,
    key,
    prefix: plan.phase,
    done: done.includes(id),
  }));
}

const four = (...files: string[]) => dependingPhase(parsePhaseNumber("4")!, "04-chat", targets("4", files));

const phase = four(
  "04-01-PLAN.md",
  "04-02-send-form-PLAN.md",
  "04-02b-PLAN.md",
  "04-08-PLAN.md",
  "04-GAP-2-PLAN.md",
);

const others: Record<string, OtherPhase> = {
  "3": { id: "03", complete: false, plans: targets("3", ["03-01-PLAN.md", "03-02-PLAN.md"], ["03-01"]) },
  "2.1": { id: "02.1", complete: true, plans: targets("2.1", ["02.1-01-PLAN.md"], ["02.1-01"]) },
  "1": { id: "01", complete: true, plans: [] },
};

const resolve = (entry: string) =>
  resolveDependency(entry, "04-08", phase, (number, dirName) =>
    dirName !== null && dirName !== "03-auth" ? null : (others[formatPlain(number)] ?? null),
  );

describe("plans of the phase", () => {
  test.each([
    ["04-01", ["04-01"]],
    ["04-01-PLAN.md", ["04-01"]],
    ["04-01-PLAN", ["04-01"]],
    ["4-1", ["04-01"]],
    ["01", ["04-01"]],
    ["1", ["04-01"]],
    ["8", ["04-08"]],
    ["08", ["04-08"]],
    ["02", ["04-02-send-form"]],
    ["04-02", ["04-02-send-form"]],
    ["04-02-send-form", ["04-02-send-form"]],
    ["04-02-renamed-since", ["04-02-send-form"]],
    ["02b", ["04-02b"]],
    ["GAP-2", ["04-GAP-2"]],
    ["04-GAP-2", ["04-GAP-2"]],
    ["P01", ["04-01"]],
    ["plan 01", ["04-01"]],
    ["04-chat/01", ["04-01"]],
    [".planning/phases/active/04-chat/04-01-PLAN.md", ["04-01"]],
    ["`04-01`", ["04-01"]],
    ["04-01 (schema)", ["04-01"]],
    ["04-01: schema", ["04-01"]],
    ["04-01 — schema", ["04-01"]],
    ["`04-01` (see docs/x)", ["04-01"]],
    ["Phase 4 Plan 1", ["04-01"]],
    ["phase 04 plan 01", ["04-01"]],
  ])("%j is %j", (entry, ids) => expect(resolve(entry)).toEqual({ kind: "plan", entry, ids }));

  test("a renumbered directory's own prefix goes before the phase of that number", () => {
    const renumbered = { ...phase, number: parsePhaseNumber("15")!, dirName: "15-sync" };
    expect(resolveDependency("04-01", "x", renumbered, () => others["3"]!)).toMatchObject({ ids: ["04-01"] });
  });

  test("an entry that fits several files means all of them", () => {
    const twice = four("04-01-a-PLAN.md", "04-01-b-PLAN.md");
    expect(resolveDependency("01", "x", twice, () => null)).toMatchObject({ ids: ["04-01-a", "04-01-b"] });
    expect(resolveDependency("04-01-b", "x", twice, () => null)).toMatchObject({ ids: ["04-01-b"] });
  });
});

test("a number that a plan shares with others means the others, its full name itself", () => {
  const twice = four("04-01-a-PLAN.md", "04-01-b-PLAN.md");
  const from = (entry: string) => resolveDependency(entry, "04-01-b", twice, () => null);
  expect(from("01")).toMatchObject({ kind: "plan", ids: ["04-01-a"] });
  expect(from("04-01")).toMatchObject({ kind: "plan", ids: ["04-01-a"] });
  expect(from("1")).toMatchObject({ kind: "plan", ids: ["04-01-a"] });
  expect(from("04-01-b")).toMatchObject({ kind: "plan", ids: ["04-01-b"] });
});

describe("the plan's own phase is no other phase", () => {
  const own: OtherPhase = { id: "04", complete: false, plans: targets("4", ["04-01-PLAN.md"]), isOwn: true };
  test.each(["04_01", "4", "Phase 4", "04-chat", "04-renamed", "04-old-name/07", "04 (all of it)"])(
    "%j is unknown",
    (entry) => {
      expect(resolveDependency(entry, "04-08", phase, () => own)).toMatchObject({ kind: "unknown" });
    },
  );
  test("a plan in a directory that was renamed since is the phase's own", () => {
    expect(resolveDependency("04-old-name/01", "04-08", phase, () => own)).toMatchObject({ ids: ["04-01"] });
  });
});

test("a hostile entry is read in time that grows with its length", () => {
  for (const entry of [
    "`".repeat(100_000),
    `x${"`".repeat(100_000)}y`,
    `phase${" ".repeat(100_000)}x`,
    "(".repeat(100_000),
  ]) {
    const start = performance.now();
    expect(resolve(entry)).toMatchObject({ kind: "unknown" });
    expect(performance.now() - start).toBeLessThan(3_000);
  }
});

test("a bare number that fits only the plan itself is a phase, where there is one", () => {
  const lookup = (number: PhaseNumber) => others[formatPlain(number)] ?? null;
  const one = four("04-01-PLAN.md");
  expect(resolveDependency("1", "04-01", one, lookup)).toMatchObject({
    kind: "external",
    target: "phase 01",
  });
  expect(resolveDependency("04-01", "04-01", one, lookup)).toMatchObject({ ids: ["04-01"] });
  const eight = four("04-08-PLAN.md");
  expect(resolveDependency("8", "04-08", eight, lookup)).toMatchObject({ ids: ["04-08"] });
});

describe("elsewhere", () => {
  test.each([
    ["03-01", "03-01", true],
    ["03-02", "03-02", false],
    ["02.1-01", "02.1-01", true],
    ["03-auth/02", "03-02", false],
    ["3", "phase 03", false],
    ["03", "phase 03", false],
    ["2.1", "phase 02.1", true],
    ["Phase 3", "phase 03", false],
    ["phase-2.1", "phase 02.1", true],
    ["01-05", "phase 01", true],
    ["03-auth", "phase 03", false],
  ])("%j is %s, done: %s", (entry, target, done) => {
    expect(resolve(entry)).toEqual({ kind: "external", entry, target, done });
  });
});

test.each([
  "04-07",
  "07-01",
  "4",
  "9",
  "03-09",
  "whatever the API needs",
  "08-chat/01",
  "phase 9",
  "",
  "*",
  "../../x",
])("%j is unknown", (entry) => expect(resolve(entry)).toMatchObject({ kind: "unknown", entry }));
