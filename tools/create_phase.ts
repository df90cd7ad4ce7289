import { z } from "zod";
import { slugify } from "../src/domain/naming.ts";
import type { Phase } from "../src/domain/phase-index.ts";
import { PlanningError } from "../src/errors.ts";
import {
  ChangesSchema,
  DiagnosticsSchema,
  DryRunArgument,
  defineTool,
  PhaseArgument,
  PhaseRefSchema,
} from "../src/tool.ts";
import { transact } from "../src/workspace/transaction.ts";
import { requireValidConfig } from "../src/workspace/valid-config.ts";
import type { Workspace } from "../src/workspace/workspace.ts";

export default defineTool({
  name: "create_phase",
  title: "Create a phase's directory",
  description:
    "Makes the directory of an unstarted phase of ROADMAP.md, under pending/. Call it before planning the phase.",
  effect: "adds",
  reach: "project",
  input: z.strictObject({ phase: PhaseArgument, dry_run: DryRunArgument }),
  output: z.object({
    phase: PhaseRefSchema,
    status: z.enum(["created", "unchanged"]).describe("unchanged: it has a directory"),
    changes: ChangesSchema,
    diagnostics: DiagnosticsSchema,
  }),
  run({ phase: argument, dry_run }, { workspace, signal }) {
    return transact(workspace, { dryRun: dry_run, signal }, (current, changes) => {
      requireValidConfig(current);
      const { ref } = findInRoadmap(current, argument);
      const diagnostics = current.reportWith([]);
      if (ref.dir !== null) return { phase: ref, status: "unchanged" as const, diagnostics };
      const slug = slugify(ref.name);
      const dir = `.planning/phases/pending/${ref.id}${slug && `-${slug}`}`;
      if (current.files.exists(dir)) {
        throw new PlanningError("TARGET_EXISTS", `${dir} is there already and is no directory`, {
          path: dir,
        });
      }
      // Git carries no empty directories.
      changes.write(`${dir}/.gitkeep`, "");
      return {
        phase: { ...ref, slug, state: "pending" as const, dir },
        status: "created" as const,
        diagnostics,
      };
    });
  },
});

function findInRoadmap(workspace: Workspace, argument: string): Phase {
  try {
    return workspace.findPhase(argument);
  } catch (error) {
    if (!(error instanceof PlanningError) || error.code !== "PHASE_NOT_FOUND") throw error;
    throw new PlanningError("PHASE_NOT_IN_ROADMAP", error.message, {
      ...error.details,
      hint: "add the phase to ROADMAP.md first",
      path: error.details.path ?? ".planning/ROADMAP.md",
    });
  }
}
