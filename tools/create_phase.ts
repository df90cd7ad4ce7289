import { z } from "zod";
import { slugify } from "../src/domain/naming.ts";
import { PlanningError } from "../src/errors.ts";
import {
  ChangesSchema,
  DiagnosticsSchema,
  DryRunArgument,
  defineTool,
  PhaseArgument,
  PhaseRefSchema,
} from "../src/tool.ts";
import { directoryNameOf, findPhaseToCreate, sharedNumber } from "../src/workspace/phase-creation.ts";
import { transact } from "../src/workspace/transaction.ts";
import { requireValidConfig } from "../src/workspace/valid-config.ts";

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
      const phase = findPhaseToCreate(current, argument);
      const { ref } = phase;
      const sharing = (path: string) => current.reportWith(sharedNumber(current, phase, path));
      if (ref.dir !== null) {
        return { phase: ref, status: "unchanged" as const, diagnostics: sharing(ref.dir) };
      }
      const dir = `.planning/phases/pending/${directoryNameOf(ref)}`;
      if (current.files.exists(dir)) {
        throw new PlanningError("TARGET_EXISTS", `${dir} is there already and is no directory.`, {
          path: dir,
        });
      }
      // Git carries no empty directories.
      changes.write(`${dir}/.gitkeep`, "");
      return {
        phase: { ...ref, slug: slugify(ref.name), state: "pending" as const, dir },
        status: "created" as const,
        diagnostics: sharing(dir),
      };
    });
  },
});
