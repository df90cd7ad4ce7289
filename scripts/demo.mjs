/**
 * The main job end to end, over a real stdio connection: what is next, what may run side by side, which gaps are
 * open. `npm run demo` asks about the sample project; `npm run demo -- DIR` about another one.
 */
import { createHash } from "node:crypto";
import { readdir, readFile } from "node:fs/promises";
import { join, relative, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { Client } from "@modelcontextprotocol/sdk/client/index.js";
import { StdioClientTransport } from "@modelcontextprotocol/sdk/client/stdio.js";

const WIDTH = 80;
const REPOSITORY = fileURLToPath(new URL("../", import.meta.url));

const HELP = `Usage: npm run demo [-- DIR]

Asks the built server about the sample project, or about the one in DIR, and prints the answers. Changes nothing.
`;

const [given] = process.argv.slice(2);
if (given === "--help" || given === "-h") {
  process.stdout.write(HELP);
  process.exit();
}
if (given?.startsWith("-")) {
  process.stderr.write(`Unknown option ${JSON.stringify(given)}.\n\n${HELP}`);
  process.exit(2);
}
// npm runs scripts in the repository; INIT_CWD is where the person stands.
const project = given
  ? resolve(process.env.INIT_CWD ?? process.cwd(), given)
  : join(REPOSITORY, "examples/chat-app");

// Output

const inColour = process.stdout.isTTY === true && (process.env.NO_COLOR ?? "") === "";
const style = (code) => (text) => (inColour ? `\x1b[${code}m${text}\x1b[0m` : text);
const bold = style(1);
const dim = style(2);
const red = style(31);
const green = style(32);
const yellow = style(33);
const cyan = style(36);
const SEVERITY_STYLE = { blocker: red, major: red, error: red, minor: yellow, warning: yellow };

// `npm run demo | head` is a fine way to read it.
process.stdout.on("error", () => process.exit(0));

const print = (text = "") => process.stdout.write(`${text}\n`);

/** Lines of at most `width` columns, broken between words; a longer word is cut. */
function wrap(text, width) {
  const lines = [];
  let line = "";
  for (const word of text.split(/\s+/).filter(Boolean)) {
    const part = clip(word, width);
    if (line !== "" && line.length + 1 + part.length > width) {
      lines.push(line);
      line = part;
    } else line = line === "" ? part : `${line} ${part}`;
  }
  return line === "" ? lines : [...lines, line];
}

function clip(text, width) {
  return text.length <= width ? text : `${text.slice(0, width - 1)}…`;
}

/** A paragraph after a label; further lines stand below its beginning. */
function labelled(label, text, paint = (part) => part, indent = 3) {
  const start = indent + label.length + 1;
  const [first = "", ...rest] = wrap(text, WIDTH - start);
  print(`${" ".repeat(indent)}${paint(label)} ${first}`);
  for (const line of rest) print(" ".repeat(start) + line);
}

function clipStart(text, width) {
  return text.length <= width ? text : `…${text.slice(1 - width)}`;
}

function plural(count, noun, nouns = `${noun}s`) {
  return `${count} ${count === 1 ? noun : nouns}`;
}

/** `a, b and c`. */
function list(items) {
  return items.length < 2 ? items.join() : `${items.slice(0, -1).join(", ")} and ${items.at(-1)}`;
}

/** Cells in columns as wide as their longest cell; the last one is clipped to the line. */
function table(rows, indent = 3) {
  const widths = rows[0].map((_, column) => Math.max(...rows.map((row) => row[column].length)));
  for (const row of rows) {
    const cells = row.map((cell, column) => cell.padEnd(widths[column]));
    print(clip(`${" ".repeat(indent)}${cells.join("  ")}`.trimEnd(), WIDTH));
  }
}

// The server

let client;
let serverLog = "";
let asked = 0;

async function start() {
  const { mcpServers } = JSON.parse(await readFile(join(REPOSITORY, "mcp.json"), "utf8"));
  const { command, args } = mcpServers.wavewright;
  const shown = relative(REPOSITORY, project).startsWith("..") ? project : relative(REPOSITORY, project);
  // The same with the project that is shown.
  const line = args.with(args.indexOf("--root") + 1, shown);
  const transport = new StdioClientTransport({ command, args: line, cwd: REPOSITORY, stderr: "pipe" });
  transport.stderr.on("data", (data) => {
    serverLog += data;
  });
  client = new Client({ name: "wavewright-demo", version: "1.0.0" });
  const before = performance.now();
  await client.connect(transport);
  const { tools } = await client.listTools();
  print(`${bold("wavewright demo:")} questions about ${clipStart(shown, WIDTH - 34)}`);
  print(dim(clip(`${command} ${line.join(" ")}`, WIDTH)));
  print(dim(`started in ${milliseconds(before)}, offers ${plural(tools.length, "tool")} over stdio`));
}

function milliseconds(since) {
  return `${Math.max(1, Math.round(performance.now() - since))} ms`;
}

/** Prints the question with the call that answers it. An error result ends the demo, unless it is an accepted one. */
async function ask(question, name, args = {}, accepted = []) {
  const before = performance.now();
  const { isError, content, structuredContent } = await client.callTool({ name, arguments: args });
  const parts = Object.entries(args).map(([key, value]) => `${key}: ${JSON.stringify(value)}`);
  const call = [name, ...parts, milliseconds(before)].join(", ");
  const title = `${++asked}. ${question}`;
  print();
  print(bold(title) + dim(clip(call, WIDTH - title.length - 2).padStart(WIDTH - title.length)));
  print();
  if (!isError) return forTerminal(structuredContent);
  const error = JSON.parse(content[0].text);
  if (!accepted.includes(error.code)) throw new ServerError(error);
  labelled(error.code, [error.message, error.hint].filter(Boolean).join(" "), yellow);
  return null;
}

/** What stands in files may hold control characters, which terminals obey. */
function forTerminal(answer) {
  return JSON.parse(JSON.stringify(answer), (_, value) =>
    typeof value === "string" ? value.replace(/[\p{Cc}\p{Cf}]/gu, " ") : value,
  );
}

class ServerError extends Error {
  constructor({ code, message, hint, expected }) {
    const details = [hint, expected && `expected: ${[expected].flat().join(", ")}`];
    super([`${code}: ${message}`, ...details.filter(Boolean)].join("\n"));
  }
}

// The answers

function showStatus({ milestone, phases, next, total }) {
  labelled("Milestone:", milestone ? `${milestone.version} ${milestone.name}` : "none is open");
  print();
  if (phases.length > 0) {
    table(
      phases.map(({ id, name, state, plan_count, done_count, verification }) => [
        id,
        clip(name, 30),
        state,
        plan_count === 0 ? "no plans" : `${done_count}/${plan_count} plans`,
        verification ?? "",
      ]),
    );
  }
  if (total > phases.length) print(`   … and ${total - phases.length} more`);
  print();
  const subject = next.phase ? `${next.action} phase ${next.phase}` : next.action;
  labelled("Next:", `${subject.replaceAll("_", " ")}, because ${next.why}.`, green);
}

function showPhase({ phase, roadmap, plans, artifacts, linked_issues }) {
  labelled("Phase:", `${phase.id} ${phase.name}, ${phase.state}, in ${phase.dir}`);
  if (roadmap?.goal) labelled("Goal:", roadmap.goal);
  if (roadmap?.requirements.length) labelled("Covers:", roadmap.requirements.join(", "));
  const documents = Object.entries(artifacts).filter(([, found]) => found !== null);
  if (documents.length > 0) labelled("Has:", documents.map(([kind]) => kind).join(", "));
  for (const { title, github } of linked_issues)
    labelled("Issue:", [github, title].filter(Boolean).join(" "));
  print();
  for (const { id, done, outcome, autonomous } of plans) {
    const what = done ? (outcome ?? "") : `to do${autonomous ? "" : ", and a person has to look at it"}`;
    labelled(`${done ? "✓" : "·"} ${id}`, what, done ? green : undefined);
  }
}

function showWaves({ waves, ready, executor_model, diagnostics }) {
  const isReady = new Set(ready);
  for (const { wave, plans, batches } of waves) {
    const byId = new Map(plans.map((plan) => [plan.id, plan]));
    const shared = sharedFiles(plans, diagnostics);
    print(
      `   ${bold(`Wave ${wave}:`)} ${plural(plans.length, "plan")}, ${plural(batches.length, "batch", "batches")}`,
    );
    showBatches(
      batches.map((ids) => ids.map((id) => byId.get(id))),
      shared,
    );
    for (const [file, ids] of shared) {
      labelled("*", `Conflict: ${list(ids)} write ${file}, so they run one after the other.`, yellow);
    }
    for (const { id, depends_on } of plans) {
      if (!isReady.has(id)) labelled("·", `${id} is not ready: it waits for ${list(depends_on)}.`);
    }
    print();
  }
  labelled("Ready:", `${list(ready) || "none"}: what they depend on is done.`, green);
  const first = (waves[0]?.batches[0] ?? []).filter((id) => isReady.has(id));
  if (first.length > 0) {
    const beside = first.length > 1 ? ", side by side" : "";
    labelled("Start now:", `${list(first)}${beside}, each with the model ${executor_model}.`, green);
  }
}

/** Files that several plans of a wave write, each with its plans: as the server compared them, not as text. */
function sharedFiles(plans, diagnostics) {
  const isHere = ({ code, plans: ids }) =>
    code === "FILE_CONFLICT" && plans.some(({ id }) => ids?.includes(id));
  return new Map(
    diagnostics.filter(isHere).flatMap(({ message, plans: ids }) => {
      const file = / write (.+); /.exec(message)?.[1];
      return file === undefined ? [] : [[file, ids]];
    }),
  );
}

const BOXES_PER_ROW = 2;
const BETWEEN = 3;
const BOX = Math.floor((WIDTH - 3 - (BOXES_PER_ROW - 1) * BETWEEN) / BOXES_PER_ROW);
const INSIDE = BOX - 4;

/** Batches from left to right in boxes; an arrow says that the next one waits. */
function showBatches(batches, shared) {
  for (let start = 0; start < batches.length; start += BOXES_PER_ROW) {
    const row = batches.slice(start, start + BOXES_PER_ROW);
    const contents = row.map((plans) => plans.flatMap((plan) => planLines(plan, shared)));
    const height = Math.max(...contents.map((lines) => lines.length));
    const boxes = contents.map((lines, index) => {
      const title = ` batch ${start + index + 1} `;
      return [
        `┌─${title}${"─".repeat(BOX - title.length - 3)}┐`,
        ...Array.from({ length: height }, (_, at) => `│ ${(lines[at] ?? "").padEnd(INSIDE)} │`),
        `└${"─".repeat(BOX - 2)}┘`,
      ];
    });
    for (let at = 0; at < height + 2; at++) {
      const between = at === 1 ? " → " : " ".repeat(BETWEEN);
      print(`   ${boxes.map((box) => box[at]).join(between)}`);
    }
  }
}

const ID_WIDTH = 6;

function planLines({ id, name, files_modified, autonomous }, shared) {
  const label = clip(id, INSIDE / 2).padEnd(ID_WIDTH - 1);
  const [first = "", ...rest] = wrap(name, INSIDE - label.length - 1);
  const indent = " ".repeat(label.length + 1);
  return [
    `${label} ${first}`,
    ...rest.map((line) => indent + line),
    ...(autonomous ? [] : ["  a person has to look at it"]),
    ...files_modified.map((file) => `${shared.has(file) ? "*" : " "} ${clipStart(file, INSIDE - 2)}`),
  ];
}

function showGaps({ gaps, count, reports, groups }) {
  for (const { path, status, score, gap_count } of reports) {
    const facts = [status.replaceAll("_", " "), score].filter(Boolean).join(", ");
    labelled(`${path.split("/").at(-1)}:`, facts, gap_count > 0 ? yellow : green);
    for (const gap of gaps.filter((one) => one.path === path)) showGap(gap);
  }
  if (reports.length === 0) print("   There are no reports.");
  if (count > gaps.length) print(`   … and ${count - gaps.length} more gaps`);
  if (groups.length === 0) return;
  print();
  labelled("Proposed:", `${plural(groups.length, "gap phase")} for ${plural(count, "open gap")}.`, green);
  const byKey = new Map(gaps.map((gap) => [gap.key, gap]));
  for (const { key, name, gaps: keys, files, why, estimated_plans } of groups) {
    print();
    labelled(`Gap phase ${key}:`, `${name} (about ${plural(estimated_plans, "plan")})`, bold);
    for (const gap of keys) if (byKey.has(gap)) showGap(byKey.get(gap));
    const later = keys.filter((gap) => !byKey.has(gap)).length;
    if (later > 0) print(`     … ${plural(later, "gap")} of a later page`);
    labelled("why     ", why.join("; "), cyan, 5);
    labelled("files   ", files.join(", "), cyan, 5);
  }
}

function showGap({ severity, title }) {
  labelled(severity.padEnd(8), title, SEVERITY_STYLE[severity], 5);
}

function showCheck({ counts, diagnostics, total }) {
  for (const { severity, code, message, path, line } of diagnostics) {
    labelled(severity.padEnd(7), `${code}: ${message}`, SEVERITY_STYLE[severity]);
    if (path) print(dim(`           ${clipStart(line ? `${path}:${line}` : path, WIDTH - 11)}`));
  }
  if (total > diagnostics.length) print(`   … and ${total - diagnostics.length} more`);
  if (total > 0) print();
  const { error, warning, info } = counts;
  labelled(
    "In all:",
    `${plural(error, "error")}, ${plural(warning, "warning")}, ${plural(info, "note")}.`,
    green,
  );
}

/** One number for everything below `.planning/`: names and contents. */
async function fingerprint() {
  const base = join(project, ".planning");
  // Without it the server has something to say, and we have not.
  const entries = await readdir(base, { recursive: true, withFileTypes: true }).catch(() => []);
  const hash = createHash("sha256");
  const paths = entries.map((entry) => [join(entry.parentPath ?? entry.path, entry.name), entry.isFile()]);
  for (const [path, isFile] of paths.sort(([a], [b]) => (a < b ? -1 : 1))) {
    hash.update(`${path}\0`);
    if (isFile) hash.update(await readFile(path));
  }
  return { files: paths.filter(([, isFile]) => isFile).length, digest: hash.digest("hex") };
}

try {
  const before = await fingerprint();
  await start();
  showStatus(await ask("What is next?", "project_status"));
  const found = await ask("Which phase is that?", "discover_phase", {}, ["NO_MATCHING_PHASE"]);
  if (found) {
    showPhase(found);
    showWaves(await ask("What may run at once?", "group_waves", { phase: found.phase.id }));
  }
  showGaps(await ask("Which gaps are open?", "collect_gaps"));
  showCheck(await ask("Are the files sound?", "check_planning"));
  const after = await fingerprint();
  print();
  if (after.digest !== before.digest) throw new Error("The project changed while the demo ran.");
  print(green(`Nothing was written: all ${plural(after.files, "file")} of .planning/ are as before.`));
} catch (error) {
  process.stderr.write(`\n${red("The demo failed.")} ${error.message}\n${serverLog}`);
  process.exitCode = 1;
} finally {
  await client?.close();
}
