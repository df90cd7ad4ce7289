import { describe, expect, test } from "vitest";
import { formatPlain, parsePhaseNumber } from "../../src/domain/phase.ts";
import { readRoadmap } from "../../src/domain/roadmap.ts";
import { insertRoadmapPhase, type NewRoadmapPhase } from "../../src/domain/roadmap-edit-insert.ts";
import { itemValue, plainValue, roadmapName } from "../../src/domain/roadmap-edit-values.ts";

type Changes = Partial<Omit<NewRoadmapPhase, "number">> & { number?: string };

function insert(text: string, { number = "6", ...phase }: Changes = {}) {
  return insertRoadmapPhase(text, {
    name: "Gap - Message wiring",
    suffix: "(inserted)",
    goal: "Complete message display",
    addressesGaps: ["Phase 3 Verification: Gap 1, Gap 2"],
    successCriteria: ["Messages display", "New messages persist"],
    requirements: ["REQ-012", "REQ-013"],
    milestone: null,
    number: parsePhaseNumber(number)!,
    ...phase,
  });
}

/** The lines that were inserted, as `number: text`; that all others stay is checked. */
function inserted(before: string, phase: Changes = {}): string[] {
  const result = insert(before, phase);
  const old = before.split("\n");
  const added: string[] = [];
  let at = 0;
  for (const [index, line] of result.text.split("\n").entries()) {
    if (at < old.length && line === old[at]) at++;
    else added.push(`${index + 1}: ${line}`);
  }
  expect(at).toBe(old.length);
  expect(result.inserted).toBe(true);
  expect(result.text.split("\n")[result.line - 1]).toMatch(/^#{2,6} Phase /);
  return added;
}

describe("dialects", () => {
  test("R1: checklist, details in the compact style, table", () => {
    const text = `# Roadmap

## Phases

- [x] **Phase 1: Foundation** - Auth — completed 2026-01-01
- [ ] **Phase 2: Chat** - Messages

## Phase Details

### Phase 1: Foundation
**Goal**: Log in
**Success Criteria** (what must be TRUE):
  1. User can log in
**Plans**: 2 plans

### Phase 2: Chat
**Goal**: Talk
**Requirements**: A-01
**Success Criteria** (what must be TRUE):
  1. User can talk
**Plans**: TBD

## Progress

| Phase | Plans Complete | Status | Completed |
|-------|----------------|--------|-----------|
| 1. Foundation | 2/2 | Complete | 2026-01-01 |
| 2. Chat | 0/TBD | Not started | - |
`;
    expect(inserted(text, { number: "3" })).toEqual([
      "7: - [ ] **Phase 3: Gap - Message wiring** (inserted) - Complete message display",
      "24: ### Phase 3: Gap - Message wiring (inserted)",
      "25: **Goal**: Complete message display",
      "26: **Addresses Gaps**:",
      "27: - Phase 3 Verification: Gap 1, Gap 2",
      "28: **Success Criteria** (what must be TRUE):",
      "29:   1. Messages display",
      "30:   2. New messages persist",
      "31: **Requirements**: REQ-012, REQ-013",
      "32: ",
      "39: | 3. Gap - Message wiring | 0/TBD | Not started | - |",
    ]);
  });

  const R2 = `# Roadmap

## Milestones

- **v1.0 MVP** — Phases 1-2 (shipped 2026-01-01)
- **v1.2.0 Talk** — Phases 1-2 (in progress)
- **v1.3.0 Later** — Phases 9-10 (planned)

## Phases

<details>
<summary>v1.0 MVP (Phases 1-2) — SHIPPED 2026-01-01</summary>

- [x] Phase 1: Base (2/2 plans) — completed 2026-01-01
- [x] Phase 2: Auth (1/1 plans) — completed 2026-01-01

</details>

### v1.2.0 Talk (In Progress)

- [ ] Phase 1: Login (0/2 plans)
- [ ] Phase 2: Chat (0/? plans)

### v1.3.0 Later (Planned)

- [ ] Phase 9: Video

## Phase Details

### v1.2.0 Talk

#### Phase 1: Login

**Goal:** Log in

**Requirements:** A-01

#### Phase 2: Chat

**Goal:** Chat

### v1.3.0 Later

#### Phase 9: Video

**Goal:** Video

## Progress

| Phase        | Milestone | Plans Complete | Status      | Completed  |
| ------------ | --------- | -------------- | ----------- | ---------- |
| 1. Base      | v1.0      | 2/2            | Complete    | 2026-01-01 |
| 1. Login     | v1.2      | 0/2            | Planned     | —          |
| 9. Video     | v1.3      | 0/?            | Not started | -          |
`;

  test("R2: in the current milestone's list, section and rows", () => {
    expect(inserted(R2, { milestone: "1.2", number: "11" })).toEqual([
      "23: - [ ] Phase 11: Gap - Message wiring (inserted) (0/? plans)",
      "43: #### Phase 11: Gap - Message wiring (inserted)",
      "44: ",
      "45: **Goal:** Complete message display",
      "46: ",
      "47: **Addresses Gaps:**",
      "48: - Phase 3 Verification: Gap 1, Gap 2",
      "49: ",
      "50: **Success Criteria:**",
      "51: - Messages display",
      "52: - New messages persist",
      "53: ",
      "54: **Requirements:** REQ-012, REQ-013",
      "55: ",
      "68: | 11. Gap - Message wiring | v1.2      | 0/?            | Planned     | —          |",
    ]);
  });

  test("R2: a number in a planned milestone's range stays with the current one, where its sections say so", () => {
    const { text } = insert(R2, { milestone: "1.2", number: "10" });
    expect(readRoadmap(text).phases.find(({ number }) => number.major === 10)?.milestone).toBe("1.2.0");
  });

  test("R4: a checklist only, all done; the entry goes below it", () => {
    const text = `## Current Milestone: v1.7.0 Name

**Goal:** Something

- [x] Phase 4: Base (2/2 plans) — completed 2026-01-01
- [x] Phase 5: Chat (2/2 plans) — completed 2026-01-01

## Planned Milestones

### ○ v1.8.0 Next
`;
    expect(inserted(text, { milestone: "1.7" })).toEqual([
      "7: - [ ] Phase 6: Gap - Message wiring (inserted)",
      "9: ### Phase 6: Gap - Message wiring (inserted)",
      "10: ",
      "11: **Goal:** Complete message display",
      "12: ",
      "13: **Addresses Gaps:**",
      "14: - Phase 3 Verification: Gap 1, Gap 2",
      "15: ",
      "16: **Success Criteria:**",
      "17: - Messages display",
      "18: - New messages persist",
      "19: ",
      "20: **Requirements:** REQ-012, REQ-013",
      "21: ",
    ]);
  });

  test("R6: EriRPG, where requirements are a list", () => {
    const text = `## Milestone: v1.0

## Phase 5: Chat

**Goal:** Talk

**Success Criteria:**
* Works

**Requirements Mapped:**
* REQ-001

---
*Footer*`;
    expect(inserted(text, { milestone: "1.0", requirements: ["REQ-012: Display (gap closure)"] })).toEqual([
      "13: ## Phase 6: Gap - Message wiring (inserted)",
      "14: ",
      "15: **Goal:** Complete message display",
      "16: ",
      "17: **Addresses Gaps:**",
      "18: * Phase 3 Verification: Gap 1, Gap 2",
      "19: ",
      "20: **Success Criteria:**",
      "21: * Messages display",
      "22: * New messages persist",
      "23: ",
      "24: **Requirements Mapped:**",
      "25: * REQ-012: Display (gap closure)",
      "26: ",
    ]);
  });

  test("phases divided by rules, labels as bullets", () => {
    const text = `## Phases

### Phase 4: A
- Goal: One

---

### Phase 5: B
- Goal: Two
- Success Criteria:
  - Works

---

## Next
`;
    expect(inserted(text, { requirements: [] })).toEqual([
      "15: ### Phase 6: Gap - Message wiring (inserted)",
      "16: - Goal: Complete message display",
      "17: - Addresses Gaps:",
      "18:   - Phase 3 Verification: Gap 1, Gap 2",
      "19: - Success Criteria:",
      "20:   - Messages display",
      "21:   - New messages persist",
      "22: ",
      "23: ---",
      "24: ",
    ]);
  });
});

test("R2b: several phases one after another; another milestone's range does not take a number", () => {
  const text = `## Milestones

- 🚧 **v1.1 A** - Phases 5-6 (in progress)
- 📋 **v2.0 B** - Phases 7-10 (planned)

## Phases

### 🚧 v1.1 A (In Progress)

- [x] **Phase 5: X** - a
- [ ] **Phase 6: Y** - b

### 📋 v2.0 B (Planned)

TBD

## Phase Details

### Phase 6: Y
**Goal**: y

## Progress

| Phase | Milestone | Plans Complete | Status | Completed |
|---|---|---|---|---|
| 6. Y | v1.1 | 0/? | Not started | - |
| 7. Z | v2.0 | 0/? | Not started | - |
`;
  const numbers = ["7", "11", "12"];
  const edited = numbers.reduce(
    (before, number) => insert(before, { number, name: `Gap - ${number}`, milestone: "1.1" }).text,
    text,
  );
  const { phases } = readRoadmap(edited);
  // In the range of v2.0, the entry has to stand in the section of v1.1; the others follow the last one.
  expect(phases.map(({ number, milestone, name }) => `${milestone} ${formatPlain(number)} ${name}`)).toEqual([
    "1.1 5 X",
    "1.1 7 Gap - 7",
    "1.1 6 Y",
    "1.1 11 Gap - 11",
    "1.1 12 Gap - 12",
  ]);
  expect(edited.split("\n").filter((line) => line.startsWith("| "))).toEqual([
    "| Phase | Milestone | Plans Complete | Status | Completed |",
    "| 6. Y | v1.1 | 0/? | Not started | - |",
    ...numbers.map((number) => `| ${number}. Gap - ${number} | v1.1 | 0/? | Not started | - |`),
    "| 7. Z | v2.0 | 0/? | Not started | - |",
  ]);
});

describe("where there is no phase", () => {
  test.each([
    ["", null, 1, "## "],
    ["# Roadmap\n", null, 3, "## "],
    ["# Roadmap", null, 3, "## "],
    ["# Roadmap\n\nText\n\n---\n*Updated*\n", null, 5, "## "],
    ["## Current Milestone: v2.7 Name\n\nText\n\n## Done\n", "2.7", 5, "### "],
    ["## Phases\n\n### 📋 v2.7 (Planned)\n\n_text_\n\n## Progress\n", "2.7", 7, "#### "],
    [
      "## Milestones\n\n- 🚧 **v1.1 A** (in progress)\n\n## Phase Details\n\n## Progress\n\nText\n",
      "1.1",
      7,
      "### ",
    ],
    ["# Roadmap\n\n## Phase Details\n\n```\nnever closed\n", null, 5, "### "],
  ])("%j", (text, milestone, line, mark) => {
    const result = insert(text, { milestone });
    expect([result.line, result.inserted]).toEqual([line, true]);
    expect(result.text.split("\n")[line - 1]).toBe(`${mark}Phase 6: Gap - Message wiring (inserted)`);
    expect(readRoadmap(result.text).phases).toMatchObject([{ name: "Gap - Message wiring", milestone }]);
  });

  test("a shipped milestone at the end does not get it", () => {
    const text = "## Milestones\n\n- ✅ v1.0 A (shipped)\n\n## v1.0 A\n\n- [x] Phase 1: B\n";
    const { text: edited } = insert(text, { milestone: null });
    expect(readRoadmap(edited).phases.map(({ milestone }) => milestone)).toEqual([null, "1.0"]);
  });
});

describe("the same phase again", () => {
  const { text, line } = insert("### Phase 5: A\n**Goal:** x\n");
  test("changes nothing", () => {
    expect(insert(text)).toEqual({ text, line, name: "Gap - Message wiring", inserted: false });
    expect(insert(text, { name: "Gap - Message Wiring (done)" })).toMatchObject({
      text,
      line,
      inserted: false,
    });
  });

  test("another one of the same number is not mixed with it", () => {
    expect(insert(text, { name: "Gap - Other" })).toMatchObject({ text, line, inserted: false });
    expect(insert(text, { name: "Gap - Other", number: "6.1" }).inserted).toBe(true);
  });
});

describe("the checklist line", () => {
  test.each([
    ["- [ ] **Phase 5: A** - text", "- [ ] **Phase 6: Gap - B** (inserted) - G"],
    ["- [ ] **Phase 5: A** (INSERTED) — text", "- [ ] **Phase 6: Gap - B** (inserted) — G"],
    ["- [ ] **Phase 5:** A - text", "- [ ] **Phase 6:** Gap - B (inserted) - G"],
    ["- [ ] __Phase 5: A__", "- [ ] __Phase 6: Gap - B__ (inserted)"],
    ["* [ ] Phase 5: A", "* [ ] Phase 6: Gap - B (inserted)"],
    ["  - [x]  Phase 5: A — completed 2026-01-01", "  - [ ]  Phase 6: Gap - B (inserted)"],
    ["- [ ] Phase 5: A — text", "- [ ] Phase 6: Gap - B (inserted) — G"],
    ["- [ ] Phase 5: A (0/3 plans)", "- [ ] Phase 6: Gap - B (inserted) (0/? plans)"],
    ["- [ ] Phase 5: A (3 plans)", "- [ ] Phase 6: Gap - B (inserted) (TBD plans)"],
    ["- [x] Phase 5: A (3/3 plans)", "- [ ] Phase 6: Gap - B (inserted)"],
    ["- [ ] Phase 5: A (~3 plans) — X-01, X-02", "- [ ] Phase 6: Gap - B (inserted) (TBD plans) — A-01"],
    ["- [ ] Phase 5: Gap - A (inserted)", "- [ ] Phase 6: Gap - B (inserted)"],
    ["- [ ] Phase 5: Gap - A (inserted) — text", "- [ ] Phase 6: Gap - B (inserted) — G"],
  ])("%s", (model, expected) => {
    const { text } = insert(`## Phases\n${model}\n`, { name: "Gap - B", goal: "G", requirements: ["A-01"] });
    expect(text.split("\n")[2]).toBe(expected);
  });

  test("behind the last phase with its nested lines, fences and wrapped text", () => {
    const list = [
      "- [ ] Phase 4: A",
      "- [ ] Phase 5: B",
      "  - [ ] 05-01: x",
      "",
      "  ```",
      "- [ ] no",
      "  ```",
      "  more",
    ];
    const text = ["## Phases", ...list, "", "Text"].join("\n");
    expect(inserted(text)[0]).toBe("10: - [ ] Phase 6: Gap - Message wiring (inserted)");
    expect(inserted("## Phases\n- [ ] Phase 5: B — long\ntext\n\nText\n")[0]).toBe(
      "4: - [ ] Phase 6: Gap - Message wiring (inserted) — Complete message display",
    );
  });

  test("a loose list stays loose; a backlog is no list of the milestone's", () => {
    const text = "## Phases\n\n- [ ] Phase 4: A\n\n- [ ] Phase 5: B\n\n## Backlog\n\n- [ ] Phase 999.1: C\n";
    expect(inserted(text).slice(0, 2)).toEqual(["7: - [ ] Phase 6: Gap - Message wiring (inserted)", "8: "]);
  });
});

describe("the table's row", () => {
  const rows = (header: string, ...all: string[]) =>
    ["## Phases", "- [ ] Phase 5: A", "## Progress", header, header.replace(/[^|]/g, "-"), ...all].join("\n");

  test.each<[header: string, row: string, expected: string | undefined]>([
    [
      "| Phase | Plans | Status | Completed |",
      "| 5. A | 0/2 | In progress | - |",
      "| 6. Gap \\| B | 0/? | Not started | - |",
    ],
    ["| Phase | Status | Completed |", "| 5 - A | Pending | |", "| 6 - Gap \\| B | Pending | |"],
    [
      "| Phase | Name | Requirements | Status |",
      "| 5 | A | - | Pending |",
      "| 6 | Gap \\| B | A-01 | Pending |",
    ],
    [
      "| Phase | Plans | Status | Owner |",
      "| Phase 5: A | 2/2 | Done | me |",
      "| Phase 6: Gap \\| B | 0/? | Not started | - |",
    ],
    ["| Phase | Milestone | Status |", "| 5. A | v1.0 | Done |", "| 6. Gap \\| B | - | Not started |"],
    ["| Phase | Status |", "| 1. Other | Done |", undefined],
    ["| Phase | Status |", "| 1-5. All | Done |", undefined],
    ["| Requirement | Phase | Status |", "| A-01 | 5 | Done |", undefined],
  ])("%s %s", (header, row, expected) => {
    const { text } = insert(rows(header, row, "| Total | | |"), { name: "Gap | B", requirements: ["A-01"] });
    const all = text.split("\n");
    const at = all.indexOf(row) + 1;
    expect(all[at]).toBe(expected ?? "| Total | | |");
  });

  test("another milestone's table stays", () => {
    const text = "## v1.0 A\n| Phase | Status |\n|---|---|\n| 1. X | Done |\n\n## v1.1 B\n- [ ] Phase 1: X\n";
    expect(inserted(text, { milestone: "1.1" }).filter((line) => line.includes("|"))).toEqual([]);
  });
});

describe("values", () => {
  test.each([
    ["Gap - Chat", "Gap - Chat"],
    ["Gap - A:\r\nB\u2028 C", "Gap - A: B C"],
    ["Gap - Chat (done)", "Gap - Chat"],
    ["Gap - Chat — completed 2026-01-01 ✅", "Gap - Chat"],
    ["Gap - **bold** __init__", "Gap - bold init"],
    ["### Gap", "Gap"],
    ["- | # ```js", "`js"],
    ["Gap <!-- hidden --> x", "Gap <\\!-- hidden --> x"],
    ["Gap $& $1 C++ 100%", "Gap $& $1 C++ 100%"],
    ["(done)", "Gap"],
    ["", "Gap"],
  ])("name %j", (name, expected) => {
    expect(roadmapName(name)).toBe(expected);
    expect(roadmapName(expected)).toBe(expected);
  });

  test.each([
    ["Status: 500 from API", "Status — 500 from API"],
    ["**Goal:** x", "**Goal —** x"],
    ["Status (a: b): c", "Status (a — b) — c"],
    ["[ ] text", "text"],
    ["1. text", "text"],
    ["✅ text", "text"],
    ["> # - text", "text"],
    ["~~~", ""],
    ["---", ""],
    ["#12 fails", "#12 fails"],
    ["<details>x</details>", "\\<details>x\\</details>"],
    ["Phase 3 Verification: Gap 1", "Phase 3 Verification: Gap 1"],
    ["a\uD800b", "a\uFFFDb"],
  ])("item %j", (text, expected) => {
    expect(itemValue(text)).toBe(expected);
    expect(itemValue(expected)).toBe(expected);
    expect(plainValue(expected)).toBe(expected);
  });

  test("empty fields are left out, odd requirements are a list", () => {
    const empty = { goal: "", addressesGaps: [], successCriteria: ["---"], requirements: [] };
    expect(inserted("### Phase 5: A\n\n**Goal:** x\n", empty)).toEqual([
      "5: ### Phase 6: Gap - Message wiring (inserted)",
      "6: ",
    ]);
    const { text } = insert("### Phase 5: A\n", { requirements: ["REQ-1: text", "free text"] });
    expect(text).toContain("**Requirements:**\n- REQ-1: text\n- free text");
    expect(readRoadmap(text).phases[1]!.requirements).toEqual(["REQ-1"]);
  });
});

describe("what stays", () => {
  test("CRLF, a byte-order mark, no final newline", () => {
    const { text } = insert(
      "\uFEFF## Phases\r\n- [ ] Phase 5: A\r\n\r\n### Phase 5: A\r\n**Goal**: x\r\n\r\nend",
    );
    expect(text.startsWith("\uFEFF## Phases\r\n- [ ] Phase 5: A\r\n- [ ] Phase 6: Gap")).toBe(true);
    expect(text).toContain(
      "**Goal**: x\r\n\r\nend\r\n\r\n### Phase 6: Gap - Message wiring (inserted)\r\n**Goal**: ",
    );
    expect(text.endsWith("**Requirements**: REQ-012, REQ-013")).toBe(true);
    expect(text.replaceAll("\r\n", "")).not.toMatch(/[\r\n]/);
  });

  test("a fence or a fold at the end of the last phase stays the phase's", () => {
    const body =
      "### Phase 5: A\n**Goal**: x\n\n```\n### Phase 9: no\n```\n\n<details>\n\ntext\n\n</details>\n";
    expect(inserted(body)[0]).toBe("14: ### Phase 6: Gap - Message wiring (inserted)");
  });

  test("text behind a rule inside of a phase stays the phase's", () => {
    const { text } = insert("### Phase 5: A\n**Goal**: x\n\n---\n\n**Requirements**: A-01\n");
    expect(
      readRoadmap(text).phases.map(({ number, requirements }) => [formatPlain(number), requirements]),
    ).toEqual([
      ["5", ["A-01"]],
      ["6", ["REQ-012", "REQ-013"]],
    ]);
  });
});
