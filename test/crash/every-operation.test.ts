/**
 * The engine is killed ahead of each operation that it does: while it changes, while it takes a failed change back, and
 * while it ends what an earlier crash left. What is found then is the tree before or after.
 */
import { existsSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { settle } from "../../src/workspace/recovery.ts";
import { buildEngine, type Ended, type Engine, engineProject, type Run, WORK } from "../support/engine.ts";
import { takeEveryStep } from "../support/engine-change.ts";
import { snapshotTree } from "../support/project.ts";

type Snapshot = Record<string, string>;

/** Processes at a time. */
const AT_ONCE = 2;

let engine: Engine;
beforeAll(async () => {
  engine = await buildEngine();
});
afterAll(() => engine.remove());

async function beforeAndAfter(): Promise<{ before: Snapshot; after: Snapshot }> {
  const root = engineProject();
  const before = snapshotTree(root);
  await takeEveryStep(root);
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
  await takeEveryStep(root);
  expect(snapshotTree(root), when).toEqual(after);
  return isBefore ? "before" : "after";
}

/** The runs in a few processes, each on a project of its own. */
async function runAll(
  runs: readonly Omit<Run, "root">[],
): Promise<(Ended & { root: string; run: string })[]> {
  const given = runs.map((run) => ({ ...run, root: engineProject() }));
  const ended = await inProcesses(given);
  return given.map(({ root }, index) => ({ ...ended[index]!, root, run: JSON.stringify(runs[index]) }));
}

async function inProcesses(runs: readonly Run[]): Promise<Ended[]> {
  const each = Math.ceil(runs.length / AT_ONCE);
  const parts = Array.from({ length: AT_ONCE }, (_, at) => runs.slice(at * each, (at + 1) * each));
  return (await Promise.all(parts.map((part) => engine.runAll(part)))).flat();
}

function numbers(from: number, to: number): number[] {
  return Array.from({ length: Math.max(0, to - from + 1) }, (_, index) => from + index);
}

/** Where the journal begins to stand and where it ends, among the operations of a whole run. */
function journalOf({ operations }: Ended): { begun: number; ended: number } {
  const at = (name: string, file: string) =>
    operations.findIndex((one) => one.name === name && one.paths.at(-1)?.endsWith(`/${file}`)) + 1;
  return { begun: at("renameSync", "journal.json"), ended: at("rmSync", "journal.json") };
}

async function wholeRun(more: Partial<Run> = {}): Promise<Ended & { root: string }> {
  const [whole] = await runAll([{ what: "change", ...more }]);
  expect(whole).toMatchObject({ isKilled: false });
  return whole!;
}

test("killed ahead of each operation of a change", { timeout: 900_000 }, async () => {
  const trees = await beforeAndAfter();
  const whole = await wholeRun();
  expect(whole.error).toBeNull();
  expect(snapshotTree(whole.root)).toEqual(trees.after);
  const outcomes = { before: 0, after: 0 };
  const all = numbers(1, whole.operations.length);
  for (const { root, isKilled, run } of await runAll(all.map((killAt) => ({ what: "change", killAt })))) {
    expect(isKilled, run).toBe(true);
    outcomes[await requireWhole(root, trees, run)]++;
  }
  expect(outcomes.before).toBeGreaterThan(10);
  expect(outcomes.after).toBeGreaterThan(10);
  // By the system itself, which is the same and much slower.
  for (const killAt of all.filter((at) => at % 10 === 0)) {
    const [alone, together] = [engineProject(), engineProject()];
    expect(await engine.run({ root: alone, what: "change", killAt })).toMatchObject({ isKilled: true });
    await engine.runAll([{ root: together, what: "change", killAt }]);
    expect(withoutOwners(alone), `killed at ${killAt}`).toEqual(withoutOwners(together));
    await requireWhole(alone, trees, `killed at ${killAt}`);
  }
});

/** What differs from process to process is their numbers, and the random parts of names. */
function withoutOwners(root: string): Snapshot {
  const uuid = /[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}/g;
  const text = JSON.stringify(snapshotTree(root)).replace(uuid, "id");
  return JSON.parse(text.replace(/\\"(pid|started)\\":(?:\d+|\\"\d*\\")/g, "$1"));
}

test("killed ahead of each operation while a change that failed is taken back", {
  timeout: 900_000,
}, async () => {
  const trees = await beforeAndAfter();
  const { begun, ended } = journalOf(await wholeRun());
  expect(begun).toBeGreaterThan(0);
  expect(ended).toBeGreaterThan(begun + 10);
  const failures = numbers(begun + 1, ended).map((failAt) => ({ what: "change" as const, failAt }));
  const kills: Omit<Run, "root">[] = [];
  for (const [index, { root, error, operations, isKilled, run }] of (await runAll(failures)).entries()) {
    expect({ isKilled, error }, run).toEqual({ isKilled: false, error: expect.stringContaining("EIO") });
    expect(snapshotTree(root), run).toEqual(trees.before);
    const { failAt } = failures[index]!;
    kills.push(
      ...numbers(failAt + 1, operations.length).map((killAt) => ({
        what: "change" as const,
        failAt,
        killAt,
      })),
    );
  }
  for (const { root, isKilled, run } of await runAll(kills)) {
    expect(isKilled, run).toBe(true);
    await requireWhole(root, trees, run);
  }
});

test("a disk that fails from some operation on: the next process ends it", { timeout: 900_000 }, async () => {
  const trees = await beforeAndAfter();
  const { ended } = journalOf(await wholeRun());
  const runs = numbers(1, ended).map((failAt) => ({ what: "change" as const, failAt, failsOn: true }));
  for (const { root, error, run } of await runAll(runs)) {
    expect(error, run).toMatch(/^(?:WRITE_FAILED|EIO)/);
    await requireWhole(root, trees, run);
  }
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
    const crash = { what: "change" as const, ...moment };
    const [first] = await runAll([crash]);
    expect(first).toMatchObject({ isKilled: true });
    const [settled] = await engine.runAll([{ root: first!.root, what: "settle" }]);
    const outcome = await requireWhole(first!.root, trees, first!.run);
    const kills = numbers(1, settled!.operations.length);
    const crashed = await runAll(kills.map(() => crash));
    const again = await inProcesses(
      crashed.map(({ root }, index) => ({ root, what: "settle", killAt: kills[index]! })),
    );
    for (const [index, { root, run }] of crashed.entries()) {
      const when = `${run}, then at ${kills[index]}`;
      expect(again[index], when).toMatchObject({ isKilled: true });
      expect(await requireWhole(root, trees, when)).toBe(outcome);
    }
  }
});
