/**
 * The built server is killed while it writes, at another moment in each round. What the next server finds is the
 * project before or after the call that was cut off, never between, and nothing else.
 */
import { existsSync } from "node:fs";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import completePhase from "../../tools/complete_phase.ts";
import { call } from "../support/client.ts";
import { WORK } from "../support/engine.ts";
import { manyPhases } from "../support/many-phases.ts";
import { project, snapshotTree } from "../support/project.ts";
import { Program } from "../support/stdio.ts";

/** CRASH_ROUNDS=2000 for a night. */
const ROUNDS = Number(process.env.CRASH_ROUNDS ?? 200);
/** From the first byte of a call to beyond its end, with a server that has just started. */
const CALL_MS = 180;
/** From taking the lock to the end of its writing. */
const WRITE_MS = 25;

test(`${ROUNDS} kills while phases are completed`, { timeout: ROUNDS * 2_000 + 60_000 }, async () => {
  const root = project(manyPhases(ROUNDS * 2));
  const shadow = project(manyPhases(ROUNDS * 2));
  let before = snapshotTree(shadow);
  let phase = 1;
  const outcomes = { before: 0, after: 0, acknowledged: 0 };
  onTestFinished(() => {
    process.stderr.write(`crash test: ${JSON.stringify(outcomes)} in ${ROUNDS} rounds\n`);
  });

  const complete = async () => {
    await call(completePhase, { phase: String(phase), commit: false, date: "2026-02-03" }, shadow);
    before = snapshotTree(shadow);
    phase++;
  };

  for (let round = 0; round < ROUNDS; round++) {
    const server = new Program({ args: ["--root", root] });
    await server.initialize();
    if (round > 0) {
      // The first call of the next server ends what the crash cut off.
      const start = performance.now();
      await server.answer(
        server.request("tools/call", { name: "discover_phase", arguments: { phase: "1" } }),
      );
      expect(performance.now() - start).toBeLessThan(2_000);
      const found = snapshotTree(root);
      if (found[".planning/ROADMAP.md"] === before[".planning/ROADMAP.md"]) {
        outcomes.before++;
        expect(found).toEqual(before);
      } else {
        outcomes.after++;
        await complete();
        expect(found).toEqual(before);
      }
    }
    const marks = [null, WORK, null, `${WORK}/journal.json`];
    const mark = marks[round % marks.length] ?? null;
    const ending = mark === null ? killWithin(server, CALL_MS) : killOnceThere(server, join(root, mark));
    // Calls follow each other until the kill; those that were answered must be on disk.
    for (;;) {
      const id = server.request("tools/call", {
        name: "complete_phase",
        arguments: { phase: String(phase), commit: false, date: "2026-02-03" },
      });
      const answered = await Promise.race([
        server.answer(id).catch(() => null),
        server.ended.then(() => null),
      ]);
      if (answered === null) break;
      expect(answered.result).not.toHaveProperty("isError");
      outcomes.acknowledged++;
      await complete();
    }
    await ending;
    expect((await server.ended).signal).toBe("SIGKILL");
  }
  expect(outcomes.before).toBeGreaterThan(0);
  expect(outcomes.after).toBeGreaterThan(0);
});

async function killWithin(server: Program, most: number): Promise<void> {
  await new Promise((resolve) => setTimeout(resolve, Math.random() * most));
  server.process.kill("SIGKILL");
}

/** At a moment after the lock was taken, or the journal written: most of a call is reading, and this may do harm. */
async function killOnceThere(server: Program, mark: string): Promise<void> {
  while (!existsSync(mark)) await new Promise((resolve) => setImmediate(resolve));
  const until = performance.now() + (mark.endsWith(WORK) ? Math.random() * WRITE_MS : Math.random());
  while (performance.now() < until) await new Promise((resolve) => setImmediate(resolve));
  server.process.kill("SIGKILL");
}
