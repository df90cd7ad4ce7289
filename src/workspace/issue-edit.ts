/** Editing an issue's body: from what is there right now, written, and looked at again. */
import { type ChecklistEdit, MAX_ISSUE_BODY } from "../domain/issue-checklist.ts";
import { shorten } from "../domain/naming.ts";
import { visible } from "../errors.ts";
import type { Change } from "./change-set.ts";
import { type GitHub, GitHubFailure, type GitHubIssue } from "./github.ts";
import { type Findings, Refusal, report } from "./github-outcome.ts";

/** How often an edit is made anew while somebody else changes the issue. */
const TRIES = 4;
const MAX_DIFF_LINE = 200;

/** What is known by the time that something goes wrong. */
export interface Progress extends Findings {
  issue: GitHubIssue | null;
}

export type Edited = ChecklistEdit & { before: string };

/**
 * Edits and writes until the issue shows the result. GitHub takes no conditions with a write: what somebody else writes
 * between the last look and the write, some tenths of a second, is lost.
 */
export async function writeIssue(
  github: GitHub,
  located: GitHubIssue,
  edit: (body: string) => ChecklistEdit,
  progress: Progress,
): Promise<Edited> {
  const { number } = located;
  let seen: GitHubIssue | null = located;
  let written: Edited | null = null;
  for (let attempt = 0; attempt < TRIES && seen; attempt++) {
    progress.issue = seen;
    const edited = withinLimit(seen.body, edit(seen.body));
    if (edited.text === seen.body) return written ?? edited;
    const { issue, isWritten } = await github.replaceIssueBody(number, seen.body, edited.text);
    seen = issue;
    if (!isWritten) continue;
    written = edited;
    const after = await lookAgain(github, number, progress);
    if (after === "unknown") return edited;
    seen = after;
    if (after && edit(after.body).text === after.body) {
      progress.issue = after;
      return edited;
    }
  }
  if (seen === null) throw new Refusal("issue_not_found", `#${number} is gone.`);
  throw new Refusal(
    "conflict",
    `#${number} was changed ${TRIES} times meanwhile; call again when nobody edits it.`,
  );
}

/** What was written stays written when this look fails. */
async function lookAgain(
  github: GitHub,
  number: number,
  progress: Progress,
): Promise<GitHubIssue | null | "unknown"> {
  try {
    return await github.getIssue(number);
  } catch (error) {
    if (!(error instanceof GitHubFailure)) throw error;
    report(
      progress,
      `#${number} was written, but could not be read again (${error.reason}): ${error.message}`,
    );
    return "unknown";
  }
}

export function withinLimit(before: string, edited: ChecklistEdit): Edited {
  const length = edited.text === before ? 0 : [...edited.text].length;
  if (length <= MAX_ISSUE_BODY) return { ...edited, before };
  throw new GitHubFailure(
    "api_error",
    `Nothing was written: the issue's body would have ${length} characters, and GitHub takes ${MAX_ISSUE_BODY}.`,
  );
}

/** The lines that change, and no others: an issue's text is not this project's. */
export async function changeOf(
  { repository }: GitHub,
  number: number,
  { before, text }: Edited,
): Promise<Change> {
  // Loaded by calls that change something, as everywhere.
  const { shortenDiff, textDiff } = await import("./change-set.ts");
  const path = `${repository.owner}/${repository.repo}#${number}`;
  const lines = textDiff(path, asLines(before), asLines(text), 0).split("\n");
  const shown = lines.map((line) => shorten(visible(line), MAX_DIFF_LINE)).join("\n");
  return { action: "update", path, diff: shortenDiff(shown) };
}

/** Without what a diff would show of a last line that only gets an ending. */
function asLines(text: string): string {
  const lines = text.replaceAll("\r\n", "\n");
  return lines === "" || lines.endsWith("\n") ? lines : `${lines}\n`;
}
