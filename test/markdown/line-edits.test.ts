import fc from "fast-check";
import { expect, test } from "vitest";
import {
  beginEdits,
  currentLine,
  finishEdits,
  insertLines,
  removeLine,
  replaceLine,
} from "../../src/markdown/line-edits.ts";

function edit(text: string, change: (edits: ReturnType<typeof beginEdits>) => void): string {
  const edits = beginEdits(text);
  change(edits);
  return finishEdits(edits);
}

test.each<[text: string, index: number, expected: string]>([
  ["a\nb\n", 1, "a\nX\nY\nb\n"],
  ["a\nb\n", 2, "a\nb\nX\nY\n"],
  ["a\nb", 2, "a\nb\nX\nY"],
  ["a\r\nb", 2, "a\r\nb\r\nX\r\nY"],
  ["a\r\nb\r\nc\n", 0, "X\r\nY\r\na\r\nb\r\nc\n"],
  ["", 0, "X\nY\n"],
  ["\uFEFF", 0, "\uFEFFX\nY\n"],
  ["a", 1, "a\nX\nY"],
])("two lines into %j at %i", (text, index, expected) => {
  expect(edit(text, (edits) => insertLines(edits, index, ["X", "Y"]))).toBe(expected);
});

test.each<[text: string, index: number, expected: string]>([
  ["a\nb\nc\n", 1, "a\nc\n"],
  ["a\nb\nc", 2, "a\nb"],
  ["a\r\nb", 0, "b"],
  ["a", 0, ""],
])("line %j without %i", (text, index, expected) => {
  expect(edit(text, (edits) => removeLine(edits, index))).toBe(expected);
});

test("a last line that others replace ends as it did", () => {
  const replaced = edit("a\r\nb", (edits) => {
    removeLine(edits, 1);
    insertLines(edits, 1, ["X", "Y"]);
  });
  expect(replaced).toBe("a\r\nX\r\nY");
});

test("insertions at one place keep their order; indexes are those of the original", () => {
  const text = edit("a\nb\nc\n", (edits) => {
    insertLines(edits, 1, ["1"]);
    expect(replaceLine(edits, 1, "B")).toBe(true);
    expect(replaceLine(edits, 1, "B")).toBe(false);
    expect(currentLine(edits, 1)).toBe("B");
    insertLines(edits, 1, ["2"]);
    replaceLine(edits, 2, "$&");
  });
  expect(text).toBe("a\n1\n2\nB\n$&\n");
});

test("without a change it is the same text", () => {
  fc.assert(
    fc.property(fc.string({ unit: "binary" }), fc.nat(5), (text, index) => {
      expect(edit(text, (edits) => replaceLine(edits, index, currentLine(edits, index)))).toBe(text);
    }),
  );
});
