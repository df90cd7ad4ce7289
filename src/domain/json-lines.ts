/** JSON with the line of every key, and of what is wrong: `JSON.parse` does not tell either on every engine. */

export type Json = string | number | boolean | null | Json[] | JsonObject;
export interface JsonObject {
  [key: string]: Json;
}

export interface JsonReading {
  value: Json;
  /** Line of each object's keys, from 1; of a repeated key the last, whose value counts. */
  lines: Map<JsonObject, Map<string, number>>;
}

export interface JsonProblem {
  line: number;
  message: string;
}

/** Configuration is shallow; what is nested deeper is refused before the stack is exhausted. */
const MAX_DEPTH = 64;
const NUMBER = /-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?/y;
const SPACE = /[ \t\r\n]*/y;
const WORDS: readonly (readonly [string, Json])[] = [
  ["true", true],
  ["false", false],
  ["null", null],
];

interface Cursor {
  text: string;
  at: number;
  lines: JsonReading["lines"];
  /** Where line `line` was last counted up to. */
  counted: number;
  line: number;
}

/** Thrown inside this file only; carries the offset. */
class Unreadable extends Error {
  readonly at: number;

  constructor(message: string, at: number) {
    super(message);
    this.at = at;
  }
}

/** Reads strict JSON, a byte-order mark aside. Never throws. */
export function readJson(text: string): JsonReading | { problem: JsonProblem } {
  const cursor: Cursor = {
    text,
    at: text.startsWith("\uFEFF") ? 1 : 0,
    lines: new Map(),
    counted: 0,
    line: 1,
  };
  try {
    const value = readValue(cursor, 0);
    if (cursor.at < text.length) throw unexpected(cursor, "the end of the file");
    return { value, lines: cursor.lines };
  } catch (error) {
    if (!(error instanceof Unreadable)) throw error;
    return {
      problem: { line: lineAt({ ...cursor, counted: 0, line: 1 }, error.at), message: error.message },
    };
  }
}

function readValue(cursor: Cursor, depth: number): Json {
  skipSpace(cursor);
  const { text, at } = cursor;
  if (depth > MAX_DEPTH) throw new Unreadable(`more than ${MAX_DEPTH} levels deep`, at);
  let value: Json | undefined;
  if (text[at] === "{") value = readObject(cursor, depth);
  else if (text[at] === "[") value = readArray(cursor, depth);
  else if (text[at] === '"') value = readString(cursor);
  else value = readWord(cursor);
  skipSpace(cursor);
  return value;
}

function readObject(cursor: Cursor, depth: number): JsonObject {
  const object: JsonObject = Object.create(null);
  const lines = new Map<string, number>();
  cursor.lines.set(object, lines);
  cursor.at++;
  skipSpace(cursor);
  if (take(cursor, "}")) return object;
  do {
    skipSpace(cursor);
    if (cursor.text[cursor.at] !== '"') throw unexpected(cursor, "a key in double quotes");
    const line = lineAt(cursor, cursor.at);
    const key = readString(cursor);
    lines.set(key, line);
    skipSpace(cursor);
    if (!take(cursor, ":")) throw unexpected(cursor, "`:`");
    object[key] = readValue(cursor, depth + 1);
  } while (take(cursor, ","));
  if (!take(cursor, "}")) throw unexpected(cursor, "`,` or `}`");
  return object;
}

function readArray(cursor: Cursor, depth: number): Json[] {
  const array: Json[] = [];
  cursor.at++;
  skipSpace(cursor);
  if (take(cursor, "]")) return array;
  do array.push(readValue(cursor, depth + 1));
  while (take(cursor, ","));
  if (!take(cursor, "]")) throw unexpected(cursor, "`,` or `]`");
  return array;
}

function readString(cursor: Cursor): string {
  const start = cursor.at;
  let end = start + 1;
  while (end < cursor.text.length && cursor.text[end] !== '"' && cursor.text[end] !== "\n") {
    end += cursor.text[end] === "\\" ? 2 : 1;
  }
  if (cursor.text[end] !== '"') throw new Unreadable("a string has no closing quote", start);
  cursor.at = end + 1;
  try {
    return JSON.parse(cursor.text.slice(start, end + 1));
  } catch {
    throw new Unreadable("a string has an invalid character or escape", start);
  }
}

function readWord(cursor: Cursor): Json {
  const word = WORDS.find(([name]) => cursor.text.startsWith(name, cursor.at));
  if (word) {
    cursor.at += word[0].length;
    return word[1];
  }
  NUMBER.lastIndex = cursor.at;
  const number = NUMBER.exec(cursor.text);
  if (!number) throw unexpected(cursor, "a value");
  cursor.at += number[0].length;
  return Number(number[0]);
}

function skipSpace(cursor: Cursor): void {
  SPACE.lastIndex = cursor.at;
  SPACE.exec(cursor.text);
  cursor.at = SPACE.lastIndex;
}

function take(cursor: Cursor, char: string): boolean {
  if (cursor.text[cursor.at] !== char) return false;
  cursor.at++;
  return true;
}

function unexpected(cursor: Cursor, expected: string): Unreadable {
  const char = cursor.text.codePointAt(cursor.at);
  const found = char === undefined ? "the end of the file" : `\`${String.fromCodePoint(char)}\``;
  return new Unreadable(`expected ${expected}, found ${found}`, cursor.at);
}

/** The line of an offset; offsets are asked for in ascending order. */
function lineAt(cursor: Cursor, offset: number): number {
  for (let at = cursor.text.indexOf("\n", cursor.counted); at >= 0 && at < offset; ) {
    cursor.line++;
    cursor.counted = at + 1;
    at = cursor.text.indexOf("\n", cursor.counted);
  }
  return cursor.line;
}
