/** The ids that a table cell or a list item is about: those it begins with, in any of the ways of real files. */

/** No range of a real file is longer; a longer one is about nothing here. */
const MAX_RANGE = 1_000;
/** No list of ids is longer. */
const MAX_HEAD = 4_000;

const LINK = /\[([^[\]]*)\]\([^()]*\)/g;
const TOKEN = /[A-Za-z][A-Za-z0-9]*(?:[-_.][A-Za-z0-9]+)*/y;
const NUMBER = /\d{1,6}[a-z]?(?![A-Za-z0-9_])/y;
const LETTER = /[a-z](?![A-Za-z0-9_])/y;
const RANGE_MARK = /\s*(?:\.{2,3}|…|[–—-]|\b(?:to|through)\b)\s*/y;
const LIST_MARK = /\s*(?:[,;&+/]|\band\b)\s*/y;
/** An id as lists and ranges have it: prefix, number, letter. */
const NUMBERED = /^(.*?[A-Za-z_-])(\d{1,6})([a-z]?)$/;
const JOINED = /^([A-Za-z][A-Za-z0-9]*-\d{1,6})-([A-Za-z][A-Za-z0-9]*-\d{1,6})$/;

/**
 * Null where the text begins with no id, or with a range that cannot be written out. `**A-01**: text`, `A-01 (note)`
 * and `A-01 text` are about `A-01`; `A-01..05` and `A-01, A-02` are about each of them, spelled like the first.
 */
export function readLeadingIds(text: string): string[] | null {
  const head = text
    .slice(0, MAX_HEAD)
    .replace(LINK, "$1")
    .replace(/[*`[\]~]|(?<![A-Za-z0-9])_+|_+(?![A-Za-z0-9])/g, "")
    .trim();
  const first = match(TOKEN, head, 0);
  if (first === null || !/\d/.test(first)) return null;
  const joined = JOINED.exec(first);
  const ids = joined ? between(joined[1]!, joined[2]!) : [first];
  let at = first.length;
  while (ids && ids.length <= MAX_RANGE) {
    const next = readNext(head, at, ids.at(-1)!);
    if (next === null) return isEnd(head, at) ? [...new Set(ids)] : null;
    if (next.ids === null) return null;
    ids.push(...next.ids);
    at = next.end;
  }
  return null;
}

/** What a mark and an id or a number continue the list with; null where the list ends. */
function readNext(head: string, at: number, last: string): { ids: string[] | null; end: number } | null {
  const range = match(RANGE_MARK, head, at);
  const mark = range ?? match(LIST_MARK, head, at);
  if (mark === null) return null;
  const start = at + mark.length;
  const token = match(TOKEN, head, start);
  const known = NUMBERED.exec(last);
  const spelled = token === null ? null : NUMBERED.exec(token);
  if (range !== null) {
    // `A-01 — OAuth2 login` and `A-01 - 3 columns` describe; a range ends in an id of the same prefix or a number.
    if (spelled && known && spelled[1] === known[1]) {
      return { ids: between(last, token!)?.slice(1) ?? null, end: start + token!.length };
    }
    // `A-01 to B-03` is a range that nothing here can write out.
    if (token !== null && /^[A-Z].*-\d+[a-z]?$/.test(token) && endsItem(head, start + token.length)) {
      return { ids: null, end: start };
    }
    const number = match(NUMBER, head, start);
    if (number === null || !known || (/[–—-]/.test(mark) && mark.length > 1)) return null;
    return { ids: between(last, continued(known, number))?.slice(1) ?? null, end: start + number.length };
  }
  if (token !== null && spelled && /^[A-Z]/.test(token) && endsItem(head, start + token.length)) {
    return { ids: [token], end: start + token.length };
  }
  const number = match(NUMBER, head, start);
  if (
    known &&
    number !== null &&
    (mark === "/" || number.length > 1) &&
    endsItem(head, start + number.length)
  ) {
    return { ids: [continued(known, number)], end: start + number.length };
  }
  const letter = mark === "/" && known?.[3] ? match(LETTER, head, start) : null;
  return letter === null ? null : { ids: [known![1]! + known![2]! + letter], end: start + 1 };
}

function match(pattern: RegExp, text: string, at: number): string | null {
  pattern.lastIndex = at;
  return pattern.exec(text)?.[0] ?? null;
}

function continued(known: RegExpExecArray, number: string): string {
  const digits = number.replace(/[a-z]$/, "");
  return known[1]! + digits.padStart(known[2]!.length, "0") + number.slice(digits.length);
}

/** Every id from one to another of the same prefix, both included; null where that cannot be told. */
function between(from: string, to: string): string[] | null {
  const [first, last] = [NUMBERED.exec(from), NUMBERED.exec(to)];
  if (!first || !last || first[1] !== last[1] || first[3] !== "" || last[3] !== "") return null;
  const [low, high] = [Number(first[2]), Number(last[2])];
  if (high < low || high - low >= MAX_RANGE) return null;
  return Array.from(
    { length: high - low + 1 },
    (_, offset) => first[1]! + String(low + offset).padStart(first[2]!.length, "0"),
  );
}

function endsItem(head: string, at: number): boolean {
  return /^\s*(?:$|[:,;&+/().–—…-]|and\b|to\b|through\b)/.test(head.slice(at, at + 20));
}

/** True where what was read is not the beginning of another word: `A-01é`, `A-01/login`. */
function isEnd(head: string, at: number): boolean {
  const next = head.charAt(at);
  return (
    next === "" ||
    /[\s:,;.()!?–—…|&+]/.test(next) ||
    (next === "-" && !/[\p{L}\p{N}]/u.test(head.charAt(at + 1)))
  );
}
