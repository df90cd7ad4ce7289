/** What a prompt is: a workflow told to an agent that has these tools; and how its arguments are read. */
import { parsePhaseArgument } from "./domain/phase.ts";
import { PlanningError, quote } from "./errors.ts";

/** A phase as tools take it, a switch, or one of these words. */
export type PromptArgumentKind = "phase" | "flag" | readonly string[];

export interface PromptArgument {
  name: string;
  description: string;
  kind: PromptArgumentKind;
}

/** Absent arguments are null, absent switches false. */
export type PromptValues = Record<string, string | boolean | null>;

export interface Prompt {
  /** Words joined by hyphens, and the name of its file. */
  name: string;
  title: string;
  description: string;
  /** Without one of these tools the workflow cannot be carried out, and the prompt is not offered. */
  needs: readonly string[];
  /** All are optional. */
  arguments: readonly PromptArgument[];
  /** Tells only of tools that `offers` knows. */
  text(values: PromptValues, offers: (tool: string) => boolean): string;
}

/** The workflows; what each needs is known before its text is loaded. */
export interface PromptCatalogue {
  needs: Readonly<Record<string, readonly string[]>>;
  load(): Promise<readonly Prompt[]>;
}

/** Identity; it exists so that `text` is typed where it is written. */
export function definePrompt(prompt: Prompt): Prompt {
  return prompt;
}

const YES = /^(?:true|yes|on|1)$/i;
const NO = /^(?:false|no|off|0|)$/i;

/**
 * Hosts pass every argument as text, and some fill them by position: a switch is also on when it is given its own
 * name, with dashes or without (`gaps_only`, `--gaps-only`), whatever argument that word landed in.
 */
export function readPromptArguments(prompt: Prompt, given: Record<string, string>): PromptValues {
  const values: PromptValues = {};
  for (const { name, kind } of prompt.arguments) values[name] = kind === "flag" ? false : null;
  for (const [name, raw] of Object.entries(given)) {
    const argument = prompt.arguments.find((one) => one.name === name);
    if (!argument) throw unknownArgument(prompt, name);
    const text = raw.trim();
    const meant = prompt.arguments.find((one) => one.kind === "flag" && namesFlag(one.name, text));
    if (meant) values[meant.name] = true;
    else if (argument.kind === "flag") values[name] ||= readFlag(argument, text);
    else if (text !== "") values[name] = readValue(argument, text);
  }
  return values;
}

function namesFlag(name: string, text: string): boolean {
  return text.replace(/^-{1,2}/, "").replaceAll("-", "_") === name;
}

function readFlag({ name }: PromptArgument, text: string): boolean {
  if (YES.test(text)) return true;
  if (NO.test(text)) return false;
  throw new PlanningError("INVALID_ARGUMENT", `${name} is true or false, not ${quote(text)}.`);
}

function readValue({ name, kind }: PromptArgument, text: string): string {
  if (kind === "phase") {
    if (parsePhaseArgument(text)) return text;
    throw new PlanningError(
      "INVALID_PHASE",
      `${quote(text)} is no phase: give a number such as 3 or 2.1, or the name of the phase's directory.`,
    );
  }
  const word = text.replace(/^-{1,2}/, "").toLowerCase();
  if ((kind as readonly string[]).includes(word)) return word;
  throw new PlanningError(
    "INVALID_ARGUMENT",
    `${name} is one of ${(kind as readonly string[]).join(", ")}, not ${quote(text)}.`,
  );
}

function unknownArgument(prompt: Prompt, name: string): PlanningError {
  const known = prompt.arguments.map((one) => one.name).join(", ");
  return new PlanningError(
    "INVALID_ARGUMENT",
    `${prompt.name} has no argument ${quote(name)}; it takes ${known}.`,
  );
}

/** Numbered steps from those that apply; a step's further lines are indented under it. */
export function steps(list: readonly (string | false)[]): string {
  return list
    .filter((step) => step !== false)
    .map((step, index) => `${index + 1}. ${step.trim().replace(/\n(?=[^\n])/g, "\n   ")}`)
    .join("\n");
}
