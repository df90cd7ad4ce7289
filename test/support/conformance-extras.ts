/**
 * What the conformance suite asks for and our wrapper leaves out on purpose, answered beside it: content that is no
 * text, a schema with references, resources that are no project's, prompts of free text, and protocol logging.
 */
import type { Server } from "@modelcontextprotocol/sdk/server/index.js";
import type {
  ContentBlock,
  ListResourcesResult,
  ListToolsResult,
  PromptMessage,
  Tool,
} from "@modelcontextprotocol/sdk/types.js";
import { z } from "zod";
import { request as current, type Extra } from "./conformance-tools.ts";

/** One red pixel, and 44 bytes of silence. */
const PNG =
  "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mP8z8BQDwAEhQGAhKmMIQAAAABJRU5ErkJggg==";
const WAV = "UklGRiQAAABXQVZFZm10IBAAAAABAAEAQB8AAIA+AAACABAAZGF0YQAAAAA=";

const image = { type: "image", data: PNG, mimeType: "image/png" } as const;

function embedded(uri: string, mimeType: string, text: string) {
  return { type: "resource", resource: { uri, mimeType, text } } as const;
}

const CONTENT: Record<string, ContentBlock[]> = {
  test_image_content: [image],
  test_audio_content: [{ type: "audio", data: WAV, mimeType: "audio/wav" }],
  test_embedded_resource: [
    embedded("test://embedded-resource", "text/plain", "This is an embedded resource content."),
  ],
  test_multiple_content_types: [
    { type: "text", text: "Multiple content types test:" },
    image,
    embedded("test://mixed-content-resource", "application/json", '{"test":"data","value":123}'),
  ],
};

const SCHEMA_TOOL: Tool = {
  name: "json_schema_2020_12_tool",
  description: "Tool with JSON Schema 2020-12 features",
  inputSchema: {
    $schema: "https://json-schema.org/draft/2020-12/schema",
    type: "object",
    $defs: {
      address: {
        type: "object",
        properties: { street: { type: "string" }, city: { type: "string" } },
      },
    },
    properties: { name: { type: "string" }, address: { $ref: "#/$defs/address" } },
    additionalProperties: false,
  },
};

const contentTools: Tool[] = Object.keys(CONTENT).map((name) => ({
  name,
  description: "A fixture of the conformance suite",
  inputSchema: { type: "object" },
}));

const RESOURCES: Record<string, { mimeType: string; text: string } | { mimeType: string; blob: string }> = {
  "test://static-text": {
    mimeType: "text/plain",
    text: "This is the content of the static text resource.",
  },
  "test://static-binary": { mimeType: "image/png", blob: PNG },
  "test://watched-resource": { mimeType: "text/plain", text: "Watched." },
};
const TEMPLATE = /^test:\/\/template\/([^/]+)\/data$/;

const PROMPTS: Record<string, (given: Record<string, string>) => PromptMessage["content"][]> = {
  test_prompt_with_arguments: ({ arg1, arg2 }) => [
    { type: "text", text: `Prompt with arguments: arg1='${arg1}', arg2='${arg2}'` },
  ],
  test_prompt_with_embedded_resource: ({ resourceUri }) => [
    embedded(resourceUri!, "text/plain", "Embedded resource content for testing."),
    { type: "text", text: "Please process the embedded resource above." },
  ],
  test_prompt_with_image: () => [image, { type: "text", text: "Please analyze the image above." }],
};

type Params = { name?: string; uri?: string; arguments?: Record<string, string> };
type Next = () => Promise<object>;

/** Before the server is connected. */
export function addConformanceExtras(server: Server): void {
  server.registerCapabilities({ logging: {} });
  answer(server, "logging/setLevel", () => ({}));
  answer(server, "tools/list", async (_, next) => {
    const { tools } = (await next()) as ListToolsResult;
    return { tools: [...tools, ...contentTools, SCHEMA_TOOL] };
  });
  answer(server, "tools/call", ({ name }, next) => {
    const content = CONTENT[name!];
    return content ? { content } : next();
  });
  answer(server, "resources/list", async (_, next) => {
    const { resources } = (await next()) as ListResourcesResult;
    const fixtures = Object.entries(RESOURCES).map(([uri, { mimeType }]) => ({ uri, name: uri, mimeType }));
    return { resources: [...resources, ...fixtures] };
  });
  answer(server, "resources/read", ({ uri }, next) => {
    const id = TEMPLATE.exec(uri!)?.[1];
    const contents = id
      ? { mimeType: "application/json", text: JSON.stringify({ id, templateTest: true }) }
      : RESOURCES[uri!];
    return contents ? { contents: [{ uri, ...contents }] } : next();
  });
  for (const method of ["resources/subscribe", "resources/unsubscribe"]) {
    answer(server, method, ({ uri }, next) => (uri! in RESOURCES ? {} : next()));
  }
  answer(server, "prompts/get", ({ name, arguments: given = {} }, next) => {
    const contents = PROMPTS[name!]?.(given);
    if (!contents) return next();
    return { messages: contents.map((content) => ({ role: "user", content })) };
  });
}

/** Answers a method; `next` gives what the wrapper answers, whose tools learn which request they run for. */
function answer(
  server: Server,
  method: string,
  handle: (params: Params, next: Next) => object | Promise<object>,
): void {
  // biome-ignore lint/complexity/useLiteralKeys: a private field, which TypeScript lets through only so.
  const wrapped = server["_requestHandlers"].get(method);
  const schema = z.object({ method: z.literal(method), params: z.looseObject({}).optional() });
  server.setRequestHandler(schema, (request, extra) =>
    handle((request.params ?? {}) as Params, () =>
      current.run(extra as Extra, () => wrapped!(request as never, extra as Extra)),
    ),
  );
}
