/** server.json, as the MCP registry takes it: the rules of its schema 2025-12-11 that concern such a server. */
import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { z } from "zod";
import { Program, REPOSITORY } from "./support/stdio.ts";

const read = (path: string) => JSON.parse(readFileSync(REPOSITORY + path, "utf8"));
const server = read("server.json");
const manifest = read("package.json");

const Version = z
  .string()
  .max(255)
  .regex(/^\d+\.\d+\.\d+(?:-[\w.]+)?$/, "one version: neither a range nor `latest`");

/** The schema lets unknown keys pass; here they are misspelt ones. */
const Input = z.strictObject({
  description: z.string().optional(),
  isRequired: z.boolean().optional(),
  isSecret: z.boolean().optional(),
  isRepeated: z.boolean().optional(),
  format: z.enum(["string", "number", "boolean", "filepath"]).optional(),
  default: z.string().optional(),
  placeholder: z.string().optional(),
  choices: z.array(z.string()).optional(),
});

const ServerJson = z.strictObject({
  $schema: z.literal("https://static.modelcontextprotocol.io/schemas/2025-12-11/server.schema.json"),
  name: z
    .string()
    .min(3)
    .max(200)
    .regex(/^[a-zA-Z0-9.-]+\/[a-zA-Z0-9._-]+$/),
  title: z.string().min(1).max(100),
  description: z.string().min(1).max(100),
  version: Version,
  packages: z
    .array(
      z.strictObject({
        registryType: z.literal("npm"),
        identifier: z.string(),
        version: Version,
        transport: z.strictObject({ type: z.literal("stdio") }),
        packageArguments: z.array(
          Input.extend({ type: z.literal("named"), name: z.string().startsWith("--") }),
        ),
        environmentVariables: z.array(Input.omit({ isRepeated: true }).extend({ name: z.string() })),
      }),
    )
    .length(1),
});

test("has the registry's form", () => {
  ServerJson.parse(server);
});

test("names this package, and the package names it: so the registry knows whose it is", () => {
  expect(server.packages[0].identifier).toBe(manifest.name);
  expect(manifest.mcpName).toBe(server.name);
});

describe("every argument", () => {
  const { packageArguments } = ServerJson.parse(server).packages[0]!;

  // The schema says that a named argument becomes `--flag={value}`; so a flag without a value cannot be one.
  test.each(packageArguments)("$name is one of the program's, with a value", async ({ name }) => {
    const program = new Program({ args: [`${name}=${REPOSITORY}examples/chat-app`] });
    await program.initialize();
    program.process.stdin.end();
    expect(await program.ended).toEqual({ code: 0, signal: null });
    expect(program.stderr).toBe("");
  });
});
