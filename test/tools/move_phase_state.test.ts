import { execFileSync } from "node:child_process";
import { existsSync, lstatSync, readdirSync, readlinkSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import movePhaseState from "../../tools/move_phase_state.ts";
import { call, callError } from "../support/client.ts";
import { Link, plan, project, snapshotTree, type Tree } from "../support/project.ts";

const PASSED = "---\nstatus: passed\n---\n";
const done: Tree = {
  "03-01-PLAN.md": plan({ wave: 1 }),
  "03-01-SUMMARY.md": "s",
  "03-VERIFICATION.md": PASSED,
};

const phase = (files: Tree, more: Tree = {}, state = "active") =>
  project({ [`.planning/phases/${state}/03-chat`]: files, ...more });

const where = (root: string) =>
  ["pending", "active", "completed"].filter((state) =>
    existsSync(join(root, ".planning/phases", state, "03-chat")),
  );

describe("a move", () => {
  test.each([
    ["pending", "active"],
    ["active", "pending"],
    ["active", "completed"],
    ["completed", "active"],
  ])("from %s to %s is one rename, shown by its dry run, and done once", async (from, to) => {
    const root = phase(done, {}, from);
    const before = snapshotTree(root);
    const shown = await call(movePhaseState, { phase: "3", to, dry_run: true }, root);
    expect(snapshotTree(root)).toEqual(before);
    const path = `.planning/phases/${from}/03-chat`;
    const target = `.planning/phases/${to}/03-chat`;
    expect(shown).toMatchObject({
      phase: { id: "03", state: to, dir: target },
      from,
      to,
      status: "moved",
      missing: [],
      changes: [{ action: "move", path, to: target }],
    });
    expect(await call(movePhaseState, { phase: "3", to }, root)).toEqual(shown);
    expect(where(root)).toEqual([to]);
    const moved = Object.fromEntries(
      Object.entries(before).map(([name, content]) => [
        name.replace(`phases/${from}/03-chat`, `phases/${to}/03-chat`),
        content,
      ]),
    );
    expect(snapshotTree(root)).toMatchObject(
      Object.fromEntries(Object.entries(moved).filter(([name]) => name.endsWith(".md"))),
    );
    expect(await call(movePhaseState, { phase: "3", to }, root)).toMatchObject({
      status: "unchanged",
      changes: [],
      phase: { dir: target },
    });
  });

  test("of a flat phase goes into the state that is asked for", async () => {
    const root = project({ ".planning/phases/03-chat": done });
    expect(await call(movePhaseState, { phase: "3", to: "active" }, root)).toMatchObject({
      from: "flat",
      status: "moved",
    });
    expect(where(root)).toEqual(["active"]);
    expect(existsSync(join(root, ".planning/phases/03-chat"))).toBe(false);
  });
});

describe("completing is checked", () => {
  test.each<[string, Tree, Record<string, unknown>, string[]]>([
    ["no plans", { "03-CONTEXT.md": "c" }, {}, ["NO_PLANS"]],
    ["a plan without summary", { ...done, "03-02-PLAN.md": plan() }, {}, ["MISSING_SUMMARY"]],
    ["an empty summary", { ...done, "03-01-SUMMARY.md": "" }, {}, ["MISSING_SUMMARY"]],
    [
      "a blocked summary",
      { ...done, "03-01-SUMMARY.md": "---\nstatus: blocked\n---\n" },
      {},
      ["MISSING_SUMMARY"],
    ],
    ["no verification", { "03-01-PLAN.md": plan(), "03-01-SUMMARY.md": "s" }, {}, ["MISSING_VERIFICATION"]],
    [
      "gaps",
      { ...done, "03-VERIFICATION.md": "---\nstatus: gaps_found\ngaps: [a]\n---\n" },
      {},
      ["VERIFICATION_NOT_PASSED"],
    ],
    [
      "a status that is not understood",
      { ...done, "03-VERIFICATION.md": "---\nstatus: PARTIAL PASS\n---\n" },
      {},
      ["VERIFICATION_NOT_PASSED"],
    ],
    [
      "a person is needed",
      { ...done, "03-VERIFICATION.md": "---\nstatus: human_needed\n---\n" },
      {},
      ["HUMAN_NEEDED"],
    ],
    [
      "several things",
      { "03-01-PLAN.md": plan(), "03-02-PLAN.md": plan() },
      {},
      ["MISSING_SUMMARY", "MISSING_SUMMARY", "MISSING_VERIFICATION"],
    ],
  ])("%s blocks", async (_, files, args, codes) => {
    const root = phase(files);
    const before = snapshotTree(root);
    const answer = await call(movePhaseState, { phase: "3", to: "completed", ...args }, root);
    expect(answer).toMatchObject({ status: "blocked", changes: [], phase: { state: "active" } });
    expect(answer.missing.map(({ code }) => code)).toEqual(codes);
    expect(snapshotTree(root)).toEqual(before);

    const forced = await call(movePhaseState, { phase: "3", to: "completed", force: true }, root);
    expect(forced).toMatchObject({ status: "moved", missing: answer.missing });
    expect(forced.diagnostics.filter(({ code }) => code === "FORCED_COMPLETION")).toHaveLength(codes.length);
    expect(where(root)).toEqual(["completed"]);
  });

  test.each<[string, Tree, Tree, Record<string, unknown>]>([
    [
      "a person agreed",
      { ...done, "03-VERIFICATION.md": "---\nstatus: human_needed\n---\n" },
      {},
      { accept_human: true },
    ],
    [
      "no verifier",
      { "03-01-PLAN.md": plan(), "03-01-SUMMARY.md": "s" },
      { ".planning/config.json": '{"workflow":{"verifier":false}}' },
      {},
    ],
    ["only gap closure", { "03-01-PLAN.md": plan({ gap_closure: true }), "03-01-SUMMARY.md": "s" }, {}, {}],
    ["a bare verification", { "PLAN.md": plan(), "SUMMARY.md": "s", "VERIFICATION.md": PASSED }, {}, {}],
  ])("%s: it may", async (_, files, more, args) => {
    expect(
      await call(movePhaseState, { phase: "3", to: "completed", ...args }, phase(files, more)),
    ).toMatchObject({
      status: "moved",
      missing: [],
    });
  });

  test("a split phase that counts as completed is checked before it is joined", async () => {
    const root = project({
      ".planning/phases": {
        "completed/03-chat": { "03-01-PLAN.md": plan() },
        "active/03-chat": { "x.md": "x" },
      },
    });
    const before = snapshotTree(root);
    expect(await call(movePhaseState, { phase: "3", to: "completed" }, root)).toMatchObject({
      status: "blocked",
      from: "completed",
      missing: [{ code: "MISSING_SUMMARY" }, { code: "MISSING_VERIFICATION" }],
      changes: [],
    });
    expect(snapshotTree(root)).toEqual(before);
    const forced = await call(movePhaseState, { phase: "3", to: "completed", force: true }, root);
    expect(forced.status).toBe("moved");
    expect(forced.diagnostics.filter(({ code }) => code === "FORCED_COMPLETION")).toHaveLength(2);
    expect(where(root)).toEqual(["completed"]);
    // Nothing is left to change, so nothing is checked.
    expect(await call(movePhaseState, { phase: "3", to: "completed" }, root)).toMatchObject({
      status: "unchanged",
      missing: [],
    });
  });

  test("other states are not checked", async () => {
    expect(await call(movePhaseState, { phase: "3", to: "pending" }, phase({}))).toMatchObject({
      status: "moved",
      missing: [],
    });
  });
});

describe("a split phase is joined", () => {
  test("equal copies fold, the rest goes along, also from below", async () => {
    const root = project({
      ".planning/phases": {
        "active/03-chat": { "03-01-SUMMARY.md": "s", "same.md": "same", "evidence/a.txt": "a" },
        "pending/03-chat": {
          "03-01-PLAN.md": plan(),
          "same.md": "same",
          "evidence/b.txt": "b",
          "evidence/a.txt": "a",
          empty: {},
        },
      },
    });
    const shown = await call(movePhaseState, { phase: "3", to: "active", dry_run: true }, root);
    expect(await call(movePhaseState, { phase: "3", to: "active" }, root)).toEqual(shown);
    expect(shown.status).toBe("moved");
    expect(where(root)).toEqual(["active"]);
    expect(readdirSync(join(root, ".planning/phases/active/03-chat")).sort()).toEqual([
      "03-01-PLAN.md",
      "03-01-SUMMARY.md",
      "evidence",
      "same.md",
    ]);
    expect(readdirSync(join(root, ".planning/phases/active/03-chat/evidence")).sort()).toEqual([
      "a.txt",
      "b.txt",
    ]);
  });

  test("into a third state", async () => {
    const root = project({
      ".planning/phases": {
        "active/03-chat": { "03-01-SUMMARY.md": "s", "03-VERIFICATION.md": PASSED },
        "pending/03-chat": { "03-01-PLAN.md": plan() },
      },
    });
    expect(await call(movePhaseState, { phase: "3", to: "completed" }, root)).toMatchObject({
      status: "moved",
      from: "active",
    });
    expect(where(root)).toEqual(["completed"]);
    expect(readdirSync(join(root, ".planning/phases/completed/03-chat")).sort()).toEqual([
      "03-01-PLAN.md",
      "03-01-SUMMARY.md",
      "03-VERIFICATION.md",
    ]);
  });

  test.each([
    ["a link that leads nowhere", new Link("nowhere.md")],
    ["a link out of the root", new Link("/etc/hostname")],
    ["a link to a file", new Link("03-01-PLAN.md")],
    ["a link to a directory", new Link("../../../../src")],
    ["a pipe", null],
  ])("%s goes along as it is", async (_, link) => {
    const root = project({
      ".planning/phases": {
        "active/03-chat": { "03-01-SUMMARY.md": "s" },
        "pending/03-chat": { "03-01-PLAN.md": plan(), ...(link && { "deep/odd": link }), "deep/x.md": "x" },
      },
      src: { "app.ts": "x" },
    });
    const odd = (state: string) => join(root, `.planning/phases/${state}/03-chat/deep/odd`);
    if (!link) execFileSync("mkfifo", [odd("pending")]);
    const shown = await call(movePhaseState, { phase: "3", to: "active", dry_run: true }, root);
    expect(await call(movePhaseState, { phase: "3", to: "active" }, root)).toEqual(shown);
    expect(where(root)).toEqual(["active"]);
    if (link) expect(readlinkSync(odd("active"))).toBe(link.target);
    else expect(lstatSync(odd("active")).isFIFO()).toBe(true);
    expect(readdirSync(join(root, "src"))).toEqual(["app.ts"]);
  });

  test.each<[string, Tree, Tree]>([
    ["two links", { odd: new Link("nowhere") }, { odd: new Link("nowhere") }],
    ["a link and a file", { odd: "a file" }, { odd: new Link("nowhere") }],
    ["a link to a directory and a directory", { "odd/a.md": "a" }, { odd: new Link("../../../../src") }],
  ])("%s of one name refuse, with the name", async (_, active, pending) => {
    const root = project({
      ".planning/phases": { "active/03-chat": active, "pending/03-chat": pending },
      "src/app.ts": "x",
    });
    const before = snapshotTree(root);
    const shown = await callError(movePhaseState, { phase: "3", to: "active", dry_run: true }, root);
    expect(JSON.stringify(shown)).toContain("03-chat/odd");
    expect(await callError(movePhaseState, { phase: "3", to: "active" }, root)).toEqual(shown);
    expect(snapshotTree(root)).toEqual(before);
  });

  test("copies that differ refuse, with the files", async () => {
    const root = project({
      ".planning/phases": {
        "active/03-chat": { "x.md": "1", "y.md": "y" },
        "pending/03-chat": { "x.md": "2", "y.md": "y" },
      },
    });
    const before = snapshotTree(root);
    expect(await callError(movePhaseState, { phase: "3", to: "active" }, root)).toMatchObject({
      code: "SPLIT_CONFLICT",
      expected: [".planning/phases/active/03-chat/x.md", ".planning/phases/pending/03-chat/x.md"],
    });
    expect(snapshotTree(root)).toEqual(before);
  });
});

describe("a split phase whose places have a file and a directory of one name", () => {
  test.each<[string, Tree, Tree, string[]]>([
    [
      "a directory beside the file that stays",
      { evidence: "a file" },
      { "evidence/a.txt": "a" },
      ["active/03-chat/evidence", "pending/03-chat/evidence"],
    ],
    [
      "a file beside the directory that stays",
      { "evidence/a.txt": "a" },
      { evidence: "a file" },
      ["active/03-chat/evidence", "pending/03-chat/evidence"],
    ],
    ["an empty directory", { "x/y": "a file" }, { "x/y": {} }, ["active/03-chat/x/y", "pending/03-chat/x/y"]],
    [
      "beside files that differ",
      { evidence: "a file", "b.md": "1" },
      { "evidence/a.txt": "a", "b.md": "2" },
      ["active/03-chat/evidence", "pending/03-chat/evidence", "active/03-chat/b.md", "pending/03-chat/b.md"],
    ],
  ])("%s", async (_, active, pending, expected) => {
    const root = project({ ".planning/phases": { "active/03-chat": active, "pending/03-chat": pending } });
    const before = snapshotTree(root);
    for (const to of ["active", "pending", "completed"]) {
      const error = await callError(movePhaseState, { phase: "3", to, force: true }, root);
      expect(error.code).toBe("SPLIT_CONFLICT");
      expect([...(error.expected as string[])].sort()).toEqual(
        expected.map((path) => `.planning/phases/${path}`).sort(),
      );
    }
    expect(snapshotTree(root)).toEqual(before);
  });

  test("of three places, between the two that are joined", async () => {
    const root = project({
      ".planning/phases": {
        "completed/03-chat": { "a.md": "a" },
        "active/03-chat": { x: "a file" },
        "pending/03-chat": { "x/y.md": "y" },
      },
    });
    expect(await callError(movePhaseState, { phase: "3", to: "completed", force: true }, root)).toMatchObject(
      {
        code: "SPLIT_CONFLICT",
        expected: [".planning/phases/active/03-chat/x", ".planning/phases/pending/03-chat/x"],
      },
    );
  });
});

test("a state that is a link to another loses nothing", async () => {
  for (const target of ["active", "../../src"]) {
    const root = project({
      ".planning/phases/active/03-chat": done,
      ".planning/phases/pending": new Link(target),
      "src/03-chat": done,
    });
    const before = snapshotTree(root);
    expect(await callError(movePhaseState, { phase: "3", to: "active" }, root)).toMatchObject({
      code: "WRITE_FAILED",
    });
    expect(snapshotTree(root)).toEqual(before);
  }
});

describe("refusals", () => {
  test("something else stands in the target's place", async () => {
    for (const other of ["a file", new Link("nowhere")]) {
      const root = phase(done, { ".planning/phases/completed/03-chat": other });
      const before = snapshotTree(root);
      expect(await callError(movePhaseState, { phase: "3", to: "completed" }, root)).toMatchObject({
        code: "TARGET_EXISTS",
        path: ".planning/phases/completed/03-chat",
      });
      expect(snapshotTree(root)).toEqual(before);
    }
  });

  test("no directory, a collision, broken settings", async () => {
    const roadmap = { ".planning/ROADMAP.md": "# R\n\n### Phase 4: Later\n\n**Goal:** x\n" };
    expect(await callError(movePhaseState, { phase: "4", to: "active" }, phase(done, roadmap))).toMatchObject(
      { code: "PHASE_NOT_STARTED" },
    );
    expect(
      await callError(
        movePhaseState,
        { phase: "3", to: "active" },
        phase(done, { ".planning/phases/pending/3-other": {} }),
      ),
    ).toMatchObject({
      code: "PHASE_COLLISION",
    });
    const broken = phase(done, { ".planning/config.json": "{" });
    expect(await callError(movePhaseState, { phase: "3", to: "completed" }, broken)).toMatchObject({
      code: "INVALID_CONFIG",
      path: ".planning/config.json",
    });
    expect(where(broken)).toEqual(["active"]);
  });
});
