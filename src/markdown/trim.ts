/** Trimming other characters than white space. `/[…]+$/` would be quadratic on hostile text; this is linear. */
export function trimEndOf(text: string, characters: string): string {
  let end = text.length;
  while (end > 0 && characters.includes(text[end - 1]!)) end--;
  return text.slice(0, end);
}
