/** Reading UAT.md. */
import { asText } from "../markdown/frontmatter.ts";
import type { Section } from "../markdown/sections.ts";
import { readTables } from "../markdown/table.ts";
import { type GapDraft, joinLevels } from "./gap.ts";
import { normalizeTitle } from "./gap-key.ts";
import { readGapHeadings, readGapList } from "./gap-prose.ts";
import { sectionSaysNone, sectionsWhere } from "./gap-sections.ts";
import { draftsOf, readGapTables } from "./gap-tables.ts";
import { readListedGaps } from "./listed-gaps.ts";
import { closeReport, type OpenReport, openReport, type Report, type ReportPlace } from "./report.ts";
import { saysGaps, statusWord } from "./report-status.ts";
import { countedIssues, readUatTests, type UatTest } from "./uat-tests.ts";
import { readVerdicts } from "./verdicts.ts";

/**
 * Gaps are the entries under `## Gaps`, and tests whose result is an issue and that no entry names. Without
 * either: tables under a gaps heading, `### Failed` tables and failed rows of test tables, then `### Gap 1:`
 * headings, then lists under a gaps heading. Entries count whatever the status says.
 */
export function readUat(text: string, place: ReportPlace): Report {
  const open = openReport(text, place);
  const { markdown } = open;
  const written = asText(open.frontmatter.data.status) ?? open.labels.status?.text ?? "";
  const status = statusWord(written);
  const listed = readListedGaps(open);
  const tests = readUatTests(markdown);
  const structured = joinLevels(listed.drafts, failedTests(tests, listed.drafts));
  const issues = tests.length === 0 ? countedIssues(markdown) : 0;
  const claims = listed.unreadable || saysGaps(status) || issues > 0;
  return closeReport(open, {
    source: "uat",
    status,
    drafts: structured.length > 0 ? structured : readBody(open, listed.sections, claims),
    claim: claims ? "the report says that it has gaps or issues" : null,
    line: listed.line,
  });
}

/** The failed tests that no entry names: a gap told twice is less harm than one that nobody tells. */
function failedTests(tests: readonly UatTest[], entries: readonly GapDraft[]): GapDraft[] {
  const numbers = new Set(entries.flatMap((entry) => entry.tests));
  const failed = tests.filter((test) => test.failed && !numbers.has(test.number));
  const isNamed = namedBy(
    entries.filter((entry) => entry.tests.length === 0),
    failed.length,
  );
  return failed.filter((test) => !isNamed(test)).map(({ draft }) => draft);
}

/** Above so many pairs of a test and an entry only equal titles count: comparing all takes too long. */
const MAX_PAIRS = 20_000;

/**
 * Entries without a number name a test by its name or its expectation, in a longer text too, or repeat what
 * was reported.
 */
function namedBy(entries: readonly GapDraft[], tests: number): (test: UatTest) => boolean {
  const titles = entries.map(({ title }) => normalizeTitle(title));
  const exact = new Set(titles);
  const comparable = entries.length * tests <= MAX_PAIRS;
  const reasons = comparable ? entries.map(({ reason }) => normalizeTitle(reason ?? "")) : [];
  return ({ draft, expected }) => {
    const names = [draft.title, expected ?? ""].map(normalizeTitle).filter((name) => name !== "");
    if (names.some((name) => exact.has(name))) return true;
    if (!comparable) return false;
    const reported = normalizeTitle(draft.reason ?? "");
    return (
      names.some((name) => titles.some((title) => holds(title, name) || holds(name, title))) ||
      reasons.some((reason) => holds(reason, reported))
    );
  };
}

/** True where the words of a text stand in a longer one. */
function holds(longer: string, text: string): boolean {
  return isTelling(text) && ` ${longer} `.includes(` ${text} `);
}

/** A word or two stand in texts about other things too. */
function isTelling(text: string): boolean {
  return text.length >= 12 && text.includes(" ");
}

function readBody({ markdown }: OpenReport, sections: Section[], claims: boolean): GapDraft[] {
  const failed = sectionsWhere(markdown, ({ text }) =>
    /^(?:failed|failing|failures)(?: tests?)?(?: \(\d+\))?$/i.test(text),
  );
  const tables = joinLevels(
    sections.flatMap(({ start, end }) => readGapTables(markdown, start, end)),
    failed.flatMap(({ start, end }) => readTables(markdown, start, end).flatMap((table) => draftsOf(table))),
  );
  const all = joinLevels(tables, readVerdicts(markdown, "partial"));
  if (all.length > 0) return all;
  const headings = readGapHeadings(markdown);
  if (headings.length > 0) return headings;
  const issues = claims
    ? sectionsWhere(markdown, ({ text }) =>
        /^(?:open |remaining |known )?(?:issues|failures)(?: found)?$/i.test(text),
      )
    : [];
  return [...sections, ...issues].flatMap((section) =>
    sectionSaysNone(markdown, section) ? [] : readGapList(markdown, section),
  );
}
