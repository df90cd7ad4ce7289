import fc from "fast-check";
import { describe, expect, test } from "vitest";
import {
  addGapPhasesToState,
  completePhaseInState,
  type StateCompletion,
} from "../../src/domain/state-edit.ts";
import { advanceProgress } from "../../src/domain/state-edit-progress.ts";
import { readState } from "../../src/domain/state-file.ts";
import { maskLines, PROSE, splitText } from "../../src/markdown/lines.ts";

/** Phase 3 (Chat) of 5 is done, phase 4 (Rooms) is next. */
function complete(text: string, phase: Partial<StateCompletion> = {}) {
  return completePhaseInState(text, {
    number: "3",
    name: "Chat",
    date: "2026-11-22",
    next: { number: "4", name: "Rooms & more", step: "plan" },
    milestoneComplete: false,
    open: [],
    isRecorded: false,
    phasesDone: 3,
    phasesTotal: 5,
    ...phase,
  });
}

/** The lines below `## Current Position`, edited. */
function position(lines: string[], phase?: Partial<StateCompletion>): string[] {
  const { text } = complete(["## Current Position", ...lines].join("\n"), phase);
  return text.split("\n").slice(1);
}

describe("the current position", () => {
  test("every key, plain", () => {
    const text = `# Project State

## Current Position

Milestone: v1.2 Talk
Phase: 3 of 5 (Chat)
Plan: 2 of 2 in current phase
Status: In progress
Last activity: 2026-11-01 — Completed 03-02-PLAN.md

Progress: ████░░░░░░ 2/5 phases

## Session Continuity

Phase: 3
Status: In progress
`;
    const result = complete(text);
    expect(result.changed).toEqual(["phase", "plan", "status", "last_activity", "progress"]);
    expect(result.text).toBe(
      text
        .replace("3 of 5 (Chat)", "4 of 5 (Rooms & more)")
        .replace("2 of 2 in current phase", "Not started")
        .replace("Status: In progress", "Status: Ready to plan Phase 4")
        .replace("2026-11-01 — Completed 03-02-PLAN.md", "2026-11-22 — Completed Phase 3: Chat")
        .replace("████░░░░░░ 2/5", "██████░░░░ 3/5"),
    );
  });

  test("every key, in bold, in lists, in other case", () => {
    expect(
      position([
        "- **PHASE:** 3 — Chat",
        "- **Plan**: —",
        "* __Status:__ x  ",
        "**Last Activity:** 2026-11-01 - y",
        "**Progress**: [=====...] 40%",
      ]),
    ).toEqual([
      "- **PHASE:** 4 — Rooms & more",
      "- **Plan**: —",
      "* __Status:__ Ready to plan Phase 4  ",
      "**Last Activity:** 2026-11-22 - Completed Phase 3: Chat",
      "**Progress**: [=====...] 60%",
    ]);
  });

  test.each([
    ["3", "4"],
    ["03", "04"],
    ["3 of 8 (Chat)", "4 of 8 (Rooms & more)"],
    ["3 of 8", "4 of 8"],
    ["3/8 (Chat)", "4/8 (Rooms & more)"],
    ["3 — Chat", "4 — Rooms & more"],
    ["3 - Chat - and more", "4 - Rooms & more"],
    ["3: Chat", "4: Rooms & more"],
    ["Phase 3: Chat", "Phase 4: Rooms & more"],
    ["3 of 8 — Chat", "4 of 8 — Rooms & more"],
    ["3 (Chat) — IN PROGRESS", "4 (Rooms & more) — NOT STARTED"],
    ["3 (Chat (with parts)) - in progress", "4 (Rooms & more) - Not started"],
    ["3 (chat) — EXECUTING", "4 (rooms-more) — NOT STARTED"],
    ["3 — EXECUTING", "4 — NOT STARTED"],
    ["3 Chat", "4 — Rooms & more"],
    ["2.1 (Earlier)", "4 (Rooms & more)"],
  ])("Phase: %s", (value, expected) => {
    expect(position([`Phase: ${value}`])).toEqual([`Phase: ${expected}`]);
    expect(position([`**Phase: ${value}**`])).toEqual([`**Phase: ${expected}**`]);
  });

  test.each(["3.1 (Inserted)", "4 of 5 (Rooms)", "10", "3D"])(
    "a position at the later %s stays, and what was done is told",
    (value) => {
      const lines = [`Phase: ${value}`, "Plan: 1 of 2", "Status: x"];
      expect(position([...lines, "Last activity: y", "Progress: 2/5 phases"])).toEqual([
        ...lines,
        "Last activity: 2026-11-22 — Completed Phase 3: Chat",
        "Progress: 3/5 phases",
      ]);
    },
  );

  test("so does one at an earlier phase that is open; one at a phase that is not moves on", () => {
    const lines = ["Phase: 2.1 (Earlier)", "Status: x"];
    expect(position([...lines, "Last activity: y"], { open: ["2.1", "4"] })).toEqual([
      ...lines,
      "Last activity: 2026-11-22 — Completed Phase 3: Chat",
    ]);
    expect(position(lines, { open: ["2", "4"] })).toEqual([
      "Phase: 4 (Rooms & more)",
      "Status: Ready to plan Phase 4",
    ]);
  });

  test.each([
    ["2 (Base)", { open: [] }],
    ["4 (Rooms)", {}],
    ["3 (Chat)", { next: null, milestoneComplete: true }],
  ])("the same call once more changes nothing, whatever happened since: Phase: %s", (value, phase) => {
    const lines = [`Phase: ${value}`, "Status: Milestone complete", "Last activity: 2026-12-01 — Else"];
    expect(position(lines, { ...phase, isRecorded: true })).toEqual(lines);
  });

  test("what only STATE.md does not tell yet is told", () => {
    expect(position(["Phase: 3", "Last activity: y"], { isRecorded: true })).toEqual([
      "Phase: 4",
      "Last activity: 2026-11-22 — Completed Phase 3: Chat",
    ]);
  });

  test.each(["Not started (defining requirements)", "N/A", "3-4 (Both)", "3, 4", "3 and 4", ""])(
    "no change for Phase: %s",
    (value) => {
      const text = `## Current Position\nPhase: ${value}\nPlan: 1 of 2\nStatus: x\nLast activity: y\nProgress: 2/5 phases`;
      expect(complete(text)).toEqual({ text, changed: [] });
    },
  );

  test("a decimal that comes next, and one that is completed", () => {
    expect(position(["Phase: 3 of 5"], { next: { number: "3.1", name: "Fix", step: "plan" } })).toEqual([
      "Phase: 3.1 of 5",
    ]);
    expect(
      position(["Phase: 02.1"], { number: "2.1", next: { number: "2.10", name: "X", step: "plan" } }),
    ).toEqual(["Phase: 02.10"]);
  });

  test("the last phase: its line stays", () => {
    const lines = ["Phase: 3 of 3 (Chat)", "Plan: 2 of 2", "Status: In progress"];
    const last = { next: null, phasesTotal: 3 };
    expect(position(lines, { ...last, milestoneComplete: true })).toEqual([
      ...lines.slice(0, 2),
      "Status: Milestone complete",
    ]);
    expect(position(lines, last)).toEqual([...lines.slice(0, 2), "Status: Phase complete"]);
  });

  test.each(["plan", "execute", "verify"] as const)("what comes next is to %s", (step) => {
    const next = { number: "4", name: "Rooms", step };
    expect(position(["Phase: 3 (Chat)", "Status: In progress"], { next })).toEqual([
      "Phase: 4 (Rooms)",
      `Status: Ready to ${step} Phase 4`,
    ]);
  });

  test("a phase that was passed over comes next, and is left alone once the position is there", () => {
    const passed = { next: { number: "2", name: "Base", step: "plan" } } as const;
    const once = position(["Phase: 3 (Chat)", "Plan: 2 of 2", "Status: x"], passed);
    expect(once).toEqual(["Phase: 2 (Base)", "Plan: Not started", "Status: Ready to plan Phase 2"]);
    const busy = ["Phase: 2 (Base)", "Plan: 1 of 2", "Status: In progress"];
    expect(position(busy, passed)).toEqual(busy);
  });

  test.each([
    ["2026-11-01 — x", "2026-11-22 — Completed Phase 3: Chat"],
    ["2026-11-01 -- x", "2026-11-22 -- Completed Phase 3: Chat"],
    ["2026-11-01: x", "2026-11-22: Completed Phase 3: Chat"],
    ["2026-11-01T10:00:00Z - x", "2026-11-22 - Completed Phase 3: Chat"],
    ["2026-11-01", "2026-11-22 — Completed Phase 3: Chat"],
    ["never", "2026-11-22 — Completed Phase 3: Chat"],
    ["2026-05-05 - Completed Phase 3: Chat", "2026-05-05 - Completed Phase 3: Chat"],
  ])("Last activity: %s", (value, expected) => {
    expect(position(["Phase: 3", `Last activity: ${value}`])[1]).toBe(`Last activity: ${expected}`);
  });

  test.each(["—", "-", "N/A", "TBD", "Not started"])("Plan: %s stays", (value) => {
    expect(position(["Phase: 3", `Plan: ${value}`])[1]).toBe(`Plan: ${value}`);
  });

  test("what a name holds is data", () => {
    const next = { number: "4", name: "$& $1\n## b `x`", step: "plan" } as const;
    expect(position(["Phase: 3 ($&)"], { next })).toEqual(["Phase: 4 ($& $1 ## b `x`)"]);
  });

  test("front matter, fences, comments, other sections; CRLF, a byte-order mark, no final newline", () => {
    const text =
      "\uFEFF---\r\nphase: 3\r\n---\r\n## Current Position\r\n<!--\r\nPhase: 3\r\n-->\r\n```\r\nProgress: 2/5 phases\r\n```\r\n### Sub\r\nPhase: 3\r\n## Other\r\nPhase: 3";
    expect(complete(text)).toEqual({ text, changed: [] });
    const own = "\uFEFF## Current Position\r\nPhase: 3 \r\nPhase: 3\r\nPlan: 1 of 2";
    expect(complete(own).text).toBe(
      "\uFEFF## Current Position\r\nPhase: 4 \r\nPhase: 3\r\nPlan: Not started",
    );
  });
});

describe("progress", () => {
  test.each<[value: string, done: number, total: number, expected: string | null]>([
    ["███░ 2/5 phases", 3, 5, "██░░ 3/5 phases"],
    ["[████░░░░░░] 40%", 3, 5, "[██████░░░░] 60%"],
    ["[=====.....] 40%", 3, 5, "[======....] 60%"],
    ["[##--------] 20% (1/5 phases)", 2, 5, "[####------] 40% (2/5 phases)"],
    ["[====      ] 40%", 3, 5, "[======    ] 60%"],
    ["█████ 4 of 5 phases complete", 5, 5, "█████ 5 of 5 phases complete"],
    ["██████████ 5/5 phases", 5, 6, "████████░░ 5/6 phases"],
    ["░░░░░░░░░░ 0%", 1, 5, "██░░░░░░░░ 20%"],
    ["⬛⬜⬜ 1/3", 2, 3, "⬛⬛⬜ 2/3"],
    ["2/5 phases (40%)", 3, 5, "3/5 phases (60%)"],
    ["33%", 2, 3, "67%"],
    ["2/5 phases", 3, 6, "3/6 phases"],
    // Something else is counted, or nobody knows what.
    ["██████░░░░ 23/32 phases shipped", 2, 10, null],
    ["█████████░ 10/12", 8, 10, null],
    ["[████] 100% (18 of 18 plans complete across 8 phases)", 3, 5, null],
    ["[███░] 75%", 3, 5, null],
    ["[███] v1.0 100% | v1.1 20%", 1, 5, null],
    ["4/5 phases", 3, 5, null],
    ["[===>    ] 40%", 3, 5, null],
    ["Phase 9 complete", 3, 5, null],
    ["███░", 3, 5, null],
    ["2/5 phases", 3, 0, null],
    ["", 3, 5, null],
    ["40% (", 3, 5, null],
  ])("%s with %i of %i", (value, done, total, expected) => {
    const advanced = advanceProgress(value, done, total);
    expect(advanced).toBe(expected);
    if (expected !== null) expect(advanceProgress(expected, done, total)).toBe(expected);
  });
});

describe("progress in plans", () => {
  const plans = { done: 17, total: 18, most: 9 };

  test.each<[value: string, expected: string | null]>([
    ["[=======...] 8/12 plans", "[=========.] 17/18 plans"],
    ["8/12 plans complete", "17/18 plans complete"],
    ["67% (8/12 plans)", "94% (17/18 plans)"],
    ["8/12 plans (67%)", "17/18 plans (94%)"],
    ["17 of 18 plans", "17 of 18 plans"],
    // Of one phase, or of more than this milestone.
    ["3/9 plans", null],
    ["2/4 plans", null],
    ["8/19 plans", null],
    ["18/18 plans", null],
    ["8/12 plans executed today", null],
  ])("%s", (value, expected) => {
    expect(advanceProgress(value, 4, 6, plans)).toBe(expected);
    if (expected !== null) expect(advanceProgress(expected, 4, 6, plans)).toBe(expected);
    expect(advanceProgress(value, 4, 6)).toBeNull();
    expect(advanceProgress(value, 4, 6, { ...plans, done: 0, total: 0 })).toBeNull();
  });

  test("phases are counted as before, and so is a milestone of one phase", () => {
    expect(advanceProgress("3/6 phases", 4, 6, plans)).toBe("4/6 phases");
    expect(advanceProgress("2/4 plans", 1, 1, { done: 5, total: 5, most: 0 })).toBe("5/5 plans");
  });
});

const GAPS = [
  { number: "6", name: "Message Wiring", from: "Phase 3 gaps" },
  { number: "07", name: "Auth", from: "Audit" },
];

describe("the next action below gap phases", () => {
  const text = (action: string) =>
    `# S\n\n## Current Position\n\nPhase: 6\n\n## Gap Phases Added\n\n- Phase 6: Wiring (from Audit)\n- Phase 7: Auth (from Audit)\n- Phase 8: Rest (from Audit)\n\n${action}  \n\n## Notes\n\n${action}\n`;
  const plan6 = "**Next action:** plan Phase 6";
  const finish = (phase: Partial<StateCompletion>, action = plan6) =>
    complete(text(action), { number: "6", name: "Wiring", ...phase });

  test.each<[what: string, phase: Partial<StateCompletion>, expected: string]>([
    [
      "the next gap phase",
      { next: { number: "7", name: "Auth", step: "execute" }, open: ["7", "8"] },
      "execute Phase 7",
    ],
    [
      "one behind another phase",
      { next: { number: "4", name: "Rooms", step: "plan" }, open: ["4", "8"] },
      "go on with Phase 8",
    ],
    ["none", { next: null, open: [] }, "verify again the phases whose gaps these close"],
    [
      "none of them",
      { next: { number: "4", name: "Rooms", step: "plan" }, open: ["4"] },
      "verify again the phases whose gaps these close",
    ],
  ])("goes on to %s", (_, phase, expected) => {
    const result = finish(phase);
    expect(result.changed).toContain("next_action");
    expect(result.text).toContain(`\n**Next action:** ${expected}  \n`);
    expect(result.text).toContain(`## Notes\n\n${plan6}\n`);
    expect(complete(result.text, { number: "6", name: "Wiring", ...phase }).text).toBe(result.text);
  });

  test.each([
    "**Next action:** plan Phase 7",
    "**Next action:** plan Phase 60",
    "**Next action:** /coder:plan-phase 6",
    "**Next action:** plan Phase 6 with Ann",
    "Next action: plan Phase 6",
  ])("%s stays", (action) => {
    const phase = { next: { number: "7", name: "Auth", step: "plan" as const }, open: ["7"] };
    expect(finish(phase, action).changed).not.toContain("next_action");
    expect(finish(phase, action).text).toContain(`\n${action}  \n`);
  });

  test("another phase's completion leaves it, and so does the same call once more", () => {
    expect(complete(text(plan6), { number: "5" }).text).toContain(`\n${plan6}  \n`);
    const moved = finish({ next: null, number: "6" }).text.replace("Phase: 6", "Phase: 9");
    const again = moved.replace(/\*\*Next action:\*\* verify.*/, plan6);
    expect(complete(again, { number: "6", next: null, isRecorded: true }).text).toBe(again);
  });
});

describe("gap phases", () => {
  test("a new section at the end, before the footer, with blank lines as the document has them", () => {
    const head = "# Project State\n\n## Accumulated Context\n\nText\n";
    const section =
      "\n## Gap Phases Added\n\n- Phase 6: Message Wiring (from Phase 3 gaps)\n- Phase 7: Auth (from Audit)\n\n**Next action:** plan Phase 6\n";
    expect(addGapPhasesToState(head, GAPS).text).toBe(head + section);
    const footer = "\n---\n\n*Last updated: 2026-01-01*\n";
    expect(addGapPhasesToState(head + footer, GAPS).text).toBe(head + section + footer);
    expect(addGapPhasesToState(`${head}\n_Updated_\n`, GAPS).text).toBe(`${head}${section}\n_Updated_\n`);
    expect(addGapPhasesToState("# State\n## A\nText", [GAPS[0]!]).text).toBe(
      "# State\n## A\nText\n\n## Gap Phases Added\n- Phase 6: Message Wiring (from Phase 3 gaps)\n\n**Next action:** plan Phase 6",
    );
    expect(readState(addGapPhasesToState("", GAPS).text).gapPhases).toHaveLength(2);
  });

  test("an existing section: each number once, the action follows the newest", () => {
    const text = `## Gap Phases Added
* Phase 5: Old (from Audit)
  with more
* **Phase 6:** there already

**Next action:** /coder:plan-phase 5

## Next
`;
    expect(addGapPhasesToState(text, GAPS).text).toBe(
      text
        .replace("there already\n", "there already\n* Phase 7: Auth (from Audit)\n")
        .replace("/coder:plan-phase 5", "plan Phase 7"),
    );
    expect(addGapPhasesToState(text, [GAPS[0]!]).text).toBe(text);
    expect(addGapPhasesToState(text, []).text).toBe(text);
  });

  test.each([
    ["## Gap Phases Added\n", "## Gap Phases Added\n\n{entry}\n\n{action}\n"],
    [
      "## Gap Phases Added\n\nText\n## Next\n",
      "## Gap Phases Added\n\nText\n\n{entry}\n\n{action}\n\n## Next\n",
    ],
    [
      "## Gap Phases Added\n- Phase 5: x\n## Next",
      "## Gap Phases Added\n- Phase 5: x\n{entry}\n\n{action}\n\n## Next",
    ],
    ["## Gap Phases Added\n**Next action:** x", "## Gap Phases Added\n\n{entry}\n\n{action}"],
    [
      "## Gap Phases Added\n- Phase 5: x\n**Next action:** x\n",
      "## Gap Phases Added\n- Phase 5: x\n{entry}\n{action}\n",
    ],
    [
      "```\n## Gap Phases Added\n```\n",
      "```\n## Gap Phases Added\n```\n\n## Gap Phases Added\n{entry}\n\n{action}\n",
    ],
    ["Text\n```\nnever closed\n", "Text\n\n## Gap Phases Added\n{entry}\n\n{action}\n\n```\nnever closed\n"],
  ])("%j", (text, expected) => {
    const entry = "- Phase 6: Message Wiring (from Phase 3 gaps)";
    const action = "**Next action:** plan Phase 6";
    const edited = addGapPhasesToState(text, [GAPS[0]!]).text;
    expect(edited).toBe(expected.replace("{entry}", entry).replace("{action}", action));
    expect(addGapPhasesToState(edited, [GAPS[0]!]).text).toBe(edited);
  });

  test("names and numbers are data", () => {
    const { text } = addGapPhasesToState("", [
      { number: "6", name: "$&\n## x <!-- y", from: "a\nb" },
      { number: "no number", name: "x", from: "y" },
    ]);
    expect(text).toBe(
      "## Gap Phases Added\n- Phase 6: $& ## x <\\!-- y (from a b)\n\n**Next action:** plan Phase 6\n",
    );
  });

  test("CRLF and a byte-order mark", () => {
    const { text } = addGapPhasesToState("\uFEFF## A\r\n\r\nText\r\n", GAPS);
    expect(text.startsWith("\uFEFF## A\r\n\r\nText\r\n\r\n## Gap Phases Added\r\n\r\n- Phase 6")).toBe(true);
    expect(text.replaceAll("\r\n", "")).not.toMatch(/[\r\n]/);
  });
});

const line = fc.oneof(
  {
    weight: 9,
    arbitrary: fc.constantFrom(
      "---",
      "phase: 3",
      "# Project State",
      "## Current Position",
      "### Current Position",
      "Phase: 3 of 5 (Chat)",
      "Phase: 2",
      "Phase: 5",
      "**Phase:** 3 — Chat",
      "**Phase: 3**",
      "Plan: 1 of 2",
      "Status: In progress",
      "Last activity: 2026-01-01 — x",
      "Progress: ██░░░ 2/5 phases",
      "Progress: [====      ] 40%",
      "Progress: [=====...] 8/12 plans",
      "## Gap Phases Added",
      "- Phase 5: Old (from Audit)",
      "* Phase 6: Wiring (from Audit)",
      "  more",
      "**Next action:** plan Phase 5",
      "**Next action:** execute Phase 3",
      "* Phase 4: Rooms (from Audit)",
      "## Session Continuity",
      "```",
      "<!-- x",
      "-->",
      "*Updated*",
      "",
      "",
    ),
  },
  { weight: 1, arbitrary: fc.string({ unit: "binary" }).map((text) => text.replace(/[\r\n]/g, " ")) },
);
const document = fc
  .record({
    bom: fc.constantFrom("", "\uFEFF"),
    lines: fc.array(fc.tuple(line, fc.constantFrom("\n", "\n", "\r\n")), { maxLength: 30 }),
    isClosed: fc.boolean(),
  })
  .map(({ bom, lines, isClosed }) => {
    const text = lines.map(([content, end]) => content + end).join("");
    return bom + (isClosed ? text : text.replace(/\r?\n$/, ""));
  });
const next = fc.constantFrom(
  { number: "4", name: "Rooms", step: "plan" } as const,
  { number: "2", name: "Base", step: "execute" } as const,
  { number: "10", name: "$& (x)", step: "verify" } as const,
  null,
);

describe("laws", () => {
  test("completing twice is completing once, on any day", () => {
    fc.assert(
      fc.property(document, next, fc.boolean(), (text, phase, milestoneComplete) => {
        const given = { next: phase, milestoneComplete, plans: { done: 9, total: 14, most: 9 } };
        const once = complete(text, given);
        expect(once.changed.length > 0).toBe(once.text !== text);
        expect(complete(once.text, { ...given, date: "2027-01-01" })).toEqual({
          text: once.text,
          changed: [],
        });
      }),
      { numRuns: 1_000 },
    );
  });

  test("only values of the position change", () => {
    fc.assert(
      fc.property(document, next, (text, phase) => {
        const before = splitText(text);
        const after = splitText(complete(text, { next: phase }).text);
        expect([after.bom, after.endings]).toEqual([before.bom, before.endings]);
        const mask = maskLines(before.lines);
        for (const [index, old] of before.lines.entries()) {
          if (old === after.lines[index]) continue;
          expect(mask[index]).toBe(PROSE);
          const key =
            /^\W*(?:Phase|Plan|Status|Last activity|Progress|Next action)/i.exec(old)?.[0] ?? "none";
          expect(after.lines[index]!.startsWith(key)).toBe(true);
        }
        const reading = (state: string) => [readState(state).milestones, readState(state).gapPhases];
        expect(reading(complete(text, { next: phase }).text)).toEqual(reading(text));
      }),
      { numRuns: 1_000 },
    );
  });

  test("adding gap phases twice is adding them once, and every line but the action stays", () => {
    fc.assert(
      fc.property(document, (text) => {
        const { text: once } = addGapPhasesToState(text, GAPS);
        expect(addGapPhasesToState(once, GAPS).text).toBe(once);
        const before = splitText(text);
        const after = splitText(once);
        expect(after.bom).toBe(before.bom);
        let at = 0;
        let action = 0;
        for (const [index, content] of after.lines.entries()) {
          const isLast = at === before.lines.length - 1;
          const hasEnding =
            after.endings[index] === before.endings[at] || (isLast && before.endings[at] === "");
          if (content === before.lines[at] && hasEnding) at++;
          else if (/^\*\*Next action/.test(before.lines[at] ?? "") && /^\*\*Next action/.test(content)) {
            at++;
            action++;
          }
        }
        expect(at).toBe(before.lines.length);
        expect(action).toBeLessThanOrEqual(1);
        const listed = readState(once).gapPhases.map((entry) => Number(/\d+/.exec(entry.text)![0]));
        expect(listed).toEqual(expect.arrayContaining([6, 7]));
      }),
      { numRuns: 1_000 },
    );
  });

  test.each<[string, string]>([
    ["lines", `## Current Position\n${"Phase: 3\nStatus: x\n".repeat(50_000)}`],
    ["sections", "## Current Position\nPhase: 3\n".repeat(50_000)],
    [
      "entries",
      `## Gap Phases Added\n${Array.from({ length: 100_000 }, (_, index) => `- Phase 9${index}: x`).join("\n")}`,
    ],
    [
      "spaces",
      `## Current Position\nPhase: 3${" ".repeat(100_000)}x\nProgress: ${" ".repeat(100_000)}x\nLast activity: ${" ".repeat(100_000)}x`,
    ],
    ["bars", `## Current Position\nPhase: 3\nProgress: ${"█".repeat(100_000)} 2/5`],
    ["parentheses", `## Current Position\nPhase: 3 ${"(".repeat(100_000)}`],
    ["stars", `## Current Position\nPhase: 3 ${"* ".repeat(100_000)}`],
  ])("100,000 %s take under a second", (_, text) => {
    const started = performance.now();
    complete(text);
    addGapPhasesToState(text, GAPS);
    expect(performance.now() - started).toBeLessThan(3_000);
  });
});
