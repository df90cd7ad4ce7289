import { z } from "zod";
import {
  ChangesSchema,
  CommitArgument,
  CommitSchema,
  DateArgument,
  DiagnosticsSchema,
  DryRunArgument,
  defineTool,
  PhaseArgument,
  PhaseRefSchema,
} from "../src/tool.ts";
import { changeAndCommit } from "../src/workspace/change-commit.ts";
import { createGapPhases, gapPhasesDebt } from "../src/workspace/gap-phase-creation.ts";
import { requireValidConfig } from "../src/workspace/valid-config.ts";

const Group = z.strictObject({
  name: z.string().min(1).describe("Short"),
  goal: z.string().optional().describe("Sentence"),
  gaps: z.array(z.string()).min(1).describe("Keys"),
  requirements: z.array(z.string()).optional().describe("Ids"),
  success_criteria: z.array(z.string()).optional().describe("Lines"),
});

export default defineTool({
  name: "create_gap_phases",
  title: "Create gap phases",
  description:
    "Turns open gaps into phases: ROADMAP entry, directory, STATE, a link in each report, one commit. Never twice for one " +
    "gap. Without groups: those collect_gaps proposes (show them first, with dry_run).",
  effect: "edits",
  reach: "project",
  input: z.strictObject({
    groups: z.array(Group).min(1).optional().describe("Default: proposed"),
    phase: PhaseArgument.optional().describe("Only its gaps"),
    date: DateArgument,
    commit: CommitArgument,
    dry_run: DryRunArgument,
  }),
  output: z.object({
    status: z
      .enum(["created", "unchanged", "nothing_to_do"])
      .describe("unchanged: phases address all of these gaps already; nothing_to_do: no open gap is left"),
    phases: z
      .array(PhaseRefSchema.extend({ gaps: z.array(z.string()).describe("Keys") }))
      .describe("The new ones"),
    commit: CommitSchema,
    changes: ChangesSchema,
    diagnostics: DiagnosticsSchema,
  }),
  run({ groups, phase: argument, commit, dry_run }, { workspace, signal }) {
    return changeAndCommit(workspace, { isWanted: commit, dryRun: dry_run, signal }, (current, changes) => {
      requireValidConfig(current);
      const only = argument === undefined ? null : current.findPhase(argument);
      const created = createGapPhases(current, changes, groups, only);
      return {
        answer: { ...created, diagnostics: current.reportWith([]) },
        debt: gapPhasesDebt(current, changes, created.phases),
      };
    });
  },
});
