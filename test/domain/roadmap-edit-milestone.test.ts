import { expect, test } from "vitest";
import { completeMilestoneRow } from "../../src/domain/roadmap-edit-milestone.ts";
import { beginEdits, finishEdits } from "../../src/markdown/line-edits.ts";
import { readMarkdown } from "../../src/markdown/sections.ts";

const HEAD = "| Milestone | Phases | Plans | Status |\n|---|---|---|---|\n";
const TALLY = { phases: { done: 5, total: 7 }, plans: { done: 17, total: 18 } };

function edit(text: string, tally = TALLY): string {
  const edits = beginEdits(text);
  const changed = completeMilestoneRow(edits, readMarkdown(text), "1.2.0", tally);
  const edited = finishEdits(edits);
  expect(changed).toBe(edited !== text);
  return edited;
}

test.each<[row: string, expected: string]>([
  ["| v1.2.0 Group Chat | 6 | 8/12 | Open |", "| v1.2.0 Group Chat | 7 | 17/18 | Open |"],
  ["| 🔄 v1.2 | 4/6 | 8/12 |", "| 🔄 v1.2 | 5/7 | 17/18 |"],
  ["| v1.2.0 | 7 | 17/18 | Open |", "| v1.2.0 | 7 | 17/18 | Open |"],
  // A count of those that are done, a mere number of plans, more than there is, a range.
  ["| v1.2.0 | 4 | 18 | Open |", "| v1.2.0 | 4 | 18 | Open |"],
  ["| v1.2.0 | 8 | 8/19 | Open |", "| v1.2.0 | 8 | 8/19 | Open |"],
  ["| v1.2.0 | 1-6 | 18/18 | Open |", "| v1.2.0 | 1-6 | 18/18 | Open |"],
  ["| v1.2.0 | ~6 | TBD | Open |", "| v1.2.0 | ~6 | TBD | Open |"],
  ["| v1.1.0 | 6 | 8/12 | Open |", "| v1.1.0 | 6 | 8/12 | Open |"],
])("%s", (row, expected) => {
  const [before, after] = [row, expected].map(
    (one) => `# R\r\n${HEAD}${one}  \n| v1.3 | 6 | 8/12 | Open |\n`,
  );
  expect(edit(before!)).toBe(after);
  expect(edit(after!)).toBe(after);
});

test("a phase count that lags by the phase that ends the milestone", () => {
  const tally = { ...TALLY, phases: { done: 7, total: 7 } };
  expect(edit(`${HEAD}| v1.2.0 | 6 | 18/18 |\n`, tally)).toBe(`${HEAD}| v1.2.0 | 7 | 18/18 |\n`);
});

test("other tables stay, and one that has the milestone twice", () => {
  for (const text of [
    `${HEAD}| v1.2.0 | 6 | 8/12 |\n| v1.2.0 | 6 | 8/12 |\n`,
    "| Milestone | Plans |\n|---|---|\n| v1.2.0 | 8/12 |\n",
    "| Phase | Phases | Plans |\n|---|---|---|\n| v1.2.0 | 6 | 8/12 |\n",
    `\`\`\`\n${HEAD}| v1.2.0 | 6 | 8/12 |\n\`\`\`\n`,
  ])
    expect(edit(text)).toBe(text);
});
