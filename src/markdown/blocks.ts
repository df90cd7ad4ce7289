/**
 * The blocks of a text as GitHub shows it, by CommonMark: what is a heading, a dividing line, code or raw HTML depends on
 * the list items around it. Planning files are read more leniently (lines.ts).
 */
import { isDivider } from "./document-end.ts";
import { COMMENT, FENCE, HTML, PROSE, splitText } from "./lines.ts";
import { type Heading, type MarkdownText, readAtxHeading } from "./sections.ts";

export interface BlockHeading extends Heading {
  /** Behind its last line: two lines or more where it is a heading by the line under it. */
  end: number;
}

/** What is neither fenced code nor raw HTML is prose, indented code too: people indent lists. */
export interface BlockText extends MarkdownText {
  headings: BlockHeading[];
  /** Indexes of the dividing lines that are in no list item. */
  dividers: number[];
  /** By line: how many list items it goes on with, and how many are open behind it. */
  kept: Uint8Array;
  open: Uint8Array;
  /** The number of lines before a block that is never closed and would take in all that is added; else of all. */
  closedEnd: number;
}

/** Code or raw HTML: it ends with the list item that it is in, on the line that `closes`, and `HTML` before a blank line. */
interface Leaf {
  kind: typeof FENCE | typeof COMMENT | typeof HTML;
  start: number;
  depth: number;
  closes(text: string, indent: number): boolean;
}

interface Paragraph {
  start: number;
  depth: number;
  /** False for tables: a line under them makes no heading. */
  canBeHeading: boolean;
}

const MARKER = /^(?:[-+*]|\d{1,9}[.)])(?=[ \t]|$)/;
const FENCE_OPEN = /^(`{3,}(?!.*`)|~{3,})/;
const UNDERLINE = /^(?:=+|-+)[ \t]*$/;
/** The second line of a table. */
const DELIMITERS = /^\|?[ \t]*:?-+:?[ \t]*(?:\|[ \t]*:?-+:?[ \t]*)*\|?[ \t]*$/;
const IN_QUOTE = -1;
/** Deeper ones are read as text. */
const MAX_DEPTH = 50;

/** Tags that begin raw HTML wherever they begin a line, by the edition of CommonMark that GitHub follows. */
const BLOCK_TAG = new RegExp(
  `^</?(?:${[
    "address|article|aside|base|basefont|blockquote|body|caption|center|col|colgroup|dd|details|dialog|dir|div|dl|dt",
    "fieldset|figcaption|figure|footer|form|frame|frameset|h[1-6]|head|header|hr|html|iframe|legend|li|link",
    "main|menu|menuitem|nav|noframes|ol|optgroup|option|p|param|section|source|summary",
    "table|tbody|td|tfoot|th|thead|title|tr|track|ul",
  ].join("|")})(?=[ \\t>]|/>|$)`,
  "i",
);
/** Any other tag does so by itself on its line, unless it goes on with a paragraph of the very same list items. */
const LONE_TAG =
  /^<(?:[a-z][a-z\d-]*(?:[ \t]+[a-z_:][\w.:-]*(?:[ \t]*=[ \t]*(?:[^\s"'=<>`]+|'[^']*'|"[^"]*"))?)*[ \t]*\/?|\/[a-z][a-z\d-]*[ \t]*)>[ \t]*$/i;

/** Raw HTML that blank lines do not end; and what it ends with. */
const RAW: [opens: RegExp, closes: RegExp][] = [
  [/^<(?:pre|script|style|textarea)(?=[ \t>]|$)/i, /<\/(?:pre|script|style|textarea)>/i],
  [/^<!--/, /-->/],
  [/^<\?/, /\?>/],
  [/^<!\[CDATA\[/, /\]\]>/],
  [/^<![a-z]/i, />/],
];

export function readBlocks(text: string): BlockText {
  const { lines } = splitText(text);
  const [mask, kept, open] = [0, 1, 2].map(() => new Uint8Array(lines.length)) as [
    Uint8Array,
    Uint8Array,
    Uint8Array,
  ];
  const read = { lines, mask, headings: [], dividers: [], kept, open };
  const scan: Scan = { ...read, items: [], emptyItem: -2, leaf: null, paragraph: null };
  for (const [index, line] of lines.entries()) {
    const place = placeOf(line, 0, 0);
    if (scan.leaf && goesOn(scan, scan.leaf, index, place)) continue;
    scan.leaf = null;
    kept[index] = scan.items.length;
    open[index] = scan.items.length;
    if (place.at === line.length) {
      scan.paragraph = null;
      // An item may begin with one blank line, and not with two.
      if (scan.emptyItem === index - 1) open[index] = --scan.items.length;
      continue;
    }
    let matched = 0;
    while (matched < scan.items.length && place.column >= scan.items[matched]!) matched++;
    const { paragraph } = scan;
    readLine(scan, index, place, matched);
    const goesOnWith = paragraph !== null && scan.paragraph === paragraph;
    if (!goesOnWith) kept[index] = matched;
    open[index] = scan.items.length;
  }
  const { leaf } = scan;
  const isEndless = leaf?.depth === 0 && leaf.kind !== HTML;
  return { ...read, closedEnd: isEndless ? leaf.start : lines.length };
}

/** Index behind the list item that begins on this line, the blank lines below it left out; null where none begins. */
export function listItemEnd({ lines, mask, kept, open }: BlockText, index: number): number | null {
  const depth = open[index]!;
  if (depth <= kept[index]!) return null;
  let end = index + 1;
  for (let at = end; at < lines.length; at++) {
    if (mask[at] === PROSE && lines[at]!.trim() === "") continue;
    if (kept[at]! < depth) break;
    end = at + 1;
  }
  return end;
}

interface Scan extends Omit<BlockText, "closedEnd"> {
  /** Columns at which the contents of the open list items begin. */
  items: number[];
  /** The line on which the innermost of them begins with nothing else on it. */
  emptyItem: number;
  leaf: Leaf | null;
  paragraph: Paragraph | null;
}

/** Ends what is open below `depth` list items. */
function leave(scan: Scan, depth: number): void {
  scan.items.length = depth;
  scan.paragraph = null;
}

/** True for a line of the open code or HTML. */
function goesOn(scan: Scan, leaf: Leaf, index: number, { at, column }: Place): boolean {
  const text = scan.lines[index]!.slice(at);
  const indent = column - (scan.items[leaf.depth - 1] ?? 0);
  if (text === "" ? leaf.kind === HTML : indent < 0) return false;
  scan.mask[index] = leaf.kind;
  scan.kept[index] = leaf.depth;
  scan.open[index] = leaf.depth;
  if (leaf.closes(text, indent)) scan.leaf = null;
  return true;
}

/** Reads what begins in the innermost of the list items that the line is in, which may be another list item. */
function readLine(scan: Scan, index: number, from: Place, matched: number): void {
  const line = scan.lines[index]!;
  let place = from;
  for (let depth = matched; ; depth++) {
    if (place.column - (scan.items[depth - 1] ?? 0) >= 4) {
      if (!scan.paragraph) leave(scan, depth);
      return;
    }
    const rest = line.slice(place.at);
    if (readHeading(scan, index, rest, depth, depth === matched)) return;
    if (readDivider(scan, index, rest, depth) || readLeaf(scan, index, rest, depth)) return;
    const item = depth < MAX_DEPTH && itemAt(scan, line, place, depth);
    if (!item) {
      readText(scan, index, rest, depth);
      return;
    }
    leave(scan, depth);
    scan.items.push(item.column);
    if (item.content === null) {
      scan.emptyItem = index;
      return;
    }
    place = item.content;
  }
}

/** True when the line goes on with the paragraph of these very list items. */
function isInParagraph({ items, paragraph }: Scan, depth: number): boolean {
  return paragraph?.depth === depth && items.length === depth;
}

function readHeading(scan: Scan, index: number, rest: string, depth: number, isAlone: boolean): boolean {
  const { headings, lines, paragraph } = scan;
  const order = headings.length;
  if (isInParagraph(scan, depth) && paragraph!.canBeHeading && UNDERLINE.test(rest)) {
    const { start } = paragraph!;
    const words = lines.slice(start, index).map((line) => line.trim());
    const level = rest.startsWith("=") ? 1 : 2;
    if (depth === 0) headings.push({ index: start, end: index + 1, order, level, text: words.join(" ") });
    leave(scan, depth);
    return true;
  }
  const heading = readAtxHeading(rest);
  if (!heading) return false;
  if (isAlone) headings.push({ index, end: index + 1, order, ...heading });
  leave(scan, depth);
  return true;
}

function readDivider(scan: Scan, index: number, rest: string, depth: number): boolean {
  if (!isDivider(rest)) return false;
  if (depth === 0) scan.dividers.push(index);
  leave(scan, depth);
  return true;
}

function readLeaf(scan: Scan, index: number, rest: string, depth: number): boolean {
  const leaf = openLeaf(rest, index, depth, isInParagraph(scan, depth));
  if (!leaf) return false;
  leave(scan, depth);
  const isComplete = leaf.kind === COMMENT && leaf.closes(rest, 0);
  // Words behind a comment are read, as they are seen.
  if (!isComplete || !/^<!--.*-->\s*\S/.test(rest)) scan.mask[index] = leaf.kind;
  scan.leaf = isComplete ? null : leaf;
  return true;
}

/** The list item that begins here: where its content does, null for none on this line, and at which column. */
function itemAt(scan: Scan, line: string, { at, column }: Place, depth: number) {
  const rest = line.slice(at);
  const marker = MARKER.exec(rest)?.[0];
  if (marker === undefined) return null;
  const behind = column + marker.length;
  const content = placeOf(line, at + marker.length, behind);
  const isEmpty = content.at === line.length;
  // In the middle of a paragraph less is an item.
  if (isInParagraph(scan, depth) && (isEmpty || !/^(?:\D|1\D)/.test(rest))) return null;
  const isFar = isEmpty || content.column - behind > 4;
  return { content: isEmpty ? null : content, column: isFar ? behind + 1 : content.column };
}

function readText(scan: Scan, start: number, rest: string, depth: number): void {
  const isQuote = rest.startsWith(">");
  // It goes on with an open paragraph, whatever list items that is in.
  if (scan.paragraph && !isQuote) {
    if (DELIMITERS.test(rest)) scan.paragraph.canBeHeading = false;
    return;
  }
  leave(scan, depth);
  scan.paragraph = { start, depth: isQuote ? IN_QUOTE : depth, canBeHeading: true };
}

function openLeaf(rest: string, start: number, depth: number, inParagraph: boolean): Leaf | null {
  const fence = FENCE_OPEN.exec(rest)?.[1];
  if (fence !== undefined) {
    const closes = (text: string, indent: number) => {
      const end = text.trimEnd();
      return indent < 4 && end.length >= fence.length && end === fence[0]!.repeat(end.length);
    };
    return { kind: FENCE, start, depth, closes };
  }
  if (!rest.startsWith("<")) return null;
  const raw = RAW.find(([opens]) => opens.test(rest));
  if (raw) return { kind: COMMENT, start, depth, closes: (text) => raw[1].test(text) };
  const isHtml = BLOCK_TAG.test(rest) || (!inParagraph && LONE_TAG.test(rest));
  return isHtml ? { kind: HTML, start, depth, closes: () => false } : null;
}

interface Place {
  /** Index of a character. */
  at: number;
  /** With tabs to every fourth. */
  column: number;
}

/** Behind the blanks that begin here. */
function placeOf(line: string, from: number, fromColumn: number): Place {
  let at = from;
  let column = fromColumn;
  for (; at < line.length; at++) {
    const sign = line[at];
    if (sign === "\t") column += 4 - (column % 4);
    else if (sign === " " || sign === "\r") column++;
    else break;
  }
  return { at, column };
}
