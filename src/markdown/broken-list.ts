/** Lists in front matter that are no valid YAML, read item by item. */
import { type Frontmatter, isKeyLine, keyLine } from "./frontmatter.ts";

/** The items of a key's list as far as its lines and commas tell, without quotes around them. */
export function salvageList(frontmatter: Frontmatter, key: string): string[] {
  const line = keyLine(frontmatter, key);
  if (line === undefined) return [];
  const { lines } = frontmatter;
  const start = line - 2;
  const beside = lines[start]!.slice(lines[start]!.indexOf(":") + 1).trim();
  const below: string[] = [];
  for (let index = start + 1; index < lines.length && !isKeyLine(lines[index]!); index++) {
    below.push(lines[index]!.trim());
  }
  const items = beside.startsWith("[")
    ? splitFlow([beside, ...below].map(withoutComment).join(" "))
    : [beside, ...below.flatMap((text) => (/^-(?:[ \t]|$)/.test(text) ? [text.slice(1)] : []))];
  return items.map((item) => withoutComment(unquote(item))).filter((item) => item !== "");
}

/** `[src/[id]/a.ts, b]`: brackets inside belong to the items; where they do not pair, every comma divides. */
function splitFlow(text: string): string[] {
  const items: string[] = [];
  let depth = 0;
  let from = 1;
  for (let at = 1; at < text.length; at++) {
    const char = text[at]!;
    if (char === "[" || char === "{") depth++;
    else if (char === "," && depth === 0) {
      items.push(text.slice(from, at));
      from = at + 1;
    } else if (char === "]" || char === "}") {
      if (depth === 0 && !text.endsWith("]")) return [...items, text.slice(from, at)];
      depth--;
    }
  }
  if (depth === 0 && !text.endsWith("]")) return [...items, text.slice(from)];
  return text
    .slice(1)
    .split(",")
    .map((item) => (item.endsWith("]") ? item.slice(0, -1) : item));
}

function withoutComment(text: string): string {
  const at = text.search(/(?:^|\s)#/);
  return (at < 0 ? text : text.slice(0, at)).trim();
}

/** Without the quotes at its beginning: `"a" (new)` is `a (new)`. */
function unquote(item: string): string {
  const text = item.trim();
  const quote = text[0];
  if (quote !== '"' && quote !== "'") return text;
  const end = text.indexOf(quote, 1);
  return end < 0 ? text.slice(1) : text.slice(1, end) + text.slice(end + 1);
}
