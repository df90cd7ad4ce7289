/** What a phase lacks before it may be completed. */
import type { VerificationStatus } from "./report-status.ts";

export const MISSING_CODES = [
  "NO_PLANS",
  "MISSING_SUMMARY",
  "MISSING_VERIFICATION",
  "VERIFICATION_NOT_PASSED",
  "HUMAN_NEEDED",
] as const;

export interface Missing {
  code: (typeof MISSING_CODES)[number];
  message: string;
  /** Id of the plan it is about. */
  plan?: string;
}

export interface CompletionCandidate {
  plans: readonly { id: string; done: boolean; gapClosure: boolean; summary: string | null }[];
  /** The main verification's, or null without one. */
  verification: VerificationStatus | null;
  usesVerifier: boolean;
  /** A person has confirmed what the verification asks for. */
  acceptsHuman: boolean;
}

/** Empty when the phase may be completed. */
export function whatLacks({
  plans,
  verification,
  usesVerifier,
  acceptsHuman,
}: CompletionCandidate): Missing[] {
  if (plans.length === 0) return [{ code: "NO_PLANS", message: "the phase has no plans" }];
  const missing = plans.flatMap(({ id, done, summary }): Missing[] => {
    if (done) return [];
    const why = summary === null ? "has no summary" : `has a summary that does not count (${summary})`;
    return [{ code: "MISSING_SUMMARY", message: `plan ${id} ${why}`, plan: id }];
  });
  if (!usesVerifier || plans.every(({ gapClosure }) => gapClosure)) return missing;
  if (verification === null) {
    missing.push({ code: "MISSING_VERIFICATION", message: "the phase has no verification" });
  } else if (verification === "human_needed") {
    if (!acceptsHuman) {
      missing.push({
        code: "HUMAN_NEEDED",
        message: "the verification waits for a person; accept_human says that one agreed",
      });
    }
  } else if (verification !== "passed") {
    missing.push({ code: "VERIFICATION_NOT_PASSED", message: `the verification says ${verification}` });
  }
  return missing;
}
