import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { splitRow } from "../../src/markdown/table.ts";
import { addCell, cellSpans, setCell } from "../../src/markdown/table-cell.ts";

const row = fc
  .array(fc.constantFrom("|", "\\", "`", " ", "a", "é", "𝄞", "-", "\t", "\\|"), { maxLength: 20 })
  .map((parts) => parts.join(""));

test("cells stand where splitRow finds them", () => {
  fc.assert(
    fc.property(row, (line) => {
      const cells = cellSpans(line).map(({ start, end }) =>
        // A pipe after a backslash is part of its cell, also in a code span.
        line.slice(start, end).replaceAll("\\|", "|").trim(),
      );
      expect(cells).toEqual(splitRow(line));
    }),
    { numRuns: 2000 },
  );
});

describe("setCell", () => {
  test.each<[string, string, number, string, string]>([
    ["the column keeps its width", "| A | Pending    |", 1, "Complete", "| A | Complete   |"],
    ["it grows where it must", "| A | Pending |", 1, "Complete", "| A | Complete |"],
    ["without space", "|A|Pending|", 1, "Complete", "|A|Complete|"],
    ["space is used where there is some", "|A|Pending  |", 1, "Complete", "|A|Complete |"],
    ["an empty cell", "| A ||", 1, "Complete", "| A | Complete |"],
    ["a blank cell", "| A |          |", 1, "Complete", "| A | Complete |"],
    ["a cell in the middle", "| A | — | note |  ", 1, "Complete", "| A | Complete | note |  "],
    ["without a last pipe", "A | Pending  ", 1, "Complete", "A | Complete  "],
    ["a tab before the text stays", "|\tPending\t|", 0, "Done", "|\tDone    |"],
    ["an escaped pipe does not divide", "| a \\| b | x |", 1, "y", "| a \\| b | y |"],
    ["no pattern in the text is special", "| x |", 0, "$& $1", "| $& $1 |"],
  ])("%s", (_, line, index, text, expected) => {
    expect(setCell(line, cellSpans(line)[index]!, text)).toBe(expected);
  });

  test("the widest cell of an aligned column keeps its width too", () => {
    const line = "| A | In Progress |";
    const [, span] = cellSpans(line);
    expect(setCell(line, span!, "✓", " Status      ".length)).toBe("| A | ✓           |");
    expect(setCell(line, span!, "✓")).toBe("| A | ✓           |");
    expect(setCell(line, span!, "✓", " Status ".length)).toBe("| A | ✓ |");
    expect(setCell("| A | -   |", { start: 5, end: 10 }, "✓", 8)).toBe("| A | ✓   |");
  });

  test("the cell says the text, every other cell and all around it stays", () => {
    const word = fc.stringMatching(/^[A-Za-z✓]{1,12}$/);
    fc.assert(
      fc.property(row, fc.nat(), word, (line, pick, text) => {
        const spans = cellSpans(line);
        const index = pick % spans.length;
        const { start, end } = spans[index]!;
        const changed = setCell(line, { start, end }, text);
        expect(changed.startsWith(line.slice(0, start))).toBe(true);
        expect(changed.endsWith(line.slice(end))).toBe(true);
        expect(changed.slice(start, changed.length - (line.length - end)).trim()).toBe(text);
        const again = { start, end: changed.length - (line.length - end) };
        expect(setCell(changed, again, text)).toBe(changed);
      }),
    );
  });
});

test.each([
  ["| A | B |", "| A | B | Complete |"],
  ["| A | B |  ", "| A | B | Complete |  "],
  ["A | B", "A | B | Complete"],
])("addCell %j", (line, expected) => {
  expect(addCell(line, "Complete")).toBe(expected);
});
