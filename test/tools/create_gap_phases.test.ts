import { execFileSync } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import collectGaps from "../../tools/collect_gaps.ts";
import createGapPhases from "../../tools/create_gap_phases.ts";
import discoverPhase from "../../tools/discover_phase.ts";
import { call, callError } from "../support/client.ts";
import { gitProject } from "../support/git.ts";
import { project, snapshotTree, type Tree } from "../support/project.ts";

const ROADMAP = `# Roadmap

## Current Milestone: v1.2.0 Talk

- [x] Phase 3: Chat (2/2 plans) — completed 2026-01-01
- [ ] Phase 4: Rooms (0/2 plans)

#### Phase 3: Chat

**Goal:** Users talk
**Requirements**: CHAT-01

#### Phase 4: Rooms

**Goal:** Users meet
**Success Criteria** (what must be TRUE):
1. They meet

## Planned Milestones

- v2.0 Later
`;

const VERIFICATION = `---
status: gaps_found
score: 1/4
gaps:
  - truth: "User can see existing messages"
    status: failed
    reason: "No API call in Chat.tsx"
    artifacts:
      - path: "src/Chat.tsx"
        issue: "no fetch"
  - truth: "Messages persist"
    status: failed
    reason: "Database not connected"
    artifacts:
      - path: "src/Chat.tsx"
        issue: "memory only"
---

# Verification
`;

const UAT =
  '---\nstatus: diagnosed\n---\n\n## Gaps\n\n- truth: "Leaving a room works"\n  status: failed\n  reason: "Handler not wired"\n  artifacts: [src/Rooms.tsx]\n';

const tree = (more: Tree = {}): Tree => ({
  ".planning/ROADMAP.md": ROADMAP,
  ".planning/STATE.md": "# Project State\n\n## Current Position\n\nPhase: 4 of 4 (Rooms)\n",
  ".planning/phases/completed/03-chat/03-VERIFICATION.md": VERIFICATION,
  ".planning/phases/active/04-rooms/04-UAT.md": UAT,
  ...more,
});

const git = (root: string, ...args: string[]) =>
  execFileSync("git", args, { cwd: root, encoding: "utf8" }).trim();
const read = (root: string, path: string) => readFileSync(join(root, ".planning", path), "utf8");

test("creates what collect_gaps proposes, everywhere at once, as its dry run shows, and never twice", async () => {
  const root = gitProject(tree());
  const proposed = await call(collectGaps, {}, root);
  expect(proposed.groups.length).toBeGreaterThan(0);
  const before = snapshotTree(join(root, ".planning"));
  const shown = await call(createGapPhases, { dry_run: true }, root);
  expect(snapshotTree(join(root, ".planning"))).toEqual(before);
  const answer = await call(createGapPhases, {}, root);
  expect({ ...answer, commit: shown.commit }).toEqual(shown);
  expect(shown.commit?.sha).toBeNull();

  expect(answer.status).toBe("created");
  expect(answer.phases.map(({ gaps }) => gaps)).toEqual(proposed.groups.map(({ gaps }) => gaps));
  expect(answer.phases.map(({ id }) => id)).toEqual(proposed.groups.map((_, index) => `0${5 + index}`));
  for (const { id, number, name, dir, state, gaps } of answer.phases) {
    expect(name).toMatch(/^Gap - /);
    expect(state).toBe("pending");
    expect(dir).toMatch(new RegExp(`^\\.planning/phases/pending/${id}-gap-[a-z0-9-]+$`));
    expect(existsSync(join(root, dir!, ".gitkeep"))).toBe(true);
    const found = await call(discoverPhase, { phase: number }, root);
    expect(found.phase).toMatchObject({ id, name, dir });
    expect(found.roadmap).toMatchObject({ milestone: "1.2.0", checked: false });
    expect(found.roadmap!.success_criteria).toHaveLength(gaps.length);
    expect(read(root, "STATE.md")).toContain(`- Phase ${number}: ${name} (from Phase `);
  }
  const lines = read(root, "ROADMAP.md").split("\n");
  expect(ROADMAP.split("\n").filter((line) => !lines.includes(line))).toEqual([]);
  expect(lines.filter((line) => /^#### Phase 5: Gap - .* \(inserted\)$/.test(line))).toHaveLength(1);
  expect(lines.indexOf("## Planned Milestones")).toBeGreaterThan(
    lines.findIndex((line) => line.startsWith("#### Phase 5")),
  );
  expect(read(root, "phases/completed/03-chat/03-VERIFICATION.md").startsWith(VERIFICATION)).toBe(true);
  expect(read(root, "phases/completed/03-chat/03-VERIFICATION.md")).toMatch(
    /## Gap Resolution\n\nGaps addressed by Phase \d \(Gap - .*\):\n/,
  );
  expect(read(root, "phases/active/04-rooms/04-UAT.md").startsWith(UAT)).toBe(true);

  const ids = answer.phases.map(({ id }) => id).join(", ");
  expect(git(root, "log", "-1", "--format=%H %s")).toBe(
    `${answer.commit!.sha} docs(roadmap): add gap phases ${ids}`,
  );
  expect(git(root, "status", "--porcelain")).toBe("");

  const after = await call(collectGaps, {}, root);
  expect(after.gaps.map(({ key, addressed_by }) => [key, addressed_by.length])).toEqual(
    proposed.gaps.map(({ key }) => [key, 1]),
  );
  expect(after.groups).toEqual([]);
  expect(await call(createGapPhases, {}, root)).toEqual({
    status: "unchanged",
    phases: [],
    commit: null,
    changes: [],
    diagnostics: [],
  });
});

test("commits only what it wrote", async () => {
  const resolved = "---\nstatus: passed\n---\n\n## Gap Resolution\n\nGaps addressed by Phase 3 (Chat)\n";
  const root = gitProject(tree({ ".planning/phases/completed/02-auth/02-VERIFICATION.md": resolved }));
  const edits =
    "echo draft >> .planning/phases/completed/02-auth/02-VERIFICATION.md; mkdir -p .planning/phases/pending/09-gap-mine; echo n > .planning/phases/pending/09-gap-mine/notes.md";
  execFileSync("sh", ["-c", edits], { cwd: root });
  await call(createGapPhases, {}, root);
  const left = git(root, "status", "--porcelain").split("\n");
  expect(left.map((line) => line.trim()).sort()).toEqual([
    "?? .planning/phases/pending/09-gap-mine/",
    "M .planning/phases/completed/02-auth/02-VERIFICATION.md",
  ]);
});

describe("a caller's groups", () => {
  test("take their own words, and gaps that are addressed are left out", async () => {
    const root = project(tree());
    const { gaps } = await call(collectGaps, {}, root);
    const group = {
      name: "Gap - Own words: `x` | y",
      goal: "Do it\n# now",
      gaps: [gaps[0]!.key],
      requirements: ["CHAT-01"],
      success_criteria: ["It is done"],
    };
    const first = await call(createGapPhases, { groups: [group] }, root);
    expect(first.phases).toMatchObject([{ id: "05", gaps: [gaps[0]!.key] }]);
    const { roadmap } = await call(discoverPhase, { phase: "5" }, root);
    expect(roadmap).toMatchObject({
      goal: "Do it # now",
      requirements: ["CHAT-01"],
      success_criteria: ["It is done"],
    });
    expect(await call(createGapPhases, { groups: [group] }, root)).toMatchObject({
      status: "unchanged",
      phases: [],
      changes: [],
    });
    const second = await call(
      createGapPhases,
      { groups: [{ name: "Rest", gaps: gaps.map(({ key }) => key) }] },
      root,
    );
    expect(second.phases).toMatchObject([{ id: "06", gaps: gaps.slice(1).map(({ key }) => key) }]);
  });

  test.each<[string, (keys: string[]) => unknown[], string]>([
    ["an unknown key", () => [{ name: "A", gaps: ["gap-000000000000"] }], "gap-000000000000"],
    [
      "one gap twice",
      ([key]) => [
        { name: "A", gaps: [key] },
        { name: "B", gaps: [key] },
      ],
      "stands in",
    ],
    ["no gaps", () => [{ name: "A", gaps: [] }], "groups"],
    ["an unknown field", ([key]) => [{ name: "A", gaps: [key], number: 7 }], "number"],
  ])("with %s are refused, and nothing changes", async (_, groups, said) => {
    const root = project(tree());
    const keys = (await call(collectGaps, {}, root)).gaps.map(({ key }) => key);
    const before = snapshotTree(root);
    expect(await callError(createGapPhases, { groups: groups(keys) }, root)).toMatchObject({
      code: "INVALID_ARGUMENT",
      message: expect.stringContaining(said),
    });
    expect(snapshotTree(root)).toEqual(before);
  });
});

test.each([
  ["Wiring", "Gap - Wiring"],
  ["Gap - Wiring", "Gap - Wiring"],
  ["gap-Gap - Wiring", "Gap - Wiring"],
  ["  ", "Gap - Open gaps"],
  ["## - <!--", "Gap - Open gaps"],
])("a group called %j makes the phase %j", async (name, expected) => {
  const root = project(tree());
  const [gap] = (await call(collectGaps, {}, root)).gaps;
  const { phases } = await call(createGapPhases, { groups: [{ name, gaps: [gap!.key] }] }, root);
  expect(phases.map((phase) => phase.name)).toEqual([expected]);
});

test("of one phase only", async () => {
  const root = project(tree());
  const { phases } = await call(createGapPhases, { phase: "4" }, root);
  const gaps = (await call(collectGaps, { phase: "4" }, root)).gaps.map(({ key }) => key);
  expect(phases.flatMap((phase) => phase.gaps)).toEqual(gaps);
});

test("numbers go on after the highest of roadmap and directories, of every state and milestone", async () => {
  const root = project(
    tree({
      ".planning/phases/completed/11-far": { "x.md": "x" },
      ".planning/phases/pending/999.1-idea": { "x.md": "x" },
    }),
  );
  expect((await call(createGapPhases, {}, root)).phases[0]).toMatchObject({ id: "12", number: "12" });
});

test("nothing to do, broken settings, and no ROADMAP.md", async () => {
  const empty = project({ ".planning/ROADMAP.md": ROADMAP });
  expect(await call(createGapPhases, {}, empty)).toMatchObject({
    status: "nothing_to_do",
    phases: [],
    changes: [],
  });
  expect(await callError(createGapPhases, {}, project(tree({ ".planning/config.json": "{" })))).toMatchObject(
    { code: "INVALID_CONFIG" },
  );
  const { ".planning/ROADMAP.md": _, ...without } = tree();
  const root = project(without);
  const before = snapshotTree(root);
  expect(await callError(createGapPhases, {}, root)).toMatchObject({
    code: "WRITE_FAILED",
    path: ".planning/ROADMAP.md",
  });
  expect(snapshotTree(root)).toEqual(before);
});

test("what a crash left uncommitted is committed by the same call again; a person's edits are not", async () => {
  const root = gitProject(tree());
  await call(createGapPhases, { commit: false }, root);
  const { commit } = await call(createGapPhases, {}, root);
  expect(commit?.message).toMatch(/^docs\(roadmap\): add gap phases 05/);
  expect(git(root, "status", "--porcelain")).toBe("");
  execFileSync("sh", ["-c", "echo '- by hand' >> .planning/STATE.md"], { cwd: root });
  expect((await call(createGapPhases, {}, root)).commit).toBeNull();
  expect(git(root, "status", "--porcelain")).toContain("STATE.md");
});
