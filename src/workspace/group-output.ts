/**
 * What a program and those that it starts have to say. They write into a file without a name, so that nothing breaks for a
 * hook whose server was killed, and the file is gone with the last of them. Where that is not possible they get a pipe.
 */
import { randomUUID } from "node:crypto";
import fs from "node:fs";
import { tmpdir } from "node:os";
import type { Readable } from "node:stream";

/** So much of the beginning and of the end is kept: git's own words, and a hook's last ones. */
const KEPT_BYTES = 1024 * 1024;
const CHUNK_BYTES = 64 * 1024;
/** The file is emptied beyond that: where temporary files are in memory, it has to stay small too. */
const MAX_FILE_BYTES = 8 * 1024 * 1024;
/** More than a program writes between two looks. */
const MIN_FREE_BYTES = 256 * 1024 * 1024;

export interface Output {
  /** For the program. */
  stdio: number | "pipe";
  /** Takes what has come since, and says whether something has. */
  listen(stream: Readable | null): void;
  hasGrown(): boolean;
  text(): string;
  close(): void;
}

export function openOutput(hasFiles: boolean): Output {
  const kept = keeping();
  const file = hasFiles ? openUnnamed() : null;
  return file === null ? pipedOutput(kept) : fileOutput(file, kept);
}

type Kept = ReturnType<typeof keeping>;

/** Bytes that come one after the other, bounded. */
function keeping() {
  const first: Buffer[] = [];
  const last: Buffer[] = [];
  let [room, size] = [KEPT_BYTES, 0];
  let isCut = false;
  return {
    hasRoom: () => room > 0,
    /** Keeps the bytes themselves. */
    add(bytes: Buffer) {
      const [begin, rest] = [bytes.subarray(0, room), bytes.subarray(room)];
      room -= begin.length;
      if (begin.length > 0) first.push(begin);
      if (rest.length > 0) last.push(rest);
      for (size += rest.length; last.length > 1 && size - last[0]!.length >= KEPT_BYTES; isCut = true)
        size -= last.shift()!.length;
    },
    skip() {
      isCut = true;
    },
    text: () => Buffer.concat([...first, Buffer.from(isCut ? "\n…\n" : ""), ...last]).toString("utf8"),
  };
}

function pipedOutput(kept: Kept): Output {
  let grown = false;
  return {
    stdio: "pipe",
    listen(stream) {
      stream?.on("error", () => {});
      stream?.on("data", (chunk: Buffer) => {
        grown = true;
        kept.add(chunk);
      });
    },
    hasGrown() {
      const was = grown;
      grown = false;
      return was;
    },
    text: kept.text,
    close() {},
  };
}

/** Null where the system's directory for temporary files takes none, or is nearly full: a program would fail then. */
function openUnnamed(): number | null {
  const place = `${tmpdir()}/wavewright-${randomUUID()}`;
  const { O_RDWR, O_CREAT, O_EXCL, O_APPEND } = fs.constants;
  try {
    const { bavail, bsize } = fs.statfsSync(tmpdir());
    if (bavail * bsize < MIN_FREE_BYTES) return null;
    // Who writes appends: several processes share the file.
    const file = fs.openSync(place, O_RDWR | O_CREAT | O_EXCL | O_APPEND, 0o600);
    try {
      fs.unlinkSync(place);
      return file;
    } catch {
      fs.closeSync(file);
      return null;
    }
  } catch {
    return null;
  }
}

function fileOutput(file: number, kept: Kept): Output {
  let at = 0;
  let seen = "";
  const take = (end: number) => {
    // Changed, and no longer than before: whoever opens /dev/stderr to write has emptied it.
    if (end <= at) at = 0;
    while (at < end) {
      if (end - at > 2 * KEPT_BYTES && !kept.hasRoom()) {
        kept.skip();
        at = end - KEPT_BYTES;
      }
      const chunk = Buffer.alloc(Math.min(CHUNK_BYTES, end - at));
      const count = fs.readSync(file, chunk, 0, chunk.length, at);
      if (count === 0) return;
      kept.add(chunk.subarray(0, count));
      at += count;
    }
  };
  const look = () => {
    const { size, mtimeMs } = fs.fstatSync(file);
    return { size, state: `${size} ${mtimeMs}` };
  };
  seen = look().state;
  return {
    stdio: file,
    listen() {},
    hasGrown() {
      const { size, state } = look();
      if (state === seen) return false;
      seen = state;
      take(size);
      if (size > MAX_FILE_BYTES) {
        fs.ftruncateSync(file, 0);
        at = 0;
        seen = look().state;
      }
      return true;
    },
    text() {
      const { size, state } = look();
      if (state !== seen) take(size);
      seen = state;
      return kept.text();
    },
    close: () => fs.closeSync(file),
  };
}
