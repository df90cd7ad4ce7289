/** The gaps of a phase or of the whole project, and which phases address them. */
import type { Addressing } from "../domain/gap-resolution.ts";
import { type CollectedGap, type CollectedGaps, collectGaps } from "../domain/gaps.ts";
import { milestoneByRange } from "../domain/milestone-phases.ts";
import { comparePhaseNumbers, parsePhaseNumber } from "../domain/phase.ts";
import type { Phase } from "../domain/phase-index.ts";
import type { Report } from "../domain/report.ts";
import { REPORT_SOURCES, type ReportSource } from "../domain/report-files.ts";
import { auditReport, phaseReports } from "./reports.ts";
import type { Workspace } from "./workspace.ts";

/** What the phases of ROADMAP.md say that they address. */
function addressing(workspace: Workspace): Addressing[] {
  return workspace
    .phases()
    .flatMap(({ ref, entry }) =>
      entry && entry.addressesGaps.length > 0 ? [{ phase: ref.id, texts: entry.addressesGaps }] : [],
    );
}

/** Whether a padded id is a phase's; ROADMAP.md may have collapsed a shipped one to a range. */
function phaseExists(workspace: Workspace): (id: string) => boolean {
  return (id) => {
    const number = parsePhaseNumber(id);
    const roadmap = workspace.roadmap();
    if (number === null || workspace.index().phasesNumbered(number).length > 0) return number !== null;
    if (!roadmap) return false;
    return (
      roadmap.phases.some((entry) => comparePhaseNumbers(entry.number, number) === 0) ||
      milestoneByRange(roadmap, number) !== null
    );
  };
}

/** The open gaps of reports of one phase, or of an audit. */
export function openGaps(workspace: Workspace, reports: readonly Report[]): CollectedGap[] {
  if (reports.every(({ gaps }) => gaps.length === 0)) return [];
  return collectGaps(reports, addressing(workspace), phaseExists(workspace)).gaps;
}

/** The gaps of one phase, or of every phase with a directory and the current milestone's audit. */
export function collectProjectGaps(
  workspace: Workspace,
  phase: Phase | null,
  sources: readonly ReportSource[],
): CollectedGaps {
  const phases = phase ? [phase] : workspace.phases();
  const reports = phases.flatMap((one) => phaseReports(workspace, one, sources));
  const audit = phase === null && sources.includes("audit") ? auditReport(workspace) : null;
  return collectGaps(audit ? [...reports, audit] : reports, addressing(workspace), phaseExists(workspace));
}

/** Paths of reports outside the phase's own directory that have open gaps which it addresses, in the gaps' order. */
export function addressedReports(workspace: Workspace, { ref, directory }: Phase): string[] {
  const own = new Set(directory ? workspace.fileNames(directory).values() : []);
  const { gaps } = collectProjectGaps(workspace, null, REPORT_SOURCES);
  const paths = gaps.flatMap(({ path, addressed_by }) => (addressed_by.includes(ref.id) ? [path] : []));
  return [...new Set(paths)].filter((path) => !own.has(path));
}
