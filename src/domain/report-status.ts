/** Status words as reports spell them (`✗ FAILED`, `issue → fixed`, `PASSED (6/6)`) and what they mean. */
import { PROSE } from "../markdown/lines.ts";
import type { MarkdownText } from "../markdown/sections.ts";

export const VERIFICATION_STATUSES = ["passed", "gaps_found", "human_needed", "unknown"] as const;
export type VerificationStatus = (typeof VERIFICATION_STATUSES)[number];

const MAX_WORD = 40;

/** Signs that stand for a word when no word stands beside them. */
const SIGNS: readonly [RegExp, string][] = [
  [/[✅✓✔☑🟢]/u, "passed"],
  [/[❌✗✘✖🔴]/u, "failed"],
  [/[⚠🟡]/u, "partial"],
  [/[⏭]/u, "skipped"],
  [/[⏳🔄]/u, "pending"],
  [/^[?❓]/u, "uncertain"],
];

/**
 * The status in lower snake case, `unknown` when there is none: what follows the last arrow, up to a bracket,
 * a dash or the end of the sentence. Real cells: `⚠️ PARTIAL`, `**fail**`, `issue → fixed`, `passed (12/12)`,
 * `❌`.
 */
export function statusWord(text: string): string {
  const cell = text.slice(0, 400).replace(/[*`"]/g, "").trim();
  const arrow = Math.max(cell.lastIndexOf("→") + 1, cell.lastIndexOf("->") + 2, cell.lastIndexOf("=>") + 2);
  const last = arrow > 1 ? cell.slice(arrow) : cell;
  const clause = /^[^\p{L}\p{N}]*(?:[xX]\s+)?([\p{L}\p{N}_/' -]*)/u.exec(last)?.[1] ?? "";
  const word = clause
    .split(/ [-/] |--| \d/, 1)[0]!
    .toLowerCase()
    .replace(/[^\p{L}\p{N}]+/gu, "_")
    .replace(/^_+|_+$/g, "")
    .slice(0, MAX_WORD)
    .replace(/_+$/, "");
  if (word !== "") return word;
  return SIGNS.find(([sign]) => sign.test(last))?.[1] ?? "unknown";
}

/**
 * Resolved, fixed, verified, closed and passed, with what says the same of a test or a requirement (`pass`,
 * `done`, `complete`, `satisfied`, `ok`, `achieved`). Deferred, accepted, waived, wontfix, obsolete and superseded
 * gaps are closed too: people have decided that no phase will take care of them.
 */
const CLOSED = new Set(
  (
    "resolved fixed verified closed passed pass deferred done complete completed satisfied ok accepted " +
    "waived wontfix obsolete superseded achieved"
  ).split(" "),
);
const DENIED = new Set(["not", "no", "never", "partial", "partially", "failed", "fail", "un"]);

/**
 * True for an entry that needs nothing more: resolved, fixed, verified, closed or passed, and also deferred,
 * accepted, waived, wontfix, obsolete or superseded; not for `not_fixed` or `partially_resolved`.
 */
export function isClosed(word: string): boolean {
  const parts = word.split("_");
  return CLOSED.has(parts[0]!) && !parts.some((part) => DENIED.has(part));
}

const FAILING = new Set(
  (
    "failed fail fails failing failure missing stub absent broken unwired blocked unsatisfied unmet gap " +
    "gaps issue issues error incorrect regressed regression rejected unimplemented"
  ).split(" "),
);
const PARTLY = new Set(
  "partial partially orphaned incomplete conditional placeholder hollow improvement".split(" "),
);
const NEITHER_WITH_NOT = new Set("applicable needed required tested run started checked n".split(" "));

/** What a word says about one truth, test or link. */
export function judge(word: string): "failed" | "partial" | "other" {
  const [first = "", second = ""] = word.split("_");
  if (word === "no" || FAILING.has(first)) return "failed";
  if (first === "not") return NEITHER_WITH_NOT.has(second) ? "other" : "failed";
  if (PARTLY.has(first)) return "partial";
  return "other";
}

/** Like `judge`, of a whole cell: an unknown word after a cross is a failure. */
export function judgeCell(cell: string): "failed" | "partial" | "other" {
  const word = statusWord(cell);
  const verdict = judge(word);
  if (verdict !== "other" || isClosed(word)) return verdict;
  return /^[\s*`]*[❌✗✘✖🔴]/u.test(cell) ? "failed" : "other";
}

/** A verification's status by its word. A partial pass is `unknown`: it must never count as passed. */
export function verificationStatus(text: string): VerificationStatus {
  const word = statusWord(text);
  const parts = word.split("_");
  if (parts.includes("partial") || /\bpartial\b/i.test(text.slice(0, 200))) return "unknown";
  if (/^(?:all_)?(?:passed|pass|verified)(?:_|$)/.test(word) && !isDenied(parts)) return "passed";
  if (/^(?:gaps?|issues?)(?:_found|_remain\w*)?$|^(?:failed|fail|not_passed)(?:_|$)/.test(word))
    return "gaps_found";
  if (/^human(?:_|$)|^needs?_human/.test(word)) return "human_needed";
  return "unknown";
}

function isDenied(parts: string[]): boolean {
  return parts.some((part) => DENIED.has(part) || /^(?:but|except|gaps|human)$/.test(part));
}

/** True when a report of any kind says by its status that something is open. */
export function saysGaps(word: string): boolean {
  return /^(?:gaps?|issues?)(?:_|$)|^(?:failed|fail|failing|diagnosed|not_passed)(?:_|$)/.test(word);
}

const SPEAKS_FOR_ALL =
  /^(?:\d+\.\s*)?(?:overall|final|phase|verification)?\s*(?:status|summary|verdict|conclusion|result|assessment|outcome|score)\b/i;
const LABEL =
  /^\s{0,3}(?:[-*]\s+)?\*{0,2}(?:overall |final |phase |verification )?(status|verdict|score)\*{0,2}[ \t]*:(.*)$/i;
const HEADING_LABEL = /^(?:overall |final |verification )?(status|verdict|score)[ \t]*:(.*)$/i;

export interface Labelled {
  text: string;
  /** Line in the document, from 1. */
  line: number;
}

/** What a body says of the report as a whole; a `**Status:**` below a heading about one check is not that. */
export function readBodyLabels(markdown: MarkdownText): { status: Labelled | null; score: Labelled | null } {
  const found: { status: Labelled | null; score: Labelled | null } = { status: null, score: null };
  let heading = 0;
  let counts = true;
  let isScore = false;
  for (let index = 0; index < markdown.lines.length; index++) {
    if (markdown.mask[index] !== PROSE) continue;
    const line = markdown.lines[index]!;
    const current = markdown.headings[heading];
    let match: RegExpExecArray | null = null;
    if (current?.index === index) {
      heading++;
      counts = current.level === 1 || SPEAKS_FOR_ALL.test(current.text);
      isScore = /^(?:overall |final )?score$/i.test(current.text);
      match = HEADING_LABEL.exec(current.text);
    } else {
      match = LABEL.exec(line);
      if (isScore && !match && line.trim() !== "") {
        found.score ??= { text: plain(line), line: index + 1 };
        isScore = false;
      }
    }
    const text = match ? plain(match[2]!) : "";
    if (!match || text === "") continue;
    if (/score/i.test(match[1]!)) found.score ??= { text, line: index + 1 };
    else if (counts) found.status ??= { text, line: index + 1 };
    if (found.status && found.score) break;
  }
  return found;
}

function plain(text: string): string {
  return text.replace(/[*`]/g, "").trim();
}
