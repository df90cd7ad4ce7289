/** What makes a gap the same gap on every run and machine. */
import { parsePhaseDirectory } from "./phase.ts";
import type { ReportSource } from "./report-files.ts";

const MAX_COMPARED = 2_000;
const ASCII = /^[ -~]*$/;

/** A title as it is compared: case, markup, punctuation, spacing and a leading `Gap 2:` do not count. */
export function normalizeTitle(title: string): string {
  const compared = title.length > MAX_COMPARED ? title.slice(0, MAX_COMPARED) : title;
  const words = (
    ASCII.test(compared)
      ? compared.toLowerCase().replace(/[^a-z0-9]+/g, " ")
      : compared
          .normalize("NFKC")
          .toLowerCase()
          .replace(/[^\p{L}\p{M}\p{N}]+/gu, " ")
  ).trim();
  const unnumbered = words.startsWith("gap ") ? words.replace(/^gap(?: \d+)? (?=\S)/, "") : words;
  return unnumbered === "" ? compared.trim() : unnumbered;
}

/** Where a gap stands. */
export interface GapPlace {
  /** Padded id; null for an audit. */
  phase: string | null;
  /** Path of the report. */
  path: string;
  /** Of an audit's milestone, without `v` and trailing `.0`: `1.2`; "" or absent where it is not known. */
  version?: string;
}

/**
 * The key of a gap with this normalized title in a report of this source. It holds what stays when a phase
 * changes state or a report is added: the phase directory's name, not its place and not the file's name; of an
 * audit the milestone. A gap that shares its title with others of the report has what it is about in `content`;
 * `ordinal`, from 1, tells apart those that share that too.
 */
export function gapKey(
  source: ReportSource,
  at: GapPlace,
  normalizedTitle: string,
  ordinal: number,
  content = "",
): string {
  const place = source === "audit" ? (at.version ?? "") : placeOf(at);
  const parts = [source, place, normalizedTitle, ordinal, ...(content === "" ? [] : [content])];
  return `gap-${hash(JSON.stringify(parts))}`;
}

function placeOf({ phase, path }: GapPlace): string {
  const directory = path.split("/").at(-2) ?? "";
  return parsePhaseDirectory(directory) ? directory : (phase ?? "");
}

/** Keys in running text, to be used with `matchAll` or `match`. */
export const GAP_KEY = /\bgap-[0-9a-f]{12}\b/g;

/** The low 48 bits of cyrb53, as 12 hexadecimal digits. */
function hash(text: string): string {
  let high = 0xdeadbeef;
  let low = 0x41c6ce57;
  for (let index = 0; index < text.length; index++) {
    const unit = text.charCodeAt(index);
    high = Math.imul(high ^ unit, 2654435761);
    low = Math.imul(low ^ unit, 1597334677);
  }
  high = Math.imul(high ^ (high >>> 16), 2246822507) ^ Math.imul(low ^ (low >>> 13), 3266489909);
  low = Math.imul(low ^ (low >>> 16), 2246822507) ^ Math.imul(high ^ (high >>> 13), 3266489909);
  return (high & 0xffff).toString(16).padStart(4, "0") + (low >>> 0).toString(16).padStart(8, "0");
}
