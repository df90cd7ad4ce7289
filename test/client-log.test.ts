/** What a client hears of failures that are in no answer. */
import { LoggingMessageNotificationSchema } from "@modelcontextprotocol/sdk/types.js";
import { expect, test } from "vitest";
import { z } from "zod";
import { defineTool } from "../src/tool.ts";
import { connect } from "./support/client.ts";
import { project } from "./support/project.ts";

/** Fails with a stack, which is for standard error. */
const broken = defineTool({
  name: "broken",
  title: "Broken",
  description: "Fails.",
  effect: "reads",
  reach: "project",
  input: z.strictObject({ text: z.string() }),
  output: z.object({}),
  run({ text }) {
    throw new TypeError(text);
  },
});

async function start() {
  const logged: string[] = [];
  const client = await connect([broken], project(), { log: (text) => void logged.push(text) });
  const heard: object[] = [];
  client.setNotificationHandler(LoggingMessageNotificationSchema, ({ params }) => void heard.push(params));
  const fail = (text: string) => client.callTool({ name: "broken", arguments: { text } });
  return { client, logged, heard, fail };
}

test("the first line of a failure, and the stack on standard error alone", async () => {
  const { logged, heard, fail } = await start();
  await fail("it broke\n\u001b[31mand how");
  expect(heard).toEqual([{ level: "error", logger: "wavewright", data: "broken: TypeError: it broke" }]);
  expect(logged).toEqual([expect.stringMatching(/^broken: TypeError: it broke\n[\s\S]*\n +at /)]);
});

test("a long line is shortened, and what cannot be seen is made visible", async () => {
  const { heard, fail } = await start();
  await fail(`\u202e${"x".repeat(9_000)}`);
  const [{ data }] = heard as [{ data: string }];
  expect(data.length).toBeLessThanOrEqual(520);
  expect(data).not.toContain("\u202e");
});

test.each([
  ["debug", 1],
  ["error", 1],
  ["critical", 0],
  ["emergency", 0],
] as const)("at the level %s it hears %i", async (level, count) => {
  const { client, logged, heard, fail } = await start();
  expect(await client.setLoggingLevel(level)).toEqual({});
  await fail("it broke");
  expect(heard).toHaveLength(count);
  expect(logged).toHaveLength(1);
});

test.each<[params: object, message: string]>([
  [{ level: "warn" }, 'There is no log level "warn". Did you mean warning?'],
  [
    { level: "x" },
    'There is no log level "x". The levels are debug, info, notice, warning, error, critical, alert, emergency.',
  ],
  [{ level: 3 }, '"level" must be a string.'],
  [{}, '"level" is missing.'],
])("%j is refused", async (params, message) => {
  const { client } = await start();
  const request = client.request({ method: "logging/setLevel", params } as never, z.looseObject({}));
  await expect(request).rejects.toMatchObject({ code: -32602, message: expect.stringContaining(message) });
});
