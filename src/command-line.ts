/** The command line and its environment variable, read into what to do. */
import { delimiter } from "node:path";
import { parseArgs } from "node:util";
import { quote } from "./errors.ts";
import { nearest } from "./nearest.ts";
import { TOOLSETS, type Toolset } from "./toolsets.ts";

export type Command =
  | { action: "serve"; roots: string[]; readOnly: boolean; toolsets: Toolset[] }
  | { action: "help" | "version" }
  | { action: "refuse"; message: string };

export interface Invocation {
  /** Without the program and the script. */
  args: readonly string[];
  env: Readonly<Record<string, string | undefined>>;
  stdinIsTerminal: boolean;
}

const OPTIONS = {
  root: { type: "string" },
  "read-only": { type: "boolean" },
  toolsets: { type: "string" },
  help: { type: "boolean", short: "h" },
  version: { type: "boolean", short: "v" },
} as const;

type Name = keyof typeof OPTIONS;

export const HELP = `wavewright: an MCP server that does the bookkeeping of .planning/ projects

Usage
  wavewright [options]            serves MCP on standard input and output; a client starts it like this

Options
  --root DIR                      a project, or a directory with projects; repeatable, the first is the default
                                  (without it: WAVEWRIGHT_ROOT, else the project around the working directory)
  --read-only                     offer only tools that change nothing
  --toolsets LIST                 offer only a part: ${TOOLSETS.join(", ")} (comma-separated; default all)
  -h, --help                      print this
  -v, --version                   print the version

Environment
  WAVEWRIGHT_ROOT                 like --root, which goes before it; several directories separated by "${delimiter}"

Client configuration
  { "mcpServers": { "wavewright": { "command": "node", "args": ["/path/to/wavewright/dist/main.js"] } } }
`;

/** Bare, at a terminal, it prints help: nobody types JSON-RPC. */
export function readCommandLine({ args, env, stdinIsTerminal }: Invocation): Command {
  const roots: string[] = [];
  const toolsets: Toolset[] = [];
  let readOnly = false;
  // Not strict: parseArgs' own messages know no nearest option.
  const { tokens } = parseArgs({ args: [...args], options: OPTIONS, strict: false, tokens: true });
  for (const token of tokens) {
    if (token.kind === "option-terminator") continue;
    if (token.kind === "positional") return refuse(`Unexpected argument ${quote(token.value)}.`);
    if (!Object.hasOwn(OPTIONS, token.name)) return refuse(unknownOption(token.rawName));
    const name = token.name as Name;
    const { type } = OPTIONS[name];
    if (type === "boolean" && token.inlineValue) return refuse(`${token.rawName} takes no value.`);
    const value = token.value ?? "";
    if (type === "string" && (value === "" || (!token.inlineValue && value.startsWith("-")))) {
      return refuse(
        `${token.rawName} needs a value: ${token.rawName} ${name === "root" ? "DIR" : TOOLSETS.join(",")}.`,
      );
    }
    if (name === "help" || name === "version") return { action: name };
    if (name === "read-only") readOnly = true;
    if (name === "root") roots.push(value);
    if (name === "toolsets") {
      for (const part of value.split(",").map((text) => text.trim())) {
        if (!isToolset(part)) return refuse(unknownToolset(part));
        toolsets.push(part);
      }
    }
  }
  if (args.length === 0 && stdinIsTerminal) return { action: "help" };
  const fromEnvironment = (env.WAVEWRIGHT_ROOT ?? "").split(delimiter).filter((root) => root !== "");
  return {
    action: "serve",
    roots: roots.length > 0 ? roots : fromEnvironment,
    readOnly,
    toolsets: toolsets.length > 0 ? toolsets : [...TOOLSETS],
  };
}

function refuse(message: string): Command {
  return { action: "refuse", message };
}

function isToolset(text: string): text is Toolset {
  return (TOOLSETS as readonly string[]).includes(text);
}

function unknownOption(rawName: string): string {
  const meant = nearest(rawName.replace(/^-+/, ""), Object.keys(OPTIONS));
  return `Unknown option ${quote(rawName)}.${meant === undefined ? "" : ` Did you mean --${meant}?`}`;
}

function unknownToolset(text: string): string {
  const meant = nearest(text, TOOLSETS);
  const advice = meant === undefined ? `There are ${TOOLSETS.join(", ")}.` : `Did you mean ${meant}?`;
  return `Unknown toolset ${quote(text)}. ${advice}`;
}
