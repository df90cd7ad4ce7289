/** Every argument of every tool, wrong in every way: an error that names it and what would be right; and nothing dies. */
import { describe, expect, test } from "vitest";
import { advertise } from "../src/advertise.ts";
import { tools } from "../tools/index.ts";
import { connect } from "./support/client.ts";
import { plan, project, snapshotTree } from "./support/project.ts";
import { stdioClient } from "./support/stdio.ts";

const HOSTILE = [
  "",
  " ",
  "*",
  "../x",
  "../../../../etc/passwd",
  "/etc/passwd",
  "1; rm",
  "$(touch ran)",
  "`id`",
  "-1",
  "--upload-pack=x",
  "3\n4",
  "3\u202e1",
  "\ud800",
  "x".repeat(10_000),
  "\u0000",
];

const ILL_TYPED: Record<string, unknown[]> = {
  string: [true, 1.5, [], {}, [["3"]], { phase: "3" }],
  integer: ["x", "5", 1.5, -1, 0, 1e9, true, [], {}],
  boolean: ["true", 1, [], {}, "yes"],
  array: ["verification", 1, {}, true, [], ["none"], [1], [["uat"]]],
};

const sample = () =>
  project({
    ".planning/ROADMAP.md": "# R\n\n## Current Milestone: v1.0.0 A\n\n#### Phase 3: Chat\n\n**Goal:** Talk\n",
    ".planning/phases/active/03-chat": { "03-01-PLAN.md": plan({ wave: 1, files_modified: ["a"] }) },
  });

const CODES = [
  "INVALID_ARGUMENT",
  "INVALID_PHASE",
  "PHASE_NOT_FOUND",
  "PATH_OUTSIDE_ROOT",
  "NO_PLANNING_DIR",
];

describe.each(tools.map((tool) => [tool.name, tool] as const))("%s", (name, tool) => {
  const { properties, required = [] } = advertise(tool).inputSchema;
  const valid = Object.fromEntries(required.map((argument) => [argument, "3"]));

  test.each(Object.keys(properties))("argument %s", async (argument) => {
    const root = sample();
    const before = snapshotTree(root);
    const client = await connect(tools, root);
    const schema = properties[argument]!;
    const illTyped = (ILL_TYPED[schema.type as string] ?? expect.fail(`no values for ${schema.type}`)).map(
      (value) => [value, true],
    );
    const hostile = (schema.type === "string" ? HOSTILE : []).map((value) => [value, false]);
    for (const [value, isIllTyped] of [...illTyped, ...hostile]) {
      const result = await client.callTool({ name, arguments: { ...valid, [argument]: value } });
      const [{ text }] = result.content as [{ text: string }];
      const shown = JSON.stringify(value)?.slice(0, 60);
      expect(result.isError, `${argument}: ${shown} was taken: ${text.slice(0, 200)}`).toBe(true);
      const error = JSON.parse(text);
      expect(CODES, `${argument}: ${shown}: ${text}`).toContain(error.code);
      expect(error.message.length).toBeLessThan(500);
      if (isIllTyped) expect(error.code).toBe("INVALID_ARGUMENT");
      if (error.code === "INVALID_ARGUMENT") {
        expect(error.message).toContain(argument);
        if (value !== "\u0000") expect(error.expected ?? error.hint).toBeDefined();
      }
    }
    expect(snapshotTree(root)).toEqual(before);
  });

  test("unknown arguments are named, with the nearest there is", async () => {
    const client = await connect(tools, sample());
    for (const unknown of ["phases", "__proto__", "constructor", "x".repeat(300), "dry_run"]) {
      const given = JSON.parse(
        JSON.stringify(valid).replace(
          /^\{/,
          `{${JSON.stringify(unknown)}:1${required.length > 0 ? "," : ""}`,
        ),
      );
      const result = await client.callTool({ name, arguments: given });
      const error = JSON.parse((result.content as [{ text: string }])[0].text);
      expect(error.code).toBe("INVALID_ARGUMENT");
      expect(error.message).toContain(unknown.slice(0, 20));
      expect(error.expected).toEqual(Object.keys(properties));
    }
  });

  test.each(required)("without %s", async (argument) => {
    const client = await connect(tools, sample());
    const { [argument]: _, ...rest } = valid;
    for (const given of [rest, { ...rest, [argument]: null }]) {
      const result = await client.callTool({ name, arguments: given });
      const error = JSON.parse((result.content as [{ text: string }])[0].text);
      expect(error).toMatchObject({ code: "INVALID_ARGUMENT", message: expect.stringContaining(argument) });
      expect(error.expected).toBeDefined();
    }
  });
});

test("1,000 calls at once, good and bad, are all answered by the built program", async () => {
  const root = sample();
  const client = await stdioClient({ args: ["--root", root] });
  const calls = Array.from({ length: 1000 }, (_, index) => {
    const { name } = tools[index % tools.length]!;
    const phase = index % 3 === 0 ? "3" : index % 3 === 1 ? HOSTILE[index % HOSTILE.length] : index;
    const isPhase = name !== "project_status";
    return client.callTool({ name, arguments: isPhase ? { phase } : {} });
  });
  const results = await Promise.all(calls);
  const errors = results.filter(({ isError }) => isError === true);
  expect(results).toHaveLength(1000);
  expect(errors.length).toBeGreaterThan(400);
  for (const { content } of errors) {
    expect(CODES).toContain(JSON.parse((content as [{ text: string }])[0].text).code);
  }
  expect(results.filter(({ isError }) => isError !== true).length).toBeGreaterThan(400);
});
