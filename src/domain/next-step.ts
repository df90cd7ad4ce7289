/** What the project should do next. */

import { isBacklog, type PhaseNumber, type PhaseRef } from "./phase.ts";

export const ACTIONS = [
  "plan",
  "execute",
  "verify",
  "close_gaps",
  "complete_phase",
  "audit_milestone",
  "new_milestone",
] as const;

export interface NextStep {
  action: (typeof ACTIONS)[number];
  /** Padded id, or null when the step concerns the milestone. */
  phase: string | null;
  why: string;
}

/** What a report's gaps ask for. */
export interface ReportProgress {
  status: string;
  /** Open gaps that no phase addresses. */
  openGaps: number;
  /** Open gaps that a phase addresses which is not complete yet. */
  gapsUnderWay: number;
  /** Open gaps that phases address which are complete. */
  gapsClosed: number;
}

/** A phase of the current milestone; what has to be read from disk is a function. */
export interface PhaseProgress {
  ref: PhaseRef;
  number: PhaseNumber;
  planCount: number;
  doneCount: number;
  /** True when its box in ROADMAP.md is ticked. */
  isChecked: boolean;
  /** Every plan closes gaps, so no verification of its own is asked for. */
  isGapClosure(): boolean;
  /** The main verification's status, or null without one; and the open gaps of all reports of the phase. */
  reports(): Omit<ReportProgress, "status"> & { status: string | null };
  /** How a call must name the phase where its number alone is not enough, else null. */
  callName: string | null;
}

export interface MilestoneProgress {
  /** "milestone 1.2.0" or "the project". */
  label: string;
  /** Between milestones: the last one is closed and none is open. */
  isBetween: boolean;
  /** The current milestone's audit, or null without one. */
  audit(): ReportProgress | null;
}

/** The first thing that is left to do, in phase order. */
export function nextStep(
  phases: readonly PhaseProgress[],
  milestone: MilestoneProgress,
  usesVerifier: boolean,
): NextStep {
  if (milestone.isBetween) {
    return {
      action: "new_milestone",
      phase: null,
      why: "ROADMAP.md says that there is no current milestone",
    };
  }
  const live = phases.filter(({ number }) => !isBacklog(number));
  const lastWorkedOn = live.findLastIndex(({ doneCount }) => doneCount > 0);
  for (const [index, phase] of live.entries()) {
    const step = stepOf(phase, usesVerifier, index < lastWorkedOn);
    if (!step) continue;
    if (
      live.some((other) => other !== phase && other.ref.number === phase.ref.number && other.ref.dir === null)
    ) {
      return {
        ...step,
        phase: null,
        why: `${step.why}; several milestones have this number, and none is known as current`,
      };
    }
    const note =
      phase.callName === null ? "" : `; call it "${phase.callName}", since its number stands twice`;
    return { ...step, phase: phase.ref.id, why: step.why + note };
  }
  if (live.length === 0) {
    return { action: "new_milestone", phase: null, why: `${milestone.label} has no phases` };
  }
  const audit = milestone.audit();
  if (!audit) {
    return {
      action: "audit_milestone",
      phase: null,
      why: `every phase of ${milestone.label} is complete; it has no audit`,
    };
  }
  if (audit.openGaps > 0) {
    return {
      action: "close_gaps",
      phase: null,
      why: `the audit of ${milestone.label} has ${gaps(audit.openGaps)}`,
    };
  }
  if (audit.status === "gaps_found") {
    const state = audit.gapsClosed > 0 ? "are addressed" : "could not be read";
    const why = `the gaps that the audit of ${milestone.label} found ${state}; audit it again`;
    return { action: "audit_milestone", phase: null, why };
  }
  return {
    action: "new_milestone",
    phase: null,
    why: `every phase of ${milestone.label} is complete and it is audited`,
  };
}

function stepOf(
  phase: PhaseProgress,
  usesVerifier: boolean,
  isPassedOver: boolean,
): Omit<NextStep, "phase"> | null {
  const { ref, planCount, doneCount, isChecked } = phase;
  const label = `phase ${ref.number}`;
  if (doneCount < planCount) {
    return { action: "execute", why: `${label} has ${planCount - doneCount} of ${planCount} plans left` };
  }
  if (ref.state === "completed" || isChecked) return null;
  if (planCount === 0) return { action: "plan", why: `${label} has no plans` };
  const reports = phase.reports();
  if (reports.openGaps > 0) return { action: "close_gaps", why: `${label} has ${gaps(reports.openGaps)}` };
  // Its gaps are being closed by phases that come later in this list.
  if (reports.gapsUnderWay > 0) return null;
  // Flat projects do not move their phases, and later work says that an earlier phase was accepted.
  if (ref.state === "flat" && isPassedOver) return null;
  if (usesVerifier && !phase.isGapClosure()) {
    if (reports.status === null)
      return { action: "verify", why: `every plan of ${label} is done; it has no verification` };
    if (reports.status === "human_needed") {
      return { action: "verify", why: `the verification of ${label} waits for a person` };
    }
    if (reports.status === "gaps_found" && reports.gapsClosed > 0) {
      return { action: "verify", why: `the gaps of ${label} are addressed; verify it again` };
    }
    if (reports.status !== "passed") {
      const unread = reports.status === "gaps_found" ? ", and no gap could be read from it" : "";
      return { action: "verify", why: `the verification of ${label} says ${reports.status}${unread}` };
    }
  }
  return {
    action: "complete_phase",
    why: `every plan of ${label} is done${reports.status === "passed" ? " and verified" : ""}`,
  };
}

function gaps(count: number): string {
  return count === 1 ? "1 open gap" : `${count} open gaps`;
}
