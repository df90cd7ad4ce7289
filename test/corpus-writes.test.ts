/** Writing tools on copies of real planning trees: what changes is what must, and nothing else. */
import { cpSync, existsSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import collectGaps from "../tools/collect_gaps.ts";
import completePhase from "../tools/complete_phase.ts";
import createGapPhases from "../tools/create_gap_phases.ts";
import movePhaseState from "../tools/move_phase_state.ts";
import projectStatus from "../tools/project_status.ts";
import { call } from "./support/client.ts";
import { CORPUS, SKIPPED, TREES } from "./support/corpus.ts";
import { project, snapshotTree } from "./support/project.ts";

if (TREES.length === 0) test.skip(SKIPPED, () => {});

function copyOf(tree: string): string {
  const root = project({});
  cpSync(join(CORPUS, tree), root, { recursive: true });
  return root;
}

const lines = (text: string | undefined) => (text ?? "").split(/(?<=\n)/);

/** The lines of `after` that are not in `before`, where every line of `before` must still be there, in order. */
function added(before: string, after: string): string[] {
  const rest = lines(before);
  const found: string[] = [];
  for (const line of lines(after)) {
    if (line === rest[0]) rest.shift();
    else found.push(line);
  }
  expect(rest.map((line) => line.trim()).filter(Boolean)).toEqual([]);
  return found;
}

describe.each(TREES)("corpus: writing to %s", (tree) => {
  test("a phase that is moved there and back leaves the tree as it was", { timeout: 60_000 }, async () => {
    const root = copyOf(tree);
    const { phases } = await call(projectStatus, { limit: 500 }, root);
    const whole = phases.filter(({ dir, state }) => dir !== null && state !== "flat").slice(0, 3);
    for (const { dir, state } of whole) {
      const name = dir!.split("/").at(-1)!;
      const twice = ["active", "pending", "completed"].filter((one) =>
        existsSync(join(root, ".planning/phases", one, name)),
      );
      if (twice.length > 1) continue;
      const before = snapshotTree(root);
      const away = state === "pending" ? "active" : "pending";
      expect(await call(movePhaseState, { phase: name, to: away }, root)).toMatchObject({ status: "moved" });
      expect(
        await call(movePhaseState, { phase: name, to: state as "active", force: true }, root),
      ).toMatchObject({ status: "moved" });
      const files = Object.entries(snapshotTree(root)).filter(
        ([, content]) => !content.startsWith("directory"),
      );
      expect(files).toEqual(Object.entries(before).filter(([, content]) => !content.startsWith("directory")));
    }
  });

  test("gap phases add lines and directories, and change no line", { timeout: 60_000 }, async () => {
    const root = copyOf(tree);
    const before = snapshotTree(root);
    const { groups, count } = await call(collectGaps, {}, root);
    const answer = await call(createGapPhases, { commit: false }, root);
    expect(answer.status).toBe(groups.length > 0 ? "created" : count > 0 ? "unchanged" : "nothing_to_do");
    const after = snapshotTree(root);
    for (const [path, content] of Object.entries(before)) {
      if (after[path] !== content) added(content, after[path]!);
    }
    const changed = Object.keys(after).filter(
      (path) => after[path] !== before[path] && !after[path]!.startsWith("directory"),
    );
    const reports = (await call(collectGaps, { limit: 500 }, root)).reports.map(({ path }) => path);
    for (const path of changed) {
      const isOurs =
        [".planning/ROADMAP.md", ".planning/STATE.md", ...reports].includes(path) ||
        answer.phases.some(({ dir }) => path === `${dir}/.gitkeep`);
      expect(isOurs, path).toBe(true);
    }
    const again = await call(collectGaps, {}, root);
    expect(again.count).toBe(count);
    expect(again.groups).toEqual([]);
    expect((await call(createGapPhases, { commit: false }, root)).status).toBe(
      count > 0 ? "unchanged" : "nothing_to_do",
    );
  });

  test("completing phases changes lines one for one, and only once", { timeout: 60_000 }, async () => {
    const root = copyOf(tree);
    // Many real phases have no verification; what is edited does not depend on it.
    writeFileSync(join(root, ".planning/config.json"), '{"workflow":{"verifier":false},"commit_docs":false}');
    const { phases } = await call(projectStatus, { limit: 500 }, root);
    const ready = phases.filter(
      ({ dir, state, plan_count, done_count }) =>
        dir && state !== "completed" && plan_count > 0 && plan_count === done_count,
    );
    for (const { dir, number } of ready.slice(0, 4)) {
      const name = dir!.split("/").at(-1)!;
      const documents = ["ROADMAP.md", "STATE.md", "REQUIREMENTS.md"]
        .map((file) => join(root, ".planning", file))
        .filter(existsSync);
      const before = documents.map((path) => readFileSync(path, "latin1"));
      expect(await call(completePhase, { phase: name }, root)).toMatchObject({ status: "completed" });
      for (const [index, path] of documents.entries()) {
        const [old, now] = [lines(before[index]), lines(readFileSync(path, "latin1"))];
        expect(now).toHaveLength(old.length);
        const changed = now.filter((line, at) => line !== old[at]);
        expect(changed.length).toBeLessThan(60);
        for (const [at, line] of now.entries())
          if (line !== old[at]) expect(/\r?\n$/.exec(line)?.[0]).toBe(/\r?\n$/.exec(old[at]!)?.[0]);
        if (path.endsWith("ROADMAP.md")) {
          // Each changed line is a box, a count or a row of this phase.
          for (const line of changed)
            expect(line).toMatch(
              new RegExp(`\\[x\\]|\\|\\s*(?:Phase )?0*${number.replace(".", "\\.")}\\b|Plans|\\d+/\\d+`),
            );
        }
      }
      expect(await call(completePhase, { phase: name }, root)).toMatchObject({
        status: "unchanged",
        changes: [],
      });
    }
    rmSync(root, { recursive: true, force: true });
  });
});
