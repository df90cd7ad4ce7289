/** Every argument of every tool, wrong in every way: an error that names it and what would be right; and nothing dies. */
import { EventEmitter } from "node:events";
import { describe, expect, test } from "vitest";
import { advertise, type JsonSchema } from "../src/advertise.ts";
import { ERROR_CODES } from "../src/errors.ts";
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

/** Deeper than JSON.stringify goes; the client is in memory, so nothing else writes it. */
function deep(wrap: (inner: unknown) => unknown): unknown {
  let value: unknown = "3";
  for (let depth = 0; depth < 200_000; depth++) value = wrap(value);
  return value;
}

const DEEP = [deep((inner) => [inner]), deep((phase) => ({ phase }))];

const ILL_TYPED: Record<string, unknown[]> = {
  string: [true, 1.5, [], {}, [["3"]], { phase: "3" }, ...DEEP],
  integer: ["x", "5", 1.5, -1, 0, 1e9, 1e300, -1e300, true, [], {}, ...DEEP],
  boolean: ["true", 1, [], {}, "yes", ...DEEP],
  array: ["verification", 1, {}, true, [], ["none"], [1], [["uat"]], ...DEEP],
};

const sample = () =>
  project({
    ".planning/ROADMAP.md": "# R\n\n## Current Milestone: v1.0.0 A\n\n#### Phase 3: Chat\n\n**Goal:** Talk\n",
    ".planning/phases/active/03-chat": { "03-01-PLAN.md": plan({ wave: 1, files_modified: ["a"] }) },
  });

const CODES = Object.keys(ERROR_CODES).filter((code) => code !== "INTERNAL");

/** Strings that are never right when they are hostile; others may hold any text, and a dry run shows what it does. */
const NEVER_RIGHT = ["phase", "root", "cursor", "date"];

/** Of these, the ones that an argument takes: whether they mean something is only known at GitHub. */
const WELL_TYPED: Record<string, Record<string, string[]>> = {
  update_issue_checklist: {
    plans: ["[]", '["none"]', "[1]"],
    wave: ["0", "1000000000"],
    issue: ["1000000000"],
  },
};

/** A value that fits. */
function fitting({ type, enum: values, items }: JsonSchema): unknown {
  if (values) return values[0];
  if (type === "array") return [fitting(items!)];
  return type === "integer" ? 1 : "3";
}

describe.each(tools.map((tool) => [tool.name, tool] as const))("%s", (name, tool) => {
  const { properties, required = [] } = advertise(tool).inputSchema;
  const isWriter = tool.effect !== "reads";
  const valid: Record<string, unknown> = {
    ...Object.fromEntries(required.map((argument) => [argument, fitting(properties[argument]!)])),
    ...(isWriter && { dry_run: true }),
  };

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
      const shown = DEEP.includes(value) ? "deep" : JSON.stringify(value)?.slice(0, 60);
      if (WELL_TYPED[name]?.[argument]?.includes(shown!)) continue;
      if (!isIllTyped && !result.isError && isWriter && !NEVER_RIGHT.includes(argument)) continue;
      expect(result.isError, `${argument}: ${shown} was taken: ${text.slice(0, 200)}`).toBe(true);
      const error = JSON.parse(text);
      expect(CODES, `${argument}: ${shown}: ${text}`).toContain(error.code);
      expect(error.message.length).toBeLessThan(500);
      if (isIllTyped) expect(error.code).toBe("INVALID_ARGUMENT");
      if (error.code === "INVALID_ARGUMENT") {
        // A hostile text may also be refused together with what it belongs to.
        if (isIllTyped || !isWriter) expect(error.message).toContain(argument);
        expect(error.expected ?? error.hint).toBeDefined();
      }
    }
    expect(snapshotTree(root)).toEqual(before);
  });

  test("unknown arguments are named, with the nearest there is", async () => {
    const client = await connect(tools, sample());
    for (const unknown of ["phases", "__proto__", "constructor", "x".repeat(300), "gap_only"]) {
      const given = JSON.parse(
        JSON.stringify(valid).replace(
          /^\{/,
          `{${JSON.stringify(unknown)}:1${Object.keys(valid).length > 0 ? "," : ""}`,
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

// The client listens for each of them.
EventEmitter.defaultMaxListeners = 2_000;

test("1,000 calls at once, good and bad, are all answered by the built program", async () => {
  const root = sample();
  const client = await stdioClient({ args: ["--root", root] });
  const readers = tools.filter(({ effect }) => effect === "reads");
  const calls = Array.from({ length: 1000 }, (_, index) => {
    const { name } = readers[index % readers.length]!;
    const round = Math.floor(index / readers.length);
    const phase = round % 3 === 0 ? "3" : round % 3 === 1 ? HOSTILE[index % HOSTILE.length] : index;
    const isPhase = name !== "project_status";
    const role = name === "brief_subagent" ? { role: "planner" } : {};
    return client.callTool({ name, arguments: isPhase ? { phase, ...role } : {} });
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
