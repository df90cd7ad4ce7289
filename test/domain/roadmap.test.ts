import { describe, expect, test } from "vitest";
import { formatPlain, parsePhaseNumber } from "../../src/domain/phase.ts";
import {
  findRoadmapPhase,
  phasesOfMilestone,
  type RoadmapPhase,
  readRoadmap,
} from "../../src/domain/roadmap.ts";

/** `milestone number name` of each entry, with its box. */
function outline(text: string): string[] {
  return readRoadmap(text).phases.map(summary);
}

function summary({ milestone, number, name, checked }: RoadmapPhase): string {
  const box = checked === null ? "?" : checked ? "x" : " ";
  return `${milestone ?? "-"} ${formatPlain(number)} [${box}] ${name}`;
}

function only(text: string): RoadmapPhase {
  const { phases } = readRoadmap(text);
  expect(phases).toHaveLength(1);
  return phases[0]!;
}

/** The fields of a phase with these lines below its heading. */
function fields(...lines: string[]): RoadmapPhase {
  return only(["### Phase 1: Name", ...lines].join("\n"));
}

describe("dialects", () => {
  test("R1: a checklist and `## Phase Details` are one entry each", () => {
    const text = `# Roadmap: Project

## Phases

**Phase Numbering:**
- Integer phases (1, 2, 3): Planned milestone work

- [x] **Phase 1: Foundation** - Auth and data
- [ ] **Phase 2: Chat** - Messages
- [ ] **Phase 2.1: Hotfix (INSERTED)** - Urgent

## Phase Details

### Phase 1: Foundation
**Goal**: Users can log in
**Depends on**: Nothing (first phase)

### Phase 2: Chat
**Goal**: Users can talk
**Depends on**: Phase 1

### Phase 2.1: Hotfix (INSERTED)
**Goal**: It works

## Progress

| Phase | Plans Complete | Status | Completed |
|-------|----------------|--------|-----------|
| 1. Foundation | 2/2 | Complete | 2026-01-01 |
| 9. Never | 0/1 | Not started | - |
`;
    expect(outline(text)).toEqual(["- 1 [x] Foundation", "- 2 [ ] Chat", "- 2.1 [ ] Hotfix"]);
    expect(readRoadmap(text).phases[1]).toMatchObject({
      line: 18,
      headingLine: 18,
      checklistLine: 9,
      goal: "Users can talk",
      dependsOn: ["Phase 1"],
    });
  });

  const R2 = `# Roadmap

## Milestones

- **v1.0 MVP** — Phases 1-2 (shipped 2026-01-01)
- **v1.2.0 Talk** — Phases 1-3 (in progress)
- **v1.3.0 Later** — Phases 4-5 (planned)

## Phases

<details>
<summary>v1.0 MVP (Phases 1-2) — SHIPPED 2026-01-01</summary>

- [x] Phase 1: Base (2/2 plans) — completed 2026-01-01
- [x] Phase 2: Auth (1/1 plans) — completed 2026-01-01

</details>

### v1.2.0 Talk (In Progress)

- [x] **Phase 1: Login** - text
- [ ] **Phase 2: Chat** - text
- [ ] **Phase 3: Voice** - text

### v1.3.0 Later (Planned)

- [ ] **Phase 4: Video** - text

## Phase Details

### v1.2.0 Talk

#### Phase 1: Login
**Goal:** Log in

#### Phase 2: Chat
**Goal:** Chat

### v1.3.0 Later

#### Phase 4: Video
**Goal:** Video
`;

  test("R2: numbers restart with each milestone, details repeat the milestone", () => {
    expect(outline(R2)).toEqual([
      "1.0 1 [x] Base",
      "1.0 2 [x] Auth",
      "1.2.0 3 [ ] Voice",
      "1.2.0 1 [x] Login",
      "1.2.0 2 [ ] Chat",
      "1.3.0 4 [ ] Video",
    ]);
    expect(readRoadmap(R2).milestones).toEqual([
      { version: "1.0", name: "MVP", status: "shipped", line: 5 },
      { version: "1.2.0", name: "Talk", status: "current", line: 6 },
      { version: "1.3.0", name: "Later", status: "planned", line: 7 },
    ]);
    expect(phasesOfMilestone(readRoadmap(R2), "1.2.0").map(summary)).toEqual([
      "1.2.0 1 [x] Login",
      "1.2.0 2 [ ] Chat",
      "1.2.0 3 [ ] Voice",
    ]);
    expect(phasesOfMilestone(readRoadmap(R2), null).map(({ milestone }) => milestone)).not.toContain("1.0");
  });

  test("R2b: emoji headings, and `## Phase Details` without versions", () => {
    const text = `## Milestones
- ✅ **v1.0 MVP** - Phases 1-4 (shipped 2026-01-01)
- 🚧 **v1.1 Talk** - Phases 5-6 (in progress)
- 📋 **v2.0** - (planned)
## Phases
### 🚧 v1.1 Talk (In Progress)
**Milestone Goal:** Talk
- [ ] **Phase 5: Chat** - text
## Phase Details
### Phase 5: Chat
**Goal**: Chat
### Phase 5.1: Hotfix (INSERTED)
**Goal**: Fix
### Phase 6: Voice
**Goal**: Voice
### 📋 v2.0 (Planned)
`;
    expect(outline(text)).toEqual(["1.1 5 [ ] Chat", "1.1 5.1 [?] Hotfix", "1.1 6 [?] Voice"]);
    expect(readRoadmap(text).milestones.map(({ version, status }) => `${version} ${status}`)).toEqual([
      "1.0 shipped",
      "1.1 current",
      "2.0 planned",
    ]);
  });

  test("R3: `## Current Milestone` with the version below it", () => {
    const text =
      "## Current Milestone\n\n### v1.5.0 Name (In Progress)\n\n#### Phase 3: Chat\n**Goal:** Chat\n";
    expect(outline(text)).toEqual(["1.5.0 3 [?] Chat"]);
    expect(readRoadmap(text).milestones).toMatchObject([
      { version: "1.5.0", name: "Name", status: "current" },
    ]);
  });

  test.each(["###", "####"])("R4: checklist and %s headings in one milestone section", (marks) => {
    const text = `## Milestones
- ✅ **v1.6.0 Old** — Phases 1-4 (shipped 2026-01-01)
- 🔄 **v1.7.0 New** — Phases 5-6 (in progress)
- ○ **v1.8.0 Next** — planned
## Current Milestone: v1.7.0 New
**Goal:** The milestone's, not a phase's
- [x] Phase 5: Base (2/2 plans) — completed 2026-02-01
- [ ] Phase 6: Talk (0/2 plans)
${marks} Phase 6: Talk
**Goal:** Talk
## Completed Milestones
<details>
<summary>✅ v1.6.0 Old (Phases 1-4) — SHIPPED 2026-01-01</summary>

- [x] Phase 1: First (1/1 plans)

</details>
## Planned Milestones
### ○ v1.8.0 Next
**Goal:** Later
`;
    expect(outline(text)).toEqual(["1.7.0 5 [x] Base", "1.7.0 6 [ ] Talk", "1.6.0 1 [x] First"]);
    expect(readRoadmap(text).phases[0]).toMatchObject({
      goal: null,
      headingLine: null,
      checklistLine: 7,
      line: 7,
    });
  });

  test("R5: `## Milestone: v1.0`, `### Phases`, padded numbers, milestone tables", () => {
    expect(outline("## Milestone: v1.0 MVP\n### Phases\n#### Phase 01: Test Phase\n")).toEqual([
      "1.0 1 [?] Test Phase",
    ]);
    const table = `## Milestones
| # | Milestone | Status |
|---|-----------|--------|
| 1 | v0.1.0 Proof | 🔄 In Progress |
| 2 | v0.2.0 Forge | ○ Planned |
## v0.1.0 — Proof
### Phase 1: One
`;
    expect(outline(table)).toEqual(["0.1.0 1 [?] One"]);
    expect(readRoadmap(table).milestones).toEqual([
      { version: "0.1.0", name: "Proof", status: "current", line: 4 },
      { version: "0.2.0", name: "Forge", status: "planned", line: 5 },
    ]);
  });

  test("R6: EriRPG's phases at the level of the milestone, with H3 fields", () => {
    const text = `# Roadmap
## Milestone: v2.0
## Phase 1: Foundation
**Status:** complete
**Goal:** Base
### Success Criteria
- It runs
- It stops
## Phase 2: Gap - Wiring (inserted)
**Status:** pending
**Addresses Gaps:**
- Phase 3 Verification: Gap 1, Gap 2
- Audit: Gap 4
**Requirements Mapped:**
- REQ-012: Message display (gap closure)
`;
    expect(outline(text)).toEqual(["2.0 1 [x] Foundation", "2.0 2 [ ] Gap - Wiring"]);
    const [first, second] = readRoadmap(text).phases;
    expect(first!.successCriteria).toEqual(["It runs", "It stops"]);
    expect(second!.addressesGaps).toEqual(["Phase 3 Verification: Gap 1, Gap 2", "Audit: Gap 4"]);
    expect(second!.requirements).toEqual(["REQ-012"]);
  });

  test("fields and plans below a checklist line without heading", () => {
    const text = `<details open>
<summary>🔄 v1.2 Parity — IN PROGRESS</summary>

**Goal:** The milestone's

- [x] Phase 23: Foundations (3/3 plans, 2026-03-15) — RAPI-01, 02, QH-01
  Goal: 目标
  Depends on: Phase 22
  Success criteria:
  1. One
  2. Two
  Plans:
  - [x] 23-01-PLAN.md — text
  - [ ] 23-02-PLAN.md — text
- [ ] Phase 30: Quality — CI (~2 plans) — CI-01, CI-02

**Requirements:** 38 total

</details>`;
    const [first, second] = readRoadmap(text).phases;
    expect(first).toMatchObject({
      name: "Foundations",
      milestone: "1.2",
      checked: true,
      goal: "目标",
      dependsOn: ["Phase 22"],
      requirements: ["RAPI-01", "RAPI-02", "QH-01"],
      successCriteria: ["One", "Two"],
      plans: [
        { id: "23-01", checked: true, line: 13 },
        { id: "23-02", checked: false, line: 14 },
      ],
    });
    expect(second).toMatchObject({ name: "Quality — CI", requirements: ["CI-01", "CI-02"], goal: null });
  });

  test("a list that repeats a phase of the same milestone is one entry", () => {
    const text = `## Milestones
- ✅ **v4.5 Suite** — Phases 25-26 (shipped 2026-02-22)
## Phases
- [x] **Phase 25: Speed** — text (completed 2026-02-21)
<details>
<summary>✅ v4.5 Suite (Phases 25-26) — SHIPPED 2026-02-22</summary>

- [x] Phase 25: Speed — text (5/5 plans complete) (completed 2026-02-21)

**Phase 25 Plans:**
- [x] 25-01-PLAN.md — one
- [x] 25-02-PLAN.md — two
</details>
## v4.5 Phase Details
### Phase 25: Speed
**Plans:** 1/1
- [x] 25-01-PLAN.md — first
`;
    expect(only(text)).toMatchObject({ milestone: "4.5", line: 15, checklistLine: 4, headingLine: 15 });
    expect(only(text).plans.map(({ id, text }) => `${id} ${text}`)).toEqual(["25-01 first", "25-02 two"]);
  });

  test("milestone headings as people write them", () => {
    const text = `### v1.3.3 Name ← YOU ARE HERE
### v1.3.4 — Other (Planned)
## Milestone 2: v2.0 Third
## Milestone v3.0: Fourth
### Milestone: Voice (v4.0)
### v5.0
### [v6.0 Linked](milestones/v6.0-ROADMAP.md) — Complete
## v6.0 Phase Details
`;
    expect(
      readRoadmap(text).milestones.map(({ version, name, status }) => `${version} ${name} ${status}`),
    ).toEqual([
      "1.3.3 Name current",
      "1.3.4 Other planned",
      "2.0 Third unknown",
      "3.0 Fourth unknown",
      "4.0 Voice unknown",
      "5.0  unknown",
      "6.0 Linked shipped",
    ]);
  });

  test("two headings of one number without milestones are two phases", () => {
    const text = "## Voice\n### Phase 1: Calls\n### Phase 2: Mail\n## Text\n### Phase 1: Chat\n";
    expect(outline(text)).toEqual(["- 1 [?] Calls", "- 2 [?] Mail", "- 1 [?] Chat"]);
  });

  test("phases in tables of progress, ranges and withdrawn phases are no entries", () => {
    const text = `## Phases
- [x] Phase 1-4: Early (done)
- [ ] Phase 5: Real
- ~~Phase 6: Float~~ — cancelled
- [ ] ~~**Phase 7: Gone**~~
- [x] ~~**Phase 8: Done**~~
| 9. Table | v1.0 | 1/1 | Complete |
- Phase 10 needs a decision
`;
    expect(outline(text)).toEqual(["- 5 [ ] Real", "- 8 [x] Done"]);
  });

  test("bullets without a box", () => {
    const text = "## Phases\n- ✅ Phase 1: Base\n- **Phase 2: Chat** — text\n- Phase 3: prose about it\n";
    expect(outline(text)).toEqual(["- 1 [x] Base", "- 2 [?] Chat"]);
    expect(readRoadmap(text).phases[0]).toMatchObject({ line: 2, checklistLine: null, headingLine: null });
  });

  test("phases nested below their milestone's bullet", () => {
    const text = "## Milestones\n- 🚧 **v1.0 A**\n  - [ ] Phase 1: One\n- **v1.1 B**\n  - [ ] Phase 1: Two\n";
    expect(outline(text)).toEqual(["1.0 1 [ ] One", "1.1 1 [ ] Two"]);
  });

  test("the backlog belongs to no milestone", () => {
    const text = `## Current Milestone: v1.0
### Phase 1: One
## Backlog
### Phase 999.1: Someday (BACKLOG)
`;
    expect(outline(text)).toEqual(["1.0 1 [?] One", "- 999.1 [?] Someday"]);
    for (const version of ["1.0", null]) {
      expect(phasesOfMilestone(readRoadmap(text), version).map(summary)).toEqual(["1.0 1 [?] One"]);
    }
  });
});

describe("which milestone a phase belongs to", () => {
  const LIST = "## Milestones\n- ✅ v1.0 A — Phases 1-2 (shipped)\n- 🚧 v1.1 B — Phases 3-4 (in progress)\n";
  test.each<[string, string]>([
    ["### Phase 2: X", "1.0"],
    ["### Phase 3: X", "1.1"],
    ["### Phase 2.1: X", "1.0"],
    ["### Phase 4.1: X", "1.1"],
    // The list was not kept up to date: what comes after it is the milestone in progress.
    ["### Phase 5: X", "1.1"],
  ])("by the ranges of the list: %s", (heading, milestone) => {
    expect(only(`${LIST}## Phase Details\n${heading}\n`).milestone).toBe(milestone);
  });

  test("before the range of the milestone in progress: none", () => {
    expect(
      only("## Milestones\n- 🚧 v1.1 B — Phases 3-4 (in progress)\n## P\n### Phase 2: X\n").milestone,
    ).toBeNull();
  });

  test("a number that two ranges share is the live milestone's", () => {
    const text =
      "## Milestones\n- ✅ v1.0 A — Phases 1-4\n- 🚧 v2.0 B — Phases 1-3\n## Details\n### Phase 1: X\n";
    expect(only(text).milestone).toBe("2.0");
  });

  test("an exact range comes before one that it was inserted after", () => {
    const list = "## Milestones\n- ✅ **v1.0** — Phases 1, 1.1, 2\n- ✅ **v1.1** — Phases 2.1, 3, 4\n## D\n";
    expect(only(`${list}### Phase 2.1: X\n`).milestone).toBe("1.1");
    expect(only(`${list}### Phase 1.1: X\n`).milestone).toBe("1.0");
  });

  test("a free heading joins the list line of its name, not the other milestone's", () => {
    const text = `<details><summary>✅ v1.0 A — SHIPPED</summary>

- [x] Phase 1: Foundation
</details>

## Phases
- [ ] **Phase 1: Login** - text
## Phase Details
### Phase 1: Login
**Goal**: Log in
`;
    expect(outline(text)).toEqual(["1.0 1 [x] Foundation", "- 1 [ ] Login"]);
    const shipped = text.replaceAll("Login", "Foundation");
    expect(outline(shipped)).toEqual(["1.0 1 [x] Foundation"]);
  });

  test("`**Milestone:** vX` at the top claims the phases below it, at the end it claims none", () => {
    expect(only("# Roadmap\n**Milestone:** v2.4 Name\n## Phases\n### Phase 1: X\n").milestone).toBe("2.4");
    const after = "## Phases\n### Phase 1: X\n## Progress\n\n*Roadmap for milestone: v1.1*\n";
    expect(only(after).milestone).toBeNull();
    expect(phasesOfMilestone(readRoadmap(after), "1.1")).toHaveLength(1);
  });

  test("`v1.1` and `v1.1.0` are one milestone", () => {
    const text = "## Milestones\n- 🚧 **v1.1** — now\n### v1.1.0 Name\n#### Phase 1: X\n";
    expect(only(text).milestone).toBe("1.1");
    expect(phasesOfMilestone(readRoadmap(text), "1.1.0")).toHaveLength(1);
    expect(readRoadmap(text).milestones).toHaveLength(1);
  });
});

describe("fields", () => {
  test.each<[string, string]>([
    ["**Goal:** Talk", "Talk"],
    ["**Goal**: Talk", "Talk"],
    ["Goal: Talk", "Talk"],
    ["- Goal: Talk", "Talk"],
    ["- **Goal:** Talk", "Talk"],
    ["**Goal:** **Talk** now: $1 `x`", "**Talk** now: $1 `x`"],
    ["**Goal:**\nTalk", "Talk"],
    ["**Goal:**\n\nTalk", "Talk"],
    ["#### Goal\nTalk", "Talk"],
    ["*INSERTED*\n\n**Goal**: Talk", "Talk"],
    ["**Goal**: 用户打开视频。  ", "用户打开视频。"],
    // Without a label the first paragraph says it (a real revision has only that).
    ["Talk to people\nand listen.\n\nMore.", "Talk to people and listen."],
  ])("goal: %j", (text, goal) => {
    expect(fields(...text.split("\n")).goal).toBe(goal);
  });

  test.each<[string]>([
    ["**Demo:** x"],
    ["- [ ] 01-01: x"],
    ["| a | b |"],
    ["**Plans:** 2\n\nText after it"],
    ["1. First\n\nText"],
  ])("no goal: %j", (text) => {
    expect(fields(...text.split("\n")).goal).toBeNull();
  });

  test.each<[string, string[]]>([
    ["**Depends on**: Phase 1", ["Phase 1"]],
    ["**Depends on:** Phase 2 (a, b), Phase 1.1 (c)", ["Phase 2 (a, b)", "Phase 1.1 (c)"]],
    ["**Dependencies:** None (first phase)", []],
    ["**Depends on**: Nothing", []],
    ["**Depends on**: Nothing (first phase of v2.4)", []],
    ["**Depends on**: None", []],
    ["**Depends on**: N/A", []],
    ["**Depends on**: —", []],
    ["**Depends on**:", []],
    ["**Depends on**: [Phase 1, Phase 2]", ["Phase 1", "Phase 2"]],
    ["**Depends on**: Phase 1 and Phase 2", ["Phase 1 and Phase 2"]],
    ["**Depends on**: Phases 1-7 (all of them)", ["Phases 1-7 (all of them)"]],
    ["**Depends on**: v1.0.9 complete (tag, notes)", ["v1.0.9 complete (tag, notes)"]],
    ["**Depends on**: Phase 1 (unclosed, Phase 2", ["Phase 1 (unclosed, Phase 2"]],
    ["**Depends on**: Phase 1,\nPhase 2", ["Phase 1", "Phase 2"]],
    ["**Depends on:**\n- Phase 1\n- Phase 2 (x)", ["Phase 1", "Phase 2 (x)"]],
    ["**Depends on**: Nonetheless Phase 2", ["Nonetheless Phase 2"]],
  ])("depends on: %j", (text, entries) => {
    expect(fields(...text.split("\n")).dependsOn).toEqual(entries);
  });

  test.each<[string, string[]]>([
    ["**Requirements**: A-01, A-02", ["A-01", "A-02"]],
    ["**Requirements:** 4 (REL-01 to REL-03)", ["REL-01", "REL-02", "REL-03"]],
    ["**Requirements:** 26", []],
    ["**Requirements:** None (A-01 is done)", []],
    ["**Requirements (v1):** A-01", ["A-01"]],
    ["**Requirements:**\n- A-01: text\n- **B-02**: needs C-03\n- [x] D-04", ["A-01", "B-02", "D-04"]],
    ["**Requirements:**\n\n* A-01 — text\n", ["A-01"]],
    ["**Requirements Mapped:**\n- REQ-012: text", ["REQ-012"]],
    ["**Requirements**: A-01,\nA-02", ["A-01", "A-02"]],
    ["**Requirements Coverage:** A-01", []],
  ])("requirements: %j", (text, ids) => {
    expect(fields(...text.split("\n")).requirements).toEqual(ids);
  });

  test.each<[string, string[]]>([
    ["**Success Criteria** (what must be TRUE):\n  1. One\n  2. Two", ["One", "Two"]],
    ["**Success Criteria:**\n1. One\n2. Two", ["One", "Two"]],
    ["**Success criteria:**\n- ✅ One\n- [x] Two", ["One", "Two"]],
    ["**Success Criteria** (what must be TRUE):\n\n1. One\n\n2. Two\n\nText", ["One", "Two"]],
    ["**Success Criteria:** All tests pass", ["All tests pass"]],
    ["**Success Criteria:**\n1. One\n   goes on\n   - detail\n2. Two", ["One goes on", "Two"]],
    ["**Success Criteria:**\nThe phase is done when:\n- One", ["One"]],
    ["**Success Criteria:**\n- Goal: reached\n**Plans**: 2", []],
    ["- **Success Criteria:**\n  - One\n- **Plans:** 2", ["One"]],
    ["#### Success Criteria\n- One\n#### Notes\n- Two", ["One"]],
    ["**Success Criteria:**\n1. `a` (b), c: d", ["`a` (b), c: d"]],
  ])("success criteria: %j", (text, criteria) => {
    const phase = fields(...text.split("\n"));
    expect(phase.successCriteria).toEqual(criteria);
  });

  test("gap closure", () => {
    expect(fields("**Gap Closure:** Closes GAP-1, GAP-2").addressesGaps).toEqual(["Closes GAP-1, GAP-2"]);
    expect(
      fields("**Addresses Gaps:**", "- Phase 3: Gap 1", "- UAT: 2", "", "**Plans:** 1").addressesGaps,
    ).toEqual(["Phase 3: Gap 1", "UAT: 2"]);
  });

  test.each<[string, string]>([
    ["- [ ] 01-01-PLAN.md — text", "01-01 [ ] text"],
    ["- [x] 01-01-PLAN.md -- text", "01-01 [x] text"],
    ["- [X] 01-01: text", "01-01 [x] text"],
    ["- [ ] 01-01: TBD", "01-01 [ ] TBD"],
    ["- [ ] Plan 01: text (wave 1)", "01 [ ] text (wave 1)"],
    ["- [ ] Plan 1 — text", "1 [ ] text"],
    ["- [ ] `01-01-PLAN.md` - text", "01-01 [ ] text"],
    ["- [ ] **01-01**: text", "01-01 [ ] text"],
    ["- [ ] [01-01-PLAN.md](phases/01/01-01-PLAN.md) — text", "01-01 [ ] text"],
    ["- [ ] 02.1-01-slug-words-PLAN.md — text", "02.1-01-slug-words [ ] text"],
    ["- [ ] 02-01-slug: text", "02-01-slug [ ] text"],
    ["- [ ] 04-GAP-2-PLAN.md — text", "04-GAP-2 [ ] text"],
    ["- [ ] 36A-01-PLAN.md", "36A-01 [ ] "],
    ["- [~] 01-01-PLAN.md — text", "01-01 [ ] text"],
    ["* [x] 01-01-PLAN.md — text — completed 2026-01-01", "01-01 [x] text — completed 2026-01-01"],
    ["  - [ ] 01-01-PLAN.md — text", "01-01 [ ] text"],
    ["- 01-01-PLAN.md — text", "01-01 [?] text"],
    ["- ✅ 01-01-PLAN.md — text", "01-01 [x] text"],
    ["- [ ] 01: text", "01 [ ] text"],
  ])("plan line: %s", (line, expected) => {
    const plans = fields("**Plans:** 1 plan", "", "Plans:", line).plans.map(
      ({ id, checked, text }) => `${id} [${checked === null ? "?" : checked ? "x" : " "}] ${text}`,
    );
    expect(plans).toEqual([expected]);
  });

  test.each([
    "- [ ] TBD (run /plan-phase 1 to break down)",
    "- [ ] INTEGRATION-PLAN.md — text",
    "- [ ] 2026-01-01: a date",
    "- [ ] 01-PLAN-OUTLINE.md",
    "- [ ] User can log in",
    "3 plans",
  ])("no plan line: %s", (line) => {
    expect(fields("Plans:", line).plans).toEqual([]);
  });

  test("plan lines after their label, bare, and repeated", () => {
    const phase = fields(
      "**Plans**: 2 plans (1 original + 1 gap closure)",
      "**Plan list**:",
      "- [x] 01-01-PLAN.md — one",
      "",
      "- [ ] 01-02-PLAN.md — two",
      "- [ ] 01-01-PLAN.md — again",
    );
    expect(phase.plans.map(({ id, line, text }) => `${line} ${id} ${text}`)).toEqual([
      "4 01-01 one",
      "6 01-02 two",
    ]);
  });

  test("a table of plans", () => {
    const phase = fields(
      "**Plans:**",
      "",
      "| Plan | Wave | Title | Tasks |",
      "|------|------|-------|-------|",
      "| 01-01 | 1 | Skeleton & CI | a, b |",
      "| `01-02-PLAN.md` | 2 | Merge run\\|plan | c |",
      "| TBD | 3 | later | |",
      "",
      "| Risk | Plan B |",
      "|---|---|",
      "| 01-09 | x |",
    );
    expect(phase.plans).toEqual([
      { line: 6, checked: null, id: "01-01", text: "Skeleton & CI" },
      { line: 7, checked: null, id: "01-02", text: "Merge run|plan" },
    ]);
  });

  test("a section ends at the next phase, milestone or heading of its level", () => {
    const text = `#### Phase 1: One
#### Phase 2: Two
### v1.1 Next (Planned)
**Goal:** The milestone's
#### Phase 3: Three
## Notes
**Goal:** Nobody's
`;
    expect(readRoadmap(text).phases.map(({ goal }) => goal)).toEqual([null, null, null]);
  });

  test.each<[string, boolean | null]>([
    ["### Phase 1: X ✅", true],
    ["### Phase 1: X — completed 2026-01-01", true],
    ["### Phase 1: X ✓ COMPLETE (2026-01-01)", true],
    ["### [x] Phase 1: X", true],
    ["### [ ] Phase 1: X", false],
    ["### 🔄 Phase 1: X", null],
    ["### Phase 1: X (2/2 plans)", null],
    ["### Phase 1: X\n**Status:** ✅ Complete", true],
    ["### Phase 1: X\n**Status:** pending", false],
    ["- [ ] Phase 1: X\n## D\n### Phase 1: X ✅", false],
    ["- [!] **Phase 1: X** - closed with gaps", false],
  ])("box: %j", (text, checked) => {
    expect(only(text).checked).toBe(checked);
  });
});

describe("findRoadmapPhase", () => {
  const text = `## Milestones
- ✅ **v1.0 A** — shipped
- ✅ **v1.1 B** — shipped
- 🚧 **v2.0 C** — in progress
### v1.0 A
#### Phase 1: Foundation
#### Phase 2: Chat
#### Phase 5: Chat
### v1.1 B
#### Phase 1: Hardening
#### Phase 5: Voice
### v2.0 C
#### Phase 1: Login
#### Phase 3: Mail
`;
  const roadmap = readRoadmap(text);
  const find = (number: string, milestone: string | null, slug: string | null) => {
    const { entry, candidates } = findRoadmapPhase(roadmap, parsePhaseNumber(number)!, { milestone, slug });
    return [entry && summary(entry), candidates.length];
  };
  test.each<[string, string | null, string | null, string | null, number]>([
    ["1", "2.0", null, "2.0 1 [?] Login", 3],
    ["01", "2.0.0", null, "2.0 1 [?] Login", 3],
    ["1", "2.0", "foundation", "1.0 1 [?] Foundation", 3],
    ["1", "2.0", "something-else", "2.0 1 [?] Login", 3],
    ["3", null, null, "2.0 3 [?] Mail", 1],
    ["2", "2.0", null, "1.0 2 [?] Chat", 1],
    ["1", null, null, null, 3],
    ["1", null, "hardening", "1.1 1 [?] Hardening", 3],
    ["5", "2.0", "Voice", "1.1 5 [?] Voice", 2],
    ["5", "2.0", null, null, 2],
    ["2.1", "2.0", null, null, 0],
  ])("%s in %s with slug %s", (number, milestone, slug, entry, candidates) => {
    expect(find(number, milestone, slug)).toEqual([entry, candidates]);
  });
});

test("phasesOfMilestone orders by number: 2, 2.1, 2.2, 2.10, 3, 12, 12A", () => {
  const numbers = ["12A", "3", "2.10", "2.2", "12", "2", "2.1"];
  const roadmap = readRoadmap(numbers.map((number) => `### Phase ${number}: N`).join("\n"));
  expect(phasesOfMilestone(roadmap, null).map(({ number }) => formatPlain(number))).toEqual([
    "2",
    "2.1",
    "2.2",
    "2.10",
    "3",
    "12",
    "12A",
  ]);
});

test("`<details>` that is not closed, empty or on one line", () => {
  expect(outline("<details><summary>✅ v1.0 A</summary></details>\n### Phase 1: X\n")).toEqual(["- 1 [?] X"]);
  expect(outline("<details>\n<summary>\n<b>✅ v1.0</b> A\n</summary>\n### Phase 1: X\n")).toEqual([
    "1.0 1 [?] X",
  ]);
  expect(outline("<details><summary>v1.0</details>\n### Phase 1: X\n")).toEqual(["- 1 [?] X"]);
  expect(outline("</details>\n### Phase 1: X\n")).toEqual(["- 1 [?] X"]);
});

test("a fold inside a phase does not end the phase", () => {
  const text =
    "### Phase 1: X\n<details>\n<summary>Notes on v9.9 support</summary>\n\n**Goal:** In\n</details>\n\n**Depends on**: Phase 0\n";
  expect(only(text)).toMatchObject({ goal: "In", dependsOn: ["Phase 0"], milestone: null });
});
