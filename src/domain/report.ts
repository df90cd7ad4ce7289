/** A report as read: what its kind has in common with the others. */
import { asMapping, asText, type Frontmatter, keyLine, readFrontmatter } from "../markdown/frontmatter.ts";
import { type MarkdownText, readMarkdown } from "../markdown/sections.ts";
import type { Diagnostic } from "./diagnostic.ts";
import { type Gap, type GapDraft, type GapEntry, oneLine, toGaps } from "./gap.ts";
import { type Resolution, takeResolutions } from "./gap-resolution.ts";
import type { ReportSource } from "./report-files.ts";
import { type Labelled, readBodyLabels } from "./report-status.ts";

export interface Report {
  source: ReportSource;
  path: string;
  /** Padded id; null for an audit. */
  phase: string | null;
  /**
   * A verification's is one of four; the others keep their word in lower snake case, `unknown` without one.
   */
  status: string;
  score: string | null;
  /** When it was written, as it says itself, else "". */
  date: string;
  /** The open ones, in the order of the document. */
  gaps: Gap[];
  /** Every entry in the order of the document, closed ones too. */
  entries: GapEntry[];
  resolutions: Resolution[];
  /** Titles or ids of earlier gaps that it names as closed. */
  closes: string[];
  /** Of an audit's milestone, without `v` and trailing `.0`: `1.2`; "" where it is not known. */
  version: string;
  diagnostics: Diagnostic[];
}

/** Where a report stands. */
export interface ReportPlace {
  path: string;
  /** Padded id; null for an audit. */
  phase: string | null;
}

/** A report's text, opened: what every reader starts from. */
export interface OpenReport extends ReportPlace {
  frontmatter: Frontmatter;
  /** Without its resolutions: they are masked like comments. */
  markdown: MarkdownText;
  resolutions: Resolution[];
  /** What the body says of the report as a whole. */
  labels: { status: Labelled | null; score: Labelled | null };
  diagnostics: Diagnostic[];
}

/** A file that is broken all over is not told line by line. */
export const MAX_PROBLEMS = 20;

export function openReport(text: string, { path, phase }: ReportPlace): OpenReport {
  const frontmatter = readFrontmatter(text);
  const { markdown, resolutions } = takeResolutions(readMarkdown(text));
  const diagnostics = frontmatter.problems.slice(0, MAX_PROBLEMS).map(
    ({ line, message }): Diagnostic => ({
      code: "INVALID_FRONTMATTER",
      severity: "warning",
      message,
      path,
      line,
    }),
  );
  return { path, phase, frontmatter, markdown, resolutions, labels: readBodyLabels(markdown), diagnostics };
}

const MAX_SCORE = 200;

/**
 * Joins what was read to a report, and adds UNPARSED_REPORT where it says that it has gaps and none was
 * found.
 */
export function closeReport(
  open: OpenReport,
  read: {
    source: ReportSource;
    status: string;
    drafts: readonly GapDraft[];
    closes?: readonly string[];
    version?: string;
    /** Why gaps must be there, in words, or null. */
    claim: string | null;
    /** Line where they should have been found; the status line when null. */
    line: number | null;
  },
): Report {
  const { path, phase, frontmatter, labels, diagnostics } = open;
  const { closes = [], version = "" } = read;
  const { gaps, entries } = toGaps(read.drafts, read.source, { phase, path, version });
  if (read.claim !== null && entries.length === 0) {
    diagnostics.push({
      code: "UNPARSED_REPORT",
      severity: "warning",
      message: `${read.claim}, and no gap could be read from it`,
      path,
      line: read.line ?? keyLine(frontmatter, "status") ?? labels.status?.line ?? 1,
    });
  }
  const score = scoreOf(frontmatter) ?? labels.score?.text ?? null;
  return {
    source: read.source,
    path,
    phase,
    status: read.status,
    score: score === null ? null : oneLine(score, MAX_SCORE),
    date: dateOf(frontmatter),
    gaps,
    entries,
    resolutions: open.resolutions,
    closes: [...closes],
    version,
    diagnostics,
  };
}

/** `score`, the `scores` of an audit, or `verified: 12/14 must_haves`. */
function scoreOf({ data }: Frontmatter): string | null {
  const score = asText(data.score);
  if (score !== null) return score;
  const scores = Object.entries(asMapping(data.scores) ?? {}).flatMap(([name, value]) => {
    const text = asText(value);
    return text === null ? [] : [`${name} ${text}`];
  });
  if (scores.length > 0) return scores.join(", ");
  const verified = asText(data.verified);
  return verified !== null && /^\d+(?:\.\d+)?\s*\/\s*\d+/.test(verified) ? verified : null;
}

function dateOf({ data }: Frontmatter): string {
  for (const key of [
    "verified",
    "updated",
    "audited",
    "verified_at",
    "audit_date",
    "completed",
    "date",
    "started",
  ]) {
    const text = asText(data[key]);
    if (text !== null && /^\d{4}-\d{2}-\d{2}/.test(text)) return text.slice(0, 40);
  }
  return "";
}
