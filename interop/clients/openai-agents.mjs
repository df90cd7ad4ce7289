/** @openai/agents-core: tools as the Agents SDK gives them to a model; it knows no prompts of servers. */
import { getAllMcpTools, MCPServerStdio, RunContext } from "@openai/agents-core";

export async function open({ command, args }) {
  const server = new MCPServerStdio({ command, args, name: "wavewright" });
  await server.connect();
  const tools = await getAllMcpTools({ mcpServers: [server], convertSchemasToStrict: true });
  return {
    tools: () => tools.map(({ name }) => name),
    async call(name, args) {
      const tool = tools.find((one) => one.name === name);
      const output = await tool.invoke(new RunContext(), JSON.stringify(args));
      const { isError } = await server.callToolResult(name, args);
      return { isError: isError === true, text: typeof output === "string" ? output : output.text };
    },
    resources: {
      list: async () => (await server.listResources()).resources,
      templates: async () => (await server.listResourceTemplates()).resourceTemplates,
      read: async (uri) => (await server.readResource(uri)).contents[0].text,
    },
    close: () => server.close(),
  };
}
