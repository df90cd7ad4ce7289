/** The `Progress:` value of STATE.md, recomputed in its own glyphs, width and words. */

const PAIRS: readonly (readonly [string, string])[] = [
  ["█", "░"],
  ["▓", "░"],
  ["■", "□"],
  ["●", "○"],
  ["▰", "▱"],
  ["⬛", "⬜"],
  ["🟩", "⬜"],
  ["━", "─"],
  ["#", "-"],
  ["=", "."],
];
const LONGEST_BAR = 400;
const UNIT = "(\\s+(?:phases?|plans?)(?:\\s+(?:complete|completed|done|executed|shipped))?)?";
const COUNT = `(\\d{1,6})(\\s?/\\s?|\\s+of\\s+)(\\d{1,6})${UNIT}`;
const PERCENT_FIRST = new RegExp(`^(?:(\\d{1,3})%)?(\\s*[—–-]?\\s*\\(?)(?:${COUNT})?(\\)?)$`, "i");
const COUNT_FIRST = new RegExp(`^${COUNT}(\\s*[—–-]?\\s*\\(?)(\\d{1,3})%(\\)?)$`, "i");

interface Bar {
  before: string;
  after: string;
  full: string;
  empty: string;
  width: number;
}

/** So many of the milestone's plans are done. */
export interface PlanTally {
  done: number;
  total: number;
  /** Plans of its largest phase: a count of so many may be of one phase. 0 where it has only one phase. */
  most: number;
}

/**
 * `███░ 3/5 phases`, `[=====...] 40%`, `60% (3/5 phases)` for so many phases done, `8/12 plans` for so many plans. Null
 * where the value counts something else (a phase's plans, the phases of all milestones), or cannot be understood.
 */
export function advanceProgress(
  value: string,
  done: number,
  total: number,
  plans: PlanTally | null = null,
): string | null {
  const { bar, length } = readBar(value);
  const rest = value.slice(length);
  if (/\bplans?\b/i.test(rest))
    return plans && advance(value, bar, length, plans.done, plans.total, countsPlans(plans));
  return advance(value, bar, length, done, total, (count, of, unit) =>
    countsPhases(count, of, unit, done, total),
  );
}

/** Whether a count, with the word behind it, is one that can be brought up to date. */
type Counts = (count: number, of: number, unit: string) => boolean;

function advance(
  value: string,
  bar: Bar | null,
  length: number,
  done: number,
  total: number,
  counts: Counts,
): string | null {
  if (total <= 0 || done > total) return null;
  const rest = value.slice(length);
  const space = /^\s*/.exec(rest)![0];
  const text = readNumbers(rest.slice(space.length), done, total, counts);
  if (text === null) return null;
  return (bar ? drawBar(bar, done, total) : value.slice(0, length)) + space + text;
}

/** The bar at the value's start: one glyph and then another, in brackets or not. */
function readBar(value: string): { bar: Bar | null; length: number } {
  const match = /^(\[)([^[\]]{2,400})(\])/.exec(value) ?? /^()([^\p{L}\p{N}\s[\]()%]{2,400})()/u.exec(value);
  if (!match || match[2]!.length > LONGEST_BAR) return { bar: null, length: 0 };
  const glyphs = [...match[2]!];
  const first = glyphs[0]!;
  const turn = glyphs.findIndex((glyph) => glyph !== first);
  const second = turn < 0 ? null : glyphs[turn]!;
  const isBar = second === null || glyphs.slice(turn).every((glyph) => glyph === second);
  const pair =
    second === null ? PAIRS.find(([full, empty]) => full === first || empty === first) : [first, second];
  const bar = { before: match[1]!, after: match[3]!, width: glyphs.length };
  return isBar && pair
    ? { bar: { ...bar, full: pair[0]!, empty: pair[1]! }, length: match[0].length }
    : { bar: null, length: 0 };
}

function drawBar({ before, after, full, empty, width }: Bar, done: number, total: number): string {
  const filled = Math.round((width * done) / total);
  return before + full.repeat(filled) + empty.repeat(width - filled) + after;
}

function readNumbers(text: string, done: number, total: number, counts: Counts): string | null {
  const percent = Math.round((100 * done) / total);
  const first = PERCENT_FIRST.exec(text);
  if (first) {
    const [, old, between = "", count, divider = "", of, unit = "", closing = ""] = first;
    if (old === undefined && count === undefined) return null;
    if (between.includes("(") !== (closing !== "")) return null;
    if (count === undefined)
      return isOneBefore(Number(old), done, total) ? `${percent}%${between}${closing}` : null;
    if (!counts(Number(count), Number(of), unit)) return null;
    return `${old === undefined ? "" : `${percent}%`}${between}${done}${divider}${total}${unit}${closing}`;
  }
  const second = COUNT_FIRST.exec(text);
  if (!second) return null;
  const [, count, divider = "", of, unit = "", between = "", , closing = ""] = second;
  if (!counts(Number(count), Number(of), unit)) return null;
  return `${done}${divider}${total}${unit}${between}${percent}%${closing}`;
}

/** True when a bare percentage is that of the phases, with or without the one that was just completed. */
function isOneBefore(percent: number, done: number, total: number): boolean {
  return [done - 1, done].some((count) => {
    const exact = (100 * count) / total;
    return percent === Math.floor(exact) || percent === Math.round(exact) || percent === Math.ceil(exact);
  });
}

/** True when a count is of this milestone's phases. Phases may have been added since it was written. */
function countsPhases(count: number, of: number, unit: string, done: number, total: number): boolean {
  const isNear = count === done || count === done - 1;
  if (of === total) return isNear || (unit !== "" && count <= done);
  return unit !== "" && of < total && isNear;
}

/** True when a count can only be of this milestone's plans: no phase has as many. Plans may have been added since. */
function countsPlans({ done, total, most }: PlanTally): Counts {
  return (count, of, unit) => /plan/i.test(unit) && count <= done && of <= total && of > most;
}
