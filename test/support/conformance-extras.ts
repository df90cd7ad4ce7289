/**
 * What the conformance suite asks for and our wrapper leaves out on purpose, answered beside it: resources that are no
 * project's, and prompts of free text.
 */
import type { Server } from "@modelcontextprotocol/sdk/server/index.js";
import type { ListResourcesResult, PromptMessage } from "@modelcontextprotocol/sdk/types.js";
import { z } from "zod";
import { embedded, image, PNG } from "./conformance-content.ts";
import { request as current, type Extra } from "./conformance-tools.ts";

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
  answer(server, "tools/call", (_, next) => next());
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
