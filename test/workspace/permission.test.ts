/** What may not be written is found before anything is. The system lets root do everything. */
import { chmodSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import type { ChangeSet } from "../../src/workspace/change-set.ts";
import { transact } from "../../src/workspace/transaction.ts";
import { Workspace } from "../../src/workspace/workspace.ts";
import { project, snapshotTree } from "../support/project.ts";

const PHASES = ".planning/phases";
const isRoot = process.getuid?.() === 0;

test.skipIf(isRoot).each<[string, string, (changes: ChangeSet) => void]>([
  ["the directory of a file", PHASES, (changes) => changes.write(`${PHASES}/x.md`, "x")],
  [
    "the directory that a new one comes into",
    PHASES,
    (changes) => changes.write(`${PHASES}/pending/02-b/.gitkeep`, ""),
  ],
  [
    "the directory of a file that goes",
    `${PHASES}/active/01-a`,
    (changes) => changes.remove(`${PHASES}/active/01-a/a.md`),
  ],
  [
    "where a directory comes from",
    `${PHASES}/active`,
    (changes) => changes.move(`${PHASES}/active/01-a`, `${PHASES}/completed/01-a`),
  ],
  [
    "where a directory goes",
    `${PHASES}/completed`,
    (changes) => changes.move(`${PHASES}/active/01-a`, `${PHASES}/completed/01-a`),
  ],
  [
    "a directory that gets another parent",
    `${PHASES}/active/01-a`,
    (changes) => changes.move(`${PHASES}/active/01-a`, `${PHASES}/completed/01-a`),
  ],
])("%s", async (_, directory, collect) => {
  const root = project({
    [PHASES]: { "active/01-a/a.md": "a", completed: {} },
    ".planning/ROADMAP.md": "# R\n",
  });
  const before = snapshotTree(root);
  chmodSync(join(root, directory), 0o555);
  onTestFinished(() => chmodSync(join(root, directory), 0o755));
  const change = transact(new Workspace(root), { dryRun: false }, (_, changes) => {
    changes.write(".planning/ROADMAP.md", "# Other\n");
    collect(changes);
    return {};
  });
  await expect(change).rejects.toMatchObject({
    code: "WRITE_FAILED",
    message: `${directory} may not be written (EACCES).`,
    details: { path: directory },
  });
  chmodSync(join(root, directory), 0o755);
  expect(snapshotTree(root)).toEqual(before);
});

test("a file without write permission is edited, and keeps its mode", async () => {
  const root = project({ ".planning/ROADMAP.md": "# R\n" });
  const file = join(root, ".planning/ROADMAP.md");
  chmodSync(file, 0o444);
  await transact(new Workspace(root), { dryRun: false }, (_, changes) => {
    changes.write(".planning/ROADMAP.md", "# Other\n");
    return {};
  });
  expect(readFileSync(file, "utf8")).toBe("# Other\n");
  expect(statSync(file).mode & 0o777).toBe(0o444);
});

test.skipIf(isRoot)(
  "a directory that keeps its parent, or a file, needs no permission of its own",
  async () => {
    const root = project({ [PHASES]: { "active/01-a/a.md": "a", "active/b.md": "b", completed: {} } });
    chmodSync(join(root, PHASES, "active/01-a"), 0o555);
    chmodSync(join(root, PHASES, "active/b.md"), 0o444);
    await transact(new Workspace(root), { dryRun: false }, (_, changes) => {
      changes.moveFile(`${PHASES}/active/b.md`, `${PHASES}/completed/b.md`);
      changes.move(`${PHASES}/active/01-a`, `${PHASES}/active/01-c`);
      return {};
    });
    onTestFinished(() => chmodSync(join(root, PHASES, "active/01-c"), 0o755));
    expect(Object.keys(snapshotTree(root))).toContain(`${PHASES}/active/01-c/a.md`);
  },
);
