/** Text of files on a terminal: what is shown of it, how wide it is, and where it breaks. */
import { stripVTControlCharacters } from "node:util";
import stringWidth from "string-width";

/**
 * On one line, without escape sequences, control characters and characters that hide or reorder others: contents of
 * files are hostile data. Joiners stay, which scripts and emoji need, and four marks on one letter, which is more than
 * any script stacks.
 */
export function plain(text: string): string {
  return stripVTControlCharacters(text)
    .replace(/[\p{Cc}\p{Zl}\p{Zp}\s]+/gu, " ")
    .replace(/(?![\u200c\u200d])[\p{Cf}\p{Cs}]/gu, "")
    .replace(/(\p{M}{4})\p{M}+/gu, "$1")
    .trim();
}

/** JSON whose every character is harmless on a terminal, and which reads as the same value. */
export function safeJson(value: unknown, indent = 0): string {
  return JSON.stringify(value, null, indent).replace(/(?!\n)[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/gu, (found) =>
    found.replace(/[\s\S]/g, (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, "0")}`),
  );
}

/** In columns. */
export function widthOf(text: string): number {
  return stringWidth(text);
}

export function padTo(width: number, text: string): string {
  return text + " ".repeat(Math.max(0, width - widthOf(text)));
}

const segmenter = new Intl.Segmenter();

/** Lines of at most `width` columns, broken at spaces, and inside of words that are longer; at least one. */
export function wrap(text: string, width: number): string[] {
  const lines: string[] = [];
  let line = "";
  let used = 0;
  for (const word of text.split(" ")) {
    for (const part of split(word, width)) {
      const size = widthOf(part);
      const gap = line === "" ? 0 : 1;
      if (line !== "" && used + gap + size > width) {
        lines.push(line);
        line = part;
        used = size;
      } else {
        line += (gap ? " " : "") + part;
        used += gap + size;
      }
    }
  }
  lines.push(line);
  return lines;
}

/** A word in parts that fit; a path is rather broken behind a slash. */
function split(word: string, width: number): string[] {
  if (widthOf(word) <= width) return [word];
  const parts: string[] = [];
  let part = "";
  let used = 0;
  for (const { segment } of segmenter.segment(word)) {
    const size = widthOf(segment);
    if (part !== "" && used + size > width) {
      const slash = part.lastIndexOf("/") + 1;
      const keep = slash > part.length / 2 ? slash : part.length;
      parts.push(part.slice(0, keep));
      part = part.slice(keep);
      used = widthOf(part);
    }
    part += segment;
    used += size;
  }
  return [...parts, part];
}

/** At most `width` columns on one line. */
export function cut(text: string, width: number, ellipsis: string): string {
  if (widthOf(text) <= width) return text;
  let kept = "";
  let used = widthOf(ellipsis);
  for (const { segment } of segmenter.segment(text)) {
    used += widthOf(segment);
    if (used > width) break;
    kept += segment;
  }
  return kept + ellipsis;
}

/** At most `max` of them; the rest is a number. */
export function shortened(entries: readonly string[], max: number): string[] {
  return entries.length <= max ? [...entries] : [...entries.slice(0, max), `${entries.length - max} more`];
}

/** `1 plan`, `2 plans`. */
export function count(number: number, noun: string, plural = `${noun}s`): string {
  return `${number} ${number === 1 ? noun : plural}`;
}

/** `a`, `a and b`, `a, b and c`. */
export function enumerate(parts: readonly string[]): string {
  if (parts.length < 2) return parts.join("");
  return `${parts.slice(0, -1).join(", ")} and ${parts.at(-1)}`;
}
