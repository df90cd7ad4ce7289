import { describe, expect, test } from "vitest";
import { listItemEnd, readBlocks } from "../../src/markdown/blocks.ts";

/** One letter a line: `.` for prose, `f` for fenced code, `c` for raw HTML, `h` for such that a blank line ends. */
const kinds = (text: string) => [...readBlocks(text).mask].map((kind) => ".?fch"[kind]).join("");

describe("code and raw HTML", () => {
  test.each<[string, string]>([
    ["```\na\n```\nb", "fff."],
    ["~~~~\n~~~\n~~~~~\nb", "fff."],
    ["``` `\na", ".."],
    ["```\n    ```\n```\nb", "fff."],
    ["    ```\na", ".."],
    ["text\n    ```\na", "..."],
    ["text\n```\na", ".ff"],
    ["- a\n  ```\n\n  b\nc\n```", ".fff.f"],
    ["- a\n    ```\n    ```\n", ".ff"],
    ["-     ```\n  a", ".."],
    ["- - ```\n    a\n  b", "ff."],
    ["1. ```\n   a\n  b", "ff."],
    ["> ```\na", ".."],
    ["- a\n\n\t```\n\t```\nb", "..ff."],
    ["<!-- a\n\n-->\nb", "ccc."],
    ["<!-->\nb", "c."],
    ["<!-- a --> b\nc", ".."],
    ["text <!--\nb", ".."],
    ["    <!--\nb", ".."],
    ["- <!--\n\n  a\nb", "ccc."],
    ["<PRE class=x>\n\n</script>\nb", "ccc."],
    ["<prefix> a\nb", ".."],
    ["<style>a</style>\nb", "c."],
    ["<?php\n?>\nb", "cc."],
    ["<![CDATA[\n>\n]]>\nb", "ccc."],
    ["<!DOCTYPE\n>\nb", "cc."],
    ["<div>\nb\n\nc", "hh.."],
    ["</DIV class=x\n# b", "hh"],
    ["<details/>\nb", "hh"],
    ["<divx\nb", ".."],
    ["a\n<p>b\nc", ".hh"],
    ["- a\n</div>\nb", ".hh"],
    ["- <table>\n  b\nc", "hh."],
    ["- a\n  <li>\n\n  b", ".h.."],
    ["> a\n<div>", ".h"],
    ["    <div>", "."],
    ["<br>\nb\n\nc", "hh.."],
    ["a\n<br>\nb", "..."],
    ["- a\n<br>\nb", ".hh"],
    ["- a\n  <br>\nb", "..."],
    ["- a\n- <br>\n  b", ".hh"],
    ["<a name=x id='y z' data-a:b.c = \"d>\" hidden />\nb", "hh"],
    ["</pre >\nb", "hh"],
    ["<br> a\nb", ".."],
    ["<a href=>\nb", ".."],
    ["<sub>a</sub>\nb", ".."],
    ["<https://example.com>\nb", ".."],
    ["-\n\n  ```\nb", "..ff"],
    ["-\n  ```\n\nb", ".ff."],
    ["- -\n\n  ```\nb", "..f."],
  ])("%j", (text, expected) => {
    expect(kinds(text)).toBe(expected);
  });

  test.each<[string, number]>([
    ["a\n```\nb", 1],
    ["a\n<!--\n", 1],
    ["- ```\n  b", 2],
    ["a\n\n<div>\nb", 4],
    ["```\n```", 2],
  ])("in %j %i lines are before what is never closed", (text, count) => {
    expect(readBlocks(text).closedEnd).toBe(count);
  });
});

describe("headings and dividing lines", () => {
  const headings = (text: string) =>
    readBlocks(text).headings.map(
      ({ index, end, level, text: words }) => `${index}-${end} h${level} ${words}`,
    );

  test.each<[string, string[], number[]]>([
    ["# A\n## B ##\n#c\n####### d", ["0-1 h1 A", "1-2 h2 B"], []],
    ["A\n===", ["0-2 h1 A"], []],
    ["a\nb\n-", ["0-3 h2 a b"], []],
    ["- a\n---\nb", [], [1]],
    ["- a\n\nb\n---", ["2-4 h2 b"], []],
    ["> a\nb\n---", [], [2]],
    ["| a |\n---", ["0-2 h2 | a |"], []],
    ["| a |\n|---|\n| b |\n---", [], [3]],
    ["a | b\n:-- | --:\nc | d\n---", [], [3]],
    ["| a |\n| - b |\n===", ["0-3 h1 | a | | - b |"], []],
    ["<b>a</b> b\n---", ["0-2 h2 <b>a</b> b"], []],
    ["<sub>a</sub>\n---", ["0-2 h2 <sub>a</sub>"], []],
    ["a\n\n---\n***\n- - -\n_ _", [], [2, 3, 4]],
    ["- a\n\n  ***\n", [], []],
    ["```\n# A\n---\n```\n# B", ["4-5 h1 B"], []],
    ["- # A\n\n  ## B", ["2-3 h2 B"], []],
    ["<div>\n## A\n---\n\n## B\n</div>\n## C", ["4-5 h2 B"], []],
    ["    # A", [], []],
  ])("%j", (text, expected, dividers) => {
    expect(headings(text)).toEqual(expected);
    expect(readBlocks(text).dividers).toEqual(dividers);
  });
});

describe("where a list item ends", () => {
  test.each<[string, number | null]>([
    ["- a\n- b", 1],
    ["- a\nlazy\n\nb", 2],
    ["- a\n\n  b\n\nc", 3],
    ["- a\n  - b\n    c\n- d", 3],
    ["- a\n  ```\n\n", 3],
    ["- a\n# b", 1],
    ["1) a\n  b\n\n  c", 2],
    ["-\n  a\nb", 3],
    ["-\n\n  a", 1],
    ["- a\n</div>", 1],
    ["- a\n<br>", 1],
    ["- a\n  <br>", 2],
    ["- a\n  <div>\n\n  b\nc\n\nd", 5],
    ["text\n2. a", null],
    ["text", null],
    ["    - a", null],
  ])("%j", (text, end) => {
    expect(listItemEnd(readBlocks(text), 0)).toBe(end);
  });

  test("2. in the middle of a paragraph begins none, and 1. does", () => {
    expect(listItemEnd(readBlocks("a\n2. b"), 1)).toBeNull();
    expect(listItemEnd(readBlocks("a\n1. b"), 1)).toBe(2);
    expect(listItemEnd(readBlocks("1. a\n2. b"), 1)).toBe(2);
    expect(listItemEnd(readBlocks("a\n-"), 1)).toBeNull();
  });
});

test("hostile text takes linear time", () => {
  const parts = [
    "- ",
    "- a\n",
    "> ",
    "1. ",
    "\t",
    "```\n",
    "<!--\n",
    "<!-- -->",
    "<pre",
    "#",
    "- ```\n",
    "--> \n",
    "  - x\n",
    "<div>\n",
    "<a b=c ",
    "<a ",
    "<a b = 'c'\t",
    "<a b\t ",
    "-\n\n",
  ];
  const nested = Array.from({ length: 2_000 }, (_, depth) => `${"  ".repeat(depth)}- a\n`).join("");
  for (const text of [nested, ...parts.map((part) => part.repeat(Math.ceil(1_000_000 / part.length)))]) {
    const start = performance.now();
    readBlocks(text);
    expect(performance.now() - start, text.slice(0, 20)).toBeLessThan(10_000);
  }
});
