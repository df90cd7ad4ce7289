/** Everything that is wrong with the project's data, or with one phase's. */
import type { Diagnostic } from "../domain/diagnostic.ts";
import { shorten } from "../domain/naming.ts";
import { formatPlain } from "../domain/phase.ts";
import type { Phase } from "../domain/phase-index.ts";
import { planKeyOf } from "../domain/phase-plans.ts";
import { frontmatterDiagnostics } from "../domain/plan.ts";
import { summarizeReports } from "../domain/reports.ts";
import { phasesOfMilestone } from "../domain/roadmap.ts";
import { readFrontmatter } from "../markdown/frontmatter.ts";
import { groupPhase } from "./grouping.ts";
import { auditReport, phaseReports } from "./reports.ts";
import { currentPhases } from "./selection.ts";
import type { PlanStatus, Workspace } from "./workspace.ts";

const ROADMAP = ".planning/ROADMAP.md";
const STATE = ".planning/STATE.md";

/** The problems of one phase: its plans, waves, reports, and its lines in ROADMAP.md. */
export function checkPhase(workspace: Workspace, phase: Phase): Diagnostic[] {
  const { directory } = phase;
  if (!directory) return missingDirectory(phase);
  const diagnostics = [...workspace.index().ambiguity(phase), ...workspace.index().collisionOf(phase)];
  const grouping = groupPhase(workspace, phase, directory, false);
  for (const diagnostic of grouping.diagnostics) diagnostics.push(diagnostic);
  for (const cycle of grouping.cycles) {
    const first = grouping.plans.get(cycle[0]!)!;
    diagnostics.push({
      code: "DEPENDENCY_CYCLE",
      severity: "error",
      message: shorten(`plans wait for each other: ${[...cycle, cycle[0]].join(" -> ")}`, 500),
      path: first.status.path,
      line: first.fields.dependsOnLine,
      plans: cycle.slice(0, 50),
    });
  }
  const reports = phaseReports(workspace, phase);
  for (const report of reports) diagnostics.push(...report.diagnostics);
  diagnostics.push(...summarizeReports(reports).diagnostics);
  diagnostics.push(...boxMismatches(workspace, phase, workspace.plans(directory).plans));
  return diagnostics;
}

/** Boxes of the phase in ROADMAP.md that say something else than its files, which are what counts. */
function boxMismatches(workspace: Workspace, phase: Phase, plans: readonly PlanStatus[]): Diagnostic[] {
  const { entry, directory } = phase;
  if (!entry) return [];
  const found: Diagnostic[] = [];
  const report = (line: number, message: string, ids: string[]): void => {
    found.push({
      code: "BOX_MISMATCH",
      severity: "warning",
      message,
      path: ROADMAP,
      line,
      ...(ids.length > 0 && { plans: ids }),
    });
  };
  const label = `phase ${formatPlain(phase.number)}`;
  const line = entry.checklistLine ?? entry.line;
  const unfinished = plans.filter(({ done }) => !done).map(({ id }) => id);
  if (entry.checked === true && unfinished.length > 0) {
    report(
      line,
      `${label} is ticked, but ${unfinished.length} of its plans ${unfinished.length === 1 ? "is" : "are"} not done`,
      unfinished.slice(0, 20),
    );
  } else if (entry.checked === true && directory!.state !== "completed" && directory!.state !== "flat") {
    report(line, `${label} is ticked, but its directory stands in ${directory!.state}`, []);
  } else if (
    entry.checked === false &&
    directory?.state === "completed" &&
    plans.length > 0 &&
    unfinished.length === 0
  ) {
    report(line, `${label} is completed, but its box is empty`, []);
  }
  const byKey = new Map(plans.map((plan) => [plan.key, plan]));
  const byId = new Map(plans.map((plan) => [plan.id, plan]));
  for (const listed of entry.plans) {
    if (listed.checked === null) continue;
    const key = planKeyOf(listed.id);
    if (key === null) continue;
    const plan = byId.get(listed.id) ?? byKey.get(key);
    if (!plan) {
      if (workspace.plans(directory!).plans.length > 0 || listed.checked) {
        report(listed.line, `plan ${listed.id} of ${label} has no file`, []);
      }
    } else if (listed.checked && !plan.done) {
      report(listed.line, `plan ${plan.id} is ticked, but it has no summary that counts`, [plan.id]);
    } else if (!listed.checked && plan.done) {
      report(listed.line, `plan ${plan.id} is done, but its box is empty`, [plan.id]);
    }
  }
  return found;
}

/** The problems of the whole tree. */
export function checkProject(workspace: Workspace): Diagnostic[] {
  const diagnostics: Diagnostic[] = [...workspace.config().diagnostics, ...workspace.milestone().diagnostics];
  if (!workspace.roadmap() && !workspace.files.exists(ROADMAP)) {
    diagnostics.push({
      code: "MISSING_ROADMAP",
      severity: "warning",
      message: "there is no ROADMAP.md: goals, order and milestones of phases are not known",
      path: ROADMAP,
    });
  }
  for (const phase of workspace.phases()) {
    if (!phase.directory) continue;
    for (const diagnostic of checkPhase(workspace, phase)) diagnostics.push(diagnostic);
  }
  for (const diagnostic of roadmapMismatches(workspace)) diagnostics.push(diagnostic);
  diagnostics.push(...(auditReport(workspace)?.diagnostics ?? []), ...documentProblems(workspace));
  return diagnostics;
}

/** Front matter that cannot be read in STATE.md and in issue files. */
function documentProblems(workspace: Workspace): Diagnostic[] {
  const state = workspace.files.text(STATE, "head");
  return [
    ...(state === null ? [] : frontmatterDiagnostics(readFrontmatter(state), STATE)),
    ...workspace.issueFiles().flatMap(({ diagnostics }) => diagnostics),
  ];
}

function missingDirectory({ ref, entry }: Phase): Diagnostic[] {
  if (!entry || entry.checked === true) return [];
  return [
    {
      code: "MISSING_PHASE_DIR",
      severity: "info",
      message: `phase ${ref.number} (${ref.name}) has no directory yet`,
      path: ROADMAP,
      line: entry.line,
    },
  ];
}

/** Open phases of ROADMAP.md without a directory, and directories that ROADMAP.md does not name. */
function roadmapMismatches(workspace: Workspace): Diagnostic[] {
  const roadmap = workspace.roadmap();
  if (!roadmap) return [];
  const found: Diagnostic[] = [];
  const own = new Set(workspace.phases().map(({ entry }) => entry));
  const current = new Set(phasesOfMilestone(roadmap, workspace.milestone().milestone?.version ?? null));
  for (const phase of currentPhases(workspace)) {
    if (!phase.directory) found.push(...missingDirectory(phase));
  }
  for (const entry of roadmap.phases) {
    // A directory of this number stands for another milestone's phase, so this one cannot be found by its number.
    if (own.has(entry) || entry.checked === true || !current.has(entry)) continue;
    const [holder] = workspace.index().phasesNumbered(entry.number);
    if (!holder?.directory) continue;
    found.push({
      code: "MISSING_PHASE_DIR",
      severity: "warning",
      message: `phase ${formatPlain(entry.number)} (${entry.name}) has no directory; ${holder.directory.name}, which carries its number, is another phase`,
      path: ROADMAP,
      line: entry.line,
    });
  }
  for (const { entry, directory } of workspace.phases()) {
    if (entry || !directory) continue;
    found.push({
      code: "UNLISTED_PHASE",
      severity: directory.state === "completed" ? "info" : "warning",
      message: `${directory.name} is not named in ROADMAP.md`,
      path: directory.path,
    });
  }
  return found;
}
