/** `wavewright call TOOL [JSON | - | name=value ...]` */
import { advertise, type RootSchema } from "../advertise.ts";
import { quote, visible } from "../errors.ts";
import { Misuse } from "./misuse.ts";
import { printJson } from "./pages.ts";
import { answerOf, hasFlag, type Session, toolNamed } from "./program.ts";

/** The server's limit for one message too. */
const MAX_INPUT = 10 * 1024 * 1024;

const FORMS = "a JSON object, -, or name=value";

export async function callCommand(session: Session): Promise<number> {
  const [name, ...words] = session.positionals;
  const tool = await toolNamed(session, name!);
  const args = await readArguments(session, words, () => advertise(tool).inputSchema);
  printJson(session, await answerOf(session, tool, args), hasFlag(session, "json"));
  return 0;
}

async function readArguments(
  { stdin }: Session,
  words: readonly string[],
  schema: () => RootSchema,
): Promise<Record<string, unknown>> {
  const [first, ...more] = words;
  if (first === undefined) return {};
  if (isJson(first)) {
    if (more.length > 0) throw new Misuse(`Unexpected argument ${quote(more[0])}.`);
    return first === "-"
      ? parseObject("Standard input", await readAll(stdin))
      : parseObject("The argument", first);
  }
  const { properties } = schema();
  return Object.fromEntries(
    words.map((word) => {
      const at = word.indexOf("=");
      if (at < 1) throw new Misuse(`${quote(word)} is not ${FORMS}.`);
      const [name, text] = [word.slice(0, at), word.slice(at + 1)];
      const type = Object.hasOwn(properties, name) ? properties[name]!.type : undefined;
      return [name, type === "string" ? text : valueIn(text)];
    }),
  );
}

/** True when the first word behind the tool is all that it gets, from a program rather than from fingers. */
export function isJson(word: string | undefined): boolean {
  return word === "-" || word?.trimStart().startsWith("{") === true;
}

/** `true`, `3`, `["a"]`; what is no JSON is text. */
function valueIn(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}

function parseObject(what: string, text: string): Record<string, unknown> {
  let value: unknown;
  try {
    value = JSON.parse(text.replace(/^\uFEFF/, ""));
  } catch (error) {
    throw new Misuse(`${what} is not valid JSON: ${visible((error as Error).message).slice(0, 200)}.`);
  }
  if (typeof value === "object" && value !== null && !Array.isArray(value)) {
    return value as Record<string, unknown>;
  }
  throw new Misuse(`${what} must be a JSON object, not ${quote(value)}.`);
}

async function readAll(stdin: AsyncIterable<Buffer>): Promise<string> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of stdin) {
    size += chunk.length;
    if (size > MAX_INPUT) throw new Misuse(`Standard input has more than ${MAX_INPUT} bytes.`);
    chunks.push(chunk);
  }
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(Buffer.concat(chunks));
  } catch {
    throw new Misuse("Standard input is not UTF-8 text.");
  }
}
