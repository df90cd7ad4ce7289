/** How a server opens the project of a call; loaded with the first call. */
import { ReadCache } from "./files.ts";
import { settle } from "./recovery.ts";
import { findRoot } from "./roots.ts";
import { Workspace } from "./workspace.ts";

export interface OpenOptions {
  /** `--root` or WAVEWRIGHT_ROOT. */
  roots: readonly string[];
  /** Completes nothing that a crash cut off. */
  readOnly: boolean;
}

/** Finds the project, completes what a crash cut off, and reads it with what is remembered of earlier calls. */
export function createOpener({ roots, readOnly }: OpenOptions) {
  const cache = new ReadCache();
  return async (given: string | undefined, cwd: string): Promise<Workspace> => {
    const root = findRoot(given, { configured: roots, cwd });
    return new Workspace(root, cache, readOnly ? [] : await settle(root));
  };
}
