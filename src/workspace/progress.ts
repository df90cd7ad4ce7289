/** How far the project is, and what comes next. */

import { type NextStep, nextStep, type PhaseProgress, type ReportProgress } from "../domain/next-step.ts";
import { parsePhaseNumber } from "../domain/phase.ts";
import type { Report } from "../domain/report.ts";
import { mainOf } from "../domain/reports.ts";
import { openGaps } from "./gaps.ts";
import { auditReport, phaseReports } from "./reports.ts";
import { currentPhases } from "./selection.ts";
import type { Phase, Workspace } from "./workspace.ts";

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
        return audit && reportProgress(workspace, audit, [audit]);
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
    verification: () => {
      const reports = phaseReports(workspace, phase, ["verification"]);
      const main = mainOf(reports, "verification");
      return main && reportProgress(workspace, main, reports);
    },
  };
}

/** What `main` asks for; newer reports beside it may have closed its gaps. */
function reportProgress(workspace: Workspace, main: Report, reports: readonly Report[]): ReportProgress {
  let unaddressed = 0;
  let underWay = 0;
  for (const { addressed_by } of openGaps(workspace, reports)) {
    if (addressed_by.length === 0) unaddressed++;
    else if (addressed_by.some((id) => !isClosed(workspace, id))) underWay++;
  }
  return { status: main.status, openGaps: unaddressed, gapsUnderWay: underWay };
}

/** True when nothing of the phase is left to do. */
function isClosed(workspace: Workspace, id: string): boolean {
  const number = parsePhaseNumber(id);
  return number === null || workspace.phasesNumbered(number).every((phase) => workspace.isComplete(phase));
}
