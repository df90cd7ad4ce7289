/** Params of requests, as clients send them: what does not fit is the caller's error. */
import { invalidParams } from "./request-error.ts";

type Fields = Readonly<Record<string, unknown>>;

/** Longer ones mean nothing here. */
const LONGEST = 100_000;

/** Of an object that may be absent. */
export function fieldsOf(value: unknown, name: string): Fields {
  if (value === undefined) return {};
  if (typeof value === "object" && value !== null && !Array.isArray(value)) return value as Fields;
  throw invalidParams(`${name} must be an object.`);
}

export function textField(fields: Fields, name: string): string {
  const text = optionalText(fields, name);
  if (text === undefined) throw invalidParams(`"${name}" is missing.`);
  return text;
}

export function optionalText(fields: Fields, name: string): string | undefined {
  const value = Object.hasOwn(fields, name) ? fields[name] : undefined;
  if (value === undefined) return undefined;
  if (typeof value !== "string") throw invalidParams(`"${name}" must be a string.`);
  if (value.length > LONGEST)
    throw invalidParams(`"${name}" must have at most ${LONGEST} characters, not ${value.length}.`);
  return value;
}

/** Texts by name, such as arguments; absent is none. */
export function textsField(fields: Fields, name: string): Record<string, string> {
  const texts = fieldsOf(fields[name], `"${name}"`);
  for (const key of Object.keys(texts)) textField(texts, key);
  return texts as Record<string, string>;
}

/** The whole list is one page, so that no cursor was ever given. */
export function refuseCursor(params: unknown, method: string): void {
  if (optionalText(fieldsOf(params, "params"), "cursor") !== undefined)
    throw invalidParams(`"cursor" is not one that ${method} gave; leave it out.`);
}
