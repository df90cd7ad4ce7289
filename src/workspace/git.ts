/** How git is asked. The only file that imports simple-git, and only when git is needed. */
import { existsSync } from "node:fs";
import path from "node:path";

const TIMEOUT_MS = 10_000;

export interface GitAnswer {
  /** Git's exit code; null when it could not be started or was stopped. */
  code: number | null;
  stdout: string;
  stderr: string;
  /** Why there is no exit code. */
  trouble: "git_missing" | "timed_out" | null;
}

export interface GitOptions {
  /** Written to standard input. Paths travel here: nothing in them can become an option, and they may be many. */
  input?: string;
  /** Without a sign of life for so long, git is stopped. */
  timeoutMs?: number;
  /** Variables beside those that git gets always. */
  environment?: Record<string, string>;
  /** Stops git, which then has no exit code. */
  signal?: AbortSignal;
}

/**
 * Runs git in a directory; never throws for what git answers. The repository's own file-system monitor never runs.
 * `args` are this program's own words; what comes from data is the tail of one that has a fixed beginning.
 */
export async function runGit(
  directory: string,
  args: readonly string[],
  options: GitOptions = {},
): Promise<GitAnswer> {
  if (options.signal?.aborted) return { code: null, stdout: "", stderr: "", trouble: "timed_out" };
  const { simpleGit } = await import("simple-git");
  const environment = { ...minimalEnvironment(), ...options.environment };
  let answer: GitAnswer | undefined;
  const git = simpleGit({
    baseDir: directory,
    config: ["core.fsmonitor=false"],
    // The monitor must be allowed in order to be switched off. Short options are forbidden through the environment,
    // which the user's hooks would inherit.
    unsafe: { allowUnsafeFsMonitor: true, allowAbbreviatedOptions: true },
    allowEnvironment: Object.keys(environment),
    timeout: { block: options.timeoutMs ?? TIMEOUT_MS },
    abort: options.signal,
    input: () => options.input,
    errors(error, { exitCode, stdOut, stdErr }) {
      const [stdout, stderr] = [
        Buffer.concat(stdOut).toString("utf8"),
        Buffer.concat(stdErr).toString("utf8"),
      ];
      // Negative codes are failures to start.
      const isStarted = exitCode !== null && exitCode >= 0;
      const trouble = isStarted ? null : exitCode === null ? "timed_out" : "git_missing";
      answer = { code: isStarted ? exitCode : null, stdout, stderr, trouble };
      return trouble === null ? undefined : error;
    },
  });
  try {
    await git.env(environment).raw([...args]);
  } catch (error) {
    if (answer?.trouble === undefined || answer.trouble === null) throw error;
  }
  return answer!;
}

/** Nothing is magic in it: no glob, no `:`, no leading `-`. */
export function pathspecs(paths: readonly string[]): string[] {
  return paths.map((one) => `:(literal)${one}`);
}

/** The same for a command that reads them from standard input, separated by NUL. */
export function pathspecInput(paths: readonly string[]): string {
  return pathspecs(paths)
    .map((one) => `${one}\0`)
    .join("");
}

/**
 * True when git ignores the path. Runs nothing of the repository's own: no hook, no monitor, no alias.
 * False outside a repository, and where git cannot be asked.
 */
export async function isIgnoredByGit(root: string, relative: string): Promise<boolean> {
  if (!isInRepository(root)) return false;
  // Told about every path, it always answers; simple-git waits for a command that says nothing.
  const args = ["check-ignore", "--verbose", "--non-matching", "-z", "--stdin"];
  const { code, stdout } = await runGit(root, args, { input: `${relative}\0` });
  const [source = "", , pattern = ""] = stdout.split("\0");
  return code === 0 && source !== "" && !pattern.startsWith("!");
}

/** Looked up in the file system: without a repository no process is started. */
export function isInRepository(root: string): boolean {
  for (let directory = root; ; directory = path.dirname(directory)) {
    if (existsSync(path.join(directory, ".git"))) return true;
    if (path.dirname(directory) === directory) return false;
  }
}

/** Without tokens, and without a terminal to ask at. Git's own words come untranslated, since there is no language. */
function minimalEnvironment(): Record<string, string> {
  const kept = ["PATH", "HOME", "XDG_CONFIG_HOME"].flatMap((name) => {
    const value = process.env[name];
    return value === undefined ? [] : [[name, value]];
  });
  return { ...Object.fromEntries(kept), GIT_TERMINAL_PROMPT: "0", GIT_OPTIONAL_LOCKS: "0" };
}
