/** A host's configuration file: read strictly, and replaced as a whole, so that no host ever reads half of it. */
import { randomUUID } from "node:crypto";
import fs from "node:fs";
import { dirname, resolve } from "node:path";
import { SetupFailure } from "./failure.ts";

export interface ConfigFile {
  path: string;
  /** Where the bytes are: `path`, or what its symbolic links lead to. */
  target: string;
  /** Null where there is no file. Without a byte-order mark. */
  text: string | null;
  bytes: Buffer | null;
  /** Permissions and owner; null where there is no file. */
  stat: Pick<fs.Stats, "mode" | "uid" | "gid"> | null;
  hasMark: boolean;
}

const MARK = "\uFEFF";
const MAX_LINKS = 40;

export function readConfigFile(path: string): ConfigFile {
  const target = followLinks(path);
  const stat = orNull(path, () => fs.statSync(target));
  if (!stat) return { path, target, text: null, bytes: null, stat: null, hasMark: false };
  if (!stat.isFile()) throw new SetupFailure("It is not a regular file.", { path });
  const bytes = orNull(path, () => fs.readFileSync(target))!;
  const text = decode(path, bytes);
  const hasMark = text.startsWith(MARK);
  return { path, target, text: hasMark ? text.slice(1) : text, bytes, stat, hasMark };
}

/** By a file beside it and a rename; permissions and owner stay. Throws SetupFailure when another program wrote it meanwhile. */
export function writeConfigFile({ path, target, bytes, stat, hasMark }: ConfigFile, text: string): void {
  const draft = `${target}.${randomUUID().slice(0, 8)}.tmp`;
  try {
    // A rename would replace what may not be written too.
    if (stat) fs.accessSync(target, fs.constants.W_OK);
    else fs.mkdirSync(dirname(target), { recursive: true });
    const handle = fs.openSync(draft, "wx", stat ? stat.mode & 0o7777 : 0o666);
    try {
      if (stat) keepOwner(handle, stat);
      fs.writeFileSync(handle, (hasMark ? MARK : "") + text);
      fs.fsyncSync(handle);
    } finally {
      fs.closeSync(handle);
    }
    const now = orNull(path, () => fs.readFileSync(target));
    if (bytes === null ? now !== null : now === null || !now.equals(bytes)) {
      throw new SetupFailure("Another program changed it meanwhile; nothing was written.", {
        path,
        hint: "Run the same again.",
      });
    }
    fs.renameSync(draft, target);
  } catch (error) {
    fs.rmSync(draft, { force: true });
    throw inWords(path, error);
  }
}

/** Of a file that somebody else than its owner replaces, and its permissions, which a change of owner may take. */
function keepOwner(handle: number, { mode, uid, gid }: NonNullable<ConfigFile["stat"]>): void {
  const own = fs.fstatSync(handle);
  if (own.uid !== uid || own.gid !== gid) fs.fchownSync(handle, uid, gid);
  fs.fchmodSync(handle, mode & 0o7777);
}

/** A link is kept, and what it leads to is written, also where that is not there yet. */
function followLinks(path: string): string {
  let target = path;
  for (let links = 0; links < MAX_LINKS; links++) {
    const stat = orNull(path, () => fs.lstatSync(target));
    if (!stat?.isSymbolicLink()) return target;
    target = resolve(dirname(target), fs.readlinkSync(target));
  }
  throw new SetupFailure("Its symbolic links lead round in a circle.", { path });
}

/** Null where there is nothing. */
function orNull<T>(path: string, read: () => T): T | null {
  try {
    return read();
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return null;
    throw inWords(path, error);
  }
}

function decode(path: string, bytes: Buffer): string {
  try {
    return new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    throw new SetupFailure("It is not UTF-8 text; nothing was changed.", { path });
  }
}

/** By the system call that was refused. */
const HINTS: Readonly<Record<string, string>> = {
  access: "It may not be written, and nothing was changed. Change its permissions, and run the same again.",
  fchown: "Its owner could not be kept, and nothing was changed. Run the same as that user.",
};

function inWords(path: string, error: unknown): unknown {
  const { code, syscall } = error as NodeJS.ErrnoException;
  if (typeof code !== "string" || typeof syscall !== "string") return error;
  const hint = code === "ENOENT" ? undefined : HINTS[syscall];
  return new SetupFailure(`It cannot be read or written (${code} in ${syscall}).`, {
    path,
    ...(hint && { hint }),
  });
}
