/** The built server is killed while git is about to commit. */
import { chmodSync, existsSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, onTestFinished, test } from "vitest";
import { committed, git, gitProject, hook, status, subject } from "../support/git.ts";
import { manyPhases } from "../support/many-phases.ts";
import { plan, project, write } from "../support/project.ts";
import { Program } from "../support/stdio.ts";

const PLAN = ".planning/phases/active/03-chat/03-01-PLAN.md";

/** A directory for PATH whose git says `commits` in a file, and then waits for a file, instead of committing. */
function waitingGit(): string {
  const real = process.env.PATH!.split(":").find((directory) => existsSync(join(directory, "git")))!;
  const bin = project({
    git: `#!/bin/sh
case " $* " in
*" commit "*) echo $$ > "$(dirname "$0")/commits"; while test -e "$0" && ! test -e "$(dirname "$0")/go"; do sleep 0.02; done; exit 1;;
esac
exec "${real}/git" "$@"
`,
  });
  chmodSync(join(bin, "git"), 0o755);
  onTestFinished(() => write(bin, { go: "" }));
  return bin;
}

async function commitPlans(server: Program, phase: string): Promise<Record<string, unknown>> {
  const params = { name: "commit_planning", arguments: { kind: "plans", phase } };
  const { result } = await server.answer(server.request("tools/call", params));
  return (result as { structuredContent: Record<string, unknown> }).structuredContent;
}

test.each(["another phase's commit forgets them", "the same call again commits them"])(
  "%s",
  async (title) => {
    const root = gitProject(
      { ".planning/ROADMAP.md": "# Roadmap\n" },
      {
        uncommitted: {
          [PLAN]: plan(),
          ".planning/phases/active/04-rooms/04-01-PLAN.md": plan(),
          "mine.md": "",
        },
      },
    );
    const bin = waitingGit();
    const killed = new Program({ args: ["--root", root], env: { PATH: `${bin}:${process.env.PATH}` } });
    await killed.initialize();
    const params = { name: "commit_planning", arguments: { kind: "plans", phase: "3" } };
    killed.request("tools/call", params);
    while (!existsSync(join(bin, "commits"))) await new Promise((resolve) => setTimeout(resolve, 10));
    killed.process.kill("SIGKILL");
    await killed.ended;
    write(bin, { go: "" });
    expect(status(root)).toContain(` A ${PLAN}`);

    const next = new Program({ args: ["--root", root] });
    await next.initialize();
    const isSame = title.startsWith("the same");
    expect(await commitPlans(next, isSame ? "3" : "4")).toMatchObject({ status: "committed" });
    const other = PLAN.replaceAll("03", "04").replace("chat", "rooms");
    expect(committed(root)).toEqual([`A ${isSame ? PLAN : other}`]);
    expect(status(root).sort()).toEqual([`?? ${isSame ? other : PLAN}`, "?? mine.md"].sort());
    expect(existsSync(join(root, ".planning/.wavewright"))).toBe(false);
  },
);

test("a phase that was completed before, reopened, and completed again: the same call commits it", async () => {
  const phase = {
    "03-01-PLAN.md": plan(),
    "03-01-SUMMARY.md": "s",
    "03-VERIFICATION.md": "---\nstatus: passed\n---\n",
  };
  const root = gitProject({
    ".planning/ROADMAP.md": "# Roadmap\n\n- [x] Phase 3: Chat\n",
    ".planning/phases/completed/03-chat": phase,
  });
  git(root, "mv", ".planning/phases/completed", ".planning/phases/active");
  write(root, { ".planning/phases/active/03-chat": { "03-01-SUMMARY.md": "again", "03-NOTES.md": "n" } });
  git(root, "add", "--all");
  const bin = waitingGit();
  const params = { name: "complete_phase", arguments: { phase: "3" } };
  const killed = new Program({ args: ["--root", root], env: { PATH: `${bin}:${process.env.PATH}` } });
  await killed.initialize();
  killed.request("tools/call", params);
  while (!existsSync(join(bin, "commits"))) await new Promise((resolve) => setTimeout(resolve, 10));
  killed.process.kill("SIGKILL");
  await killed.ended;
  write(bin, { go: "" });
  write(root, { ".planning/phases/completed/03-chat/mine.md": "mine" });
  expect(subject(root)).toBe("start");

  const next = new Program({ args: ["--root", root] });
  await next.initialize();
  const { result } = await next.answer(next.request("tools/call", params));
  expect((result as { structuredContent: object }).structuredContent).toMatchObject({
    status: "unchanged",
    commit: { sha: git(root, "rev-parse", "HEAD"), message: "docs(03): complete chat phase" },
  });
  expect(committed(root).filter((one) => one.includes("03-chat"))).toEqual([
    "M .planning/phases/completed/03-chat/03-01-SUMMARY.md",
    "A .planning/phases/completed/03-chat/03-NOTES.md",
  ]);
  expect(status(root)).toEqual(["?? .planning/phases/completed/03-chat/mine.md"]);
});

describe("a commit that git makes after the end of the server", () => {
  const STATE = ".planning/STATE.md";

  /** Killed while the hook runs, which has said `started`; gives back what the same call says when git has ended. */
  async function killedIn(root: string): Promise<object> {
    const killed = new Program({ args: ["--root", root] });
    await killed.initialize();
    const params = { name: "complete_phase", arguments: { phase: "1" } };
    killed.request("tools/call", params);
    while (!existsSync(join(root, ".git/started"))) await new Promise((resolve) => setTimeout(resolve, 10));
    killed.process.kill("SIGKILL");
    await killed.ended;
    write(root, { ".git": { go: "" } });
    const next = new Program({ args: ["--root", root] });
    await next.initialize();
    const { result } = await next.answer(next.request("tools/call", params));
    return (result as { structuredContent: object }).structuredContent;
  }

  const WAIT = "touch .git/started; while [ -e .git ] && [ ! -e .git/go ]; do sleep 0.05; done";
  const notes = (root: string) =>
    readdirSync(join(root, ".git")).filter((name) => name.startsWith("wavewright"));

  test("leaves no note", { timeout: 60_000 }, async () => {
    const root = gitProject(manyPhases(2));
    hook(root, "pre-commit", WAIT);
    expect(await killedIn(root)).toMatchObject({ status: "unchanged", commit: null, diagnostics: [] });
    expect(subject(root)).toBe("docs(01): complete part-1 phase");
    expect(status(root)).toEqual([]);
    expect(notes(root)).toEqual([]);
  });

  test("leaves what a person has staged since", { timeout: 60_000 }, async () => {
    const root = gitProject(manyPhases(2));
    hook(root, "pre-commit", `echo tidy >> ${STATE}; git add ${STATE}`);
    hook(
      root,
      "post-commit",
      `${WAIT}; cp ${STATE} .git/kept; echo person >> ${STATE}; git add ${STATE}; cp .git/kept ${STATE}`,
    );
    await killedIn(root);
    expect(status(root)).toEqual([`MM ${STATE}`]);
    expect(git(root, "show", `:${STATE}`)).toContain("person");
  });
});
