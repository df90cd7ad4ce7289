/** The tools and prompts that the conformance suite asks for, as far as our own wrapper serves such ones. */
import { AsyncLocalStorage } from "node:async_hooks";
import type { Server } from "@modelcontextprotocol/sdk/server/index.js";
import type { RequestHandlerExtra } from "@modelcontextprotocol/sdk/shared/protocol.js";
import type {
  ElicitRequestFormParams,
  ServerNotification,
  ServerRequest,
} from "@modelcontextprotocol/sdk/types.js";
import { z } from "zod";
import { PlanningError } from "../../src/errors.ts";
import { definePrompt, type Prompt } from "../../src/prompt.ts";
import { type Content, defineTool, type Tool } from "../../src/tool.ts";
import { audio, embedded, image } from "./conformance-content.ts";

export type Extra = RequestHandlerExtra<ServerRequest, ServerNotification>;

/** The request that a tool runs for; the wrapper does not hand it on, since no tool of ours needs it. */
export const request = new AsyncLocalStorage<Extra>();

const REST = {
  description: "A fixture of the conformance suite",
  effect: "reads",
  reach: "project",
  output: z.object({ text: z.string() }),
} as const;

const nothing = z.strictObject({});
const pause = () => new Promise((resolve) => setTimeout(resolve, 50));

const address = z.object({ street: z.string(), city: z.string() }).partial().meta({ id: "address" });

function showing(name: string, title: string, text: string, ...content: Content[]): Tool {
  return defineTool({ ...REST, name, title, input: nothing, run: () => ({ text }), content: () => content });
}

/** `server` is made of these tools, so it is asked for when one runs. */
export function conformanceTools(server: () => Server): Tool[] {
  const elicit = async (message: string, requestedSchema: ElicitRequestFormParams["requestedSchema"]) => {
    const answer = await server().elicitInput({ mode: "form", message, requestedSchema });
    return { text: `User response: action=${answer.action}, content=${JSON.stringify(answer.content)}` };
  };

  return [
    defineTool({
      ...REST,
      name: "test_simple_text",
      title: "Simple text",
      input: nothing,
      run: () => ({ text: "This is a simple text response for testing." }),
    }),
    showing("test_image_content", "Image", "An image:", image),
    showing("test_audio_content", "Audio", "A sound:", audio),
    showing(
      "test_embedded_resource",
      "Embedded resource",
      "A resource:",
      embedded("test://embedded-resource", "text/plain", "This is an embedded resource content."),
    ),
    showing(
      "test_multiple_content_types",
      "Several kinds of content",
      "Multiple content types test:",
      image,
      embedded("test://mixed-content-resource", "application/json", '{"test":"data","value":123}'),
    ),
    defineTool({
      ...REST,
      name: "json_schema_2020_12_tool",
      title: "A schema with references",
      input: z.strictObject({ name: z.string().optional(), address: address.optional() }),
      run: (given) => ({ text: JSON.stringify(given) }),
    }),
    defineTool({
      ...REST,
      name: "test_error_handling",
      title: "Error",
      input: nothing,
      run() {
        throw new PlanningError("INVALID_ARGUMENT", "This tool intentionally returns an error for testing");
      },
    }),
    defineTool({
      ...REST,
      name: "test_tool_with_progress",
      title: "Progress",
      input: nothing,
      async run() {
        const { _meta, sendNotification } = request.getStore()!;
        for (const progress of [0, 50, 100]) {
          if (progress > 0) await pause();
          if (_meta?.progressToken === undefined) continue;
          const params = { progressToken: _meta.progressToken, progress, total: 100 };
          await sendNotification({ method: "notifications/progress", params });
        }
        return { text: "Done." };
      },
    }),
    defineTool({
      ...REST,
      name: "test_tool_with_logging",
      title: "Logging",
      input: nothing,
      async run() {
        for (const data of ["Tool execution started", "Tool processing data", "Tool execution completed"]) {
          await server().sendLoggingMessage({ level: "info", data });
          await pause();
        }
        return { text: "Logged." };
      },
    }),
    defineTool({
      ...REST,
      name: "test_reconnection",
      title: "Reconnection",
      input: nothing,
      async run() {
        await pause();
        return { text: "The stream between client and bridge is the bridge's." };
      },
    }),
    defineTool({
      ...REST,
      name: "test_sampling",
      title: "Sampling",
      input: z.strictObject({ prompt: z.string() }),
      async run({ prompt }) {
        const { content } = await server().createMessage({
          messages: [{ role: "user", content: { type: "text", text: prompt } }],
          maxTokens: 100,
        });
        return { text: `LLM response: ${JSON.stringify(content)}` };
      },
    }),
    defineTool({
      ...REST,
      name: "test_elicitation",
      title: "Elicitation",
      input: z.strictObject({ message: z.string() }),
      run: ({ message }) =>
        elicit(message, {
          type: "object",
          properties: {
            username: { type: "string", description: "User's response" },
            email: { type: "string", description: "User's email address" },
          },
          required: ["username", "email"],
        }),
    }),
    defineTool({
      ...REST,
      name: "test_elicitation_sep1034_defaults",
      title: "Elicitation with defaults",
      input: nothing,
      run: () =>
        elicit("Fields with defaults", {
          type: "object",
          properties: {
            name: { type: "string", default: "John Doe" },
            age: { type: "integer", default: 30 },
            score: { type: "number", default: 95.5 },
            status: { type: "string", enum: ["active", "inactive", "pending"], default: "active" },
            verified: { type: "boolean", default: true },
          },
        }),
    }),
    defineTool({
      ...REST,
      name: "test_elicitation_sep1330_enums",
      title: "Elicitation of choices",
      input: nothing,
      run: () =>
        elicit("Choices", {
          type: "object",
          properties: {
            untitledSingle: { type: "string", enum: ["option1", "option2", "option3"] },
            titledSingle: { type: "string", oneOf: titled("Option") },
            legacyEnum: {
              type: "string",
              enum: ["opt1", "opt2", "opt3"],
              enumNames: ["Option One", "Option Two", "Option Three"],
            },
            untitledMulti: {
              type: "array",
              items: { type: "string", enum: ["option1", "option2", "option3"] },
            },
            titledMulti: { type: "array", items: { anyOf: titled("Choice") } },
          },
        }),
    }),
  ];
}

function titled(noun: string) {
  return ["First", "Second", "Third"].map((ordinal, index) => ({
    const: `value${index + 1}`,
    title: `${ordinal} ${noun}`,
  }));
}

export const conformancePrompts: readonly Prompt[] = [
  definePrompt({
    name: "test_simple_prompt",
    title: "Simple prompt",
    description: REST.description,
    needs: [],
    arguments: [],
    text: () => "This is a simple prompt for testing.",
  }),
  definePrompt({
    name: "test_prompt_with_arguments",
    title: "Prompt with arguments",
    description: REST.description,
    needs: [],
    // What is asked of its text is free text, and the text is given beside the wrapper.
    arguments: ["arg1", "arg2"].map((name) => ({ name, description: name, kind: ["test", "text"] })),
    text: ({ arg1, arg2 }) => `Prompt with arguments: arg1='${arg1}', arg2='${arg2}'`,
  }),
];
