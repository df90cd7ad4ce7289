import { definePrompt, lettered, steps } from "../src/prompt.ts";
import { fenced, UAT_FORM, VERIFICATION_FORM } from "./forms.ts";
import { NEEDS } from "./needs.ts";
import { ISSUE_CONSENT, UNREAD_GAPS } from "./phrases.ts";

export default definePrompt({
  name: "execute-phase",
  title: "Execute a phase",
  description:
    "Runs a phase's plans in waves of subagents, has the result verified, and completes the phase.",
  needs: NEEDS["execute-phase"],
  arguments: [
    {
      name: "phase",
      kind: "phase",
      description: "Number or directory name; default the next with open plans",
    },
    { name: "gaps_only", kind: "flag", description: "Run only the plans that close gaps" },
  ],
  text: ({ phase, gaps_only }, offers) => {
    const which = phase === null ? "the next phase that has work left" : `phase ${phase}`;
    const discovered =
      phase === null
        ? "If `next.action` of `project_status` is execute, verify or complete_phase, call `discover_phase` with `phase: NEXT`, NEXT being its `next.phase` (or the name that its `why` tells); else call `discover_phase` without `phase`."
        : `Call \`discover_phase\` with \`phase: "${phase}"\`.`;
    const grouped = `\`group_waves\` with \`phase: PHASE\`${gaps_only ? " and `gaps_only: true`" : ""}`;
    const hasPulls = offers("open_phase_pr") && offers("ready_phase_pr");
    const push = hasPulls
      ? " Where there is a pull request, call `ready_phase_pr` after a test or review: it pushes what was added."
      : "";
    return `Execute ${which}${gaps_only ? ", only the plans that close gaps" : ""}. You orchestrate: subagents do the work, and the wavewright tools keep the books. Your own context stays lean: read no plan, summary or report where a tool's answer tells enough. Do not use grep, sed, ls, mv or gh for what these tools cover.

${steps([
  "Call `project_status`. Without a `.planning/` directory, say so and stop. Keep its `config` and `models`. Tell of diagnostics of severity error first.",
  `${discovered} Below, PHASE is the last part of the answer's \`phase.dir\` (like 03-chat), ID its \`phase.id\`, and DIR its \`phase.dir\` as it is at that moment. \`NO_MATCHING_PHASE\`: say it, and \`next.why\`; with \`close_gaps\` point to the route "gaps" for that phase; stop. No plans: point to the plan-phase prompt, and stop. A collision: show the candidates of the error and ask; a directory name resolves it.`,
  offers("create_phase_branch") &&
    "If `config.pr_workflow` is true: a phase that is only verified again, nothing being left to run, needs no branch: stay where the fixes are. For any other call `create_phase_branch` with `dry_run: true` first. With the diagnostic `PLANNING_LEFT_BEHIND` this phase's plans are only on the branch that is checked out: ask whether to merge that one first or to start from it (`base`). Then call it without `dry_run`. `skipped` with the reason `no_repository`: go on. With any other reason the branch is not checked out: tell it and ask whether to try again once mended, go on here, or stop. Then call `discover_phase` again: without the plans, say that the branch lacks them, and stop.",
  'If the state is pending, call `move_phase_state` with `to: "active"`, then `commit_planning` with `kind: "activate"`. A flat phase is moved only if the user wants state directories. A completed phase is run again only when the user asks for it, for gap plans that were added, or to be verified again.',
  `Call ${grouped}. Show the waves: what runs together, what waits and for what, and \`executor_model\`. ${
    gaps_only
      ? "No plan of the phase has `gap_closure` and `skipped` has some: point to the plan-phase prompt with PHASE and `gaps`, and stop. "
      : ""
  }Nothing left to run: go on behind the waves. \`DEPENDENCY_CYCLE\` or an unknown dependency: show it and ask.`,
  `Run one batch after the other, each from the newest answer of \`group_waves\`:
${lettered([
  `Take the first batch that has plans in \`ready\`, and of it those plans. A plan with \`NO_FRONTMATTER\`, or with \`NO_FILES_DECLARED\` of severity warning, may write any file: tell the user, and run it alone, in plan order. Start one subagent for each plan, all in one message, so that they run together, on \`executor_model\`. Give each exactly this task: "Call brief_subagent with phase PHASE, role executor, plan PLAN_ID. Carry out that plan. Commit after each task, only the files of that task, each named: git commit -m MESSAGE -- FILES, new ones with git add -- FILE before; MESSAGE is {type}({phase}-{plan}): {task} with type feat, fix, test, refactor, perf, docs or chore. Others commit beside you: never git add . or -A, and when the index is locked wait and try again. At a task of type checkpoint:*, and before any change of architecture, stop, write no summary, and return what is done, with commits, and what you ask. When all is done write DIR/PLAN_ID-SUMMARY.md: front matter with phase, plan and completed; a heading; one bold line that says what was built; what was done, with commits, files and deviations. Fix bugs and blockers that you find on the way, add what security or correctness needs, and note both in the summary. What cannot be finished gets a summary whose front matter has \`status: blocked\`, and why. Going on from such a summary, write it anew without that line." To a plan that is not done and has a \`summary\` in \`discover_phase\`, add its path and "Go on from there."`,
  'Wait for all of them. Where one asks, put that to the user, then start a fresh subagent with the same task, what was done so far with its commits, the answer, and "That checkpoint is done: go on behind it." Never resume the old one.',
  "Call `discover_phase` with PHASE: a plan is done only when its answer says so. For any other of the batch tell the user and ask: again, with what was done so far; go on without it and what depends on it; or stop.",
  'For every plan that is now done call `commit_planning` with `kind: "plan_complete"` and its `plan`; `unchanged`: the subagent did. A blocked summary: `kind: "corrections"` with its path in `paths`.',
  offers("update_issue_checklist") &&
    `Call \`update_issue_checklist\` with \`mode: "check"\`: it ticks every finished plan. ${ISSUE_CONSENT}`,
  hasPulls &&
    "If `config.pr_workflow` is true, call `open_phase_pr`; `exists` is fine. A skip or failure is told with its reason and does not stop the work.",
  `Call ${grouped} again, and go on with a. until \`ready\` has no plan but those that the user left out. Tell of the plans that still wait, and for what.`,
])}`,
  "Report what was built: one line a plan, from `outcome` in `discover_phase`.",
  'Look at `git status`. What you corrected yourself between the subagents is committed with `commit_planning`, `kind: "corrections"` and the exact `paths`; what is not yours stays as it is.',
  gaps_only
    ? "No test suite: gap plans are verified by their own checks."
    : "If `project_status` gave a `test_script`, and not every plan of the phase is gap closure, run it with the package manager (npm test). Report failures, and go on with them.",
  `Unless \`config.workflow.verifier\` is false: start one verifier subagent on \`models\`' verifier with the task "Call brief_subagent with phase PHASE, role verifier. Check each must-have against the code itself, never against what a summary claims. Write REPORT anew: verified is today; status is passed, gaps_found, or human_needed when only a person can tell; every gap an entry; below it what was checked and how. End with the status that you wrote." and the form below. REPORT is \`artifacts.verification.path\` where that is a report on the whole phase (03-01-VERIFICATION.md is on a plan), else DIR/ID-VERIFICATION.md. Where \`collect_gaps\` with PHASE has gaps in other reports, such as UAT, add, with their paths, "Of the gaps in PATHS set those that are closed now to status: resolved, and the result of a failed test that no gap names to fixed."
${fenced(VERIFICATION_FORM)}
Then call \`discover_phase\`. When the verifier failed, or ended with another status than \`artifacts.verification.status\`, that one is old and counts for nothing: start it once more, then ask. Commit what it wrote as corrections, and go by the status:
- passed: call \`collect_gaps\` with PHASE. Gaps left in other reports: the route "gaps", or go on when the user accepts them.
- human_needed: put its items to the user. Approved: go on with \`accept_human: true\`. Not approved: have a verifier write what the user says into the report as gaps, with status gaps_found, and go by that.
- gaps_found: call \`collect_gaps\` with PHASE, show score and gaps, and end with the route "gaps" below. Nothing is completed. ${UNREAD_GAPS}
- unknown: start the verifier once more, then ask.`,
  "Call `complete_phase` (`accept_human: true` only when the user approved). Tell of `requirements.blocked` and `not_found`: a person decides on these. It moves a flat phase into completed/ too: show that with `dry_run: true` and ask first; if the user wants it left, go on without this step. `blocked`: show `missing`, ask, and never force it.",
  hasPulls && "If `config.pr_workflow` is true: `ready_phase_pr`. It pushes first.",
  `Checkpoint. Ask the user what is next, and come back here after each choice until they choose to go on.${push}
- acceptance test by hand (recommended): walk through the phase's success criteria one by one, write the results to \`artifacts.uat.path\`, else DIR/ID-UAT.md, in the form below (all passed: status: complete, and no Gaps section), and commit it as corrections. Failures are gaps: end with the route "gaps".
- review of the changes: start reviewers on \`models\`' code reviewer over the phase's diff, show how many findings are critical, important and suggestions, and STOP for a decision among those that apply: fix the critical ones; fix critical and important; fix all; note all as issues; ignore. Where findings are left after a fix, ask whether to note them as issues, each in .planning/issues/open/YYYY-MM-DD-slug.md with front matter created, title and linked_phase: PHASE; count them for the report. Fixes and issue files are committed as corrections.${
    offers("merge_phase_pr")
      ? "\n- merge (only with an open pull request): `merge_phase_pr` with `confirm: true`, only after the user said so in this conversation. Everything is committed and pushed before. `blocked` or `failed`: show the reason."
      : ""
  }
- go on.
${fenced(UAT_FORM)}`,
])}

End with one of these routes, as a short report: phase, plans run, verification score${offers("update_issue_checklist") ? ", issue and its ticked lines" : ""}${hasPulls ? ", pull request and whether it is merged" : ""}, review findings and issues noted, and what comes next.
- completed: call \`project_status\`; its \`next\` says what follows, in a fresh context: to plan a phase, discuss it or take the plan-phase prompt; to audit the milestone, close it after that. After a gap phase (Addresses Gaps) also: verify the phases again whose gaps it closed.
- gaps: list them. Next, either plans in this phase: the plan-phase prompt with PHASE and \`gaps\`, then this prompt with PHASE and \`gaps_only\`, until verification passes; or phases of their own: the plan-milestone-gaps prompt, then plan and execute each of those without \`gaps_only\`, and verify PHASE again.`;
  },
});
