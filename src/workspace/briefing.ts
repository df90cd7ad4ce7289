/** What a subagent must have in its prompt, read from the project at this moment. */
import { findArtifacts } from "../domain/artifacts.ts";
import { AGENTS, contentsFor, type Mode, type Role, type Source } from "../domain/brief.ts";
import {
  type BriefFile,
  type FilledBrief,
  type FilledFile,
  fillBrief,
  isWhole,
} from "../domain/brief-fill.ts";
import { compareText, type Diagnostic } from "../domain/diagnostic.ts";
import { shorten } from "../domain/naming.ts";
import type { Phase } from "../domain/phase-index.ts";
import { readReferences } from "../domain/plan-references.ts";
import { classifyReport, mainReport } from "../domain/report-files.ts";
import { roadmapLines } from "../domain/roadmap-lines.ts";
import { visible } from "../errors.ts";
import { addressedReports } from "./gaps.ts";
import type { PlanStatus, Workspace } from "./workspace.ts";

const DOCUMENTS = {
  roadmap: ".planning/ROADMAP.md",
  requirements: ".planning/REQUIREMENTS.md",
  state: ".planning/STATE.md",
} as const satisfies Partial<Record<Source, string>>;

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
  const candidates = sources.flatMap((source) => filesOf(workspace, phase, plan, source));
  const { entry } = phase;
  const filled = fillBrief(
    candidates,
    shares,
    maxBytes,
    (path) => workspace.files.text(path),
    (text) => (entry ? roadmapLines(text, entry) : []),
  );
  const has = (source: Source): boolean => candidates.some((file) => file.source === source);
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

/** The files of a source, in their order. */
function filesOf(workspace: Workspace, phase: Phase, plan: PlanStatus | null, source: Source): BriefFile[] {
  const names = phase.directory ? workspace.fileNames(phase.directory) : new Map<string, string>();
  const plans = phase.directory ? workspace.plans(phase.directory).plans : [];
  const listOf = (found: readonly string[]): BriefFile[] =>
    found.map((name) => ({ path: names.get(name)!, source }));
  switch (source) {
    case "roadmap":
    case "requirements":
    case "state":
      return workspace.files.isFile(DOCUMENTS[source]) ? [{ path: DOCUMENTS[source], source }] : [];
    case "context":
      return listOf(findArtifacts([...names.keys()], "CONTEXT"));
    case "research":
      return listOf(findArtifacts([...names.keys()], "RESEARCH"));
    case "plan":
      return plan ? [{ path: plan.path, source }] : [];
    case "plans":
      return plans.map(({ path, done }) => ({ path, source, isOpen: !done }));
    case "summaries":
      return [...new Set(plans.flatMap(({ summaryPath }) => summaryPath ?? []))].map((path) => ({
        path,
        source,
      }));
    case "verification":
    case "uat":
      return listOf(reportsOf([...names.keys()], source));
    case "gaps":
      // Read apart: what is odd about all the other reports is not the planner's concern.
      return addressedReports(workspace.afresh(), phase).map((path) => ({ path, source }));
  }
}

/** The report that speaks for the phase, then the others. */
function reportsOf(names: readonly string[], source: "verification" | "uat"): string[] {
  const main = mainReport(names, source);
  const others = names.filter((name) => name !== main && classifyReport(name)?.source === source);
  return [...(main === null ? [] : [main]), ...others.sort(compareText)];
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

function cutDiagnostics({ files, omitted: all, unread }: FilledBrief, maxBytes: number): Diagnostic[] {
  const trouble = new Set(unread);
  const omitted = all.filter((path) => !trouble.has(path));
  const cut = files.filter((file) => !isWhole(file)).map(partOf);
  if (cut.length === 0 && omitted.length === 0) return [];
  const parts = [
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
