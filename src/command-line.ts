/** The command line and its environment variable, read into what to do. */
import { delimiter } from "node:path";
import { type Option, readList, readOptions, unknownName } from "./options.ts";
import { TOOLSETS, type Toolset } from "./toolsets.ts";

/** What src/cli/ does; anything else that is no option is a mistake. */
export const COMMANDS = [
  "status",
  "waves",
  "gaps",
  "check",
  "call",
  "tools",
  "setup",
  "completion",
  "help",
] as const;
export type CommandName = (typeof COMMANDS)[number];

/** What the completion scripts of shells call; no person does. */
export const COMPLETE = "__complete";

export type Command =
  | { action: "serve"; roots: string[]; readOnly: boolean; toolsets: Toolset[] }
  | { action: "version" }
  /** `args` as they came, without the command. */
  | { action: "run"; name: CommandName | typeof COMPLETE; args: string[]; roots: string[] }
  | { action: "refuse"; message: string };

export interface Invocation {
  /** Without the program and the script. */
  args: readonly string[];
  env: Readonly<Record<string, string | undefined>>;
  stdinIsTerminal: boolean;
}

/** Of the server; only some of them mean something to commands. */
export const SERVER_OPTIONS = {
  root: { type: "string", value: "DIR" },
  "read-only": { type: "boolean" },
  toolsets: { type: "string", value: TOOLSETS.join(",") },
  help: { type: "boolean", short: "h" },
  version: { type: "boolean", short: "v" },
} as const satisfies Record<string, Option>;

const HELP: Command = { action: "run", name: "help", args: [], roots: [] };

/** What follows them does not matter. */
const ENDING = ["help", "version"];

/** Bare, at a terminal, it prints help: nobody types JSON-RPC. */
export function readCommandLine({ args, env, stdinIsTerminal }: Invocation): Command {
  const fromEnvironment = (env.WAVEWRIGHT_ROOT ?? "").split(delimiter).filter((root) => root !== "");
  const command = commandIn(args, fromEnvironment);
  if (command) return command;
  const given = readOptions(args, SERVER_OPTIONS, ENDING);
  if ("problem" in given) return { action: "refuse", message: given.problem };
  const roots: string[] = [];
  const toolsets: Toolset[] = [];
  for (const { name, value } of given.options) {
    if (name === "help") return HELP;
    if (name === "version") return { action: "version" };
    if (name === "root") roots.push(value);
    if (name !== "toolsets") continue;
    const list = readList("toolset", value, TOOLSETS);
    if ("problem" in list) return { action: "refuse", message: list.problem };
    toolsets.push(...list);
  }
  if (args.length === 0 && stdinIsTerminal) return HELP;
  return {
    action: "serve",
    roots: roots.length > 0 ? roots : fromEnvironment,
    readOnly: given.options.some(({ name }) => name === "read-only"),
    toolsets: toolsets.length > 0 ? toolsets : [...TOOLSETS],
  };
}

/** The first word that is no option, nor the value of one, names a command; its options may stand around it. */
function commandIn(args: readonly string[], roots: string[]): Command | undefined {
  if (args[0] === COMPLETE) return { action: "run", name: COMPLETE, args: args.slice(1), roots };
  const at = args.findIndex(
    (arg, index) => !arg.startsWith("-") && !["--root", "--toolsets"].includes(args[index - 1] ?? ""),
  );
  if (at === -1) return undefined;
  const before = readOptions(args.slice(0, at), SERVER_OPTIONS, ENDING);
  if (!("problem" in before) && before.options.some(({ name }) => ENDING.includes(name))) return undefined;
  const name = COMMANDS.find((command) => command === args[at]);
  if (name !== undefined) return { action: "run", name, args: args.toSpliced(at, 1), roots };
  // A mistake before it comes first.
  if ("problem" in before) return undefined;
  return { action: "refuse", message: unknownName("command", args[at]!, COMMANDS) };
}
