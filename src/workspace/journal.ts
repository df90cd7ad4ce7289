/**
 * The record of a change that is under way. While it stands, what it lists is done, or, under its other name, taken
 * back: by this process or, after a crash, by the next one.
 */
import fs from "node:fs";
import { z } from "zod";
import { PlanningError } from "../errors.ts";
import type { DirectoryHandle } from "./directory-handle.ts";
import { writeDurably } from "./planning-tree.ts";
import { clearWorkDirectory, JOURNALS, readWorkFile, WORK_DIRECTORY } from "./work-directory.ts";
import { isMakeable, isWritable } from "./writable.ts";

/** Paths are relative to the root. */
export type Step =
  | { kind: "write"; path: string; before: Buffer | null; after: Buffer }
  | { kind: "remove"; path: string; before: Buffer }
  /** Of an empty directory. */
  | { kind: "rmdir"; path: string }
  /** Of a file or a directory. Steps before it use its old path, and none comes after that lies in it. */
  | { kind: "move"; path: string; to: string };

const Sha256 = z.string().regex(/^[0-9a-f]{64}$/);
const Path = z.string().refine(isWritable);

/** Contents are hashes: the new one of step N is the file `stage.N`, the old one `before.N`. */
const Entry = z.discriminatedUnion("kind", [
  z.strictObject({ kind: z.literal("write"), path: Path, before: Sha256.nullable(), after: Sha256 }),
  z.strictObject({ kind: z.literal("remove"), path: Path, before: Sha256 }),
  z.strictObject({ kind: z.literal("rmdir"), path: Path, mode: z.int().min(0).max(0o7777) }),
  z.strictObject({ kind: z.literal("move"), path: Path, to: Path }),
]);

const Journal = z.strictObject({
  steps: z.array(Entry),
  /** Directories that are made for the steps, the outermost first. */
  made: z.array(z.string().refine(isMakeable)),
});

export type Entry = z.output<typeof Entry>;
export type Journal = z.output<typeof Journal>;
export type Direction = keyof typeof JOURNALS;

const DRAFT = "journal.draft";
/** A step has some 300 bytes, so this is a phase of 100,000 files. */
const MAX_BYTES = 32 * 1024 * 1024;

/** Beside the journal's place, on the disk; nothing is begun yet. Throws WRITE_FAILED where it could not be read back. */
export function draftJournal(work: DirectoryHandle, journal: Journal, maxBytes = MAX_BYTES): void {
  const bytes = Buffer.from(JSON.stringify(journal));
  if (bytes.length > maxBytes) throw tooLong(journal);
  writeDurably(work, DRAFT, bytes);
}

/** From here on the steps are done, whatever happens. */
export function beginJournal(work: DirectoryHandle): void {
  fs.renameSync(work.entry(DRAFT), work.entry(JOURNALS.forward));
}

/** From here on they are taken back. Only a name changes, so a full disk does not stand in the way. */
export function turnJournal(work: DirectoryHandle): void {
  fs.renameSync(work.entry(JOURNALS.forward), work.entry(JOURNALS.back));
  work.sync();
}

/** The change is over: what fails after this moment is only untidy, and the next call tidies up. */
export function endJournal(work: DirectoryHandle, direction: Direction): void {
  fs.rmSync(work.entry(JOURNALS[direction]));
  try {
    work.sync();
    clearWorkDirectory(work);
  } catch {
    // Where the journal comes back after a power failure, everything that it lists is done.
  }
}

/** True while steps are being taken, or when a crash cut them off. */
export function hasJournal(root: string): boolean {
  return Object.values(JOURNALS).some((name) => fs.existsSync(`${root}/${WORK_DIRECTORY}/${name}`));
}

/**
 * What a crash left; null when there is none. A repository may come with a journal of somebody's making: what this
 * program does not write is refused.
 */
export function readJournal(work: DirectoryHandle): { direction: Direction; journal: Journal } | null {
  const [forward, back] = [JOURNALS.forward, JOURNALS.back].map((name) =>
    readWorkFile(work, name, MAX_BYTES),
  );
  const text = forward ?? back ?? null;
  if (text === null) return null;
  const direction = typeof forward === "string" ? "forward" : "back";
  if (typeof forward === "string" && typeof back === "string") throw notOurs(direction);
  let parsed: unknown = null;
  try {
    parsed = JSON.parse(text);
  } catch {
    // Refused below.
  }
  const { data } = Journal.safeParse(parsed);
  if (!data) throw notOurs(direction);
  return { direction, journal: data };
}

function notOurs(direction: Direction): PlanningError {
  return new PlanningError(
    "RECOVERY_CONFLICT",
    "The journal of a change that was cut off is not one that this program wrote.",
    {
      path: `${WORK_DIRECTORY}/${JOURNALS[direction]}`,
      hint: `Nothing was done with it. ${MOVE_AWAY} and call again.`,
    },
  );
}

/** Not deleted: it may have the only copies of what a change replaced or was about to write. */
export const MOVE_AWAY = `Look at it, move ${WORK_DIRECTORY} out of the project`;

function tooLong({ steps }: Journal): PlanningError {
  return new PlanningError(
    "WRITE_FAILED",
    `A change of ${steps.length} files is too large to be all or nothing.`,
    {
      hint: "Nothing was changed. Make it smaller: where a phase is in two places, move some of its files by hand.",
    },
  );
}
