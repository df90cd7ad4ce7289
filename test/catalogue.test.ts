/** What a client gets to see of the catalogue: names, words, schemas, and how much of a model's context they take. */
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { z } from "zod";
import * as forms from "../prompts/forms.ts";
import { prompts } from "../prompts/index.ts";
import { advertise, type JsonSchema, resultSchema } from "../src/advertise.ts";
import { generatedFiles } from "../src/docs.ts";
import { instructionsFor } from "../src/instructions.ts";
import { HEADS } from "../tools/heads.ts";
import { tools } from "../tools/index.ts";
import { connect } from "./support/client.ts";

const root = new URL("../", import.meta.url);

/** On average, of what a client puts into a model's context for a tool. */
const MAX_TOKENS = 200;
const BYTES_PER_TOKEN = 4;

const names = tools.map(({ name }) => name);

/** Every schema inside, with its path. */
function* schemas(schema: JsonSchema, path = ""): Generator<[path: string, schema: JsonSchema]> {
  yield [path, schema];
  for (const [name, property] of Object.entries(schema.properties ?? {}))
    yield* schemas(property, `${path}.${name}`);
  if (schema.items) yield* schemas(schema.items, `${path}[]`);
  for (const option of schema.anyOf ?? []) yield* schemas(option, path);
}

test("what is known of it before it is loaded is true", () => {
  expect(HEADS).toEqual(
    tools.map(({ name, effect, reach, toolset }) => ({ name, effect, reach, ...(toolset && { toolset }) })),
  );
});

test("the catalogue is the files in tools/, in alphabetical order", async () => {
  const files = readdirSync(new URL("tools/", root)).filter(
    (file) => !["heads.ts", "index.ts"].includes(file),
  );
  expect(names.map((name) => `${name}.ts`)).toEqual(files.sort());
  for (const tool of tools) {
    expect((await import(new URL(`tools/${tool.name}.ts`, root).href)).default).toBe(tool);
  }
});

describe.each(tools.map((tool) => [tool.name, tool, advertise(tool)] as const))(
  "%s",
  (name, tool, advertised) => {
    test("has a name, a title and a description", () => {
      expect(name).toMatch(/^[a-z]+(?:_[a-z]+)*$/);
      expect(tool.title).toMatch(/^[A-Z].*[^.]$/);
      expect(tool.description).toMatch(/^[A-Z][\s\S]*\.$/);
    });

    test("has a test of its own", () => {
      expect(existsSync(new URL(`test/tools/${name}.test.ts`, root))).toBe(true);
    });

    test("takes a strict object with a described field for everything", () => {
      const { inputSchema } = advertised;
      expect(inputSchema).toMatchObject({ type: "object", additionalProperties: false });
      expect(Object.keys(inputSchema.properties)).toContain("root");
      for (const [path, { description }] of schemas(inputSchema)) {
        if (path !== "" && !path.endsWith("[]")) expect(description, path).toBeTruthy();
      }
    });

    test("describes every field of its result", () => {
      expect(advertised.outputSchema.type).toBe("object");
      for (const [field, { description }] of Object.entries(advertised.outputSchema.properties)) {
        expect(description, field).toBeTruthy();
      }
      expect(Object.keys(advertised.outputSchema.properties)).toContain("diagnostics");
    });

    test("has schemas that every client understands", () => {
      for (const schema of [advertised.inputSchema, advertised.outputSchema]) {
        const text = JSON.stringify(schema);
        for (const word of ["$ref", "$schema", "oneOf", "allOf", "9007199254740991"])
          expect(text).not.toContain(`${word}`);
        expect(schema).not.toHaveProperty("anyOf");
        for (const [path, inner] of schemas(schema)) {
          if (inner.type === "array") expect(inner.items, path).toBeTypeOf("object");
        }
      }
      for (const [path, { anyOf, type }] of schemas(advertised.inputSchema)) {
        expect(anyOf, path).toBeUndefined();
        expect(type, path).toBeTypeOf("string");
      }
    });

    test("gives results that parse to themselves", () => {
      // A default or a transform in an output schema would make clients, who see only the schema, refuse the answer.
      expect(() => z.toJSONSchema(tool.output, { io: "input" })).not.toThrow();
      expect(z.toJSONSchema(tool.output, { io: "input" }).required).toEqual(advertised.outputSchema.required);
    });

    test("hints at what it does", () => {
      expect(advertised.annotations).toEqual({
        readOnlyHint: tool.effect === "reads",
        destructiveHint: tool.effect === "edits",
        idempotentHint: true,
        openWorldHint: tool.reach === "github",
      });
    });
  },
);

test("the list is the same for every client, in order", async () => {
  const [one, other] = await Promise.all([connect(tools), connect(tools)]);
  const lists = await Promise.all([one.listTools(), other.listTools()]);
  expect(lists[0]).toEqual(lists[1]);
  expect(lists[0]?.tools.map(({ name }) => name)).toEqual(names);
});

test("a model's share of the list is small", () => {
  const sizes = tools.map(advertise).map(({ name, description, inputSchema }) => {
    const bytes = Buffer.byteLength(JSON.stringify({ name, description, inputSchema }));
    return { name, tokens: bytes / BYTES_PER_TOKEN };
  });
  const total = sizes.reduce((sum, { tokens }) => sum + tokens, 0);
  expect(total / tools.length, JSON.stringify(sizes)).toBeLessThanOrEqual(MAX_TOKENS);
});

test("the instructions are short, and name tools that there are", () => {
  const instructions = instructionsFor(tools);
  expect(Buffer.byteLength(instructions)).toBeLessThanOrEqual(2_000);
  expect(named(instructions).length).toBeGreaterThan(0);
  expect(names).toEqual(expect.arrayContaining(named(instructions)));
});

test("the instructions name only what is offered", () => {
  expect(named(instructionsFor(tools.filter(({ name }) => name === "group_waves")))).toEqual(["group_waves"]);
  const other = instructionsFor([{ name: "other" }]);
  expect(other).not.toMatch(/Which tool|project_status/);
  expect(instructionsFor([])).toMatch(/without any tool/);
});

/** The tools that instructions tell when to call. */
function named(instructions: string): string[] {
  return [...instructions.matchAll(/^- ([a-z_]+):/gm)].map((match) => match[1]!);
}

test("instructions and description agree on when to group again, and on what to start", () => {
  const { description } = tools.find(({ name }) => name === "group_waves")!;
  for (const text of [description, instructionsFor(tools)]) {
    expect(text).toContain("again after each batch");
    expect(text).toContain("Start only plans in `ready`.");
  }
});

describe("schemas without noise", () => {
  const shape = (schema: z.ZodType) => resultSchema(z.object({ it: schema })).properties.it;

  test.each<[string, z.ZodType, JsonSchema]>([
    ["a nullable integer", z.int().nullable(), { type: ["integer", "null"] }],
    [
      "one with bounds",
      z.int().min(1).max(5).nullable(),
      { type: ["integer", "null"], minimum: 1, maximum: 5 },
    ],
    ["one with words", z.int().nullable().describe("A"), { type: ["integer", "null"], description: "A" }],
    ["words inside", z.int().describe("A").nullable(), { type: ["integer", "null"], description: "A" }],
    ["a nullable text", z.string().nullable(), { type: ["string", "null"] }],
    [
      "a nullable object",
      z.object({}).nullable(),
      { anyOf: [{ type: "object", properties: {} }, { type: "null" }] },
    ],
    [
      "a nullable choice",
      z.enum(["a"]).nullable(),
      { anyOf: [{ type: "string", enum: ["a"] }, { type: "null" }] },
    ],
    [
      "a record",
      z.record(z.string(), z.int()),
      { type: "object", additionalProperties: { type: "integer" } },
    ],
  ])("%s", (_, schema, expected) => {
    expect(shape(schema)).toEqual(expected);
  });
});

test.each(Object.entries(generatedFiles))("%s is up to date", (path, generate) => {
  const file = new URL(path, root);
  const present = existsSync(file) ? readFileSync(file, "utf8") : "";
  expect(present === generate({ tools, prompts, forms }, present), "Run: npm run docs").toBe(true);
});
