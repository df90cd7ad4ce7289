/** One call of a tool, whoever makes it: checked arguments in, an answer that fits the tool's schema out. */
import type { z } from "zod";
import { advertise, fullInput, type RootSchema } from "./advertise.ts";
import { parseArguments } from "./arguments.ts";
import { failureKind, PlanningError } from "./errors.ts";
import { readSettled } from "./reading.ts";
import type { Tool, ToolContext } from "./tool.ts";
import type { Workspace } from "./workspace/workspace.ts";

/** A tool with the schemas that its arguments are checked against. */
export interface Callable {
  tool: Tool;
  input: () => z.ZodObject;
  inputSchema: () => RootSchema;
}

export interface Calling {
  /** The project of the call, from its `root` argument. */
  openWorkspace(root: string | undefined): Workspace | Promise<Workspace>;
  context: Pick<ToolContext, "signal" | "today" | "usedMs">;
  /** Receives the stacks of unexpected failures. */
  log(text: string): void;
  /** Runs a call whose arguments are fine when its turn has come, and tells how a person can be asked meanwhile. */
  inTurn<T>(run: (confirm: ToolContext["confirm"]) => Promise<T>): Promise<T>;
}

/** For a single call; a server makes each schema once. */
export function callable(tool: Tool): Callable {
  return { tool, input: () => fullInput(tool), inputSchema: () => advertise(tool).inputSchema };
}

/** The tool's answer; whatever goes wrong is thrown as a PlanningError. */
export async function callTool(
  { tool, input, inputSchema }: Callable,
  given: Record<string, unknown>,
  { openWorkspace, context, log, inTurn }: Calling,
): Promise<Record<string, unknown>> {
  try {
    const { root, ...args } = parseArguments(input(), inputSchema(), given);
    const run = async (confirm: ToolContext["confirm"]) => {
      const open = () => openWorkspace(root as string | undefined);
      const act = (workspace: Workspace) => tool.run(args, { ...context, workspace, confirm });
      if (tool.effect === "reads") return readSettled(open, act, context.signal);
      context.signal.throwIfAborted();
      return act(await open());
    };
    return tool.output.parse(await inTurn(run));
  } catch (error) {
    if (error instanceof PlanningError) throw error;
    // A cancelled call has no answer, and its failure is no surprise.
    if (!context.signal.aborted) log(`${tool.name}: ${error instanceof Error ? error.stack : String(error)}`);
    throw unexpected(tool.name, error);
  }
}

function unexpected(tool: string, error: unknown): PlanningError {
  return new PlanningError("INTERNAL", `${tool} failed unexpectedly (${failureKind(error)}).`, {
    hint: "This is a fault of the server or of this machine, not of the call; its stack is on the server's standard error.",
  });
}
