import { z } from "zod";
import { isBranchName } from "../src/domain/branch.ts";
import type { Diagnostic } from "../src/domain/diagnostic.ts";
import { OPEN_REASONS } from "../src/domain/github-reason.ts";
import { fewerDiagnostics, fitAnswer, fitInto, fitText, type Shortening } from "../src/domain/page.ts";
import { MAX_TITLE } from "../src/domain/pull-request.ts";
import { PlanningError, quote, visible } from "../src/errors.ts";
import {
  ChangesSchema,
  DiagnosticsSchema,
  DryRunArgument,
  defineTool,
  PhaseArgument,
  PullSchema,
  reasonSchema,
} from "../src/tool.ts";
import { openPhasePull } from "../src/workspace/pull-opening.ts";
import { requireValidConfig } from "../src/workspace/valid-config.ts";

const Output = z.object({
  status: z
    .enum(["created", "exists", "skipped", "failed"])
    .describe("exists: an open or merged one is there, and nothing was pushed"),
  reason: reasonSchema(OPEN_REASONS),
  pr: PullSchema,
  title: z.string().describe("Of a new one; a reference in it is taken apart (# 12)"),
  body: z.string().describe("Of a new one"),
  closes: z.array(z.int()).describe("Issues of the own repository that a merge closes"),
  changes: ChangesSchema.describe("origin/branch for a push, owner/repo#12 for the pull request"),
  diagnostics: DiagnosticsSchema,
});

type Answer = Omit<z.output<typeof Output>, "diagnostics"> & { diagnostics: Diagnostic[] };

const SHORTENINGS: Shortening<Answer>[] = [
  fewerDiagnostics<Answer>(3_000),
  {
    what: "only the beginning of the body, which the pull request has whole",
    apply: (answer) => ({ ...answer, body: fitText(answer.body, 7_000) }),
  },
  {
    what: "only the first issues that are closed",
    apply: (answer) => ({ ...answer, closes: fitInto(answer.closes, 2_000).entries }),
  },
];

export default defineTool({
  name: "open_phase_pr",
  title: "Open a phase's pull request",
  description:
    "Pushes the phase's branch (never by force) and opens a draft pull request with goal, plans and closing references; " +
    "exists when there is an open or merged one. Skipped unless pr_workflow is on.",
  effect: "adds",
  reach: "github",
  toolset: "github",
  input: z.strictObject({
    phase: PhaseArgument,
    base: z.string().optional().describe("Default: the repository's default branch"),
    title: z.string().optional().describe("Default: v1.2.0 Phase 3: Name"),
    dry_run: DryRunArgument,
  }),
  output: Output,
  async run({ phase: argument, base, title, dry_run }, { workspace, signal, usedMs }) {
    requireValidConfig(workspace);
    if (base !== undefined && !isBranchName(base)) {
      throw invalid("base", base, "be the name of a branch", "a branch such as main");
    }
    if (title !== undefined && !isTitle(title)) {
      throw invalid("title", title, "be one line of text", `1 to ${MAX_TITLE} characters`);
    }
    const phase = workspace.findPhase(argument);
    const request = { base, title, dryRun: dry_run, signal, usedMs };
    const { diagnostics, ...answer } = await openPhasePull(workspace, phase, request);
    return fitAnswer<Answer>({ ...answer, diagnostics: workspace.reportWith(diagnostics) }, SHORTENINGS);
  },
});

function isTitle(text: string): boolean {
  return text.trim() !== "" && text.length <= MAX_TITLE && visible(text) === text;
}

function invalid(name: string, value: string, rule: string, expected: string): PlanningError {
  return new PlanningError("INVALID_ARGUMENT", `"${name}" must ${rule}, not ${quote(value)}.`, { expected });
}
