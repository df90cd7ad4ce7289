/** Commands as the program runs them, in this process and with given streams: a start takes longer than most commands. */
import { Readable } from "node:stream";
import { runCommand } from "../../src/cli/run.ts";
import { readCommandLine } from "../../src/command-line.ts";
import type { Tool } from "../../src/tool.ts";
import { tools as catalogue } from "../../tools/index.ts";
import { TODAY } from "./client.ts";
import { plan, type Tree } from "./project.ts";
import { PROGRAM, REPOSITORY } from "./stdio.ts";

export interface Surroundings {
  /** Default: the sample project. */
  cwd?: string;
  env?: Readonly<Record<string, string>>;
  /** Standard input. */
  input?: string | Buffer;
  /** All three streams are a terminal of so many columns. */
  columns?: number;
  /** What the running program seems to be. */
  script?: string;
  tools?: readonly Tool[];
}

/** Who may do less, as options for a process: nothing is refused to the administrator. */
export const POWERLESS = process.getuid?.() === 0 ? { uid: 65_534, gid: 65_534 } : {};

export interface Outcome {
  status: number;
  stdout: string;
  stderr: string;
}

export const SAMPLE = `${REPOSITORY}examples/chat-app`;

/** A project, and a command on it, of which the person at the terminal is asked. */
export const ASKING: Tree = {
  ".planning/config.json": '{"github": {"enabled": true, "issue_mode": "ask"}}',
  ".planning/ROADMAP.md": "# Roadmap\n\n## Current Milestone: v1.0 One\n\n- [ ] **Phase 1: Base**\n",
  ".planning/phases/active/01-base/01-01-PLAN.md": plan({ wave: 1 }),
};
/** What asking needs beside; the answers of the tests reach no GitHub. */
export const GITHUB = { GITHUB_REPOSITORY: "acme/chat", GITHUB_TOKEN: "none" };
export const PUBLISH = "call update_issue_checklist phase=1 mode=publish --json";

export async function runHere(args: readonly string[], around: Surroundings = {}): Promise<Outcome> {
  const { cwd = SAMPLE, env = {}, input = "", columns, script = PROGRAM, tools = catalogue } = around;
  const isTTY = columns !== undefined;
  const written = { stdout: "", stderr: "" };
  const stream = (name: keyof typeof written) => ({
    isTTY,
    columns,
    write: (text: string) => {
      written[name] += text;
    },
  });
  const command = readCommandLine({ args, env, stdinIsTerminal: isTTY });
  if (command.action === "refuse") {
    return {
      status: 2,
      stdout: "",
      stderr: `wavewright: ${command.message} Try wavewright --help.\n`,
    };
  }
  if (command.action !== "run") throw new Error(`${command.action} needs the program itself`);
  const stdin = Object.assign(Readable.from(input.length === 0 ? [] : [Buffer.from(input)]), { isTTY });
  const status = await runCommand(command, {
    env: { PATH: process.env.PATH, ...env },
    cwd,
    platform: process.platform,
    execPath: process.execPath,
    script,
    version: "0.0.0",
    stdin,
    stdout: stream("stdout"),
    stderr: stream("stderr"),
    loadTools: async () => tools,
    today: () => TODAY,
  });
  return { status, ...written };
}
