/** What the place can show that the output goes to: how wide it is, colours, and more than ASCII. */
import { styleText } from "node:util";

export interface Terminal {
  /** Columns. */
  width: number;
  colour: boolean;
  unicode: boolean;
}

export type Environment = Readonly<Record<string, string | undefined>>;

/** A standard stream, as far as it matters here. */
export interface OutputStream {
  isTTY?: boolean;
  columns?: number;
}

const DEFAULT_WIDTH = 80;
/** Narrower ones are no place for text. */
const MIN_WIDTH = 20;
/** Longer lines are hard to read. */
const MAX_WIDTH = 140;

export function terminalOf(stream: OutputStream, env: Environment, platform: string): Terminal {
  const columns = (stream.isTTY && stream.columns) || Number(env.COLUMNS) || DEFAULT_WIDTH;
  return {
    width: Math.min(Math.max(Math.floor(columns), MIN_WIDTH), MAX_WIDTH),
    colour: hasColour(stream, env),
    unicode: hasUnicode(env, platform),
  };
}

/** What is nice to have is left out, and what is long stands below. */
export function isNarrow({ width }: Terminal): boolean {
  return width < 64;
}

/** FORCE_COLOR goes before NO_COLOR, as in Node; an empty NO_COLOR is none (no-color.org). */
function hasColour({ isTTY = false }: OutputStream, env: Environment): boolean {
  if (env.FORCE_COLOR !== undefined) return !["0", "false"].includes(env.FORCE_COLOR);
  if (env.NO_COLOR || env.NODE_DISABLE_COLORS || env.TERM === "dumb") return false;
  return isTTY;
}

/** The first of these variables that is set decides, as for every program with a locale; Windows has none of them. */
function hasUnicode(env: Environment, platform: string): boolean {
  const locale = env.LC_ALL || env.LC_CTYPE || env.LANG;
  if (!locale) return platform === "win32";
  return /utf-?8/i.test(locale);
}

const STYLES = {
  strong: ["bold"],
  quiet: ["dim"],
  good: ["green"],
  bad: ["red"],
  warn: ["yellow"],
  note: ["cyan"],
} as const;

export type Style = keyof typeof STYLES;

export function paint(terminal: Terminal, style: Style | undefined, text: string): string {
  if (!terminal.colour || style === undefined || text === "") return text;
  // Node would look at its own standard output.
  const always = { validateStream: false };
  return (styleText as (format: readonly string[], text: string, options: object) => string)(
    STYLES[style],
    text,
    always,
  );
}

const UNICODE = {
  topLeft: "╭",
  topRight: "╮",
  bottomLeft: "╰",
  bottomRight: "╯",
  across: "─",
  down: "│",
  full: "█",
  empty: "░",
  below: "↓",
  ready: "●",
  waiting: "○",
  dot: "·",
  ellipsis: "…",
  good: "✓",
  bad: "✗",
};

const ASCII: typeof UNICODE = {
  topLeft: "+",
  topRight: "+",
  bottomLeft: "+",
  bottomRight: "+",
  across: "-",
  down: "|",
  full: "#",
  empty: ".",
  below: "v",
  ready: "*",
  waiting: "o",
  dot: "-",
  ellipsis: "...",
  good: "ok",
  bad: "x",
};

/** What is drawn with; every character is one column wide but the marks of ASCII. */
export function glyphs({ unicode }: Terminal): typeof UNICODE {
  return unicode ? UNICODE : ASCII;
}
