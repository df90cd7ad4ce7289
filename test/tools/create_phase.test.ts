import { describe, expect, test } from "vitest";
import createPhase from "../../tools/create_phase.ts";
import discoverPhase from "../../tools/discover_phase.ts";
import { call, callError } from "../support/client.ts";
import { project, snapshotTree } from "../support/project.ts";

const ROADMAP = `# R

## Current Milestone: v1.2.0 Talk

#### Phase 3: Chat & Rooms (INSERTED)

**Goal:** Talk

#### Phase 2.1: Hot: fix → now

**Goal:** Fix

#### Phase 12A: Late

**Goal:** Late

#### Phase 5: 聊天

**Goal:** Talk
`;

const tree = { ".planning/ROADMAP.md": ROADMAP };

describe("a phase of ROADMAP.md gets its directory", () => {
  test.each([
    ["3", "03-chat-rooms", "chat-rooms"],
    ["Phase 2.1", "02.1-hot-fix-now", "hot-fix-now"],
    ["12a", "12A-late", "late"],
    ["5", "05", ""],
  ])("%s: %s", async (phase, name, slug) => {
    const root = project(tree);
    const before = snapshotTree(root);
    const shown = await call(createPhase, { phase, dry_run: true }, root);
    expect(snapshotTree(root)).toEqual(before);
    const dir = `.planning/phases/pending/${name}`;
    expect(shown).toMatchObject({
      phase: { state: "pending", dir, slug },
      status: "created",
      changes: [{ action: "create", path: `${dir}/.gitkeep` }],
    });
    expect(await call(createPhase, { phase }, root)).toEqual(shown);
    const after = snapshotTree(root);
    expect(after[`${dir}/.gitkeep`]).toMatch(/^file \d+ $/);
    const again = await call(createPhase, { phase }, root);
    expect(again).toMatchObject({ status: "unchanged", changes: [], phase: { dir, state: "pending" } });
    expect(snapshotTree(root)).toEqual(after);
  });

  test("one that it has is left where it is", async () => {
    const root = project({ ...tree, ".planning/phases/active/03-other-name": { "03-CONTEXT.md": "c" } });
    expect(await call(createPhase, { phase: "3" }, root)).toMatchObject({
      status: "unchanged",
      phase: { dir: ".planning/phases/active/03-other-name", state: "active" },
    });
  });
});

test("a number that an earlier milestone has given: its directory is made, and how to name it is said", async () => {
  const root = project({
    ".planning/ROADMAP.md":
      "# R\n\n- ✅ **v1.0 First** — Phase 1 (shipped 2026-01-01)\n\n" +
      "<details>\n<summary>v1.0 First — SHIPPED 2026-01-01</summary>\n\n#### Phase 1: Setup\n\n</details>\n\n" +
      "## Current Milestone: v2.0 Next\n\n#### Phase 1: Login\n\n**Goal:** y\n",
    ".planning/phases/completed/01-setup": { "01-01-PLAN.md": "p" },
  });
  const told = {
    code: "PHASE_COLLISION",
    severity: "warning",
    message: expect.stringMatching(/01-setup.*01-login/),
    path: ".planning/phases/pending/01-login",
  };
  const shown = await call(createPhase, { phase: "1", dry_run: true }, root);
  expect(shown.diagnostics).toEqual([told]);
  expect(shown).toMatchObject({ status: "created", phase: { dir: told.path } });
  expect(await call(createPhase, { phase: "1" }, root)).toEqual(shown);
  for (const phase of ["1", "01-login"]) {
    expect(await call(createPhase, { phase }, root)).toMatchObject({
      status: "unchanged",
      phase: { dir: told.path, state: "pending" },
      diagnostics: [told],
      changes: [],
    });
  }
  expect((await callError(discoverPhase, { phase: "1" }, root)).code).toBe("PHASE_COLLISION");
  expect(await call(discoverPhase, { phase: "01-login" }, root)).toMatchObject({ phase: { dir: told.path } });
});

test("refusals change nothing", async () => {
  const root = project({ ...tree, ".planning/phases/pending/03-chat-rooms": "a file" });
  const before = snapshotTree(root);
  expect(await callError(createPhase, { phase: "9" }, root)).toMatchObject({
    code: "PHASE_NOT_IN_ROADMAP",
    path: ".planning/ROADMAP.md",
    expected: ["2.1", "3", "5", "12A"],
  });
  expect(await callError(createPhase, { phase: "3" }, root)).toMatchObject({ code: "TARGET_EXISTS" });
  expect(await callError(createPhase, { phase: "../x" }, root)).toMatchObject({ code: "INVALID_PHASE" });
  expect(snapshotTree(root)).toEqual(before);
  const broken = project({ ...tree, ".planning/config.json": "[]" });
  expect(await callError(createPhase, { phase: "3" }, broken)).toMatchObject({ code: "INVALID_CONFIG" });
  const collision = project({ ...tree, ".planning/phases": { "active/03-a": {}, "pending/3-b": {} } });
  expect(await callError(createPhase, { phase: "3" }, collision)).toMatchObject({ code: "PHASE_COLLISION" });
});
