/**
 * Start and memory of the package as people get it: packed, installed in an empty folder, started by its command, until
 * the answer to `initialize` is there. Beside `node -e 0` and in turns with it.
 */
import { spawn, spawnSync } from "node:child_process";
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { median, ms, ROUNDS, row } from "./figures.mjs";

const REPOSITORY = fileURLToPath(new URL("../", import.meta.url));

const INITIALIZE = `${JSON.stringify({
  jsonrpc: "2.0",
  id: 0,
  method: "initialize",
  params: {
    protocolVersion: "2025-11-25",
    capabilities: {},
    clientInfo: { name: "bench", version: "0" },
  },
})}\n`;

/** Its own status, at its end: nothing of it is left to look at from outside. */
const PRINT_STATUS = "fs.writeSync(1, fs.readFileSync('/proc/self/status'))";

export async function measureStart(scratch) {
  const command = installPackage(scratch);
  const bare = { time: [], memory: [] };
  const served = { time: [], memory: [] };
  for (let round = 0; round < ROUNDS; round++) {
    const start = performance.now();
    spawnSync(process.execPath, ["-e", "0"]);
    bare.time.push(performance.now() - start);
    const { time, memory } = await initialize(command, scratch);
    served.time.push(time);
    served.memory.push(memory);
    const { stdout } = spawnSync(process.execPath, ["-e", PRINT_STATUS], { encoding: "utf8" });
    bare.memory.push(peak(stdout));
  }
  const ratio = median(served.time) / median(bare.time);
  const failures = row(
    "packed and installed: start to initialize / `node -e 0`",
    `${ratio.toFixed(2)} × ${ms(median(bare.time))} ms`,
    "2.5 ×",
    ratio <= 2.5,
  );
  if (process.platform !== "linux") return failures;
  const memory = median(served.memory) / median(bare.memory);
  return [
    ...failures,
    ...row(
      "the same, peak memory",
      `${memory.toFixed(2)} × ${median(bare.memory).toFixed(0)} MB`,
      "1.5 ×",
      memory <= 1.5,
    ),
  ];
}

/** Packs the built package and installs it without a network; gives the command that npx would start. */
function installPackage(scratch) {
  const folder = join(scratch, "installed");
  mkdirSync(folder);
  writeFileSync(join(folder, "package.json"), "{}");
  const npm = (cwd, ...args) => {
    const { status, stdout, stderr } = spawnSync("npm", args, { cwd, encoding: "utf8" });
    if (status !== 0) throw new Error(`npm ${args[0]}: ${stderr}`);
    return stdout.trim().split("\n").at(-1);
  };
  const tarball = npm(REPOSITORY, "pack", "--ignore-scripts", "--pack-destination", folder);
  npm(folder, "install", `./${tarball}`, "--offline", "--no-audit", "--no-fund");
  return join(folder, "node_modules/.bin/wavewright");
}

/** Until the answer is there, and then until the process is gone: it would share the machine with the next one. */
function initialize(command, cwd) {
  return new Promise((resolve, reject) => {
    const start = performance.now();
    const child = spawn(command, { cwd, stdio: ["pipe", "pipe", "inherit"] });
    let answered = null;
    child.on("error", reject);
    child.on("close", () => {
      if (answered) resolve(answered);
      else reject(new Error("the server ended without an answer to initialize"));
    });
    child.stdout.once("data", () => {
      const time = performance.now() - start;
      const isLinux = process.platform === "linux";
      answered = { time, memory: isLinux ? peak(readFileSync(`/proc/${child.pid}/status`, "utf8")) : 0 };
      child.kill();
    });
    // Its end is told by close.
    child.stdin.on("error", () => {});
    child.stdin.write(INITIALIZE);
  });
}

/** In megabytes, of what Linux says about a process. */
function peak(status) {
  return Number(/^VmHWM:\s+(\d+) kB/m.exec(status)?.[1]) / 1024;
}
