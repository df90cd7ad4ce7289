/**
 * Writes a large `.planning/` tree: 50 milestones of 20 phases, ten plans a phase, one phase of 40 that is under way and
 * whose plans share files, 300 issues. Half of it: half the milestones and issues.
 */
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";

const PHASES_EACH = 20;
const ISSUES = 300;

/** The phase that is under way, of 1,000; the same place in the last milestone of a smaller tree. */
const activePhase = (milestones) => milestones * PHASES_EACH - 15;

const two = (number) => String(number).padStart(2, "0");

/** One in five plans has a name in its id, as in many real projects. */
const planId = (phase, plan) => `${two(phase)}-${two(plan)}${plan % 5 === 0 ? `-part-${plan}` : ""}`;

export function writeTree(root, milestones = 50) {
  const ACTIVE = activePhase(milestones);
  const PHASES = milestones * PHASES_EACH;
  const counts = { phases: 0, plans: 0, summaries: 0, reports: 0, issues: 0, active: ACTIVE };
  const write = (path, text) => writeFileSync(join(root, ".planning", path), text);
  mkdirSync(join(root, ".planning/phases"), { recursive: true });
  for (const state of ["open", "closed"])
    mkdirSync(join(root, ".planning/issues", state), { recursive: true });
  for (let issue = 1; issue <= ISSUES * (milestones / 50); issue++) {
    const phase = issue % 10 === 0 ? ACTIVE : (issue * 3) % PHASES;
    write(
      `issues/${issue % 3 === 0 ? "open" : "closed"}/2026-01-02-issue-${issue}.md`,
      issueText(issue, phase),
    );
    counts.issues++;
  }
  write("ROADMAP.md", roadmap(milestones));
  write(
    "STATE.md",
    `# Project State\n\n## Current Position\n\nMilestone: v1.${milestones - 1}.0\nPhase: ${ACTIVE} of ${PHASES}\n`,
  );
  write("config.json", JSON.stringify({ model_profile: "balanced", workflow: { verifier: true } }, null, 2));
  for (let phase = 1; phase <= PHASES; phase++) {
    const state = phase < ACTIVE ? "completed" : phase === ACTIVE ? "active" : "pending";
    const directory = `phases/${state}/${two(phase)}-feature-${phase}`;
    mkdirSync(join(root, ".planning", directory), { recursive: true });
    counts.phases++;
    for (let plan = 1; plan <= (phase === ACTIVE ? 40 : 10); plan++) {
      write(`${directory}/${planId(phase, plan)}-PLAN.md`, planText(phase, plan, phase === ACTIVE));
      counts.plans++;
      if (phase > ACTIVE || (phase === ACTIVE && plan > 4)) continue;
      write(`${directory}/${planId(phase, plan)}-SUMMARY.md`, summaryText(phase, plan));
      counts.summaries++;
    }
    if (phase >= ACTIVE) continue;
    write(`${directory}/${two(phase)}-VERIFICATION.md`, verificationText(phase));
    counts.reports++;
  }
  return counts;
}

/** Writes what a phase that is to be completed has: a summary for each plan, and a verification that passed. */
export function finishPhase(root, directory, phase) {
  const write = (name, text) => writeFileSync(join(root, directory, name), text);
  for (let plan = 1; plan <= 10; plan++) write(`${planId(phase, plan)}-SUMMARY.md`, summaryText(phase, plan));
  write(`${two(phase)}-VERIFICATION.md`, verificationText(phase, false));
}

function roadmap(milestones) {
  const lines = ["# Roadmap", "", "## Milestones", ""];
  for (let milestone = 0; milestone < milestones; milestone++) {
    const first = milestone * PHASES_EACH + 1;
    const isLast = milestone === milestones - 1;
    const mark = isLast ? "🔄" : "✅";
    lines.push(
      `- ${mark} **v1.${milestone}.0 Release ${milestone}** — Phases ${first}-${first + PHASES_EACH - 1} (${isLast ? "in progress" : "shipped 2026-01-02"})`,
    );
  }
  lines.push("", `## Current Milestone: v1.${milestones - 1}.0 Release ${milestones - 1}`, "");
  const current = Array.from(
    { length: PHASES_EACH },
    (_, index) => (milestones - 1) * PHASES_EACH + 1 + index,
  );
  for (const phase of current) lines.push(`- [ ] **Phase ${phase}: Feature ${phase}** (0/10 plans)`);
  lines.push("");
  for (const phase of current) {
    lines.push(
      `#### Phase ${phase}: Feature ${phase}`,
      "",
      `**Goal:** Users can use feature ${phase}`,
      `**Requirements**: FEAT-${phase}`,
      `**Depends on**: Phase ${phase - 1}`,
      "**Success Criteria** (what must be TRUE):",
      `1. Feature ${phase} answers`,
      `2. Feature ${phase} is documented`,
      "",
    );
  }
  lines.push("## Completed Milestones", "");
  for (let milestone = 0; milestone < milestones - 1; milestone++) {
    lines.push("<details>", `<summary>v1.${milestone}.0 Release ${milestone} — SHIPPED</summary>`, "");
    for (let phase = milestone * PHASES_EACH + 1; phase <= (milestone + 1) * PHASES_EACH; phase++) {
      lines.push(`- [x] Phase ${phase}: Feature ${phase} (10/10 plans) — completed 2026-01-02`);
    }
    lines.push("", "</details>", "");
  }
  return `${lines.join("\n")}\n`;
}

function planText(phase, plan, isActive) {
  const depends = plan > 4 && isActive ? `["${planId(phase, plan - 4)}"]` : "[]";
  const wave = isActive ? Math.ceil(plan / 4) : 1;
  // Two of the four plans of a wave write the index, and every wave's plans differ in the rest.
  const shared = isActive && plan % 2 === 0 ? `  - src/feature-${phase}/index.ts\n` : "";
  const truths = Array.from(
    { length: 6 },
    (_, index) => `    - "Feature ${phase} holds truth ${index}: it answers in time"`,
  );
  const artifacts = Array.from(
    { length: 4 },
    (_, index) =>
      `    - path: "src/feature-${phase}/part-${plan}-${index}.ts"\n      provides: "Part ${index} of plan ${plan}"\n      min_lines: 20`,
  );
  const steps = Array.from(
    { length: 40 },
    (_, index) =>
      `    ${index + 1}. Change part ${index} so that the answer is right, then run the tests of it again.`,
  );
  return `---
phase: ${two(phase)}-feature-${phase}
plan: ${two(plan)}
type: execute
wave: ${wave}
depends_on: ${depends}
files_modified:
  - src/feature-${phase}/part-${plan}.ts
  - src/feature-${phase}/part-${plan}.test.ts
  - src/feature-${phase}/index-${plan % 8}.ts
${shared}autonomous: true

must_haves:
  truths:
${truths.join("\n")}
  artifacts:
${artifacts.join("\n")}
  key_links:
    - from: "src/feature-${phase}/part-${plan}.ts"
      to: "src/feature-${phase}/index.ts"
      via: "import of the part"
      pattern: "import.*part"
---

<objective>
Build part ${plan} of feature ${phase}, with its tests, behind the index of the feature.

Purpose: users see it.
</objective>

<tasks>
<task type="auto">
  <name>Task 1: Part ${plan}</name>
  <files>src/feature-${phase}/part-${plan}.ts, src/feature-${phase}/part-${plan}.test.ts</files>
  <action>
${steps.join("\n")}
  </action>
</task>
</tasks>
`;
}

function issueText(issue, phase) {
  return `---
title: "Issue ${issue} of the list"
created: 2026-01-02
provenance: local
linked_phase: ${two(phase)}-feature-${phase}
---

# Issue ${issue} of the list

Seen while working on phase ${phase}.
`;
}

function summaryText(phase, plan) {
  return `---
phase: ${two(phase)}-feature-${phase}
plan: ${two(plan)}
status: complete
key-files:
  created: [src/feature-${phase}/part-${plan}.ts]
---

# Phase ${phase} Plan ${plan} Summary

**Part ${plan} of feature ${phase} answers, with tests**

## Accomplishments

- It is there.
`;
}

function verificationText(phase, hasGaps = phase % 10 === 0) {
  const gaps = hasGaps
    ? `gaps:
  - truth: "Users see feature ${phase}"
    status: failed
    reason: "The index of feature ${phase} does not import the part"
    artifacts:
      - path: "src/feature-${phase}/index.ts"
        issue: "no import"
    missing:
      - "Import of the part"
  - truth: "Feature ${phase} stores what users enter"
    status: partial
    reason: "Only in memory"
    artifacts:
      - path: "src/feature-${phase}/store.ts"
        issue: "no database"
    missing: []
`
    : "";
  return `---
phase: ${two(phase)}-feature-${phase}
verified: 2026-01-02T03:04:05Z
status: ${hasGaps ? "gaps_found" : "passed"}
score: ${hasGaps ? "8/10" : "10/10"} must-haves verified
${gaps}---

# Phase ${phase}: Feature ${phase} Verification

## Goal Achievement

| # | Truth | Status | Evidence |
|---|-------|--------|----------|
| 1 | Users see feature ${phase} | ${hasGaps ? "✗ FAILED" : "✓ VERIFIED"} | index.ts |
`;
}
