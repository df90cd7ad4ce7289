import { z } from "zod";
import { GAP_SEVERITIES } from "../src/domain/gap.ts";
import { GAP_CATEGORIES } from "../src/domain/gap-category.ts";
import { groupGaps } from "../src/domain/gap-phases.ts";
import { takePage } from "../src/domain/page.ts";
import { REPORT_SOURCES } from "../src/domain/report-files.ts";
import { CursorArgument, DiagnosticsSchema, defineTool, LimitArgument, PhaseArgument } from "../src/tool.ts";
import { collectProjectGaps } from "../src/workspace/gaps.ts";

const Source = z.enum(REPORT_SOURCES);
const Severity = z.enum(GAP_SEVERITIES);

export default defineTool({
  name: "collect_gaps",
  title: "Collect gaps",
  description:
    "What verifications, acceptance tests and the milestone audit found lacking and nothing has closed, with stable " +
    "keys, and groups of up to three gaps proposed as gap phases. Call it after a verification, and before planning " +
    "gap phases. No reports, all passed (reports without gaps) and UNPARSED_REPORT are different answers.",
  effect: "reads",
  reach: "project",
  input: z.strictObject({
    phase: PhaseArgument.optional().describe("Only this phase; else all, and the audit"),
    sources: z.array(Source).min(1).optional().describe("Default all"),
    limit: LimitArgument,
    cursor: CursorArgument,
  }),
  output: z.object({
    gaps: z
      .array(
        z.object({
          key: z.string().describe("The same on every run and machine"),
          source: Source,
          phase: z.string().nullable().describe("Padded id; null for the audit"),
          path: z.string(),
          line: z.int(),
          title: z.string(),
          status: z.string(),
          reason: z.string().nullable(),
          severity: Severity,
          category: z.enum(GAP_CATEGORIES),
          artifacts: z.array(z.object({ path: z.string(), issue: z.string().nullable() })),
          missing: z.array(z.string()),
          requirement: z.string().nullable(),
          root_cause: z.string().nullable(),
          addressed_by: z.array(z.string()).describe("Ids of phases that close it"),
        }),
      )
      .describe("Open gaps, by phase, the audit's last"),
    count: z.int().describe("Open gaps of all pages"),
    reports: z
      .array(
        z.object({
          phase: z.string().nullable(),
          path: z.string(),
          source: Source,
          status: z.string(),
          score: z.string().nullable(),
          gap_count: z.int(),
        }),
      )
      .describe("Every report that was read, passed ones too"),
    categories: z
      .array(z.object({ category: z.enum(GAP_CATEGORIES), count: z.int(), severity: Severity }))
      .describe("Gaps by technical domain, with the highest severity"),
    groups: z
      .array(
        z.object({
          key: z.string(),
          name: z.string(),
          goal: z.string(),
          gaps: z.array(z.string()).describe("Keys"),
          files: z.array(z.string()),
          phases: z.array(z.string()).describe("Ids of the phases that they come from"),
          why: z.array(z.string()).describe("Why they belong together"),
          estimated_plans: z.int(),
        }),
      )
      .describe("Proposed gap phases, in order; gaps that a phase addresses are left out"),
    total: z.int().describe("The same as count"),
    totals: z.object({ reports: z.int(), groups: z.int(), diagnostics: z.int() }).describe("Of all pages"),
    next_cursor: z.string().nullable().describe("Null on the last page"),
    diagnostics: DiagnosticsSchema,
  }),
  run({ phase, sources, limit, cursor }, { workspace }) {
    const only = phase === undefined ? null : workspace.findPhase(phase);
    const collected = collectProjectGaps(workspace, only, sources ?? REPORT_SOURCES);
    const { gaps, reports, categories, diagnostics } = collected;
    const groups = groupGaps(gaps);
    const problems = workspace.reportWith(diagnostics);
    const page = takePage(
      {
        gaps: { entries: gaps, bytes: 6_000 },
        reports: { entries: reports, bytes: 3_500 },
        groups: { entries: groups, bytes: 3_000 },
        diagnostics: { entries: problems, bytes: 2_000 },
      },
      { limit, cursor },
    );
    return {
      ...page.lists,
      count: gaps.length,
      categories,
      total: gaps.length,
      totals: { reports: reports.length, groups: groups.length, diagnostics: problems.length },
      next_cursor: page.next_cursor,
    };
  },
});
