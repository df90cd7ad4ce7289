/** The Inspector's command line: a process for each question, and `--strict` about the schemas of tools. */
import { spawn } from "node:child_process";
import { mkdtemp, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

const INSPECTOR = fileURLToPath(
  new URL("../node_modules/@modelcontextprotocol/inspector/clients/launcher/build/index.js", import.meta.url),
);

/** The answer was read, and it is an error result; any other code but 0 is a failure of the question. */
const TOOL_FAILED = 5;

export async function open(server, { scratch }) {
  // Also the home directory: it would keep what it learns about servers there.
  const home = await mkdtemp(join(scratch, "inspector-"));
  const config = join(home, "mcp.json");
  await writeFile(config, JSON.stringify({ mcpServers: { wavewright: server } }));
  const ask = (method, ...args) =>
    run(home, ["--config", config, "--server", "wavewright", "--method", method, ...args]);
  const json = (value) => JSON.stringify(value);
  return {
    tools: async () => (await ask("tools/list", "--strict")).tools.map(({ name }) => name),
    async call(name, args) {
      const answer = await ask("tools/call", "--tool-name", name, "--tool-args-json", json(args));
      const { content, isError, structuredContent } = answer;
      return { isError: isError === true, text: content[0].text, structured: structuredContent };
    },
    resources: {
      list: async () => (await ask("resources/list")).resources,
      templates: async () => (await ask("resources/templates/list")).resourceTemplates,
      read: async (uri) => (await ask("resources/read", "--uri", uri)).contents[0].text,
    },
    prompts: {
      list: async () => (await ask("prompts/list")).prompts,
      async get(name, args) {
        const pairs = Object.entries(args).map(([key, value]) => `${key}=${value}`);
        const answer = await ask("prompts/get", "--prompt-name", name, "--prompt-args", ...pairs);
        return answer.messages[0].content.text;
      },
    },
    close() {},
  };
}

function run(home, args) {
  return new Promise((resolve, reject) => {
    const environment = { ...process.env, HOME: home, USERPROFILE: home };
    const child = spawn(process.execPath, [INSPECTOR, "--cli", ...args], {
      env: environment,
      stdio: ["ignore", "pipe", "pipe"],
    });
    const output = { stdout: "", stderr: "" };
    for (const name of ["stdout", "stderr"]) {
      child[name].setEncoding("utf8").on("data", (text) => {
        output[name] += text;
      });
    }
    child.on("error", reject);
    child.on("close", (code) => {
      if (code === 0 || code === TOOL_FAILED) resolve(JSON.parse(output.stdout));
      else reject(new Error(`exit code ${code}: ${output.stderr.slice(-2_000)}`));
    });
  });
}
