/** The documents of a phase beside plans and reports. */
import { compareText } from "./diagnostic.ts";

/**
 * The file of a kind: `03-CONTEXT.md`, `CONTEXT.md`, or with other words before the kind. The shortest name is the
 * phase's own: `03-CONTEXT.md` goes before `03-02-CONTEXT.md`. Null without one.
 */
export function findArtifact(fileNames: readonly string[], kind: "CONTEXT" | "RESEARCH"): string | null {
  const found = fileNames.filter((name) => name === `${kind}.md` || name.endsWith(`-${kind}.md`));
  return found.sort((a, b) => a.length - b.length || compareText(a, b))[0] ?? null;
}
