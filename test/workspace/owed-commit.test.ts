/** The note of an owed commit: what it makes a later call commit, and what of a person's it never does. */
import { createHash } from "node:crypto";
import {
  appendFileSync,
  chmodSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { describe, expect, test, vi } from "vitest";
import commitPlanning from "../../tools/commit_planning.ts";
import completePhase from "../../tools/complete_phase.ts";
import createGapPhases from "../../tools/create_gap_phases.ts";
import { call, callError } from "../support/client.ts";
import { committed, git, gitProject, hook, status, subject } from "../support/git.ts";
import { manyPhases } from "../support/many-phases.ts";
import { project, type Tree, write } from "../support/project.ts";

const ROADMAP = ".planning/ROADMAP.md";
const STATE = ".planning/STATE.md";
const ACTIVE = ".planning/phases/active/01-part-1";
const DIR = ".planning/phases/completed/01-part-1";

const nameOf = (change: string) =>
  `wavewright-owed.${createHash("sha256").update(`\0${change}`).digest("hex").slice(0, 16)}`;
const NAME = nameOf(DIR);
const notes = (root: string) =>
  readdirSync(join(root, ".git")).filter((name) => name.startsWith("wavewright"));
const edit = (root: string, path: string) => appendFileSync(join(root, path), "\nmine\n");
const complete = (root: string, more: object = {}) => call(completePhase, { phase: "1", ...more }, root);

/** Everything there is, as a person commits it. */
function commitAll(root: string, ...paths: string[]): void {
  git(root, "add", "--all", "--", ...paths);
  git(root, "commit", "--quiet", "--message=mine");
}

/** A project in which a hook has refused the commit of the first phase, and would not any more. */
async function refused(tree: Tree = manyPhases(2)): Promise<string> {
  const root = gitProject(tree);
  hook(root, "pre-commit", "exit 1");
  expect(await complete(root)).toMatchObject({ status: "completed", commit: null });
  hook(root, "pre-commit", "exit 0");
  return root;
}

describe("a link in the note's place", () => {
  test.each(["a file of somebody else", "nothing"])(
    "that leads to %s is replaced, and what it leads to stays",
    async (what) => {
      const root = gitProject(manyPhases(2));
      const elsewhere = project({ ...(what !== "nothing" && { "precious.txt": "precious" }) });
      symlinkSync(join(elsewhere, "precious.txt"), join(root, ".git", NAME));
      hook(root, "pre-commit", "exit 1");
      expect(await complete(root)).toMatchObject({ status: "completed", commit: null });
      expect(readdirSync(elsewhere)).toEqual(what === "nothing" ? [] : ["precious.txt"]);
      if (what !== "nothing") expect(readFileSync(join(elsewhere, "precious.txt"), "utf8")).toBe("precious");
      expect(notes(root)).toEqual([NAME]);
      expect(lstatSync(join(root, ".git", NAME)).isFile()).toBe(true);
      hook(root, "pre-commit", "exit 0");
      expect((await complete(root)).commit).not.toBeNull();
      expect(notes(root)).toEqual([]);
      expect(status(root)).toEqual([]);
    },
  );

  test("is not read through", async () => {
    const root = gitProject(manyPhases(2));
    await complete(root);
    const elsewhere = project({});
    // By this note the person's edit would be what the completion left.
    edit(root, ROADMAP);
    const sha256 = createHash("sha256")
      .update(readFileSync(join(root, ROADMAP)))
      .digest("hex");
    const head = git(root, "rev-parse", "HEAD");
    write(elsewhere, { "note.json": JSON.stringify({ head, ids: ["01"], files: { [ROADMAP]: sha256 } }) });
    symlinkSync(join(elsewhere, "note.json"), join(root, ".git", NAME));
    expect(await complete(root)).toMatchObject({ status: "unchanged", commit: null });
    expect(status(root)).toEqual([` M ${ROADMAP}`]);
    expect(readdirSync(elsewhere)).toEqual(["note.json"]);
  });
});

describe("the draft of a note", () => {
  test("is not left behind where a directory stands in the note's place", async () => {
    const root = gitProject(manyPhases(2));
    mkdirSync(join(root, ".git", NAME, "x"), { recursive: true });
    expect((await complete(root)).commit).not.toBeNull();
    expect(notes(root)).toEqual([NAME]);
  });

  test("that a crash left goes with the note of the same call", async () => {
    const root = gitProject(manyPhases(2));
    write(root, { ".git": { [`${NAME}.draft`]: '{"head' } });
    expect((await complete(root)).commit).not.toBeNull();
    expect(notes(root)).toEqual([]);
  });
});

describe("a change that was rejected", () => {
  test("owes no commit", async () => {
    const root = gitProject(manyPhases(2));
    // Found only when the step is taken: the note was written long before.
    writeFileSync(join(root, ".planning/phases/completed"), "in the way");
    const before = status(root);
    await callError(completePhase, { phase: "1" }, root);
    expect(notes(root)).toEqual([]);
    expect(status(root)).toEqual(before);
    rmSync(join(root, ".planning/phases/completed"));
    expect((await complete(root)).commit).not.toBeNull();
    expect(status(root)).toEqual([]);
  });

  test("before anything was decided keeps the note of an earlier one", async () => {
    const root = await refused();
    write(root, { ".planning/config.json": "{" });
    await callError(completePhase, { phase: "1" }, root);
    rmSync(join(root, ".planning/config.json"));
    expect(notes(root)).toEqual([NAME]);
  });
});

describe("what a person has committed is not owed any more", () => {
  test.each(["staged", "unstaged"])("a %s deletion afterwards is a person's", async (how) => {
    const root = await refused();
    commitAll(root);
    write(root, { [DIR]: { "NOTES.md": "n" } });
    commitAll(root);
    if (how === "staged") git(root, "rm", "--quiet", `${DIR}/NOTES.md`);
    else rmSync(join(root, DIR, "NOTES.md"));
    expect(await complete(root)).toMatchObject({ status: "unchanged", commit: null, diagnostics: [] });
    expect(status(root)).toEqual([`${how === "staged" ? "D " : " D"} ${DIR}/NOTES.md`]);
    expect(notes(root)).toEqual([]);
  });

  test("a deletion of a file that the phase had is one too", async () => {
    const root = await refused();
    commitAll(root);
    rmSync(join(root, DIR, "01-VERIFICATION.md"));
    expect(await complete(root)).toMatchObject({ commit: null, diagnostics: [] });
    expect(status(root)).toEqual([` D ${DIR}/01-VERIFICATION.md`]);
  });

  test("commit_planning makes the commit that was not wanted", async () => {
    const root = gitProject(manyPhases(2));
    await complete(root, { commit: false });
    expect(notes(root)).toEqual([NAME]);
    await call(commitPlanning, { kind: "phase_complete", phase: "1" }, root);
    expect(notes(root)).toEqual([]);
    edit(root, ROADMAP);
    expect(await complete(root)).toMatchObject({ commit: null, diagnostics: [] });
    expect(status(root)).toEqual([` M ${ROADMAP}`]);
  });

  test("and the rest is committed", async () => {
    const root = await refused();
    commitAll(root, ROADMAP, `${DIR}/01-01-PLAN.md`);
    edit(root, ROADMAP);
    expect(await complete(root)).toMatchObject({
      commit: { message: "docs(01): complete part-1 phase" },
      diagnostics: [],
    });
    expect(status(root)).toEqual([` M ${ROADMAP}`]);
    expect(git(root, "ls-tree", "-r", "--name-only", "HEAD", ACTIVE)).toBe("");
  });

  test("where the noted commit is gone, nothing is owed", async () => {
    const root = await refused();
    const note = JSON.parse(readFileSync(join(root, ".git", NAME), "utf8"));
    write(root, { ".git": { [NAME]: JSON.stringify({ ...note, head: "1".repeat(40) }) } });
    const before = status(root);
    expect(await complete(root)).toMatchObject({ commit: null });
    expect(status(root)).toEqual(before);
  });

  test("other commits leave it owed, also where there was none before", async () => {
    const root = project(manyPhases(2));
    git(root, "init", "--quiet", "--initial-branch=main");
    for (const name of ["name", "email"]) git(root, "config", `user.${name}`, "Test");
    hook(root, "pre-commit", "exit 1");
    await complete(root);
    rmSync(join(root, ".git/hooks/pre-commit"));
    write(root, { "src/app.ts": "1" });
    commitAll(root, "src");
    expect(await complete(root)).toMatchObject({ commit: { sha: git(root, "rev-parse", "HEAD") } });
    expect(committed(root)).toContain(`A ${DIR}/01-01-PLAN.md`);
  });
});

describe("what a person has staged since", () => {
  test("stays staged, also behind a commit with the very message", async () => {
    const root = gitProject({ ...manyPhases(2), [`${ACTIVE}/NOTES.md`]: "n" });
    await complete(root, { commit: false });
    git(root, "add", "--all");
    git(root, "commit", "--quiet", "--message=docs(01): complete part-1 phase");
    git(root, "rm", "--quiet", "--cached", `${DIR}/NOTES.md`);
    git(root, "restore", "--staged", "--source=HEAD~1", STATE);
    const before = status(root);
    expect(await complete(root)).toMatchObject({ status: "unchanged", commit: null });
    expect(status(root)).toEqual(before);
  });

  test("and taken away from the work tree stays staged", async () => {
    const root = await refused({ ...manyPhases(2), [`${ACTIVE}/NOTES.md`]: "n" });
    edit(root, `${DIR}/NOTES.md`);
    git(root, "add", `${DIR}/NOTES.md`);
    rmSync(join(root, DIR, "NOTES.md"));
    const staged = git(root, "ls-files", "--stage", `${DIR}/NOTES.md`);
    const { commit, diagnostics } = await complete(root);
    expect(commit).not.toBeNull();
    expect(diagnostics[0]!.message).toContain(`edited after the change: ${DIR}/NOTES.md`);
    expect(git(root, "ls-files", "--stage", `${DIR}/NOTES.md`)).toBe(staged);
  });
});

describe("what commits have changed since", () => {
  test("and changed back is theirs, and told", async () => {
    const root = gitProject(manyPhases(2), { uncommitted: { [`${ACTIVE}/NOTES.md`]: "private" } });
    await complete(root, { commit: false });
    commitAll(root);
    git(root, "rm", "--quiet", "--cached", `${DIR}/NOTES.md`);
    git(root, "commit", "--quiet", "--message=private");
    const { commit, diagnostics } = await complete(root);
    expect(commit).toBeNull();
    expect(diagnostics.map(({ message }) => message)).toEqual([
      `not committed, since other commits have changed them since: ${DIR}/NOTES.md`,
    ]);
    expect(status(root)).toEqual([`?? ${DIR}/NOTES.md`]);
  });

  test("in part is told too", async () => {
    const root = await refused();
    const blob = git(root, "hash-object", "-w", "--", STATE);
    git(root, "update-index", "--cacheinfo", `100644,${blob},${ROADMAP}`);
    git(root, "commit", "--quiet", "--message=mine");
    const { diagnostics } = await complete(root);
    expect(diagnostics[0]!.message).toBe(
      `not committed, since other commits have changed them since: ${ROADMAP}`,
    );
    expect(status(root)).toEqual([` M ${ROADMAP}`]);
  });
});

describe("what commits have only made anew is owed as before", () => {
  const WHOLE = `R100 ${ACTIVE}/01-01-PLAN.md -> ${DIR}/01-01-PLAN.md`;

  /** On a branch of its own: a commit that has the phase, after the one that everything begins with. */
  function onBranch(): string {
    const root = gitProject({ "README.md": "r" });
    git(root, "switch", "--quiet", "--create", "feature");
    write(root, manyPhases(2));
    commitAll(root);
    edit(root, ROADMAP);
    commitAll(root);
    git(root, "switch", "--quiet", "main");
    write(root, { "code.ts": "1" });
    commitAll(root);
    git(root, "switch", "--quiet", "feature");
    return root;
  }

  test("by a merge", async () => {
    const root = onBranch();
    git(root, "merge", "--quiet", "--no-commit", "--no-ff", "main");
    expect((await complete(root)).diagnostics[0]!.message).toContain("operation_in_progress");
    git(root, "commit", "--quiet", "--message=Merge main");
    expect(await complete(root)).toMatchObject({ diagnostics: [] });
    expect(committed(root)).toContain(WHOLE);
    expect(status(root)).toEqual([]);
  });

  test("by a rebase", async () => {
    const root = onBranch();
    await complete(root, { commit: false });
    git(root, "-c", "rebase.autoStash=true", "rebase", "--quiet", "main");
    expect(await complete(root)).toMatchObject({ diagnostics: [] });
    expect(committed(root)).toContain(WHOLE);
    expect(status(root)).toEqual([]);
  });

  test("by an amended message", async () => {
    const root = gitProject(manyPhases(2));
    await complete(root, { commit: false });
    git(root, "commit", "--quiet", "--amend", "--message=said better");
    expect(await complete(root)).toMatchObject({ diagnostics: [] });
    expect(committed(root)).toContain(WHOLE);
    expect(status(root)).toEqual([]);
  });

  test("also where a part was amended to the commit", async () => {
    const root = gitProject(manyPhases(2), { uncommitted: { "mine.md": "m" } });
    await complete(root, { commit: false });
    git(root, "add", ".planning/phases/completed");
    git(root, "commit", "--quiet", "--amend", "--no-edit");
    await call(commitPlanning, { kind: "corrections", phase: "2", paths: ["mine.md"] }, root);
    expect(await complete(root)).toMatchObject({
      commit: { message: "docs(01): complete part-1 phase" },
      diagnostics: [],
    });
    expect(status(root)).toEqual([]);
  });
});

describe("a note", () => {
  test("of a phase with a repository in it stands in nobody's way", async () => {
    const root = gitProject(manyPhases(3));
    git(join(root, ACTIVE), "init", "--quiet", "spike");
    await complete(root, { commit: false });
    expect((await complete(root, { phase: "2" })).commit).not.toBeNull();
    expect(await complete(root)).toMatchObject({ diagnostics: [] });
    expect(notes(root)).toEqual([]);
  });

  test("that names what nobody may commit is read without it", async () => {
    const root = await refused();
    const note = JSON.parse(readFileSync(join(root, ".git", NAME), "utf8"));
    const files = {
      ...note.files,
      ".git/config": ["x"],
      "../out.md": [null],
      "/etc/hosts": ["x"],
      "": [null],
    };
    write(root, { ".git": { [NAME]: JSON.stringify({ ...note, files }) } });
    expect(await complete(root)).toMatchObject({ diagnostics: [] });
    expect(status(root)).toEqual([]);
  });

  test.each([["{"], ["[]"], ["null"], ['{"head":null,"ids":[],"files":{}}']])(
    "that says %s is none",
    async (text) => {
      const root = await refused();
      write(root, { ".git": { [NAME]: text } });
      expect(await complete(root)).toMatchObject({ status: "unchanged", commit: null });
    },
  );

  test("of a change that a later one would have written over still knows what was there", async () => {
    const root = await refused();
    const note = JSON.parse(readFileSync(join(root, ".git", NAME), "utf8"));
    note.files[ROADMAP].push("what a crash kept from being written");
    write(root, { ".git": { [NAME]: JSON.stringify(note) } });
    expect(await complete(root)).toMatchObject({ diagnostics: [] });
    expect(status(root)).toEqual([]);
  });

  test("stays while nothing of it was committed: edits may be taken back", async () => {
    const root = await refused();
    const paths = git(root, "status", "--porcelain", "--untracked-files=all")
      .split("\n")
      .map((line) => line.trim().split(" ").at(-1)!)
      .filter((path) => !path.startsWith(ACTIVE));
    const before = paths.map((path) => [path, readFileSync(join(root, path), "utf8")] as const);
    for (const path of paths) edit(root, path);
    expect(await complete(root)).toMatchObject({ commit: null, diagnostics: [{ code: "COMMIT_SKIPPED" }] });
    for (const [path, text] of before) writeFileSync(join(root, path), text);
    expect(await complete(root)).toMatchObject({ diagnostics: [] });
    expect(status(root)).toEqual([]);
  });

  test("has nothing that git ignores", async () => {
    const root = gitProject(
      { ...manyPhases(2), ".gitignore": "*.log\n" },
      {
        uncommitted: { [ACTIVE]: { "run.log": "1", "NOTES.md": "n" } },
      },
    );
    await complete(root, { commit: false });
    const { files } = JSON.parse(readFileSync(join(root, ".git", NAME), "utf8"));
    expect(Object.keys(files)).toContain(`${DIR}/NOTES.md`);
    expect(Object.keys(files)).not.toContain(`${DIR}/run.log`);
    expect((await complete(root)).diagnostics).toEqual([]);
    expect(status(root)).toEqual([]);
  });

  test("that cannot be kept is told with a commit that failed", async () => {
    const root = gitProject(manyPhases(2));
    mkdirSync(join(root, ".git", NAME, "x"), { recursive: true });
    hook(root, "pre-commit", "exit 1");
    const { diagnostics } = await complete(root);
    expect(diagnostics[0]!.message).toMatch(
      /^nothing was committed \(hook_failed\): .*; no note of it could be kept, so make it later with commit_planning$/,
    );
    hook(root, "pre-commit", "exit 0");
    expect(await complete(root)).toMatchObject({ status: "unchanged", commit: null });
    expect(await call(commitPlanning, { kind: "phase_complete", phase: "1" }, root)).toMatchObject({
      status: "committed",
    });
    expect(status(root)).toEqual([]);
  });

  test("cannot be kept without git", async () => {
    const root = gitProject(manyPhases(2));
    vi.stubEnv("PATH", project({}));
    const { diagnostics } = await complete(root).finally(() => vi.unstubAllEnvs());
    expect(diagnostics.map(({ message }) => message)).toEqual([
      expect.stringMatching(/^nothing was committed \(git_missing\): .*commit_planning$/),
    ]);
    expect(notes(root)).toEqual([]);
  });

  test("is not written where documents are not committed", async () => {
    const root = gitProject({ ...manyPhases(2), ".planning/config.json": '{"commit_docs": false}' });
    await complete(root);
    expect(notes(root)).toEqual([]);
  });

  test("of a change that a person has committed goes with the next change", async () => {
    const root = gitProject(manyPhases(3));
    await complete(root, { commit: false });
    commitAll(root);
    await complete(root, { phase: "2", commit: false });
    expect(notes(root)).toEqual([nameOf(".planning/phases/completed/02-part-2")]);
    commitAll(root);
    edit(root, ROADMAP);
    commitAll(root);
    await call(commitPlanning, { kind: "phase_complete", phase: "3" }, root);
    await complete(root, { phase: "3" });
    expect(notes(root)).toEqual([]);
  });

  test("knows what the tool's next change writes over: both commits are made later", async () => {
    const root = gitProject(manyPhases(3));
    hook(root, "pre-commit", "exit 1");
    await complete(root);
    await complete(root, { phase: "2" });
    hook(root, "pre-commit", "exit 0");
    expect(await complete(root)).toMatchObject({
      commit: { message: "docs(01): complete part-1 phase" },
      diagnostics: [],
    });
    expect(committed(root)).toContain(`M ${ROADMAP}`);
    expect(await complete(root, { phase: "2" })).toMatchObject({
      commit: { message: "docs(02): complete part-2 phase" },
      diagnostics: [],
    });
    expect(status(root)).toEqual([]);
    expect(notes(root)).toEqual([]);
  });
});

describe("what a person has edited since", () => {
  test("is also whether a file may be run", async () => {
    const root = await refused();
    chmodSync(join(root, ROADMAP), 0o755);
    const { diagnostics } = await complete(root);
    expect(diagnostics[0]!.message).toContain(`edited after the change: ${ROADMAP}`);
    expect(status(root)).toEqual([` M ${ROADMAP}`]);
  });

  test("stays in the last commit where it was", async () => {
    const root = await refused({ ...manyPhases(2), [`${ACTIVE}/NOTES.md`]: "n" });
    edit(root, `${DIR}/01-01-SUMMARY.md`);
    rmSync(join(root, DIR, "NOTES.md"));
    const { diagnostics } = await complete(root);
    expect(diagnostics).toMatchObject([{ code: "COMMIT_SKIPPED", severity: "warning" }]);
    expect(diagnostics[0]!.message).toContain(`${DIR}/01-01-SUMMARY.md, ${DIR}/NOTES.md`);
    expect(committed(root)).toContain(`R100 ${ACTIVE}/01-01-PLAN.md -> ${DIR}/01-01-PLAN.md`);
    expect(status(root)).toEqual([
      ` D ${ACTIVE}/01-01-SUMMARY.md`,
      ` D ${ACTIVE}/NOTES.md`,
      `?? ${DIR}/01-01-SUMMARY.md`,
    ]);
  });

  test("is a person's too while a commit fails that no hook refused", async () => {
    const root = gitProject(manyPhases(2));
    const elsewhere = project({ gpg: `#!/bin/sh\necho mine >> "${root}/${STATE}"\nexit 1\n` });
    chmodSync(join(elsewhere, "gpg"), 0o755);
    git(root, "config", "commit.gpgsign", "true");
    git(root, "config", "gpg.program", join(elsewhere, "gpg"));
    expect(await complete(root)).toMatchObject({ commit: null });
    git(root, "config", "commit.gpgsign", "false");
    expect((await complete(root)).commit).not.toBeNull();
    expect(status(root)).toEqual([` M ${STATE}`]);
  });
});

test("a status that git cannot tell forgets no owed commit, and says so", async () => {
  const root = await refused();
  edit(root, ROADMAP);
  const index = readFileSync(join(root, ".git/index"));
  write(root, { ".git": { index: "broken" } });
  const answer = await complete(root);
  expect(answer).toMatchObject({
    commit: null,
    diagnostics: [{ code: "COMMIT_SKIPPED", severity: "warning" }],
  });
  expect(answer.diagnostics[0]!.message).toMatch(/^nothing was committed \(git_failed\)/);
  expect(notes(root)).toEqual([NAME]);
  writeFileSync(join(root, ".git/index"), index);
  expect((await complete(root)).commit).not.toBeNull();
  expect(git(root, "show", "--format=", "HEAD")).not.toContain("mine");
  expect(status(root)).toEqual([` M ${ROADMAP}`]);
});

test("planning that belongs to a submodule is told as often as the commit is owed", async () => {
  const inner = gitProject({ "x.md": "x" });
  const root = gitProject({ "a.md": "a" });
  git(root, "-c", "protocol.file.allow=always", "submodule", "--quiet", "add", inner, ".planning");
  commitAll(root);
  const planning = project(manyPhases(2));
  for (const name of readdirSync(join(planning, ".planning")))
    renameSync(join(planning, ".planning", name), join(root, ".planning", name));
  for (let count = 0; count < 2; count++) {
    const { commit, diagnostics } = await complete(root);
    expect(commit).toBeNull();
    expect(diagnostics.map(({ message }) => message)).toEqual([
      expect.stringMatching(/^nothing was committed \(other_repository\)/),
    ]);
  }
});

const GAPS = "gap phases";
const VERIFICATION = ".planning/phases/active/01-part-1/01-VERIFICATION.md";
const GAP =
  '---\nstatus: gaps_found\nscore: 0/1\ngaps:\n  - truth: "Users see it"\n    status: failed\n    reason: "No call"\n---\n';
const withGap = (): Tree => ({ ...manyPhases(2), [VERIFICATION]: GAP });
const GAP_DIR = /^\.planning\/phases\/pending\/03-gap-[a-z-]+$/;

describe("create_gap_phases", () => {
  test("without anything to do commits no phase that a person is writing", async () => {
    const root = gitProject(manyPhases(2), {
      uncommitted: { ".planning/phases/pending/03-gap-mine/NOTES.md": "draft" },
    });
    edit(root, ROADMAP);
    const before = status(root);
    expect(await call(createGapPhases, {}, root)).toMatchObject({ status: "nothing_to_do", commit: null });
    expect(status(root)).toEqual(before);
  });

  test("commits later what it left, and nothing that a person did since", async () => {
    const root = gitProject(withGap());
    hook(root, "pre-commit", "exit 1");
    const { phases } = await call(createGapPhases, {}, root);
    expect(phases[0]!.dir).toMatch(GAP_DIR);
    expect(notes(root)).toEqual([nameOf(GAPS)]);
    edit(root, ROADMAP);
    write(root, { [phases[0]!.dir!]: { "mine.md": "mine" } });
    hook(root, "pre-commit", "exit 0");
    const shown = await call(createGapPhases, { dry_run: true }, root);
    const answer = await call(createGapPhases, {}, root);
    expect(answer).toMatchObject({
      commit: { message: "docs(roadmap): add gap phases 03" },
      diagnostics: [{ code: "COMMIT_SKIPPED", message: expect.stringContaining(ROADMAP) }],
    });
    expect({ ...answer, commit: { ...answer.commit, sha: null } }).toEqual(shown);
    expect(committed(root)).toEqual([`M ${STATE}`, `M ${VERIFICATION}`, `A ${phases[0]!.dir}/.gitkeep`]);
    expect(status(root)).toEqual([` M ${ROADMAP}`, `?? ${phases[0]!.dir}/mine.md`]);
    expect(notes(root)).toEqual([]);
  });

  test("commits later too what is behind a link, in a project below the top of the repository", async () => {
    const top = gitProject({ "app/README.md": "r" });
    const root = join(top, "app");
    write(root, withGap());
    renameSync(join(root, ".planning"), join(root, "plans"));
    symlinkSync("plans", join(root, ".planning"));
    commitAll(top);
    await call(createGapPhases, { commit: false }, root);
    edit(root, STATE);
    expect((await call(createGapPhases, {}, root)).commit?.message).toBe("docs(roadmap): add gap phases 03");
    expect(status(top)).toEqual([" M app/plans/STATE.md"]);
    expect(notes(top)).toEqual([]);
  });

  test("commits the rest when a person has committed a part", async () => {
    const root = gitProject(withGap());
    await call(createGapPhases, { commit: false }, root);
    commitAll(root, ".planning/phases/pending");
    expect((await call(createGapPhases, {}, root)).commit?.message).toBe("docs(roadmap): add gap phases 03");
    expect(committed(root)).toEqual([`M ${ROADMAP}`, `M ${STATE}`, `M ${VERIFICATION}`]);
    expect(status(root)).toEqual([]);
  });

  test("commits with new phases those that were not committed before", async () => {
    const root = gitProject(withGap());
    await call(createGapPhases, { commit: false }, root);
    write(root, { ".planning/phases/active/02-part-2/02-VERIFICATION.md": GAP.replace("Users", "Guests") });
    const shown = await call(createGapPhases, { dry_run: true }, root);
    const { commit } = await call(createGapPhases, {}, root);
    expect(commit?.message).toBe("docs(roadmap): add gap phases 03, 04");
    expect(shown.commit).toEqual({ ...commit, sha: null });
    expect(subject(root)).toBe(commit!.message);
    expect(status(root)).toEqual([]);
    expect(notes(root)).toEqual([]);
  });

  test("commit_planning makes the commit that was not wanted", async () => {
    const root = gitProject(withGap());
    await call(createGapPhases, { commit: false }, root);
    await call(commitPlanning, { kind: "gap_phases", phase: "3" }, root);
    expect(status(root)).toEqual([]);
    expect(notes(root)).toEqual([]);
  });
});
