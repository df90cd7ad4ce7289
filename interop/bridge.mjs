/** A server over stdio made reachable over HTTP, which is all that the conformance suite speaks. */
import { spawn } from "node:child_process";
import { createServer } from "node:net";
import { fileURLToPath } from "node:url";

const REPOSITORY = fileURLToPath(new URL("../", import.meta.url));

/** A program `PORT -- COMMAND ARGS…`; another one can be put in its place. */
const BRIDGE = process.env.WAVEWRIGHT_BRIDGE ?? fileURLToPath(new URL("http-bridge.mjs", import.meta.url));

/** Gives `use` the address, and ends the bridge and its servers after it. */
export async function withBridge(command, use) {
  const port = await freePort();
  // It finds its packages from the directory that it runs in.
  const child = spawn(process.execPath, [BRIDGE, String(port), "--", ...command], {
    cwd: REPOSITORY,
    stdio: ["ignore", "ignore", "pipe"],
  });
  const ended = new Promise((resolve) => child.on("close", resolve));
  try {
    await Promise.race([
      listening(child),
      ended.then((code) => Promise.reject(new Error(`the bridge ended with ${code}`))),
    ]);
    return await use(`http://127.0.0.1:${port}/mcp`);
  } finally {
    child.kill();
    await ended;
  }
}

function freePort() {
  return new Promise((resolve, reject) => {
    const server = createServer().on("error", reject);
    server.listen(0, "127.0.0.1", () => {
      const { port } = server.address();
      server.close(() => resolve(port));
    });
  });
}

/** It says so on standard error. */
function listening(child) {
  return new Promise((resolve) => {
    child.stderr.setEncoding("utf8").on("data", (text) => {
      if (text.includes("bridge on")) resolve();
    });
  });
}
