/** Every operation that changes the file system, one by one: to stop, to fail, or to get in between at each of them. */
import fs from "node:fs";

const CHANGING = [
  "chmodSync",
  "chownSync",
  "linkSync",
  "mkdirSync",
  "openSync",
  "renameSync",
  "rmSync",
  "rmdirSync",
  "unlinkSync",
  "writeFileSync",
  "writeSync",
] as const;

export interface Operation {
  name: (typeof CHANGING)[number];
  /** From 1. */
  count: number;
  /** What it is given, as far as it is a path. */
  paths: string[];
}

/** Calls `before` ahead of each of them, which may throw; ends when the returned function is called. */
export function watchOperations(before: (operation: Operation) => void): () => void {
  // Some versions of Node take their own unlinkSync for ever from here when this is first called.
  fs.rmSync(`${import.meta.dirname}/nothing`, { force: true });
  const originals = new Map(CHANGING.map((name) => [name, fs[name]]));
  let count = 0;
  let isInside = false;
  for (const name of CHANGING) {
    const original = originals.get(name) as (...args: unknown[]) => unknown;
    const watched = (...args: unknown[]) => {
      const isReading = name === "openSync" && typeof args[1] === "number" && (args[1] & 3) === 0;
      if (!isInside && !isReading) {
        isInside = true;
        try {
          const paths = args.filter((one): one is string => typeof one === "string" && one.startsWith("/"));
          before({ name, count: ++count, paths: paths.map(realPath) });
        } finally {
          isInside = false;
        }
      }
      return original(...args);
    };
    Object.assign(fs, { [name]: watched });
  }
  return () => Object.assign(fs, Object.fromEntries(originals));
}

/** The engine names directories by their descriptors. */
function realPath(path: string): string {
  const [, descriptor, rest = ""] = /^(\/proc\/self\/fd\/\d+)(\/.*)?$/.exec(path) ?? [];
  return descriptor === undefined ? path : fs.readlinkSync(descriptor) + rest;
}

/** As a full disk or a failing one answers. */
export function systemError(code: string, syscall: string): Error {
  return Object.assign(new Error(`${code}: injected, ${syscall}`), { code, syscall });
}
