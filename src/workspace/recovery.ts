/** What a crash left, and failures of the file system in words. */
import fs from "node:fs";
import type { Diagnostic } from "../domain/diagnostic.ts";
import { PlanningError } from "../errors.ts";
import { recover } from "./apply.ts";
import { hasJournal } from "./journal.ts";
import { acquireLock, isLocked } from "./lock.ts";
import { WORK_DIRECTORY } from "./work-directory.ts";

/** A change takes a fraction of this; whoever reads waits no longer. */
const READ_WAIT_MS = 500;

/**
 * Before a project is read: what a crash cut off is finished. Another process that is just writing is waited for,
 * but not its commit; a writer of this process never shows a journal between two turns of the event loop.
 */
export async function settle(root: string): Promise<Diagnostic[]> {
  if (!fs.lstatSync(`${root}/${WORK_DIRECTORY}`, { throwIfNoEntry: false })) return [];
  try {
    if (isLocked(root)) {
      await gone(root);
      return [];
    }
    const lock = await acquireLock(root, { waitMs: READ_WAIT_MS });
    try {
      return recover(root).map(leftAlone);
    } finally {
      lock.release();
    }
  } catch (error) {
    return [unfinished(clearly(error))];
  }
}

function leftAlone(path: string): Diagnostic {
  return {
    code: "UNFINISHED_CHANGE",
    severity: "warning",
    message: "a change that failed was taken back, but not here: another program has edited this meanwhile",
    path,
  };
}

function unfinished(reason: unknown): Diagnostic {
  const isOurs = reason instanceof PlanningError;
  return {
    code: "UNFINISHED_CHANGE",
    severity: "error",
    message: isOurs ? [reason.message, reason.details.hint ?? ""].join(" ").trim() : "it cannot be finished",
    path: (isOurs && reason.details.path) || WORK_DIRECTORY,
  };
}

/** The system's refusals as WRITE_FAILED, by their kind; everything else as it is. */
export function clearly(error: unknown): unknown {
  const { code, syscall } = error as NodeJS.ErrnoException;
  if (error instanceof PlanningError || typeof code !== "string" || typeof syscall !== "string") return error;
  return new PlanningError("WRITE_FAILED", `Writing failed (${code} in ${syscall}); nothing was changed.`, {
    hint: "Check the permissions of .planning/ and the free space.",
    cause: error,
  });
}

/** Until a living writer has taken its steps. */
async function gone(root: string): Promise<void> {
  for (const until = Date.now() + READ_WAIT_MS; hasJournal(root) && Date.now() < until; ) {
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
}
