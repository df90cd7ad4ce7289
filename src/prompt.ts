/** What a prompt is: a workflow told to an agent that has these tools; and how its arguments are read. */
import { parsePhaseArgument } from "./domain/phase.ts";
import { PlanningError, quote } from "./errors.ts";

/** A phase as tools take it, a switch, or one of these words. */
export type PromptArgumentKind = "phase" | "flag" | readonly string[];

export interface PromptArgument {
  name: string;
  description: string;
  kind: PromptArgumentKind;
  /** Options that stand for one of the words: `skip_research` is `--skip-research`. */
  options?: Readonly<Record<string, string>>;
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
 * Hosts pass every argument as text; some fill them by position, and some put the whole line into the first. So what is
 * written as an option is understood whatever argument it landed in: `--gaps-only`, `--skip-research`, `--phase 3`.
 */
export function readPromptArguments(prompt: Prompt, given: Record<string, string>): PromptValues {
  const values: PromptValues = {};
  for (const { name, kind } of prompt.arguments) values[name] = kind === "flag" ? false : null;
  for (const name of Object.keys(given)) {
    if (!prompt.arguments.some((one) => one.name === name)) throw unknownArgument(prompt, name);
  }
  const phase = prompt.arguments.find(({ kind }) => kind === "phase")?.name ?? null;
  // An option stands where the phase should: it comes in a later argument.
  let isAwaited = false;
  for (const argument of prompt.arguments) {
    const { name, kind } = argument;
    const { options, text } = splitOptions(given[name] ?? "");
    for (const option of options) {
      const meant = meaningOf(prompt, argument, option);
      if (meant) values[meant.name] = meant.value;
      else if (option !== "--phase") throw unknownOption(prompt, option);
    }
    isAwaited ||= options.includes("--phase") || (name === phase && options.length > 0);
    const meant = meaningOf(prompt, argument, text);
    if (isAwaited && phase !== null && parsePhaseArgument(text)) {
      values[phase] = text;
      isAwaited = false;
    } else if (meant) values[meant.name] = meant.value;
    else if (kind === "flag") values[name] ||= readFlag(argument, text);
    else if (text !== "") values[name] = readValue(argument, text);
  }
  return values;
}

/** A directory's name may have spaces. */
function splitOptions(raw: string): { options: string[]; text: string } {
  const words = raw
    .replace(/^\s*--phase=/, "--phase ")
    .trim()
    .split(/\s+/);
  const options = words.filter((word) => word.startsWith("--"));
  if (options.length === 0) return { options, text: raw.trim() };
  return { options, text: words.filter((word) => !word.startsWith("--")).join(" ") };
}

/** What a switch's own name or an option says, with dashes or without; null when the text is none. */
function meaningOf(
  prompt: Prompt,
  { name: own, kind: ownKind }: PromptArgument,
  text: string,
): { name: string; value: string | true } | null {
  const word = text.replace(/^-{1,2}/, "").replaceAll("-", "_");
  for (const { name, kind, options = {} } of prompt.arguments) {
    if (kind === "flag" && name === word) return { name, value: true };
    if (Object.hasOwn(options, word)) return { name, value: options[word]! };
  }
  return Array.isArray(ownKind) && ownKind.includes(word) ? { name: own, value: word } : null;
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

function unknownOption({ name, arguments: taken }: Prompt, option: string): PlanningError {
  const known = taken.flatMap((one) => [
    ...(one.kind === "flag" ? [one.name] : []),
    ...Object.keys(one.options ?? {}),
  ]);
  const options = known.map((one) => `--${one.replaceAll("_", "-")}`).join(", ");
  return new PlanningError(
    "INVALID_ARGUMENT",
    `${name} has no option ${quote(option)}; it takes ${options}, and a phase.`,
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

/** Parts of a step, from those that apply, each on a line of its own. */
export function lettered(list: readonly (string | false)[]): string {
  return list
    .filter((part) => part !== false)
    .map((part, index) => `${String.fromCharCode(97 + index)}. ${part}`)
    .join("\n");
}
