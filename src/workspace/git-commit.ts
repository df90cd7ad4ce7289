/** Committing named files, and nothing that a person has staged beside them. The user's hooks run. */
import { type GitAnswer, pathspecInput, runGit } from "./git.ts";
import { makeKnown } from "./git-added.ts";
import type { DirtyFile } from "./git-files.ts";
import { bringIndexUpTo, readRawChanges } from "./git-index.ts";
import { type GitReason, lockPatience, readTrouble, type Trouble } from "./git-trouble.ts";
import { commitOf, type Repository } from "./repository.ts";

/** Hooks run linters and tests. */
const COMMIT_TIMEOUT_MS = 120_000;
/** However much its hooks have to say: the project is locked meanwhile. */
const COMMIT_LIMIT_MS = 600_000;

/** Git's exit code when it gives up. */
const DIED = 128;

/** How often files are made known again that another process has made git forget. */
const MAX_RIVALS = 5;

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
  const known = untracked.length > 0 ? await makeKnown(repository, untracked, patiently) : null;
  if (known && known.answer.code !== 0) {
    await known.forget();
    const trouble = readTrouble(known.answer, top);
    // No hook runs for it.
    return trouble.reason === "hook_failed" ? { ...trouble, reason: "git_failed" } : trouble;
  }
  const input = pathspecInput(files.map(({ path }) => path));
  // A message may begin like a comment.
  const args = ["commit", "--only", ...FROM_INPUT, "--cleanup=whitespace", `--message=${message}`];
  const commit = () =>
    patiently(() =>
      runGit(top, args, { input, environment, timeoutMs, limitMs: COMMIT_LIMIT_MS, inGroup: true }),
    );
  let answer = await commit();
  for (let rival = 0; known && rival < MAX_RIVALS && isForgotten(answer); rival++) {
    if ((await known.again()).code !== 0) break;
    answer = await commit();
  }
  const made =
    answer.code === 0
      ? await namedCommit(top, answer)
      : answer.trouble === "timed_out" || answer.code === DIED
        ? await commitMadeAllTheSame(top, before, message)
        : null;
  if (made !== null) {
    known?.settle();
    return describe(top, made, files);
  }
  await known?.forget();
  if (answer.code === 1 && isNothing(answer)) return "nothing";
  return readTrouble(answer, top);
}

/**
 * The index has lost what was made known: a commit of named files by another process, such as an agent's of its code,
 * reads the index before it locks it, and then writes what it has read.
 */
function isForgotten({ code, stderr }: GitAnswer): boolean {
  return code === 1 && /^error: pathspec /m.test(stderr);
}

/** The answer begins `[main (root-commit) 0123abc] subject`. A hook may have amended that commit meanwhile. */
async function namedCommit(top: string, { stdout }: GitAnswer): Promise<string> {
  const [, abbreviated] = /^\[[^\n]*? ([0-9a-f]{4,64})\] /.exec(stdout) ?? [];
  const listed = ["rev-list", "--no-walk=unsorted", "--parents", `${abbreviated}^{commit}`, "HEAD"];
  // One line where both are the same.
  const [made = "", head = made] = (await runGit(top, listed)).stdout.trim().split("\n");
  const [[commit = "", ...parents], [tip = "", ...others]] = [made.split(" "), head.split(" ")];
  if (commit === "") return "HEAD";
  return parents.join() === others.join() ? tip : commit;
}

function isNothing({ stdout }: GitAnswer): boolean {
  return /^(?:nothing to commit|nothing added to commit|no changes added to commit)/m.test(stdout);
}

/** A hook that runs after the commit may hang until git is stopped, or git cannot say that the commit is there. */
async function commitMadeAllTheSame(
  top: string,
  before: string | null,
  message: string,
): Promise<string | null> {
  const { code, stdout } = await runGit(top, ["log", "--max-count=1", "--format=%H %P%n%B"]);
  if (code !== 0) return null;
  const [hashes = "", ...said] = stdout.trimEnd().split("\n");
  const [commit = "", parent = null] = hashes.trim().split(" ");
  // Another process may have made one meanwhile.
  const isOurs = said.join("\n").startsWith(message);
  return commit !== before && parent === before && isOurs ? commit : null;
}

/** The full name of the commit and its files; the index then has what hooks did to them. */
async function describe(top: string, commit: string, files: readonly DirtyFile[]): Promise<Committed> {
  const args = ["diff-tree", "--root", "-r", "-z", "--raw", "--no-renames", commit];
  const { stdout } = await runGit(top, args);
  const [sha = ""] = stdout.split("\0", 1);
  const changes = readRawChanges(stdout);
  await bringIndexUpTo(top, changes, new Set(files.map(({ path }) => path)));
  return { sha: sha === "" ? commit : sha, paths: changes.map(({ path }) => path) };
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
