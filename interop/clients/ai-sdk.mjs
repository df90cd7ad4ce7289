/** @ai-sdk/mcp: tools as the AI SDK gives them to a model. */
import { createMCPClient } from "@ai-sdk/mcp";
import { Experimental_StdioMCPTransport as StdioTransport } from "@ai-sdk/mcp/mcp-stdio";

export async function open(server) {
  const client = await createMCPClient({ transport: new StdioTransport(server) });
  const tools = await client.tools();
  return {
    protocol: client.initializeResult.protocolVersion,
    tools: () => Object.keys(tools),
    async call(name, args) {
      const { content, isError, structuredContent } = await tools[name].execute(args, {
        toolCallId: "1",
        messages: [],
      });
      return { isError: isError === true, text: content[0].text, structured: structuredContent };
    },
    resources: {
      list: async () => (await client.listResources()).resources,
      templates: async () => (await client.listResourceTemplates()).resourceTemplates,
      read: async (uri) => (await client.readResource({ uri })).contents[0].text,
    },
    prompts: {
      list: async () => (await client.listPrompts()).prompts,
      get: async (name, args) => (await client.getPrompt({ name, arguments: args })).messages[0].content.text,
    },
    close: () => client.close(),
  };
}
