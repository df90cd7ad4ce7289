/**
 * The engine is killed ahead of each operation that it does, one process for each: while it changes, while it takes a
 * failed change back, and while it ends what an earlier crash left. What is found then is the tree before or after.
 */
import { existsSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { settle } from "../../src/workspace/recovery.ts";
import { transact } from "../../src/workspace/transaction.ts";
import { Workspace } from "../../src/workspace/workspace.ts";
import { buildEngine, type Ended, engineProject, type Run, WORK } from "../support/engine.ts";
import { everyStep } from "../support/engine-change.ts";
import { snapshotTree } from "../support/project.ts";

type Snapshot = Record<string, string>;

/** Processes at a time. */
const AT_ONCE = 2;

let engine: Awaited<ReturnType<typeof buildEngine>>;
beforeAll(async () => {
  engine = await buildEngine();
});
afterAll(() => engine.remove());

const act = (root: string) =>
  transact(new Workspace(root), { dryRun: false }, (_, changes) => {
    everyStep(changes);
    return {};
  });

async function beforeAndAfter(): Promise<{ before: Snapshot; after: Snapshot }> {
  const root = engineProject();
  const before = snapshotTree(root);
  await act(root);
  return { before, after: snapshotTree(root) };
}

/** The next call settles it: nothing remains beside, and the tree is one of the two. The same change then is done. */
async function requireWhole(
  root: string,
  { before, after }: { before: Snapshot; after: Snapshot },
  when: string,
) {
  expect(await settle(root), when).toEqual([]);
  expect(existsSync(join(root, WORK)), when).toBe(false);
  const found = snapshotTree(root);
  const isBefore = found[".planning/ROADMAP.md"] === before[".planning/ROADMAP.md"];
  expect(found, when).toEqual(isBefore ? before : after);
  await act(root);
  expect(snapshotTree(root), when).toEqual(after);
  return isBefore ? "before" : "after";
}

/** Each of the numbers, a few at a time. */
async function forEach(from: number, to: number, run: (at: number) => Promise<void>): Promise<void> {
  let next = from;
  const worker = async () => {
    while (next <= to) await run(next++);
  };
  await Promise.all(Array.from({ length: AT_ONCE }, worker));
}

/** Where the journal begins to stand and where it ends, among the operations of a whole run. */
function journalOf({ operations }: Ended): { begun: number; ended: number } {
  const at = (name: string, file: string) =>
    operations.findIndex((one) => one.name === name && one.paths.at(-1)?.endsWith(`/${file}`)) + 1;
  return { begun: at("renameSync", "journal.json"), ended: at("rmSync", "journal.json") };
}

async function wholeRun(more: Partial<Run> = {}): Promise<Ended & { root: string }> {
  const root = engineProject();
  return { root, ...(await engine.run({ root, what: "change", ...more })) };
}

test("killed ahead of each operation of a change", { timeout: 900_000 }, async () => {
  const trees = await beforeAndAfter();
  const whole = await wholeRun();
  expect(whole).toMatchObject({ signal: null, error: null });
  expect(snapshotTree(whole.root)).toEqual(trees.after);
  const outcomes = { before: 0, after: 0 };
  await forEach(1, whole.operations.length, async (killAt) => {
    const { root, signal } = await wholeRun({ killAt });
    expect(signal, `at ${killAt}`).toBe("SIGKILL");
    outcomes[await requireWhole(root, trees, `killed at ${killAt}`)]++;
  });
  expect(outcomes.before).toBeGreaterThan(10);
  expect(outcomes.after).toBeGreaterThan(10);
});

test("killed ahead of each operation while a change that failed is taken back", {
  timeout: 900_000,
}, async () => {
  const trees = await beforeAndAfter();
  const { begun, ended } = journalOf(await wholeRun());
  expect(begun).toBeGreaterThan(0);
  expect(ended).toBeGreaterThan(begun + 10);
  for (let failAt = begun + 1; failAt <= ended; failAt++) {
    const failed = await wholeRun({ failAt });
    expect(failed, `failed at ${failAt}`).toMatchObject({
      signal: null,
      error: expect.stringContaining("EIO"),
    });
    expect(snapshotTree(failed.root), `failed at ${failAt}`).toEqual(trees.before);
    await forEach(failAt + 1, failed.operations.length, async (killAt) => {
      const { root, signal } = await wholeRun({ failAt, killAt });
      expect(signal).toBe("SIGKILL");
      await requireWhole(root, trees, `failed at ${failAt}, killed at ${killAt}`);
    });
  }
});

test("a disk that fails from some operation on: the next process ends it", { timeout: 900_000 }, async () => {
  const trees = await beforeAndAfter();
  const whole = await wholeRun();
  await forEach(1, journalOf(whole).ended, async (failAt) => {
    const { root, error } = await wholeRun({ failAt, failsOn: true });
    expect(error, `failed from ${failAt}`).toMatch(/^(?:WRITE_FAILED|EIO)/);
    await requireWhole(root, trees, `failed from ${failAt}`);
  });
});

test("killed ahead of each operation while it ends what a crash left", { timeout: 900_000 }, async () => {
  const trees = await beforeAndAfter();
  const { begun, ended } = journalOf(await wholeRun());
  const moments: Partial<Run>[] = [
    { killAt: begun + 1 },
    // After the journal's new name, which is the first operation of taking back.
    { failAt: ended, killAt: ended + 2 },
    { failAt: ended - 1, killAt: ended + 6 },
  ];
  for (const moment of moments) {
    const crashed = async () => {
      const { root, signal } = await wholeRun(moment);
      expect(signal).toBe("SIGKILL");
      return root;
    };
    const root = await crashed();
    const { operations } = await engine.run({ root, what: "settle" });
    const outcome = await requireWhole(root, trees, JSON.stringify(moment));
    await forEach(1, operations.length, async (killAt) => {
      const again = await crashed();
      expect((await engine.run({ root: again, what: "settle", killAt })).signal).toBe("SIGKILL");
      expect(await requireWhole(again, trees, `${JSON.stringify(moment)}, then at ${killAt}`)).toBe(outcome);
    });
  }
});
