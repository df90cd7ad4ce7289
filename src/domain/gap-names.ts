/** Names and goals for proposed phases, from what their gaps say. */
import type { Gap } from "./gap.ts";
import type { GapCategory } from "./gap-category.ts";
import { shorten, slugify } from "./naming.ts";

const MAX_NAME = 60;
const MAX_GOAL_PART = 90;
const MAX_SUBJECT_WORDS = 3;

/** What is done in a phase of this domain, behind its subject: "Message persistence". */
const ASPECT: Record<GapCategory, string> = {
  auth: "authentication",
  database: "persistence",
  api: "API",
  ui: "interface",
  integration: "wiring",
  performance: "performance",
  tests: "tests",
  docs: "documentation",
  config: "configuration",
  build: "build",
  other: "fixes",
};

const STOP_WORDS = new Set(
  (
    "a an the is are was were be been being has have had do does did done can could should must may " +
    "might will would shall not no never only also all any each every both either some this that these " +
    "those it its in on at by of to from for with without into onto over under via per as and or but if " +
    "when while after before then than so such which who whose user users see sees seen show shows " +
    "shown work works working exist exists existing available correct correctly properly fully real new " +
    "own same other more most least one two three none yet still now instead existing between across " +
    "during within out up down off there their them they he she you your we our phase plan gap gaps " +
    "issue issues truth test title item thing feature entry case missing add adds added use uses used " +
    "using make makes made get gets set sets"
  ).split(" "),
);

/** A name of at most 60 characters that makes a slug; for several gaps, what they have in common. */
export function nameOf(gaps: readonly Gap[], sharedFiles: readonly string[]): string {
  const [first] = gaps;
  const single = gaps.length === 1 ? fitName(titleAsName(first!.title)) : "";
  if (single !== "") return single;
  const aspect = aspectOf(gaps);
  const subject = commonWords(gaps) || fileSubject(sharedFiles);
  const name = subject === "" ? "" : fitName(capital(withAspect(subject, aspect)));
  return name || fitName(fallback(gaps, aspect)) || "Remaining work";
}

/** Makes equal names differ by a number, in order. */
export function uniqueNames(names: readonly string[]): string[] {
  const used = new Set<string>();
  const next = new Map<string, number>();
  return names.map((name) => {
    const slug = slugify(name);
    let [candidate, candidateSlug] = [name, slug];
    for (let number = next.get(slug) ?? 2; used.has(candidateSlug); number++) {
      candidate = `${cutAtWord(name, MAX_NAME - 1 - String(number).length)} ${number}`;
      candidateSlug = slugify(candidate);
      next.set(slug, number + 1);
    }
    used.add(candidateSlug);
    return candidate;
  });
}

/** One sentence that names every gap of the group. */
export function goalOf(gaps: readonly Gap[]): string {
  const parts = gaps.map(({ title }) => shorten(title.replace(/[.;:\s]+$/, ""), MAX_GOAL_PART));
  const list = parts.join("; ");
  const end = list.endsWith("…") ? "" : ".";
  return `Close ${gaps.length === 1 ? "the gap" : `${gaps.length} gaps`}: ${list}${end}`;
}

/** The first clause that says something, so that the name stays a name: not `Must-Have Plan 02 #6`. */
function titleAsName(title: string): string {
  const clauses = title.split(/\s[—–]\s|\s--\s|[;:(]|\.\s/).map((clause) => clause.trim());
  return (
    clauses.find(
      (clause) => clause.length >= 12 && !/^(?:must-have|plan|truth|test)s?\b.*\d$/i.test(clause),
    ) ?? title
  );
}

/**
 * Characters that read and slug well, cut at a word; "" when no slug can be made of it (`16-` is no name).
 */
function fitName(text: string): string {
  const plain = text
    .replace(/[^\p{L}\p{M}\p{N} .&'/+-]+/gu, " ")
    .replace(/\s+/g, " ")
    .trim()
    .replace(/^gap\b[\s-]*/i, "");
  const name = capital(
    cutAtWord(plain, MAX_NAME)
      .replace(/[\s.&'/+-]+$/, "")
      .replace(/^[\s.&'/+-]+/, ""),
  );
  return slugify(name).length >= 3 ? name : "";
}

function cutAtWord(text: string, max: number): string {
  if (text.length <= max) return text;
  const cut = text.slice(0, max + 1);
  const space = cut.lastIndexOf(" ");
  const head = (
    space > max / 3 ? cut.slice(0, space) : text.slice(0, max).replace(/[\uD800-\uDBFF]$/, "")
  ).trimEnd();
  const words = head.split(" ");
  while (words.length > 2 && STOP_WORDS.has(words.at(-1)!.toLowerCase())) words.pop();
  return words.join(" ");
}

function capital(text: string): string {
  const first = String.fromCodePoint(text.codePointAt(0) ?? 32);
  return text === "" ? "" : first.toUpperCase() + text.slice(first.length);
}

/** The domain of most of the gaps; "fixes" where they have none in common. */
function aspectOf(gaps: readonly Gap[]): string {
  const counts = new Map<GapCategory, number>();
  for (const { category } of gaps) counts.set(category, (counts.get(category) ?? 0) + 1);
  const [most] = [...counts].sort(([, a], [, b]) => b - a);
  return most && most[1] * 2 > gaps.length ? ASPECT[most[0]] : ASPECT.other;
}

/** Words that at least two titles have, the most frequent, in the order of the first title that has them. */
function commonWords(gaps: readonly Gap[]): string {
  const counts = new Map<string, { count: number; spelling: string }>();
  for (const { title } of gaps) {
    for (const [stem, spelling] of subjectsOf(title)) {
      const known = counts.get(stem);
      if (known) known.count++;
      else counts.set(stem, { count: 1, spelling });
    }
  }
  const common = [...counts.values()].filter(({ count }) => count > 1);
  const least = common.map(({ count }) => count).sort((a, b) => b - a)[MAX_SUBJECT_WORDS - 1] ?? 2;
  return common
    .filter(({ count }) => count >= least)
    .slice(0, MAX_SUBJECT_WORDS)
    .map(({ spelling }, order) => (order === 0 ? spelling : lowerUnlessName(spelling)))
    .join(" ");
}

/**
 * The words of a title that say what it is about, each with its first spelling; `Chat 3` is a label, not a
 * subject.
 */
export function subjectsOf(title: string): Map<string, string> {
  const subjects = new Map<string, string>();
  for (const word of title.match(/\b[A-Za-z][A-Za-z0-9]{2,}\b(?!\s#?\d)/g) ?? []) {
    const stem = stemOf(word);
    if (!STOP_WORDS.has(word.toLowerCase()) && !subjects.has(stem)) subjects.set(stem, word);
  }
  return subjects;
}

/** Without the plural's ending, so that the stem is still a word: `messages` is `message`. */
function stemOf(word: string): string {
  const lower = word.toLowerCase();
  return lower.length > 4 && /[^siu]s$/.test(lower) ? lower.slice(0, -1) : lower;
}

/** `GitWatcher` and `API` keep their capitals, `Messages` inside a name does not. */
function lowerUnlessName(word: string): string {
  return /^[A-Z][a-z]+$/.test(word) ? word.toLowerCase() : word;
}

/** `src/pages/ChannelSettingsPage.tsx` is `channel settings page`. */
function fileSubject(files: readonly string[]): string {
  const stem = (files[0] ?? "").split("/").findLast((part) => part !== "") ?? "";
  return stem
    .replace(/\..*$/, "")
    .replace(/([a-z0-9])([A-Z])/g, "$1 $2")
    .replace(/[^\p{L}\p{N}]+/gu, " ")
    .trim()
    .toLowerCase();
}

function withAspect(subject: string, aspect: string): string {
  const last = stemOf(subject.split(" ").at(-1)!);
  return last === stemOf(aspect) ? subject : `${subject} ${aspect}`;
}

/** `API fixes of phase 03`, for gaps whose titles give no name. */
function fallback(gaps: readonly Gap[], aspect: string): string {
  const [{ category, phase }] = gaps as [Gap];
  const domain = category === "ui" || category === "api" ? category.toUpperCase() : capital(category);
  const work = aspect === ASPECT[category] ? ASPECT.other : aspect;
  const name = category === "other" ? "Remaining work" : `${domain} ${work}`;
  return phase === null ? name : `${name} of phase ${phase}`;
}
