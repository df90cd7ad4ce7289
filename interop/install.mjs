/** The packages of this folder, which `npm ci` at the top leaves alone, and the Node that some of them need. */
import { spawnSync } from "node:child_process";
import { statSync } from "node:fs";
import { fileURLToPath } from "node:url";

const HERE = fileURLToPath(new URL("./", import.meta.url));

/** Oldest Node on which every client says that it runs. */
const NEEDED = [22, 19];

/** Runs `npm ci` here when nothing is installed, or the lock file is younger than what is. */
export function install() {
  const time = (path) => statSync(`${HERE}${path}`, { throwIfNoEntry: false })?.mtimeMs ?? 0;
  if (time("node_modules/.package-lock.json") >= time("package-lock.json")) return;
  process.stderr.write("Installing the clients into interop/node_modules …\n");
  const args = ["ci", "--no-audit", "--no-fund", "--loglevel=error"];
  // The npm that runs this script, where there is one: on Windows `npm` is no program but a batch file.
  const npm = process.env.npm_execpath;
  const [command, before] = npm ? [process.execPath, [npm]] : ["npm", []];
  const { status, error } = spawnSync(command, [...before, ...args], { cwd: HERE, stdio: ["ignore", 2, 2] });
  if (status !== 0) throw new Error(`npm ci in interop/ failed${error ? `: ${error.message}` : ""}.`);
}

/** This Node where it is new enough, else the one that is installed here as a package. */
export function newerNode() {
  const [major, minor] = process.versions.node.split(".").map(Number);
  if (major > NEEDED[0] || (major === NEEDED[0] && minor >= NEEDED[1])) return process.execPath;
  return `${HERE}node_modules/node/bin/${process.platform === "win32" ? "node.exe" : "node"}`;
}
