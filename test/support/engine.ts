/** A change with every kind of step, on a tree with modes of its own; and the engine as a process that can be killed. */
import { spawn } from "node:child_process";
import { chmodSync, mkdtempSync, rmSync } from "node:fs";
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
  /** `change` does everyStep, `settle` ends what a crash left. */
  what: "change" | "settle";
  /** Killed ahead of this operation; 0 or absent: never. */
  killAt?: number;
  /** This operation fails; the ones after it do not, unless `failsOn`. */
  failAt?: number;
  failsOn?: boolean;
}

export interface Ended {
  signal: NodeJS.Signals | null;
  /** Of a process that was not killed: what it did, by name, and the error it ended with. */
  operations: { name: string; paths: string[] }[];
  error: string | null;
}

/** The engine in a file of its own, so that a process of it starts quickly. */
export async function buildEngine(): Promise<{ run(run: Run): Promise<Ended>; remove(): void }> {
  const directory = mkdtempSync(join(tmpdir(), "wavewright-engine-"));
  const outfile = join(directory, "engine.mjs");
  const file = (name: string) => JSON.stringify(join(import.meta.dirname, name));
  await build({
    stdin: {
      contents: `
        import { everyStep } from ${file("engine-change.ts")};
        import { systemError, watchOperations } from ${file("fs-operations.ts")};
        import { settle } from ${file("../../src/workspace/recovery.ts")};
        import { transact } from ${file("../../src/workspace/transaction.ts")};
        import { Workspace } from ${file("../../src/workspace/workspace.ts")};
        const { root, what, killAt, failAt, failsOn } = JSON.parse(process.argv[2]);
        const operations = [];
        const stop = watchOperations(({ name, count, paths }) => {
          operations.push({ name, paths });
          if (count === killAt) process.kill(process.pid, "SIGKILL");
          if (count === failAt || (failsOn && count > failAt)) throw systemError("EIO", name);
        });
        let error = null;
        try {
          if (what === "settle") await settle(root);
          else await transact(new Workspace(root), { dryRun: false }, (_, changes) => {
            everyStep(changes);
            return {};
          });
        } catch (caught) {
          error = caught.code + ": " + caught.message;
        }
        stop();
        console.log(JSON.stringify({ operations, error }));
      `,
      resolveDir: import.meta.dirname,
      loader: "ts",
    },
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
  return {
    run: (run) =>
      new Promise((resolve, reject) => {
        const child = spawn(process.execPath, [outfile, JSON.stringify(run)], {
          stdio: ["ignore", "pipe", "inherit"],
        });
        let output = "";
        child.stdout.setEncoding("utf8").on("data", (text) => {
          output += text;
        });
        child.on("error", reject);
        child.on("close", (_, signal) => {
          const told = output === "" ? { operations: [], error: null } : JSON.parse(output);
          resolve({ signal, ...told });
        });
      }),
    remove: () => rmSync(directory, { recursive: true, force: true }),
  };
}
