/** Everything collect_gaps answers, from reports that were read. */
import { compareText, type Diagnostic, sortDiagnostics } from "./diagnostic.ts";
import type { Gap } from "./gap.ts";
import { compareGaps, comparePhaseIds } from "./gap-order.ts";
import { countCategories, type GapCategoryCount, type GapGroup, groupGaps } from "./gap-phases.ts";
import { type Addressing, findAddressed } from "./gap-resolution.ts";
import type { Report } from "./report.ts";
import { REPORT_SOURCES, type ReportSource } from "./report-files.ts";
import { isClosed } from "./report-status.ts";
import { byAge, isAboutPhase, mainOf } from "./reports.ts";

export interface CollectedGap extends Gap {
  /** Padded ids of phases that take care of it already. */
  addressed_by: string[];
}

export interface ReportLine {
  phase: string | null;
  path: string;
  source: ReportSource;
  status: string;
  score: string | null;
  gap_count: number;
}

export interface CollectedGaps {
  /** By phase number, an audit's last, then report and line. */
  gaps: CollectedGap[];
  /** Every report, in the same order. */
  reports: ReportLine[];
  categories: GapCategoryCount[];
  /** Of gaps that no phase addresses. */
  groups: GapGroup[];
  diagnostics: Diagnostic[];
}

/** Joins reports: the same gap in two reports of one kind counts once, as the newest of them has it. */
export function collectGaps(reports: readonly Report[], addressing: readonly Addressing[]): CollectedGaps {
  const families = familiesOf(reports);
  const diagnostics = reports.flatMap((report) => report.diagnostics);
  const open = families.flatMap((family) => {
    const gaps = openGaps(family);
    diagnostics.push(...noteOlder(family, gaps));
    return gaps;
  });
  const main = families.flatMap((family) => {
    const { source } = family[0]!;
    return (source === "audit" ? family.at(-1) : mainOf(family, source)) ?? [];
  });
  const addressed = findAddressed(reports, main, addressing);
  const gaps = open
    .map((gap): CollectedGap => ({ ...gap, addressed_by: addressed.get(gap.key) ?? [] }))
    .sort(compareGaps);
  return {
    gaps,
    reports: reports.map(toLine).sort(compareLines),
    categories: countCategories(gaps),
    groups: groupGaps(gaps),
    diagnostics: sortDiagnostics(diagnostics),
  };
}

/** Reports of one kind, phase and directory, oldest first. */
function familiesOf(reports: readonly Report[]): Report[][] {
  const families = new Map<string, Report[]>();
  for (const report of reports) {
    const directory = report.source === "audit" ? "" : (report.path.split("/").at(-2) ?? "");
    const name = JSON.stringify([report.source, report.phase, directory]);
    const family = families.get(name);
    if (family) family.push(report);
    else families.set(name, [report]);
  }
  return [...families.values()].map(byAge);
}

/** Each gap as the newest report that has it tells it; one that is closed there is closed. */
function openGaps(family: readonly Report[]): Gap[] {
  const latest = new Map<string, Gap | null>();
  for (const { gaps, entries } of family) {
    const own = new Map(gaps.map((gap) => [gap.key, gap]));
    for (const { key } of entries) latest.set(key, own.get(key) ?? null);
  }
  return [...latest.values()].filter((gap) => gap !== null);
}

/**
 * Nothing says that a gap is closed which a newer report of the whole phase leaves out, so it stays, and is
 * noted.
 */
function noteOlder(family: readonly Report[], gaps: readonly Gap[]): Diagnostic[] {
  const { source } = family[0]!;
  const main = source === "audit" ? null : mainOf(family, source);
  if (main === null || main.gaps.length > 0 || !isClosed(main.status)) return [];
  const whole = new Set(
    family.filter((report) => report !== main && isAboutPhase(report)).map(({ path }) => path),
  );
  const older = new Map<string, number>();
  for (const { path } of gaps) if (whole.has(path)) older.set(path, (older.get(path) ?? 0) + 1);
  return [...older].map(
    ([path, count]): Diagnostic => ({
      code: "SEVERAL_REPORTS",
      severity: "info",
      message: `${count} open ${count === 1 ? "gap stands" : "gaps stand"} here, while the newer ${main.path} has none`,
      path,
    }),
  );
}

function toLine({ phase, path, source, status, score, gaps }: Report): ReportLine {
  return { phase, path, source, status, score, gap_count: gaps.length };
}

function compareLines(a: ReportLine, b: ReportLine): number {
  return (
    comparePhaseIds(a.phase, b.phase) ||
    REPORT_SOURCES.indexOf(a.source) - REPORT_SOURCES.indexOf(b.source) ||
    compareText(a.path, b.path)
  );
}
