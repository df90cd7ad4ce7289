/** What a crash left, and failures of the file system in words. */
import fs from "node:fs";
import type { Diagnostic } from "../domain/diagnostic.ts";
import { PlanningError } from "../errors.ts";
import { hasJournal, recover } from "./journal.ts";
import { acquireLock, isAbandoned, WORK_DIRECTORY } from "./lock.ts";

/**
 * Before a project is read: what a crash cut off is finished. Another process that is just writing is waited for;
 * a writer of this process never shows a journal between two turns of the event loop.
 */
export async function settle(root: string): Promise<Diagnostic[]> {
  if (!fs.existsSync(`${root}/${WORK_DIRECTORY}`)) return [];
  if (!hasJournal(root) && !isAbandoned(root)) return [];
  try {
    const lock = await acquireLock(root);
    try {
      recover(root);
    } finally {
      lock.release();
    }
    return [];
  } catch (error) {
    const reason = clearly(error);
    return [
      {
        code: "UNFINISHED_CHANGE",
        severity: "error",
        message:
          reason instanceof PlanningError
            ? `${reason.message}; ${reason.details.hint ?? ""}`
            : "it cannot be finished",
        path: WORK_DIRECTORY,
      },
    ];
  }
}

/** The system's refusals as WRITE_FAILED, by their kind; everything else as it is. */
export function clearly(error: unknown): unknown {
  const { code, syscall } = error as NodeJS.ErrnoException;
  if (error instanceof PlanningError || typeof code !== "string" || typeof syscall !== "string") return error;
  return new PlanningError("WRITE_FAILED", `writing failed (${code} in ${syscall}); nothing was changed`, {
    hint: "check the permissions of .planning/ and the free space",
    cause: error,
  });
}
