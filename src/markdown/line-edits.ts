/** Changing lines of a text and nothing else: endings, byte-order mark and all other lines stay as they are. */
import { joinText, type SplitText, splitText, usualEnding } from "./lines.ts";

/** A text on its way to being changed. Indexes are those of the original lines, whatever was inserted. */
export interface LineEdits {
  readonly original: string;
  readonly split: SplitText;
  readonly replaced: Map<number, string>;
  readonly removed: Set<number>;
  /** New lines by the index of the line that they stand before; the number of lines for the end. */
  readonly inserted: Map<number, string[]>;
}

export function beginEdits(text: string): LineEdits {
  return {
    original: text,
    split: splitText(text),
    replaced: new Map(),
    removed: new Set(),
    inserted: new Map(),
  };
}

/** The line as it is by now. */
export function currentLine({ split, replaced }: LineEdits, index: number): string {
  return replaced.get(index) ?? split.lines[index] ?? "";
}

/** True when this changes the line. */
export function replaceLine(edits: LineEdits, index: number, line: string): boolean {
  if (line === currentLine(edits, index)) return false;
  edits.replaced.set(index, line);
  return true;
}

/** Takes the line out, with its ending. */
export function removeLine(edits: LineEdits, index: number): void {
  edits.removed.add(index);
}

/** Inserts lines before `index`, after what was inserted there earlier. */
export function insertLines(edits: LineEdits, index: number, lines: readonly string[]): void {
  const known = edits.inserted.get(index);
  if (known) known.push(...lines);
  else edits.inserted.set(index, [...lines]);
}

/** The text with the changes in it; the very same text when there are none. */
export function finishEdits({ original, split, replaced, removed, inserted }: LineEdits): string {
  if (replaced.size === 0 && removed.size === 0 && inserted.size === 0) return original;
  const ending = usualEnding(split);
  const lines: string[] = [];
  const endings: string[] = [];
  const count = split.lines.length;
  const finalEnding = count === 0 ? ending : split.endings[count - 1]!;
  for (let index = 0; index <= count; index++) {
    for (const line of inserted.get(index) ?? []) {
      lines.push(line);
      endings.push(ending);
    }
    if (index === count) break;
    if (removed.has(index)) continue;
    lines.push(replaced.get(index) ?? split.lines[index]!);
    endings.push(split.endings[index]!);
  }
  // A last line without an ending gets one when lines follow it, and the new last line goes without.
  if (finalEnding === "" && endings.length > 0) {
    const last = endings.indexOf("");
    if (last >= 0) endings[last] = ending;
    endings[endings.length - 1] = "";
  }
  return joinText({ bom: split.bom, lines, endings });
}
