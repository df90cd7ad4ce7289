import { z } from "zod";
import { shorten } from "../src/domain/naming.ts";
import { ACTIONS } from "../src/domain/next-step.ts";
import { takePage } from "../src/domain/page.ts";
import { PHASE_STATES, type PhaseState } from "../src/domain/phase.ts";
import { mainOf } from "../src/domain/reports.ts";
import { CursorArgument, DiagnosticsSchema, defineTool, LimitArgument, PhaseRefSchema } from "../src/tool.ts";
import { isPlanningIgnored } from "../src/workspace/git.ts";
import { testScript } from "../src/workspace/package-json.ts";
import { countPlans, nextProjectStep, type PlanCounts } from "../src/workspace/progress.ts";
import { phaseReports } from "../src/workspace/reports.ts";
import type { Workspace } from "../src/workspace/workspace.ts";

function byState<Value>(value: () => Value): Record<PhaseState, Value> {
  return Object.fromEntries(PHASE_STATES.map((state) => [state, value()])) as Record<PhaseState, Value>;
}

export default defineTool({
  name: "project_status",
  title: "Project status",
  description:
    "The whole project in one answer: milestone, phases with their progress, configuration, models by agent, and what " +
    "to do next and why. Call it at the start of a session, and when a phase is done.",
  effect: "reads",
  reach: "project",
  input: z.strictObject({ limit: LimitArgument, cursor: CursorArgument }),
  output: z.object({
    root: z.string().describe("The project's directory"),
    milestone: z
      .object({ version: z.string(), name: z.string(), source: z.string() })
      .nullable()
      .describe("The current one; null when there is none, or when it cannot be told"),
    config: z.record(z.string(), z.unknown()).describe("Every key with its effective value"),
    models: z.record(z.string(), z.string()).describe("Model by agent"),
    phases: z
      .array(
        PhaseRefSchema.extend({
          plan_count: z.int(),
          done_count: z.int(),
          verification: z.string().nullable().describe("Status of the phase's verification"),
        }),
      )
      .describe("In number order"),
    total: z.int().describe("Phases of all pages"),
    next_cursor: z.string().nullable().describe("Null on the last page"),
    counts: z
      .object({ phases: z.int(), ...byState(() => z.int()), plans: z.int(), plans_done: z.int() })
      .describe("Of all pages"),
    next: z
      .object({
        action: z.enum(ACTIONS),
        phase: z.string().nullable().describe("Padded id"),
        why: z.string(),
      })
      .describe("What to do next"),
    test_script: z.string().nullable().describe("scripts.test of package.json"),
    diagnostics: DiagnosticsSchema,
  }),
  async run({ limit, cursor }, { workspace }) {
    const progress = workspace.phases().map((phase) => countPlans(workspace, phase));
    const next = nextProjectStep(workspace);
    const { config, models } = workspace.config();
    const isIgnored = await isPlanningIgnored(workspace.root);
    const diagnostics = workspace.reportWith(workspace.index().collisions());
    const page = takePage(
      {
        phases: { entries: progress.map(listed), bytes: 8_000 },
        diagnostics: { entries: diagnostics, bytes: 2_500 },
      },
      { limit, cursor },
    );
    return {
      root: workspace.root,
      milestone: workspace.milestone().milestone,
      config: boundConfig(isIgnored ? { ...config, commit_docs: false } : config),
      models,
      phases: page.lists.phases.map((entry) => ({
        ...entry,
        verification: verificationStatus(workspace, entry.dir),
      })),
      total: progress.length,
      next_cursor: page.next_cursor,
      counts: countAll(progress),
      next,
      test_script: testScript(workspace),
      diagnostics: page.lists.diagnostics,
    };
  },
});

function listed({ phase, planCount, doneCount }: PlanCounts) {
  return { ...phase.ref, plan_count: planCount, done_count: doneCount };
}

/** Only for the phases of the page: it reads their reports. */
function verificationStatus(workspace: Workspace, dir: string | null): string | null {
  const phase = workspace.phases().find(({ ref }) => dir !== null && ref.dir === dir);
  return (phase && mainOf(phaseReports(workspace, phase, ["verification"]), "verification")?.status) ?? null;
}

/** Commands in config.json may be long; what is cut ends in an ellipsis. */
function boundConfig(config: object): Record<string, unknown> {
  const text = JSON.stringify(config, (_, value) => {
    if (typeof value === "string") return shorten(value, 200);
    return Array.isArray(value) ? value.slice(0, 10) : value;
  });
  return JSON.parse(text);
}

function countAll(progress: readonly PlanCounts[]) {
  const counts = { phases: progress.length, ...byState(() => 0), plans: 0, plans_done: 0 };
  for (const { phase, planCount, doneCount } of progress) {
    counts[phase.ref.state]++;
    counts.plans += planCount;
    counts.plans_done += doneCount;
  }
  return counts;
}
