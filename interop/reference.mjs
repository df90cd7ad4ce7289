/** What the server says, line by line, without any client: what clients have to come to. */
import { spawn } from "node:child_process";
import { createInterface } from "node:readline";

/** Two that read and one that would write; the phase is given as hosts give it. */
export const CALLS = [
  { name: "project_status", arguments: {} },
  { name: "group_waves", arguments: { phase: "3" } },
  { name: "move_phase_state", arguments: { phase: "4", to: "active", dry_run: true } },
];
export const WRONG_CALL = { name: "discover_phase", arguments: { phase: "99" } };
export const DOCUMENT = "planning://roadmap";
export const PROMPT = { name: "execute-phase", arguments: { phase: "3" } };

export async function askDirectly({ command, args }) {
  const { request, notify, close } = start(command, args);
  try {
    const params = {
      protocolVersion: "2025-11-25",
      capabilities: {},
      clientInfo: { name: "reference", version: "0.0.0" },
    };
    const { capabilities } = await request("initialize", params);
    notify("notifications/initialized");
    const { tools } = await request("tools/list");
    const answers = [];
    for (const call of CALLS) answers.push((await request("tools/call", call)).structuredContent);
    const error = JSON.parse((await request("tools/call", WRONG_CALL)).content[0].text);
    return {
      capabilities,
      tools: tools.map(({ name }) => name),
      answers,
      error,
      resources: capabilities.resources && {
        uris: (await request("resources/list")).resources.map(({ uri }) => uri),
        templates: (await request("resources/templates/list")).resourceTemplates.map(
          ({ uriTemplate }) => uriTemplate,
        ),
        text: (await request("resources/read", { uri: DOCUMENT })).contents[0].text,
      },
      prompts: capabilities.prompts && {
        names: (await request("prompts/list")).prompts.map(({ name }) => name),
        text: (await request("prompts/get", PROMPT)).messages[0].content.text,
      },
    };
  } finally {
    close();
  }
}

function start(command, args) {
  const child = spawn(command, args, { stdio: ["pipe", "pipe", "inherit"] });
  const waiting = new Map();
  createInterface({ input: child.stdout }).on("line", (line) => {
    const { id, result, error } = JSON.parse(line);
    const { resolve, reject } = waiting.get(id) ?? {};
    if (error) reject?.(new Error(error.message));
    else resolve?.(result);
  });
  child.on("close", () => {
    for (const { reject } of waiting.values()) reject(new Error("the server has ended"));
  });
  const send = (message) => child.stdin.write(`${JSON.stringify({ jsonrpc: "2.0", ...message })}\n`);
  let id = 0;
  return {
    request: (method, params = {}) =>
      new Promise((resolve, reject) => {
        waiting.set(++id, { resolve, reject });
        send({ id, method, params });
      }),
    notify: (method) => send({ method }),
    close: () => child.stdin.end(),
  };
}
