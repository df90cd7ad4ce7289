/** Which files a subagent of each role must have before it begins, and which of them matter most. */
import type { Agent } from "./models.ts";

export const ROLES = ["researcher", "planner", "plan_checker", "executor", "verifier"] as const;
export type Role = (typeof ROLES)[number];

/** Only the planner works in different modes. */
export const MODES = ["standard", "gap_closure", "revision"] as const;
export type Mode = (typeof MODES)[number];

/** The agent whose model a role runs on. */
export const AGENTS: Record<Role, Agent> = {
  researcher: "phase-researcher",
  planner: "planner",
  plan_checker: "plan-checker",
  executor: "executor",
  verifier: "verifier",
};

/**
 * A document of the project, or the files of one kind in the phase's directory; `plan` is the executor's one, and `gaps`
 * are reports of other phases, or an audit, whose gaps the phase addresses.
 */
export type Source =
  | "roadmap"
  | "requirements"
  | "state"
  | "context"
  | "research"
  | "plan"
  | "plans"
  | "summaries"
  | "verification"
  | "uat"
  | "gaps";

/**
 * What room is given to, one after the other: a source as far as it is not there yet, or first the part of it that
 * matters most. That is what ROADMAP.md says of the phase, the beginning of STATE.md, and the unfinished plans.
 */
export type Share = Source | "phase of roadmap" | "head of state" | "open plans";

export interface Contents {
  /** In the order of the answer. */
  sources: readonly Source[];
  /** Most important first: what comes last is the first to be cut. */
  shares: readonly Share[];
  /** Of what there must be at least one file. */
  needs: readonly Source[];
}

const EXECUTOR: Contents = {
  sources: ["plan", "state"],
  shares: ["plan", "head of state", "state"],
  needs: ["plan", "state"],
};

const RESEARCHER: Contents = {
  sources: ["roadmap", "requirements", "state", "context"],
  shares: ["phase of roadmap", "context", "requirements", "head of state", "state", "roadmap"],
  needs: ["roadmap"],
};

/** Research costs an agent's whole run, the rest of STATE.md and ROADMAP.md is mostly history. */
const PLANNER: Contents = {
  sources: ["state", "roadmap", "requirements", "context", "research", "gaps"],
  shares: [
    "phase of roadmap",
    "head of state",
    "context",
    "requirements",
    "research",
    "gaps",
    "state",
    "roadmap",
  ],
  needs: ["state", "roadmap"],
};

const GAP_PLANNER: Contents = {
  sources: ["state", "roadmap", "requirements", "context", "research", "verification", "uat", "gaps"],
  shares: ["phase of roadmap", "verification", "uat", ...PLANNER.shares.slice(1)],
  needs: PLANNER.needs,
};

const REVISER: Contents = {
  sources: ["plans"],
  shares: ["open plans", "plans"],
  needs: ["plans"],
};

const PLAN_CHECKER: Contents = {
  sources: ["roadmap", "plans", "requirements"],
  shares: ["phase of roadmap", "open plans", "plans", "requirements", "roadmap"],
  needs: ["roadmap", "plans"],
};

/** A verifier is given the phase's goal and directory: what had to be true, what was said, what was found before. */
const VERIFIER: Contents = {
  sources: ["roadmap", "plans", "summaries", "verification"],
  shares: ["phase of roadmap", "plans", "verification", "summaries", "roadmap"],
  needs: ["roadmap", "plans"],
};

/** What goes into the prompt of a role. */
export function contentsFor(role: Role, mode: Mode): Contents {
  switch (role) {
    case "executor":
      return EXECUTOR;
    case "researcher":
      return RESEARCHER;
    case "plan_checker":
      return PLAN_CHECKER;
    case "verifier":
      return VERIFIER;
    case "planner":
      return mode === "gap_closure" ? GAP_PLANNER : mode === "revision" ? REVISER : PLANNER;
  }
}
