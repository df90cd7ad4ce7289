/** Where a list item ends, so that another one can follow it. */
import { FENCE, PROSE } from "./lines.ts";
import type { MarkdownText } from "./sections.ts";

/** What begins something else than the rest of an item's paragraph. */
const BLOCK = /^\s*(?:#{1,6}\s|[-+*]\s|\d+[.)]\s|[|<>]|[-_*=]{3,}\s*$)/;
const BOLD_LABEL = /^\s*(?:\*\*|__)[^*_:：]{1,60}(?:[:：](?:\*\*|__)|(?:\*\*|__)\s?[:：])/;

/** Index behind the item: behind its nested lines, its fences, and a paragraph that goes on without indent. */
export function itemEnd({ lines, mask }: MarkdownText, index: number): number {
  const indent = indentOf(lines[index]!);
  let end = index + 1;
  let afterBlank = false;
  for (let at = index + 1; at < lines.length; at++) {
    const line = lines[at]!;
    if (mask[at] === PROSE && line.trim() === "") {
      afterBlank = true;
      continue;
    }
    const isFence = mask[at] === FENCE && mask[at - 1] === FENCE && end === at;
    const isText = mask[at] === PROSE && !afterBlank && !BLOCK.test(line) && !BOLD_LABEL.test(line);
    if (!isFence && !isText && indentOf(line) <= indent) break;
    afterBlank = false;
    end = at + 1;
  }
  return end;
}

/** In columns, with tabs to every fourth. */
export function indentOf(line: string): number {
  let column = 0;
  for (const sign of line) {
    if (sign === "\t") column += 4 - (column % 4);
    else if (sign.trim() === "") column++;
    else break;
  }
  return column;
}
