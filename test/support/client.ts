/** Tools as clients see them: a real SDK client, connected in memory to a real server. */
import { Client } from "@modelcontextprotocol/sdk/client/index.js";
import { InMemoryTransport } from "@modelcontextprotocol/sdk/inMemory.js";
import {
  type CallToolResult,
  ElicitRequestSchema,
  type ElicitResult,
} from "@modelcontextprotocol/sdk/types.js";
import { expect, onTestFinished } from "vitest";
import type { z } from "zod";
import type { ErrorBody } from "../../src/errors.ts";
import { createServer, type ServerOptions } from "../../src/server.ts";
import type { Tool } from "../../src/tool.ts";
import { settle } from "../../src/workspace/recovery.ts";
import { findRoot } from "../../src/workspace/roots.ts";
import { Workspace } from "../../src/workspace/workspace.ts";

/** The date on which all tests take place. */
export const TODAY = "2026-02-03";

/** The person at the client: what it answers to a question. */
export type Person = (question: string) => ElicitResult | Promise<ElicitResult>;

/** A client that can ask its user, where there is one. */
export function clientFor(person?: Person): Client {
  const capabilities = person ? { elicitation: { form: {} } } : {};
  const client = new Client({ name: "test", version: "0.0.0" }, { capabilities });
  if (person) client.setRequestHandler(ElicitRequestSchema, ({ params }) => person(params.message));
  return client;
}

/** A client of a server with these tools over this project. It has listed the tools, so it checks every answer. */
export async function connect(
  tools: readonly Tool[],
  root?: string,
  options: Partial<ServerOptions> = {},
  person?: Person,
): Promise<Client> {
  const configured = root === undefined ? [] : [root];
  const server = createServer({
    tools,
    loadTools: async () => tools,
    version: "0.0.0",
    openWorkspace: async (given) => {
      const found = findRoot(given, { configured, cwd: "/" });
      return new Workspace(found, undefined, await settle(found));
    },
    today: () => TODAY,
    log: (text) => process.stderr.write(`${text}\n`),
    ...options,
  });
  const client = clientFor(person);
  const [clientSide, serverSide] = InMemoryTransport.createLinkedPair();
  await Promise.all([server.connect(serverSide), client.connect(clientSide)]);
  onTestFinished(() => client.close());
  await client.listTools();
  return client;
}

type Args = Record<string, unknown>;

/** Calls the tool in the project and returns its answer; an error result fails the test. */
export async function call<T extends Tool>(
  tool: T,
  args: Args,
  root?: string,
): Promise<z.output<T["output"]>> {
  const result = await send(tool, args, root);
  expect(result.isError, `an error result: ${text(result)}`).toBeUndefined();
  expect(text(result)).toBe(JSON.stringify(result.structuredContent));
  return result.structuredContent as z.output<T["output"]>;
}

/** Calls the tool in the project and returns the error that it answers; an answer without error fails the test. */
export async function callError(tool: Tool, args: Args, root?: string): Promise<ErrorBody> {
  const result = await send(tool, args, root);
  expect(result.isError, `no error but ${text(result)}`).toBe(true);
  expect(result).not.toHaveProperty("structuredContent");
  return JSON.parse(text(result));
}

async function send(tool: Tool, args: Args, root?: string): Promise<CallToolResult> {
  const client = await connect([tool], root);
  return (await client.callTool({ name: tool.name, arguments: args })) as CallToolResult;
}

/** The one text block of a result. */
export function text(result: CallToolResult): string {
  expect(result.content).toHaveLength(1);
  const [block] = result.content;
  return block?.type === "text" ? block.text : expect.fail(`a block of type ${block?.type}`);
}
