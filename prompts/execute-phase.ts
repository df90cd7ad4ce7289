import { definePrompt, steps } from "../src/prompt.ts";
import { fenced, UAT_FORM, VERIFICATION_FORM } from "./forms.ts";
import { NEEDS } from "./needs.ts";

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
    const which = phase === null ? "the next phase that has unfinished plans" : `phase ${phase}`;
    const named = phase === null ? "without `phase`" : `with \`phase: "${phase}"\``;
    const grouped = `\`group_waves\` with \`phase: PHASE\`${gaps_only ? " and `gaps_only: true`" : ""}`;
    const hasPulls = offers("open_phase_pr") && offers("ready_phase_pr");
    const push = hasPulls
      ? " Where there is a pull request, call `ready_phase_pr` again: it pushes what was added."
      : "";
    return `Execute ${which}${gaps_only ? ", only the plans that close gaps" : ""}. You orchestrate: subagents do the work, and the wavewright tools keep the books. Your own context stays lean, so never read plans, summaries or reports yourself where a tool's answer tells you enough. Do not use grep, sed, ls, mv or gh on the planning files, branches, issues or pull requests that these tools cover.

${steps([
  "Call `project_status`. Keep its `config` and `models`. Tell the user about diagnostics of severity error before you go on.",
  `Call \`discover_phase\` ${named}. Below, PHASE is the last part of the answer's \`phase.dir\` (such as 03-chat), ID its \`phase.id\`, and DIR its \`phase.dir\` as it is at that moment. \`NO_MATCHING_PHASE\`: say what it says; nothing is to be done. No plans: point to the plan-phase prompt, and stop. A collision: show the candidates of the error and ask; a directory name resolves it.`,
  offers("create_phase_branch") &&
    "If `config.pr_workflow` is true: call `create_phase_branch` with `dry_run: true` first. With the diagnostic `PLANNING_LEFT_BEHIND` this phase's plans are only on the branch that is checked out: ask whether to merge that one first or to start from it (`base`). Then call it without `dry_run`, and `discover_phase` again: the plans must still be there. A skip is no failure: tell its reason and go on.",
  'If the state is pending, call `move_phase_state` with `to: "active"`, then `commit_planning` with `kind: "activate"`. A flat phase is moved only if the user wants its project to have state directories. A completed phase is run again only when the user asks for it, or for gap plans that were added.',
  `Call ${grouped}. Show the user the waves: what runs beside what, what waits and for which file or plan, and \`executor_model\`. Nothing left to run: go on behind the waves. \`DEPENDENCY_CYCLE\` or an unknown dependency: show it and ask.`,
  `For each wave in order, and in it for each batch in order:
a. Take the plans of the batch that are in \`ready\`; tell the user of the others and what they wait for. Start one subagent for each, all in one message so that they run at the same time, on \`executor_model\`. Give each exactly this task: "Call brief_subagent with phase PHASE, role executor, plan PLAN_ID. Carry out that plan. Commit after each task, only the files of that task, each named, as {type}({phase}-{plan}): {task} with type feat, fix, test, refactor, perf, docs or chore; never git add . or -A. When all is done write DIR/PLAN_ID-SUMMARY.md: front matter with phase, plan and completed; a heading; one bold line that says what was built; what was done, with commits, files and deviations. Fix bugs and blockers that you find on the way, add what security or correctness needs, and note both in the summary; stop and ask before any change of architecture. What cannot be finished gets a summary with status: blocked and why."
b. Wait for all of them. A plan with \`autonomous: false\` stops at checkpoints: its subagent returns what it did and what it asks. Put that to the user, then start a fresh subagent with the same task, what was done so far, and the answer. Never resume the old one.
c. Call \`discover_phase\` with PHASE: a plan is done only when its answer says so. For any other of the batch tell the user and ask: again, go on without it and what depends on it, or stop.
d. For every plan that is now done call \`commit_planning\` with \`kind: "plan_complete"\` and its \`plan\`; \`unchanged\` says that the subagent committed it.
e. Call ${grouped} again before the next batch: files and dependencies may have changed.${
    offers("update_issue_checklist")
      ? '\nf. After the last batch of the wave, once: `update_issue_checklist` with `mode: "check"` and `wave`. On `needs_confirmation` ask the user, then pass `issue` or leave it. Any other skip or failure is told in one line and never stops the work.'
      : ""
  }${
    hasPulls
      ? "\ng. After the first wave, if `config.pr_workflow` is true: `open_phase_pr`. It may be repeated: `exists` is fine. A skip or failure is told with its reason and does not stop the work."
      : ""
  }`,
  "Report what was built: one line a plan, from `outcome` in `discover_phase`.",
  'Look at `git status`. What you corrected yourself between the subagents is committed with `commit_planning`, `kind: "corrections"` and the exact `paths`; what is not yours stays as it is.',
  gaps_only
    ? "No test suite: gap plans are verified by their own checks."
    : "If `project_status` gave a `test_script`, and not every plan of the phase is gap closure, run the tests. Report failures, and go on to verification with them.",
  `Unless \`config.workflow.verifier\` is false: start one verifier subagent on \`models\`' verifier with the task "Call brief_subagent with phase PHASE, role verifier. Check each must-have against the code itself, never against what a summary claims. Write DIR/ID-VERIFICATION.md: status is passed, gaps_found, or human_needed when only a person can tell; every gap an entry; below it what was checked and how." and this form:
${fenced(VERIFICATION_FORM)}
Then call \`discover_phase\` and go by \`artifacts.verification.status\`:
- passed: go on.
- human_needed: put the items that a person must look at to the user. Approved: go on with \`accept_human: true\`. Not approved: have a verifier write what the user says into the report as gaps, with status gaps_found, and go by that.
- gaps_found: commit the report (\`kind: "corrections"\`, its path), call \`collect_gaps\` with PHASE, show score and gaps, and end with the route "gaps" below. Nothing is completed.
- unknown, or no report: start the verifier once more, then ask.`,
  "Call `complete_phase` (`accept_human: true` only when the user approved). `blocked`: show `missing`, ask, and never force it. It moves the directory, edits ROADMAP, STATE and REQUIREMENTS, and commits just that.",
  hasPulls && "If `config.pr_workflow` is true: `ready_phase_pr`. It pushes first.",
  `Checkpoint. Ask the user what is next, and come back here after each choice until they choose to go on:
- acceptance test by hand (recommended): walk through the phase's success criteria one by one, write the results to DIR/ID-UAT.md in the form below, and commit it (\`kind: "corrections"\`, its path).${push} Failures are gaps: end with the route "gaps".
- review of the changes: start reviewers on \`models\`' code reviewer over the phase's diff, show how many findings are critical, important and suggestions, and STOP for a decision among those that apply: fix the critical ones; fix critical and important; fix all; note all as issues; ignore. Fixes are committed with \`kind: "corrections"\` and the exact \`paths\`.${push} Where findings are left after a fix, ask whether to note them as issues, one file each in .planning/issues/open/, and keep their number for the report.${
    offers("merge_phase_pr")
      ? "\n- merge (only with an open pull request): `merge_phase_pr` with `confirm: true`, only after the user said so in this conversation. Everything is committed and pushed before. `blocked` or `failed`: show the reason; closing and deleting happen only after a merge."
      : ""
  }
- go on.
${fenced(UAT_FORM)}`,
])}

End with one of these routes, as a short report: phase, plans run, verification score${offers("update_issue_checklist") ? ", issue and its ticked lines" : ""}${hasPulls ? ", pull request and whether it is merged" : ""}, review findings and issues noted, and what comes next.
- The answer of \`complete_phase\` has a \`next\` phase: name it with its goal. Next, in a fresh context: discuss it, or the plan-phase prompt with that number.
- \`next\` is null: the milestone's phases are complete. Next: audit the milestone, then close it.
- gaps: list them. Next, either plans in this phase: the plan-phase prompt with PHASE and \`gaps\`, then this prompt with PHASE and \`gaps_only\`, until verification passes; or phases of their own: the plan-milestone-gaps prompt, then plan and execute each of those without \`gaps_only\`, and verify PHASE again.`;
  },
});
