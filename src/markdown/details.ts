/** Foldable blocks: `<details>` with its `<summary>`. */
import type { BlockText } from "./blocks.ts";
import { codeSpans } from "./code-spans.ts";
import { HTML, PROSE } from "./lines.ts";
import type { MarkdownText } from "./sections.ts";

export interface Details {
  /** The lines `start` to `end` - 1, those of the tags included; up to the last line where it is never closed. */
  start: number;
  end: number;
  /** False where the closing tag is missing. */
  closed: boolean;
  /** The text between the `<summary>` tags, at most 400 characters. */
  summary: string;
}

const TAG = /<(\/?)(details|summary)\b[^<>]*>/gi;
const LONGEST_SUMMARY = 400;
const QUOTE = /^ {0,3}>/;
const INDENTED_CODE = /^(?: {4}| {0,3}\t)/;

type Lines = Pick<MarkdownText, "lines" | "mask"> & Partial<Pick<BlockText, "open">>;

/**
 * Every block, in the order of their ends; one inside another is a block too. Tags in code or a quote are none; indented
 * code is told from lists only where the blocks are read.
 */
export function readDetails({ lines, mask, open: depths }: Lines): Details[] {
  const blocks: Details[] = [];
  const open: Details[] = [];
  let inSummary = false;
  const addText = (text: string): void => {
    const block = open.at(-1);
    if (inSummary && block) block.summary = `${block.summary} ${text}`.trim().slice(0, LONGEST_SUMMARY);
  };
  for (const [index, line] of lines.entries()) {
    const isProse = mask[index] === PROSE;
    if (!isProse && mask[index] !== HTML) continue;
    if (isProse && (QUOTE.test(line) || (depths?.[index] === 0 && INDENTED_CODE.test(line)))) continue;
    let isCode: Uint8Array | null = null;
    let at = 0;
    for (const { 0: tag, 1: slash, 2: name, index: start } of line.matchAll(TAG)) {
      if (isProse) {
        isCode ??= codeSpans(line);
        if (isCode[start] || line[start - 1] === "\\") continue;
      }
      addText(line.slice(at, start));
      at = start + tag.length;
      const closes = slash === "/";
      if (/summary/i.test(name!)) inSummary = !closes;
      else if (!closes) open.push({ start: index, end: lines.length, closed: false, summary: "" });
      else {
        const block = open.pop();
        if (block) blocks.push({ ...block, end: index + 1, closed: true });
        inSummary = false;
      }
    }
    addText(line.slice(at));
  }
  return [...blocks, ...open.reverse()];
}
