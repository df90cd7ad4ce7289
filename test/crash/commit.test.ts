/** The built server is killed between making new files known to git and committing them. */
import { chmodSync, existsSync } from "node:fs";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { committed, gitProject, status } from "../support/git.ts";
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
