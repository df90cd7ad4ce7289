/** @langchain/mcp-adapters: tools as LangChain gives them to a model; it knows no prompts of servers. */
import { MultiServerMCPClient } from "@langchain/mcp-adapters";

export async function open({ command, args }) {
  const client = new MultiServerMCPClient({
    mcpServers: { wavewright: { transport: "stdio", command, args, stderr: "ignore" } },
    throwOnLoadError: true,
  });
  const tools = await client.getTools();
  return {
    tools: () => tools.map(({ name }) => name),
    async call(name, args) {
      const tool = tools.find((one) => one.name === name);
      try {
        return { isError: false, text: (await tool.invoke(args)).text };
      } catch (error) {
        return { isError: true, text: error.message };
      }
    },
    resources: {
      list: async () => (await client.listResources()).wavewright,
      templates: async () => (await client.listResourceTemplates()).wavewright,
      read: async (uri) => (await client.readResource("wavewright", uri))[0].text,
    },
    close: () => client.close(),
  };
}
