/** Editing ROADMAP.md and STATE.md of real trees, in memory: exactly the intended lines change. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { currentMilestone } from "../../src/domain/milestone.ts";
import { formatPlain, parsePhaseNumber } from "../../src/domain/phase.ts";
import { planKeyOf } from "../../src/domain/phase-plans.ts";
import { findRoadmapPhase, phasesOfMilestone, readRoadmap } from "../../src/domain/roadmap.ts";
import { completeRoadmapPhase } from "../../src/domain/roadmap-edit.ts";
import { insertRoadmapPhase } from "../../src/domain/roadmap-edit-insert.ts";
import { addGapPhasesToState, completePhaseInState } from "../../src/domain/state-edit.ts";
import { readState } from "../../src/domain/state-file.ts";
import { splitText } from "../../src/markdown/lines.ts";
import { CORPUS, HAS_KNOWN_TREES as present, SKIPPED } from "../support/corpus.ts";

if (!present) test.skip(SKIPPED, () => {});

const DATE = "2026-11-22";

interface Edits {
  /** Phase that is completed with these plans, and the numbers of the lines that change. */
  complete: [phase: string, plans: number, lines: string];
  /** Of the inserted phase: the line of its heading, and how many lines stand where in the new text. */
  insert: [heading: string, runs: string];
  /** Keys of STATE.md's position that change when the phase it names is completed. */
  state: [phase: string, keys: string];
}

const TREES: Record<string, Edits> = {
  "0jrm+gsd-unsupervised": {
    complete: ["4", 2, "22, 70-71"],
    insert: ["### Phase 10: Gap - Message wiring (inserted)", "28, 125-133, 150"],
    state: ["9", "phase plan status last_activity"],
  },
  "Bobakanoosh+wcmux": {
    complete: ["8", 1, ""],
    insert: ["### Phase 9: Gap - Message wiring (inserted)", "36, 40-52, 67"],
    state: ["1", ""],
  },
  "Rasmus0505+3.3-19.01": {
    complete: ["31", 1, ""],
    insert: ["#### Phase 32: Gap - Message wiring (inserted)", "24-36, 43"],
    state: ["1", ""],
  },
  "SanmaySarada+Astraea": {
    complete: ["15.1", 2, "542-543, 570"],
    insert: ["### Phase 16: Gap - Message wiring (inserted)", "547-558, 583"],
    state: ["15.1", "phase plan status last_activity"],
  },
  "anthonyscry+GA-WsusManager": {
    complete: ["27", 5, "214-218"],
    insert: ["### Phase 32: Gap - Message wiring (inserted)", "21, 144, 322-336"],
    state: ["1", ""],
  },
  "d954mas+neotolis-game-promotion-diary": {
    complete: ["3", 4, "18, 171, 223"],
    insert: ["### Phase 7: Gap - Message wiring (inserted)", "22, 213-221, 237"],
    state: ["3", "phase"],
  },
  "gannonh+kata-agents@gaps": {
    complete: ["17", 2, ""],
    insert: ["### Phase 18: Gap - Message wiring (inserted)", "26, 28-40"],
    state: ["17", "phase plan status last_activity"],
  },
  "gannonh+kata-cloud@mid": {
    complete: ["5", 3, "17, 36-38"],
    insert: ["### Phase 9: Gap - Message wiring (inserted)", "21, 74-86"],
    state: ["1", ""],
  },
  "wollax+cupel@mid": {
    complete: ["24", 2, "65, 67-68"],
    insert: ["### Phase 33: Gap - Message wiring (inserted)", "77, 81-93"],
    state: ["23", "phase plan status last_activity"],
  },
  "wollax+smelt@mid": {
    complete: ["8", 3, "228"],
    insert: ["### Phase 11: Gap - Message wiring (inserted)", "215-227, 244"],
    state: ["8", "phase plan status last_activity"],
  },
};

/** Numbers of changed lines as `3, 5-7`. */
function spans(numbers: readonly number[]): string {
  const runs: [number, number][] = [];
  for (const number of numbers) {
    const last = runs.at(-1);
    if (last && last[1] === number - 1) last[1] = number;
    else runs.push([number, number]);
  }
  return runs.map(([from, to]) => (from === to ? `${from}` : `${from}-${to}`)).join(", ");
}

function changedLines(before: string, after: string): number[] {
  const [old, now] = [splitText(before), splitText(after)];
  expect([now.bom, now.endings]).toEqual([old.bom, old.endings]);
  return now.lines.flatMap((line, index) => (line === old.lines[index] ? [] : [index + 1]));
}

/** Line numbers in the new text; every old line must still be there, in order, with its ending. */
function insertedLines(before: string, after: string): number[] {
  const [old, now] = [splitText(before), splitText(after)];
  const numbers: number[] = [];
  let at = 0;
  for (const [index, line] of now.lines.entries()) {
    if (line === old.lines[at]) at++;
    else numbers.push(index + 1);
  }
  expect(at).toBe(old.lines.length);
  return numbers;
}

describe.runIf(present).each(Object.entries(TREES))("%s", (tree, edits) => {
  // In the tests: this runs too where the tree is not there and they are skipped.
  const read = (name: string) => readFileSync(join(CORPUS, tree, ".planning", name), "utf8");

  test("completing a phase changes its lines", () => {
    const roadmap = read("ROADMAP.md");
    const [number, planCount, lines] = edits.complete;
    const [entry] = readRoadmap(roadmap).phases.filter((one) => formatPlain(one.number) === number);
    const phase = {
      number: entry!.number,
      milestone: entry!.milestone,
      slug: null,
      planCount,
      doneCount: planCount,
      planKeys: Array.from({ length: planCount }, (_, index) => planKeyOf(`0${index + 1}`)!),
      date: DATE,
    };
    const { text, found } = completeRoadmapPhase(roadmap, phase);
    expect(found).toBe(true);
    expect(spans(changedLines(roadmap, text))).toBe(lines);
    expect(completeRoadmapPhase(text, { ...phase, date: "2027-01-01" }).text).toBe(text);
    expect(findRoadmapPhase(readRoadmap(text), phase.number, phase).entry!.checked).not.toBe(false);
  });

  test("a new phase stands behind the milestone's last one", () => {
    const roadmap = read("ROADMAP.md");
    const current = currentMilestone(readRoadmap(roadmap), readState(read("STATE.md")));
    const milestone = current.milestone?.version ?? null;
    const siblings = phasesOfMilestone(readRoadmap(roadmap), milestone);
    const highest = Math.max(...readRoadmap(roadmap).phases.map(({ number }) => number.major));
    const phase = {
      number: parsePhaseNumber(String(highest + 1))!,
      name: "Gap - Message wiring",
      suffix: "(inserted)",
      goal: "Complete message display",
      addressesGaps: ["Phase 3 Verification: Gap 1, Gap 2"],
      successCriteria: ["Messages display", "New messages persist"],
      requirements: ["REQ-012"],
      milestone,
    };
    const { text, line, inserted } = insertRoadmapPhase(roadmap, phase);
    expect(inserted).toBe(true);
    const { lines } = splitText(text);
    expect([lines[line - 1], spans(insertedLines(roadmap, text))]).toEqual(edits.insert);
    const { phases } = readRoadmap(text);
    expect(phases.find((one) => one.line === line)).toMatchObject({
      name: phase.name,
      milestone: siblings.length > 0 ? siblings[0]!.milestone : milestone,
      goal: phase.goal,
      addressesGaps: phase.addressesGaps,
      successCriteria: phase.successCriteria,
      requirements: phase.requirements,
    });
    expect(insertRoadmapPhase(text, phase)).toEqual({ text, line, name: phase.name, inserted: false });
  });

  test("every phase can be completed and none other changes", () => {
    const roadmap = read("ROADMAP.md");
    const before = readRoadmap(roadmap).phases;
    for (const one of before) {
      const planKeys = one.plans.flatMap(({ id }) => planKeyOf(id) ?? []);
      const phase = {
        number: one.number,
        milestone: one.milestone,
        slug: null,
        planCount: planKeys.length,
        doneCount: planKeys.length,
        planKeys,
        date: DATE,
      };
      const after = readRoadmap(completeRoadmapPhase(roadmap, phase).text).phases;
      const boxes = (phases: typeof before) =>
        phases.map(({ number, name, checked, plans }) => [formatPlain(number), name, checked, plans]);
      expect(boxes(after.filter((_, index) => before[index] !== one))).toEqual(
        boxes(before.filter((other) => other !== one)),
      );
      const own = after[before.indexOf(one)]!;
      expect(own.checked).toBe(one.checked === false ? true : one.checked);
      expect(own.plans.filter(({ checked }) => checked === false)).toEqual([]);
    }
  });

  test("STATE.md", () => {
    const state = read("STATE.md");
    const [number, keys] = edits.state;
    const phase = {
      number,
      name: "Name",
      date: DATE,
      next: { number: String(Number.parseInt(number, 10) + 1), name: "Other", step: "plan" as const },
      milestoneComplete: false,
      open: [],
      isRecorded: false,
      phasesDone: 3,
      phasesTotal: 5,
    };
    const { text, changed } = completePhaseInState(state, phase);
    expect(changed.join(" ")).toBe(keys);
    expect(changedLines(state, text)).toHaveLength(changed.length);
    expect(completePhaseInState(text, phase)).toEqual({ text, changed: [] });
    const entries = [{ number: "98", name: "Gap", from: "Audit" }];
    const { text: listed } = addGapPhasesToState(state, entries);
    const added = insertedLines(state, listed).map((line) => splitText(listed).lines[line - 1]);
    expect(added.filter((line) => line !== "")).toEqual([
      "## Gap Phases Added",
      "- Phase 98: Gap (from Audit)",
      "**Next action:** plan Phase 98",
    ]);
    expect(addGapPhasesToState(listed, entries).text).toBe(listed);
  });
});
