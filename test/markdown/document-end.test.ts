import { describe, expect, test } from "vitest";
import { documentEnd, isRule, trimmedEnd } from "../../src/markdown/document-end.ts";
import { itemEnd } from "../../src/markdown/item-end.ts";
import { readMarkdown } from "../../src/markdown/sections.ts";

describe("the end of a document", () => {
  test.each<[lines: string[], end: number]>([
    [[], 0],
    [["# A", "text"], 2],
    [["# A", "text", "", "", "---", ""], 2],
    [["# A", "text", "", "---", "*Updated*", "*by me*"], 2],
    [["# A", "text", "", "---", "", "Last updated: today"], 2],
    [["# A", "text", "", "_Updated_"], 2],
    [["# A", "text", "", "*Updated*", "", "---", "*Again*"], 2],
    [["# A", "text", "---", "*Updated*"], 3],
    [["# A", "", "---", "", "## B", "text"], 6],
    [["# A", "", "---", "", "- item"], 5],
    [["# A", "", "---", "a", "b", "c", "d", "e", "f", "g"], 10],
    [["# A", "**bold**"], 2],
    [["---", "a: 1", "---"], 3],
    [["---", "a: 1", "---", "", "*Updated*"], 3],
    [["# A", "", "```", "open"], 1],
    [["# A", "```", "x", "```"], 4],
    [["# A", "<!-- open", "x"], 1],
  ])("%j", (lines, end) => {
    expect(documentEnd(readMarkdown(lines.join("\n")))).toBe(end);
  });
});

test.each([
  ["---", true],
  ["***", true],
  [" - - -", true],
  ["_____  ", true],
  ["--", false],
  ["--- x", false],
  ["    ---", false],
])("rule: %j", (line, expected) => {
  expect(isRule(readMarkdown(`text\n\n${line}\n`), 2)).toBe(expected);
  expect(isRule(readMarkdown(`text\n${line}\n`), 1)).toBe(false);
});

test("a run of lines ends before blank lines and rules, but never before its start", () => {
  const markdown = readMarkdown("a\n\n---\n\nb");
  expect([trimmedEnd(markdown, 0, 4), trimmedEnd(markdown, 2, 4), trimmedEnd(markdown, 0, 5)]).toEqual([
    1, 2, 5,
  ]);
});

test.each<[lines: string[], end: number]>([
  [["- a", "- b"], 1],
  [["- a", "  - b", "  c", "- d"], 3],
  [["- a", "", "  b", "", "c"], 3],
  [["- a", "lazy", "", "b"], 2],
  [["- a", "**Goal:** x"], 1],
  [["- a", "**Goal**: x"], 1],
  [["- a", "## b"], 1],
  [["- a", "---"], 1],
  [["- a", "| b |"], 1],
  [["- a", "  ```", "- x", "  ```", "- b"], 4],
  [["- a", "", "```", "x", "```"], 1],
  [["  - a", "  - b"], 1],
  [["- a"], 1],
])("a list item ends: %j", (lines, end) => {
  expect(itemEnd(readMarkdown(lines.join("\n")), 0)).toBe(end);
});
