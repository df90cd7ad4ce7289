import { z } from "zod";
import type { Diagnostic } from "../src/domain/diagnostic.ts";
import { MERGE_REASONS } from "../src/domain/github-reason.ts";
import { fewerDiagnostics, fitAnswer, fitInto, type Shortening } from "../src/domain/page.ts";
import {
  ChangesSchema,
  DiagnosticsSchema,
  DryRunArgument,
  defineTool,
  PhaseArgument,
  PullSchema,
  reasonSchema,
} from "../src/tool.ts";
import { LOCAL_REASONS, type LocalReason } from "../src/workspace/git-base.ts";
import { mergePhasePull } from "../src/workspace/pull-merging.ts";
import { requireValidConfig } from "../src/workspace/valid-config.ts";

const LOCAL = Object.keys(LOCAL_REASONS) as [LocalReason, ...LocalReason[]];

const Output = z.object({
  status: z
    .enum(["merged", "unchanged", "blocked", "skipped", "failed"])
    .describe("unchanged: it was merged before"),
  reason: reasonSchema(MERGE_REASONS),
  pr: PullSchema,
  closed: z.array(z.int()).describe("Issues that were open before this call"),
  already_closed: z.array(z.int()).describe("Issues that were closed before"),
  local: z
    .object({
      branch: z.string().nullable().describe("What is checked out; null without a branch"),
      updated: z.boolean().describe("The base is checked out, and was moved forward to origin's"),
      reason: z
        .enum(LOCAL)
        .nullable()
        .describe(`Why not. ${LOCAL.map((reason) => `${reason}: ${LOCAL_REASONS[reason]}`).join(" ")}`),
    })
    .describe("The local repository; only a clean tree is touched"),
  changes: ChangesSchema.describe(
    "owner/repo#12 for the pull request and for issues, origin/branch for the branch that is deleted",
  ),
  diagnostics: DiagnosticsSchema,
});

type Answer = Omit<z.output<typeof Output>, "diagnostics"> & { diagnostics: Diagnostic[] };

const SHORTENINGS: Shortening<Answer>[] = [
  fewerDiagnostics<Answer>(4_000),
  {
    what: "only the first issues, and the first changes",
    apply: (answer) => ({
      ...answer,
      closed: fitInto(answer.closed, 2_000).entries,
      already_closed: fitInto(answer.already_closed, 2_000).entries,
      changes: fitInto(answer.changes, 4_000).entries,
    }),
  },
];

export default defineTool({
  name: "merge_phase_pr",
  title: "Merge a phase's pull request",
  description:
    "Merges the phase's pull request, then closes its issues, deletes its branch at origin, and checks the base out. " +
    "Only after the user agreed. Called again, it finishes what was cut off.",
  effect: "edits",
  reach: "github",
  toolset: "github",
  input: z.strictObject({
    phase: PhaseArgument,
    confirm: z.literal(true).describe("The user agreed"),
    delete_branch: z.boolean().default(true).describe("At origin; the local one stays"),
    dry_run: DryRunArgument,
  }),
  output: Output,
  async run({ phase: argument, delete_branch, dry_run }, { workspace, signal, usedMs }) {
    requireValidConfig(workspace);
    const phase = workspace.findPhase(argument);
    const request = { deleteBranch: delete_branch, dryRun: dry_run, signal, usedMs };
    const { diagnostics, ...answer } = await mergePhasePull(workspace, phase, request);
    return fitAnswer<Answer>({ ...answer, diagnostics: workspace.reportWith(diagnostics) }, SHORTENINGS);
  },
});
