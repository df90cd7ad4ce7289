/** The catalogue as an MCP server: checked arguments in, one of three outcomes out. It knows no tool and no transport. */
import { Server } from "@modelcontextprotocol/sdk/server/index.js";
import {
  type CallToolRequest,
  type CallToolResult,
  ErrorCode,
  InitializeRequestSchema,
  McpError,
} from "@modelcontextprotocol/sdk/types.js";
import { z } from "zod";
import { advertise, fullInput } from "./advertise.ts";
import { parseArguments } from "./arguments.ts";
import { shorten } from "./domain/naming.ts";
import { PlanningError, quote, visible } from "./errors.ts";
import { instructionsFor } from "./instructions.ts";
import { nearest } from "./nearest.ts";
import type { Tool } from "./tool.ts";
import type { Workspace } from "./workspace/workspace.ts";

export interface ServerOptions {
  /** Listed in this order. */
  tools: readonly Tool[];
  version: string;
  /** The project of a call, from its `root` argument. */
  openWorkspace(root: string | undefined): Workspace | Promise<Workspace>;
  /** The local date, `YYYY-MM-DD`. */
  today(): string;
  /** Receives the stacks of unexpected failures. */
  log(text: string): void;
}

const READ_ATTEMPTS = 4;

/** Of what the SDK reports: it copies whole messages. */
const MAX_LOGGED = 500;

/** One server for one connection. A test shows that every schema of the catalogue can be listed. */
export function createServer(options: ServerOptions): Server {
  const advertised = lazily(() => options.tools.map(advertise));
  const entries = new Map(
    options.tools.map((tool, index) => [
      tool.name,
      { tool, input: lazily(() => fullInput(tool)), inputSchema: () => advertised()[index]!.inputSchema },
    ]),
  );
  const inTurn = createQueue();
  const nextTurn = createTurns();

  async function answer(name: string, given: Record<string, unknown>, signal: AbortSignal) {
    const entry = entries.get(name);
    if (!entry) throw unknownTool(name, [...entries.keys()]);
    const { tool, input, inputSchema } = entry;
    try {
      const { root, ...args } = parseArguments(input(), inputSchema(), given);
      const turn = nextTurn();
      const run = async () => {
        await turn;
        for (let attempt = 1; ; attempt++) {
          signal.throwIfAborted();
          const workspace = await options.openWorkspace(root as string | undefined);
          const value = await tool.run(args, { workspace, signal, today: options.today });
          // Another process wrote while we read: read again, so that no answer shows half a change.
          if (tool.effect !== "reads" || attempt >= READ_ATTEMPTS || !workspace.isDisturbed()) return value;
        }
      };
      return success(tool.output.parse(await (tool.effect === "reads" ? run() : inTurn(run))));
    } catch (error) {
      if (error instanceof PlanningError) return failure(error);
      // A cancelled call has no answer, and its failure is no surprise.
      if (!signal.aborted)
        options.log(`${tool.name}: ${error instanceof Error ? error.stack : String(error)}`);
      return failure(unexpected(tool.name, error));
    }
  }

  // The low-level server: McpServer would answer bad arguments in its own words.
  const server = new Server(
    { name: "wavewright", title: "Wavewright", version: options.version },
    {
      capabilities: { tools: {} },
      instructions: instructionsFor(options.tools),
      jsonSchemaValidator: noValidator,
    },
  );
  server.setRequestHandler(requestOf("initialize"), (request) => {
    const { data } = InitializeRequestSchema.safeParse(request);
    // biome-ignore lint/complexity/useLiteralKeys: a private method, which TypeScript lets through only so.
    if (data) return server["_oninitialize"](data);
    throw new McpError(
      ErrorCode.InvalidParams,
      "initialize needs protocolVersion, capabilities and clientInfo",
    );
  });
  server.setRequestHandler(requestOf("tools/list"), () => ({ tools: advertised() }));
  server.setRequestHandler(requestOf("tools/call"), ({ params }, { signal }) => {
    const { name, arguments: given = {} } = params as CallToolRequest["params"];
    return answer(name, given, signal);
  });
  server.onerror = (error) =>
    options.log(visible(shorten(error.message.slice(0, 2 * MAX_LOGGED), MAX_LOGGED)));
  return server;
}

/**
 * A request with params as they came: the SDK itself checks those of a call, and then answers a malformed one with
 * -32602; its schema, given here, would answer -32603 and lose an argument named `__proto__`.
 */
function requestOf<Method extends string>(method: Method) {
  return z.object({ method: z.literal(method), params: z.unknown().optional() });
}

/** Made when first needed and then kept: the answer to `initialize` needs no schema. */
function lazily<Value>(make: () => Value): () => Value {
  let made: { value: Value } | null = null;
  return () => {
    made ??= { value: make() };
    return made.value;
  };
}

/** Calls that write run one after the other, in the order of their arrival: the SDK runs handlers side by side. */
function createQueue(): <T>(run: () => Promise<T>) => Promise<T> {
  let last: Promise<unknown> = Promise.resolve();
  return (run) => {
    const result = last.then(run);
    last = result.then(pause, pause);
    return result;
  };
}

/**
 * One call starts in each turn of the event loop. A call is mostly work without a pause, and a hundred in one turn
 * would keep signals, timers, cancellations and the answers of all of them waiting for the last.
 */
function createTurns(): () => Promise<void> {
  let last: Promise<void> = Promise.resolve();
  return () => {
    last = last.then(pause);
    return last;
  };
}

/** Until the next turn of the event loop. */
function pause(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}

/** Some hosts show the model only the text, others only the structure: each is complete alone. */
function success(value: Record<string, unknown>): CallToolResult {
  return { content: [{ type: "text", text: JSON.stringify(value) }], structuredContent: value };
}

/** Without structuredContent: clients check it against the output schema even in an error, and the error is lost. */
function failure(error: PlanningError): CallToolResult {
  const body = error.toBody();
  const text = JSON.stringify({ ...body, message: visible(body.message) });
  return { content: [{ type: "text", text }], isError: true };
}

/** The kind of failure only: the texts of system errors hold paths of this machine. */
function unexpected(tool: string, error: unknown): PlanningError {
  const { name, code } = error instanceof Error ? (error as NodeJS.ErrnoException) : { name: typeof error };
  const kind = typeof code === "string" ? code : name;
  return new PlanningError("INTERNAL", `${tool} failed unexpectedly (${kind}).`, {
    hint: "This is a fault of the server or of this machine, not of the call; its stack is on the server's standard error.",
  });
}

function unknownTool(name: string, known: string[]): McpError {
  const meant = nearest(name, known);
  if (known.length === 0)
    return new McpError(ErrorCode.InvalidParams, `Unknown tool ${quote(name)}. This server offers no tools.`);
  const advice = meant === undefined ? `The tools are ${known.join(", ")}.` : `Did you mean ${meant}?`;
  return new McpError(ErrorCode.InvalidParams, `Unknown tool ${quote(name)}. ${advice}`);
}

/** It checks answers to elicitation, which is never asked for; the SDK's own would load and compile Ajv. */
const noValidator = {
  getValidator(): never {
    throw new Error("no elicitation");
  },
};
