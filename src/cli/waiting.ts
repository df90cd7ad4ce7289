/** Why a plan of a grouped phase waits, in the words of the answer. */
import { FileClaims, parseFileScope } from "../domain/file-scope.ts";
import type { Problem, WavePlanAnswer, WavesAnswer } from "./answers.ts";

/** Two plans of one wave that write a file in common. */
export interface Conflict {
  /** The plan that runs in an earlier batch. */
  first: string;
  second: string;
  /** As the second one declares them; empty when only their tasks name them. */
  files: string[];
}

/** Where each plan stands. */
export interface Place {
  wave: number;
  /** From 0. */
  batch: number;
}

export function placesOf({ waves }: WavesAnswer): Map<string, Place> {
  return new Map(
    waves.flatMap(({ wave, batches }) =>
      batches.flatMap((ids, batch) => ids.map((id) => [id, { wave, batch }] as const)),
    ),
  );
}

export function plansOf({ waves }: WavesAnswer): Map<string, WavePlanAnswer> {
  return new Map(waves.flatMap(({ plans }) => plans.map((plan) => [plan.id, plan] as const)));
}

/** Plans that are started now, together: of the first batch, what is ready. */
export function startable({ waves, ready }: WavesAnswer): string[] {
  return (waves[0]?.batches[0] ?? []).filter((id) => ready.includes(id));
}

/** Why there is nothing in the picture. */
export function emptiness({ skipped }: WavesAnswer): string {
  return skipped.length > 0 ? "No plan that closes gaps is to do." : "Every plan is done.";
}

/** Ids of unfinished plans of the answer that a plan waits for. */
export function dependenciesOf(
  plan: WavePlanAnswer | undefined,
  places: ReadonlyMap<string, Place>,
): string[] {
  return (plan?.depends_on ?? []).filter((id) => places.has(id) && id !== plan?.id);
}

const BLOCKING = new Set([
  "UNKNOWN_DEPENDENCY",
  "EXTERNAL_DEPENDENCY",
  "SKIPPED_DEPENDENCY",
  "INVALID_FRONTMATTER",
]);

/** What keeps a plan from being ready beside plans of the answer: the diagnostics about its dependencies. */
export function obstaclesOf(id: string, { diagnostics }: WavesAnswer): Problem[] {
  return diagnostics.filter(
    ({ code, severity, plans }) => BLOCKING.has(code) && severity !== "info" && plans?.[0] === id,
  );
}

/**
 * For each plan of a later batch, the plans that it waits for: those that share files with it in the last batch that has
 * any. What else it shares files with is done before.
 */
export function conflictsOf(answer: WavesAnswer): Conflict[] {
  const plans = plansOf(answer);
  const reported = answer.diagnostics.filter(({ code }) => code === "FILE_CONFLICT");
  return answer.waves.flatMap(({ batches }) =>
    batches.flatMap((ids, index) => {
      const conflicts = (first: string, second: string): Conflict[] => {
        const files = sharedFiles(plans.get(second), plans.get(first));
        const isReported = reported.some((one) => one.plans?.includes(first) && one.plans.includes(second));
        return files.length > 0 || isReported ? [{ first, second, files }] : [];
      };
      return ids.flatMap((second) => {
        for (const before of batches.slice(0, index).reverse()) {
          const found = before.flatMap((first) => conflicts(first, second));
          if (found.length > 0) return found;
        }
        return [];
      });
    }),
  );
}

/** For each plan, the entries of its files that another plan of its wave writes too. */
export function contested({ waves }: WavesAnswer): Map<string, ReadonlySet<string>> {
  return new Map(
    waves.flatMap(({ plans }) => {
      const claims = new FileClaims<string>();
      for (const { id, files_modified: files } of plans) {
        for (const scope of files.map((file) => parseFileScope(file))) if (scope) claims.claim(scope, id);
      }
      return plans.map(({ id, files_modified: files }) => {
        const shared = files.filter((file) => {
          const scope = parseFileScope(file);
          return scope && claims.overlapping(scope).some((ids) => ids.size > 1 || !ids.has(id));
        });
        return [id, new Set(shared)] as const;
      });
    }),
  );
}

function sharedFiles(plan: WavePlanAnswer | undefined, other: WavePlanAnswer | undefined): string[] {
  const claims = new FileClaims<true>();
  for (const file of other?.files_modified ?? []) {
    const scope = parseFileScope(file);
    if (scope) claims.claim(scope, true);
  }
  return (plan?.files_modified ?? []).filter((file) => {
    const scope = parseFileScope(file);
    return scope !== null && claims.isTaken(scope);
  });
}
