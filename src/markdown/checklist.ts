/** Reading task list items: `- [ ] text`. */

export interface ChecklistItem {
  /** True for `[x]` and `[X]`. */
  checked: boolean;
  /** What stands in the box: " ", "x", or a mark of a dialect such as "!" or "~". */
  mark: string;
  /** Column of the mark in the line, from 0. */
  column: number;
  indent: number;
  text: string;
}

// `s`: real files have a lone CR in the middle of a line.
const ITEM = /^([ \t]*)([-*+]|\d+[.)])[ \t]+\[(.)\][ \t]*(.*)$/su;

/** The item on this line, or null. */
export function readChecklistItem(line: string): ChecklistItem | null {
  const match = ITEM.exec(line);
  if (!match) return null;
  const [, indent = "", , mark = " ", text = ""] = match;
  return {
    checked: mark === "x" || mark === "X",
    mark,
    column: line.indexOf("[") + 1,
    indent: indent.length,
    text: text.trimEnd(),
  };
}
