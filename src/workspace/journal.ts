/**
 * All or nothing through crashes. What is to be done is first staged and written down in a journal; from then on it
 * is done, by this process or, after a crash, by the next one: every step can be taken twice.
 */
import { createHash } from "node:crypto";
import fs from "node:fs";
import { z } from "zod";
import { PlanningError } from "../errors.ts";
import { type DirectoryHandle, splitPath } from "./directory-handle.ts";
import { JOURNAL } from "./lock.ts";
import { clearWorkDirectory, inWorkDirectory, readWorkFile, WORK_DIRECTORY } from "./work-directory.ts";
import { inPlanning, isWritable } from "./writable.ts";

/** Paths are relative to the root. */
export type Step =
  | { kind: "write"; path: string; before: Buffer | null; after: Buffer }
  | { kind: "remove"; path: string; before: Buffer }
  /** Of an empty directory. */
  | { kind: "rmdir"; path: string }
  /** Of a file or a directory. Steps before it use its old path, and none comes after that lies in it. */
  | { kind: "move"; path: string; to: string };

/** A step as the journal has it: contents as hashes, the new one in a staged file. */
interface Entry {
  kind: Step["kind"];
  path: string;
  to?: string;
  before?: string | null;
  after?: string;
  stage?: string;
}

function hash(bytes: Buffer): string {
  return createHash("sha256").update(bytes).digest("hex");
}

/**
 * Does the steps; the caller holds the lock. False, and nothing is changed, when a file is not any more what
 * `before` says.
 */
export function applySteps(root: string, steps: readonly Step[]): boolean {
  const isDone = inWorkDirectory(root, (work) => {
    const entries = steps.map((step, index) => stage(root, work, step, index));
    if (!entries.every((entry) => standing(root, entry, entries) === "before")) {
      clearWorkDirectory(work);
      return false;
    }
    // What the journal names is there before the journal is.
    work.sync();
    writeDurably(work, "journal.draft", Buffer.from(JSON.stringify(entries)));
    fs.renameSync(work.entry("journal.draft"), work.entry(JOURNAL));
    work.sync();
    const made: string[] = [];
    try {
      finish(root, work, entries, made);
    } catch (error) {
      undo(root, work, steps, made);
      throw error;
    }
    return true;
  });
  if (isDone === undefined)
    throw new PlanningError("WRITE_CONFLICT", `${WORK_DIRECTORY} was removed meanwhile`);
  return isDone;
}

/** Takes back what was done when a step failed (a full disk, a missing permission), and forgets the journal. */
function undo(root: string, work: DirectoryHandle, steps: readonly Step[], made: readonly string[]): void {
  for (const [index, step] of [...steps.entries()].reverse()) {
    if (step.kind === "move") {
      if (exists(root, step.to) && !exists(root, step.path)) rename(root, step.to, step.path);
    } else if (step.kind === "rmdir") {
      makeDirectories(root, step.path, new Set(), []);
    } else if (step.kind === "write" && step.before === null) {
      const [directory, name] = splitPath(step.path);
      if (hashOf(root, step.path) === hash(step.after)) {
        inPlanning(root, directory, (at) => fs.rmSync(at.entry(name)));
      }
    } else if (step.before !== null && hashOf(root, step.path) !== hash(step.before)) {
      const [directory, name] = splitPath(step.path);
      makeDirectories(root, directory, new Set(), []);
      writeDurably(work, `stage.undo.${index}`, step.before);
      if (step.kind === "write") keepMode(root, step.path, work.entry(`stage.undo.${index}`));
      inPlanning(root, directory, (at) => fs.renameSync(work.entry(`stage.undo.${index}`), at.entry(name)));
    }
  }
  for (const directory of [...made].reverse()) removeIfEmpty(root, directory);
  fs.rmSync(work.entry(JOURNAL), { force: true });
  clearWorkDirectory(work);
}

function removeIfEmpty(root: string, directory: string): void {
  const [parent, name] = splitPath(directory);
  try {
    inPlanning(root, parent, (at) => fs.rmdirSync(at.entry(name)));
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code !== "ENOTEMPTY" && code !== "EEXIST" && code !== "ENOENT") throw error;
  }
}

/** Ends what a crash cut off, if anything; the caller holds the lock. Throws RECOVERY_CONFLICT. */
export function recover(root: string): void {
  inWorkDirectory(root, (work) => {
    const text = readWorkFile(work, JOURNAL);
    if (text === null) {
      // Without a journal nothing was changed yet.
      clearWorkDirectory(work);
      return;
    }
    const entries = readJournal(text);
    for (const entry of entries) {
      const now = standing(root, entry, entries);
      if (now !== "other" && !(now === "before" && lacksStage(work, entry))) continue;
      throw new PlanningError(
        "RECOVERY_CONFLICT",
        `a change that a crash cut off cannot be finished: ${entry.path} was edited since`,
        {
          path: entry.path,
          hint: `undo that edit and call again; or, to keep the files as they are now, delete ${WORK_DIRECTORY}`,
        },
      );
    }
    finish(root, work, entries, []);
  });
}

const Sha256 = z.string().regex(/^[0-9a-f]{64}$/);
const Path = z.string().refine(isWritable);
const Journal = z.array(
  z.discriminatedUnion("kind", [
    z.strictObject({
      kind: z.literal("write"),
      path: Path,
      before: Sha256.nullable(),
      after: Sha256,
      stage: z.string().regex(/^stage\.\d+$/),
    }),
    z.strictObject({ kind: z.literal("remove"), path: Path, before: Sha256 }),
    z.strictObject({ kind: z.literal("rmdir"), path: Path }),
    z.strictObject({ kind: z.literal("move"), path: Path, to: Path }),
  ]),
);

/** A repository may come with a journal of somebody's making: what this program does not write is refused. */
function readJournal(text: string): Entry[] {
  let parsed: unknown = null;
  try {
    parsed = JSON.parse(text);
  } catch {
    // Said below.
  }
  const journal = Journal.safeParse(parsed);
  if (journal.success) return journal.data;
  throw new PlanningError(
    "RECOVERY_CONFLICT",
    "the journal of a change that was cut off is not one of this program",
    {
      path: `${WORK_DIRECTORY}/${JOURNAL}`,
      hint: `nothing was done with it; delete ${WORK_DIRECTORY} and call again`,
    },
  );
}

/** True while steps are being taken, or when a crash cut them off. */
export function hasJournal(root: string): boolean {
  return fs.existsSync(`${root}/${WORK_DIRECTORY}/${JOURNAL}`);
}

/** True when the new content that a step needs is gone, or is another. */
function lacksStage(work: DirectoryHandle, { stage: name, after }: Entry): boolean {
  if (name === undefined) return false;
  try {
    return hash(fs.readFileSync(work.entry(name))) !== after;
  } catch {
    return true;
  }
}

function stage(root: string, work: DirectoryHandle, step: Step, index: number): Entry {
  const { kind, path } = step;
  if (kind === "move") return { kind, path, to: step.to };
  if (kind === "rmdir") return { kind, path };
  if (kind === "remove") return { kind, path, before: hash(step.before) };
  const name = `stage.${index}`;
  writeDurably(work, name, step.after);
  if (step.before !== null) keepMode(root, path, work.entry(name));
  return {
    kind,
    path,
    before: step.before && hash(step.before),
    after: hash(step.after),
    stage: name,
  };
}

function writeDurably(directory: DirectoryHandle, name: string, bytes: Buffer): void {
  const handle = fs.openSync(directory.entry(name), "w", 0o666);
  try {
    fs.writeFileSync(handle, bytes);
    fs.fsyncSync(handle);
  } finally {
    fs.closeSync(handle);
  }
}

/** The new file gets the old one's permissions, and its owner where that is possible. */
function keepMode(root: string, path: string, staged: string): void {
  const [directory, name] = splitPath(path);
  inPlanning(root, directory, (at) => {
    const { mode, uid, gid } = fs.statSync(at.entry(name));
    fs.chmodSync(staged, mode & 0o7777);
    const mine = fs.statSync(staged);
    if (mine.uid === uid && mine.gid === gid) return;
    try {
      fs.chownSync(staged, uid, gid);
      fs.chmodSync(staged, mode & 0o7777);
    } catch {
      // Only root may give files away; the content matters more.
    }
  });
}

/** Where a step stands: not taken, taken, or its file is neither. */
function standing(root: string, entry: Entry, entries: readonly Entry[]): "before" | "after" | "other" {
  if (entry.kind === "move") {
    const isThere = exists(root, entry.to!) || exists(root, moved(entry.to!, entries));
    const isHere = exists(root, entry.path);
    if (isHere === isThere) return "other";
    return isHere ? "before" : "after";
  }
  if (entry.kind === "rmdir") return exists(root, entry.path) ? "before" : "after";
  const now = hashOf(root, entry.path) ?? hashOf(root, moved(entry.path, entries));
  if (entry.kind === "write" && now === entry.after) return "after";
  if (now === (entry.before ?? null)) return "before";
  return entry.kind === "remove" && now === null ? "after" : "other";
}

/** Where a path is once the journal's directories have moved. */
function moved(path: string, entries: readonly Entry[]): string {
  const move = entries.find((entry) => entry.kind === "move" && path.startsWith(`${entry.path}/`));
  return move ? move.to! + path.slice(move.path.length) : path;
}

function finish(root: string, work: DirectoryHandle, entries: readonly Entry[], made: string[]): void {
  const touched = new Set<string>();
  for (const entry of entries) {
    if (standing(root, entry, entries) === "after") continue;
    take(root, work, entry, { touched, made });
  }
  for (const directory of touched) {
    // A directory that has moved meanwhile is synced under its new name.
    const now = moved(`${directory}/`, entries).slice(0, -1);
    if (exists(root, now)) inPlanning(root, now, (at) => at.sync());
  }
  fs.rmSync(work.entry(JOURNAL));
  work.sync();
  clearWorkDirectory(work);
}

/** Directories in which something changed, and those that were made for it. */
interface Traces {
  touched: Set<string>;
  made: string[];
}

function take(root: string, work: DirectoryHandle, entry: Entry, { touched, made }: Traces): void {
  const [directory, name] = splitPath(entry.path);
  touched.add(directory);
  if (entry.kind === "write") {
    makeDirectories(root, directory, touched, made);
    inPlanning(root, directory, (at) => fs.renameSync(work.entry(entry.stage!), at.entry(name)));
  } else if (entry.kind === "remove") {
    inPlanning(root, directory, (at) => fs.rmSync(at.entry(name)));
  } else if (entry.kind === "rmdir") {
    inPlanning(root, directory, (at) => fs.rmdirSync(at.entry(name)));
  } else {
    const [parent] = splitPath(entry.to!);
    touched.add(parent);
    makeDirectories(root, parent, touched, made);
    rename(root, entry.path, entry.to!);
  }
}

function rename(root: string, path: string, to: string): void {
  const [[fromDirectory, fromName], [toDirectory, toName]] = [splitPath(path), splitPath(to)];
  inPlanning(root, fromDirectory, (from) =>
    inPlanning(root, toDirectory, (target) => fs.renameSync(from.entry(fromName), target.entry(toName))),
  );
}

function makeDirectories(root: string, directory: string, touched: Set<string>, made: string[]): void {
  if (exists(root, directory)) return;
  const [parent, name] = splitPath(directory);
  makeDirectories(root, parent, touched, made);
  touched.add(parent);
  made.push(directory);
  inPlanning(root, parent, (at) => fs.mkdirSync(at.entry(name)));
}

/** Null when there is no file. */
function hashOf(root: string, path: string): string | null {
  const [directory, name] = splitPath(path);
  try {
    return inPlanning(root, directory, (at) => hash(fs.readFileSync(at.entry(name))));
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === "ENOENT" || code === "ENOTDIR") return null;
    throw error;
  }
}

function exists(root: string, path: string): boolean {
  return fs.lstatSync(`${root}/${path}`, { throwIfNoEntry: false }) !== undefined;
}
