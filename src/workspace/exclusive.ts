/** One writer at a time, which finds a project that no crash has left half changed. */
import { acquireLock, type Lock } from "./lock.ts";
import { notingGroups } from "./program-group.ts";
import { clearly, endCutOff } from "./recovery.ts";

/**
 * Runs `run` as the only writer of the project, a commit with its hooks included: hooks stash and restore the work
 * tree, and what another process changed meanwhile would be lost. That holds when this process dies before them.
 */
export async function asOnlyWriter<Result>(
  root: string,
  options: { signal?: AbortSignal },
  run: (lock: Lock) => Promise<Result>,
): Promise<Result> {
  const lock = await failingClearly(() => acquireLock(root, options));
  try {
    await failingClearly(() => endCutOff(root));
    return await notingGroups(
      (group) => lock.note(group),
      () => run(lock),
    );
  } finally {
    lock.release();
  }
}

/** The system's refusals in words. */
export async function failingClearly<Result>(run: () => Promise<Result>): Promise<Result> {
  try {
    return await run();
  } catch (error) {
    throw clearly(error);
  }
}
