/**
 * Other people's MCP clients and the built server over stdio, on a copy of the sample project: each lists the tools,
 * calls three, reads an error, and reads resources and prompts where it knows them. `npm run interop` prints a table;
 * the exit code is 1 when anything fails. Needs no network once the packages of this folder are installed.
 */
import { spawnSync } from "node:child_process";
import { fileURLToPath } from "node:url";
import { install, newerNode } from "./install.mjs";

install();
const table = fileURLToPath(new URL("./table.mjs", import.meta.url));
// The server runs on the Node that runs this script, the clients on one that is new enough for them.
const { status } = spawnSync(newerNode(), [table, process.execPath], { stdio: "inherit" });
process.exitCode = status ?? 1;
