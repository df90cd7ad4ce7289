import { describe, expect, test } from "vitest";
import {
  completedCell,
  ownCompleteWord,
  type RequirementState,
  readRequirementState,
} from "../../src/domain/requirement-status.ts";

describe("readRequirementState", () => {
  test.each<[RequirementState, string[]]>([
    [
      "open",
      [
        ..."Pending|pending|PENDING|In Progress|In progress|in-progress|Not started|Not Started|Planned|Active|".split(
          "|",
        ),
        ...[
          "",
          "  ",
          "-",
          "—",
          "–",
          "TBD",
          "○",
          "☐",
          "[ ]",
          "⬜",
          "...",
          "🔄",
          "⏳ Pending",
          "🔄 In Progress",
        ],
        ...[
          "❌ Not started",
          "[ ] Pending",
          "○ Pending",
          "**Pending**",
          "`Pending`",
          "_Pending_",
          "*Pending*",
        ],
        ...[
          "Pending (gap closure)",
          "Pending — Phase 30",
          "Planned (Phase 30)",
          "Pending Phase 3",
          "WIP",
          "To do",
        ],
        ...["TODO", "Open", "In Progress (2/5 plans)", "Not yet started", "Mapped", "Scheduled"],
      ],
    ],
    [
      "complete",
      [
        ...[
          "Complete",
          "complete",
          "Completed",
          "✓ Complete",
          "✅ Complete",
          "✅",
          "✓",
          "✔️",
          "☑",
          "[x]",
          "[X] Done",
        ],
        ...[
          "Done",
          "Satisfied",
          "✓ SATISFIED",
          "Validated",
          "Verified",
          "**Complete**",
          "`Complete`",
          "Shipped",
        ],
        ...[
          "Complete (2026-01-01)",
          "Complete — Phase 3",
          "Done (was blocked)",
          "Passed",
          "100%",
          "Implemented",
        ],
        ...["Pending → Complete", "✅ Complete (gap closure)"],
      ],
    ],
    [
      "held",
      [
        ...[
          "Blocked",
          "🚫 Blocked",
          "Deferred",
          "Deferred to v2",
          "Out of scope",
          "Out of Scope",
          "❌",
          "✗",
          "⚠️",
        ],
        ...[
          "Partial",
          "Partially complete",
          "Failed",
          "Superseded",
          "Dropped",
          "N/A",
          "Future",
          "Incomplete",
        ],
        ...[
          "Not complete",
          "Not applicable",
          "Complete except exports",
          "Complete (partial)",
          "Complete but slow",
        ],
        ...[
          "Pending (blocked by AUTH-02)",
          "Pending — deferred",
          "Planned for v2",
          "Ready for review",
          "~~Pending~~",
        ],
        ...[
          "Pending review",
          "Complete → Pending",
          "In Progress → Blocked",
          "Activel",
          "Openness",
          "Donenot",
          "?",
          "50%",
        ],
        "x".repeat(300),
      ],
    ],
    ["none", ["04-02", "01-01, 01-02", "Phase 3", "Plan 02", "2026-01-05", "3", "2/3"]],
  ])("%s", (state, cells) => {
    for (const cell of cells) expect([cell, readRequirementState(cell)]).toEqual([cell, state]);
  });
});

describe("completedCell", () => {
  test.each<[string, string | null, string]>([
    ["Pending", null, "Complete"],
    ["Pending", "✅ Complete", "✅ Complete"],
    ["", null, "Complete"],
    ["—", "✓", "✓"],
    ["**Pending**", null, "**Complete**"],
    ["`In Progress`", null, "`Complete`"],
    ["**Pending**", "Done", "Done"],
    ["⏳ Pending", null, "Complete"],
    ["❌ *Pending*", null, "*Complete*"],
    ["[ ] Pending", "[x] Done", "[x] Done"],
    ["Pending (gap closure)", null, "Complete (gap closure)"],
    ["Planned — Phase 30", "Satisfied", "Satisfied — Phase 30"],
    ["In Progress (2/5 plans)", null, "Complete"],
    ["In Progress 40%", null, "Complete"],
  ])("%j with %j", (cell, own, expected) => {
    expect(completedCell(cell, own)).toBe(expected);
    expect(readRequirementState(expected)).toBe("complete");
  });
});

describe("ownCompleteWord", () => {
  test.each<[string[], string | null]>([
    [[], null],
    [["Pending", "Blocked", ""], null],
    [["Complete", "Pending"], "Complete"],
    [["Done", "✅ Complete", "✅ Complete"], "✅ Complete"],
    [["Done", "Complete"], "Done"],
    [["✓ Complete (2026-01-01)", "✓ Complete — Phase 2"], "✓ Complete"],
    [["Complete 2026-01-01"], "Complete"],
    [["✅"], "✅"],
    [["[x]", "[x]"], "[x]"],
    [["**Complete**"], "**Complete**"],
    // These would say more than that the phase is complete.
    [["Shipped", "Merged", "Released in v1.0"], null],
    [["Pending → Complete"], null],
  ])("%j", (cells, word) => {
    expect(ownCompleteWord(cells)).toBe(word);
  });
});
