import { describe, expect, test } from "vitest";
import { readChecklistItem } from "../../src/markdown/checklist.ts";
import { findSection, readMarkdown } from "../../src/markdown/sections.ts";
import { readTables, splitRow } from "../../src/markdown/table.ts";

test("headings outside fences, comments and front matter, with their sections", () => {
  const markdown = readMarkdown(
    "---\n# no\n---\n# One\n## Two ##\n```\n# no\n```\n### Three\n<!--\n## no\n-->\n## Four\n#hash\nC#\n# C#\n",
  );
  expect(markdown.headings.map(({ level, text }) => [level, text])).toEqual([
    [1, "One"],
    [2, "Two"],
    [3, "Three"],
    [2, "Four"],
    [1, "C#"],
  ]);
  expect(findSection(markdown, /^Two$/)).toMatchObject({ start: 5, end: 12 });
  expect(findSection(markdown, /^Four$/)).toMatchObject({ start: 13, end: 15 });
  expect(findSection(markdown, /^Five$/)).toBeNull();
});

describe("tables", () => {
  test.each([
    ["| a | b |", ["a", "b"]],
    ["a | b", ["a", "b"]],
    ["| a \\| b | `c|d` |", ["a | b", "`c|d`"]],
    ["| a | | c |", ["a", "", "c"]],
    ["| lone ` tick | b |", ["lone ` tick", "b"]],
  ])("cells of %j", (line, cells) => expect(splitRow(line)).toEqual(cells));

  test("a table needs a delimiter row and ends where its rows end", () => {
    const markdown = readMarkdown(
      "| no | table |\n\n| A | B |\n|---|:-:|\n| 1 | 2 |\n\n| x |\n| --- |\n```\n| y |\n```\n",
    );
    const tables = readTables(markdown, 0, markdown.lines.length);
    expect(tables.map(({ header, rows }) => [header.cells, rows.map(({ cells }) => cells)])).toEqual([
      [["A", "B"], [["1", "2"]]],
      [["x"], []],
    ]);
    expect(tables[0]!.rows[0]!.index).toBe(4);
  });
});

test.each([
  ["- [ ] a", { checked: false, mark: " ", column: 3, indent: 0, text: "a" }],
  ["  * [X] b ", { checked: true, mark: "X", column: 5, indent: 2, text: "b" }],
  ["1. [x] c", { checked: true, column: 4 }],
  ["- [!] d", { checked: false, mark: "!" }],
  ["- [](x)", null],
  ["- [link](x)", null],
  ["text [x]", null],
])("checklist item %j", (line, item) => {
  const read = readChecklistItem(line);
  if (item === null) expect(read).toBeNull();
  else expect(read).toMatchObject(item);
});
