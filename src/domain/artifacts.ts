/** The documents of a phase beside plans and reports. */
import { compareText } from "./diagnostic.ts";

/**
 * The files of a kind: `03-CONTEXT.md`, `CONTEXT.md`, or with other words before the kind. The shortest name is the
 * phase's own and goes first: `03-CONTEXT.md` before `03-02-CONTEXT.md`.
 */
export function findArtifacts(fileNames: readonly string[], kind: "CONTEXT" | "RESEARCH"): string[] {
  const found = fileNames.filter((name) => name === `${kind}.md` || name.endsWith(`-${kind}.md`));
  return found.sort((a, b) => a.length - b.length || compareText(a, b));
}

/** The phase's own file of a kind, or null without one. */
export function findArtifact(fileNames: readonly string[], kind: "CONTEXT" | "RESEARCH"): string | null {
  return findArtifacts(fileNames, kind)[0] ?? null;
}
