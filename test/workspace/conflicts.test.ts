/** Other programs that edit in the middle of a change, at each of its operations, and what a failed change leaves. */
import {
  appendFileSync,
  existsSync,
  mkdirSync,
  readFileSync,
  renameSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { transact } from "../../src/workspace/transaction.ts";
import { Workspace } from "../../src/workspace/workspace.ts";
import { engineProject, WORK } from "../support/engine.ts";
import { everyStep } from "../support/engine-change.ts";
import { type Operation, systemError, watchOperations } from "../support/fs-operations.ts";
import { snapshotTree } from "../support/project.ts";

const ROADMAP = ".planning/ROADMAP.md";

/** The change, with `before` called ahead of each operation; how often it was decided, and how it ended. */
async function act(root: string, before: (operation: Operation) => void = () => {}) {
  let decisions = 0;
  const stop = watchOperations(before);
  try {
    const change = transact(new Workspace(root), { dryRun: false }, (_, changes) => {
      decisions++;
      everyStep(changes);
      return {};
    });
    const error = await change.then(
      () => null,
      (caught) => caught,
    );
    return { decisions, error };
  } finally {
    stop();
  }
}

/** Of a change that nothing disturbs. */
async function operations(): Promise<Operation[]> {
  const all: Operation[] = [];
  await act(engineProject(), (operation) => all.push(operation));
  return all;
}

const ends = ({ name, paths }: Operation) =>
  name === "rmSync" && paths[0]?.endsWith("/journal.json") === true;

/** Runs once, ahead of the first operation that fits. */
function once(fits: (operation: Operation) => boolean, run: () => void): (operation: Operation) => void {
  let isDone = false;
  return (operation) => {
    if (isDone || !fits(operation)) return;
    isDone = true;
    run();
  };
}

/** Without one file, whose content the test says on its own. */
function without(snapshot: Record<string, string>, path: string): Record<string, string> {
  const { [path]: _, ...others } = snapshot;
  return others;
}

test.each([
  ["in place", (path: string) => appendFileSync(path, "by hand\n")],
  [
    "by replacing it",
    (path: string) => {
      writeFileSync(`${path}~`, `${readFileSync(path, "utf8")}by hand\n`, { mode: 0o640 });
      renameSync(`${path}~`, path);
    },
  ],
])("a file that is edited %s at any moment keeps the edit, and gets the change", async (how, edit) => {
  const untouched = engineProject();
  await act(untouched);
  const after = without(snapshotTree(untouched), ROADMAP);
  const counts = new Set<number>();
  for (const { count, paths } of await operations()) {
    // In this instant nobody can tell a file that was put there from the one that is replaced.
    const isInstant = how === "by replacing it" && paths.at(-1)?.endsWith("/ROADMAP.md");
    if (isInstant && paths[0]?.includes("/stage.")) continue;
    const root = engineProject();
    const { decisions, error } = await act(
      root,
      once(
        (operation) => operation.count === count,
        () => edit(join(root, ROADMAP)),
      ),
    );
    expect(error, `at ${count}`).toBeNull();
    counts.add(decisions);
    expect(readFileSync(join(root, ROADMAP), "utf8"), `at ${count}`).toBe(
      "# R\r\n\r\n- [x] Phase 1: A\r\nby hand\n",
    );
    expect(without(snapshotTree(root), ROADMAP), `at ${count}`).toEqual(after);
  }
  expect([...counts].sort()).toEqual([1, 2]);
});

test("a file that comes in the moment of its creation is not replaced unseen", async () => {
  const root = engineProject();
  const path = join(root, ".planning/phases/active/01-a/new.md");
  const { decisions, error } = await act(
    root,
    once(
      ({ name, paths }) => name === "linkSync" && paths.at(-1) === path,
      () => writeFileSync(path, "theirs"),
    ),
  );
  expect({ decisions, error }).toEqual({ decisions: 2, error: null });
});

test("a directory that gets a file in the moment of its removal is kept, with everything else", async () => {
  const root = engineProject();
  const before = snapshotTree(root);
  const mine = ".planning/phases/pending/01-a/mine.md";
  const { decisions, error } = await act(root, ({ name, paths }) => {
    if (name === "rmdirSync" && paths[0]?.endsWith("/pending/01-a")) writeFileSync(join(root, mine), "mine");
  });
  expect(error).toMatchObject({ code: "WRITE_CONFLICT", details: { path: ".planning/phases/pending/01-a" } });
  expect(decisions).toBe(8);
  const found = snapshotTree(root);
  expect(found[mine]).toContain("mine");
  expect(without(found, mine)).toEqual(before);
});

test("a place that is taken in the moment of a move is not nested into", async () => {
  const root = engineProject();
  const before = snapshotTree(root);
  const target = join(root, ".planning/phases/completed/01-a");
  const { error } = await act(root, ({ name, paths }) => {
    if (name !== "renameSync" || paths.at(-1) !== target) return;
    mkdirSync(target, { recursive: true });
    writeFileSync(join(target, "theirs.md"), "theirs");
  });
  expect(error).toMatchObject({ code: "WRITE_CONFLICT" });
  const { ".planning/phases/completed/01-a/theirs.md": theirs, ...others } = snapshotTree(root);
  expect(theirs).toContain("theirs");
  expect(others).toMatchObject(before);
});

test("a change that fails leaves files and directories with their modes, times and identity", async () => {
  const root = engineProject();
  const before = snapshotTree(root);
  const facts = () =>
    [ROADMAP, ".planning/OLD.md", ".planning/phases/pending/01-a/sub/same.md"].map((path) => {
      const { ino, mode, mtimeMs, nlink } = statSync(join(root, path));
      return { ino, mode, mtimeMs, nlink };
    });
  const was = facts();
  const { decisions, error } = await act(root, (operation) => {
    if (ends(operation)) throw systemError("ENOSPC", "unlink");
  });
  expect(decisions).toBe(1);
  expect(error).toMatchObject({
    code: "WRITE_FAILED",
    message: expect.stringMatching(/ENOSPC.*nothing was changed\.$/),
  });
  expect(snapshotTree(root)).toEqual(before);
  expect(facts()).toEqual(was);
});

test.each<[string, string, (path: string) => void]>([
  ["edited", ROADMAP, (path) => writeFileSync(path, "theirs\n")],
  ["replaced", ROADMAP, (path) => renameAway(path)],
  ["created where one was removed", ".planning/OLD.md", (path) => writeFileSync(path, "theirs\n")],
])("a file that was %s before a change is taken back stays, and is named", async (_, path, meddle) => {
  const root = engineProject();
  const before = snapshotTree(root);
  const { error } = await act(root, (operation) => {
    if (!ends(operation)) return;
    meddle(join(root, path));
    throw systemError("EIO", "unlink");
  });
  expect(error).toMatchObject({ code: "WRITE_FAILED", details: { path } });
  expect(error.message).toContain(path);
  expect(error.message).not.toContain("nothing was changed");
  expect(readFileSync(join(root, path), "utf8")).toBe("theirs\n");
  expect(without(snapshotTree(root), path)).toEqual(without(before, path));
  expect(existsSync(join(root, WORK))).toBe(false);
});

function renameAway(path: string): void {
  writeFileSync(`${path}~`, "theirs\n");
  renameSync(`${path}~`, path);
}

test("what others put beside a failed change goes back with its directory, or keeps a new one", async () => {
  const root = engineProject();
  const before = snapshotTree(root);
  const { error } = await act(root, (operation) => {
    if (!ends(operation)) return;
    writeFileSync(join(root, ".planning/phases/completed/01-a/new.md"), "theirs");
    writeFileSync(join(root, ".planning/phases/completed/01-a/more.md"), "more");
    writeFileSync(join(root, ".planning/phases/deep/er/mine.md"), "mine");
    throw systemError("EIO", "unlink");
  });
  expect(error).toMatchObject({
    code: "WRITE_FAILED",
    details: { path: ".planning/phases/active/01-a/new.md" },
  });
  const found = snapshotTree(root);
  expect(found).toMatchObject(before);
  const more = Object.keys(found).filter((path) => !(path in before));
  expect(more).toEqual([
    ".planning/phases/active/01-a/more.md",
    ".planning/phases/active/01-a/new.md",
    ".planning/phases/deep",
    ".planning/phases/deep/er",
    ".planning/phases/deep/er/mine.md",
  ]);
  expect(found[".planning/phases/active/01-a/new.md"]).toContain("theirs");
});
