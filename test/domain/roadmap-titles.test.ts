import { expect, test } from "vitest";
import { formatPlain } from "../../src/domain/phase.ts";
import { readHeadingTitle, readPhaseTitle, stripDecorations } from "../../src/domain/roadmap-titles.ts";

test.each<[string, string, string, boolean]>([
  ["Phase 1: Foundation", "1", "Foundation", false],
  ["Phase 01: Test Phase", "1", "Test Phase", false],
  ["Phase 02.2: ship-to-prod (INSERTED)", "2.2", "ship-to-prod", false],
  ["Phase 12A: Name", "12A", "Name", false],
  ["Phase 0: Zero", "0", "Zero", false],
  ["Phase 2.10: Ten", "2.10", "Ten", false],
  ["Phase CK-01: Prefixed", "1", "Prefixed", false],
  ["Phase 9: CLI Wiring — Close Audit Gaps", "9", "CLI Wiring — Close Audit Gaps", false],
  ["Phase 7: A → B & C: D (with E)", "7", "A → B & C: D (with E)", false],
  ["Phase 2.1: Fixes (Critical for Phase 3) (INSERTED)", "2.1", "Fixes (Critical for Phase 3)", false],
  ["Phase 6: Gap - Message System Wiring (inserted)", "6", "Gap - Message System Wiring", false],
  ["Phase 4: Name (Contingent)", "4", "Name", false],
  ["Phase 4: Name (Gap Closure)", "4", "Name", false],
  ["Phase 4: Name (2 plans)", "4", "Name", false],
  ["Phase 4: Name (2/2 plans)", "4", "Name", false],
  ["Phase 4: Name (2/2 plans) — completed 2026-02-07", "4", "Name", true],
  ["Phase 4: Name — completed 2026-02-07", "4", "Name", true],
  ["Phase 4: Name ✅", "4", "Name", true],
  ["✅ Phase 4: Name", "4", "Name", true],
  ["Phase 4: Name ✓ COMPLETE (2026-02-07)", "4", "Name", true],
  ["Phase 4: Name — COMPLETE ✅", "4", "Name", true],
  ["🔄 Phase 4: Name 🚧", "4", "Name", false],
  ["**Phase 4: Name**", "4", "Name", false],
  ["Phase 4 — Name", "4", "Name", false],
  ["Phase 4 - 2FA login", "4", "2FA login", false],
  ["Phase 4 (Chat System)", "4", "Chat System", false],
  ["Phase 4 (INSERTED): Name", "4", "Name", false],
  ["Phase 4", "4", "", false],
  ["Phase 4 ✅", "4", "", true],
  ["phase 4: name", "4", "name", false],
  ["Phase 3: C++ and C#", "3", "C++ and C#", false],
  ["Phase 3: Directory (Active Directory)", "3", "Directory (Active Directory)", false],
  ["Phase 3: 名前 𠮷", "3", "名前 𠮷", false],
  ["Phase 3: Name <!-- note -->", "3", "Name", false],
])("heading %s", (text, number, name, done) => {
  const title = readHeadingTitle(text);
  expect(title && { number: formatPlain(title.number), name: title.name, done: title.done }).toEqual({
    number,
    name,
    done,
  });
});

test.each([
  "Phase 1-4: Foundation",
  "Phase 11-18 (done)",
  "Phase 35+: Later",
  "Phases 1-4",
  "Phase Details",
  "Phase 1 Deliverables",
  "Phase 3x7: No",
  "Phaser 3: Game",
  "The Phase 3: Name",
  "",
])("not a phase: %s", (text) => {
  expect(readHeadingTitle(text)).toBeNull();
});

test.each<[string, string, string]>([
  ["**Phase 1: Foundation** - CLI scaffold, config", "Foundation", "- CLI scaffold, config"],
  ["**Phase 2: Quality — CI** — text", "Quality — CI", "— text"],
  ["**Phase 2.1: Realignment (INSERTED)** - text", "Realignment", "- text"],
  ["**Phase 1:** Foundation - text", "Foundation", "- text"],
  ["**Phase 1** — Foundation", "Foundation", ""],
  ["Phase 49: Name (0/2 plans)", "Name", "(0/2 plans)"],
  ["Phase 49: Name — CI (~2 plans) — CI-01", "Name — CI", "(~2 plans) — CI-01"],
  [
    "Phase 1: Foundation — Compilable solution (2026-02-19)",
    "Foundation",
    "— Compilable solution (2026-02-19)",
  ],
  ["Phase 1: Name — 2026-02-28", "Name", "— 2026-02-28"],
  ["Phase 6: Gap - Message wiring (inserted)", "Gap - Message wiring", ""],
  ["Phase 6: Gap - Message wiring (inserted) — text", "Gap - Message wiring", "— text"],
  ["Phase 6: Gap – Message wiring - text", "Gap – Message wiring", "- text"],
  ["Phase 6: Gap -", "Gap", ""],
  ["Phase 6: Gaps - text", "Gaps", "- text"],
])("list line %s", (text, name, tail) => {
  expect(readPhaseTitle(text)).toMatchObject({ name, tail });
});

test("a struck-through title says so", () => {
  expect(readPhaseTitle("~~**Phase 7: Float**~~ — cancelled")).toMatchObject({ struck: true, name: "Float" });
});

test("decorations come off in any order, and only from the end", () => {
  expect(stripDecorations("(INSERTED) Name (2 plans) ✅ — completed 2026-01-01").name).toBe(
    "(INSERTED) Name",
  );
  expect(stripDecorations("Name").done).toBe(false);
});
