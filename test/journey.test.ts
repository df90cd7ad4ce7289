/** One phase from a line in ROADMAP.md to a merged pull request, by a client of the built program and without a shell. */
import { expect, test } from "vitest";
import { type Effects, type Journey, moved, renamed, startJourney } from "./support/journey.ts";
import {
  ACTIVE,
  COMPLETED,
  chatCompleted,
  chatFiles,
  DATE,
  GAPS_FOUND,
  gapPhaseCompleted,
  gapPhaseLines,
  LINES,
  PASSED,
  PENDING,
  PLANS,
  PROJECT,
  planText,
  REQUIREMENTS,
  ROADMAP,
  STATE,
  seedGitHub,
  withPlans,
} from "./support/journey-project.ts";

const REPORT = `${ACTIVE}/02-chat/02-VERIFICATION.md`;
const BRANCH = "feat/v1.2-02-chat";
const TITLE = "v1.2 Phase 2: Chat";
/** What a person has staged: it stays so all the way, and is in no commit. */
const NOTES = "A  notes.md";

/** What is written to GitHub. */
const ISSUE = "PATCH /repos/acme/chat/issues/1";
const OPEN = "POST /repos/acme/chat/pulls";
const MERGE = ["markPullRequestReadyForReview", "PUT /repos/acme/chat/pulls/5/merge", "updateRefs"];

const LONG = { timeout: 120_000 };

test("each call does what it says, its dry run nothing, and the same call again no more", LONG, async () => {
  const journey = await begin({ isThorough: true });
  await planning(journey);
  await activation(journey);
  await runBatch(journey, 1, ["02-01", "02-02"]);
  await ticking(journey, [0, 1]);
  await opening(journey, [0, 1], "docs(02-02): complete chat plan");
  await runBatch(journey, 2, ["02-03"]);
  await runBatch(journey, 2, ["02-04"]);
  await ticking(journey, [2, 3]);
  await toTheEnd(journey);
  expect(journey.writes()).toEqual([ISSUE, ISSUE, OPEN, ISSUE, ...MERGE]);
});

test("what GitHub missed while it was down, one call brings up to date", LONG, async () => {
  const journey = await begin({ isThorough: false });
  const { call, wire } = journey;
  await planning(journey);
  await activation(journey);
  await wire.cut();
  const unreachable = { status: "failed", reason: "unreachable", changes: [] };
  await runBatch(journey, 1, ["02-01", "02-02"]);
  const check = { phase: "2", mode: "check" };
  expect(await call("update_issue_checklist", check)).toMatchObject(unreachable);
  expect(await call("open_phase_pr", { phase: "2" })).toMatchObject({ ...unreachable, pr: null });
  await runBatch(journey, 2, ["02-03"]);
  await runBatch(journey, 2, ["02-04"]);
  await wire.mend();
  await ticking(journey, [0, 1, 2, 3]);
  await opening(journey, [0, 1, 2, 3], "docs(02-04): complete chat plan");
  await toTheEnd(journey);
  expect(journey.writes()).toEqual([ISSUE, ISSUE, OPEN, ...MERGE]);
});

async function begin({ isThorough }: { isThorough: boolean }): Promise<Journey> {
  const journey = await startJourney({ tree: PROJECT, seed: seedGitHub, isThorough });
  journey.work({ "notes.md": "A person's.\n" });
  journey.git("add", "notes.md");
  return journey;
}

async function planning(journey: Journey): Promise<void> {
  const { call, read, work, follow } = journey;
  await follow("plan-phase", { phase: "2" });
  const { next, models } = await call("project_status", {});
  expect(next).toMatchObject({ action: "plan", phase: "02" });
  expect(await call("discover_phase", { phase: "2" })).toMatchObject({
    phase: { id: "02", state: "unstarted", dir: null },
    linked_issues: [{ title: "Messages vanish on reload", github: "#2" }],
  });
  const keep = `${PENDING}/02-chat/.gitkeep`;
  const created = { files: { [keep]: "" }, status: [NOTES, `?? ${keep}`] };
  expect(await call("create_phase", { phase: "2" }, created)).toMatchObject({ status: "created" });

  // A researcher, a planner and a plan checker, each with what it must know.
  const researcher = await call("brief_subagent", { phase: "2", role: "researcher" });
  expect(researcher).toMatchObject({ model: models["phase-researcher"], omitted: [] });
  expect(paths(researcher)).toEqual([ROADMAP, REQUIREMENTS, STATE]);
  const research = `${PENDING}/02-chat/02-RESEARCH.md`;
  work({ [research]: "# Phase 2: Chat - Research\n" });
  const planner = await call("brief_subagent", { phase: "2", role: "planner" });
  expect(paths(planner)).toEqual([STATE, ROADMAP, REQUIREMENTS, research]);
  const roadmap = withPlans(read(ROADMAP));
  work({ [ROADMAP]: roadmap, [`${PENDING}/02-chat`]: PLANS });
  const { waves, diagnostics } = await call("group_waves", { phase: "2" });
  expect(waves).toMatchObject([{ batches: [["02-01", "02-02"]] }, { batches: [["02-03"], ["02-04"]] }]);
  expect(diagnostics).toMatchObject([{ code: "FILE_CONFLICT", plans: ["02-03", "02-04"] }]);
  const plans = Object.keys(PLANS).map((name) => `${PENDING}/02-chat/${name}`);
  const checker = await call("brief_subagent", { phase: "2", role: "plan_checker" });
  expect(paths(checker)).toEqual([ROADMAP, ...plans, REQUIREMENTS]);

  const files = [`M ${ROADMAP}`, ...[keep, ...plans, research].map((path) => `A ${path}`)];
  await journey.commit({ phase: "2", kind: "plans" }, "docs(02): plan chat phase", files, [NOTES]);
  const lines = LINES.map((line) => `+- [ ] ${line}`);
  const published = { github: { "#1 body": [...lines, "+"] } };
  expect(await call("update_issue_checklist", { phase: "2", mode: "publish" }, published)).toMatchObject({
    status: "updated",
    issue: { number: 1 },
    added: ["01", "02", "03", "04"],
    total: 4,
  });
}

async function activation(journey: Journey): Promise<void> {
  const { call, follow } = journey;
  await follow("execute-phase", { phase: "2" });
  expect((await call("project_status", {})).next).toMatchObject({ action: "execute", phase: "02" });
  expect(await call("discover_phase", {})).toMatchObject({ phase: { id: "02" }, incomplete_count: 4 });
  await activate(journey, "2", chatFiles("-PLAN.md"));
  const entered = { branches: { HEAD: BRANCH, [BRANCH]: "here" } };
  const created = await call("create_phase_branch", { phase: "2" }, entered);
  expect(created).toMatchObject({ status: "created", base: "main", milestone: "1.2" });
}

/** Moves the phase's files, which were all that was pending, and commits that. */
async function activate(journey: Journey, phase: string, files: string[]): Promise<void> {
  const gone = files.map((file) => ` D ${PENDING}/${file}`);
  const there = files.map((file) => `?? ${ACTIVE}/${file}`);
  const effects: Effects = {
    files: { ...moved(PENDING, ACTIVE, files), [`${PENDING}/`]: "" },
    status: [...gone, NOTES, ...there],
  };
  expect(await journey.call("move_phase_state", { phase, to: "active" }, effects)).toMatchObject({
    status: "moved",
    from: "pending",
    phase: { state: "active" },
  });
  const subject = `docs(0${phase}): activate phase`;
  await journey.commit({ phase, kind: "activate" }, subject, renamed(PENDING, ACTIVE, files), [NOTES]);
}

/** What group_waves says is next; its executors, who write what their plans say; and a commit for each summary. */
async function runBatch(journey: Journey, wave: number, batch: string[]): Promise<void> {
  const { call, read, work } = journey;
  const phase = batch[0]!.split("-")[0]!;
  const { waves, ready, phase: found } = await call("group_waves", { phase });
  const [{ plans, batches }] = waves;
  expect(waves[0]).toMatchObject({ wave, batches: [batch, ...batches.slice(1)] });
  expect(ready).toEqual(expect.arrayContaining(batch));
  const summary = (plan: string) => `${found.dir}/${plan}-SUMMARY.md`;
  for (const plan of batch) {
    const brief = await call("brief_subagent", { phase, role: "executor", plan });
    expect(paths(brief)).toEqual([`${found.dir}/${plan}-PLAN.md`, STATE]);
    const { files_modified } = plans.find(({ id }: { id: string }) => id === plan);
    const code = files_modified.map((path: string) => [path, `// ${plan}\n`]);
    work(Object.fromEntries(code), `feat(${plan}): ${plan} works`);
    const state = read(STATE).replace(/^Plan: .*/m, `Plan: ${plan}`);
    work({ [STATE]: state, [summary(plan)]: `# ${plan}\n\n**${plan} works**\n` });
  }
  // The first commit takes what all of them wrote into STATE.md, and no other's summary.
  for (const [index, plan] of batch.entries()) {
    const files = [...(index === 0 ? [`M ${STATE}`] : []), `A ${summary(plan)}`];
    const left = batch.slice(index + 1).map((other) => `?? ${summary(other)}`);
    const subject = `docs(${plan}): complete ${found.slug} plan`;
    await journey.commit({ phase, kind: "plan_complete", plan }, subject, files, [NOTES, ...left]);
  }
  const after = await call("discover_phase", { phase });
  expect(after.plans.filter(({ id }: { id: string }) => batch.includes(id))).toMatchObject(
    batch.map((id) => ({ id, done: true, outcome: `${id} works` })),
  );
}

/** The issue's lines, counted from 0, get their tick. */
async function ticking({ call }: Journey, indexes: number[]): Promise<void> {
  const lines = indexes.map((index) => LINES[index]!);
  const github = {
    "#1 body": [...lines.map((line) => `-- [ ] ${line}`), ...lines.map((line) => `+- [x] ${line}`)],
  };
  const checked = indexes.map((index) => `0${index + 1}`);
  expect(await call("update_issue_checklist", { phase: "2", mode: "check" }, { github })).toMatchObject({
    status: "updated",
    checked,
    checked_total: indexes.at(-1)! + 1,
    total: 4,
  });
}

/** The pull request, with what is done in it, of a branch whose last commit is `pushed`. */
async function opening({ call }: Journey, done: number[], pushed: string): Promise<void> {
  const lines = LINES.map((line, index) => `- [${done.includes(index) ? "x" : " "}] ${line}`);
  const body = `**Goal:** Members read and write messages\n\n## Plans\n\n${lines.join("\n")}\n\nCloses #1\nCloses #2`;
  const effects: Effects = {
    branches: { [`origin/${BRANCH}`]: pushed },
    github: { "pull #5": `draft, ${BRANCH} into main: ${TITLE}`, "pull #5 body": body },
  };
  expect(await call("open_phase_pr", { phase: "2" }, effects)).toMatchObject({
    status: "created",
    pr: { number: 5, draft: true },
    closes: [1, 2],
  });
}

/** Gaps, a phase that closes them, completion and merge; in all, no tool but those that the prompts name. */
async function toTheEnd(journey: Journey): Promise<void> {
  await corrections(journey);
  await verificationWithGaps(journey);
  const gap = await gapPhase(journey);
  await gapPlanning(journey, gap);
  await gapExecution(journey, gap);
  await completion(journey, gap);
  await merging(journey);
  expect(Object.keys(journey.workflows).sort()).toEqual([
    "execute-phase",
    "plan-milestone-gaps",
    "plan-phase",
  ]);
  for (const { called, named } of Object.values(journey.workflows)) expect(called).toEqual(named);
}

async function corrections(journey: Journey): Promise<void> {
  journey.work({ "src/chat.ts": "// 02-04, mended\n" });
  const step = { phase: "2", kind: "corrections", paths: ["src/chat.ts"] };
  await journey.commit(step, "fix(02): orchestrator corrections", ["M src/chat.ts"], [NOTES]);
}

async function verificationWithGaps({ call, work }: Journey): Promise<void> {
  expect((await call("project_status", {})).next).toMatchObject({ action: "verify", phase: "02" });
  const verifier = await call("brief_subagent", { phase: "2", role: "verifier" });
  expect(verifier.files).toHaveLength(1 + 4 + 4);
  work({ [REPORT]: GAPS_FOUND });
  const { artifacts } = await call("discover_phase", { phase: "2" });
  expect(artifacts.verification).toMatchObject({ status: "gaps_found", gap_count: 2 });
  expect(await call("complete_phase", { phase: "2", date: DATE })).toMatchObject({
    status: "blocked",
    missing: [{ code: "VERIFICATION_NOT_PASSED" }],
    commit: null,
  });
  expect(await call("collect_gaps", { phase: "2" })).toMatchObject({ count: 2 });
}

interface GapPhase {
  name: string;
  slug: string;
}

async function gapPhase({ call, follow }: Journey): Promise<GapPhase> {
  await follow("plan-milestone-gaps", { phase: "2" });
  expect((await call("project_status", {})).next).toMatchObject({ action: "close_gaps", phase: "02" });
  const { gaps, groups } = await call("collect_gaps", { phase: "2" });
  const keys = gaps.map(({ key }: { key: string }) => key);
  expect(groups).toMatchObject([{ gaps: keys, files: ["src/store.ts"], estimated_plans: 1 }]);
  const planned = await call("create_gap_phases", { phase: "2", date: DATE, dry_run: true });
  const { name, slug, dir } = planned.phases[0];
  expect({ name, dir }).toEqual({ name: `Gap - ${groups[0].name}`, dir: `${PENDING}/04-${slug}` });

  const { roadmap, state, report } = gapPhaseLines(name, groups[0].goal, gaps);
  const files = [`M ${ROADMAP}`, `M ${STATE}`, `A ${REPORT}`, `A ${dir}/.gitkeep`];
  const effects: Effects = {
    files: {
      [`${PENDING}/`]: null,
      [`${dir}/.gitkeep`]: "",
      [ROADMAP]: roadmap,
      [STATE]: state,
      [REPORT]: report,
    },
    commits: [["docs(roadmap): add gap phases 04", files]],
    status: [NOTES],
  };
  const created = await call("create_gap_phases", { phase: "2", date: DATE }, effects);
  expect({ ...created, commit: { ...created.commit, sha: null } }).toEqual(planned);
  expect(created).toMatchObject({ status: "created", phases: [{ id: "04", gaps: keys }] });
  const after = await call("collect_gaps", { phase: "2" });
  expect(after.groups).toEqual([]);
  expect(after.gaps).toMatchObject(keys.map((key: string) => ({ key, addressed_by: ["04"] })));
  return { name, slug };
}

async function gapPlanning(journey: Journey, { slug }: GapPhase): Promise<void> {
  const { call, work, follow } = journey;
  await follow("plan-phase", { phase: "4", research: "skip" });
  expect((await call("discover_phase", { phase: "4" })).phase).toMatchObject({ state: "pending" });
  await call("brief_subagent", { phase: "4", role: "planner" });
  const path = `${PENDING}/04-${slug}/04-01-PLAN.md`;
  const fields = { wave: 1, files_modified: ["src/store.ts"], gap_closure: true };
  work({ [path]: planText(`04-${slug}`, "01", "Save each message and tell of it", fields) });
  const { ready, skipped } = await call("group_waves", { phase: "4", gaps_only: true });
  expect({ ready, skipped }).toEqual({ ready: ["04-01"], skipped: [] });
  await journey.commit({ phase: "4", kind: "plans" }, `docs(04): plan ${slug} phase`, [`A ${path}`], [NOTES]);
  expect(await call("update_issue_checklist", { phase: "4", mode: "publish" })).toMatchObject({
    status: "skipped",
    reason: "issue_not_found",
  });
}

/** On the branch of the phase whose gaps it closes, and in its pull request. */
async function gapExecution(journey: Journey, { name, slug }: GapPhase): Promise<void> {
  await journey.follow("execute-phase", { phase: "4", gaps_only: "true" });
  const planned = [".gitkeep", "04-01-PLAN.md"].map((file) => `04-${slug}/${file}`);
  await activate(journey, "4", planned);
  await runBatch(journey, 1, ["04-01"]);
  const files = [...planned, `04-${slug}/04-01-SUMMARY.md`];
  const recorded = [`M ${ROADMAP}`, `M ${STATE}`, ...renamed(ACTIVE, COMPLETED, files)];
  const effects: Effects = {
    files: { ...moved(ACTIVE, COMPLETED, files), ...gapPhaseCompleted(name) },
    commits: [[`docs(04): complete ${slug} phase`, recorded]],
  };
  const completed = await journey.call("complete_phase", { phase: "4", date: DATE }, effects);
  expect(completed).toMatchObject({ status: "completed", missing: [], next: { id: "02" } });
}

async function completion({ call, work, follow }: Journey, gap: GapPhase): Promise<void> {
  await follow("execute-phase", { phase: "2" });
  expect((await call("project_status", {})).next).toMatchObject({ action: "verify", phase: "02" });
  expect(paths(await call("brief_subagent", { phase: "2", role: "verifier" }))).toContain(REPORT);
  work({ [REPORT]: PASSED });
  expect(await call("collect_gaps", { phase: "2" })).toMatchObject({
    count: 0,
    reports: [{ status: "passed" }],
  });
  const files = chatFiles("-PLAN.md", "-SUMMARY.md");
  const recorded = [
    ...[REQUIREMENTS, ROADMAP, STATE].map((path) => `M ${path}`),
    `D ${REPORT}`,
    ...renamed(ACTIVE, COMPLETED, files),
    `A ${COMPLETED}/02-chat/02-VERIFICATION.md`,
  ];
  const effects: Effects = {
    files: {
      ...moved(ACTIVE, COMPLETED, [...files, "02-chat/02-VERIFICATION.md"]),
      ...chatCompleted(gap.name),
      [`${ACTIVE}/`]: "",
    },
    commits: [["docs(02): complete chat phase", recorded]],
    status: [NOTES],
  };
  expect(await call("complete_phase", { phase: "2", date: DATE }, effects)).toMatchObject({
    status: "completed",
    requirements: { updated: ["CHAT-01", "CHAT-02"], not_found: [] },
    next: { id: "03", state: "unstarted" },
  });
}

async function merging({ git, github, call }: Journey): Promise<void> {
  const marked = {
    branches: { [`origin/${BRANCH}`]: "docs(02): complete chat phase" },
    github: { "pull #5": `open, ${BRANCH} into main: ${TITLE}` },
  };
  expect(await call("ready_phase_pr", { phase: "2" }, marked)).toMatchObject({
    status: "ready",
    pr: { draft: false },
  });

  // The person takes the notes away: only a clean tree is switched.
  git("rm", "--quiet", "--force", "notes.md");
  const merge = `Merge pull request #5 from acme/${BRANCH}`;
  const merged: Effects = {
    branches: { HEAD: "main", [`origin/${BRANCH}`]: null, "origin/main": merge },
    github: {
      "#1": "closed: Phase 2: Chat",
      "#2": "closed: Messages vanish on reload",
      "pull #5": `merged, ${BRANCH} into main: ${TITLE}`,
    },
    commits: [[merge, []]],
  };
  expect(await call("merge_phase_pr", { phase: "2", confirm: true }, merged)).toMatchObject({
    status: "merged",
    closed: [1, 2],
    already_closed: [],
    local: { branch: "main", updated: true, reason: null },
  });
  expect(git("rev-parse", "main")).toBe(github.branches().get("main"));

  const { next, counts } = await call("project_status", {});
  expect(next).toMatchObject({ action: "plan", phase: "03" });
  expect(counts).toMatchObject({
    completed: 3,
    active: 0,
    pending: 0,
    unstarted: 1,
    plans: 6,
    plans_done: 6,
  });
}

/** What a brief holds. */
function paths({ files }: { files: { path: string }[] }): string[] {
  return files.map(({ path }) => path);
}
