/** Values on their way into ROADMAP.md and STATE.md: on one line, and nothing in them that Markdown takes as structure. */
import { readLabel } from "./roadmap-fields.ts";
import { readHeadingTitle } from "./roadmap-titles.ts";

const BREAKS = /[\s\u0000-\u001F\u007F-\u009F]+/gu;
const LONE_SURROGATE = /\p{Cs}/gu;
const FOLD_TAG = /(?<!\\)<(?=\/?(?:details|summary)\b)/gi;
/** What begins a heading, a list item, a quote, a table, a rule, a fence, or a mark that a list item sheds. */
const MARKER =
  /^(?:#{1,6}(?=\s|$)|[-*+](?=\s|$)|[>|]|\d{1,4}[.)](?=\s|$)|[-*_=]{3,}(?=\s|$)|~{3,}|\[.\]|[✅✓✔☑❌⬜]\uFE0F?)\s*/u;

/** On one line, without code fences, comments and fold tags. */
export function plainValue(text: string): string {
  return text
    .replace(BREAKS, " ")
    .replace(LONE_SURROGATE, "\uFFFD")
    .replace(/`{3,}/g, "`")
    .replaceAll("<!--", "<\\!--")
    .replace(FOLD_TAG, "\\<")
    .trim();
}

/** The text of a list item: it begins with words, and no label; "" when nothing is left. */
export function itemValue(text: string): string {
  let value = plainValue(text);
  for (let before = ""; before !== value; ) {
    before = value;
    value = value.replace(MARKER, "");
  }
  // `Status: 500` would be read as the label of a field.
  if (!readLabel(`- ${value}`, true)) return value;
  const colon = value.search(/[:：]/);
  const first = `${value.slice(0, colon)} —${value.slice(colon + 1)}`;
  return readLabel(`- ${first}`, true) ? value.replace(/[:：]/g, " —") : first;
}

const MAX_ROUNDS = 10;

/**
 * A phase's name as ROADMAP.md can hold it, so that the very same is read back: without notes at its end such as
 * `(done)` that count as decorations.
 */
export function roadmapName(name: string): string {
  let value = itemValue(name);
  for (let round = 0; round < MAX_ROUNDS; round++) {
    const read = readHeadingTitle(`Phase 1: ${value} (inserted)`)?.name ?? "";
    if (read === value && value !== "") return value;
    value = itemValue(read);
  }
  return value === "" ? "Gap" : value;
}
