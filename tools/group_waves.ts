import { z } from "zod";
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
import { PlanningError } from "../src/errors.ts";
import { DiagnosticsSchema, defineTool, PhaseArgument, PhaseRefSchema } from "../src/tool.ts";
import { groupPhase } from "../src/workspace/grouping.ts";

const WavePlan = z.object({
  id: z.string(),
  number: z.string(),
  file: z.string(),
  name: z.string(),
  objective: z.string(),
  depends_on: z.array(z.string()),
  files_modified: z.array(z.string()),
  autonomous: z.boolean(),
  gap_closure: z.boolean(),
  declared_wave: z.int().nullable(),
});

const Output = z.object({
  phase: PhaseRefSchema,
  waves: z
    .array(
      z.object({
        wave: z.int(),
        plans: z.array(WavePlan),
        batches: z.array(z.array(z.string())),
      }),
    )
    .describe("In order. Plans of one batch may run at the same time; the next batch waits"),
  ready: z.array(z.string()).describe("Unfinished plans whose dependencies are all done"),
  next_wave: z.int().nullable().describe("The first wave with unfinished plans"),
  completed: z.array(z.string()).describe("Plans that are done"),
  skipped: z
    .array(z.object({ id: z.string(), reason: z.string() }))
    .describe("Plans that gaps_only left out"),
  totals: z
    .object({ plans: z.int(), incomplete: z.int(), waves: z.int(), batches: z.int() })
    .describe("Counts"),
  executor_model: z.string().describe("Model for the plans' executors, from the model profile"),
  diagnostics: DiagnosticsSchema,
});

/** Characters of an entry that a plan lists; the longest real path has 150. */
const MAX_ENTRY = 200;

type Answer = Omit<z.output<typeof Output>, "diagnostics"> & { diagnostics: Diagnostic[] };

const SHORTENINGS: Shortening<Answer>[] = [
  fewerDiagnostics<Answer>(ANSWER_BYTES / 4),
  ...[80, 40].map((length) => ({
    what: `objectives cut at ${length} characters`,
    apply: (answer: Answer) =>
      mapPlans(answer, (plan) => ({ ...plan, objective: shorten(plan.objective, length) })),
  })),
  ...[8, 3, 0].map((count) => ({
    what: `at most ${count} of each plan's files_modified and ${count + 2} of its depends_on`,
    apply: (answer: Answer) =>
      mapPlans(answer, (plan) => ({
        ...plan,
        files_modified: plan.files_modified.slice(0, count),
        depends_on: plan.depends_on.slice(0, count + 2),
      })),
  })),
  {
    what: "no objectives, and few diagnostics",
    apply: (answer: Answer) =>
      mapPlans({ ...answer, diagnostics: fitInto(answer.diagnostics, 1_000).entries }, (plan) => ({
        ...plan,
        objective: "",
      })),
  },
  // From here on plans are left out whole; `batches` still name them, and then only those of the first waves.
  ...[9_000, 5_000, 2_000].map((bytes) => ({
    what: "details of the first plans only",
    apply: (answer: Answer) => firstPlans(answer, bytes),
  })),
  {
    what: "the first waves only, and the first of ready, completed and skipped",
    apply: (answer: Answer) => {
      const waves = fitInto(answer.waves, 6_000).entries;
      return {
        ...answer,
        waves: waves.length > 0 ? waves : answer.waves.slice(0, 1).flatMap(firstBatches),
        ready: fitInto(answer.ready, 2_000).entries,
        completed: fitInto(answer.completed, 1_500).entries,
        skipped: fitInto(answer.skipped, 1_500).entries,
      };
    },
  },
];

function firstPlans(answer: Answer, bytes: number): Answer {
  let left = bytes;
  return {
    ...answer,
    waves: answer.waves.map((wave) => {
      const { entries } = fitInto(wave.plans, Math.max(0, left));
      left -= jsonBytes(entries);
      return { ...wave, plans: entries };
    }),
  };
}

/** Of one wave that is too large alone. */
function firstBatches(wave: Answer["waves"][number]): Answer["waves"] {
  const batches = fitInto(wave.batches, 6_000).entries;
  return [
    {
      ...wave,
      plans: [],
      batches: batches.length > 0 ? batches : [fitInto(wave.batches[0]!, 6_000).entries],
    },
  ];
}

function mapPlans(
  answer: Answer,
  map: (plan: z.output<typeof WavePlan>) => z.output<typeof WavePlan>,
): Answer {
  return { ...answer, waves: answer.waves.map((wave) => ({ ...wave, plans: wave.plans.map(map) })) };
}

export default defineTool({
  name: "group_waves",
  title: "Group plans into waves",
  description:
    "What of a phase may run now, and what beside what. Call it before starting executors and again after each batch. " +
    "Gives the unfinished plans in waves, each wave in batches: start one batch's plans together, wait, then the " +
    "next. Start only plans in `ready`.",
  effect: "reads",
  reach: "project",
  input: z.strictObject({
    phase: PhaseArgument,
    gaps_only: z.boolean().default(false).describe("Only plans with gap_closure: true"),
  }),
  output: Output,
  run({ phase: argument, gaps_only }, { workspace }) {
    const phase = workspace.findPhase(argument);
    const { directory } = phase;
    if (!directory || workspace.plans(directory).plans.length === 0) {
      throw new PlanningError("NO_PLANS", `phase ${phase.ref.number} has no plans`, {
        hint: "plan the phase first",
        path: phase.ref.dir ?? undefined,
      });
    }
    const grouping = groupPhase(workspace, phase, directory, gaps_only);
    const [cycle] = grouping.cycles;
    if (cycle) {
      throw new PlanningError(
        "DEPENDENCY_CYCLE",
        `plans wait for each other: ${shorten([...cycle, cycle[0]].join(" -> "), 500)}`,
        {
          hint: "take one of them out of another's depends_on",
          path: grouping.plans.get(cycle[0]!)!.status.path,
          line: grouping.plans.get(cycle[0]!)!.fields.dependsOnLine,
          expected: cycle,
        },
      );
    }
    const waves = grouping.waves.map(({ wave, plans, batches }) => ({
      wave,
      plans: plans.map((id) => {
        const { status, fields, name, objective, dependsOn } = grouping.plans.get(id)!;
        return {
          id,
          number: status.number,
          file: status.path,
          name,
          objective: objective ?? "",
          depends_on: dependsOn.map((entry) => shorten(entry, MAX_ENTRY)),
          files_modified: fields.filesModified.map((entry) => shorten(entry, MAX_ENTRY)),
          autonomous: fields.autonomous,
          gap_closure: fields.gapClosure,
          declared_wave: fields.wave,
        };
      }),
      batches,
    }));
    const { config, models } = workspace.config();
    return fitAnswer<Answer>(
      {
        phase: phase.ref,
        waves,
        ready: [...grouping.plans.values()].flatMap(({ isReady, status }) => (isReady ? [status.id] : [])),
        next_wave: waves[0]?.wave ?? null,
        completed: grouping.completed,
        skipped: grouping.skipped.map((id) => ({ id, reason: "not a gap closure plan" })),
        totals: {
          plans: workspace.plans(directory).plans.length,
          incomplete: grouping.plans.size + grouping.skipped.length,
          waves: waves.length,
          batches: waves.reduce((sum, wave) => sum + wave.batches.length, 0),
        },
        executor_model: models.executor ?? config.model_profile,
        diagnostics: workspace.reportWith(grouping.diagnostics),
      },
      SHORTENINGS,
    );
  },
});
