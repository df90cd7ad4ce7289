/**
 * YAML front matter, and YAML in a document's body: never executed, never cached, every scalar as written.
 * The only file that imports gray-matter, and js-yaml as its YAML engine.
 */
import matter from "gray-matter";
import { FAILSAFE_SCHEMA, load, YAMLException } from "js-yaml";
import { frontmatterLength, splitText } from "./lines.ts";

/** A YAML value under the failsafe schema: `08`, `2.10`, `true` and dates stay strings; empty is null. */
export type Yaml = string | null | Yaml[] | { [key: string]: Yaml };

/** What could not be read, and where. */
export interface YamlProblem {
  /** Line in the document, from 1. */
  line: number;
  message: string;
}

export interface Frontmatter {
  /** False when the text does not begin with a closed `---` block. */
  present: boolean;
  data: Record<string, Yaml>;
  problems: YamlProblem[];
  /** The block's lines between the fences; what stands at index 0 is line 2 of the document. */
  lines: string[];
}

/** Below this key real documents are most often broken, and nothing that schedules a plan stands there. */
const FREE_TEXT_KEY = /^["']?must_haves["']?[ \t]*:/;

const TOP_LEVEL_KEY = /^(?:[^\s#"'\-[\]{},&*!|>%@`:][^:]*|-[^\s:][^:]*|"[^"]*"|'[^']*')[ \t]*:(?=[ \t]|$)/;

function refuse(): never {
  throw new Error("only YAML front matter is read");
}

/** gray-matter would run `js` and `coffee` front matter; every engine but YAML throws. */
const ENGINES = {
  javascript: refuse,
  js: refuse,
  coffee: refuse,
  coffeescript: refuse,
  cson: refuse,
  json: refuse,
  toml: refuse,
};

/** Reads the front matter of a document. Never throws: what cannot be read is in `problems`. */
export function readFrontmatter(text: string): Frontmatter {
  const none: Frontmatter = { present: false, data: {}, problems: [], lines: [] };
  const unmarked = text.startsWith("\uFEFF") ? text.slice(1) : text;
  if (!/^---[ \t]*\r?\n/.test(unmarked)) return none;
  const head = splitText(unmarked.slice(0, endOfBlock(unmarked)));
  const length = frontmatterLength(head.lines);
  if (length === 0) {
    return { ...none, problems: [{ line: 1, message: "the front matter has no closing `---` line" }] };
  }
  const lines = head.lines.slice(1, length - 1);
  const problems: YamlProblem[] = [];
  const { data } = matter(`---\n${lines.join("\n")}\n---\n`, {
    language: "yaml",
    engines: { ...ENGINES, yaml: () => readTolerantly(lines, 2, problems) },
  });
  return { present: true, data: data as Record<string, Yaml>, problems, lines };
}

/** Offset just past the closing fence, so that long bodies are not split for nothing; the text's length if none. */
function endOfBlock(text: string): number {
  const closing = /\n---[ \t]*(?:\r?\n|$)/g;
  closing.lastIndex = 3;
  return closing.exec(text) ? closing.lastIndex : text.length;
}

/** Line in the document of a front matter key, from 1; of its first spelling where it is repeated. */
export function keyLine(frontmatter: Frontmatter, key: string): number | undefined {
  const index = frontmatter.lines.findIndex(
    (line) => line.startsWith(key) && line.slice(key.length).trimStart().startsWith(":"),
  );
  return index < 0 ? undefined : index + 2;
}

/**
 * Parses a mapping in two parts, above and from `must_haves:`, so that the fields above never depend on what
 * stands below; a part that is not valid is parsed key by key, and only the keys that fail are lost.
 */
function readTolerantly(lines: string[], firstLine: number, problems: YamlProblem[]): Record<string, Yaml> {
  const cut = lines.findIndex((line) => FREE_TEXT_KEY.test(line));
  const parts =
    cut < 0
      ? [{ start: 0, end: lines.length }]
      : [
          { start: 0, end: cut },
          { start: cut, end: lines.length },
        ];
  const data: Record<string, Yaml> = Object.create(null);
  for (const { start, end } of parts) {
    const part = lines.slice(start, end);
    const whole = parseYaml(part.join("\n"));
    if ("value" in whole) merge(data, whole.value, firstLine + start, problems);
    else readKeyByKey(part, firstLine + start, whole, data, problems);
  }
  return { ...data };
}

function readKeyByKey(
  part: string[],
  firstLine: number,
  failure: ParseFailure,
  data: Record<string, Yaml>,
  problems: YamlProblem[],
): void {
  const starts = part.flatMap((line, index) => (TOP_LEVEL_KEY.test(line) ? [index] : []));
  const found: YamlProblem[] = [];
  for (const [order, start] of starts.entries()) {
    const block = part.slice(start, starts[order + 1] ?? part.length);
    const parsed = parseYaml(block.join("\n"));
    if ("value" in parsed) merge(data, parsed.value, firstLine + start, found);
    else found.push({ line: firstLine + start + parsed.line, message: parsed.message });
  }
  if (found.length === 0) found.push({ line: firstLine + failure.line, message: failure.message });
  problems.push(...found);
}

/** Adds keys that are not there yet: a repeated key keeps its first value. */
function merge(target: Record<string, Yaml>, value: Yaml, line: number, problems: YamlProblem[]): void {
  if (value === null) return;
  if (typeof value !== "object" || Array.isArray(value)) {
    problems.push({ line, message: "the front matter is not a list of `key: value` lines" });
    return;
  }
  for (const [key, entry] of Object.entries(value)) {
    if (!(key in target)) target[key] = entry;
    else problems.push({ line, message: `the key \`${key}\` is repeated; its first value counts` });
  }
}

interface ParseFailure {
  /** From 0, relative to the parsed text. */
  line: number;
  message: string;
}

function parseYaml(text: string): { value: Yaml } | ParseFailure {
  try {
    return { value: (load(text, { schema: FAILSAFE_SCHEMA }) ?? null) as Yaml };
  } catch (error) {
    if (!(error instanceof YAMLException)) throw error;
    // What is never closed is noticed one line past the end.
    const last = text.split("\n").length - 1;
    return { line: Math.min(error.mark?.line ?? 0, last), message: error.reason };
  }
}

/** Parses YAML that stands in a document's body; `firstLine` is the document line it starts on, from 1. */
export function readYaml(text: string, firstLine: number): { value: Yaml } | { problem: YamlProblem } {
  const parsed = parseYaml(text);
  if ("value" in parsed) return parsed;
  return { problem: { line: firstLine + parsed.line, message: parsed.message } };
}

/** The value as a string, or null when it is a list, a mapping or empty. */
export function asText(value: Yaml | undefined): string | null {
  if (typeof value !== "string") return null;
  const text = value.trim();
  return text === "" ? null : text;
}

/** The value as a list of strings: a scalar is a list of one, mappings inside a list are left out. */
export function asTextList(value: Yaml | undefined): string[] {
  const items = Array.isArray(value) ? value : [value ?? null];
  return items.flatMap((item) => asText(item) ?? []);
}

/** The value as a mapping, or null. */
export function asMapping(value: Yaml | undefined): Record<string, Yaml> | null {
  return value !== null && typeof value === "object" && !Array.isArray(value) ? value : null;
}

/** YAML 1.1 booleans as people write them; null for anything else. */
export function asBoolean(value: Yaml | undefined): boolean | null {
  const text = asText(value)?.toLowerCase();
  if (text === "true" || text === "yes" || text === "on") return true;
  if (text === "false" || text === "no" || text === "off") return false;
  return null;
}
