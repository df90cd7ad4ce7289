/** Answers that were wrong once, each with the project that showed it. */
import { describe, expect, test } from "vitest";
import checkPlanning from "../tools/check_planning.ts";
import discoverPhase from "../tools/discover_phase.ts";
import groupWaves from "../tools/group_waves.ts";
import projectStatus from "../tools/project_status.ts";
import { call, callError } from "./support/client.ts";
import { plan, project, type Tree } from "./support/project.ts";

const done = (id: string): Tree => ({
  [`${id}-PLAN.md`]: plan({ wave: 1, files_modified: [id] }),
  [`${id}-SUMMARY.md`]: "s",
});
const open = (id: string, more = {}): Tree => ({
  [`${id}-PLAN.md`]: plan({ wave: 1, files_modified: [id], ...more }),
});

describe("numbers that restart with each milestone", () => {
  const RESTARTED = `# R

## Current Milestone: v2.0 New

### Phase 1: Fresh start

**Goal:** Start again

### Phase 2: Second

**Goal:** Go on

## Completed Milestones

<details>
<summary>✅ v1.0 Old — SHIPPED 2026-01-01</summary>

- [x] Phase 1: Setup (1/1 plans) — completed 2026-01-01
- [x] Phase 2: Core (1/1 plans) — completed 2026-01-01

</details>
`;
  const tree: Tree = {
    ".planning/ROADMAP.md": RESTARTED,
    ".planning/phases/completed": { "v1.0-01-setup": done("01-01"), "02-core": done("02-01") },
  };

  test("the current milestone's phases are there, though old directories carry their numbers", async () => {
    const root = project(tree);
    const { next, phases } = await call(projectStatus, {}, root);
    expect(next).toMatchObject({ action: "plan", phase: "01" });
    expect(phases.map(({ id, name, state }) => [id, name, state])).toEqual([
      ["01", "Setup", "completed"],
      ["01", "Fresh start", "unstarted"],
      ["02", "Core", "completed"],
      ["02", "Second", "unstarted"],
    ]);
    expect((await call(discoverPhase, { select: "next_unplanned" }, root)).phase.name).toBe("Fresh start");
    expect((await call(discoverPhase, { phase: "1" }, root)).phase).toMatchObject({
      name: "Fresh start",
      dir: null,
    });
    expect((await call(discoverPhase, { phase: "02-core" }, root)).phase.name).toBe("Core");
  });

  test("what ROADMAP.md collapsed to a range of a shipped milestone is not next", async () => {
    const root = project({
      ".planning/ROADMAP.md":
        "# R\n\n## Milestones\n\n- ✅ **v1.0 Old** — Phases 1-4 (shipped 2026-01-01)\n- 🔄 **v2.0 New** — Phases 5-6 (in progress)\n\n## Current Milestone: v2.0 New\n\n### Phase 5: A\n\n**Goal:** a\n",
      ".planning/phases/completed/02-old": open("02-01"),
      ".planning/phases/active/05-a": open("05-01", { depends_on: ["Phase 2", "03-01"] }),
    });
    expect((await call(projectStatus, {}, root)).next).toMatchObject({ action: "execute", phase: "05" });
    expect((await call(discoverPhase, {}, root)).phase.id).toBe("05");
  });

  test("a dependency on a shipped phase is met, by box, by milestone and by range", async () => {
    const root = project({
      ".planning/ROADMAP.md":
        "# R\n\n## Milestones\n\n- ✅ **v1.0 Old** — Phases 1-4 (shipped 2026-01-01)\n- 🔄 **v2.0 New** — Phases 5-6 (in progress)\n\n## Current Milestone: v2.0 New\n\n### Phase 5: A\n\n**Goal:** a\n\n<details>\n<summary>✅ v1.0 Old — SHIPPED</summary>\n\n### Phase 2: Old two\n\n**Goal:** b\n\n</details>\n",
      ".planning/phases/active/05-a": open("05-01", { depends_on: ["Phase 2", "02-01", "01-01"] }),
    });
    const { ready, diagnostics } = await call(groupWaves, { phase: "5" }, root);
    expect(diagnostics.map(({ code, severity }) => [code, severity])).toEqual(
      Array(2).fill(["EXTERNAL_DEPENDENCY", "info"]),
    );
    expect(ready).toEqual(["05-01"]);
  });

  test("an ambiguous milestone names no phase as next, and hides none", async () => {
    const root = project({
      ".planning/ROADMAP.md":
        "# R\n\n## v1.0 A\n\n### Phase 1: Old\n\n**Goal:** a\n\n## v2.0 B\n\n### Phase 1: New\n\n**Goal:** b\n",
    });
    const { phases, next } = await call(projectStatus, {}, root);
    expect(phases.map(({ name }) => name)).toEqual(["Old", "New"]);
    expect(next).toMatchObject({ action: "plan", phase: null });
    expect(await callError(discoverPhase, { phase: "1" }, root)).toMatchObject({
      code: "PHASE_NOT_FOUND",
      expected: [expect.stringContaining("Old"), expect.stringContaining("New")],
    });
  });
});

test("phase 999 is a phase; 999.1 is backlog", async () => {
  const root = project({
    ".planning/ROADMAP.md":
      "# R\n\n## Current Milestone: v1.0 A\n\n### Phase 998: X\n\n**Goal:** x\n\n### Phase 999: Y\n\n**Goal:** y\n\n### Phase 999.1: Idea\n\n**Goal:** i\n",
    ".planning/phases": { "completed/998-x": done("998-01"), "active/999-y": open("999-01") },
  });
  expect((await call(discoverPhase, {}, root)).phase.id).toBe("999");
  expect((await call(projectStatus, {}, root)).next).toMatchObject({ action: "execute", phase: "999" });
});

describe("the number of a directory in other words", () => {
  const root = () =>
    project({
      ".planning/ROADMAP.md": "# R\n\n### Phase 3: Chat\n\n**Goal:** x\n",
      ".planning/phases/active/03-chat": open("03-01"),
    });

  test.each(["3-chat", "03 chat", "03_chat", "03-Chat"])("%s is 03-chat", async (phase) => {
    expect((await call(discoverPhase, { phase }, root())).phase).toMatchObject({
      state: "active",
      dir: ".planning/phases/active/03-chat",
    });
  });

  test("another name is not found, and the directory is the candidate", async () => {
    expect(await callError(discoverPhase, { phase: "03-chta" }, root())).toMatchObject({
      code: "PHASE_NOT_FOUND",
      expected: ["03-chat"],
    });
  });
});

describe("collisions are said wherever the phase is", () => {
  const tree: Tree = {
    ".planning/ROADMAP.md": "# R\n\n## Current Milestone: v1.0 A\n\n### Phase 4: Chat\n\n**Goal:** x\n",
    ".planning/phases": { "active/04-chat": open("04-01"), "pending/04-other": open("04-01") },
  };

  test("beside the phase that was selected or named, with how to call it", async () => {
    const root = project(tree);
    for (const args of [{}, { phase: "04-chat" }]) {
      expect((await call(discoverPhase, args, root)).diagnostics).toMatchObject([
        { code: "PHASE_COLLISION" },
      ]);
    }
    expect(
      (await call(checkPlanning, { phase: "04-other" }, root)).diagnostics.map(({ code }) => code),
    ).toContain("PHASE_COLLISION");
    expect((await call(projectStatus, {}, root)).next.why).toContain('"04-chat"');
    expect((await call(discoverPhase, { phase: "04-other" }, root)).phase.name).toBe("Other");
  });
});

describe("next", () => {
  const phase = (files: Tree) =>
    project({
      ".planning/ROADMAP.md": "# R\n\n## Current Milestone: v1.0 A\n\n### Phase 1: A\n\n**Goal:** x\n",
      ".planning/phases/active/01-a": files,
    });

  test("gaps that could not be read are not called addressed", async () => {
    const { next } = await call(
      projectStatus,
      {},
      phase({ ...done("01-01"), "01-VERIFICATION.md": "---\nstatus: gaps_found\n---\n" }),
    );
    expect(next).toMatchObject({ action: "verify", why: expect.stringContaining("no gap could be read") });
  });

  test("an open gap of an acceptance test counts beside a passed verification", async () => {
    const { next } = await call(
      projectStatus,
      {},
      phase({
        ...done("01-01"),
        "01-VERIFICATION.md": "---\nstatus: passed\n---\n",
        "01-UAT.md": "---\nstatus: complete\n---\n\n## Gaps\n\n- truth: Slow\n  status: failed\n",
      }),
    );
    expect(next).toMatchObject({ action: "close_gaps", phase: "01" });
  });
});

describe("check_planning lists what other tools say", () => {
  const tree: Tree = {
    ".planning/ROADMAP.md":
      "# R\n\n## Current Milestone: v1.0 A\n\n- [x] **Phase 4: D**\n\n### Phase 5: E\n\n**Goal:** e\n",
    ".planning/phases/pending/04-d": {},
  };
  const codes = async (more: Tree, args = {}) =>
    (await call(checkPlanning, args, project({ ...tree, ...more }))).diagnostics.map(({ code }) => code);

  test.each<[string, Tree, string]>([
    [
      "an audit without readable gaps",
      { ".planning/v1.0-MILESTONE-AUDIT.md": "---\nmilestone: v1.0\nstatus: gaps_found\n---\n" },
      "UNPARSED_REPORT",
    ],
    [
      "front matter of a summary",
      {
        ".planning/phases/active/05-e": {
          "05-01-PLAN.md": plan({ wave: 1, files_modified: ["a"] }),
          "05-01-SUMMARY.md": '---\nx: "a" b\n---\n',
        },
      },
      "INVALID_FRONTMATTER",
    ],
    ["front matter of STATE.md", { ".planning/STATE.md": "---\na: b: c\n---\n" }, "INVALID_FRONTMATTER"],
    [
      "front matter of an issue",
      { ".planning/issues/open/x.md": "---\na: b: c\n---\n" },
      "INVALID_FRONTMATTER",
    ],
    ["a tick on a phase that is not completed", {}, "BOX_MISMATCH"],
  ])("%s", async (_, more, code) => expect(await codes(more)).toContain(code));

  test("every cycle, and the conflicts of the plans beside them", async () => {
    const wave = (files: string, ...depends_on: string[]) =>
      plan({ wave: 1, depends_on, files_modified: [files] });
    const found = await codes({
      ".planning/phases/active/05-e": {
        "05-01-PLAN.md": wave("a", "05-02"),
        "05-02-PLAN.md": wave("b", "05-01"),
        "05-03-PLAN.md": wave("c", "05-04"),
        "05-04-PLAN.md": wave("d", "05-03"),
        "05-05-PLAN.md": wave("x"),
        "05-06-PLAN.md": wave("x"),
      },
    });
    expect(found.filter((code) => code === "DEPENDENCY_CYCLE")).toHaveLength(2);
    expect(found).toContain("FILE_CONFLICT");
  });

  test("an unstarted phase, alone", async () =>
    expect(await codes({}, { phase: "5" })).toEqual(["MISSING_PHASE_DIR"]));

  test("a ROADMAP.md that is too large is not called missing", async () => {
    const found = await codes({ ".planning/ROADMAP.md": `# R\n${"x".repeat(9_000_000)}` });
    expect(found).toContain("FILE_TOO_LARGE");
    expect(found).not.toContain("MISSING_ROADMAP");
  });
});

describe("answers stay under 16 KB", () => {
  const id = (number: number) => String(number).padStart(3, "0");
  const slug = "a-very-long-name-of-a-plan-that-goes-on-and-on-to-the-end";
  const files = (count: number, more: (number: number) => Record<string, unknown>): Tree =>
    Object.fromEntries(
      Array.from({ length: count }, (_, index) => [
        `01-${id(index + 1)}-${slug}-PLAN.md`,
        plan({ wave: 1, ...more(index + 1) }),
      ]),
    );

  test.each<[string, Tree]>([
    [
      "40 plans, each after all before",
      files(40, (number) => ({
        depends_on: Array.from({ length: number - 1 }, (_, index) => `01-${id(index + 1)}`),
        files_modified: ["a"],
      })),
    ],
    ["100 plans with long names", files(100, () => ({ files_modified: ["x/y"] }))],
    ["400 plans with long names", files(400, (number) => ({ files_modified: [`f${number}`] }))],
    [
      "60 plans on 40 files",
      files(60, () => ({ files_modified: Array.from({ length: 40 }, (_, index) => `src/file-${index}.ts`) })),
    ],
    [
      "500 finished plans",
      {
        ...files(500, () => ({})),
        ...Object.fromEntries(
          Array.from({ length: 500 }, (_, index) => [`01-${id(index + 1)}-${slug}-SUMMARY.md`, "s"]),
        ),
      },
    ],
  ])("%s", async (_, phase) => {
    const root = project({ ".planning/phases/active/01-a": phase });
    for (const answer of [
      await call(groupWaves, { phase: "1" }, root),
      await call(discoverPhase, { phase: "1" }, root),
      await call(checkPlanning, {}, root),
    ]) {
      expect(Buffer.byteLength(JSON.stringify(answer))).toBeLessThanOrEqual(16_384);
    }
  });

  test("a cycle of 300 plans, long settings, and a name of 100 KB", async () => {
    const ring = files(300, (number) => ({ depends_on: [`01-${id((number % 300) + 1)}`] }));
    const error = await callError(
      groupWaves,
      { phase: "1" },
      project({ ".planning/phases/active/01-a": ring }),
    );
    expect(error.code).toBe("DEPENDENCY_CYCLE");
    expect(Buffer.byteLength(JSON.stringify(error))).toBeLessThanOrEqual(16_384);
    const root = project({
      ".planning/ROADMAP.md": `# R\n\n### Phase 1: ${"Name ".repeat(20_000)}\n\n**Goal:** ${"Goal ".repeat(20_000)}\n`,
      ".planning/config.json": JSON.stringify({
        workflows: { "execute-phase": { post_task_command: "x".repeat(50_000) } },
      }),
    });
    for (const answer of [
      await call(projectStatus, {}, root),
      await call(discoverPhase, { phase: "1" }, root),
    ]) {
      expect(Buffer.byteLength(JSON.stringify(answer))).toBeLessThanOrEqual(16_384);
    }
  });
});
