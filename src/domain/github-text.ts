/** Text that anybody may have written, from GitHub and for it, as results and lists show it. */
import { shorten } from "./naming.ts";

const UNSEEN =
  /(?!\u200c|\u200d|\ufe0f)[\p{Cf}\p{Cs}\p{Default_Ignorable_Code_Point}\p{Noncharacter_Code_Point}]/gu;
/** What joiners belong to; nothing of ASCII, where they could only hide something. */
const JOINED = "(?![\\p{ASCII}\\ufe0f])[\\p{L}\\p{M}\\p{S}]";
/** Joiners, with those that emoji, keycaps, Persian and Indic words are made with as their first group. */
const JOINERS = new RegExp(
  `((?<=${JOINED})(?:\\ufe0f?(?:\\u200c|\\u200d)(?=${JOINED})|\\ufe0f)|(?<=[\\d#*])\\ufe0f(?=\\u20e3))|\\u200c|\\u200d|\\ufe0f`,
  "gu",
);

/** Text on one line without what cannot be seen: control, direction, tag and filler characters. At most `max` characters. */
export function sanitizeText(text: string, max: number): string {
  const seen = text
    // What is cut here is long past the end of what is shown.
    .slice(0, 8 * max)
    .replace(UNSEEN, "")
    .replace(JOINERS, "$1")
    .replace(/[\p{Cc}\p{Z}]+/gu, " ");
  // A cut may leave a joiner behind.
  return shorten(seen.trim(), max).replace(JOINERS, "$1");
}
