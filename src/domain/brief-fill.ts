/** Putting files into a bounded space: the most important first, whole lines only, each file in its own order. */
import { joinText, type SplitText, splitText } from "../markdown/lines.ts";
import type { Share, Source } from "./brief.ts";
import { utf8Bytes } from "./page.ts";

/** One file that a brief may hold. */
export interface BriefFile {
  path: string;
  source: Source;
  /** Of a plan: not done. */
  isOpen?: boolean;
}

/** Lines `start` to `end` - 1, from 0. */
export interface LineRange {
  start: number;
  end: number;
}

export interface FilledFile {
  path: string;
  /** Whole lines of the file, in order; all of them when `kept` says so. */
  content: string;
  kept: LineRange[];
  lineCount: number;
}

export interface FilledBrief {
  /** In the order of the given files. */
  files: FilledFile[];
  /** Paths of files of which nothing is there, in the same order. */
  omitted: string[];
  /** Those of them that could not be read. */
  unread: string[];
  /** Lines, from 1, that found no room and behind which nothing of their file was taken. */
  overlong: { path: string; line: number; bytes: number }[];
}

/** Of STATE.md, which begins with where the project stands. */
const HEAD_BYTES = 4_000;
/** No real phase has so many; a path and its frame take room that no bound on contents counts. */
const MAX_FILES = 300;

/** What the smallest brief holds: a longer line that finds no room says little about the room for others. */
const OVERLONG_BYTES = 1_000;

interface Open {
  split: SplitText;
  isTaken: Uint8Array;
  /** Index of the overlong line that ended it. */
  overlong: number | null;
}

/**
 * Gives room to the shares in order until the first line that does not fit; from there on nothing is taken, so
 * that nothing less important is there while something more important lacks. An overlong line ends only its file.
 * `read` is asked once for each file, and only while there is room; null leaves the file out. `phaseLines` finds
 * what ROADMAP.md says of the phase.
 */
export function fillBrief(
  files: readonly BriefFile[],
  shares: readonly Share[],
  maxBytes: number,
  read: (path: string) => string | null,
  phaseLines: (text: string) => readonly LineRange[],
): FilledBrief {
  const open = new Map<BriefFile, Open | null>();
  let left = maxBytes;

  const opened = (file: BriefFile): Open | null => {
    const known = open.get(file);
    if (known !== undefined) return known;
    const text = read(file.path);
    const split = text === null ? null : splitText(text);
    const made: Open | null = split && { split, isTaken: new Uint8Array(split.lines.length), overlong: null };
    open.set(file, made);
    return made;
  };
  /** False when a line did not fit. */
  const take = (entry: Open, ranges: readonly LineRange[]): boolean => {
    const { split, isTaken } = entry;
    for (const { start, end } of ranges) {
      for (let index = start; index < end; index++) {
        if (isTaken[index] === 1) continue;
        const bytes = lineBytes(split, index);
        if (bytes > left && bytes > OVERLONG_BYTES) {
          entry.overlong = index;
          return true;
        }
        if (bytes > left) return false;
        left -= bytes;
        isTaken[index] = 1;
      }
    }
    return true;
  };
  const fill = (): void => {
    for (const share of shares) {
      for (const file of files) {
        if (!belongsTo(file, share)) continue;
        if (open.size >= MAX_FILES && !open.has(file)) return;
        const entry = opened(file);
        if (entry?.overlong === null && !take(entry, rangesOf(share, entry.split, phaseLines))) return;
      }
    }
  };
  fill();

  const filled: FilledBrief = { files: [], omitted: [], unread: [], overlong: [] };
  for (const file of files) {
    const entry = open.get(file);
    const kept = entry ? rangesTaken(entry.isTaken) : [];
    if (entry === null) filled.unread.push(file.path);
    const overlong = entry?.overlong ?? null;
    if (entry && overlong !== null) {
      filled.overlong.push({ path: file.path, line: overlong + 1, bytes: lineBytes(entry.split, overlong) });
    }
    if (!entry || (kept.length === 0 && entry.split.lines.length > 0)) filled.omitted.push(file.path);
    else filled.files.push(filledFile(file.path, entry, kept));
  }
  return filled;
}

export function isWhole({ kept, lineCount }: FilledFile): boolean {
  return lineCount === 0 || (kept.length === 1 && kept[0]!.start === 0 && kept[0]!.end === lineCount);
}

function belongsTo(file: BriefFile, share: Share): boolean {
  switch (share) {
    case "phase of roadmap":
      return file.source === "roadmap";
    case "head of state":
      return file.source === "state";
    case "open plans":
      return file.source === "plans" && file.isOpen === true;
    default:
      return file.source === share;
  }
}

function rangesOf(
  share: Share,
  split: SplitText,
  phaseLines: (text: string) => readonly LineRange[],
): readonly LineRange[] {
  if (share === "phase of roadmap") return phaseLines(joinText(split));
  if (share !== "head of state") return [{ start: 0, end: split.lines.length }];
  let end = 0;
  for (let bytes = 0; end < split.lines.length; end++) {
    bytes += lineBytes(split, end);
    if (bytes > HEAD_BYTES) break;
  }
  return [{ start: 0, end }];
}

function lineBytes({ lines, endings }: SplitText, index: number): number {
  return utf8Bytes(lines[index]!) + endings[index]!.length;
}

function rangesTaken(isTaken: Uint8Array): LineRange[] {
  const ranges: LineRange[] = [];
  for (let index = 0; index < isTaken.length; index++) {
    if (isTaken[index] === 0) continue;
    const last = ranges.at(-1);
    if (last?.end === index) last.end++;
    else ranges.push({ start: index, end: index + 1 });
  }
  return ranges;
}

/** Without a byte-order mark, which is no part of a prompt. */
function filledFile(path: string, { split, isTaken }: Open, kept: LineRange[]): FilledFile {
  const content = joinText({
    bom: "",
    lines: split.lines.filter((_, index) => isTaken[index] === 1),
    endings: split.endings.filter((_, index) => isTaken[index] === 1),
  });
  return { path, content, kept, lineCount: split.lines.length };
}
