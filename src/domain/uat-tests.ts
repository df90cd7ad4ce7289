/** The tests of an acceptance report: `### 3. Name` with `result:`, `reported:` and `severity:` below. */
import { PROSE } from "../markdown/lines.ts";
import type { MarkdownText } from "../markdown/sections.ts";
import { draftOf, type GapDraft } from "./gap.ts";
import { judgeCell } from "./report-status.ts";

const HEADING = /^(?:test\s*|t|uat-?)?(\d{1,6}(?:\.\d{1,6})*[a-z]?)\s*[.:)—–-]\s*(\S.*)$/i;
const FIELD =
  /^\s{0,8}(?:[-*]\s+)?\*{0,2}(result|expected|reported|severity|reason|issue|root[ _]cause|diagnosis)\b(?:\s*\([^):]{0,40}\))?\*{0,2}\s*:\*{0,2}\s*(\S.*)$/i;

export interface UatTest {
  number: string;
  draft: GapDraft;
  /** What should have happened, as far as one line tells it. */
  expected: string | null;
  /** The last result: a test that failed first and passed after a fix has passed. */
  failed: boolean;
}

/** The tests that name a result, in order. */
export function readUatTests(markdown: MarkdownText): UatTest[] {
  return markdown.headings.flatMap((heading): UatTest[] => {
    const name = HEADING.exec(heading.text);
    if (!name) return [];
    const end = markdown.headings[heading.order + 1]?.index ?? markdown.lines.length;
    const fields = readFields(markdown, heading.index + 1, end);
    const result = fields.get("result");
    if (result === undefined) return [];
    const draft = draftOf(heading.index + 1, name[2]!, {
      status: result,
      reason: fields.get("reported") ?? fields.get("reason") ?? fields.get("issue") ?? null,
      severity: fields.get("severity") ?? null,
      rootCause: fields.get("root_cause") ?? fields.get("diagnosis") ?? null,
      tests: [name[1]!],
    });
    const expected = fields.get("expected") ?? null;
    return [{ number: name[1]!, draft, expected, failed: isFailure(result) }];
  });
}

/** A blocked test could not be run; that says nothing about what it tests. */
function isFailure(result: string): boolean {
  return judgeCell(result) !== "other" && !/\bblocked\b/i.test(result);
}

function readFields(markdown: MarkdownText, start: number, end: number): Map<string, string> {
  const fields = new Map<string, string>();
  for (let index = start; index < end; index++) {
    if (markdown.mask[index] !== PROSE) continue;
    const match = FIELD.exec(markdown.lines[index]!);
    if (!match) continue;
    const key = match[1]!.toLowerCase().replace(" ", "_");
    if (key === "result" || !fields.has(key)) fields.set(key, unquote(match[2]!));
  }
  return fields;
}

function unquote(text: string): string {
  const value = text.trim();
  return value.length > 1 && value.startsWith('"') && value.endsWith('"') ? value.slice(1, -1) : value;
}

/** The number of issues that the `## Summary` counts, or 0. */
export function countedIssues(markdown: MarkdownText): number {
  for (const [index, line] of markdown.lines.entries()) {
    const match =
      markdown.mask[index] === PROSE
        ? /^\s{0,3}(?:[-*]\s+)?\*{0,2}issues\*{0,2}:\*{0,2}\s*(\d{1,6})\b/i.exec(line)
        : null;
    if (match) return Number(match[1]);
  }
  return 0;
}
