/** Foldable blocks: `<details>` with its `<summary>`. */
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

/** Every block, in the order of their ends; one inside another is a block too. */
export function readDetails({ lines, mask }: Pick<MarkdownText, "lines" | "mask">): Details[] {
  const blocks: Details[] = [];
  const open: Details[] = [];
  let inSummary = false;
  const addText = (text: string): void => {
    const block = open.at(-1);
    if (inSummary && block) block.summary = `${block.summary} ${text}`.trim().slice(0, LONGEST_SUMMARY);
  };
  for (const [index, line] of lines.entries()) {
    if (mask[index] !== PROSE && mask[index] !== HTML) continue;
    let at = 0;
    for (const { 0: tag, 1: slash, 2: name, index: start } of line.matchAll(TAG)) {
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
