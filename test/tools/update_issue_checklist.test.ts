/** The checklist in a phase's issue, over real HTTP. */
import { readFileSync, truncateSync } from "node:fs";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import type { z } from "zod";
import { CHECKLIST_REASONS, type ChecklistReason } from "../../src/domain/github-reason.ts";
import updateIssueChecklist from "../../tools/update_issue_checklist.ts";
import { call, callError, connect, type Person } from "../support/client.ts";
import { git, gitProject } from "../support/git.ts";
import { FAULTS, type GitHubEmulator, gitHub } from "../support/github.ts";
import { movePhase } from "../support/phase-pull.ts";
import { plan, project, snapshotTree, type Tree, write } from "../support/project.ts";

type Answer = z.output<typeof updateIssueChecklist.output>;
type Args = Record<string, unknown>;

const CONFIG = { github: { enabled: true, issue_mode: "auto" } };
const ROADMAP = `# Roadmap

## Current Milestone: v1.2.0 Chat

- [ ] Phase 3: Chat
- [ ] Phase 8: Empty

#### Phase 3: Chat

**Goal:** People chat

#### Phase 8: Empty

**Goal:** Nothing yet
`;

/** As Kata makes them. */
const BODY = `## Goal

People chat.

## Success Criteria

- [ ] Plan 01: a criterion that looks like a plan

## Plans

<!-- Checklist added by /kata-plan-phase (Phase 4) -->
_Plans will be added after phase planning completes._

---
<sub>Created by Kata | Phase 3 of milestone v1.2.0</sub>
`;
const PLANS = `- [x] Plan 01: Send messages
- [ ] Plan 02: Receive messages
- [ ] Plan GAP-1: Close the gap`;
const PUBLISHED = BODY.replace(/<!-- Check.*\n.*_$/m, PLANS);

const objective = (text: string) => `<objective>\n${text}\n</objective>\n`;

/** Phase 3 has three plans, the first of them done. */
function tree({
  config = CONFIG,
  state = "# Project State\n",
}: {
  config?: object;
  state?: string;
} = {}): Tree {
  return {
    ".planning/config.json": JSON.stringify(config),
    ".planning/ROADMAP.md": ROADMAP,
    ".planning/STATE.md": state,
    ".planning/phases/active/03-chat": {
      "03-01-PLAN.md": plan({ wave: 1 }, objective("Send messages")),
      "03-01-SUMMARY.md": "# Summary\n\n**It works**\n",
      "03-02-PLAN.md": plan({ wave: 2 }, objective("Receive messages")),
      "03-GAP-1-PLAN.md": plan({ wave: 2, gap_closure: true }, objective("Close the gap")),
    },
    ".planning/phases/pending/08-empty": { ".gitkeep": "" },
  };
}

const finish = (root: string, plan: string) =>
  write(root, { [`.planning/phases/active/03-chat/${plan}-SUMMARY.md`]: "# Summary\n\n**Done**\n" });

const update = (root: string, args: Args = {}): Promise<Answer> =>
  call(updateIssueChecklist, { phase: 3, mode: "publish", ...args }, root);

beforeEach(() => {
  for (const name of ["GITHUB_TOKEN", "GH_TOKEN", "GH_ENTERPRISE_TOKEN", "GITHUB_ENTERPRISE_TOKEN"])
    vi.stubEnv(name, "");
  for (const name of ["GITHUB_REPOSITORY", "GITHUB_API_URL", "GITHUB_SERVER_URL", "GH_HOST"])
    vi.stubEnv(name, "");
});
afterEach(() => {
  vi.unstubAllEnvs();
});

/** A GitHub with milestone v1.2.0 and, unless `body` is null, phase 3's issue. Its requests are checked at the end. */
async function start(body: string | null = BODY): Promise<{ github: GitHubEmulator; issue: number }> {
  const github = await gitHub();
  for (const [name, value] of Object.entries(github.env)) vi.stubEnv(name, value);
  const milestone = await github.createMilestone({ title: "v1.2.0" });
  if (body === null) return { github, issue: 0 };
  const { number } = await github.createIssue({
    title: "Phase 3: Chat",
    body,
    labels: ["phase"],
    milestone: milestone.number,
  });
  return { github, issue: number };
}

const bodyOf = async (github: GitHubEmulator, issue: number) => (await github.issue(issue)).body;

/** What GitHub got to see was allowed, and the token left in no answer. */
function expectDecent(github: GitHubEmulator, ...answers: unknown[]): void {
  expect(github.violations()).toEqual([]);
  expect(JSON.stringify(answers)).not.toContain(github.token);
}

describe("publish", () => {
  test("puts the plans into the section and changes nothing else", async () => {
    const { github, issue } = await start();
    const root = project(tree());
    const before = snapshotTree(root);
    const answer = await update(root);
    expect(answer).toEqual({
      phase: expect.objectContaining({ id: "03", number: "3" }),
      status: "updated",
      reason: null,
      issue: { number: issue, url: expect.stringMatching(/^http/), title: "Phase 3: Chat", state: "open" },
      added: ["01", "02", "GAP-1"],
      checked: ["01"],
      already_checked: [],
      not_in_issue: [],
      checked_total: 1,
      total: 3,
      changes: [{ action: "update", path: `acme/chat#${issue}`, diff: expect.any(String) }],
      diagnostics: [],
    });
    expect(answer.changes[0]?.diff).toBe(
      `--- a/acme/chat#${issue}\n+++ b/acme/chat#${issue}\n@@ -11,2 +11,3 @@\n` +
        "-<!-- Checklist added by /kata-plan-phase (Phase 4) -->\n" +
        `-_Plans will be added after phase planning completes._\n+${PLANS.replaceAll("\n", "\n+")}\n`,
    );
    expect(await bodyOf(github, issue)).toBe(PUBLISHED);
    expect(github.writes().map(({ method, path, body }) => ({ method, path, body }))).toEqual([
      { method: "PATCH", path: `/repos/acme/chat/issues/${issue}`, body: { body: PUBLISHED } },
    ]);
    expect(snapshotTree(root)).toEqual(before);
    expectDecent(github, answer);
  });

  test("twice is once; later it adds what is new, ticks what is done, and keeps what a person wrote", async () => {
    const { github, issue } = await start();
    const root = project(tree());
    await update(root);
    expect(await update(root)).toMatchObject({
      status: "unchanged",
      added: [],
      already_checked: ["01"],
      changes: [],
    });
    const edited = PUBLISHED.replace(
      "- [ ] Plan 02: Receive messages",
      "* [ ] Plan 2: my words\n- [x] a task of mine",
    );
    await github.editIssue(issue, { body: edited });
    finish(root, "03-02");
    write(root, { ".planning/phases/active/03-chat/03-03-PLAN.md": plan({}, objective("Third")) });
    expect(await update(root)).toMatchObject({ status: "updated", added: ["03"], checked: ["02"], total: 4 });
    expect(await bodyOf(github, issue)).toBe(
      edited.replace("* [ ] Plan 2: my words\n", "* [x] Plan 2: my words\n- [ ] Plan 03: Third\n"),
    );
    expect(github.writes()).toHaveLength(2);
  });

  test("a dry run tells the same and writes nothing", async () => {
    const { github, issue } = await start();
    const root = project(tree());
    const dry = await update(root, { dry_run: true });
    expect(github.writes()).toEqual([]);
    expect(await bodyOf(github, issue)).toBe(BODY);
    expect(await update(root)).toEqual(dry);
    expect(await update(root, { dry_run: true })).toMatchObject({ status: "unchanged", changes: [] });
  });

  test("only some plans, where they are asked for", async () => {
    const { github, issue } = await start("");
    const root = project(tree());
    expect(await update(root, { plans: [2] })).toMatchObject({ added: ["02"] });
    expect(await update(root, { wave: 1 })).toMatchObject({ added: ["01"], total: 2 });
    expect(await bodyOf(github, issue)).toBe(
      "## Plans\n\n- [x] Plan 01: Send messages\n- [ ] Plan 02: Receive messages\n",
    );
  });

  test("an issue without a body gets the section", async () => {
    const { github } = await start(null);
    const { number } = await github.createIssue({ title: "Phase 03: Chat", body: null });
    expect(await update(project(tree()), { issue: number })).toMatchObject({ status: "updated", total: 3 });
    expect(await bodyOf(github, number)).toBe(`## Plans\n\n${PLANS}\n`);
  });

  test("a plan without an objective goes by its name", async () => {
    const { github, issue } = await start("");
    const root = project({
      ...tree(),
      ".planning/phases/active/03-chat": {
        "03-01-PLAN.md": plan({ title: "The title" }, "Nothing.\n"),
        "03-02-web-socket-PLAN.md": plan({}, "<objective>\n\n</objective>\n"),
        "03-03-PLAN.md": plan({}, "Nothing.\n"),
        "03-04-PLAN.md": plan({}, objective("Costs $& \u202emore <b> @types/node ".repeat(3))),
      },
    });
    await update(root);
    expect(await bodyOf(github, issue)).toBe(
      "## Plans\n\n- [ ] Plan 01: The title\n- [ ] Plan 02: Web socket\n- [ ] Plan 03: 03 03\n" +
        "- [ ] Plan 04: Costs $& more \\<b> @ types/node Costs $& more \\<b>…\n",
    );
  });
});

describe("check", () => {
  test("ticks what is finished, and tells what is not listed", async () => {
    const body = "## Plans\r\n\r\n* [X] Plan 1: a\r\n  - [ ] Plan 002: b\r\n\r\n## Notes\r\n- [ ] Plan 02: c";
    const { github, issue } = await start(body);
    const root = project(tree());
    for (const id of ["03-02", "03-GAP-1"]) finish(root, id);
    const answer = await update(root, { mode: "check" });
    expect(answer).toMatchObject({
      status: "updated",
      added: [],
      checked: ["02"],
      already_checked: ["01"],
      not_in_issue: ["GAP-1"],
      checked_total: 2,
      total: 2,
    });
    expect(answer.changes[0]?.diff).toMatch(
      /@@ -4,1 \+4,1 @@\n- {2}- \[ \] Plan 002: b\n\+ {2}- \[x\] Plan 002: b\n$/,
    );
    expect(await bodyOf(github, issue)).toBe(body.replace("[ ] Plan 002", "[x] Plan 002"));
    expect(await update(root, { mode: "check" })).toMatchObject({ status: "unchanged", checked: [] });
  });

  test("only those of `plans` or `wave`, in any spelling", async () => {
    const { github, issue } = await start(PUBLISHED);
    const root = project(tree());
    for (const id of ["03-02", "03-GAP-1"]) finish(root, id);
    expect(await update(root, { mode: "check", wave: 1 })).toMatchObject({ status: "unchanged" });
    expect(await update(root, { mode: "check", plans: ["gap1"] })).toMatchObject({ checked: ["GAP-1"] });
    expect(await update(root, { mode: "check", plans: ["03-02-PLAN.md"], dry_run: true })).toMatchObject({
      checked: ["02"],
    });
    expect(await update(root, { mode: "check", wave: 2 })).toMatchObject({
      checked: ["02"],
      already_checked: ["GAP-1"],
      checked_total: 3,
    });
    expect(await bodyOf(github, issue)).toBe(PUBLISHED.replace(/\[ \](?= Plan (?:02|GAP))/g, "[x]"));
  });

  test("a plan that declares no wave is of the one after its dependencies', done or not", async () => {
    await start("## Plans\n- [ ] Plan 01: a\n- [ ] Plan 02: b\n- [ ] Plan 03: c\n");
    const root = project({
      ...tree(),
      ".planning/phases/active/03-chat": {
        "03-01-PLAN.md": plan(),
        "03-02-PLAN.md": plan({ depends_on: ["03-01"] }),
        "03-03-PLAN.md": plan({ wave: 1, depends_on: ["03-02"] }),
      },
    });
    for (const id of ["03-01", "03-02", "03-03"]) finish(root, id);
    const checked = async (wave: number) =>
      (await update(root, { mode: "check", wave, dry_run: true })).checked;
    expect(await checked(1)).toEqual(["01", "03"]);
    expect(await checked(2)).toEqual(["02"]);
    expect(await checked(3)).toEqual(["03"]);
  });

  test("thousands of plans make no long answer", async () => {
    await start("");
    const numbers = Array.from({ length: 3_000 }, (_, index) => String(index + 1).padStart(4, "0"));
    const files = numbers.flatMap((number) => [
      [`03-${number}-PLAN.md`, plan()],
      [`03-${number}-SUMMARY.md`, "# Summary\n\n**Done**\n"],
    ]);
    const root = project({ ...tree(), ".planning/phases/active/03-chat": Object.fromEntries(files) });
    const answer = await update(root, { mode: "check" });
    expect(answer.status).toBe("unchanged");
    expect(JSON.stringify(answer).length).toBeLessThan(16_000);
    expect(answer.diagnostics).toMatchObject([{ code: "ANSWER_TRUNCATED" }]);
    const { status, reason } = await update(root);
    expect([status, reason]).toEqual(["failed", "api_error"]);
  }, 60_000);

  test("an unfinished plan is not ticked, and that is told where it was named", async () => {
    await start(PUBLISHED);
    const answer = await update(project(tree()), { mode: "check", plans: ["02"] });
    expect(answer).toMatchObject({ status: "unchanged", checked: [], checked_total: 1, total: 3 });
    expect(answer.diagnostics).toEqual([
      { code: "GITHUB", severity: "info", message: expect.stringMatching(/not ticked/), plans: ["03-02"] },
    ]);
  });

  test("what a person marked as dropped stays, and that is told", async () => {
    const body = PUBLISHED.replace("- [x] Plan 01", "- [-] Plan 01").replace(
      "Plan 02: Receive messages",
      "~~Plan 02~~",
    );
    const { github, issue } = await start(body);
    const root = project(tree());
    finish(root, "03-02");
    const answer = await update(root, { mode: "check" });
    expect(answer).toMatchObject({
      status: "unchanged",
      checked: [],
      already_checked: [],
      not_in_issue: [],
      total: 3,
    });
    expect(answer.diagnostics).toMatchObject([
      { code: "GITHUB", severity: "info", message: expect.stringMatching(/dropped.*01, 02/) },
    ]);
    expect(await bodyOf(github, issue)).toBe(body);
  });

  test("a body without the section stays as it is", async () => {
    const { github } = await start("- [ ] Plan 01: elsewhere\n");
    expect(await update(project(tree()), { mode: "check" })).toMatchObject({
      status: "unchanged",
      not_in_issue: ["01"],
      total: 0,
    });
    expect(github.writes()).toEqual([]);
  });
});

describe("arguments", () => {
  test.each<[Args, string, unknown]>([
    [{ plans: ["07"] }, "INVALID_ARGUMENT", ["01", "02", "GAP-1"]],
    [{ plans: ["04-01"] }, "INVALID_ARGUMENT", ["01", "02", "GAP-1"]],
    [{ wave: 9 }, "INVALID_ARGUMENT", ["1", "2"]],
    [{ issue: 0 }, "INVALID_ARGUMENT", expect.anything()],
    [{ mode: "tick" }, "INVALID_ARGUMENT", ["publish", "check"]],
    [{ phase: "x" }, "INVALID_PHASE", expect.anything()],
    [{ phase: 77 }, "PHASE_NOT_FOUND", expect.anything()],
  ])("%j is %s", async (args, code, expected) => {
    const { github } = await start();
    expect(
      await callError(updateIssueChecklist, { phase: 3, mode: "check", ...args }, project(tree())),
    ).toMatchObject({
      code,
      expected,
    });
    expect(github.requests).toEqual([]);
  });

  test("a broken config.json is an error", async () => {
    const root = project({ ...tree(), ".planning/config.json": "{" });
    expect(await callError(updateIssueChecklist, { phase: 3, mode: "publish" }, root)).toMatchObject({
      code: "INVALID_CONFIG",
    });
  });
});

describe("guards", () => {
  const DECISIONS = (said: string) =>
    `# Project State\n\n### GitHub Decisions\n\n| Milestone | Issues? | Decided |\n|---|---|---|\n| v1.2.0 | ${said} | 2026-01-25 |\n`;
  const ask = { github: { enabled: true, issue_mode: "ask" } };

  test.each<[object, ChecklistReason]>([
    [{}, "github_disabled"],
    [{ github: { issue_mode: "auto" } }, "github_disabled"],
    [{ worktree: { enabled: true }, github: { enabled: false, issue_mode: "auto" } }, "github_disabled"],
    [{ github: { enabled: true } }, "issue_mode_never"],
    [{ github: { enabled: true, issue_mode: "never" } }, "issue_mode_never"],
    [{ github: { enabled: true, issueMode: "never" } }, "issue_mode_never"],
    [ask, "needs_confirmation"],
    [{ github: { enabled: true, issueMode: "ask" } }, "needs_confirmation"],
  ])("%j: %s", async (config, reason) => {
    const { github } = await start();
    const root = project(tree({ config }));
    expect(await update(root)).toMatchObject({
      status: "skipped",
      reason,
      issue: null,
      total: 0,
      changes: [],
    });
    expect(github.requests).toEqual([]);
  });

  test("asked: a yes in STATE.md, or an issue by number, is enough", async () => {
    const { github, issue } = await start();
    expect(await update(project(tree({ config: ask, state: DECISIONS("yes") })))).toMatchObject({
      status: "updated",
    });
    await github.editIssue(issue, { body: BODY });
    expect(await update(project(tree({ config: ask })), { issue })).toMatchObject({ status: "updated" });
    const refused = await update(project(tree({ config: ask, state: DECISIONS("no") })));
    expect(refused).toMatchObject({ status: "skipped", reason: "issue_mode_never" });
  });

  test("asked: what the answer tells to write into STATE.md is obeyed, and a row that is not is told", async () => {
    await start();
    const { diagnostics } = await update(project(tree({ config: ask })));
    expect(diagnostics).toMatchObject([{ code: "GITHUB", severity: "info" }]);
    const section = diagnostics[0]!.message.slice(diagnostics[0]!.message.indexOf("### GitHub Decisions"));
    expect(
      await update(project(tree({ config: ask, state: `# Project State\n\n${section}\n` }))),
    ).toMatchObject({
      status: "updated",
    });
    const vague = await update(project(tree({ config: ask, state: DECISIONS("perhaps") })));
    expect(vague.reason).toBe("needs_confirmation");
    expect(vague.diagnostics[0]).toMatchObject({
      code: "GITHUB",
      severity: "warning",
      path: ".planning/STATE.md",
      line: 7,
    });
  });

  async function asked(
    person: Person,
    { root = project(tree({ config: ask })), mode = "publish" } = {},
  ): Promise<Answer> {
    const client = await connect([updateIssueChecklist], root, {}, person);
    const args = { phase: 3, mode };
    const result = await client.callTool({ name: "update_issue_checklist", arguments: args });
    return result.structuredContent as Answer;
  }

  const YES = { action: "accept", content: { yes: true } } as const;

  test("asked: the person at the client decides", async () => {
    const { github } = await start();
    const root = project(tree({ config: ask }));
    const before = snapshotTree(root);
    let question = "";
    const person = (text: string) => {
      question = text;
      return YES;
    };
    const yes = await asked(person, { root });
    expect(snapshotTree(root)).toEqual(before);
    expect(question).toBe("Publish the plans of milestone v1.2.0 to GitHub issues?");
    expect(yes).toMatchObject({ status: "updated", diagnostics: [{ code: "GITHUB", severity: "info" }] });
    github.requests.length = 0;
    expect(await asked(() => ({ action: "decline" }))).toMatchObject({
      status: "skipped",
      reason: "issue_mode_never",
    });
    expect(await asked(() => ({ action: "cancel" }))).toMatchObject({
      status: "skipped",
      reason: "needs_confirmation",
    });
    expect(github.requests).toEqual([]);
  });

  test("asked: what counts is the project as it is after the answer", async () => {
    const { github, issue } = await start(PUBLISHED);
    const root = project(tree({ config: ask }));
    const finished = await asked(
      () => {
        finish(root, "03-02");
        return YES;
      },
      { root, mode: "check" },
    );
    expect(finished).toMatchObject({ status: "updated", checked: ["02"], already_checked: ["01"] });

    await github.editIssue(issue, { body: BODY });
    const moved = await asked(
      () => {
        movePhase(root, "active", "completed");
        return YES;
      },
      { root },
    );
    expect(moved).toMatchObject({ status: "updated", phase: { state: "completed" }, added: { length: 3 } });
    expect(await bodyOf(github, issue)).toBe(PUBLISHED.replace("[ ] Plan 02", "[x] Plan 02"));
  });

  test("asked: a yes to one milestone is none to another, and nothing against what was decided meanwhile", async () => {
    const { github } = await start();
    const answerTo = async (change: Tree) => {
      const root = project(tree({ config: ask }));
      return await asked(
        () => {
          write(root, change);
          return YES;
        },
        { root },
      );
    };
    expect(await answerTo({ ".planning/ROADMAP.md": ROADMAP.replace("v1.2.0", "v1.3.0") })).toMatchObject({
      status: "skipped",
      reason: "needs_confirmation",
    });
    expect(await answerTo({ ".planning/STATE.md": DECISIONS("no") })).toMatchObject({
      reason: "issue_mode_never",
    });
    expect(await answerTo({ ".planning/config.json": "{}" })).toMatchObject({ reason: "github_disabled" });
    expect(github.requests).toEqual([]);
  });

  test.each<ReturnType<Person>>([{ action: "decline" }, { action: "accept", content: { yes: false } }])(
    "asked: a no is a no, whatever was decided meanwhile (%j)",
    async (no) => {
      const { github } = await start();
      const auto = {
        ".planning/config.json": JSON.stringify({ github: { enabled: true, issue_mode: "auto" } }),
      };
      const moved = { ...auto, ".planning/ROADMAP.md": ROADMAP.replace("v1.2.0", "v1.3.0") };
      for (const change of [auto, moved, { ".planning/STATE.md": DECISIONS("yes") }]) {
        const root = project(tree({ config: ask }));
        const person = () => {
          write(root, change);
          return no;
        };
        const answer = await asked(person, { root });
        expect(answer).toMatchObject({ status: "skipped", reason: "issue_mode_never" });
      }
      expect(github.requests).toEqual([]);
    },
  );

  test("nobody is asked where a yes could not be followed", async () => {
    const root = gitProject(tree({ config: ask }));
    const person = () => expect.fail("asked");
    expect(await asked(person, { root })).toMatchObject({ status: "skipped", reason: "no_remote" });
    git(root, "remote", "add", "origin", "https://github.com/acme/chat.git");
    vi.stubEnv("PATH", `${project({ gh: "" })}:${process.env.PATH}`);
    vi.stubEnv("GH_CONFIG_DIR", project({}));
    vi.stubEnv("HOME", project({}));
    expect(await asked(person, { root })).toMatchObject({ status: "skipped", reason: "no_token" });
  });

  test("nobody is asked for a dry run", async () => {
    const { github } = await start();
    const client = await connect([updateIssueChecklist], project(tree({ config: ask })), {}, () =>
      expect.fail("asked"),
    );
    const args = { phase: 3, mode: "publish", dry_run: true };
    const { structuredContent } = await client.callTool({ name: "update_issue_checklist", arguments: args });
    expect(structuredContent).toMatchObject({ status: "skipped", reason: "needs_confirmation" });
    expect(github.requests).toEqual([]);
  });

  test("nobody is asked for nothing", async () => {
    const root = project(tree({ config: ask }));
    const client = await connect([updateIssueChecklist], root, {}, () => expect.fail("asked"));
    const args = { phase: 8, mode: "publish" };
    const { structuredContent } = await client.callTool({ name: "update_issue_checklist", arguments: args });
    expect(structuredContent).toMatchObject({ status: "skipped", reason: "no_plans" });
  });
});

describe("the phase's issue", () => {
  const unknown = (roadmap: string) => ({
    ...tree(),
    ".planning/ROADMAP.md": roadmap,
    ".planning/STATE.md": "",
  });

  test("no milestone, no search; an issue by number needs none", async () => {
    const { github, issue } = await start();
    const root = project(unknown("# Roadmap\n\n## Current Milestone: None\n"));
    expect(await update(root)).toMatchObject({ status: "skipped", reason: "milestone_unknown" });
    expect(github.requests).toEqual([]);
    expect(await update(root, { issue })).toMatchObject({ status: "updated", issue: { number: issue } });
  });

  test("several current milestones are none", async () => {
    await start();
    const root = project(unknown("# Roadmap\n\n## Current Milestone: v1.2\n\n## Current Milestone: v1.3\n"));
    const answer = await update(root);
    expect(answer).toMatchObject({ status: "skipped", reason: "milestone_unknown" });
    expect(answer.diagnostics).toMatchObject([{ code: "AMBIGUOUS_MILESTONE" }]);
  });

  test("is found among 250 issues by label, milestone and number, open or closed", async () => {
    const { github } = await start(null);
    const other = await github.createMilestone({ title: "v1.2.1" });
    const closed = await github.createMilestone({ title: "v1.2 - Chat", state: "closed" });
    await github.createIssue({ title: "Phase 3: Without label", milestone: closed.number });
    await github.createIssue({
      title: "Phase 3: Of another milestone",
      labels: ["phase"],
      milestone: other.number,
    });
    const about = { labels: ["phase"], milestone: closed.number };
    const old = await github.createIssue({ title: "Phase 3: Old", ...about, state: "closed" });
    for (let number = 30; number < 280; number++) {
      await github.createIssue({ title: `Phase ${number}: Other`, ...about });
    }
    const root = project(tree());
    expect(await update(root)).toMatchObject({
      status: "updated",
      issue: { number: old.number, state: "closed" },
    });
    const { number } = await github.createIssue({ title: "Phase 03: Chat", ...about });
    expect(await update(root)).toMatchObject({ status: "updated", issue: { number, state: "open" } });
    expectDecent(github);
  }, 60_000);

  test("is not found", async () => {
    const { github } = await start(null);
    const answer = await update(project(tree()));
    expect(answer).toMatchObject({ status: "skipped", reason: "issue_not_found", issue: null });
    expect(answer.diagnostics).toMatchObject([
      { code: "GITHUB", message: expect.stringMatching(/v1\.2\.0.*"Phase 3/) },
    ]);
    const pull = await github.createPull({
      head: "feat/x",
      title: "Phase 3: Chat",
      labels: ["phase"],
      milestone: 1,
    });
    expect(await update(project(tree()))).toMatchObject({ reason: "issue_not_found" });
    expect(await update(project(tree()), { issue: pull.number })).toMatchObject({
      reason: "issue_not_found",
      diagnostics: [{ message: expect.stringMatching(/is a pull request/) }],
    });
    expect(await update(project(tree()), { issue: 999 })).toMatchObject({ reason: "issue_not_found" });
    expect(github.writes()).toEqual([]);
  });

  test("was deleted", async () => {
    const { github, issue } = await start();
    github.deleteIssue(issue);
    expect(await update(project(tree()), { issue })).toMatchObject({
      status: "skipped",
      reason: "issue_not_found",
    });
  });

  test("is ambiguous, and `issue` tells which", async () => {
    const { github, issue } = await start();
    const other = await github.createIssue({
      title: "Phase 03: Chat again",
      labels: ["phase"],
      milestone: 1,
    });
    const answer = await update(project(tree()));
    expect(answer).toMatchObject({ status: "skipped", reason: "issue_ambiguous", issue: null });
    expect(answer.diagnostics[0]?.message).toContain(`#${issue}, #${other.number}`);
    expect(github.writes()).toEqual([]);
    expect(await update(project(tree()), { issue: other.number })).toMatchObject({
      issue: { number: other.number },
    });
  });

  test("of another title is taken when it is named, and that is told", async () => {
    const { github } = await start(null);
    const { number } = await github.createIssue({ title: "Phase 30: \u202eOther\u200b" });
    const answer = await update(project(tree()), { issue: number });
    expect(answer).toMatchObject({ status: "updated", issue: { title: "Phase 30: Other" } });
    expect(answer.diagnostics).toMatchObject([{ code: "GITHUB", severity: "warning" }]);
  });

  test("of a phase in another milestone is looked for there", async () => {
    const { github } = await start();
    const { number: milestone } = await github.createMilestone({ title: "v1.1.0" });
    const { number } = await github.createIssue({ title: "Phase 3: Earlier", labels: ["phase"], milestone });
    const root = project({
      ...tree(),
      ".planning/ROADMAP.md":
        "# Roadmap\n\n## Milestone: v1.1.0 Base\n\n#### Phase 3: Chat\n\n**Goal:** Chat\n\n## Current Milestone: v1.2.0 Next\n\n#### Phase 9: Next\n\n**Goal:** x\n",
    });
    expect(await update(root)).toMatchObject({ issue: { number } });
  });
});

describe("hostile bodies", () => {
  test.each([
    "```\n## Plans\n- [ ] Plan 01: x\n```",
    "> ## Plans\n> - [ ] Plan 01: x",
    "<!--\n## Plans\n- [ ] Plan 01: x\n-->",
    "<details>\n\n## Plans\n\n- [ ] Plan 01: x\n\n</details>",
  ])("a forged section in %j stays as it is", async (forged) => {
    const { github, issue } = await start(`${forged}\n\n## Plans\n`);
    expect(await update(project(tree()))).toMatchObject({ status: "updated", total: 3, checked_total: 1 });
    expect(await bodyOf(github, issue)).toBe(`${forged}\n\n## Plans\n\n${PLANS}\n`);
  });

  test("a body of 1 MB is read, and not written", async () => {
    const line = "- [ ] Plan 01: x\n";
    const body = `## Plans\n${line.repeat(1_000_000 / line.length)}`;
    // GitHub itself never has such a body; a server in its place may.
    const { github, issue } = await start();
    github.fault({
      method: "GET",
      path: `/repos/acme/chat/issues/${issue}`,
      times: 9,
      status: 200,
      body: { ...(await github.issue(issue)), body },
    });
    const answer = await update(project(tree()), { issue });
    expect(answer).toMatchObject({ status: "failed", reason: "api_error", changes: [] });
    expect(answer.diagnostics[0]?.message).toMatch(/^Nothing was written/);
    expect(JSON.stringify(answer).length).toBeLessThan(2_000);
    expect(github.writes()).toEqual([]);
  }, 60_000);

  test("a body that would grow too long is not written", async () => {
    const body = `${"x".repeat(65_500)}\n`;
    const { github, issue } = await start(body);
    expect(await update(project(tree()))).toMatchObject({
      status: "failed",
      reason: "api_error",
      issue: { number: issue },
    });
    expect(github.writes()).toEqual([]);
    expect(await update(project(tree()), { mode: "check" })).toMatchObject({ status: "unchanged" });
  });

  test("what is shown of it is short and visible; only its section is shown", async () => {
    const secret = "do not show this";
    const long = `\u202e${"y".repeat(5_000)}\u200b`;
    const { github, issue } = await start(
      `${secret}\n\n## Plans\n${secret}\n- [ ] Plan 01: ${long}\n\n## Notes\n${secret}`,
    );
    const answer = await update(project(tree()));
    const text = JSON.stringify(answer);
    expect(text).not.toContain(secret);
    expect(text).not.toMatch(/[\u202e\u200b]/);
    expect(text.length).toBeLessThan(3_000);
    expect(await bodyOf(github, issue)).toContain(`- [x] Plan 01: ${long}\n- [ ] Plan 02`);
  });

  test("a plan that cannot be read gets no line, whose text would be wrong for good", async () => {
    const { github, issue } = await start();
    const root = project(tree());
    const path = ".planning/phases/active/03-chat/03-02-PLAN.md";
    truncateSync(join(root, path), 9 * 1024 * 1024);
    const answer = await update(root);
    expect(answer).toMatchObject({ status: "updated", added: ["01", "GAP-1"], total: 2 });
    expect(answer.diagnostics).toContainEqual({
      code: "UNREADABLE_FILE",
      severity: "warning",
      message: "the plan could not be read, so it was left out",
      path,
      plans: ["03-02"],
    });
    finish(root, "03-02");
    await github.editIssue(issue, { body: PUBLISHED });
    expect(await update(root, { mode: "check" })).toMatchObject({ status: "updated", checked: ["02"] });
  });

  test("two sections are told", async () => {
    await start("## Plans\n\n- [ ] Plan 01: a\n\n## Plans\n\n- [ ] Plan 02: b\n");
    const answer = await update(project(tree()));
    expect(answer).toMatchObject({ added: ["GAP-1"], checked: ["01"], total: 3 });
    expect(answer.diagnostics).toMatchObject([
      { code: "GITHUB", message: expect.stringMatching(/2 `## Plans`/) },
    ]);
  });
});

describe("another writer", () => {
  const oneIssue = /\/issues\/\d+$/;

  test("between read and write: the edit is made anew on the new body", async () => {
    const { github, issue } = await start();
    const theirs = BODY.replace("People chat.", "People chat a lot.");
    github.fault({ method: "GET", path: oneIssue, after: () => github.editIssue(issue, { body: theirs }) });
    expect(await update(project(tree()))).toMatchObject({ status: "updated", total: 3 });
    expect(await bodyOf(github, issue)).toBe(PUBLISHED.replace("People chat.", "People chat a lot."));
    expect(github.writes()).toHaveLength(1);
  });

  test("right after the write, with what it had read before: seen, and written again", async () => {
    const { github, issue } = await start();
    const theirs = BODY.replace("People chat.", "People chat a lot.");
    github.fault({ method: "PATCH", path: oneIssue, after: () => github.editIssue(issue, { body: theirs }) });
    expect(await update(project(tree()))).toMatchObject({ status: "updated", added: ["01", "02", "GAP-1"] });
    expect(await bodyOf(github, issue)).toBe(PUBLISHED.replace("People chat.", "People chat a lot."));
    expect(github.writes()).toHaveLength(2);
  });

  test("while a limit is waited for: the edit is made anew on the new body", async () => {
    const { github, issue } = await start();
    const theirs = BODY.replace("People chat.", "People chat a lot.");
    const before = () => github.editIssue(issue, { body: theirs });
    github.fault({ ...FAULTS.secondaryLimit(1), method: "PATCH", path: oneIssue, before });
    expect(await update(project(tree()))).toMatchObject({ status: "updated", total: 3 });
    expect(await bodyOf(github, issue)).toBe(PUBLISHED.replace("People chat.", "People chat a lot."));
  });

  test("that does not stop is a conflict", async () => {
    const { github, issue } = await start();
    let edits = 0;
    github.fault({
      method: "GET",
      path: oneIssue,
      times: 99,
      after: () => github.editIssue(issue, { body: `${BODY}\n${++edits}` }),
    });
    expect(await update(project(tree()))).toMatchObject({
      status: "failed",
      reason: "conflict",
      issue: { number: issue },
      changes: [],
    });
    expect(edits).toBeLessThan(20);
    github.clearFaults();
    expect(await bodyOf(github, issue)).toBe(`${BODY}\n${edits}`);
    expect(await update(project(tree()))).toMatchObject({ status: "updated" });
  });

  test("two calls of one client do not get in each other's way", async () => {
    const { github, issue } = await start();
    const root = project(tree());
    const client = await connect([updateIssueChecklist], root);
    const answers = await Promise.all(
      ["publish", "check", "publish"].map((mode) =>
        client.callTool({ name: "update_issue_checklist", arguments: { phase: 3, mode } }),
      ),
    );
    expect(answers.map(({ structuredContent }) => (structuredContent as Answer).status)).toEqual([
      "updated",
      "unchanged",
      "unchanged",
    ]);
    expect(await bodyOf(github, issue)).toBe(PUBLISHED);
  });
});

describe("GitHub does not answer as it should", () => {
  const { secondaryLimit, primaryLimit } = FAULTS;
  const CASES: [name: string, fault: object, reason: ChecklistReason][] = [
    ["401", FAULTS.unauthorized, "unauthorized"],
    ["403", FAULTS.forbidden, "unauthorized"],
    ["404", FAULTS.notFound, "api_error"],
    ["422", FAULTS.unprocessable, "api_error"],
    ["HTML", FAULTS.html, "api_error"],
    ["an empty body", FAULTS.empty, "api_error"],
    ["a primary limit", primaryLimit(3_000), "rate_limited"],
    ["a secondary limit", secondaryLimit(3_000), "rate_limited"],
  ];

  test.each(CASES)("%s while it is read", async (_, fault, reason) => {
    const { github, issue } = await start();
    github.fault({ ...fault, method: "GET", times: 99 });
    const root = project(tree());
    const before = snapshotTree(root);
    const answer = await update(root);
    expect(answer).toMatchObject({ status: "failed", reason, issue: null, added: [], changes: [] });
    expect(answer.diagnostics).toMatchObject([{ code: "GITHUB", severity: "warning" }]);
    expect(github.writes()).toEqual([]);
    expect(await bodyOf(github, issue)).toBe(BODY);
    expect(snapshotTree(root)).toEqual(before);
    expectDecent(github, answer);
    github.clearFaults();
    expect(await update(root)).toMatchObject({ status: "updated" });
  });

  test.each(CASES.filter(([name]) => !/HTML|empty/.test(name)))(
    "%s while it is written",
    async (_, fault, reason) => {
      const { github, issue } = await start();
      github.fault({ ...fault, method: "PATCH", times: 99 });
      const answer = await update(project(tree()));
      expect(answer).toMatchObject({
        status: "failed",
        reason,
        issue: { number: issue },
        added: [],
        changes: [],
      });
      expect(await bodyOf(github, issue)).toBe(BODY);
      expectDecent(github, answer);
    },
  );

  test("no connection", async () => {
    const { github } = await start();
    github.fault({ ...FAULTS.reset, times: 99 });
    const answer = await update(project(tree()));
    expect(answer).toMatchObject({ status: "failed", reason: "unreachable" });
    expectDecent(github, answer);
  }, 60_000);

  test("502 and then 200 is an answer", async () => {
    const { github, issue } = await start();
    github.fault({ ...FAULTS.badGateway, method: "GET" });
    github.fault({ ...FAULTS.lostAnswer, method: "PATCH" });
    expect(await update(project(tree()))).toMatchObject({ status: "updated", total: 3 });
    expect(await bodyOf(github, issue)).toBe(PUBLISHED);
  }, 60_000);

  test("what was written stays told as written when the look at it fails", async () => {
    const { github, issue } = await start();
    github.fault({ ...FAULTS.forbidden, method: "GET", path: /\/issues\/\d+$/, skip: 2, times: 99 });
    const answer = await update(project(tree()));
    expect(answer).toMatchObject({
      status: "updated",
      added: ["01", "02", "GAP-1"],
      changes: [{ action: "update" }],
    });
    expect(answer.diagnostics).toMatchObject([{ message: expect.stringMatching(/could not be read again/) }]);
    expect(await bodyOf(github, issue)).toBe(PUBLISHED);
  });

  test("a call that is cancelled writes nothing", async () => {
    const { github, issue } = await start();
    const cancel = new AbortController();
    let stopped = () => {};
    const stop = new Promise<void>((resolve) => {
      stopped = resolve;
    });
    github.fault({
      method: "GET",
      path: /\/issues\/\d+$/,
      before: async () => {
        cancel.abort();
        stopped();
      },
      delay: 200,
    });
    const client = await connect([updateIssueChecklist], project(tree()));
    const args = { phase: 3, mode: "publish" };
    const call = client.callTool({ name: "update_issue_checklist", arguments: args }, undefined, {
      signal: cancel.signal,
    });
    await expect(call).rejects.toThrow();
    await stop;
    expect(await bodyOf(github, issue)).toBe(BODY);
  });
});

describe("no way to GitHub", () => {
  test("no remote", async () => {
    vi.stubEnv("GITHUB_TOKEN", "ghp_secret");
    const answer = await update(gitProject(tree()));
    expect(answer).toMatchObject({ status: "skipped", reason: "no_remote", issue: null });
    expect(JSON.stringify(answer)).not.toContain("ghp_secret");
    expect(await update(project(tree()))).toMatchObject({ status: "skipped", reason: "no_remote" });
  });

  test("no token", async () => {
    vi.stubEnv("PATH", `${project({ gh: "" })}:${process.env.PATH}`);
    const root = gitProject(tree());
    git(root, "remote", "add", "origin", "https://github.com/acme/chat.git");
    vi.stubEnv("GH_CONFIG_DIR", project({}));
    vi.stubEnv("HOME", project({}));
    expect(await update(root)).toMatchObject({ status: "skipped", reason: "no_token" });
  });

  test("no plans", async () => {
    const { github } = await start();
    const root = project(tree());
    expect(await update(root, { phase: 8 })).toMatchObject({ status: "skipped", reason: "no_plans" });
    expect(github.requests).toEqual([]);
  });
});

test("every reason is reached by a test in this file", () => {
  const file = readFileSync(join(import.meta.dirname, "update_issue_checklist.test.ts"), "utf8");
  for (const reason of CHECKLIST_REASONS) expect(file).toContain(`"${reason}"`);
});
