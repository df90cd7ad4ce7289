/** Which phases already take care of a gap: `## Gap Resolution` in its report, and entries of ROADMAP.md. */
import { COMMENT, PROSE } from "../markdown/lines.ts";
import type { MarkdownText, Section } from "../markdown/sections.ts";
import type { GapEntry } from "./gap.ts";
import { GAP_KEY, normalizeTitle } from "./gap-key.ts";
import { sectionsWhere } from "./gap-sections.ts";
import { comparePhaseNumbers, formatPadded, parsePhaseNumber } from "./phase.ts";
import type { ReportSource } from "./report-files.ts";

/** One `Gaps addressed by Phase 6 (…):` of a report. */
export interface Resolution {
  /** Padded id. */
  phase: string;
  /** One for each bullet; none: the whole report is covered. */
  items: string[];
}

const ADDRESSED = /^\s{0,3}(?:[-*]\s+)?\*{0,2}gaps? addressed by phase\s+(\d{1,9}[A-Za-z]?(?:\.\d{1,9})*)\b/i;
const BULLET = /^\s*[-*+]\s+(?:\[[ xX]\]\s+)?(\S.*)$/;
/** A heading or a rule. */
const BREAK = /^\s{0,3}(?:#{1,6}(?:\s|$)|(?:-{3,}|\*{3,}|_{3,}|={3,})\s*$)/;

export function readResolutions(markdown: MarkdownText): Resolution[] {
  return resolutionsOf(locateResolutions(markdown));
}

function resolutionsOf(sections: readonly ResolutionSection[]): Resolution[] {
  return sections.flatMap(({ resolutions }) => resolutions.map(({ phase, items }) => ({ phase, items })));
}

/**
 * The resolutions, and the text for whoever looks for gaps in it: what says how gaps are resolved is blank there, for its
 * bullets look like gaps where a title such as `Phase 6: Gap - Wiring` announces some.
 */
export function takeResolutions(markdown: MarkdownText): {
  markdown: MarkdownText;
  resolutions: Resolution[];
} {
  const sections = locateResolutions(markdown);
  if (sections.length === 0) return { markdown, resolutions: [] };
  const [lines, mask] = [markdown.lines.slice(), markdown.mask.slice()];
  for (const { heading, resolutions } of sections) {
    mask[heading.index] = COMMENT;
    for (const { first, last } of resolutions) lines.fill("", first, last + 1);
  }
  return { markdown: { ...markdown, lines, mask }, resolutions: resolutionsOf(sections) };
}

export interface LocatedResolution extends Resolution {
  /** Indexes of its first and its last line, from 0. */
  first: number;
  last: number;
  /** What stands before the text of its first item: `- `. */
  bullet: string;
}

/** A section `Gap Resolution` with what it holds; line indexes from 0. */
export interface ResolutionSection extends Section {
  resolutions: LocatedResolution[];
}

/** Every such section, from top to bottom. */
export function locateResolutions(markdown: MarkdownText): ResolutionSection[] {
  return sectionsWhere(markdown, ({ text }) => /^gap resolutions?$/i.test(text)).map((section) => {
    const resolutions: LocatedResolution[] = [];
    let current: LocatedResolution | null = null;
    for (let index = section.start; index < section.end; index++) {
      const line = markdown.lines[index]!;
      if (markdown.mask[index] !== PROSE || line.trim() === "") continue;
      const number = parsePhaseNumber(ADDRESSED.exec(line)?.[1] ?? "");
      const bullet = BULLET.exec(line);
      if (number) {
        current = { phase: formatPadded(number), items: [], first: index, last: index, bullet: "- " };
        resolutions.push(current);
      } else if (bullet && current) {
        if (current.items.length === 0) current.bullet = /^\s*[-*+]\s+/.exec(line)![0];
        current.items.push(bullet[1]!.trim());
        current.last = index;
      } else if (current && goesOn(markdown, current, index)) {
        if (current.items.length > 0) current.items.push(`${current.items.pop()} ${line.trim()}`);
        current.last = index;
      } else current = null;
    }
    return { ...section, resolutions };
  });
}

/** True for a line right below an item, or below the first line of a long title, that begins nothing else. */
function goesOn({ lines }: MarkdownText, { items, last }: LocatedResolution, index: number): boolean {
  if (last !== index - 1 || BREAK.test(lines[index]!)) return false;
  return items.length > 0 || !/[):.]\**\s*$/.test(lines[last]!);
}

/** What a phase of ROADMAP.md says that it addresses; `phase` is a number in any spelling. */
export interface Addressing {
  phase: string;
  texts: string[];
}

/** What is needed of a report to find its gaps by name, number or key. */
export interface AddressableReport {
  source: ReportSource;
  /** Padded id; null for an audit. */
  phase: string | null;
  /** Every entry in the order of the document, closed ones too: `Gap 2` is the second. */
  entries: readonly NamedEntry[];
  resolutions: readonly Resolution[];
}

type NamedEntry = Pick<GapEntry, "key" | "open" | "title">;

/**
 * The padded ids of the phases that address each gap, by key. Only exact references count: a key, a title, or
 * `Gap 2` together with its report. `main` are the reports that `Phase 3 Verification` and the like mean.
 */
export function findAddressed(
  reports: readonly AddressableReport[],
  main: readonly AddressableReport[],
  addressing: readonly Addressing[],
): Map<string, string[]> {
  const found = new Map<string, Set<string>>();
  const add = (key: string, phase: string): void => {
    const phases = found.get(key);
    if (phases) phases.add(phase);
    else found.set(key, new Set([phase]));
  };
  const known = new Set(reports.flatMap(({ entries }) => entries.map(({ key }) => key)));
  for (const report of reports) {
    if (report.resolutions.length === 0) continue;
    const byName = new EntryNames(report.entries);
    for (const { phase, items } of report.resolutions) {
      if (items.length === 0) for (const { key } of report.entries) add(key, phase);
      for (const item of items) for (const key of keysOf(item, byName, known)) add(key, phase);
    }
  }
  addFromRoadmap(reports, main, addressing, add);
  return new Map([...found].map(([key, phases]) => [key, sortPhases(phases)]));
}

/** A bullet names gaps of its own report, or those of another by key. */
function keysOf(item: string, own: EntryNames, known: ReadonlySet<string>): string[] {
  const keys = own.keysOf(item);
  return keys.length > 0 ? keys : (item.match(GAP_KEY) ?? []).filter((key) => known.has(key));
}

/** A resolution that names nothing. */
export interface IdleResolution<Report> {
  report: Report;
  resolution: Resolution;
  /** Its bullets that name no gap. */
  unmatched: string[];
}

/** Resolutions with bullets that name no gap, in reports that still have an open one. */
export function findIdle<Report extends AddressableReport>(
  reports: readonly Report[],
): IdleResolution<Report>[] {
  const known = new Set(reports.flatMap(({ entries }) => entries.map(({ key }) => key)));
  return reports.flatMap((report) => {
    if (report.resolutions.length === 0 || !report.entries.some(({ open }) => open)) return [];
    const own = new EntryNames(report.entries);
    return report.resolutions.flatMap((resolution) => {
      const unmatched = resolution.items.filter((item) => keysOf(item, own, known).length === 0);
      return unmatched.length > 0 ? [{ report, resolution, unmatched }] : [];
    });
  });
}

function addFromRoadmap(
  reports: readonly AddressableReport[],
  main: readonly AddressableReport[],
  addressing: readonly Addressing[],
  add: (key: string, phase: string) => void,
): void {
  if (addressing.every(({ texts }) => texts.length === 0)) return;
  const named = new Map(main.map((report) => [nameOf(report.source, report.phase), report]));
  const names = new Map<AddressableReport, EntryNames>();
  const namesOf = (report: AddressableReport): EntryNames => {
    const known = names.get(report) ?? new EntryNames(report.entries);
    names.set(report, known);
    return known;
  };
  const anywhere = new EntryNames(distinct(reports.flatMap(({ entries }) => entries)));
  for (const { phase, texts } of addressing) {
    const number = parsePhaseNumber(phase.trim().replace(/^phase\s+/i, ""));
    if (!number) continue;
    for (const text of texts) {
      const reference = parseReference(text);
      const report = reference && named.get(nameOf(reference.source, reference.phase));
      const keys = reference
        ? report
          ? namesOf(report).keysOf(reference.rest)
          : []
        : anywhere.onlyKeyOf(text);
      for (const key of [...keys, ...anywhere.knownKeysIn(text)]) add(key, formatPadded(number));
    }
  }
}

function distinct(entries: readonly NamedEntry[]): NamedEntry[] {
  return [...new Map(entries.map((entry) => [entry.key, entry])).values()];
}

function nameOf(source: ReportSource, phase: string | null): string {
  const number = parsePhaseNumber(phase ?? "");
  return `${source} ${number ? formatPadded(number) : (phase ?? "")}`;
}

const BRACKETED_KEY = /\(gap-[0-9a-f]{12}\)/g;
const PHASE_REFERENCE =
  /^phase\s+(\d{1,9}[A-Za-z]?(?:\.\d{1,9})*)\s+(verification|uat|human uat)\s*:\s*(\S.*)$/i;
const AUDIT_REFERENCE = /^(?:v\d[\d.]*\s+)?(?:milestone\s+)?audit\s*:\s*(\S.*)$/i;

/** `Phase 3 Verification: Gap 1, Gap 2`, `Phase 4 UAT: Send message`, `Milestone Audit: Gap 1`. */
function parseReference(text: string): { source: ReportSource; phase: string | null; rest: string } | null {
  const line = text.trim().replace(/^[-*+]\s+/, "");
  const phase = PHASE_REFERENCE.exec(line);
  if (phase) {
    const source = /uat/i.test(phase[2]!) ? "uat" : "verification";
    return { source, phase: phase[1]!, rest: phase[3]! };
  }
  const audit = AUDIT_REFERENCE.exec(line);
  return audit ? { source: "audit", phase: null, rest: audit[1]! } : null;
}

/** `Title (gap-0123456789ab)` as `Title`; a text that is nothing but a key stays. */
function withoutKeys(text: string): string {
  const title = text.replace(BRACKETED_KEY, " ").trim();
  return title === "" ? text : title;
}

/** Shorter beginnings of titles are not taken for cut ones. */
const CUT_AT_LEAST = 40;

/** Entries by what texts call them. */
class EntryNames {
  readonly #entries: readonly NamedEntry[];
  readonly #keys: Set<string>;
  readonly #byTitle = new Map<string, string[]>();
  /** Names by their first characters; made when a text that was cut is looked for. */
  #byStart: Map<string, string[]> | null = null;

  constructor(entries: readonly NamedEntry[]) {
    this.#entries = entries;
    this.#keys = new Set(entries.map(({ key }) => key));
    for (const { key, title } of entries) {
      const name = normalizeTitle(title);
      const same = this.#byTitle.get(name);
      if (same) same.push(key);
      else this.#byTitle.set(name, [key]);
    }
  }

  knownKeysIn(text: string): string[] {
    return (text.match(GAP_KEY) ?? []).filter((key) => this.#keys.has(key));
  }

  keysOf(text: string): string[] {
    const keys = this.knownKeysIn(text);
    if (keys.length > 0) return keys;
    // A key beside the title is of no use once the phase's directory has another name; the title still is.
    return this.#titled(withoutKeys(text)) ?? this.#numbered(text);
  }

  /** The key of a title that only one entry has. */
  onlyKeyOf(text: string): string[] {
    const keys = this.#titled(text) ?? [];
    return keys.length === 1 ? keys : [];
  }

  #titled(text: string): string[] | null {
    const name = normalizeTitle(text);
    const exact = this.#byTitle.get(name);
    if (exact || !/(?:…|\.\.\.)$/.test(text.trim())) return exact ?? null;
    // A title that was cut for an answer ends in `…`; it stands for the one title that begins with it.
    const begun = this.#beginningLike(name).filter((title) => title.startsWith(name));
    return begun.length === 1 ? this.#byTitle.get(begun[0]!)! : null;
  }

  #beginningLike(name: string): string[] {
    if (name.length < CUT_AT_LEAST) return [];
    if (this.#byStart === null) {
      this.#byStart = new Map();
      for (const title of this.#byTitle.keys()) {
        const start = title.slice(0, CUT_AT_LEAST);
        const same = this.#byStart.get(start);
        if (same) same.push(title);
        else this.#byStart.set(start, [title]);
      }
    }
    return this.#byStart.get(name.slice(0, CUT_AT_LEAST)) ?? [];
  }

  /** `Gap 1, Gap 2`, `Gaps 1-3`, `Gap 1 and 2`: every part must be a number of an entry. */
  #numbered(text: string): string[] {
    if (!/^gaps?\s*#?\d/i.test(text.trim()) || text.length > 500) return [];
    const keys: string[] = [];
    for (const part of text.trim().split(/\s*(?:,|;|&|\band\b)\s*/i)) {
      const match = /^(?:gaps?\s*)?#?(\d{1,5})(?:\s*[-–]\s*#?(\d{1,5}))?\.?$/i.exec(part);
      if (!match) return [];
      const first = Number(match[1]);
      const last = Number(match[2] ?? first);
      if (first < 1 || last > this.#entries.length) return [];
      for (let number = first; number <= last; number++) keys.push(this.#entries[number - 1]!.key);
    }
    return keys;
  }
}

function sortPhases(phases: ReadonlySet<string>): string[] {
  return [...phases].sort((a, b) => comparePhaseNumbers(parsePhaseNumber(a)!, parsePhaseNumber(b)!));
}
