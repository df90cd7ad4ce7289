/** How far the project is, and what comes next. */

import type { CollectedGap } from "../domain/gaps.ts";
import {
  type NextStep,
  nextStep,
  type PhaseProgress,
  type PhaseReports,
  type ReportProgress,
} from "../domain/next-step.ts";
import { parsePhaseNumber } from "../domain/phase.ts";
import type { Phase } from "../domain/phase-index.ts";
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
        return audit && { ...gapProgress(workspace, openGaps(workspace, [audit])), status: audit.status };
      },
    },
    config.workflow.verifier,
  );
}

function progressOf(workspace: Workspace, phase: Phase): PhaseProgress {
  const { planCount, doneCount } = countPlans(workspace, phase);
  let reports: PhaseReports | undefined;
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
    gapPlans: () => {
      const plans = phase.directory ? workspace.plans(phase.directory).plans : [];
      return plans.flatMap((plan) =>
        plan.done && workspace.planFields(plan).fields.gapClosure
          ? [{ id: plan.id, completed: plan.summaryReading?.completed ?? null }]
          : [],
      );
    },
    reports: () => {
      reports ??= reportsOf(workspace, phase);
      return reports;
    },
  };
}

function reportsOf(workspace: Workspace, phase: Phase): PhaseReports {
  const reports = phaseReports(workspace, phase);
  const status = mainOf(reports, "verification")?.status ?? null;
  const gaps = openGaps(workspace, reports);
  const open = new Set(gaps.flatMap(({ addressed_by, path }) => (addressed_by.length > 0 ? [] : path)));
  const dates = reports.flatMap(({ path, date }) => (open.has(path) ? date : []));
  return { ...gapProgress(workspace, gaps), status, gapsFound: dates.sort().at(-1) ?? "" };
}

function gapProgress(workspace: Workspace, gaps: readonly CollectedGap[]): Omit<ReportProgress, "status"> {
  const progress = { openGaps: 0, gapsUnderWay: 0, gapsClosed: 0 };
  for (const { addressed_by } of gaps) {
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
