/** The tools without which a workflow cannot be carried out: known before any of its text is loaded. */
export const NEEDS = {
  "execute-phase": [
    "project_status",
    "discover_phase",
    "move_phase_state",
    "group_waves",
    "brief_subagent",
    "commit_planning",
    "collect_gaps",
    "complete_phase",
  ],
  "plan-milestone-gaps": ["collect_gaps", "create_gap_phases"],
  "plan-phase": [
    "project_status",
    "discover_phase",
    "create_phase",
    "collect_gaps",
    "group_waves",
    "brief_subagent",
    "commit_planning",
  ],
} as const;
