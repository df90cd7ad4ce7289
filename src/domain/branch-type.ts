/** The type of a phase's branch, told by whole words of its goal and name. */
import type { BranchType } from "./branch.ts";

export interface InferredType {
  type: BranchType;
  /** The words that told, and where they stand. */
  reason: string;
}

/** Words that stand alone: not in a longer word, a hyphenated one, a file name or a path. */
function words(pattern: string, before = ""): RegExp {
  return new RegExp(`${before}(?<![\\p{L}\\p{N}_./-])(?:${pattern})(?![\\p{L}\\p{N}_-]|[./]\\p{L})`, "iu");
}

const BUG = "bug-?fix(?:es)?|hot-?fix(?:es)?";
/** Real goals: "the system automatically fixes mechanical issues", "file bug reports", "a fixed header". */
const FIX = [
  "(?<!automatically )(?:fix|fixes|fixing)",
  "fixed(?! (?:width|height|size|price|rate|header|footer|position|point|length|term|cost|number|set|order))",
  "bugs?(?! (?:report|track|bount))",
  BUG,
  "patch(?:es|ed)?",
].join("|");

const REFACTOR =
  "refactor(?:s|ed|ing)?|restructur(?:e|es|ed|ing)|reorgani[sz](?:e|es|ed|ing)|tech(?:nical)? debt";

/** What an application does with documents is no documentation. */
const NOUN_USE =
  "(?:manage|upload|edit|stor|view|search|process|pars|generat|librar|model|type|list|scan|import|export|shar|" +
  "version|template|sign|preview|collaborat|system|service|index|conver|workflow|database|repositor)";
const DOCUMENT = `document(?! ${NOUN_USE})`;
const DOCS = [
  "(?<!google )docs?",
  "documentation|documenting|readmes?(?:\\.md)?|jsdoc|docstrings?",
  "(?:code|doc|inline|source) comments|comment (?:the )?(?:code|source)",
].join("|");

const PROJECT =
  "(?:project|repo|repository|monorepo|workspace|ci|tooling|toolchain|lint|build|dev|environment)";
const CHORE = [
  "chores?|housekeeping|tooling",
  "(?:upgrade|bump|update) (?:the |all )?dependencies|dependency (?:upgrade|update|bump)s?",
  `(?:set up|setup|configure) (?:the )?${PROJECT}`,
].join("|");
/** `config` and `setup` are chores where they are what is worked on, not where they are a feature. */
const SETTING = `(?:(?:${PROJECT}|initial|basic|the|add|update|change|move|clean|development) ){0,3}(?:config|configs|setup)(?! (?:wizard|flow|page|screen|form|assistant|guide|editor|ui|panel))`;

/** The first that fits decides. What a text begins with says most. */
const RULES: [BranchType, RegExp][] = [
  ["fix", words(`fix|fixes|fixing|${BUG}|repair`, "^")],
  ["docs", words(`${DOCUMENT}|${DOCS}`, "^")],
  ["refactor", words(REFACTOR, "^")],
  ["fix", words(FIX)],
  ["docs", words(`${DOCS}|(?<=\\b(?:and|to|,) )${DOCUMENT}`)],
  ["refactor", words(REFACTOR)],
  ["chore", words(CHORE)],
  ["chore", words(SETTING, "^")],
];

/** Long goals say what they are about at once. */
const MAX_LENGTH = 2_000;

/** By the goal, else by the name, else a feature. */
export function inferBranchType(goal: string | null, name: string): InferredType {
  for (const [place, text] of [
    ["goal", goal ?? ""],
    ["name", name],
  ] as const) {
    const found = typeOf(text.slice(0, MAX_LENGTH).trim());
    if (found) return { type: found.type, reason: `"${found.word}" in the ${place}` };
  }
  return { type: "feat", reason: "no word of the goal or the name says otherwise" };
}

function typeOf(text: string): { type: BranchType; word: string } | null {
  for (const [type, pattern] of RULES) {
    const word = pattern.exec(text)?.[0];
    // PATCH in capitals is a method of HTTP.
    if (word !== undefined && word !== "PATCH") return { type, word };
  }
  return null;
}
