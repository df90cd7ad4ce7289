/** The help of the program and of each command, as wide as the place that it is for. */
import { delimiter } from "node:path";
import { COMMANDS, type CommandName } from "../command-line.ts";
import { type CommandOption, SERVER, SPECS } from "./commands.ts";
import { wrap } from "./text.ts";

/** Longer lines of text are hard to read. */
const MAX_WIDTH = 100;
const LABEL = 32;
/** With less beside the labels, what they mean stands below them. */
const MIN_BESIDE = 28;

const TITLE = "wavewright: an MCP server that does the bookkeeping of .planning/ projects";

const CONFIGURATION = {
  mcpServers: { wavewright: { command: "node", args: ["/path/to/wavewright/dist/main.js"] } },
};

type Entry = readonly [label: string, text: string];

export function programHelp(columns: number): string {
  const width = Math.min(columns, MAX_WIDTH);
  const section = (title: string, list: readonly Entry[], indent = LABEL) => [
    title,
    ...entries(list, width, indent),
    "",
  ];
  return text([
    ...wrap(TITLE, width),
    "",
    ...section("Usage", [
      ["wavewright [options]", "serve MCP on standard input and output; a client starts it like this"],
      ["wavewright COMMAND [options]", "answer a person or a script"],
    ]),
    ...section(
      "Commands",
      COMMANDS.map((name) => [usage(name), SPECS[name].summary]),
    ),
    ...section("Options", optionEntries(SERVER)),
    ...section("Environment", [
      [
        "WAVEWRIGHT_ROOT",
        `like --root, which goes before it; several directories separated by "${delimiter}"`,
      ],
      ["FORCE_COLOR", "colour also where the output is no terminal, and with NO_COLOR too"],
      ["NO_COLOR", "no colour"],
    ]),
    ...section("Exit codes", EXIT_CODES, 5),
    ...wrap("Client configuration: wavewright setup HOST writes it; by hand:", width),
    ...JSON.stringify(CONFIGURATION, null, 2)
      .split("\n")
      .map((line) => `  ${line}`),
  ]);
}

const EXIT_CODES: readonly Entry[] = [
  ["0", "fine"],
  ["1", "check found errors, a tool answered with an error, or setup could not do it"],
  ["2", "the command line is wrong"],
];

/** The help of one command. */
export function commandHelp(name: CommandName, columns: number): string {
  const width = Math.min(columns, MAX_WIDTH);
  const { summary, arguments: taken, options, more = [], examples } = SPECS[name];
  const lines = [...wrap(`wavewright ${usage(name)}`, width), "", ...wrap(summary, width), ""];
  if (taken.length > 0) {
    const list = taken.map(({ name: word, summary: what }): Entry => [word, what]);
    lines.push("Arguments", ...entries(list, width), "");
  }
  lines.push("Options", ...entries(optionEntries(options), width), "");
  for (const paragraph of more) lines.push(...wrap(paragraph, width), "");
  lines.push("Examples", ...examples.map((example) => `  ${example}`));
  if (name !== "help" && name !== "completion") {
    const codes = EXIT_CODES.map(([code, meaning]) => `${code} ${meaning}`);
    lines.push("", ...wrap(`Exit codes: ${codes.join("; ")}.`, width));
  }
  return text(lines);
}

/** `waves PHASE`, `call TOOL [ARGUMENTS...]` */
export function usage(name: CommandName): string {
  const { arguments: taken, isVariadic = false } = SPECS[name];
  const words = taken.map(({ name: word, isRequired }, index) => {
    const repeated = isVariadic && index === taken.length - 1 ? `${word}...` : word;
    return isRequired ? repeated : `[${repeated}]`;
  });
  return [name, ...words].join(" ");
}

function optionEntries(options: Readonly<Record<string, CommandOption>>): Entry[] {
  return Object.entries(options).map(([option, { short, value, summary }]) => [
    `${short ? `-${short}, ` : ""}--${option}${value ? ` ${value}` : ""}`,
    summary,
  ]);
}

/** What labels mean, beside them where there is room; `indent` is the column where it begins. */
function entries(list: readonly Entry[], width: number, indent = LABEL): string[] {
  const isBeside = width - indent >= MIN_BESIDE;
  return list.flatMap(([label, meaning]) => {
    const lines = wrap(meaning, width - (isBeside ? indent : 4));
    if (!isBeside)
      return [...wrap(label, width - 2).map((line) => `  ${line}`), ...lines.map((line) => `    ${line}`)];
    const head = `  ${label}`.padEnd(indent);
    const isLong = label.length > indent - 4;
    const below = (isLong ? lines : lines.slice(1)).map((line) => " ".repeat(indent) + line);
    return [isLong ? `  ${label}` : head + lines[0]!, ...below];
  });
}

function text(lines: readonly string[]): string {
  return `${lines.join("\n")}\n`;
}
