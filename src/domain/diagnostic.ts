/** A problem in the project's data, reported beside an answer that it does not prevent. */

/** The closed list of diagnostic codes, each with what it means. */
export const DIAGNOSTIC_CODES = {
  AMBIGUOUS_MILESTONE: "More than one milestone looks current; none is assumed.",
  AMBIGUOUS_ROADMAP: "ROADMAP.md names this phase several times and nothing tells which one is meant.",
  ANSWER_TRUNCATED: "Part of the answer was shortened to keep it small.",
  BLOCKED_SUMMARY: "The plan's summary says blocked, halted or failed, so the plan is not done.",
  BOX_MISMATCH: "A box in ROADMAP.md disagrees with the files.",
  COMMIT_SKIPPED:
    "The files were written, but they, or some of them, were not committed; the message says why.",
  CONFIG_INVALID: "config.json is not valid JSON; defaults are used.",
  CONFIG_LEGACY_KEY: "config.json uses an old name of a key.",
  CONFIG_UNKNOWN_KEY: "config.json has a key that nothing reads.",
  CONFIG_VALUE: "A value in config.json is of the wrong type or not one of the allowed values.",
  DEPENDENCY_CYCLE: "Plans wait for each other.",
  DUPLICATE_PLAN: "Two plan files carry the same number.",
  EMPTY_FILE: "The file is empty and does not count.",
  EXTERNAL_DEPENDENCY: "A plan waits for a plan or a phase outside its own phase.",
  FILE_CONFLICT: "Plans of one wave write the same file; they are put into different batches.",
  FILE_TOO_LARGE: "The file is too large to be read.",
  FORCED_COMPLETION: "The phase was completed by force although something was missing.",
  GITHUB: "What was odd or refused on GitHub, or on the way there; local work is not affected.",
  GIT_MESSAGE:
    "What git or one of the repository's hooks said about an action that it refused or questioned.",
  IGNORED_FILE: "The file's name looks like a plan's or a summary's and is not one.",
  INVALID_FRONTMATTER: "Part of a file's front matter cannot be read; the rest was.",
  MISSING_FILE: "A file that is needed, or that a plan refers to, is not there.",
  MISSING_PHASE_DIR: "ROADMAP.md has an open phase without a directory.",
  MISSING_ROADMAP: "There is no ROADMAP.md.",
  MISSING_WAVE: "A plan declares no wave; it is derived from its dependencies.",
  NOT_UTF8: "The file is not UTF-8; it was read as Windows-1252.",
  NO_FILES_DECLARED: "A plan declares no files, so conflicts with other plans cannot be seen.",
  NO_FRONTMATTER: "A plan has no front matter.",
  OPEN_GAPS: "A phase was completed while a report of it has open gaps that no phase addresses.",
  ORPHAN_SUMMARY: "A summary has no plan.",
  PATH_OUTSIDE_ROOT: "A symbolic link or a reference leads out of the project root and was not followed.",
  PHASE_COLLISION: "Several directories carry one phase number.",
  PLANNING_LEFT_BEHIND:
    "The phase's planning is committed where the project stands, and not on the base of the phase's new branch.",
  SEVERAL_ACTIVE_PHASES: "More than one phase is active; the lowest number counts.",
  SEVERAL_REPORTS: "The phase has more than one report of a kind; the newest counts.",
  SKIPPED_DEPENDENCY: "A plan waits for an unfinished plan that was left out of the grouping.",
  SPLIT_PHASE: "One phase directory stands in several states; its files are read as one.",
  STATUS_MISMATCH: "A report's front matter and its body name different statuses.",
  UNDECLARED_FILES: "A plan's tasks name files that its front matter does not declare.",
  UNFINISHED_CHANGE:
    "A change that was cut off is not finished, or not wholly taken back; the message says what to do.",
  UNKNOWN_DEPENDENCY: "A dependency names no plan and no phase that exists.",
  UNKNOWN_MODEL_PROFILE: "config.json names a model profile that does not exist; balanced is used.",
  UNKNOWN_RESOLUTION: "A report says that a phase addresses gaps, and there is no such gap or no such phase.",
  UNLISTED_PHASE: "A phase directory is not named in ROADMAP.md.",
  UNPARSED_REPORT: "A report says that it has gaps, and none could be read.",
  UNREADABLE_FILE: "The file could not be read.",
  WAVE_ORDER: "A plan declares a wave that is not later than a dependency's; it was moved.",
} as const;

export type DiagnosticCode = keyof typeof DIAGNOSTIC_CODES;

export const SEVERITIES = ["error", "warning", "info"] as const;
export type Severity = (typeof SEVERITIES)[number];

export interface Diagnostic {
  code: DiagnosticCode;
  severity: Severity;
  message: string;
  /** Path relative to the project root. */
  path?: string;
  /** Line number, from 1. */
  line?: number;
  /** Ids of the plans it concerns. */
  plans?: string[];
}

/** By code unit, the same on every machine: locale collation is not. */
export function compareText(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

function compareDiagnostics(a: Diagnostic, b: Diagnostic): number {
  return (
    SEVERITIES.indexOf(a.severity) - SEVERITIES.indexOf(b.severity) ||
    compareText(a.path ?? "", b.path ?? "") ||
    (a.line ?? 0) - (b.line ?? 0) ||
    compareText(a.code, b.code) ||
    compareText(a.message, b.message)
  );
}

/** Sorted by severity, path, line and code, without exact repetitions. */
export function sortDiagnostics(diagnostics: readonly Diagnostic[]): Diagnostic[] {
  const sorted = [...diagnostics].sort(compareDiagnostics);
  return sorted.filter((one, index) => index === 0 || compareDiagnostics(one, sorted[index - 1]!) !== 0);
}
