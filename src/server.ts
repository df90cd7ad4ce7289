/** The catalogue as an MCP server: checked arguments in, one of three outcomes out. It knows no tool and no transport. */
import { Server } from "@modelcontextprotocol/sdk/server/index.js";
import {
  type CallToolRequest,
  type CallToolResult,
  ErrorCode,
  InitializeRequestSchema,
  type JSONRPCMessage,
  JSONRPCMessageSchema,
  McpError,
} from "@modelcontextprotocol/sdk/types.js";
import { z } from "zod";
import type { Calling } from "./call.ts";
import { createClientLog, MAX_LOGGED } from "./client-log.ts";
import { excerpt } from "./domain/naming.ts";
import { type PlanningError, quote, visible } from "./errors.ts";
import { instructionsFor } from "./instructions.ts";
import { lazily } from "./lazily.ts";
import { adviceOn } from "./nearest.ts";
import { offerBeside } from "./offer.ts";
import type { PromptCatalogue } from "./prompt.ts";
import { readSettled } from "./reading.ts";
import { refuseCursor } from "./request-params.ts";
import type { Requests } from "./requests.ts";
import type { Content, Reach, Tool, ToolContext, ToolHead } from "./tool.ts";
import { createQueue, createStopwatch, createTurns, type Enter, inTurn, type Outside } from "./turns.ts";
import type { Workspace } from "./workspace/workspace.ts";

export interface ServerOptions {
  /** Listed in this order. */
  tools: readonly ToolHead[];
  /** The same, whole. */
  loadTools(): Promise<readonly Tool[]>;
  /** Of these, the ones whose tools are offered. */
  prompts?: PromptCatalogue;
  version: string;
  /** The project of a call, from its `root` argument. */
  openWorkspace(root: string | undefined): Workspace | Promise<Workspace>;
  /** The local date, `YYYY-MM-DD`. */
  today(): string;
  /** Receives the stacks of unexpected failures. */
  log(text: string): void;
}

/** A person reads and thinks; most clients give up a call sooner. */
const CONFIRM_MS = 120_000;

/** One server for one connection. A test shows that every schema of the catalogue can be listed. */
export function createServer(options: ServerOptions): Server {
  const heads = new Map(options.tools.map((tool) => [tool.name, tool]));
  const loadCalls = lazily(() =>
    import("./calls.ts").then(async ({ createCalls }) => createCalls(await options.loadTools())),
  );
  const clientLog = createClientLog((message) => void server.sendLoggingMessage(message).catch(() => {}));
  const log = (text: string) => {
    options.log(text);
    clientLog.tell(text);
  };
  // Two queues: a slow GitHub never delays a change of the project's files.
  const queues: Record<Reach, Enter> = { project: createQueue(), github: createQueue() };
  const nextTurn = createTurns();

  async function answer(name: string, given: Record<string, unknown>, signal: AbortSignal) {
    const head = heads.get(name);
    if (!head) throw unknownTool(name, [...heads.keys()]);
    const { effect, reach } = head;
    const used = createStopwatch();
    const inOrder: Calling["inTurn"] = (run) => {
      const turn = nextTurn();
      const turned = async (outside: Outside) => {
        await turn;
        const confirm = (text: string) => outside(() => used.without(() => ask(text, signal)));
        return run(canConfirm() ? confirm : undefined);
      };
      return effect === "reads" ? turned((wait) => wait()) : inTurn(queues[reach], turned);
    };
    const { openWorkspace, today } = options;
    const { call, contentOf } = await loadCalls();
    const context = { signal, today, usedMs: used.ms };
    try {
      const value = await call(name, given, { openWorkspace, context, log, inTurn: inOrder });
      return success(value, contentOf(name, value));
    } catch (error) {
      return failure(error as PlanningError);
    }
  }

  const canConfirm = () => server.getClientCapabilities()?.elicitation?.form !== undefined;

  /** A client that fails to ask, or takes too long, gives no answer. */
  async function ask(message: string, signal: AbortSignal): ReturnType<NonNullable<ToolContext["confirm"]>> {
    try {
      const { action, content } = await server.elicitInput(
        { mode: "form", message, requestedSchema: YES_OR_NO },
        { signal, timeout: CONFIRM_MS },
      );
      if (action === "decline") return false;
      return action === "accept" && typeof content?.yes === "boolean" ? content.yes : null;
    } catch {
      signal.throwIfAborted();
      return null;
    }
  }

  const beside = offerBeside(options.tools, options.prompts);
  let requests: Promise<Requests> | null = null;

  /** Most clients ask for tools only, so the rest is loaded when it is asked for. */
  function loadRequests(): Promise<Requests> {
    requests ??= import("./requests.ts").then(({ createRequests }) =>
      createRequests({
        loadPrompts: lazily(async () => {
          const prompts = (await options.prompts?.load()) ?? [];
          return prompts.filter(({ name }) => beside.prompts.includes(name));
        }),
        offersTool: (name) => heads.has(name),
        reading: async (use, signal) => {
          await nextTurn();
          return readSettled(() => options.openWorkspace(undefined), use, signal);
        },
        updated: (uri) => void server.sendResourceUpdated({ uri }).catch(() => {}),
        listChanged: () => void server.sendResourceListChanged().catch(() => {}),
        log,
      }),
    );
    return requests;
  }

  // The low-level server: McpServer would answer bad arguments in its own words.
  const server = new Server(
    { name: "wavewright", title: "Wavewright", version: options.version },
    {
      capabilities: { tools: {}, logging: {}, ...beside.capabilities },
      instructions: instructionsFor(options.tools, beside.prompts),
      jsonSchemaValidator: anyAnswer,
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
  server.setRequestHandler(requestOf("tools/list"), async ({ params }) => {
    refuseCursor(params, "tools/list");
    return { tools: (await loadCalls()).advertised() };
  });
  server.setRequestHandler(requestOf("tools/call"), ({ params }, { signal }) => {
    const { name, arguments: given = {} } = params as CallToolRequest["params"];
    return answer(name, given, signal);
  });
  server.setRequestHandler(requestOf("logging/setLevel"), ({ params }) => clientLog.setLevel(params));
  for (const method of beside.methods) {
    server.setRequestHandler(requestOf(method), async ({ params }, { signal }) => {
      const { answer } = await loadRequests();
      return answer(method, params, signal) as Promise<Record<string, unknown>>;
    });
  }
  server.onclose = () =>
    void requests?.then(
      (it) => it.close(),
      () => {},
    );
  // The SDK copies whole messages into what it reports.
  server.onerror = (error) => options.log(excerpt(error.message, MAX_LOGGED));
  return server;
}

/**
 * A request with params as they came: the SDK itself checks those of a call, and then answers a malformed one with
 * -32602; its schema, given here, would answer -32603 and lose an argument named `__proto__`.
 */
function requestOf<Method extends string>(method: Method) {
  return z.object({ method: z.literal(method), params: z.unknown().optional() });
}

/** For transports, which are no part of this file. */
export function isMessage(value: unknown): value is JSONRPCMessage {
  return JSONRPCMessageSchema.safeParse(value).success;
}

/** Some hosts show the model only the text, others only the structure: each is complete alone. */
function success(value: Record<string, unknown>, more: readonly Content[]): CallToolResult {
  return { content: [{ type: "text", text: JSON.stringify(value) }, ...more], structuredContent: value };
}

/** Without structuredContent: clients check it against the output schema even in an error, and the error is lost. */
function failure(error: PlanningError): CallToolResult {
  const body = error.toBody();
  const text = JSON.stringify({ ...body, message: visible(body.message) });
  return { content: [{ type: "text", text }], isError: true };
}

function unknownTool(name: string, known: string[]): McpError {
  const advice = known.length === 0 ? "This server offers no tools." : adviceOn(name, known, "The tools are");
  return new McpError(ErrorCode.InvalidParams, `Unknown tool ${quote(name)}. ${advice}`);
}

const YES_OR_NO = {
  type: "object" as const,
  properties: { yes: { type: "boolean" as const, title: "Yes", default: false } },
  required: ["yes"],
};

/** Of the one answer that is asked for, its reader checks all it needs; the SDK's own would load and compile Ajv. */
const anyAnswer = {
  getValidator: () => (data: unknown) => ({
    valid: true as const,
    data: data as never,
    errorMessage: undefined,
  }),
};
