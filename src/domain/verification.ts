/** Reading VERIFICATION.md. */
import { asText } from "../markdown/frontmatter.ts";
import type { Section } from "../markdown/sections.ts";
import type { GapDraft } from "./gap.ts";
import { readGapHeadings, readGapList } from "./gap-prose.ts";
import { readReverified } from "./gap-reverified.ts";
import { sectionSaysNone } from "./gap-sections.ts";
import { readGapTables } from "./gap-tables.ts";
import { closeNamed, readListedGaps } from "./listed-gaps.ts";
import { closeReport, type OpenReport, openReport, type Report, type ReportPlace } from "./report.ts";
import { saysGaps, statusWord, type VerificationStatus, verificationStatus } from "./report-status.ts";
import { readVerdicts } from "./verdicts.ts";

/**
 * Gaps stand in the front matter, in YAML under a gaps heading, in a table there, under `### Gap 1:`
 * headings, in rows of the truth tables, or in a list under a gaps heading: the first of these that has any
 * is read, for the later ones tell the same in other words. YAML in the body adds to the front matter what is
 * not there. Last come `gaps_remaining` and `regressions` of `re_verification`, which are mostly titles alone.
 */
export function readVerification(text: string, place: ReportPlace): Report {
  const open = openReport(text, place);
  const word = asText(open.frontmatter.data.status);
  const body = open.labels.status;
  const status = verificationStatus(word ?? body?.text ?? "");
  if (word !== null && body) noteMismatch(open, status, verificationStatus(body.text));
  const listed = readListedGaps(open);
  const claims =
    listed.unreadable || status === "gaps_found" || saysGaps(statusWord(word ?? body?.text ?? ""));
  const reverified = readReverified(open.frontmatter);
  const structured = closeNamed(listed.drafts, reverified.closed);
  const settled = structured.length > 0 || (listed.hasKey && !claims);
  const drafts = settled ? structured : readBody(open, status, listed.sections);
  return closeReport(open, {
    source: "verification",
    status,
    drafts: drafts.length > 0 ? drafts : reverified.open,
    closes: reverified.closed,
    claim: claims ? "the report says that it has gaps" : null,
    line: listed.line,
  });
}

function readBody({ markdown }: OpenReport, status: VerificationStatus, sections: Section[]): GapDraft[] {
  const tables = sections.flatMap(({ start, end }) => readGapTables(markdown, start, end));
  if (tables.length > 0) return tables;
  // A report that passed describes in prose what it found to be right, in lists under a gaps heading too.
  const passed = status === "passed";
  const headings = passed ? [] : readGapHeadings(markdown);
  if (headings.length > 0) return headings;
  // Where only people are waited for, or all passed, a row that is partly right is known and accepted.
  const settled = passed || status === "human_needed";
  const rows = readVerdicts(markdown, settled ? "failed" : "partial");
  if (rows.length > 0 || settled) return rows;
  return sections.flatMap((section) =>
    sectionSaysNone(markdown, section) ? [] : readGapList(markdown, section),
  );
}

function noteMismatch(open: OpenReport, front: VerificationStatus, body: VerificationStatus): void {
  if (front === body || front === "unknown" || body === "unknown") return;
  open.diagnostics.push({
    code: "STATUS_MISMATCH",
    severity: "info",
    message: `the front matter says ${front}, the body says ${body}; the front matter counts`,
    path: open.path,
    line: open.labels.status?.line,
  });
}
