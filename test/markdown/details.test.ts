import { expect, test } from "vitest";
import { readBlocks } from "../../src/markdown/blocks.ts";
import { readDetails } from "../../src/markdown/details.ts";
import { readMarkdown } from "../../src/markdown/sections.ts";

const read = (...lines: string[]) =>
  readDetails(readMarkdown(lines.join("\n"))).map(({ start, end, summary }) => `${start}-${end} ${summary}`);

test("a block reaches from its tag to its end", () => {
  expect(read("a", "<details>", "<summary>v1.0 (shipped)</summary>", "b", "</details>", "c")).toEqual([
    "1-5 v1.0 (shipped)",
  ]);
});

test("tags on one line, in capitals, with attributes, and a summary over several lines", () => {
  expect(read("<DETAILS open><summary>A</summary>x</DETAILS>")).toEqual(["0-1 A"]);
  expect(read('<details class="x">', "<summary>", "  A", "B", "</summary>", "C", "</details>")).toEqual([
    "0-7 A B",
  ]);
});

test("the inner one of two comes first; one that is never closed reaches to the end", () => {
  expect(read("<details><summary>A</summary>", "<details><summary>B</summary>", "</details>", "x")).toEqual([
    "1-3 B",
    "0-4 A",
  ]);
});

test("what is no tag, and what stands in a fence or a comment, is none", () => {
  expect(
    read("```", "<details>", "```", "<!-- <details> -->", "a < details", "</details>", "<detailsx>"),
  ).toEqual([]);
});

test("a tag in inline code, behind a backslash or in a quote is none", () => {
  expect(read("Use `<details>` here", "x", "`` ` </details> ``", "\\<details>", "> <details>", ">")).toEqual(
    [],
  );
  expect(
    read("<details><summary>The `<summary>` tag</summary>", "`</details>`", "> </details>", "</details>"),
  ).toEqual(["0-4 The `<summary>` tag"]);
  expect(read("a ` <details>", "- text </details> `")).toEqual(["0-2 "]);
});

test("indented code is told from lists where the blocks are read", () => {
  const inBlocks = (...lines: string[]) =>
    readDetails(readBlocks(lines.join("\n"))).map(({ start, end }) => [start, end]);
  expect(inBlocks("    <details>", "", "\t</details>")).toEqual([]);
  expect(inBlocks("- a", "    <details>", "    </details>")).toEqual([[1, 3]]);
  expect(read("    <details>", "    </details>")).toEqual(["0-2 "]);
});

test("hostile lines take linear time", () => {
  const start = performance.now();
  read(
    "<details".repeat(200_000),
    "`<details>``".repeat(50_000),
    "<summary>".repeat(100_000),
    "<details>".repeat(50_000),
  );
  expect(performance.now() - start).toBeLessThan(5_000);
});
