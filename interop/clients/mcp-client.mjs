/** @modelcontextprotocol/client, as it is by default, and asked to find out how the server may be spoken to. */
import { Client } from "@modelcontextprotocol/client";
import { StdioClientTransport } from "@modelcontextprotocol/client/stdio";

export async function open(server, { mode }) {
  const versionNegotiation = mode === undefined ? {} : { versionNegotiation: { mode } };
  const client = new Client({ name: "interop", version: "0.0.0" }, versionNegotiation);
  await client.connect(new StdioClientTransport({ ...server, stderr: "ignore" }));
  return {
    protocol: client.getNegotiatedProtocolVersion(),
    tools: async () => (await client.listTools()).tools.map(({ name }) => name),
    async call(name, args) {
      const { content, isError, structuredContent } = await client.callTool({ name, arguments: args });
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
