/** Milestone versions as texts write them: `v1.2` and `v1.2.0`. */

const NUMBERS = "\\d{1,6}\\.\\d{1,6}(?:\\.\\d{1,6})?(?!\\.?\\d)";
const ANYWHERE = new RegExp(`(?<![\\p{L}\\p{N}_.])[vV](${NUMBERS})`, "gu");
const LEADING = new RegExp(`^[vV](${NUMBERS})(?!\\p{L})`, "u");
const LEADING_BARE = new RegExp(`^[vV]?(${NUMBERS})(?!\\p{L})`, "u");

export interface FoundVersion {
  /** Without `v`, as written. */
  version: string;
  /** Offsets of the whole match in the text. */
  start: number;
  end: number;
}

/** Every `vX.Y[.Z]` of a text, in order. `v1` alone and the tail of `rev1.2` are not versions. */
export function findVersions(text: string): FoundVersion[] {
  const found: FoundVersion[] = [];
  for (const match of text.matchAll(ANYWHERE)) {
    found.push({ version: match[1]!, start: match.index, end: match.index + match[0].length });
  }
  return found;
}

/** The version that a text begins with; `bare` also accepts one without `v`, where only a version can stand. */
export function leadingVersion(text: string, bare = false): FoundVersion | null {
  const match = (bare ? LEADING_BARE : LEADING).exec(text);
  return match && { version: match[1]!, start: 0, end: match[0].length };
}

/** Equal for versions that mean the same: `1.2`, `1.2.0` and `01.2`. */
export function versionKey(version: string): string {
  const parts = version.split(".").map(Number);
  if (parts.length === 3 && parts[2] === 0) parts.pop();
  return parts.join(".");
}
