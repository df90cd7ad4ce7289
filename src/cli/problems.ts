/** Diagnostics and errors as a person reads them. */
import { SEVERITIES, type Severity } from "../domain/diagnostic.ts";
import type { ErrorBody } from "../errors.ts";
import type { Problem } from "./answers.ts";
import { paragraph, table } from "./table.ts";
import { glyphs, isNarrow, paint, type Style, type Terminal } from "./terminal.ts";
import { count, enumerate, plain, wrap } from "./text.ts";

const STYLE: Record<Severity, Style> = { error: "bad", warning: "warn", info: "note" };

/** Grouped by file, in the order of the first problem of each. */
export function drawProblems(terminal: Terminal, problems: readonly Problem[]): string[] {
  const byPath = new Map<string, Problem[]>();
  for (const problem of problems) {
    const path = plain(problem.path ?? "");
    const same = byPath.get(path);
    if (same) same.push(problem);
    else byPath.set(path, [problem]);
  }
  return [...byPath].flatMap(([path, own]) => [
    ...paragraph(terminal, path === "" ? "the project" : path, 0, "strong"),
    ...table(
      terminal,
      [{}, {}, { flexible: true }, {}],
      own.map(({ line, severity, message, code }) => [
        { text: line === undefined ? "" : String(line), style: "quiet" },
        { text: severity, style: STYLE[severity] },
        { text: isNarrow(terminal) ? `${plain(message)} (${plain(code)})` : plain(message) },
        { text: isNarrow(terminal) ? "" : plain(code), style: "quiet" },
      ]),
      2,
    ),
    "",
  ]);
}

/** `2 errors, 1 warning and 3 notes` */
export function countProblems(counts: Readonly<Record<Severity, number>>): string {
  const nouns: Record<Severity, string> = { error: "error", warning: "warning", info: "note" };
  const parts = SEVERITIES.filter((severity) => counts[severity] > 0).map((severity) =>
    count(counts[severity], nouns[severity]),
  );
  return parts.length === 0 ? "no problems" : enumerate(parts);
}

/** What a command that is about something else says of the data: few whole, many as a number. */
export function drawAside(terminal: Terminal, problems: readonly Problem[]): string[] {
  if (problems.length === 0) return [];
  const counts = { error: 0, warning: 0, info: 0 };
  for (const { severity } of problems) counts[severity]++;
  const sign = counts.error > 0 ? "bad" : counts.warning > 0 ? "warn" : "note";
  const said = `${countProblems(counts)} in the planning files`;
  if (problems.length > MAX_ASIDE)
    return ["", ...paragraph(terminal, `${said}: see wavewright check.`, 0, sign)];
  return ["", ...paragraph(terminal, `${said}:`, 0, sign), ...drawProblems(terminal, problems).slice(0, -1)];
}

const MAX_ASIDE = 12;

/** An error's message, where it is, what would be right, and what to do. */
export function drawError(terminal: Terminal, body: Omit<ErrorBody, "code"> & { code?: string }): string[] {
  const { code, message, hint, path, line, expected } = body;
  const { bad } = glyphs(terminal);
  const text = (label: string, words: string) =>
    wrap(words, terminal.width - LABEL - 2).map(
      (part, index) =>
        `  ${index === 0 ? paint(terminal, "quiet", label.padEnd(LABEL)) : " ".repeat(LABEL)}${part}`,
    );
  const head = wrap(sentence(plain(message)), terminal.width - 2);
  const list = Array.isArray(expected) ? expected : expected === undefined ? [] : [expected];
  return [
    ...head.map((part, index) => (index === 0 ? `${paint(terminal, "bad", bad)} ${part}` : `  ${part}`)),
    ...(path === undefined ? [] : text("at", plain(path) + (line === undefined ? "" : `:${line}`))),
    ...(list.length === 0 ? [] : text("expected", list.map(plain).join(", "))),
    ...(hint === undefined ? [] : text("hint", sentence(plain(hint)))),
    ...(code === undefined ? [] : text("code", code)),
  ];
}

const LABEL = 10;

/** Messages of tools are parts of sentences, which a model does not mind; names of tools keep their letters. */
export function sentence(text: string): string {
  const first = /^[a-z]+_/.test(text) ? text : text.charAt(0).toUpperCase() + text.slice(1);
  return /[.!?…]$/.test(first) ? first : `${first}.`;
}
