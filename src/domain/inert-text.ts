/** Text of the project's files as it goes to GitHub, where a word can close an issue and a sign can call people. */
import { sanitizeText } from "./github-text.ts";

/**
 * On one line, and without any reference or mention: `#99` becomes `# 99`, `@team` becomes `@ team`. A space that
 * everybody sees, since no escape holds everywhere: entities are decoded before references are looked for, and code spans
 * mean nothing in a merge commit that repeats title and description.
 */
export function withoutReferences(text: string): string {
  return (
    sanitizeText(text, text.length)
      .replace(/#(?=\d)/g, "# ")
      .replace(/(?<![a-z\d])GH-(?=\d)/gi, "$& ")
      .replace(/(https?:\/\/(?:[^\s/]+\/){3}(?:issues|pull|discussions)\/)(?=\d)/gi, "$1 ")
      // Behind `_` too, which may be emphasis.
      .replace(/(?<![a-z\d])@(?=[a-z\d])/gi, "@ ")
  );
}

/** Code spans, addresses, and signs that begin something: an `&` only where a word and `;` follow. */
const NOT_PLAIN =
  /`[^`]+`|(?:https?:\/\/|www\.)[a-z\d](?:[^\s<`&]|&(?!#?\w{1,40};))*|[\\`<[]|&(?=#?\w{1,40};)/gi;

/**
 * The same as Markdown that stands inside a line: code spans stay, and nothing else can open HTML, a link with words of its
 * own, an image or an entity, or a code block that would swallow what follows. GitHub links an address that is written out
 * and reads no escapes in it.
 */
export function asInlineMarkdown(text: string): string {
  return withoutReferences(text).replace(NOT_PLAIN, (found) => {
    if (found.length === 1) return `\\${found}`;
    return found.startsWith("`") ? found : found.replace(/[[\]\\]/g, encodeURIComponent);
  });
}
