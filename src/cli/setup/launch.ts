/** What a host is to start: the published package, or this very file where it runs from a checkout. */
import { realpathSync } from "node:fs";
import type { Machine } from "../program.ts";

export interface Launch {
  command: string;
  args: string[];
}

export function launchOf(choice: string | undefined, machine: Machine): Launch {
  const { execPath, platform, script } = machine;
  const wanted = choice ?? (isInstalled(script) ? "npx" : "node");
  if (wanted === "node") return { command: execPath, args: [realpathSync(script)] };
  if (wanted !== "npx") return { command: wanted, args: [] };
  // npx is a batch file there, which only the shell starts.
  return platform === "win32"
    ? { command: "cmd", args: ["/c", "npx", "-y", "wavewright"] }
    : { command: "npx", args: ["-y", "wavewright"] };
}

/** npx, a global installation and one in a project all run from below a node_modules. */
function isInstalled(script: string): boolean {
  return /[\\/]node_modules[\\/]wavewright[\\/]/.test(realpathSync(script));
}
