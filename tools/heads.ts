/** What a server knows of each tool when it introduces itself, before any of the catalogue is loaded. */
import type { ToolHead } from "../src/tool.ts";

export const HEADS: readonly ToolHead[] = [
  { name: "brief_subagent", effect: "reads", reach: "project" },
  { name: "check_planning", effect: "reads", reach: "project" },
  { name: "collect_gaps", effect: "reads", reach: "project" },
  { name: "commit_planning", effect: "adds", reach: "project", toolset: "git" },
  { name: "complete_phase", effect: "edits", reach: "project" },
  { name: "create_gap_phases", effect: "edits", reach: "project" },
  { name: "create_phase", effect: "adds", reach: "project" },
  { name: "create_phase_branch", effect: "adds", reach: "project", toolset: "git" },
  { name: "discover_phase", effect: "reads", reach: "project" },
  { name: "group_waves", effect: "reads", reach: "project" },
  { name: "merge_phase_pr", effect: "edits", reach: "github", toolset: "github" },
  { name: "move_phase_state", effect: "edits", reach: "project" },
  { name: "open_phase_pr", effect: "adds", reach: "github", toolset: "github" },
  { name: "project_status", effect: "reads", reach: "project" },
  { name: "ready_phase_pr", effect: "edits", reach: "github", toolset: "github" },
  { name: "update_issue_checklist", effect: "edits", reach: "github", toolset: "github" },
];
