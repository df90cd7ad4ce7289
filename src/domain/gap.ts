/**
 * A gap: something that a report found lacking. Every format of a report becomes drafts, every draft a gap.
 */
import { categorize, type GapCategory } from "./gap-category.ts";
import { type GapPlace, gapKey, normalizeTitle } from "./gap-key.ts";
import { shorten } from "./naming.ts";
import { jsonBytes } from "./page.ts";
import type { ReportSource } from "./report-files.ts";
import { isClosed, judge, statusWord } from "./report-status.ts";

export const GAP_SEVERITIES = ["blocker", "major", "minor", "cosmetic"] as const;
export type GapSeverity = (typeof GAP_SEVERITIES)[number];

export interface Artifact {
  /** As the report writes it, without backticks and without a trailing note. */
  path: string;
  issue: string | null;
}

/** As JSON about 4,000 bytes at most: the lists lose their last entries where the texts fill that. */
export interface Gap {
  /** `gap-` and 12 hexadecimal digits; see gap-key.ts for what it depends on. */
  key: string;
  source: ReportSource;
  /** Padded id; null for an audit's gaps. */
  phase: string | null;
  /** Path of the report. */
  path: string;
  /** Line of the entry in the report, from 1. */
  line: number;
  /** At most 200 characters, like every text here on one line. */
  title: string;
  /** Lower snake case; `failed` where the entry has none. */
  status: string;
  /** At most 400 characters. */
  reason: string | null;
  severity: GapSeverity;
  category: GapCategory;
  /** The first 8 at most, their issues of 120 characters; the report has them all. */
  artifacts: Artifact[];
  /** What has to be done or is not there: the first 8 entries at most, of 160 characters. */
  missing: string[];
  /** A requirement's id. */
  requirement: string | null;
  /** At most 300 characters. */
  root_cause: string | null;
}

/** What one format says of one gap, as written. */
export interface GapDraft {
  line: number;
  title: string;
  status: string | null;
  reason: string | null;
  severity: string | null;
  artifacts: Artifact[];
  missing: string[];
  requirement: string | null;
  rootCause: string | null;
  /** True where the entry says in another way than by its status that it is done: `closed_by`. */
  closed: boolean;
  /** Numbers of the acceptance tests it came from. */
  tests: string[];
}

export function draftOf(line: number, title: string, more: Partial<GapDraft> = {}): GapDraft {
  return {
    line,
    title,
    status: null,
    reason: null,
    severity: null,
    artifacts: [],
    missing: [],
    requirement: null,
    rootCause: null,
    closed: false,
    tests: [],
    ...more,
  };
}

/** An entry of a report, open or not, in the order of the document. */
export interface GapEntry {
  key: string;
  /** The key that it has beside another gap of its title. */
  contentKey: string;
  open: boolean;
  /** In full, unlike a gap's. */
  title: string;
}

const MAX_TITLE = 200;
const MAX_REASON = 400;
const MAX_CAUSE = 300;
const MAX_LIST = 8;
const MAX_ISSUE = 120;
const MAX_ITEM = 160;
const MAX_PATH = 260;
const MAX_NAME = 60;
const MAX_GAP_BYTES = 4_000;
const DEFAULT_STATUS = "failed";

/**
 * Makes gaps of a report's drafts. The same title twice is one gap when nothing else differs, else two, told
 * apart by what they are about, so that none takes the key of another that is removed or moved.
 */
export function toGaps(
  drafts: readonly GapDraft[],
  source: ReportSource,
  at: GapPlace,
): { gaps: Gap[]; entries: GapEntry[] } {
  const gaps: Gap[] = [];
  const entries: GapEntry[] = [];
  for (const { draft, title, name, hasTwin, content, ordinal } of withoutRepeats(drafts)) {
    const contentKey = gapKey(source, at, name, ordinal, content);
    const key = hasTwin() ? contentKey : gapKey(source, at, name, 1);
    const status = draft.status === null ? DEFAULT_STATUS : statusWord(draft.status);
    const open = !draft.closed && !isClosed(status);
    entries.push({ key, contentKey, open, title });
    if (open) gaps.push(finish(draft, { key, source, phase: at.phase, path: at.path, status }));
  }
  return { gaps, entries };
}

interface DistinctDraft {
  draft: GapDraft;
  /** In full, on one line. */
  title: string;
  /** The title as it is compared. */
  name: string;
  /** True when another draft has the same name. */
  hasTwin: () => boolean;
  /** What it is about, beside its title. */
  content: string;
  /** From 1, among those of the same name and content. */
  ordinal: number;
}

/** The drafts that have a title, in the order of the document, without those that repeat another in all. */
function withoutRepeats(drafts: readonly GapDraft[]): DistinctDraft[] {
  const distinct: DistinctDraft[] = [];
  const seen = new Map<string, { wholes: Set<string>; contents: Map<string, number> }>();
  for (const draft of inOrder(drafts)) {
    const title = oneLine(draft.title, Number.MAX_SAFE_INTEGER);
    if (title === "") continue;
    const name = normalizeTitle(title);
    const same = seen.get(name) ?? { wholes: new Set(), contents: new Map() };
    seen.set(name, same);
    const content = contentOf(draft);
    const whole = JSON.stringify([draft.reason, draft.artifacts, draft.missing, content]);
    if (same.wholes.has(whole)) continue;
    same.wholes.add(whole);
    const ordinal = (same.contents.get(content) ?? 0) + 1;
    same.contents.set(content, ordinal);
    distinct.push({ draft, title, name, hasTwin: () => same.wholes.size > 1, content, ordinal });
  }
  return distinct;
}

/** Case, markup and spacing do not count, as in titles; nor does what has to be done, which grows. */
function contentOf({ reason, artifacts, requirement, tests }: GapDraft): string {
  const files = artifacts.map(({ path, issue }) => [path, normalizeTitle(issue ?? "")]);
  return JSON.stringify([normalizeTitle(reason ?? ""), files, requirement, tests]);
}

function inOrder(drafts: readonly GapDraft[]): GapDraft[] {
  return [...drafts].sort((a, b) => a.line - b.line);
}

function finish(draft: GapDraft, known: Pick<Gap, "key" | "source" | "phase" | "path" | "status">): Gap {
  const title = oneLine(draft.title, MAX_TITLE);
  const reason = optional(draft.reason, MAX_REASON);
  const artifacts = draft.artifacts.slice(0, MAX_LIST).map(({ path, issue }) => ({
    path: oneLine(path, MAX_PATH),
    issue: optional(issue, MAX_ISSUE),
  }));
  const missing = draft.missing
    .slice(0, MAX_LIST)
    .map((item) => oneLine(item, MAX_ITEM))
    .filter((item) => item !== "");
  const { key, source, phase, path, status } = known;
  return fitGap({
    key,
    source,
    phase,
    path,
    line: draft.line,
    title,
    status: status === "unknown" ? DEFAULT_STATUS : status,
    reason,
    severity: severityOf(draft.severity, status),
    category: categorize({ title, reason, artifacts, missing }),
    artifacts: artifacts.filter((artifact) => artifact.path !== ""),
    missing,
    requirement: optional(draft.requirement, MAX_NAME),
    root_cause: optional(draft.rootCause, MAX_CAUSE),
  });
}

/** Takes the last entry off the list that fills more, until the gap is small enough for a page. */
function fitGap(gap: Gap): Gap {
  const { artifacts, missing } = gap;
  while (artifacts.length + missing.length > 0 && jsonBytes(gap) > MAX_GAP_BYTES) {
    (jsonBytes(artifacts) > jsonBytes(missing) ? artifacts : missing).pop();
  }
  return gap;
}

function optional(text: string | null, max: number): string | null {
  const line = text === null ? "" : oneLine(text, max);
  return line === "" ? null : line;
}

/** On one line, without control characters, at most `max` characters. */
export function oneLine(text: string, max: number): string {
  const head = text.length > max * 4 ? text.slice(0, max * 4) : text;
  // Control characters, halves of a character, and those that reverse or hide text have no place in a line that
  // is shown to people.
  const line = head.replace(/[\s\p{Cc}\p{Cs}\u200B-\u200F\u2028-\u202E\u2060-\u2069\uFEFF]+/gu, " ").trim();
  return line.length > max ? shorten(line, max) : line;
}

/**
 * Severity words beside the four of UAT reports: critical, blocking and P0 are blocker; high and P1 major;
 * medium, moderate, low, warning, P2 and P3 minor; trivial, info and P4 cosmetic.
 */
const SEVERITY_WORDS: ReadonlyMap<string, GapSeverity> = new Map(
  (
    [
      ["blocker", "blocker blocking block critical crit p0 showstopper urgent sev0"],
      ["major", "major high p1 error important serious severe sev1"],
      ["minor", "minor medium moderate low warning warn p2 p3 sev2 sev3 partial"],
      ["cosmetic", "cosmetic trivial info informational nit polish p4"],
    ] as const
  ).flatMap(([severity, words]) => words.split(" ").map((word): [string, GapSeverity] => [word, severity])),
);

/** As given, else derived: what is partial, uncertain or an improvement is minor, all else is major. */
function severityOf(given: string | null, status: string): GapSeverity {
  const word = given === null ? "" : statusWord(given);
  const known = SEVERITY_WORDS.get(word) ?? SEVERITY_WORDS.get(word.split("_")[0]!);
  if (known) return known;
  return judge(status) === "partial" || /^(?:uncertain|warning|minor)(?:_|$)/.test(status)
    ? "minor"
    : "major";
}

/**
 * Drafts of the first level and those of the second that are not among them: the n-th of equal titles is the
 * n-th.
 */
export function joinLevels(first: readonly GapDraft[], second: readonly GapDraft[]): GapDraft[] {
  if (first.length === 0 || second.length === 0) return [...first, ...second];
  const counts = new Map<string, number>();
  for (const { title } of first) {
    const key = normalizeTitle(title);
    counts.set(key, (counts.get(key) ?? 0) + 1);
  }
  const added = second.filter(({ title }) => {
    const key = normalizeTitle(title);
    const left = counts.get(key) ?? 0;
    counts.set(key, left - 1);
    return left <= 0;
  });
  return [...first, ...added];
}
