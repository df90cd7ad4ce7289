/** The few things that are asked of git. The only file that imports simple-git, and only when git is needed. */
import { existsSync } from "node:fs";
import path from "node:path";

const TIMEOUT_MS = 5_000;

/**
 * True when git ignores the path. Runs nothing of the repository's own: no hook, no monitor, no alias.
 * False outside a repository, and where git cannot be asked.
 */
export async function isIgnoredByGit(root: string, relative: string): Promise<boolean> {
  if (!isInRepository(root)) return false;
  const { simpleGit } = await import("simple-git");
  try {
    const git = simpleGit({
      baseDir: root,
      config: ["core.fsmonitor=false"],
      // Asked for even to switch the monitor off.
      unsafe: { allowUnsafeFsMonitor: true },
      allowEnvironment: Object.keys(minimalEnvironment()),
      timeout: { block: TIMEOUT_MS },
    });
    return (await git.env(minimalEnvironment()).checkIgnore([relative])).length > 0;
  } catch {
    return false;
  }
}

/** Looked up in the file system: without a repository no process is started. */
function isInRepository(root: string): boolean {
  for (let directory = root; ; directory = path.dirname(directory)) {
    if (existsSync(path.join(directory, ".git"))) return true;
    if (path.dirname(directory) === directory) return false;
  }
}

/** Without tokens, and without a terminal to ask at. */
function minimalEnvironment(): Record<string, string> {
  const { PATH = "", HOME = "" } = process.env;
  return { PATH, HOME, GIT_TERMINAL_PROMPT: "0", GIT_OPTIONAL_LOCKS: "0" };
}
