/** File names as people write them into plans: with notes, quotes, labels and prose around them. */
import { trimEndOf } from "../markdown/trim.ts";

/** More than any path; longer words are no file names. */
const LONGEST_PATH = 4_096;
const LABEL = /^(?:create|add|modify|edit|new|update|delete|remove|rename|test)d?\s*:\s*/i;
const NONE = /^(?:none|nothing|nil|n\/a|tbd|[-–—.]|\[\]|\[none\])(?![\w/\\.])/i;
const BARE_NAME =
  /^(?:[A-Z][A-Za-z]*file|makefile|dockerfile|justfile|gradlew|mvnw|LICEN[CS]E|README|CHANGELOG|CODEOWNERS|NOTICE|AUTHORS|BUILD|WORKSPACE|VERSION)$/;
const CONNECTOR = /^(?:and|or|plus|und|&|\+|\|)$/i;
const OTHER_LIST = /files_modified|front ?matter/i;

/** True for an entry that says there is none: `none`, `N/A (verification only)`, `(none)`. */
export function isNoFile(entry: string): boolean {
  const text = withoutNotes(entry);
  return text === "" || (text.length < 200 && NONE.test(text) && !/[/\\.]\w/.test(text.slice(3)));
}

/** The path of one entry, which may hold spaces: without notes behind it and quotes, label or `@` before it. */
export function pathOf(entry: string): string {
  const text = trimEndOf(withoutNotes(entry).replace(LABEL, ""), ",; ");
  const quote = /^[`"']/.exec(text)?.[0];
  const end = quote ? text.indexOf(quote, 1) : -1;
  if (end > 0) return withoutMark(text.slice(1, end).trim());
  const { head } = cutRemark(text);
  const last = head.slice(head.lastIndexOf(" ") + 1);
  const isPath = last === head || last.endsWith("/") || hasExtension(last);
  return withoutMark(isPath ? head : text);
}

/** The paths of a text such as a task's `<files>`, in order, and whether something in it names files in words. */
export function pathsIn(text: string): { paths: string[]; words: string | null } {
  const paths: string[] = [];
  let words: string | null = null;
  for (const part of splitParts(withoutNotes(text.trim().replace(/^[-*+](?:\s+|$)/, "")))) {
    const item = part.replace(LABEL, "");
    if (item === "" || isNoFile(item)) continue;
    const { head, tail } = cutRemark(item);
    let found = pathsOfWords(head);
    if (found.length === 0) found = pathsOfWords(tail);
    for (const path of found) paths.push(path);
    if (found.length === 0 && /\p{L}/u.test(item) && !OTHER_LIST.test(item)) words ??= item;
  }
  return { paths, words };
}

function pathsOfWords(text: string): string[] {
  if (text === "") return [];
  if (text.includes("`")) {
    // Every second piece stands between backticks.
    const spans = text.split("`").filter((_, index) => index % 2 === 1);
    return spans.map((span) => withoutMark(span.trim())).filter(isPath);
  }
  const words = text.split(" ").filter((word) => !CONNECTOR.test(word));
  const plain = words.map((word) => withoutMark(word.replace(/^["']/, "").replace(/["'.:]$/, "")));
  return plain.every(isPath) ? plain : plain.filter(isPathInProse);
}

function isPath(word: string): boolean {
  if (word.length > LONGEST_PATH) return false;
  return (/[./\\]/.test(word) && /\p{L}/u.test(word)) || BARE_NAME.test(word);
}

/** In a sentence, `and/or`, `e.g` and `Node.js` are no files. */
function isPathInProse(word: string): boolean {
  if (!isPath(word)) return false;
  if (/[/\\]/.test(word)) return /[/\\]$/.test(word) || hasExtension(word);
  return hasExtension(word) && !/^.\../.test(word) && !/^[A-Z]\w*\.js$/.test(word);
}

function hasExtension(word: string): boolean {
  const dot = word.lastIndexOf(".");
  return dot >= 0 && /^[A-Za-z]\w{0,14}$/.test(word.slice(dot + 1));
}

/** `@src/a.ts` refers to `src/a.ts`, and `src/a.ts:10-20` to lines of it. */
function withoutMark(path: string): string {
  return path.replace(/^@(?=[\w.])/, "").replace(/:\d{1,9}(?:-\d{1,9})?$/, "");
}

/** What stands before and behind the first `: `, ` - ` or ` — `. */
function cutRemark(text: string): { head: string; tail: string } {
  const at = text.search(/:(?: |$)| (?:[-–—]|--|->|→|#) /);
  if (at <= 0) return { head: text, tail: "" };
  return { head: text.slice(0, at), tail: text.slice(at + 1).replace(/^\S{1,2} /, "") };
}

/** Divides at commas and semicolons outside `{a,b}` and code spans. */
function splitParts(text: string): string[] {
  const parts: string[] = [];
  let from = 0;
  let braces = 0;
  let inCode = false;
  for (let at = 0; at < text.length; at++) {
    const char = text[at];
    if (char === "`") inCode = !inCode;
    else if (char === "{") braces++;
    else if (char === "}") braces = Math.max(0, braces - 1);
    else if ((char === "," || char === ";") && braces === 0 && !inCode) {
      parts.push(text.slice(from, at).trim());
      from = at + 1;
    }
  }
  parts.push(text.slice(from).trim());
  return parts;
}

/**
 * Without the notes in parentheses, which may hold parentheses and commas; `app/(auth)/a.ts` has none. White space
 * runs become one space.
 */
function withoutNotes(entry: string): string {
  const text = entry.replace(/\s+/g, " ").trim();
  if (!text.includes("(")) return text;
  let kept = "";
  let at = 0;
  while (at < text.length) {
    const open = text.indexOf("(", at);
    if (open < 0) break;
    const isApart = open === 0 || text[open - 1] === " ";
    const end = isApart ? closingOf(text, open) : open + 1;
    const isNote = isApart && (end === text.length || /[\s,;:.]/.test(text[end]!));
    kept += text.slice(at, isNote ? open : end);
    at = end;
  }
  return (kept + text.slice(at))
    .replace(/ +/g, " ")
    .replace(/ (?=[,;:])/g, "")
    .trim();
}

/** The index behind the parenthesis that closes the one at `open`; the end of the text where none does. */
function closingOf(text: string, open: number): number {
  let depth = 0;
  for (let at = open; at < text.length; at++) {
    if (text[at] === "(") depth++;
    else if (text[at] === ")" && --depth === 0) return at + 1;
  }
  return text.length;
}
