/** The remote `origin`, asked over the network with the user's own keys and credential helpers, and never with a token. */
import { type GitAnswer, runGit } from "./git.ts";
import { sayingOf } from "./git-trouble.ts";
import { commitOf, type Repository } from "./repository.ts";

const ASK_MS = 10_000;
const FETCH_MS = 15_000;

export interface NetworkOptions {
  /** The call's; its reason is thrown. */
  signal: AbortSignal;
  /** Milliseconds that are left of the call's time. */
  timeLeft: () => number;
}

/** Less than this is not worth starting with. */
const LEAST_MS = 1_000;

/**
 * Agents, the user's way to ssh, stores of secrets, proxies and certificates that a connection may need. None of them holds a
 * GitHub token. GIT_ASKPASS and SSH_ASKPASS are not among them: such a program may wait for a person whom nobody told.
 */
const NETWORK = [
  ...["GIT_SSH_COMMAND", "GIT_SSH", "GIT_SSH_VARIANT"],
  ...["SSH_AUTH_SOCK", "XDG_RUNTIME_DIR", "DBUS_SESSION_BUS_ADDRESS", "GH_CONFIG_DIR"],
  ...["http_proxy", "https_proxy", "HTTPS_PROXY", "all_proxy", "ALL_PROXY", "no_proxy", "NO_PROXY"],
  ...["SSL_CERT_FILE", "SSL_CERT_DIR"],
];

/** Runs git with what connections need, for so long at most. */
export async function runAtOrigin(
  { top }: Repository,
  args: readonly string[],
  { signal, timeLeft, limitMs: most, inGroup }: NetworkOptions & { limitMs: number; inGroup?: boolean },
): Promise<GitAnswer> {
  const limitMs = Math.max(LEAST_MS, Math.min(most, timeLeft()));
  const environment = Object.fromEntries(
    NETWORK.flatMap((name) => (process.env[name] === undefined ? [] : [[name, process.env[name]]])),
  );
  const answer = await runGit(top, args, { environment, timeoutMs: limitMs, limitMs, signal, inGroup });
  signal.throwIfAborted();
  return answer;
}

export async function hasOrigin({ top }: Repository): Promise<boolean> {
  return (await runGit(top, ["remote", "get-url", "origin"])).code === 0;
}

/** Where pushes to origin go, as git resolves it. */
export async function pushAddresses({ top }: Repository): Promise<string[]> {
  const { code, stdout } = await runGit(top, ["remote", "get-url", "--push", "--all", "origin"]);
  return code === 0 ? stdout.split(/\r?\n/).filter(Boolean) : [];
}

/** The commit that a branch has at origin now; null where there is no such branch. */
export async function askOrigin(
  repository: Repository,
  branch: string,
  options: NetworkOptions,
): Promise<{ commit: string | null } | { answer: GitAnswer }> {
  const ref = `refs/heads/${branch}`;
  const answer = await runAtOrigin(repository, ["ls-remote", "--refs", "origin", ref], {
    ...options,
    limitMs: ASK_MS,
  });
  if (answer.code !== 0) return { answer };
  // The pattern matches the ends of names.
  const line = answer.stdout.split("\n").find((one) => one.split("\t")[1] === ref);
  return { commit: line?.split("\t")[0] ?? null };
}

/** Gets a branch of origin and says where it is; its own words when it could not. */
export async function fetchBranch(
  repository: Repository,
  branch: string,
  options: NetworkOptions,
): Promise<{ commit: string } | { trouble: string }> {
  const tracking = `refs/remotes/origin/${branch}`;
  const quietly = ["--quiet", "--no-tags", "--no-recurse-submodules", "--no-auto-gc"];
  const answer = await runAtOrigin(
    repository,
    ["fetch", ...quietly, "origin", `+refs/heads/${branch}:${tracking}`],
    { ...options, limitMs: FETCH_MS },
  );
  const commit = answer.code === 0 ? await commitOf(repository.top, tracking) : null;
  return commit === null ? { trouble: wordsOf(answer, repository) } : { commit };
}

/** What a program at the other end, a hook or git said, without addresses beyond their host, passwords and paths. */
export function wordsOf(answer: GitAnswer, { top }: Repository): string {
  if (answer.trouble === "timed_out") return "there was no answer in time";
  if (answer.trouble === "git_missing") return "there is no git program";
  return sayingOf(withoutAddresses(answer.stderr), top) ?? "git gave no reason";
}

/** Addresses keep their host: what stands before it or behind it may be a secret. */
export function withoutAddresses(text: string): string {
  return text.replace(
    /\b([a-z][a-z\d+.-]{0,20}:\/\/)(?:[^\s'"]*@)?([^\s'"/?#]*)[^\s'"]*/gi,
    (_, scheme: string, host: string) => `${scheme}${host}/…`,
  );
}
