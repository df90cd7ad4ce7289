/** What the `re_verification` of a verification says about the gaps of the one before. */
import { asMapping, type Frontmatter, keyLine, type Yaml } from "../markdown/frontmatter.ts";
import type { GapDraft } from "./gap.ts";
import { entryToDraft } from "./gap-entry.ts";
import { saysNone, type YamlEntry } from "./gap-yaml.ts";

export interface Reverified {
  /** Titles of gaps that are closed. */
  closed: string[];
  /** What remains, and what broke since. */
  open: GapDraft[];
}

export function readReverified(frontmatter: Frontmatter): Reverified {
  return {
    closed: readList(frontmatter, "gaps_closed").map(({ title }) => title),
    open: [...readList(frontmatter, "gaps_remaining"), ...readList(frontmatter, "regressions")],
  };
}

const ITEM = /^[ \t]*-(?=[ \t]|$)/;

function readList(frontmatter: Frontmatter, field: string): GapDraft[] {
  const { lines, data } = frontmatter;
  const parent = keyLine(frontmatter, "re_verification");
  const value = asMapping(data.re_verification)?.[field];
  if (parent === undefined || value === undefined) return [];
  const items = Array.isArray(value) ? value : [value];
  const at = lines.findIndex(
    (line, index) => index > parent - 2 && line.trimStart().replace(/^["']/, "").startsWith(field),
  );
  const starts = at < 0 ? [] : itemLines(lines, at + 1);
  return items.flatMap((item, order) => {
    const line = starts.length === items.length ? starts[order]! : at < 0 ? parent : at + 2;
    const entry = toEntry(item, line);
    return entry ? [entryToDraft(entry)] : [];
  });
}

/** Document lines, from 1, of the items of a block list whose first one stands at `first`, from 0. */
function itemLines(lines: readonly string[], first: number): number[] {
  const indent = indentOf(lines[first] ?? "");
  const found: number[] = [];
  for (let index = first; index < lines.length; index++) {
    const line = lines[index]!;
    if (line.trim() === "" || indentOf(line) > indent) continue;
    if (indentOf(line) < indent || !ITEM.test(line)) break;
    found.push(index + 2);
  }
  return found;
}

function indentOf(line: string): number {
  return line.length - line.trimStart().length;
}

function toEntry(value: Yaml, line: number): YamlEntry | null {
  const fields = asMapping(value);
  if (fields) return Object.keys(fields).length > 0 ? { line, group: null, value: fields } : null;
  if (typeof value !== "string" || value.trim() === "") return null;
  return saysNone(value) || /^\d+$/.test(value.trim()) ? null : { line, group: null, value };
}
