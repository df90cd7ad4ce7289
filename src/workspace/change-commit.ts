/** The commit that ends a change of several files. */
import { commitSubject } from "../domain/commit-subject.ts";
import type { Diagnostic } from "../domain/diagnostic.ts";
import type { Change } from "./change-set.ts";
import { COMMIT_REASONS, commitDocuments } from "./commit.ts";
import { type CommitStep, selectForCommit } from "./phase-commit.ts";
import type { Workspace } from "./workspace.ts";

export interface ChangeCommit {
  /** Null when nothing was to be committed, and when it was not possible; `diagnostics` tells why. */
  commit: { sha: string | null; message: string } | null;
  diagnostics: Diagnostic[];
  /** It should have been made, and may be possible later. */
  isOwed: boolean;
}

/**
 * Commits exactly the step's files. Called again after a crash, it commits what was left; a dry run has no sha.
 * `ids` are the new phases' of `gap_phases`; without any, nothing is committed unless a crash left some. `only` limits
 * the commit to these of the step's files.
 */
export async function commitChange(
  workspace: Workspace,
  { ids, ...step }: CommitStep & { ids?: readonly string[] },
  { changes, isDryRun, only }: { changes: readonly Change[]; isDryRun: boolean; only?: ReadonlySet<string> },
): Promise<ChangeCommit> {
  const selection = await selectForCommit(workspace, step);
  const none = { commit: null, diagnostics: [], isOwed: false };
  if (ids?.length === 0 && selection.newPhases === 0) return none;
  const subject =
    ids && ids.length > 0 ? commitSubject("gap_phases", { ...step.phase.ref, ids }) : selection.subject;
  const changing = changes.flatMap(({ path, to }) => (to === undefined ? [path] : [path, to]));
  // New phases: only what this call wrote. Otherwise the step's files, which are known by name.
  const paths = ids && ids.length > 0 ? changing : selection.paths;
  const result = await commitDocuments(workspace, paths, subject, {
    dryRun: isDryRun,
    changing,
    only,
  });
  if (result.status === "committed") {
    return { ...none, commit: { sha: result.sha, message: result.message } };
  }
  if (result.status === "unchanged" || result.reason === null) return none;
  const isChosen =
    result.reason === "commit_docs_off" ||
    result.reason === "planning_ignored" ||
    result.reason === "no_repository";
  return {
    commit: null,
    isOwed: !isChosen,
    diagnostics: [
      {
        code: "COMMIT_SKIPPED",
        severity: isChosen ? "info" : "warning",
        message: `nothing was committed (${result.reason}): ${result.detail ?? COMMIT_REASONS[result.reason]}`,
      },
    ],
  };
}
