import { describe, expect, it } from "vitest";
import { findAddressed, readResolutions, takeResolutions } from "../../src/domain/gap-resolution.ts";
import { readReport } from "../../src/domain/reports.ts";
import { COMMENT } from "../../src/markdown/lines.ts";
import { readMarkdown } from "../../src/markdown/sections.ts";

describe("readResolutions", () => {
  it("reads each phase with its bullets", () => {
    const text = [
      "## Gap Resolution",
      "",
      "Gaps addressed by Phase 6 (Gap - Message wiring):",
      "",
      "- Messages persist",
      "* [x] `gap-0123456789ab`",
      "",
      "Gaps addressed by Phase 02.1 (Gap - Auth)",
      "",
      "Some prose.",
      "- not a gap",
      "",
      "## Next",
      "Gaps addressed by Phase 9:",
    ].join("\n");
    expect(readResolutions(readMarkdown(text))).toEqual([
      { phase: "06", items: ["Messages persist", "`gap-0123456789ab`"] },
      { phase: "02.1", items: [] },
    ]);
    expect(readResolutions(readMarkdown(text.replaceAll("\n", "\r\n")))).toHaveLength(2);
  });

  it("goes on below an item or a long title, as a formatter breaks them", () => {
    const text = [
      "## Gap Resolution",
      "Gaps addressed by Phase 6 (Gap - Message",
      "wiring):",
      "- Messages persist over",
      "  a restart (gap-0123456789ab)",
      "- Next",
      "---",
      "- not a gap",
      "Gaps addressed by Phase 7 (Gap - Auth):",
      "Prose right below.",
      "- not a gap",
      "### More",
      "Gaps addressed by Phase 8:",
      "# Rest",
    ].join("\n");
    expect(readResolutions(readMarkdown(text))).toEqual([
      { phase: "06", items: ["Messages persist over a restart (gap-0123456789ab)", "Next"] },
      { phase: "07", items: [] },
      { phase: "08", items: [] },
    ]);
  });

  it("reads nothing outside the section or inside a fence", () => {
    expect(readResolutions(readMarkdown("Gaps addressed by Phase 6:"))).toEqual([]);
    expect(readResolutions(readMarkdown("## Gap Resolution\n```\nGaps addressed by Phase 6:\n```"))).toEqual(
      [],
    );
  });
});

const LONG = "A title that is much longer than forty characters, as titles in reports are";
const verification = {
  source: "verification" as const,
  phase: "03",
  entries: [
    { key: "gap-000000000001", open: true, title: "User sees messages" },
    { key: "gap-000000000002", open: false, title: "Messages persist" },
    { key: "gap-000000000003", open: true, title: "Messages, old and new, sort" },
    { key: "gap-000000000004", open: true, title: LONG },
  ],
  resolutions: [],
};
const uat = {
  source: "uat" as const,
  phase: "04",
  entries: [{ key: "gap-00000000000a", open: true, title: "User sees messages" }],
  resolutions: [],
};
const audit = {
  source: "audit" as const,
  phase: null,
  entries: [{ key: "gap-00000000000b", open: true, title: "Auth → Chat" }],
  resolutions: [],
};
const all = [verification, uat, audit];
const addressedBy = (text: string) =>
  [...findAddressed(all, all, [{ phase: "6", texts: [text] }])].map(([key, phases]) => {
    expect(phases).toEqual(["06"]);
    return key.slice(-1);
  });

describe("findAddressed", () => {
  it.each([
    ["Phase 3 Verification: Gap 1, Gap 2", ["1", "2"]],
    ["- Phase 03 Verification: Gaps 1-3", ["1", "2", "3"]],
    ["phase 3 verification: Gap 1 and 3", ["1", "3"]],
    ["Phase 3 Verification: User sees messages", ["1"]],
    ["Phase 3 Verification: **user sees messages.**", ["1"]],
    ["Phase 3 Verification: Messages, old and new, sort", ["3"]],
    [`Phase 3 Verification: ${LONG.slice(0, 50)}…`, ["4"]],
    ["Phase 4 UAT: Gap 1", ["a"]],
    ["Milestone Audit: Gap 1", ["b"]],
    ["v1.0 Audit: Auth -> Chat", ["b"]],
    ["gap-000000000003", ["3"]],
    ["Sorting (gap-000000000003, gap-00000000000a)", ["3", "a"]],
    ["Auth → Chat", ["b"]],
  ])("%s", (text, keys) => {
    expect(addressedBy(text).sort()).toEqual(keys);
  });

  it.each([
    "Phase 3 Verification: Gap 5",
    "Phase 3 Verification: Gap 1, sorting",
    "Phase 3 Verification: messages",
    "Phase 3 Verification: A title that is…",
    "Phase 5 Verification: Gap 1",
    "Phase 30 Verification: Gap 1",
    "Phase 3 UAT: Gap 1",
    "Gap 1",
    "User sees messages",
    "Closes gaps from audit",
    "gap-ffffffffffff",
    "",
  ])("guesses nothing from %j", (text) => {
    expect(addressedBy(text)).toEqual([]);
  });

  it.each([
    ["User sees messages (gap-ffffffffffff)", ["1"]],
    ["(gap-ffffffffffff) Messages persist", ["2"]],
    ["User sees messages (gap-000000000002)", ["2"]],
    ["Gap 3 (gap-ffffffffffff)", []],
    ["(gap-ffffffffffff)", []],
  ])("a key of a directory that was renamed leaves the title: %s", (item, keys) => {
    const report = { ...verification, resolutions: [{ phase: "06", items: [item] }] };
    expect([...findAddressed([report], [report], []).keys()].map((key) => key.slice(-1))).toEqual(keys);
  });

  it("takes a resolution without bullets for the whole report, with bullets for those", () => {
    const reports = [
      { ...verification, resolutions: [{ phase: "06", items: [] }] },
      { ...uat, resolutions: [{ phase: "07", items: ["something else"] }] },
      {
        ...audit,
        resolutions: [
          { phase: "07", items: ["Gap 1"] },
          { phase: "02.1", items: ["`gap-00000000000b`"] },
        ],
      },
    ];
    expect(Object.fromEntries(findAddressed(reports, reports, []))).toEqual({
      "gap-000000000001": ["06"],
      "gap-000000000002": ["06"],
      "gap-000000000003": ["06"],
      "gap-000000000004": ["06"],
      "gap-00000000000b": ["02.1", "07"],
    });
  });
});

describe("takeResolutions", () => {
  it("masks the heading and blanks what it read, and nothing else", () => {
    const text = "# R\n## Gap Resolution\nText.\n\nGaps addressed by Phase 6:\n- a\n  b\n\nText.\n## Next";
    const { markdown, resolutions } = takeResolutions(readMarkdown(text));
    expect(resolutions).toEqual([{ phase: "06", items: ["a b"] }]);
    expect([...markdown.mask]).toEqual([0, COMMENT, 0, 0, 0, 0, 0, 0, 0, 0]);
    expect(markdown.lines.slice(2)).toEqual(["Text.", "", "", "", "", "", "Text.", "## Next"]);
    expect(markdown.headings).toHaveLength(3);
  });

  it("keeps its bullets from being read as gaps below a title that announces some", () => {
    const text = "# Phase 6: Gap - Wiring\n\n**Status:** gaps_found\n";
    const place = { path: ".planning/phases/06-gap-wiring/06-VERIFICATION.md", phase: "06" };
    const section = "\n## Gap Resolution\n\nGaps addressed by Phase 7:\n\n- Messages persist\n";
    expect(readReport("verification", text + section, place).gaps).toEqual([]);
    expect(readReport("verification", `${text}\n- Messages persist\n${section}`, place).gaps).toHaveLength(1);
  });
});
