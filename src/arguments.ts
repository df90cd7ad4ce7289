/** A call's arguments against a tool's input schema; what does not fit becomes one INVALID_ARGUMENT in plain words. */
import type { z } from "zod";
import type { JsonSchema, RootSchema } from "./advertise.ts";
import { PlanningError, quote, visible } from "./errors.ts";
import { nearest } from "./nearest.ts";

const MAX_STRING = 10_000;
const MAX_PROBLEMS = 3;

interface Problem {
  message: string;
  expected?: string | string[];
  hint?: string;
}

type Issue = z.core.$ZodIssue;
type Path = readonly PropertyKey[];

/** The arguments with defaults; throws INVALID_ARGUMENT. `advertised` is the same schema as clients see it. */
export function parseArguments(
  input: z.ZodObject,
  advertised: RootSchema,
  given: Record<string, unknown>,
): Record<string, unknown> {
  const result = input.safeParse(withoutNulls(input, given), { reportInput: true });
  const problems = result.success
    ? unfitStrings(result.data, [])
    : unknownFirst(result.error.issues).map((issue) => problem(issue, advertised));
  if (result.success && problems.length === 0) return result.data;
  const shown = problems.slice(0, MAX_PROBLEMS);
  const messages = new Set(shown.map(({ message }) => message));
  throw new PlanningError("INVALID_ARGUMENT", [...messages].join(" "), {
    hint: shown.find(({ hint }) => hint !== undefined)?.hint,
    expected: shown.find(({ expected }) => expected !== undefined)?.expected,
  });
}

/** Models send `null` for what they leave out; where nothing is fine and null is not, null is nothing. */
function withoutNulls(input: z.ZodObject, given: Record<string, unknown>): Record<string, unknown> {
  const isAbsent = (name: string, value: unknown) => {
    const schema = Object.hasOwn(input.shape, name) ? (input.shape[name] as z.ZodType) : undefined;
    return value === null && schema?.safeParse(undefined).success && !schema.safeParse(null).success;
  };
  return Object.fromEntries(Object.entries(given).filter(([name, value]) => !isAbsent(name, value)));
}

/** A misspelt argument explains the one that is then missing. */
function unknownFirst(issues: readonly Issue[]): Issue[] {
  const isUnknown = (issue: Issue) => issue.code === "unrecognized_keys";
  return [...issues.filter(isUnknown), ...issues.filter((issue) => !isUnknown(issue))];
}

function problem(issue: Issue, advertised: RootSchema): Problem {
  const name = nameOf(issue.path);
  const schema = schemaAt(advertised, issue.path);
  switch (issue.code) {
    case "unrecognized_keys":
      return unknownArguments(issue.keys, issue.path, Object.keys(schema?.properties ?? {}));
    case "invalid_type":
      return issue.input === undefined
        ? missing(name, schema)
        : wrongType(name, typeName(schema) ?? issue.expected, issue.input);
    case "invalid_value":
      if (issue.input === undefined) return missing(name, schema);
      return {
        message: `${name} must be ${issue.values.length > 1 ? "one of " : ""}${list(issue.values)}, not ${brief(issue.input)}.`,
        expected: issue.values.map(String),
      };
    case "too_small":
    case "too_big":
      return outOfBounds(name, issue, schema);
    default:
      return { message: `${name}: ${visible(issue.message)}.`, expected: schema?.description };
  }
}

function unknownArguments(keys: readonly string[], path: Path, known: string[]): Problem {
  const place = path.length === 0 ? "" : ` in ${nameOf(path)}`;
  const what = path.length === 0 ? "argument" : "field";
  const messages = keys.slice(0, MAX_PROBLEMS).map((key) => {
    const meant = nearest(key, known);
    return `Unknown ${what} ${quote(key)}${place}${meant === undefined ? "." : `; did you mean "${meant}"?`}`;
  });
  return { message: messages.join(" "), expected: known };
}

function missing(name: string, schema: JsonSchema | undefined): Problem {
  return { message: `${name} is missing.`, expected: valuesOf(schema) ?? formOf(schema) };
}

/** Where only some values are right. */
function valuesOf(schema: JsonSchema | undefined): string[] | undefined {
  const values = schema !== undefined && "const" in schema ? [schema.const] : schema?.enum;
  return values?.map(String);
}

/** `string: Number (3, 2.1, 12A) or directory name`; a description alone tells what it is for, not what it is. */
function formOf(schema: JsonSchema | undefined): string | undefined {
  const words = [typeName(schema), schema?.description].filter((part) => part !== undefined);
  return words.length > 0 ? words.join(": ") : undefined;
}

function wrongType(name: string, expected: string, input: unknown): Problem {
  const hint =
    expected === "string" && typeof input === "number" ? `Write it in quotes: "${input}".` : undefined;
  return {
    message: `${name} must be ${withArticle(expected)}, not ${shown(input)}.`,
    expected: noun(expected),
    hint,
  };
}

function outOfBounds(
  name: string,
  issue: z.core.$ZodIssueTooSmall | z.core.$ZodIssueTooBig,
  schema: JsonSchema | undefined,
): Problem {
  // The schema's own bound goes before that of safe integers, which zod reports first.
  const [bound, limit] =
    issue.code === "too_big"
      ? ["at most", schema?.maximum ?? issue.maximum]
      : ["at least", schema?.minimum ?? issue.minimum];
  const unit = issue.origin === "string" ? " characters" : issue.origin === "array" ? " entries" : "";
  const verb = unit === "" ? "be" : "have";
  const size =
    typeof issue.input === "string" || Array.isArray(issue.input) ? issue.input.length : issue.input;
  return {
    message: `${name} must ${verb} ${bound} ${limit}${unit}, not ${size}.`,
    expected: `${bound} ${limit}${unit}`,
  };
}

/** Strings no argument needs: very long ones, and those with NUL, which no path and no text can hold. */
function unfitStrings(value: unknown, path: Path): Problem[] {
  if (typeof value === "string") {
    if (value.length > MAX_STRING) {
      const expected = `at most ${MAX_STRING} characters`;
      return [{ message: `${nameOf(path)} must have ${expected}, not ${value.length}.`, expected }];
    }
    if (!value.includes("\0")) return [];
    const message = `${nameOf(path)} must not contain a NUL character.`;
    return [{ message, expected: "text without NUL characters" }];
  }
  if (Array.isArray(value)) return value.flatMap((entry, index) => unfitStrings(entry, [...path, index]));
  if (typeof value !== "object" || value === null) return [];
  return Object.entries(value).flatMap(([name, entry]) => unfitStrings(entry, [...path, name]));
}

/** `"phase"`, `"groups[0].name"`. */
function nameOf(path: Path): string {
  let name = "";
  for (const part of path) name += typeof part === "number" ? `[${part}]` : `${name && "."}${String(part)}`;
  return name === "" ? "The arguments" : quote(name);
}

function schemaAt(root: JsonSchema, path: Path): JsonSchema | undefined {
  let schema: JsonSchema | undefined = root;
  for (const part of path) {
    schema = typeof part === "number" ? schema?.items : schema?.properties?.[String(part)];
    if (schema?.$ref !== undefined) schema = root.$defs?.[schema.$ref.replace("#/$defs/", "")];
  }
  return schema;
}

const NOUNS: Record<string, string> = { int: "integer", bool: "boolean", record: "object" };

function noun(type: string): string {
  return NOUNS[type] ?? type;
}

function withArticle(type: string): string {
  return `${/^[aeiou]/.test(noun(type)) ? "an" : "a"} ${noun(type)}`;
}

function typeName(schema: JsonSchema | undefined): string | undefined {
  return typeof schema?.type === "string" ? schema.type : undefined;
}

/** An object is not quoted: it may be nested deeper than JSON can be written. */
function brief(input: unknown): string {
  return typeof input === "object" ? shown(input) : quote(input);
}

function shown(input: unknown): string {
  if (input === null) return "null";
  if (Array.isArray(input)) return "an array";
  return typeof input === "object" ? "an object" : `the ${typeof input} ${quote(input)}`;
}

function list(values: readonly unknown[]): string {
  return values.map((value) => (typeof value === "string" ? `"${value}"` : String(value))).join(", ");
}
