/** The project of the journey: a milestone of three phases, of which one is done, and its GitHub. */
import type { GitHubEmulator } from "./github.ts";
import { plan, type Tree } from "./project.ts";

export const ROADMAP = ".planning/ROADMAP.md";
export const STATE = ".planning/STATE.md";
export const REQUIREMENTS = ".planning/REQUIREMENTS.md";
export const PENDING = ".planning/phases/pending";
export const ACTIVE = ".planning/phases/active";
export const COMPLETED = ".planning/phases/completed";

export const PROJECT: Tree = {
  [ROADMAP]: `# Roadmap: Talk

## Milestones

- ✅ **v1.1 Landing Page** - shipped 2025-12-01
- 🔄 **v1.2 Talk** - Phases 1-3 (in progress)

## Current Milestone: v1.2 Talk

- [x] Phase 1: Accounts (1/1 plans) — completed 2026-01-20
- [ ] Phase 2: Chat (0 plans)
- [ ] Phase 3: Rooms (0 plans)

#### Phase 2: Chat

**Goal:** Members read and write messages
**Depends on:** Phase 1
**Requirements:** CHAT-01, CHAT-02
**Success Criteria** (what must be TRUE):
1. A message is still there after a restart
2. A message appears without reloading

**Plans:** TBD

#### Phase 3: Rooms

**Goal:** Members meet in rooms
**Requirements:** ROOM-01

**Plans:** TBD

## Progress

| Phase | Milestone | Plans Complete | Status | Completed |
|-------|-----------|----------------|--------|-----------|
| 1. Accounts | v1.2 | 1/1 | Complete | 2026-01-20 |
| 2. Chat | v1.2 | 0/? | Not started | - |
| 3. Rooms | v1.2 | 0/? | Not started | - |
`,
  [STATE]: `# Project State

## Current Position

Milestone: v1.2 Talk
Phase: 2 of 3 (Chat)
Plan: Not started
Status: Ready to plan
Last activity: 2026-01-20 — Phase 1 complete

## Accumulated Context

### Pending Issues

- Messages vanish on reload → Phase 02-chat
  - GitHub: #2
`,
  [REQUIREMENTS]: `# Requirements

## v1.2 Requirements

- [x] **ACCT-01**: Members sign in
- [ ] **CHAT-01**: Messages are kept
- [ ] **CHAT-02**: Messages appear at once
- [ ] **ROOM-01**: Rooms can be opened

## Traceability

| Requirement | Phase | Status |
|-------------|-------|--------|
| ACCT-01 | Phase 1 | Complete |
| CHAT-01 | Phase 2 | Pending |
| CHAT-02 | Phase 2 | Pending |
| ROOM-01 | Phase 3 | Pending |
`,
  ".planning/config.json":
    '{\n  "pr_workflow": true,\n  "github": { "enabled": true, "issue_mode": "auto" }\n}\n',
  ".planning/phases/completed/01-accounts": {
    "01-01-PLAN.md": plan({ phase: "01-accounts", plan: "01", wave: 1, files_modified: ["src/accounts.ts"] }),
    "01-01-SUMMARY.md": "# Accounts\n\n**Members sign in**\n",
    "01-VERIFICATION.md": "---\nstatus: passed\nscore: 2/2 must-haves verified\n---\n\n# Verification\n",
  },
  "src/accounts.ts": "export const accounts = [];\n",
};

/** Issue 1 is the phase's and 2 is one that a plan comes from; the others only look like the phase's. */
export async function seedGitHub(github: GitHubEmulator): Promise<void> {
  const old = await github.createMilestone({ title: "v1.1", state: "closed" });
  const { number: milestone } = await github.createMilestone({ title: "v1.2" });
  const labels = ["phase"];
  const body =
    "Members read and write messages.\n\n## Plans\n\n_None yet._\n\n## Notes\n\n- [ ] Plan 01: a person's own line\n";
  await github.createIssue({ title: "Phase 2: Chat", body, labels, milestone });
  await github.createIssue({ title: "Messages vanish on reload" });
  await github.createIssue({ title: "Phase 20: Bots", labels, milestone });
  await github.createIssue({ title: "Phase 2: Old", labels, milestone: old.number });
}

/** A plan as a planner writes it. */
export function planText(phase: string, number: string, objective: string, more: object): string {
  const head = { phase, plan: number, autonomous: true, ...more };
  return plan(head, `<objective>\n${objective}\n</objective>\n`);
}

/** Two plans at once, then two after each other, for they write the same file. */
export const PLANS: Tree = {
  "02-01-PLAN.md": planText("02-chat", "01", "Keep messages in a store", {
    wave: 1,
    files_modified: ["src/store.ts"],
  }),
  "02-02-PLAN.md": planText(
    "02-chat",
    "02",
    "Show messages in a list that follows new ones and stays in place",
    {
      wave: 1,
      files_modified: ["src/list.ts"],
      source_issue: '"github:#2"',
    },
  ),
  "02-03-PLAN.md": planText("02-chat", "03", "Send messages", {
    wave: 2,
    depends_on: ["02-01"],
    files_modified: ["src/chat.ts", "src/send.ts"],
  }),
  "02-04-PLAN.md": planText("02-chat", "04", "Receive messages", {
    wave: 2,
    depends_on: ["02-01", "02-02"],
    files_modified: ["src/chat.ts"],
  }),
};

/** The plans as the issue and the pull request have them. */
export const LINES = [
  "Plan 01: Keep messages in a store",
  "Plan 02: Show messages in a list that follows new ones and stays in…",
  "Plan 03: Send messages",
  "Plan 04: Receive messages",
];

/** The phase's files without its report, below a state's folder, sorted; of each plan those with the suffixes. */
export function chatFiles(...suffixes: string[]): string[] {
  const plans = ["02-01", "02-02", "02-03", "02-04"].flatMap((id) => suffixes.map((suffix) => id + suffix));
  return [".gitkeep", ...plans, "02-RESEARCH.md"].map((file) => `02-chat/${file}`);
}

/** A verifier's report with two gaps in one file. */
export const GAPS_FOUND = `---
phase: 02-chat
status: gaps_found
score: 0/2 must-haves verified
gaps:
  - truth: "A message is still there after a restart"
    status: failed
    reason: "The store is in memory"
    artifacts:
      - path: "src/store.ts"
        issue: "writes nothing"
    missing:
      - "Save each message"
  - truth: "A message appears without reloading"
    status: failed
    reason: "The store tells nobody"
    artifacts:
      - path: "src/store.ts"
        issue: "no events"
---

# Phase 2: Chat - Verification
`;

export const PASSED = `---
phase: 02-chat
status: passed
score: 2/2 must-haves verified
re_verification:
  previous_status: gaps_found
  previous_score: 0/2
  gaps_closed:
    - "A message is still there after a restart"
    - "A message appears without reloading"
---

# Phase 2: Chat - Verification

Everything is there.
`;

/** Dates are given to the tools. */
export const DATE = "2026-02-03";

/** What the planner writes into ROADMAP.md. */
export function withPlans(roadmap: string): string {
  const lines = Object.keys(PLANS).map((name) => `- [ ] ${name} — …`);
  return roadmap
    .replace("Chat (0 plans)", "Chat (0/4 plans)")
    .replace("**Plans:** TBD", `**Plans:** 4 plans\n\n${lines.join("\n")}`);
}

interface NamedGap {
  key: string;
  title: string;
}

/** The lines that a gap phase adds to ROADMAP.md, STATE.md and the report. */
export function gapPhaseLines(name: string, goal: string, gaps: readonly NamedGap[]) {
  const items = gaps.map(({ title, key }) => `${title} (${key})`);
  const added = (...lines: string[]) => lines.map((line) => `+${line}`);
  return {
    roadmap: added(
      `- [ ] Phase 4: ${name} (inserted) (TBD plans)`,
      `#### Phase 4: ${name} (inserted)`,
      "",
      `**Goal:** ${goal}`,
      "**Addresses Gaps:**",
      ...items.map((item) => `- Phase 2 Verification: ${item}`),
      "**Success Criteria** (what must be TRUE):",
      ...gaps.map(({ title }, index) => `${index + 1}. ${title}`),
      "",
      `| 4. ${name} | v1.2 | 0/? | Not started | - |`,
    ),
    state: added(
      "## Gap Phases Added",
      "",
      `- Phase 4: ${name} (from Phase 2 gaps)`,
      "",
      "**Next action:** plan Phase 4",
      "",
    ),
    report: added(
      "## Gap Resolution",
      "",
      `Gaps addressed by Phase 4 (${name}):`,
      "",
      ...items.map((item) => `- ${item}`),
      "",
    ),
  };
}

/** What completing the gap phase edits. */
export function gapPhaseCompleted(name: string) {
  return {
    [ROADMAP]: [
      `-- [ ] Phase 4: ${name} (inserted) (TBD plans)`,
      `+- [x] Phase 4: ${name} (inserted) (1/1 plans) — completed ${DATE}`,
      `-| 4. ${name} | v1.2 | 0/? | Not started | - |`,
      `+| 4. ${name} | v1.2 | 1/1 | Complete | ${DATE} |`,
    ],
    [STATE]: [
      "-Last activity: 2026-01-20 — Phase 1 complete",
      `+Last activity: ${DATE} — Completed Phase 4: ${name}`,
      "-**Next action:** plan Phase 4",
      "+**Next action:** verify again the phases whose gaps these close",
    ],
  };
}

/** What completing the phase edits, after the gap phase and the executor of its plan 01. */
export function chatCompleted(gapName: string) {
  const plans = Object.keys(PLANS);
  return {
    [ROADMAP]: [
      "-- [ ] Phase 2: Chat (0/4 plans)",
      `+- [x] Phase 2: Chat (4/4 plans) — completed ${DATE}`,
      ...plans.map((name) => `-- [ ] ${name} — …`),
      ...plans.map((name) => `+- [x] ${name} — …`),
      "-| 2. Chat | v1.2 | 0/? | Not started | - |",
      `+| 2. Chat | v1.2 | 4/4 | Complete | ${DATE} |`,
    ],
    [REQUIREMENTS]: [
      "-- [ ] **CHAT-01**: Messages are kept",
      "-- [ ] **CHAT-02**: Messages appear at once",
      "+- [x] **CHAT-01**: Messages are kept",
      "+- [x] **CHAT-02**: Messages appear at once",
      "-| CHAT-01 | Phase 2 | Pending |",
      "-| CHAT-02 | Phase 2 | Pending |",
      "+| CHAT-01 | Phase 2 | Complete |",
      "+| CHAT-02 | Phase 2 | Complete |",
    ],
    [STATE]: [
      "-Phase: 2 of 3 (Chat)",
      "-Plan: 04-01",
      "-Status: Ready to plan",
      `-Last activity: ${DATE} — Completed Phase 4: ${gapName}`,
      "+Phase: 3 of 3 (Rooms)",
      "+Plan: Not started",
      "+Status: Ready to plan Phase 3",
      `+Last activity: ${DATE} — Completed Phase 2: Chat`,
    ],
  };
}
