import { randomUUID } from "node:crypto";
import fs, {
  chmodSync,
  existsSync,
  readFileSync,
  readlinkSync,
  statSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from "node:fs";
import { hostname } from "node:os";
import { join } from "node:path";
import { describe, expect, test, vi } from "vitest";
import { applySteps } from "../../src/workspace/apply.ts";
import type { ChangeSet } from "../../src/workspace/change-set.ts";
import { acquireLock } from "../../src/workspace/lock.ts";
import { settle } from "../../src/workspace/recovery.ts";
import { transact } from "../../src/workspace/transaction.ts";
import { Workspace } from "../../src/workspace/workspace.ts";
import { watchOperations } from "../support/fs-operations.ts";
import { Link, project, snapshotTree, type Tree } from "../support/project.ts";

const WORK = ".planning/.wavewright";
const act = (root: string, decide: (changes: ChangeSet) => void, dryRun = false) =>
  transact(new Workspace(root), { dryRun }, (_, changes) => {
    decide(changes);
    return {};
  });

const tree: Tree = {
  ".planning/ROADMAP.md": "# R\r\n\r\n- [ ] Phase 1: A\r\n",
  ".planning/phases/active/01-a/01-01-PLAN.md": "plan",
};

/** A lock's owner as this machine writes it. */
const owner = () => ({
  id: randomUUID() as string,
  pid: process.pid,
  host: hostname(),
  started: "",
  scope: existsSync("/proc/self/ns/pid")
    ? `${readFileSync("/proc/sys/kernel/random/boot_id", "utf8").trim()} ${readlinkSync("/proc/self/ns/pid")}`
    : "",
});

const edit = (changes: ChangeSet) => {
  changes.write(".planning/ROADMAP.md", changes.read(".planning/ROADMAP.md")!.replace("[ ]", "[x]"));
  changes.write(".planning/phases/active/01-a/new.md", "new\n");
  changes.write(".planning/phases/deep/er/x.md", "x");
  changes.move(".planning/phases/active/01-a", ".planning/phases/completed/01-a");
};

describe("a change", () => {
  test("is done as its dry run shows, and nothing of it remains beside", async () => {
    const root = project(tree);
    const before = snapshotTree(root);
    const shown = await act(root, edit, true);
    expect(snapshotTree(root)).toEqual(before);
    expect(shown.changes).toEqual([
      {
        action: "update",
        path: ".planning/ROADMAP.md",
        diff: expect.stringContaining("-- [ ] Phase 1: A\r\n+- [x] Phase 1: A\r\n"),
      },
      {
        action: "create",
        path: ".planning/phases/active/01-a/new.md",
        diff: expect.stringContaining("+new"),
      },
      { action: "create", path: ".planning/phases/deep/er/x.md", diff: expect.any(String) },
      { action: "move", path: ".planning/phases/active/01-a", to: ".planning/phases/completed/01-a" },
    ]);
    expect(await act(root, edit)).toEqual(shown);
    expect(readFileSync(join(root, ".planning/ROADMAP.md"), "utf8")).toBe("# R\r\n\r\n- [x] Phase 1: A\r\n");
    const after = snapshotTree(root);
    expect(Object.keys(after).filter((path) => !after[path]!.startsWith("directory"))).toEqual([
      ".planning/ROADMAP.md",
      ".planning/phases/completed/01-a/01-01-PLAN.md",
      ".planning/phases/completed/01-a/new.md",
      ".planning/phases/deep/er/x.md",
    ]);
    expect(existsSync(join(root, WORK))).toBe(false);
  });

  test("that changes nothing writes nothing", async () => {
    const root = project(tree);
    const before = statSync(join(root, ".planning/ROADMAP.md")).mtimeMs;
    const { changes } = await act(root, (set) =>
      set.write(".planning/ROADMAP.md", set.read(".planning/ROADMAP.md")!),
    );
    expect(changes).toEqual([]);
    expect(statSync(join(root, ".planning/ROADMAP.md")).mtimeMs).toBe(before);
  });

  test("keeps permissions and encoding, and refuses what the encoding lacks", async () => {
    const root = project({ ".planning/a.md": Buffer.from([0x61, 0x97, 0x0a]) });
    chmodSync(join(root, ".planning/a.md"), 0o640);
    await act(root, (set) => set.write(".planning/a.md", `${set.read(".planning/a.md")}b—\n`));
    expect(readFileSync(join(root, ".planning/a.md"))).toEqual(
      Buffer.from([0x61, 0x97, 0x0a, 0x62, 0x97, 0x0a]),
    );
    expect(statSync(join(root, ".planning/a.md")).mode & 0o777).toBe(0o640);
    await expect(act(root, (set) => set.write(".planning/a.md", "✓"))).rejects.toMatchObject({
      code: "UNSUPPORTED_ENCODING",
    });
    expect(existsSync(join(root, WORK))).toBe(false);
  });

  test.each([
    "ROADMAP.md",
    "src/x.md",
    ".planning/../x.md",
    "../x",
    "/etc/x",
    ".planning//x",
    ".planning/./x",
  ])("%s is not written", async (path) => {
    const root = project(tree);
    await expect(act(root, (set) => set.write(path, "x"))).rejects.toMatchObject({
      code: "PATH_OUTSIDE_ROOT",
    });
  });

  test("never goes through a link, out of the root or inside it", async () => {
    const outside = project({ "x.md": "outside" });
    const root = project({
      ...tree,
      ".planning/phases/out": new Link(outside),
      ".planning/link.md": new Link("ROADMAP.md"),
      ".planning/out.md": new Link(join(outside, "x.md")),
    });
    const before = [snapshotTree(outside), snapshotTree(root)];
    for (const path of [".planning/phases/out/x.md", ".planning/phases/out/new.md"]) {
      await expect(act(root, (set) => set.write(path, "y"))).rejects.toMatchObject({
        code: "PATH_OUTSIDE_ROOT",
      });
    }
    for (const path of [".planning/link.md", ".planning/out.md"]) {
      await expect(act(root, (set) => set.write(path, "y"))).rejects.toMatchObject({ code: "WRITE_FAILED" });
    }
    await expect(
      act(root, (set) => set.move(".planning/phases/active/01-a", ".planning/phases/out/01-a")),
    ).rejects.toMatchObject({
      code: "PATH_OUTSIDE_ROOT",
    });
    expect([snapshotTree(outside), snapshotTree(root)]).toEqual(before);
  });

  test("a work directory that is a link out is refused", async () => {
    const outside = project({});
    const root = project(tree);
    symlinkSync(outside, join(root, WORK));
    await expect(act(root, edit)).rejects.toMatchObject({ code: "WRITE_FAILED" });
    expect(snapshotTree(outside)).toEqual({});
  });

  test.each(["..", "../src", "../.planning/phases"])(
    "a work directory that is a link to %s loses nothing",
    async (target) => {
      const root = project({ ...tree, "src/x.ts": "own" });
      symlinkSync(target, join(root, WORK));
      const before = snapshotTree(root);
      expect(await settle(root)).toMatchObject([{ code: "UNFINISHED_CHANGE" }]);
      await expect(act(root, edit)).rejects.toMatchObject({ code: "WRITE_FAILED" });
      expect(snapshotTree(root)).toEqual(before);
    },
  );

  test.each<[string, Tree]>([
    ["a file in its place", { [WORK]: "a file" }],
    ["a journal that never ends", { [`${WORK}/journal.json`]: new Link("/dev/zero") }],
    ["a journal that is a directory", { [`${WORK}/journal.json`]: {} }],
  ])("%s is an answer, and nothing is lost", async (_, more) => {
    const note: Tree = WORK in more ? {} : { [`${WORK}/.gitignore`]: "*\n" };
    const root = project({ ...tree, ...note, ...more });
    const before = snapshotTree(root);
    expect(await settle(root)).toMatchObject([{ code: "UNFINISHED_CHANGE" }]);
    await expect(act(root, edit)).rejects.toBeInstanceOf(Error);
    expect(snapshotTree(root)).toEqual(before);
  });

  test("what is not this program's stays in the work directory", async () => {
    const root = project({ ...tree, [`${WORK}/mine.md`]: "mine", [`${WORK}/stage.7/x`]: "x" });
    await act(root, edit);
    const after = snapshotTree(root);
    expect(after[`${WORK}/mine.md`]).toContain("mine");
    expect(after[`${WORK}/stage.7/x`]).toContain("x");
  });

  test("a lock with an id that is a path touches nothing else", async () => {
    const outside = project({ "victim.txt": "v" });
    const root = project({
      ...tree,
      [`${WORK}/lock`]: JSON.stringify({
        ...owner(),
        id: `/../../../../${outside}/victim.txt`,
        pid: 2 ** 22 + 1,
      }),
      [`${WORK}/next.`]: {},
    });
    const long = new Date(Date.now() - 3_600_000);
    utimesSync(join(root, WORK, "lock"), long, long);
    utimesSync(join(outside, "victim.txt"), long, long);
    await settle(root);
    expect(readFileSync(join(outside, "victim.txt"), "utf8")).toBe("v");
  });

  test("is decided anew when another program edits meanwhile, and given up after a few times", async () => {
    const root = project(tree);
    let edits = 0;
    const meddle = (times: number) => (set: ChangeSet) => {
      const text = set.read(".planning/ROADMAP.md")!;
      if (edits++ < times) writeFileSync(join(root, ".planning/ROADMAP.md"), `${text}by hand ${edits}\n`);
      set.write(".planning/ROADMAP.md", `${text}by us\n`);
    };
    await act(root, meddle(2));
    expect(readFileSync(join(root, ".planning/ROADMAP.md"), "utf8")).toMatch(
      /by hand 1\nby hand 2\nby us\n$/,
    );
    edits = 0;
    await expect(act(root, meddle(99))).rejects.toMatchObject({ code: "WRITE_CONFLICT" });
    expect(readFileSync(join(root, ".planning/ROADMAP.md"), "utf8")).not.toMatch(/by us\n.*by us/s);
    expect(existsSync(join(root, WORK))).toBe(false);
  });
});

test("a change waits for a program that edits on and on for a second", async () => {
  const root = project(tree);
  const until = Date.now() + 1_000;
  const { changes } = await act(root, (set) => {
    const text = set.read(".planning/ROADMAP.md")!;
    if (Date.now() < until) writeFileSync(join(root, ".planning/ROADMAP.md"), `${text}x\n`);
    set.write(".planning/ROADMAP.md", `${text}by us\n`);
  });
  expect(changes).toHaveLength(1);
});

test.skipIf(!existsSync("/proc/self/fd"))(
  "the work directory's own name is on the disk before a change begins",
  async () => {
    const root = project(tree);
    const done: string[] = [];
    const { fsyncSync } = fs;
    vi.spyOn(fs, "fsyncSync").mockImplementation((handle) => {
      done.push(readlinkSync(`/proc/self/fd/${handle}`));
      fsyncSync(handle);
    });
    const stop = watchOperations(({ name, paths }) => {
      if (name === "renameSync") done.push(paths.at(-1)!);
    });
    try {
      await act(root, (set) => set.write(".planning/ROADMAP.md", "# Other\n"));
    } finally {
      stop();
      vi.restoreAllMocks();
    }
    const begun = done.indexOf(join(root, WORK, "journal.json"));
    expect(begun).toBeGreaterThan(0);
    expect(done.slice(0, begun)).toContain(join(root, ".planning"));
  },
);

test("steps are refused, and nothing done, when one file is not what it was", async () => {
  const root = project(tree);
  const lock = await acquireLock(root);
  const before = snapshotTree(root);
  const steps = [
    { kind: "write" as const, path: ".planning/new.md", before: null, after: Buffer.from("x") },
    {
      kind: "write" as const,
      path: ".planning/ROADMAP.md",
      before: Buffer.from("other"),
      after: Buffer.from("y"),
    },
  ];
  expect(applySteps(root, steps)).toBe(".planning/ROADMAP.md");
  expect(snapshotTree(root)).toEqual(before);
  lock.release();
});
