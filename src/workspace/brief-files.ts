/** Which files of a project go into a brief. */
import { findArtifacts } from "../domain/artifacts.ts";
import type { Source } from "../domain/brief.ts";
import type { BriefFile } from "../domain/brief-fill.ts";
import { compareText } from "../domain/diagnostic.ts";
import type { Phase } from "../domain/phase-index.ts";
import { parsePlanFile } from "../domain/plan-files.ts";
import { classifyReport, mainReport } from "../domain/report-files.ts";
import { addressedReports } from "./gaps.ts";
import type { PlanStatus, Workspace } from "./workspace.ts";

export const DOCUMENTS = {
  roadmap: ".planning/ROADMAP.md",
  requirements: ".planning/REQUIREMENTS.md",
  state: ".planning/STATE.md",
} as const satisfies Partial<Record<Source, string>>;

export function filesOf(
  workspace: Workspace,
  phase: Phase,
  plan: PlanStatus | null,
  source: Source,
): BriefFile[] {
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

/** What stands under a name that the source has and cannot be read: a link out of the project, a pipe. */
export function unreadableFiles(workspace: Workspace, { directory }: Phase, source: Source): BriefFile[] {
  if (isDocument(source)) {
    const path = DOCUMENTS[source];
    const isThere = oddNames(workspace, ".planning").some((name) => path === `.planning/${name}`);
    return isThere && !workspace.files.isFile(path) ? [{ path, source }] : [];
  }
  if (!directory) return [];
  const readable = workspace.fileNames(directory);
  return directory.places.flatMap(({ path: place }) =>
    oddNames(workspace, place)
      .filter((name) => !readable.has(name) && isNameOf(name, source))
      .map((name) => ({ path: `${place}/${name}`, source })),
  );
}

function isDocument(source: Source): source is keyof typeof DOCUMENTS {
  return source in DOCUMENTS;
}

function oddNames(workspace: Workspace, place: string): string[] {
  const entries = workspace.files.listRaw(place);
  return entries.filter(({ kind }) => kind === "link" || kind === "special").map(({ name }) => name);
}

function isNameOf(name: string, source: Source): boolean {
  const plan = parsePlanFile(name);
  switch (source) {
    case "context":
      return findArtifacts([name], "CONTEXT").length > 0;
    case "research":
      return findArtifacts([name], "RESEARCH").length > 0;
    case "plans":
      return typeof plan === "object" && plan?.kind === "plan";
    case "summaries":
      return typeof plan === "object" && plan?.kind === "summary";
    case "verification":
    case "uat":
      return classifyReport(name)?.source === source;
    default:
      return false;
  }
}
