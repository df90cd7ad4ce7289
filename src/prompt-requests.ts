/** prompts/list and prompts/get. */
import { PlanningError, quote } from "./errors.ts";
import { adviceOn } from "./nearest.ts";
import { type Prompt, readPromptArguments } from "./prompt.ts";
import { invalidParams } from "./request-error.ts";
import { fieldsOf, refuseCursor, textField, textsField } from "./request-params.ts";

export function listPrompts(prompts: readonly Prompt[], params: unknown) {
  refuseCursor(params, "prompts/list");
  return {
    prompts: prompts.map(({ name, title, description, arguments: taken }) => ({
      name,
      title,
      description,
      arguments: taken.map((one) => ({ name: one.name, description: one.description, required: false })),
    })),
  };
}

export function getPrompt(prompts: readonly Prompt[], offers: (tool: string) => boolean, params: unknown) {
  const fields = fieldsOf(params, "params");
  const prompt = findPrompt(prompts, textField(fields, "name"));
  const text = prompt.text(readArguments(prompt, textsField(fields, "arguments")), offers);
  return {
    description: prompt.description,
    messages: [{ role: "user", content: { type: "text", text } }],
  };
}

export function findPrompt(prompts: readonly Prompt[], name: string): Prompt {
  const found = prompts.find((one) => one.name === name);
  if (found) return found;
  const known = prompts.map((one) => one.name);
  throw invalidParams(`Unknown prompt ${quote(name)}. ${adviceOn(name, known, "The prompts are")}`);
}

function readArguments(prompt: Prompt, given: Record<string, string>) {
  try {
    return readPromptArguments(prompt, given);
  } catch (error) {
    if (error instanceof PlanningError) throw invalidParams(error.message);
    throw error;
  }
}
