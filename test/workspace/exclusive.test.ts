/** What others may do while a commit's hooks run. */
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import commitPlanning from "../../tools/commit_planning.ts";
import completePhase from "../../tools/complete_phase.ts";
import discoverPhase from "../../tools/discover_phase.ts";
import movePhaseState from "../../tools/move_phase_state.ts";
import { call } from "../support/client.ts";
import { WORK } from "../support/engine.ts";
import { committed, git, gitProject, hook, status, subject } from "../support/git.ts";
import { manyPhases } from "../support/many-phases.ts";
import { plan, project, write } from "../support/project.ts";
import { PROGRAM } from "../support/stdio.ts";

async function until(isSo: () => boolean): Promise<void> {
  while (!isSo()) await new Promise((resolve) => setTimeout(resolve, 10));
}

const wait = (file: string) => `while [ ! -e "${file}" ]; do sleep 0.02; done`;

test("whoever reads goes on; whoever writes waits, and loses nothing to a hook that restores the work tree", {
  timeout: 60_000,
}, async () => {
  const root = gitProject(manyPhases(4), {
    uncommitted: { ".planning/STATE.md": "# Project State\n\nMine.\n" },
  });
  const marks = project({});
  // As pre-commit and lint-staged do: what is not in the commit is put away, and comes back after the checks.
  hook(
    root,
    "pre-commit",
    `[ -e "${marks}/once" ] && exit 0
     touch "${marks}/once"
     git diff --binary > "${marks}/patch"
     git checkout --quiet -- .
     touch "${marks}/started"
     ${wait(join(marks, "go"))}
     git apply "${marks}/patch"`,
  );
  write(join(root, ".planning/phases/active/02-part-2"), { "02-01-PLAN.md": plan({ wave: 2 }) });
  const ended: string[] = [];
  const first = call(completePhase, { phase: "1" }, root).finally(() => ended.push("first"));
  await until(() => existsSync(join(marks, "started")));
  await call(discoverPhase, { phase: "1" }, root);
  const others = [
    call(movePhaseState, { phase: "3", to: "pending" }, root).finally(() => ended.push("move")),
    call(completePhase, { phase: "4", commit: false }, root).finally(() => ended.push("complete")),
    call(commitPlanning, { kind: "plans", phase: "2" }, root).finally(() => ended.push("commit")),
  ];
  await new Promise((resolve) => setTimeout(resolve, 300));
  expect(ended).toEqual([]);
  writeFileSync(join(marks, "go"), "");
  expect(await first).toMatchObject({ commit: { sha: expect.any(String) } });
  await Promise.all(others);
  const roadmap = readFileSync(join(root, ".planning/ROADMAP.md"), "utf8");
  expect(roadmap.match(/^- \[x\] Phase \d/gm)).toEqual(["- [x] Phase 1", "- [x] Phase 4"]);
  expect(readFileSync(join(root, ".planning/STATE.md"), "utf8")).toContain("Mine.");
  expect(readFileSync(join(root, ".planning/phases/active/02-part-2/02-01-PLAN.md"), "utf8")).toContain(
    "wave: 2",
  );
  expect(existsSync(join(root, ".planning/phases/pending/03-part-3/03-01-PLAN.md"))).toBe(true);
  expect(existsSync(join(root, WORK))).toBe(false);
});

test("a hook may call what reads; what writes refuses at once, since it would wait for itself", {
  timeout: 60_000,
}, async () => {
  const root = gitProject(manyPhases(2));
  const marks = project({
    "client.mjs": `
      import { spawn } from "node:child_process";
      import { writeFileSync } from "node:fs";
      const [program, root, out] = process.argv.slice(2);
      const server = spawn(process.execPath, [program, "--root", root], { stdio: ["pipe", "pipe", "inherit"] });
      const send = (message) => server.stdin.write(JSON.stringify({ jsonrpc: "2.0", ...message }) + "\\n");
      const calls = [
        ["discover_phase", { phase: "1" }],
        ["move_phase_state", { phase: "2", to: "pending" }],
        ["commit_planning", { kind: "plans", phase: "2" }],
        ["move_phase_state", { phase: "2", to: "pending", dry_run: true }],
      ];
      const answers = [];
      let text = "";
      server.stdout.setEncoding("utf8").on("data", (more) => {
        text += more;
        const lines = text.split("\\n");
        text = lines.pop();
        for (const line of lines) {
          const message = JSON.parse(line);
          if (message.id === 0) calls.forEach(([name, args], index) =>
            send({ id: index + 1, method: "tools/call", params: { name, arguments: args } }));
          else answers[message.id - 1] = JSON.parse(message.result.content[0].text);
        }
        if (answers.filter(Boolean).length < calls.length) return;
        writeFileSync(out, JSON.stringify(answers));
        server.stdin.end();
      });
      const clientInfo = { name: "hook", version: "0" };
      send({ id: 0, method: "initialize", params: { protocolVersion: "2025-06-18", capabilities: {}, clientInfo } });
    `,
  });
  const answers = join(marks, "answers.json");
  hook(root, "pre-commit", `"${process.execPath}" "${marks}/client.mjs" "${PROGRAM}" "${root}" "${answers}"`);
  expect(await call(completePhase, { phase: "1" }, root)).toMatchObject({
    status: "completed",
    commit: { sha: expect.any(String) },
  });
  const refusal = { code: "PROJECT_LOCKED", message: expect.stringContaining("a hook of the commit") };
  expect(JSON.parse(readFileSync(answers, "utf8"))).toMatchObject([
    { phase: { state: "completed" } },
    refusal,
    refusal,
    { status: "moved" },
  ]);
  expect(existsSync(join(root, ".planning/phases/active/02-part-2"))).toBe(true);
  expect(status(root)).toEqual([]);
});

test("a hook that adds everything commits no lock", async () => {
  const root = gitProject(manyPhases(2));
  hook(root, "pre-commit", "git add --all");
  await call(completePhase, { phase: "1" }, root);
  expect(subject(root)).toBe("docs(01): complete part-1 phase");
  expect(committed(root).filter((line) => line.includes(".wavewright"))).toEqual([]);
  expect(git(root, "ls-files", WORK)).toBe("");
  expect(status(root)).toEqual([]);
});
