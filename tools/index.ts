/** The catalogue, in alphabetical order. */
import type { Tool } from "../src/tool.ts";
import briefSubagent from "./brief_subagent.ts";
import checkPlanning from "./check_planning.ts";
import collectGaps from "./collect_gaps.ts";
import commitPlanning from "./commit_planning.ts";
import completePhase from "./complete_phase.ts";
import createGapPhases from "./create_gap_phases.ts";
import createPhase from "./create_phase.ts";
import createPhaseBranch from "./create_phase_branch.ts";
import discoverPhase from "./discover_phase.ts";
import groupWaves from "./group_waves.ts";
import mergePhasePr from "./merge_phase_pr.ts";
import movePhaseState from "./move_phase_state.ts";
import openPhasePr from "./open_phase_pr.ts";
import projectStatus from "./project_status.ts";
import readyPhasePr from "./ready_phase_pr.ts";
import updateIssueChecklist from "./update_issue_checklist.ts";

export const tools: readonly Tool[] = [
  briefSubagent,
  checkPlanning,
  collectGaps,
  commitPlanning,
  completePhase,
  createGapPhases,
  createPhase,
  createPhaseBranch,
  discoverPhase,
  groupWaves,
  mergePhasePr,
  movePhaseState,
  openPhasePr,
  projectStatus,
  readyPhasePr,
  updateIssueChecklist,
];
