/** What each command takes: for reading its arguments, for its help, and for completion. */
import { type CommandName, SERVER_OPTIONS } from "../command-line.ts";
import { REPORT_SOURCES } from "../domain/report-files.ts";
import type { Option } from "../options.ts";
import { TOOLSETS } from "../toolsets.ts";

export interface CommandOption extends Option {
  summary: string;
  /** What its value may be, for completion. */
  values?: readonly string[];
}

export interface Argument {
  name: string;
  isRequired: boolean;
  summary: string;
  /** What completion offers. */
  values: "phase" | "tool" | "assignment" | "command" | readonly string[];
}

export interface CommandSpec {
  summary: string;
  arguments: readonly Argument[];
  /** The last argument may be given more than once. */
  isVariadic?: boolean;
  options: Readonly<Record<string, CommandOption>>;
  /** Paragraphs for its help. */
  more?: readonly string[];
  examples: readonly string[];
}

export const SHELLS = ["bash", "zsh", "fish"] as const;
export type Shell = (typeof SHELLS)[number];

export const HOSTS = ["claude-code", "claude-desktop", "cursor", "vscode", "windsurf"] as const;
export type HostName = (typeof HOSTS)[number];

export const SCOPES = ["project", "user"] as const;
export type Scope = (typeof SCOPES)[number];

const help: CommandOption = { type: "boolean", short: "h", summary: "print this" };

/** Of the server, which runs without a command. */
export const SERVER: Readonly<Record<keyof typeof SERVER_OPTIONS, CommandOption>> = {
  root: {
    ...SERVER_OPTIONS.root,
    summary:
      "a project, or a directory with projects; repeatable, the first is the default (without it: WAVEWRIGHT_ROOT, " +
      "else the project around the working directory); of commands too",
  },
  "read-only": { ...SERVER_OPTIONS["read-only"], summary: "serving: offer only tools that change nothing" },
  toolsets: {
    ...SERVER_OPTIONS.toolsets,
    value: "LIST",
    summary: `serving: offer only a part: ${TOOLSETS.join(", ")} (comma-separated; default: all)`,
    values: TOOLSETS,
  },
  help: { ...SERVER_OPTIONS.help, summary: "print this" },
  version: { ...SERVER_OPTIONS.version, summary: "print the version" },
};

const root: CommandOption = {
  type: "string",
  value: "DIR",
  summary: "the project (default: WAVEWRIGHT_ROOT, else the one around the working directory)",
};

const json: CommandOption = { type: "boolean", summary: "print the tool's own answer; errors are JSON too" };

const page: Record<string, CommandOption> = {
  limit: { type: "string", value: "N", summary: "only one page, of N entries (default: all)" },
  cursor: { type: "string", value: "CURSOR", summary: "the page after; next_cursor of the one before" },
};

const phase: Argument = {
  name: "PHASE",
  isRequired: true,
  summary: "a number (3, 2.1, 12A) or a directory name (03-chat)",
  values: "phase",
};

export const SPECS: Readonly<Record<CommandName, CommandSpec>> = {
  status: {
    summary: "Milestone, phases with their progress, and what is next.",
    arguments: [],
    options: { root, json, ...page, help },
    examples: ["wavewright status", "wavewright status --json | jq -r .next.action"],
  },
  waves: {
    summary: "What of a phase runs beside what, and why something waits.",
    arguments: [phase],
    options: {
      root,
      json,
      mermaid: { type: "boolean", summary: "print a diagram for a README or an issue" },
      "gaps-only": { type: "boolean", summary: "only plans with gap_closure: true" },
      help,
    },
    more: [
      "Plans in one row of boxes run at the same time. The next batch of a wave waits because its plans write files " +
        "that the batch before writes too; the next wave waits because its plans depend on this one's.",
    ],
    examples: ["wavewright waves 3", "wavewright waves 3 --mermaid >> README.md"],
  },
  gaps: {
    summary:
      "What verifications, acceptance tests and the milestone audit found lacking and nothing has closed.",
    arguments: [{ ...phase, isRequired: false, summary: `${phase.summary}; without it all, and the audit` }],
    options: {
      root,
      json,
      sources: {
        type: "string",
        value: "LIST",
        summary: `only reports of these kinds: ${REPORT_SOURCES.join(", ")} (comma-separated)`,
        values: REPORT_SOURCES,
      },
      ...page,
      help,
    },
    examples: ["wavewright gaps", "wavewright gaps 2.1 --sources verification"],
  },
  check: {
    summary: "Every problem of the planning files, with path and line.",
    arguments: [{ ...phase, isRequired: false, summary: `${phase.summary}; without it the whole project` }],
    options: { root, json, ...page, help },
    more: ["Exits with 1 when there is an error; warnings alone are fine."],
    examples: ["wavewright check", "wavewright check --json | jq .counts"],
  },
  call: {
    summary: "Call any tool. The answer is JSON, in lines at a terminal and minified elsewhere.",
    arguments: [
      { name: "TOOL", isRequired: true, summary: "its name; `wavewright tools` lists them", values: "tool" },
      {
        name: "ARGUMENTS",
        isRequired: false,
        summary: "a JSON object; - reads it from standard input; or any number of name=value",
        values: "assignment",
      },
    ],
    isVariadic: true,
    options: {
      root: { ...root, summary: `${root.summary}; repeatable` },
      json: { type: "boolean", summary: "minified also at a terminal; errors are JSON too" },
      help,
    },
    more: [
      "Tools that write do write; most take dry_run. Arguments that a tool refuses end with 2 where they are words, and " +
        "with 1 where they are JSON.",
    ],
    examples: [
      "wavewright call discover_phase",
      `wavewright call group_waves '{"phase":"3"}'`,
      "wavewright call complete_phase phase=3 dry_run=true",
    ],
  },
  tools: {
    summary: "List the tools, or tell what one takes.",
    arguments: [{ name: "TOOL", isRequired: false, summary: "its name", values: "tool" }],
    options: { json: { type: "boolean", summary: "print what clients get from tools/list" }, help },
    examples: ["wavewright tools", "wavewright tools group_waves"],
  },
  setup: {
    summary: "Show or write the configuration with which an MCP host starts wavewright.",
    arguments: [{ name: "HOST", isRequired: true, summary: HOSTS.join(", "), values: HOSTS }],
    options: {
      write: { type: "boolean", summary: "merge it into the host's file, start it, and list its tools" },
      remove: { type: "boolean", summary: "take it out of the host's file" },
      scope: {
        type: "string",
        value: SCOPES.join("|"),
        summary:
          "the host's file in the project, or the one of the user (default: project, where the host has both)",
        values: SCOPES,
      },
      command: {
        type: "string",
        value: "npx|node|PROGRAM",
        summary:
          "what the host starts (default: npx for an installed package, in the version that npx finds; node for a " +
          "checkout, and for just this copy)",
        values: ["npx", "node"],
      },
      root: {
        type: "string",
        value: "DIR",
        summary: "the project that is served; repeatable (default: the one the host works in, or this one)",
      },
      "read-only": { type: "boolean", summary: "offer only tools that change nothing" },
      toolsets: {
        type: "string",
        value: "LIST",
        summary: `offer only a part: ${TOOLSETS.join(", ")} (comma-separated)`,
        values: TOOLSETS,
      },
      help,
    },
    more: [
      "Without --write and --remove nothing is changed. Other servers, comments and the layout of the file stay; " +
        "what changes is shown as a diff. With --remove the file stays, also when it holds no server any more.",
      "Claude Desktop, Windsurf, and Cursor with --scope user do not tell a server which project is open: there the " +
        "entry names one.",
    ],
    examples: [
      "wavewright setup claude-code --write",
      "wavewright setup cursor --scope user --write",
      "wavewright setup vscode --remove",
    ],
  },
  completion: {
    summary: "Print a completion script for a shell.",
    arguments: [{ name: "SHELL", isRequired: true, summary: SHELLS.join(", "), values: SHELLS }],
    options: { help },
    more: ["Commands, options, tools with their arguments, and the phases of the project are completed."],
    examples: [
      "source <(wavewright completion bash)      # in ~/.bashrc",
      "source <(wavewright completion zsh)       # in ~/.zshrc, below compinit",
      "wavewright completion fish > ~/.config/fish/completions/wavewright.fish",
    ],
  },
  help: {
    summary: "Tell more about a command.",
    arguments: [{ name: "COMMAND", isRequired: false, summary: "its name", values: "command" }],
    options: { help },
    examples: ["wavewright help waves"],
  },
};
