import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { cut, enumerate, plain, safeJson, widthOf, wrap } from "../../src/cli/text.ts";

/** Of more than one kind: narrow, wide, combining, joined, and what a terminal would obey. */
const text = fc
  .array(
    fc.constantFrom(
      "a",
      "Z",
      "7",
      " ",
      "/",
      "-",
      "日",
      "本",
      "é",
      "e\u0301",
      "👨‍👩‍👧",
      "한",
      "\u200d",
      "\t",
      "\n",
    ),
    { maxLength: 60 },
  )
  .map((parts) => parts.join(""));

const hostile = fc
  .array(
    fc.oneof(
      fc.string({ unit: "binary", maxLength: 4 }),
      fc.constantFrom("\x1b[31m", "\x9b2J", "\x1b]0;t\x07", "\u202e", "\ud800"),
    ),
    { maxLength: 20 },
  )
  .map((parts) => parts.join(""));

/** What changes a terminal, or the order in which it shows things. */
const OBEYED = /[\p{Cc}\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069\p{Zl}\p{Zp}\p{Cs}]/u;

describe("plain", () => {
  test.each([
    ["\x1b[31mred\x1b[0m", "red"],
    ["\x1b]8;;http://example.com\x07link\x1b]8;;\x07", "link"],
    ["\x1b]0;title\x07after", "after"],
    ["\x9b2Jcleared", "cleared"],
    ["a\r\nb\tc\u2028d", "a b c d"],
    ["user\u202egnp.exe", "usergnp.exe"],
    ["zero\u200bwidth\ufeff", "zerowidth"],
    ["👨‍👩‍👧 e\u0301", "👨‍👩‍👧 e\u0301"],
    [`z${"\u0300".repeat(50)}`, `z${"\u0300".repeat(4)}`],
    ["lone \ud800 half", "lone  half"],
    ["  spaces  ", "spaces"],
    ["\x1b\x1b[1mtwice", "twice"],
  ])("%j is shown as %j", (given, expected) => {
    expect(plain(given)).toBe(expected);
  });

  test("leaves nothing that a terminal obeys, and is done after one time", () => {
    fc.assert(
      fc.property(hostile, (given) => {
        const shown = plain(given);
        expect(shown).not.toMatch(OBEYED);
        expect(plain(shown)).toBe(shown);
      }),
    );
  });

  test("is linear", () => {
    for (const part of ["\x1b]", "\x1b[1;", "\x1b];a", "\u0300", " "]) plain(part.repeat(100_000));
  });
});

test("safeJson reads as the same value and has nothing that a terminal obeys", () => {
  fc.assert(
    fc.property(fc.dictionary(hostile, hostile), fc.constantFrom(0, 2), (value, indent) => {
      const json = safeJson(value, indent);
      expect(JSON.parse(json)).toEqual(JSON.parse(JSON.stringify(value)));
      expect(json.replaceAll("\n", "")).not.toMatch(OBEYED);
    }),
  );
});

describe("wrap", () => {
  test.each<[string, number, string[]]>([
    ["", 10, [""]],
    ["one two three", 7, ["one two", "three"]],
    ["日本語のテキスト", 6, ["日本語", "のテキ", "スト"]],
    ["e\u0301e\u0301e\u0301e\u0301", 2, ["e\u0301e\u0301", "e\u0301e\u0301"]],
    ["👨‍👩‍👧👨‍👩‍👧", 2, ["👨‍👩‍👧", "👨‍👩‍👧"]],
    ["see src/server/messages/ownership.ts", 24, ["see src/server/messages/", "ownership.ts"]],
    ["abcdefghij", 4, ["abcd", "efgh", "ij"]],
  ])("%j in %i columns", (given, width, lines) => {
    expect(wrap(given, width)).toEqual(lines);
  });

  test("keeps every character in order, and no line is too wide", () => {
    fc.assert(
      fc.property(text.map(plain), fc.integer({ min: 2, max: 30 }), (given, width) => {
        const lines = wrap(given, width);
        expect(lines.join("").replaceAll(" ", "")).toBe(given.replaceAll(" ", ""));
        for (const line of lines) expect(widthOf(line)).toBeLessThanOrEqual(width);
      }),
    );
  });
});

test.each([
  ["abc", 3, "abc"],
  ["abcd", 3, "ab…"],
  ["日本語", 5, "日本…"],
  ["日本語", 4, "日…"],
])("%j cut to %i columns", (given, width, expected) => {
  expect(cut(given, width, "…")).toBe(expected);
});

test.each([
  [[], ""],
  [["a"], "a"],
  [["a", "b"], "a and b"],
  [["a", "b", "c"], "a, b and c"],
])("%j enumerated", (parts, expected) => {
  expect(enumerate(parts)).toBe(expected);
});
