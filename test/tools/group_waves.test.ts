import fc from "fast-check";
import { describe, expect, test } from "vitest";
import groupWaves from "../../tools/group_waves.ts";
import { call, callError } from "../support/client.ts";
import { plan, project, snapshotTree, type Tree, write } from "../support/project.ts";

const phase = (files: Tree, more: Tree = {}) =>
  project({ ".planning/phases/active/03-chat": files, ...more });
const files = (...names: string[]) => ({ files_modified: names });

test("waves, batches, names, and what is ready", async () => {
  const root = phase(
    {
      "03-01-PLAN.md": plan({ wave: 1, depends_on: [], ...files("a.ts") }),
      "03-01-SUMMARY.md": "done",
      "03-02-send-form-PLAN.md": plan(
        { wave: 2, depends_on: ["03-01"], ...files("src/en.json", "b.ts") },
        "<objective>\nBuild the form.\n</objective>\n",
      ),
      "03-03-PLAN.md": plan({ wave: 2, depends_on: ["01"], ...files("src/en.json"), autonomous: false }),
      "03-04-PLAN.md": plan({ wave: 2, depends_on: ["03-02"], ...files("d.ts") }),
      "03-GAP-PLAN.md": plan({ depends_on: [], gap_closure: true, ...files("g.ts") }),
    },
    {
      ".planning/ROADMAP.md":
        "# R\n\n## Current Milestone: v1.2.0 Talk\n\n#### Phase 3: Chat\n\n**Goal:** Talk\n\nPlans:\n- [x] 03-01-PLAN.md — First\n- [ ] 03-03-PLAN.md — Third thing\n",
      ".planning/config.json": '{"model_profile":"quality"}',
    },
  );
  const answer = await call(groupWaves, { phase: 3 }, root);
  expect(answer.waves.map(({ wave, batches }) => [wave, batches])).toEqual([
    [1, [["03-GAP"]]],
    [2, [["03-02-send-form"], ["03-03"]]],
    [3, [["03-04"]]],
  ]);
  expect(answer.waves[1]!.plans[0]).toEqual({
    id: "03-02-send-form",
    number: "02",
    file: ".planning/phases/active/03-chat/03-02-send-form-PLAN.md",
    name: "Send form",
    objective: "Build the form.",
    depends_on: ["03-01"],
    files_modified: ["src/en.json", "b.ts"],
    autonomous: true,
    gap_closure: false,
    declared_wave: 2,
  });
  expect(answer.waves[1]!.plans[1]).toMatchObject({
    name: "Third thing",
    depends_on: ["03-01"],
    autonomous: false,
  });
  expect(answer).toMatchObject({
    ready: ["03-02-send-form", "03-03", "03-GAP"],
    next_wave: 1,
    completed: ["03-01"],
    skipped: [],
    totals: { plans: 5, incomplete: 4, waves: 3, batches: 4 },
    executor_model: "opus",
  });
  expect(answer.diagnostics.map(({ code, plans }) => [code, plans])).toEqual([
    ["FILE_CONFLICT", ["03-02-send-form", "03-03"]],
    ["WAVE_ORDER", ["03-04", "03-02-send-form"]],
    ["MISSING_WAVE", ["03-GAP"]],
  ]);
});

describe("gaps_only", () => {
  const tree = {
    "03-01-PLAN.md": plan({ wave: 1, ...files("a") }),
    "03-02-PLAN.md": plan({ wave: 1, gap_closure: true, depends_on: ["03-01"], ...files("b") }),
    "03-03-PLAN.md": plan({ wave: 1, gap_closure: true, depends_on: [], ...files("c") }),
  };

  test("leaves the others out, and what waits for them is not ready", async () => {
    const answer = await call(groupWaves, { phase: "3", gaps_only: true }, phase(tree));
    expect(answer.waves.map(({ batches }) => batches)).toEqual([[["03-02", "03-03"]]]);
    expect(answer.ready).toEqual(["03-03"]);
    expect(answer.skipped).toEqual([{ id: "03-01", reason: expect.any(String) }]);
    expect(answer.totals).toEqual({ plans: 3, incomplete: 3, waves: 1, batches: 1 });
    expect(answer.diagnostics).toMatchObject([
      { code: "SKIPPED_DEPENDENCY", severity: "warning", plans: ["03-02", "03-01"] },
    ]);
  });

  test("a dependency that is done is none", async () => {
    const answer = await call(
      groupWaves,
      { phase: "3", gaps_only: true },
      phase({ ...tree, "03-01-SUMMARY.md": "s" }),
    );
    expect(answer.ready).toEqual(["03-02", "03-03"]);
    expect(answer.diagnostics).toEqual([]);
  });

  test("nothing to close is an answer", async () => {
    const answer = await call(
      groupWaves,
      { phase: "3", gaps_only: true },
      phase({ "03-01-PLAN.md": plan({ wave: 1, ...files("a") }) }),
    );
    expect(answer).toMatchObject({
      waves: [],
      ready: [],
      next_wave: null,
      totals: { plans: 1, incomplete: 1, waves: 0, batches: 0 },
    });
  });
});

describe("dependencies", () => {
  test.each([
    ["a plan elsewhere that is done", "02-01", true, "EXTERNAL_DEPENDENCY"],
    ["a plan elsewhere that is not", "02-02", false, "EXTERNAL_DEPENDENCY"],
    ["a phase that is complete", "1", true, "EXTERNAL_DEPENDENCY"],
    ["a phase that is not", "02", false, "EXTERNAL_DEPENDENCY"],
    ["no such plan", "03-09", false, "UNKNOWN_DEPENDENCY"],
    ["prose", "the API", false, "UNKNOWN_DEPENDENCY"],
  ])("%s", async (_, entry, ready, code) => {
    const root = phase(
      { "03-01-PLAN.md": plan({ wave: 1, depends_on: [entry], ...files("a") }) },
      {
        ".planning/phases/completed/01-base": { "01-01-PLAN.md": plan(), "01-01-SUMMARY.md": "s" },
        ".planning/phases/pending/02-next": {
          "02-01-PLAN.md": plan(),
          "02-01-SUMMARY.md": "s",
          "02-02-PLAN.md": plan(),
        },
      },
    );
    const answer = await call(groupWaves, { phase: "3" }, root);
    expect(answer.waves[0]!.batches).toEqual([["03-01"]]);
    expect(answer.waves[0]!.plans[0]!.depends_on).toEqual([entry]);
    expect(answer.ready).toEqual(ready ? ["03-01"] : []);
    expect(answer.diagnostics.map((one) => one.code)).toEqual([code]);
  });

  test("a cycle is an error that names its plans in order, with path and line", async () => {
    const root = phase({
      "03-01-PLAN.md": plan({ wave: 1, depends_on: ["03-03"] }),
      "03-02-PLAN.md": plan({ wave: 1, depends_on: ["03-01"] }),
      "03-03-PLAN.md": plan({ wave: 1, depends_on: ["03-02"] }),
    });
    expect(await callError(groupWaves, { phase: "3" }, root)).toMatchObject({
      code: "DEPENDENCY_CYCLE",
      expected: ["03-01", "03-03", "03-02"],
      path: ".planning/phases/active/03-chat/03-01-PLAN.md",
      line: 3,
    });
  });

  test("a cycle through a plan that is done is none", async () => {
    const root = phase({
      "03-01-PLAN.md": plan({ wave: 1, depends_on: ["03-02"], ...files("a") }),
      "03-01-SUMMARY.md": "s",
      "03-02-PLAN.md": plan({ wave: 1, depends_on: ["03-01"], ...files("b") }),
    });
    expect((await call(groupWaves, { phase: "3" }, root)).ready).toEqual(["03-02"]);
  });
});

describe("files", () => {
  test("what tasks name counts too, and is said where the front matter lacks it", async () => {
    const root = phase({
      "03-01-PLAN.md": plan({ wave: 1, ...files("a.ts") }, "<task>\n<files>shared.ts</files>\n</task>\n"),
      "03-02-PLAN.md": plan({ wave: 1, ...files("shared.ts (new)") }),
      "03-03-PLAN.md": plan({ wave: 1 }),
      "03-04-PLAN.md": plan({ wave: 1, files_modified: [] }),
    });
    const { waves, diagnostics } = await call(groupWaves, { phase: "3" }, root);
    expect(waves[0]!.batches).toEqual([["03-01", "03-03", "03-04"], ["03-02"]]);
    expect(diagnostics.map(({ code, severity, plans }) => [code, severity, plans])).toEqual([
      ["FILE_CONFLICT", "warning", ["03-01", "03-02"]],
      ["UNDECLARED_FILES", "warning", ["03-01"]],
      ["NO_FILES_DECLARED", "warning", ["03-03"]],
      ["NO_FILES_DECLARED", "info", ["03-04"]],
    ]);
  });
});

test("no plans", async () => {
  expect(await callError(groupWaves, { phase: "3" }, phase({ "03-CONTEXT.md": "c" }))).toMatchObject({
    code: "NO_PLANS",
  });
  const root = project({ ".planning/ROADMAP.md": "# R\n\n### Phase 4: Later\n\n**Goal:** x\n" });
  expect(await callError(groupWaves, { phase: "4" }, root)).toMatchObject({ code: "NO_PLANS" });
});

test("the answer does not depend on the order in which files were made, and changes nothing", async () => {
  const all: Tree = {
    "03-01-PLAN.md": plan({ wave: 1, ...files("a", "b") }),
    "03-02-PLAN.md": plan({ wave: 1, depends_on: ["03-01"], ...files("b") }),
    "03-03-PLAN.md": plan({ ...files("a/") }),
    "03-10-PLAN.md": plan({ wave: 1, depends_on: ["3", "9-9"] }),
    "03-10-SUMMARY.md": "",
    "03-GAP-PLAN.md": plan({ wave: 1, ...files("b") }),
  };
  const expected = await call(groupWaves, { phase: "3" }, phase(all));
  await fc.assert(
    fc.asyncProperty(fc.shuffledSubarray(Object.keys(all), { minLength: 6 }), async (names) => {
      const root = phase(Object.fromEntries(names.map((name) => [name, all[name]!])));
      const before = snapshotTree(root);
      expect(await call(groupWaves, { phase: "3" }, root)).toEqual(expected);
      expect(snapshotTree(root)).toEqual(before);
    }),
    { numRuns: 10 },
  );
});

test("50 unfinished plans with long texts stay under 16 KB, with every batch", async () => {
  const many: Tree = {};
  for (let number = 1; number <= 50; number++) {
    const paths = Array.from(
      { length: 20 },
      (_, index) => `src/some/deep/directory/file-${number}-${index}.ts`,
    );
    many[`03-${number}-PLAN.md`] = plan(
      { wave: 1, ...files(...paths) },
      `<objective>${"long objective ".repeat(30)}</objective>`,
    );
  }
  const answer = await call(groupWaves, { phase: "3" }, phase(many));
  expect(Buffer.byteLength(JSON.stringify(answer))).toBeLessThanOrEqual(16_384);
  expect(answer.waves[0]!.batches.flat()).toHaveLength(50);
  expect(answer.diagnostics.map(({ code }) => code)).toContain("ANSWER_TRUNCATED");
});

describe("what cannot be read", () => {
  test.each<[string, string]>([
    ["a mapping without quotes", "depends_on:\n  - 03-01: schema must exist"],
    ["a mapping with a name", 'depends_on:\n  - plan: "03-01"'],
    ["a mapping of lists", 'depends_on: {plans: ["03-01"]}'],
    ["a list indented with tabs", "depends_on:\n\t- 03-01"],
    ["a list that is never closed", "depends_on: [03-01"],
  ])("%s: the plan waits, is not ready, and it is said", async (_, lines) => {
    for (const done of [false, true]) {
      const root = phase({
        "03-01-PLAN.md": plan({ wave: 1, ...files("a") }),
        ...(done && { "03-01-SUMMARY.md": "s" }),
        "03-02-PLAN.md": `---\nwave: 2\nfiles_modified: [b]\n${lines}\n---\n`,
      });
      const answer = await call(groupWaves, { phase: "3" }, root);
      expect(answer.ready).toEqual(done ? [] : ["03-01"]);
      expect(answer.waves.at(-1)).toMatchObject({ wave: 2, batches: [["03-02"]] });
      expect(answer.diagnostics.map(({ code }) => code)).toContain("INVALID_FRONTMATTER");
    }
  });

  test("a plan that is too large runs alone and is never ready", async () => {
    const root = phase({
      "03-01-PLAN.md": plan({ wave: 1, ...files("a") }),
      "03-02-PLAN.md": plan({ wave: 1, ...files("a") }, " ".repeat(9_000_000)),
      "03-03-PLAN.md": plan({ wave: 1, ...files("c") }),
    });
    const answer = await call(groupWaves, { phase: "3" }, root);
    expect(answer.ready).toEqual(["03-01", "03-03"]);
    expect(answer.waves[0]!.batches).toEqual([["03-01", "03-03"], ["03-02"]]);
    expect(answer.diagnostics.map(({ code }) => code)).toEqual(["FILE_TOO_LARGE", "MISSING_WAVE"]);
  });

  test("broken lists of files conflict all the same, and are not told as declaring none", async () => {
    const root = phase({
      "03-01-PLAN.md": "---\nwave: 1\nfiles_modified: [src/app/[locale]/page.tsx, src/b.ts]\n---\n",
      "03-02-PLAN.md": plan({ wave: 1, ...files("src/b.ts") }),
      "03-03-PLAN.md": "---\nwave: 1\nfiles_modified: [{path: src/c.ts}]\n---\n",
      "03-04-PLAN.md": plan({ wave: 1, ...files("src/c.ts") }),
      "03-05-PLAN.md": "---\nwave: 1\nfiles_modified:\n  - why: not\n---\n",
    });
    const answer = await call(groupWaves, { phase: "3" }, root);
    expect(answer.waves[0]!.batches).toEqual([
      ["03-01", "03-03", "03-05"],
      ["03-02", "03-04"],
    ]);
    expect(answer.diagnostics.map(({ code }) => code).sort()).toEqual([
      ...Array(2).fill("FILE_CONFLICT"),
      ...Array(3).fill("INVALID_FRONTMATTER"),
    ]);
  });

  test("an empty list in its spellings is no file that two plans write", async () => {
    const tree: Tree = {};
    for (const [at, value] of ["null", "null", "[none]", "(none)", "~"].entries()) {
      tree[`03-0${at + 1}-PLAN.md`] = plan({ wave: 1, files_modified: value });
    }
    const answer = await call(groupWaves, { phase: "3" }, phase(tree));
    expect(answer.waves[0]!.batches).toHaveLength(1);
    expect(new Set(answer.diagnostics.map(({ code }) => code))).toEqual(new Set(["NO_FILES_DECLARED"]));
  });

  test("files in words are one piece of information", async () => {
    const tree = {
      "03-01-PLAN.md": plan(
        { wave: 1, ...files("a") },
        "<files>a, any helper, all tests</files>\n<files>the rest</files>",
      ),
    };
    expect((await call(groupWaves, { phase: "3" }, phase(tree))).diagnostics).toMatchObject([
      { code: "UNDECLARED_FILES", severity: "info", line: 6 },
    ]);
  });
});

describe("names of the phase's own plans", () => {
  const own = { "03-01-PLAN.md": plan({ wave: 1, ...files("a") }) };

  test.each(["03-01 (schema)", "03-01: schema", "Phase 3 Plan 1", "03-chat-old/01"])("%s", async (entry) => {
    const root = phase({ ...own, "03-02-PLAN.md": plan({ wave: 2, depends_on: [entry], ...files("b") }) });
    const answer = await call(groupWaves, { phase: "3" }, root);
    expect(answer.waves.map(({ plans }) => plans.map(({ depends_on }) => depends_on))).toEqual([
      [[]],
      [["03-01"]],
    ]);
    expect(answer.diagnostics).toEqual([]);
  });

  test.each(["03_01", "3", "03-chat", "03-chat-old"])("%s is no other phase", async (entry) => {
    const root = phase({
      ...own,
      "03-02-PLAN.md": plan({ wave: 2, depends_on: [entry, "03-01"], ...files("b") }),
    });
    const { ready, diagnostics } = await call(groupWaves, { phase: "3" }, root);
    expect(ready).toEqual(["03-01"]);
    expect(diagnostics.map(({ code }) => code)).toEqual(["UNKNOWN_DEPENDENCY"]);
  });

  test("a plan does not wait for itself where its number is another's too", async () => {
    const root = phase({
      "03-01-a-PLAN.md": plan({ wave: 1, ...files("a") }),
      "03-01-b-PLAN.md": plan({ wave: 2, depends_on: ["01"], ...files("b") }),
    });
    expect(await call(groupWaves, { phase: "3" }, root)).toMatchObject({ ready: ["03-01-a"] });
  });

  test("an absolute path below the root is the relative one", async () => {
    const root = phase({ ...own });
    write(root, {
      ".planning/phases/active/03-chat/03-02-PLAN.md": plan({ wave: 1, ...files(`${root}/a`) }),
    });
    expect((await call(groupWaves, { phase: "3" }, root)).waves[0]!.batches).toEqual([["03-01"], ["03-02"]]);
  });
});
