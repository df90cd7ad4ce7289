import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { currentMilestone } from "../../src/domain/milestone.ts";
import { findRoadmapPhase, phasesOfMilestone, readRoadmap } from "../../src/domain/roadmap.ts";

const line = fc.oneof(
  fc.constantFrom(
    "# Roadmap: Kata v1.1.0",
    "## Milestones",
    "- ✅ **v1.0 MVP** — Phases 1-2 (shipped 2026-01-01)",
    "- 🚧 **v1.1 Talk** - Phases 3-4.1 (in progress)",
    "| v1.2 Later | ○ planned | 5-6 |",
    "|---|---|---|",
    "## Current Milestone: v1.1 Talk",
    "## Current Milestone: None",
    "### 🚧 v1.1 Talk (In Progress)",
    "## Phases",
    "- [x] **Phase 1: Base** - text",
    "- [ ] Phase 3: Chat (0/2 plans)",
    "  - [ ] 03-01-PLAN.md — text",
    "## Phase Details",
    "### Phase 1: Base",
    "#### Phase 3: Chat ✅",
    "### Phase 2.1: Fix (INSERTED)",
    "**Goal**: Talk",
    "**Depends on:** Phase 1 (a, b), Phase 2",
    "**Requirements**: A-01–04",
    "**Success Criteria** (what must be TRUE):",
    "  1. It works",
    "Plans:",
    "- [ ] 01-01: text",
    "| Plan | Title |",
    "<details>",
    "<summary>✅ v1.0 MVP (Phases 1-2) — SHIPPED</summary>",
    "</details>",
    "---",
    "",
  ),
  fc.string().map((text) => text.replace(/[\r\n]/g, " ")),
);
const lines = fc.array(line, { maxLength: 40 });

function read(text: string) {
  const roadmap = readRoadmap(text);
  return { roadmap, milestone: currentMilestone(roadmap, null) };
}

test("any text is read, and every entry is sound", () => {
  fc.assert(
    fc.property(
      fc.oneof(
        lines.map((all) => all.join("\n")),
        fc.string({ unit: "binary" }),
      ),
      (text) => {
        const { roadmap } = read(text);
        const count = text.split("\n").length;
        for (const phase of roadmap.phases) {
          expect(phase.line).toBeGreaterThan(0);
          expect(phase.line).toBeLessThanOrEqual(count);
          expect(phase.headingLine ?? phase.checklistLine ?? phase.line).toBe(phase.line);
          for (const plan of phase.plans) expect(plan.id).not.toBe("");
          expect(
            findRoadmapPhase(roadmap, phase.number, { milestone: null, slug: null }).candidates,
          ).toContain(phase);
        }
        for (const { version } of roadmap.milestones) phasesOfMilestone(roadmap, version);
      },
    ),
    { numRuns: 500 },
  );
});

test("a phase of a milestone is one entry, however often it is named there", () => {
  fc.assert(
    fc.property(lines, (all) => {
      const keys = readRoadmap(all.join("\n"))
        .phases.filter(({ milestone }) => milestone !== null)
        .map(({ milestone, number }) => `${milestone} ${JSON.stringify(number)}`);
      expect(new Set(keys).size).toBe(keys.length);
    }),
  );
});

test("CRLF, a byte-order mark and a missing final newline change nothing", () => {
  fc.assert(
    fc.property(lines, (all) => {
      const text = `${all.join("\n").replace(/^\uFEFF+/, "")}\n`;
      const expected = read(text);
      expect(read(text.replaceAll("\n", "\r\n"))).toEqual(expected);
      expect(read(`\uFEFF${text}`)).toEqual(expected);
      expect(read(text.slice(0, -1))).toEqual(expected);
    }),
  );
});

describe("what stands in a fence or a comment changes nothing", () => {
  test.each<[string, string, string, (text: string) => boolean]>([
    ["fence", "```", "```", (text) => /^\s*```/.test(text)],
    ["tilde fence", "~~~md", "~~~", (text) => /^\s*~~~/.test(text)],
    ["comment", "<!-- note", "-->", (text) => text.includes("-->")],
  ])("%s", (_, opening, closing, ends) => {
    fc.assert(
      fc.property(lines, lines, lines, (before, hidden, after) => {
        // A front matter or an open fence would make the block something else.
        fc.pre(!before.some((text) => /^\s*(?:[-*+] +|\d+[.)] +)?(?:```|~~~|<!--)|^---/.test(text)));
        const block = (inside: string[]) => [...before, "", opening, ...inside, closing, ...after].join("\n");
        const kept = hidden.filter((text) => !ends(text));
        expect(read(block(kept))).toEqual(read(block(kept.map(() => ""))));
      }),
    );
  });
});

test("a lone CR in the middle of a line, as real files have it", () => {
  const { phases } = readRoadmap(
    "- [x] **Phase 3: Chat** - text\r (completed 2026-01-01)\r\n### Phase 4: A\rB\r\n",
  );
  expect(phases.map(({ name, checked, line }) => `${line} ${name} ${checked}`)).toEqual([
    "1 Chat true",
    "2 A B null",
  ]);
});

describe("time grows with the text, not faster", () => {
  const rows = (count: number, row: (index: number) => string) =>
    Array.from({ length: count }, (_, index) => row(index));
  const N = 100_000;

  test("a roadmap of 5,000 phases and 100,000 lines takes under a second", () => {
    const text = rows(5_000, (index) =>
      [
        `### Phase ${index}: Name ${index} (INSERTED)`,
        "",
        "**Goal:** Something that users can do afterwards, in one line of usual length",
        `**Depends on**: Phase ${index - 1} (needs it), Phase ${index - 2}`,
        `**Requirements**: A-${index}, B-01–04`,
        "**Success Criteria** (what must be TRUE):",
        ...rows(5, (at) => `  ${at}. User can do one thing and see another on the screen`),
        "",
        "**Plans:** 5 plans",
        "",
        ...rows(5, (at) => `- [x] ${index}-0${at}-PLAN.md — Text of the plan`),
        "---",
      ].join("\n"),
    ).join("\n");
    expect(text.split("\n").length).toBeGreaterThanOrEqual(N);
    readRoadmap(text.slice(0, 100_000));
    const started = performance.now();
    expect(readRoadmap(text).phases).toHaveLength(5_000);
    expect(performance.now() - started).toBeLessThan(3_000);
  });

  // Quadratic code takes minutes on these.
  test.each<[string, () => string]>([
    ["phases", () => rows(N, (index) => `### Phase ${index}: Name`).join("\n")],
    ["headings of one phase", () => rows(N, (index) => `### Phase 1: Name ${index}`).join("\n")],
    ["boxes of one phase", () => rows(N, (index) => `- [ ] Phase 1: Name ${index}`).join("\n")],
    ["milestones", () => rows(N / 2, (index) => `## v${index}.0 M\n### Phase 1: N${index}`).join("\n")],
    [
      "ranges",
      () =>
        ["## Milestones", ...rows(N / 2, (index) => `- ✅ v${index}.0 — Phases ${index}-${index + 3}`)]
          .concat(
            "## P",
            rows(N / 2, (index) => `- [ ] Phase ${index}: x`),
          )
          .join("\n"),
    ],
    ["open details", () => "<details>\n".repeat(N)],
    ["open summaries", () => "<details><summary>v1.0 x\n".repeat(N)],
    ["plans", () => `### Phase 1: X\n${rows(N, (index) => `- [ ] 01-${index}: x`).join("\n")}`],
    ["loose plans", () => `### Phase 1: X\n## Y\n${rows(N, (index) => `- [ ] 01-${index}: x`).join("\n")}`],
    ["ranges of ids", () => `### Phase 1: X\n**Requirements**: ${"A-01..99, ".repeat(N)}`],
    ["hyphens", () => `### Phase 1: X\n**Requirements**: ${"A-".repeat(N)}`],
    ["parentheses", () => `### Phase 1: X\n**Depends on**: ${"(".repeat(N)}`],
    ["spaces in a heading", () => `### Phase 1: X${" ".repeat(N * 5)}y`],
    ["spaces in a milestone", () => `## Milestones\n- **v1.0 x${" ".repeat(N * 5)}y`],
    ["dashes", () => `## Milestones\n- **v1.0 x${" - ".repeat(N)}y`],
    ["notes", () => `### Phase 1: X${" (done)".repeat(N)}`],
    ["comments", () => `### Phase 1: X${"<!--".repeat(N)}`],
    ["emphasis", () => `### ${"*".repeat(N * 5)}`],
    ["versions", () => rows(N, (index) => `v1.${index}`).join("\n")],
  ])("%s", (_, make) => {
    const text = make();
    const started = performance.now();
    const roadmap = readRoadmap(text);
    currentMilestone(roadmap, null);
    phasesOfMilestone(roadmap, "1.0");
    expect(performance.now() - started).toBeLessThan(8_000);
  });
});
