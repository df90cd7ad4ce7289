/** The catalogue, in alphabetical order. */
import type { Tool } from "../src/tool.ts";
import checkPlanning from "./check_planning.ts";
import collectGaps from "./collect_gaps.ts";
import discoverPhase from "./discover_phase.ts";
import groupWaves from "./group_waves.ts";
import projectStatus from "./project_status.ts";

export const tools: readonly Tool[] = [checkPlanning, collectGaps, discoverPhase, groupWaves, projectStatus];
