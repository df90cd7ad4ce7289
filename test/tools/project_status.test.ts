import { execFileSync } from "node:child_process";
import { describe, expect, test } from "vitest";
import projectStatus from "../../tools/project_status.ts";
import { call, callError } from "../support/client.ts";
import { plan, project, type Tree } from "../support/project.ts";

const ROADMAP = `# Roadmap

## Milestones

- ✅ **v1.1.0 Base** — Phases 1-2 (shipped 2026-01-01)
- 🔄 **v1.2.0 Talk** — Phases 3-5 (in progress)

## Current Milestone: v1.2.0 Talk

#### Phase 3: Chat

**Goal:** Users talk

#### Phase 4: Rooms

**Goal:** Users meet

## Completed Milestones

<details>
<summary>v1.1.0 Base — SHIPPED 2026-01-01</summary>

- [x] Phase 1: Start (1/1 plans) — completed 2026-01-01
- [x] Phase 2: Accounts (1/1 plans) — completed 2026-01-01

</details>
`;

const done = (id: string): Tree => ({ [`${id}-PLAN.md`]: plan(), [`${id}-SUMMARY.md`]: "s" });

function tree(active: Tree = { ...done("03-01"), "03-02-PLAN.md": plan() }, more: Tree = {}): Tree {
  return {
    ".planning/ROADMAP.md": ROADMAP,
    ".planning/phases/completed/02-accounts": {
      ...done("02-01"),
      "02-VERIFICATION.md": "---\nstatus: passed\n---\n",
    },
    ".planning/phases/active/03-chat": active,
    ...more,
  };
}

test("the whole project in one answer", async () => {
  const root = project(tree(undefined, { "package.json": '{"scripts":{"test":"vitest run"}}' }));
  const answer = await call(projectStatus, {}, root);
  expect(answer).toMatchObject({
    root,
    milestone: { version: "1.2.0", name: "Talk", source: "current_milestone_heading" },
    config: {
      model_profile: "balanced",
      commit_docs: true,
      pr_workflow: false,
      workflow: { research: true, plan_check: true, verifier: true },
      github: { enabled: false, issue_mode: "never" },
    },
    models: { executor: "sonnet", planner: "opus", verifier: "sonnet" },
    total: 3,
    next_cursor: null,
    counts: {
      phases: 3,
      pending: 0,
      active: 1,
      completed: 1,
      flat: 0,
      unstarted: 1,
      plans: 3,
      plans_done: 2,
    },
    next: { action: "execute", phase: "03", why: "phase 3 has 1 of 2 plans left" },
    test_script: "vitest run",
    diagnostics: [],
  });
  expect(
    answer.phases.map(({ id, state, plan_count, done_count, verification }) => [
      id,
      state,
      plan_count,
      done_count,
      verification,
    ]),
  ).toEqual([
    ["02", "completed", 1, 1, "passed"],
    ["03", "active", 2, 1, null],
    ["04", "unstarted", 0, 0, null],
  ]);
});

describe("next", () => {
  const verified = (text: string): Tree => ({ ...done("03-01"), "03-VERIFICATION.md": text });
  const withGap = (resolution = "") =>
    `---\nstatus: gaps_found\ngaps:\n  - truth: Messages stay\n    status: failed\n---\n${resolution}`;

  test.each<[string, Tree, string, string | null]>([
    ["plans left", {}, "execute", "03"],
    ["no plans", { ".planning/phases/active/03-chat": { "03-CONTEXT.md": "c" } }, "plan", "03"],
    ["not verified", { ".planning/phases/active/03-chat": done("03-01") }, "verify", "03"],
    [
      "passed",
      { ".planning/phases/active/03-chat": verified("---\nstatus: passed\n---\n") },
      "complete_phase",
      "03",
    ],
    ["gaps", { ".planning/phases/active/03-chat": verified(withGap()) }, "close_gaps", "03"],
    [
      "gaps that a later phase closes",
      {
        ".planning/phases/active/03-chat": verified(
          withGap("\n## Gap Resolution\n\nGaps addressed by Phase 4 (Rooms)\n"),
        ),
      },
      "plan",
      "04",
    ],
    [
      "gaps that a phase has closed",
      {
        ".planning/phases/active/03-chat": verified(
          withGap("\n## Gap Resolution\n\nGaps addressed by Phase 4 (Rooms)\n"),
        ),
        ".planning/phases/completed/04-rooms": done("04-01"),
      },
      "verify",
      "03",
    ],
    [
      "gaps whose plans are done",
      {
        ".planning/phases/active/03-chat": {
          ...verified(withGap()),
          "03-02-PLAN.md": plan({ gap_closure: true }),
          "03-02-SUMMARY.md": "s",
        },
      },
      "verify",
      "03",
    ],
    [
      "gaps that a younger report found",
      {
        ".planning/phases/active/03-chat": {
          ...verified(withGap().replace("status", "verified: 2026-02-03\nstatus")),
          "03-02-PLAN.md": plan({ gap_closure: true }),
          "03-02-SUMMARY.md": "---\ncompleted: 2026-02-01\n---\n",
        },
      },
      "close_gaps",
      "03",
    ],
    [
      "gaps of an acceptance test of the completed phase, before the next one is planned",
      {
        ".planning/phases/active/03-chat": {},
        ".planning/phases/completed/03-chat": {
          ...verified("---\nstatus: passed\n---\n"),
          "03-UAT.md": withGap(),
        },
      },
      "plan",
      "04",
    ],
    [
      "and when every phase is completed",
      {
        ".planning/phases/active/03-chat": {},
        ".planning/phases/completed/03-chat": {
          ...verified("---\nstatus: passed\n---\n"),
          "03-UAT.md": withGap(),
        },
        ".planning/phases/completed/04-rooms": done("04-01"),
      },
      "close_gaps",
      "03",
    ],
    [
      "without a verifier",
      {
        ".planning/phases/active/03-chat": done("03-01"),
        ".planning/config.json": '{"workflow":{"verifier":false}}',
      },
      "complete_phase",
      "03",
    ],
    [
      "between milestones",
      { ".planning/ROADMAP.md": "# R\n\n## Current Milestone: None\n" },
      "new_milestone",
      null,
    ],
  ])("%s: %s", async (_, change, action, phase) => {
    const literal = tree();
    for (const path of Object.keys(change)) delete literal[path];
    const answer = await call(projectStatus, {}, project({ ...literal, ...change }));
    expect(answer.next).toMatchObject({ action, phase });
  });

  test("all done: audit, then its gaps, then a new milestone", async () => {
    const all = (audit: Tree): Tree => ({
      ".planning/ROADMAP.md": ROADMAP,
      ".planning/phases/completed": { "03-chat": done("03-01"), "04-rooms": done("04-01") },
      ...audit,
    });
    const next = async (audit: Tree) => (await call(projectStatus, {}, project(all(audit)))).next;
    expect(await next({})).toMatchObject({ action: "audit_milestone", phase: null });
    const gaps =
      "---\nmilestone: v1.2.0\nstatus: gaps_found\ngaps:\n  flows:\n    - name: Send\n      broken_at: API\n      reason: none\n---\n";
    expect(await next({ ".planning/v1.2.0-MILESTONE-AUDIT.md": gaps })).toMatchObject({
      action: "close_gaps",
      phase: null,
    });
    expect(
      await next({ ".planning/v1.2.0-MILESTONE-AUDIT.md": "---\nmilestone: v1.2.0\nstatus: passed\n---\n" }),
    ).toMatchObject({
      action: "new_milestone",
    });
    expect(await next({ ".planning/v1.1.0-MILESTONE-AUDIT.md": gaps })).toMatchObject({
      action: "audit_milestone",
    });
  });
});

describe("configuration", () => {
  test("invalid JSON: defaults, and said", async () => {
    const answer = await call(
      projectStatus,
      {},
      project(tree(undefined, { ".planning/config.json": '{\n "mode": \n' })),
    );
    expect(answer.config).toMatchObject({ model_profile: "balanced" });
    expect(answer.diagnostics).toMatchObject([
      { code: "CONFIG_INVALID", severity: "error", path: ".planning/config.json" },
    ]);
  });

  test.each([".planning/", ".planning/*"])(
    "commit_docs is false where git ignores %s, whatever the file says",
    async (pattern) => {
      const root = project(
        tree(undefined, { ".planning/config.json": '{"commit_docs":true}', ".gitignore": `${pattern}\n` }),
      );
      expect((await call(projectStatus, {}, root)).config.commit_docs).toBe(true);
      execFileSync("git", ["init", "-q"], { cwd: root });
      expect((await call(projectStatus, {}, root)).config.commit_docs).toBe(false);
    },
  );

  test("a repository's own file system monitor does not run", async () => {
    const root = project(tree(undefined, { "monitor.sh": "#!/bin/sh\ntouch ran\n" }));
    execFileSync("git", ["init", "-q"], { cwd: root });
    execFileSync("git", ["config", "core.fsmonitor", `sh ${root}/monitor.sh`], { cwd: root });
    execFileSync("git", ["config", "alias.check-ignore", "!touch ran"], { cwd: root });
    await call(projectStatus, {}, root);
    expect(() => execFileSync("ls", ["ran"], { cwd: root, stdio: "pipe" })).toThrow();
  });

  test.each([
    ['{"scripts":{"test":"echo \\"Error: no test specified\\" && exit 1"}}', null],
    ['{"scripts":{"build":"x"},"other":{"test":"no"}}', null],
    ["{", null],
    ['\uFEFF{"scripts":{"test":" node --test "}}', "node --test"],
  ])("package.json %s", async (text, script) => {
    const answer = await call(projectStatus, {}, project(tree(undefined, { "package.json": text })));
    expect(answer.test_script).toBe(script);
  });
});

test("an empty .planning is an answer", async () => {
  const answer = await call(projectStatus, {}, project());
  expect(answer).toMatchObject({
    milestone: null,
    phases: [],
    total: 0,
    next: { action: "new_milestone", phase: null },
  });
});

test("pages: each phase once, and a cursor that is none is refused", async () => {
  const phases: Tree = {};
  for (let number = 1; number <= 120; number++)
    phases[`${String(number).padStart(2, "0")}-phase`] = done("x-01");
  const root = project({ ".planning/phases/completed": phases });
  const seen: string[] = [];
  let cursor: string | null = null;
  do {
    const answer: { phases: { id: string }[]; next_cursor: string | null; total: number } = await call(
      projectStatus,
      cursor === null ? { limit: 50 } : { limit: 50, cursor },
      root,
    );
    expect(answer.total).toBe(120);
    seen.push(...answer.phases.map(({ id }) => id));
    cursor = answer.next_cursor;
  } while (cursor !== null);
  expect(seen).toHaveLength(120);
  expect(new Set(seen).size).toBe(120);
  expect(await callError(projectStatus, { cursor: "7" }, root)).toMatchObject({ code: "INVALID_ARGUMENT" });
});
