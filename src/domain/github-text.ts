/** Text from GitHub, as results show it. Anybody may have written it. */
import { shorten } from "./naming.ts";

/** Text on one line without what cannot be seen: control, direction, tag and filler characters. At most `max` characters. */
export function sanitizeText(text: string, max: number): string {
  const seen = text
    // What is cut here is long past the end of what is shown.
    .slice(0, 8 * max)
    .replace(/[\p{Cf}\p{Cs}\p{Default_Ignorable_Code_Point}\p{Noncharacter_Code_Point}]/gu, "")
    .replace(/[\p{Cc}\p{Z}]+/gu, " ");
  return shorten(seen.trim(), max);
}
