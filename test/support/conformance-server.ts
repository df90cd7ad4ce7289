/**
 * The server for the conformance suite, over stdio: fixtures where our catalogue is, everything else as in the
 * program. `npm run conformance` bundles and starts it, with a project as its argument.
 */
import type { Server } from "@modelcontextprotocol/sdk/server/index.js";
import { type JSONRPCMessage, JSONRPCMessageSchema } from "@modelcontextprotocol/sdk/types.js";
import { createServer } from "../../src/server.ts";
import { StdioTransport } from "../../src/stdio.ts";
import { Workspace } from "../../src/workspace/workspace.ts";
import { addConformanceExtras } from "./conformance-extras.ts";
import { conformancePrompts, conformanceTools } from "./conformance-tools.ts";

const root = process.argv[2]!;
const tools = conformanceTools(() => server);
const server: Server = createServer({
  tools,
  loadTools: async () => tools,
  prompts: {
    needs: Object.fromEntries(conformancePrompts.map(({ name, needs }) => [name, needs])),
    load: async () => conformancePrompts,
  },
  version: "0.0.0",
  openWorkspace: () => new Workspace(root),
  today: () => "2026-02-03",
  log: (text) => process.stderr.write(`${text}\n`),
});
addConformanceExtras(server);
process.stdin.on("end", () => process.exit(0));
await server.connect(
  new StdioTransport(
    process.stdin,
    process.stdout,
    (value): value is JSONRPCMessage => JSONRPCMessageSchema.safeParse(value).success,
  ),
);
