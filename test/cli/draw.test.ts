/** What people see, from the answers of the real tools. */
import { describe, expect, test } from "vitest";
import { drawCheck } from "../../src/cli/check.ts";
import { drawGaps } from "../../src/cli/gaps.ts";
import { drawError } from "../../src/cli/problems.ts";
import { drawStatus } from "../../src/cli/status.ts";
import type { Terminal } from "../../src/cli/terminal.ts";
import { widthOf } from "../../src/cli/text.ts";
import { drawWaves } from "../../src/cli/waves.ts";
import checkPlanning from "../../tools/check_planning.ts";
import collectGaps from "../../tools/collect_gaps.ts";
import groupWaves from "../../tools/group_waves.ts";
import projectStatus from "../../tools/project_status.ts";
import { call } from "../support/client.ts";
import { plan, project } from "../support/project.ts";
import { REPOSITORY } from "../support/stdio.ts";

const SAMPLE = `${REPOSITORY}examples/chat-app`;
const WIDE: Terminal = { width: 80, colour: false, unicode: true };
const NARROW: Terminal = { width: 44, colour: false, unicode: false };
const COLOURED: Terminal = { width: 80, colour: true, unicode: true };

function shown(lines: string[]): string {
  return `\n${lines.join("\n").replaceAll(REPOSITORY, "/")}\n`;
}

/** Names as a hostile project may have them: escape sequences, controls, a reversal, and wide characters. */
const HOSTILE = "\x1b[2J\x1b]0;owned\x07日本語 \u202eevil\x9b31m e\u0301 👨‍👩‍👧";

describe("status", () => {
  test("of the sample project", async () => {
    const answer = await call(projectStatus, {}, SAMPLE);
    expect(shown(drawStatus(WIDE, answer))).toMatchInlineSnapshot(`
      "
      Milestone 1.2.0 Group Chat
      /examples/chat-app

      Phase  Name           State      Plans               Verification
      01     Foundation     completed  ████████  2/2       passed
      02     Auth           completed  ████████  2/2       passed
      02.1   Rooms          completed  ████████  2/2       gaps found
      03     Chat           active     ███░░░░░  2/6
      04     Notifications  pending              no plans
      05     Search         unstarted            no plans

      6 phases: 3 completed, 1 active, 1 pending, 1 unstarted · 8 of 12 plans done
      Next: execute phase 03, because phase 3 has 4 of 6 plans left; phase 2.1 has 6
      open gaps.
      "
    `);
    expect(shown(drawStatus(COLOURED, answer).slice(0, 6))).toMatchInlineSnapshot(`
      "
      [1mMilestone 1.2.0 Group Chat[22m
      [2m/examples/chat-app[22m

      [2mPhase[22m  [2mName[22m           [2mState[22m      [2mPlans[22m               [2mVerification[22m
      [1m01[22m     Foundation     [32mcompleted[39m  [32m████████[39m  2/2       [32mpassed[39m
      [1m02[22m     Auth           [32mcompleted[39m  [32m████████[39m  2/2       [32mpassed[39m
      "
    `);
  });

  test("of a project without anything", async () => {
    const answer = await call(projectStatus, {}, project());
    const lines = drawStatus(NARROW, answer);
    expect(lines.filter((line) => !line.includes(answer.root))).toMatchInlineSnapshot(`
      [
        "No milestone",
        "",
        "No phases.",
        "",
        "0 phases - 0 of 0 plans done",
        "Next: new milestone, because the project has",
        "no phases.",
      ]
    `);
  });

  test("says that a page is not all", async () => {
    const answer = await call(projectStatus, { limit: 2 }, SAMPLE);
    expect(drawStatus(WIDE, answer)).toContain("4 more phases: raise --limit.");
  });
});

describe("waves", () => {
  test("of the sample project", async () => {
    const answer = await call(groupWaves, { phase: "3" }, SAMPLE);
    expect(shown(drawWaves(WIDE, answer))).toMatchInlineSnapshot(`
      "
      Phase 03 Chat (active)
      4 of 6 plans to do · 2 waves, 3 batches

      Wave 2 ── now
        batch 1 of 2: 2 plans side by side
        ╭─ 03-03 ────────────────────────────╮ ╭─ 03-05 ────────────────────────────╮
        │ Message list with history          │ │ Edit and delete on the server      │
        │ ● ready                            │ │ ● ready                            │
        │ src/chat/Chat.tsx                  │ │ src/server/routes/messages.ts      │
        │ src/chat/MessageList.tsx           │ │ src/server/messages/ownership.ts   │
        │ src/chat/useMessages.ts            │ │ src/server/messages/               │
        │                                    │ │ ownership.test.ts                  │
        ╰────────────────────────────────────╯ ╰────────────────────────────────────╯
        ↓ batch 2 of 2: one plan
          03-04 writes src/chat/Chat.tsx, as 03-03 does
        ╭─ 03-04 ────────────────────────────────────╮
        │ Composer with retry                        │
        │ ○ ready after batch 1                      │
        │ src/chat/Composer.tsx                      │
        │ src/chat/outbox.ts                         │
        │ src/chat/Chat.tsx                          │
        ╰────────────────────────────────────────────╯

      Wave 3 ── when wave 2 is done
        ╭─ 03-06 ────────────────────────────────────╮
        │ Message menu, checked by hand in two       │
        │ browsers                                   │
        │ ○ waits for 03-03 and 03-05                │
        │ a person is asked                          │
        │ src/chat/MessageMenu.tsx                   │
        │ src/chat/MessageList.tsx                   │
        ╰────────────────────────────────────────────╯

      Start now: 03-03 and 03-05, side by side, with the model sonnet.
      Done: 03-01, 03-02

      1 note in the planning files:
      .planning/phases/active/03-chat/03-05-PLAN.md
        6  info  03-05 waits for 02-02, which is done  EXTERNAL_DEPENDENCY
      "
    `);
    expect(shown(drawWaves(NARROW, answer))).toMatchInlineSnapshot(`
      "
      Phase 03 Chat (active)
      4 of 6 plans to do - 2 waves, 3 batches

      Wave 2 -- now
        batch 1 of 2: 2 plans side by side
        +- 03-03 --------------------------------+
        | Message list with history              |
        | * ready                                |
        | src/chat/Chat.tsx                      |
        | src/chat/MessageList.tsx               |
        | src/chat/useMessages.ts                |
        +----------------------------------------+
        +- 03-05 --------------------------------+
        | Edit and delete on the server          |
        | * ready                                |
        | src/server/routes/messages.ts          |
        | src/server/messages/ownership.ts       |
        | src/server/messages/ownership.test.ts  |
        +----------------------------------------+
        v batch 2 of 2: one plan
          03-04 writes src/chat/Chat.tsx, as 03-03
          does
        +- 03-04 --------------------------------+
        | Composer with retry                    |
        | o ready after batch 1                  |
        | src/chat/Composer.tsx                  |
        | src/chat/outbox.ts                     |
        | src/chat/Chat.tsx                      |
        +----------------------------------------+

      Wave 3 -- when wave 2 is done
        +- 03-06 --------------------------------+
        | Message menu, checked by hand in two   |
        | browsers                               |
        | o waits for 03-03 and 03-05            |
        | a person is asked                      |
        | src/chat/MessageMenu.tsx               |
        | src/chat/MessageList.tsx               |
        +----------------------------------------+

      Start now: 03-03 and 03-05, side by side,
      with the model sonnet.
      Done: 03-01, 03-02

      1 note in the planning files:
      .planning/phases/active/03-chat/
      03-05-PLAN.md
        6  info  03-05 waits for 02-02, which is
                 done (EXTERNAL_DEPENDENCY)
      "
    `);
  });

  test("why plans wait: other phases, unknown plans, and a wave of their own choice", async () => {
    const root = project({
      ".planning/ROADMAP.md": "# Roadmap\n\n- [ ] **Phase 1: Base**\n- [ ] **Phase 2: Top**\n",
      ".planning/phases/pending/01-base/01-01-PLAN.md": plan({ wave: 1, files_modified: ["z.ts"] }),
      ".planning/phases/active/02-top": {
        "02-01-PLAN.md": plan({ wave: 1, depends_on: ["01"], files_modified: ["a.ts"] }),
        "02-02-PLAN.md": plan({ wave: 1, depends_on: ["02-77"], files_modified: ["b.ts"] }),
        "02-03-PLAN.md": plan({ wave: 2, files_modified: ["c.ts"] }),
      },
    });
    const answer = await call(groupWaves, { phase: "2" }, root);
    expect(shown(drawWaves(WIDE, answer))).toMatchInlineSnapshot(`
      "
      Phase 02 Top (active)
      3 of 3 plans to do · 2 waves, 2 batches

      Wave 1 ── first
        2 plans side by side
        ╭─ 02-01 ────────────────────────────╮ ╭─ 02-02 ────────────────────────────╮
        │ Do it.                             │ │ Do it.                             │
        │ ○ waits for phase 01, which is not │ │ ○ waits for "02-77": phase 2 has   │
        │ done                               │ │ no such plan                       │
        │ a.ts                               │ │ b.ts                               │
        ╰────────────────────────────────────╯ ╰────────────────────────────────────╯

      Wave 2 ── when wave 1 is done
        ╭─ 02-03 ────────────────────────────────────╮
        │ Do it.                                     │
        │ ○ ready after wave 1                       │
        │ c.ts                                       │
        ╰────────────────────────────────────────────╯

      Nothing can start now.

      2 warnings in the planning files:
      .planning/phases/active/02-top/02-01-PLAN.md
        3  warning  02-01 waits for phase 01, which is not done  EXTERNAL_DEPENDENCY

      .planning/phases/active/02-top/02-02-PLAN.md
        3  warning  02-02 waits for "02-77": phase 2 has no such    UNKNOWN_DEPENDENCY
                    plan
      "
    `);
  });

  test("when nothing is left to do", async () => {
    const root = project({
      ".planning/phases/active/01-a": { "01-01-PLAN.md": plan(), "01-01-SUMMARY.md": "# Done\n" },
    });
    expect(drawWaves(WIDE, await call(groupWaves, { phase: "1" }, root))).toMatchInlineSnapshot(`
      [
        "Phase 01 A (active)",
        "0 of 1 plan to do",
        "",
        "Every plan is done.",
        "Done: 01-01",
      ]
    `);
    expect(drawWaves(WIDE, await call(groupWaves, { phase: "1", gaps_only: true }, root))).toContain(
      "Every plan is done.",
    );
  });

  test("what is left out is counted", async () => {
    const root = project({
      ".planning/phases/active/01-a": {
        "01-01-PLAN.md": plan({ wave: 1 }),
        "01-02-PLAN.md": plan({ wave: 1 }),
        "01-03-PLAN.md": plan({ wave: 1, gap_closure: true }),
        "01-04-PLAN.md": plan(),
        "01-04-SUMMARY.md": "# Done\n",
      },
    });
    const [, head] = drawWaves(WIDE, await call(groupWaves, { phase: "1", gaps_only: true }, root));
    expect(head).toBe("3 of 4 plans to do, 2 of them left out · 1 wave, 1 batch");
    expect(drawWaves(WIDE, await call(groupWaves, { phase: "1" }, root))[1]).toBe(
      "3 of 4 plans to do · 1 wave, 1 batch",
    );
  });

  test("more plans than fit into a row go on below, and a long list of files is cut", async () => {
    const files = Array.from({ length: 9 }, (_, index) => `src/file-${index}.ts`);
    const plans = Object.fromEntries(
      ["01", "02", "03", "04"].map((number) => [
        `01-${number}-PLAN.md`,
        plan({ wave: 1, files_modified: files.map((file) => `${number}/${file}`) }),
      ]),
    );
    const root = project({ ".planning/phases/active/01-a": plans });
    const lines = drawWaves(WIDE, await call(groupWaves, { phase: "1" }, root));
    expect(lines.filter((line) => line.includes("╭─ "))).toHaveLength(2);
    expect(lines.filter((line) => line.includes("5 more"))).toHaveLength(2);
    expect(lines.join("\n")).toContain("4 plans side by side");
  });
});

describe("what a batch waits for", () => {
  const drawn = async (plans: Record<string, string[]>) => {
    const files = Object.entries(plans).map(([number, files_modified]) => [
      `01-${number}-PLAN.md`,
      plan({ wave: 1, files_modified }),
    ]);
    const root = project({ ".planning/phases/active/01-a": Object.fromEntries(files) });
    return call(groupWaves, { phase: "1" }, root);
  };
  const reasons = (lines: string[]) =>
    lines.map((line) => line.trim()).filter((line) => /^01-\d\d writes|^and \d+ more/.test(line));

  test("is the last batch that shares a file with it, not the first", async () => {
    const answer = await drawn({
      "01": ["c"],
      "02": ["c"],
      "03": ["c"],
      "04": ["c"],
      "05": ["c"],
      "06": ["c"],
    });
    expect(reasons(drawWaves(WIDE, answer))).toEqual([
      "01-02 writes c, as 01-01 does",
      "01-03 writes c, as 01-02 does",
      "01-04 writes c, as 01-03 does",
      "01-05 writes c, as 01-04 does",
      "01-06 writes c, as 01-05 does",
    ]);
  });

  test("is told once for each plan", async () => {
    const answer = await drawn({ "01": ["a"], "02": ["b"], "03": ["a", "b", "own"] });
    expect(reasons(drawWaves(WIDE, answer))).toEqual(["01-03 writes a and b, as 01-01 and 01-02 do"]);
  });

  test("is a number where there is more", async () => {
    const numbers = Array.from({ length: 16 }, (_, index) => String(index + 1).padStart(2, "0"));
    const answer = await drawn(
      Object.fromEntries(numbers.map((number, index) => [number, [`f${index % 8}`]])),
    );
    const told = reasons(drawWaves(WIDE, answer));
    expect(told).toHaveLength(7);
    expect(told.slice(-2)).toEqual(["01-14 writes f5, as 01-06 does", "and 2 more"]);
  });

  test("every file that another plan of the wave writes too has the colour of a conflict", async () => {
    const answer = await drawn({
      "01": ["a", "x"],
      "02": ["a", "b"],
      "03": ["b", "lib/"],
      "04": ["lib/y", "z"],
    });
    const coloured = drawWaves({ ...COLOURED, width: 40 }, answer).flatMap(
      (line) =>
        /^ *\x1b\[\d+m│\x1b\[39m \x1b\[33m(\S+)\x1b/.exec(line.replaceAll("\x1b[22m", "\x1b[39m"))?.[1] ?? [],
    );
    expect(coloured.filter((word) => /^[a-z/]+$/.test(word)).sort()).toEqual(
      ["a", "a", "b", "b", "lib/", "lib/y"].sort(),
    );
  });
});

describe("gaps", () => {
  test("of the sample project", async () => {
    expect(shown(drawGaps(WIDE, await call(collectGaps, {}, SAMPLE)))).toMatchInlineSnapshot(`
      "
      7 open gaps; 5 reports read.

      .planning/phases/completed/02.1-rooms/02.1-UAT.md
        diagnosed
        56  minor    A name of more than 40 characters is refused in the       group B
                     dialog (User reported: Nothing happens. The button looks
                     pressed, and that is all.)
        67  blocker  Leaving a room returns to the lobby (User reported: The   group A
                     button does nothing. I could not get out of the room.)

      .planning/phases/completed/02.1-rooms/02.1-VERIFICATION.md
        gaps found, 4/8 must-haves verified
        7   major  Members see who else is in the room (The MemberList         group B
                   component renders one hard-coded name and asks nobody)
        18  minor  The member list updates when someone leaves (The event      group B
                   arrives, but no component listens to it)
        26  major  Rooms are still there after a restart (Rooms live in a      group C
                   Map, and nothing is persisted to the database)
        35  major  Only members have permission to read a room (GET            group A
                   /api/rooms/:id checks the session, but not the membership)

      .planning/v1.2.0-MILESTONE-AUDIT.md
        gaps found, requirements 3/12, phases 3/6, integration 4/5, flows 2/2
        13  major  Auth hands the user to the room socket (The socket's        group A
                   upgrade handler never reads the cookie, so every member is
                   anonymous)

      Proposed: 3 gap phases
        A  Room authentication · same domain: auth · share        3 gaps, about 1 plan
           src/server/routes/rooms.ts
        B  Members interface · same domain: ui · share            3 gaps, about 1 plan
           src/rooms/MemberList.tsx
        C  Rooms are still there after a restart · nothing binds  1 gap, about 1 plan
           it to another gap
      "
    `);
  });

  test("a gap that a phase is to close is not closed yet", async () => {
    const answer = await call(collectGaps, {}, SAMPLE);
    const [gap] = answer.gaps;
    const drawn = drawGaps(WIDE, { ...answer, gaps: [{ ...gap!, addressed_by: ["08", "09"] }] }).join(" ");
    expect(drawn.replace(/\s+/g, " ")).toContain("addressed by phase 08 and 09");
    expect(drawn).not.toContain("closed by");
  });

  test("no reports and all passed are told apart", async () => {
    const passed = {
      ".planning/phases/active/01-a": {
        "01-01-PLAN.md": plan(),
        "01-VERIFICATION.md": "---\nstatus: passed\n---\n",
      },
    };
    expect(drawGaps(WIDE, await call(collectGaps, {}, project()))).toEqual([
      "No reports: nothing was verified yet.",
    ]);
    expect(drawGaps(WIDE, await call(collectGaps, {}, project(passed)))).toEqual([
      "No open gaps in 1 report.",
    ]);
  });
});

describe("check", () => {
  test("of the sample project", async () => {
    const answer = await call(checkPlanning, {}, SAMPLE);
    expect(shown(drawCheck(WIDE, answer))).toMatchInlineSnapshot(`
      "
      .planning/ROADMAP.md
        43  warning  plan 03-02 is done, but its box is empty  BOX_MISMATCH
        63  info     phase 5 (Search) has no directory yet     MISSING_PHASE_DIR

      .planning/phases/active/03-chat/03-03-PLAN.md
        warning  wave 2: 2 plans write src/chat/Chat.tsx; they run in    FILE_CONFLICT
                 different batches

      .planning/phases/active/03-chat/03-05-PLAN.md
        6  info  03-05 waits for 02-02, which is done  EXTERNAL_DEPENDENCY

      ! 2 warnings and 2 notes
      "
    `);
    expect(drawCheck(COLOURED, answer).at(-1)).toBe("\x1b[33m! 2 warnings and 2 notes\x1b[39m");
  });

  test("of a project without problems", async () => {
    expect(
      drawCheck(NARROW, {
        status: "ok",
        counts: { error: 0, warning: 0, info: 0 },
        total: 0,
        next_cursor: null,
        diagnostics: [],
      }),
    ).toEqual(["ok no problems"]);
  });
});

test("an error has its place, what would be right, and what to do", () => {
  const body = {
    code: "PHASE_NOT_FOUND" as const,
    message: `there is no phase "${HOSTILE}"`,
    path: ".planning/ROADMAP.md",
    line: 12,
    expected: ["01-base", "02-top"],
    hint: "see project_status",
  };
  expect(shown(drawError(WIDE, body))).toMatchInlineSnapshot(`
    "
    ✗ There is no phase "日本語 evil é 👨‍👩‍👧".
      at        .planning/ROADMAP.md:12
      expected  01-base, 02-top
      hint      See project_status.
      code      PHASE_NOT_FOUND
    "
  `);
  expect(drawError(COLOURED, body)[0]).toContain("\x1b[31m✗\x1b[39m");
});

test("a name keeps its letters at the beginning of a message", () => {
  const [head] = drawError(WIDE, { code: "INTERNAL", message: "project_status failed unexpectedly (EIO)." });
  expect(head).toBe("✗ project_status failed unexpectedly (EIO).");
});

test("nothing is wider than the place, and nothing is lost for it", async () => {
  const status = await call(projectStatus, { limit: 3 }, SAMPLE);
  const waves = await call(groupWaves, { phase: "3" }, SAMPLE);
  const check = await call(checkPlanning, {}, SAMPLE);
  const gaps = await call(collectGaps, { limit: 2 }, SAMPLE);
  const many = { ...check, counts: { error: 12, warning: 20, info: 30 }, total: 99 };
  const error = { code: "PHASE_NOT_FOUND" as const, message: "x ".repeat(99), hint: "y".repeat(99) };
  for (const width of [20, 27, 33, 39, 52, 64, 100, 140]) {
    for (const base of [NARROW, COLOURED]) {
      const terminal = { ...base, width };
      const lines = [
        // The path of the project is left whole, to be copied.
        ...drawStatus(terminal, status).filter((line) => !line.includes(SAMPLE)),
        ...drawWaves(terminal, waves),
        ...drawGaps(terminal, gaps),
        ...drawCheck(terminal, check),
        ...drawCheck(terminal, many),
        ...drawError(terminal, error),
      ];
      expect(lines.filter((line) => widthOf(line) > width).map((line) => [width, line])).toEqual([]);
      const words = lines.join("").replace(/\s+/g, "");
      for (const { name } of status.phases) expect(words).toContain(name.replaceAll(" ", ""));
    }
  }
});

test("what files say never moves the cursor, colours a line or breaks a box", async () => {
  const root = project({
    ".planning/ROADMAP.md": `# Roadmap\n\n## Current Milestone: v1.0 ${HOSTILE}\n\n- [ ] **Phase 1: ${HOSTILE}**\n\n### Phase 1: ${HOSTILE}\n\n**Goal:** ${HOSTILE}\n`,
    ".planning/phases/active/01-a": {
      [`01-01-${HOSTILE.replaceAll("/", "")}-PLAN.md`]: plan({
        wave: 1,
        files_modified: [HOSTILE],
        name: HOSTILE,
      }),
      "01-02-PLAN.md": plan({ wave: 1, files_modified: [HOSTILE], depends_on: [HOSTILE] }),
      "01-VERIFICATION.md": `---\nstatus: gaps_found\ngaps:\n  - truth: ${JSON.stringify(HOSTILE)}\n    status: failed\n    reason: ${JSON.stringify(HOSTILE)}\n---\n`,
    },
  });
  for (const terminal of [WIDE, NARROW, { ...NARROW, width: 31 }, { ...WIDE, width: 20 }]) {
    const waves = drawWaves(terminal, await call(groupWaves, { phase: "1" }, root));
    const lines = [
      ...drawStatus(terminal, await call(projectStatus, {}, root)),
      ...waves,
      ...drawGaps(terminal, await call(collectGaps, {}, root)),
      ...drawCheck(terminal, await call(checkPlanning, {}, root)),
    ];
    expect(lines.join("")).not.toMatch(/[\p{Cc}\u202e]/u);
    expect(lines.filter((line) => widthOf(line) > terminal.width && !line.includes(root))).toEqual([]);
    // Each row of boxes ends in the column in which it began to end.
    const side = terminal.unicode ? "│" : "|";
    const rows = waves.filter((line) => line.trimStart().startsWith(side)).map(widthOf);
    expect(rows.length).toBeGreaterThan(0);
    for (const width of rows) expect(rows).toContain(width);
  }
});
