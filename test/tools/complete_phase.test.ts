import { execFileSync } from "node:child_process";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import completePhase from "../../tools/complete_phase.ts";
import movePhaseState from "../../tools/move_phase_state.ts";
import { call, callError, TODAY } from "../support/client.ts";
import { gitProject, hook, status } from "../support/git.ts";
import { plan, project, snapshotTree, type Tree, write } from "../support/project.ts";

const ROADMAP = `# Roadmap

## Current Milestone: v1.2.0 Talk

- [x] Phase 2: Accounts (1/1 plans) — completed 2026-01-01
- [ ] Phase 3: Chat (0/2 plans)
- [ ] Phase 4: Rooms (0/0 plans)

#### Phase 3: Chat

**Goal:** Users talk
**Requirements**: CHAT-01, CHAT-02, CHAT-09

Plans:
- [x] 03-01-PLAN.md — First
- [ ] 03-02-PLAN.md — Second

#### Phase 4: Rooms

**Goal:** Users meet
`;

const STATE = `# Project State

## Current Position

Phase: 3 of 4 (Chat)
Plan: 2 of 2 in current phase
Status: In progress
Last activity: 2026-01-15 — Executed 03-02

## Notes

Phase: 3 is not here.
`;

const REQUIREMENTS = `# Requirements

- [ ] **CHAT-01**: Messages arrive
- [ ] **CHAT-02**: Messages stay
- [ ] **CHAT-10**: Messages fly

## Traceability

| Requirement | Phase | Status |
|---|---|---|
| CHAT-01 | Phase 3 | Pending |
| CHAT-02 | Phase 3 | Blocked |
| CHAT-10 | Phase 4 | Pending |
`;

const tree = (more: Tree = {}): Tree => ({
  ".planning/ROADMAP.md": ROADMAP,
  ".planning/STATE.md": STATE,
  ".planning/REQUIREMENTS.md": REQUIREMENTS,
  ".planning/phases/completed/02-accounts": { "02-01-PLAN.md": plan(), "02-01-SUMMARY.md": "s" },
  ".planning/phases/active/03-chat": {
    "03-01-PLAN.md": plan({ wave: 1 }),
    "03-01-SUMMARY.md": "s",
    "03-02-PLAN.md": plan({ wave: 2 }),
    "03-02-SUMMARY.md": "s",
    "03-VERIFICATION.md": "---\nstatus: passed\n---\n",
  },
  ...more,
});

const git = (root: string, ...args: string[]) =>
  execFileSync("git", args, { cwd: root, encoding: "utf8" }).trim();
const read = (root: string, name: string) => readFileSync(join(root, ".planning", name), "utf8");

/** The lines of one text that the other has not, with what stands in their place. */
function changedLines(before: string, after: string): [string, string][] {
  const [old, now] = [before.split("\n"), after.split("\n")];
  expect(now).toHaveLength(old.length);
  return old.flatMap((line, index): [string, string][] => (line === now[index] ? [] : [[line, now[index]!]]));
}

test("moves, ticks, fills in, and commits exactly that, as its dry run shows", async () => {
  const root = gitProject(tree({ "src/app.ts": "x" }));
  execFileSync("sh", ["-c", "echo y >> src/app.ts; echo z > src/staged.ts"], { cwd: root });
  git(root, "add", "src/staged.ts");
  const before = snapshotTree(join(root, ".planning"));
  const shown = await call(completePhase, { phase: "3", dry_run: true }, root);
  expect(snapshotTree(join(root, ".planning"))).toEqual(before);
  expect(shown.commit).toEqual({ sha: null, message: "docs(03): complete chat phase" });

  const answer = await call(completePhase, { phase: "3" }, root);
  expect({ ...answer, commit: shown.commit }).toEqual(shown);
  expect(answer).toMatchObject({
    phase: { id: "03", state: "completed", dir: ".planning/phases/completed/03-chat" },
    status: "completed",
    missing: [],
    roadmap: { found: true, checklist: true, plans: ["03-02"] },
    requirements: { updated: ["CHAT-01"], already: [], blocked: ["CHAT-02"], not_found: ["CHAT-09"] },
    next: { id: "04", name: "Rooms", state: "unstarted" },
    commit: { message: "docs(03): complete chat phase" },
    diagnostics: [],
  });
  expect(changedLines(ROADMAP, read(root, "ROADMAP.md"))).toEqual([
    ["- [ ] Phase 3: Chat (0/2 plans)", `- [x] Phase 3: Chat (2/2 plans) — completed ${TODAY}`],
    ["- [ ] 03-02-PLAN.md — Second", "- [x] 03-02-PLAN.md — Second"],
  ]);
  expect(changedLines(REQUIREMENTS, read(root, "REQUIREMENTS.md"))).toEqual([
    ["- [ ] **CHAT-01**: Messages arrive", "- [x] **CHAT-01**: Messages arrive"],
    ["| CHAT-01 | Phase 3 | Pending |", "| CHAT-01 | Phase 3 | Complete |"],
  ]);
  const state = changedLines(STATE, read(root, "STATE.md"));
  expect(state.map(([line]) => line)).toEqual(
    expect.arrayContaining(["Phase: 3 of 4 (Chat)", "Last activity: 2026-01-15 — Executed 03-02"]),
  );
  expect(read(root, "STATE.md")).toContain("Phase: 4 of 4 (Rooms)");

  expect(git(root, "log", "-1", "--format=%H %s")).toBe(
    `${answer.commit!.sha} docs(03): complete chat phase`,
  );
  expect(
    git(root, "show", "-M", "--name-status", "--format=")
      .split("\n")
      .map((line) => line.split("\t")[0]![0]),
  ).toEqual(expect.arrayContaining(["M", "R"]));
  expect(
    git(root, "show", "--name-only", "--format=")
      .split("\n")
      .every((path) => path.startsWith(".planning/")),
  ).toBe(true);
  expect(
    git(root, "status", "--porcelain")
      .split("\n")
      .map((line) => line.trim())
      .sort(),
  ).toEqual(["A  src/staged.ts", "M src/app.ts"]);

  const again = await call(completePhase, { phase: "3" }, root);
  expect(again).toMatchObject({
    status: "unchanged",
    changes: [],
    commit: null,
    phase: { state: "completed" },
  });
});

test("what a crash left uncommitted is committed by the same call again", async () => {
  const root = gitProject(tree());
  await call(completePhase, { phase: "3", commit: false }, root);
  expect(git(root, "log", "--format=%s")).not.toContain("complete");
  expect(await call(completePhase, { phase: "3" }, root)).toMatchObject({
    status: "unchanged",
    changes: [],
    commit: { message: "docs(03): complete chat phase" },
  });
  expect(git(root, "status", "--porcelain")).toBe("");
});

describe("a commit that a hook refused, of a phase that was completed before", () => {
  const ACTIVE = ".planning/phases/active/03-chat";
  const COMPLETED = ".planning/phases/completed/03-chat";

  /** Completed, reopened, worked on, and completed again: no commit was possible then. */
  async function refused(): Promise<string> {
    const root = gitProject(tree());
    await call(completePhase, { phase: "3" }, root);
    await call(movePhaseState, { phase: "3", to: "active" }, root);
    write(root, {
      [ACTIVE]: { "03-03-PLAN.md": plan(), "03-03-SUMMARY.md": "s", "03-NOTES.md": "staged" },
      ".planning/REQUIREMENTS.md": `${REQUIREMENTS}\nmore\n`,
    });
    git(root, "add", `${ACTIVE}/03-NOTES.md`);
    execFileSync("rm", [join(root, ACTIVE, "03-01-SUMMARY.md")]);
    write(root, { [ACTIVE]: { "03-01-login-SUMMARY.md": "renamed" } });
    hook(root, "pre-commit", "exit 1");
    const answer = await call(completePhase, { phase: "3", date: "2026-02-01" }, root);
    expect(answer).toMatchObject({ status: "completed", commit: null });
    expect(answer.diagnostics.map(({ code }) => code)).toEqual(["COMMIT_SKIPPED"]);
    return root;
  }

  const notes = (root: string) =>
    readdirSync(join(root, ".git")).filter((name) => name.startsWith("wavewright"));

  test("is made by the same call again, as its dry run says", async () => {
    const root = await refused();
    expect(await call(completePhase, { phase: "3" }, root)).toMatchObject({
      status: "unchanged",
      commit: null,
      diagnostics: [{ code: "COMMIT_SKIPPED" }],
    });
    hook(root, "pre-commit", "exit 0");
    const shown = await call(completePhase, { phase: "3", dry_run: true }, root);
    expect(shown.commit).toEqual({ sha: null, message: "docs(03): complete chat phase" });
    const answer = await call(completePhase, { phase: "3" }, root);
    expect({ ...answer, commit: shown.commit }).toEqual(shown);
    expect(answer).toMatchObject({ status: "unchanged", changes: [], diagnostics: [] });
    expect(git(root, "rev-parse", "HEAD")).toBe(answer.commit!.sha);
    expect(git(root, "status", "--porcelain")).toBe("");
    expect(git(root, "show", "--name-only", "--no-renames", "--format=").split("\n")).toEqual(
      expect.arrayContaining([".planning/REQUIREMENTS.md", `${COMPLETED}/03-01-SUMMARY.md`]),
    );
    expect(notes(root)).toEqual([]);
    expect(await call(completePhase, { phase: "3" }, root)).toMatchObject({ commit: null, diagnostics: [] });
  });

  test("has nothing that a person did since", async () => {
    const root = await refused();
    write(root, {
      ".planning/REQUIREMENTS.md": `${read(root, "REQUIREMENTS.md")}\nmine\n`,
      [COMPLETED]: { "03-01-PLAN.md": "mine", "mine.md": "mine" },
      "mine.md": "mine",
    });
    execFileSync("rm", [join(root, COMPLETED, "03-02-PLAN.md")]);
    write(root, { [COMPLETED]: { "03-02-b-PLAN.md": plan() } });
    hook(root, "pre-commit", "exit 0");
    const answer = await call(completePhase, { phase: "3" }, root);
    expect(answer).toMatchObject({
      status: "unchanged",
      commit: { message: "docs(03): complete chat phase" },
      diagnostics: [
        {
          code: "COMMIT_SKIPPED",
          severity: "warning",
          message: expect.stringContaining(".planning/REQUIREMENTS.md"),
        },
      ],
    });
    const names = git(root, "show", "--name-only", "--format=").split("\n");
    expect(names).toContain(`${COMPLETED}/03-03-PLAN.md`);
    expect(names).toContain(`${COMPLETED}/03-NOTES.md`);
    expect(status(root).sort()).toEqual([
      " D .planning/phases/completed/03-chat/03-02-PLAN.md",
      " M .planning/REQUIREMENTS.md",
      " M .planning/phases/completed/03-chat/03-01-PLAN.md",
      "?? .planning/phases/completed/03-chat/03-02-b-PLAN.md",
      "?? .planning/phases/completed/03-chat/mine.md",
      "?? mine.md",
    ]);
    expect(notes(root)).toEqual([]);
    expect(await call(completePhase, { phase: "3" }, root)).toMatchObject({ commit: null, diagnostics: [] });
  });

  test("is not made again when a person made it", async () => {
    const root = await refused();
    hook(root, "pre-commit", "exit 0");
    git(root, "add", "--all");
    git(root, "commit", "--quiet", "--message=mine");
    write(root, { [COMPLETED]: { "03-01-PLAN.md": "mine" } });
    expect(await call(completePhase, { phase: "3" }, root)).toMatchObject({
      status: "unchanged",
      commit: null,
    });
    expect(status(root)).toEqual([` M ${COMPLETED}/03-01-PLAN.md`]);
    expect(notes(root)).toEqual([]);
  });
});

test("a note of an owed commit that was cut off, or a foreign one, is none", async () => {
  const root = gitProject(tree());
  hook(root, "pre-commit", "exit 1");
  await call(completePhase, { phase: "3" }, root);
  const [name] = readdirSync(join(root, ".git")).filter((one) => one.startsWith("wavewright"));
  hook(root, "pre-commit", "exit 0");
  expect(name).toBeDefined();
  const before = status(root);
  for (const text of ['{"files', "[]", '{"files":{"a":1}}', '{"head":null,"ids":[],"files":{"x":1}}']) {
    write(root, { ".git": { [name!]: text } });
    for (const dry_run of [true, false])
      expect(await call(completePhase, { phase: "3", dry_run }, root)).toMatchObject({ commit: null });
  }
  expect(status(root)).toEqual(before);
});

test("the same call again leaves a person's edits uncommitted", async () => {
  const root = gitProject(tree());
  await call(completePhase, { phase: "3" }, root);
  execFileSync("sh", ["-c", "echo draft >> .planning/ROADMAP.md"], { cwd: root });
  expect(await call(completePhase, { phase: "3" }, root)).toMatchObject({
    status: "unchanged",
    commit: null,
  });
  expect(git(root, "status", "--porcelain")).toBe("M .planning/ROADMAP.md");
});

test("a hook that mends files and refuses does not halve the commit", async () => {
  const root = gitProject(tree());
  const mend = "for f in $(git diff --cached --name-only --diff-filter=AM); do echo >> $f; done";
  hook(
    root,
    "pre-commit",
    `[ -e once ] && exit 0; touch once; echo once >> .git/info/exclude; ${mend}; exit 1`,
  );
  expect(await call(completePhase, { phase: "3" }, root)).toMatchObject({
    status: "completed",
    commit: null,
  });
  const answer = await call(completePhase, { phase: "3" }, root);
  expect(answer).toMatchObject({ status: "unchanged", commit: { message: "docs(03): complete chat phase" } });
  expect(answer.diagnostics).toEqual([]);
  expect(git(root, "status", "--porcelain")).toBe("");
});

test("what a call without a commit left is committed later, and no edit made since", async () => {
  const root = gitProject(tree());
  await call(completePhase, { phase: "3", commit: false }, root);
  write(root, {
    ".planning/ROADMAP.md": `${read(root, "ROADMAP.md")}\nmine\n`,
    ".planning/phases/completed/03-chat/NOTES.md": "mine",
  });
  const answer = await call(completePhase, { phase: "3" }, root);
  expect(answer.commit).not.toBeNull();
  expect(answer.diagnostics).toMatchObject([{ code: "COMMIT_SKIPPED", severity: "warning" }]);
  expect(git(root, "show", "--format=", "HEAD")).not.toContain("mine");
  expect(
    git(root, "status", "--porcelain")
      .split("\n")
      .map((line) => line.trim().split(" ").at(-1)),
  ).toEqual([".planning/ROADMAP.md", ".planning/phases/completed/03-chat/NOTES.md"]);
});

describe("without a commit", () => {
  test.each<[string, Tree, Record<string, unknown>, string | null]>([
    ["commit false", {}, { commit: false }, null],
    ["commit_docs false", { ".planning/config.json": '{"commit_docs":false}' }, {}, "info"],
    ["no repository", {}, {}, "info"],
    ["git ignores .planning/*", { ".gitignore": ".planning/*\n" }, {}, "info"],
    [
      "git ignores all that changes",
      {
        ".gitignore": ".planning/phases/*/\n.planning/[RS]*.md\n!.planning/REQUIREMENTS.md\n",
        ".planning/REQUIREMENTS.md": "# R\n",
      },
      {},
      null,
    ],
    ["git ignores everything", { ".gitignore": "**\n" }, {}, "info"],
  ])("%s", async (name, more, args, severity) => {
    const root = name === "no repository" ? project(tree(more)) : gitProject(tree(more));
    const shown = await call(completePhase, { phase: "3", ...args, dry_run: true }, root);
    const answer = await call(completePhase, { phase: "3", ...args }, root);
    expect(answer).toEqual(shown);
    expect(answer).toMatchObject({ status: "completed", commit: null });
    const skips = answer.diagnostics.filter(({ code }) => code === "COMMIT_SKIPPED");
    expect(skips.map((one) => one.severity)).toEqual(severity === null ? [] : [severity]);
    expect(existsSync(join(root, ".planning/phases/completed/03-chat"))).toBe(true);
  });
});

test.each<[string, Tree, string]>([
  ["is to be planned", {}, "Ready to plan Phase 4"],
  ["has plans", { "04-01-PLAN.md": plan() }, "Ready to execute Phase 4"],
  [
    "has plans of which some are done",
    { "04-01-PLAN.md": plan(), "04-02-PLAN.md": plan(), "04-01-SUMMARY.md": "s" },
    "Ready to execute Phase 4",
  ],
  ["is executed", { "04-01-PLAN.md": plan(), "04-01-SUMMARY.md": "s" }, "Ready to verify Phase 4"],
])("STATE.md tells what to do next: the next phase %s", async (_, files, status) => {
  const root = project(tree({ ".planning/phases/pending/04-rooms": files }));
  await call(completePhase, { phase: "3" }, root);
  expect(read(root, "STATE.md")).toContain(`\nStatus: ${status}\n`);
});

test("a phase that is completed out of turn leaves the position, and the same calls later change nothing", async () => {
  const done = (id: string): Tree => ({
    [`${id}-01-PLAN.md`]: plan(),
    [`${id}-01-SUMMARY.md`]: "s",
    [`${id}-VERIFICATION.md`]: "---\nstatus: passed\n---\n",
  });
  const root = gitProject({
    ".planning/ROADMAP.md": "# R\n\n- [ ] Phase 2: A\n- [ ] Phase 5: E\n- [ ] Phase 6: F\n",
    ".planning/STATE.md":
      "## Current Position\n\nPhase: 2 of 6 (A)\nStatus: In progress\nLast activity: 2026-01-01 — x\nProgress: 0/3 phases\n",
    ".planning/phases": { "active/02-a": done("02"), "active/05-e": done("05"), "pending/06-f": done("06") },
  });
  for (const phase of ["6", "5"]) await call(completePhase, { phase }, root);
  expect(read(root, "STATE.md")).toBe(
    `## Current Position\n\nPhase: 2 of 6 (A)\nStatus: In progress\nLast activity: ${TODAY} — Completed Phase 5: E\nProgress: 2/3 phases\n`,
  );
  await call(completePhase, { phase: "2" }, root);
  expect(read(root, "STATE.md")).toContain("Status: Milestone complete\n");
  const before = [snapshotTree(join(root, ".planning")), git(root, "rev-parse", "HEAD")];
  for (const phase of ["6", "5", "2", "5"]) {
    expect(await call(completePhase, { phase, date: "2030-01-01" }, root)).toMatchObject({
      status: "unchanged",
      changes: [],
      commit: null,
    });
  }
  expect([snapshotTree(join(root, ".planning")), git(root, "rev-parse", "HEAD")]).toEqual(before);
});

test("the last phase completes the milestone", async () => {
  const root = project(tree({ ".planning/ROADMAP.md": ROADMAP.replace("- [ ] Phase 4", "- [x] Phase 4") }));
  const answer = await call(completePhase, { phase: "3", date: "2026-05-06" }, root);
  expect(answer.next).toBeNull();
  expect(read(root, "ROADMAP.md")).toContain("completed 2026-05-06");
});

test("counts of the milestone's plans and phases that lag are brought up to date, those of others are not", async () => {
  const rows =
    "| Milestone | Phases | Plans |\n|---|---|---|\n| v1.1.0 Base | 1 | 0/1 |\n| v1.2.0 Talk | 3 | 1/2 |\n";
  const more = {
    ".planning/ROADMAP.md": `${ROADMAP.replace("Plans:\n", "**Plans:** 1 plan\n\nPlans:\n")}\n${rows}`,
    ".planning/STATE.md": STATE.replace("Last activity", "Progress: [=====.....] 3/6 plans\nLast activity"),
    ".planning/phases/active/04-rooms": {
      "04-01-SUMMARY.md": "s",
      ...Object.fromEntries([1, 2, 3, 4, 5].map((number) => [`04-0${number}-PLAN.md`, plan()])),
    },
  };
  const root = project(tree(more));
  await call(completePhase, { phase: "3", date: "2026-05-06" }, root);
  expect(read(root, "ROADMAP.md")).toContain("| v1.1.0 Base | 1 | 0/1 |\n| v1.2.0 Talk | 3 | 4/8 |\n");
  expect(read(root, "ROADMAP.md")).toContain("**Plans:** 2 plans\n");
  expect(read(root, "STATE.md")).toContain("Progress: [=====.....] 4/8 plans\n");
  expect(await call(completePhase, { phase: "3" }, root)).toMatchObject({ status: "unchanged", changes: [] });
});

test("open gaps are told of, and do not keep the phase open", async () => {
  const failed = "---\nstatus: diagnosed\n---\n## Gaps\n\n- truth: Messages stay\n  status: failed\n";
  const root = project(tree());
  write(root, { ".planning/phases/active/03-chat/03-UAT.md": failed });
  const shown = await call(completePhase, { phase: "3", dry_run: true, commit: false }, root);
  const answer = await call(completePhase, { phase: "3", commit: false }, root);
  expect(answer).toEqual(shown);
  expect(answer).toMatchObject({
    status: "completed",
    diagnostics: [
      {
        code: "OPEN_GAPS",
        severity: "warning",
        message: "1 gap is open here, and the phase is completed",
        path: ".planning/phases/completed/03-chat/03-UAT.md",
        line: 6,
      },
    ],
  });
  const addressed = project(tree());
  const resolution = "\n## Gap Resolution\n\nGaps addressed by Phase 4 (Rooms)\n";
  write(addressed, { ".planning/phases/active/03-chat/03-UAT.md": failed + resolution });
  expect((await call(completePhase, { phase: "3", commit: false }, addressed)).diagnostics).toEqual([]);
});

test("blocked: what is missing, and nothing changes", async () => {
  const root = project(tree());
  execFileSync("rm", [join(root, ".planning/phases/active/03-chat/03-02-SUMMARY.md")]);
  const before = snapshotTree(root);
  expect(await call(completePhase, { phase: "3" }, root)).toMatchObject({
    status: "blocked",
    missing: [{ code: "MISSING_SUMMARY", plan: "03-02" }],
    changes: [],
    commit: null,
    phase: { state: "active" },
  });
  expect(snapshotTree(root)).toEqual(before);
  expect(await callError(completePhase, { phase: "4" }, root)).toMatchObject({ code: "PHASE_NOT_STARTED" });
  expect(await callError(completePhase, { phase: "3", date: "6.5.2026" }, root)).toMatchObject({
    code: "INVALID_ARGUMENT",
    message: expect.stringContaining("date"),
  });
});

test("CRLF, a byte-order mark and no final newline stay", async () => {
  const spell = (text: string) => `\uFEFF${text.replaceAll("\n", "\r\n").trimEnd()}`;
  const root = project(
    tree({
      ".planning/ROADMAP.md": spell(ROADMAP),
      ".planning/STATE.md": spell(STATE),
      ".planning/REQUIREMENTS.md": spell(REQUIREMENTS),
    }),
  );
  await call(completePhase, { phase: "3" }, root);
  const plain = project(tree());
  await call(completePhase, { phase: "3" }, plain);
  for (const name of ["ROADMAP.md", "STATE.md", "REQUIREMENTS.md"])
    expect(read(root, name)).toBe(spell(read(plain, name)));
});

test("a project without ROADMAP, STATE and REQUIREMENTS completes all the same", async () => {
  const {
    ".planning/ROADMAP.md": _,
    ".planning/STATE.md": __,
    ".planning/REQUIREMENTS.md": ___,
    ...rest
  } = tree();
  expect(await call(completePhase, { phase: "3" }, project(rest))).toMatchObject({
    status: "completed",
    roadmap: { found: false },
    next: null,
  });
});
