import { z } from "zod";
import { READY_REASONS } from "../src/domain/github-reason.ts";
import { fewerDiagnostics, fitAnswer } from "../src/domain/page.ts";
import {
  ChangesSchema,
  DiagnosticsSchema,
  DryRunArgument,
  defineTool,
  PhaseArgument,
  PullSchema,
  reasonSchema,
} from "../src/tool.ts";
import { readyPhasePull } from "../src/workspace/pull-readiness.ts";
import { requireValidConfig } from "../src/workspace/valid-config.ts";

export default defineTool({
  name: "ready_phase_pr",
  title: "Mark a phase's pull request ready",
  description:
    "Pushes the phase's new commits (never by force) and marks its draft pull request ready for review. " +
    "Skipped unless pr_workflow is on.",
  effect: "edits",
  reach: "github",
  toolset: "github",
  input: z.strictObject({ phase: PhaseArgument, dry_run: DryRunArgument }),
  output: z.object({
    status: z
      .enum(["ready", "unchanged", "skipped", "failed"])
      .describe("unchanged: it is ready or merged, and there was nothing to push"),
    reason: reasonSchema(READY_REASONS),
    pr: PullSchema,
    changes: ChangesSchema.describe("origin/branch for a push, owner/repo#12 for the pull request"),
    diagnostics: DiagnosticsSchema,
  }),
  async run({ phase: argument, dry_run }, { workspace, signal, usedMs }) {
    requireValidConfig(workspace);
    const phase = workspace.findPhase(argument);
    const { diagnostics, ...answer } = await readyPhasePull(workspace, phase, {
      dryRun: dry_run,
      signal,
      usedMs,
    });
    const whole = { ...answer, diagnostics: workspace.reportWith(diagnostics) };
    return fitAnswer(whole, [fewerDiagnostics<typeof whole>(8_000)]);
  },
});
