/**
 * Hooks that put files away, check, and bring them back, as pre-commit and lint-staged do, outlive or lose the server
 * that commits. What another one was told to be done is still there when all of them have ended.
 */

import { spawn } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { WORK } from "../support/engine.ts";
import { gitProject, hook, status, subject } from "../support/git.ts";
import { manyPhases } from "../support/many-phases.ts";
import { project, write } from "../support/project.ts";
import { PROGRAM, Program } from "../support/stdio.ts";

const STATE = ".planning/STATE.md";

async function until(isSo: () => boolean): Promise<void> {
  while (!isSo()) await new Promise((resolve) => setTimeout(resolve, 10));
}

interface Trial {
  root: string;
  /** Where the hook says `started` and `ended`, and waits for `go`. */
  marks: string;
}

/** The first commit's hook puts STATE and ROADMAP back to what they were when it started, when it may or is interrupted. */
function trial(): Trial {
  const root = gitProject(manyPhases(3));
  const marks = project({});
  hook(
    root,
    "pre-commit",
    `[ -e "${marks}/started" ] && exit 0
     cp .planning/STATE.md .planning/ROADMAP.md "${marks}"
     back() {
       sleep 0.3
       cp "${marks}/STATE.md" "${marks}/ROADMAP.md" .planning
       touch "${marks}/ended"
     }
     trap 'back; exit 1' INT
     touch "${marks}/started"
     while [ ! -e "${marks}/go" ] && [ -e "${marks}" ]; do sleep 0.05; done
     back`,
  );
  return { root, marks };
}

const complete = (server: Program, phase: string) =>
  server.request("tools/call", { name: "complete_phase", arguments: { phase } });

/** The server in whose commit the hook has started. */
async function committing({ root, marks }: Trial): Promise<Program> {
  const server = new Program({ args: ["--root", root] });
  await server.initialize();
  complete(server, "1");
  await until(() => existsSync(join(marks, "started")));
  return server;
}

/** Another server completes another phase; afterwards the first change and this one are there, and nothing beside. */
async function requireBoth({ root, marks }: Trial): Promise<void> {
  const server = new Program({ args: ["--root", root] });
  await server.initialize();
  const { result } = await server.answer(complete(server, "2"));
  expect(result).toMatchObject({
    structuredContent: {
      status: expect.stringMatching(/completed|unchanged/),
      commit: { sha: expect.any(String) },
    },
  });
  expect(existsSync(join(marks, "ended"))).toBe(true);
  const ticked = () => readFileSync(join(root, ".planning/ROADMAP.md"), "utf8").match(/^- \[x\] Phase \d/gm);
  expect(ticked()).toEqual(["- [x] Phase 1", "- [x] Phase 2"]);
  await server.answer(complete(server, "1"));
  expect(status(root)).toEqual([]);
  expect(existsSync(join(root, WORK))).toBe(false);
  expect(readFileSync(join(root, STATE), "utf8")).toContain("Phase: 3 of");
}

describe("a server that ends while a hook runs", () => {
  test("by SIGKILL: others wait for the hook, and whoever reads does not", { timeout: 60_000 }, async () => {
    const it = trial();
    const server = await committing(it);
    server.process.kill("SIGKILL");
    await server.ended;
    const reader = new Program({ args: ["--root", it.root] });
    await reader.initialize();
    await reader.answer(reader.request("tools/call", { name: "project_status", arguments: {} }));
    expect(existsSync(join(it.marks, "ended"))).toBe(false);
    setTimeout(() => write(it.marks, { go: "" }), 4_000);
    await requireBoth(it);
  });

  test("by SIGKILL: a hook that talks brings files back all the same", { timeout: 60_000 }, async () => {
    const root = gitProject(manyPhases(2), { uncommitted: { "wip.txt": "mine" } });
    const marks = project({});
    hook(
      root,
      "pre-commit",
      `mv wip.txt "${marks}"; touch "${marks}/started"
       while [ ! -e "${marks}/go" ] && [ -e "${marks}" ]; do sleep 0.05; done
       echo restoring; echo restoring >&2; mv "${marks}/wip.txt" .`,
    );
    const server = await committing({ root, marks });
    server.process.kill("SIGKILL");
    await server.ended;
    write(marks, { go: "" });
    await until(() => existsSync(join(root, "wip.txt")));
    await until(() => subject(root) !== "start");
    expect(status(root)).toEqual(["?? wip.txt"]);
  });

  test.each<NodeJS.Signals | "the end of its input">(["the end of its input", "SIGTERM", "SIGHUP"])(
    "by %s: it ends the hook before",
    { timeout: 60_000 },
    async (end) => {
      const it = trial();
      const server = await committing(it);
      const start = performance.now();
      if (end === "the end of its input") server.process.stdin.end();
      else server.process.kill(end);
      expect(await server.ended).toEqual({ code: 0, signal: null });
      expect(existsSync(join(it.marks, "ended"))).toBe(true);
      expect(performance.now() - start).toBeGreaterThan(1_900);
      expect(server.messages().at(-1)).toMatchObject({
        result: { structuredContent: { status: "completed", commit: null } },
      });
      expect(existsSync(join(it.root, WORK))).toBe(false);
      await requireBoth(it);
    },
  );

  test("no other commit begins meanwhile", { timeout: 60_000 }, async () => {
    const it = trial();
    const server = await committing(it);
    complete(server, "2");
    server.process.stdin.end();
    expect(await server.ended).toEqual({ code: 0, signal: null });
    await requireBoth(it);
  });
});

test("a command that is interrupted ends the hook before", { timeout: 60_000 }, async () => {
  const it = trial();
  const args = ["call", "complete_phase", "phase=1", "--root", it.root];
  const command = spawn(process.execPath, [PROGRAM, ...args], { stdio: "ignore" });
  const ended = new Promise((resolve) => command.on("exit", (code) => resolve(code)));
  await until(() => existsSync(join(it.marks, "started")));
  command.kill("SIGINT");
  expect(await ended).toBe(130);
  await requireBoth(it);
});
