/** Paths of files as the texts of reports mention them. */
import { normalizePath } from "./file-scope.ts";
import type { Artifact } from "./gap.ts";

const EXTENSIONS = new Set(
  (
    "ts tsx js jsx mjs cjs mts cts vue svelte astro py pyi rb rs go java kt kts scala cs csproj sln slnx " +
    "props fs cpp cc c h hpp m mm swift php sql prisma proto graphql css scss less html xaml md mdx json " +
    "jsonc yml yaml toml xml ini cfg conf env sh bash ps1 bat tf txt csv svg png lock gradle dart ex exs " +
    "lua zig nix"
  ).split(" "),
);
/** Products whose names end like a file. */
const PRODUCT =
  /^(?:node|next|nuxt|vue|react|three|express|d3|chart|socket|discord|alpine|ember|asp)\.(?:js|ts|net)$/i;
/** Reports name each other in evidence; that two gaps do so does not bind them. */
const PLANNING_DOCUMENT =
  /(?:^|[/-])(?:PROJECT|REQUIREMENTS|ROADMAP|STATE|PLAN|SUMMARY|VERIFICATION|UAT|AUDIT|CONTEXT)\.md$/;
const SEGMENTS = /^[\w@.$[\]()+~-]+(?:\/[\w@.$[\]()+~-]+)*\/?$/;
const MAX_TOKEN = 260;

/**
 * True for `src/chat/Chat.tsx`, `Chat.tsx` and `src/reference/`; not for `read/write`, `e.g.` or `Node.js`.
 */
function looksLikePath(token: string): boolean {
  if (token.length > MAX_TOKEN) return false;
  if (token.endsWith("/")) return token.length > 2 && SEGMENTS.test(token);
  const dot = token.lastIndexOf(".");
  if (!EXTENSIONS.has(token.slice(dot + 1).toLowerCase()) || !/[\w\])-]/.test(token[dot - 1] ?? ""))
    return false;
  return SEGMENTS.test(token) && !PRODUCT.test(token);
}

/** 1 at the code of each character that no path contains. */
const DELIMITERS = new Uint8Array(256);
for (const char of " \t\n\r\f\v\u00a0\"'`,;:<>|") DELIMITERS[char.charCodeAt(0)] = 1;
const DOT = 46;
const SLASH = 47;

/** The paths that a text mentions, in order, each once; line numbers behind them are dropped. */
export function pathsIn(text: string): string[] {
  const found = new Set<string>();
  let start = 0;
  let promising = false;
  // Most words are no paths; only those with a dot or a slash are cut out and looked at.
  for (let index = 0; index <= text.length; index++) {
    const unit = text.charCodeAt(index);
    if (unit === DOT || unit === SLASH) promising = true;
    if (index < text.length && (unit > 255 || DELIMITERS[unit] === 0)) continue;
    if (promising && index - start <= MAX_TOKEN) {
      const token = unwrap(text.slice(start, index));
      if (looksLikePath(token)) found.add(token);
    }
    start = index + 1;
    promising = false;
  }
  return [...found];
}

/** Without the brackets and full stops that prose puts around a path; those inside it belong to it. */
function unwrap(piece: string): string {
  let start = 0;
  let end = piece.length;
  while (start < end && "([{*_".includes(piece[start]!)) start++;
  while (end > start && ".!?}*_".includes(piece[end - 1]!)) end--;
  while (end > start && piece[end - 1] === ")" && !piece.slice(start, end).includes("(")) end--;
  while (end > start && piece[end - 1] === "]" && !piece.slice(start, end).includes("[")) end--;
  return piece.slice(start, end);
}

/**
 * An artifact written as one string: `src/a.ts (what is wrong)`, `src/a.ts — note`, a bare path, or words
 * that mention a path. What is not the path is the issue.
 */
export function artifactFromText(text: string): Artifact {
  const line = text.trim();
  const [first = ""] = line.split(/\s+/, 1);
  const head = first
    .slice(0, MAX_TOKEN)
    .replace(/^`+|[`,;:]+$/g, "")
    .replace(/:\d[\d,-]*$/, "");
  if (looksLikePath(head) || (first === line && line !== "")) {
    const path = head === "" ? line : head;
    return { path, issue: withoutBrackets(line.slice(first.length)) };
  }
  const [mentioned, another] = pathsIn(line);
  return mentioned !== undefined && another === undefined
    ? { path: mentioned, issue: line }
    : { path: line, issue: null };
}

function withoutBrackets(text: string): string | null {
  const note = text.trim().replace(/^[—–:-]+\s*/, "");
  const inside = note.startsWith("(") && note.indexOf(")") === note.length - 1 ? note.slice(1, -1) : note;
  return inside === "" ? null : inside;
}

/** Normalised paths of a gap's files: its artifacts, or else what its texts mention. */
export function filesOf(gap: {
  title: string;
  reason: string | null;
  artifacts: readonly Artifact[];
  missing: readonly string[];
}): string[] {
  const paths =
    gap.artifacts.length > 0
      ? gap.artifacts.map(({ path }) => path)
      : pathsIn([gap.title, gap.reason ?? "", ...gap.missing].join(" ")).filter(
          (path) => !PLANNING_DOCUMENT.test(path),
        );
  return [...new Set(paths.map(normalizePath))].filter((path) => path !== "");
}
