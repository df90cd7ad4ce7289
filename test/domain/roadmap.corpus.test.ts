/** ROADMAP.md, STATE.md and config.json of real trees, held against facts read off by hand. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { readConfig } from "../../src/domain/config.ts";
import { linkedIssues, readIssueFile } from "../../src/domain/linked-issues.ts";
import { currentMilestone } from "../../src/domain/milestone.ts";
import { formatPlain, parsePhaseNumber } from "../../src/domain/phase.ts";
import {
  findRoadmapPhase,
  phasesOfMilestone,
  type RoadmapPhase,
  readRoadmap,
} from "../../src/domain/roadmap.ts";
import { readState } from "../../src/domain/state-file.ts";
import { CORPUS, HAS_KNOWN_TREES as present, SKIPPED } from "../support/corpus.ts";

if (!present) test.skip(SKIPPED, () => {});

interface Facts {
  /** Version, name and source of the current milestone. */
  milestone: [string, string, string] | null;
  /** Numbers of the current milestone's phases, in order; ticked ones with `x`, unticked with `_`. */
  phases: string;
  /** Entries in the whole file. */
  entries: number;
  /** Phase, and how its goal begins; null for trees whose phases have none. */
  goal: [string, string] | null;
  depends: [string, string[]];
  requirements: [string, string[]];
  /** Phase, number of success criteria, and its plans: ticked with `x`, unticked with `_`, without box `?`. */
  plans: [string, number, string];
  /** Keys of config.json that differ from the defaults. */
  config: Record<string, unknown>;
  /** `line code` of each diagnostic about config.json. */
  configDiagnostics: string[];
}

const NO_DIAGNOSTICS: string[] = [];

const TREES: Record<string, Facts> = {
  "0jrm+gsd-unsupervised": {
    milestone: null,
    phases: "1_ 2_ 3_ 4_ 5_ 6_ 7_ 8x 9x",
    entries: 9,
    goal: ["2", "GSD state machine and command sequence"],
    depends: ["8", ["Phase 3 (Agent Integration)"]],
    requirements: ["1", []],
    plans: ["8", 0, "08-01x 08-02x 08-03x"],
    config: { parallelization: false },
    configDiagnostics: [26, 27, 28, 29, 30].map((line) => `${line} CONFIG_UNKNOWN_KEY`),
  },
  "Bobakanoosh+wcmux": {
    milestone: ["1.1", "UI/UX Overhaul", "state"],
    phases: "4x 5x 6x 7x 8x",
    entries: 8,
    goal: null,
    depends: ["4", []],
    requirements: ["4", []],
    plans: ["4", 0, ""],
    config: { depth: "quick" },
    configDiagnostics: NO_DIAGNOSTICS,
  },
  "Rasmus0505+3.3-19.01": {
    milestone: ["2.7", "阅读板块重写增强", "state"],
    phases: "",
    entries: 2,
    goal: null,
    depends: ["30", []],
    requirements: ["30", []],
    plans: ["30", 0, ""],
    config: { model_profile: "quality" },
    configDiagnostics: NO_DIAGNOSTICS,
  },
  "SanmaySarada+Astraea": {
    milestone: ["1.1", "", "milestone_heading"],
    phases: "1 2 2.1 3 3.1 4 4.1 5 6 7 7.1 8 9 10 11 12 13 14 15 15.1",
    entries: 20,
    goal: ["9", "Wire all orphaned modules into the CLI"],
    depends: ["5", ["Phase 4.1 (needs --DY, --SEQ, sort order, execution pipeline, missing codelists)"]],
    requirements: ["9", ["DOM-14", "DOM-16", "HITL-04"]],
    plans: ["15.1", 8, "15.1-01_ 15.1-02_"],
    config: { depth: "comprehensive" },
    configDiagnostics: NO_DIAGNOSTICS,
  },
  "anthonyscry+GA-WsusManager": {
    milestone: ["4.5", "Enhancement Suite", "state"],
    phases: "25x 26x 27x 28x 29x 30x 31x",
    entries: 31,
    goal: ["29", "Enable real-time filtering of dashboard data"],
    depends: ["31", ["All previous phases (testing happens after implementation)"]],
    requirements: ["29", ["DAT-01", "DAT-02", "DAT-03", "DAT-04"]],
    plans: ["27", 5, "27-01_ 27-02_ 27-03_ 27-04_ 27-05_"],
    config: {},
    configDiagnostics: NO_DIAGNOSTICS,
  },
  "d954mas+neotolis-game-promotion-diary": {
    milestone: ["1.0", "milestone", "state"],
    phases: "1x 2_ 2.1x 2.2 3_ 4_ 5_ 6_",
    entries: 8,
    goal: ["4", "Turn the time-series data from Phase 3"],
    depends: ["1", []],
    requirements: ["2.1", ["SOURCES-01", "SOURCES-02", "FEED-01", "INBOX-01"]],
    plans: ["2.2", 0, "02.2-01x 02.2-02x 02.2-03x 02.2-04x 02.2-05x 02.2-06x 02.2-07x 02.2-08x"],
    config: { model_profile: "quality" },
    configDiagnostics: NO_DIAGNOSTICS,
  },
  "gannonh+kata-agents@gaps": {
    milestone: ["0.7.0", "Always-On Assistant", "current_milestone_heading"],
    phases: "10x 11x 12x 13x 14x 15x 16x 17x",
    entries: 17,
    goal: null,
    depends: ["10", []],
    requirements: ["10", []],
    plans: ["10", 0, ""],
    config: {
      pr_workflow: true,
      model_profile: "quality",
      github: { enabled: true, issue_mode: "auto" },
      workflows: {
        "execute-phase": {
          post_task_command: "bun run typecheck:all",
          commit_style: "conventional",
          commit_scope_format: "{phase}-{plan}",
        },
        "verify-work": { extra_verification_commands: ["bun run typecheck:all", "bun run lint:electron"] },
        "complete-milestone": { version_files: [], pre_release_commands: [] },
      },
    },
    configDiagnostics: ["15 CONFIG_LEGACY_KEY"],
  },
  "gannonh+kata-cloud@mid": {
    milestone: ["0.1.0", "Orchestrator and Context Engine Expansion", "current_milestone_heading"],
    phases: "5_ 6_ 7_ 8_",
    entries: 4,
    goal: ["5", "Ensure run lifecycle transitions are deterministic"],
    depends: ["6", []],
    requirements: ["7", ["CTX-03", "CTX-04", "SESS-01", "SESS-02", "SESS-03"]],
    plans: ["5", 3, "05-01_ 05-02_ 05-03_"],
    config: { pr_workflow: true, github: { enabled: true, issue_mode: "auto" } },
    configDiagnostics: NO_DIAGNOSTICS,
  },
  "wollax+cupel@mid": {
    milestone: ["1.2", "Rust Parity & Quality Hardening", "milestone_list"],
    phases: "23x 24_ 25_ 26_ 27_ 28_ 29_ 30_ 31_ 32_",
    entries: 32,
    goal: null,
    depends: ["23", []],
    requirements: ["23", ["RAPI-01", "RAPI-02", "RAPI-03", "RAPI-04", "RAPI-05"]],
    plans: ["24", 0, "24-01_ 24-02_"],
    config: {
      depth: "comprehensive",
      pr_workflow: true,
      model_profile: "quality",
      github: { enabled: true, issue_mode: "auto" },
    },
    configDiagnostics: ["18 CONFIG_LEGACY_KEY"],
  },
  "wollax+smelt@mid": {
    milestone: ["0.1.0", "Orchestration PoC", "milestone_list"],
    phases: "1 2 3 4 5 6 7 8 9 10",
    entries: 10,
    goal: ["2", "Implement worktree lifecycle management"],
    depends: ["10", ["Phase 8 (orchestrator lifecycle)", "Phase 3 (session controller interface)"]],
    requirements: ["3", ["SESS-02", "SESS-04"]],
    plans: ["8", 4, "08-01? 08-02? 08-03?"],
    config: {
      depth: "comprehensive",
      pr_workflow: true,
      model_profile: "quality",
      github: { enabled: true, issue_mode: "auto" },
    },
    configDiagnostics: ["18 CONFIG_LEGACY_KEY"],
  },
};

function box(checked: boolean | null, unknown: string): string {
  return checked === null ? unknown : checked ? "x" : "_";
}

describe.runIf(present).each(Object.entries(TREES))("%s", (tree, facts) => {
  const read = (path: string) => readFileSync(join(CORPUS, tree, ".planning", path), "utf8");
  const roadmap = () => readRoadmap(read("ROADMAP.md"));
  const current = () => currentMilestone(roadmap(), readState(read("STATE.md")));
  const version = facts.milestone?.[0] ?? null;
  const phase = (number: string): RoadmapPhase => {
    const hints = { milestone: version, slug: null };
    return findRoadmapPhase(roadmap(), parsePhaseNumber(number)!, hints).entry!;
  };

  test("the current milestone and its phases", () => {
    const { milestone, between, diagnostics } = current();
    expect(milestone && [milestone.version, milestone.name, milestone.source]).toEqual(facts.milestone);
    expect({ between, diagnostics }).toEqual({ between: false, diagnostics: [] });
    const phases = phasesOfMilestone(roadmap(), version);
    expect(phases.map(({ number, checked }) => formatPlain(number) + box(checked, "")).join(" ")).toBe(
      facts.phases,
    );
    expect(roadmap().phases).toHaveLength(facts.entries);
  });

  test("goal, dependencies, requirements and plans", () => {
    if (facts.goal) expect(phase(facts.goal[0]).goal).toMatch(new RegExp(`^${facts.goal[1]}`));
    else expect(roadmap().phases.filter(({ goal }) => goal !== null)).toEqual([]);
    expect(phase(facts.depends[0]).dependsOn).toEqual(facts.depends[1]);
    expect(phase(facts.requirements[0]).requirements).toEqual(facts.requirements[1]);
    const { successCriteria, plans } = phase(facts.plans[0]);
    expect(successCriteria).toHaveLength(facts.plans[1]);
    expect(plans.map(({ id, checked }) => id + box(checked, "?")).join(" ")).toBe(facts.plans[2]);
  });

  test("every entry's lines name its phase", () => {
    const lines = read("ROADMAP.md").split(/\r?\n/);
    for (const { number, name, headingLine, checklistLine } of roadmap().phases) {
      const said = new RegExp(`Phase 0*${formatPlain(number).replace(".", "\\.")}\\b`);
      if (headingLine !== null) expect(lines[headingLine - 1]).toMatch(/^#{2,4} /);
      if (checklistLine !== null) expect(lines[checklistLine - 1]).toMatch(/^\s*- \[.\] /);
      for (const line of [headingLine, checklistLine]) {
        if (line !== null) expect(lines[line - 1]).toMatch(said);
      }
      expect(lines[(headingLine ?? checklistLine)! - 1]).toContain(name);
    }
  });

  test("config.json", () => {
    const { valid, config, diagnostics } = readConfig(read("config.json"));
    expect(valid).toBe(true);
    expect(config).toEqual({ ...readConfig(null).config, ...facts.config });
    expect(diagnostics.map(({ line, code }) => `${line} ${code}`)).toEqual(facts.configDiagnostics);
  });
});

describe.runIf(present)("single facts", () => {
  const read = (path: string) => readFileSync(join(CORPUS, path), "utf8");
  const roadmap = (path: string) => readRoadmap(read(path));
  const outline = (phases: RoadmapPhase[]) =>
    phases
      .map(({ milestone, number, checked }) => `${milestone} ${formatPlain(number)}${box(checked, "")}`)
      .join(", ");

  test("neotolis: the ids of a line whose note names ids that moved away", () => {
    const { phases } = roadmap("d954mas+neotolis-game-promotion-diary/.planning/ROADMAP.md");
    const ids = phases.find(({ number }) => formatPlain(number) === "2")!.requirements;
    expect(ids).toHaveLength(18);
    expect(ids).not.toContain("KEYS-01");
    const deployed = phases.find(({ number }) => formatPlain(number) === "2.2")!.requirements;
    expect(deployed).toHaveLength(32);
    expect(deployed).toContain("D-17");
    expect(deployed).not.toContain("PRIV-03");
  });

  test("cupel: every phase is in the milestone that its fold names", () => {
    const { phases, milestones } = roadmap("wollax+cupel@mid/.planning/ROADMAP.md");
    expect(milestones.map(({ version, status }) => `${version} ${status}`)).toEqual([
      "1.0 shipped",
      "1.1 shipped",
      "1.2 current",
    ]);
    for (const { milestone, number } of phases) {
      expect(milestone).toBe(number.major <= 15 ? "1.0" : number.major <= 22 ? "1.1" : "1.2");
    }
    const named = Object.fromEntries(phases.map(({ number, name }) => [number.major, name]));
    expect(named[30]).toBe("Quality Hardening — CI");
    expect(named[12]).toBe("Rust Crate (Assay)");
  });

  test("WsusManager: phases listed three times, in CRLF, with their details after the table", () => {
    const { phases } = roadmap("anthonyscry+GA-WsusManager/.planning/ROADMAP.md");
    expect(phases.find(({ number }) => number.major === 25)).toMatchObject({
      name: "Performance Optimization",
      milestone: "4.5",
      headingLine: 150,
      checklistLine: 14,
      dependsOn: [],
    });
    expect(phases.find(({ number }) => number.major === 31)?.requirements).toEqual([]);
  });

  test("Astraea: gap closure, and plan boxes that nobody ticked", () => {
    const { phases } = roadmap("SanmaySarada+Astraea/.planning/ROADMAP.md");
    const ninth = phases.find(({ number }) => number.major === 9)!;
    expect(ninth.addressesGaps).toEqual(["Closes GAP-1, GAP-2, GAP-3 from v1-MILESTONE-AUDIT.md"]);
    expect(ninth.name).toBe("CLI Wiring — Close Audit Gaps");
    expect(phases[0]!.plans.every(({ checked }) => checked === false)).toBe(true);
    expect(phases[2]!.name).toBe("Reference Data Fixes (Critical for Phase 3)");
  });

  test("WsusManager's archive: a lone CR in the middle of list lines", () => {
    const { phases } = roadmap("anthonyscry+GA-WsusManager/.planning/milestones/v4.0-ROADMAP.md");
    expect(outline(phases)).toBe("null 1x, null 2x, null 3x, null 4x, null 5x, null 6x, null 7x");
  });

  test("wcmux's archive: an emoji milestone, headings inside a fold, bracketed requirements", () => {
    const archive = roadmap("Bobakanoosh+wcmux/.planning/milestones/v1.1-ROADMAP.md");
    expect(outline(archive.phases)).toBe("1.0 1, 1.0 2, 1.0 3, 1.1 4x, 1.1 5x, 1.1 6_, 1.1 7x, 1.1 8x");
    expect(archive.phases[0]!.requirements).toEqual(["SESS-01", "SESS-02", "LAYT-01", "LAYT-02", "LAYT-03"]);
    expect(archive.phases[7]!.requirements).toEqual(["PINT-01", "SIDE-02"]);
    expect(currentMilestone(archive, null).milestone).toMatchObject({
      version: "1.1",
      source: "milestone_list",
    });
  });

  test("a workstream's roadmap: the milestone on a line of its own, non-ASCII names", () => {
    const stream = roadmap("Rasmus0505+3.3-19.01/.planning/workstreams/milestone/ROADMAP.md");
    expect(outline(stream.phases)).toBe("2.4 24x, 2.4 25_");
    expect(stream.phases[1]).toMatchObject({ name: "CEFR 沉浸式展示与历史徽章", dependsOn: ["Phase 24"] });
    expect(stream.phases[1]!.successCriteria).toHaveLength(10);
  });

  test("an archive with fields below its checklist lines and headings further down", () => {
    const { phases } = roadmap("Rasmus0505+3.3-19.01/.planning/milestones/v2.2-ROADMAP.md");
    const planned = phases.filter(({ milestone }) => milestone === "2.2");
    expect(outline(planned)).toBe("2.2 13_, 2.2 14x, 2.2 15x, 2.2 16x, 2.2 17x, 2.2 18_");
    expect(planned[1]!.successCriteria).toHaveLength(4);
    expect(planned[1]!.requirements).toEqual(["DESK-02", "DESK-03", "DESK-04", "DESK-05", "SECU-03"]);
  });

  test("kata-agents: an issue file linked to a phase", () => {
    const path = ".planning/issues/open/2026-02-02-fill-test-coverage-gaps.md";
    const state = readState(read("gannonh+kata-agents@gaps/.planning/STATE.md"));
    const files = [{ path, text: read(`gannonh+kata-agents@gaps/${path}`) }];
    const issues = (number: string) =>
      linkedIssues(
        { number: parsePhaseNumber(number)!, dirName: null },
        state,
        files.map(({ path, text }) => readIssueFile(text, path)),
      );
    expect(issues("02")).toEqual([
      { title: "Fill test coverage gaps", github: "gannonh/kata-agents#52", path, source: "issue_file" },
    ]);
    expect(issues("12")).toEqual([]);
  });
});
