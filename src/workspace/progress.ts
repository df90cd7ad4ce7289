/** How far the project is, and what comes next. */

import { type NextStep, nextStep, type PhaseProgress, type ReportProgress } from "../domain/next-step.ts";
import { parsePhaseNumber } from "../domain/phase.ts";
import type { Phase } from "../domain/phase-index.ts";
import type { Report } from "../domain/report.ts";
import { mainOf } from "../domain/reports.ts";
import { openGaps } from "./gaps.ts";
import { auditReport, phaseReports } from "./reports.ts";
import { currentPhases } from "./selection.ts";
import type { Workspace } from "./workspace.ts";

export interface PlanCounts {
  phase: Phase;
  planCount: number;
  doneCount: number;
}

export function countPlans(workspace: Workspace, phase: Phase): PlanCounts {
  const plans = phase.directory ? workspace.plans(phase.directory).plans : [];
  return { phase, planCount: plans.length, doneCount: plans.filter(({ done }) => done).length };
}

/** What to do next in the current milestone. */
export function nextProjectStep(workspace: Workspace): NextStep {
  const { milestone, between } = workspace.milestone();
  const { config } = workspace.config();
  return nextStep(
    currentPhases(workspace).map((phase) => progressOf(workspace, phase)),
    {
      label: milestone ? `milestone ${milestone.version}` : "the project",
      isBetween: between,
      audit: () => {
        const audit = auditReport(workspace);
        return audit && { ...gapProgress(workspace, [audit]), status: audit.status };
      },
    },
    config.workflow.verifier,
  );
}

function progressOf(workspace: Workspace, phase: Phase): PhaseProgress {
  const { planCount, doneCount } = countPlans(workspace, phase);
  return {
    ref: phase.ref,
    number: phase.number,
    planCount,
    doneCount,
    isChecked: phase.entry?.checked === true,
    isGapClosure: () => {
      const plans = phase.directory ? workspace.plans(phase.directory).plans : [];
      return plans.length > 0 && plans.every((plan) => workspace.planFields(plan).fields.gapClosure);
    },
    callName: workspace.index().collisionOf(phase).length > 0 ? (phase.directory?.name ?? null) : null,
    reports: () => {
      const reports = phaseReports(workspace, phase);
      const main = mainOf(reports, "verification");
      return { ...gapProgress(workspace, reports), status: main?.status ?? null };
    },
  };
}

function gapProgress(workspace: Workspace, reports: readonly Report[]): Omit<ReportProgress, "status"> {
  const progress = { openGaps: 0, gapsUnderWay: 0, gapsClosed: 0 };
  for (const { addressed_by } of openGaps(workspace, reports)) {
    if (addressed_by.length === 0) progress.openGaps++;
    else if (addressed_by.every((id) => isClosed(workspace, id))) progress.gapsClosed++;
    else progress.gapsUnderWay++;
  }
  return progress;
}

/** True when nothing of the phase is left to do. */
function isClosed(workspace: Workspace, id: string): boolean {
  const number = parsePhaseNumber(id);
  return (
    number === null ||
    workspace
      .index()
      .phasesNumbered(number)
      .every((phase) => workspace.isComplete(phase))
  );
}
