/** A change with every kind of step, on a tree with modes of its own; and the engine as a process that can be killed. */
import { spawn } from "node:child_process";
import { chmodSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { build } from "esbuild";
import { project } from "./project.ts";

/** Where the engine keeps its lock, journal and staged files. */
export const WORK = ".planning/.wavewright";

const PHASES = ".planning/phases";

/** A project whose files and directories have other modes than new ones get. */
export function engineProject(): string {
  const root = project({
    ".planning/ROADMAP.md": "# R\r\n\r\n- [ ] Phase 1: A\r\n",
    ".planning/OLD.md": "old\n",
    [`${PHASES}/active/01-a/01-01-PLAN.md`]: "plan",
    [`${PHASES}/pending/01-a/extra.md`]: "extra",
    [`${PHASES}/pending/01-a/sub/same.md`]: "same",
  });
  const modes: Record<string, number> = {
    ".planning/ROADMAP.md": 0o640,
    ".planning/OLD.md": 0o751,
    [`${PHASES}/pending/01-a/extra.md`]: 0o600,
    [`${PHASES}/pending/01-a/sub/same.md`]: 0o444,
    [`${PHASES}/pending/01-a/sub`]: 0o770,
    [`${PHASES}/pending/01-a`]: 0o711,
    [`${PHASES}/active/01-a`]: 0o775,
  };
  for (const [path, mode] of Object.entries(modes)) chmodSync(join(root, path), mode);
  return root;
}

export interface Run {
  root: string;
  /** `change` takes every step, `settle` ends what a crash left. */
  what: "change" | "settle";
  /** Killed ahead of this operation; 0 or absent: never. */
  killAt?: number;
  /** This operation fails; the ones after it do not, unless `failsOn`. */
  failAt?: number;
  failsOn?: boolean;
}

export interface Ended {
  isKilled: boolean;
  /** Of one that was not killed: what it did, by name, and the error it ended with. */
  operations: { name: string; paths: string[] }[];
  error: string | null;
}

export interface Engine {
  /** In a process of its own, which is killed by SIGKILL. */
  run(run: Run): Promise<Ended>;
  /**
   * One after the other in one process, much faster. Each is killed in that no operation of it happens from that moment
   * on, whatever it tries; when all are done, the process is killed indeed, so that their locks are a dead one's.
   */
  runAll(runs: readonly Run[]): Promise<Ended[]>;
  remove(): void;
}

/** The engine in a file of its own, so that a process of it starts quickly. */
export async function buildEngine(): Promise<Engine> {
  const directory = mkdtempSync(join(tmpdir(), "wavewright-engine-"));
  const outfile = join(directory, "engine.mjs");
  await build({
    stdin: { contents: engineSource(), resolveDir: import.meta.dirname, loader: "ts" },
    outfile,
    bundle: true,
    platform: "node",
    format: "esm",
    banner: {
      js: 'import { createRequire } from "node:module"; const require = createRequire(import.meta.url);',
    },
    external: ["simple-git"],
    logLevel: "error",
  });
  let files = 0;
  const start = async (runs: readonly Run[], isAlone: boolean): Promise<Ended[]> => {
    const [given, told] = [join(directory, `runs-${++files}.json`), join(directory, `ended-${files}.json`)];
    writeFileSync(given, JSON.stringify({ runs, isAlone }));
    const child = spawn(process.execPath, [outfile, given, told], {
      stdio: ["ignore", "inherit", "inherit"],
    });
    const signal = await new Promise((resolve, reject) => {
      child.on("error", reject);
      child.on("close", (_, signal) => resolve(signal));
    });
    if (signal !== "SIGKILL") throw new Error("the engine's process was not killed");
    const isTold = existsSync(told);
    const ended = isTold
      ? JSON.parse(readFileSync(told, "utf8"))
      : [{ isKilled: true, operations: [], error: null }];
    for (const file of [given, told]) rmSync(file, { force: true });
    return ended;
  };
  return {
    run: async (run) => (await start([run], true))[0]!,
    runAll: (runs) => start(runs, false),
    remove: () => rmSync(directory, { recursive: true, force: true }),
  };
}

function engineSource(): string {
  const file = (name: string) => JSON.stringify(join(import.meta.dirname, name));
  return `
    import { readFileSync, writeFileSync } from "node:fs";
    import { takeEveryStep } from ${file("engine-change.ts")};
    import { systemError, watchOperations } from ${file("fs-operations.ts")};
    import { settle } from ${file("../../src/workspace/recovery.ts")};

    const [given, told] = process.argv.slice(2);
    const { runs, isAlone } = JSON.parse(readFileSync(given, "utf8"));
    const die = () => process.kill(process.pid, "SIGKILL");

    async function run({ root, what, killAt, failAt, failsOn }) {
      const operations = [];
      let isKilled = false;
      const stop = watchOperations(({ name, count, paths }) => {
        operations.push({ name, paths });
        if (count === killAt && isAlone) die();
        isKilled ||= count === killAt;
        if (isKilled) throw systemError("EKILLED", name);
        if (count === failAt || (failsOn && count > failAt)) throw systemError("EIO", name);
      });
      let error = null;
      try {
        if (what === "settle") await settle(root);
        else await takeEveryStep(root);
      } catch (caught) {
        error = caught.code + ": " + caught.message;
      }
      stop();
      return isKilled ? { isKilled, operations: [], error: null } : { isKilled, operations, error };
    }

    const ended = [];
    for (const one of runs) ended.push(await run(one));
    writeFileSync(told, JSON.stringify(ended));
    die();
  `;
}
