import { z } from "zod";
import { BRANCH_TYPES, isBranchName } from "../src/domain/branch.ts";
import { PlanningError, quote } from "../src/errors.ts";
import { ChangesSchema, DiagnosticsSchema, DryRunArgument, defineTool, PhaseArgument } from "../src/tool.ts";
import { asOnlyWriter } from "../src/workspace/exclusive.ts";
import {
  BRANCH_REASONS,
  type BranchReason,
  checkOutPhaseBranch,
  removeEmptyPlanning,
} from "../src/workspace/phase-branch.ts";
import { requireValidConfig } from "../src/workspace/valid-config.ts";
import type { Workspace } from "../src/workspace/workspace.ts";

const REASONS = Object.keys(BRANCH_REASONS) as [BranchReason, ...BranchReason[]];

export default defineTool({
  name: "create_phase_branch",
  title: "Check out a phase's branch",
  description:
    "Creates the phase's branch and checks it out, or goes back to it; skipped unless pr_workflow is on. " +
    "Call it before executing a phase. Never forces, never uses the network.",
  effect: "adds",
  reach: "project",
  toolset: "git",
  input: z.strictObject({
    phase: PhaseArgument,
    type: z.enum(BRANCH_TYPES).optional().describe("Default: by goal and name"),
    base: z.string().optional().describe("Default: remote HEAD, main or master"),
    dry_run: DryRunArgument,
  }),
  output: z.object({
    status: z
      .enum(["created", "resumed", "unchanged", "skipped"])
      .describe("resumed: it was there already; unchanged: it is checked out"),
    reason: z
      .enum(REASONS)
      .nullable()
      .describe(
        `Why it was skipped. ${REASONS.map((reason) => `${reason}: ${BRANCH_REASONS[reason]}`).join(" ")}`,
      ),
    branch: z.string().nullable().describe("{type}/v{milestone}-{id}-{slug}; null without a milestone"),
    type: z.enum(BRANCH_TYPES).describe("Of the change"),
    type_reason: z.string().describe("What told the type"),
    base: z.string().nullable().describe("Where it starts, and where a pull request leads"),
    milestone: z.string().nullable().describe("Version without v"),
    changes: ChangesSchema.describe("Always empty: no file is edited"),
    diagnostics: DiagnosticsSchema,
  }),
  async run({ phase: argument, type, base, dry_run }, { workspace, signal }) {
    requireValidConfig(workspace);
    if (base !== undefined && !isBranchName(base)) {
      throw new PlanningError(
        "INVALID_ARGUMENT",
        `"base" must be the name of a branch, not ${quote(base)}.`,
        {
          expected: "a branch such as main",
        },
      );
    }
    const checkOut = (current: Workspace, dryRun: boolean) =>
      checkOutPhaseBranch(current, current.findPhase(argument), { type, base, dryRun });
    const planned = await checkOut(workspace, true);
    const isDone = dry_run || planned.status === "skipped" || planned.status === "unchanged";
    // A checkout changes files below .planning/ too, so no other change may be half done meanwhile.
    const { diagnostics, ...answer } = isDone
      ? planned
      : await asOnlyWriter(workspace.root, { signal }, () => checkOut(workspace.afresh(), false));
    const report = { ...answer, changes: [], diagnostics: workspace.reportWith(diagnostics) };
    if (!isDone) removeEmptyPlanning(workspace.root);
    return report;
  },
});
