/** Changing a project: decided inside the lock from what is read there, then done all or nothing. */
import { PlanningError } from "../errors.ts";
import { applySteps } from "./apply.ts";
import type { Change, ChangeSet } from "./change-set.ts";
import { asOnlyWriter, failingClearly } from "./exclusive.ts";
import { hasJournal } from "./journal.ts";
import type { Lock } from "./lock.ts";
import { requirePermission } from "./permission.ts";
import { ReadRecord } from "./read-record.ts";
import { WORK_DIRECTORY } from "./work-directory.ts";
import type { Workspace } from "./workspace.ts";

/** How often a change is decided anew when other programs edit its files meanwhile. */
const TRIES = 8;
/** Before the second try; twice as long before each later one, so more than a second in all. */
const PAUSE_MS = 10;

/** What follows a change while the lock is still held, such as its commit; a dry run tells what would. */
export type Conclusion<Answer, Concluded> = (
  answer: Answer,
  done: { changes: Change[]; isDryRun: boolean },
) => Promise<Concluded>;

/** Notes what is going to follow a change that is about to be done; gives what takes the note back. */
export type Announcement<Answer> = (answer: Answer) => Promise<() => void>;

/**
 * Decides a change and does it. `decide` reads the workspace it is given, collects edits, and returns the answer; it
 * is called again when what it read has changed. A dry run stops before anything is written, the lock included.
 */
export async function transact<Answer extends object, Concluded extends object = Answer>(
  workspace: Workspace,
  {
    dryRun,
    signal,
    announce = async () => () => {},
  }: { dryRun: boolean; signal?: AbortSignal; announce?: Announcement<Answer> },
  decide: (workspace: Workspace, changes: ChangeSet) => Answer,
  conclude: Conclusion<Answer, Concluded> = async (answer) => answer as unknown as Concluded,
): Promise<Concluded & { changes: Change[] }> {
  const { root } = workspace;
  // Loaded by the first call that writes: most processes of a server only read.
  const { ChangeSet } = await import("./change-set.ts");
  if (dryRun) {
    const changes = new ChangeSet(root);
    const answer = decide(workspace, changes);
    const shown = changes.changes();
    return { ...(await conclude(answer, { changes: shown, isDryRun: true })), changes: shown };
  }
  return asOnlyWriter(root, { signal }, async (lock) => {
    const { answer, changes } = await failingClearly(() =>
      change(lock, () => attempt(workspace, lock, new ChangeSet(root), decide, announce)),
    );
    return { ...(await conclude(answer, { changes, isDryRun: false })), changes };
  });
}

/** A change that was done, or the path that is not any more what it was decided from; then nothing was done. */
type Attempt<Answer> = { answer: Answer; changes: Change[] } | { conflict: string };

/** Decides and applies, anew while other programs get in between; the caller holds the lock. */
async function change<Answer>(
  lock: Lock,
  attempt: () => Promise<Attempt<Answer>>,
): Promise<{ answer: Answer; changes: Change[] }> {
  for (let count = 1; ; count++) {
    const attempted = await attempt();
    if (!("conflict" in attempted)) return attempted;
    if (!lock.isHeld()) throw lockLost();
    if (count === TRIES) throw conflict(attempted.conflict);
    await new Promise((resolve) => setTimeout(resolve, PAUSE_MS * 2 ** (count - 1)));
  }
}

/** What an answer without changes, or a refusal, was decided from is looked at in the same way. */
async function attempt<Answer>(
  workspace: Workspace,
  lock: Lock,
  changes: ChangeSet,
  decide: (workspace: Workspace, changes: ChangeSet) => Answer,
  announce: Announcement<Answer>,
): Promise<Attempt<Answer>> {
  const { root } = workspace;
  const record = new ReadRecord();
  const changed = () => record.changed(root, changes.edited) ?? changes.changed();
  let answer: Answer;
  try {
    answer = decide(workspace.afresh(record), changes);
  } catch (error) {
    const conflict = changed();
    if (conflict === null) throw error;
    return { conflict };
  }
  const steps = changes.steps();
  const shown = changes.changes();
  if (steps.length === 0) {
    const conflict = changed();
    return conflict === null ? { answer, changes: shown } : { conflict };
  }
  requirePermission(root, steps);
  const withdraw = await announce(answer);
  let isDone = false;
  try {
    const conflict = applySteps(root, steps, () => (lock.isHeld() ? changed() : WORK_DIRECTORY));
    isDone = conflict === null;
    return conflict === null ? { answer, changes: shown } : { conflict };
  } finally {
    // With a journal left behind, the next process may still do the change.
    if (!isDone && !hasJournal(root)) withdraw();
  }
}

function conflict(path: string): PlanningError {
  return new PlanningError(
    "WRITE_CONFLICT",
    `Other programs changed what is read here ${TRIES} times meanwhile, the last time ${path}.`,
    { path, hint: "Nothing was changed. Call again when nothing else edits .planning/." },
  );
}

function lockLost(): PlanningError {
  return new PlanningError(
    "PROJECT_LOCKED",
    "Another process took the project over, since this one was stopped for too long.",
    { hint: "Nothing was changed. Call again." },
  );
}
