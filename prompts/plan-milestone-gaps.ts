import { definePrompt, steps } from "../src/prompt.ts";
import { NEEDS } from "./needs.ts";

export default definePrompt({
  name: "plan-milestone-gaps",
  title: "Plan phases for gaps",
  description:
    "Collects the open gaps of verification, acceptance tests and audit, and creates phases that close them.",
  needs: NEEDS["plan-milestone-gaps"],
  arguments: [
    { name: "phase", kind: "phase", description: "Only the gaps of this phase; default the whole milestone" },
    { name: "dry_run", kind: "flag", description: "Only show what would be created" },
  ],
  text: ({ phase, dry_run }, offers) => {
    const only = phase === null ? "" : `\`phase: "${phase}"\``;
    return `Find the open gaps of ${phase === null ? "the current milestone" : `phase ${phase}`} and ${dry_run ? "show the phases that would close them. Nothing is changed" : "create phases that close them"}. The tools read the reports and write the files: do not search or edit them yourself.

${steps([
  `Call \`collect_gaps\`${only && ` with ${only}`}. More pages: follow \`next_cursor\`.
- No reports: nothing was verified yet. Say so, and that verification comes first. Stop.
- Reports, and \`count\` is 0: no gap is open. Say which reports passed. Stop.
- \`UNPARSED_REPORT\` in diagnostics: a report says that it has gaps, and none could be read. Name it with its path and ask; never treat it as passed.`,
  "Show the gaps, grouped by report: title, reason, severity, and which phase addresses one already. Then `categories` with counts and severity, and the total.",
  "Show `groups` as proposed phases: letter, name, goal, the gaps of each, the files they share, `why` they belong together, `estimated_plans`. A gap that a phase addresses already is in no group; when there is no group at all, say which phases address the gaps, and stop. Is such a phase completed already: verify the gap's phase again with the execute-phase prompt (an audit's gap: audit again); still open: the plan-phase prompt with the gap's phase and `gaps`.",
  dry_run
    ? "Call `create_gap_phases` with `dry_run: true`" +
      (only && ` and ${only}`) +
      " and show, for each phase, its number, its name and how many gaps it closes. Say that nothing was changed, and end here."
    : "Ask: create these phases, change them, or stop. To change them, agree on names, goals and which gaps go together, at most three related ones a phase.",
  !dry_run &&
    `Call \`create_gap_phases\`${only && ` with ${only}`}: without \`groups\` for the proposal as it is, else with \`groups\` as agreed, each with \`name\`, \`goal\`, \`gaps\` (keys as \`collect_gaps\` gave them) and, where the user named them, \`requirements\` and \`success_criteria\`. It numbers the phases, edits ROADMAP, STATE and the reports, makes the directories, and commits just that. \`unchanged\`: every gap is addressed already; say by which phase. \`nothing_to_do\`: no gap is open.`,
])}
${
  dry_run
    ? ""
    : `
End with the phases created and the order of work: for each, plan it (plan-phase prompt), execute it (execute-phase prompt), verify it. After the last one, verify the phases again whose reports had the gaps, audit again where the audit had some, and close the milestone when all pass.${offers("project_status") ? " `project_status` tells the next step at any time." : ""}
`
}`.trimEnd();
  },
});
