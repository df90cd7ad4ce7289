/** What commits leave in the index when they fail, which files they cannot have, and what their hooks do to them. */
import { readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { commitPaths, plannedCommit } from "../../src/workspace/commit.ts";
import { newOwner } from "../../src/workspace/lock-owner.ts";
import commitPlanning from "../../tools/commit_planning.ts";
import completePhase from "../../tools/complete_phase.ts";
import { call } from "../support/client.ts";
import { committed, git, gitProject, hook, refs, status, subject } from "../support/git.ts";
import { manyPhases } from "../support/many-phases.ts";
import { write } from "../support/project.ts";

const notes = (root: string) =>
  readdirSync(join(root, ".git")).filter((name) => name.startsWith("wavewright"));

describe("a commit that fails leaves what a person has staged", () => {
  const shapes: [string, (root: string) => string[]][] = [
    [
      "as deleted, and which is still there",
      (root) => {
        git(root, "rm", "--quiet", "--cached", "a.md");
        write(root, { "a.md": "changed" });
        return ["a.md"];
      },
    ],
    [
      "of a file that is a directory now",
      (root) => {
        write(root, { "d/notes": "staged" });
        git(root, "add", "d/notes");
        rmSync(join(root, "d/notes"));
        write(root, { "d/notes/deep/a.md": "new" });
        return ["d/notes/deep/a.md"];
      },
    ],
    [
      "of a directory that is a file now",
      (root) => {
        write(root, { "e/x.md": "staged", "e/y.md": "staged" });
        git(root, "add", "e");
        rmSync(join(root, "e"), { recursive: true });
        writeFileSync(join(root, "e"), "new");
        return ["e"];
      },
    ],
  ];

  test.each(shapes)("%s", async (_, change) => {
    const root = gitProject({ "a.md": "a", "d/notes": "n", "e/x.md": "x" });
    const paths = change(root);
    const before = [refs(root), ...status(root)];
    hook(root, "pre-commit", "exit 1");
    expect(await commitPaths(root, paths, "m")).toMatchObject({ reason: "hook_failed" });
    expect([refs(root), ...status(root)]).toEqual(before);
    expect(notes(root)).toEqual([]);
    hook(root, "pre-commit", "exit 0");
    expect(await commitPaths(root, paths, "m")).toMatchObject({ status: "committed" });
  });

  test("also when it was cut off by a crash", async () => {
    const root = gitProject({ "d/notes": "n", "x.md": "x" }, { uncommitted: { "x.md": "y" } });
    write(root, { "d/notes": "staged" });
    git(root, "add", "d/notes");
    const displaced = [git(root, "ls-files", "--stage", "d/notes")];
    rmSync(join(root, "d/notes"));
    write(root, { "d/notes/a.md": "new" });
    const before = refs(root);
    git(root, "add", "--intent-to-add", "d/notes/a.md");
    const note = { ...newOwner(), pid: 999_999_999, paths: ["d/notes/a.md"], displaced };
    write(root, { ".git": { [`wavewright-added.${note.id}`]: JSON.stringify(note) } });
    expect(refs(root)).not.toBe(before);
    hook(root, "pre-commit", "exit 1");
    expect(await commitPaths(root, ["x.md"], "m")).toMatchObject({ reason: "hook_failed" });
    expect(refs(root)).toBe(before);
    expect(notes(root)).toEqual([]);
  });
});

describe("no hook is blamed", () => {
  test("where git adds nothing outside of a sparse work tree", async () => {
    const root = gitProject({ "in/a.md": "a", "out/b.md": "b" });
    git(root, "sparse-checkout", "set", "--cone", "in");
    write(root, { "out/new.md": "n" });
    expect(await commitPaths(root, ["out/new.md"], "m")).toMatchObject({
      reason: "git_failed",
      detail: expect.stringContaining("sparse"),
    });
  });

  test("where a hook leaves no message, and a message may begin like a comment", async () => {
    const root = gitProject({}, { uncommitted: { "a.md": "a" } });
    git(root, "config", "commit.cleanup", "strip");
    hook(root, "commit-msg", ': > "$1"');
    expect(await commitPaths(root, ["a.md"], "m")).toMatchObject({ reason: "git_failed" });
    rmSync(join(root, ".git/hooks/commit-msg"));
    expect(await commitPaths(root, ["a.md"], "#12 done")).toMatchObject({ status: "committed" });
    expect(subject(root)).toBe("#12 done");
  });
});

describe("changed files that cannot be in a commit are named", () => {
  const OVERLOOKED = "git was told to take no notice of its changes";

  test("whose name is not UTF-8", async () => {
    const root = gitProject({ "d/a.md": "a" }, { uncommitted: { "d/a.md": "b" } });
    writeFileSync(Buffer.concat([Buffer.from(`${root}/d/caf`), Buffer.from([0xe9]), Buffer.from(".md")]), "");
    const expected = {
      paths: ["d/a.md"],
      leftOut: [{ path: "d/caf\u{FFFD}.md", why: "its name is not UTF-8" }],
    };
    expect(await plannedCommit(root, ["d"], "m")).toMatchObject(expected);
    expect(await commitPaths(root, ["d"], "m")).toMatchObject({ status: "committed", ...expected });
    expect(await commitPaths(root, ["d"], "m")).toMatchObject({
      status: "unchanged",
      leftOut: expected.leftOut,
    });
    expect(await commitPaths(root, ["x"], "m")).not.toHaveProperty("leftOut");
  });

  test("which git was told to overlook", async () => {
    const names = ["assumed.md", "gone.md", "same.md", "skipped.md", "sparse.md"];
    const root = gitProject(Object.fromEntries(names.map((name) => [name, "1"])));
    git(root, "update-index", "--assume-unchanged", ...names.slice(0, 3));
    git(root, "update-index", "--skip-worktree", ...names.slice(3));
    write(root, { "assumed.md": "2", "skipped.md": "2" });
    for (const name of ["gone.md", "sparse.md"]) rmSync(join(root, name));
    const { leftOut } = await commitPaths(root, names, "m");
    expect(leftOut).toEqual(
      ["assumed.md", "gone.md", "skipped.md"].map((path) => ({ path, why: OVERLOOKED })),
    );
  });

  test("in the answers of the tools", async () => {
    const root = gitProject(manyPhases(2));
    git(root, "update-index", "--assume-unchanged", ".planning/STATE.md");
    const said = {
      code: "COMMIT_SKIPPED",
      message: `not committed, since ${OVERLOOKED}: .planning/STATE.md`,
    };
    const shown = await call(completePhase, { phase: "1", commit: false, dry_run: true }, root);
    expect(shown.diagnostics).toEqual([]);
    expect(await call(completePhase, { phase: "1" }, root)).toMatchObject({
      status: "completed",
      commit: { message: "docs(01): complete part-1 phase" },
      diagnostics: [said],
    });
    expect(await call(commitPlanning, { kind: "phase_complete", phase: "1" }, root)).toMatchObject({
      status: "unchanged",
      diagnostics: [said],
    });
  });
});

describe("a hook after the commit", () => {
  test("that amends it: the commit that is told is there", async () => {
    const root = gitProject({ log: "" }, { uncommitted: { "a.md": "a" } });
    hook(
      root,
      "post-commit",
      "[ -e amended ] && exit; touch amended; echo 1 > log; git add log; git commit --quiet --amend --no-edit",
    );
    const { sha, paths } = await commitPaths(root, ["a.md"], "m");
    expect(sha).toBe(git(root, "rev-parse", "HEAD"));
    expect(paths).toEqual(["a.md", "log"]);
    expect(committed(root)).toEqual(["A a.md", "M log"]);
  });

  test("that makes another: the first one is told", async () => {
    const root = gitProject({ log: "" }, { uncommitted: { "a.md": "a" } });
    hook(root, "post-commit", "[ -e made ] && exit; touch made; echo 1 > log; git commit --quiet -m log log");
    const { sha, paths } = await commitPaths(root, ["a.md"], "m");
    expect([sha, paths]).toEqual([git(root, "rev-parse", "HEAD^"), ["a.md"]]);
  });

  test("has git's own settings", async () => {
    const root = gitProject({}, { uncommitted: { "a.md": "a" } });
    git(root, "config", "core.abbrev", "9");
    hook(root, "post-commit", "git rev-parse --short HEAD > short");
    const { sha } = await commitPaths(root, ["a.md"], "m");
    expect(readFileSync(join(root, "short"), "utf8")).toBe(`${sha!.slice(0, 9)}\n`);
    expect(sha).toBe(git(root, "rev-parse", "HEAD"));
  });
});
