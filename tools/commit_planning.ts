import { z } from "zod";
import { COMMIT_KINDS, type CommitKind } from "../src/domain/commit-subject.ts";
import type { Diagnostic } from "../src/domain/diagnostic.ts";
import { fewerDiagnostics, fitAnswer, fitInto, type Shortening } from "../src/domain/page.ts";
import { PlanningError } from "../src/errors.ts";
import { ChangesSchema, DiagnosticsSchema, DryRunArgument, defineTool, PhaseArgument } from "../src/tool.ts";
import { settleMade } from "../src/workspace/change-commit.ts";
import {
  COMMIT_REASONS,
  type CommitReason,
  commitDiagnostics,
  commitDocuments,
  skippedCommit,
} from "../src/workspace/commit.ts";
import { ignoredDiagnostics } from "../src/workspace/corrections.ts";
import { asOnlyWriter } from "../src/workspace/exclusive.ts";
import { selectForCommit } from "../src/workspace/phase-commit.ts";
import { isTrouble } from "../src/workspace/repository.ts";
import { requireValidConfig } from "../src/workspace/valid-config.ts";
import type { Workspace } from "../src/workspace/workspace.ts";

const REASONS = Object.keys(COMMIT_REASONS) as [CommitReason, ...CommitReason[]];

const Output = z.object({
  status: z.enum(["committed", "unchanged", "skipped"]).describe("unchanged: nothing of it is uncommitted"),
  reason: z
    .enum(REASONS)
    .nullable()
    .describe(
      `Why it was skipped. ${REASONS.map((reason) => `${reason}: ${COMMIT_REASONS[reason]}`).join(" ")}`,
    ),
  sha: z.string().nullable().describe("Of the commit; null without one and in a dry run"),
  message: z.string().describe("The commit's message"),
  paths: z.array(z.string()).describe("Every file in the commit, sorted"),
  changes: ChangesSchema.describe("Always empty: a commit changes no file"),
  diagnostics: DiagnosticsSchema,
});

type Answer = Omit<z.output<typeof Output>, "diagnostics"> & { diagnostics: Diagnostic[] };

const SHORTENINGS: Shortening<Answer>[] = [
  fewerDiagnostics<Answer>(2_000),
  {
    what: "only the first paths (git show lists all)",
    apply: (answer: Answer) => ({ ...answer, paths: fitInto(answer.paths, 10_000).entries }),
  },
];

export default defineTool({
  name: "commit_planning",
  title: "Commit planning documents",
  description:
    "One commit of exactly a workflow step's files; what else is staged stays staged. complete_phase and " +
    "create_gap_phases commit on their own.",
  effect: "adds",
  reach: "project",
  toolset: "git",
  input: z.strictObject({
    kind: z.enum(COMMIT_KINDS).describe("Step"),
    phase: PhaseArgument,
    plan: z
      .preprocess((value) => (Number.isSafeInteger(value) ? String(value) : value), z.string())
      .optional()
      .describe("For plan_complete: id or number"),
    paths: z.array(z.string()).optional().describe("For corrections: files"),
    message: z.string().optional().describe("Instead of the usual"),
    dry_run: DryRunArgument,
  }),
  output: Output,
  async run({ dry_run, ...step }, { workspace, signal }) {
    requireValidConfig(workspace);
    requireFitting(step.kind, step);
    if (dry_run) return commitStep(workspace, step, true);
    return asOnlyWriter(workspace.root, { signal }, () => commitStep(workspace.afresh(), step, false));
  },
});

interface Step {
  kind: CommitKind;
  phase: string;
  plan?: string;
  paths?: string[];
  message?: string;
}

async function commitStep(workspace: Workspace, step: Step, dryRun: boolean): Promise<Answer> {
  const { kind, plan, paths } = step;
  const phase = workspace.findPhase(step.phase);
  const selected = await selectForCommit(workspace, { kind, phase, plan, paths });
  const message = step.message?.trim() ?? selected.subject;
  const result = selected.isPremature
    ? skippedCommit(message, { reason: "plan_not_done", detail: null })
    : await commitDocuments(workspace, selected.paths, message, { dryRun });
  if (result.status === "committed" && !dryRun) await settleMade(workspace.root);
  const ignored =
    paths && !isTrouble(selected.paths)
      ? await ignoredDiagnostics(workspace.root, selected.paths, result)
      : [];
  const { detail: _, leftOut: __, ...commit } = result;
  const diagnostics = workspace.reportWith([...commitDiagnostics(result), ...ignored]);
  return fitAnswer<Answer>({ ...commit, changes: [], diagnostics }, SHORTENINGS);
}

/** Arguments that a kind needs, and those that it could only ignore. */
function requireFitting(
  kind: CommitKind,
  { plan, paths, message }: { plan?: string; paths?: readonly string[]; message?: string },
): void {
  const refuse = (text: string, expected: string): never => {
    throw new PlanningError("INVALID_ARGUMENT", text, { expected });
  };
  if (kind === "plan_complete" && plan === undefined) refuse('"plan" is missing.', "a plan id or number");
  if (kind !== "plan_complete" && plan !== undefined)
    refuse(`"plan" does not fit ${kind}.`, "plan only with plan_complete");
  if (kind === "corrections" && !paths?.length)
    refuse('"paths" is missing.', "the files to commit, each by name");
  if (kind !== "corrections" && paths !== undefined)
    refuse(`"paths" does not fit ${kind}.`, "paths only with corrections");
  if (message?.trim() === "") refuse('"message" is empty.', "a commit message");
}
