import { z } from "zod";
import { sortDiagnostics } from "../src/domain/diagnostic.ts";
import { ANSWER_BYTES, takePage } from "../src/domain/page.ts";
import { CursorArgument, DiagnosticsSchema, defineTool, LimitArgument, PhaseArgument } from "../src/tool.ts";
import { checkPhase, checkProject } from "../src/workspace/checks.ts";

export default defineTool({
  name: "check_planning",
  title: "Check planning files",
  description:
    "Every problem of .planning/, with path and line: number collisions, split phases, broken front matter, cycles, " +
    "wave order, file conflicts, orphan summaries, ROADMAP boxes that disagree with files, config. Call it when an " +
    "answer surprises, and before a milestone closes.",
  effect: "reads",
  reach: "project",
  input: z.strictObject({
    phase: PhaseArgument.optional().describe("Only this phase"),
    limit: LimitArgument,
    cursor: CursorArgument,
  }),
  output: z.object({
    status: z.enum(["ok", "problems"]).describe("ok when there is no error and no warning"),
    counts: z
      .object({ error: z.int(), warning: z.int(), info: z.int() })
      .describe("By severity, of all pages"),
    total: z.int().describe("Diagnostics of all pages"),
    next_cursor: z.string().nullable().describe("Null on the last page"),
    diagnostics: DiagnosticsSchema,
  }),
  run({ phase, limit, cursor }, { workspace }) {
    const own =
      phase === undefined ? checkProject(workspace) : checkPhase(workspace, workspace.findPhase(phase));
    const diagnostics = sortDiagnostics([...own, ...workspace.files.diagnostics]);
    const counts = { error: 0, warning: 0, info: 0 };
    for (const { severity } of diagnostics) counts[severity]++;
    const page = takePage(
      { diagnostics: { entries: diagnostics, bytes: ANSWER_BYTES - 500 } },
      { limit, cursor },
    );
    return {
      status: counts.error + counts.warning > 0 ? ("problems" as const) : ("ok" as const),
      counts,
      total: diagnostics.length,
      next_cursor: page.next_cursor,
      diagnostics: page.lists.diagnostics,
    };
  },
});
