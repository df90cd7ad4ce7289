/** A server that is told to end while a commit's hook runs is gone within the four seconds of the SDK's client. */
import { existsSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { WORK } from "../support/engine.ts";
import { git, gitProject, hook, status } from "../support/git.ts";
import { manyPhases } from "../support/many-phases.ts";
import { project } from "../support/project.ts";
import { Program } from "../support/stdio.ts";

const MARGIN_MS = 4_000;
const HOOKS: Record<string, string> = {
  "is silent": "while [ -e MARKS ]; do sleep 0.05; done",
  "keeps talking": "while [ -e MARKS ]; do echo busy; sleep 0.05; done",
  "takes no notice": "trap '' INT TERM HUP; while [ -e MARKS ]; do sleep 0.05; done",
};
const cases = Object.keys(HOOKS).flatMap((what) =>
  (["SIGTERM", "end of input"] as const).map((end) => [what, end] as const),
);

test.each(cases)("a hook that %s, %s", { timeout: 60_000 }, async (what, end) => {
  const root = gitProject(manyPhases(2));
  const marks = project({});
  const server = new Program({ args: ["--root", root] });
  await server.initialize();
  hook(root, "pre-commit", `echo $$ > "${marks}/pid"; ${HOOKS[what]!.replaceAll("MARKS", marks)}`);
  const id = server.request("tools/call", { name: "complete_phase", arguments: { phase: "1" } });
  while (!existsSync(join(marks, "pid"))) await new Promise((resolve) => setTimeout(resolve, 10));
  const start = performance.now();
  if (end === "SIGTERM") server.process.kill("SIGTERM");
  else server.process.stdin.end();
  expect(await server.ended).toEqual({ code: 0, signal: null });
  expect(performance.now() - start).toBeLessThan(MARGIN_MS);
  // The answer came, and says that the commit is still owed.
  expect(server.messages().find((one) => one.id === id)).toMatchObject({
    result: {
      structuredContent: { status: "completed", commit: null, diagnostics: [{ code: "COMMIT_SKIPPED" }] },
    },
  });
  const left = readdirSync(join(root, ".git")).filter((name) => /wavewright|lock/.test(name));
  expect(left).toEqual([expect.stringMatching(/^wavewright-owed\.[0-9a-f]{16}$/)]);
  expect(existsSync(join(root, WORK))).toBe(false);
  expect(git(root, "diff", "--cached", "--name-only")).toBe("");

  hook(root, "pre-commit", "exit 0");
  const next = new Program({ args: ["--root", root] });
  await next.initialize();
  const { result } = await next.answer(
    next.request("tools/call", { name: "complete_phase", arguments: { phase: "1" } }),
  );
  expect(result).toMatchObject({ structuredContent: { commit: { sha: expect.any(String) } } });
  expect(status(root)).toEqual([]);
});
