/** How git is asked. The only file that imports simple-git, and only when git is needed. */
import { existsSync } from "node:fs";
import path from "node:path";
import { boundedSignal } from "./bounded-signal.ts";
import { runInGroup } from "./program-group.ts";

const TIMEOUT_MS = 10_000;
const NO_MONITOR = "core.fsmonitor=false";

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
  /** After so long git is stopped, whatever it or a hook says meanwhile. */
  limitMs?: number;
  /** Variables beside those that git gets always. */
  environment?: Record<string, string>;
  /** Stops git, which then has no exit code. */
  signal?: AbortSignal;
  /** For what runs hooks: it is stopped with all that it started, and over when all of that is. */
  inGroup?: boolean;
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
  if (options.signal === undefined && options.limitMs === undefined) return run(directory, args, options);
  const { signal, clear } = boundedSignal(options.signal, options.limitMs);
  try {
    if (signal.aborted || (options.limitMs ?? 1) <= 0)
      return { code: null, stdout: "", stderr: "", trouble: "timed_out" };
    return await run(directory, args, options, signal);
  } finally {
    clear();
  }
}

async function run(
  directory: string,
  args: readonly string[],
  options: GitOptions,
  abort?: AbortSignal,
): Promise<GitAnswer> {
  const environment = { ...minimalEnvironment(), ...options.environment };
  if (options.inGroup) return runGroup(directory, args, { ...options, environment, signal: abort });
  const { simpleGit } = await import("simple-git");
  let answer: GitAnswer | undefined;
  const git = simpleGit({
    baseDir: directory,
    config: [NO_MONITOR],
    // The monitor must be allowed in order to be switched off; the ssh command is the user's own. Short options are forbidden through the environment,
    // which the user's hooks would inherit.
    unsafe: { allowUnsafeFsMonitor: true, allowUnsafeSshCommand: true, allowAbbreviatedOptions: true },
    allowEnvironment: Object.keys(environment),
    timeout: { block: options.timeoutMs ?? TIMEOUT_MS },
    abort,
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

/** Simple-git cannot start a process group. */
async function runGroup(
  directory: string,
  args: readonly string[],
  {
    environment,
    input,
    timeoutMs = TIMEOUT_MS,
    signal,
  }: GitOptions & { environment: Record<string, string> },
): Promise<GitAnswer> {
  const { trouble, ...answer } = await runInGroup("git", ["-c", NO_MONITOR, ...args], {
    cwd: directory,
    environment,
    input,
    silenceMs: timeoutMs,
    signal,
  });
  if (trouble === null) return { ...answer, trouble };
  return { ...answer, trouble: trouble === "missing" ? "git_missing" : "timed_out" };
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
  return (await ignoredByGit(root, [relative])).has(relative);
}

/** Those of the paths that git ignores; what it knows already, or something below it, is not ignored. */
export async function ignoredByGit(root: string, paths: readonly string[]): Promise<Set<string>> {
  const ignored = new Set<string>();
  if (paths.length === 0 || !isInRepository(root)) return ignored;
  // Told about every path, it always answers; simple-git waits for a command that says nothing.
  const args = ["check-ignore", "--verbose", "--non-matching", "-z", "--stdin"];
  const { code, stdout } = await runGit(root, args, { input: paths.map((one) => `${one}\0`).join("") });
  if (code !== 0) return ignored;
  const fields = stdout.split("\0");
  for (const [index, one] of paths.entries()) {
    const [source, , pattern] = fields.slice(index * 4);
    if (source && !pattern!.startsWith("!")) ignored.add(one);
  }
  return ignored;
}

const PLANNING = ".planning";
/** With a slash: a directory, even where there is none yet. */
const IN_PLANNING = ["ROADMAP.md", "STATE.md", "REQUIREMENTS.md", "phases/"];

/** True when git ignores `.planning`, or each thing in it that is committed: `.planning/*` leaves the directory itself out. */
export async function isPlanningIgnored(root: string): Promise<boolean> {
  const inside = IN_PLANNING.map((name) => `${PLANNING}/${name}`);
  const ignored = await ignoredByGit(root, [PLANNING, ...inside]);
  return ignored.has(PLANNING) || inside.every((one) => ignored.has(one));
}

/** True when git's index has the name in this directory, in any case, or something below it. False where git cannot be asked. */
export async function isKnownToGit(directory: string, name: string): Promise<boolean> {
  if (!isInRepository(directory)) return false;
  const { code, stdout } = await runGit(directory, ["ls-files", "-z", "--cached", "--", `:(icase)${name}`]);
  return code === 0 && stdout !== "";
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
