/** The catalogue, in alphabetical order. */
import type { Tool } from "../src/tool.ts";
import checkPlanning from "./check_planning.ts";
import collectGaps from "./collect_gaps.ts";
import commitPlanning from "./commit_planning.ts";
import completePhase from "./complete_phase.ts";
import createGapPhases from "./create_gap_phases.ts";
import createPhase from "./create_phase.ts";
import createPhaseBranch from "./create_phase_branch.ts";
import discoverPhase from "./discover_phase.ts";
import groupWaves from "./group_waves.ts";
import movePhaseState from "./move_phase_state.ts";
import projectStatus from "./project_status.ts";

export const tools: readonly Tool[] = [
  checkPlanning,
  collectGaps,
  commitPlanning,
  completePhase,
  createGapPhases,
  createPhase,
  createPhaseBranch,
  discoverPhase,
  groupWaves,
  movePhaseState,
  projectStatus,
];
