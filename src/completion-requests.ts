/** completion/complete: what a person may mean who types an argument of a prompt or of a resource's address. */
import { DOCUMENTS, TEMPLATES } from "./domain/resource-uri.ts";
import { PlanningError, quote } from "./errors.ts";
import type { Prompt, PromptArgumentKind } from "./prompt.ts";
import { findPrompt } from "./prompt-requests.ts";
import type { Reading } from "./reading.ts";
import { invalidParams, type RequestError } from "./request-error.ts";
import { fieldsOf, textField, textsField } from "./request-params.ts";
import { type Suggestions, suggestForTemplate, suggestPhases } from "./workspace/suggestions.ts";

const NONE: Suggestions = { values: [], total: 0, hasMore: false };

interface Argument {
  name: string;
  value: string;
}

export async function complete(prompts: readonly Prompt[], reading: Reading, params: unknown) {
  const { ref: reference, argument: typed, context } = fieldsOf(params, "params");
  const ref = fieldsOf(reference, '"ref"');
  const fields = fieldsOf(typed, '"argument"');
  const argument = { name: textField(fields, "name"), value: textField(fields, "value") };
  const others = textsField(fieldsOf(context, '"context"'), "arguments");
  switch (textField(ref, "type")) {
    case "ref/prompt":
      return { completion: await forPrompt(findPrompt(prompts, textField(ref, "name")), argument, reading) };
    case "ref/resource":
      return { completion: await forResource(textField(ref, "uri"), argument, others, reading) };
    default:
      throw invalidParams('"ref.type" must be "ref/prompt" or "ref/resource".');
  }
}

async function forPrompt(prompt: Prompt, { name, value }: Argument, reading: Reading): Promise<Suggestions> {
  const argument = prompt.arguments.find((one) => one.name === name);
  if (!argument) {
    throw unknownArgument(
      prompt.name,
      name,
      prompt.arguments.map((one) => one.name),
    );
  }
  if (argument.kind === "phase") return orNone(() => reading((workspace) => suggestPhases(workspace, value)));
  return suggestWords(argument.kind, value);
}

async function forResource(
  uri: string,
  argument: Argument,
  others: Record<string, string>,
  reading: Reading,
): Promise<Suggestions> {
  // An address without arguments has nothing to complete.
  if (DOCUMENTS.some((one) => one.uri === uri)) return NONE;
  const template = TEMPLATES.find(({ uriTemplate }) => uriTemplate === uri);
  if (!template) {
    const known = TEMPLATES.map(({ uriTemplate }) => uriTemplate);
    throw invalidParams(
      `There is no resource template ${quote(uri)}. The templates are ${known.join(", ")}.`,
    );
  }
  const names = [...uri.matchAll(/\{(\w+)\}/g)].map((match) => match[1]!);
  if (!names.includes(argument.name)) throw unknownArgument(uri, argument.name, names);
  return orNone(() => reading((workspace) => suggestForTemplate(workspace, uri, argument, others) ?? NONE));
}

function suggestWords(kind: Exclude<PromptArgumentKind, "phase">, typed: string): Suggestions {
  const words = kind === "flag" ? ["true", "false"] : kind;
  const values = words.filter((word) => word.startsWith(typed.trim().toLowerCase()));
  return { values, total: values.length, hasMore: false };
}

/** Whoever types is not told of a missing project: calls do that. */
async function orNone(suggest: () => Promise<Suggestions>): Promise<Suggestions> {
  try {
    return await suggest();
  } catch (error) {
    if (error instanceof PlanningError) return NONE;
    throw error;
  }
}

function unknownArgument(what: string, name: string, known: readonly string[]): RequestError {
  return invalidParams(`${what} has no argument ${quote(name)}; it takes ${known.join(", ")}.`);
}
