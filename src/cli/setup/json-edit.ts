/**
 * Servers put into and taken out of a host's JSON. Every byte beside them stays: the parser's own edits would move
 * comments from one server to the next, and lay lines out anew.
 */
import { commaAfter, isBlank, type Member, memberOf, objectOf, type Place, readJson } from "./json-tree.ts";

export type Entry = Readonly<Record<string, string | readonly string[]>>;

/** With the entry as `text[key][name]`; fields that it does not name stay. Throws SetupFailure. */
export function withServer(text: string, key: string, name: string, entry: Entry): string {
  const started = isBlank(text) ? withObject(text) : text;
  const servers = objectOf(started, readJson(started), key);
  if (!servers) return insert(started, readJson(started), key, { [name]: entry });
  const member = memberOf(started, servers, name);
  if (!member) return insert(started, servers, name, entry);
  const present = member.value.members?.map((field) => field.name) ?? [];
  // A remote server has other fields, which mean nothing beside a command.
  const isLocal = member.value.members !== null && !present.some((field) => /^(?:server)?url$/i.test(field));
  if (!isLocal) return replace(started, member.value, entry);
  let edited = started;
  for (const [field, value] of Object.entries(entry)) {
    const object = objectOf(edited, objectOf(edited, readJson(edited), key)!, name)!;
    const old = memberOf(edited, object, field);
    if (!old) edited = insert(edited, object, field, value);
    else if (JSON.stringify(old.value.value) !== JSON.stringify(value))
      edited = replace(edited, old.value, value);
  }
  return edited;
}

/** Without `text[key][name]`; the same text where it is not. Throws SetupFailure. */
export function withoutServer(text: string, key: string, name: string): string {
  if (isBlank(text)) return text;
  const servers = objectOf(text, readJson(text), key);
  const member = servers && memberOf(text, servers, name);
  return member ? remove(text, servers, member) : text;
}

/** An empty object below the comments that there are. */
function withObject(text: string): string {
  const eol = text.includes("\r\n") ? "\r\n" : "\n";
  const comments = text.trim() === "" ? "" : /[\r\n]$/.test(text) ? text : text + eol;
  return `${comments}{}${eol}`;
}

type Value = string | readonly string[] | { readonly [name: string]: Value };

function insert(text: string, object: Place, name: string, value: Value): string {
  const layout = layoutOf(text);
  const close = object.end - 1;
  const at = close - trailingSpace(text.slice(object.start + 1, close)).length;
  const isMultiline = /[\r\n]/.test(text.slice(object.start, object.end));
  const last = object.members!.at(-1);
  if (last) {
    const comma = commaAfter(text, last.end);
    const indent = ownIndents(text, object)[0] ?? indentAt(text, object.start) + layout.unit;
    const property = isMultiline
      ? layout.eol + indent + member(name, value, { ...layout, indent })
      : `${/^\{\s/.test(text.slice(object.start)) || /[,:] /.test(text) ? " " : ""}${compact(name, value)}`;
    const inserted = text.slice(0, at) + property + (comma === null ? "" : ",") + text.slice(at);
    return comma === null ? `${inserted.slice(0, last.end)},${inserted.slice(last.end)}` : inserted;
  }
  const isOneLine = !/[\r\n]/.test(text.trim()) && text.trim().length > 2;
  if (isOneLine) return text.slice(0, at) + compact(name, value) + text.slice(at);
  const outer = indentAt(text, object.start);
  const indent = outer + layout.unit;
  const property = layout.eol + indent + member(name, value, { ...layout, indent });
  return (
    text.slice(0, at) +
    property +
    (isMultiline ? text.slice(at, close) : layout.eol + outer) +
    text.slice(close)
  );
}

function replace(text: string, { start, end }: Place, value: Value): string {
  const isOneLine = !/[\r\n]/.test(text.trim());
  const layout = { ...layoutOf(text), indent: indentAt(text, start) };
  return text.slice(0, start) + (isOneLine ? JSON.stringify(value) : write(value, layout)) + text.slice(end);
}

/** With its comma; with its whole line where nothing else stands there. */
function remove(text: string, object: Place, { name, start, end }: Member): string {
  const members = object.members!;
  const before = members[members.findIndex((one) => one.name === name) - 1];
  const inner = text.slice(object.start + 1, start) + text.slice(end, object.end - 1);
  if (members.length === 1 && inner.trim() === "") {
    return `${text.slice(0, object.start + 1)}${text.slice(object.end - 1)}`;
  }
  const own = commaAfter(text, end);
  const line = lineStart(text, start);
  const prefix = text.slice(line, start);
  const startsLine = line > 0 && prefix.trim() === "";
  const lineEnd = text.startsWith("\r\n", line - 2) ? 2 : 1;
  const from = startsLine ? line - lineEnd : start - trailingSpace(prefix).length;
  if (own !== null) {
    // What stands between the entry and its comma, and behind it on its line, is a comment.
    const between = text.slice(end, own);
    const behind = text.slice(own + 1);
    const isLast = members.at(-1)!.end === end;
    if (!startsLine && !isLast) return text.slice(0, start) + between + behind.replace(/^[ \t]+/, "");
    const endsLine = !startsLine || /^[ \t]*(?:[\r\n}]|$)/.test(behind);
    return text.slice(0, endsLine ? from : start) + between + behind;
  }
  const without = text.slice(0, from) + text.slice(end);
  const comma = before ? commaAfter(text, before.end) : null;
  return comma === null ? without : without.slice(0, comma) + without.slice(comma + 1);
}

interface Layout {
  eol: string;
  /** One step of indentation. */
  unit: string;
}

function layoutOf(text: string): Layout {
  const root = readJson(text);
  return { eol: text.includes("\r\n") ? "\r\n" : "\n", unit: ownIndents(text, root)[0] || "  " };
}

/** The indentations of members that begin a line. */
function ownIndents(text: string, { members }: Place): string[] {
  return members!.flatMap(({ start }) => {
    const prefix = text.slice(lineStart(text, start), start);
    return prefix.trim() === "" && lineStart(text, start) > 0 ? [prefix] : [];
  });
}

/** The white space that begins the line of this place. */
function indentAt(text: string, offset: number): string {
  return /^[ \t]*/.exec(text.slice(lineStart(text, offset), offset))![0];
}

function lineStart(text: string, offset: number): number {
  return Math.max(text.lastIndexOf("\n", offset - 1), text.lastIndexOf("\r", offset - 1)) + 1;
}

function trailingSpace(text: string): string {
  return text.slice(text.trimEnd().length);
}

function compact(name: string, value: Value): string {
  return `${JSON.stringify(name)}:${JSON.stringify(value)}`;
}

function member(name: string, value: Value, layout: Layout & { indent: string }): string {
  return `${JSON.stringify(name)}: ${write(value, layout)}`;
}

/** Lists on one line, as hosts' own documents have them. */
function write(value: Value, layout: Layout & { indent: string }): string {
  if (typeof value === "string") return JSON.stringify(value);
  if (Array.isArray(value)) return `[${value.map((one) => JSON.stringify(one)).join(", ")}]`;
  const inner = { ...layout, indent: layout.indent + layout.unit };
  const lines = Object.entries(value).map(([name, one]) => inner.indent + member(name, one, inner));
  return `{${layout.eol}${lines.join(`,${layout.eol}`)}${layout.eol}${layout.indent}}`;
}
