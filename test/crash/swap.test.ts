/** A directory of the project is swapped for a link out of it, over and over, while tools read and write. */
import { spawn } from "node:child_process";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { tools } from "../../tools/index.ts";
import { connect } from "../support/client.ts";
import { plan, project, snapshotTree } from "../support/project.ts";

const CALLS = 80;

test("nothing outside is read or written", { timeout: 120_000 }, async () => {
  const secret = "SECRET-7d1f";
  const outside = project({
    "03-01-PLAN.md": plan({ wave: 1, files_modified: [secret] }, `<objective>\n${secret}\n</objective>\n`),
    "03-01-SUMMARY.md": `# S\n\n**${secret}**\n`,
    "03-VERIFICATION.md": `---\nstatus: gaps_found\ngaps:\n  - truth: ${secret}\n    status: failed\n---\n`,
  });
  const root = project({
    ".planning/ROADMAP.md": "# R\n\n## Current Milestone: v1.0.0 A\n\n#### Phase 3: Chat\n\n**Goal:** x\n",
    ".planning/phases/active/03-chat": {
      "03-01-PLAN.md": plan({ wave: 1, files_modified: ["own"] }),
      "03-01-SUMMARY.md": "# S\n\n**Own**\n",
      "03-VERIFICATION.md": "---\nstatus: gaps_found\ngaps:\n  - truth: Own\n    status: failed\n---\n",
    },
  });
  const before = snapshotTree(outside);
  const place = join(root, ".planning/phases/active/03-chat");
  const swapper = spawn(process.execPath, [
    "-e",
    `const fs = require("node:fs");
     const [place, outside] = process.argv.slice(1);
     for (;;) {
       try {
         fs.renameSync(place, place + ".real");
         fs.symlinkSync(outside, place);
         fs.unlinkSync(place);
         fs.renameSync(place + ".real", place);
       } catch {}
     }`,
    place,
    outside,
  ]);
  onTestFinished(() => {
    swapper.kill("SIGKILL");
  });
  const client = await connect(tools, root);
  const texts: string[] = [];
  for (let index = 0; index < CALLS; index++) {
    for (const [name, args] of [
      ["discover_phase", { phase: "3" }],
      ["group_waves", { phase: "3" }],
      ["collect_gaps", {}],
      ["create_gap_phases", { commit: false, dry_run: index % 3 !== 0 }],
    ] as const) {
      const result = await client.callTool({ name, arguments: args });
      texts.push((result.content as [{ text: string }])[0].text);
    }
  }
  swapper.kill("SIGKILL");
  expect(texts.filter((text) => text.includes(secret))).toEqual([]);
  expect(texts.filter((text) => text.includes("INTERNAL"))).toEqual([]);
  expect(snapshotTree(outside)).toEqual(before);
});
