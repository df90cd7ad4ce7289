/** config.json: every key with its effective value, and what is wrong with the file. */
import type { Diagnostic, DiagnosticCode, Severity } from "./diagnostic.ts";
import { type Json, type JsonObject, type JsonReading, readJson } from "./json-lines.ts";
import { type Agent, MODEL_PROFILES, type ModelProfile, modelsOf } from "./models.ts";

const PATH = ".planning/config.json";

/** Effective values, nested and spelled as in the file. */
export interface Config {
  mode: "yolo" | "interactive";
  depth: "quick" | "standard" | "comprehensive";
  model_profile: ModelProfile;
  commit_docs: boolean;
  pr_workflow: boolean;
  parallelization: boolean;
  workflow: { research: boolean; plan_check: boolean; verifier: boolean };
  github: { enabled: boolean; issue_mode: "auto" | "ask" | "never" };
  worktree: { enabled: boolean };
  workflows: {
    "execute-phase": {
      post_task_command: string;
      commit_style: "conventional" | "semantic" | "simple";
      commit_scope_format: string;
    };
    "verify-work": { extra_verification_commands: string[] };
    "complete-milestone": { version_files: string[]; pre_release_commands: string[] };
  };
}

export interface ConfigReading {
  /** False when the file is no JSON object: everything is a default then, and nothing may be written. */
  valid: boolean;
  config: Config;
  /** Effective model of each agent. */
  models: Record<Agent, string>;
  diagnostics: Diagnostic[];
}

export interface ConfigOptions {
  /** Git ignores `.planning`, so nothing in it can be committed. */
  gitIgnored?: boolean;
}

/** GSD's `granularity` in the words of `depth`. */
const DEPTH_OF_GRANULARITY: Record<string, Config["depth"]> = {
  coarse: "quick",
  standard: "standard",
  fine: "comprehensive",
};

/** Keys of GSD, EriRPG and Kata that mean nothing here, and that real files have: no mistakes to report. */
const FOREIGN_KEYS = new Set([
  ...["gates", "safety", "git", "hooks", "display", "agent_skills", "project_code", "phase_naming"],
  ...["resolve_model_ids", "search_gitignored", "brave_search", "firecrawl", "exa_search", "created"],
  ...["commit_tracking", "notifications", "model_overrides", "planning.search_gitignored"],
  ...["auto_advance", "nyquist_validation", "_auto_chain_active", "node_repair", "node_repair_budget"].map(
    inWorkflow,
  ),
  ...["ui_phase", "ui_safety_gate", "text_mode", "research_before_questions"].map(inWorkflow),
  ...["discuss_mode", "skip_discuss"].map(inWorkflow),
]);

function inWorkflow(key: string): string {
  return `workflow.${key}`;
}

/** Reads config.json; null when there is none. */
export function readConfig(text: string | null, options: ConfigOptions = {}): ConfigReading {
  const reading = text === null ? { value: {}, lines: new Map() } : readJson(text);
  if ("problem" in reading) return broken(reading.problem.message, reading.problem.line, options);
  if (!isObject(reading.value)) return broken("it is not an object", 1, options);
  const reader: Reader = { lines: reading.lines, used: new Set(), diagnostics: [] };
  const config = readKeys(reader, reading.value, options);
  reportUnknownKeys(reader, reading.value, "");
  return { valid: true, config, models: modelsOf(config.model_profile), diagnostics: reader.diagnostics };
}

function broken(why: string, line: number, options: ConfigOptions): ConfigReading {
  const reader: Reader = { lines: new Map(), used: new Set(), diagnostics: [] };
  const config = readKeys(reader, {}, options);
  const message = `config.json cannot be read, so every key has its default: ${why}`;
  return {
    valid: false,
    config,
    models: modelsOf(config.model_profile),
    diagnostics: [{ code: "CONFIG_INVALID", severity: "error", message, path: PATH, line }],
  };
}

interface Reader {
  lines: JsonReading["lines"];
  /** Paths of keys that something reads. */
  used: Set<string>;
  diagnostics: Diagnostic[];
}

/** A JSON object of the file and where it stands: "" or `workflow.`. */
interface Place {
  object: JsonObject;
  prefix: string;
}

function readKeys(reader: Reader, object: JsonObject, { gitIgnored = false }: ConfigOptions): Config {
  const top = { object, prefix: "" };
  const workflow = readPlace(reader, top, "workflow");
  const github = readPlace(reader, top, "github");
  const workflows = readPlace(reader, top, "workflows");
  const execute = readPlace(reader, workflows, "execute-phase");
  const verify = readPlace(reader, workflows, "verify-work");
  const complete = readPlace(reader, workflows, "complete-milestone");
  const prWorkflow = readBoolean(reader, top, "pr_workflow", false);
  const commitDocs = readCommitDocs(reader, top);
  return {
    mode: readChoice(reader, top, "mode", ["yolo", "interactive"], "yolo"),
    depth: readDepth(reader, top),
    model_profile: readProfile(reader, top),
    commit_docs: commitDocs && !gitIgnored,
    pr_workflow: prWorkflow,
    parallelization: readParallelization(reader, top),
    workflow: {
      research: readBoolean(reader, workflow, "research", true),
      plan_check: readBoolean(reader, workflow, "plan_check", true),
      verifier: readBoolean(reader, workflow, "verifier", true),
    },
    github: {
      enabled: readBoolean(reader, github, "enabled", false),
      issue_mode: readIssueMode(reader, github),
    },
    worktree: { enabled: readWorktree(reader, readPlace(reader, top, "worktree"), prWorkflow) },
    workflows: {
      "execute-phase": {
        post_task_command: readText(reader, execute, "post_task_command", ""),
        commit_style: readChoice(
          reader,
          execute,
          "commit_style",
          ["conventional", "semantic", "simple"],
          "conventional",
        ),
        commit_scope_format: readText(reader, execute, "commit_scope_format", "{phase}-{plan}"),
      },
      "verify-work": {
        extra_verification_commands: readTexts(reader, verify, "extra_verification_commands"),
      },
      "complete-milestone": {
        version_files: readTexts(reader, complete, "version_files"),
        pre_release_commands: readTexts(reader, complete, "pre_release_commands"),
      },
    },
  };
}

function isObject(value: Json | undefined): value is JsonObject {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** The value of a key, which counts as read from now on; undefined where it is absent or null. */
function take(reader: Reader, { object, prefix }: Place, key: string): Json | undefined {
  reader.used.add(prefix + key);
  return Object.hasOwn(object, key) ? (object[key] ?? undefined) : undefined;
}

function report(
  reader: Reader,
  { object, prefix }: Place,
  key: string,
  code: DiagnosticCode,
  severity: Severity,
  text: string,
): void {
  const line = reader.lines.get(object)?.get(key);
  const message = `\`${prefix}${key}\` ${text}`;
  reader.diagnostics.push({ code, severity, message, path: PATH, ...(line !== undefined && { line }) });
}

function reject(reader: Reader, place: Place, key: string, wanted: string, used: Json): void {
  const given = shown(place.object[key]!);
  const text = `is ${given}, not ${wanted}; ${shown(used)} is used`;
  report(reader, place, key, "CONFIG_VALUE", "warning", text);
}

const LONGEST_SHOWN = 60;

function shown(value: Json): string {
  if (isObject(value)) return "an object";
  if (Array.isArray(value)) return "an array";
  const text = JSON.stringify(value);
  return text.length > LONGEST_SHOWN ? `${text.slice(0, LONGEST_SHOWN)}…` : text;
}

function readPlace(reader: Reader, place: Place, key: string): Place {
  const value = take(reader, place, key);
  const found = { object: {}, prefix: `${place.prefix}${key}.` };
  if (isObject(value)) return { ...found, object: value };
  if (value !== undefined) {
    report(
      reader,
      place,
      key,
      "CONFIG_VALUE",
      "warning",
      `is ${shown(value)}, not an object; its defaults are used`,
    );
  }
  return found;
}

function readBoolean(reader: Reader, place: Place, key: string, fallback: boolean): boolean {
  const value = take(reader, place, key);
  if (value === undefined || typeof value === "boolean") return value ?? fallback;
  if (value === "true" || value === "false") {
    report(reader, place, key, "CONFIG_VALUE", "warning", `is the string "${value}"; it is read as ${value}`);
    return value === "true";
  }
  reject(reader, place, key, "true or false", fallback);
  return fallback;
}

function readChoice<T extends string>(
  reader: Reader,
  place: Place,
  key: string,
  choices: readonly T[],
  fallback: T,
): T {
  const value = take(reader, place, key);
  const choice = choices.find((one) => one === value);
  if (value !== undefined && choice === undefined) {
    reject(reader, place, key, `one of ${choices.join(", ")}`, fallback);
  }
  return choice ?? fallback;
}

function readText(reader: Reader, place: Place, key: string, fallback: string): string {
  const value = take(reader, place, key);
  if (value === undefined || typeof value === "string") return value ?? fallback;
  reject(reader, place, key, "a string", fallback);
  return fallback;
}

function readTexts(reader: Reader, place: Place, key: string): string[] {
  const value = take(reader, place, key);
  if (value === undefined) return [];
  if (Array.isArray(value) && value.every((one) => typeof one === "string")) return value;
  report(
    reader,
    place,
    key,
    "CONFIG_VALUE",
    "warning",
    `is ${shown(value)}, not a list of strings; none is used`,
  );
  return [];
}

function readProfile(reader: Reader, place: Place): ModelProfile {
  const key = "model_profile";
  const value = take(reader, place, key);
  const profile = MODEL_PROFILES.find((one) => one === value);
  if (value === undefined || profile) return profile ?? "balanced";
  if (typeof value === "string") {
    const text = `is ${shown(value)}, not one of ${MODEL_PROFILES.join(", ")}; balanced is used`;
    report(reader, place, key, "UNKNOWN_MODEL_PROFILE", "warning", text);
  } else {
    reject(reader, place, key, `one of ${MODEL_PROFILES.join(", ")}`, "balanced");
  }
  return "balanced";
}

/** Kata's `depth`, or else GSD's `granularity`. */
function readDepth(reader: Reader, place: Place): Config["depth"] {
  const granularity = take(reader, place, "granularity");
  const given = take(reader, place, "depth") !== undefined;
  const known = typeof granularity === "string" && Object.hasOwn(DEPTH_OF_GRANULARITY, granularity);
  if (granularity !== undefined && !known && !given) {
    reject(
      reader,
      place,
      "granularity",
      `one of ${Object.keys(DEPTH_OF_GRANULARITY).join(", ")}`,
      "standard",
    );
  }
  const fallback = known ? DEPTH_OF_GRANULARITY[granularity]! : "standard";
  return readChoice(reader, place, "depth", ["quick", "standard", "comprehensive"], fallback);
}

/** `commit_docs`, or else GSD's `planning.commit_docs`. */
function readCommitDocs(reader: Reader, place: Place): boolean {
  const nested = readBoolean(reader, readPlace(reader, place, "planning"), "commit_docs", true);
  return readBoolean(reader, place, "commit_docs", nested);
}

/** A boolean, or GSD's object with `enabled`. */
function readParallelization(reader: Reader, place: Place): boolean {
  const key = "parallelization";
  const value = take(reader, place, key);
  if (!isObject(value)) return readBoolean(reader, place, key, true);
  const nested = { object: value, prefix: `${key}.` };
  for (const name of Object.keys(value)) reader.used.add(`${key}.${name}`);
  return readBoolean(reader, nested, "enabled", true);
}

/** `issue_mode`, or else `issueMode`, its name until Kata 1.10.3. */
function readIssueMode(reader: Reader, place: Place): Config["github"]["issue_mode"] {
  const modes = ["auto", "ask", "never"] as const;
  const legacy = take(reader, place, "issueMode");
  if (legacy === undefined) return readChoice(reader, place, "issue_mode", modes, "never");
  const current = take(reader, place, "issue_mode");
  const text =
    current === undefined
      ? "is now called `github.issue_mode`"
      : "is an old name; `github.issue_mode` counts";
  report(reader, place, "issueMode", "CONFIG_LEGACY_KEY", "info", text);
  return readChoice(reader, place, current === undefined ? "issueMode" : "issue_mode", modes, "never");
}

/** Worktrees hold phase branches, so they need the pull-request workflow. */
function readWorktree(reader: Reader, place: Place, prWorkflow: boolean): boolean {
  const enabled = readBoolean(reader, place, "enabled", false);
  if (enabled && !prWorkflow) {
    report(
      reader,
      place,
      "enabled",
      "CONFIG_VALUE",
      "warning",
      "needs `pr_workflow`, which is off; false is used",
    );
  }
  return enabled && prWorkflow;
}

/** One diagnostic for each key that nothing reads; what stands below such a key is not looked at. */
function reportUnknownKeys(reader: Reader, object: JsonObject, prefix: string): void {
  for (const [key, value] of Object.entries(object)) {
    const path = prefix + key;
    if (FOREIGN_KEYS.has(path)) continue;
    if (!reader.used.has(path)) {
      report(reader, { object, prefix }, key, "CONFIG_UNKNOWN_KEY", "info", "is a key that nothing reads");
    } else if (isObject(value)) {
      reportUnknownKeys(reader, value, `${path}.`);
    }
  }
}
