import { spawn } from "node:child_process";
import { existsSync, mkdirSync, readFileSync, renameSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { describe, expect, onTestFinished, test } from "vitest";
import { newOwner } from "../../src/workspace/lock-owner.ts";
import commitPlanning from "../../tools/commit_planning.ts";
import { call, callError } from "../support/client.ts";
import { committed, git, gitProject, hook, refs, status, subject } from "../support/git.ts";
import { plan, project, snapshotTree, type Tree, write } from "../support/project.ts";

const PHASES = ".planning/phases";
const PENDING = `${PHASES}/pending/03-chat`;
const ACTIVE = `${PHASES}/active/03-chat`;
const COMPLETED = `${PHASES}/completed/03-chat`;

const ROADMAP = `# Roadmap

## Current Milestone: v1.2.0 Talk

#### Phase 3: Chat

**Goal:** Users talk

#### Phase 4: Rooms

**Goal:** Users meet
`;

const BASE: Tree = {
  ".planning/ROADMAP.md": ROADMAP,
  ".planning/STATE.md": "# Project State\n",
  ".planning/REQUIREMENTS.md": "# Requirements\n",
  "src/app.ts": "1",
};

/** Every planning document beside the phase is changed, and a person has work of his own. */
function changed(): Tree {
  return {
    ".planning/ROADMAP.md": `${ROADMAP}\n`,
    ".planning/STATE.md": "# Project State\n\nchanged\n",
    ".planning/REQUIREMENTS.md": "# Requirements\n\nchanged\n",
    ".planning/notes.md": "mine",
    "src/app.ts": "2",
  };
}

function move(root: string, from: string, to: string): void {
  mkdirSync(dirname(join(root, to)), { recursive: true });
  renameSync(join(root, from), join(root, to));
}

/** The dry run changes nothing and says what the act says. */
async function act(root: string, args: Record<string, unknown>) {
  const before = [snapshotTree(root), refs(root)];
  const planned = await call(commitPlanning, { ...args, dry_run: true }, root);
  // Git writes the index again when it looks, at most.
  expect([snapshotTree(root), refs(root)]).toEqual(before);
  const answer = await call(commitPlanning, args, root);
  expect({ ...answer, sha: null }).toEqual(planned);
  return answer;
}

describe("kinds", () => {
  test("plans: plan, research and context files, ROADMAP and STATE", async () => {
    const root = gitProject({ ...BASE, [PENDING]: { ".gitkeep": "", "03-05-PLAN.md": "replaced" } });
    write(root, {
      ...changed(),
      [PENDING]: {
        "03-01-PLAN.md": plan(),
        "03-GAP-PLAN.md": plan(),
        "03-RESEARCH.md": "r",
        "03-CONTEXT.md": "c",
        "03-01-SUMMARY.md": "not yet",
        "03-PLAN-CHECK.md": "no plan",
        "notes.txt": "n",
      },
    });
    rmSync(join(root, PENDING, "03-05-PLAN.md"));
    git(root, "add", "src/app.ts");
    expect(await act(root, { kind: "plans", phase: 3 })).toEqual({
      status: "committed",
      reason: null,
      sha: git(root, "rev-parse", "HEAD"),
      message: "docs(03): plan chat phase",
      paths: [
        ".planning/ROADMAP.md",
        ".planning/STATE.md",
        `${PENDING}/03-01-PLAN.md`,
        `${PENDING}/03-05-PLAN.md`,
        `${PENDING}/03-CONTEXT.md`,
        `${PENDING}/03-GAP-PLAN.md`,
        `${PENDING}/03-RESEARCH.md`,
      ],
      changes: [],
      diagnostics: expect.any(Array),
    });
    expect(subject(root)).toBe("docs(03): plan chat phase");
    expect(status(root)).toEqual([
      " M .planning/REQUIREMENTS.md",
      "M  src/app.ts",
      "?? .planning/notes.md",
      `?? ${PENDING}/03-01-SUMMARY.md`,
      `?? ${PENDING}/03-PLAN-CHECK.md`,
      `?? ${PENDING}/notes.txt`,
    ]);
    expect(await act(root, { kind: "plans", phase: 3 })).toMatchObject({
      status: "unchanged",
      sha: null,
      paths: [],
    });
  });

  test("plans: a directory that was just created comes with what holds its place", async () => {
    const root = gitProject(BASE, { uncommitted: { [PENDING]: { ".gitkeep": "" } } });
    expect((await act(root, { kind: "plans", phase: "3" })).paths).toEqual([`${PENDING}/.gitkeep`]);
  });

  test.each(["01", "1", "03-01", "3-1", "03-01-login", 1])(
    "plan_complete: plan %j, its summary and STATE",
    async (name) => {
      const root = gitProject({
        ...BASE,
        [ACTIVE]: { "03-01-login-PLAN.md": plan(), "03-02-PLAN.md": plan() },
      });
      write(root, {
        ...changed(),
        [ACTIVE]: {
          "03-01-login-PLAN.md": `${plan()}\nmore\n`,
          "03-01-SUMMARY.md": "# Done\n",
          "03-02-SUMMARY.md": "# Done\n",
        },
      });
      const answer = await act(root, { kind: "plan_complete", phase: "3", plan: name });
      expect(answer).toMatchObject({
        status: "committed",
        message: "docs(03-01): complete login plan",
        paths: [".planning/STATE.md", `${ACTIVE}/03-01-SUMMARY.md`, `${ACTIVE}/03-01-login-PLAN.md`],
      });
      expect(await act(root, { kind: "plan_complete", phase: "3", plan: "02" })).toMatchObject({
        message: "docs(03-02): complete chat plan",
        paths: [`${ACTIVE}/03-02-SUMMARY.md`],
      });
    },
  );

  test("plan_complete: a plan that moved with its phase leaves its old place", async () => {
    const root = gitProject({ ...BASE, [PENDING]: { "03-01-PLAN.md": plan(), "03-02-PLAN.md": plan() } });
    move(root, PENDING, ACTIVE);
    write(root, { [ACTIVE]: { "03-01-SUMMARY.md": "# Done\n" } });
    await act(root, { kind: "plan_complete", phase: "3", plan: "1" });
    expect(git(root, "ls-tree", "-r", "--name-only", "HEAD", `${PHASES}/`).split("\n")).toEqual([
      `${ACTIVE}/03-01-PLAN.md`,
      `${ACTIVE}/03-01-SUMMARY.md`,
      `${PENDING}/03-02-PLAN.md`,
    ]);
  });

  test.each([
    ["none", {}],
    ["an empty one", { "03-01-SUMMARY.md": "" }],
    ["a blocked one", { "03-01-SUMMARY.md": "---\nstatus: blocked\n---\n" }],
  ])("plan_complete: with a summary that is %s the plan is not complete", async (_, files) => {
    const root = gitProject(
      { ...BASE, [ACTIVE]: { "03-01-PLAN.md": plan() } },
      { uncommitted: { [ACTIVE]: files } },
    );
    expect(await act(root, { kind: "plan_complete", phase: "3", plan: "1" })).toMatchObject({
      status: "skipped",
      reason: "plan_not_done",
      sha: null,
      paths: [],
    });
    expect(subject(root)).toBe("start");
  });

  test("activate: the old and the new directory", async () => {
    const root = gitProject({ ...BASE, [PENDING]: { "03-01-PLAN.md": plan(), "03-RESEARCH.md": "r" } });
    write(root, changed());
    move(root, PENDING, ACTIVE);
    expect(await act(root, { kind: "activate", phase: "3" })).toMatchObject({
      status: "committed",
      message: "docs(03): activate phase",
    });
    expect(committed(root)).toEqual([
      `R100 ${PENDING}/03-01-PLAN.md -> ${ACTIVE}/03-01-PLAN.md`,
      `R100 ${PENDING}/03-RESEARCH.md -> ${ACTIVE}/03-RESEARCH.md`,
    ]);
    expect(status(root)).toContain(" M .planning/STATE.md");
  });

  test("activate: a flat phase that was moved", async () => {
    const root = gitProject({ ...BASE, [`${PHASES}/03-chat`]: { "03-01-PLAN.md": plan() } });
    move(root, `${PHASES}/03-chat`, ACTIVE);
    await act(root, { kind: "activate", phase: "3" });
    expect(committed(root)).toEqual([`R100 ${PHASES}/03-chat/03-01-PLAN.md -> ${ACTIVE}/03-01-PLAN.md`]);
  });

  test("phase_complete: the directories, ROADMAP, STATE and REQUIREMENTS", async () => {
    const root = gitProject({ ...BASE, [ACTIVE]: { "03-01-PLAN.md": plan(), "03-01-SUMMARY.md": "s" } });
    write(root, changed());
    write(root, { [ACTIVE]: { "03-VERIFICATION.md": "v" } });
    move(root, ACTIVE, COMPLETED);
    expect(await act(root, { kind: "phase_complete", phase: "03-chat" })).toMatchObject({
      message: "docs(03): complete chat phase",
      paths: [
        ".planning/REQUIREMENTS.md",
        ".planning/ROADMAP.md",
        ".planning/STATE.md",
        `${ACTIVE}/03-01-PLAN.md`,
        `${ACTIVE}/03-01-SUMMARY.md`,
        `${COMPLETED}/03-01-PLAN.md`,
        `${COMPLETED}/03-01-SUMMARY.md`,
        `${COMPLETED}/03-VERIFICATION.md`,
      ],
    });
    expect(status(root)).toEqual([" M src/app.ts", "?? .planning/notes.md"]);
  });

  test("gap_phases: new gap phases, ROADMAP, STATE, and reports with a resolution", async () => {
    const report = "---\nstatus: gaps_found\ngaps:\n  - truth: T\n    status: failed\n---\n";
    const resolution = "\n## Gap Resolution\n\nGaps addressed by Phase 6 (Gap - Wiring):\n- T\n";
    const root = gitProject({
      ...BASE,
      [COMPLETED]: { "03-VERIFICATION.md": report, "03-UAT.md": "u" },
      ".planning/v1.2.0-MILESTONE-AUDIT.md": "a",
      [`${PHASES}/pending/05-gap-old`]: { ".gitkeep": "" },
    });
    write(root, {
      ...changed(),
      [COMPLETED]: { "03-VERIFICATION.md": report + resolution, "03-UAT.md": "u, changed by hand" },
      ".planning/v1.2.0-MILESTONE-AUDIT.md": `a${resolution}`,
      ".planning/STATE.md": "# Project State\n\n## Gap Phases Added\n\n- Phase 7: Gap - More (from Audit)\n",
      [`${PHASES}/pending/06-gap-wiring`]: { ".gitkeep": "" },
      [`${PHASES}/pending/07-more`]: { ".gitkeep": "" },
      [`${PHASES}/pending/04-rooms`]: { ".gitkeep": "" },
      [`${PHASES}/pending/05-gap-old`]: { "05-01-PLAN.md": plan() },
    });
    expect(await act(root, { kind: "gap_phases", phase: "6" })).toMatchObject({
      status: "committed",
      message: "docs(roadmap): add gap phases 06, 07",
      paths: [
        ".planning/ROADMAP.md",
        ".planning/STATE.md",
        `${COMPLETED}/03-VERIFICATION.md`,
        `${PHASES}/pending/06-gap-wiring/.gitkeep`,
        `${PHASES}/pending/07-more/.gitkeep`,
        ".planning/v1.2.0-MILESTONE-AUDIT.md",
      ].sort(),
    });
    expect(await act(root, { kind: "gap_phases", phase: "6" })).toMatchObject({
      status: "unchanged",
      message: "docs(roadmap): add gap phases 06",
    });
  });

  test("corrections: the named files", async () => {
    const root = gitProject({ ...BASE, [ACTIVE]: {}, "src/old file.ts": "1", "-f": "1" });
    write(root, { ...changed(), "src/new.ts": "n", "-f": "2", ".gitignore": "*.log\n", "x.log": "" });
    rmSync(join(root, "src/old file.ts"));
    const paths = ["src/app.ts", "./src/new.ts", join(root, "src/old file.ts"), "-f", "x.log", "src/app.ts"];
    const answer = await act(root, { kind: "corrections", phase: "4", paths });
    expect(answer).toMatchObject({
      status: "committed",
      message: "fix(04): orchestrator corrections",
      paths: ["-f", "src/app.ts", "src/new.ts", "src/old file.ts"],
    });
    expect(answer.diagnostics).toEqual([
      {
        code: "GIT_MESSAGE",
        severity: "warning",
        message: "git ignores the file, so it was not committed",
        path: "x.log",
      },
    ]);
    expect(committed(root)).toEqual(["M -f", "M src/app.ts", "A src/new.ts", "D src/old file.ts"]);
  });

  test("a message instead of the usual one", async () => {
    const root = gitProject(BASE, { uncommitted: changed() });
    const message = "  docs: $(touch ran) --amend\n\nA body.\n";
    const answer = await act(root, { kind: "corrections", phase: "3", paths: ["src/app.ts"], message });
    expect(answer.message).toBe("docs: $(touch ran) --amend\n\nA body.");
    expect(git(root, "log", "-1", "--format=%B").trim()).toBe(answer.message);
    expect(existsSync(join(root, "ran"))).toBe(false);
    expect(git(root, "rev-list", "--count", "HEAD")).toBe("2");
  });
});

describe("arguments that do not fit", () => {
  const root = () =>
    gitProject({
      ...BASE,
      [ACTIVE]: { "03-01-PLAN.md": plan(), "03-01-other-PLAN.md": plan(), "03-02-PLAN.md": "" },
    });

  test.each([
    [{ kind: "plan_complete" }, '"plan" is missing.'],
    [{ kind: "plan_complete", plan: "07" }, 'plan: phase 3 has no plan "07".'],
    [{ kind: "plan_complete", plan: "4-02" }, 'plan: phase 3 has no plan "4-02".'],
    [{ kind: "plan_complete", plan: "--amend" }, 'plan: phase 3 has no plan "--amend".'],
    [{ kind: "plan_complete", plan: "1" }, 'plan: "1" is the number of several plans.'],
    [{ kind: "plans", plan: "1" }, '"plan" does not fit plans.'],
    [{ kind: "plans", paths: ["a"] }, '"paths" does not fit plans.'],
    [{ kind: "corrections" }, '"paths" is missing.'],
    [{ kind: "corrections", paths: [] }, '"paths" is missing.'],
    [{ kind: "corrections", paths: ["."] }, 'paths: "." is no file of the project.'],
    [{ kind: "corrections", paths: [""] }, 'paths: "" is no file of the project.'],
    [{ kind: "corrections", paths: ["src"] }, 'paths: "src" is a directory; name the files.'],
    [{ kind: "corrections", paths: ["src/"] }, 'paths: "src/" is a directory; name the files.'],
    [{ kind: "corrections", paths: [".git/config"] }, 'paths: ".git/config" is no file of the project.'],
    [
      { kind: "corrections", paths: ["src/no.ts"] },
      'paths: "src/no.ts" is not there, and git does not know it.',
    ],
    [{ kind: "corrections", paths: ["*.ts"] }, 'paths: "*.ts" is not there, and git does not know it.'],
    [{ kind: "plans", message: " \n" }, '"message" is empty.'],
  ])("%j", async (args, message) => {
    const at = root();
    const error = await callError(commitPlanning, { phase: "3", ...args }, at);
    expect(error).toMatchObject({ code: "INVALID_ARGUMENT", message });
    expect(error.expected).toBeTruthy();
    expect(subject(at)).toBe("start");
  });

  test.each(["../x.ts", "src/../../x.ts", "/etc/passwd", "out/passwd", "out/new/file"])(
    "%s lies outside",
    async (path) => {
      const at = root();
      symlinkSync("/etc", join(at, "out"));
      const error = await callError(commitPlanning, { kind: "corrections", phase: "3", paths: [path] }, at);
      expect(error).toMatchObject({ code: "PATH_OUTSIDE_ROOT" });
    },
  );

  test("a link that leads out is a file like others", async () => {
    const at = root();
    symlinkSync("/etc/passwd", join(at, "link"));
    await act(at, { kind: "corrections", phase: "3", paths: ["link"] });
    expect(git(at, "ls-tree", "HEAD", "link")).toMatch(/^120000/);
  });

  test("phases without a directory, and none at all", async () => {
    const at = root();
    for (const kind of ["plans", "activate", "phase_complete"]) {
      expect(await callError(commitPlanning, { kind, phase: "4" }, at)).toMatchObject({
        code: "PHASE_NOT_STARTED",
      });
    }
    expect(await callError(commitPlanning, { kind: "plans", phase: "9" }, at)).toMatchObject({
      code: "PHASE_NOT_FOUND",
    });
  });
});

describe("skips", () => {
  const args = { kind: "plans", phase: "3" };
  const tree = (more: Tree = {}): Tree => ({ ...BASE, [PENDING]: { "03-01-PLAN.md": plan() }, ...more });

  test("commit_docs off", async () => {
    const root = gitProject(tree({ ".planning/config.json": '{"commit_docs": false}' }), {
      uncommitted: changed(),
    });
    expect(await act(root, args)).toEqual({
      status: "skipped",
      reason: "commit_docs_off",
      sha: null,
      message: "docs(03): plan chat phase",
      paths: [],
      changes: [],
      diagnostics: [],
    });
    expect(subject(root)).toBe("start");
  });

  test.each([".planning/", ".planning/*", "**", "*\n!.planning/"])("git ignores %j", async (pattern) => {
    const root = gitProject({ ".gitignore": `${pattern}\n` }, { uncommitted: tree() });
    expect(await act(root, args)).toMatchObject({ status: "skipped", reason: "planning_ignored" });
  });

  test("no repository", async () => {
    const root = project(tree());
    expect(await call(commitPlanning, args, root)).toMatchObject({
      status: "skipped",
      reason: "no_repository",
    });
    const corrections = { kind: "corrections", phase: "3", paths: ["no/such/file"] };
    expect(await call(commitPlanning, corrections, root)).toMatchObject({ reason: "no_repository" });
  });

  test("a hook that fails, in its own words", async () => {
    const root = gitProject(tree(), { uncommitted: changed() });
    hook(root, "pre-commit", "echo 'docs need a ticket' >&2; exit 1");
    const before = [status(root), refs(root)];
    expect(await call(commitPlanning, args, root)).toMatchObject({
      status: "skipped",
      reason: "hook_failed",
      sha: null,
      paths: [],
      diagnostics: [
        {
          code: "GIT_MESSAGE",
          severity: "warning",
          message: "nothing was committed (hook_failed): docs need a ticket",
        },
      ],
    });
    expect([status(root), refs(root)]).toEqual(before);
  });

  test("a lock of another git process", async () => {
    const root = gitProject(tree(), { uncommitted: changed() });
    writeFileSync(join(root, ".git/index.lock"), "");
    const answer = await call(commitPlanning, args, root);
    expect(answer).toMatchObject({ status: "skipped", reason: "index_locked" });
    expect(JSON.stringify(answer)).not.toContain(root);
  });

  test("invalid config.json is an error", async () => {
    const root = gitProject(tree({ ".planning/config.json": "{" }), { uncommitted: changed() });
    for (const dry_run of [true, false]) {
      expect(await callError(commitPlanning, { ...args, dry_run }, root)).toMatchObject({
        code: "INVALID_CONFIG",
        path: ".planning/config.json",
      });
    }
    expect(subject(root)).toBe("start");
  });
});

test("what another process is writing is committed when it is written, and not before", async () => {
  const root = gitProject({ ...BASE, [PENDING]: { "03-01-PLAN.md": plan() } }, { uncommitted: changed() });
  const other = spawn("sleep", ["60"]);
  onTestFinished(() => void other.kill("SIGKILL"));
  const [, started] = /^\d+ \(sleep\) (?:\S+ ){19}(\d+)/.exec(
    readFileSync(`/proc/${other.pid}/stat`, "utf8"),
  )!;
  const owner = { ...newOwner(), pid: other.pid!, started: started! };
  write(root, {
    ".planning/.wavewright/lock": JSON.stringify(owner),
    ".planning/STATE.md": "half a change",
  });
  const start = git(root, "rev-parse", "HEAD");
  const args = { kind: "plans", phase: "3" };
  expect((await call(commitPlanning, { ...args, dry_run: true }, root)).status).toBe("committed");
  const answer = call(commitPlanning, args, root);
  await new Promise((resolve) => setTimeout(resolve, 400));
  expect(git(root, "rev-parse", "HEAD")).toBe(start);
  write(root, { ".planning/STATE.md": "the whole change" });
  other.kill("SIGKILL");
  expect(await answer).toMatchObject({ status: "committed" });
  expect(git(root, "show", "HEAD:.planning/STATE.md")).toBe("the whole change");
  expect(existsSync(join(root, ".planning/.wavewright"))).toBe(false);
});

test("a file that a person took out of git and ignores is not put back", async () => {
  const file = `${ACTIVE}/03-01-PLAN.md`;
  const root = gitProject({ ...BASE, [file]: "plan" });
  git(root, "rm", "--quiet", "--cached", file);
  write(root, { ".git/info/exclude": "03-01-PLAN.md\n", [file]: "secret" });
  const before = status(root);
  expect(before).toEqual([`D  ${file}`]);
  for (const dry_run of [true, false]) {
    const answer = await call(commitPlanning, { kind: "plans", phase: "3", dry_run }, root);
    expect(answer.status).toBe("unchanged");
  }
  expect(status(root)).toEqual(before);
});

test("an answer about very many files stays small", async () => {
  const names = Array.from({ length: 900 }, (_, index) => `evidence/${index}-with-a-long-name.md`);
  const root = gitProject(BASE, {
    uncommitted: { [ACTIVE]: Object.fromEntries(names.map((name) => [name, ""])) },
  });
  const answer = await call(commitPlanning, { kind: "activate", phase: "3" }, root);
  expect(answer.status).toBe("committed");
  expect(JSON.stringify(answer).length).toBeLessThan(16_000);
  expect(answer.diagnostics).toContainEqual(expect.objectContaining({ code: "ANSWER_TRUNCATED" }));
  expect(status(root)).toEqual([]);
});
