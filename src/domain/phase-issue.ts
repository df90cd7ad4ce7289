/** Which of a repository's milestones and issues belong to a phase. */
import { visible } from "../errors.ts";
import { comparePhaseNumbers, type PhaseNumber, parsePhaseNumber } from "./phase.ts";
import { leadingVersion, versionKey } from "./version.ts";

const TITLE = /^Phase\s+([0-9A-Za-z.]{1,40})\s*(?:\([^()]{0,40}\)\s*)?[:：]/i;
const BEFORE_VERSION = /^(?:milestone|release)\s+/i;
/** `v1.2.0-beta` is another version than v1.2.0, `v1.2.0 - Chat` is not. */
const BEHIND_VERSION = /^(?:$|[\s:：,;(–—]|-+(?:\s|$))/;

/** The phase that an issue's title begins with: `Phase 3: Chat`, `Phase 02.1: Hotfix`; null for any other title. */
export function readIssuePhase(title: string): PhaseNumber | null {
  const match = TITLE.exec(visible(title).trim());
  return match && parsePhaseNumber(match[1]!);
}

export interface IssueCandidate {
  number: number;
  title: string;
  state: "open" | "closed";
}

/** The issues that may be the phase's: one is it, several are ambiguous. Closed ones only where none is open. */
export function phaseIssues<Issue extends IssueCandidate>(
  issues: readonly Issue[],
  phase: PhaseNumber,
): Issue[] {
  const distinct = new Map(issues.map((issue) => [issue.number, issue]));
  const fitting = [...distinct.values()]
    .filter(({ title }) => {
      const number = readIssuePhase(title);
      return number !== null && comparePhaseNumbers(number, phase) === 0;
    })
    .sort((a, b) => a.number - b.number);
  const open = fitting.filter(({ state }) => state === "open");
  return open.length > 0 ? open : fitting;
}

/** The milestones whose titles begin with the version: `v1.2`, `1.2.0`, `v1.2.0 - Chat`, `Milestone v1.2: Chat`. */
export function milestonesOfVersion<Milestone extends { title: string }>(
  milestones: readonly Milestone[],
  version: string,
): Milestone[] {
  const key = versionKey(version);
  return milestones.filter(({ title }) => {
    const text = visible(title).trim().replace(BEFORE_VERSION, "");
    const found = leadingVersion(text, true);
    return found !== null && versionKey(found.version) === key && BEHIND_VERSION.test(text.slice(found.end));
  });
}
