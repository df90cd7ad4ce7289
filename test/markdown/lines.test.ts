import fc from "fast-check";
import { describe, expect, test } from "vitest";
import {
  COMMENT,
  closingLine,
  FENCE,
  FRONTMATTER,
  joinText,
  maskLines,
  PROSE,
  splitText,
  usualEnding,
} from "../../src/markdown/lines.ts";

const pieces = fc
  .array(fc.constantFrom("a", "\n", "\r\n", "\r", "```", "<!--", "-->", "---", "\uFEFF", " ", "é", "𝄞"), {
    maxLength: 30,
  })
  .map((parts) => parts.join(""));

test("joining gives back every byte", () => {
  fc.assert(
    fc.property(pieces, (text) => {
      expect(joinText(splitText(text))).toBe(text);
    }),
  );
});

test("a final newline makes no extra line, and endings stay with their lines", () => {
  expect(splitText("\uFEFFa\r\nb\nc")).toEqual({
    bom: "\uFEFF",
    lines: ["a", "b", "c"],
    endings: ["\r\n", "\n", ""],
  });
  expect(splitText("a\n").lines).toEqual(["a"]);
  expect(splitText("")).toEqual({ bom: "", lines: [], endings: [] });
});

describe("what lines are", () => {
  const P = PROSE;
  const M = FRONTMATTER;
  const F = FENCE;
  const C = COMMENT;
  test.each([
    ["front matter", ["---", "# not a heading", "---", "x"], [M, M, M, P]],
    ["unclosed front matter is prose", ["---", "a: 1"], [P, P]],
    ["fence", ["```ts", "# x", "```", "y"], [F, F, F, P]],
    ["tildes", ["~~~", "```", "~~~", "y"], [F, F, F, P]],
    ["a longer fence holds a shorter one", ["````", "```", "x", "````", "y"], [F, F, F, F, P]],
    ["an info string does not close", ["```", "```js", "```", "y"], [F, F, F, P]],
    ["inside a list item", ["- a", "  ```", "  # x", "  ```", "y"], [P, F, F, F, P]],
    ["opened on the item's own line", ["- ```", "  # x", "  ```", "y"], [F, F, F, P]],
    ["inline code is no fence", ["```x``` y", "z"], [P, P]],
    ["comment", ["<!--", "# x", "-->", "y"], [C, C, C, P]],
    ["comment on one line", ["<!-- x -->", "y"], [C, P]],
    ["text after a comment counts", ["<!-- x --> y"], [P]],
    ["a comment sign inside prose", ["say `<!--` to", "y"], [P, P]],
  ])("%s", (_, lines, mask) => {
    expect([...maskLines(lines)]).toEqual(mask);
  });
});

test.each<[string, string[], string | null]>([
  ["nothing is open", ["a", "```", "b", "```"], null],
  ["an empty text", [], null],
  ["a fence", ["a", "```yaml", "b"], "```"],
  ["a long fence", ["~~~~", "~~~"], "~~~~"],
  ["a fence in a list item", ["- a", "  ```", "  b"], "  ```"],
  ["a fence on an item's own line", ["- ```", "  b"], "  ```"],
  ["a comment", ["<!-- a", "```"], "-->"],
  ["the second of two", ["```", "a", "```", "```", "b"], "```"],
])("the line that closes what is open: %s", (_, lines, expected) => {
  const closing = closingLine(lines);
  expect(closing).toBe(expected);
  if (closing === null) return;
  const mask = maskLines([...lines, closing, "b"]);
  expect([...mask]).toEqual([...maskLines(lines), mask[lines.length - 1], PROSE]);
});

test("what is open at the end can be closed", () => {
  fc.assert(
    fc.property(pieces, (text) => {
      const { lines } = splitText(text);
      const closing = closingLine(lines);
      if (closing !== null) expect(closingLine([...lines, closing])).toBeNull();
    }),
  );
});

test.each([
  ["", "\n"],
  ["a", "\n"],
  ["a\nb\r\nc\r\n", "\r\n"],
  ["a\nb\r\n", "\n"],
])("the usual ending of %j", (text, ending) => {
  expect(usualEnding(splitText(text))).toBe(ending);
});
