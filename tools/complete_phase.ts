import { z } from "zod";
import {
  ChangesSchema,
  CommitArgument,
  CommitSchema,
  DateArgument,
  DiagnosticsSchema,
  DryRunArgument,
  defineTool,
  MissingSchema,
  PhaseArgument,
  PhaseRefSchema,
} from "../src/tool.ts";
import { changeAndCommit } from "../src/workspace/change-commit.ts";
import { completionDebt } from "../src/workspace/completion-commit.ts";
import { completePhase } from "../src/workspace/phase-completion.ts";
import { requireValidConfig } from "../src/workspace/valid-config.ts";

export default defineTool({
  name: "complete_phase",
  title: "Complete a phase",
  description:
    "Ends a phase that is done and verified: moves its directory, updates ROADMAP, STATE and REQUIREMENTS, one commit of " +
    "just that. Blocked with what is missing. Gives the next phase.",
  effect: "edits",
  reach: "project",
  input: z.strictObject({
    phase: PhaseArgument,
    accept_human: z.boolean().default(false).describe("A person agreed"),
    date: DateArgument,
    commit: CommitArgument,
    dry_run: DryRunArgument,
  }),
  output: z.object({
    phase: PhaseRefSchema.describe("As it is afterwards"),
    status: z.enum(["completed", "unchanged", "blocked"]).describe("blocked: see missing"),
    missing: MissingSchema.describe("What the phase lacks"),
    roadmap: z
      .object({
        found: z.boolean(),
        checklist: z.boolean(),
        plans: z.array(z.string()).describe("Plans ticked"),
        progress: z.boolean(),
        plan_count: z.boolean(),
      })
      .describe("What changed in ROADMAP.md"),
    requirements: z
      .object({
        updated: z.array(z.string()),
        already: z.array(z.string()),
        blocked: z.array(z.string()),
        not_found: z.array(z.string()),
      })
      .describe("The phase's requirements in REQUIREMENTS.md, by id"),
    state: z.object({ changed: z.array(z.string()) }).describe("What changed in STATE.md's current position"),
    commit: CommitSchema,
    next: PhaseRefSchema.nullable().describe("The milestone's next phase; null when it is complete"),
    changes: ChangesSchema,
    diagnostics: DiagnosticsSchema,
  }),
  run({ phase: argument, accept_human, date, commit, dry_run }, { workspace, signal, today }) {
    return changeAndCommit(workspace, { isWanted: commit, dryRun: dry_run, signal }, (current, changes) => {
      requireValidConfig(current);
      const phase = current.findPhase(argument);
      const completed = completePhase(current, changes, phase, {
        acceptsHuman: accept_human,
        date: date ?? today(),
      });
      const isBlocked = completed.missing.length > 0;
      const status = isBlocked
        ? ("blocked" as const)
        : changes.isEmpty
          ? ("unchanged" as const)
          : ("completed" as const);
      const { directory } = phase;
      return {
        answer: { ...completed, status, diagnostics: current.reportWith(completed.diagnostics) },
        debt: isBlocked || !directory ? null : completionDebt(current, changes, phase, directory),
      };
    });
  },
});
