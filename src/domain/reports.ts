/** The reports of a phase: reading them by kind, and which of several speaks for the phase. */
import { readAudit } from "./audit.ts";
import { compareText, type Diagnostic } from "./diagnostic.ts";
import type { Report, ReportPlace } from "./report.ts";
import {
  classifyReport,
  compareAge,
  mainReport,
  preference,
  type ReportName,
  type ReportSource,
} from "./report-files.ts";
import { VERIFICATION_STATUSES, type VerificationStatus } from "./report-status.ts";
import { readUat } from "./uat.ts";
import { readVerification } from "./verification.ts";

/** Reads a report of a known kind; never throws, whatever the text is. */
export function readReport(source: ReportSource, text: string, place: ReportPlace): Report {
  if (source === "verification") return readVerification(text, place);
  return source === "uat" ? readUat(text, place) : readAudit(text, place);
}

export interface PhaseReports {
  verification: { path: string; status: VerificationStatus; score: string | null; gap_count: number } | null;
  uat: { path: string; status: string; gap_count: number } | null;
  diagnostics: Diagnostic[];
}

/** What discover_phase says of a phase's reports. */
export function summarizeReports(reports: readonly Report[]): PhaseReports {
  const verification = mainOf(reports, "verification");
  const uat = mainOf(reports, "uat");
  return {
    verification: verification && {
      path: verification.path,
      status: toVerificationStatus(verification.status),
      score: verification.score,
      gap_count: verification.gaps.length,
    },
    uat: uat && { path: uat.path, status: uat.status, gap_count: uat.gaps.length },
    diagnostics: [...noteOthers(reports, verification), ...noteOthers(reports, uat)],
  };
}

function toVerificationStatus(status: string): VerificationStatus {
  return VERIFICATION_STATUSES.find((known) => known === status) ?? "unknown";
}

/** A report with what its name says. */
interface NamedReport {
  report: Report;
  name: ReportName;
}

function named(reports: readonly Report[], source: ReportSource): NamedReport[] {
  return reports.flatMap((report) => {
    const name = classifyReport(fileOf(report.path));
    return name && report.source === source ? [{ report, name }] : [];
  });
}

/** True for a report on the whole phase, false for one on a plan or a part. */
export function isAboutPhase({ path }: Report): boolean {
  return classifyReport(fileOf(path))?.scope === "phase";
}

function fileOf(path: string): string {
  return path.slice(path.lastIndexOf("/") + 1);
}

/**
 * The report of one kind that speaks for a phase: the newest about the whole phase. Where there are only
 * reports about single plans or parts, no one of them does, so it is the one that says the worst.
 */
export function mainOf(reports: readonly Report[], source: "verification" | "uat"): Report | null {
  const all = named(reports, source);
  if (all.length < 2) return all[0]?.report ?? null;
  const file = mainReport(
    all.map(({ name }) => name.file),
    source,
  );
  const main = all.find(({ name }) => name.file === file);
  if (!main) return null;
  const rivals = all.filter(({ name }) => name.scope === main.name.scope);
  if (main.name.scope === "phase") {
    const asOld = rivals.filter(({ name }) => compareAge(name, main.name) === 0);
    return newest(asOld.filter(({ report }) => report.date >= main.report.date)) ?? main.report;
  }
  const worst = Math.min(...rivals.map(({ report }) => badness(report)));
  return newest(rivals.filter(({ report }) => badness(report) === worst));
}

/** Lower is worse. */
function badness({ source, status, gaps }: Report): number {
  if (gaps.length > 0) return 0;
  const order: readonly string[] = ["gaps_found", "unknown", "human_needed", "passed"];
  return source === "verification" ? 1 + order.indexOf(status) : 1;
}

function newest(reports: readonly NamedReport[]): Report | null {
  return [...reports].sort((a, b) => compareReports(b, a))[0]?.report ?? null;
}

/**
 * Oldest first: by what names tell, then by the date that the reports give themselves. Among equally old ones
 * the one under the usual name stands last, for it counts.
 */
function compareReports(a: NamedReport, b: NamedReport): number {
  return (
    a.name.round - b.name.round ||
    compareText(a.name.date, b.name.date) ||
    compareText(a.report.date, b.report.date) ||
    compareAge(a.name, b.name) ||
    preference(b.name.file) - preference(a.name.file) ||
    compareText(a.report.path, b.report.path)
  );
}

/** Reports of one kind and phase, oldest first; a name that is no report's counts as the oldest. */
export function byAge(reports: readonly Report[]): Report[] {
  if (reports.length < 2) return [...reports];
  return reports
    .map((report) => ({ report, name: classifyReport(fileOf(report.path)) ?? unnamed(report) }))
    .sort(compareReports)
    .map(({ report }) => report);
}

function unnamed({ path }: Report): ReportName {
  return { source: "verification", file: fileOf(path), scope: "phase", round: 0, date: "", plan: 0 };
}

function noteOthers(reports: readonly Report[], main: Report | null): Diagnostic[] {
  if (!main) return [];
  const others = named(reports, main.source).filter(
    ({ report, name }) => report !== main && name.scope === "phase",
  );
  if (others.length === 0) return [];
  const files = others.map(({ name }) => name.file).sort(compareText);
  return [
    {
      code: "SEVERAL_REPORTS",
      severity: "info",
      message: `${fileOf(main.path)} counts; beside it there ${files.length === 1 ? "is" : "are"} ${files.join(", ")}`,
      path: main.path,
    },
  ];
}
