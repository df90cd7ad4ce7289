/** What the tools that edit documents change, line by line, on our example and on one small tree of each dialect. */
import { cpSync, readdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import completePhase from "../tools/complete_phase.ts";
import createGapPhases from "../tools/create_gap_phases.ts";
import movePhaseState from "../tools/move_phase_state.ts";
import { call, TODAY } from "./support/client.ts";
import { git, gitProject } from "./support/git.ts";
import { plan, type Tree } from "./support/project.ts";
import { REPOSITORY } from "./support/stdio.ts";

const PASSED = "---\nstatus: passed\n---\n";
const GAPS = `---
status: gaps_found
score: 3/4
gaps:
  - truth: "Messages stay after a restart"
    status: failed
    reason: "They are kept in memory"
    artifacts:
      - path: src/store.ts
        issue: "no database"
---

# Verification
`;

/** What was moved, made and edited since the last look; a carriage return as ␍. */
function changes(root: string): string {
  git(root, "add", "--all");
  const diff = (...args: string[]) =>
    git(root, "diff", "--cached", "--find-renames", ...args, "--", ".planning");
  const moved = diff("--diff-filter=R", "--name-status").matchAll(/^R100\t(.+)\/[^/\s]+\t(.+)\/[^/\s]+$/gm);
  const made = diff("--diff-filter=A", "--name-only").split("\n").filter(Boolean);
  const edited = diff("--diff-filter=M", "--unified=0", "--no-prefix").replaceAll("\r", "␍").split("\n");
  expect(diff("--diff-filter=D", "--name-only"), "nothing is removed").toBe("");
  git(root, "commit", "--quiet", "--allow-empty", "--message=looked");
  return [
    ...new Set([...moved].map(([, from, to]) => `${from} -> ${to}`)),
    ...made.map((path) => `new ${path}`),
    ...edited
      .filter((line) => !/^(?:diff --git|index|\+\+\+) /.test(line))
      .map((line) => line.replace(/^--- (?=\S+$)/, "").replace(/^(@@ .*? @@).*/, "$1")),
  ]
    .filter(Boolean)
    .join("\n");
}

/** The files of a phase that is done and was verified, with a gap that an acceptance test found. */
const done = (id: string, plans: number, verification = PASSED): Tree => ({
  ...Object.fromEntries(
    Array.from({ length: plans }, (_, index) => `${id}-0${index + 1}`).flatMap((name) => [
      [`${name}-PLAN.md`, plan({ wave: 1 })],
      [`${name}-SUMMARY.md`, "# Summary\n\n**Done**\n"],
    ]),
  ),
  [`${id}-VERIFICATION.md`]: verification,
});

async function all(root: string, phase: string, pending: string) {
  const complete = async () => {
    expect(await call(completePhase, { phase, commit: false }, root)).toMatchObject({ status: "completed" });
    return changes(root);
  };
  const createGaps = async () => {
    const args = { commit: false, date: TODAY };
    expect(await call(createGapPhases, args, root)).toMatchObject({ status: "created" });
    return changes(root);
  };
  const moveThereAndBack = async () => {
    for (const to of ["active", "pending"]) {
      expect(await call(movePhaseState, { phase: pending, to }, root)).toMatchObject({ status: "moved" });
    }
    return changes(root);
  };
  return { complete, createGaps, moveThereAndBack };
}

test("the example", async () => {
  const root = gitProject({});
  cpSync(join(REPOSITORY, "examples/chat-app"), root, { recursive: true });
  const active = join(root, ".planning/phases/active/03-chat");
  for (const name of readdirSync(active).filter((file) => file.endsWith("-PLAN.md"))) {
    writeFileSync(join(active, name.replace("PLAN", "SUMMARY")), "# Summary\n");
  }
  writeFileSync(join(active, "03-VERIFICATION.md"), PASSED);
  changes(root);
  const { complete, createGaps, moveThereAndBack } = await all(root, "3", "4");
  expect(await complete()).toMatchInlineSnapshot(`
    ".planning/phases/active/03-chat -> .planning/phases/completed/03-chat
    .planning/REQUIREMENTS.md
    @@ -18,4 +18,4 @@
    -- [ ] **CHAT-01**: A member reads the messages of a room, the last fifty at once
    -- [ ] **CHAT-02**: A member writes messages, and everybody in the room sees them
    -- [ ] **CHAT-03**: Authors edit and delete their own messages
    -- [ ] **CHAT-04**: Nothing that was typed is lost when the connection breaks
    +- [x] **CHAT-01**: A member reads the messages of a room, the last fifty at once
    +- [x] **CHAT-02**: A member writes messages, and everybody in the room sees them
    +- [x] **CHAT-03**: Authors edit and delete their own messages
    +- [x] **CHAT-04**: Nothing that was typed is lost when the connection breaks
    @@ -45,4 +45,4 @@
    -| CHAT-01 | Phase 3 | In Progress |
    -| CHAT-02 | Phase 3 | In Progress |
    -| CHAT-03 | Phase 3 | Pending |
    -| CHAT-04 | Phase 3 | Pending |
    +| CHAT-01 | Phase 3 | Complete |
    +| CHAT-02 | Phase 3 | Complete |
    +| CHAT-03 | Phase 3 | Complete |
    +| CHAT-04 | Phase 3 | Complete |
    .planning/ROADMAP.md
    @@ -21 +21 @@
    -- [ ] Phase 3: Chat (2/6 plans)
    +- [x] Phase 3: Chat (6/6 plans) - completed 2026-02-03
    @@ -43,5 +43,5 @@
    -- [ ] 03-02-PLAN.md - Socket channel for message events
    -- [ ] 03-03-PLAN.md - Message list with history
    -- [ ] 03-04-PLAN.md - Composer with retry
    -- [ ] 03-05-PLAN.md - Edit and delete on the server
    -- [ ] 03-06-PLAN.md - Message menu, checked by hand in two browsers
    +- [x] 03-02-PLAN.md - Socket channel for message events
    +- [x] 03-03-PLAN.md - Message list with history
    +- [x] 03-04-PLAN.md - Composer with retry
    +- [x] 03-05-PLAN.md - Edit and delete on the server
    +- [x] 03-06-PLAN.md - Message menu, checked by hand in two browsers
    @@ -97 +97 @@
    -| v1.2.0 Group Chat | 6 | 8/12 | In progress | - |
    +| v1.2.0 Group Chat | 6 | 12/12 | In progress | - |
    .planning/STATE.md
    @@ -13,4 +13,4 @@
    -Phase: 3 of 5 (Chat)
    -Plan: 2 of 6 in current phase
    -Status: In progress
    -Last activity: 2026-11-12 - finished plan 03-02
    +Phase: 4 of 5 (Notifications)
    +Plan: Not started
    +Status: Ready to plan Phase 4
    +Last activity: 2026-02-03 - Completed Phase 3: Chat
    @@ -18 +18 @@
    -Progress: [=======...] 8/12 plans
    +Progress: [==========] 12/12 plans"
  `);
  expect(await createGaps()).toMatchInlineSnapshot(`
    "new .planning/phases/pending/06-gap-room-authentication/.gitkeep
    new .planning/phases/pending/07-gap-members-interface/.gitkeep
    new .planning/phases/pending/08-gap-rooms-are-still-there-after-a-restart/.gitkeep
    .planning/ROADMAP.md
    @@ -23,0 +24,3 @@
    +- [ ] Phase 6: Gap - Room authentication (inserted) (TBD plans)
    +- [ ] Phase 7: Gap - Members interface (inserted) (TBD plans)
    +- [ ] Phase 8: Gap - Rooms are still there after a restart (inserted) (TBD plans)
    @@ -76,0 +80,38 @@
    +### Phase 6: Gap - Room authentication (inserted)
    +
    +**Goal:** Close 3 gaps: Leaving a room returns to the lobby; Only members have permission to read a room; Auth hands the user to the room socket.
    +
    +**Addresses Gaps:**
    +- Phase 2.1 UAT: Leaving a room returns to the lobby (gap-fa285eb96e58)
    +- Phase 2.1 Verification: Only members have permission to read a room (gap-50be116449e7)
    +- Milestone Audit: Auth hands the user to the room socket (gap-7e68ce764583)
    +
    +**Success Criteria** (what must be TRUE):
    +  1. Leaving a room returns to the lobby
    +  2. Only members have permission to read a room
    +  3. Auth hands the user to the room socket
    +
    +### Phase 7: Gap - Members interface (inserted)
    +
    +**Goal:** Close 3 gaps: Members see who else is in the room; A name of more than 40 characters is refused in the dialog; The member list updates when someone leaves.
    +
    +**Addresses Gaps:**
    +- Phase 2.1 Verification: Members see who else is in the room (gap-e5975e1b617e)
    +- Phase 2.1 UAT: A name of more than 40 characters is refused in the dialog (gap-592ba092768b)
    +- Phase 2.1 Verification: The member list updates when someone leaves (gap-6992a2819415)
    +
    +**Success Criteria** (what must be TRUE):
    +  1. Members see who else is in the room
    +  2. A name of more than 40 characters is refused in the dialog
    +  3. The member list updates when someone leaves
    +
    +### Phase 8: Gap - Rooms are still there after a restart (inserted)
    +
    +**Goal:** Close the gap: Rooms are still there after a restart.
    +
    +**Addresses Gaps:**
    +- Phase 2.1 Verification: Rooms are still there after a restart (gap-120aa6e23f97)
    +
    +**Success Criteria** (what must be TRUE):
    +  1. Rooms are still there after a restart
    +
    .planning/STATE.md
    @@ -52,0 +53,8 @@
    +
    +## Gap Phases Added
    +
    +- Phase 6: Gap - Room authentication (from Phase 2.1 UAT, Phase 2.1 gaps, Audit)
    +- Phase 7: Gap - Members interface (from Phase 2.1 gaps, Phase 2.1 UAT)
    +- Phase 8: Gap - Rooms are still there after a restart (from Phase 2.1 gaps)
    +
    +**Next action:** plan Phase 6
    .planning/phases/completed/02.1-rooms/02.1-UAT.md
    @@ -80,0 +81,10 @@
    +
    +## Gap Resolution
    +
    +Gaps addressed by Phase 6 (Gap - Room authentication):
    +
    +- Leaving a room returns to the lobby (gap-fa285eb96e58)
    +
    +Gaps addressed by Phase 7 (Gap - Members interface):
    +
    +- A name of more than 40 characters is refused in the dialog (gap-592ba092768b)
    .planning/phases/completed/02.1-rooms/02.1-VERIFICATION.md
    @@ -66,0 +67,15 @@
    +
    +## Gap Resolution
    +
    +Gaps addressed by Phase 6 (Gap - Room authentication):
    +
    +- Only members have permission to read a room (gap-50be116449e7)
    +
    +Gaps addressed by Phase 7 (Gap - Members interface):
    +
    +- Members see who else is in the room (gap-e5975e1b617e)
    +- The member list updates when someone leaves (gap-6992a2819415)
    +
    +Gaps addressed by Phase 8 (Gap - Rooms are still there after a restart):
    +
    +- Rooms are still there after a restart (gap-120aa6e23f97)
    .planning/v1.2.0-MILESTONE-AUDIT.md
    @@ -43,0 +44,6 @@
    +
    +## Gap Resolution
    +
    +Gaps addressed by Phase 6 (Gap - Room authentication):
    +
    +- Auth hands the user to the room socket (gap-7e68ce764583)"
  `);
  expect(await moveThereAndBack()).toBe("");
});

describe("dialects", () => {
  test("a checklist in bold and a table of four columns", async () => {
    const root = gitProject({
      ".planning/ROADMAP.md": `# Roadmap: Talk

## Phases

- [x] **Phase 1: Base** - The ground (completed 2026-01-02)
- [ ] **Phase 2: Chat** - Messages
- [ ] **Phase 10: Rooms** - Rooms

## Phase Details

### Phase 1: Base

**Goal**: A server
**Plans**: 1/1 plans complete

### Phase 2: Chat

**Goal**: Messages
**Depends on**: Phase 1
**Requirements**: CHAT-01
**Success Criteria** (what must be TRUE):

1. Messages arrive

**Plans**: 1/2 plans executed

Plans:

- [x] 02-01: Table
- [ ] 02-02: Socket

### Phase 10: Rooms

**Goal**: Rooms
**Plans**: TBD

## Progress

| Phase     | Plans Complete | Status      | Completed  |
| --------- | -------------- | ----------- | ---------- |
| 1. Base   | 1/1            | Complete    | 2026-01-02 |
| 2. Chat   | 1/2            | In progress | -          |
| 10. Rooms | 0/?            | Not started | -          |
`,
      ".planning/STATE.md": `# Project State

## Current Position

Phase: 2 of 3 (Chat)
Plan: 2 of 2 in current phase
Status: In progress
Last activity: 2026-01-03 — Executed 02-02

Progress: [███░░░░░░░] 33%
`,
      ".planning/REQUIREMENTS.md": `# Requirements

- [ ] **CHAT-01**: Messages arrive
- [ ] **CHAT-010**: Messages fly

## Traceability

| Requirement | Phase | Status |
|-------------|-------|--------|
| CHAT-01     | Phase 2 | Pending |
| CHAT-010    | Phase 10 | Pending |
`,
      ".planning/phases": {
        "completed/01-base": done("01", 1, GAPS),
        "active/02-chat": done("02", 2),
        "pending/10-rooms": { "10-CONTEXT.md": "c" },
      },
    });
    const { complete, createGaps, moveThereAndBack } = await all(root, "2", "10");
    expect(await complete()).toMatchInlineSnapshot(`
      ".planning/phases/active/02-chat -> .planning/phases/completed/02-chat
      .planning/REQUIREMENTS.md
      @@ -3 +3 @@
      -- [ ] **CHAT-01**: Messages arrive
      +- [x] **CHAT-01**: Messages arrive
      @@ -10 +10 @@
      -| CHAT-01     | Phase 2 | Pending |
      +| CHAT-01     | Phase 2 | Complete |
      .planning/ROADMAP.md
      @@ -6 +6 @@
      -- [ ] **Phase 2: Chat** - Messages
      +- [x] **Phase 2: Chat** - Messages (completed 2026-02-03)
      @@ -25 +25 @@
      -**Plans**: 1/2 plans executed
      +**Plans**: 2/2 plans executed
      @@ -30 +30 @@
      -- [ ] 02-02: Socket
      +- [x] 02-02: Socket
      @@ -42 +42 @@
      -| 2. Chat   | 1/2            | In progress | -          |
      +| 2. Chat   | 2/2            | Complete    | 2026-02-03 |
      .planning/STATE.md
      @@ -5,4 +5,4 @@
      -Phase: 2 of 3 (Chat)
      -Plan: 2 of 2 in current phase
      -Status: In progress
      -Last activity: 2026-01-03 — Executed 02-02
      +Phase: 10 of 3 (Rooms)
      +Plan: Not started
      +Status: Ready to plan Phase 10
      +Last activity: 2026-02-03 — Completed Phase 2: Chat
      @@ -10 +10 @@
      -Progress: [███░░░░░░░] 33%
      +Progress: [███████░░░] 67%"
    `);
    expect(await createGaps()).toMatchInlineSnapshot(`
      "new .planning/phases/pending/11-gap-messages-stay-after-a-restart/.gitkeep
      .planning/ROADMAP.md
      @@ -7,0 +8 @@
      +- [ ] **Phase 11: Gap - Messages stay after a restart** (inserted) - Close the gap: Messages stay after a restart.
      @@ -36,0 +38,11 @@
      +### Phase 11: Gap - Messages stay after a restart (inserted)
      +
      +**Goal**: Close the gap: Messages stay after a restart.
      +**Addresses Gaps**:
      +
      +- Phase 1 Verification: Messages stay after a restart (gap-8b4ee32602cf)
      +
      +**Success Criteria** (what must be TRUE):
      +
      +1. Messages stay after a restart
      +
      @@ -43,0 +56 @@
      +| 11. Gap - Messages stay after a restart | 0/?            | Not started | -          |
      .planning/STATE.md
      @@ -10,0 +11,6 @@
      +
      +## Gap Phases Added
      +
      +- Phase 11: Gap - Messages stay after a restart (from Phase 1 gaps)
      +
      +**Next action:** plan Phase 11
      .planning/phases/completed/01-base/01-VERIFICATION.md
      @@ -13,0 +14,6 @@
      +
      +## Gap Resolution
      +
      +Gaps addressed by Phase 11 (Gap - Messages stay after a restart):
      +
      +- Messages stay after a restart (gap-8b4ee32602cf)"
    `);
    expect(await moveThereAndBack()).toBe("");
  });

  test("milestones in folds, and a table of five columns that is not aligned", async () => {
    const root = gitProject({
      ".planning/ROADMAP.md": `# Roadmap

## Milestones

- ✅ **v1.0 Ground** — Phases 1-2 (shipped 2026-01-02)
- 🚧 **v1.1 Talk** — Phases 3-4 (in progress)

## Phases

<details>
<summary>✅ v1.0 Ground (Phases 1-2) — SHIPPED 2026-01-02</summary>

- [x] Phase 1: Base (1/1 plans) — completed 2026-01-01
- [x] Phase 2: Doors (1/1 plans) — completed 2026-01-02

</details>

### 🚧 v1.1 Talk (In Progress)

- [ ] Phase 3: Chat (0/1 plans)
- [ ] Phase 4: Rooms

#### Phase 3: Chat
**Goal:** Messages
**Requirements:** CHAT-01
Plans:
- [ ] 03-01-PLAN.md — Table

#### Phase 4: Rooms
**Goal:** Rooms

<details>
<summary>📋 v2.0 Later</summary>

#### Phase 1: Base again
**Goal:** Not now

</details>

## Progress

| Phase | Milestone | Plans Complete | Status | Completed |
|-------|-----------|----------------|--------|-----------|
| 1-2. Ground | v1.0 | 2/2 | Complete | 2026-01-02 |
| 3. Chat | v1.1 | 0/1 | In progress | - |
| 4. Rooms | v1.1 | 0/? | Not started | - |

---
*Last updated: 2026-01-02*
`,
      ".planning/STATE.md": `---
status: executing
---

# Project State

## Current Position

**Phase:** 03 (chat) — EXECUTING
**Plan:** 1 of 1
**Status:** Executing Phase 03
**Last activity:** 2026-01-03 -- Phase 03 execution started

## Session Continuity

None
`,
      ".planning/phases": {
        "completed/02-doors": done("02", 1, GAPS),
        "active/03-chat": done("03", 1),
        "pending/04-rooms": { "04-01-PLAN.md": plan() },
      },
    });
    const { complete, createGaps, moveThereAndBack } = await all(root, "3", "4");
    expect(await complete()).toMatchInlineSnapshot(`
      ".planning/phases/active/03-chat -> .planning/phases/completed/03-chat
      .planning/ROADMAP.md
      @@ -20 +20 @@
      -- [ ] Phase 3: Chat (0/1 plans)
      +- [x] Phase 3: Chat (1/1 plans) — completed 2026-02-03
      @@ -27 +27 @@
      -- [ ] 03-01-PLAN.md — Table
      +- [x] 03-01-PLAN.md — Table
      @@ -45 +45 @@
      -| 3. Chat | v1.1 | 0/1 | In progress | - |
      +| 3. Chat | v1.1 | 1/1 | Complete | 2026-02-03 |
      .planning/STATE.md
      @@ -9,4 +9,4 @@
      -**Phase:** 03 (chat) — EXECUTING
      -**Plan:** 1 of 1
      -**Status:** Executing Phase 03
      -**Last activity:** 2026-01-03 -- Phase 03 execution started
      +**Phase:** 04 (rooms) — NOT STARTED
      +**Plan:** Not started
      +**Status:** Ready to execute Phase 4
      +**Last activity:** 2026-02-03 -- Completed Phase 3: Chat"
    `);
    expect(await createGaps()).toMatchInlineSnapshot(`
      "new .planning/phases/pending/05-gap-messages-stay-after-a-restart/.gitkeep
      .planning/ROADMAP.md
      @@ -21,0 +22 @@
      +- [ ] Phase 5: Gap - Messages stay after a restart (inserted)
      @@ -31,0 +33,7 @@
      +#### Phase 5: Gap - Messages stay after a restart (inserted)
      +**Goal:** Close the gap: Messages stay after a restart.
      +**Addresses Gaps:**
      +- Phase 2 Verification: Messages stay after a restart (gap-5f3006f2dc74)
      +**Success Criteria:**
      +- Messages stay after a restart
      +
      @@ -46,0 +55 @@
      +| 5. Gap - Messages stay after a restart | v1.1 | 0/? | Not started | - |
      .planning/STATE.md
      @@ -16,0 +17,6 @@
      +
      +## Gap Phases Added
      +
      +- Phase 5: Gap - Messages stay after a restart (from Phase 2 gaps)
      +
      +**Next action:** plan Phase 5
      .planning/phases/completed/02-doors/02-VERIFICATION.md
      @@ -13,0 +14,6 @@
      +
      +## Gap Resolution
      +
      +Gaps addressed by Phase 5 (Gap - Messages stay after a restart):
      +
      +- Messages stay after a restart (gap-5f3006f2dc74)"
    `);
    expect(await moveThereAndBack()).toBe("");
  });

  test("phases as second headings with a status, CRLF, a byte-order mark and no final newline", async () => {
    const windows = (text: string) => `\uFEFF${text.trimEnd().replaceAll("\n", "\r\n")}`;
    const root = gitProject({
      ".planning/ROADMAP.md": windows(`# Roadmap

## Milestone: v1.0

## Phase 1: Base
**Goal:** A server
**Status:** complete

## Phase 2: Chat
**Goal:** Messages
**Status:** in progress
**Requirements Mapped:**
- CHAT-01: Messages arrive

### Success Criteria
- Messages arrive

## Phase 3: Rooms
**Goal:** Rooms
**Status:** pending
`),
      ".planning/STATE.md": windows(`# State

## Current Position
Phase: 2
Status: Executing
Progress: 1/3 phases
`),
      ".planning/REQUIREMENTS.md": windows(`# Requirements

- [ ] **CHAT-01**: Messages arrive
`),
      ".planning/phases": {
        "completed/01-base": done("01", 1, windows(GAPS)),
        "active/02-chat": done("02", 1),
        "pending/03-rooms": { "03-CONTEXT.md": "c" },
      },
    });
    const { complete, createGaps, moveThereAndBack } = await all(root, "2", "3");
    expect(await complete()).toMatchInlineSnapshot(`
      ".planning/phases/active/02-chat -> .planning/phases/completed/02-chat
      .planning/REQUIREMENTS.md
      @@ -3 +3 @@
      -- [ ] **CHAT-01**: Messages arrive
      \\ No newline at end of file
      +- [x] **CHAT-01**: Messages arrive
      \\ No newline at end of file
      .planning/ROADMAP.md
      @@ -11 +11 @@
      -**Status:** in progress␍
      +**Status:** complete␍
      .planning/STATE.md
      @@ -4,3 +4,3 @@
      -Phase: 2␍
      -Status: Executing␍
      -Progress: 1/3 phases
      \\ No newline at end of file
      +Phase: 3␍
      +Status: Ready to plan Phase 3␍
      +Progress: 2/3 phases
      \\ No newline at end of file"
    `);
    expect(await createGaps()).toMatchInlineSnapshot(`
      "new .planning/phases/pending/04-gap-messages-stay-after-a-restart/.gitkeep
      .planning/ROADMAP.md
      @@ -20 +20,8 @@
      -**Status:** pending
      \\ No newline at end of file
      +**Status:** pending␍
      +␍
      +## Phase 4: Gap - Messages stay after a restart (inserted)␍
      +**Goal:** Close the gap: Messages stay after a restart.␍
      +**Addresses Gaps:**␍
      +- Phase 1 Verification: Messages stay after a restart (gap-8b4ee32602cf)␍
      +**Success Criteria:**␍
      +- Messages stay after a restart
      \\ No newline at end of file
      .planning/STATE.md
      @@ -6 +6,6 @@
      -Progress: 2/3 phases
      \\ No newline at end of file
      +Progress: 2/3 phases␍
      +␍
      +## Gap Phases Added␍
      +- Phase 4: Gap - Messages stay after a restart (from Phase 1 gaps)␍
      +␍
      +**Next action:** plan Phase 4
      \\ No newline at end of file
      .planning/phases/completed/01-base/01-VERIFICATION.md
      @@ -13 +13,7 @@
      -# Verification
      \\ No newline at end of file
      +# Verification␍
      +␍
      +## Gap Resolution␍
      +␍
      +Gaps addressed by Phase 4 (Gap - Messages stay after a restart):␍
      +␍
      +- Messages stay after a restart (gap-8b4ee32602cf)
      \\ No newline at end of file"
    `);
    expect(await moveThereAndBack()).toBe("");
  });
});
