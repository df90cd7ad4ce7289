/** Lists of gaps in YAML, wherever they stand: each entry with the line it begins on. */
import { readYaml, type Yaml, type YamlProblem } from "../markdown/frontmatter.ts";

export interface YamlEntry {
  /** Line in the document, from 1. */
  line: number;
  /** The key of the list it stands in (`requirements`, `flows`), or null. */
  group: string | null;
  value: string | { [key: string]: Yaml };
}

export interface YamlEntries {
  entries: YamlEntry[];
  /** Entries that are not valid YAML; they were read as far as their lines tell. */
  problems: YamlProblem[];
}

const MAX_DEPTH = 3;
/** More of a text than any answer shows. */
const MAX_BLOCK_LINES = 100;
const ITEM = /^([ \t]*)-(?=[ \t]|$)/;
const FIELD = /^([ \t]*)(?:-[ \t]+)?["']?([A-Za-z_][\w-]{0,40})["']?[ \t]*:(?=[ \t]|$)[ \t]*(.*)$/;

/** Keys that only an entry has, so that a map with one of them is a gap and not a map of lists. */
const ENTRY_KEYS = new Set([
  "truth",
  "title",
  "description",
  "reason",
  "status",
  "gap",
  "name",
  "id",
  "issue",
  "connection",
  "severity",
]);

const NONE = /^[\s[({*_`"'~-]*(?:none|nil|nothing|n\/a|no(?: [a-z-]+){0,3} gaps?)/i;
/** What may follow, so that `None of the tests pass` and `No gap between lines` are not taken for it. */
const AFTER_NONE =
  /^(?:[\s\])}*_`"'~]*$|[\s\])}*_`"']*[-—–:;,.()]|\s+(?:yet|found|identified|remain\w*|so far|at this time|detected|reported|known|were|are|is|to report|open)\b)/i;

/** True for "there are none" in its many spellings: `[none yet]`, `None.`, `No gaps found`, `[none — all pass]`. */
export function saysNone(text: string): boolean {
  const start = text.slice(0, 200);
  const none = NONE.exec(start);
  return none !== null && AFTER_NONE.test(start.slice(none[0].length));
}

/** Reads the lines below (or beside) a key such as `gaps:`; `firstLine` is the first one's number, from 1. */
export function readGapYaml(lines: readonly string[], firstLine: number): YamlEntries {
  const result: YamlEntries = { entries: [], problems: [] };
  readNode(lines, firstLine, null, 0, result);
  return result;
}

function readNode(
  lines: readonly string[],
  firstLine: number,
  group: string | null,
  depth: number,
  result: YamlEntries,
): void {
  const start = lines.findIndex((line) => line.trim() !== "" && !line.trimStart().startsWith("#"));
  if (start < 0 || depth > MAX_DEPTH) return;
  const first = lines[start]!;
  if (ITEM.test(first)) readItems(lines.slice(start), firstLine + start, group, result);
  else if (FIELD.test(first)) readMap(lines.slice(start), firstLine + start, group, depth, result);
  else readFlow(lines.slice(start), firstLine + start, group, result);
}

function readItems(
  lines: readonly string[],
  firstLine: number,
  group: string | null,
  result: YamlEntries,
): void {
  const indent = ITEM.exec(lines[0]!)![1]!.length;
  const starts = lines.flatMap((line, index) => (ITEM.exec(line)?.[1]?.length === indent ? [index] : []));
  const whole = readYaml(lines.join("\n"), firstLine);
  if ("value" in whole && Array.isArray(whole.value) && whole.value.length === starts.length) {
    whole.value.forEach((value, order) => {
      addEntry(value, firstLine + starts[order]!, group, result);
    });
    return;
  }
  for (const [order, start] of starts.entries()) {
    const item = lines.slice(start, starts[order + 1] ?? lines.length);
    const parsed = readYaml(item.join("\n"), firstLine + start);
    if ("value" in parsed && Array.isArray(parsed.value)) {
      for (const value of parsed.value) addEntry(value, firstLine + start, group, result);
    } else {
      if ("problem" in parsed) result.problems.push(parsed.problem);
      addEntry(salvageItem(item), firstLine + start, group, result);
    }
  }
}

function addEntry(value: Yaml, line: number, group: string | null, result: YamlEntries): void {
  if (Array.isArray(value)) {
    for (const inner of value) if (!Array.isArray(inner)) addEntry(inner, line, group, result);
  } else if (typeof value === "string") {
    if (value.trim() !== "" && !saysNone(value)) result.entries.push({ line, group, value });
  } else if (value !== null && Object.keys(value).length > 0) {
    result.entries.push({ line, group, value });
  }
}

/** A map is one gap, or names lists of gaps. */
function readMap(
  lines: readonly string[],
  firstLine: number,
  group: string | null,
  depth: number,
  result: YamlEntries,
): void {
  const indent = FIELD.exec(lines[0]!)![1]!.length;
  const keys = lines.flatMap((line, index) => {
    const field = FIELD.exec(line);
    return field && field[1]!.length === indent && !ITEM.test(line)
      ? [{ index, key: field[2]!, beside: field[3]! }]
      : [];
  });
  if (keys.some(({ key }) => ENTRY_KEYS.has(key))) {
    const parsed = readYaml(lines.join("\n"), firstLine);
    if ("value" in parsed) addEntry(parsed.value, firstLine, group, result);
    else {
      result.problems.push(parsed.problem);
      addEntry(salvageItem(lines), firstLine, group, result);
    }
    return;
  }
  for (const [order, { index, key, beside }] of keys.entries()) {
    const block = lines.slice(index, keys[order + 1]?.index ?? lines.length);
    block[0] = beside;
    readNode(block, firstLine + index, key, depth + 1, result);
  }
}

/** `[]`, `{}`, `[a, b]`, `[{truth: …}]`, or a text. */
function readFlow(
  lines: readonly string[],
  firstLine: number,
  group: string | null,
  result: YamlEntries,
): void {
  const parsed = readYaml(lines.join("\n"), firstLine);
  if ("problem" in parsed) {
    result.problems.push(parsed.problem);
    return;
  }
  const { value } = parsed;
  if (typeof value === "string" && (/^\d+$/.test(value.trim()) || /^(?:false|no)$/i.test(value.trim())))
    return;
  if (value !== null && typeof value === "object" && !Array.isArray(value)) {
    const keys = Object.keys(value);
    if (keys.some((key) => ENTRY_KEYS.has(key))) addEntry(value, firstLine, group, result);
    else for (const key of keys) addEntry(value[key] ?? null, firstLine, key, result);
    return;
  }
  addEntry(value, firstLine, group, result);
}

/**
 * What the lines of an item say although they are no YAML: its scalars, and its lists as lists of strings.
 */
function salvageItem(lines: readonly string[]): Yaml {
  const first = lines[0] ?? "";
  const base = FIELD.exec(first);
  if (!base) return unquote(first.replace(ITEM, "").trim());
  const item: { [key: string]: Yaml } = Object.create(null);
  const indent = first.length - first.replace(/^[ \t]*(?:-[ \t]+)?/, "").length;
  let key = "";
  let list: Yaml[] | null = null;
  let block: string[] | null = null;
  for (const [index, line] of lines.entries()) {
    const field = FIELD.exec(line);
    const own = index === 0 || (field && !ITEM.test(line) && field[1]!.length === indent);
    if (field && own) {
      key = field[2]!;
      const value = field[3]!;
      block = BLOCK_SCALAR.test(value) ? [] : null;
      list = value === "" ? [] : null;
      item[key] = block ? "" : (list ?? salvageValue(value));
      continue;
    }
    const text = line.trim();
    if (text === "") continue;
    if (block) {
      if (block.length >= MAX_BLOCK_LINES) continue;
      block.push(text);
      item[key] = block.join(" ");
    } else if (list) addToList(list, line);
  }
  return item;
}

const BLOCK_SCALAR = /^[|>][+-]?\d?$/;

function addToList(list: Yaml[], line: string): void {
  const field = FIELD.exec(line);
  const last = list.at(-1);
  if (ITEM.test(line)) {
    list.push(
      field ? { [field[2]!]: salvageValue(field[3]!) } : salvageValue(line.trim().replace(/^-[ \t]*/, "")),
    );
  } else if (field && last !== null && typeof last === "object" && !Array.isArray(last)) {
    last[field[2]!] = salvageValue(field[3]!);
  }
}

/** Longer values are texts: only `null`, `~` and `[]` must not be taken for one. */
const MAX_VALUE = 10;

function salvageValue(text: string): Yaml {
  const value = text.trim();
  const parsed = value.length <= MAX_VALUE ? readYaml(value, 1) : null;
  const isText =
    parsed === null || "problem" in parsed || !(parsed.value === null || Array.isArray(parsed.value));
  return isText ? unquote(value) : parsed.value;
}

/** Without the quotes around it, closed or not, as broken entries leave them: `"a" b` is `a b`. */
function unquote(text: string): string {
  const trimmed = text.trim();
  const quote = trimmed[0];
  if (quote !== '"' && quote !== "'") return trimmed;
  const end = trimmed.lastIndexOf(quote);
  return end === 0 ? trimmed.slice(1) : `${trimmed.slice(1, end)}${trimmed.slice(end + 1)}`;
}
