/** The subjects of planning commits, as the workflows' histories have them. */
import { slugify } from "./naming.ts";

export const COMMIT_KINDS = [
  "plans",
  "plan_complete",
  "activate",
  "phase_complete",
  "gap_phases",
  "corrections",
] as const;
export type CommitKind = (typeof COMMIT_KINDS)[number];

/** What a subject names. */
export interface SubjectParts {
  /** The phase's padded id. */
  id: string;
  slug: string;
  /** Of `plan_complete`: the plan part as written. */
  number?: string;
  /** Of `gap_phases`: the padded ids of the new phases. */
  ids?: readonly string[];
}

export function commitSubject(kind: CommitKind, { id, slug, number = "", ids = [id] }: SubjectParts): string {
  switch (kind) {
    case "plans":
      return `docs(${id}): plan ${named(slug)}phase`;
    case "plan_complete":
      return `docs(${id}-${number}): complete ${named(slug)}plan`;
    case "activate":
      return `docs(${id}): activate phase`;
    case "phase_complete":
      return `docs(${id}): complete ${named(slug)}phase`;
    case "gap_phases":
      return `docs(roadmap): add gap phases ${ids.join(", ")}`;
    case "corrections":
      return `fix(${id}): orchestrator corrections`;
  }
}

/** With a space behind it; nothing for a directory without a slug. Odd names of directories are made words. */
function named(slug: string): string {
  const words = /^[\w.-]+$/.test(slug) ? slug : slugify(slug);
  return words && `${words} `;
}
