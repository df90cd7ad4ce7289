/** Requirement ids out of the free text that stands on a `Requirements` line. */

/** No range stands for more ids than this; a longer one gives only its two ends. */
const MAX_RANGE = 100;
/** No line of a real file names more. */
const MAX_IDS = 1_000;

/** `AUTH-01`, `AUTH-V2-01`, `E2E-01`, `ENG-F01`, `GAMES-04b`, `REQ-16-01`: prefix, number, letter. */
const ID = /^([A-Z][A-Z0-9]*(?:-[A-Z0-9]+)*-[A-Z]{0,2})(\d{1,6})([a-z]?)$/;
/** Two ids of one range written as one word: `REL-01-REL-04`. */
const JOINED_RANGE = /^([A-Z][A-Z0-9]*-\d{1,6})-([A-Z][A-Z0-9]*-\d{1,6})$/;
/** Standards and the like, which look like ids in prose. */
const NOT_AN_ID = /^(?:UTF-(?:8|16|32)|ISO-\d{4,}|SHA-\d{1,3}|AES-\d{3}|RFC-\d{3,}|CVE-\d{4}-\d+)$/;
const NONE = /^[^\p{L}\p{N}]*(?:none|n\/a|tbd|nothing|no\b)/iu;
const COUNT = /^[^\p{L}\p{N}]*~?\d+[^\p{L}\p{N}]*(?:requirements?|reqs?|total|ids?)?[^\p{L}\p{N}]*$/iu;
const WORD = /[A-Za-z0-9][A-Za-z0-9_]*(?:[./-]+[A-Za-z0-9_]+)*/g;
const NUMBER = /^\d{1,6}[a-z]?$/;
const RANGE_GAP = /^\s?(?:[–—…→]|\.{2,3}|-)\s?$/;
const CLAUSE = /[;\n]|\.\s|\s—\s/;
const CONNECTIVE = /^(?:and|plus|also|to|through)$/i;
/** `T6`: an id only where nothing else stands on the line. */
const SHORT_ID = /^[A-Z]{1,4}\d{1,4}[a-z]?$/;

interface Id {
  prefix: string;
  digits: string;
  letter: string;
}

/**
 * The ids of a `Requirements` value, each once, in order; ranges (`A-01–04`, `REL-01 to REL-04`, `A-01..05`)
 * are written out. Prose, counts and `None (…)` give none; notes in parentheses count only after a bare count
 * (`4 (REL-01 to REL-04)`): real files name there what moved to another phase.
 */
export function readRequirementIds(value: string): string[] {
  const text = value.replace(/[*`[\]]/g, " ");
  const { outside, inside } = splitParentheses(text);
  if (NONE.test(outside)) return [];
  const ids = scanIds(outside);
  if (ids.length > 0) return ids;
  if (COUNT.test(outside)) return scanIds(inside);
  if (outside.trim() === "") return /^\s*[A-Z][A-Z0-9]*-/.test(inside) ? scanIds(inside) : [];
  const pieces = outside.split(",").map((piece) => piece.trim());
  return pieces.every((piece) => SHORT_ID.test(piece)) ? [...new Set(pieces)] : [];
}

/** The ids of a text that is nothing but a list of ids (`RAPI-01, 02, QH-01`); null for any other text. */
export function readIdList(text: string): string[] | null {
  const pieces = text.split(",").map((piece) => piece.trim());
  const listed = pieces.every(
    (piece, index) => ID.test(piece.split("/", 1)[0]!) || (index > 0 && /^\d{2,6}[a-z]?$/.test(piece)),
  );
  return listed ? scanIds(text) : null;
}

/** The ids that a list item begins with: `**AUTH-01**: text`. */
export function readItemIds(item: string): string[] {
  const end = item.search(/:|\s[—–-]{1,2}\s/);
  return readRequirementIds(end < 0 ? item : item.slice(0, end));
}

function splitParentheses(text: string): { outside: string; inside: string } {
  let outside = "";
  let inside = "";
  let depth = 0;
  for (const char of text) {
    if (char === "(") depth++;
    else if (char === ")") depth = Math.max(0, depth - 1);
    else if (depth === 0) outside += char;
    else inside += char;
    if (char === ")" && depth === 0) inside += "\n";
  }
  return { outside, inside };
}

function scanIds(text: string): string[] {
  const found: string[] = [];
  let last: Id | null = null;
  let end = 0;
  let newClause = false;
  let toPending = false;
  for (const match of text.matchAll(WORD)) {
    if (found.length > MAX_IDS) break;
    const word = match[0];
    const gap = text.slice(end, match.index);
    end = match.index + word.length;
    if (found.length > 0 && CLAUSE.test(gap)) newClause = true;
    const ids: Id[] = readWord(word, toPending, last, gap, text.slice(end, end + 12));
    if (ids.length === 0) {
      toPending = last !== null && /^(?:to|through)$/i.test(word) && /^\s+$/.test(gap);
      // What follows `; reframes …` is said about ids of other phases.
      if (newClause && !CONNECTIVE.test(word)) break;
      if (!toPending) last = null;
      continue;
    }
    newClause = false;
    const first = ids[0]!;
    if (last && (toPending || RANGE_GAP.test(gap))) found.push(...between(last, first));
    for (const id of ids) found.push(spell(id));
    toPending = false;
    last = ids[ids.length - 1]!;
  }
  return [...new Set(found)];
}

/** The ids that one word stands for; a bare number continues the id before it. */
function readWord(word: string, to: boolean, last: Id | null, gap: string, following: string): Id[] {
  if (last && NUMBER.test(word)) {
    const range = RANGE_GAP.test(gap) && !/^\s+—\s*$/.test(gap);
    const listed = /^\s*,\s*$/.test(gap) && word.length >= 2 && /^\s*(?:[,;)–—]|\.{2}|$)/.test(following);
    if (range || listed || to) return [continuation(last, word)];
    return [];
  }
  if (NOT_AN_ID.test(word)) return [];
  const joined = JOINED_RANGE.exec(word);
  if (joined) {
    const [from, to] = [readId(joined[1]!), readId(joined[2]!)];
    if (from && to && from.prefix === to.prefix) return expand(from, to);
  }
  const ends = word.split(/\.{2,}/);
  if (ends.length === 2) {
    const from = readId(ends[0]!);
    if (!from) return [];
    const to = readId(ends[1]!) ?? (NUMBER.test(ends[1]!) ? continuation(from, ends[1]!) : null);
    return to ? expand(from, to) : [from];
  }
  const [head = "", ...variants] = word.split("/");
  const id = readId(head);
  if (!id) return [];
  const ids = [id];
  for (const variant of variants) {
    if (NUMBER.test(variant)) ids.push(continuation(id, variant));
    else if (/^[a-z]$/.test(variant) && id.letter !== "") ids.push({ ...id, letter: variant });
    else break;
  }
  return ids;
}

function readId(word: string): Id | null {
  const match = ID.exec(word);
  return match && { prefix: match[1]!, digits: match[2]!, letter: match[3]! };
}

function continuation(id: Id, number: string): Id {
  const [, digits = number, letter = ""] = /^(\d+)([a-z]?)$/.exec(number) ?? [];
  return { prefix: id.prefix, digits: digits.padStart(id.digits.length, "0"), letter };
}

function expand(from: Id, to: Id): Id[] {
  return [from, ...between(from, to).flatMap((id) => readId(id) ?? []), to];
}

/** The ids strictly between two of one prefix. */
function between(from: Id, to: Id): string[] {
  const [first, last] = [Number(from.digits), Number(to.digits)];
  const alike = from.prefix === to.prefix && from.letter === "" && to.letter === "";
  if (!alike || last <= first || last - first >= MAX_RANGE) return [];
  const ids: string[] = [];
  for (let number = first + 1; number < last; number++) {
    ids.push(from.prefix + String(number).padStart(from.digits.length, "0"));
  }
  return ids;
}

function spell({ prefix, digits, letter }: Id): string {
  return prefix + digits + letter;
}
