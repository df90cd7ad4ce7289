/** Which files are verification, acceptance and audit reports, told by name alone. */
import { compareText } from "./diagnostic.ts";

export const REPORT_SOURCES = ["verification", "uat", "audit"] as const;
export type ReportSource = (typeof REPORT_SOURCES)[number];

/** What the name of a report in a phase directory says. */
export interface ReportName {
  source: "verification" | "uat";
  file: string;
  /**
   * `phase`: the whole phase; `plan`: one plan (`03-02-VERIFICATION`); `part`: gap closure, human tests, a
   * page.
   */
  scope: "phase" | "plan" | "part";
  /** 1 for the plain name, higher for `-v2`, `-NEW`, `-RE2`, `RETEST`: the highest was written last. */
  round: number;
  /** `YYYY-MM-DD` where the name has one, else "". */
  date: string;
  /** Plan number of a `plan` report, else 0. */
  plan: number;
}

const KIND = /^(?:(.+)-)?(VERIFICATION|UAT)(?:-(.+))?$/;
const PHASE = /^(?:phase-)?(?:v\d+(?:\.\d+)+-)?(?:[A-Z]{1,6}-)?\d{1,9}[A-Za-z]?(?:\.\d{1,9})*(?:-|$)/;
const PLAN = /^(\d{1,9})[a-z]?(?:-|$)/;
/** Words in a name that make it something else: `03-PLAN-VERIFICATION` judges plans, not the phase. */
const OTHER_KIND = /(?:^|-)(?:PLANS?|SUMMARY|RESEARCH|CONTEXT|REVIEW|TEMPLATE)(?:-|$)/i;
const PART = /^(?:gap-closure|gaps?|human|fix|page)(?:-|$)/i;
const AGAIN = /^(re|r|rerun|retest|re-?verify|re-?verification|round|run|v)-?(\d{1,4})?(?:-(gaps?))?$/i;
const DATE = /^\d{4}-\d{2}-\d{2}$/;

const NEW_ROUND = 1.5;
const LAST_ROUND = 100_000;

/** Reads the name of a file in a phase directory; null when it is no report. */
export function classifyReport(file: string): ReportName | null {
  if (!file.endsWith(".md")) return null;
  const match = KIND.exec(file.slice(0, -".md".length));
  if (!match) return null;
  const [, prefix = "", kind, suffix = ""] = match;
  const name: ReportName = {
    source: kind === "UAT" ? "uat" : "verification",
    file,
    scope: "phase",
    round: 1,
    date: "",
    plan: 0,
  };
  return readPrefix(name, prefix) && readSuffix(name, suffix) ? name : null;
}

function readPrefix(name: ReportName, prefix: string): boolean {
  if (/^v\d+(?:\.\d+)+$/.test(prefix)) return false; // v1.10.0-UAT.md is about a milestone
  const phase = PHASE.exec(prefix)?.[0] ?? "";
  const rest = prefix.slice(phase.length);
  if (rest === "") return true;
  if (OTHER_KIND.test(rest)) return false;
  const plan = phase === "" ? null : PLAN.exec(rest);
  if (plan) {
    name.scope = "plan";
    name.plan = Number(plan[1]);
    return true;
  }
  const again = AGAIN.exec(rest);
  if (again) name.round = roundOf(again);
  else if (PART.test(rest) || phase === "") name.scope = "part";
  return true;
}

/** Only suffixes that reports are known to have: `UAT-NOTES` and `VERIFICATION-CHECKLIST` are none. */
function readSuffix(name: ReportName, suffix: string): boolean {
  if (suffix === "" || /^(?:report|results?)$/i.test(suffix)) return true;
  const again = AGAIN.exec(suffix);
  if (again) {
    name.round = roundOf(again);
    if (again[3]) name.scope = "part";
  } else if (DATE.test(suffix)) name.date = suffix;
  else if (/^new$/i.test(suffix)) name.round = NEW_ROUND;
  else if (/^final$/i.test(suffix)) name.round = LAST_ROUND;
  else if (PART.test(suffix)) name.scope = "part";
  else return false;
  return true;
}

/** `v2` and `round2` are the second one; `RE` is the second, `RE2` the third. */
function roundOf([, word = "", digits]: RegExpExecArray): number {
  const count = Number(digits ?? 1);
  return /^(?:v|round|run|r)$/i.test(word) ? (digits ? count : 2) : count + 1;
}

const SCOPES = ["phase", "plan", "part"] as const;

/** Oldest first among reports of one kind in one directory, as far as names tell. */
export function compareAge(a: ReportName, b: ReportName): number {
  return (
    a.round - b.round ||
    compareText(a.date, b.date) ||
    SCOPES.indexOf(a.scope) - SCOPES.indexOf(b.scope) ||
    a.plan - b.plan
  );
}

/**
 * The report of one kind that speaks for the phase: of the widest scope, the newest by name; null without
 * one.
 */
export function mainReport(fileNames: readonly string[], source: "verification" | "uat"): string | null {
  const names = fileNames.flatMap((file) => {
    const name = classifyReport(file);
    return name?.source === source ? [name] : [];
  });
  names.sort(
    (a, b) =>
      SCOPES.indexOf(a.scope) - SCOPES.indexOf(b.scope) ||
      compareAge(b, a) ||
      preference(a.file) - preference(b.file) ||
      compareText(a.file, b.file),
  );
  return names[0]?.file ?? null;
}

/** Lower counts: among names of one age `03-UAT.md` goes before `UAT.md`, and both before `03-slug-UAT.md`. */
export function preference(file: string): number {
  const stem = file.replace(/-?(?:VERIFICATION|UAT).*$/, "");
  return stem === "" ? 1 : PHASE.exec(stem)?.[0] === stem ? 0 : 2;
}

const AUDIT =
  /^v?(\d+(?:\.\d+)*)(?:-v?(\d+(?:\.\d+)*))?-(?:MILESTONE-)?AUDIT(?:-(FINAL|v?\d{1,4}|\d{4}-\d{2}-\d{2}))?\.md$/;

interface AuditName {
  path: string;
  archived: boolean;
  /** Without trailing `.0`, so that 1.0 and 1.0.0 are one milestone; null for `AUDIT.md`. */
  version: number[] | null;
  suffix: string;
}

function parseAudit(path: string): AuditName | null {
  const parts = path.split("/");
  const file = parts.pop() ?? "";
  const parent = parts.at(-1) ?? ".planning";
  const archived = parent === "milestones" && (parts.at(-2) ?? ".planning") === ".planning";
  if (!archived && parent !== ".planning") return null;
  if (file === "AUDIT.md") return archived ? null : { path, archived, version: null, suffix: "" };
  const match = AUDIT.exec(file);
  return match && { path, archived, version: versionOf(match[2] ?? match[1]!), suffix: match[3] ?? "" };
}

function versionOf(text: string): number[] {
  const parts = text.replace(/^v/, "").split(".").map(Number);
  while (parts.length > 1 && parts.at(-1) === 0) parts.pop();
  return parts;
}

/** The version in an audit's name (`v1.2.0-MILESTONE-AUDIT.md` is `1.2`), or null where it has none. */
export function auditVersion(path: string): string | null {
  const match = AUDIT.exec(path.slice(path.lastIndexOf("/") + 1));
  return match ? versionOf(match[2] ?? match[1]!).join(".") : null;
}

/** The first version in a text, without `v` and trailing `.0`: `v1.2.0 Talk` is `1.2`; null without one. */
export function versionIn(text: string): string | null {
  const match = /(?:^|[\s(])v?(\d{1,9}(?:\.\d{1,9}){0,5})(?![\w.])/i.exec(text.slice(0, 200));
  return match ? versionOf(match[1]!).join(".") : null;
}

function compareVersions(a: number[], b: number[]): number {
  for (let index = 0; index < Math.max(a.length, b.length); index++) {
    const difference = (a[index] ?? 0) - (b[index] ?? 0);
    if (difference !== 0) return difference;
  }
  return 0;
}

/**
 * The audit of the current milestone (`1.2.0`, or null when none is known) among paths below `.planning/`.
 * First the audit that names its version, an archived one last; then `AUDIT.md`, which names none. With no
 * milestone known, the highest version counts unless its audit is archived, for then it was completed.
 */
export function chooseAudit(paths: readonly string[], currentMilestone: string | null): string | null {
  const audits = paths.flatMap((path) => parseAudit(path) ?? []);
  const versioned = audits.filter((audit) => audit.version !== null);
  versioned.sort(
    (a, b) =>
      compareVersions(b.version!, a.version!) ||
      Number(a.archived) - Number(b.archived) ||
      compareText(b.suffix, a.suffix) ||
      compareText(a.path, b.path),
  );
  const plain = audits.find((audit) => audit.version === null)?.path ?? null;
  if (currentMilestone !== null) {
    const wanted = versionOf(currentMilestone);
    return versioned.find(({ version }) => compareVersions(version!, wanted) === 0)?.path ?? plain;
  }
  const newest = versioned[0];
  const completed =
    newest &&
    versioned.some((other) => other.archived && compareVersions(other.version!, newest.version!) === 0);
  return plain ?? (newest && !completed ? newest.path : null);
}
