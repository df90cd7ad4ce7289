/** The requirements of real trees, held against what a person counts in them. */
import { readdirSync, readFileSync } from "node:fs";
import { join, relative, sep } from "node:path";
import { describe, expect, test } from "vitest";
import { readRequirements } from "../../src/domain/requirements.ts";
import { completeRequirements } from "../../src/domain/requirements-edit.ts";
import { CORPUS, HAS_KNOWN_TREES as present, SKIPPED } from "../support/corpus.ts";

if (!present) test.skip(SKIPPED, () => {});

const files = present
  ? readdirSync(CORPUS, { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile() && /REQUIREMENTS\.md$/.test(entry.name))
      .map((entry) => relative(CORPUS, join(entry.parentPath, entry.name)).split(sep).join("/"))
      .sort()
  : [];
const read = (path: string): string => readFileSync(join(CORPUS, path), "utf8");

/** Open, complete and held boxes, then the same of rows, of the documents that are worked on. */
const COUNTS: Record<string, [boxes: number[], rows: number[]]> = {
  "Rasmus0505+3.3-19.01/.planning/REQUIREMENTS.md": [
    [13, 0, 0],
    [13, 0, 0],
  ],
  "Rasmus0505+3.3-19.01/.planning/workstreams/milestone/REQUIREMENTS.md": [
    [16, 5, 0],
    [16, 5, 0],
  ],
  "SanmaySarada+Astraea/.planning/REQUIREMENTS.md": [
    [0, 66, 0],
    [0, 66, 0],
  ],
  "anthonyscry+GA-WsusManager/.planning/REQUIREMENTS.md": [
    [21, 10, 0],
    [21, 10, 0],
  ],
  "d954mas+neotolis-game-promotion-diary/.planning/REQUIREMENTS.md": [
    [23, 35, 3],
    [0, 0, 0],
  ],
  "gannonh+kata-agents@gaps/.planning/REQUIREMENTS.md": [
    [0, 17, 0],
    [0, 0, 0],
  ],
  "gannonh+kata-cloud@mid/.planning/REQUIREMENTS.md": [
    [14, 0, 0],
    [14, 0, 0],
  ],
  "wollax+cupel@mid/.planning/REQUIREMENTS.md": [
    [20, 5, 0],
    [0, 0, 0],
  ],
  "wollax+smelt@mid/.planning/REQUIREMENTS.md": [
    [4, 8, 0],
    [4, 8, 0],
  ],
};

/** Other trees may have other words for what is pending. */
const knownTrees = new Set(Object.keys(COUNTS).map((path) => path.split("/")[0]));
const known = files.filter((path) => knownTrees.has(path.split("/")[0]));

describe.runIf(present)("requirements of real trees", () => {
  test("every document that is worked on is held against facts", () => {
    expect(known.filter((path) => !path.includes("/milestones/"))).toEqual(Object.keys(COUNTS));
  });

  test.each(Object.entries(COUNTS))("%s", (path, expected) => {
    const lines = present ? readRequirements(read(path)) : [];
    const count = (kind: string): number[] =>
      ["open", "complete", "held"].map(
        (state) => lines.filter((line) => line.kind === kind && line.state === state).length,
      );
    expect([count("box"), count("row")]).toEqual(expected);
  });

  test.each(known)("each requirement of %s changes its own lines and no other", (path) => {
    const text = read(path);
    const lines = text.split("\n");
    const all = readRequirements(text);
    for (const id of new Set(all.flatMap(({ ids }) => ids))) {
      const own = all.filter(({ ids }) => ids.includes(id));
      const { text: edited, updated } = completeRequirements(text, [id]);
      const changed = edited.split("\n").flatMap((line, index) => (line === lines[index] ? [] : [index]));
      const held = own.some(({ state }) => state === "held");
      expect(changed).toEqual(
        held
          ? []
          : own.flatMap(({ state, index }) => (state === "open" ? [index] : [])).sort((a, b) => a - b),
      );
      expect(updated).toEqual(changed.length > 0 ? [id] : []);
      for (const index of changed) {
        expect(edited.split("\n")[index]).toBe(
          lines[index]!.replace("[ ]", "[x]").replace(/\| (?:Pending|Planned) (?=\|)/, () =>
            text.includes("| ✅ Complete |") ? "| ✅ Complete " : "| Complete ",
          ),
        );
      }
      expect(completeRequirements(edited, [id]).text).toBe(edited);
    }
  });
});
