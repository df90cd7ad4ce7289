/** What the workflows say at the places where following them would go wrong, and the tools' answers that this rests on. */
import { readFileSync, rmSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { UAT_FORM, VERIFICATION_FORM } from "../prompts/forms.ts";
import { prompts } from "../prompts/index.ts";
import { DIAGNOSTIC_CODES } from "../src/domain/diagnostic.ts";
import { ERROR_CODES } from "../src/errors.ts";
import type { PromptValues } from "../src/prompt.ts";
import { BRANCH_REASONS } from "../src/workspace/phase-branch.ts";
import collectGaps from "../tools/collect_gaps.ts";
import commitPlanning from "../tools/commit_planning.ts";
import completePhase from "../tools/complete_phase.ts";
import discoverPhase from "../tools/discover_phase.ts";
import groupWaves from "../tools/group_waves.ts";
import projectStatus from "../tools/project_status.ts";
import { call } from "./support/client.ts";
import { committed, gitProject } from "./support/git.ts";
import { plan, project, type Tree, write } from "./support/project.ts";

const DIR = ".planning/phases/active/03-chat";
const ROADMAP =
  "## Milestone: v1.0\n\n### Phase 3: Chat\n\n**Goal:** Talk\n\n### Phase 4: Rooms\n\n**Goal:** Meet\n";

function chat(files: Tree, more: Tree = {}): Tree {
  return { ".planning/ROADMAP.md": ROADMAP, [DIR]: files, ...more };
}

const done = { "03-01-PLAN.md": plan({ wave: 1 }), "03-01-SUMMARY.md": "# Done\n" };
const report = (status: string) => `---\nstatus: ${status}\n---\n`;

function textOf(name: string, values: PromptValues = {}, without: string[] = []): string {
  const prompt = prompts.find((one) => one.name === name)!;
  const none = prompt.arguments.map((one) => [one.name, one.kind === "flag" ? false : null]);
  return prompt.text({ ...Object.fromEntries(none), ...values }, (tool) => !without.includes(tool));
}

describe("what is said", () => {
  test.each<[what: string, prompt: string, values: PromptValues, said: RegExp]>([
    ["no project", "execute-phase", {}, /Without a `\.planning\/` directory, say so and stop/],
    [
      "the phase to resume",
      "execute-phase",
      {},
      /`next\.action` .* execute, verify or complete_phase, call `discover_phase` with `phase: NEXT`/,
    ],
    [
      "a branch that is not entered",
      "execute-phase",
      {},
      /`no_repository`: go on\. With any other reason .* ask whether/,
    ],
    [
      "plans that the branch lacks",
      "execute-phase",
      {},
      /without the plans, say that the branch lacks them, and stop/,
    ],
    [
      "no gap plan",
      "execute-phase",
      { gaps_only: true },
      /`skipped` has some: .* plan-phase prompt with PHASE and `gaps`, and stop/,
    ],
    [
      "plans of unknown files",
      "execute-phase",
      {},
      /`NO_FRONTMATTER`, or with `NO_FILES_DECLARED` of severity warning, .* run it alone/,
    ],
    ["commits side by side", "execute-phase", {}, /git commit -m MESSAGE -- FILES.*index is locked wait/],
    [
      "checkpoints",
      "execute-phase",
      {},
      /checkpoint:\*, and before any change of architecture, stop, write no summary/,
    ],
    ["a plan that was begun", "execute-phase", {}, /not done and has a `summary`.* add its path/],
    ["again", "execute-phase", {}, /again, with what was done so far/],
    ["consent to issues", "execute-phase", {}, /`needs_confirmation` ask the user once.*row for STATE\.md/],
    ["consent to issues", "plan-phase", {}, /`needs_confirmation` ask the user once.*row for STATE\.md/],
    ["which report is written", "execute-phase", {}, /REPORT is `artifacts\.verification\.path`/],
    [
      "an old report",
      "execute-phase",
      {},
      /verifier failed, or ended with another status .* counts for nothing/,
    ],
    ["gaps of other reports", "execute-phase", {}, /set those that are closed now to status: resolved/],
    ["gaps that cannot be read", "execute-phase", {}, /`UNPARSED_REPORT` for a report of PHASE/],
    ["gaps that cannot be read", "plan-phase", { gaps: true }, /`UNPARSED_REPORT` for a report of PHASE/],
    ["a flat phase", "execute-phase", {}, /flat phase into completed\/ too: .*`dry_run: true` and ask first/],
    ["nothing failed", "execute-phase", {}, /all passed: status: complete, and no Gaps section/],
    ["issue files", "execute-phase", {}, /Fixes and issue files are committed/],
    ["new plans for old ones", "plan-phase", {}, /"Delete first: FILES", the files of unfinished plans/],
    [
      "gaps of others",
      "plan-phase",
      { gaps: true },
      /another phase addresses is that phase's until it is completed/,
    ],
    ["gaps of the audit", "plan-phase", { gaps: true }, /Gaps without a phase are the audit's/],
    [
      "rounds",
      "plan-phase",
      {},
      /`NO_FILES_DECLARED` of severity warning for a new plan.* At most three rounds, those of the next step included/,
    ],
    ["rounds", "plan-phase", { skip_verify: true }, /At most three rounds, then list what is left/],
    ["nothing to do", "plan-milestone-gaps", {}, /`nothing_to_do`: no gap is open/],
    ["why there is no phase", "execute-phase", {}, /`NO_MATCHING_PHASE`: say it, and `next\.why`; .* stop/],
    ["no branch", "execute-phase", {}, /only verified again, nothing being left to run, needs no branch/],
    ["a phase to verify again", "execute-phase", {}, /or to be verified again/],
    [
      "gaps of other reports",
      "execute-phase",
      {},
      /passed: call `collect_gaps` .* or go on when the user accepts/,
    ],
    [
      "where blocked is said",
      "execute-phase",
      {},
      /front matter has `status: blocked`, .* write it anew without/,
    ],
    ["blocked summaries", "execute-phase", {}, /A blocked summary: `kind: "corrections"` with its path/],
    ["a checkpoint that is done", "execute-phase", {}, /That checkpoint is done: go on behind it/],
    ["requirements", "execute-phase", {}, /`requirements\.blocked` and `not_found`: a person decides/],
    ["the tests", "execute-phase", {}, /package manager \(npm test\)/],
    [
      "names of issue files",
      "execute-phase",
      {},
      /YYYY-MM-DD-slug\.md with .* title and linked_phase: PHASE/,
    ],
    [
      "what follows",
      "execute-phase",
      {},
      /`project_status`; its `next` says .*Addresses Gaps\) also: verify/,
    ],
    [
      "gap plans that are done",
      "plan-phase",
      { gaps: true },
      /gap plans among them: ask whether PHASE was verified/,
    ],
    ["what is checked", "plan-phase", { gaps: true }, /are to close these gaps: TITLES, told in PATHS/],
    ["the end", "plan-phase", { gaps: true }, /execute-phase prompt with PHASE and `gaps_only`\.$/],
    ["completed gap phases", "plan-milestone-gaps", {}, /completed already: verify the gap's phase again/],
    ["the audit", "plan-milestone-gaps", {}, /audit again where the audit had some/],
  ])("%s, in %s %j", (_, prompt, values, said) => {
    expect(textOf(prompt, values)).toMatch(said);
  });

  test("of plans that share a file nothing is asked, and of waves nothing is ticked", () => {
    expect(textOf("plan-phase")).not.toMatch(/two plans of one wave/);
    expect(textOf("execute-phase")).not.toMatch(/and `wave`/);
  });

  test("the parts of a step are lettered in a row, whatever is offered", () => {
    const letters = (without: string[]) =>
      [...textOf("execute-phase", {}, without).matchAll(/^ {3}([a-z])\. /gm)].map(([, one]) => one).join("");
    expect(letters([])).toBe("abcdefg");
    expect(letters(["update_issue_checklist", "open_phase_pr"])).toBe("abcde");
  });

  test("codes and reasons are those that the tools have", () => {
    const codes = new Set([...Object.keys(DIAGNOSTIC_CODES), ...Object.keys(ERROR_CODES)]);
    for (const { name } of prompts) {
      const texts = [textOf(name), textOf(name, { gaps: true, gaps_only: true, dry_run: true })].join();
      const named = [...texts.matchAll(/`([A-Z]+(?:_[A-Z]+)+)`/g)].map(([, code]) => code!);
      expect(named.length).toBeGreaterThan(0);
      expect(named.filter((code) => !codes.has(code))).toEqual([]);
    }
    expect(Object.keys(BRANCH_REASONS)).toContain("no_repository");
  });
});

describe("what it rests on", () => {
  test("plans that do not say which files they write stand in one batch, each with its diagnostic", async () => {
    const files = {
      "03-01-PLAN.md": "# Plan\n",
      "03-02-PLAN.md": "# Plan\n",
      "03-03-PLAN.md": plan({ files_modified: [] }),
    };
    const { waves, diagnostics } = await call(groupWaves, { phase: "3" }, project(chat(files)));
    expect(waves[0]!.batches).toEqual([["03-01", "03-02", "03-03"]]);
    const unknown = diagnostics.filter(
      ({ code, severity }) => code === "NO_FILES_DECLARED" && severity === "warning",
    );
    expect(unknown.map(({ plans }) => plans)).toEqual([["03-01"], ["03-02"]]);
  });

  test("a phase that waits for its verification is next, and discover_phase jumps past it", async () => {
    const later = { ".planning/phases/pending/04-rooms": { "04-01-PLAN.md": plan() } };
    const root = project(chat(done, later));
    expect((await call(projectStatus, {}, root)).next).toMatchObject({ action: "verify", phase: "03" });
    expect((await call(discoverPhase, {}, root)).phase.id).toBe("04");
    expect((await call(discoverPhase, { phase: "03" }, root)).phase.id).toBe("03");
  });

  test("one summary of two plans with one number completes no phase", async () => {
    const two = {
      "03-01-a-one-PLAN.md": plan(),
      "03-01-b-two-PLAN.md": plan(),
      "03-01-a-one-SUMMARY.md": "# Done\n",
    };
    const root = project(chat({ ...two, "03-VERIFICATION.md": report("passed") }));
    const { plans } = await call(discoverPhase, { phase: "3" }, root);
    expect(plans.map(({ id, done }) => [id, done])).toEqual([
      ["03-01-a-one", true],
      ["03-01-b-two", false],
    ]);
    expect(await call(completePhase, { phase: "3", commit: false }, root)).toMatchObject({
      status: "blocked",
      missing: [{ code: "MISSING_SUMMARY", plan: "03-01-b-two" }],
    });
  });

  test("a new report counts where it is written over the one that counted", async () => {
    const files = {
      ...done,
      "03-VERIFICATION.md": report("gaps_found"),
      "03-VERIFICATION-v2.md": VERIFICATION_FORM,
    };
    const root = project(chat(files));
    const verification = async () =>
      (await call(discoverPhase, { phase: "3" }, root)).artifacts.verification!;
    const { path, status } = await verification();
    expect([path, status]).toEqual([`${DIR}/03-VERIFICATION-v2.md`, "gaps_found"]);
    write(root, { [`${DIR}/03-VERIFICATION.md`]: report("passed") });
    expect((await verification()).status).toBe("gaps_found");
    write(root, { [path]: report("passed") });
    expect((await verification()).status).toBe("passed");
  });

  test("of two reports with names of one age the one with the later date counts: the form has one", async () => {
    const passed = VERIFICATION_FORM.replace("gaps_found", "passed").replace(/gaps:\n[\s\S]*?---$/, "---");
    const dated = VERIFICATION_FORM.replace("2026-02-03", "2026-02-02");
    const files = { ...done, "03-VERIFICATION.md": passed, "03-chat-VERIFICATION.md": dated };
    const { artifacts } = await call(discoverPhase, { phase: "3" }, project(chat(files)));
    expect(artifacts.verification).toMatchObject({ path: `${DIR}/03-VERIFICATION.md`, status: "passed" });
  });

  test("gaps of an acceptance test are open until they are marked in it", async () => {
    const failed = UAT_FORM.replace("result: pass", "result: issue").replace("1. Send", "7. Send");
    const root = project(chat({ ...done, "03-VERIFICATION.md": report("passed"), "03-UAT.md": failed }));
    expect((await call(collectGaps, { phase: "3" }, root)).count).toBe(2);
    const path = `${DIR}/03-UAT.md`;
    const text = readFileSync(`${root}/${path}`, "utf8");
    const marked = text
      .replace("status: failed", "status: resolved")
      .replace("result: issue", "result: fixed");
    write(root, { [path]: marked });
    expect(await call(collectGaps, { phase: "3" }, root)).toMatchObject({ count: 0, diagnostics: [] });
  });

  test("an acceptance test that passed has no Gaps section", async () => {
    const [head] = UAT_FORM.split("## Gaps");
    const of = async (text: string) =>
      (await call(collectGaps, { phase: "3" }, project(chat({ ...done, "03-UAT.md": text })))).diagnostics;
    const passed = head!.replace("result: issue", "result: pass");
    expect(await of(passed.replace("diagnosed", "complete"))).toEqual([]);
    expect(await of(`${passed}## Gaps\n`)).toMatchObject([{ code: "UNPARSED_REPORT" }]);
  });

  test("gaps told in prose only are UNPARSED_REPORT, and the form mends it", async () => {
    const path = `${DIR}/03-VERIFICATION.md`;
    const root = project(
      chat({ ...done, "03-VERIFICATION.md": `${report("gaps_found")}\nMuch is missing.\n` }),
    );
    const before = await call(collectGaps, { phase: "3" }, root);
    expect([before.count, before.diagnostics[0]?.code]).toEqual([0, "UNPARSED_REPORT"]);
    write(root, { [path]: `${VERIFICATION_FORM}\n\nMuch is missing.\n` });
    expect(await call(collectGaps, { phase: "3" }, root)).toMatchObject({ count: 1, diagnostics: [] });
  });

  test("the plans that new ones replace are deleted in the commit of the new ones", async () => {
    const root = gitProject(chat({ "03-01-PLAN.md": plan() }));
    rmSync(`${root}/${DIR}/03-01-PLAN.md`);
    write(root, { [`${DIR}/03-02-PLAN.md`]: plan({ wave: 7 }) });
    await call(commitPlanning, { kind: "plans", phase: "3" }, root);
    const files = committed(root).join("\n");
    expect(files).toMatch(/03-01-PLAN\.md/);
    expect(files).toMatch(/03-02-PLAN\.md/);
  });

  test("issue files are committed as corrections", async () => {
    const root = gitProject(chat(done));
    const path = ".planning/issues/open/2026-02-03-reload.md";
    write(root, { [path]: "---\ntitle: Reload\n---\n" });
    const answer = await call(commitPlanning, { kind: "corrections", phase: "3", paths: [path] }, root);
    expect(answer).toMatchObject({ status: "committed", paths: [path] });
  });

  test("blocked counts in the front matter only", async () => {
    const of = async (summary: string) => {
      const files = { "03-01-PLAN.md": plan(), "03-01-SUMMARY.md": summary };
      return (await call(discoverPhase, { phase: "3" }, project(chat(files)))).plans[0]!.done;
    };
    expect(await of("---\nstatus: blocked\n---\n")).toBe(false);
    expect(await of("# S\n\n**Status:** blocked\n")).toBe(true);
  });

  test("an issue file as the text describes it is linked to its phase", async () => {
    const path = ".planning/issues/open/2026-02-03-reload.md";
    const text = "---\ncreated: 2026-02-03\ntitle: Reload\nlinked_phase: 03-chat\n---\n";
    const { linked_issues } = await call(
      discoverPhase,
      { phase: "3" },
      project(chat(done, { [path]: text })),
    );
    expect(linked_issues).toEqual([{ title: "Reload", github: null, path, source: "issue_file" }]);
  });

  test("gap plans alone: without one, all others are skipped", async () => {
    const root = project(chat({ "03-01-PLAN.md": plan(), "03-02-PLAN.md": plan() }));
    const { waves, skipped } = await call(groupWaves, { phase: "3", gaps_only: true }, root);
    expect([waves, skipped.map(({ id }) => id)]).toEqual([[], ["03-01", "03-02"]]);
  });

  test("a dry run shows where a flat phase would go", async () => {
    const flat = ".planning/phases/03-chat";
    const root = project({
      ".planning/ROADMAP.md": ROADMAP,
      [flat]: { ...done, "03-VERIFICATION.md": report("passed") },
    });
    const { changes } = await call(completePhase, { phase: "3", dry_run: true }, root);
    expect(changes).toContainEqual({ action: "move", path: flat, to: ".planning/phases/completed/03-chat" });
  });
});
