/** Everything collect_gaps answers, from reports that were read. */
import { compareText, type Diagnostic, sortDiagnostics } from "./diagnostic.ts";
import { type Gap, type GapEntry, oneLine } from "./gap.ts";
import { normalizeTitle } from "./gap-key.ts";
import { compareGaps, comparePhaseIds } from "./gap-order.ts";
import { countCategories, type GapCategoryCount } from "./gap-phases.ts";
import { type Addressing, findAddressed, findIdle } from "./gap-resolution.ts";
import { namedIn } from "./listed-gaps.ts";
import type { Report } from "./report.ts";
import { REPORT_SOURCES, type ReportSource } from "./report-files.ts";
import { isClosed } from "./report-status.ts";
import { byAge, isAboutPhase, mainOf } from "./reports.ts";

export interface CollectedGap extends Gap {
  /** Padded ids of phases that take care of it already, at most 10. */
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
  diagnostics: Diagnostic[];
}

/** More say nothing more: the gap is taken care of. */
const MAX_ADDRESSED = 10;

/**
 * Joins reports: the same gap in two reports of one kind counts once, as the newest of them has it. `isPhase` tells
 * whether a padded id is one of a phase that exists; without it, every phase that a report names is taken to exist.
 */
export function collectGaps(
  reports: readonly Report[],
  addressing: readonly Addressing[],
  isPhase: (id: string) => boolean = () => true,
): CollectedGaps {
  const families = familiesOf(reports);
  const diagnostics = [...reports.flatMap((report) => report.diagnostics), ...noteIdle(reports, isPhase)];
  const open = families.flatMap((family) => {
    const gaps = openGaps(family);
    for (const note of noteOlder(family, gaps)) diagnostics.push(note);
    return gaps;
  });
  const main = families.flatMap((family) => {
    const { source } = family[0]!;
    return source === "audit" ? [] : (mainOf(family, source) ?? []);
  });
  main.push(...byAge(reports.filter(({ source }) => source === "audit")).slice(-1));
  const addressed = findAddressed(reports, main, addressing);
  const gaps = open
    .map(
      (gap): CollectedGap => ({
        ...gap,
        addressed_by: (addressed.get(gap.key) ?? []).slice(0, MAX_ADDRESSED),
      }),
    )
    .sort(compareGaps);
  return {
    gaps,
    reports: reports.map(toLine).sort(compareLines),
    categories: countCategories(gaps),
    diagnostics: sortDiagnostics(diagnostics),
  };
}

/** Reports of one kind, phase and directory, or audits of one milestone, oldest first. */
function familiesOf(reports: readonly Report[]): Report[][] {
  const families = new Map<string, Report[]>();
  for (const report of reports) {
    const place = report.source === "audit" ? report.version : (report.path.split("/").at(-2) ?? "");
    const name = `${report.source}\0${report.phase}\0${place}`;
    const family = families.get(name);
    if (family) family.push(report);
    else families.set(name, [report]);
  }
  return [...families.values()].map(byAge);
}

/** A gap as the newest report that has it tells it; `gap` is null where it is closed. */
interface Told {
  entry: GapEntry;
  gap: Gap | null;
}

/**
 * Each gap as the newest report that has it tells it: one that is closed there is closed, and so is one that a
 * newer report names as closed.
 */
function openGaps(family: readonly Report[]): Gap[] {
  if (family.every(({ gaps }) => gaps.length === 0)) return [];
  const latest = new Map<string, Told[]>();
  for (const { gaps, entries, closes } of family) {
    if (closes.length > 0) closeAll(latest, closes);
    const own = new Map(gaps.map((gap) => [gap.key, gap]));
    const told = new Map<string, Told[]>();
    for (const entry of entries) {
      const name = normalizeTitle(entry.title);
      const same = told.get(name);
      const one = { entry, gap: own.get(entry.key) ?? null };
      if (same) same.push(one);
      else told.set(name, [one]);
    }
    for (const [name, newer] of told) latest.set(name, replaceOlder(latest.get(name) ?? [], newer));
  }
  return [...latest.values()].flatMap((told) => told.flatMap(({ gap }) => gap ?? []));
}

function closeAll(latest: ReadonlyMap<string, Told[]>, titles: readonly string[]): void {
  const isNamed = namedIn(titles);
  for (const told of latest.values()) {
    for (const one of told) {
      const requirement = one.gap?.requirement ?? null;
      if (isNamed({ title: one.entry.title, requirement })) one.gap = null;
    }
  }
}

/** Of gaps with one title, each newer one replaces the older one of its key, else of its content, else the first. */
function replaceOlder(older: readonly Told[], newer: readonly Told[]): Told[] {
  const keys = new Set(newer.flatMap(({ entry }) => [entry.key, entry.contentKey]));
  const others = older.filter(({ entry }) => !keys.has(entry.key) && !keys.has(entry.contentKey));
  const unpaired = Math.max(newer.length - (older.length - others.length), 0);
  return [...others.slice(unpaired), ...newer];
}

/**
 * Nothing says that a gap is closed which a newer report of the whole phase leaves out, so it stays, and is
 * noted.
 */
function noteOlder(family: readonly Report[], gaps: readonly Gap[]): Diagnostic[] {
  if (gaps.length === 0 || family.length === 1) return [];
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

const MAX_QUOTED = 3;
const MAX_QUOTE = 80;

/** Resolutions that take care of nothing, and those that keep gaps from being proposed for a phase that is not. */
function noteIdle(reports: readonly Report[], isPhase: (id: string) => boolean): Diagnostic[] {
  const note = (path: string, message: string): Diagnostic => ({
    code: "UNKNOWN_RESOLUTION",
    severity: "warning",
    message,
    path,
  });
  const idle = findIdle(reports).map(({ report: { path }, resolution: { phase }, unmatched }) => {
    const quoted = unmatched.slice(0, MAX_QUOTED).map((item) => `"${oneLine(item, MAX_QUOTE)}"`);
    const rest = unmatched.length - quoted.length;
    const list = `${quoted.join(", ")}${rest > 0 ? ` and ${rest} more` : ""}`;
    const count = `${unmatched.length} ${unmatched.length === 1 ? "item names" : "items name"} no gap`;
    return note(path, `gaps addressed by phase ${phase}: ${count} of this report: ${list}`);
  });
  const missing = reports
    .filter(({ gaps }) => gaps.length > 0)
    .flatMap(({ path, resolutions }) =>
      [...new Set(resolutions.map(({ phase }) => phase))]
        .filter((phase) => !isPhase(phase))
        .map((phase) =>
          note(
            path,
            `there is no phase ${phase}, which is to address gaps here; no group proposes them meanwhile`,
          ),
        ),
    );
  return [...idle, ...missing];
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
