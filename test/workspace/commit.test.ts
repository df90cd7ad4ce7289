import { execFile, spawnSync } from "node:child_process";
import {
  chmodSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { describe, expect, onTestFinished, test } from "vitest";
import {
  type CommitResult,
  commitPaths,
  plannedCommit,
  uncommittedFiles,
} from "../../src/workspace/commit.ts";
import { commitFiles } from "../../src/workspace/git-commit.ts";
import { newOwner } from "../../src/workspace/lock-owner.ts";
import { isTrouble, openRepository } from "../../src/workspace/repository.ts";
import {
  committed,
  git,
  gitProject,
  hook,
  makeHostile,
  refs,
  settleRepository,
  status,
  subject,
} from "../support/git.ts";
import { project, snapshotTree, write } from "../support/project.ts";

const PHASE = ".planning/phases/pending/03-chat";
const ACTIVE = ".planning/phases/active/03-chat";

function skip(reason: string, message = "m"): CommitResult {
  return {
    status: "skipped",
    reason: reason as CommitResult["reason"],
    sha: null,
    message,
    paths: [],
    detail: expect.anything() as never,
  };
}

/** The act does what the dry run said, but for the name of the commit. */
async function commitAsPlanned(root: string, paths: string[], message = "m"): Promise<CommitResult> {
  const before = [refs(root), ...status(root)];
  const planned = await plannedCommit(root, paths, message);
  expect([refs(root), ...status(root)], "a dry run changes nothing").toEqual(before);
  const result = await commitPaths(root, paths, message);
  expect({ ...result, sha: null }).toEqual(planned);
  return result;
}

/** Sets a variable of this process for the test. */
function setEnvironment(name: string, value: string | undefined): void {
  const before = process.env[name];
  const set = (to: string | undefined) => {
    if (to === undefined) delete process.env[name];
    else process.env[name] = to;
  };
  onTestFinished(() => set(before));
  set(value);
}

describe("what is committed", () => {
  test("new, changed and deleted files at and below the paths, and nothing else", async () => {
    const root = gitProject(
      { [PHASE]: { "03-01-PLAN.md": "a", "old.md": "o" }, ".planning/STATE.md": "s", "src/app.ts": "1" },
      { uncommitted: { [`${PHASE}/deep/er/new.md`]: "n", ".planning/STATE.md": "s2", "src/app.ts": "2" } },
    );
    rmSync(join(root, PHASE, "old.md"));
    writeFileSync(join(root, "stray.txt"), "");
    const result = await commitAsPlanned(root, [PHASE, ".planning/STATE.md"], "docs(03): plan chat phase");
    expect(result).toEqual({
      status: "committed",
      reason: null,
      sha: git(root, "rev-parse", "HEAD"),
      message: "docs(03): plan chat phase",
      paths: [".planning/STATE.md", `${PHASE}/deep/er/new.md`, `${PHASE}/old.md`],
      detail: null,
    });
    expect(subject(root)).toBe("docs(03): plan chat phase");
    expect(committed(root)).toEqual([
      "M .planning/STATE.md",
      `A ${PHASE}/deep/er/new.md`,
      `D ${PHASE}/old.md`,
    ]);
    expect(status(root)).toEqual([" M src/app.ts", "?? stray.txt"]);
  });

  test("a moved directory, from its old and its new path, is a rename", async () => {
    const root = gitProject({ [PHASE]: { "03-01-PLAN.md": "plan\n".repeat(9), ".gitkeep": "" } });
    mkdirSync(join(root, ".planning/phases/active"));
    renameSync(join(root, PHASE), join(root, ACTIVE));
    await commitAsPlanned(root, [PHASE, ACTIVE]);
    expect(committed(root)).toContain(`R100 ${PHASE}/03-01-PLAN.md -> ${ACTIVE}/03-01-PLAN.md`);
    expect(status(root)).toEqual([]);
  });

  // What a person has staged of a document is a state of it that never was on disk, without the lines that were just
  // written; so the document is committed as it is, as `git commit FILE` does, and nothing of it is lost.
  test("a file of which a person has staged a part is committed whole, as it stands; other files stay staged", async () => {
    const root = gitProject({ "a.md": "1", "b.md": "1", "c.md": "1", "gone.md": "1" });
    write(root, { "a.md": "2", "new.md": "n", "c.md": "2" });
    git(root, "add", "a.md", "new.md", "c.md");
    git(root, "rm", "--quiet", "gone.md");
    write(root, { "b.md": "2", "c.md": "3" });
    const result = await commitAsPlanned(root, ["b.md", "c.md"]);
    expect(result.paths).toEqual(["b.md", "c.md"]);
    expect(git(root, "show", "HEAD:c.md")).toBe("3");
    expect(status(root)).toEqual(["M  a.md", "D  gone.md", "A  new.md"]);
  });

  test("the same call again finds nothing to do", async () => {
    const root = gitProject({}, { uncommitted: { "a.md": "1" } });
    await commitAsPlanned(root, ["a.md"]);
    const head = git(root, "rev-parse", "HEAD");
    expect(await commitAsPlanned(root, ["a.md"])).toEqual({
      status: "unchanged",
      reason: null,
      sha: null,
      message: "m",
      paths: [],
      detail: null,
    });
    expect(git(root, "rev-parse", "HEAD")).toBe(head);
  });

  test("what a crash between adding and committing left", async () => {
    const root = gitProject({ [PHASE]: { "a.md": "a" } }, { uncommitted: { [ACTIVE]: { "a.md": "a" } } });
    rmSync(join(root, PHASE), { recursive: true });
    git(root, "add", "--intent-to-add", ACTIVE);
    expect((await commitAsPlanned(root, [PHASE, ACTIVE])).paths).toEqual([`${ACTIVE}/a.md`, `${PHASE}/a.md`]);
    expect(status(root)).toEqual([]);
  });

  test("what a crash between adding and committing left is forgotten by the next commit, and nothing else", async () => {
    const names = ["left.md", "-q.md", "gone.md", "staged.md", "theirs.md", "alive.md", "other.md"];
    const root = gitProject(
      { "known.md": "1" },
      { uncommitted: Object.fromEntries(names.map((name) => [name, "n"])) },
    );
    git(root, "add", "--intent-to-add", "--", ...names.slice(0, -1));
    git(root, "add", "staged.md");
    git(root, "commit", "--quiet", "--only", "--message=x", "known.md", "--allow-empty");
    for (const name of ["gone.md", "known.md"]) rmSync(join(root, name));
    const note = (owner: object, paths: string[]) => {
      const name = `wavewright-added.${newOwner().id}`;
      writeFileSync(join(root, ".git", name), JSON.stringify({ ...owner, paths }));
      return name;
    };
    note({ ...newOwner(), pid: spawnSync("true").pid }, [
      "left.md",
      "-q.md",
      "gone.md",
      "staged.md",
      "known.md",
    ]);
    const living = note(newOwner(), ["alive.md"]);
    writeFileSync(join(root, ".git/wavewright-added.torn"), '{"id"');
    const before = status(root);
    expect(before).toContain(" A left.md");
    await plannedCommit(root, ["other.md"], "m");
    expect(status(root)).toEqual(before);
    expect(await commitPaths(root, ["other.md"], "m")).toMatchObject({ paths: ["other.md"] });
    expect(status(root)).toEqual([
      " A alive.md",
      " D known.md",
      "A  staged.md",
      " A theirs.md",
      "?? -q.md",
      "?? left.md",
    ]);
    const notes = readdirSync(join(root, ".git")).filter((name) => name.startsWith("wavewright"));
    expect(notes).toEqual([living, "wavewright-added.torn"].sort());
  });

  test("no note stays behind a commit, and none behind a failure", async () => {
    const root = gitProject({}, { uncommitted: { "a.md": "1", "b.md": "1" } });
    const notes = () => readdirSync(join(root, ".git")).filter((name) => name.startsWith("wavewright"));
    await commitPaths(root, ["a.md"], "m");
    expect(notes()).toEqual([]);
    hook(root, "pre-commit", "ls .git/wavewright-added.* > seen || exit 2; exit 1");
    expect(await commitPaths(root, ["b.md"], "m")).toMatchObject({ reason: "hook_failed" });
    expect(readFileSync(join(root, "seen"), "utf8")).toMatch(/^\.git\/wavewright-added\.\S+\n$/);
    expect(notes()).toEqual([]);
  });

  test("paths that nobody knows, and none at all, are nothing", async () => {
    const root = gitProject({}, { uncommitted: { "stray.md": "" } });
    for (const paths of [["missing.md", "no/such/dir"], []]) {
      expect(await commitAsPlanned(root, paths)).toMatchObject({ status: "unchanged" });
    }
    expect(status(root)).toEqual(["?? stray.md"]);
  });

  test("a file that is staged and back at what it was keeps what is staged", async () => {
    const root = gitProject({ "a.md": "1", "b.md": "1" });
    write(root, { "a.md": "2" });
    git(root, "add", "a.md");
    write(root, { "a.md": "1", "b.md": "2" });
    expect((await commitAsPlanned(root, ["a.md", "b.md"])).paths).toEqual(["b.md"]);
    expect(status(root)).toEqual(["MM a.md"]);
  });

  test("a file that was staged as new and is gone again, and one staged as deleted that is there", async () => {
    const root = gitProject({ "a.md": "1" });
    write(root, { "new.md": "n" });
    git(root, "add", "new.md");
    rmSync(join(root, "new.md"));
    expect(await commitAsPlanned(root, ["new.md"])).toMatchObject({ status: "unchanged" });
    git(root, "rm", "--quiet", "--cached", "a.md");
    write(root, { "a.md": "2" });
    await commitAsPlanned(root, ["a.md"]);
    expect(committed(root)).toEqual(["M a.md"]);
  });

  test("a file that was staged as new and moved with its phase is not left at its old place", async () => {
    const root = gitProject({ [PHASE]: { "a.md": "a" }, "x.md": "1" });
    write(root, { [PHASE]: { "new.md": "n", "deep/new.md": "n", "gone.md": "g" }, "mine.md": "m" });
    git(root, "add", "--all");
    write(root, { [PHASE]: { "new.md": "changed since" } });
    rmSync(join(root, PHASE, "gone.md"));
    mkdirSync(join(root, ".planning/phases/active"));
    renameSync(join(root, PHASE), join(root, ACTIVE));
    const moved = [`${ACTIVE}/a.md`, `${ACTIVE}/deep/new.md`, `${ACTIVE}/new.md`, `${PHASE}/a.md`];
    expect((await commitAsPlanned(root, [PHASE, ACTIVE])).paths).toEqual(moved);
    // What has gone and stands nowhere else is a person's matter.
    expect(status(root)).toEqual([`AD ${PHASE}/gone.md`, "A  mine.md"]);
    expect(git(root, "show", `HEAD:${ACTIVE}/new.md`)).toBe("changed since");
  });

  test("of such a file nothing is dropped when the commit fails", async () => {
    const root = gitProject({ [PHASE]: { "a.md": "a" } });
    write(root, { [PHASE]: { "new.md": "n" } });
    git(root, "add", "--all");
    mkdirSync(join(root, ".planning/phases/active"));
    renameSync(join(root, PHASE), join(root, ACTIVE));
    hook(root, "pre-commit", "exit 1");
    const before = [refs(root), ...status(root)];
    expect(await commitPaths(root, [PHASE, ACTIVE], "m")).toMatchObject({ reason: "hook_failed" });
    expect([refs(root), ...status(root)]).toEqual(before);
  });

  test("ignored files are left out", async () => {
    const root = gitProject({ ".gitignore": "*.log\n" }, { uncommitted: { "d/a.md": "1", "d/a.log": "1" } });
    expect((await commitAsPlanned(root, ["d", "d/a.log"])).paths).toEqual(["d/a.md"]);
  });

  test("many files", async () => {
    const names = Array.from({ length: 450 }, (_, index) => `d/${String(index).padStart(4, "0")}.md`);
    const root = gitProject({}, { uncommitted: Object.fromEntries(names.map((name) => [name, name])) });
    expect((await commitAsPlanned(root, names)).paths).toEqual(names);
  });
});

describe("names", () => {
  const NAMES = [
    "two words.md",
    "größe — 名前.md",
    "quo\"te's.md",
    "line\nbreak.md",
    "tab\tand\\back.md",
    "$(touch ran).md",
    "`touch ran`.md",
    "--upload-pack=touch ran",
    "-f",
    "--",
    "*",
    "[a-z].md",
    ":(top)x.md",
    ":!x.md",
    "!x.md",
    "#x.md",
    "~x.md",
    "@{-1}",
  ];

  test.each(NAMES.map((name) => [JSON.stringify(name), name]))(
    "%s is one file and no more",
    async (_, name) => {
      const root = gitProject({ "x.md": "1" }, { uncommitted: { [name]: "n", "x.md": "2", "a.md": "2" } });
      expect((await commitAsPlanned(root, [name], name)).paths).toEqual([name]);
      expect(git(root, "log", "-1", "--format=%B").trim()).toBe(name.trim());
      expect(status(root)).toEqual([" M x.md", "?? a.md"]);
      write(root, { [name]: "changed" });
      expect((await commitAsPlanned(root, [name])).paths).toEqual([name]);
      rmSync(join(root, name));
      await commitAsPlanned(root, [name]);
      expect(committed(root)).toEqual([`D ${name}`]);
      expect(existsSync(join(root, "ran"))).toBe(false);
    },
  );

  test("all at once in a directory", async () => {
    const tree = Object.fromEntries(NAMES.map((name) => [`d 'é/${name}`, "n"]));
    const root = gitProject({}, { uncommitted: tree });
    expect((await commitAsPlanned(root, ["d 'é"])).paths).toHaveLength(NAMES.length);
    expect(status(root)).toEqual([]);
  });

  test.each(["", ".", "./", "a/..", ".git/config", "d/.GIT/x", "a\0b"])(
    "%j can never be a path",
    async (name) => {
      const root = gitProject({ "a/x": "1" }, { uncommitted: { "y.md": "" } });
      await expect(commitPaths(root, [name], "m")).rejects.toThrow();
      expect(status(root)).toEqual(["?? y.md"]);
    },
  );
});

describe("places", () => {
  test("the project in a directory of the repository, whose name is odd", async () => {
    const top = gitProject({ "apps/my äpp/.planning/STATE.md": "1" });
    const root = join(top, "apps/my äpp");
    write(root, { ".planning/STATE.md": "2", ".planning/new.md": "n" });
    write(top, { ".planning/STATE.md": "other", "STATE.md": "other" });
    expect((await commitAsPlanned(root, [".planning"])).paths).toEqual([
      ".planning/STATE.md",
      ".planning/new.md",
    ]);
    expect(committed(top)).toEqual(["M apps/my äpp/.planning/STATE.md", "A apps/my äpp/.planning/new.md"]);
  });

  test("a project whose path has a line break", async () => {
    const top = gitProject({ "a\nb/x.md": "1" });
    write(top, { "a\nb/x.md": "2" });
    expect((await commitAsPlanned(join(top, "a\nb"), ["x.md"])).paths).toEqual(["x.md"]);
  });

  test("a work tree, whose .git is a file", async () => {
    const main = gitProject({ "a.md": "1" });
    const root = join(project({}), "tree");
    git(main, "worktree", "add", "--quiet", "-b", "side", root);
    write(root, { "a.md": "2" });
    await commitAsPlanned(root, ["a.md"]);
    expect(git(main, "log", "-1", "--format=%s", "side")).toBe("m");
    expect(subject(main)).toBe("start");
  });

  test.each(["main", "workspace"])("%s under a bare repository", async (name) => {
    const origin = gitProject({ "a.md": "1" });
    const base = project({});
    git(base, "clone", "--quiet", "--bare", origin, ".bare");
    writeFileSync(join(base, ".git"), "gitdir: ./.bare\n");
    git(base, "worktree", "add", "--quiet", name, "main");
    settleRepository(join(base, name));
    write(join(base, name), { "a.md": "2" });
    await commitAsPlanned(join(base, name), ["a.md"]);
    expect(git(base, "log", "-1", "--format=%s", "main")).toBe("m");
    write(base, { "a.md": "2" });
    expect(await plannedCommit(base, ["a.md"], "m")).toEqual({ ...skip("no_work_tree"), detail: null });
    expect(await commitPaths(base, ["a.md"], "m")).toEqual({ ...skip("no_work_tree"), detail: null });
  });

  test("the project inside a submodule is committed there", async () => {
    const inner = gitProject({ "a.md": "1" });
    const outer = gitProject({});
    git(outer, "-c", "protocol.file.allow=always", "submodule", "--quiet", "add", inner, "sub");
    git(outer, "commit", "--quiet", "--message=add");
    const root = join(outer, "sub");
    settleRepository(root);
    write(root, { "a.md": "2" });
    await commitAsPlanned(root, ["a.md"]);
    expect(subject(root)).toBe("m");
    expect(status(outer)).toEqual([" M sub"]);
  });

  test("what is a submodule or a repository of its own is left alone", async () => {
    const inner = gitProject({ "a.md": "1" });
    const root = gitProject({ "b.md": "1" });
    git(root, "-c", "protocol.file.allow=always", "submodule", "--quiet", "add", inner, ".planning");
    git(root, "commit", "--quiet", "--message=add");
    write(root, { ".planning/a.md": "2", "b.md": "2" });
    const expected = { ...skip("other_repository"), detail: null };
    expect(await commitAsPlanned(root, [".planning/a.md"])).toEqual(expected);
    expect(await commitAsPlanned(root, [".planning", "b.md"])).toEqual(expected);
    git(root, "clone", "--quiet", inner, "nested");
    expect(await commitAsPlanned(root, ["nested/a.md"])).toEqual(expected);
    expect(subject(root)).toBe("add");
  });

  test("a directory that is a link inside the root is committed where it is", async () => {
    const root = gitProject({ "docs/planning/STATE.md": "1" });
    symlinkSync("docs/planning", join(root, ".planning"));
    write(root, { "docs/planning/STATE.md": "2" });
    expect((await commitAsPlanned(root, [".planning/STATE.md"])).paths).toEqual(["docs/planning/STATE.md"]);
  });

  test("behind a link out of the root nothing is committed", async () => {
    const top = gitProject({ "outside/STATE.md": "1", "app/x.md": "1" });
    const root = join(top, "app");
    symlinkSync("../outside", join(root, ".planning"));
    write(top, { "outside/STATE.md": "2" });
    const expected = { ...skip("path_outside_root"), detail: null };
    for (const path of [".planning/STATE.md", "../outside/STATE.md", "/etc/passwd", ".planning/sub/new"]) {
      expect(await commitAsPlanned(root, [path])).toEqual(expected);
    }
  });

  test("no repository", async () => {
    const root = project({ "a.md": "1" });
    expect(await plannedCommit(root, ["a.md"], "m")).toEqual({ ...skip("no_repository"), detail: null });
    expect(await commitPaths(root, ["a.md"], "m")).toEqual({ ...skip("no_repository"), detail: null });
  });

  test("a repository that is broken", async () => {
    const root = project({ ".git": "gitdir: /nowhere\n", "a.md": "1" });
    expect(await commitPaths(root, ["a.md"], "m")).toEqual(skip("no_repository"));
  });
});

describe("heads", () => {
  test("detached", async () => {
    const root = gitProject({ "a.md": "1" });
    git(root, "switch", "--quiet", "--detach");
    write(root, { "a.md": "2" });
    const { sha } = await commitAsPlanned(root, ["a.md"]);
    expect(git(root, "rev-parse", "HEAD")).toBe(sha);
    expect(subject(root, "main")).toBe("start");
  });

  test("unborn, with something else staged", async () => {
    const root = project({ "a.md": "1", "b.md": "1" });
    git(root, "init", "--quiet", "--initial-branch=main");
    settleRepository(root);
    git(root, "add", "b.md");
    const { sha, paths } = await commitPaths(root, ["a.md"], "first");
    expect([sha, paths]).toEqual([git(root, "rev-parse", "main"), ["a.md"]]);
    expect(committed(root)).toEqual(["A a.md"]);
    expect(status(root)).toEqual(["A  b.md"]);
  });

  test("an unfinished merge", async () => {
    const root = gitProject({ "a.md": "1" });
    git(root, "switch", "--quiet", "--create=side");
    git(root, "commit", "--quiet", "--allow-empty", "--message=side");
    git(root, "switch", "--quiet", "main");
    git(root, "merge", "--quiet", "--no-ff", "--no-commit", "side");
    write(root, { "a.md": "2" });
    expect(await commitAsPlanned(root, ["a.md"])).toEqual(skip("operation_in_progress"));
  });

  test.each([
    ["revert", ["revert", "--no-commit", "side"]],
    ["cherry-pick", ["cherry-pick", "--no-commit", "side"]],
    ["squashed merge", ["merge", "--quiet", "--squash", "side"]],
  ])("a prepared %s keeps its message and what it staged", async (name, args) => {
    const root = gitProject({ "a.md": "1", "b.md": "1" });
    if (name !== "revert") git(root, "switch", "--quiet", "--create=work");
    write(root, { "b.md": "2" });
    git(root, "commit", "--quiet", "--all", "--message=theirs");
    git(root, "branch", "side");
    if (name !== "revert") git(root, "switch", "--quiet", "main");
    git(root, ...args);
    const before = snapshotTree(join(root, ".git"));
    write(root, { "a.md": "2" });
    expect(await commitPaths(root, ["a.md"], "m")).toEqual(skip("operation_in_progress"));
    const after = snapshotTree(join(root, ".git"));
    delete before.index;
    delete after.index;
    expect(after).toEqual(before);
    git(root, "commit", "--quiet", "--no-edit");
    expect(await commitPaths(root, ["a.md"], "m")).toMatchObject({ status: "committed" });
  });

  test("between the commits of several that are reverted", async () => {
    const root = gitProject({ "a.md": "1", "b.md": "1" });
    for (const text of ["2", "3"]) {
      write(root, { "b.md": text });
      git(root, "commit", "--quiet", "--all", `--message=${text}`);
    }
    write(root, { "b.md": "4" });
    git(root, "commit", "--quiet", "--all", "--message=4");
    expect(() => git(root, "revert", "--no-edit", "HEAD~1", "HEAD~2")).toThrow();
    write(root, { "b.md": "resolved" });
    git(root, "commit", "--quiet", "--all", "--no-edit");
    write(root, { "a.md": "2" });
    expect(await commitPaths(root, ["a.md"], "m")).toEqual(skip("operation_in_progress"));
  });
});

describe("failures leave the index as it was", () => {
  function dirty(): string {
    const root = gitProject(
      { "d/a.md": "1", "d/gone.md": "1", "mine.md": "1" },
      { uncommitted: { "d/a.md": "2", "d/new.md": "n" } },
    );
    rmSync(join(root, "d/gone.md"));
    write(root, { "mine.md": "2" });
    git(root, "add", "mine.md");
    return root;
  }

  async function expectSkip(root: string, reason: string): Promise<CommitResult> {
    const before = [refs(root), ...status(root)];
    const result = await commitPaths(root, ["d"], "m");
    expect(result).toEqual({ ...skip(reason), detail: result.detail });
    expect([refs(root), ...status(root)]).toEqual(before);
    return result;
  }

  test.each(["pre-commit", "commit-msg", "prepare-commit-msg"])("a failing %s hook", async (name) => {
    const root = dirty();
    hook(root, name, `echo "error: no, $(pwd)/d/a.md and /etc/secret/place are bad" >&2\nexit 3`);
    const { detail } = await expectSkip(root, "hook_failed");
    expect(detail).toBe("error: no, d/a.md and … are bad");
  });

  test("a hook that cannot be run", async () => {
    const root = dirty();
    hook(root, "pre-commit", "");
    writeFileSync(join(root, ".git/hooks/pre-commit"), "#!/no/such/interpreter\n");
    await expectSkip(root, "hook_failed");
  });

  test("a hook that writes a lot", async () => {
    const root = dirty();
    hook(root, "pre-commit", "i=0; while [ $i -lt 3000 ]; do echo line $i >&2; i=$((i+1)); done; exit 1");
    const { detail } = await expectSkip(root, "hook_failed");
    expect(detail).toMatch(/line 2999$/);
    expect(detail!.length).toBeLessThanOrEqual(300);
  });

  test("a lock that is held for ever", async () => {
    const root = dirty();
    writeFileSync(join(root, ".git/index.lock"), "");
    const start = Date.now();
    const { detail } = await expectSkip(root, "index_locked");
    expect(Date.now() - start).toBeGreaterThan(2_500);
    expect(Date.now() - start).toBeLessThan(9_000);
    expect(detail).toContain("index.lock");
    expect(detail).not.toContain(root);
  });

  test("a lock of HEAD that is held for ever", async () => {
    const root = dirty();
    writeFileSync(join(root, ".git/HEAD.lock"), "");
    await expectSkip(root, "index_locked");
  });

  test("nobody is known as the author", async () => {
    const root = dirty();
    git(root, "config", "--unset", "user.name");
    git(root, "config", "--unset", "user.email");
    git(root, "config", "user.useConfigOnly", "true");
    setEnvironment("HOME", project({}));
    setEnvironment("XDG_CONFIG_HOME", undefined);
    await expectSkip(root, "identity_unknown");
    expect(await plannedCommit(root, ["d"], "m")).toMatchObject({ reason: "identity_unknown" });
  });

  test("signing fails", async () => {
    const root = dirty();
    git(root, "config", "commit.gpgsign", "true");
    git(root, "config", "gpg.program", "/no/such/program");
    await expectSkip(root, "git_failed");
  });

  test("there is no git", async () => {
    const root = dirty();
    setEnvironment("PATH", "/nonexistent");
    const result = await commitPaths(root, ["d"], "m");
    expect(result).toEqual({ ...skip("git_missing"), detail: null });
  });
});

describe("locks and rivals", () => {
  test("a lock that is held for a while is waited for", async () => {
    const root = gitProject({}, { uncommitted: { "a.md": "1" } });
    const lock = join(root, ".git/index.lock");
    writeFileSync(lock, "");
    setTimeout(() => rmSync(lock), 700);
    expect(await commitPaths(root, ["a.md"], "m")).toMatchObject({ status: "committed", paths: ["a.md"] });
  });

  test("eight at once: each file is committed once, and every commit that is told is there", async () => {
    const names = Array.from({ length: 8 }, (_, index) => `${index}.md`);
    const root = gitProject({}, { uncommitted: Object.fromEntries(names.map((name) => [name, name])) });
    const results = await Promise.all(names.map((name) => commitPaths(root, [name, "0.md"], name)));
    const told = results.filter(({ status }) => status === "committed");
    expect(results.filter(({ status }) => status === "skipped")).toEqual([]);
    expect(told.map(({ sha }) => git(root, "cat-file", "-t", sha!))).toEqual(told.map(() => "commit"));
    expect(told.flatMap(({ paths }) => paths).sort()).toEqual(names);
    expect(status(root)).toEqual([]);
    expect(git(root, "rev-list", "--count", "HEAD")).toBe(String(told.length + 1));
  });

  test("a rival that makes git forget a new file just before its commit", async () => {
    const root = gitProject({}, { uncommitted: { "a.md": "1", "b.md": "1" } });
    // Runs after each write of the index, and has done its work after the third.
    hook(
      root,
      "post-index-change",
      `[ -e '${root}/.git/index.lock' ] || [ "$(cat .git/rivals 2> /dev/null)" = xxx ] && exit 0
       printf x >> .git/rivals; git update-index --force-remove a.md`,
    );
    expect(await commitPaths(root, ["a.md", "b.md"], "m")).toMatchObject({
      status: "committed",
      paths: ["a.md", "b.md"],
    });
    expect(readFileSync(join(root, ".git/rivals"), "utf8")).toBe("xxx");
    expect(status(root)).toEqual([]);
    expect(readdirSync(join(root, ".git")).filter((name) => name.startsWith("wavewright"))).toEqual([]);
  });

  test("a rival that commits the same files", async () => {
    const root = gitProject({}, { uncommitted: { "a.md": "1" } });
    hook(root, "pre-commit", "sleep 0.2");
    git(root, "add", "a.md");
    const rival = new Promise((resolve) =>
      execFile("git", ["commit", "--quiet", "--message=rival"], { cwd: root }, resolve),
    );
    // In most runs the rival is in its hook by now.
    await new Promise((resolve) => setTimeout(resolve, 100));
    const result = await commitPaths(root, ["a.md"], "m");
    await rival;
    expect(["committed", "unchanged"]).toContain(result.status);
    expect(status(root)).toEqual([]);
  });
});

test("a commit that git has made is told, though git failed behind it", async () => {
  const root = gitProject({}, { uncommitted: { "a.md": "1" } });
  const programs = project({
    git: `#!/bin/sh\nPATH='${process.env.PATH}' git "$@" || exit $?\nfor word; do [ "$word" = commit ] && exit 128; done\nexit 0\n`,
  });
  chmodSync(join(programs, "git"), 0o755);
  setEnvironment("PATH", programs);
  expect(await commitPaths(root, ["a.md"], "m")).toMatchObject({ status: "committed", paths: ["a.md"] });
  expect((await commitPaths(root, ["a.md"], "m")).status).toBe("unchanged");
});

describe("hooks of the user", () => {
  test("run, without tokens, and their output is no part of the answer", async () => {
    setEnvironment("GITHUB_TOKEN", "secret-1");
    setEnvironment("GH_TOKEN", "secret-2");
    setEnvironment("SSH_AUTH_SOCK", "/run/agent");
    setEnvironment("GIT_AUTHOR_NAME", "Somebody");
    setEnvironment("GIT_DIR", "/nowhere");
    const root = gitProject({}, { uncommitted: { "a.md": "1" } });
    const seen = join(project({}), "environment");
    hook(root, "pre-commit", `env > '${seen}'\necho talk; echo talk >&2`);
    hook(root, "post-commit", "exit 5");
    expect(await commitPaths(root, ["a.md"], "m")).toMatchObject({ status: "committed", paths: ["a.md"] });
    const environment = readFileSync(seen, "utf8");
    expect(environment).toContain("PATH=");
    expect(environment).not.toMatch(/secret|SSH_AUTH_SOCK|Somebody|nowhere/);
    expect(git(root, "log", "-1", "--format=%an")).toBe("Test");
  });

  test("the agent is there for whoever signs with it", async () => {
    setEnvironment("SSH_AUTH_SOCK", "/run/agent");
    const root = gitProject({}, { uncommitted: { "a.md": "1" } });
    const seen = join(project({}), "agent");
    git(root, "config", "commit.gpgsign", "true");
    git(root, "config", "gpg.format", "ssh");
    hook(root, "pre-commit", `echo "$SSH_AUTH_SOCK" > '${seen}'; exit 1`);
    await commitPaths(root, ["a.md"], "m");
    expect(readFileSync(seen, "utf8")).toBe("/run/agent\n");
  });

  test("see literal and magic pathspecs as usual, and may use short options", async () => {
    const root = gitProject({ "a.md": "1" }, { uncommitted: { "a.md": "2" } });
    hook(
      root,
      "pre-commit",
      `test "$(git diff --cached --name-only -- '*.md')" = a.md && git status --porcel`,
    );
    expect(await commitPaths(root, ["a.md"], "m")).toMatchObject({ status: "committed" });
  });

  test("may change the commit; the answer tells what it has", async () => {
    const root = gitProject({ "a.md": "1", sum: "0" }, { uncommitted: { "a.md": "2" } });
    hook(root, "pre-commit", "echo 1 > sum && git add sum");
    hook(root, "commit-msg", 'echo "changed" > "$1"');
    expect((await commitPaths(root, ["a.md"], "m")).paths).toEqual(["a.md", "sum"]);
    expect(subject(root)).toBe("changed");
    expect(status(root)).toEqual([]);
  });

  // Such hooks work on the index of the commit; git leaves its own one at what was there before they ran.
  test("that format and stage leave nothing staged that takes their work back", async () => {
    const root = gitProject(
      { "a.md": "1", "old.md": "1" },
      { uncommitted: { "a.md": "2", "d/new.md": "2", "mine.md": "mine" } },
    );
    git(root, "add", "mine.md");
    const files = "a.md d/new.md made.md";
    hook(
      root,
      "pre-commit",
      `for f in ${files}; do echo tidy >> $f; done; git add ${files}; git rm -q old.md`,
    );
    expect(await commitPaths(root, ["a.md", "d"], "m")).toMatchObject({
      paths: ["a.md", "d/new.md", "made.md", "old.md"],
    });
    expect(status(root)).toEqual(["A  mine.md"]);
    expect(git(root, "show", "HEAD:d/new.md")).toBe("2tidy");
  });

  test("that stage a file of which a person has staged something leave that as it is", async () => {
    const root = gitProject({ "a.md": "1", sum: "0" }, { uncommitted: { "a.md": "2", sum: "person\n" } });
    git(root, "add", "sum");
    hook(root, "pre-commit", "echo 1 > sum && git add sum");
    expect((await commitPaths(root, ["a.md"], "m")).paths).toEqual(["a.md", "sum"]);
    expect(git(root, "show", ":sum")).toBe("person");
    expect(status(root)).toEqual(["MM sum"]);
  });

  test("a file that a hook commits beside the project is named from it", async () => {
    const top = gitProject({ "app/deep/a.md": "1", sum: "0" }, { uncommitted: { "app/deep/a.md": "2" } });
    hook(top, "pre-commit", "echo 1 > sum && git add sum");
    const { paths } = await commitPaths(join(top, "app/deep"), ["a.md"], "m");
    expect(paths).toEqual(["../../sum", "a.md"]);
  });
});

describe("hooks that hang are left after a while", () => {
  async function hanging(name: string) {
    const root = gitProject({}, { uncommitted: { "a.md": "1" } });
    hook(root, name, "sleep 8");
    const repository = await openRepository(root);
    if (isTrouble(repository)) expect.fail(repository.reason);
    const outcome = await commitFiles(repository, [{ path: "a.md", isUntracked: true }], "m", 400);
    return { root, outcome };
  }

  test("before the commit there is none", async () => {
    const { root, outcome } = await hanging("pre-commit");
    expect(outcome).toEqual({ reason: "timed_out", detail: null });
    expect(subject(root)).toBe("start");
    expect(status(root)).toEqual(["?? a.md"]);
  });

  test("after the commit it is there", async () => {
    const { root, outcome } = await hanging("post-commit");
    expect(outcome).toEqual({ sha: git(root, "rev-parse", "HEAD"), paths: ["a.md"] });
    expect(status(root)).toEqual([]);
  });
});

test("nothing of a hostile repository runs for what only reads", async () => {
  const root = gitProject({ "a.md": "1" }, { uncommitted: { "a.md": "2", "b.md": "1" } });
  const marks = project({});
  makeHostile(root, marks);
  const before = snapshotTree(root);
  expect(await plannedCommit(root, ["a.md", "b.md"], "m")).toMatchObject({ paths: ["a.md", "b.md"] });
  expect(await uncommittedFiles(root, ["a.md"])).toEqual(["a.md"]);
  expect(readdirSync(marks)).toEqual([]);
  expect(snapshotTree(root)).toEqual(before);
  // A commit runs hooks, and still nothing else.
  expect(await commitPaths(root, ["a.md"], "m")).toMatchObject({ status: "committed" });
  const ran = ["post-index-change", "pre-commit", "reference-transaction"].map((name) => `ran-hook-${name}`);
  expect(readdirSync(marks)).toEqual(ran);
  // The trap is one.
  git(root, "status");
  expect(readdirSync(marks)).toContain("ran-fsmonitor");
});
