/** A tool as `tools/list` shows it: JSON Schemas without noise, and the four hints. */
import { z } from "zod";
import { RootArgument, type Tool } from "./tool.ts";

/** The part of JSON Schema that our schemas come out as. */
export interface JsonSchema {
  type?: string | string[];
  description?: string;
  properties?: Record<string, JsonSchema>;
  required?: string[];
  items?: JsonSchema;
  enum?: unknown[];
  anyOf?: JsonSchema[];
  default?: unknown;
  additionalProperties?: boolean | JsonSchema;
  $defs?: Record<string, JsonSchema>;
  /** `#/$defs/NAME`. */
  $ref?: string;
  [keyword: string]: unknown;
}

export interface RootSchema extends JsonSchema {
  type: "object";
  properties: Record<string, JsonSchema>;
}

export interface AdvertisedTool {
  name: string;
  title: string;
  description: string;
  inputSchema: RootSchema;
  outputSchema: RootSchema;
  annotations: {
    readOnlyHint: boolean;
    destructiveHint: boolean;
    idempotentHint: boolean;
    openWorldHint: boolean;
  };
}

/** The tool's own arguments and `root`, as every call is checked. */
export function fullInput(tool: Tool): z.ZodObject {
  return tool.input.extend({ root: RootArgument });
}

export function advertise(tool: Tool): AdvertisedTool {
  return {
    name: tool.name,
    title: tool.title,
    description: tool.description,
    inputSchema: rootSchema(z.toJSONSchema(fullInput(tool), { io: "input" }), false),
    outputSchema: resultSchema(tool.output),
    annotations: {
      readOnlyHint: tool.effect === "reads",
      destructiveHint: tool.effect === "edits",
      idempotentHint: true,
      openWorldHint: tool.reach === "github",
    },
  };
}

/** An output schema as JSON Schema. */
export function resultSchema(output: z.ZodObject): RootSchema {
  return rootSchema(z.toJSONSchema(output, { io: "output" }), true);
}

/** The dialect is named only where it matters: references are written otherwise in others. */
function rootSchema(schema: object, open: boolean): RootSchema {
  const { $schema, ...root } = withoutNoise(schema as JsonSchema, open);
  return { ...(root.$defs !== undefined && { $schema }), ...root } as RootSchema;
}

/**
 * Drops the bounds that `z.int()` writes for safe integers; and `additionalProperties: false` of results, so that
 * a client that kept yesterday's list accepts a field that is new today.
 */
function withoutNoise(schema: JsonSchema, open: boolean): JsonSchema {
  const kept: JsonSchema = {};
  for (const [keyword, value] of Object.entries(schema)) {
    if (keyword === "minimum" && value === Number.MIN_SAFE_INTEGER) continue;
    if (keyword === "maximum" && value === Number.MAX_SAFE_INTEGER) continue;
    if (keyword === "additionalProperties" && value === false && open) continue;
    if (keyword === "propertyNames") continue;
    kept[keyword] = inner(keyword, value, open);
  }
  return withTypeList(kept);
}

/** A nullable scalar in one way: zod writes a type list for some, and `anyOf` for those that had bounds or words. */
function withTypeList(schema: JsonSchema): JsonSchema {
  const { anyOf, ...rest } = schema;
  const [first, second, ...more] = anyOf ?? [];
  if (first === undefined || second?.type !== "null" || more.length > 0) return schema;
  const isScalar = typeof first.type === "string" && !["object", "array"].includes(first.type);
  if (!isScalar || first.enum !== undefined) return schema;
  return { ...first, type: [first.type as string, "null"], ...rest };
}

function inner(keyword: string, value: unknown, open: boolean): unknown {
  if (typeof value !== "object" || value === null) return value;
  if (keyword === "properties" || keyword === "$defs") {
    const entries = Object.entries(value as Record<string, JsonSchema>);
    return Object.fromEntries(entries.map(([name, schema]) => [name, withoutNoise(schema, open)]));
  }
  if (keyword === "anyOf") return (value as JsonSchema[]).map((schema) => withoutNoise(schema, open));
  if (keyword === "items" || keyword === "additionalProperties")
    return withoutNoise(value as JsonSchema, open);
  return value;
}
