/** JSON with comments and trailing commas, as places in its text. The only file that knows its parser. */
import { createScanner, type Node, type ParseError, parseTree, printParseErrorCode } from "jsonc-parser";
import { quote } from "../../errors.ts";
import { SetupFailure } from "./failure.ts";

/** A value in the text. */
export interface Place {
  start: number;
  end: number;
  value: unknown;
  /** Of an object, in order. */
  members: Member[] | null;
}

export interface Member {
  name: string;
  start: number;
  end: number;
  value: Place;
}

/** The whole text, which must be one object. Throws SetupFailure with the line. */
export function readJson(text: string): Place {
  const errors: ParseError[] = [];
  const tree = parseTree(text, errors, { allowTrailingComma: true });
  const [error] = errors;
  if (error || !tree) {
    const code = error ? printParseErrorCode(error.error) : "ValueExpected";
    const what = code.replace(/[A-Z]/g, (letter) => ` ${letter.toLowerCase()}`).trim();
    throw failure(text, error?.offset ?? 0, `It is not valid JSON: ${what}`);
  }
  const root = placeOf(tree);
  if (!root.members) throw failure(text, root.start, "It must hold a JSON object");
  return root;
}

/** The only member of this name; which of two counts, programs do not agree. */
export function memberOf(text: string, { members }: Place, name: string): Member | undefined {
  const [first, second] = (members ?? []).filter((member) => member.name === name);
  if (second) throw failure(text, second.start, `It has ${quote(name)} twice`);
  return first;
}

/** The same, and its value must be an object. */
export function objectOf(text: string, place: Place, name: string): Place | undefined {
  const member = memberOf(text, place, name);
  if (member && !member.value.members) throw failure(text, member.start, `${quote(name)} must be an object`);
  return member?.value;
}

/** True when nothing is there but space and whole comments. */
export function isBlank(text: string): boolean {
  const scanner = createScanner(text, true);
  scanner.scan();
  if (scanner.getTokenOffset() !== text.length) return false;
  const errors: ParseError[] = [];
  parseTree(text, errors);
  return !errors.some(({ error }) => printParseErrorCode(error) === "UnexpectedEndOfComment");
}

/** Where the comma is that follows, with only space and comments between; null when something else does. */
export function commaAfter(text: string, offset: number): number | null {
  const scanner = createScanner(text, true);
  scanner.setPosition(offset);
  scanner.scan();
  const at = scanner.getTokenOffset();
  return text[at] === "," ? at : null;
}

function placeOf(node: Node): Place {
  const { type, offset, length, children = [] } = node;
  const members = type === "object" ? children.flatMap((child) => memberIn(child)) : null;
  return {
    start: offset,
    end: offset + length,
    value: members
      ? Object.fromEntries(members.map(({ name, value }) => [name, value.value]))
      : type === "array"
        ? children.map((child) => placeOf(child).value)
        : node.value,
    members,
  };
}

function memberIn({ offset, length, children = [] }: Node): Member[] {
  const [name, value] = children;
  if (!name || !value) return [];
  return [{ name: String(name.value), start: offset, end: offset + length, value: placeOf(value) }];
}

function failure(text: string, offset: number, message: string): SetupFailure {
  return new SetupFailure(`${message}; nothing was changed.`, {
    line: text.slice(0, offset).split(/\r\n|\r|\n/).length,
  });
}
