/** Gaps in prose: `### Gap 1: …` subsections, and numbered or bulleted lists under a gaps heading. */
import { PROSE } from "../markdown/lines.ts";
import { type Heading, type MarkdownText, type Section, sectionUnder } from "../markdown/sections.ts";
import { type Artifact, draftOf, type GapDraft } from "./gap.ts";
import { leadingRequirement } from "./gap-entry.ts";
import { artifactFromText, pathsIn } from "./gap-files.ts";
import { readGapHeading } from "./gap-sections.ts";
import { saysNone } from "./gap-yaml.ts";
import { isClosed, statusWord } from "./report-status.ts";

/** Headings that are one gap each, with what stands below them. */
export function readGapHeadings(markdown: MarkdownText): GapDraft[] {
  return markdown.headings.flatMap((heading): GapDraft[] => {
    const gap = readGapHeading(heading.text);
    if (!gap) return [];
    const { start, end } = ownLines(markdown, heading);
    const facts = readFacts(markdown, start, end);
    const title = withoutMark(gap.title) || facts.summary || heading.text;
    return [
      draftOf(heading.index + 1, title, {
        ...facts.draft,
        severity: facts.draft.severity ?? gap.severity,
        requirement: facts.draft.requirement ?? leadingRequirement(title),
        closed: hasClosedMark(gap.title),
      }),
    ];
  });
}

/** Up to the next heading of any level that is a gap itself, or the section's end. */
function ownLines(markdown: MarkdownText, heading: Heading): { start: number; end: number } {
  const section = sectionUnder(markdown, heading);
  const next = markdown.headings[heading.order + 1];
  const nested = next && next.index < section.end && readGapHeading(next.text);
  return { start: section.start, end: nested ? next.index : section.end };
}

const CLOSED_TAIL =
  /[[(]\s*(?:✅|✓|✔)?\s*(?:closed|resolved|fixed|done|verified|deferred|accepted)\b[^)\]]*[)\]]?\s*$/iu;
const CLOSED_HEAD = /^\s*(?:✅|✓|✔|☑|~~|\[x\]|(?:\*\*)?(?:closed|resolved|fixed)\b)/iu;

function hasClosedMark(text: string): boolean {
  return CLOSED_HEAD.test(text) || CLOSED_TAIL.test(text.slice(-200)) || /[✅✓✔]\s*$/u.test(text);
}

function withoutMark(text: string): string {
  return text.replace(/^(?:[\s❌✗✘⚠✅✓✔]|\uFE0F)+/u, "").trim();
}

interface Facts {
  draft: Partial<GapDraft>;
  /** The first sentence of the issue or of the first paragraph. */
  summary: string;
}

const LABEL =
  /^\s*(?:[-*+]\s+)?(?:\*\*([^*:]{1,50}):?\*\*[ \t]*:?|([A-Z][A-Za-z]{2,14}(?: [a-z]{2,10})?):(?=\s|$))[ \t]*(.*)$/;
const BULLET = /^\s*(?:[-*+]|\d{1,4}[.)])\s+(.*)$/;

type Field = "reason" | "cause" | "severity" | "status" | "files" | "missing" | "requirement" | "other";

const LABELS: readonly [RegExp, Field][] = [
  [/^severity|^priority/i, "severity"],
  [/^status$/i, "status"],
  [/^root cause|^cause$/i, "cause"],
  [/^(?:affected )?(?:files?|artifacts?)\b|^location$/i, "files"],
  [/^missing|^fix\b|^fix required|^action|^required|^to do|^what'?s missing|^needed|^recommend/i, "missing"],
  [/^requirements?$/i, "requirement"],
  [/^issue|^reason|^description|^problem|^what is implemented|^actual|^observed|^evidence/i, "reason"],
];

function fieldOf(label: string): Field {
  return LABELS.find(([pattern]) => pattern.test(label.trim()))?.[1] ?? "other";
}

/**
 * What the lines below a gap's title say: labelled values, bullets below a label, else the first paragraph.
 */
function readFacts(markdown: MarkdownText, start: number, end: number): Facts {
  const values: Record<Field, string[]> = {
    reason: [],
    cause: [],
    severity: [],
    status: [],
    files: [],
    missing: [],
    requirement: [],
    other: [],
  };
  let field: Field | null = null;
  let paragraph = "";
  let blank = false;
  for (let index = start; index < end; index++) {
    if (markdown.mask[index] !== PROSE) continue;
    const line = markdown.lines[index]!;
    if (/^\s{0,3}(?:#{1,6}\s|-{3,}\s*$)/.test(line)) field = null;
    const label = LABEL.exec(line);
    if (label) {
      field = fieldOf(label[1] ?? label[2]!);
      blank = false;
      if (label[3]!.trim() !== "") values[field].push(label[3]!.trim());
      continue;
    }
    if (line.trim() === "") {
      blank = true;
      continue;
    }
    const bullet = BULLET.exec(line);
    // A label holds for the bullets below it, not for the next paragraph.
    if (!bullet && blank) field = null;
    blank = false;
    if (bullet && field) values[field].push(bullet[1]!);
    else if (!bullet && field === null && paragraph.length < 600) {
      paragraph += `${paragraph === "" ? "" : " "}${line.trim()}`;
    }
  }
  const reason = values.reason[0] ?? (paragraph || (values.other[0] ?? null));
  return {
    draft: {
      reason,
      rootCause: values.cause[0] ?? null,
      severity: values.severity[0] ?? null,
      status: values.status[0] ?? null,
      artifacts: toArtifacts(values.files),
      missing: values.missing,
      requirement: values.requirement[0] ?? null,
    },
    summary: firstSentence(reason ?? ""),
  };
}

function toArtifacts(texts: readonly string[]): Artifact[] {
  return texts.flatMap((text) => {
    const paths = pathsIn(text);
    return paths.length > 1 ? paths.map((path) => ({ path, issue: null })) : [artifactFromText(text)];
  });
}

function firstSentence(text: string): string {
  const end = text.slice(0, 300).search(/[.;!?](?:\s|$)/);
  return end < 0 ? text.slice(0, 300) : text.slice(0, end);
}

const TOP_ITEM = /^( {0,3})(?:(\d{1,4})[.)]|[-*+])\s+(?:\[([ xX])\]\s*)?(\S.*)$/;

interface ListItem {
  index: number;
  numbered: boolean;
  done: boolean;
  text: string;
}

/**
 * The items of the first list in a section; numbered ones where it has any. `**Truth** — reason`, `Truth:
 * reason` and `Truth` with bullets below (`Missing: …`) are understood.
 */
export function readGapList(markdown: MarkdownText, section: Section): GapDraft[] {
  const all = topItems(markdown, section);
  const numbered = all.filter((item) => item.numbered);
  const items = numbered.length > 0 ? numbered : firstRun(markdown, all);
  return items.flatMap((item, order): GapDraft[] => {
    const { title, reason } = splitItem(item.text);
    if (title === "" || saysNone(item.text)) return [];
    const end = items[order + 1]?.index ?? endOfItem(markdown, item.index, section.end);
    const facts = readFacts(markdown, item.index + 1, end).draft;
    const status = facts.status ?? null;
    return [
      draftOf(item.index + 1, title, {
        ...facts,
        reason: reason || (facts.reason ?? null),
        requirement: facts.requirement ?? leadingRequirement(title),
        closed: item.done || hasClosedMark(item.text) || (status !== null && isClosed(statusWord(status))),
      }),
    ];
  });
}

function topItems(markdown: MarkdownText, { start, end }: Section): ListItem[] {
  const items: ListItem[] = [];
  for (let index = start; index < end; index++) {
    if (markdown.mask[index] !== PROSE) continue;
    const match = TOP_ITEM.exec(markdown.lines[index]!);
    if (!match || (match[1]!.length > 1 && items.length > 0)) continue;
    const done = /x/i.test(match[3] ?? "");
    items.push({ index, numbered: match[2] !== undefined, done, text: match[4]! });
  }
  return items;
}

/** Bullets up to the first paragraph at the margin after them: what follows lists something else. */
function firstRun(markdown: MarkdownText, items: readonly ListItem[]): ListItem[] {
  const run: ListItem[] = [];
  for (const item of items) {
    const previous = run.at(-1);
    if (previous && endOfItem(markdown, previous.index, item.index) < item.index) break;
    run.push(item);
  }
  return run;
}

/** The line after an item and all that is indented below it. */
function endOfItem(markdown: MarkdownText, start: number, limit: number): number {
  let blank = false;
  for (let index = start + 1; index < limit; index++) {
    const line = markdown.lines[index]!;
    if (line.trim() === "") blank = true;
    else if (!/^\s/.test(line) && (blank || /^(?:#|-{3,}|\*\*)/.test(line))) return index;
    else blank = false;
  }
  return limit;
}

function splitItem(text: string): { title: string; reason: string } {
  const bold = /^\*\*(.+?)\*\*\s*(?:\(([^)]*)\))?\s*[:—–-]*\s*(.*)$/.exec(text.slice(0, 4_000));
  if (bold) return { title: bold[1]!.replace(/:$/, ""), reason: bold[3] || (bold[2] ?? "") };
  const dash = /^(.{3,}?)\s(?:—|–|--|->|→)\s(.+)$/.exec(text.slice(0, 4_000));
  if (dash) return { title: withoutMark(dash[1]!), reason: dash[2]! };
  return { title: withoutMark(text), reason: "" };
}
