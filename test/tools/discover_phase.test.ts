import { describe, expect, test } from "vitest";
import discoverPhase from "../../tools/discover_phase.ts";
import { call, callError } from "../support/client.ts";
import { plan, project, type Tree } from "../support/project.ts";

const ROADMAP = `# Roadmap

## Milestones

- ✅ **v1.1.0 Base** — Phases 1-2 (shipped 2026-01-01)
- 🔄 **v1.2.0 Talk** — Phases 3-5 (in progress)

## Current Milestone: v1.2.0 Talk

#### Phase 3: Chat

**Goal:** Users talk to each other
**Depends on**: Phase 2 (accounts, sessions), Phase 1.1
**Requirements**: CHAT-01, CHAT-02
**Success Criteria** (what must be TRUE):
1. Messages arrive
2. Messages stay

#### Phase 3.1: Search

**Goal:** Users find messages

#### Phase 4: Rooms

**Goal:** Users meet
`;

function tree(more: Tree = {}): Tree {
  return {
    ".planning/ROADMAP.md": ROADMAP,
    ".planning/phases/completed/02-accounts": {
      "02-01-PLAN.md": plan({ wave: 1 }),
      "02-01-SUMMARY.md": "# Done\n\n**Accounts work**\n",
    },
    ".planning/phases/active/03-chat": {
      "03-CONTEXT.md": "c",
      "03-RESEARCH.md": "r",
      "03-01-PLAN.md": plan({ wave: 1, autonomous: "no" }),
      "03-01-SUMMARY.md": "---\nphase: 03\n---\n\n# Summary\n\n**Messages arrive**\n",
      "03-02-PLAN.md": plan({ wave: 2, gap_closure: true }),
      "03-VERIFICATION.md":
        "---\nstatus: gaps_found\nscore: 1/2 must-haves verified\ngaps:\n  - truth: Messages stay\n    status: failed\n---\n",
    },
    ...more,
  };
}

test("tells everything about a phase", async () => {
  const answer = await call(discoverPhase, { phase: "3" }, project(tree()));
  expect(answer).toEqual({
    phase: {
      id: "03",
      number: "3",
      name: "Chat",
      slug: "chat",
      state: "active",
      dir: ".planning/phases/active/03-chat",
    },
    roadmap: {
      goal: "Users talk to each other",
      depends_on: ["Phase 2 (accounts, sessions)", "Phase 1.1"],
      requirements: ["CHAT-01", "CHAT-02"],
      success_criteria: ["Messages arrive", "Messages stay"],
      milestone: "1.2.0",
      checked: null,
    },
    plans: [
      {
        id: "03-01",
        number: "01",
        file: ".planning/phases/active/03-chat/03-01-PLAN.md",
        summary: ".planning/phases/active/03-chat/03-01-SUMMARY.md",
        outcome: "Messages arrive",
        done: true,
        wave: 1,
        autonomous: false,
        gap_closure: false,
      },
      {
        id: "03-02",
        number: "02",
        file: ".planning/phases/active/03-chat/03-02-PLAN.md",
        summary: null,
        outcome: null,
        done: false,
        wave: 2,
        autonomous: true,
        gap_closure: true,
      },
    ],
    plan_count: 2,
    incomplete_count: 1,
    artifacts: {
      context: ".planning/phases/active/03-chat/03-CONTEXT.md",
      research: ".planning/phases/active/03-chat/03-RESEARCH.md",
      verification: {
        path: ".planning/phases/active/03-chat/03-VERIFICATION.md",
        status: "gaps_found",
        score: "1/2 must-haves verified",
        gap_count: 1,
      },
      uat: null,
    },
    linked_issues: [],
    diagnostics: [],
  });
});

describe("finding a phase", () => {
  test.each([
    [3, "03"],
    ["03", "03"],
    ["Phase 3", "03"],
    ["03-chat", "03"],
    ["3.1", "03.1"],
    ["03.1", "03.1"],
    ["4", "04"],
    ["2", "02"],
  ])("%j is %s", async (phase, id) => {
    const answer = await call(discoverPhase, { phase }, project(tree()));
    expect(answer.phase.id).toBe(id);
  });

  test.each([
    [{}, "03"],
    [{ select: "next_incomplete" }, "03"],
    [{ select: "next_unplanned" }, "03.1"],
    [{ select: "current" }, "03"],
    [{ phase: null, select: null }, "03"],
  ])("%j selects %s", async (args, id) => {
    expect((await call(discoverPhase, args, project(tree()))).phase.id).toBe(id);
  });

  test("in ROADMAP.md only it is unstarted", async () => {
    const { phase, plans, artifacts } = await call(discoverPhase, { phase: "4" }, project(tree()));
    expect(phase).toEqual({
      id: "04",
      number: "4",
      name: "Rooms",
      slug: "rooms",
      state: "unstarted",
      dir: null,
    });
    expect(plans).toEqual([]);
    expect(artifacts).toEqual({ context: null, research: null, verification: null, uat: null });
  });

  test("without ROADMAP.md the name comes from the directory", async () => {
    const root = project({ ".planning/phases/05-two-words": { "PLAN.md": plan() } });
    const { phase, roadmap, plans } = await call(discoverPhase, { phase: "5" }, root);
    expect(phase).toMatchObject({ name: "Two words", state: "flat", dir: ".planning/phases/05-two-words" });
    expect(roadmap).toBeNull();
    expect(plans).toMatchObject([{ id: "05", number: "01" }]);
  });

  test("none fits: the phases there are", async () => {
    expect(await callError(discoverPhase, { phase: "9" }, project(tree()))).toMatchObject({
      code: "PHASE_NOT_FOUND",
      expected: ["02-accounts", "03-chat", "3.1", "4"],
    });
    expect(await callError(discoverPhase, { phase: "03-other" }, project(tree()))).toMatchObject({
      code: "PHASE_NOT_FOUND",
    });
  });

  test.each(["*", "../x", "1; rm", "", "x".repeat(500), "3\u202e", "2.1.1.1.1.1.1.1.1.1.x"])(
    "%j is no phase",
    async (phase) => {
      expect(await callError(discoverPhase, { phase }, project(tree()))).toMatchObject({
        code: "INVALID_PHASE",
        expected: expect.stringContaining("2.1"),
      });
    },
  );

  test("no .planning directory", async () => {
    expect(await callError(discoverPhase, { phase: "1" }, project({ src: {} }))).toMatchObject({
      code: "NO_PLANNING_DIR",
    });
  });
});

describe("places", () => {
  const two = { "01-01-PLAN.md": plan() };

  test("different directories of one number collide; a directory's name resolves it", async () => {
    const root = project({
      ".planning/phases": { "completed/01-a": two, "pending/1-b": two, "01.1-c": two },
    });
    expect(await callError(discoverPhase, { phase: "1" }, root)).toMatchObject({
      code: "PHASE_COLLISION",
      expected: ["01-a", "1-b"],
    });
    expect((await call(discoverPhase, { phase: "1-b" }, root)).phase.state).toBe("pending");
    expect((await call(discoverPhase, { phase: "1.1" }, root)).phase.slug).toBe("c");
  });

  test("one directory in two states is one phase: the union, the further state first", async () => {
    const root = project({
      ".planning/phases": {
        "active/08-x": { "08-01-SUMMARY.md": "s", "08-02-PLAN.md": plan({ wave: 7 }) },
        "pending/08-x": {
          "08-01-PLAN.md": plan({ wave: 1 }),
          "08-02-PLAN.md": plan({ wave: 2 }),
          "08-CONTEXT.md": "c",
        },
      },
    });
    const { phase, plans, artifacts, diagnostics } = await call(discoverPhase, { phase: "8" }, root);
    expect(phase).toMatchObject({ state: "active", dir: ".planning/phases/active/08-x" });
    expect(plans.map(({ id, done, wave }) => [id, done, wave])).toEqual([
      ["08-01", true, 1],
      ["08-02", false, 7],
    ]);
    expect(artifacts.context).toBe(".planning/phases/pending/08-x/08-CONTEXT.md");
    expect(diagnostics).toMatchObject([{ code: "SPLIT_PHASE", severity: "warning" }]);
  });

  test("what is no phase directory is not one", async () => {
    const root = project({
      ".planning/phases": {
        ".archive/01-old": two,
        "milestones/02-x": two,
        "workstreams/03-x": two,
        "*": two,
        "04-real": two,
        "completed/.hidden": two,
        "05-file": "not a directory",
      },
    });
    expect(await callError(discoverPhase, { phase: "1" }, root)).toMatchObject({ expected: ["04-real"] });
  });
});

describe("summaries", () => {
  const phase = (files: Tree) =>
    call(discoverPhase, { phase: "1" }, project({ ".planning/phases/01-a": files }));

  test.each([
    ["empty", "", false, ["EMPTY_FILE"]],
    ["blank", " \n\n", false, ["EMPTY_FILE"]],
    ["blocked", "---\nstatus: blocked\n---\n# S\n", false, ["BLOCKED_SUMMARY"]],
    ["halted", "---\nstatus: halted\n---\n# S\n", false, ["BLOCKED_SUMMARY"]],
    ["failed", "---\nstatus: failed\n---\n# S\n", false, ["BLOCKED_SUMMARY"]],
    ["complete", "---\nstatus: complete\n---\n# S\n", true, []],
    ["without front matter", "# S\n", true, []],
  ])("%s", async (_, summary, done, codes) => {
    const { plans, diagnostics, incomplete_count } = await phase({
      "01-01-PLAN.md": plan(),
      "01-01-SUMMARY.md": summary,
    });
    expect(plans[0]!.done).toBe(done);
    expect(incomplete_count).toBe(done ? 0 : 1);
    expect(diagnostics.map(({ code }) => code)).toEqual(codes);
  });

  test("orphans and duplicates are said", async () => {
    const { plans, diagnostics } = await phase({
      "01-01-a-PLAN.md": plan(),
      "01-01-b-PLAN.md": plan(),
      "01-09-SUMMARY.md": "s",
    });
    expect(plans.map(({ id }) => id)).toEqual(["01-01-a", "01-01-b"]);
    expect(diagnostics.map(({ code }) => code).sort()).toEqual(["DUPLICATE_PLAN", "ORPHAN_SUMMARY"]);
  });
});

test("one broken plan of ten does not hide the other nine", async () => {
  const files: Tree = {};
  for (let number = 1; number <= 10; number++) {
    files[`01-${String(number).padStart(2, "0")}-PLAN.md`] = plan({ wave: number });
  }
  files["01-05-PLAN.md"] = "---\nphase: 01\nwave: 5\ntitle: a: b\n---\n";
  const { plans, diagnostics } = await call(
    discoverPhase,
    { phase: "1" },
    project({ ".planning/phases/01-a": files }),
  );
  expect(plans.map(({ wave }) => wave)).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9, 10]);
  expect(diagnostics).toMatchObject([
    { code: "INVALID_FRONTMATTER", path: ".planning/phases/01-a/01-05-PLAN.md", line: 4 },
  ]);
});

test("linked issues from STATE.md and from issue files", async () => {
  const root = project({
    ...tree(),
    ".planning/STATE.md": `# Project State

## Accumulated Context

### Pending Issues

- Messages are lost → Phase 03-chat
  - File: .planning/issues/open/2026-01-02-lost.md
  - GitHub: #12
- Another → Phase 4
  - GitHub: #13
`,
    ".planning/issues/open/2026-01-02-lost.md":
      "---\ntitle: Messages are lost\nprovenance: github:me/app#12\nlinked_phase: 03-chat\n---\n",
    ".planning/issues/open/2026-01-03-slow.md":
      "---\ntitle: Slow list\nprovenance: local\nlinked_phase: 03-chat\n---\n",
  });
  const { linked_issues } = await call(discoverPhase, { phase: "3" }, root);
  expect(linked_issues).toHaveLength(2);
  expect(linked_issues[0]).toMatchObject({
    title: "Messages are lost",
    path: ".planning/issues/open/2026-01-02-lost.md",
    source: "pending",
  });
  expect(linked_issues[1]).toEqual({
    title: "Slow list",
    github: null,
    path: ".planning/issues/open/2026-01-03-slow.md",
    source: "issue_file",
  });
});

describe("between and without milestones", () => {
  test("None gives nothing to select, but a named phase is found", async () => {
    const root = project({ ...tree(), ".planning/ROADMAP.md": "# Roadmap\n\n## Current Milestone: None\n" });
    expect(await callError(discoverPhase, {}, root)).toMatchObject({
      code: "NO_MATCHING_PHASE",
      message: expect.stringContaining("no current milestone"),
    });
    expect((await call(discoverPhase, { phase: "3" }, root)).phase.id).toBe("03");
  });

  test("a milestone that cannot be told is said, and every open phase counts", async () => {
    const roadmap =
      "# R\n\n## Milestones\n\n- 🚧 **v1.0 A** — (in progress)\n- 🚧 **v2.0 B** — (in progress)\n";
    const { phase, diagnostics } = await call(
      discoverPhase,
      {},
      project({ ...tree(), ".planning/ROADMAP.md": roadmap }),
    );
    expect(phase.id).toBe("03");
    expect(diagnostics.map(({ code }) => code)).toEqual(["AMBIGUOUS_MILESTONE"]);
  });
});

test("a phase of 40 plans with long outcomes stays under 16 KB, and says what it left out", async () => {
  const files: Tree = {};
  for (let number = 1; number <= 40; number++) {
    files[`01-${number}-a-long-name-for-a-plan-file-PLAN.md`] = plan({ wave: 1 });
    files[`01-${number}-a-long-name-for-a-plan-file-SUMMARY.md`] =
      `# S\n\n**${"long outcome ".repeat(30)}**\n`;
  }
  const root = project({ ".planning/phases/01-phase": files });
  const answer = await call(discoverPhase, { phase: "1" }, root);
  expect(answer.plans).toHaveLength(40);
  expect(Buffer.byteLength(JSON.stringify(answer))).toBeLessThanOrEqual(16_384);
  expect(answer.diagnostics.map(({ code }) => code)).toContain("ANSWER_TRUNCATED");
});
