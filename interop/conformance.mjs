/**
 * The official conformance suite, its scenarios for the protocol version that we speak: those that need no fixtures
 * against the built server, and all of them against our wrapper with the suite's fixtures where our catalogue is.
 * `npm run conformance` prints a table; the exit code is 1 when one fails.
 */
import { spawn } from "node:child_process";
import { cp, mkdir, mkdtemp, readdir, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { compile } from "../scripts/catalogue.mjs";
import { withBridge } from "./bridge.mjs";
import { install, newerNode } from "./install.mjs";
import { askDirectly } from "./reference.mjs";

const VERSION = "2025-11-25";
const REPOSITORY = fileURLToPath(new URL("../", import.meta.url));
const SUITE = fileURLToPath(
  new URL("node_modules/@modelcontextprotocol/conformance/dist/index.js", import.meta.url),
);

/** Of the built server, with the capability that it takes. */
const WITHOUT_FIXTURES = {
  "server-initialize": "tools",
  "logging-set-level": "logging",
  ping: "tools",
  "tools-list": "tools",
  "resources-list": "resources",
  "prompts-list": "prompts",
  "server-sse-multiple-streams": "tools",
  "dns-rebinding-protection": "tools",
};

/** Answered beside our wrapper, which leaves these out on purpose (test/support/conformance-extras.ts). */
const BESIDE = {
  "resources-read-text": "resources are of a project",
  "resources-read-binary": "resources are of a project",
  "resources-templates-read": "resources are of a project",
  "resources-subscribe": "resources are of a project",
  "resources-unsubscribe": "resources are of a project",
  "prompts-get-with-args": "arguments are no free text",
  "prompts-get-embedded-resource": "a prompt is one text",
  "prompts-get-with-image": "a prompt is one text",
};

install();

const scratch = await mkdtemp(join(tmpdir(), "wavewright-conformance-"));
try {
  const project = join(scratch, "project");
  await cp(join(REPOSITORY, "examples/chat-app"), project, { recursive: true });
  const program = [process.execPath, join(REPOSITORY, "dist/main.js"), "--root", project];
  const fixtures = fileURLToPath(
    await compile("conformance-server", 'import "./test/support/conformance-server.ts";'),
  );
  const [command, ...args] = program;
  const { capabilities } = await askDirectly({ command, args });
  const names = await scenarios();
  const real = names.filter((name) => capabilities[WITHOUT_FIXTURES[name]]);
  const results = {
    program: await withBridge(program, (url) => runAll(url, real, "program")),
    fixtures: await withBridge([process.execPath, fixtures, project], (url) =>
      runAll(url, names, "fixtures"),
    ),
  };
  print(names, results);
} finally {
  await rm(scratch, { recursive: true, force: true });
}

async function scenarios() {
  const { stdout } = await suite(["list", "--server", "--spec-version", VERSION]);
  return [...stdout.matchAll(/^ {2}- (\S+)/gm)].map(([, name]) => name);
}

/** What went wrong in each scenario. */
async function runAll(url, names, where) {
  const results = new Map();
  for (const name of names) {
    const output = join(scratch, where, name);
    await mkdir(output, { recursive: true });
    const { stderr } = await suite(["server", "--url", url, "--scenario", name, "--output-dir", output]);
    const [directory] = await readdir(output);
    if (directory === undefined) results.set(name, [{ status: "FAILURE", errorMessage: stderr }]);
    else {
      const checks = JSON.parse(await readFile(join(output, directory, "checks.json"), "utf8"));
      // As in the suite's own summary, a warning is no pass; that nothing was checked is none either.
      const wrong = checks.filter(({ status }) => status === "FAILURE" || status === "WARNING");
      const passed = checks.filter(({ status }) => status === "SUCCESS").length;
      results.set(name, passed + wrong.length > 0 ? wrong : [{ errorMessage: "nothing was checked" }]);
    }
  }
  return results;
}

function print(names, { program, fixtures }) {
  process.stdout.write(`| scenario, ${VERSION} | wavewright | fixtures |\n|---|---|---|\n`);
  const failures = [];
  const cell = (results, name, where) => {
    const wrong = results.get(name);
    if (wrong === undefined) return name in WITHOUT_FIXTURES ? "not offered" : "needs fixtures";
    if (wrong.length === 0) {
      return where === "fixtures" && name in BESIDE ? `passes beside it: ${BESIDE[name]}` : "passes";
    }
    failures.push(`${name}, ${where}: ${wrong.map(({ errorMessage }) => errorMessage).join("; ")}`);
    return "**failed**";
  };
  for (const name of names) {
    const cells = [cell(program, name, "wavewright"), cell(fixtures, name, "fixtures")];
    process.stdout.write(`| ${name} | ${cells.join(" | ")} |\n`);
  }
  const missing = Object.keys(WITHOUT_FIXTURES).filter((name) => !names.includes(name));
  if (missing.length > 0) failures.push(`The suite has no ${missing.join(", ")} any more.`);
  if (failures.length > 0) process.stdout.write(`\n${failures.join("\n")}\n`);
  process.exitCode = failures.length > 0 ? 1 : 0;
}

/** Runs the suite's program; a scenario that fails is no failure of it. */
function suite(args) {
  return new Promise((resolve, reject) => {
    const child = spawn(newerNode(), [SUITE, ...args], { cwd: scratch, stdio: ["ignore", "pipe", "pipe"] });
    const output = { stdout: "", stderr: "" };
    for (const name of ["stdout", "stderr"]) {
      child[name].setEncoding("utf8").on("data", (text) => {
        output[name] += text;
      });
    }
    child.on("error", reject);
    child.on("close", () => resolve(output));
  });
}
