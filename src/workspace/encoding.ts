/** Bytes of planning files: UTF-8, else Windows-1252, which some editors on Windows write. */
import { isUtf8 } from "node:buffer";

/** Windows-1252 from 0x80 to 0x9F; elsewhere it is Latin-1. Undefined bytes keep their value. */
const WINDOWS_1252 = "€\x81‚ƒ„…†‡ˆ‰Š‹Œ\x8dŽ\x8f\x90‘’“”•–—˜™š›œ\x9džŸ";

/** `isCut`: the bytes are the beginning of a longer file and may end inside a character. */
export function decodeBytes(bytes: Buffer, isCut = false): { text: string; isLegacy: boolean } {
  if (isUtf8(bytes)) return { text: bytes.toString("utf8"), isLegacy: false };
  // At most three bytes of a character are there.
  for (let drop = 1; isCut && drop <= 3; drop++) {
    const shorter = bytes.subarray(0, bytes.length - drop);
    if (isUtf8(shorter)) return { text: shorter.toString("utf8"), isLegacy: false };
  }
  // By hand, since Node 20's TextDecoder reads `windows-1252` as Latin-1 (nodejs/node#56542).
  const text = bytes
    .toString("latin1")
    .replace(/[\x80-\x9f]/g, (char) => WINDOWS_1252[char.charCodeAt(0) - 0x80]!);
  return { text, isLegacy: true };
}

/** The inverse for legacy files; null when a character is not in Windows-1252. */
export function encodeWindows1252(text: string): Buffer | null {
  const bytes = Buffer.alloc(text.length);
  for (let index = 0; index < text.length; index++) {
    const code = text.charCodeAt(index);
    const special = WINDOWS_1252.indexOf(text[index]!);
    if (special >= 0) bytes[index] = 0x80 + special;
    else if (code < 0x80 || (code >= 0xa0 && code <= 0xff)) bytes[index] = code;
    else return null;
  }
  return bytes;
}
