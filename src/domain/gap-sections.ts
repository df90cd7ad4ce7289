/** The sections of a report that list gaps, and the YAML in them. */
import { COMMENT, FENCE } from "../markdown/lines.ts";
import {
  type Heading,
  type MarkdownText,
  proseLines,
  type Section,
  sectionUnder,
} from "../markdown/sections.ts";
import { readGapYaml, saysNone, type YamlEntries } from "./gap-yaml.ts";

/** Headings about gaps that are done, or about something else that gaps are named in. */
const NOT_A_LIST =
  /\b(?:clos(?:ure|ing|ed)|resolution|resolved|fixed|previous(?:ly)?|prior|addressed|categor\w*|phases|no gaps?)\b/i;
/** `### 2. Gap 1 (P0) — …` is an acceptance test about a gap. */
const NUMBERED_TEST = /^(?:test\s*)?\d+(?:\.\d+)*[a-z]?[.:)]\s/i;
const ONE_GAP =
  /^[^\p{L}\p{N}]*(?:(critical|major|minor|blocking|blocker|open|remaining)\s+)?gap(?:\s*[-#]?\s*([A-Z]|\d{1,4}))?\s*(?:\([^)]{0,40}\)\s*)?(?:[:—–]|-\s)\s*(\S.*)$/iu;
const ONE_GAP_UNTITLED = /^[^\p{L}\p{N}]*gap\s*[-#]?\s*\d{1,4}[\s:.]*$/iu;

export interface GapHeading {
  /** What stands behind `Gap 2:`; "" for a bare `Gap 2`. */
  title: string;
  severity: string | null;
}

/** Reads a heading that is one gap itself: `Gap 1: …`, `GAP-1: …`, `Critical Gap: …`; null for others. */
export function readGapHeading(text: string): GapHeading | null {
  const match = ONE_GAP.exec(text);
  if (match)
    return { title: match[3]!, severity: match[1] && !/open|remaining/i.test(match[1]) ? match[1] : null };
  return ONE_GAP_UNTITLED.test(text) ? { title: "", severity: null } : null;
}

/**
 * True for `Gaps`, `Gaps Summary`, `Gaps Found`, `Tong ket Gaps`; not for closures, tests and single gaps.
 */
function isGapList(text: string): boolean {
  return (
    /\bgaps?\b/i.test(text) && !NUMBERED_TEST.test(text) && !NOT_A_LIST.test(text) && !readGapHeading(text)
  );
}

/** The sections below a heading that announces gaps, none inside another. */
export function gapSections(markdown: MarkdownText): Section[] {
  return sectionsWhere(markdown, (heading) => isGapList(heading.text));
}

/** The sections of headings that fit, from top to bottom, none inside another. */
export function sectionsWhere(markdown: MarkdownText, fits: (heading: Heading) => boolean): Section[] {
  const sections: Section[] = [];
  let end = 0;
  for (const heading of markdown.headings) {
    if (heading.index < end || !fits(heading)) continue;
    const section = sectionUnder(markdown, heading);
    sections.push(section);
    end = section.end;
  }
  return sections;
}

/** True when the first words of a section are that there are no gaps. */
export function sectionSaysNone(markdown: MarkdownText, section: Section): boolean {
  for (const { text } of proseLines(markdown, section.start, section.end)) {
    if (text.trim() === "" || /^\s*(?:-{3,}|\*{3,}|_{3,})\s*$/.test(text)) continue;
    return (
      saysNone(text.replace(/^\s*[-*+]\s+/, "")) ||
      /\ball\b[^.]{0,80}\b(?:resolved|closed|fixed|addressed)\b/i.test(text.slice(0, 200))
    );
  }
  return false;
}

const LIST_START =
  /^ {0,8}-[ \t]+["']?(?:truth|id|gap|title|name|test|status|description|issue|flow|connection|requirement|severity|reason|must_have)["']?[ \t]*:(?:[ \t]|$)/;

/** The YAML lists in a section, in a code fence or not, with prose and headings between them. */
export function readSectionYaml(markdown: MarkdownText, { start, end }: Section): YamlEntries {
  const result: YamlEntries = { entries: [], problems: [] };
  const lines = markdown.lines.slice(start, end).map((line, offset) => {
    const kind = markdown.mask[start + offset];
    return kind === COMMENT || (kind === FENCE && /^\s*(?:`{3,}|~{3,})/.test(line)) ? "" : line;
  });
  for (let at = 0; at < lines.length; at++) {
    if (!LIST_START.test(lines[at]!)) continue;
    const indent = indentOf(lines[at]!);
    let stop = at + 1;
    while (stop < lines.length && continues(lines[stop]!, indent)) stop++;
    const { entries, problems } = readGapYaml(lines.slice(at, stop), start + at + 1);
    result.entries.push(...entries);
    result.problems.push(...problems);
    at = stop - 1;
  }
  return result;
}

function continues(line: string, indent: number): boolean {
  if (line.trim() === "") return true;
  const own = indentOf(line);
  return own > indent || (own === indent && /^\s*-(?:\s|$)/.test(line));
}

function indentOf(line: string): number {
  return line.length - line.trimStart().length;
}
