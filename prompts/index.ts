/** The workflows, in alphabetical order. */
import type { Prompt } from "../src/prompt.ts";
import executePhase from "./execute-phase.ts";
import planMilestoneGaps from "./plan-milestone-gaps.ts";
import planPhase from "./plan-phase.ts";

export const prompts: readonly Prompt[] = [executePhase, planMilestoneGaps, planPhase];
