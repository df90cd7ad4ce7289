import { spawn } from "node:child_process";
import { randomUUID } from "node:crypto";
import {
  chmodSync,
  existsSync,
  mkdirSync,
  readFileSync,
  readlinkSync,
  statSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from "node:fs";
import { hostname } from "node:os";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import type { ChangeSet } from "../../src/workspace/change-set.ts";
import { applySteps } from "../../src/workspace/journal.ts";
import { acquireLock } from "../../src/workspace/lock.ts";
import { settle } from "../../src/workspace/recovery.ts";
import { transact } from "../../src/workspace/transaction.ts";
import { Workspace } from "../../src/workspace/workspace.ts";
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
  changes.write(".planning/deep/er/x.md", "x");
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
      { action: "create", path: ".planning/deep/er/x.md", diff: expect.any(String) },
      { action: "move", path: ".planning/phases/active/01-a", to: ".planning/phases/completed/01-a" },
    ]);
    expect(await act(root, edit)).toEqual(shown);
    expect(readFileSync(join(root, ".planning/ROADMAP.md"), "utf8")).toBe("# R\r\n\r\n- [x] Phase 1: A\r\n");
    const after = snapshotTree(root);
    expect(Object.keys(after).filter((path) => !after[path]!.startsWith("directory"))).toEqual([
      ".planning/ROADMAP.md",
      ".planning/deep/er/x.md",
      ".planning/phases/completed/01-a/01-01-PLAN.md",
      ".planning/phases/completed/01-a/new.md",
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
      ".planning/out": new Link(outside),
      ".planning/link.md": new Link("ROADMAP.md"),
      ".planning/out.md": new Link(join(outside, "x.md")),
    });
    const before = [snapshotTree(outside), snapshotTree(root)];
    for (const path of [".planning/out/x.md", ".planning/out/new.md"]) {
      await expect(act(root, (set) => set.write(path, "y"))).rejects.toMatchObject({
        code: "PATH_OUTSIDE_ROOT",
      });
    }
    for (const path of [".planning/link.md", ".planning/out.md"]) {
      await expect(act(root, (set) => set.write(path, "y"))).rejects.toMatchObject({ code: "WRITE_FAILED" });
    }
    await expect(
      act(root, (set) => set.move(".planning/phases/active/01-a", ".planning/out/01-a")),
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
    const root = project({ ...tree, ...more });
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

describe("after a crash", () => {
  /** Stops `applySteps` at its nth system call of a kind, as a crash would, by leaving its files as they are then. */
  async function crashed(root: string, after: "staging" | "journal" | "some steps"): Promise<void> {
    const script = `
      const fs = require("node:fs");
      const { kill } = process;
      let renames = 0;
      const rename = fs.renameSync;
      fs.renameSync = (from, to) => {
        if (${after === "staging"}) kill(process.pid, "SIGKILL");
        rename(from, to);
        renames++;
        if (${after === "journal"} && renames === 1) kill(process.pid, "SIGKILL");
        if (${after === "some steps"} && renames === 2) kill(process.pid, "SIGKILL");
      };
      import(${JSON.stringify(await bundle(root))}).then(async (m) => { await m.run(${JSON.stringify(root)}); });
    `;
    const child = spawn(process.execPath, ["-e", script], { stdio: "inherit" });
    const signal = await new Promise((resolve) => child.on("exit", (_, killed) => resolve(killed)));
    expect(signal).toBe("SIGKILL");
  }

  async function bundle(root: string): Promise<string> {
    const { build } = await import("esbuild");
    const outfile = `${root}-crash.mjs`;
    const source = (name: string) => JSON.stringify(join(import.meta.dirname, "../../src/workspace", name));
    await build({
      stdin: {
        contents: `
          import { transact } from ${source("transaction.ts")};
          import { Workspace } from ${source("workspace.ts")};
          export const run = (root) => transact(new Workspace(root), { dryRun: false }, (_, changes) => {
            (${edit.toString().replaceAll("__vite_ssr", "x")})(changes);
            return {};
          });`,
        resolveDir: join(import.meta.dirname, "../.."),
        loader: "ts",
      },
      outfile,
      bundle: true,
      platform: "node",
      format: "esm",
      banner: {
        js: 'import { createRequire } from "node:module"; const require = createRequire(import.meta.url);',
      },
      external: ["simple-git"],
      logLevel: "error",
    });
    const { rmSync } = await import("node:fs");
    const { onTestFinished } = await import("vitest");
    onTestFinished(() => rmSync(outfile, { force: true }));
    return outfile;
  }

  const expected = async () => {
    const root = project(tree);
    await act(root, edit);
    return snapshotTree(root);
  };

  test.each([
    ["staging", false],
    ["journal", true],
    ["some steps", true],
  ] as const)("in the moment after %s, the next call finishes it: %s", async (moment, finishes) => {
    const root = project(tree);
    const before = snapshotTree(root);
    await crashed(root, moment);
    expect(existsSync(join(root, WORK))).toBe(true);
    const start = performance.now();
    expect(await settle(root)).toEqual([]);
    expect(performance.now() - start).toBeLessThan(500);
    expect(snapshotTree(root)).toEqual(finishes ? await expected() : before);
  });

  test("a file that was edited since is not overwritten; the way out is said, and works", async () => {
    const root = project(tree);
    await crashed(root, "journal");
    writeFileSync(join(root, ".planning/ROADMAP.md"), "edited by hand\n");
    expect(await settle(root)).toMatchObject([{ code: "UNFINISHED_CHANGE", severity: "error" }]);
    await expect(act(root, edit)).rejects.toMatchObject({
      code: "RECOVERY_CONFLICT",
      details: { path: ".planning/ROADMAP.md" },
    });
    expect(readFileSync(join(root, ".planning/ROADMAP.md"), "utf8")).toBe("edited by hand\n");
    const { rmSync } = await import("node:fs");
    rmSync(join(root, WORK), { recursive: true });
    expect(await settle(root)).toEqual([]);
  });
});

describe("a journal that is not ours", () => {
  const entry = (more: object) => [
    { kind: "write", path: ".planning/x.md", before: null, after: "0".repeat(64), stage: "stage.0", ...more },
  ];

  test.each<[string, unknown]>([
    ["no JSON", "{"],
    ["no list", {}],
    ["a path outside of .planning", entry({ path: "src/x.ts" })],
    ["a path out of the root", entry({ path: ".planning/../../x" })],
    ["an absolute path", entry({ path: "/etc/x" })],
    ["a staged file elsewhere", entry({ stage: "../../secret" })],
    ["its own directory", entry({ path: `${WORK}/lock` })],
    ["a move out", [{ kind: "move", path: ".planning/phases", to: "phases" }]],
    ["an unknown step", [{ kind: "run", path: ".planning/x" }]],
    ["a content that is not there", entry({})],
  ])("%s: nothing is done with it", async (_, journal) => {
    const root = project({
      ...tree,
      [`${WORK}/journal.json`]: typeof journal === "string" ? journal : JSON.stringify(journal),
      [`${WORK}/stage.0`]: "text",
      "src/x.ts": "own",
      secret: "secret",
    });
    const before = snapshotTree(root);
    expect(await settle(root)).toMatchObject([{ code: "UNFINISHED_CHANGE" }]);
    await expect(act(root, edit)).rejects.toMatchObject({ code: "RECOVERY_CONFLICT" });
    expect(snapshotTree(root)).toEqual(before);
  });
});

describe("the lock", () => {
  test("holders follow each other: 30 writers of one file lose nothing", async () => {
    const root = project(tree);
    const path = ".planning/list.md";
    await Promise.all(
      Array.from({ length: 30 }, (_, index) =>
        act(root, (set) => set.write(path, `${set.read(path) ?? ""}${index}\n`)),
      ),
    );
    const lines = readFileSync(join(root, path), "utf8").trim().split("\n");
    expect(lines.map(Number).sort((a, b) => a - b)).toEqual(Array.from({ length: 30 }, (_, index) => index));
    expect(existsSync(join(root, WORK))).toBe(false);
  });

  test.each([
    ["a process that has ended", { pid: 2 ** 22 + 1 }],
    ["a process number that is used again", { pid: process.pid, started: "1" }],
  ])("of %s is taken over at once, by one of many", async (_, own) => {
    const root = project(tree);
    mkdirSync(join(root, WORK));
    const dead = { ...owner(), ...own };
    const rival = { ...owner(), ...own };
    writeFileSync(join(root, WORK, "lock"), JSON.stringify(dead));
    writeFileSync(join(root, WORK, `next.${dead.id}`), JSON.stringify(rival));
    let holders = 0;
    let most = 0;
    const start = performance.now();
    await Promise.all(
      Array.from({ length: 8 }, async () => {
        const lock = await acquireLock(root);
        most = Math.max(most, ++holders);
        await new Promise((resolve) => setTimeout(resolve, 3));
        holders--;
        lock.release();
      }),
    );
    expect(most).toBe(1);
    expect(performance.now() - start).toBeLessThan(2_000);
    expect(existsSync(join(root, WORK))).toBe(false);
  });

  test("can be waited for until the call is cancelled", async () => {
    const root = project(tree);
    const lock = await acquireLock(root);
    const abort = new AbortController();
    const waiting = acquireLock(root, abort.signal);
    abort.abort();
    await expect(waiting).rejects.toThrow();
    lock.release();
  });
});

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
  expect(applySteps(root, steps)).toBe(false);
  expect(snapshotTree(root)).toEqual(before);
  lock.release();
});
