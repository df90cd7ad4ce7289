import { z } from "zod";
import { findArtifact } from "../src/domain/artifacts.ts";
import type { Diagnostic } from "../src/domain/diagnostic.ts";
import { shorten } from "../src/domain/naming.ts";
import {
  ANSWER_BYTES,
  fewerDiagnostics,
  fitAnswer,
  fitInto,
  jsonBytes,
  type Shortening,
} from "../src/domain/page.ts";
import type { Phase } from "../src/domain/phase-index.ts";
import { SELECTIONS } from "../src/domain/phase-selection.ts";
import { VERIFICATION_STATUSES } from "../src/domain/report-status.ts";
import { summarizeReports } from "../src/domain/reports.ts";
import { DiagnosticsSchema, defineTool, PhaseArgument, PhaseRefSchema } from "../src/tool.ts";
import { phaseReports } from "../src/workspace/reports.ts";
import { selectCurrent } from "../src/workspace/selection.ts";
import type { Workspace } from "../src/workspace/workspace.ts";

const Output = z.object({
  phase: PhaseRefSchema,
  roadmap: z
    .object({
      goal: z.string().nullable(),
      depends_on: z.array(z.string()).describe("As written"),
      requirements: z.array(z.string()).describe("Ids"),
      success_criteria: z.array(z.string()),
      milestone: z.string().nullable().describe("Version without v"),
      checked: z.boolean().nullable().describe("The box; null where there is none"),
    })
    .nullable()
    .describe("What ROADMAP.md says of the phase"),
  plans: z
    .array(
      z.object({
        id: z.string(),
        number: z.string(),
        file: z.string(),
        summary: z.string().nullable(),
        outcome: z.string().nullable().describe("The summary's result in one line"),
        done: z.boolean(),
        wave: z.int().nullable().describe("As declared"),
        autonomous: z.boolean(),
        gap_closure: z.boolean(),
      }),
    )
    .describe("In plan order"),
  plan_count: z.int().describe("All plans"),
  incomplete_count: z.int().describe("Plans that are not done"),
  artifacts: z
    .object({
      context: z.string().nullable(),
      research: z.string().nullable(),
      verification: z
        .object({
          path: z.string(),
          status: z.enum(VERIFICATION_STATUSES),
          score: z.string().nullable(),
          gap_count: z.int(),
        })
        .nullable(),
      uat: z.object({ path: z.string(), status: z.string(), gap_count: z.int() }).nullable(),
    })
    .describe("Paths of the phase's documents, and what its reports say"),
  linked_issues: z
    .array(
      z.object({
        title: z.string(),
        github: z.string().nullable().describe("#12 or owner/repo#12"),
        path: z.string().nullable(),
        source: z.enum(["pending", "milestone_scope", "issue_file"]),
      }),
    )
    .describe("Issues that STATE.md or issue files link to the phase"),
  diagnostics: DiagnosticsSchema,
});

/** Characters of a goal, and of a line of a list; the longest real ones have 1,300 and 600. */
const MAX_TEXT = 1_500;
const MAX_LINE = 700;

type Answer = Omit<z.output<typeof Output>, "diagnostics"> & { diagnostics: Diagnostic[] };

const SHORTENINGS: Shortening<Answer>[] = [
  fewerDiagnostics<Answer>(ANSWER_BYTES / 4),
  ...[80, 0].map((length) => ({
    what: length > 0 ? `outcomes cut at ${length} characters` : "no outcomes",
    apply: (answer: Answer) => ({
      ...answer,
      plans: answer.plans.map((plan) => ({
        ...plan,
        outcome: length > 0 ? plan.outcome && shorten(plan.outcome, length) : null,
      })),
    }),
  })),
  {
    what: "only the first success criteria, requirements and linked issues",
    apply: (answer: Answer) => ({
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
    apply: (answer: Answer) => ({ ...answer, diagnostics: fitInto(answer.diagnostics, 1_000).entries }),
  },
  {
    what: "as many plans as fit, unfinished ones first; plan_count tells how many there are",
    apply: (answer: Answer) => {
      const rest = jsonBytes({ ...answer, plans: [] });
      const wanted = [...answer.plans].sort((a, b) => Number(a.done) - Number(b.done));
      const kept = new Set(fitInto(wanted, ANSWER_BYTES - 700 - rest).entries);
      return { ...answer, plans: answer.plans.filter((plan) => kept.has(plan)) };
    },
  },
];

export default defineTool({
  name: "discover_phase",
  title: "Find a phase",
  description:
    "Where a phase is and how far: state, goal, plans with their summaries, context, research, verification, linked " +
    "issues. Call it first with the phase a person names, or without one for the next. Never search for phase files yourself.",
  effect: "reads",
  reach: "project",
  input: z.strictObject({
    phase: PhaseArgument.optional().describe("Number (3, 2.1, 12A) or directory name"),
    select: z.enum(SELECTIONS).optional().describe("Without phase: which (default next_incomplete)"),
  }),
  output: Output,
  run({ phase: argument, select }, { workspace }) {
    const found =
      argument === undefined
        ? selectCurrent(workspace, select ?? "next_incomplete")
        : { phase: workspace.findPhase(argument), diagnostics: [] };
    return fitAnswer<Answer>(describePhase(workspace, found.phase, found.diagnostics), SHORTENINGS);
  },
});

function describePhase(workspace: Workspace, phase: Phase, selection: readonly Diagnostic[]): Answer {
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
