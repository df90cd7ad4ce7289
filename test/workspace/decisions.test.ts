/** A change is decided anew when anything that it was decided from is not any more what it was. */
import {
  appendFileSync,
  existsSync,
  mkdirSync,
  readFileSync,
  renameSync,
  rmSync,
  utimesSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { PlanningError } from "../../src/errors.ts";
import type { ChangeSet } from "../../src/workspace/change-set.ts";
import { transact } from "../../src/workspace/transaction.ts";
import { Workspace } from "../../src/workspace/workspace.ts";
import { WORK } from "../support/engine.ts";
import { Link, project, type Tree } from "../support/project.ts";

const PHASES = ".planning/phases";

const tree: Tree = {
  ".planning/config.json": '{"a":1}',
  ".planning/ROADMAP.md": "# R\n",
  ".planning/STATE.md": "# S\n",
  ".planning/link.md": new Link("STATE.md"),
  [`${PHASES}/active/01-a/01-01-PLAN.md`]: "plan",
  [`${PHASES}/active/link`]: new Link("01-a"),
};

type Look = (workspace: Workspace, changes: ChangeSet) => unknown;

/** Looks, lets another program in the first time, and edits ROADMAP.md. */
async function decide(root: string, look: Look, meddle: (root: string) => void, times = 1) {
  let decisions = 0;
  const change = transact(new Workspace(root), { dryRun: false }, (workspace, changes) => {
    const seen = look(workspace, changes);
    if (decisions++ < times) meddle(root);
    changes.write(".planning/ROADMAP.md", `# R, decided on ${JSON.stringify(seen)}\n`);
    return { seen };
  });
  return { ...(await change), decisions };
}

const file = (path: string) => (root: string) => join(root, path);
const state = file(".planning/STATE.md");
const active = file(`${PHASES}/active`);

describe.each([
  ["young", 0],
  ["old", 60_000],
])("in a tree that is %s", (_, ageMs) => {
  const settled = () => {
    const root = project(tree);
    const then = new Date(Date.now() - ageMs);
    for (const path of ["config.json", "ROADMAP.md", "STATE.md", "phases/active", "phases"]) {
      if (ageMs > 0) utimesSync(join(root, ".planning", path), then, then);
    }
    return root;
  };

  test.each<[string, Look, (root: string) => void]>([
    [
      "a file",
      (workspace) => workspace.files.text(".planning/STATE.md"),
      (root) => appendFileSync(state(root), "more\n"),
    ],
    [
      "a file of the same size",
      (workspace) => workspace.files.text(".planning/config.json"),
      (root) => writeFileSync(join(root, ".planning/config.json"), '{"a":2}'),
    ],
    [
      "the head of a file",
      (workspace) => workspace.files.text(".planning/STATE.md", "head"),
      (root) => writeFileSync(state(root), "# T\n"),
    ],
    [
      "a file behind a link",
      (workspace) => workspace.files.text(".planning/link.md"),
      (root) => writeFileSync(state(root), "# Other\n"),
    ],
    [
      "a file that goes",
      (workspace) => workspace.files.isFile(".planning/STATE.md"),
      (root) => rmSync(state(root)),
    ],
    [
      "a file that comes",
      (workspace) => workspace.files.text(".planning/REQUIREMENTS.md"),
      (root) => writeFileSync(join(root, ".planning/REQUIREMENTS.md"), "# R\n"),
    ],
    [
      "a file in a directory that comes",
      (workspace) => workspace.files.text(".planning/new/x.md"),
      (root) => {
        mkdirSync(join(root, ".planning/new"));
        writeFileSync(join(root, ".planning/new/x.md"), "x");
      },
    ],
    [
      "entries of a directory, one more",
      (workspace) => workspace.files.list(`${PHASES}/active`),
      (root) => mkdirSync(join(active(root), "02-b")),
    ],
    [
      "entries of a directory, one less",
      (workspace) => workspace.files.list(`${PHASES}/active`),
      (root) => renameSync(join(active(root), "01-a"), join(root, PHASES, "01-a")),
    ],
    [
      "entries of a directory that comes",
      (workspace) => workspace.files.list(`${PHASES}/completed`),
      (root) => mkdirSync(join(root, PHASES, "completed/01-z"), { recursive: true }),
    ],
    [
      "whether something is there",
      (workspace) => workspace.files.exists(`${PHASES}/pending`),
      (root) => mkdirSync(join(root, PHASES, "pending")),
    ],
    [
      "a file that the change set has read and leaves",
      (_, changes) => changes.read(".planning/STATE.md"),
      (root) => writeFileSync(state(root), "# T\n"),
    ],
    [
      "the file that is edited, read before",
      (workspace, changes) => [
        workspace.files.text(".planning/ROADMAP.md"),
        changes.read(".planning/ROADMAP.md"),
      ],
      (root) => appendFileSync(join(root, ".planning/ROADMAP.md"), "more\n"),
    ],
    [
      "the phases",
      (workspace) => workspace.directories().map(({ name }) => name),
      (root) => mkdirSync(join(root, PHASES, "active/02-b")),
    ],
  ])("%s", async (_, look, meddle) => {
    const root = settled();
    const { decisions, seen } = await decide(root, look, meddle);
    expect(decisions).toBe(2);
    // What it was decided from in the end is what stands there.
    const now = look(new Workspace(root), { read: (path: string) => readBefore(path) } as ChangeSet);
    if (!JSON.stringify(now).includes("decided on")) expect(seen).toEqual(now);
    expect(readFileSync(join(root, ".planning/ROADMAP.md"), "utf8")).toBe(
      `# R, decided on ${JSON.stringify(seen)}\n`,
    );
    expect(existsSync(join(root, WORK))).toBe(false);

    function readBefore(path: string): string {
      return readFileSync(join(root, path), "utf8");
    }
  });

  test("nothing else makes it decide again", async () => {
    const look: Look = (workspace, changes) => {
      workspace.files.text(".planning/ROADMAP.md");
      workspace.files.list(".planning");
      workspace.files.list(`${PHASES}/active`);
      workspace.files.exists(`${PHASES}/pending`);
      workspace.directories();
      changes.read(".planning/STATE.md");
      return null;
    };
    const other = (root: string) => writeFileSync(join(root, PHASES, "active/01-a/01-01-PLAN.md"), "new");
    expect((await decide(settled(), look, other)).decisions).toBe(1);
  });
});

test("a file that was one thing and then another in the same decision", async () => {
  const root = project(tree);
  const { decisions, seen } = await decide(
    root,
    (workspace) => {
      const first = workspace.files.text(".planning/STATE.md");
      if (first === "# S\n") writeFileSync(state(root), "# Another\n");
      return [first, workspace.files.text(".planning/STATE.md")];
    },
    () => {},
  );
  expect(decisions).toBe(2);
  expect(seen).toEqual(["# Another\n", "# Another\n"]);
});

test("a refusal and an answer without changes are decided anew too", async () => {
  for (const ending of ["refuse", "answer"] as const) {
    const root = project(tree);
    let decisions = 0;
    const change = transact(new Workspace(root), { dryRun: false }, (workspace) => {
      const names = workspace.files.list(`${PHASES}/active`).map(({ name }) => name);
      if (decisions++ === 0) mkdirSync(join(active(root), "02-b"));
      if (ending === "refuse") throw new PlanningError("PHASE_NOT_FOUND", names.join(" "));
      return { names };
    });
    if (ending === "refuse") await expect(change).rejects.toMatchObject({ message: "01-a 02-b link" });
    else expect(await change).toEqual({ names: ["01-a", "02-b", "link"], changes: [] });
    expect(decisions).toBe(2);
  }
});

test("it is given up after a few times, and what was in the way is named", async () => {
  const root = project(tree);
  const decided = decide(
    root,
    (workspace) => workspace.files.text(".planning/STATE.md"),
    () => appendFileSync(state(root), "more\n"),
    99,
  );
  await expect(decided).rejects.toMatchObject({
    code: "WRITE_CONFLICT",
    details: { path: ".planning/STATE.md" },
  });
  expect(readFileSync(join(root, ".planning/ROADMAP.md"), "utf8")).toBe("# R\n");
  expect(existsSync(join(root, WORK))).toBe(false);
});
