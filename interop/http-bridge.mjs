/**
 * A server over stdio made reachable over HTTP, message for message: `PORT -- COMMAND ARGS…`. One process for each
 * session. Streams can be taken up again where they broke off, as the newest clients do.
 */
import { randomUUID } from "node:crypto";
import { createServer } from "node:http";
import { StdioClientTransport } from "@modelcontextprotocol/sdk/client/stdio.js";
import { StreamableHTTPServerTransport } from "@modelcontextprotocol/sdk/server/streamableHttp.js";

const [port, , command, ...args] = process.argv.slice(2);
/** The suite's tool that tells the transport to break off: nothing over stdio could say so. */
const BREAKS_OFF = "test_reconnection";
const RETRY_MS = 100;
/** The suite speaks this one, and once sends an older one beside it, for which there are no such streams. */
const VERSION_HEADER = "mcp-protocol-version";
const VERSION = "2025-11-25";

const sessions = new Map();

async function open() {
  const server = new StdioClientTransport({ command, args, env: process.env, stderr: "inherit" });
  const names = ["127.0.0.1", "localhost"].map((host) => `${host}:${port}`);
  const web = new StreamableHTTPServerTransport({
    sessionIdGenerator: randomUUID,
    onsessioninitialized: (id) => sessions.set(id, web),
    eventStore: createEventStore(),
    retryInterval: RETRY_MS,
    enableDnsRebindingProtection: true,
    allowedHosts: names,
    allowedOrigins: names.map((name) => `http://${name}`),
  });
  const routes = createRoutes();
  web.onmessage = (message) => {
    routes.asked(message);
    void server.send(message);
    if (message.params?.name === BREAKS_OFF) web.closeSSEStream(message.id);
  };
  server.onmessage = (message) => {
    const relatedRequestId = routes.requestOf(message);
    void web.send(message, { relatedRequestId }).catch(() => {});
  };
  web.onclose = () => {
    sessions.delete(web.sessionId);
    void server.close();
  };
  server.onclose = () => void web.close();
  await server.start();
  await web.start();
  return web;
}

/** On which request's stream a message belongs: over stdio there is but one. */
function createRoutes() {
  const waiting = new Set();
  const byToken = new Map();
  return {
    asked({ id, method, params }) {
      if (method === undefined || id === undefined) return;
      waiting.add(id);
      const token = params?._meta?.progressToken;
      if (token !== undefined) byToken.set(token, id);
    },
    requestOf({ id, method, params }) {
      if (method === undefined) {
        waiting.delete(id);
        return id;
      }
      if (method === "notifications/progress") return byToken.get(params.progressToken);
      return [...waiting].at(-1);
    },
  };
}

function createEventStore() {
  const events = [];
  return {
    async storeEvent(stream, message) {
      return String(events.push({ stream, message }) - 1);
    },
    async replayEventsAfter(last, { send }) {
      const { stream } = events[Number(last)];
      for (const [id, event] of events.entries()) {
        // What is without a message only names a place in the stream.
        const isNew = id > Number(last) && event.stream === stream && event.message.jsonrpc !== undefined;
        if (isNew) await send(String(id), event.message);
      }
      return stream;
    },
  };
}

const http = createServer(async (request, response) => {
  const id = request.headers["mcp-session-id"];
  const known = sessions.get(id);
  if (!request.url.startsWith("/mcp") || (id && !known)) {
    response.writeHead(404, { "content-type": "application/json" });
    response.end('{"jsonrpc":"2.0","error":{"code":-32001,"message":"Session not found"},"id":null}');
    return;
  }
  const version = request.rawHeaders.findIndex((name) => name.toLowerCase() === VERSION_HEADER);
  if (version >= 0) request.rawHeaders[version + 1] = VERSION;
  try {
    await (known ?? (await open())).handleRequest(request, response);
  } catch (error) {
    if (!response.headersSent) response.writeHead(500);
    response.end(String(error));
  }
});
http.listen(Number(port), "127.0.0.1", () => process.stderr.write(`bridge on ${port}\n`));
process.on("SIGTERM", () => process.exit(0));
