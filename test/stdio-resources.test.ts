/** Resources and prompts of the built program: changes from outside are told, and a subscriber's end is the end. */
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { ResourceUpdatedNotificationSchema } from "@modelcontextprotocol/sdk/types.js";
import { expect, test } from "vitest";
import { project } from "./support/project.ts";
import { Program, stdioClient } from "./support/stdio.ts";

const tree = { ".planning/STATE.md": "# State\n", ".planning/phases/active/03-chat": {} };

const STATE = "planning://state";

test("a client is told of what another program writes", async () => {
  const root = project(tree);
  const client = await stdioClient({ args: ["--root", root] });
  const told = new Promise((resolve) =>
    client.setNotificationHandler(ResourceUpdatedNotificationSchema, ({ params }) => resolve(params.uri)),
  );
  await client.subscribeResource({ uri: STATE });
  writeFileSync(join(root, ".planning/STATE.md"), "# New\n");
  expect(await told).toBe(STATE);
  expect((await client.readResource({ uri: STATE })).contents).toEqual([
    { uri: STATE, mimeType: "text/markdown", text: "# New\n" },
  ]);
});

test("a client finds the workflows, with the phases there are", async () => {
  const client = await stdioClient({ args: ["--root", project(tree)] });
  const { prompts } = await client.listPrompts();
  expect(prompts.map(({ name }) => name)).toEqual(["execute-phase", "plan-milestone-gaps", "plan-phase"]);
  const { completion } = await client.complete({
    ref: { type: "ref/prompt", name: "execute-phase" },
    argument: { name: "phase", value: "" },
  });
  const [phase] = completion.values;
  expect(phase).toBe("03-chat");
  const { messages } = await client.getPrompt({ name: "execute-phase", arguments: { phase: phase! } });
  expect(messages).toMatchObject([{ role: "user", content: { text: expect.stringMatching(/03-chat/) } }]);
});

test.each<NodeJS.Signals | "the input">(["the input", "SIGTERM"])(
  "the program ends with %s while it is subscribed to something",
  async (end) => {
    const root = project(tree);
    const program = new Program({ args: ["--root", root] });
    await program.initialize();
    const subscribed = await program.answer(program.request("resources/subscribe", { uri: STATE }));
    expect(subscribed).toMatchObject({ result: {} });
    writeFileSync(join(root, ".planning/STATE.md"), "# New\n");
    await program.until(() => program.stdout.includes("notifications/resources/updated"));
    if (end === "the input") program.process.stdin.end();
    else program.process.kill(end);
    expect(await program.ended).toEqual({ code: 0, signal: null });
    expect(program.stderr).toBe("");
  },
);
