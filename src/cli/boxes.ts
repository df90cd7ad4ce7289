/** Boxes side by side, as many as fit. */
import { glyphs, paint, type Style, type Terminal } from "./terminal.ts";
import { cut, padTo, widthOf, wrap } from "./text.ts";

export interface Box {
  title: string;
  /** Wrapped inside; each begins a line. */
  lines: { text: string; style?: Style }[];
  style?: Style;
}

const GAP = 1;
const MIN_WIDTH = 26;
const MAX_WIDTH = 46;

/** Rows of boxes, each with the same height in its row; `indent` columns stand free on the left. */
export function drawBoxes(terminal: Terminal, boxes: readonly Box[], indent: number): string[] {
  const available = terminal.width - indent;
  const perRow = Math.max(1, Math.min(boxes.length, Math.floor((available + GAP) / (MIN_WIDTH + GAP))));
  const width = Math.min(MAX_WIDTH, Math.floor((available - GAP * (perRow - 1)) / perRow));
  const rows = Array.from({ length: Math.ceil(boxes.length / perRow) }, (_, index) =>
    boxes.slice(index * perRow, (index + 1) * perRow),
  );
  return rows.flatMap((row) => {
    const height = Math.max(...row.map((box) => content(box, width).length));
    const drawn = row.map((box) => drawBox(terminal, box, width, height));
    return Array.from(
      { length: height + 2 },
      (_, line) => " ".repeat(indent) + drawn.map((lines) => lines[line]!).join(" ".repeat(GAP)),
    );
  });
}

function content({ lines }: Box, width: number): { text: string; style?: Style }[] {
  return lines.flatMap(({ text, style }) => wrap(text, width - 4).map((part) => ({ text: part, style })));
}

function drawBox(terminal: Terminal, box: Box, width: number, height: number): string[] {
  const { topLeft, topRight, bottomLeft, bottomRight, across, down, ellipsis } = glyphs(terminal);
  const edge = (text: string) => paint(terminal, box.style, text);
  const title = cut(box.title, width - 6, ellipsis);
  const lines = content(box, width);
  return [
    edge(`${topLeft}${across} `) +
      paint(terminal, "strong", title) +
      edge(` ${across.repeat(width - 5 - widthOf(title))}${topRight}`),
    ...Array.from({ length: height }, (_, index) => {
      const { text = "", style } = lines[index] ?? {};
      const padding = padTo(width - 4, text).slice(text.length);
      return `${edge(down)} ${paint(terminal, style, text)}${padding} ${edge(down)}`;
    }),
    edge(`${bottomLeft}${across.repeat(width - 2)}${bottomRight}`),
  ];
}
