/** Requests against GitHub's own description of its API. The file has 13 MB: it is read when first asked for. */
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { Ajv, type ValidateFunction } from "ajv";
import addFormats from "ajv-formats";
import type { GitHubRequest } from "./github-answers.ts";

type Schema = Record<string, unknown>;

interface Reference {
  $ref?: string;
}

interface Parameter extends Reference {
  name: string;
  in: "path" | "query" | "header";
  required?: boolean;
  schema?: Schema;
  "x-multi-segment"?: boolean;
}

interface Operation {
  operationId: string;
  parameters?: Parameter[];
  requestBody?: { required?: boolean; content: Record<string, { schema?: Schema }> };
}

interface Description {
  paths: Record<string, Record<string, Operation>>;
  components: Record<string, Record<string, unknown>>;
}

interface Place {
  pattern: RegExp;
  /** How much of the path is written out; the more, the better it fits. */
  literal: number;
  operations: Record<string, Operation>;
}

let loaded: { description: Description; places: Place[] } | undefined;
const validators = new Map<object, ValidateFunction>();

const { default: withFormats } = addFormats;
const options = { strict: false, allErrors: true, logger: false } as const;
const bodies = withFormats(new Ajv(options));
const texts = withFormats(new Ajv({ ...options, coerceTypes: true }));

function load() {
  if (loaded !== undefined) return loaded;
  const require = createRequire(import.meta.url);
  const file = require.resolve("@octokit/openapi/generated/api.github.com.json");
  const description = JSON.parse(readFileSync(file, "utf8")) as Description;
  const places = Object.entries(description.paths).map(([path, operations]) => ({
    pattern: pathPattern(description, path, operations),
    literal: path.replace(/\{[^}]*\}/g, "").length,
    operations,
  }));
  places.sort((a, b) => b.literal - a.literal);
  loaded = { description, places };
  return loaded;
}

function pathPattern(description: Description, path: string, operations: Record<string, Operation>): RegExp {
  const parameters = Object.values(operations).flatMap((operation) => operation.parameters ?? []);
  const long = parameters
    .map((parameter) => resolve<Parameter>(description, parameter))
    .filter((parameter) => parameter["x-multi-segment"] === true)
    .map(({ name }) => name);
  const source = path
    .replace(/[.*+?^$()|[\]\\]/g, "\\$&")
    .replace(
      /\{([^}]*)\}/g,
      (_, name: string) => `(?<${groupName(name)}>${long.includes(name) ? ".+" : "[^/]+"})`,
    );
  return new RegExp(`^${source}$`);
}

/** Names of parameters have hyphens; names of groups may not. */
function groupName(name: string): string {
  return name.replace(/\W/g, "_");
}

/** What is wrong with a request, each a sentence; none when the description allows it. */
export function requestProblems(request: GitHubRequest): string[] {
  if (request.path === "/graphql") return graphqlProblems(request);
  const { description, places } = load();
  const path = new URL(request.url, "http://localhost").pathname.replace(/^\/api\/v3(?=\/)/, "");
  const found = places
    .map(({ pattern, operations }) => ({
      match: pattern.exec(path),
      operation: operations[request.method.toLowerCase()],
    }))
    .find(({ match, operation }) => match !== null && operation !== undefined);
  if (found?.operation === undefined) return ["there is no such operation"];
  const { operation, match } = found;
  const parameters = (operation.parameters ?? []).map((parameter) =>
    resolve<Parameter>(description, parameter),
  );
  return [
    ...headerProblems(request),
    ...pathProblems(parameters, match?.groups ?? {}),
    ...queryProblems(parameters, request.query),
    ...bodyProblems(operation, request),
  ].map((problem) => `${operation.operationId}: ${problem}`);
}

function graphqlProblems(request: GitHubRequest): string[] {
  const { query } = (request.body ?? {}) as { query?: unknown };
  const problems = headerProblems(request);
  if (request.method !== "POST") problems.push("GraphQL is asked by POST");
  if (typeof query !== "string") problems.push("there is no query");
  return problems;
}

function headerProblems({ headers, body }: GitHubRequest): string[] {
  const problems: string[] = [];
  if (!headers["user-agent"]) problems.push("there is no user-agent");
  if (body !== undefined && !/^application\/json\b/.test(headers["content-type"] ?? "")) {
    problems.push("the body's content-type is not application/json");
  }
  return problems;
}

function pathProblems(parameters: Parameter[], given: Record<string, string>): string[] {
  return parameters
    .filter((parameter) => parameter.in === "path")
    .flatMap((parameter) =>
      textProblems(parameter, decodeURIComponent(given[groupName(parameter.name)] ?? "")),
    );
}

function queryProblems(parameters: Parameter[], query: Record<string, string>): string[] {
  const known = parameters.filter((parameter) => parameter.in === "query");
  const missing = known.filter(({ name, required }) => required === true && query[name] === undefined);
  const problems = missing.map(({ name }) => `query parameter ${name} is missing`);
  for (const [name, value] of Object.entries(query)) {
    const parameter = known.find((other) => other.name === name);
    if (parameter === undefined) problems.push(`query parameter ${name} is not known`);
    else problems.push(...textProblems(parameter, value));
    if (name === "per_page" && Number(value) > 100) problems.push("per_page is above 100");
  }
  return problems;
}

function textProblems({ name, schema = {} }: Parameter, value: string): string[] {
  const validate = validator(texts, schema, { type: "object", properties: { value: schema } });
  return validate({ value }) ? [] : [`parameter ${name}: ${texts.errorsText(validate.errors)}`];
}

function bodyProblems({ requestBody }: Operation, { body }: GitHubRequest): string[] {
  const schema = requestBody?.content["application/json"]?.schema;
  if (body === undefined) return requestBody?.required === true ? ["the body is missing"] : [];
  if (schema === undefined) return ["a body is not known"];
  const validate = validator(bodies, schema, schema);
  const problems = validate(body) ? [] : [`body: ${bodies.errorsText(validate.errors)}`];
  const known = propertyNames(schema);
  for (const name of Object.keys(body as object)) {
    if (!known.has(name)) problems.push(`body property ${name} is not known`);
  }
  return problems;
}

function propertyNames(schema: Schema): Set<string> {
  const {
    properties = {},
    oneOf = [],
    anyOf = [],
    allOf = [],
  } = resolve<Record<string, Schema[] | Schema>>(load().description, schema);
  const parts = [oneOf, anyOf, allOf].flat() as Schema[];
  return new Set([...Object.keys(properties), ...parts.flatMap((part) => [...propertyNames(part)])]);
}

function resolve<T>(description: Description, value: Reference): T {
  if (value.$ref === undefined) return value as T;
  const [, , kind = "", name = ""] = value.$ref.split("/");
  return description.components[kind]![name] as T;
}

/** Compiled once for each schema object, with the components that it refers to and no others. */
function validator(ajv: Ajv, key: object, schema: Schema): ValidateFunction {
  const known = validators.get(key);
  if (known !== undefined) return known;
  const schemas: Record<string, unknown> = {};
  const made = ajv.compile({ ...(jsonSchema(schema, schemas) as Schema), components: { schemas } });
  validators.set(key, made);
  return made;
}

/** OpenAPI 3.0's `nullable` as JSON Schema says it; the components that a schema refers to go into `schemas`. */
function jsonSchema(value: unknown, schemas: Record<string, unknown>): unknown {
  if (Array.isArray(value)) return value.map((item) => jsonSchema(item, schemas));
  if (typeof value !== "object" || value === null) return value;
  const { nullable, ...rest } = value as Schema;
  if (nullable === true) return { anyOf: [{ type: "null" }, jsonSchema(rest, schemas)] };
  if (typeof rest.$ref === "string") {
    const name = rest.$ref.split("/").at(-1)!;
    if (!(name in schemas)) {
      schemas[name] = {};
      schemas[name] = jsonSchema(load().description.components.schemas![name], schemas);
    }
  }
  return Object.fromEntries(Object.entries(value).map(([name, inner]) => [name, jsonSchema(inner, schemas)]));
}
