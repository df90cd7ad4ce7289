/** The issues that a merge closes: the phase's own, and those that its plans come from. */
import type { Phase } from "../domain/phase-index.ts";
import { closedByBody } from "../domain/pull-request.ts";
import { sortIssues } from "../domain/source-issue.ts";
import { type GitHub, GitHubFailure, type GitHubIssue, type GitHubPull } from "./github.ts";
import { report, tolerating } from "./github-outcome.ts";
import { findPhaseIssues } from "./issue-lookup.ts";
import { numbered, type Progress } from "./pull.ts";
import type { PullSource } from "./pull-source.ts";
import type { Workspace } from "./workspace.ts";

interface Access {
  github: GitHub;
  /** Without `v`. */
  milestone: string;
  pull: GitHubPull | null;
}

/** What remains of the call's time for the steps after this one. */
const RESERVE_MS = 12_000;
/** As many requests as the client has under way at once. */
const AT_ONCE = 10;
const MAX_NAMED = 10;

/** The number of the phase's issue; null where config.json has GitHub switched off, and where it cannot be told. */
export async function phaseIssueNumber(
  workspace: Workspace,
  phase: Phase,
  { github, milestone, pull }: Access,
  progress: Progress,
): Promise<number | null> {
  if (!workspace.config().config.github.enabled) return null;
  // After a merge, the issue may be closed as older ones of the same title are.
  const named = new Set(closedByBody(pull?.body ?? ""));
  const preferences = [
    ({ number }: GitHubIssue) => named.has(number),
    (issue: GitHubIssue) => pull?.merged === true && isClosedSince(issue, pull.mergedAt),
  ];
  let found: GitHubIssue[] | undefined;
  await tolerating(progress, "The phase's issue was not looked up", async () => {
    found = await findPhaseIssues(github, milestone, phase.number, preferences);
  });
  const [issue, ...others] = found ?? [];
  if (issue === undefined && found) {
    report(
      progress,
      `No issue of v${milestone} is that of phase ${phase.ref.number}, so none is closed for it.`,
      "info",
    );
  }
  if (issue !== undefined && others.length > 0) {
    const numbers = listed(found!.map(({ number }) => number));
    report(progress, `Several issues could be the phase's, so none is closed for it: ${numbers}.`);
  }
  return issue !== undefined && others.length === 0 ? issue.number : null;
}

export interface ClosingOptions {
  dryRun: boolean;
  /** True when this call merged, or would. */
  isFresh: boolean;
}

/**
 * Closes what is still open after the merge. `closed` are those that were open before this call, by whomever they were
 * closed: GitHub follows the closing words of a pull request some time after its merge.
 */
export async function closeIssues(
  workspace: Workspace,
  phase: Phase,
  access: Access & { pull: GitHubPull; source: PullSource },
  options: ClosingOptions,
  progress: Progress,
): Promise<{ closed: number[]; alreadyClosed: number[] }> {
  const { github, pull, source } = access;
  const phaseIssue = await phaseIssueNumber(workspace, phase, access, progress);
  const { closes } = sortIssues(github.repository, phaseIssue, source.issues);
  progress.diagnostics.push(...source.diagnostics);
  const seen = await readIssues(github, closes);
  const [closed, alreadyClosed, left]: [number[], number[], number[]] = [[], [], []];
  let failure: GitHubFailure | null = null;
  for (const number of closes) {
    const issue = seen.get(number);
    if (issue === undefined || issue instanceof GitHubFailure) {
      left.push(number);
      failure ??= issue ?? null;
    } else if (issue === null) report(progress, `#${number} is not there, so it was not closed.`);
    else if (issue.isPullRequest) report(progress, `#${number} is a pull request, so it was not closed.`);
    else if (issue.state === "closed" && !(options.isFresh && isClosedSince(issue, pull.mergedAt))) {
      alreadyClosed.push(number);
    } else if (issue.isReopened && !options.isFresh) {
      report(progress, `#${number} was opened again, so it was left open.`, "info");
    } else {
      const trouble: GitHubFailure | null =
        issue.state === "closed" || options.dryRun ? null : await close(github, number, failure);
      if (trouble === null) {
        closed.push(number);
        progress.changes.push({ action: "update", path: numbered(github, number) });
      } else {
        left.push(number);
        failure = isLasting(failure) ? failure : trouble;
      }
    }
  }
  if (left.length > 0) {
    const why = failure ? ` (${failure.reason}): ${failure.message}` : ": there was no time left.";
    report(progress, `Not all issues were closed; call again to close ${listed(left)}${why}`);
  }
  return { closed, alreadyClosed };
}

/** All of them, unless time runs short. */
async function readIssues(
  github: GitHub,
  numbers: readonly number[],
): Promise<Map<number, GitHubIssue | null | GitHubFailure>> {
  const seen = new Map<number, GitHubIssue | null | GitHubFailure>();
  for (let start = 0; start < numbers.length && github.timeLeft() > RESERVE_MS; start += AT_ONCE) {
    const some = numbers.slice(start, start + AT_ONCE);
    const read = some.map(async (number) => seen.set(number, await orFailure(github.getIssue(number))));
    await Promise.all(read);
    if (some.some((number) => isLasting(seen.get(number)))) break;
  }
  return seen;
}

/** Null when it is closed. Nothing is tried after a failure that would be that of every request. */
async function close(
  github: GitHub,
  number: number,
  before: GitHubFailure | null,
): Promise<GitHubFailure | null> {
  if (before && isLasting(before)) return before;
  if (github.timeLeft() < RESERVE_MS) {
    return new GitHubFailure("unreachable", "The call's time is nearly used up.");
  }
  return (await orFailure(github.closeIssue(number))) ?? null;
}

async function orFailure<Value>(work: Promise<Value>): Promise<Value | GitHubFailure> {
  try {
    return await work;
  } catch (error) {
    if (error instanceof GitHubFailure) return error;
    throw error;
  }
}

function isLasting(outcome: unknown): boolean {
  if (!(outcome instanceof GitHubFailure)) return false;
  return outcome.reason === "unreachable" || outcome.reason === "rate_limited" || outcome.status === 401;
}

function isClosedSince({ closedAt }: GitHubIssue, merged: string | null): boolean {
  return closedAt !== null && merged !== null && Date.parse(closedAt) >= Date.parse(merged);
}

function listed(numbers: readonly number[]): string {
  const more = numbers.length > MAX_NAMED ? ` and ${numbers.length - MAX_NAMED} more` : "";
  return `${numbers
    .slice(0, MAX_NAMED)
    .map((number) => `#${number}`)
    .join(", ")}${more}`;
}
