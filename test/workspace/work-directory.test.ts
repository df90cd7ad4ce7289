/** The directory that comes and goes with each writer, also while others look at it. */
import fs from "node:fs";
import { join } from "node:path";
import { afterEach, describe, expect, test, vi } from "vitest";
import { asOnlyWriter } from "../../src/workspace/exclusive.ts";
import { draftJournal, type Journal } from "../../src/workspace/journal.ts";
import { acquireLock, isLocked } from "../../src/workspace/lock.ts";
import { settle } from "../../src/workspace/recovery.ts";
import {
  inWorkDirectory,
  makeWorkDirectory,
  removeWorkDirectory,
} from "../../src/workspace/work-directory.ts";
import { WORK } from "../support/engine.ts";
import { systemError, watchOperations } from "../support/fs-operations.ts";
import { gitProject, status } from "../support/git.ts";
import { project, snapshotTree, type Tree, write } from "../support/project.ts";

const tree: Tree = { ".planning/ROADMAP.md": "# R\n" };
const NOTE = join(WORK, ".gitignore");

afterEach(() => {
  vi.restoreAllMocks();
});

/** Runs once, when the directory has just been opened. */
function whenOpened(root: string, run: () => void): void {
  const { openSync } = fs;
  let isDone = false;
  vi.spyOn(fs, "openSync").mockImplementation((path, ...rest) => {
    const handle = openSync(path, ...rest);
    if (path === join(root, WORK) && !isDone) {
      isDone = true;
      run();
    }
    return handle;
  });
}

const remove = (root: string) => fs.rmSync(join(root, WORK), { recursive: true });

describe("a directory that its last owner removes in this moment", () => {
  test("is not there", () => {
    const root = project({ ...tree, [NOTE]: "*\n" });
    whenOpened(root, () => remove(root));
    expect(inWorkDirectory(root, () => "used")).toBeUndefined();
  });

  test("may have a follower by then", () => {
    const root = project({ ...tree, [NOTE]: "*\n" });
    whenOpened(root, () => {
      fs.renameSync(join(root, WORK), join(root, "kept"));
      write(root, { [`${WORK}/follower`]: "" });
    });
    expect(inWorkDirectory(root, (work) => fs.readdirSync(work.entry(".")))).toEqual(["follower"]);
  });

  test.each<[string, (root: string) => Promise<unknown>]>([
    ["a reader", (root) => settle(root)],
    ["a writer", (root) => asOnlyWriter(root, {}, async () => [])],
  ])("is no failure of %s", async (_, act) => {
    const root = project({ ...tree, [NOTE]: "*\n" });
    whenOpened(root, () => remove(root));
    expect(await act(root)).toEqual([]);
    expect(fs.existsSync(join(root, WORK))).toBe(false);
  });
});

describe("what was done stays done when the directory cannot be tidied up", () => {
  test("since it is another one", async () => {
    const root = project(tree);
    const outside = project({});
    const result = asOnlyWriter(root, {}, async () => {
      remove(root);
      fs.symlinkSync(outside, join(root, WORK));
      return "done";
    });
    expect(await result).toBe("done");
  });

  test("since the system refuses, and the next writer of this process gets in", async () => {
    const root = project(tree);
    const stop = watchOperations(({ name, paths }) => {
      if (name === "rmSync" && paths[0]?.endsWith("/lock")) throw systemError("EIO", "unlink");
    });
    try {
      expect(await asOnlyWriter(root, {}, async () => "done")).toBe("done");
    } finally {
      stop();
    }
    expect(isLocked(root)).toBe(true);
    (await acquireLock(root, { waitMs: 0 })).release();
    expect(fs.existsSync(join(root, WORK))).toBe(false);
  });
});

describe("its note for git", () => {
  test.each<[string, Tree]>([
    ["missing", { [WORK]: {} }],
    ["cut off", { [NOTE]: "" }],
  ])("is written where it is %s", async (_, more) => {
    const root = gitProject(tree, { uncommitted: more });
    const lock = await acquireLock(root);
    expect(fs.readFileSync(join(root, NOTE), "utf8")).toBe("*\n");
    expect(status(root)).toEqual([]);
    lock.release();
    expect(fs.existsSync(join(root, WORK))).toBe(false);
  });

  test("comes back when somebody came in while it was taken away", async () => {
    const root = project({ ...tree, [NOTE]: "*\n" });
    const stop = watchOperations(({ name, paths }) => {
      if (name === "rmdirSync" && paths[0]?.endsWith("/.wavewright")) write(root, { [`${WORK}/lock`]: "" });
    });
    try {
      removeWorkDirectory(root);
    } finally {
      stop();
    }
    expect(Object.keys(snapshotTree(join(root, WORK))).sort()).toEqual([".gitignore", "lock"]);
    expect(fs.readFileSync(join(root, NOTE), "utf8")).toBe("*\n");
  });

  test("that cannot be written leaves nothing", () => {
    const root = project(tree);
    const before = snapshotTree(root);
    const stop = watchOperations(({ name, paths }) => {
      if (name === "writeFileSync" || (name === "openSync" && paths[0]?.endsWith("/.gitignore") && isFull))
        throw systemError("ENOSPC", "write");
    });
    let isFull = false;
    try {
      for (isFull of [false, true]) {
        expect(() => makeWorkDirectory(root)).toThrow("ENOSPC");
        expect(snapshotTree(root)).toEqual(before);
      }
    } finally {
      stop();
    }
  });
});

test("a journal that could not be read back is not begun", () => {
  const root = project({ ...tree, [NOTE]: "*\n" });
  const steps: Journal["steps"] = Array.from({ length: 100 }, (_, index) => ({
    kind: "move",
    path: `.planning/phases/a/${index}`,
    to: `.planning/phases/b/${index}`,
  }));
  const draft = (maxBytes?: number) => () =>
    inWorkDirectory(root, (work) => draftJournal(work, { steps, made: [] }, maxBytes));
  expect(draft(1_000)).toThrow("A change of 100 files is too large to be all or nothing.");
  expect(fs.readdirSync(join(root, WORK))).toEqual([".gitignore"]);
  expect(draft()).not.toThrow();
});
