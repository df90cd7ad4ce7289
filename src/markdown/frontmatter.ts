/**
 * YAML front matter, and YAML in a document's body: never executed, never cached, every scalar as written.
 * The only file that imports gray-matter, and js-yaml as its YAML engine.
 */
import matter from "gray-matter";
import { FAILSAFE_SCHEMA, load, Type, YAMLException } from "js-yaml";
import { frontmatterLength, splitText } from "./lines.ts";

/** A YAML value: `08`, `2.10`, `true` and dates stay strings; empty, and `null` and `~` without quotes, are null. */
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
  /** Keys whose value cannot be read, as written. */
  lost: string[];
  /** True when lines were lost that may hold any key. */
  isCut: boolean;
}

/** Below this key real documents are most often broken, and nothing that schedules a plan stands there. */
const FREE_TEXT_KEY = /^["']?must_haves["']?[ \t]*:/;

const TOP_LEVEL_KEY =
  /^(?:[^\s#"'\-[\]{},&*!|>%@`:][^:]*|-[^\s:][^:]*|"[^"]*"[ \t]*|'[^']*'[ \t]*):(?=[ \t]|$)/;

/** No YAML of a front matter begins so at the margin: a heading, a tag, a fence, bold text, prose. */
const BELOW_UNCLOSED = /^(?![\s\]})]|-(?:[ \t]|$)|$)/;

/** A file that is broken all over is not told line by line. */
const MAX_PROBLEMS = 20;
/** A broken block is parsed key by key up to here; real ones have a few dozen keys. */
const MAX_KEYS = 1_000;
const MAX_FAILURES = 100;

const SCHEMA = FAILSAFE_SCHEMA.extend({
  implicit: [
    new Type("tag:yaml.org,2002:null", {
      kind: "scalar",
      resolve: (text: string | null) => text === null || /^(?:~|null|Null|NULL|)$/.test(text),
      construct: () => null,
    }),
  ],
});

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

/** What is gathered while a block is read. */
type Reading = Pick<Frontmatter, "data" | "problems" | "lost" | "isCut">;

/**
 * Reads the front matter of a document. Never throws: what cannot be read is in `problems`. A block that is never
 * closed is read as far as its lines look like one.
 */
export function readFrontmatter(text: string): Frontmatter {
  const none: Frontmatter = { present: false, data: {}, problems: [], lines: [], lost: [], isCut: false };
  const unmarked = text.startsWith("\uFEFF") ? text.slice(1) : text;
  if (!/^---[ \t]*\r?\n/.test(unmarked)) return none;
  const head = splitText(unmarked.slice(0, endOfBlock(unmarked)));
  const length = frontmatterLength(head.lines);
  if (length > 0) return { present: true, ...readBlock(head.lines.slice(1, length - 1)) };
  const unclosed = { line: 1, message: "the front matter has no closing `---` line" };
  const end = head.lines.findIndex(
    (line, index) => index > 0 && BELOW_UNCLOSED.test(line) && !TOP_LEVEL_KEY.test(line),
  );
  const block = readBlock(head.lines.slice(1, end < 0 ? head.lines.length : end));
  if (Object.keys(block.data).length === 0) return { ...none, problems: [unclosed], isCut: true };
  return { present: true, ...block, problems: [unclosed, ...block.problems] };
}

function readBlock(lines: string[]): Reading & { lines: string[] } {
  const reading: Reading = { data: {}, problems: [], lost: [], isCut: false };
  const { data } = matter(`---\n${lines.join("\n")}\n---\n`, {
    language: "yaml",
    engines: { ...ENGINES, yaml: () => readTolerantly(lines, 2, reading) },
  });
  return { ...reading, problems: atMost(reading.problems), data: data as Record<string, Yaml>, lines };
}

function atMost(problems: YamlProblem[]): YamlProblem[] {
  if (problems.length <= MAX_PROBLEMS) return problems;
  const [next] = problems.slice(MAX_PROBLEMS - 1);
  const rest = problems.length - MAX_PROBLEMS + 1;
  return [
    ...problems.slice(0, MAX_PROBLEMS - 1),
    { line: next!.line, message: `${rest} more problems from here on` },
  ];
}

/** Offset just past the closing fence, so that long bodies are not split for nothing; the text's length if none. */
function endOfBlock(text: string): number {
  const closing = /\n---[ \t]*(?:\r?\n|$)/g;
  closing.lastIndex = 3;
  return closing.exec(text) ? closing.lastIndex : text.length;
}

/** Line in the document of a front matter key, from 1; of its first spelling where it is repeated. */
export function keyLine(frontmatter: Pick<Frontmatter, "lines">, key: string): number | undefined {
  const index = frontmatter.lines.findIndex((line) => {
    const quote = line.startsWith('"') || line.startsWith("'") ? line[0]! : "";
    const spelled = quote + key + quote;
    return line.startsWith(spelled) && line.slice(spelled.length).trimStart().startsWith(":");
  });
  return index < 0 ? undefined : index + 2;
}

/** True for a line that begins with a key at the margin. */
export function isKeyLine(line: string): boolean {
  return TOP_LEVEL_KEY.test(line);
}

/** True when the key may have a value that could not be read, so that its absence from `data` says nothing. */
export function isLost({ data, lost, isCut }: Frontmatter, key: string): boolean {
  return !Object.hasOwn(data, key) && (isCut || lost.includes(key));
}

/**
 * Parses a mapping in two parts, above and from `must_haves:`, so that the fields above never depend on what
 * stands below; a part that is not valid is parsed key by key, and only the keys that fail are lost.
 */
function readTolerantly(lines: string[], firstLine: number, reading: Reading): Record<string, Yaml> {
  const cut = lines.findIndex((line) => FREE_TEXT_KEY.test(line));
  const parts =
    cut < 0
      ? [{ start: 0, end: lines.length }]
      : [
          { start: 0, end: cut },
          { start: cut, end: lines.length },
        ];
  reading.data = Object.create(null);
  for (const { start, end } of parts) {
    const part = lines.slice(start, end);
    const whole = parseYaml(part.join("\n"));
    if ("value" in whole) merge(whole.value, firstLine + start, reading);
    else readKeyByKey(part, firstLine + start, whole, reading);
  }
  return { ...reading.data };
}

function readKeyByKey(part: string[], firstLine: number, failure: ParseFailure, reading: Reading): void {
  const { problems, lost } = reading;
  const starts: number[] = [];
  for (let index = 0; index < part.length && starts.length <= MAX_KEYS; index++) {
    if (TOP_LEVEL_KEY.test(part[index]!)) starts.push(index);
  }
  const before = problems.length;
  let failures = 0;
  for (const [order, start] of starts.entries()) {
    if (order >= MAX_KEYS || failures >= MAX_FAILURES) {
      problems.push({ line: firstLine + start, message: "too much is broken; from here on nothing is read" });
      reading.isCut = true;
      break;
    }
    const parsed = parseYaml(part.slice(start, starts[order + 1] ?? part.length).join("\n"));
    if ("value" in parsed) merge(parsed.value, firstLine + start, reading);
    else {
      failures++;
      lost.push(keyOf(part[start]!));
      problems.push({ line: firstLine + start + parsed.line, message: parsed.message });
    }
  }
  if (problems.length > before) return;
  problems.push({ line: firstLine + failure.line, message: failure.message });
  reading.isCut = true;
}

/** The key that a line begins with, without its quotes. */
function keyOf(line: string): string {
  const key = TOP_LEVEL_KEY.exec(line)![0].slice(0, -1).trimEnd();
  return /^["']/.test(key) ? key.slice(1, -1) : key;
}

/** Adds keys that are not there yet: a repeated key keeps its first value, also where that was lost. */
function merge(value: Yaml, line: number, reading: Reading): void {
  if (value === null) return;
  if (typeof value !== "object" || Array.isArray(value)) {
    reading.problems.push({ line, message: "the front matter is not a list of `key: value` lines" });
    reading.isCut = true;
    return;
  }
  for (const key of Object.keys(value)) {
    if (!(key in reading.data) && !reading.lost.includes(key)) reading.data[key] = value[key]!;
    else reading.problems.push({ line, message: `the key \`${key}\` is repeated; its first value counts` });
  }
}

interface ParseFailure {
  /** From 0, relative to the parsed text. */
  line: number;
  message: string;
}

function parseYaml(text: string): { value: Yaml } | ParseFailure {
  try {
    return { value: (load(text, { schema: SCHEMA }) ?? null) as Yaml };
  } catch (error) {
    // Nothing but depth exhausts the stack of the parser.
    if (error instanceof RangeError) return { line: 0, message: "it is nested too deeply" };
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
