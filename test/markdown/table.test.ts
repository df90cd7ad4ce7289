import { expect, test } from "vitest";
import { readMarkdown } from "../../src/markdown/sections.ts";
import { readTables } from "../../src/markdown/table.ts";

const tables = (delimiter: string) => readTables(readMarkdown(`| A | B |\n${delimiter}\n| 1 | 2 |\n`), 0, 3);

test.each(["|---|---|", "---|---", " | :-: | --- | ", "|-", "|:--|--:|", "-|-|"])(
  "%j is a delimiter",
  (line) => {
    expect(tables(line)).toMatchObject([{ header: { index: 0 }, rows: [{ cells: ["1", "2"] }] }]);
  },
);

test.each(["| | |", "||---|", "|---||", "|--x|", "| - - |", "|::-|", "|"])("%j is none", (line) => {
  expect(tables(line)).toEqual([]);
});

test("a hostile delimiter is read in time that grows with its length", () => {
  for (const line of [`|---${" ".repeat(100_000)}x`, `|---${" |".repeat(100_000)}x`, "- ".repeat(100_000)]) {
    const start = performance.now();
    tables(`|${line}`);
    expect(performance.now() - start).toBeLessThan(3_000);
  }
});
