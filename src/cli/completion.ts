/** Shell completion: a small script for each shell, which asks this program for what may come next. */
import { COMMANDS, COMPLETE, type CommandName } from "../command-line.ts";
import { TOOLSETS } from "../toolsets.ts";
import { ReadCache } from "../workspace/files.ts";
import { findRoot } from "../workspace/roots.ts";
import { Workspace } from "../workspace/workspace.ts";
import { type Argument, type CommandOption, type Shell, SPECS } from "./commands.ts";
import type { Machine, Request } from "./program.ts";
import { plain } from "./text.ts";

export interface Candidate {
  value: string;
  description?: string;
}

/** Instead of candidates: the shell's own names of files. */
const FILES = ":files";

const SCRIPTS: Record<Shell, string> = {
  bash: `# bash completion for wavewright: source <(wavewright completion bash)
_wavewright() {
  local IFS=$'\\n'
  COMPREPLY=($(wavewright ${COMPLETE} bash "\${COMP_WORDS[@]:1:COMP_CWORD}" 2>/dev/null))
  if [ "\${COMPREPLY[0]-}" = "${FILES}" ]; then
    COMPREPLY=()
    compopt -o default
  fi
}
complete -F _wavewright wavewright
`,
  zsh: `#compdef wavewright
# zsh completion for wavewright: source <(wavewright completion zsh), below compinit
_wavewright() {
  local -a lines
  lines=("\${(@f)$(wavewright ${COMPLETE} zsh "\${(@)words[2,CURRENT]}" 2>/dev/null)}")
  if [[ "\${lines[1]}" == "${FILES}" ]]; then
    _files
  elif [[ -n "\${lines[1]}" ]]; then
    _describe wavewright lines
  fi
}
if [ "\${funcstack[1]}" = "_wavewright" ]; then
  _wavewright "$@"
else
  compdef _wavewright wavewright
fi
`,
  fish: `# fish completion for wavewright: wavewright completion fish > ~/.config/fish/completions/wavewright.fish
function __wavewright_complete
    set -l words (commandline -opc)
    set -l current (commandline -ct)
    set -l lines (wavewright ${COMPLETE} fish $words[2..-1] "$current" 2>/dev/null)
    if test "$lines[1]" = "${FILES}"
        __fish_complete_path "$current"
    else if test -n "$lines[1]"
        printf '%s\\n' $lines
    end
end
complete -c wavewright -f -a '(__wavewright_complete)'
`,
};

export function completionScript(shell: string): string {
  return SCRIPTS[shell as Shell];
}

/** Prints what may stand in place of the last word. Silent whatever happens: a person is typing. */
export async function complete(request: Request, machine: Machine): Promise<number> {
  const [shell, ...words] = request.args;
  try {
    const candidates = await candidatesFor(words, {
      tools: async () =>
        (await machine.loadTools()).map(({ name, title }) => ({ value: name, description: title })),
      phases: (root) => phasesOf(root === undefined ? request.roots : [root], machine.cwd),
    });
    const lines = candidates === FILES ? [FILES] : candidates.map((one) => line(shell as Shell, one));
    machine.stdout.write(lines.map((text) => `${text}\n`).join(""));
  } catch {
    // A project that cannot be read has no phases to offer.
  }
  return 0;
}

export interface Sources {
  tools(): Promise<Candidate[]>;
  phases(root: string | undefined): Candidate[];
}

/** The last word is the one that is being typed; it may be empty. */
export async function candidatesFor(
  words: readonly string[],
  sources: Sources,
): Promise<Candidate[] | typeof FILES> {
  const before = words.slice(0, -1);
  const current = words.at(-1) ?? "";
  const found = await everythingAfter(before, current, sources);
  return found === FILES ? FILES : found.filter(({ value }) => value.startsWith(current));
}

async function everythingAfter(
  before: readonly string[],
  current: string,
  sources: Sources,
): Promise<Candidate[] | typeof FILES> {
  const { name, positionals, root, open } = readWords(before);
  if (open !== undefined) return optionValues(open);
  const options: Readonly<Record<string, CommandOption>> = name === undefined ? SERVER : SPECS[name].options;
  if (current.startsWith("-")) {
    return Object.entries(options).map(([option, { summary }]) => ({
      value: `--${option}`,
      description: summary,
    }));
  }
  if (name === undefined) return commands();
  const { arguments: taken, isVariadic = false } = SPECS[name];
  const argument = taken[positionals] ?? (isVariadic ? taken.at(-1) : undefined);
  return argument ? argumentValues(argument, root, sources) : [];
}

/** What stands before the word that is typed; `open` is an option that still wants its value. */
function readWords(before: readonly string[]): {
  name?: CommandName;
  positionals: number;
  root?: string;
  open?: CommandOption;
} {
  let name: CommandName | undefined;
  let positionals = 0;
  let root: string | undefined;
  let open: CommandOption | undefined;
  for (const [index, word] of before.entries()) {
    if (open) {
      if (before[index - 1] === "--root") root = word;
      open = undefined;
    } else if (word.startsWith("--")) {
      const known: Readonly<Record<string, CommandOption>> =
        name === undefined ? SERVER : SPECS[name].options;
      const option = Object.hasOwn(known, word.slice(2)) ? known[word.slice(2)] : undefined;
      if (option?.type === "string") open = option;
    } else if (name === undefined) name = COMMANDS.find((command) => command === word);
    else if (!word.startsWith("-") || word === "-") positionals++;
  }
  return { name, positionals, root, open };
}

const SERVER: Readonly<Record<string, CommandOption>> = {
  root: { type: "string", value: "DIR", summary: "a project, or a directory with projects" },
  "read-only": { type: "boolean", summary: "offer only tools that change nothing" },
  toolsets: { type: "string", value: "LIST", summary: "offer only a part", values: TOOLSETS },
  help: { type: "boolean", short: "h", summary: "print help" },
  version: { type: "boolean", short: "v", summary: "print the version" },
};

function optionValues({ value, values }: CommandOption): Candidate[] | typeof FILES {
  if (values) return values.map((one) => ({ value: one }));
  return value === "DIR" ? FILES : [];
}

function commands(): Candidate[] {
  return COMMANDS.map((value) => ({ value, description: SPECS[value].summary }));
}

async function argumentValues(
  { values }: Argument,
  root: string | undefined,
  sources: Sources,
): Promise<Candidate[]> {
  if (values === "phase") return sources.phases(root);
  if (values === "tool") return sources.tools();
  if (values === "command") return commands();
  return values.map((value) => ({ value }));
}

/** Numbers of phases, which no name of a file can spoil. */
function phasesOf(configured: readonly string[], cwd: string): Candidate[] {
  const workspace = new Workspace(findRoot(undefined, { configured, cwd }), new ReadCache());
  return workspace
    .phases()
    .map(({ ref }) => ({ value: ref.number, description: `${ref.name}, ${ref.state}` }));
}

function line(shell: Shell, { value, description }: Candidate): string {
  const text = plain(description ?? "");
  if (shell === "fish") return text === "" ? value : `${value}\t${text}`;
  if (shell === "zsh") {
    const name = value.replaceAll("\\", "\\\\").replaceAll(":", "\\:");
    return text === "" ? name : `${name}:${text}`;
  }
  return value;
}
