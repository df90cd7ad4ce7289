/** A new phase in ROADMAP.md: its entry, and its line in the milestone's checklist and progress table. */
import { closedEnd, documentEnd, isRule, trimmedEnd } from "../markdown/document-end.ts";
import { itemEnd } from "../markdown/item-end.ts";
import { beginEdits, finishEdits, insertLines, type LineEdits } from "../markdown/line-edits.ts";
import { FENCE, PROSE } from "../markdown/lines.ts";
import { type MarkdownText, readMarkdown, sectionUnder } from "../markdown/sections.ts";
import { joinStrayBreaks } from "../markdown/stray-breaks.ts";
import { slugify } from "./naming.ts";
import { comparePhaseNumbers, formatPlain, type PhaseNumber } from "./phase.ts";
import { readItemIds, readRequirementIds } from "./requirement-ids.ts";
import {
  phasesOfMilestone,
  type Roadmap,
  type RoadmapPhase,
  readRoadmap,
  readRoadmapPlaces,
} from "./roadmap.ts";
import { listNumbers } from "./roadmap-edit-checklist.ts";
import { readProgressTables } from "./roadmap-edit-progress.ts";
import { formatChecklistLine, formatProgressRow, type ListedPhase } from "./roadmap-edit-rows.ts";
import { type EntryStyle, type EntryValues, formatEntry, readEntryStyle } from "./roadmap-edit-style.ts";
import { itemValue, plainValue, roadmapName } from "./roadmap-edit-values.ts";
import type { PhaseMention } from "./roadmap-scanner.ts";
import { versionKey } from "./version.ts";

export interface NewRoadmapPhase {
  /** Higher than every other phase's, and in no other milestone's range. */
  number: PhaseNumber;
  /** In full: `Gap - Message wiring`. */
  name: string;
  /** Behind the name in its heading: `(inserted)`. */
  suffix: string;
  goal: string;
  addressesGaps: readonly string[];
  successCriteria: readonly string[];
  /** Ids; anything else is written as a list. */
  requirements: readonly string[];
  /** The current milestone's version without `v`, or null. */
  milestone: string | null;
}

export interface RoadmapInsertion {
  text: string;
  /** Line of the phase's heading, from 1: of the one that was there when nothing was inserted. */
  line: number;
  /** As it stands in the document: without what a phase's name cannot hold. */
  name: string;
  /** False when the document has the phase already, or another one of its number in this milestone. */
  inserted: boolean;
}

/** Where the entry can go: before a line, and with a heading of which level. */
interface Place {
  index: number;
  level: number;
}

/** Inserts a phase behind the milestone's last one. Takes any text. */
export function insertRoadmapPhase(text: string, phase: NewRoadmapPhase): RoadmapInsertion {
  const { roadmap, places } = readRoadmapPlaces(text);
  const name = roadmapName(phase.name);
  const siblings = phasesOfMilestone(roadmap, phase.milestone);
  const present = findPresent(roadmap, siblings, phase.number, name);
  if (present) return { text, line: present.line, name: present.name, inserted: false };

  const markdown = readMarkdown(joinStrayBreaks(text));
  const mentions = (phases: readonly RoadmapPhase[]): PhaseMention[] =>
    phases.flatMap((one) => places.get(one)!.mentions).sort((a, b) => a.line - b.line);
  const own = mentions(siblings);
  const all = mentions(roadmap.phases);
  const last = (kept: PhaseMention[]): PhaseMention[] =>
    kept.filter(({ kind }) => kind === "heading").reverse();
  const style = readEntryStyle(markdown, [...last(own), ...last(all)]);
  const context: Context = {
    text,
    markdown,
    own,
    listed: listedPhase(phase, name, siblings, roadmap),
    values: entryValues(phase, name),
    style: last(own).length > 0 ? style : { ...style, isRuled: false },
    siblings: new Set(siblings.map(({ number }) => formatPlain(number))),
  };
  const expected = { ...context.values, number: phase.number, name };
  const milestone = expectedMilestone(phase.milestone, siblings, roadmap);
  let fallback: RoadmapInsertion | null = null;
  for (const isListed of [true, false]) {
    for (const place of findPlaces(markdown, roadmap, own, last(all), phase.milestone)) {
      const { text: written, line } = write(context, place, isListed);
      const result = { text: written, line, name, inserted: true };
      const read = readBack(readRoadmap(written), roadmap.phases, expected);
      if (read && (milestone === undefined || isSame(read.milestone, milestone))) return result;
      if (read) fallback ??= result;
    }
  }
  return fallback ?? { text, line: 0, name, inserted: false };
}

function findPresent(
  { phases }: Roadmap,
  siblings: readonly RoadmapPhase[],
  number: PhaseNumber,
  name: string,
): RoadmapPhase | undefined {
  const same = phases.filter((one) => comparePhaseNumbers(one.number, number) === 0);
  const slug = slugify(name);
  const isNamed = (one: RoadmapPhase) => one.name === name || (slug !== "" && slugify(one.name) === slug);
  return same.find(isNamed) ?? same.find((one) => siblings.includes(one));
}

/** The milestone that the new phase is to be read in; undefined where any will do. */
function expectedMilestone(
  milestone: string | null,
  siblings: readonly RoadmapPhase[],
  { milestones }: Roadmap,
): string | null | undefined {
  const versions = [...new Set(siblings.map((one) => one.milestone))];
  if (versions.length === 1) return versions[0]!;
  if (versions.length > 1) return undefined;
  if (milestone === null) return null;
  return milestones.some(({ version }) => isSame(version, milestone)) ? milestone : undefined;
}

function isSame(a: string | null, b: string | null): boolean {
  return a === null || b === null ? a === b : versionKey(a) === versionKey(b);
}

function listedPhase(
  { number, suffix, goal, requirements, milestone }: NewRoadmapPhase,
  name: string,
  siblings: readonly RoadmapPhase[],
  { milestones }: Roadmap,
): ListedPhase {
  const spelled = milestones.find(({ version }) => milestone !== null && isSame(version, milestone));
  return {
    number,
    name,
    suffix: plainValue(suffix),
    goal: plainValue(goal),
    requirements: readRequirementIds(requirements.map(plainValue).join(", ")),
    milestone: spelled?.version ?? milestone ?? siblings[0]?.milestone ?? null,
  };
}

function entryValues(phase: NewRoadmapPhase, name: string): EntryValues {
  const items = (values: readonly string[]): string[] => values.map(itemValue).filter((item) => item !== "");
  const requirements = items(phase.requirements);
  const ids = readRequirementIds(requirements.join(", "));
  const suffix = plainValue(phase.suffix);
  return {
    title: `Phase ${formatPlain(phase.number)}: ${name}${suffix === "" ? "" : ` ${suffix}`}`,
    goal: plainValue(phase.goal),
    gaps: items(phase.addressesGaps),
    criteria: items(phase.successCriteria),
    requirements,
    hasPlainIds: ids.length === requirements.length && ids.every((id, index) => id === requirements[index]),
  };
}

interface Context {
  text: string;
  markdown: MarkdownText;
  own: readonly PhaseMention[];
  listed: ListedPhase;
  values: EntryValues;
  style: EntryStyle;
  /** Plain numbers of the milestone's other phases. */
  siblings: ReadonlySet<string>;
}

/** The text with everything inserted, and the line of the new heading. */
function write(context: Context, place: Place, isListed: boolean): { text: string; line: number } {
  const { markdown, listed, style } = context;
  const edits = beginEdits(context.text);
  if (isListed) insertChecklistLine(edits, context);
  for (const table of readProgressTables(markdown)) {
    const row = formatProgressRow(markdown.lines, table, listed, context.siblings);
    if (row) insertLines(edits, row.index, [row.line]);
  }
  const { index, level } = place;
  const before = edits.inserted.has(index) || (index > 0 && !isBlank(markdown, index - 1)) ? [""] : [];
  const rule = style.isRuled && index > 0 ? ["---", ""] : [];
  const entry = formatEntry(style, level, context.values);
  const after = index < markdown.lines.length && !isBlank(markdown, index) ? [""] : [];
  insertLines(edits, index, [...before, ...rule, ...entry, ...after]);
  let line = index + 1 + before.length + rule.length;
  for (const [at, lines] of edits.inserted) if (at < index) line += lines.length;
  line += edits.inserted.get(index)!.length - before.length - rule.length - entry.length - after.length;
  return { text: finishEdits(edits), line };
}

/** A line behind the last one of the milestone's checklist, with a blank line where its items have one. */
function insertChecklistLine(edits: LineEdits, { markdown, own, listed }: Context): void {
  const list = milestoneList(markdown, own);
  const box = list.at(-1);
  if (!box) return;
  const line = formatChecklistLine(markdown.lines, list, listed);
  const isLoose = list.length > 1 && isBlank(markdown, box.line - 2);
  insertLines(edits, itemEnd(markdown, box.line - 1), isLoose ? ["", line] : [line]);
}

function isBlank({ lines }: MarkdownText, index: number): boolean {
  return (lines[index] ?? "").trim() === "";
}

/** The list that holds most of the milestone's phases; of several the first. */
function milestoneList(markdown: MarkdownText, own: readonly PhaseMention[]): PhaseMention[] {
  const boxes = own.filter(({ kind, backlog }) => kind === "box" && !backlog);
  if (boxes.length === 0) return [];
  const numbers = listNumbers(markdown);
  const lists = new Map<number, PhaseMention[]>();
  for (const box of boxes) {
    const number = numbers[box.line - 1]!;
    const list = lists.get(number);
    if (list) list.push(box);
    else lists.set(number, [box]);
  }
  return [...lists.values()].reduce((most, list) => (list.length > most.length ? list : most));
}

/** Places in order of preference; the first from which the phase is read back as meant is taken. */
function* findPlaces(
  markdown: MarkdownText,
  { mentions }: Roadmap,
  own: readonly PhaseMention[],
  anyHeadings: readonly PhaseMention[],
  milestone: string | null,
): Generator<Place> {
  const { headings, lines } = markdown;
  const byIndex = new Map(headings.map((heading) => [heading.index, heading]));
  const levelOf = (mention: PhaseMention | undefined) => mention && byIndex.get(mention.line - 1)?.level;
  const end = documentEnd(markdown);
  const usual = levelOf(anyHeadings[0]);
  const below = (level: number | undefined): number => Math.min(6, Math.max((level ?? 1) + 1, usual ?? 2));

  // Behind the milestone's last phase, before what stands behind a rule.
  const last = own.findLast(({ kind, backlog }) => kind === "heading" && !backlog);
  if (last) {
    const level = levelOf(last) ?? 3;
    yield { index: Math.min(phaseEnd(markdown, last, true), Math.max(end, last.line)), level };
    yield {
      index: Math.min(phaseEnd(markdown, last, false), Math.max(closedEnd(markdown), last.line)),
      level,
    };
  }
  // At the end of the part that the milestone's checklist stands in.
  const box = milestoneList(markdown, own).at(-1);
  if (box) {
    const start = itemEnd(markdown, box.line - 1);
    const parent = headings.findLast(({ index }) => index < box.line - 1);
    yield { index: partEnd(markdown, start, Math.max(start, end)), level: below(parent?.level) };
  }
  // At the end of the milestone's own section.
  for (const { version, line, kind } of mentions.toReversed()) {
    const heading = kind === "list" || milestone === null ? undefined : byIndex.get(line - 1);
    if (!heading || heading.level === 1 || !isSame(version, milestone)) continue;
    const section = sectionUnder(markdown, heading);
    const stop = Math.max(section.start, Math.min(section.end, end));
    yield { index: trimmedEnd(markdown, section.start, stop), level: below(heading.level) };
    break;
  }
  const details = headings.find(({ text }) => /^phase details$/i.test(text));
  if (details) {
    const section = sectionUnder(markdown, details);
    const stop = Math.max(section.start, Math.min(section.end, end));
    yield { index: trimmedEnd(markdown, section.start, stop), level: below(details.level) };
  }
  yield { index: end, level: usual ?? 2 };
  yield { index: end, level: 2 };
  // What looks like a footer can be fields of a phase.
  yield { index: trimmedEnd(markdown, 0, closedEnd(markdown)), level: usual ?? 2 };
  const second = headings.find(({ level, order }) => level > 1 || order > 0);
  yield { index: second?.index ?? lines.length, level: 2 };
}

/** Index behind the last line of a phase's section; `toRule` stops at its first `---`. */
function phaseEnd(markdown: MarkdownText, { line, lastLine }: PhaseMention, toRule: boolean): number {
  const { lines, mask } = markdown;
  let folds = 0;
  for (let index = line; index < lastLine; index++) {
    if (mask[index] !== PROSE) continue;
    if (/^\s*<details\b/i.test(lines[index]!)) folds++;
    if (/<\/details>/i.test(lines[index]!)) folds--;
  }
  let end = lastLine;
  for (; end < lines.length; end++) {
    if (mask[end] === FENCE) continue;
    if (mask[end] !== PROSE) break;
    const isClosing = folds > 0 && /^\s*<\/details>/i.test(lines[end]!);
    if (isClosing) folds--;
    else if (lines[end]!.trim() !== "") break;
  }
  if (toRule) {
    for (let index = line; index < end; index++) {
      if (!isRule(markdown, index)) continue;
      end = index;
      break;
    }
  }
  return trimmedEnd(markdown, line, end);
}

/** Index behind the last line before the next heading, fold or rule. */
function partEnd(markdown: MarkdownText, start: number, limit: number): number {
  const next = markdown.headings.find(({ index }) => index >= start)?.index ?? limit;
  let end = start;
  while (end < Math.min(next, limit)) {
    const isFold = markdown.mask[end] === PROSE && /^\s*<\/?details\b/i.test(markdown.lines[end]!);
    if (isFold || isRule(markdown, end)) break;
    end++;
  }
  return trimmedEnd(markdown, start, end);
}

const LINES = new Set(["line", "headingLine", "checklistLine"]);

/** Whether a reader sees the same in both, whatever the lines; both are of one type. */
function isAlike(a: unknown, b: unknown, key = ""): boolean {
  if (LINES.has(key)) return (a === null) === (b === null);
  if (typeof a !== "object" || typeof b !== "object" || a === null || b === null) return a === b;
  if (Array.isArray(a) && a.length !== (b as unknown[]).length) return false;
  for (const name in a) if (!isAlike(a[name as never], b[name as never], name)) return false;
  return true;
}

/** The new phase as it is read, or null when it or any other phase is not read as it should. */
function readBack(
  { phases }: Roadmap,
  before: readonly RoadmapPhase[],
  { number, name, goal, gaps, criteria, requirements }: EntryValues & { number: PhaseNumber; name: string },
): RoadmapPhase | null {
  const at = phases.findIndex((one) => one.name === name && comparePhaseNumbers(one.number, number) === 0);
  const phase = phases[at];
  if (!phase || phases.length !== before.length + 1) return null;
  const ids = [...new Set(requirements.flatMap(readItemIds))];
  const lists: [readonly string[], readonly string[]][] = [
    [phase.addressesGaps, gaps],
    [phase.successCriteria, criteria],
    [phase.requirements, ids],
  ];
  const isRead =
    (phase.goal ?? "") === goal &&
    phase.plans.length === 0 &&
    lists.every(
      ([read, meant]) => read.length === meant.length && read.every((one, index) => one === meant[index]),
    );
  if (!isRead) return null;
  return isAlike(phases.toSpliced(at, 1), before) ? phase : null;
}
