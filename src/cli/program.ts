/** What a command works with: the machine as main hands it over, and its own arguments. */
import { createInterface } from "node:readline";
import type { Readable } from "node:stream";
import { callable, callTool } from "../call.ts";
import type { COMPLETE, CommandName } from "../command-line.ts";
import type { Given as Read } from "../options.ts";
import type { Tool, ToolContext } from "../tool.ts";
import { ReadCache } from "../workspace/files.ts";
import { settle } from "../workspace/recovery.ts";
import { findRoot } from "../workspace/roots.ts";
import { Workspace } from "../workspace/workspace.ts";
import { Misuse } from "./misuse.ts";
import type { Environment, OutputStream, Terminal } from "./terminal.ts";
import { plain } from "./text.ts";

/** Only main knows the machine; everything that a command wants of it comes in here. */
export interface Machine {
  env: Environment;
  cwd: string;
  platform: string;
  /** The node that runs this, and the script that it runs. */
  execPath: string;
  script: string;
  version: string;
  stdin: Readable & { isTTY?: boolean };
  stdout: OutputStream & { write(text: string): unknown };
  stderr: OutputStream & { write(text: string): unknown };
  loadTools(): Promise<readonly Tool[]>;
  today(): string;
}

export interface Request {
  name: CommandName | typeof COMPLETE;
  args: readonly string[];
  /** From the environment; `--root` goes before them. */
  roots: readonly string[];
}

export interface Session extends Machine {
  name: CommandName;
  positionals: readonly string[];
  roots: readonly string[];
  options: Read["options"];
  out: Terminal;
  err: Terminal;
}

export function hasFlag({ options }: Session, name: string): boolean {
  return options.some((option) => option.name === name);
}

export function valuesOf({ options }: Session, name: string): string[] {
  return options.filter((option) => option.name === name).map(({ value }) => value);
}

/** The last one counts, as everywhere. */
export function optionOf(session: Session, name: string): string | undefined {
  return valuesOf(session, name).at(-1);
}

/** Whole lines, or text that ends its own. */
export function print({ stdout }: Session, output: string | readonly string[]): void {
  stdout.write(typeof output === "string" ? output : output.map((line) => `${line}\n`).join(""));
}

export function warn({ stderr }: Pick<Session, "stderr">, text: string): void {
  stderr.write(`wavewright: ${text}\n`);
}

export async function toolNamed(session: Session, name: string): Promise<Tool> {
  const tools = await session.loadTools();
  const tool = tools.find((one) => one.name === name);
  if (tool) return tool;
  throw Misuse.unknown(
    "tool",
    name,
    tools.map((one) => one.name),
  );
}

/** Calls a tool as the server would; throws PlanningError. */
export async function answerOf(
  session: Session,
  tool: Tool,
  args: Record<string, unknown>,
  cache = new ReadCache(),
): Promise<Record<string, unknown>> {
  const given = valuesOf(session, "root");
  // A call may name another project inside of any of them; other commands have one.
  const roots = session.name === "call" ? given : given.slice(-1);
  const configured = roots.length > 0 ? roots : session.roots;
  return callTool(callable(tool), args, {
    openWorkspace: async (root) => {
      const found = findRoot(root, { configured, cwd: session.cwd });
      return new Workspace(found, cache, await settle(found));
    },
    context: { signal: new AbortController().signal, today: session.today, usedMs: () => 0 },
    log: (text) => warn(session, text),
    inTurn: (run) => run(confirmAt(session)),
  });
}

/** At a terminal a person can be asked; no answer is null. */
function confirmAt({ stdin, stderr }: Session): ToolContext["confirm"] {
  if (!stdin.isTTY || !stderr.isTTY) return undefined;
  return async (question) => {
    const lines = createInterface({ input: stdin });
    stderr.write(`${plain(question)} [y/n] `);
    try {
      for await (const line of lines) return yesOrNo(line.trim());
      return null;
    } finally {
      lines.close();
    }
  };
}

function yesOrNo(line: string): boolean | null {
  if (/^y(?:es)?$/i.test(line)) return true;
  return /^no?$/i.test(line) ? false : null;
}
