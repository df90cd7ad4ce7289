/** Changing a project: decided inside the lock from what is read there, then done all or nothing. */
import fs from "node:fs";
import { PlanningError } from "../errors.ts";
import type { Change, ChangeSet } from "./change-set.ts";
import { applySteps, recover } from "./journal.ts";
import { acquireLock } from "./lock.ts";
import { clearly } from "./recovery.ts";
import type { Workspace } from "./workspace.ts";

/** How often a change is decided anew when other programs edit its files meanwhile. */
const TRIES = 5;

/** What follows a change while the lock is still held, such as its commit; a dry run tells what would. */
export type Conclusion<Answer, Concluded> = (
  answer: Answer,
  done: { changes: Change[]; isDryRun: boolean },
) => Promise<Concluded>;

/**
 * Decides a change and does it. `decide` reads the workspace it is given, collects edits, and returns the answer; it
 * is called again when what it read has changed. A dry run stops before anything is written, the lock included.
 */
export async function transact<Answer extends object, Concluded extends object = Answer>(
  workspace: Workspace,
  { dryRun, signal }: { dryRun: boolean; signal?: AbortSignal },
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
  const lock = await failingClearly(() => acquireLock(root, signal));
  try {
    recover(root);
    const { answer, changes } = change(workspace, () => new ChangeSet(root), decide);
    return { ...(await conclude(answer, { changes, isDryRun: false })), changes };
  } catch (error) {
    throw clearly(error);
  } finally {
    lock.release();
  }
}

/** Decides and applies, anew while other programs get in between; the caller holds the lock. */
function change<Answer>(
  workspace: Workspace,
  begin: () => ChangeSet,
  decide: (workspace: Workspace, changes: ChangeSet) => Answer,
): { answer: Answer; changes: Change[] } {
  const { root } = workspace;
  for (let attempt = 0; attempt < TRIES; attempt++) {
    const changes = begin();
    const answer = decide(workspace.afresh(), changes);
    const steps = changes.steps();
    if (steps.length === 0) return { answer, changes: [] };
    const shown = changes.changes();
    requirePermission(
      root,
      steps.flatMap((step) => (step.kind === "move" ? [step.path, step.to] : [step.path])),
    );
    if (applySteps(root, steps)) return { answer, changes: shown };
  }
  throw new PlanningError(
    "WRITE_CONFLICT",
    `the files were edited by another program ${TRIES} times meanwhile`,
    {
      hint: "call again when nothing else edits .planning/",
    },
  );
}

async function failingClearly<Result>(run: () => Promise<Result>): Promise<Result> {
  try {
    return await run();
  } catch (error) {
    throw clearly(error);
  }
}

/** Asked before the journal is written, so that a missing permission costs nothing. */
function requirePermission(root: string, paths: readonly string[]): void {
  for (const path of paths) {
    let directory = path;
    do directory = directory.slice(0, Math.max(0, directory.lastIndexOf("/")));
    while (directory !== "" && !fs.existsSync(`${root}/${directory}`));
    fs.accessSync(`${root}/${directory}`, fs.constants.W_OK);
  }
}
