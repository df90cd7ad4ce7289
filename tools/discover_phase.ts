import { z } from "zod";
import { SELECTIONS } from "../src/domain/phase-selection.ts";
import { VERIFICATION_STATUSES } from "../src/domain/report-status.ts";
import { DiagnosticsSchema, defineTool, PhaseArgument, PhaseRefSchema } from "../src/tool.ts";
import { describePhase } from "../src/workspace/phase-description.ts";
import { selectCurrent } from "../src/workspace/selection.ts";

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
    return describePhase(workspace, found.phase, found.diagnostics);
  },
});
