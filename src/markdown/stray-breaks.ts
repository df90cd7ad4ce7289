/**
 * Line breaks that end no line in a Markdown file, as spaces: a lone CR in the middle of a line, which real files
 * have, and U+2028 and U+2029. For reading only; line numbers stay as they are.
 */
export function joinStrayBreaks(text: string): string {
  return text.replace(/\r(?!\n)|[\u2028\u2029]/g, " ");
}
