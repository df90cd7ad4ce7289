/** Options of a command line, read in order; what is unknown or misused is told with the nearest name. */
import { parseArgs } from "node:util";
import { quote } from "./errors.ts";
import { adviceOn, nearest } from "./nearest.ts";

export interface Option {
  type: "boolean" | "string";
  short?: string;
  /** What its value is called in messages and in help: `DIR`. */
  value?: string;
  /** Of an option that is known and means nothing here: why, after its name. */
  refusal?: string;
}

export interface Given {
  /** In order, without the dashes; `value` is "" for a boolean. */
  options: { name: string; value: string }[];
  positionals: string[];
}

/** Or what is wrong. `ending` options make all that follows them meaningless. */
export function readOptions(
  args: readonly string[],
  known: Readonly<Record<string, Option>>,
  ending: readonly string[] = [],
): Given | { problem: string } {
  const given: Given = { options: [], positionals: [] };
  const parsed = Object.fromEntries(
    Object.entries(known).map(([name, { type, short }]) => [name, { type, ...(short && { short }) }]),
  );
  // Not strict: parseArgs' own messages know no nearest option.
  const { tokens } = parseArgs({ args: [...args], options: parsed, strict: false, tokens: true });
  for (const token of tokens) {
    if (token.kind === "positional") given.positionals.push(token.value);
    if (token.kind !== "option") continue;
    const option = Object.hasOwn(known, token.name) ? known[token.name] : undefined;
    if (!option) return { problem: unknownOption(token.rawName, known) };
    if (option.refusal !== undefined) return { problem: `${token.rawName} ${option.refusal}` };
    if (option.type === "boolean" && token.inlineValue)
      return { problem: `${token.rawName} takes no value.` };
    const value = token.value ?? "";
    const isMissing = value === "" || (!token.inlineValue && value.startsWith("-"));
    if (option.type === "string" && isMissing) {
      return { problem: `${token.rawName} needs a value: ${token.rawName} ${option.value ?? "VALUE"}.` };
    }
    given.options.push({ name: token.name, value });
    if (ending.includes(token.name)) return given;
  }
  return given;
}

function unknownOption(rawName: string, known: Readonly<Record<string, Option>>): string {
  const names = Object.entries(known).flatMap(([name, { refusal }]) => (refusal === undefined ? [name] : []));
  const meant = nearest(rawName.replace(/^-+/, ""), names);
  return `Unknown option ${quote(rawName)}.${meant === undefined ? "" : ` Did you mean --${meant}?`}`;
}

/** The parts of a comma-separated list of names; a problem for the first that is none of them. */
export function readList<Name extends string>(
  what: string,
  text: string,
  names: readonly Name[],
): Name[] | { problem: string } {
  const list: Name[] = [];
  for (const part of text.split(",").map((one) => one.trim())) {
    const name = names.find((one) => one === part);
    if (name === undefined) return { problem: unknownName(what, part, names) };
    list.push(name);
  }
  return list;
}

/** `Unknown toolset "planing". Did you mean planning?` */
export function unknownName(what: string, text: string, names: readonly string[]): string {
  return `Unknown ${what} ${quote(text)}. ${adviceOn(text, names, "There are")}`;
}
