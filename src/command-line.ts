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
  | { action: "help" | "version" }
  /** `args` as they came, without the command. */
  | { action: "run"; name: CommandName | typeof COMPLETE; args: string[]; roots: string[] }
  | { action: "refuse"; message: string };

export interface Invocation {
  /** Without the program and the script. */
  args: readonly string[];
  env: Readonly<Record<string, string | undefined>>;
  stdinIsTerminal: boolean;
}

/** Of the server. */
const OPTIONS: Record<string, Option> = {
  root: { type: "string", value: "DIR" },
  "read-only": { type: "boolean" },
  toolsets: { type: "string", value: TOOLSETS.join(",") },
  help: { type: "boolean", short: "h" },
  version: { type: "boolean", short: "v" },
};

export const HELP = `wavewright: an MCP server that does the bookkeeping of .planning/ projects

Usage
  wavewright [options]            serve MCP on standard input and output; a client starts it like this
  wavewright COMMAND [options]    answer a person or a script

Commands
  status                          milestone, phases with their progress, and what is next
  waves PHASE                     what runs beside what, and why something waits
  gaps [PHASE]                    what verifications found lacking and nothing has closed
  check [PHASE]                   every problem of the planning files, with path and line
  call TOOL [JSON]                call any tool
  tools [TOOL]                    list the tools, or tell what one takes
  setup HOST                      show or write the configuration of an MCP host
  completion SHELL                print a completion script for bash, zsh or fish
  help COMMAND                    tell more about a command; so does COMMAND --help

Options
  --root DIR                      a project, or a directory with projects; repeatable, the first is the default
                                  (without it: WAVEWRIGHT_ROOT, else the project around the working directory)
  --read-only                     offer only tools that change nothing
  --toolsets LIST                 offer only a part: ${TOOLSETS.join(", ")} (comma-separated; default all)
  -h, --help                      print this
  -v, --version                   print the version

Environment
  WAVEWRIGHT_ROOT                 like --root, which goes before it; several directories separated by "${delimiter}"
  NO_COLOR, FORCE_COLOR           no colour at all; colour also where the output is no terminal

Exit codes
  0  fine
  1  problems were found, or a tool answered with an error
  2  the command line is wrong

Client configuration
  wavewright setup HOST writes it; by hand:
  { "mcpServers": { "wavewright": { "command": "node", "args": ["/path/to/wavewright/dist/main.js"] } } }
`;

/** What follows them does not matter. */
const ENDING = ["help", "version"];

/** Bare, at a terminal, it prints help: nobody types JSON-RPC. */
export function readCommandLine({ args, env, stdinIsTerminal }: Invocation): Command {
  const fromEnvironment = (env.WAVEWRIGHT_ROOT ?? "").split(delimiter).filter((root) => root !== "");
  const command = commandIn(args, fromEnvironment);
  if (command) return command;
  const given = readOptions(args, OPTIONS, ENDING);
  if ("problem" in given) return { action: "refuse", message: given.problem };
  const roots: string[] = [];
  const toolsets: Toolset[] = [];
  for (const { name, value } of given.options) {
    if (name === "help" || name === "version") return { action: name };
    if (name === "root") roots.push(value);
    if (name !== "toolsets") continue;
    const list = readList("toolset", value, TOOLSETS);
    if ("problem" in list) return { action: "refuse", message: list.problem };
    toolsets.push(...list);
  }
  if (args.length === 0 && stdinIsTerminal) return { action: "help" };
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
  const before = readOptions(args.slice(0, at), OPTIONS, ENDING);
  if (!("problem" in before) && before.options.some(({ name }) => ENDING.includes(name))) return undefined;
  const name = COMMANDS.find((command) => command === args[at]);
  if (name !== undefined) return { action: "run", name, args: args.toSpliced(at, 1), roots };
  // A mistake before it comes first.
  if ("problem" in before) return undefined;
  return { action: "refuse", message: unknownName("command", args[at]!, COMMANDS) };
}
