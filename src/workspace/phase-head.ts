/** The branch of a phase that is there, as create_phase_branch made it. */
import { isPhaseBranch, phaseBranch } from "../domain/branch.ts";
import { inferBranchType } from "../domain/branch-type.ts";
import type { Phase } from "../domain/phase-index.ts";
import { quote } from "../errors.ts";
import { listBranches } from "./git-branch.ts";
import { GIT_REASONS, type Trouble } from "./git-trouble.ts";
import { isTrouble, openRepository, type Repository, readHead } from "./repository.ts";

export interface PhaseHead {
  repository: Repository;
  /** The branch's name; where there is none, the name that it would have. */
  branch: string;
  /** Where it was found. */
  place: "local" | "remote" | null;
}

/**
 * The branch that is checked out, if it is one of the phase; else the one with the phase's name, under its type or another;
 * else the only one with its number. Branches that are only at origin count where none is here. A text says why none could be told.
 */
export async function findPhaseHead(
  root: string,
  { ref, entry }: Phase,
  milestone: string,
): Promise<PhaseHead | { problem: string }> {
  const repository = await openRepository(root);
  if (isTrouble(repository)) return { problem: inWords(repository) };
  const [head, branches] = await Promise.all([readHead(repository), listBranches(repository)]);
  if (isTrouble(branches)) return { problem: inWords(branches) };
  const { type } = inferBranchType(entry?.goal ?? null, ref.name);
  const name = phaseBranch(type, { milestone, ...ref });
  for (const [place, names] of [
    ["local", [...branches.local.keys()]],
    ["remote", [...branches.remote]],
  ] as const) {
    const own = names.filter((one) => isPhaseBranch(one, { milestone, id: ref.id }));
    const named = own.filter((one) => one.slice(one.indexOf("/")) === name.slice(name.indexOf("/")));
    const branch =
      [head.branch, name].find((one) => one !== null && own.includes(one)) ?? only(named) ?? only(own);
    if (branch) return { repository, branch, place };
    if (own.length > 1) {
      const names = own.sort().slice(0, 5).map(quote).join(", ");
      return { problem: `Several could be it: ${names}. Check out the one that is meant.` };
    }
  }
  return { repository, branch: name, place: null };
}

function inWords({ reason, detail }: Trouble): string {
  return detail === null ? GIT_REASONS[reason] : `${GIT_REASONS[reason]} Git said: ${detail}`;
}

function only(names: readonly string[]): string | undefined {
  return names.length === 1 ? names[0] : undefined;
}
