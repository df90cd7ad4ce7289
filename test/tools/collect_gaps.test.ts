import { renameSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import collectGaps from "../../tools/collect_gaps.ts";
import { call, callError } from "../support/client.ts";
import { project, snapshotTree, type Tree, write } from "../support/project.ts";

const VERIFICATION = `---
phase: 03-chat
status: gaps_found
score: 1/4 must-haves verified
gaps:
  - truth: "User can see existing messages"
    status: failed
    reason: "No API call in Chat.tsx"
    artifacts:
      - path: "src/chat/Chat.tsx"
        issue: "No fetch"
    missing:
      - "useEffect with fetch"
  - truth: "Messages persist"
    status: partial
    reason: "Database not connected"
    artifacts:
      - path: "src/chat/Chat.tsx"
        issue: "Keeps messages in memory"
  - truth: "Users log out"
    status: resolved
---

# Phase 3 Verification
`;

const UAT = `---
status: complete
phase: 03-chat
---

## Tests

### 1. Send message
expected: It is sent
result: issue
reported: "Nothing happens"
severity: major

### 2. Delete message
expected: It is gone
result: pass

## Gaps

- truth: "Send message works"
  status: failed
  reason: "Submit handler not wired"
  severity: major
  test: 1
`;

const AUDIT = `---
milestone: v1.2.0
status: gaps_found
gaps:
  integration:
    - from_phase: 2
      to_phase: 3
      connection: "Auth -> Chat"
      reason: "User context not passed"
---
`;

const ROADMAP = "# R\n\n## Current Milestone: v1.2.0 Talk\n\n#### Phase 3: Chat\n\n**Goal:** Talk\n";

const tree = (): Tree => ({
  ".planning/ROADMAP.md": ROADMAP,
  ".planning/phases/completed/02-auth/02-VERIFICATION.md": "---\nstatus: passed\nscore: 3/3\n---\n",
  ".planning/phases/active/03-chat": { "03-VERIFICATION.md": VERIFICATION, "03-UAT.md": UAT },
  ".planning/v1.2.0-MILESTONE-AUDIT.md": AUDIT,
});

test("gaps, reports, categories and groups of the whole project", async () => {
  const root = project(tree());
  const before = snapshotTree(root);
  const answer = await call(collectGaps, {}, root);
  expect(
    answer.gaps.map(({ source, phase, line, title, status }) => [source, phase, line, title, status]),
  ).toEqual([
    ["uat", "03", 20, "Send message works", "failed"],
    ["verification", "03", 6, "User can see existing messages", "failed"],
    ["verification", "03", 14, "Messages persist", "partial"],
    ["audit", null, 6, expect.stringContaining("Auth -> Chat"), "failed"],
  ]);
  expect(answer.gaps[1]).toMatchObject({
    key: expect.stringMatching(/^gap-[0-9a-f]{12}$/),
    path: ".planning/phases/active/03-chat/03-VERIFICATION.md",
    reason: "No API call in Chat.tsx",
    severity: "major",
    artifacts: [{ path: "src/chat/Chat.tsx", issue: "No fetch" }],
    missing: ["useEffect with fetch"],
    requirement: null,
    root_cause: null,
    addressed_by: [],
  });
  expect(answer).toMatchObject({ count: 4, total: 4, next_cursor: null, totals: { reports: 4 } });
  expect(
    answer.reports.map(({ phase, source, status, score, gap_count }) => [
      phase,
      source,
      status,
      score,
      gap_count,
    ]),
  ).toEqual([
    ["02", "verification", "passed", "3/3", 0],
    ["03", "verification", "gaps_found", "1/4 must-haves verified", 2],
    ["03", "uat", "complete", null, 1],
    [null, "audit", "gaps_found", null, 1],
  ]);
  expect(answer.categories.reduce((sum, { count }) => sum + count, 0)).toBe(4);
  const together = answer.groups.find(({ files }) => files.includes("src/chat/Chat.tsx"))!;
  expect(together.gaps).toEqual(expect.arrayContaining([answer.gaps[1]!.key, answer.gaps[2]!.key]));
  expect(answer.groups.flatMap(({ gaps }) => gaps).sort()).toEqual(answer.gaps.map(({ key }) => key).sort());
  expect(snapshotTree(root)).toEqual(before);
});

describe("which reports", () => {
  test("of one phase, without the audit", async () => {
    const { gaps, reports } = await call(collectGaps, { phase: "3" }, project(tree()));
    expect(gaps.map(({ phase }) => phase)).toEqual(["03", "03", "03"]);
    expect(reports).toHaveLength(2);
  });

  test.each([
    [["verification"], 2],
    [["uat"], 1],
    [["audit"], 1],
    [["uat", "audit"], 2],
  ])("sources %j", async (sources, count) => {
    expect((await call(collectGaps, { sources }, project(tree()))).count).toBe(count);
  });

  test("no reports, all passed, and unreadable are three answers", async () => {
    const phase = (files: Tree) =>
      call(collectGaps, { phase: "3" }, project({ ".planning/phases/active/03-chat": files }));
    expect(await phase({ "03-CONTEXT.md": "c" })).toMatchObject({ count: 0, reports: [], diagnostics: [] });
    expect(await phase({ "03-VERIFICATION.md": "---\nstatus: passed\n---\n" })).toMatchObject({
      count: 0,
      reports: [{ status: "passed" }],
      diagnostics: [],
    });
    expect(await phase({ "03-VERIFICATION.md": "---\nstatus: gaps_found\n---\n" })).toMatchObject({
      count: 0,
      reports: [{ status: "gaps_found" }],
      diagnostics: [{ code: "UNPARSED_REPORT", path: ".planning/phases/active/03-chat/03-VERIFICATION.md" }],
    });
  });

  test("an unknown phase is an error", async () => {
    expect(await callError(collectGaps, { phase: "8" }, project(tree()))).toMatchObject({
      code: "PHASE_NOT_FOUND",
    });
  });
});

test("keys stay when the phase changes state, and when another report or gap is added", async () => {
  const root = project(tree());
  const keys = async () => (await call(collectGaps, {}, root)).gaps.map(({ key }) => key);
  const before = await keys();
  const phases = join(root, ".planning/phases");
  renameSync(join(phases, "active/03-chat"), join(phases, "completed/03-chat"));
  expect(await keys()).toEqual(before);
  write(phases, {
    "completed/03-chat/03-VERIFICATION.md": VERIFICATION.replace(
      "gaps:\n",
      "gaps:\n  - truth: Another\n    status: failed\n",
    ),
    "completed/02-auth/02-UAT.md":
      "---\nstatus: diagnosed\n---\n\n## Gaps\n\n- truth: Slow\n  status: failed\n",
  });
  expect(await keys()).toEqual(expect.arrayContaining(before));
  expect(await keys()).toHaveLength(before.length + 2);
});

test("what a phase addresses says so, and is proposed no more", async () => {
  const resolution =
    "\n## Gap Resolution\n\nGaps addressed by Phase 6 (Gap - Messages):\n- Messages persist\n";
  const root = project({
    ...tree(),
    ".planning/phases/active/03-chat/03-VERIFICATION.md": VERIFICATION + resolution,
  });
  const { gaps, groups } = await call(collectGaps, {}, root);
  const addressed = gaps.filter(({ addressed_by }) => addressed_by.length > 0);
  expect(addressed.map(({ title, addressed_by }) => [title, addressed_by])).toEqual([
    ["Messages persist", ["06"]],
  ]);
  expect(groups.flatMap((group) => group.gaps)).not.toContain(addressed[0]!.key);
});

test("hundreds of gaps come in pages under 16 KB, each once", async () => {
  const phases: Tree = {};
  for (let phase = 1; phase <= 30; phase++) {
    const id = String(phase).padStart(2, "0");
    const gaps = Array.from(
      { length: 10 },
      (_, index) =>
        `  - truth: "Truth ${index} of phase ${phase} ${"long ".repeat(30)}"\n    status: failed\n    reason: "${"why ".repeat(50)}"\n`,
    );
    phases[`${id}-p/${id}-VERIFICATION.md`] = `---\nstatus: gaps_found\ngaps:\n${gaps.join("")}---\n`;
  }
  const root = project({ ".planning/phases": phases });
  const keys: string[] = [];
  const groups: string[] = [];
  let cursor: string | null = null;
  do {
    const answer: {
      gaps: { key: string }[];
      groups: { gaps: string[] }[];
      next_cursor: string | null;
      count: number;
    } = await call(collectGaps, cursor === null ? {} : { cursor }, root);
    expect(Buffer.byteLength(JSON.stringify(answer))).toBeLessThanOrEqual(16_384);
    expect(answer.count).toBe(300);
    keys.push(...answer.gaps.map(({ key }) => key));
    groups.push(...answer.groups.flatMap((group) => group.gaps));
    cursor = answer.next_cursor;
  } while (cursor !== null);
  expect(new Set(keys).size).toBe(300);
  expect(keys).toHaveLength(300);
  expect(groups.sort()).toEqual(keys.sort());
});

test.each([
  ["letters", "x"],
  ["Chinese", "字"],
  ["quotes", '\\"'],
])("gaps at the limits of every field leave each page under 16 KB: %s", async (_, unit) => {
  const text = (length: number) => `"${unit.repeat(length)}"`;
  const gap = (index: number) =>
    [
      `  - truth: "${index} ${unit.repeat(300)}"`,
      "    status: failed",
      `    reason: ${text(900)}`,
      `    root_cause: ${text(900)}`,
      "    artifacts:",
      ...Array.from(
        { length: 20 },
        (__, at) => `      - {path: "src/${at % 2}/${unit.repeat(200)}.ts", issue: ${text(300)}}`,
      ),
      "    missing:",
      ...Array.from({ length: 20 }, (__, at) => `      - "${at} ${unit.repeat(400)}"`),
    ].join("\n");
  const gaps = Array.from({ length: 12 }, (__, index) => gap(index)).join("\n");
  const root = project({
    ".planning/phases/03-p/03-VERIFICATION.md": `---\nstatus: gaps_found\ngaps:\n${gaps}\n---\n`,
  });
  const keys = new Set<string>();
  for (let cursor: string | null | undefined; cursor !== null; ) {
    const answer: { gaps: { key: string }[]; next_cursor: string | null } = await call(
      collectGaps,
      cursor === undefined ? {} : { cursor },
      root,
    );
    expect(Buffer.byteLength(JSON.stringify(answer))).toBeLessThanOrEqual(16_384);
    for (const { key } of answer.gaps) keys.add(key);
    cursor = answer.next_cursor;
  }
  expect(keys.size).toBe(12);
});
