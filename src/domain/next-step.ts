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

/** What a phase's reports ask for. */
export interface PhaseReports extends Omit<ReportProgress, "status"> {
  /** The main verification's, or null without one. */
  status: string | null;
  /** When the newest report was written that has gaps which no phase addresses, as it says itself, else "". */
  gapsFound: string;
}

/** A plan that closes gaps and is done. */
export interface DoneGapPlan {
  id: string;
  /** As its summary says: `YYYY-MM-DD` and perhaps a time; null when it does not. */
  completed: string | null;
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
  gapPlans(): DoneGapPlan[];
  /** Of all its reports together. */
  reports(): PhaseReports;
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
    return { ...step, phase: phase.ref.id, why: step.why + callNote(phase) + gapNote(live, phase) };
  }
  if (live.length === 0) {
    return { action: "new_milestone", phase: null, why: `${milestone.label} has no phases` };
  }
  for (const phase of live) {
    const step = isEnded(phase) ? endedStep(phase, usesVerifier) : null;
    if (step) return { ...step, phase: phase.ref.id, why: step.why + callNote(phase) };
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
  const { ref, planCount, doneCount } = phase;
  const label = `phase ${ref.number}`;
  if (doneCount < planCount) {
    return { action: "execute", why: `${label} has ${planCount - doneCount} of ${planCount} plans left` };
  }
  if (isEnded(phase)) return null;
  if (planCount === 0) return { action: "plan", why: `${label} has no plans` };
  const reports = phase.reports();
  const step = gapStep(phase, reports, usesVerifier);
  if (step) return step;
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
    if (reports.status === "gaps_found" && reports.gapsClosed > 0) return verifyAddressed(phase);
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

/** True for a phase that was completed, or ticked. */
function isEnded({ ref, isChecked }: PhaseProgress): boolean {
  return ref.state === "completed" || isChecked;
}

/** Open gaps that no phase addresses: they are planned, or verified again when their plans are done. */
function gapStep(
  phase: PhaseProgress,
  reports: PhaseReports,
  usesVerifier: boolean,
): Omit<NextStep, "phase"> | null {
  if (reports.openGaps === 0) return null;
  const found = `phase ${phase.ref.number} has ${gaps(reports.openGaps)}`;
  const plans = carriedOut(phase, reports.gapsFound).map(({ id }) => id);
  if (plans.length === 0) return { action: "close_gaps", why: found };
  if (!usesVerifier) return null;
  const done = plans.length === 1 ? `gap plan ${plans[0]} is` : `gap plans ${several(plans)} are`;
  return { action: "verify", why: `${found}; ${done} done: verify it again` };
}

/**
 * The gap plans that may have closed what the reports found: those that are not older. Days are compared, and what has
 * no date counts, but where every plan closes gaps, these may be what was verified: there only a later day tells.
 */
function carriedOut(phase: PhaseProgress, gapsFound: string): DoneGapPlan[] {
  const found = gapsFound.slice(0, DAY);
  const plans = phase.gapPlans();
  if (phase.isGapClosure())
    return plans.filter(({ completed }) => found !== "" && (completed ?? "").slice(0, DAY) > found);
  return plans.filter(({ completed }) => completed === null || completed.slice(0, DAY) >= found);
}

const DAY = "2026-02-03".length;

/** What is left of a phase that was completed: acceptance tests come after that, and gap phases later. */
function endedStep(phase: PhaseProgress, usesVerifier: boolean): Omit<NextStep, "phase"> | null {
  const reports = phase.reports();
  const isAddressed = usesVerifier && reports.gapsUnderWay === 0 && reports.gapsClosed > 0;
  return gapStep(phase, reports, usesVerifier) ?? (isAddressed ? verifyAddressed(phase) : null);
}

function verifyAddressed({ ref }: PhaseProgress): Omit<NextStep, "phase"> {
  return { action: "verify", why: `the gaps of phase ${ref.number} are addressed; verify it again` };
}

function callNote({ callName }: PhaseProgress): string {
  return callName === null ? "" : `; call it "${callName}", since its number stands twice`;
}

/** What completed phases left open, beside a step of another phase. */
function gapNote(phases: readonly PhaseProgress[], of: PhaseProgress): string {
  const open = phases.filter((phase) => phase !== of && isEnded(phase) && phase.reports().openGaps > 0);
  if (open.length === 0) return "";
  const numbers = several(open.map(({ ref }) => ref.number));
  const count = open.reduce((sum, phase) => sum + phase.reports().openGaps, 0);
  return `; phase${open.length > 1 ? "s" : ""} ${numbers} ${open.length > 1 ? "have" : "has"} ${gaps(count)}`;
}

const MAX_NAMED = 5;

function several(names: readonly string[]): string {
  const more = names.length - MAX_NAMED;
  return names.slice(0, MAX_NAMED).join(", ") + (more > 0 ? ` and ${more} more` : "");
}

function gaps(count: number): string {
  return count === 1 ? "1 open gap" : `${count} open gaps`;
}
