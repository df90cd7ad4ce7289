import { definePrompt, steps } from "../src/prompt.ts";
import { fenced, PLAN_FORM, VERIFICATION_FORM } from "./forms.ts";
import { NEEDS } from "./needs.ts";
import { ISSUE_CONSENT, UNREAD_GAPS } from "./phrases.ts";

export default definePrompt({
  name: "plan-phase",
  title: "Plan a phase",
  description:
    "Researches a phase, has it planned and the plans checked in at most three rounds, and commits them.",
  needs: NEEDS["plan-phase"],
  arguments: [
    { name: "phase", kind: "phase", description: "Number or directory name; default the next without plans" },
    {
      name: "research",
      kind: ["force", "skip"],
      description: "force: research again; skip: none",
      options: { research: "force", skip_research: "skip" },
    },
    { name: "gaps", kind: "flag", description: "Plan what closes the phase's open gaps" },
    { name: "skip_verify", kind: "flag", description: "Do not have the plans checked" },
  ],
  text: ({ phase, research, gaps, skip_verify }, offers) => {
    const mode = gaps ? "gap_closure" : "standard";
    const which =
      phase !== null
        ? `phase ${phase}`
        : gaps
          ? "the phase with open gaps"
          : "the next phase that has no plans";
    const named = phase === null ? '`select: "next_unplanned"`' : `\`phase: "${phase}"\``;
    const revise =
      'start a planner on `models`\' planner with the task "Call brief_subagent with phase PHASE, role planner, mode revision. Mend these issues with targeted edits; plan anew only where an issue is fundamental. Return what changed." and the list';
    const old = gaps
      ? ""
      : ' "Delete first: FILES", the files of unfinished plans, if the user wants the phase planned anew;';
    return `Plan ${which}${gaps ? ", to close its open gaps" : ""}. You orchestrate: a researcher, a planner and a plan checker work in fresh contexts, and each reads its own material through \`brief_subagent\`. You pass one line and never file contents. Do not use grep, sed, ls, mkdir or gh for what these tools answer.

${steps([
  "Call `project_status`. Keep `config` and `models`. Without a `.planning/` directory, say so and stop.",
  gaps && phase === null
    ? "Call `collect_gaps`. No open gap and no `UNPARSED_REPORT`: say so and stop. Gaps of several phases: ask which phase. Gaps without a phase are the audit's: those that no phase addresses need phases of their own, by the plan-milestone-gaps prompt. Then call `discover_phase` with the phase."
    : `Call \`discover_phase\` with ${named}. \`NO_MATCHING_PHASE\`: every phase has plans; say so and stop. Not found: show the phases of the error and ask. A collision: the project numbers its phases anew in each milestone; show the candidates and ask which directory is meant, or whether to renumber; stop until answered.`,
  "If the phase's state is `unstarted`, call `create_phase`. Below, PHASE is the last part of the answer's `phase.dir` (such as 03-chat), ID its `phase.id`, DIR its `phase.dir`.",
  "If the phase has plans already" +
    (gaps
      ? ", keep them: gap plans get the next free numbers. Where all are done, gap plans among them: ask whether PHASE was verified since; if not, that comes first: point to the execute-phase prompt with PHASE, and stop."
      : ", ask: add to them, look at them first, or plan anew. Wait for the answer. Anew replaces the unfinished plans; what has a summary stays."),
  gaps
    ? `No research: the reports say what is missing. Call \`collect_gaps\` (more pages: follow \`next_cursor\`). ${UNREAD_GAPS} Then the gaps of PHASE's reports count, and those whose \`addressed_by\` has ID. A gap that another phase addresses is that phase's until it is completed: say so, and leave it out. Without a gap that counts there is nothing to plan, so say so and stop.
${fenced(VERIFICATION_FORM)}`
    : research === "skip"
      ? "No research."
      : `Research${research === "force" ? " anew, whatever is there" : ", unless `config.workflow.research` is false or `artifacts.research` is there already (then say that it is used)"}: start a subagent on \`models\`' phase researcher with the task "Call brief_subagent with phase PHASE, role researcher. Find out what one must know to plan this phase well. Write it to DIR/ID-RESEARCH.md. End with RESEARCH COMPLETE, or RESEARCH BLOCKED and why." Blocked: show why, and ask: more context, plan without research, or stop.`,
  `Start a planner on \`models\`' planner with the task "Call brief_subagent with phase PHASE, role planner, mode ${mode}. Write the plans as DIR/ID-NN-PLAN.md, NN the next free number of two digits, in the form below: depends_on names plans that must be done before, files_modified every file that a task writes, wave 1 or one more than the deepest dependency, autonomous: false where a person must look or decide${gaps ? ", gap_closure: true" : ""}, must_haves derived from the phase's goal; tasks in that XML, specific, each with how to verify it. For an issue that the phase is linked to, set source_issue (github:#N, or the path of the issue's file). End with PLANNING COMPLETE, CHECKPOINT REACHED with a question, or PLANNING INCONCLUSIVE." Add to it, where they are:${old} the numbers of the plans that stay; ${gaps ? "the titles of the gaps that count, and that no other gap is to be planned; " : ""}the \`linked_issues\` of \`discover_phase\` with title, \`github\` and \`path\`. A checkpoint: ask the user, start a fresh planner with the answer. Inconclusive: show what was tried, and ask: more context, again, or by hand.
${fenced(PLAN_FORM)}`,
  `Call \`group_waves\` with PHASE. \`NO_PLANS\`: the files have other names than DIR/ID-NN-PLAN.md; have the planner rename them. \`DEPENDENCY_CYCLE\`, \`UNKNOWN_DEPENDENCY\`, or \`NO_FILES_DECLARED\` of severity warning for a new plan: ${revise}, and call \`group_waves\` again. At most three rounds, ${skip_verify ? "then" : "those of the next step included; then"} list what is left and ask. Other diagnostics ask for nothing: plans that share a file run one after the other.`,
  skip_verify
    ? "The plans are not checked further."
    : `Unless \`config.workflow.plan_check\` is false: start a plan checker on \`models\`' plan checker with the task "Call brief_subagent with phase PHASE, role plan_checker. ${gaps ? "New plans: NUMBERS; they are to close these gaps: TITLES, told in PATHS. The other plans are done. Will the new ones, carried out, close them?" : "Will these plans, carried out, reach the phase's goal and its requirements?"} End with VERIFICATION PASSED, or ISSUES FOUND and a list." On issues, ${revise}, then \`group_waves\` and the checker again. At most three rounds in all. Issues left after the third: list them and ask: go on all the same, give guidance for one more round, or stop.`,
  'Call `commit_planning` with `kind: "plans"`. `skipped` is no failure: tell its reason.',
  offers("update_issue_checklist") &&
    `Call \`update_issue_checklist\` with \`mode: "publish"\`. ${ISSUE_CONSENT}`,
])}

End with a short report: phase, number of plans and waves, a table of waves with their plans and what each builds (from \`group_waves\`), research (done, there already, skipped), check (passed, passed with issues left, skipped)${offers("update_issue_checklist") ? ", the issue and the lines added" : ""}. Next, in a fresh context: the execute-phase prompt with PHASE${gaps ? " and `gaps_only`." : "; or this prompt again with `research`, to plan on new ground."}`;
  },
});
