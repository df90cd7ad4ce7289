import { definePrompt, steps } from "../src/prompt.ts";
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
    const only = gaps_only ? ", `gaps_only: true`" : "";
    return `Execute ${which}${gaps_only ? ", only the plans that close gaps" : ""}. You orchestrate: subagents do the work, and the wavewright tools keep the books. Your own context stays lean, so never read plans, summaries or reports yourself where a tool's answer tells you enough. Do not use grep, sed, ls, mv or gh on the planning files, branches, issues or pull requests that these tools cover.

${steps([
  "Call `project_status`. Keep its `config` and `models`. Tell the user about diagnostics of severity error before you go on.",
  `Call \`discover_phase\` ${named}. Use the answer's \`phase.id\` in every later call; below it is PHASE. No plans: say so, point to the plan-phase prompt, stop. A collision: show the candidates, ask, stop until answered.`,
  'Call `move_phase_state` with `to: "active"` when the state is pending or flat; when it moved something, `commit_planning` with `kind: "activate"`. A phase that is completed is only run again when the user asks for it.',
  offers("create_phase_branch") &&
    "If `config.pr_workflow` is true, call `create_phase_branch`. A skip is no failure: tell its reason and go on.",
  `Call \`group_waves\` with \`phase: PHASE\`${only}. Show the user the waves: what runs beside what, what waits and for which file or plan, and \`executor_model\`. Nothing left to run: go to verification. A cycle or an unknown dependency: show it and ask.`,
  `For each wave in order, for each of its batches in order:
a. Take the plans of the batch that are in \`ready\`. Start one subagent for each, all in one message so that they run at the same time, on \`executor_model\`. Give each exactly this task: "Call brief_subagent with phase PHASE, role executor, plan PLAN_ID. Carry out that plan. Commit after each task, only the files of that task, as {type}(${"{phase}-{plan}"}): {task}; never git add . or -A. Write the plan's summary beside the plan. Fix bugs and blockers that you find on the way, add what security or correctness needs, and note both in the summary; stop and ask before any change of architecture."
b. Wait for all of them. A plan with \`autonomous: false\` stops at checkpoints: its subagent returns what it did and what it asks. Put that to the user, then start a fresh subagent with the same brief, what was done so far, and the answer. Never resume the old one.
c. Call \`discover_phase\` with PHASE: a plan counts as done only when its answer says so. For one without a summary, or with a blocked one, tell the user and ask: retry, go on without it and what depends on it, or stop.
d. For every plan that is now done call \`commit_planning\` with \`kind: "plan_complete"\` and its \`plan\`, unless the subagent committed its summary already (\`unchanged\` says so).
e. Call \`group_waves\` again before the next batch: files and dependencies may have changed.`,
  offers("update_issue_checklist") &&
    'After each wave, once: `update_issue_checklist` with `mode: "check"` and `wave`. On `needs_confirmation` ask the user, then pass `issue` or leave it. Any other skip or failure is told in one line and never stops the work.',
  offers("open_phase_pr") &&
    "After the first wave, if `config.pr_workflow` is true: `open_phase_pr`. Later calls answer `exists`, so it may be repeated.",
  'When all waves are done, look at `git status`. What you corrected yourself between the subagents is committed with `commit_planning`, `kind: "corrections"` and the exact `paths`; what is not yours stays as it is.',
  gaps_only
    ? "Skip the test suite: gap plans are verified by their own checks."
    : "If `project_status` gave a `test_script`, and the phase is not all gap closure, run the tests. Report failures, and go on to verification with them.",
  `Unless \`config.workflow.verifier\` is false: start one verifier subagent on the model for it in \`models\` with the task "Call brief_subagent with phase PHASE, role verifier. Check each must-have against the code itself, never against what a summary claims. Write the verification report into the phase's directory." Then call \`discover_phase\` and read \`artifacts.verification.status\`:
- passed: go on.
- human_needed: put the items that a person must look at to the user. Approved: go on with \`accept_human: true\`. Not approved: treat the feedback as gaps.
- gaps_found: call \`collect_gaps\` with PHASE, show score and gaps, and end here with the route "gaps" below. Nothing is completed.
- unknown or missing: start the verifier once more, then ask.`,
  "Call `complete_phase` (`accept_human: true` only when the user approved). `blocked`: show `missing`, ask, and never force it. It moves the directory, edits ROADMAP, STATE and REQUIREMENTS, and commits just that.",
  offers("ready_phase_pr") && "If `config.pr_workflow` is true: `ready_phase_pr`.",
  `Checkpoint. Ask the user what is next, and come back here after each choice until they choose to go on:
- acceptance test by hand (recommended): walk through the phase's success criteria one by one, write the results to the phase's UAT report; failures are gaps.
- review of the changes: start reviewers on the branch's diff, then show how many findings are critical, important and suggestions, and STOP for a decision: fix the critical ones, fix critical and important, fix all, note all for later, or ignore. After fixing, commit with \`commit_planning\`, \`kind: "corrections"\` and the exact \`paths\`, and ask whether the rest is to be noted as issues.${
    offers("merge_phase_pr")
      ? "\n- merge (only with a pull request that is open): `merge_phase_pr` with `confirm: true`, only after the user said so in this conversation. `blocked` or `failed`: show the reason; closing and deleting happen only after a merge."
      : ""
  }
- go on.`,
])}

Then end with one of these routes, as a short report: phase, plans run, verification score${offers("update_issue_checklist") ? ", issue and its ticked lines" : ""}${offers("open_phase_pr") ? ", pull request and whether it is merged" : ""}, review findings, and what comes next.
- The answer of \`complete_phase\` has a \`next\` phase: name it with its goal. Next: discuss it, or the plan-phase prompt with that number, in a fresh context.
- \`next\` is null: the milestone's phases are complete. Next: audit the milestone, then close it.
- gaps: list them. Next: the plan-phase prompt with PHASE and \`gaps\` for this phase, or the plan-milestone-gaps prompt for phases of their own; then this prompt again with \`gaps_only\`, until verification passes.`;
  },
});
