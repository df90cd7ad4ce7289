/** Shell completion: what may come next, asked by the scripts of the shells. */
import { advertise, type JsonSchema } from "../advertise.ts";
import { COMMANDS, type CommandName } from "../command-line.ts";
import { ReadCache } from "../workspace/files.ts";
import { findRoot } from "../workspace/roots.ts";
import { Workspace } from "../workspace/workspace.ts";
import { type Argument, type CommandOption, SERVER, type Shell, SPECS } from "./commands.ts";
import { DIRECTORIES } from "./completion-scripts.ts";
import type { Machine, Request } from "./program.ts";
import { plain } from "./text.ts";

export interface Candidate {
  value: string;
  description?: string;
  /** Other ways to say it, offered where the value does not go on as it was begun. */
  also?: readonly string[];
}

/** Prints what may stand in place of the last word. Silent whatever happens: a person is typing. */
export async function complete(request: Request, machine: Machine): Promise<number> {
  const [shell, ...given] = request.args;
  const words = shell === "bash" ? joined(given) : given;
  const [current = "", last = ""] = [words.at(-1), given.at(-1)];
  // bash has the beginning of a word that it cut, and wants the rest.
  const glued = current === last ? 0 : current.lastIndexOf("=") + 1;
  try {
    const candidates = await candidatesFor(words, {
      tools: async () =>
        (await machine.loadTools()).map((tool) => ({
          name: tool.name,
          title: tool.title,
          properties: () => advertise(tool).inputSchema.properties,
        })),
      phases: (root) =>
        phasesOf(root === undefined ? request.roots : [meant(root, machine.env.HOME)], machine.cwd),
    });
    const lines =
      candidates === DIRECTORIES ? [DIRECTORIES] : candidates.map((one) => line(shell as Shell, one, glued));
    machine.stdout.write(lines.map((text) => `${text}\n`).join(""));
  } catch {
    // A project that cannot be read has no phases to offer.
  }
  return 0;
}

/** A directory as the shell will hand it over: of a word that is being typed, no tilde and no quotes are taken away yet. */
function meant(word: string, home = ""): string {
  const isBelowHome = home !== "" && /^~(?=\/|$)/.test(word);
  const path = word
    .slice(isBelowHome ? 1 : 0)
    .replace(/'([^']*)'|"((?:[^"\\]|\\.)*)"|\\(.)/gs, (_, single, double, escaped) =>
      double === undefined ? (single ?? escaped) : double.replace(/\\(["$`\\])/g, "$1"),
    );
  return isBelowHome ? home + path : path;
}

/** bash makes three words of `phase=3`, and replaces only the last one. */
function joined(given: readonly string[]): string[] {
  const words: string[] = [];
  for (const [index, word] of given.entries()) {
    const isGlued = words.length > 0 && (word === "=" || given[index - 1] === "=");
    if (isGlued) words.push(words.pop() + word);
    else words.push(word);
  }
  return words;
}

export interface Sources {
  tools(): Promise<readonly { name: string; title: string; properties(): Record<string, JsonSchema> }[]>;
  phases(root: string | undefined): Candidate[];
}

type Candidates = Candidate[] | typeof DIRECTORIES;

/** The last word is the one that is being typed; it may be empty. */
export async function candidatesFor(words: readonly string[], sources: Sources): Promise<Candidates> {
  const before = words.slice(0, -1);
  const current = words.at(-1) ?? "";
  const found = await everythingAfter(before, current, sources);
  if (found === DIRECTORIES) return found;
  return found.flatMap(({ value, also = [], ...rest }) => {
    const fitting = [value, ...also].find((one) => one.startsWith(current));
    return fitting === undefined ? [] : [{ value: fitting, ...rest }];
  });
}

async function everythingAfter(
  before: readonly string[],
  current: string,
  sources: Sources,
): Promise<Candidates> {
  const { name, positionals, root, open } = readWords(before);
  if (open !== undefined) return optionValues(open);
  const options: Readonly<Record<string, CommandOption>> = name === undefined ? SERVER : SPECS[name].options;
  if (current.startsWith("-")) {
    const inline = /^--([a-z-]+)=/.exec(current)?.[1] ?? "";
    if (Object.hasOwn(options, inline)) return withPrefix(current, optionValues(options[inline]!));
    return Object.entries(options).map(([option, { summary }]) => ({
      value: `--${option}`,
      description: summary,
    }));
  }
  if (name === undefined) return commands();
  const { arguments: taken, isVariadic = false } = SPECS[name];
  const argument = taken[positionals.length] ?? (isVariadic ? taken.at(-1) : undefined);
  return argument ? argumentValues(argument, { positionals, root, current }, sources) : [];
}

/** What stands before the word that is typed; `open` is an option that still wants its value. */
function readWords(before: readonly string[]): {
  name?: CommandName;
  positionals: string[];
  root?: string;
  open?: CommandOption;
} {
  let name: CommandName | undefined;
  const positionals: string[] = [];
  let root: string | undefined;
  let open: CommandOption | undefined;
  for (const [index, word] of before.entries()) {
    if (open) {
      if (before[index - 1] === "--root") root = word;
      open = undefined;
    } else if (word.startsWith("--root=")) root = word.slice("--root=".length);
    else if (word.startsWith("--")) {
      const known: Readonly<Record<string, CommandOption>> =
        name === undefined ? SERVER : SPECS[name].options;
      const option = Object.hasOwn(known, word.slice(2)) ? known[word.slice(2)] : undefined;
      if (option?.type === "string") open = option;
    } else if (name === undefined) name = COMMANDS.find((command) => command === word);
    else if (!word.startsWith("-") || word === "-") positionals.push(word);
  }
  return { name, positionals, root, open };
}

function optionValues({ value, values }: CommandOption): Candidates {
  if (values) return values.map((one) => ({ value: one }));
  return value === "DIR" ? DIRECTORIES : [];
}

/** `--scope=user`; names of directories only the shell knows, for a word of their own. */
function withPrefix(current: string, found: Candidates): Candidate[] {
  if (found === DIRECTORIES) return [];
  const prefix = current.slice(0, current.indexOf("=") + 1);
  return found.map(({ value, also, ...rest }) => ({
    ...rest,
    value: prefix + value,
    ...(also && { also: also.map((one) => prefix + one) }),
  }));
}

function commands(): Candidate[] {
  return COMMANDS.map((value) => ({ value, description: SPECS[value].summary }));
}

interface Typed {
  positionals: readonly string[];
  root: string | undefined;
  current: string;
}

async function argumentValues({ values }: Argument, typed: Typed, sources: Sources): Promise<Candidate[]> {
  if (values === "phase") return sources.phases(typed.root);
  if (values === "tool") {
    return (await sources.tools()).map(({ name, title }) => ({ value: name, description: title }));
  }
  if (values === "assignment") return assignments(typed, sources);
  if (values === "command") return commands();
  return values.map((value) => ({ value }));
}

/** `phase=` for the arguments that a tool takes and that are not given yet; behind it, what it may be. */
async function assignments(
  { positionals: [toolName, ...given], root, current }: Typed,
  sources: Sources,
): Promise<Candidate[]> {
  const tool = (await sources.tools()).find(({ name }) => name === toolName);
  const properties = Object.entries(tool?.properties() ?? {});
  const [typedName] = current.split("=", 1);
  const schema = current.includes("=") ? properties.find(([name]) => name === typedName)?.[1] : undefined;
  if (schema !== undefined) {
    return withPrefix(current, typedName === "phase" ? sources.phases(root) : schemaValues(schema));
  }
  return properties.flatMap(([name, { description }]) =>
    given.some((word) => word.startsWith(`${name}=`)) ? [] : [{ value: `${name}=`, description }],
  );
}

function schemaValues({ type, enum: values, const: only }: JsonSchema): Candidate[] {
  const known = values ?? (only !== undefined ? [only] : type === "boolean" ? [true, false] : []);
  return known.map((value) => ({ value: String(value) }));
}

/** Numbers of phases, or the ids and directories that people see where these were begun. */
function phasesOf(configured: readonly string[], cwd: string): Candidate[] {
  const workspace = new Workspace(findRoot(undefined, { configured, cwd }), new ReadCache());
  return workspace.phases().map(({ ref }) => ({
    value: ref.number,
    description: `${ref.name}, ${ref.state}`,
    also: [ref.id, ref.dir?.split("/").at(-1) ?? ""].filter(isWord),
  }));
}

/** Names of directories are anyone's: one that a shell would read otherwise is not offered. */
function isWord(text: string): boolean {
  return /^[\p{L}\p{N}._+-]+$/u.test(text);
}

function line(shell: Shell, { value, description }: Candidate, glued: number): string {
  const text = plain(description ?? "");
  if (shell === "fish") return text === "" ? value : `${value}\t${text}`;
  if (shell === "zsh") {
    const name = value.replaceAll("\\", "\\\\").replaceAll(":", "\\:");
    return text === "" ? name : `${name}:${text}`;
  }
  return value.slice(glued);
}
