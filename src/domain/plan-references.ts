/** What a plan's `<context>` points to with `@path` lines, which nothing resolves inside a subagent's prompt. */
import { PROSE } from "../markdown/lines.ts";
import { readMarkdown } from "../markdown/sections.ts";
import { normalizePath } from "./file-scope.ts";

export interface PlanReference {
  /** As written, without `@`. */
  text: string;
  /** Relative to the root; null when it leads out of it. */
  path: string | null;
  /** From 1. */
  line: number;
}

const REFERENCE = /^(?:[-*+][ \t]+)?`?@([^\s`]+)/;
const OUTSIDE = /^(?:\/|~|\$|[A-Za-z]:|\.\.(?:\/|$))/;
/** More than any path. */
const LONGEST = 1_000;

/** The references of every `<context>` element, in order; a path below `root` counts as inside. */
export function readReferences(text: string, root: string): PlanReference[] {
  const { lines, mask } = readMarkdown(text);
  const found: PlanReference[] = [];
  let isOpen = false;
  for (let index = 0; index < lines.length; index++) {
    if (mask[index] !== PROSE) continue;
    const line = lines[index]!.trim();
    if (/^<context[\s>]/.test(line)) isOpen = true;
    const match = isOpen ? REFERENCE.exec(line) : null;
    if (match && match[1]!.length <= LONGEST) found.push(reference(match[1]!, root, index + 1));
    if (line.includes("</context>")) isOpen = false;
  }
  return found;
}

function reference(text: string, root: string, line: number): PlanReference {
  const slashed = text.replaceAll("\\", "/");
  const base = `${root.replaceAll("\\", "/")}/`;
  const path = slashed.startsWith(base) ? slashed.slice(base.length) : slashed;
  const normal = normalizePath(path);
  const isOutside = OUTSIDE.test(path) || OUTSIDE.test(normal);
  return { text, path: isOutside ? null : normal, line };
}
