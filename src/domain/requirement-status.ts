/** What a Status cell of a traceability table says, and how it reads when its requirement is complete. */

/**
 * `open` may become complete. `held` is anything a person decided otherwise: blocked, deferred, out of scope, partial,
 * failed, or a word that nothing here knows. `none` says nothing about completeness: a plan's id, a phase, a date.
 */
export type RequirementState = "open" | "complete" | "held" | "none";

/** Longer cells are prose. */
const MAX_CELL = 200;

/** Words for what is still to be done, in the spellings of real tables. */
const OPEN =
  /^([^\p{L}\p{N}()→]*)(?:pending|in[ -]progress|wip|work in progress|not(?: yet)? (?:started|planned|implemented)|unstarted|started|planned|planning|active|tbd|to[ -]?do|open|ready|ongoing|mapped|scheduled|assigned|queued|executing|in development)(?![\p{L}\p{N}])([*_`]*)(.*)$/isu;
/** What may follow such a word: a note, a phase, a count. */
const NOTE = /^\s*(?:$|[([,;:.—–-]|phase\b|\d)/i;
/** A note that counts what was done so far; no longer true when all is. */
const COUNT = /^\s*[([]?\s*\d+\s*(?:%|\/\s*\d+)(?:\s+(?:plans?|tasks?|done|complete))?\s*[)\]]?\s*$/i;
const HELD_NOTE =
  /→|->|\b(?:block\w*|deferr?\w*|out of scope|drop\w*|won'?t|cancel\w*|supersed\w*|remov\w*|descop\w*|postpon\w*|on hold|waiting|partial\w*|except|but|fail\w*|missing|not|no|human|future|backlog|later|pending)\b/i;
const COMPLETE =
  /^[^\p{L}\p{N}→~]*(?:100\s*%|(?:x\]\s*)?(?:complete|completed|done|satisfied|finished|implemented|delivered|verified|validated|fulfilled|met|achieved|pass|passed|passing|shipped|released|merged|closed|resolved|covered|yes|ok)(?![\p{L}\p{N}]))(?!\W*(?:except|but|partial\w*|pending|not|in part)\b)/iu;
const COMPLETE_SIGN = /[✅✓✔☑🟢√]|\[x\]/iu;
const OPEN_SIGNS = /^(?:[\s\-—–_.…*○◯◌☐⬜⚪▢□⏳⌛🔄🚧📋]|\[\s?\]|\uFE0F)*$/u;
const REFERENCE = /^(?:(?:phase|plan)\s+)?\d[\d.\s,/&+:–-]*$/i;

export function readRequirementState(cell: string): RequirementState {
  const text = cell.trim();
  if (text.length > MAX_CELL) return "held";
  if (COMPLETE.test(text.slice(text.lastIndexOf("→") + 1))) return "complete";
  if (OPEN_SIGNS.test(text)) return "open";
  if (!/[\p{L}\p{N}]/u.test(text.replace(/\[x\]/gi, "")))
    return COMPLETE_SIGN.test(text) ? "complete" : "held";
  if (REFERENCE.test(text)) return "none";
  return splitOpen(text) ? "open" : "held";
}

/** An open cell's word with its signs and marks, and the note behind it; null for any other cell. */
function splitOpen(text: string): { marks: [string, string]; note: string } | null {
  const match = OPEN.exec(text);
  if (!match) return null;
  const [, lead = "", tail = "", rest = ""] = match;
  if (lead.includes("~") || !NOTE.test(rest) || HELD_NOTE.test(rest)) return null;
  const mark = /[*_`]*$/.exec(lead)![0];
  return { marks: mark === tail ? [mark, tail] : ["", ""], note: COUNT.test(rest) ? "" : rest };
}

const COMPLETE_WORD = "Complete";

/**
 * What an open cell becomes: the document's own word, or `Complete` in the cell's own bold or italics. A note stays:
 * `Pending (gap closure)` is `Complete (gap closure)`.
 */
export function completedCell(cell: string, ownWord: string | null): string {
  const open = splitOpen(cell.trim());
  if (!open) return ownWord ?? COMPLETE_WORD;
  const [before, after] = open.marks;
  return (ownWord ?? before + COMPLETE_WORD + after) + open.note.trimEnd();
}

/** Words that may be written for any requirement whose phase is complete; `Shipped` or `Merged` would say too much. */
const OWN =
  /^(?:[✅✓✔☑🟢√]\uFE0F?|\[x\]|[*_`\s])*(?:complete|completed|done|satisfied|finished|implemented|delivered|verified|validated|fulfilled|met|achieved|passed|pass)?(?:[✅✓✔☑🟢√]\uFE0F?|[*_`\s])*$/iu;
const TRAILER = /\s*(?:[(,;:—–]|\s-\s|\d{4}-\d\d).*$/s;

/** The word that most complete cells have, without notes and dates, as written; the first of equals; null if none. */
export function ownCompleteWord(cells: Iterable<string>): string | null {
  const counts = new Map<string, number>();
  for (const cell of cells) {
    if (cell.length > MAX_CELL || readRequirementState(cell) !== "complete") continue;
    const word = cell.replace(TRAILER, "").trim();
    if (word !== "" && OWN.test(word)) counts.set(word, (counts.get(word) ?? 0) + 1);
  }
  let best: string | null = null;
  for (const [word, count] of counts) if (best === null || count > counts.get(best)!) best = word;
  return best;
}
