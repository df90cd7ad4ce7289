/** Phase numbers, phase directory names, and the states a phase directory can be in. */
import { compareText } from "./diagnostic.ts";

/** `12A.1` is `{ major: 12, letter: "A", decimals: [1] }`. */
export interface PhaseNumber {
  major: number;
  letter: string;
  decimals: number[];
}

const NUMBER = "(\\d{1,9})([A-Za-z]?)((?:\\.\\d{1,9})*)";
const EXACT_NUMBER = new RegExp(`^${NUMBER}$`);
const DIRECTORY = new RegExp(`^(?:v(\\d+(?:\\.\\d+)+)-)?(?:[A-Z]{1,6}-)?${NUMBER}(?:[-_ ](.*))?$`, "s");

/** A phase number as people and files write it: `3`, `03`, `2.1`, `12A`. Null for anything else. */
export function parsePhaseNumber(text: string): PhaseNumber | null {
  const match = EXACT_NUMBER.exec(text);
  return match && toNumber(match[1]!, match[2]!, match[3]!);
}

function toNumber(major: string, letter: string, decimals: string): PhaseNumber {
  return {
    major: Number(major),
    letter: letter.toUpperCase(),
    decimals: decimals === "" ? [] : decimals.slice(1).split(".").map(Number),
  };
}

/** Part by part as numbers: 2 < 2.1 < 2.2 < 2.10 < 3, and 12 < 12A. A total order. */
export function comparePhaseNumbers(a: PhaseNumber, b: PhaseNumber): number {
  if (a.major !== b.major) return a.major - b.major;
  if (a.letter !== b.letter) return compareText(a.letter, b.letter);
  const length = Math.max(a.decimals.length, b.decimals.length);
  for (let index = 0; index < length; index++) {
    const difference = (a.decimals[index] ?? -1) - (b.decimals[index] ?? -1);
    if (difference !== 0) return difference;
  }
  return 0;
}

/** GSD parks ideas as phases 999.1, 999.2, …; they are nobody's next phase. Phase 999 itself is one like others. */
export function isBacklog({ major, decimals }: PhaseNumber): boolean {
  return major === 999 && decimals.length > 0;
}

/** As in directory names: `03`, `02.1`, `12A`. */
export function formatPadded(number: PhaseNumber): string {
  return String(number.major).padStart(2, "0") + tail(number);
}

/** As in headings and titles: `3`, `2.1`, `12A`. Equal numbers have equal plain forms. */
export function formatPlain(number: PhaseNumber): string {
  return String(number.major) + tail(number);
}

function tail({ letter, decimals }: PhaseNumber): string {
  return letter + decimals.map((part) => `.${part}`).join("");
}

/** What the name of a phase directory says. */
export interface PhaseDirectoryName {
  name: string;
  number: PhaseNumber;
  /** What follows the number; "" for `16-` and `67`. */
  slug: string;
  /** The version in `v1.0.6-02.1-slug`, without `v`; null for other names. */
  milestone: string | null;
}

/** Null when the name is not a phase directory's: hidden ones, `milestones`, `workstreams`, words. */
export function parsePhaseDirectory(name: string): PhaseDirectoryName | null {
  const match = DIRECTORY.exec(name);
  if (!match) return null;
  return {
    name,
    milestone: match[1] ?? null,
    number: toNumber(match[2]!, match[3]!, match[4]!),
    slug: match[5] ?? "",
  };
}

/** What a `phase` argument asks for. */
export type PhaseArgument =
  | { kind: "number"; number: PhaseNumber }
  | { kind: "directory"; name: string; number: PhaseNumber };

/** Reads `3`, `03`, `Phase 3`, `2.1`, `12A` or a directory name; null for anything else. */
export function parsePhaseArgument(argument: string): PhaseArgument | null {
  const text = argument.trim();
  if (text.length > 255 || /[/\\\0\r\n]/.test(text)) return null;
  const number = parsePhaseNumber(text.replace(/^phase[\s-]+/i, ""));
  if (number) return { kind: "number", number };
  const directory = parsePhaseDirectory(text);
  return directory && { kind: "directory", name: directory.name, number: directory.number };
}

/** The states of a phase directory, in order of precedence when it stands in several. */
export const DIRECTORY_STATES = ["completed", "active", "pending", "flat"] as const;
export type DirectoryState = (typeof DIRECTORY_STATES)[number];

/** `unstarted`: named in ROADMAP.md, without a directory. */
export const PHASE_STATES = [...DIRECTORY_STATES, "unstarted"] as const;
export type PhaseState = (typeof PHASE_STATES)[number];

/** A phase as every result names it. */
export interface PhaseRef {
  /** Padded: `03`, `02.1`. */
  id: string;
  /** Plain: `3`, `2.1`. */
  number: string;
  name: string;
  slug: string;
  state: PhaseState;
  /** Path relative to the root, or null when unstarted. */
  dir: string | null;
}
