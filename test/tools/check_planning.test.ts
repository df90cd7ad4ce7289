import { describe, expect, test } from "vitest";
import checkPlanning from "../../tools/check_planning.ts";
import { call, callError } from "../support/client.ts";
import { plan, project, snapshotTree, type Tree } from "../support/project.ts";

const clean: Tree = {
  ".planning/ROADMAP.md":
    "# R\n\n## Current Milestone: v1.0.0 One\n\n- [x] Phase 1: A (1/1 plans) — completed 2026-01-01\n\n#### Phase 2: B\n\n**Goal:** b\n\nPlans:\n- [x] 02-01-PLAN.md — first\n- [ ] 02-02-PLAN.md — second\n",
  ".planning/phases/completed/01-a": {
    "01-01-PLAN.md": plan({ wave: 1, files_modified: ["a"] }),
    "01-01-SUMMARY.md": "s",
  },
  ".planning/phases/active/02-b": {
    "02-01-PLAN.md": plan({ wave: 1, files_modified: ["a"] }),
    "02-01-SUMMARY.md": "s",
    "02-02-PLAN.md": plan({ wave: 2, depends_on: ["02-01"], files_modified: ["a"] }),
  },
};

test("a clean tree is ok", async () => {
  expect(await call(checkPlanning, {}, project(clean))).toEqual({
    status: "ok",
    counts: { error: 0, warning: 0, info: 0 },
    total: 0,
    next_cursor: null,
    diagnostics: [],
  });
});

const ACTIVE = ".planning/phases/active/02-b";
const file = (name: string, text: string): Tree => ({ [`${ACTIVE}/${name}`]: text });

describe("each problem is found, with its place", () => {
  test.each<[string, Tree, Record<string, unknown>]>([
    [
      "collision",
      { ".planning/phases/pending/2-c": {} },
      { code: "PHASE_COLLISION", severity: "error", path: ACTIVE },
    ],
    [
      "split",
      { ".planning/phases/pending/02-b": { "02-CONTEXT.md": "c" } },
      { code: "SPLIT_PHASE", path: ACTIVE },
    ],
    [
      "broken front matter",
      file("02-03-PLAN.md", "---\nwave: 3\nfiles_modified: [b]\nx: [\n---\n"),
      { code: "INVALID_FRONTMATTER", path: `${ACTIVE}/02-03-PLAN.md`, line: 4 },
    ],
    [
      "no front matter",
      file("02-03-PLAN.md", "# Plan\n"),
      { code: "NO_FRONTMATTER", path: `${ACTIVE}/02-03-PLAN.md`, line: 1 },
    ],
    [
      "cycle",
      file("02-03-PLAN.md", plan({ wave: 3, depends_on: ["02-03"], files_modified: ["c"] })),
      {
        code: "DEPENDENCY_CYCLE",
        severity: "error",
        plans: ["02-03"],
        path: `${ACTIVE}/02-03-PLAN.md`,
        line: 3,
      },
    ],
    [
      "wave order",
      file("02-03-PLAN.md", plan({ wave: 1, depends_on: ["02-02"], files_modified: ["c"] })),
      { code: "WAVE_ORDER", plans: ["02-03", "02-02"] },
    ],
    [
      "file conflict",
      file("02-03-PLAN.md", plan({ wave: 2, files_modified: ["a"] })),
      { code: "FILE_CONFLICT", plans: ["02-02", "02-03"] },
    ],
    [
      "orphan summary",
      file("02-09-SUMMARY.md", "s"),
      { code: "ORPHAN_SUMMARY", path: `${ACTIVE}/02-09-SUMMARY.md` },
    ],
    [
      "directory without entry",
      { ".planning/phases/pending/07-x": {} },
      { code: "UNLISTED_PHASE", path: ".planning/phases/pending/07-x" },
    ],
    [
      "ticked plan without summary",
      file("02-01-SUMMARY.md", ""),
      { code: "BOX_MISMATCH", path: ".planning/ROADMAP.md", line: 12, plans: ["02-01"] },
    ],
    [
      "done plan without tick",
      file("02-02-SUMMARY.md", "s"),
      { code: "BOX_MISMATCH", line: 13, plans: ["02-02"] },
    ],
    [
      "ticked phase with plans left",
      { ".planning/phases/completed/01-a/01-02-PLAN.md": plan({ wave: 1, files_modified: ["a"] }) },
      { code: "BOX_MISMATCH", line: 5, plans: ["01-02"] },
    ],
    [
      "report without readable gaps",
      file("02-VERIFICATION.md", "---\nstatus: gaps_found\n---\n"),
      { code: "UNPARSED_REPORT", path: `${ACTIVE}/02-VERIFICATION.md` },
    ],
    [
      "config value",
      { ".planning/config.json": '{"pr_workflow": 7}' },
      { code: "CONFIG_VALUE", path: ".planning/config.json" },
    ],
    [
      "config profile",
      { ".planning/config.json": '{"model_profile":"best"}' },
      { code: "UNKNOWN_MODEL_PROFILE" },
    ],
    ["config JSON", { ".planning/config.json": "{" }, { code: "CONFIG_INVALID", severity: "error" }],
    [
      "legacy encoding",
      {
        [`${ACTIVE}/02-02-PLAN.md`]: Buffer.from("---\nwave: 2\nfiles_modified: [a]\n---\n\x97\n", "latin1"),
      },
      { code: "NOT_UTF8" },
    ],
  ])("%s", async (_, change, expected) => {
    const { status, diagnostics } = await call(checkPlanning, {}, project({ ...clean, ...change }));
    expect(diagnostics).toContainEqual(expect.objectContaining(expected));
    expect(status).toBe(diagnostics.some(({ severity }) => severity !== "info") ? "problems" : "ok");
  });

  test("a phase of ROADMAP.md without a directory, and a missing ROADMAP.md", async () => {
    const later = {
      ...clean,
      ".planning/ROADMAP.md": `${clean[".planning/ROADMAP.md"]}\n#### Phase 3: C\n\n**Goal:** c\n`,
    };
    expect((await call(checkPlanning, {}, project(later))).diagnostics).toMatchObject([
      { code: "MISSING_PHASE_DIR", severity: "info", path: ".planning/ROADMAP.md", line: 15 },
    ]);
    const { ".planning/ROADMAP.md": _, ...without } = clean;
    expect((await call(checkPlanning, {}, project(without))).diagnostics.map(({ code }) => code)).toContain(
      "MISSING_ROADMAP",
    );
  });
});

test("one phase: only its own problems, and an unknown one is an error", async () => {
  const root = project({
    ...clean,
    ...file("02-09-SUMMARY.md", "s"),
    ".planning/phases/completed/01-a/01-08-SUMMARY.md": "s",
  });
  const { diagnostics } = await call(checkPlanning, { phase: "1" }, root);
  expect(diagnostics).toMatchObject([
    { code: "ORPHAN_SUMMARY", path: ".planning/phases/completed/01-a/01-08-SUMMARY.md" },
  ]);
  expect(await callError(checkPlanning, { phase: "9" }, root)).toMatchObject({ code: "PHASE_NOT_FOUND" });
});

test("errors come first, pages are bounded, and the tree is unchanged", async () => {
  const many: Tree = { ".planning/phases/pending/2-c": {} };
  for (let number = 10; number < 200; number++) many[`${ACTIVE}/02-${number}-SUMMARY.md`] = "s";
  const root = project({ ...clean, ...many });
  const before = snapshotTree(root);
  const first = await call(checkPlanning, {}, root);
  expect(first.total).toBeGreaterThan(190);
  expect(first.diagnostics[0]).toMatchObject({ code: "PHASE_COLLISION" });
  expect(first.diagnostics.length).toBeLessThanOrEqual(50);
  expect(Buffer.byteLength(JSON.stringify(first))).toBeLessThanOrEqual(16_384);
  const second = await call(checkPlanning, { limit: 3, cursor: first.next_cursor }, root);
  expect(second.diagnostics).toHaveLength(3);
  expect(first.diagnostics).not.toContainEqual(second.diagnostics[0]);
  expect(snapshotTree(root)).toEqual(before);
});
