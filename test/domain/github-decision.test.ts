import { expect, test } from "vitest";
import { readConfig } from "../../src/domain/config.ts";
import { decideIssues, unreadDecisions } from "../../src/domain/github-decision.ts";
import { readState } from "../../src/domain/state-file.ts";

const state = (...rows: string[]) =>
  readState(
    `# Project State\n\n## Accumulated Context\n\n### GitHub Decisions\n\n| Milestone | Issues? | Decided |\n| --- | --- | --- |\n${rows.join("\n")}\n`,
  );

const decide = (github: object, rows: string[] = [], milestone: string | null = "1.2.0") =>
  decideIssues(readConfig(JSON.stringify({ github })).config, state(...rows), milestone);

test.each<[object, string]>([
  [{}, "github_disabled"],
  [{ issue_mode: "auto" }, "github_disabled"],
  [{ enabled: false, issue_mode: "auto" }, "github_disabled"],
  [{ enabled: true }, "issue_mode_never"],
  [{ enabled: true, issue_mode: "never" }, "issue_mode_never"],
  [{ enabled: true, issueMode: "never" }, "issue_mode_never"],
  [{ enabled: true, issue_mode: "auto" }, "yes"],
  [{ enabled: "true", issueMode: "auto" }, "yes"],
  [{ enabled: true, issue_mode: "ask" }, "ask"],
  [{ enabled: true, issueMode: "ask" }, "ask"],
])("%j is %s", (github, expected) => {
  expect(decide(github)).toBe(expected);
});

test.each<[string[], string]>([
  [["| v1.2.0 | yes | 2026-01-25 |"], "yes"],
  [["| v1.2 | Yes (all phases) | 2026-01-25 |"], "yes"],
  [["| **1.2.0 Chat** | ✓ | 2026-01-25 |"], "yes"],
  [["| v1.2.0 | no | 2026-01-25 |"], "no"],
  [["| v1.2.0 | `No` | 2026-01-25 |"], "no"],
  [["| v1.2.0 | not yet | 2026-01-25 |"], "ask"],
  [["| v1.2.0 |  |  |"], "ask"],
  [["| v1.1.0 | yes | 2026-01-25 |", "| v1.2.1 | no | 2026-01-26 |"], "ask"],
  [["| v1.2.0 | yes | 2026-01-25 |", "| v1.2.0 | no | 2026-01-26 |"], "no"],
])("asked, and STATE.md says %j: %s", (rows, expected) => {
  expect(decide({ enabled: true, issue_mode: "ask" }, rows)).toBe(expected);
  expect(decide({ enabled: true, issue_mode: "auto" }, rows)).toBe("yes");
  expect(decide({ enabled: true, issue_mode: "ask" }, rows, null)).toBe("ask");
});

test.each<[row: string, isUnread: boolean]>([
  ["| v1.2.0 | yes | d |", false],
  ["| v1.2 | not yet | d |", true],
  ["| v1.2.0 | | |", true],
  ["| v1.1.0 | not yet | d |", false],
  ["| this one | yes | d |", true],
  ["| Milestone | Issues | Date |", false],
])("a row that does not count is noticed: %s", (row, isUnread) => {
  expect(unreadDecisions(state(row).githubDecisions, "1.2.0")).toEqual(isUnread ? [9] : []);
});
