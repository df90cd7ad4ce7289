/** Asks the server through each client and prints what came of it; run.mjs starts this on a Node that all of them know. */
import { cp, mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { QUESTIONS } from "./questions.mjs";
import { askDirectly } from "./reference.mjs";

/** A client that hangs is a failure of its row. In milliseconds. */
const PATIENCE = 60_000;

const CLIENTS = [
  { module: "inspector", package: "@modelcontextprotocol/inspector", note: "--cli, --strict" },
  { module: "mcp-client", package: "@modelcontextprotocol/client" },
  { module: "mcp-client", package: "@modelcontextprotocol/client", note: "auto", mode: "auto" },
  { module: "ai-sdk", package: "@ai-sdk/mcp" },
  { module: "langchain", package: "@langchain/mcp-adapters" },
  { module: "openai-agents", package: "@openai/agents-core" },
];
const COLUMNS = Object.keys(QUESTIONS);

const [serverNode = process.execPath] = process.argv.slice(2);
const repository = new URL("../", import.meta.url);
const scratch = await mkdtemp(join(tmpdir(), "wavewright-interop-"));
try {
  const project = join(scratch, "project");
  await cp(fileURLToPath(new URL("examples/chat-app", repository)), project, { recursive: true });
  const program = fileURLToPath(new URL("dist/main.js", repository));
  const server = { command: serverNode, args: [program, "--root", project] };
  const expected = await askDirectly(server);
  process.stdout.write(
    `| client | protocol | ${COLUMNS.join(" | ")} |\n|---|---|${"---|".repeat(COLUMNS.length)}\n`,
  );
  const failures = [];
  for (const client of CLIENTS) failures.push(...(await row(client, server, expected)));
  if (failures.length > 0) process.stdout.write(`\n${failures.join("\n")}\n`);
  process.exitCode = failures.length > 0 ? 1 : 0;
} finally {
  await rm(scratch, { recursive: true, force: true });
}
// A client that gave up may still hold a timer or a server; a server ends when its input does.
process.exit();

/** Prints a line of the table, and gives what failed. */
async function row(client, server, expected) {
  const manifest = new URL(`node_modules/${client.package}/package.json`, import.meta.url);
  const { version } = JSON.parse(await readFile(manifest, "utf8"));
  const title = [`${client.package} ${version}`, client.note && `(${client.note})`].filter(Boolean).join(" ");
  const answer = await withPatience(ask(client, server, expected)).catch((error) => ({
    failure: error.message,
  }));
  const { protocol = "does not tell", cells = {}, failure } = answer;
  const shown = COLUMNS.map((column) => cells[column]?.shown ?? "**failed**");
  process.stdout.write(`| ${title} | ${protocol} | ${shown.join(" | ")} |\n`);
  if (failure !== undefined) return [`${title}: ${failure}`];
  const failed = COLUMNS.filter((column) => cells[column].failure !== undefined);
  return failed.map((column) => `${title}, ${column}: ${cells[column].failure}`);
}

/** What each column shows, or why it failed. */
async function ask({ module, mode }, server, expected) {
  const { open } = await import(`./clients/${module}.mjs`);
  const client = await open(server, { mode, scratch });
  try {
    const cells = {};
    for (const column of COLUMNS) {
      cells[column] = await QUESTIONS[column](client, expected).then(
        (shown) => ({ shown }),
        (error) => ({ failure: error.message }),
      );
    }
    return { protocol: client.protocol, cells };
  } finally {
    await client.close();
  }
}

function withPatience(promise) {
  let timer;
  const late = new Promise((_, reject) => {
    timer = setTimeout(() => reject(new Error(`no end after ${PATIENCE / 1000} s`)), PATIENCE);
  });
  return Promise.race([promise, late]).finally(() => clearTimeout(timer));
}
