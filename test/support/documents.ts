/** The hand-written documents as text, and the code, tables and blocks in them. */
import { readdirSync, readFileSync } from "node:fs";
import { posix } from "node:path";
import { REPOSITORY } from "./stdio.ts";

export const readDocument = (path: string): string => readFileSync(REPOSITORY + path, "utf8");

export const DOCUMENTS = [
  "README.md",
  "CHANGELOG.md",
  "CONTRIBUTING.md",
  "AGENTS.md",
  "examples/README.md",
  ...filesBelow("docs").filter((path) => path.endsWith(".md")),
];

/** Paths from the repository's top, in order. */
export function filesBelow(directory: string): string[] {
  return readdirSync(REPOSITORY + directory, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => posix.join(entry.parentPath.replaceAll("\\", "/"), entry.name).slice(REPOSITORY.length))
    .sort();
}

/** Fenced blocks, with their language. */
export function blocksOf(text: string): { language: string; code: string }[] {
  return [...text.matchAll(/^```(\w*)\n([\s\S]*?)^```$/gm)].map(([, language, code]) => ({
    language: language!,
    code: code!,
  }));
}

/** What stands in backticks outside of fenced blocks. */
export function spansOf(text: string): string[] {
  const prose = text.replace(/^```[\s\S]*?^```$/gm, "");
  return [...prose.matchAll(/`([^`\n]+)`/g)].map((match) => match[1]!);
}

/** The rows of the table whose first heading is this one; cells without backticks. */
export function tableOf(text: string, heading: string): string[][] {
  const lines = text.split("\n");
  const at = lines.findIndex((line) => cellsOf(line)[0] === heading);
  if (at === -1) throw new Error(`There is no table of ${heading}.`);
  const end = lines.findIndex((line, index) => index > at && !line.startsWith("|"));
  return lines.slice(at + 2, end === -1 ? undefined : end).map(cellsOf);
}

function cellsOf(line: string): string[] {
  if (!line.startsWith("|")) return [];
  const cells = line.replaceAll("\\|", "\u0000").split("|").slice(1, -1);
  return cells.map((cell) => cell.replaceAll("\u0000", "|").replaceAll("`", "").trim());
}
