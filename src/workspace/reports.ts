/** The reports of a project: verifications and acceptance tests of its phases, and its milestone's audit. */

import type { Phase } from "../domain/phase-index.ts";
import type { Report } from "../domain/report.ts";
import { chooseAudit, classifyReport, type ReportSource } from "../domain/report-files.ts";
import { readReport } from "../domain/reports.ts";
import type { Workspace } from "./workspace.ts";

const ALL_SOURCES: readonly ReportSource[] = ["verification", "uat"];

/** Every report in the phase's directory, of the given kinds. */
export function phaseReports(
  workspace: Workspace,
  phase: Phase,
  sources: readonly ReportSource[] = ALL_SOURCES,
): Report[] {
  if (!phase.directory) return [];
  const names = workspace.fileNames(phase.directory);
  const files = workspace.files.derive("reports", [names], () =>
    [...names].flatMap(([name, path]) => {
      const source = classifyReport(name)?.source;
      return source ? [{ source, path }] : [];
    }),
  );
  const reports: Report[] = [];
  for (const { source, path } of files) {
    if (!sources.includes(source)) continue;
    const place = { path, phase: phase.ref.id };
    const report = workspace.files.read(path, "whole", (text) => readReport(source, text, place), "report");
    if (report) reports.push(report);
  }
  return reports;
}

/** The audit of the current milestone, or null without one. */
export function auditReport(workspace: Workspace): Report | null {
  const paths = [".planning", ".planning/milestones"].flatMap((directory) =>
    workspace.files
      .list(directory)
      .flatMap(({ name, kind }) => (kind === "file" ? [`${directory}/${name}`] : [])),
  );
  const path = chooseAudit(paths, workspace.milestone().milestone?.version ?? null);
  if (path === null) return null;
  return workspace.files.read(
    path,
    "whole",
    (text) => readReport("audit", text, { path, phase: null }),
    "audit",
  );
}
