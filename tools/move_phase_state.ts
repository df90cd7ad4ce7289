import { z } from "zod";
import { PHASE_STATES } from "../src/domain/phase.ts";
import {
  ChangesSchema,
  DiagnosticsSchema,
  DryRunArgument,
  defineTool,
  MissingSchema,
  PhaseArgument,
  PhaseRefSchema,
} from "../src/tool.ts";
import {
  forcedDiagnostics,
  missingForCompletion,
  movePhase,
  requireDirectory,
  statePath,
} from "../src/workspace/phase-move.ts";
import { transact } from "../src/workspace/transaction.ts";
import { requireValidConfig } from "../src/workspace/valid-config.ts";

export default defineTool({
  name: "move_phase_state",
  title: "Move a phase to a state",
  description:
    "Moves a phase's directory to a state, joining copies. Use it to activate or reopen a phase; to end one use " +
    "complete_phase. Completing is checked and may be blocked.",
  effect: "edits",
  reach: "project",
  input: z.strictObject({
    phase: PhaseArgument,
    to: z.enum(["pending", "active", "completed"]).describe("State"),
    accept_human: z.boolean().default(false).describe("A person agreed"),
    force: z.boolean().default(false).describe("Complete all the same"),
    dry_run: DryRunArgument,
  }),
  output: z.object({
    phase: PhaseRefSchema.describe("As it is afterwards"),
    from: z.enum(PHASE_STATES).describe("State before"),
    to: z.enum(["pending", "active", "completed"]).describe("As asked"),
    status: z.enum(["moved", "unchanged", "blocked"]).describe("blocked: see missing"),
    missing: MissingSchema.describe("What the phase lacks to be completed"),
    changes: ChangesSchema,
    diagnostics: DiagnosticsSchema,
  }),
  run({ phase: argument, to, accept_human, force, dry_run }, { workspace, signal }) {
    return transact(workspace, { dryRun: dry_run, signal }, (current, changes) => {
      requireValidConfig(current);
      const phase = current.findPhase(argument);
      const directory = requireDirectory(phase);
      const { ref } = phase;
      const isChange = to !== ref.state || directory.places.length > 1;
      const missing =
        to === "completed" && isChange ? missingForCompletion(current, phase, accept_human) : [];
      const answer = { phase: ref, from: ref.state, to, missing, diagnostics: current.reportWith([]) };
      if (missing.length > 0 && !force) return { ...answer, status: "blocked" as const };
      if (!movePhase(current, changes, directory, to)) return { ...answer, status: "unchanged" as const };
      const dir = statePath(directory, to);
      return {
        ...answer,
        phase: { ...ref, state: to, dir },
        status: "moved" as const,
        diagnostics: current.reportWith(forcedDiagnostics(missing, dir)),
      };
    });
  },
});
