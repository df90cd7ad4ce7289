/** What a subagent must have in its prompt, read from the project at this moment. */
import { AGENTS, contentsFor, type Mode, type Role, type Source } from "../domain/brief.ts";
import { type FilledBrief, type FilledFile, fillBrief, isWhole } from "../domain/brief-fill.ts";
import type { Diagnostic } from "../domain/diagnostic.ts";
import { shorten } from "../domain/naming.ts";
import type { Phase } from "../domain/phase-index.ts";
import { readReferences } from "../domain/plan-references.ts";
import { roadmapLines } from "../domain/roadmap-lines.ts";
import { visible } from "../errors.ts";
import { DOCUMENTS, filesOf, unreadableFiles } from "./brief-files.ts";
import type { PlanStatus, Workspace } from "./workspace.ts";

/** No real plan has so many references that lead nowhere. */
const MAX_REFERENCES = 20;
/** Of paths; the diagnostic counts the rest. */
const MAX_OMITTED = 100;

export interface BriefRequest {
  phase: Phase;
  role: Role;
  mode: Mode;
  /** For the executor; others have all plans, or none. */
  plan: PlanStatus | null;
  maxBytes: number;
}

export interface Brief {
  model: string;
  files: { path: string; bytes: number; content: string; truncated: boolean }[];
  omitted: string[];
  diagnostics: Diagnostic[];
}

export function briefSubagent(workspace: Workspace, request: BriefRequest): Brief {
  const { phase, role, mode, plan, maxBytes } = request;
  const { sources, shares, needs } = contentsFor(role, mode);
  const files = sources.map((source) => filesOf(workspace, phase, plan, source));
  const unreadable = sources.map((source) => unreadableFiles(workspace, phase, source));
  const refused = new Set(unreadable.flat().map(({ path }) => path));
  const candidates = files.flatMap((some, at) => [...some, ...unreadable[at]!]);
  const { entry } = phase;
  const filled = fillBrief(
    candidates,
    shares,
    maxBytes,
    (path) => (refused.has(path) ? null : workspace.files.text(path)),
    (text) => (entry ? roadmapLines(text, entry) : []),
  );
  const has = (source: Source): boolean => files.flat().some((file) => file.source === source);
  const diagnostics = [
    ...workspace.index().ambiguity(phase),
    ...workspace.index().collisionOf(phase),
    ...(phase.directory ? workspace.plans(phase.directory).diagnostics.filter(isTrouble) : []),
    ...needs.filter((source) => !has(source)).map((source) => missing(source, phase)),
    ...(plan && role === "executor" ? planDiagnostics(workspace, plan) : []),
    ...cutDiagnostics(filled, maxBytes),
  ];
  if (role === "planner" && mode === "gap_closure" && !has("verification") && !has("uat") && !has("gaps"))
    diagnostics.push(noReports(phase));
  return {
    model: workspace.config().models[AGENTS[role]],
    files: filled.files.map((file) => ({
      path: file.path,
      bytes: workspace.files.facts(file.path)?.bytes ?? 0,
      content: file.content,
      truncated: !isWhole(file),
    })),
    omitted: filled.omitted.slice(0, MAX_OMITTED),
    diagnostics: workspace.reportWith(diagnostics),
  };
}

/** What is only worth knowing is for those who look after the project. */
function isTrouble({ severity }: Diagnostic): boolean {
  return severity !== "info";
}

function missing(source: Source, { ref }: Phase): Diagnostic {
  if (source === "plan" || source === "plans") {
    return {
      code: "MISSING_FILE",
      severity: "warning",
      message: `phase ${ref.number} has no plans yet`,
      ...(ref.dir !== null && { path: ref.dir }),
    };
  }
  const path = DOCUMENTS[source as keyof typeof DOCUMENTS];
  const name = path.slice(path.lastIndexOf("/") + 1);
  return {
    code: source === "roadmap" ? "MISSING_ROADMAP" : "MISSING_FILE",
    severity: "warning",
    message: `there is no ${name} that can be read, which this role needs`,
    path,
  };
}

function noReports({ ref }: Phase): Diagnostic {
  return {
    code: "MISSING_FILE",
    severity: "warning",
    message: `phase ${ref.number} has neither a verification nor an acceptance test, and addresses no gaps of others, so there are none to plan for`,
    ...(ref.dir !== null && { path: ref.dir }),
  };
}

/** What is wrong with the executor's plan, and which of its references lead nowhere. */
function planDiagnostics(workspace: Workspace, plan: PlanStatus): Diagnostic[] {
  const text = workspace.files.text(plan.path) ?? "";
  const problems = readReferences(text, workspace.root).flatMap(
    ({ text: written, path, line }): Diagnostic[] => {
      const at = { path: plan.path, line, plans: [plan.id] };
      if (path === null) {
        const message = `the plan refers to ${named(written)}, which lies outside the project; it is not read`;
        return [{ code: "PATH_OUTSIDE_ROOT", severity: "warning", message, ...at }];
      }
      if (!/^\.planning\/.*\.[a-z]+$/i.test(path) || workspace.files.isFile(path)) return [];
      const now = whereNow(workspace, path);
      const message = `the plan refers to ${named(written)}, which is not there${now === null ? "" : `; it is now ${named(now)}`}`;
      return [{ code: "MISSING_FILE", severity: "warning", message, ...at }];
    },
  );
  return [...workspace.planFields(plan).diagnostics, ...problems.slice(0, MAX_REFERENCES)];
}

/** Plans are written while their phase is pending and run when it is active, so their paths grow stale. */
function whereNow(workspace: Workspace, path: string): string | null {
  const [name = "", directory = ""] = path.split("/").reverse();
  const phase = workspace.directories().find((one) => one.name === directory);
  return (phase && workspace.fileNames(phase).get(name)) ?? null;
}

const MAX_NAMED = 5;
const MAX_PATH = 200;

function cutDiagnostics(
  { files, omitted: all, unread, overlong }: FilledBrief,
  maxBytes: number,
): Diagnostic[] {
  const trouble = new Set(unread);
  const omitted = all.filter((path) => !trouble.has(path));
  const cut = files.filter((file) => !isWhole(file)).map(partOf);
  if (cut.length === 0 && omitted.length === 0) return [];
  const long = overlong
    .slice(0, MAX_NAMED)
    .map(({ path, line, bytes }) => `line ${line} of ${nameOf(path)}, of ${bytes} bytes, has no room`);
  const parts = [
    ...long,
    ...(cut.length > 0 ? [`here are only ${cut.join(", ")}`] : []),
    ...(omitted.length > 0 ? [`nothing is here of ${listed(omitted)}`] : []),
  ];
  return [
    {
      code: "ANSWER_TRUNCATED",
      severity: "warning",
      message: `max_bytes is ${maxBytes}, so ${parts.join(", and ")}; read from disk what the task needs of the rest`,
    },
  ];
}

function partOf({ path, kept, lineCount }: FilledFile): string {
  const ranges = kept.slice(0, MAX_NAMED).map(({ start, end }) => `${start + 1}-${end}`);
  const more = kept.length > MAX_NAMED ? ", …" : "";
  return `lines ${ranges.join(", ")}${more} of the ${lineCount} of ${nameOf(path)}`;
}

function listed(paths: readonly string[]): string {
  const more = paths.length > MAX_NAMED ? ` and ${paths.length - MAX_NAMED} more` : "";
  return `${paths.slice(0, MAX_NAMED).map(nameOf).join(", ")}${more}`;
}

function nameOf(path: string): string {
  return named(path.slice(path.lastIndexOf("/") + 1));
}

/** A path of a file or from a plan, on one line of a message. */
function named(path: string): string {
  return shorten(visible(path.slice(0, 2 * MAX_PATH)), MAX_PATH);
}
