/** What a call is about to change: collected first, shown by a dry run, done by the act, both from the same steps. */
import { isUtf8 } from "node:buffer";
import { createTwoFilesPatch, FILE_HEADERS_ONLY } from "diff";
import { PlanningError } from "../errors.ts";
import { decodeBytes, encodeWindows1252 } from "./encoding.ts";
import type { Step } from "./journal.ts";
import { hash, hashOf, readPlanning } from "./planning-tree.ts";
import { requireWritable } from "./writable.ts";

/** A change as results show it. */
export interface Change {
  action: "create" | "update" | "move" | "delete";
  path: string;
  /** Where a directory moves. */
  to?: string;
  /** Unified diff of a text file; its middle is left out where it is long. */
  diff?: string;
}

const MAX_DIFF = 3_000;

interface Edited {
  before: Buffer | null;
  after: Buffer | null;
}

export class ChangeSet {
  readonly #root: string;
  readonly #files = new Map<string, Edited>();
  readonly #fileMoves: { path: string; to: string }[] = [];
  readonly #directories: string[] = [];
  readonly #moves: { path: string; to: string }[] = [];

  constructor(root: string) {
    this.#root = root;
  }

  /** The text as it is now, or as this change set has edited it; null without a file. */
  read(path: string): string | null {
    const { after } = this.#edited(path);
    return after && decodeBytes(after).text;
  }

  /** The bytes as they are on disk; null without a file. */
  readBytes(path: string): Buffer | null {
    return this.#edited(path).after;
  }

  /** Replaces or creates a text file, in the encoding that it has. */
  write(path: string, text: string): void {
    const edited = this.#edited(path);
    edited.after = encodeAs(edited.before, text, path);
  }

  /** Creates a file with these bytes. */
  writeBytes(path: string, bytes: Buffer): void {
    this.#edited(path).after = bytes;
  }

  remove(path: string): void {
    this.#edited(path).after = null;
  }

  /** Removes a directory that is empty by then. */
  removeDirectory(path: string): void {
    requireWritable(path);
    this.#directories.push(path);
  }

  /** Moves a file that is not edited. */
  moveFile(path: string, to: string): void {
    for (const one of [path, to]) requireWritable(one);
    this.#fileMoves.push({ path, to });
  }

  /** Moves a directory with all that is in it; everything else in this change set uses its old path. */
  move(path: string, to: string): void {
    for (const one of [path, to]) requireWritable(one);
    this.#moves.push({ path, to });
  }

  /** True when nothing would change. */
  get isEmpty(): boolean {
    return this.steps().length === 0;
  }

  steps(): Step[] {
    const steps: Step[] = [];
    for (const [path, { before, after }] of this.#files) {
      if (after !== null && (before === null || !before.equals(after))) {
        steps.push({ kind: "write", path, before, after });
      } else if (after === null && before !== null) steps.push({ kind: "remove", path, before });
    }
    // Files leave a directory before it is removed; a phase's directory moves last.
    for (const { path, to } of this.#fileMoves) steps.push({ kind: "move", path, to });
    for (const path of this.#directories) steps.push({ kind: "rmdir", path });
    for (const { path, to } of this.#moves) steps.push({ kind: "move", path, to });
    return steps;
  }

  /** Files whose content the change is about. */
  get edited(): ReadonlySet<string> {
    return new Set(this.#files.keys());
  }

  /** What was read and not edited, and has another content now, or null; the journal looks at what is edited. */
  changed(): string | null {
    const changed = [...this.#files].find(([path, { before, after }]) => {
      const isEdited = before === null ? after !== null : after === null || !before.equals(after);
      return !isEdited && hashOf(readPlanning(this.#root, path)) !== (before && hash(before));
    });
    return changed?.[0] ?? null;
  }

  changes(): Change[] {
    return this.steps().map((step): Change => {
      const { kind, path } = step;
      if (kind === "move") return { action: "move", path, to: step.to };
      if (kind === "remove" || kind === "rmdir") return { action: "delete", path };
      return {
        action: step.before === null ? "create" : "update",
        path,
        ...diffOf(path, step.before, step.after),
      };
    });
  }

  #edited(path: string): Edited {
    const known = this.#files.get(path);
    if (known) return known;
    requireWritable(path);
    const before = readFile(this.#root, path);
    const edited = { before, after: before };
    this.#files.set(path, edited);
    return edited;
  }
}

/** Null when there is nothing; a link in the file's place is refused, since replacing it would cut it. */
function readFile(root: string, path: string): Buffer | null {
  const found = readPlanning(root, path);
  if (found === "nothing") return null;
  if (typeof found !== "string") return found;
  const why = found === "link" ? "a symbolic link, which an edit would replace" : "not a regular file";
  throw new PlanningError("WRITE_FAILED", `${path} is not edited: it is ${why}.`, {
    path,
    hint: "Nothing was changed. Put a regular file in its place and call again.",
  });
}

function encodeAs(before: Buffer | null, text: string, path: string): Buffer {
  if (before === null || isUtf8(before)) return Buffer.from(text, "utf8");
  const bytes = encodeWindows1252(text);
  if (bytes) return bytes;
  throw new PlanningError(
    "UNSUPPORTED_ENCODING",
    `${path} is not UTF-8, and the new text has characters that Windows-1252 lacks.`,
    {
      path,
      hint: "Nothing was changed. Save the file as UTF-8 and call again.",
    },
  );
}

function diffOf(path: string, before: Buffer | null, after: Buffer): { diff?: string } {
  if (after.length === 0 && before === null) return {};
  const old = before && decodeBytes(before).text;
  return { diff: shortenDiff(textDiff(path, old, decodeBytes(after).text, 2)) };
}

/** A unified diff; `before` is null for a new file, `context` the number of lines around each change. */
export function textDiff(path: string, before: string | null, after: string, context: number): string {
  const from = before === null ? "/dev/null" : `a/${path}`;
  return createTwoFilesPatch(from, `b/${path}`, before ?? "", after, undefined, undefined, {
    context,
    headerOptions: FILE_HEADERS_ONLY,
  });
}

/** Whole lines from both ends. */
export function shortenDiff(patch: string): string {
  if (patch.length <= MAX_DIFF) return patch;
  const start = patch.lastIndexOf("\n", MAX_DIFF * 0.7) + 1;
  const end = patch.indexOf("\n", patch.length - MAX_DIFF * 0.3) + 1;
  const left = patch.slice(start, end).split("\n").length - 1;
  return `${patch.slice(0, start)}… ${left} more lines …\n${patch.slice(end)}`;
}
