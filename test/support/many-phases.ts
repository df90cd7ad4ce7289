/** A project of many phases that are all ready to be completed. */
import { plan, type Tree } from "./project.ts";

export function manyPhases(count: number): Tree {
  const numbers = Array.from({ length: count }, (_, index) => index + 1);
  const id = (number: number) => String(number).padStart(2, "0");
  const directories = numbers.map((number): [string, Tree] => [
    `${id(number)}-part-${number}`,
    {
      [`${id(number)}-01-PLAN.md`]: plan({ wave: 1, files_modified: [`part-${number}.ts`] }),
      [`${id(number)}-01-SUMMARY.md`]: "# Summary\n\n**It works**\n",
      [`${id(number)}-VERIFICATION.md`]: "---\nstatus: passed\n---\n",
    },
  ]);
  const list = numbers.map((number) => `- [ ] Phase ${number}: Part ${number} (0/1 plans)\n`).join("");
  const details = numbers
    .map(
      (number) =>
        `#### Phase ${number}: Part ${number}\n\n**Goal:** Part ${number} works\n**Requirements**: PART-${number}\n\n`,
    )
    .join("");
  const rows = numbers.map((number) => `| PART-${number} | Phase ${number} | Pending |\n`).join("");
  return {
    ".planning/ROADMAP.md": `# Roadmap\n\n## Current Milestone: v1.0.0 Parts\n\n${list}\n${details}`,
    ".planning/STATE.md": `# Project State\n\n## Current Position\n\nPhase: 1 of ${count} (Part 1)\nStatus: In progress\n\n## Notes\n\nKeep this.\n`,
    ".planning/REQUIREMENTS.md": `# Requirements\n\n## Traceability\n\n| Requirement | Phase | Status |\n|---|---|---|\n${rows}`,
    ".planning/phases/active": Object.fromEntries(directories),
  };
}
