/** Reading a milestone's audit. */
import { asMapping, asText, asTextList, type Yaml } from "../markdown/frontmatter.ts";
import { readGapHeadings, readGapList } from "./gap-prose.ts";
import { sectionSaysNone } from "./gap-sections.ts";
import { readGapTables } from "./gap-tables.ts";
import { saysNone } from "./gap-yaml.ts";
import { closeNamed, readListedGaps } from "./listed-gaps.ts";
import { closeReport, openReport, type Report, type ReportPlace } from "./report.ts";
import { auditVersion, versionIn } from "./report-files.ts";
import { saysGaps, statusWord } from "./report-status.ts";
import { readVerdicts } from "./verdicts.ts";

/**
 * Gaps are the entries of the front matter's `gaps`, in lists of any name below it; what `gap_closure` closes
 * is closed. Only an audit without that key is read in its body. `tech_debt` is no gap.
 */
export function readAudit(text: string, { path }: Pick<ReportPlace, "path">): Report {
  const open = openReport(text, { path, phase: null });
  const { markdown, frontmatter, labels } = open;
  const status = statusWord(asText(frontmatter.data.status) ?? labels.status?.text ?? "");
  const listed = readListedGaps(open);
  const { sections } = listed;
  const claims = listed.unreadable || saysGaps(status);
  const closes = closures(frontmatter.data.gap_closure);
  let drafts = closeNamed(listed.drafts, closes);
  if (drafts.length === 0 && (claims || !listed.hasKey)) {
    const passed = /^pass/.test(status);
    const ways = [
      () => sections.flatMap(({ start, end }) => readGapTables(markdown, start, end)),
      () => (passed ? [] : readGapHeadings(markdown)),
      () => readVerdicts(markdown, claims ? "partial" : "failed"),
      () =>
        claims
          ? sections.flatMap((section) =>
              sectionSaysNone(markdown, section) ? [] : readGapList(markdown, section),
            )
          : [],
    ];
    for (const way of ways) if (drafts.length === 0) drafts = way();
  }
  return closeReport(open, {
    source: "audit",
    status,
    drafts,
    closes,
    version: auditVersion(path) ?? milestoneOf(frontmatter.data) ?? "",
    claim: claims ? "the audit says that there are gaps" : null,
    line: listed.line,
  });
}

/** `AUDIT.md` has no version in its name. */
function milestoneOf({ milestone, version }: Record<string, Yaml>): string | null {
  return versionIn(asText(milestone) ?? asText(version) ?? "");
}

/** What `gap_closure` lists as closed; an entry with something `remaining` is still open. */
function closures(value: Yaml | undefined): string[] {
  const items = Array.isArray(value) ? value : [];
  return items.flatMap((item) => {
    const fields = asMapping(item);
    if (!fields) return asTextList(item);
    const remaining = asTextList(fields.remaining).filter((text) => !saysNone(text));
    const gap = asText(fields.gap) ?? asText(fields.id);
    return gap === null || remaining.length > 0 ? [] : [gap];
  });
}
