/** The reports of real trees, held against what a person reads in them. */
import { readdirSync, readFileSync } from "node:fs";
import { basename, dirname, join, relative, sep } from "node:path";
import { describe, expect, test } from "vitest";
import { groupGaps } from "../../src/domain/gap-phases.ts";
import { collectGaps } from "../../src/domain/gaps.ts";
import { formatPadded, parsePhaseDirectory } from "../../src/domain/phase.ts";
import type { Report } from "../../src/domain/report.ts";
import { chooseAudit, classifyReport } from "../../src/domain/report-files.ts";
import { readReport } from "../../src/domain/reports.ts";
import { CORPUS, HAS_KNOWN_TREES as present, SKIPPED } from "../support/corpus.ts";

if (!present) test.skip(SKIPPED, () => {});

interface Tree {
  reports: Report[];
  /** Files whose names mention a kind of report and that are none of a phase or milestone. */
  others: string[];
}

/** Every report below `.planning/`, archived phases and milestones too. */
function readTree(name: string): Tree {
  const root = join(CORPUS, name);
  const tree: Tree = { reports: [], others: [] };
  for (const entry of readdirSync(root, { recursive: true, withFileTypes: true })) {
    if (!entry.isFile() || !/VERIFICATION|UAT|AUDIT/.test(entry.name)) continue;
    const file = join(entry.parentPath, entry.name);
    const path = relative(root, file).split(sep).join("/");
    const kind = classifyReport(entry.name);
    const directory = parsePhaseDirectory(basename(dirname(file)));
    const version = /^v([\d.]+)-/.exec(entry.name)?.[1] ?? null;
    const text = (): string => readFileSync(file, "utf8");
    if (kind && directory) {
      tree.reports.push(readReport(kind.source, text(), { path, phase: formatPadded(directory.number) }));
    } else if (version !== null && chooseAudit([path], version)) {
      tree.reports.push(readReport("audit", text(), { path, phase: null }));
    } else if (!/-(?:PLAN|SUMMARY)\.md$/.test(entry.name)) tree.others.push(path);
  }
  return tree;
}

interface Facts {
  /** Number of reports by source and status. */
  statuses: Record<string, number>;
  /** `phase source line`, severity, and how the title begins, of every open gap. */
  gaps: [string, string, string][];
  /** Code and line of every diagnostic. */
  diagnostics: string[];
  /** Files that look like reports and are none. */
  others?: string[];
}

const TREES: Record<string, Facts> = {
  "0jrm+gsd-unsupervised": { statuses: { "uat unknown": 1 }, gaps: [], diagnostics: [] },
  "Bobakanoosh+wcmux": {
    statuses: {
      "verification human_needed": 5,
      "verification passed": 3,
      "audit gaps_found": 1,
      "audit tech_debt": 1,
    },
    gaps: [
      ["null audit 12", "major", "NOTF-02"],
      ["null audit 19", "minor", "NOTF-01"],
      ["null audit 26", "minor", "NOTF-03"],
      ["null audit 36", "major", "No VERIFICATION.md file exists for Phase 3"],
    ],
    diagnostics: ["STATUS_MISMATCH 37"],
  },
  "Rasmus0505+3.3-19.01": {
    statuses: {
      "verification passed": 20,
      "uat complete": 1,
      "uat testing": 1,
      "audit passed": 2,
      "audit tech_debt": 1,
    },
    gaps: [],
    diagnostics: ["STATUS_MISMATCH 35"],
    others: [
      ".planning/workstreams/milestone/phases/15-desktop-runtime-boundary-hardening/15-PRELOAD-AUDIT.md",
    ],
  },
  "SanmaySarada+Astraea": {
    statuses: { "verification passed": 18, "verification gaps_found": 1, "uat complete": 16 },
    gaps: [
      ["02 uat 89", "major", "All standard SDTM domains have filename patterns"],
      ["02 uat 100", "major", "Variable overlap scoring works for all classifiable domains"],
      ["02 uat 112", "major", "Single form extraction failure does not crash"],
      ["02 uat 123", "minor", "Numbered variant files match base domain via heuristic"],
      ["02 uat 134", "minor", "Heuristic overrides LLM on very high-confidence"],
      ["02 uat 145", "minor", "CLI parse-ecrf extracts PDF once, not twice"],
      ["03.1 verification 7", "minor", "transforms/ wired into production code"],
    ],
    diagnostics: ["SEVERAL_REPORTS undefined"],
    others: [".planning/phases/full-system-UAT.md"],
  },
  "anthonyscry+GA-WsusManager": {
    statuses: { "verification passed": 13, "verification unknown": 4 },
    gaps: [["22 verification 7", "minor", "Startup time is measured and documented"]],
    diagnostics: [],
  },
  "d954mas+neotolis-game-promotion-diary": {
    statuses: {
      "verification passed": 1,
      "verification human_needed": 1,
      "uat complete": 1,
      "uat partial": 2,
    },
    gaps: [
      ["02.1 uat 97", "minor", "/audit action-filter UX should match"],
      ["02.1 uat 113", "major", "Date filter on /feed renders as two"],
      ["02.1 uat 134", "major", "Game and Attached filters merge"],
      ["02.1 uat 156", "major", "FilterChips groups values per axis"],
      ["02.1 uat 176", "blocker", "POST /api/events parses the url field"],
      ["02.1 uat 193", "major", "Event creation form (/events/new)"],
      ["02.1 uat 214", "major", "/feed groups events by date"],
      ["02.1 uat 235", "minor", "/feed renders cards in a responsive grid"],
      ["02.1 uat 252", "major", "After successful POST /api/events"],
      ["02.1 uat 271", "minor", "/events/new no longer shows the date-origin"],
      ["02.1 uat 290", "minor", "/events/new kind picker and /feed FiltersSheet"],
      ["02.1 uat 312", "major", "Pasting a YouTube URL on /events/new"],
      ["02.1 uat 333", "minor", "POST /api/events validates kind-aware"],
      ["02.1 uat 353", "minor", "Event kinds in pickers and filter lists"],
      ["02.1 uat 372", "major", "Edit flow: pencil REMOVED from FeedCard"],
      ["02.1 uat 398", "major", "FeedCard becomes a pure preview tile"],
      ["02.1 uat 419", "major", "/feed switches from cursor-paginated"],
    ],
    diagnostics: [],
    others: [".planning/phases/02.1-architecture-realignment/02.1-10-UAT-NOTES.md"],
  },
  "gannonh+kata-agents@gaps": {
    statuses: {
      "verification passed": 16,
      "verification gaps_found": 1,
      "uat all_passed": 1,
      "uat complete": 4,
      "uat in_progress": 1,
      "uat pass": 1,
      "uat passed": 3,
      "uat unknown": 3,
      "audit gaps_found": 1,
      "audit passed": 1,
    },
    gaps: [
      ["02 verification 7", "major", "No craft.do domain references in active code paths"],
      ["17 uat 97", "minor", "Channel toggle controls daemon lifecycle"],
      ["17 uat 111", "major", "Session shows conversation history from headless processing"],
      ["17 uat 125", "minor", "Channel badge (Hash icon) visible in chat list"],
      ["17 uat 138", "blocker", "Daemon sessions don't crash renderer on workspace load"],
      ["null audit 12", "major", "Remove craft.do domain references"],
    ],
    diagnostics: [],
  },
  "gannonh+kata-cloud@mid": { statuses: {}, gaps: [], diagnostics: [] },
  "wollax+cupel@mid": {
    statuses: {
      "verification passed": 20,
      "verification gaps_found": 3,
      "uat complete": 4,
      "uat passed": 12,
      "uat unknown": 5,
      "audit passed": 1,
      "audit tech_debt": 1,
    },
    gaps: [
      ["09 verification 78", "minor", "Must-Have Plan 02 #6 — Custom registered types not resolved"],
      ["10 verification 155", "major", "Singleton Scorers/Slicers/Placers Not Registered in DI"],
      ["11 verification 102", "minor", "QuotaSlice not in required test vectors"],
    ],
    diagnostics: [],
  },
  "wollax+smelt@mid": {
    statuses: {
      "verification passed": 6,
      "verification gaps_found": 1,
      "uat complete": 1,
      "uat passed": 4,
      "uat unknown": 1,
    },
    gaps: [
      ["02 verification 49", "major", "`--yes` flag on dirty worktree removal is broken"],
      ["02 verification 53", "major", "No integration test for dirty/force removal paths"],
    ],
    diagnostics: [],
  },
};

describe.runIf(present)("reports of real trees", () => {
  test("every known tree is there", () => {
    const trees = readdirSync(CORPUS, { withFileTypes: true }).filter((entry) => entry.isDirectory());
    expect(trees.map(({ name }) => name)).toEqual(expect.arrayContaining(Object.keys(TREES)));
  });

  describe.each(Object.entries(TREES))("%s", (name, facts) => {
    const { reports, others } = present ? readTree(name) : { reports: [], others: [] };
    const collected = collectGaps(reports, []);
    const groups = groupGaps(collected.gaps);

    test("statuses", () => {
      const counts: Record<string, number> = {};
      for (const { source, status } of reports) {
        counts[`${source} ${status}`] = (counts[`${source} ${status}`] ?? 0) + 1;
      }
      expect(counts).toEqual(facts.statuses);
      expect(others).toEqual(facts.others ?? []);
    });

    test("gaps", () => {
      const found = collected.gaps.map(({ phase, source, line, severity, title }, index) => [
        `${phase} ${source} ${line}`,
        severity,
        title.slice(0, facts.gaps[index]?.[2].length),
      ]);
      expect(found).toEqual(facts.gaps);
    });

    test("diagnostics", () => {
      expect(collected.diagnostics.map(({ code, line }) => `${code} ${line}`)).toEqual(facts.diagnostics);
    });

    test("lines, keys and groups", () => {
      for (const { path, line, title } of collected.gaps) {
        // An audit's entry begins with its id or its phase, its title follows on the next line.
        const lines = readFileSync(join(CORPUS, name, path), "utf8").split("\n");
        expect(`${lines[line - 1]} ${lines[line]}`).toContain(
          title.split(/[—"']/, 1)[0]!.trim().slice(0, 20),
        );
      }
      expect(new Set(collected.gaps.map(({ key }) => key)).size).toBe(collected.gaps.length);
      expect(groups.flatMap((group) => group.gaps).sort()).toEqual(
        collected.gaps.map(({ key }) => key).sort(),
      );
      for (const group of groups) expect(group.gaps.length).toBeLessThanOrEqual(3);
    });

    test("reads the same with other line endings", () => {
      for (const { path, source, phase } of reports) {
        const text = readFileSync(join(CORPUS, name, path), "utf8").replaceAll("\r\n", "\n");
        const plain = readReport(source, text, { path, phase });
        expect(readReport(source, text.replaceAll("\n", "\r\n"), { path, phase })).toEqual(plain);
        expect(readReport(source, `\uFEFF${text.replace(/^\uFEFF/, "")}`, { path, phase })).toEqual(plain);
      }
    });
  });

  test("a gap's details", () => {
    const { reports } = readTree("gannonh+kata-agents@gaps");
    const [branding, toggle] = collectGaps(reports, []).gaps;
    expect(branding).toMatchObject({
      status: "failed",
      reason: "Package.json metadata and mermaid demo page contain craft.do references",
      artifacts: [
        { path: "apps/electron/package.json", issue: expect.stringContaining("Lines 8 and 11") },
        { path: "packages/mermaid/index.ts", issue: expect.stringContaining("Lines 268-276") },
      ],
      missing: expect.arrayContaining(["Update package.json author.email to hello@kata.sh or remove"]),
    });
    expect(toggle).toMatchObject({
      root_cause: "No coordination logic between channel enable/disable and daemon start/stop",
      missing: [
        "Auto-start daemon when first channel enabled",
        "Auto-stop daemon when last channel disabled",
      ],
      category: "ui",
    });
  });
});
