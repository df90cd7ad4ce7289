/** One phase as its readers see it: where it is, what is planned and done, and what its documents say. */
import { findArtifact } from "../domain/artifacts.ts";
import type { Diagnostic } from "../domain/diagnostic.ts";
import type { LinkedIssue } from "../domain/linked-issues.ts";
import { shorten } from "../domain/naming.ts";
import {
  ANSWER_BYTES,
  fewerDiagnostics,
  fitAnswer,
  fitInto,
  jsonBytes,
  type Shortening,
} from "../domain/page.ts";
import type { PhaseRef } from "../domain/phase.ts";
import type { Phase } from "../domain/phase-index.ts";
import { type PhaseReports, summarizeReports } from "../domain/reports.ts";
import { phaseReports } from "./reports.ts";
import type { Workspace } from "./workspace.ts";

/** The answer of discover_phase. */
export interface PhaseDescription {
  phase: PhaseRef;
  roadmap: {
    goal: string | null;
    depends_on: string[];
    requirements: string[];
    success_criteria: string[];
    milestone: string | null;
    checked: boolean | null;
  } | null;
  plans: {
    id: string;
    number: string;
    file: string;
    summary: string | null;
    outcome: string | null;
    done: boolean;
    wave: number | null;
    autonomous: boolean;
    gap_closure: boolean;
  }[];
  plan_count: number;
  incomplete_count: number;
  artifacts: Pick<PhaseReports, "verification" | "uat"> & { context: string | null; research: string | null };
  linked_issues: LinkedIssue[];
  diagnostics: Diagnostic[];
}

/** Characters of a goal, and of a line of a list; the longest real ones have 1,300 and 600. */
const MAX_TEXT = 1_500;
const MAX_LINE = 700;

const SHORTENINGS: Shortening<PhaseDescription>[] = [
  fewerDiagnostics<PhaseDescription>(ANSWER_BYTES / 4),
  ...[80, 0].map((length) => ({
    what: length > 0 ? `outcomes cut at ${length} characters` : "no outcomes",
    apply: (answer: PhaseDescription) => ({
      ...answer,
      plans: answer.plans.map((plan) => ({
        ...plan,
        outcome: length > 0 ? plan.outcome && shorten(plan.outcome, length) : null,
      })),
    }),
  })),
  {
    what: "only the first success criteria, requirements and linked issues",
    apply: (answer: PhaseDescription) => ({
      ...answer,
      roadmap: answer.roadmap && {
        ...answer.roadmap,
        goal: answer.roadmap.goal && shorten(answer.roadmap.goal, 500),
        success_criteria: fitInto(answer.roadmap.success_criteria, 2000).entries,
        requirements: fitInto(answer.roadmap.requirements, 1000).entries,
        depends_on: fitInto(answer.roadmap.depends_on, 500).entries,
      },
      linked_issues: fitInto(answer.linked_issues, 2000).entries,
    }),
  },
  {
    what: "the first diagnostics only",
    apply: (answer: PhaseDescription) => ({
      ...answer,
      diagnostics: fitInto(answer.diagnostics, 1_000).entries,
    }),
  },
  {
    what: "as many plans as fit, unfinished ones first; plan_count tells how many there are",
    apply: (answer: PhaseDescription) => {
      const rest = jsonBytes({ ...answer, plans: [] });
      const wanted = [...answer.plans].sort((a, b) => Number(a.done) - Number(b.done));
      const kept = new Set(fitInto(wanted, ANSWER_BYTES - 700 - rest).entries);
      return { ...answer, plans: answer.plans.filter((plan) => kept.has(plan)) };
    },
  },
];

/** Kept small by fixed steps, which a diagnostic names. `selection`: what is to be said of how the phase was chosen. */
export function describePhase(
  workspace: Workspace,
  phase: Phase,
  selection: readonly Diagnostic[] = [],
): PhaseDescription {
  return fitAnswer(wholeDescription(workspace, phase, selection), SHORTENINGS);
}

function wholeDescription(
  workspace: Workspace,
  phase: Phase,
  selection: readonly Diagnostic[],
): PhaseDescription {
  const { directory, entry } = phase;
  const diagnostics = [
    ...selection,
    ...workspace.index().ambiguity(phase),
    ...workspace.index().collisionOf(phase),
  ];
  const status = directory ? workspace.plans(directory) : { plans: [], diagnostics: [] };
  diagnostics.push(...status.diagnostics);
  const plans = status.plans.map((plan) => {
    const { fields, diagnostics: problems } = workspace.planFields(plan);
    diagnostics.push(...problems);
    return {
      id: plan.id,
      number: plan.number,
      file: plan.path,
      summary: plan.summaryPath,
      outcome: plan.summaryReading?.outcome ?? null,
      done: plan.done,
      wave: fields.wave,
      autonomous: fields.autonomous,
      gap_closure: fields.gapClosure,
    };
  });
  const names = directory ? workspace.fileNames(directory) : new Map<string, string>();
  const artifact = (kind: "CONTEXT" | "RESEARCH") =>
    names.get(findArtifact([...names.keys()], kind) ?? "") ?? null;
  const reports = phaseReports(workspace, phase);
  const { verification, uat, diagnostics: choice } = summarizeReports(reports);
  diagnostics.push(...choice, ...reports.flatMap((report) => report.diagnostics));
  return {
    phase: phase.ref,
    roadmap: entry && {
      goal: entry.goal && shorten(entry.goal, MAX_TEXT),
      depends_on: entry.dependsOn.map((text) => shorten(text, MAX_LINE)),
      requirements: entry.requirements,
      success_criteria: entry.successCriteria.map((text) => shorten(text, MAX_LINE)),
      milestone: entry.milestone,
      checked: entry.checked,
    },
    plans,
    plan_count: plans.length,
    incomplete_count: plans.filter(({ done }) => !done).length,
    artifacts: {
      context: artifact("CONTEXT"),
      research: artifact("RESEARCH"),
      verification,
      uat,
    },
    linked_issues: workspace
      .linkedIssues(phase)
      .map((issue) => ({ ...issue, title: shorten(issue.title, MAX_LINE) })),
    diagnostics: workspace.reportWith(diagnostics),
  };
}
