/** The branch of a phase: named, started from the base, or found again. */
import fs from "node:fs";
import { BRANCH_TYPES, type BranchType, phaseBranch } from "../domain/branch.ts";
import { inferBranchType } from "../domain/branch-type.ts";
import type { Diagnostic } from "../domain/diagnostic.ts";
import { type PhaseDirectory, placesOf } from "../domain/phase-directories.ts";
import type { Phase } from "../domain/phase-index.ts";
import { parsePlanFile } from "../domain/plan-files.ts";
import { quote } from "../errors.ts";
import { withDirectory } from "./directory-handle.ts";
import {
  type Branches,
  chooseBase,
  conflictingBranch,
  type Entrance,
  enterBranch,
  fileInTheWay,
  isValidBranch,
  listBranches,
  startOf,
} from "./git-branch.ts";
import { committedFiles } from "./git-files.ts";
import { GIT_REASONS, type Trouble } from "./git-trouble.ts";
import {
  commitOf,
  isTrouble,
  openRepository,
  type Repository,
  readHead,
  unfinishedOperation,
} from "./repository.ts";
import { PLANNING } from "./work-directory.ts";
import type { Workspace } from "./workspace.ts";

/** Why the branch was not entered, with what each means. */
export const BRANCH_REASONS = {
  pr_workflow_off: "pr_workflow is false in config.json.",
  milestone_unknown: "Neither the phase nor the project has a milestone.",
  ...GIT_REASONS,
  detached_head: "No branch is checked out.",
  unborn_branch: "The repository has no commit yet.",
  base_missing: "The base is no branch here or at origin.",
  dirty_tree: "An uncommitted file would be overwritten.",
  checked_out_elsewhere: "Another work tree has the branch checked out.",
  branch_name_taken: "A branch that is there excludes this name.",
} as const;

export type BranchReason = keyof typeof BRANCH_REASONS;

export interface BranchRequest {
  type?: BranchType;
  base?: string;
  dryRun: boolean;
}

export interface PhaseBranch {
  status: "created" | "resumed" | "unchanged" | "skipped";
  /** Null unless skipped. */
  reason: BranchReason | null;
  /** Null where the milestone is unknown. */
  branch: string | null;
  type: BranchType;
  type_reason: string;
  /** Short name of the branch that it starts from; null where that is not known. */
  base: string | null;
  /** Without `v`. */
  milestone: string | null;
  diagnostics: Diagnostic[];
}

/** What is settled before git is asked, and becomes more as it answers. */
type Naming = Pick<PhaseBranch, "branch" | "type" | "type_reason" | "base" | "milestone">;

/** Checks out the phase's branch, new or as it is. Never by force; what would be lost is a reason not to. */
export async function checkOutPhaseBranch(
  workspace: Workspace,
  phase: Phase,
  request: BranchRequest,
): Promise<PhaseBranch> {
  const milestone = milestoneOf(workspace, phase);
  const { type, reason } = request.type
    ? { type: request.type, reason: "given" }
    : inferBranchType(phase.entry?.goal ?? null, phase.ref.name);
  const branch = milestone && phaseBranch(type, { milestone, ...phase.ref });
  const naming: Naming = { branch, type, type_reason: reason, base: null, milestone };
  if (!workspace.config().config.pr_workflow) return skipped(naming, "pr_workflow_off");
  if (branch === null) return skipped(naming, "milestone_unknown");
  return inRepository(workspace.root, naming, phase.directory, request);
}

/** Git removes a directory of which a branch has nothing, but for the one in which the lock was kept meanwhile. */
export function removeEmptyPlanning(root: string): void {
  try {
    withDirectory(root, "", (directory) => fs.rmdirSync(directory.entry(PLANNING)));
  } catch {
    // Something is in it, as nearly always.
  }
}

/** The phase's own milestone, else the current one: a phase may belong to one that comes later. */
export function milestoneOf(workspace: Workspace, { directory, entry }: Phase): string | null {
  return entry?.milestone ?? directory?.milestone ?? workspace.milestone().milestone?.version ?? null;
}

async function inRepository(
  root: string,
  wanted: Naming,
  directory: PhaseDirectory | null,
  request: BranchRequest,
): Promise<PhaseBranch> {
  const repository = await openRepository(root);
  if (isTrouble(repository)) return refused(wanted, repository);
  const [head, branches] = await Promise.all([readHead(repository), listBranches(repository)]);
  if (isTrouble(branches)) return refused(wanted, branches);
  const naming = settled(wanted, branches, head.branch, request);
  const branch = naming.branch!;
  if (head.commit === null) return skipped(naming, "unborn_branch");
  if (head.branch === null) return skipped(naming, "detached_head");
  if (head.branch === branch) return { ...naming, status: "unchanged", reason: null, diagnostics: [] };
  const unfinished = unfinishedOperation(repository, "switch");
  if (unfinished) return refused(naming, unfinished);
  const entrance = await chooseEntrance(repository, branches, naming);
  if (isTrouble(entrance)) return refused(naming, entrance);
  const target = await commitOf(repository.top, entrance.ref);
  if (target === null)
    return refused(naming, { reason: "git_failed", detail: `${entrance.ref} is no commit` });
  const lost = await fileInTheWay(repository, head.commit, target);
  if (lost !== null) {
    return typeof lost === "string"
      ? refused(naming, { reason: "dirty_tree", detail: `${quote(lost)} would be overwritten` })
      : refused(naming, lost);
  }
  const isGuessed = entrance.kind === "new" && request.base === undefined && head.branch !== naming.base;
  const isLeft = isGuessed && directory && (await leavesPlanning(repository, directory, head.commit, target));
  const notes = isLeft ? [leftBehind(directory, head.branch, naming.base!)] : [];
  return enter(repository, naming, entrance, notes, request.dryRun);
}

/** True when one commit has planning of the phase and the other none of it: no plan, or without plans no file. */
async function leavesPlanning(
  repository: Repository,
  directory: PhaseDirectory,
  from: string,
  to: string,
): Promise<boolean> {
  const places = placesOf(directory).map((place) => repository.prefix + place);
  const namesIn = async (commit: string): Promise<string[]> =>
    (await committedFiles(repository, places, commit)).map((path) => path.slice(path.lastIndexOf("/") + 1));
  const [here, there] = await Promise.all([namesIn(from), namesIn(to)]);
  const plans = here.filter((name) => {
    const file = parsePlanFile(name);
    return file !== null && file !== "lookalike" && file.kind === "plan";
  });
  const planning = plans.length > 0 ? plans : here;
  return planning.length > 0 && !planning.some((name) => there.includes(name));
}

function leftBehind({ path }: PhaseDirectory, branch: string, base: string): Diagnostic {
  return {
    code: "PLANNING_LEFT_BEHIND",
    severity: "warning",
    message:
      `the phase's planning is committed on ${quote(branch)} and not on the base ${quote(base)}, ` +
      `so its new branch is without it; with \`base\` ${quote(branch)} the branch would have it`,
    path,
  };
}

/**
 * The names with the base. Without a `type` a branch of the same phase under another type is the one: the goal's words
 * may have changed since it was made.
 */
function settled(
  wanted: Naming,
  branches: Branches,
  current: string | null,
  { type, base }: BranchRequest,
): Naming {
  const naming = { ...wanted, base: chooseBase(branches, base) };
  const isThere = (name: string) => branches.local.has(name) || branches.remote.has(name) || name === current;
  if (type !== undefined || isThere(wanted.branch!)) return naming;
  const rest = wanted.branch!.slice(wanted.type.length);
  const others = BRANCH_TYPES.filter((other) => isThere(other + rest));
  if (others.length !== 1) return naming;
  return { ...naming, type: others[0]!, branch: others[0]! + rest, type_reason: "the phase has this branch" };
}

async function chooseEntrance(
  repository: Repository,
  branches: Branches,
  { branch, base }: Naming,
): Promise<Entrance | Trouble<BranchReason>> {
  const known = branches.local.get(branch!);
  if (known) {
    return known.isCheckedOut
      ? { reason: "checked_out_elsewhere", detail: null }
      : { kind: "existing", ref: `refs/heads/${branch}` };
  }
  const rival = conflictingBranch(branches, branch!);
  if (rival !== null) return { reason: "branch_name_taken", detail: `the branch ${quote(rival)} is there` };
  if (branches.remote.has(branch!)) return { kind: "remote", ref: `refs/remotes/origin/${branch}` };
  if (base === null) return { reason: "base_missing", detail: null };
  if (!(await isValidBranch(repository, branch!))) {
    return { reason: "git_failed", detail: `git takes no branch ${quote(branch!)}` };
  }
  return { kind: "new", ref: await startOf(repository, branches, base) };
}

async function enter(
  repository: Repository,
  naming: Naming,
  entrance: Entrance,
  notes: Diagnostic[],
  dryRun: boolean,
): Promise<PhaseBranch> {
  const status = entrance.kind === "new" ? "created" : "resumed";
  const done: PhaseBranch = { ...naming, status, reason: null, diagnostics: notes };
  if (dryRun) return done;
  const outcome = await enterBranch(repository, naming.branch!, entrance);
  if ("reason" in outcome) return refused(naming, outcome);
  const { warning } = outcome;
  if (warning === null) return done;
  const said = gitMessage(`a hook failed after the branch was checked out: ${warning}`);
  return { ...done, diagnostics: [...notes, said] };
}

function skipped(naming: Naming, reason: BranchReason): PhaseBranch {
  return { ...naming, status: "skipped", reason, diagnostics: [] };
}

function refused(naming: Naming, { reason, detail }: Trouble<BranchReason>): PhaseBranch {
  const diagnostics =
    detail === null ? [] : [gitMessage(`the branch was not checked out (${reason}): ${detail}`)];
  return { ...skipped(naming, reason), diagnostics };
}

function gitMessage(message: string): Diagnostic {
  return { code: "GIT_MESSAGE", severity: "warning", message };
}
