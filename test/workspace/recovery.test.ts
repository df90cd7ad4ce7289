/** What a crash left, and what only looks like it. Every moment of a crash is in test/crash. */
import { createHash } from "node:crypto";
import {
  existsSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { settle } from "../../src/workspace/recovery.ts";
import { transact } from "../../src/workspace/transaction.ts";
import { Workspace } from "../../src/workspace/workspace.ts";
import { buildEngine, type Engine, engineProject, WORK } from "../support/engine.ts";
import { takeEveryStep } from "../support/engine-change.ts";
import { git, gitProject } from "../support/git.ts";
import { Link, project, snapshotTree, type Tree, write } from "../support/project.ts";

let engine: Engine;
beforeAll(async () => {
  engine = await buildEngine();
});
afterAll(() => engine.remove());

const hash = (text: string) => createHash("sha256").update(text).digest("hex");

/** Ahead of its first step, or of that step's way back. */
async function crashed(way: "forward" | "back"): Promise<string> {
  const { operations } = await engine.run({ root: engineProject(), what: "change" });
  const named = (file: string) => operations.findIndex(({ paths }) => paths.at(-1)?.endsWith(`/${file}`)) + 1;
  const [begun, ended] = [
    named("journal.json"),
    operations.findLastIndex(({ paths }) => paths.at(-1)?.endsWith("/journal.json")) + 1,
  ];
  const root = engineProject();
  const moment = way === "forward" ? { killAt: begun + 2 } : { failAt: ended, killAt: ended + 2 };
  expect(await engine.run({ root, what: "change", ...moment })).toMatchObject({ isKilled: true });
  expect(existsSync(join(root, WORK, way === "forward" ? "journal.json" : "rollback.json"))).toBe(true);
  return root;
}

test.each(["forward", "back"] as const)("it is ended at once: %s", async (way) => {
  const root = await crashed(way);
  const start = performance.now();
  expect(await settle(root)).toEqual([]);
  expect(performance.now() - start).toBeLessThan(500);
  expect(readFileSync(join(root, ".planning/ROADMAP.md"), "utf8")).toContain(
    way === "forward" ? "[x]" : "[ ]",
  );
  expect(existsSync(join(root, WORK))).toBe(false);
});

test("a file that was edited since is not overwritten; the way out is said, and works", async () => {
  const root = await crashed("forward");
  writeFileSync(join(root, ".planning/OLD.md"), "edited by hand\n");
  expect(await settle(root)).toMatchObject([{ code: "UNFINISHED_CHANGE", severity: "error" }]);
  await expect(takeEveryStep(root)).rejects.toMatchObject({
    code: "RECOVERY_CONFLICT",
    // What the change replaced is nowhere else.
    details: { path: ".planning/OLD.md", hint: expect.stringContaining(`move ${WORK} out of the project`) },
  });
  expect(readFileSync(join(root, ".planning/OLD.md"), "utf8")).toBe("edited by hand\n");
  renameSync(join(root, WORK), join(project({}), "kept"));
  expect(await settle(root)).toEqual([]);
});

test("a file that was edited since is left alone while a change is taken back, and named once", async () => {
  const root = await crashed("back");
  const before = snapshotTree(engineProject());
  writeFileSync(join(root, ".planning/ROADMAP.md"), "edited by hand\n");
  expect(await settle(root)).toEqual([
    {
      code: "UNFINISHED_CHANGE",
      severity: "warning",
      message: expect.stringContaining("taken back"),
      path: ".planning/ROADMAP.md",
    },
  ]);
  const found = snapshotTree(root);
  expect(found[".planning/ROADMAP.md"]).toContain("edited by hand\n");
  expect({ ...found, ".planning/ROADMAP.md": "" }).toEqual({ ...before, ".planning/ROADMAP.md": "" });
  expect(await settle(root)).toEqual([]);
});

test.each([
  ["gone", (image: string) => rmSync(image)],
  ["another", (image: string) => writeFileSync(`${image}`, "tampered")],
  [
    "a link to the same content",
    (image: string) => {
      writeFileSync(`${image}.mine`, readFileSync(image));
      rmSync(image);
      symlinkSync(`${image}.mine`, image);
    },
  ],
])("what a file was before is %s: the change stays where it is, and says so", async (_, spoil) => {
  const root = await crashed("back");
  // The fourth step removes OLD.md.
  spoil(join(root, WORK, "before.3"));
  expect(await settle(root)).toMatchObject([{ code: "UNFINISHED_CHANGE", severity: "error" }]);
  const found = snapshotTree(root);
  await expect(takeEveryStep(root)).rejects.toMatchObject({
    code: "RECOVERY_CONFLICT",
    details: { path: ".planning/OLD.md" },
  });
  expect(snapshotTree(root)).toEqual(found);
});

test("a change of 14,000 files is ended after a crash", { timeout: 60_000 }, async () => {
  const names = Array.from(
    { length: 14_000 },
    (_, index) => `${index}-${"a-rather-long-name-of-a-file".repeat(4)}.md`,
  );
  const steps = names.map((name) => ({
    kind: "move",
    path: `.planning/phases/pending/01-a/${name}`,
    to: `.planning/phases/active/01-a/${name}`,
  }));
  const root = project({
    ".planning/phases/pending/01-a": Object.fromEntries(names.map((name) => [name, ""])),
    ".planning/phases/active/01-a": {},
    [`${WORK}/journal.json`]: JSON.stringify({ steps, made: [] }),
  });
  expect(await settle(root)).toEqual([]);
  expect(readdirSync(join(root, ".planning/phases/active/01-a"))).toHaveLength(names.length);
  expect(readdirSync(join(root, ".planning/phases/pending/01-a"))).toEqual([]);
});

describe("a journal that is not ours", () => {
  const tree: Tree = {
    ".planning/ROADMAP.md": "# R\n\n- [ ] Phase 1: A\n",
    ".planning/phases/active/01-a/01-01-PLAN.md": "plan",
    "src/x.ts": "own",
    secret: "secret",
    // Else it is written, since git would see the lock.
    [`${WORK}/.gitignore`]: "*\n",
  };
  const journal = (steps: unknown, more: object = {}) => ({ steps, made: [], ...more });
  const step = (more: object) => [
    { kind: "write", path: ".planning/x.md", before: null, after: "0".repeat(64), ...more },
  ];
  const own = hash("text");

  test.each<[string, unknown]>([
    ["no JSON", "{"],
    ["nothing", ""],
    ["a list", step({})],
    ["steps that are none", journal({})],
    ["a field of its own", journal([], { extra: "run" })],
    ["a path outside of .planning", journal(step({ path: "src/x.ts" }))],
    ["a path out of the root", journal(step({ path: ".planning/../../x" }))],
    ["an absolute path", journal(step({ path: "/etc/x" }))],
    ["a staged file elsewhere", journal(step({ stage: "../../secret" }))],
    ["its own directory", journal(step({ path: `${WORK}/lock` }))],
    ["a move out", journal([{ kind: "move", path: ".planning/phases", to: "phases" }])],
    ["a move in", journal([{ kind: "move", path: "src", to: ".planning/src" }])],
    ["a directory made outside", journal([], { made: ["src"] })],
    ["a document of nobody's", journal(step({ path: ".planning/config.json" }))],
    ["a git repository in .planning", journal(step({ path: ".planning/.git/config" }))],
    ["one by another name", journal(step({ path: ".planning/phases/GIT~1/hooks/pre-commit" }))],
    [
      "one that is moved there",
      journal([{ kind: "move", path: ".planning/phases/x", to: ".planning/phases/.Git" }]),
    ],
    ["one that is made", journal([], { made: [".planning/phases/x/.git"] })],
    [
      "a mode with more than permissions",
      journal([{ kind: "rmdir", path: ".planning/phases/x", mode: 0o40755 }]),
    ],
    ["an unknown step", journal([{ kind: "run", path: ".planning/phases/x" }])],
    ["a hash that is none", journal(step({ after: "../../secret" }))],
  ])("%s: nothing is done with it", async (_, content) => {
    for (const name of ["journal.json", "rollback.json"]) {
      const root = project({
        ...tree,
        [`${WORK}/${name}`]: typeof content === "string" ? content : JSON.stringify(content),
        [`${WORK}/stage.0`]: "text",
        [`${WORK}/before.0`]: "text",
      });
      await requireRefused(root);
    }
  });

  test.each<[string, Tree]>([
    ["a content that is not there", { "journal.json": JSON.stringify(journal(step({ after: own }))) }],
    ["a content with another hash", { "journal.json": JSON.stringify(journal(step({}))), "stage.0": "text" }],
    [
      "a content behind a link",
      {
        "journal.json": JSON.stringify(journal(step({ after: hash("secret") }))),
        "stage.0": new Link("../../secret"),
      },
    ],
    [
      "an old content behind a link",
      {
        "rollback.json": JSON.stringify(
          journal([{ kind: "remove", path: ".planning/x.md", before: hash("secret") }]),
        ),
        "before.0": new Link("../../secret"),
      },
    ],
    [
      "two at once",
      { "journal.json": JSON.stringify(journal([])), "rollback.json": JSON.stringify(journal([])) },
    ],
  ])("%s: nothing is done with it", async (_, files) => {
    const work = Object.entries(files).map(([name, content]) => [`${WORK}/${name}`, content] as const);
    await requireRefused(project({ ...tree, ...Object.fromEntries(work) }));
  });

  async function requireRefused(root: string): Promise<void> {
    const before = snapshotTree(root);
    expect(await settle(root)).toMatchObject([{ code: "UNFINISHED_CHANGE", severity: "error" }]);
    await expect(takeEveryStep(root)).rejects.toMatchObject({ code: "RECOVERY_CONFLICT" });
    expect(snapshotTree(root)).toEqual(before);
  }

  test.each([".planning/.wavewright", ".planning/.WaveWright"])(
    "one that git has as %s did not come from a crash: nothing is done with it",
    async (place) => {
      const { [`${WORK}/.gitignore`]: note, ...others } = tree;
      const root = gitProject({
        ...others,
        [`${place}/journal.json`]: JSON.stringify(journal(step({ after: hash("text") }))),
        [`${place}/stage.0`]: "text",
      });
      // A file system without upper and lower case gives both names.
      if (place !== WORK) renameSync(join(root, place), join(root, WORK));
      write(root, { [`${WORK}/.gitignore`]: note! });
      const before = snapshotTree(root);
      expect(await settle(root)).toMatchObject([
        { code: "UNFINISHED_CHANGE", message: expect.stringContaining("git has it") },
      ]);
      await expect(takeEveryStep(root)).rejects.toMatchObject({ code: "RECOVERY_CONFLICT" });
      expect(snapshotTree(root)).toEqual(before);
      git(root, "rm", "-r", "--quiet", "--cached", place);
      expect(await settle(root)).toEqual([]);
      expect(readFileSync(join(root, ".planning/x.md"), "utf8")).toBe("text");
    },
  );

  test("a staged file that is a link is not written through", async () => {
    const root = project({ ...tree, [`${WORK}/stage.0`]: new Link("../../src/x.ts") });
    await transact(new Workspace(root), { dryRun: false }, (_, changes) => {
      changes.write(".planning/ROADMAP.md", "# New\n");
      return {};
    });
    expect(readFileSync(join(root, ".planning/ROADMAP.md"), "utf8")).toBe("# New\n");
    expect(readFileSync(join(root, "src/x.ts"), "utf8")).toBe("own");
    expect(existsSync(join(root, WORK))).toBe(false);
  });
});
