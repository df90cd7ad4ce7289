/** Several servers, and many calls of one, write one project at once: what was acknowledged is on disk. */
import { execFileSync } from "node:child_process";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { gitProject } from "../support/git.ts";
import { manyPhases } from "../support/many-phases.ts";
import { project } from "../support/project.ts";
import { stdioClient } from "../support/stdio.ts";

const SERVERS = 4;
const WRITES = 12;

function checkAll(root: string, count: number): void {
  const read = (name: string) => readFileSync(join(root, ".planning", name), "utf8");
  expect(read("ROADMAP.md").match(/^- \[x\] Phase \d+: Part \d+ \(1\/1 plans\) — completed/gm)).toHaveLength(
    count,
  );
  expect(read("ROADMAP.md")).not.toContain("- [ ]");
  expect(read("REQUIREMENTS.md").match(/\| Complete \|$/gm)).toHaveLength(count);
  expect(read("STATE.md")).toContain("Keep this.");
  expect(read("STATE.md")).not.toContain("Phase: 1 of");
  expect(readdirSync(join(root, ".planning/phases/completed"))).toHaveLength(count);
  expect(readdirSync(join(root, ".planning/phases/active"))).toEqual([]);
  expect(existsSync(join(root, ".planning/.wavewright"))).toBe(false);
}

test("4 servers with 12 writes each", { timeout: 120_000 }, async () => {
  const count = SERVERS * WRITES;
  const root = project(manyPhases(count));
  const clients = await Promise.all(
    Array.from({ length: SERVERS }, () => stdioClient({ args: ["--root", root] })),
  );
  const results = await Promise.all(
    clients.flatMap((client, server) =>
      Array.from({ length: WRITES }, (_, write) =>
        client.callTool({
          name: "complete_phase",
          arguments: { phase: String(write * SERVERS + server + 1), commit: false },
        }),
      ),
    ),
  );
  const acknowledged = results.filter(
    ({ structuredContent }) => (structuredContent as { status: string } | undefined)?.status === "completed",
  );
  expect(acknowledged).toHaveLength(count);
  checkAll(root, count);
});

test("24 writes at once in one server, each with its commit, while others read", {
  timeout: 120_000,
}, async () => {
  const count = 24;
  const root = gitProject(manyPhases(count));
  const client = await stdioClient({ args: ["--root", root] });
  const writes = Array.from({ length: count }, (_, index) =>
    client.callTool({ name: "complete_phase", arguments: { phase: String(index + 1) } }),
  );
  const reads = Array.from({ length: count }, () =>
    client.callTool({ name: "project_status", arguments: {} }),
  );
  for (const { structuredContent } of await Promise.all(reads)) {
    // Never half a change: a completed directory and its tick come together.
    const { phases } = structuredContent as { phases: { state: string }[] };
    expect(phases).toHaveLength(count);
  }
  for (const { structuredContent } of await Promise.all(writes)) {
    expect(structuredContent).toMatchObject({
      status: "completed",
      commit: { sha: expect.stringMatching(/^[0-9a-f]{40}/) },
    });
  }
  checkAll(root, count);
  const subjects = execFileSync("git", ["log", "--format=%s"], { cwd: root, encoding: "utf8" })
    .trim()
    .split("\n");
  expect(subjects.filter((subject) => /^docs\(\d+\): complete part-\d+ phase$/.test(subject))).toHaveLength(
    count,
  );
  expect(execFileSync("git", ["status", "--porcelain"], { cwd: root, encoding: "utf8" })).toBe("");
});
