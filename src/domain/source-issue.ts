/** The issues that a phase's plans come from: which of them a merge closes, and which it can only mention. */
import { compareText } from "./diagnostic.ts";
import { formatGithubReference, type GithubReference, readGithubReference } from "./github-reference.ts";

/** What a plan's `source_issue` names. */
export type SourceIssue =
  | { kind: "github"; reference: GithubReference; host: string | null }
  | { kind: "file"; path: string };

const HOST = /^["'`[(<]*https?:\/\/([\w.-]{1,200})/i;
const FILE = /^["'`]*(?:\.\/)?(\.planning\/[^\0"'`#]{1,300}?\.md)(?=["'`\s]|$)/;

/** Words that say that there is none, and ids of other lists: `local`, `DEBT-01`. */
const NOT_AN_ISSUE = /^["']?(?:local|none|null|n\/a|tbd|-+|[a-z][a-z\d]*(?:-[a-z\d]+)*)?["']?$/i;
const BEFORE_FILE = /[,;](?=\s{0,9}["'`]?(?:\.\/)?\.planning\/)/;
/** A value may be of any length. */
const MAX_ISSUES = 50;

/** What one value of `source_issue` names, in any of its spellings; null where it seems to name one that cannot be told. */
export function readSourceIssues(text: string): SourceIssue[] | null {
  const found: SourceIssue[] = [];
  // `#12, #13`; a comment behind them may have commas too, and the name of a file.
  const [value = ""] = text.split(/[ \t]#[ \t]/, 1);
  for (const part of value.split(BEFORE_FILE, MAX_ISSUES)) {
    const file = readOne(part);
    for (const piece of file?.kind === "file" ? [part] : part.split(/[,;]/, MAX_ISSUES)) {
      const one = readOne(piece);
      if (one === null) break;
      found.push(one);
    }
  }
  if (found.length > 0) return found.slice(0, MAX_ISSUES);
  return NOT_AN_ISSUE.test(text.trim().slice(0, 200)) ? [] : null;
}

/** Null for `local`, ids such as `DEBT-01`, and anything else. */
function readOne(text: string): SourceIssue | null {
  const plain = text.trim();
  const reference = readGithubReference(plain);
  if (reference) return { kind: "github", reference, host: HOST.exec(plain)?.[1]?.toLowerCase() ?? null };
  const path = FILE.exec(plain)?.[1];
  return path === undefined ? null : { kind: "file", path };
}

export interface OwnRepository {
  host: string;
  owner: string;
  repo: string;
}

/** Issues of a pull request, each once. */
export interface PullIssues {
  /** Numbers in the own repository: the phase's issue first, then by number. */
  closes: number[];
  /** Issues elsewhere, as they are mentioned. */
  mentions: string[];
}

/** Sorts references by where they lead. Nothing outside the own repository, which may be unknown, is ever closed. */
export function sortIssues(
  own: OwnRepository | null,
  phaseIssue: number | null,
  sources: readonly SourceIssue[],
): PullIssues {
  const numbers = new Set<number>();
  const mentions = new Map<string, string>();
  for (const source of sources) {
    if (source.kind === "file") continue;
    const { reference, host } = source;
    const isHere = host === null || host === own?.host.toLowerCase().replace(/:\d+$/, "");
    if (isHere && isOwn(reference, own)) numbers.add(reference.number);
    else {
      const text = isHere
        ? formatGithubReference(reference)
        : `https://${host}/${reference.repository}/issues/${reference.number}`;
      const key = text.toLowerCase();
      if (!mentions.has(key)) mentions.set(key, text);
    }
  }
  if (phaseIssue !== null) numbers.delete(phaseIssue);
  const rest = [...numbers].sort((a, b) => a - b);
  return {
    closes: phaseIssue === null ? rest : [phaseIssue, ...rest],
    mentions: [...mentions.values()].sort(compareText),
  };
}

function isOwn({ repository }: GithubReference, own: OwnRepository | null): boolean {
  if (repository === null) return true;
  return own !== null && repository.toLowerCase() === `${own.owner}/${own.repo}`.toLowerCase();
}
