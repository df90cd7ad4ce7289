/** Which phases already take care of a gap: `## Gap Resolution` in its report, and entries of ROADMAP.md. */
import { PROSE } from "../markdown/lines.ts";
import type { MarkdownText } from "../markdown/sections.ts";
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

export function readResolutions(markdown: MarkdownText): Resolution[] {
  const resolutions: Resolution[] = [];
  for (const { start, end } of sectionsWhere(markdown, ({ text }) => /^gap resolutions?$/i.test(text))) {
    let current: Resolution | null = null;
    for (let index = start; index < end; index++) {
      const line = markdown.lines[index]!;
      if (markdown.mask[index] !== PROSE || line.trim() === "") continue;
      const number = parsePhaseNumber(ADDRESSED.exec(line)?.[1] ?? "");
      const bullet = BULLET.exec(line);
      if (number) {
        current = { phase: formatPadded(number), items: [] };
        resolutions.push(current);
      } else if (bullet && current) current.items.push(bullet[1]!.trim());
      else current = null;
    }
  }
  return resolutions;
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
  entries: readonly GapEntry[];
  resolutions: readonly Resolution[];
}

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
  for (const report of reports) {
    if (report.resolutions.length === 0) continue;
    const byName = new EntryNames(report.entries);
    for (const { phase, items } of report.resolutions) {
      const keys =
        items.length === 0
          ? report.entries.map(({ key }) => key)
          : items.flatMap((item) => byName.keysOf(item));
      for (const key of keys) add(key, phase);
    }
  }
  addFromRoadmap(reports, main, addressing, add);
  return new Map([...found].map(([key, phases]) => [key, sortPhases(phases)]));
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

function distinct(entries: readonly GapEntry[]): GapEntry[] {
  return [...new Map(entries.map((entry) => [entry.key, entry])).values()];
}

function nameOf(source: ReportSource, phase: string | null): string {
  const number = parsePhaseNumber(phase ?? "");
  return `${source} ${number ? formatPadded(number) : (phase ?? "")}`;
}

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

/** Shorter beginnings of titles are not taken for cut ones. */
const CUT_AT_LEAST = 40;

/** Entries by what texts call them. */
class EntryNames {
  readonly #entries: readonly GapEntry[];
  readonly #keys: Set<string>;
  readonly #byTitle = new Map<string, string[]>();
  /** Names by their first characters; made when a text that was cut is looked for. */
  #byStart: Map<string, string[]> | null = null;

  constructor(entries: readonly GapEntry[]) {
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
    return keys.length > 0 ? keys : (this.#titled(text) ?? this.#numbered(text));
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
