/**
 * Measures the built server over stdio, as a client does: start against bare Node, then each reading tool on a tree of
 * 1,000 phases and 10,000 plans, and on half of it, then the writing tools that change files, without their commits.
 * Start is given as a ratio to `node -e 0` in the same run, calls in milliseconds.
 */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { Client } from "@modelcontextprotocol/sdk/client/index.js";
import { StdioClientTransport } from "@modelcontextprotocol/sdk/client/stdio.js";
import { build } from "esbuild";
import { median, ms, ROUNDS, row } from "./figures.mjs";
import { measureStart } from "./start.mjs";
import { finishPhase, writeTree } from "./tree.mjs";

const SERVER = fileURLToPath(new URL("../dist/main.js", import.meta.url));
/** Each starts a process and reads the whole tree. */
const COLD_ROUNDS = 3;

const root = mkdtempSync(join(tmpdir(), "wavewright-bench-"));
try {
  console.log("| what | figure | bound |\n|---|---|---|");
  const failures = [...(await measureStart(root)), ...(await measureCalls()), ...(await measureWaves())];
  if (failures.length > 0) {
    console.log(`\nOver the bound: ${failures.join(", ")}`);
    process.exitCode = 1;
  }
} finally {
  rmSync(root, { recursive: true, force: true });
}

/** Gives `use` a function that calls a tool of a server of its own, and its time and the size of its answer back. */
async function withServer(tree, use) {
  const args = [SERVER, "--root", tree];
  const client = new Client({ name: "bench", version: "0" });
  await client.connect(new StdioClientTransport({ command: process.execPath, args, stderr: "inherit" }));
  try {
    return await use(async (name, args) => {
      const start = performance.now();
      const result = await client.callTool({ name, arguments: args });
      const time = performance.now() - start;
      if (result.isError) throw new Error(`${name}: ${result.content[0].text}`);
      const { gaps } = result.structuredContent;
      return { time, gaps, bytes: Buffer.byteLength(result.content[0].text) };
    });
  } finally {
    await client.close();
  }
}

/** Times of first calls, each of a process of its own, and of later ones of one process. */
async function measureCall(tree, name, args) {
  const first = [];
  for (let round = 0; round < COLD_ROUNDS; round++) {
    first.push((await withServer(tree, (call) => call(name, args))).time);
  }
  return withServer(tree, async (call) => {
    const { bytes } = await call(name, args);
    const later = [];
    for (let round = 0; round < ROUNDS; round++) later.push((await call(name, args)).time);
    return { first, later, bytes };
  });
}

async function measureCalls() {
  const [whole, half] = [join(root, "whole"), join(root, "half")];
  const counts = writeTree(whole);
  const smaller = writeTree(half, 25);
  for (const { phases, plans, summaries, reports, issues } of [counts, smaller]) {
    const figure = [phases, plans, summaries, reports, issues].join(", ");
    console.log(`| tree: phases, plans, summaries, reports, issues | ${figure} | |`);
  }
  // Files younger than their time stamps' granularity are read anew at each call; a project's are older.
  await new Promise((resolve) => setTimeout(resolve, 2500));
  const failures = [];
  const rows = [
    ["discover_phase {phase: 500}", "discover_phase", { phase: "500" }, 10],
    ["discover_phase {} (next_incomplete)", "discover_phase", {}, 10],
    ["group_waves of 40 plans", "group_waves", { phase: String(counts.active) }, 15],
    ["project_status", "project_status", {}, 100],
    ["collect_gaps, whole tree", "collect_gaps", {}, 600],
    ["check_planning, whole tree", "check_planning", {}, 600],
  ];
  for (const [what, name, args, bound] of rows) {
    const { first, later, bytes } = await measureCall(whole, name, args);
    const figure = `${ms(median(later))} ms (${ms(median(first))} ms)`;
    failures.push(
      ...row(`${what}, p50 (first call of a process)`, figure, `${bound} ms`, median(later) < bound),
      ...row(`${what}, answer`, `${bytes} bytes`, "16384 bytes", bytes <= 16_384),
    );
    if (!what.endsWith("whole tree")) continue;
    const small = await measureCall(half, name, args);
    for (const [kind, once, twice] of [
      ["later calls", small.later, later],
      ["first calls", small.first, first],
    ]) {
      // The fastest of each: a ratio of medians would compare two moments of the machine.
      const ratio = Math.min(...twice) / Math.min(...once);
      failures.push(
        ...row(`${name}, 1,000 / 500 phases, ${kind}`, `${ratio.toFixed(1)} ×`, "3 ×", ratio < 3),
      );
    }
  }
  failures.push(...(await measureWrites(whole, counts)));
  return failures;
}

/** Writes with their fsync and without a commit; the tree is the bench's own and changes. */
async function measureWrites(tree, { active, phases }) {
  return withServer(tree, async (call) => {
    const times = async (calls) => {
      const taken = [];
      for (const [name, args] of calls) taken.push((await call(name, args)).time);
      // The first two load code.
      return taken.slice(2);
    };
    const rounds = Array.from({ length: ROUNDS + 2 }, (_, round) => round);
    const phase = String(active + 2);
    const moves = await times(
      rounds.map((round) => ["move_phase_state", { phase, to: round % 2 === 0 ? "active" : "pending" }]),
    );
    const { gaps } = await call("collect_gaps", { limit: rounds.length });
    const creations = await times(
      gaps.map(({ key }) => {
        const groups = [{ name: `Gap ${key}`, gaps: [key] }];
        return ["create_gap_phases", { groups, commit: false }];
      }),
    );
    const pending = Array.from({ length: phases - active }, (_, index) => active + 1 + index);
    for (const number of pending) {
      const state = String(number) === phase ? "active" : "pending";
      finishPhase(tree, `.planning/phases/${state}/${number}-feature-${number}`, number);
    }
    const completions = await times(
      pending.map((number) => ["complete_phase", { phase: String(number), commit: false }]),
    );
    for (const number of pending) {
      rmSync(join(tree, `.planning/phases/completed/${number}-feature-${number}`), { recursive: true });
    }
    const directories = await times(pending.map((number) => ["create_phase", { phase: String(number) }]));
    return [
      ["move_phase_state", moves],
      ["create_gap_phases of one group (reads all reports; ROADMAP, STATE, report, directory)", creations],
      ["complete_phase (ROADMAP, STATE, move)", completions],
      ["create_phase", directories],
    ].flatMap(([what, taken]) => row(`${what}, p50`, `${ms(median(taken))} ms`, "50 ms", median(taken) < 50));
  });
}

/** Grouping alone: a ladder of 1,000 layers of two plans, each waiting for both of the layer before; and twice that. */
async function measureWaves() {
  const outfile = join(root, "waves.mjs");
  await build({
    entryPoints: [fileURLToPath(new URL("../src/domain/waves.ts", import.meta.url))],
    outfile,
    bundle: true,
    format: "esm",
    platform: "node",
    logLevel: "error",
  });
  const { findCycle, groupWaves } = await import(outfile);
  const time = (layers) => {
    const plans = Array.from({ length: layers * 2 }, (_, index) => {
      const layer = Math.floor(index / 2);
      return {
        id: `p${index}`,
        file: `p${index}-PLAN.md`,
        declaredWave: null,
        waitsFor: layer === 0 ? [] : [`p${layer * 2 - 2}`, `p${layer * 2 - 1}`],
        filesModified: [`src/${index}.ts`],
        taskFiles: [],
      };
    });
    const times = Array.from({ length: ROUNDS }, () => {
      const start = performance.now();
      findCycle(plans);
      groupWaves(plans);
      return performance.now() - start;
    });
    return times;
  };
  time(1000);
  const [once, twice] = [time(1000), time(2000)];
  // The fastest of each: a ratio of medians would compare two moments of the machine.
  const ratio = Math.min(...twice) / Math.min(...once);
  return [
    ...row("grouping a ladder of 1,000 layers", `${ms(median(once))} ms`, "20 ms", median(once) < 20),
    ...row("the same, 2,000 / 1,000 layers", `${ratio.toFixed(1)} ×`, "3 ×", ratio < 3),
  ];
}
