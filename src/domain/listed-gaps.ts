/** Gaps that a report lists as data: in its front matter, and as YAML under a gaps heading. */
import { keyLine } from "../markdown/frontmatter.ts";
import type { Section } from "../markdown/sections.ts";
import { type GapDraft, joinLevels } from "./gap.ts";
import { entryToDraft } from "./gap-entry.ts";
import { normalizeTitle } from "./gap-key.ts";
import { gapSections, readSectionYaml } from "./gap-sections.ts";
import { readGapYaml, type YamlEntries } from "./gap-yaml.ts";
import { MAX_PROBLEMS, type OpenReport } from "./report.ts";

export interface ListedGaps {
  /** What the front matter lists, and what the body's YAML adds to it. */
  drafts: GapDraft[];
  /** True when the front matter has the key `gaps`, with or without entries. */
  hasKey: boolean;
  /** True when something is there that is no YAML and has no entry that could be made out. */
  unreadable: boolean;
  /** Line of the key, else of the first gaps heading, else null. */
  line: number | null;
  /** The sections under gaps headings. */
  sections: Section[];
}

export function readListedGaps(report: OpenReport): ListedGaps {
  const sections = gapSections(report.markdown);
  const line = keyLine(report.frontmatter, "gaps");
  const front = line === undefined ? { entries: [], problems: [] } : readKey(report, line);
  const body = sections.map((section) => readSectionYaml(report.markdown, section));
  const problems = body.flatMap((yaml) => yaml.problems).slice(0, MAX_PROBLEMS);
  for (const { message, line: at } of problems) {
    report.diagnostics.push({
      code: "INVALID_FRONTMATTER",
      severity: "warning",
      message: `an entry of the list of gaps is no valid YAML: ${message}`,
      path: report.path,
      line: at,
    });
  }
  const heading = sections[0]?.heading;
  return {
    drafts: joinLevels(
      front.entries.map(entryToDraft),
      body.flatMap(({ entries }) => entries.map(entryToDraft)),
    ),
    hasKey: line !== undefined,
    unreadable: front.entries.length === 0 && front.problems.length > 0,
    line: line ?? (heading ? heading.index + 1 : null),
    sections,
  };
}

/** The value of a top-level key that stands on document line `line`: front matter begins on line 2. */
function readKey({ frontmatter: { lines } }: OpenReport, line: number): YamlEntries {
  const start = line - 2;
  let end = start + 1;
  while (end < lines.length && !/^(?:[^\s#-]|-\S)/.test(lines[end]!)) end++;
  const block = lines.slice(start, end);
  block[0] = block[0]!.slice(block[0]!.indexOf(":") + 1);
  return readGapYaml(block, line);
}

/** Marks drafts as closed that a front matter list names as closed. */
export function closeNamed(drafts: readonly GapDraft[], titles: readonly string[]): GapDraft[] {
  if (titles.length === 0) return [...drafts];
  const isNamed = namedIn(titles);
  return drafts.map((draft) => (isNamed(draft) ? { ...draft, closed: true } : draft));
}

/** Tells whether a list names a gap, by its title or by its leading id. */
export function namedIn(
  titles: readonly string[],
): (gap: { title: string; requirement: string | null }) => boolean {
  const names = new Set(titles.map(normalizeTitle));
  const ids = new Set(titles.map((title) => title.trim()).filter((title) => /^[A-Z]+-\d+$/.test(title)));
  return ({ title, requirement }) =>
    names.has(normalizeTitle(title)) || ids.has(/^([A-Z]+-\d+)\b/.exec(title)?.[1] ?? requirement ?? "");
}
