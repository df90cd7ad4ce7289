/** Committing named files, and nothing that a person has staged beside them. The user's hooks run. */
import { type GitAnswer, pathspecInput, runGit } from "./git.ts";
import type { DirtyFile } from "./git-files.ts";
import { type GitReason, lockPatience, readTrouble, type Trouble } from "./git-trouble.ts";
import { commitOf, type Repository } from "./repository.ts";

/** Hooks run linters and tests. */
const COMMIT_TIMEOUT_MS = 120_000;

const FROM_INPUT = ["--pathspec-from-file=-", "--pathspec-file-nul"];

export interface Committed {
  sha: string;
  /** What the commit changed, relative to the top of the work tree; a hook may have added to it. */
  paths: string[];
}

/** Nobody is known as the author: git would refuse a commit. */
export async function isIdentityUnknown({ top }: Repository): Promise<boolean> {
  const idents = ["GIT_AUTHOR_IDENT", "GIT_COMMITTER_IDENT"];
  const answers = await Promise.all(idents.map((ident) => runGit(top, ["var", ident])));
  return answers.some(({ code }) => code !== 0 && code !== null);
}

/**
 * One commit of exactly these files as they are in the work tree. Untracked ones are made known to git first and
 * forgotten again when the commit fails, so that a failure leaves the index as it was.
 */
export async function commitFiles(
  repository: Repository,
  files: readonly DirtyFile[],
  message: string,
  timeoutMs = COMMIT_TIMEOUT_MS,
): Promise<Committed | "nothing" | Trouble<GitReason>> {
  const { top } = repository;
  const patiently = lockPatience();
  const before = await commitOf(top, "HEAD");
  const environment = await signingEnvironment(top);
  const untracked = files.filter(({ isUntracked }) => isUntracked).map(({ path }) => path);
  if (untracked.length > 0) {
    const input = pathspecInput(untracked);
    const added = await patiently(() => runGit(top, ["add", "--intent-to-add", ...FROM_INPUT], { input }));
    if (added.code !== 0) return readTrouble(added, top);
  }
  const input = pathspecInput(files.map(({ path }) => path));
  // Abbreviated to the length of a hash: the first line of the answer then names the commit that was made.
  const args = ["-c", "core.abbrev=40", "commit", "--only", ...FROM_INPUT, `--message=${message}`];
  const answer = await patiently(() => runGit(top, args, { input, environment, timeoutMs }));
  if (answer.code === 0) return describe(top, namedCommit(answer) ?? "HEAD");
  const made = answer.trouble === "timed_out" ? await commitMadeAllTheSame(top, before) : null;
  if (made !== null) return describe(top, made);
  await forget(repository, untracked, before);
  if (answer.code === 1 && isNothing(answer)) return "nothing";
  return readTrouble(answer, top);
}

/** `[main (root-commit) 0123…] subject`. */
function namedCommit({ stdout }: GitAnswer): string | null {
  return /^\[[^\n]*? ([0-9a-f]{40})\] /m.exec(stdout)?.[1] ?? null;
}

function isNothing({ stdout }: GitAnswer): boolean {
  return /^(?:nothing to commit|nothing added to commit|no changes added to commit)/m.test(stdout);
}

/** A hook that runs after the commit may hang until git is stopped; the commit is there. */
async function commitMadeAllTheSame(top: string, before: string | null): Promise<string | null> {
  const { code, stdout } = await runGit(top, ["rev-list", "--parents", "--max-count=1", "HEAD"]);
  if (code !== 0) return null;
  const [commit = "", parent = null] = stdout.trim().split(" ");
  return commit !== before && parent === before ? commit : null;
}

/** The full name of the commit and its files. */
async function describe(top: string, commit: string): Promise<Committed> {
  const args = ["diff-tree", "--root", "-r", "-z", "--name-only", "--no-renames", commit];
  const [sha = commit, ...paths] = (await runGit(top, args)).stdout.split("\0");
  return { sha: sha === "" ? commit : sha, paths: paths.filter((path) => path !== "") };
}

async function forget(
  repository: Repository,
  paths: readonly string[],
  before: string | null,
): Promise<void> {
  const { top } = repository;
  // Another process has committed meanwhile; what it recorded must stay.
  if (paths.length === 0 || (await commitOf(top, "HEAD")) !== before) return;
  const input = paths.map((path) => `${path}\0`).join("");
  await lockPatience()(() => runGit(top, ["update-index", "--force-remove", "-z", "--stdin"], { input }));
}

/** Whoever signs with a key of the SSH agent needs it to commit; otherwise nothing gets to see it. */
async function signingEnvironment(top: string): Promise<Record<string, string>> {
  const agent = process.env.SSH_AUTH_SOCK;
  if (agent === undefined || agent === "") return {};
  const setting = async (args: readonly string[]) => (await runGit(top, ["config", ...args])).stdout.trim();
  const [isSigned, format] = await Promise.all([
    setting(["--type=bool", "--default=false", "--get", "commit.gpgsign"]),
    setting(["--default=openpgp", "--get", "gpg.format"]),
  ]);
  return isSigned === "true" && format === "ssh" ? { SSH_AUTH_SOCK: agent } : {};
}
