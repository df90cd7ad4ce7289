/** What the project should do next. */

import type { PhaseNumber, PhaseRef } from "./phase.ts";
import { isBacklog } from "./phase-selection.ts";

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
  /** The main verification, or null without one. */
  verification(): ReportProgress | null;
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
    if (step) return { ...step, phase: phase.ref.id };
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
    const why = `the gaps that the audit of ${milestone.label} found are addressed; audit it again`;
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
  const verification = phase.verification();
  if (verification && verification.openGaps > 0) {
    return { action: "close_gaps", why: `the verification of ${label} has ${gaps(verification.openGaps)}` };
  }
  // Its gaps are being closed by phases that come later in this list.
  if (verification && verification.gapsUnderWay > 0) return null;
  // Flat projects do not move their phases, and later work says that an earlier phase was accepted.
  if (ref.state === "flat" && isPassedOver) return null;
  if (usesVerifier && !phase.isGapClosure()) {
    if (!verification)
      return { action: "verify", why: `every plan of ${label} is done; it has no verification` };
    if (verification.status === "human_needed") {
      return { action: "verify", why: `the verification of ${label} waits for a person` };
    }
    if (verification.status === "gaps_found") {
      return { action: "verify", why: `the gaps of ${label} are addressed; verify it again` };
    }
    if (verification.status !== "passed") {
      return { action: "verify", why: `the verification of ${label} says ${verification.status}` };
    }
  }
  return {
    action: "complete_phase",
    why: `every plan of ${label} is done${verification ? " and verified" : ""}`,
  };
}

function gaps(count: number): string {
  return count === 1 ? "1 open gap" : `${count} open gaps`;
}
