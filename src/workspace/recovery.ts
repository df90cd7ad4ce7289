/** What a crash left, and failures of the file system in words. */
import fs from "node:fs";
import type { Diagnostic } from "../domain/diagnostic.ts";
import { PlanningError } from "../errors.ts";
import { recover } from "./apply.ts";
import { isKnownToGit } from "./git.ts";
import { hasJournal, MOVE_AWAY } from "./journal.ts";
import { acquireLock, isLocked } from "./lock.ts";
import { codeOf } from "./planning-tree.ts";
import { PLANNING, WORK_DIRECTORY } from "./work-directory.ts";

/** A change takes a fraction of this; whoever reads waits no longer. */
const READ_WAIT_MS = 500;

const WORK_NAME = WORK_DIRECTORY.slice(PLANNING.length + 1);

/**
 * Before a project is read: what a crash cut off is finished. Another process that is just writing is waited for,
 * but not its commit; a writer of this process never shows a journal between two turns of the event loop.
 */
export async function settle(root: string): Promise<Diagnostic[]> {
  if (!hasWorkDirectory(root)) return [];
  try {
    if (isLocked(root)) {
      await gone(root);
      return [];
    }
    const lock = await acquireLock(root, { waitMs: READ_WAIT_MS });
    try {
      return (await endCutOff(root)).map(leftAlone);
    } finally {
      lock.release();
    }
  } catch (error) {
    // Others came first, who end what there is to end; they are as good as found above.
    if (!(error instanceof PlanningError && error.code === "PROJECT_LOCKED"))
      return [unfinished(clearly(error))];
    await gone(root);
    return [];
  }
}

/** Where even that may not be seen, nothing can be read. Throws NO_PLANNING_DIR. */
function hasWorkDirectory(root: string): boolean {
  try {
    return fs.lstatSync(`${root}/${WORK_DIRECTORY}`, { throwIfNoEntry: false }) !== undefined;
  } catch (error) {
    const code = codeOf(error);
    if (code !== "EACCES" && code !== "EPERM") throw error;
    throw new PlanningError("NO_PLANNING_DIR", `${PLANNING}/ is there, but may not be read (${code}).`, {
      path: PLANNING,
      hint: "Change its permissions, or call as a user who may read it.",
      cause: error,
    });
  }
}

/**
 * Ends what a crash cut off, if anything; the caller holds the lock. Gives the files that another program has edited since.
 * What git has comes from the repository and not from a crash, since git never sees what this program writes there.
 */
export async function endCutOff(root: string): Promise<string[]> {
  if (hasJournal(root) && (await isKnownToGit(`${root}/${PLANNING}`, WORK_NAME))) {
    throw new PlanningError(
      "RECOVERY_CONFLICT",
      "A journal is there, but no crash has left it: git has it.",
      {
        path: WORK_DIRECTORY,
        hint: `Nothing was done with it. ${MOVE_AWAY}, commit that, and call again.`,
      },
    );
  }
  return recover(root);
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
