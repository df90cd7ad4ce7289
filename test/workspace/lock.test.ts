import { spawn } from "node:child_process";
import { randomUUID } from "node:crypto";
import fs, {
  existsSync,
  mkdirSync,
  readFileSync,
  readlinkSync,
  renameSync,
  rmSync,
  statSync,
  utimesSync,
  writeFileSync,
} from "node:fs";
import { hostname } from "node:os";
import { join } from "node:path";
import { afterEach, describe, expect, onTestFinished, test, vi } from "vitest";
import { acquireLock, isLocked } from "../../src/workspace/lock.ts";
import { settle } from "../../src/workspace/recovery.ts";
import { transact } from "../../src/workspace/transaction.ts";
import { Workspace } from "../../src/workspace/workspace.ts";
import { WORK } from "../support/engine.ts";
import { project, snapshotTree, type Tree, write } from "../support/project.ts";

const tree: Tree = { ".planning/ROADMAP.md": "# R\n" };
/** Beyond every process number. */
const NOBODY = 2 ** 22 + 1;

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

/** A project with a lock whose last sign of life is some seconds old. */
function lockedProject(holder: object, silentSeconds: number): string {
  const root = project({ ...tree, [`${WORK}/lock`]: JSON.stringify(holder) });
  const then = new Date(Date.now() - silentSeconds * 1_000);
  utimesSync(lockFile(root), then, then);
  return root;
}

const lockFile = (root: string) => join(root, WORK, "lock");

test("files that name each other, and times to come, keep nobody out", async () => {
  const [a, b] = [owner(), owner()];
  const dead = (holder: object) => JSON.stringify({ ...holder, pid: NOBODY });
  const old = new Date(Date.now() - 3_600_000);
  const future = new Date(Date.now() + 10 ** 11);
  for (const files of [
    { lock: "x", "next.unreadable": "x" },
    { lock: dead(a), [`next.${a.id}`]: dead(a) },
    { lock: dead(a), [`next.${a.id}`]: dead(b), [`next.${b.id}`]: dead(a) },
  ]) {
    for (const time of [old, future]) {
      const root = project({ ...tree, [WORK]: files });
      for (const name of Object.keys(files)) utimesSync(join(root, WORK, name), time, time);
      const lock = await acquireLock(root, { waitMs: 5_000 });
      expect(lock.isHeld()).toBe(true);
      lock.release();
    }
  }
});

test("holders follow each other: 30 writers of one file lose nothing", async () => {
  const root = project(tree);
  const path = ".planning/list.md";
  await Promise.all(
    Array.from({ length: 30 }, (_, index) =>
      transact(new Workspace(root), { dryRun: false }, (_, set) => {
        set.write(path, `${set.read(path) ?? ""}${index}\n`);
        return {};
      }),
    ),
  );
  const lines = readFileSync(join(root, path), "utf8").trim().split("\n");
  expect(lines.map(Number).sort((a, b) => a - b)).toEqual(Array.from({ length: 30 }, (_, index) => index));
  expect(existsSync(join(root, WORK))).toBe(false);
});

describe("the lock", () => {
  test.each([
    ["a process that has ended", { pid: NOBODY }],
    ["a process number that is used again", { pid: process.pid, started: "1" }],
  ])("of %s is taken over at once, by one of many", async (_, own) => {
    const root = project(tree);
    mkdirSync(join(root, WORK));
    const dead = { ...owner(), ...own };
    const rival = { ...owner(), ...own };
    writeFileSync(lockFile(root), JSON.stringify(dead));
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

  test("of a process that has ended is gone after the next call that reads", async () => {
    const root = lockedProject({ ...owner(), pid: NOBODY }, 0);
    expect(await settle(root)).toEqual([]);
    expect(Object.keys(snapshotTree(root))).not.toContain(WORK);
  });

  test("of a process that has ended may be just taken over by another when somebody reads", async () => {
    const dead = { ...owner(), pid: NOBODY };
    const root = lockedProject(dead, 0);
    const started = existsSync("/proc/self/stat")
      ? readFileSync("/proc/self/stat", "utf8").split(") ").at(-1)!.split(" ")[19]
      : "";
    write(root, { [`${WORK}/next.${dead.id}`]: JSON.stringify({ ...owner(), started }) });
    expect(await settle(root)).toEqual([]);
    expect(existsSync(lockFile(root))).toBe(true);
  });

  test("goes with what a crash left beside it", async () => {
    const root = project({
      ...tree,
      [`${WORK}/draft.${randomUUID()}`]: "",
      [`${WORK}/next.${randomUUID()}`]: "{}",
      [`${WORK}/next.unreadable`]: "{}",
      // The note for git, cut off too.
      [`${WORK}/.gitignore`]: "",
    });
    expect(await settle(root)).toEqual([]);
    expect(existsSync(join(root, WORK))).toBe(false);
  });

  test("can be waited for until the call is cancelled", async () => {
    const root = project(tree);
    const lock = await acquireLock(root);
    const abort = new AbortController();
    const waiting = acquireLock(root, { signal: abort.signal });
    abort.abort();
    await expect(waiting).rejects.toThrow();
    lock.release();
  });

  test("is not waited for without end, and its holder is named", async () => {
    const root = project(tree);
    const lock = await acquireLock(root);
    await expect(acquireLock(root, { waitMs: 20 })).rejects.toMatchObject({
      code: "PROJECT_LOCKED",
      message: expect.stringContaining(`Process ${process.pid} on ${hostname()} has been `),
    });
    lock.release();
    lock.release();
    expect(existsSync(join(root, WORK))).toBe(false);
  });
});

test("git sees nothing of the directory", async () => {
  const root = project(tree);
  const lock = await acquireLock(root);
  expect(readFileSync(join(root, WORK, ".gitignore"), "utf8")).toBe("*\n");
  lock.release();
});

describe("an owner that cannot be asked", () => {
  test.each([
    ["on another host", { host: "elsewhere" }],
    ["in another container", { scope: "another boot pid:[1]" }],
  ])("%s is alive as long as it says so", async (_, own) => {
    const holder = { ...owner(), ...own, pid: NOBODY };
    const silent = lockedProject(holder, 50);
    expect(isLocked(silent)).toBe(true);
    await expect(acquireLock(silent, { waitMs: 20 })).rejects.toMatchObject({ code: "PROJECT_LOCKED" });
    const dead = lockedProject(holder, 70);
    expect(isLocked(dead)).toBe(false);
    (await acquireLock(dead, { waitMs: 20 })).release();
    expect(existsSync(join(dead, WORK))).toBe(false);
  });

  test("a lock that cannot be read counts as such a one", async () => {
    expect(isLocked(lockedProject({ id: "no owner" }, 50))).toBe(true);
    expect(isLocked(lockedProject({ id: "no owner" }, 70))).toBe(false);
  });
});

describe("an owner that has ended while its commit goes on", () => {
  /** A hook of that commit, in its own group. */
  function commit(
    root: string,
    own: object = {},
  ): { holder: ReturnType<typeof owner>; end(): Promise<unknown> } {
    const child = spawn("sleep", ["60"], { detached: true, stdio: "ignore" });
    const ended = new Promise((resolve) => child.on("exit", resolve));
    onTestFinished(() => {
      child.kill("SIGKILL");
    });
    const holder = { ...owner(), pid: NOBODY };
    const started = existsSync("/proc/self/stat")
      ? readFileSync(`/proc/${child.pid}/stat`, "utf8").split(") ")[1]!.split(" ")[19]
      : "";
    const note = { group: child.pid, started, ...own };
    write(root, {
      [`${WORK}/lock`]: JSON.stringify(holder),
      [`${WORK}/group.${holder.id}`]: JSON.stringify(note),
    });
    return {
      holder,
      end() {
        child.kill("SIGKILL");
        return ended;
      },
    };
  }

  test("holds the lock until that is over", async () => {
    const root = project(tree);
    const { end } = commit(root);
    expect(isLocked(root)).toBe(true);
    await expect(acquireLock(root, { waitMs: 20 })).rejects.toMatchObject({
      code: "PROJECT_LOCKED",
      message: expect.stringMatching(
        /^A commit of process \d+, with its hooks in process group \d+, is not over/,
      ),
    });
    await end();
    (await acquireLock(root, { waitMs: 0 })).release();
    expect(existsSync(join(root, WORK))).toBe(false);
  });

  test("holds it for ten minutes at most", () => {
    const root = project(tree);
    commit(root);
    for (const [minutes, isHeld] of [
      [9, true],
      [11, false],
    ] as const) {
      const then = new Date(Date.now() - minutes * 60_000);
      utimesSync(lockFile(root), then, then);
      expect(isLocked(root)).toBe(isHeld);
    }
  });

  test.skipIf(!existsSync("/proc/self/stat"))("does not hold it for a number that is used again", () => {
    const root = project(tree);
    commit(root, { started: "1" });
    expect(isLocked(root)).toBe(false);
  });

  test.each<object>([{ group: 1 }, { group: -1 }, { group: "1" }, { group: 1.5 }, { started: 1 }])(
    "does not hold it for what is no group: %j",
    (own) => {
      const root = project(tree);
      commit(root, own);
      expect(isLocked(root)).toBe(false);
    },
  );
});

test("where the system tells little of processes, an owner is dead when it is silent", () => {
  const { readFileSync: readFile, readlinkSync: readLink } = fs;
  const isHidden = (path: unknown) =>
    typeof path === "string" && /^\/proc\/(?:self\/ns|sys|\d+\/stat)/.test(path);
  const hide = <Args extends [unknown, ...unknown[]], Result>(read: (...args: Args) => Result) =>
    ((...args: Args) => {
      if (isHidden(args[0])) throw Object.assign(new Error("ENOENT"), { code: "ENOENT" });
      return read(...args);
    }) as never;
  vi.spyOn(fs, "readFileSync").mockImplementation(hide(readFile as never));
  vi.spyOn(fs, "readlinkSync").mockImplementation(hide(readLink as never));
  try {
    // Alive after a restart of the machine, but another program.
    const holder = { ...owner(), scope: "" };
    expect(isLocked(lockedProject(holder, 50))).toBe(true);
    expect(isLocked(lockedProject(holder, 70))).toBe(false);
    expect(isLocked(lockedProject({ ...holder, pid: NOBODY }, 0))).toBe(false);
  } finally {
    vi.restoreAllMocks();
  }
});

describe("the heartbeat", () => {
  afterEach(() => {
    vi.useRealTimers();
  });
  const beating = async (root: string) => {
    vi.useFakeTimers({ toFake: ["setInterval", "clearInterval"] });
    return acquireLock(root);
  };
  const old = new Date(Date.now() - 3_600_000);
  const age = (path: string) => Date.now() - statSync(path).mtimeMs;

  test("keeps a held lock young, and its owner as it is", async () => {
    const root = project(tree);
    const lock = await beating(root);
    const text = readFileSync(lockFile(root), "utf8");
    utimesSync(lockFile(root), old, old);
    vi.advanceTimersByTime(6_000);
    expect(age(lockFile(root))).toBeLessThan(60_000);
    expect(readFileSync(lockFile(root), "utf8")).toBe(text);
    lock.release();
    expect(vi.getTimerCount()).toBe(0);
  });

  test.each<[string, (root: string) => void]>([
    [
      "another owner's",
      (root) => {
        writeFileSync(`${lockFile(root)}.new`, JSON.stringify(owner()));
        renameSync(`${lockFile(root)}.new`, lockFile(root));
      },
    ],
    ["no owner's", (root) => writeFileSync(lockFile(root), "mine\n")],
    ["gone", (root) => rmSync(lockFile(root))],
    ["gone with its directory", (root) => rmSync(join(root, WORK), { recursive: true })],
  ])("never touches a lock that is %s, and throws nothing", async (_, change) => {
    const root = project(tree);
    const lock = await beating(root);
    change(root);
    if (existsSync(lockFile(root))) utimesSync(lockFile(root), old, old);
    const before = existsSync(lockFile(root)) ? readFileSync(lockFile(root), "utf8") : null;
    vi.advanceTimersByTime(20_000);
    expect(lock.isHeld()).toBe(false);
    lock.release();
    expect(existsSync(lockFile(root)) ? readFileSync(lockFile(root), "utf8") : null).toBe(before);
    if (before !== null) expect(age(lockFile(root))).toBeGreaterThan(3_000_000);
    expect(vi.getTimerCount()).toBe(0);
  });

  test("never keeps a process alive", async () => {
    const root = project(tree);
    const lock = join(import.meta.dirname, "../../src/workspace/lock.ts");
    const { build } = await import("esbuild");
    const outfile = join(root, "holder.mjs");
    await build({
      stdin: {
        contents: `import { acquireLock } from ${JSON.stringify(lock)}; await acquireLock(process.argv[2]);`,
        resolveDir: import.meta.dirname,
      },
      outfile,
      bundle: true,
      platform: "node",
      format: "esm",
      logLevel: "error",
    });
    const child = spawn(process.execPath, [outfile, root], { stdio: "inherit" });
    expect(await new Promise((resolve) => child.on("exit", resolve))).toBe(0);
    expect(existsSync(lockFile(root))).toBe(true);
    expect(isLocked(root)).toBe(false);
  });
});

test("a change is not begun by who has lost the lock meanwhile", async () => {
  const root = project(tree);
  const before = snapshotTree(root);
  const change = transact(new Workspace(root), { dryRun: false }, (_, set) => {
    // As another host does with a process that was stopped for an hour.
    writeFileSync(lockFile(root), JSON.stringify({ ...owner(), pid: NOBODY }));
    set.write(".planning/ROADMAP.md", "# Other\n");
    return {};
  });
  await expect(change).rejects.toMatchObject({ code: "PROJECT_LOCKED" });
  await settle(root);
  expect(snapshotTree(root)).toEqual(before);
});
