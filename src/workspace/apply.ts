/** All or nothing, through crashes: the steps of a change are done, or the tree is as it was before. */
import { PlanningError } from "../errors.ts";
import { type DirectoryHandle, splitPath, withDirectory } from "./directory-handle.ts";
import {
  beginJournal,
  draftJournal,
  type Entry,
  endJournal,
  type Journal,
  readJournal,
  type Step,
  turnJournal,
} from "./journal.ts";
import { codeOf, entryAt, hash, readEntry, removeIfEmpty } from "./planning-tree.ts";
import { hasContent, imageOf, stageOf, stageSteps } from "./staging.ts";
import { placeOf, standingOf, takeBackStep, takeStep } from "./steps.ts";
import { clearWorkDirectory, inWorkDirectory, PLANNING, WORK_DIRECTORY } from "./work-directory.ts";
import { inPlanning } from "./writable.ts";

/**
 * Does the steps and gives null; the caller holds the lock. Nothing is changed when something is not any more what the
 * change was decided from: a step's own file, or what `changed` finds in the last moment before it begins. Gives that.
 */
export function applySteps(
  root: string,
  steps: readonly Step[],
  changed: () => string | null = () => null,
): string | null {
  const conflicting = inWorkDirectory(root, (work) => {
    const journal = stageSteps(root, work, steps);
    draftJournal(work, journal);
    // What the journal names is there before the journal is, and the directory that it lies in.
    work.sync();
    withDirectory(root, PLANNING, (planning) => planning.sync());
    const other = unready(root, work, journal) ?? changed();
    if (other !== null) {
      clearWorkDirectory(work);
      return other;
    }
    beginJournal(work);
    try {
      work.sync();
      takeSteps(root, work, journal);
      requireUnedited(work, journal);
      endJournal(work, "forward");
      return null;
    } catch (error) {
      const left = giveUp(root, work, journal, error);
      if (isConflict(error)) return error.details.path ?? WORK_DIRECTORY;
      throw left.length === 0 ? error : leftAlone(left, error);
    }
  });
  return conflicting === undefined ? WORK_DIRECTORY : conflicting;
}

/**
 * Ends what a crash cut off, if anything; the caller holds the lock. Gives the files that another program has edited
 * since, of a change that was being taken back. Throws RECOVERY_CONFLICT.
 */
export function recover(root: string): string[] {
  const left = inWorkDirectory(root, (work) => {
    const found = readJournal(work);
    if (found?.direction === "back") return takeBack(root, work, found.journal);
    if (found) finishCutOff(root, work, found.journal);
    // Without a journal nothing was changed yet.
    else clearWorkDirectory(work);
    return [];
  });
  return left ?? [];
}

/** The first file that is not what it was when the change was decided, or of which nothing is kept to go back to. */
function unready(root: string, work: DirectoryHandle, journal: Journal): string | null {
  const unready = journal.steps.find(
    (entry, index) =>
      standingOf(root, entry, journal) !== "before" || (hasBefore(entry) && !hasImage(work, entry, index)),
  );
  return unready?.path ?? null;
}

function finishCutOff(root: string, work: DirectoryHandle, journal: Journal): void {
  for (const [index, entry] of journal.steps.entries()) {
    const standing = standingOf(root, entry, journal);
    const isPossible =
      standing === "after" ||
      (standing === "before" && (entry.kind !== "write" || hasContent(work, stageOf(index), entry.after)));
    if (!isPossible) throw cutOff(entry.path);
  }
  try {
    takeSteps(root, work, journal);
    endJournal(work, "forward");
  } catch (error) {
    throw isConflict(error) ? cutOff(error.details.path) : error;
  }
}

/** Takes the steps that are not taken. Throws WRITE_CONFLICT at one whose file is neither before nor after it. */
function takeSteps(root: string, work: DirectoryHandle, journal: Journal): void {
  for (const [index, entry] of journal.steps.entries()) {
    const standing = standingOf(root, entry, journal);
    if (standing === "after") continue;
    if (standing === "other") throw conflict(entry.path);
    try {
      takeStep(root, work, entry, index);
    } catch (error) {
      // Another program has put something there in this moment.
      throw ["EEXIST", "ENOTEMPTY"].includes(codeOf(error) ?? "") ? conflict(entry.path) : error;
    }
  }
  syncDirectories(root, journal);
}

/** A file that was edited in place in the moment of its replacement: the edit is in the old file, which is still here. */
function requireUnedited(work: DirectoryHandle, { steps }: Journal): void {
  const edited = steps.find((entry, index) => hasBefore(entry) && isEdited(work, entry, index));
  if (edited) throw conflict(edited.path);
}

/** Takes back what was done before a step failed. The next process goes on with it if this one cannot. */
function giveUp(root: string, work: DirectoryHandle, journal: Journal, cause: unknown): string[] {
  try {
    turnJournal(work);
    return takeBack(root, work, journal, true);
  } catch (error) {
    if (error instanceof PlanningError) throw error;
    throw new PlanningError(
      "WRITE_FAILED",
      `A step failed (${codeOf(cause) ?? "conflict"}), and so did taking the change back (${codeOf(error) ?? "unknown"}).`,
      {
        path: WORK_DIRECTORY,
        hint: "Check the permissions of .planning/ and the free space. The next call takes it back, or finishes it.",
        cause: error,
      },
    );
  }
}

/**
 * Gives the files that are neither before nor after their step: they are another program's, and stay. Only of its own
 * change this process knows that an old file with another content is one that was edited, and no forgery.
 */
function takeBack(root: string, work: DirectoryHandle, journal: Journal, isOwn = false): string[] {
  const left: string[] = [];
  for (const [index, entry] of [...journal.steps.entries()].reverse()) {
    const standing = standingOf(root, entry, journal);
    if (standing === "before") continue;
    if (standing === "other") {
      left.push(placeOf(root, entry.path, journal.steps));
      continue;
    }
    if (hasBefore(entry) && !hasImage(work, entry, index) && !(isOwn && isEdited(work, entry, index))) {
      throw imageLost(entry.path, index);
    }
    takeBackStep(root, work, { entry, index, steps: journal.steps });
  }
  for (const directory of [...journal.made].reverse()) removeIfEmpty(root, directory);
  syncDirectories(root, journal);
  endJournal(work, "back");
  return left.reverse();
}

type WithBefore = Extract<Entry, { before: unknown }> & { before: string };

function hasBefore(entry: Entry): entry is WithBefore {
  return "before" in entry && entry.before !== null;
}

function hasImage(work: DirectoryHandle, { before }: WithBefore, index: number): boolean {
  return hasContent(work, imageOf(index), before);
}

function isEdited(work: DirectoryHandle, { before }: WithBefore, index: number): boolean {
  const image = readEntry(work, imageOf(index));
  return typeof image !== "string" && hash(image) !== before;
}

/** Every directory in which a name came or went, under the name that it has now. */
function syncDirectories(root: string, { steps, made }: Journal): void {
  const changed = [
    ...steps.flatMap((step) => (step.kind === "move" ? [step.path, step.to] : [step.path])),
    ...made,
  ];
  const directories = new Set([...changed.map((path) => splitPath(path)[0]), ...made]);
  for (const directory of directories) {
    const now = placeOf(root, directory, steps);
    if (entryAt(root, now)?.isDirectory()) inPlanning(root, now, (at) => at.sync());
  }
}

function isConflict(error: unknown): error is PlanningError {
  return error instanceof PlanningError && error.code === "WRITE_CONFLICT";
}

function conflict(path: string): PlanningError {
  return new PlanningError("WRITE_CONFLICT", `${path} was edited by another program meanwhile.`, { path });
}

function leftAlone(left: readonly string[], cause: unknown): PlanningError {
  return new PlanningError(
    "WRITE_FAILED",
    `Writing failed (${codeOf(cause) ?? "unknown"}), and the change was taken back. ` +
      `Another program has edited ${left.join(", ")} meanwhile, which stays as it is.`,
    {
      path: left[0],
      hint: "Look at that file, check the permissions of .planning/ and the free space, and call again.",
      cause,
    },
  );
}

function cutOff(path: string | undefined): PlanningError {
  return new PlanningError(
    "RECOVERY_CONFLICT",
    `A change that a crash cut off cannot be finished: ${path} was edited since.`,
    {
      path,
      hint:
        `Undo that edit and call again. Or, to keep the files as they are now, move ${WORK_DIRECTORY} out of the project: ` +
        "it has what the change replaced, and what it did not write yet.",
    },
  );
}

function imageLost(path: string, index: number): PlanningError {
  return new PlanningError(
    "RECOVERY_CONFLICT",
    `A change that failed cannot be taken back: what ${path} was before is not there any more.`,
    {
      path,
      hint:
        `Compare it with ${WORK_DIRECTORY}/${imageOf(index)}, if that is there. ` +
        `Then, to keep the files as they are, move ${WORK_DIRECTORY} out of the project.`,
    },
  );
}
