import { describe, expect, test } from "vitest";
import { currentMilestone } from "../../src/domain/milestone.ts";
import { readRoadmap } from "../../src/domain/roadmap.ts";
import { readState } from "../../src/domain/state-file.ts";

function read(roadmap: string | null, state: string | null = null) {
  return currentMilestone(
    roadmap === null ? null : readRoadmap(roadmap),
    state === null ? null : readState(state),
  );
}

const STATE = "## Current Position\nMilestone: v9.0 Stated\n";

describe("the order of trust", () => {
  test.each<[string, string, string | null, string, string, string]>([
    ["R4", "## Current Milestone: v1.7.0 Name", STATE, "1.7.0", "Name", "current_milestone_heading"],
    ["emoji", "## Current Milestone: 🔄 v1.11.0 Name", STATE, "1.11.0", "Name", "current_milestone_heading"],
    ["dash", "## Current Milestone — v1.7 Name", STATE, "1.7", "Name", "current_milestone_heading"],
    ["without v", "## Current Milestone: 1.7.0 Name", STATE, "1.7.0", "Name", "current_milestone_heading"],
    ["R3", "## Current Milestone\n### v1.5.0 Name", STATE, "1.5.0", "Name", "current_milestone_heading"],
    [
      "R3 in text",
      "## Current Milestone\n\n**v1.5.0 Name**",
      STATE,
      "1.5.0",
      "Name",
      "current_milestone_heading",
    ],
    [
      "heading before list",
      "## Milestones\n- 🚧 **v1.1 A**\n## Current Milestone: v1.2 B",
      STATE,
      "1.2",
      "B",
      "current_milestone_heading",
    ],
    ["list 🔄", "## Milestones\n- ✅ v1.0 A\n- 🔄 **v1.1 B** — now", STATE, "1.1", "B", "milestone_list"],
    ["list 🚧", "## Milestones\n- 🚧 **v1.1 B** - Phases 5-6", STATE, "1.1", "B", "milestone_list"],
    [
      "list words",
      "## Milestones\n- **v1.1 B** — Phases 0-6 (in progress)",
      STATE,
      "1.1",
      "B",
      "milestone_list",
    ],
    [
      "table",
      "## Milestones\n| Milestone | Status | Phases |\n|--|--|--|\n| v1.1 B | 🔄 IN PROGRESS | 2-3 |",
      STATE,
      "1.1",
      "B",
      "milestone_list",
    ],
    ["heading (In Progress)", "### v1.2.0 Name (In Progress)", STATE, "1.2.0", "Name", "heading_in_progress"],
    ["heading (Active)", "### v1.2.0 Name (Active)", STATE, "1.2.0", "Name", "heading_in_progress"],
    ["heading 🚧", "### 🚧 v1.1 Name (In Progress)", STATE, "1.1", "Name", "heading_in_progress"],
    ["heading ←", "### v1.3.3 Name ← YOU ARE HERE", STATE, "1.3.3", "Name", "heading_in_progress"],
    [
      "all of it in details",
      "<details open>\n<summary>🔄 v1.2 Name — IN PROGRESS</summary>\n</details>",
      STATE,
      "1.2",
      "Name",
      "heading_in_progress",
    ],
    [
      "details do not count beside an open heading",
      "<details><summary>🚧 v1.0 Old</summary></details>\n### 🚧 v1.1 Name",
      STATE,
      "1.1",
      "Name",
      "heading_in_progress",
    ],
    ["R5", "## Milestone: v1.0 MVP\n## Phase 1: X", STATE, "1.0", "MVP", "milestone_heading"],
    ["field", "# Roadmap v2\n**Milestone:** v2.4 Name", STATE, "2.4", "Name", "milestone_heading"],
    ["state", "## Milestones\n- ✅ v1.0 A\n- ✅ v1.1 B", STATE, "9.0", "Stated", "state"],
    [
      "planned, but STATE says so",
      "## Milestones\n- ○ **v9.0 Listed** — planned",
      STATE,
      "9.0",
      "Stated",
      "state",
    ],
    ["title", "# Roadmap: Kata v1.1.0 GitHub\n\nSince v1.0.3.", null, "1.1.0", "GitHub", "roadmap_title"],
    ["only version", "# Roadmap\n\nBuilds v0.3.0.\n", null, "0.3.0", "", "only_version"],
    ["only open one", "## Milestones\n- ✅ v1.0 A\n- 📋 **v2.0 B**", null, "2.0", "B", "only_version"],
  ])("%s", (_, roadmap, state, version, name, source) => {
    expect(read(roadmap, state)).toEqual({
      milestone: { version, name, source },
      between: false,
      diagnostics: [],
    });
  });
});

test.each([
  "## Current Milestone: None",
  "## Current Milestone: none active",
  "## Current Milestone: None (v3.1 SHIPPED)",
  "## Current Milestone: None — v1.2 shipped 2026-07-01, awaiting next",
  "## Current Milestone: No active milestone",
  "## Current Milestone\n\nNone. v1.2 shipped.",
])("between milestones, whatever else is named: %j", (heading) => {
  const roadmap = `## Milestones\n- ✅ **v1.0 A** — shipped\n- 🚧 **v1.1 B** — in progress\n${heading}\n`;
  expect(read(roadmap, STATE)).toEqual({ milestone: null, between: true, diagnostics: [] });
});

test("STATE.md that says none ends the search too", () => {
  expect(read("# Roadmap v1.0", "## Current Position\nMilestone: None\n")).toMatchObject({
    milestone: null,
    between: true,
  });
});

test.each<[string, string | null, string | null]>([
  ["no files", null, null],
  ["nothing named", "# Roadmap\n### Phase 1: X\n", "# State\n"],
  ["only shipped ones", "## Milestones\n- ✅ v1.0 A\n- ✅ v1.1 B\n", null],
  ["`v1` is no version", "# Roadmap\nfor v1 only\n", null],
  ["versions in fences and comments", "```\n## Current Milestone: v1.0\n```\n<!-- v1.1 -->\n", null],
])("no milestone and no guess: %s", (_, roadmap, state) => {
  expect(read(roadmap, state)).toEqual({ milestone: null, between: false, diagnostics: [] });
});

describe("several candidates on one level", () => {
  test.each<[string, string, number, string[]]>([
    [
      "headings",
      "## Current Milestone: v1.0\n## Current Milestone: v1.1",
      1,
      ["v1.0 (line 1)", "v1.1 (line 2)"],
    ],
    ["list", "## Milestones\n- 🚧 **v2.1 A**\n- 🚧 **v3.0 B**", 2, ["v2.1 (line 2)", "v3.0 (line 3)"]],
    ["sections", "### 🚧 v1.0 A\n### v1.1 B (In Progress)", 1, ["v1.0 (line 1)", "v1.1 (line 2)"]],
    ["versions in prose", "# Roadmap\nv1.0, then\nv2.0", 2, ["v1.0 (line 2)", "v2.0 (line 3)"]],
  ])("%s", (_, roadmap, line, named) => {
    const { milestone, between, diagnostics } = read(roadmap);
    expect({ milestone, between }).toEqual({ milestone: null, between: false });
    expect(diagnostics).toMatchObject([{ code: "AMBIGUOUS_MILESTONE", path: ".planning/ROADMAP.md", line }]);
    for (const candidate of named) expect(diagnostics[0]!.message).toContain(candidate);
  });

  test("STATE.md's body and front matter", () => {
    const state = "---\nmilestone: v1.0\n---\n## Current Position\n**Milestone:** v1.1 Name\n";
    expect(read(null, state).diagnostics).toMatchObject([
      { code: "AMBIGUOUS_MILESTONE", path: ".planning/STATE.md", line: 5 },
    ]);
  });

  test("the same version twice is one candidate, also as `v1.1.0`", () => {
    const roadmap = "## Milestones\n- 🚧 **v1.1** — in progress\n- 🔄 **v1.1.0 Name** — now\n";
    expect(read(roadmap).milestone).toEqual({ version: "1.1", name: "Name", source: "milestone_list" });
  });

  test("a hundred candidates make a short message", () => {
    const roadmap = `## Milestones\n${Array.from({ length: 100 }, (_, index) => `- 🚧 v1.${index}`).join("\n")}`;
    const { message } = read(roadmap).diagnostics[0]!;
    expect(message).toContain("and 90 more");
    expect(message.length).toBeLessThan(400);
  });
});

test("a shipped milestone is not current for being mentioned in progress elsewhere", () => {
  const roadmap =
    "## Milestones\n- ✅ **v1.0 A** — shipped\n### v1.0 A (In Progress)\n### v1.1 B (In Progress)\n";
  expect(read(roadmap).milestone?.version).toBe("1.1");
});

test("the version is spelled as ROADMAP.md spells it", () => {
  const state = "## Current Position\nMilestone: v1.2.0 Name\n";
  expect(read("## Milestones\n- ○ **v1.2 Name** — planned\n", state).milestone?.version).toBe("1.2");
});
