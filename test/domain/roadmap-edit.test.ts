import { describe, expect, test } from "vitest";
import { parsePhaseNumber } from "../../src/domain/phase.ts";
import { planKeyOf } from "../../src/domain/phase-plans.ts";
import { type CompletedPhase, completeRoadmapPhase } from "../../src/domain/roadmap-edit.ts";

/** Phase 3 with two plans, both done. */
function complete(text: string, phase: Partial<Omit<CompletedPhase, "number">> & { number?: string } = {}) {
  const { number = "3", ...rest } = phase;
  const planCount = rest.planCount ?? 2;
  return completeRoadmapPhase(text, {
    number: parsePhaseNumber(number)!,
    milestone: null,
    slug: null,
    planCount,
    doneCount: planCount,
    planKeys: Array.from({ length: planCount }, (_, index) => planKeyOf(`0${index + 1}`)!),
    date: "2026-11-22",
    ...rest,
  });
}

/** The lines that changed, as `number: new text`. */
function changes(before: string, after: string): string[] {
  const old = before.split("\n");
  const now = after.split("\n");
  expect(now).toHaveLength(old.length);
  return now.flatMap((line, index) => (line === old[index] ? [] : [`${index + 1}: ${line}`]));
}

function changed(lines: string[], phase?: Parameters<typeof complete>[1]): string[] {
  const text = lines.join("\n");
  return changes(text, complete(text, phase).text);
}

describe("dialects", () => {
  test("R1: checklist, details, 4-column table", () => {
    const text = `# Roadmap: Project

## Phases

- [x] **Phase 1: Foundation** - Auth (completed 2026-01-01)
- [ ] **Phase 3: Chat** - Messages
- [ ] **Phase 3.1: Hotfix (INSERTED)** - Urgent
- [ ] **Phase 10: Later** - Then
- [ ] **Phase 30: Last** - Then

## Phase Details

### Phase 3: Chat
**Goal**: Users can talk
**Plans**: 0/2 plans executed

Plans:
- [ ] 03-01: Server
- [x] 03-02: Client

### Phase 3.1: Hotfix (INSERTED)
**Plans**: 0/2 plans executed
- [ ] 03.1-01: Server

## Progress

| Phase | Plans Complete | Status | Completed |
|-------|----------------|--------|-----------|
| 1. Foundation | 2/2 | Complete | 2026-01-01 |
| 3. Chat | 0/2 | In progress | - |
| 3.1. Hotfix | 0/2 | Not started | - |
| 30. Last | 0/2 | Not started | - |
`;
    const result = complete(text);
    expect(changes(text, result.text)).toEqual([
      "6: - [x] **Phase 3: Chat** - Messages (completed 2026-11-22)",
      "15: **Plans**: 2/2 plans executed",
      "18: - [x] 03-01: Server",
      "30: | 3. Chat | 2/2 | Complete | 2026-11-22 |",
    ]);
    expect(result.changed).toEqual({ checklist: true, plans: ["03-01"], progress: true, plan_count: true });
    expect(result.found).toBe(true);
  });

  const R2 = `# Roadmap

## Milestones

- **v1.0 MVP** — Phases 1-3 (shipped 2026-01-01)
- **v1.2.0 Talk** — Phases 1-4 (in progress)

## Phases

<details>
<summary>v1.0 MVP (Phases 1-3) — SHIPPED 2026-01-01</summary>

- [x] Phase 1: Base (2/2 plans) — completed 2026-01-01
- [ ] Phase 3: Never done (0/1 plans)

</details>

### v1.2.0 Talk (In Progress)

- [x] **Phase 1: Login** (1/1 plans) - text — completed 2026-02-02
- [ ] **Phase 3: Chat** - text
- [ ] **Phase 4: Voice** - text

## Phase Details

### v1.2.0 Talk

#### Phase 3: Chat
**Plans:** 1/2 plans complete
- [x] 03-01-PLAN.md — Server
- [ ] 03-02-PLAN.md — Client

## Progress

| Phase | Milestone | Plans Complete | Status | Completed |
| --- | --- | --- | --- | --- |
| 3. Never done | v1.0 | 0/1 | Deferred | - |
| 1. Login | v1.2 | 1/1 | ✅ Complete | 2026-02-02 |
| 3. Chat | v1.2 | 1/2 | 🚧 In Progress |  |
`;

  test("R2: numbers restart; only the current milestone's lines change", () => {
    expect(changes(R2, complete(R2, { milestone: "1.2.0" }).text)).toEqual([
      "21: - [x] **Phase 3: Chat** (2/2 plans) - text — completed 2026-11-22",
      "29: **Plans:** 2/2 plans complete",
      "31: - [x] 03-02-PLAN.md — Client",
      "39: | 3. Chat | v1.2 | 2/2 | ✅ Complete | 2026-11-22 |",
    ]);
  });

  test("R2: the directory's name tells another milestone's phase, its number alone does not", () => {
    expect(changes(R2, complete(R2, { milestone: "1.2", slug: "never-done", planCount: 1 }).text)).toEqual([
      "14: - [x] Phase 3: Never done (1/1 plans) — completed 2026-11-22",
      "37: | 3. Never done | v1.0 | 1/1 | ✅ Complete | 2026-11-22 |",
    ]);
    const only = "## Current Milestone: v2.0 Next\n\n## v1.0 Old\n\n- [ ] Phase 3: Chat\n";
    expect(complete(only, { milestone: "2.0" })).toMatchObject({ text: only, found: false });
    expect(complete(only, { milestone: "2.0", slug: "chat" }).found).toBe(true);
    expect(complete(R2, { milestone: "1.2", number: "9" })).toMatchObject({ text: R2, found: false });
  });

  test("R4: a checklist below the current milestone, with counts", () => {
    expect(
      changed(
        [
          "## Current Milestone: v1.7.0 Name",
          "",
          "- [x] Phase 2: Base (2/2 plans) — completed 2026-01-01",
          "- [ ] Phase 3: Chat (0/2 plans)",
          "- [ ] Phase 4: Rooms",
        ],
        { milestone: "1.7.0" },
      ),
    ).toEqual(["4: - [x] Phase 3: Chat (2/2 plans) — completed 2026-11-22"]);
  });

  test("R6: EriRPG's status lines", () => {
    const lines = (...status: string[]) => [
      "## Milestone: v1.0",
      ...status.flatMap((value, index) => [
        "",
        `## Phase ${index + 2}: Name ${index}`,
        "",
        `**Status:** ${value}`,
        "### Success Criteria",
        "- Works",
      ]),
    ];
    expect(changed(lines("pending", "pending", "pending"))).toEqual(["11: **Status:** complete"]);
    expect(changed(lines("✅ Completed", "🚧 In progress (blocked by 2)"))).toEqual([
      "11: **Status:** ✅ Completed (blocked by 2)",
    ]);
    expect(changed(lines("x", "Pending"))).toEqual(["11: **Status:** Complete"]);
    expect(changed(lines("x", "complete"))).toEqual([]);
    expect(changed(lines("x", "who knows"))).toEqual([]);
  });

  test("cupel: plans below the list line, the date in the count, ids at the end", () => {
    expect(
      changed([
        "- [x] Phase 2: Base (3/3 plans, 2026-03-15) — RAPI-01, 02",
        "  Plans:",
        "  - [x] 02-01-PLAN.md — text",
        "- [ ] Phase 3: Chat (~3 plans) — SPEC-01, SPEC-02",
        "  Plans:",
        "  - [ ] 03-01-PLAN.md — text",
        "  - [ ] 03-02-PLAN.md — text",
        "  - [ ] 03-03-PLAN.md — not done",
      ]),
    ).toEqual([
      "4: - [x] Phase 3: Chat (2/2 plans, 2026-11-22) — SPEC-01, SPEC-02",
      "6:   - [x] 03-01-PLAN.md — text",
      "7:   - [x] 03-02-PLAN.md — text",
    ]);
  });
});

describe("the checklist line", () => {
  const done = "- [x] Phase 2: Base";
  test.each<[line: string, sibling: string, expected: string]>([
    ["- [ ] Phase 3: Chat", done, "- [x] Phase 3: Chat — completed 2026-11-22"],
    ["- [ ] Phase 3: Chat", `${done} - completed 2026-01-01`, "- [x] Phase 3: Chat - completed 2026-11-22"],
    ["- [ ] Phase 3: Chat", `${done} -- completed 2026-01-01`, "- [x] Phase 3: Chat -- completed 2026-11-22"],
    ["- [ ] Phase 3: Chat", `${done} (completed 2026-01-01)`, "- [x] Phase 3: Chat (completed 2026-11-22)"],
    ["- [ ] Phase 3: Chat", `${done} (2026-01-01)`, "- [x] Phase 3: Chat (2026-11-22)"],
    ["- [ ] Phase 3: Chat", `${done} — Done 2026-01-01`, "- [x] Phase 3: Chat — Done 2026-11-22"],
    [
      "- [ ] Phase 3: Chat",
      `${done} — completed 2026-01-01 (gaps closed)`,
      "- [x] Phase 3: Chat — completed 2026-11-22",
    ],
    ["- [ ] Phase 3: Chat", `${done} (planned 2026-01-01)`, "- [x] Phase 3: Chat — completed 2026-11-22"],
    ["- [ ] Phase 3: Chat", `${done} (2/2 plans)`, "- [x] Phase 3: Chat (2/2 plans) — completed 2026-11-22"],
    [
      "- [ ] Phase 3: Gap - Chat (inserted)",
      `${done} (2/2 plans)`,
      "- [x] Phase 3: Gap - Chat (inserted) (2/2 plans) — completed 2026-11-22",
    ],
    [
      "- [ ] Phase 3: Chat - text",
      `${done} (2/2 plans)`,
      "- [x] Phase 3: Chat (2/2 plans) - text — completed 2026-11-22",
    ],
    [
      "- [ ] **Phase 3: Chat** (INSERTED) - a",
      `${done} (2/2 plans)`,
      "- [x] **Phase 3: Chat** (INSERTED) (2/2 plans) - a — completed 2026-11-22",
    ],
    [
      "- [ ] **Phase 3:** Chat - text",
      `${done} (2/2 plans)`,
      "- [x] **Phase 3:** Chat (2/2 plans) - text — completed 2026-11-22",
    ],
    ["- [ ] Phase 3: Chat (2 plans)", done, "- [x] Phase 3: Chat (2 plans) — completed 2026-11-22"],
    [
      "- [ ] Phase 3: Chat (2 plans)",
      `${done} (3 plans)`,
      "- [x] Phase 3: Chat (2 plans) — completed 2026-11-22",
    ],
    [
      "- [ ] Phase 3: Chat (2 plans)",
      `${done} (3/3 plans)`,
      "- [x] Phase 3: Chat (2/2 plans) — completed 2026-11-22",
    ],
    ["- [ ] Phase 3: Chat (0 / ? plans)", done, "- [x] Phase 3: Chat (2 / 2 plans) — completed 2026-11-22"],
    [
      "- [ ] Phase 3: Chat (1/5 plans complete)",
      done,
      "- [x] Phase 3: Chat (2/2 plans complete) — completed 2026-11-22",
    ],
    [
      "- [ ] Phase 3: Chat (3/3 plans, all)",
      `${done} (1/1 plan, 2026-01-01)`,
      "- [x] Phase 3: Chat (2/2 plans, all, 2026-11-22)",
    ],
    ["- [ ] Phase 3: Chat — completed 2026-05-05", done, "- [x] Phase 3: Chat — completed 2026-05-05"],
    [
      "- [ ] Phase 3: Chat — AUTH-01, AUTH-02",
      done,
      "- [x] Phase 3: Chat — completed 2026-11-22 — AUTH-01, AUTH-02",
    ],
    ["- [ ] Phase 3", done, "- [x] Phase 3 (completed 2026-11-22)"],
    ["- [ ] Phase 3: Chat  ", done, "- [x] Phase 3: Chat — completed 2026-11-22  "],
    ["  * [ ] 🔄 **Phase 03: Chat**", done, "  * [x] 🔄 **Phase 03: Chat** — completed 2026-11-22"],
    ["1. [!] Phase 3: Chat", done, "1. [x] Phase 3: Chat — completed 2026-11-22"],
    ["- [ ] Phase 3: $& $1 (a|b)* [x]", done, "- [x] Phase 3: $& $1 (a|b)* [x] — completed 2026-11-22"],
    // Ticked already: the date stays, or its absence; a stale count does not.
    ["- [x] Phase 3: Chat — completed 2026-05-05", done, "- [x] Phase 3: Chat — completed 2026-05-05"],
    ["- [X] Phase 3: Chat", done, "- [X] Phase 3: Chat"],
    ["- [x] Phase 3: Chat (1/2 plans)", done, "- [x] Phase 3: Chat (2/2 plans)"],
  ])("%s beside %s", (line, sibling, expected) => {
    for (const text of [`## Phases\n\n${sibling}\n${line}`, `## Phases\n\n${line}\n${sibling}\n`]) {
      expect(complete(text).text).toBe(text.replace(line, () => expected));
    }
  });

  test("the form is the list's own; the document's where the list shows none", () => {
    const lines = [
      "## v1.0 Old",
      "- [x] Phase 1: A (completed 2026-01-01)",
      "- [x] Phase 2: B (completed 2026-01-01)",
      "## v1.1 New",
      "- [x] Phase 1: C - completed 2026-01-01",
      "- [ ] Phase 3: Chat",
    ];
    const at = { milestone: "1.1" };
    expect(changed(lines, at)).toEqual(["6: - [x] Phase 3: Chat - completed 2026-11-22"]);
    lines[4] = "- [ ] Phase 1: C";
    expect(changed(lines, at)).toEqual(["6: - [x] Phase 3: Chat (completed 2026-11-22)"]);
  });

  test("a count is added where every other open line has one, and none is done", () => {
    const list = ["- [ ] Phase 3: Chat", "- [ ] Phase 4: A (0/3 plans)", "- [ ] Phase 5: B (0/? plans)"];
    expect(changed(list)).toEqual(["1: - [x] Phase 3: Chat (2/2 plans) — completed 2026-11-22"]);
    expect(changed([...list, "- [ ] Phase 6: C"])).toEqual(["1: - [x] Phase 3: Chat — completed 2026-11-22"]);
    expect(changed(list, { planCount: 1 })).toEqual([
      "1: - [x] Phase 3: Chat (1/1 plan) — completed 2026-11-22",
    ]);
    expect(changed(list, { planCount: 0 })).toEqual(["1: - [x] Phase 3: Chat — completed 2026-11-22"]);
  });

  test("a phase that is listed several times is ticked in each list, in its form", () => {
    expect(
      changed([
        "## Phases",
        "- [x] Phase 2: Base (completed 2026-01-01)",
        "- [ ] Phase 3: Chat",
        "## Overview",
        "- [x] Phase 2: Base (2/2 plans) — completed 2026-01-01",
        "- [ ] Phase 3: Chat (0/2 plans)",
      ]),
    ).toEqual([
      "3: - [x] Phase 3: Chat (completed 2026-11-22)",
      "6: - [x] Phase 3: Chat (2/2 plans) — completed 2026-11-22",
    ]);
  });

  test("a box in a heading, and a bullet without a box", () => {
    expect(changed(["### [ ] Phase 3: Chat", "**Goal:** x"])).toEqual(["1: ### [x] Phase 3: Chat"]);
    expect(changed(["## Phases", "- **Phase 3: Chat** — text"])).toEqual([]);
  });
});

describe("plans", () => {
  test.each([
    ["- [ ] 03-01-PLAN.md — text", "- [x] 03-01-PLAN.md — text"],
    ["  * [ ] `03-01-PLAN.md` -- text", "  * [x] `03-01-PLAN.md` -- text"],
    ["- [ ] 03-01: text", "- [x] 03-01: text"],
    ["- [ ] **03-01**: text", "- [x] **03-01**: text"],
    ["- [ ] Plan 01: text (wave 1)", "- [x] Plan 01: text (wave 1)"],
    ["- [ ] Plan 1: text", "- [x] Plan 1: text"],
    ["- [ ] 01: text", "- [x] 01: text"],
    ["- [ ] 03-01-slug-PLAN.md — text", "- [x] 03-01-slug-PLAN.md — text"],
  ])("%s", (line, expected) => {
    expect(changed(["### Phase 3: Chat", "", "Plans:", line, "- [ ] 03-07: other"])).toEqual([
      `4: ${expected}`,
    ]);
  });

  test.each([
    "- [ ] 03-03-PLAN.md — not done",
    "- [ ] 03-10-PLAN.md — not done",
    "- [ ] 03-01b-PLAN.md — not done",
    "- [ ] GAP-1-PLAN.md — not done",
    "- [ ] TBD (run plan-phase to break down)",
    "- [ ] a task of its own",
    "- [x] 03-01-PLAN.md — ticked",
    "- 03-01-PLAN.md — no box",
  ])("stays: %s", (line) => {
    expect(changed(["### Phase 3: Chat", "Plans:", line])).toEqual([]);
  });

  test("another phase's id is not this phase's, unless the directory was renumbered", () => {
    const lines = ["### Phase 3: Chat", "Plans:", "- [ ] 03-01-PLAN.md — a", "- [ ] 02-02-PLAN.md — b"];
    expect(changed(lines)).toEqual(["3: - [x] 03-01-PLAN.md — a"]);
    expect(changed(["### Phase 3: Chat", "Plans:", "- [ ] 01-01-PLAN.md — a"])).toEqual([
      "3: - [x] 01-01-PLAN.md — a",
    ]);
  });

  test("a plan that is listed again, in a flat list or twice in the section", () => {
    const text = [
      "### Phase 3: Chat",
      "Plans:",
      "- [ ] 03-01-PLAN.md — a",
      "",
      "Wave 1:",
      "- [ ] 03-01-PLAN.md — a",
      "## Plans",
      "- [ ] 03-01-PLAN.md — a",
      "- [ ] 04-01-PLAN.md — b",
    ].join("\n");
    const result = complete(text);
    expect(result.changed.plans).toEqual(["03-01"]);
    expect(changes(text, result.text).map((line) => line.slice(0, 1))).toEqual(["3", "6", "8"]);
  });
});

describe("the count of plans", () => {
  test.each([
    ["**Plans:** 1/3 plans complete", "**Plans:** 2/2 plans complete"],
    ["**Plans**: 0/2 complete", "**Plans**: 2/2 complete"],
    ["**Plans:** 1/2 plans executed  ", "**Plans:** 2/2 plans executed  "],
    ["- Plans: 0 / ? plans", "- Plans: 2 / 2 plans"],
    ["**Plans**: TBD", "**Plans**: 2/2 plans complete"],
    ["**Plans:** 1/2 — $& in progress", "**Plans:** 2/2 — $& in progress"],
    ["**Plans:** 1 plan", "**Plans:** 2 plans"],
    ["- Plans: 0 plans ", "- Plans: 2 plans "],
  ])("%s", (line, expected) => {
    expect(changed(["### Phase 3: Chat", "", line])).toEqual([`3: ${expected}`]);
  });

  test.each([
    "**Plans:** 3 plans",
    "**Plans:** 2 plans",
    "**Plans:** 1 plan in 1 wave",
    "**Plans:** 1",
    "**Plans:** 2/2 plans complete",
    "**Plans:** TBD (created during planning)",
    "**Plans:** 12 plans (9 original + 3 gap closure)",
    "**Plans:**",
    "- 1/2 of it",
  ])("stays: %s", (line) => {
    expect(changed(["### Phase 3: Chat", line])).toEqual([]);
  });

  test("a phase without plans has no count", () => {
    expect(changed(["### Phase 3: Chat", "**Plans:** 0/2"], { planCount: 0 })).toEqual([]);
    expect(changed(["### Phase 3: Chat", "**Plans:** TBD"], { planCount: 1 })).toEqual([
      "2: **Plans:** 1/1 plan complete",
    ]);
  });

  test("what is not done is not counted as done", () => {
    const lines = ["- [ ] Phase 3: Chat (0/2 plans)", "### Phase 3: Chat", "**Plans:** 0/2"];
    expect(changed(lines, { doneCount: 1 })).toEqual([
      "1: - [x] Phase 3: Chat (1/2 plans) — completed 2026-11-22",
      "3: **Plans:** 1/2",
    ]);
  });
});

describe("progress tables", () => {
  const table = (header: string, ...rows: string[]) => [
    "- [x] Phase 3: Chat",
    "",
    header,
    header.replace(/[^|]/g, "-"),
    ...rows,
  ];

  test.each<[header: string, row: string, expected: string]>([
    [
      "| Phase | Plans Complete | Status | Completed |",
      "| 3. Chat | 1/2 | In progress | - |",
      "| 3. Chat | 2/2 | Complete | 2026-11-22 |",
    ],
    [
      "| Phase | Plans | Status | Completed |",
      "| 3 Chat | 0/? | Planned | — |",
      "| 3 Chat | 2/2 | Complete | 2026-11-22 |",
    ],
    ...["0/0", "?/?", "TBD/TBD", "—", "TBD"].map((plans): [string, string, string] => [
      "| Phase | Plans | Status |",
      `| 3. Chat | ${plans} | Planned |`,
      "| 3. Chat | 2/2 | Complete |",
    ]),
    ["| Phase | Plans | Status |", "| 3. Chat | 0/0 plans | Planned |", "| 3. Chat | 2/2 plans | Complete |"],
    ["| Phase | Plans | Status |", "| 3. Chat | 3/3 | Planned |", "| 3. Chat | 3/3 | Complete |"],
    [
      "| Phase | Plans | Status | Date |",
      "| Phase 3: Chat | TBD | Ready | TBD |",
      "| Phase 3: Chat | 2/2 | Complete | 2026-11-22 |",
    ],
    [
      "| Phase | Status | Completed |",
      "| 3 - Chat | Not Started | |",
      "| 3 - Chat | Complete | 2026-11-22 |",
    ],
    [
      "| Phase | Name | Requirements | Status |",
      "| 3 | Chat | A-01 | Pending |",
      "| 3 | Chat | A-01 | Complete |",
    ],
    [
      "| Phase | Plans | Status | Completed |",
      "| **3. Chat** | 2/2 | Gaps Found | 2026-01-01 (later) |",
      "| **3. Chat** | 2/2 | Complete | 2026-01-01 (later) |",
    ],
    [
      "| Phase | Plans | Status | Completed |",
      "| 3. Chat | 1/2 | Complete | - |",
      "| 3. Chat | 2/2 | Complete | 2026-11-22 |",
    ],
    ["Phase | Plans | Status", "3. Chat | 0/2 | Pending", "3. Chat | 2/2 | Complete"],
    [
      "| Phase | Plans | Status |",
      "| 03. A \\| `b|c` | 0/2 | Pending |",
      "| 03. A \\| `b|c` | 2/2 | Complete |",
    ],
    [
      "| Phase | Plans | Status |",
      "| 3. Chat          | 0/2   | Not started  |",
      "| 3. Chat          | 2/2   | Complete     |",
    ],
  ])("%s %s", (header, row, expected) => {
    expect(changed(table(header, "| 30. A | 0/2 | x | - |", row, "| 3.1. A | 0/2 | x | - |"))).toEqual([
      `6: ${expected}`,
    ]);
  });

  test.each<[header: string, row: string]>([
    ["| Phase | Plans | Status | Completed |", "| 1-3. All | 0/2 | Pending | - |"],
    ["| Phase | Plans | Status | Completed |", "| 1 - 3 | 0/2 | Pending | - |"],
    ["| Phase | Plans | Status | Completed |", "| 3. Chat | 2/2 | Complete | 2026-01-01 |"],
    ["| Phase | Plans | Status | Completed |", "| 3. Chat | 2/2 | Shipped 2026-01-01 | 2026-01-01 |"],
    ["| Phase | Plans | Tasks | Duration |", "| 3 | 0/2 | 3 | 4 min |"],
    ["| Requirement | Phase | Status |", "| A-01 | 3 | Pending |"],
    ["| Phase | Requirement | Status |", "| 3 | A-01 | Pending |"],
    ["| Milestone | Phases | Plans | Status | Shipped |", "| v1.0 | 3 | 0/2 | Planned | - |"],
    ["| Phase Range | Milestone | Status |", "| 3 | v1.0 | Planned |"],
  ])("stays: %s %s", (header, row) => {
    expect(changed(table(header, row))).toEqual([]);
  });

  test("the words of the table, else of another one", () => {
    const header = "| Phase | Status | Completed |";
    const row = "| 3. Chat | Pending | - |";
    expect(
      changed(
        table(
          header,
          "| 1. A | ✅ Done | 2026-01-01 |",
          "| 2. B | ✅ Done | - |",
          "| 4. C | Complete | - |",
          row,
        ),
      ),
    ).toEqual(["8: | 3. Chat | ✅ Done | 2026-11-22 |"]);
    expect(changed([...table(header, row), "", header, "|---|---|---|", "| 1. A | Completed | x |"])).toEqual(
      ["5: | 3. Chat | Completed | 2026-11-22 |"],
    );
  });

  test("two rows of one number: the name tells; nothing is guessed", () => {
    const header = "| Phase | Status |";
    expect(changed(table(header, "| 3. Base | Pending |", "| 3. Chat | Pending |"))).toEqual([
      "6: | 3. Chat | Complete |",
    ]);
    expect(changed(table(header, "| 3. A | Pending |", "| 3. B | Pending |"))).toEqual([]);
  });

  test("another milestone's row stays, also where the table has no column for it", () => {
    const head = ["## v1.0 Old", "- [x] Phase 3: Base", "## v1.1 New", "- [x] Phase 3: Chat", "## Progress"];
    const at = { milestone: "1.1" };
    const rows = (...all: string[]) => [...head, "| Phase | Status |", "|---|---|", ...all];
    expect(changed(rows("| 3. Base | Deferred |"), at)).toEqual([]);
    expect(changed(rows("| 3. Chat | Deferred |"), at)).toEqual(["8: | 3. Chat | Complete |"]);
    expect(
      changed(["## v1.0 Old", "| Phase | Status |", "|---|---|", "| 3. Chat | x |", ...head], at),
    ).toEqual([]);
  });
});

describe("what stays", () => {
  test("fences, comments, front matter and the rest of `<details>`", () => {
    const hidden = [
      "- [ ] Phase 3: Chat",
      "| 3. Chat | 0/2 | Pending | - |",
      "**Plans:** 0/2",
      "- [ ] 03-01: a",
    ];
    const text = [
      "---",
      ...hidden,
      "---",
      "```",
      ...hidden,
      "```",
      "<!--",
      ...hidden,
      "-->",
      "- [ ] Phase 3: Chat",
      "  ~~~",
      "  - [ ] 03-01: a",
      "  ~~~",
    ].join("\n");
    expect(changes(text, complete(text).text)).toEqual(["19: - [x] Phase 3: Chat — completed 2026-11-22"]);
  });

  test("line endings, a byte-order mark, a lone CR, no final newline", () => {
    const text =
      "\uFEFF## Phases\r\n\r\n- [ ] **Phase 3: Chat** - a\rb\r\n- [ ] Phase 4: X\n\n| Phase | Status |\r\n|-|-|\r\n| 3 | x |";
    expect(complete(text).text).toBe(
      "\uFEFF## Phases\r\n\r\n- [x] **Phase 3: Chat** - a\rb — completed 2026-11-22\r\n- [ ] Phase 4: X\n\n| Phase | Status |\r\n|-|-|\r\n| 3 | Complete |",
    );
  });

  test.each(["", "\n", "# Roadmap\n", "- [ ] ~~Phase 3: Chat~~\n", "- [ ] Phase 3-5: All\n"])(
    "%j",
    (text) => {
      expect(complete(text)).toEqual({
        text,
        changed: { checklist: false, plans: [], progress: false, plan_count: false },
        found: false,
      });
    },
  );
});
