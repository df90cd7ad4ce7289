import { readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import openPhasePr from "../../tools/open_phase_pr.ts";
import { call, callError } from "../support/client.ts";
import { git, gitProject, hook, refs } from "../support/git.ts";
import { FAULTS } from "../support/github.ts";
import {
  BRANCH,
  commitFile,
  movePhase,
  originBranches,
  phasePull,
  ROADMAP,
  TITLE,
  useEnvironment,
} from "../support/phase-pull.ts";
import { plan, project, snapshotTree, write } from "../support/project.ts";

const BODY = `**Goal:** Users talk to each other

## Plans

- [x] Plan 01: Build the store
- [ ] Plan 02: Talk`;

const PUSHED = { action: "create", path: `origin/${BRANCH}` };
const SLOW = 30_000;

describe("the pull request of a phase", () => {
  test("is a draft of the branch, which is pushed first, and is found again", async () => {
    const { root, bare, github } = await phasePull();
    const before = [snapshotTree(root), refs(root), originBranches(bare)];
    const planned = await call(openPhasePr, { phase: "3", dry_run: true }, root);
    expect([snapshotTree(root), refs(root), originBranches(bare)]).toEqual(before);
    expect(github.writes()).toEqual([]);

    const answer = await call(openPhasePr, { phase: "3" }, root);
    const url = expect.stringMatching(/\/acme\/chat\/pull\/1$/);
    expect(answer).toEqual({
      status: "created",
      reason: null,
      pr: { number: 1, url, state: "open", draft: true, merged: false },
      title: TITLE,
      body: BODY,
      closes: [],
      changes: [PUSHED, { action: "create", path: "acme/chat#1" }],
      diagnostics: [],
    });
    expect(planned).toEqual({
      ...answer,
      pr: null,
      changes: [PUSHED, { action: "create", path: "acme/chat#?" }],
    });
    expect(originBranches(bare)[BRANCH]).toBe(git(root, "rev-parse", BRANCH));
    expect(git(root, "rev-parse", "--abbrev-ref", `${BRANCH}@{upstream}`)).toBe(`origin/${BRANCH}`);
    expect(await github.pull(1)).toMatchObject({
      title: TITLE,
      body: BODY,
      draft: true,
      base: { ref: "main" },
    });

    const again = await call(openPhasePr, { phase: "3" }, root);
    expect(again).toEqual({ ...answer, status: "exists", changes: [] });
    expect(await github.pulls()).toHaveLength(1);
    expect(github.violations()).toEqual([]);
  });

  test("is one that is merged, whose branch is not pushed again", async () => {
    const { root, bare, github } = await phasePull();
    await call(openPhasePr, { phase: "3" }, root);
    git(bare, "update-ref", "refs/heads/main", `refs/heads/${BRANCH}`);
    await github.editPull(1, { draft: false });
    await mergeAsSomebodyElse(github);
    commitFile(root, "src/more.ts", "1");
    expect(await call(openPhasePr, { phase: "3" }, root)).toMatchObject({
      status: "exists",
      pr: { number: 1, state: "closed", merged: true },
      changes: [],
    });
    expect(originBranches(bare)).not.toHaveProperty(BRANCH);
  });

  test("is a new one where the old one was closed without a merge", async () => {
    const { root, github } = await phasePull();
    await call(openPhasePr, { phase: "3" }, root);
    await github.editPull(1, { state: "closed" });
    const { status, pr, changes, diagnostics } = await call(openPhasePr, { phase: "3" }, root);
    expect({ status, pr, changes }).toMatchObject({
      status: "created",
      pr: { number: 2, state: "open" },
      changes: [{ action: "create", path: "acme/chat#2" }],
    });
    expect(diagnostics).toMatchObject([{ code: "GITHUB", severity: "info", message: /#1/ }]);
    await github.editPull(1, { title: "Still there" });
    expect(await call(openPhasePr, { phase: "3" }, root)).toMatchObject({
      status: "exists",
      pr: { number: 2 },
    });
  });

  test("is open before it is merged or closed", async () => {
    const { root, github } = await phasePull();
    await github.createPull({ head: BRANCH, base: "main" });
    github.createBranch("develop");
    await github.createPull({ head: BRANCH, base: "develop" });
    await github.editPull(2, { state: "closed" });
    expect(await call(openPhasePr, { phase: "3" }, root)).toMatchObject({
      status: "exists",
      pr: { number: 1, state: "open", draft: false },
    });
  });

  test("of a fork's branch of the same name is somebody else's", async () => {
    const { root, github } = await phasePull();
    await github.createPull({ head: BRANCH, fork: true });
    expect(await call(openPhasePr, { phase: "3" }, root)).toMatchObject({
      status: "created",
      pr: { number: 2 },
    });
  });

  test("has the given title and base", async () => {
    const { root, github } = await phasePull();
    git(root, "push", "--quiet", "origin", "main:refs/heads/develop");
    const args = { phase: "3", title: "Talk, closes #5", base: "origin/develop" };
    expect(await call(openPhasePr, args, root)).toMatchObject({
      status: "created",
      title: "Talk, closes # 5",
      closes: [],
    });
    expect(await github.pull(1)).toMatchObject({ title: "Talk, closes # 5", base: { ref: "develop" } });
  });

  test("leads to the main branch that GitHub tells, whatever origin once said", async () => {
    const { root, bare, github } = await phasePull({ github: { defaultBranch: "trunk" } });
    git(bare, "branch", "trunk", "main");
    expect(git(root, "rev-parse", "--abbrev-ref", "origin/HEAD")).toBe("origin/main");
    await call(openPhasePr, { phase: "3" }, root);
    expect(await github.pull(1)).toMatchObject({ base: { ref: "trunk" } });
  });

  test("needs no push where origin has everything, or more", async () => {
    const { root, github } = await phasePull();
    git(root, "push", "--quiet", "origin", BRANCH);
    const ahead = github.advanceBranch(BRANCH);
    git(root, "fetch", "--quiet", "origin");
    expect(await call(openPhasePr, { phase: "3" }, root)).toMatchObject({
      status: "created",
      changes: [{ path: "acme/chat#1" }],
    });
    expect(github.branches().get(BRANCH)).toBe(ahead);
  });

  test("is of the branch that create_phase_branch made under another type, from any branch", async () => {
    const { root, github } = await phasePull();
    git(root, "branch", "--move", "refactor/v1.2.0-03-chat");
    git(root, "switch", "--quiet", "main");
    expect(await call(openPhasePr, { phase: "3" }, root)).toMatchObject({
      status: "created",
      changes: [{ path: "origin/refactor/v1.2.0-03-chat" }, {}],
    });
    expect(await github.pull(1)).toMatchObject({ head: { ref: "refactor/v1.2.0-03-chat" } });
  });

  test("pushes this branch and nothing else", async () => {
    const { root, bare } = await phasePull();
    git(root, "tag", "--annotate", "--message=v9", "v9");
    git(root, "config", "push.followTags", "true");
    git(root, "config", "remote.origin.push", "+refs/heads/*:refs/heads/*");
    git(root, "branch", "other");
    await call(openPhasePr, { phase: "3" }, root);
    expect(Object.keys(originBranches(bare)).sort()).toEqual([BRANCH, "main"]);
    expect(git(bare, "tag")).toBe("");
  });
});

async function mergeAsSomebodyElse(github: Awaited<ReturnType<typeof phasePull>>["github"]): Promise<void> {
  const headers = { authorization: `Bearer ${github.token}` };
  await fetch(`${github.apiUrl}/repos/acme/chat/pulls/1/merge`, { method: "PUT", headers });
  github.removeBranch(BRANCH);
}

describe("issues that it closes", () => {
  const config = { pr_workflow: true, github: { enabled: true, issue_mode: "auto" } };
  const source = (value: string) => plan({ source_issue: value }, "<objective>\nA\n</objective>\n");

  test("are the phase's and those that plans come from, in all spellings", async () => {
    const { root, github } = await phasePull({
      config,
      plans: {
        "03-01-PLAN.md": source('"github:#21" # fixes 2 bugs'),
        "03-02-PLAN.md": source('"#20"'),
        "03-03-PLAN.md": source("github:acme/chat#22"),
        "03-04-PLAN.md": source("github:Other/Lib#7"),
        "03-05-PLAN.md": source(".planning/issues/open/2026-01-02-login.md"),
        "03-06-PLAN.md": source("#24"),
        "03-07-PLAN.md": source('""'),
        "03-08-PLAN.md": source("DEBT-01"),
        "03-09-PLAN.md": source("github:#20"),
        "03-10-PLAN.md": source(".planning/issues/open/local.md"),
        "03-11-PLAN.md": source(".planning/issues/open/../../../../etc/passwd.md"),
      },
      tree: {
        ".planning/issues/closed/2026-01-02-login.md": "---\nprovenance: github:acme/chat#23\n---\n",
        ".planning/issues/open/local.md": "---\nprovenance: local\n---\n\nFixes #99\n",
      },
    });
    const { number } = await github.createMilestone({ title: "v1.2.0" });
    await github.createIssue({ title: "Phase 3: Chat", labels: ["phase"], milestone: number });
    const { body, closes, status } = await call(openPhasePr, { phase: "3" }, root);
    expect(status).toBe("created");
    expect(closes).toEqual([1, 20, 21, 22, 23, 24]);
    const lines = body.split("\n");
    expect(lines.slice(-8)).toEqual([...closes.map((issue) => `Closes #${issue}`), "", "Refs Other/Lib#7"]);
    expect((await github.pull(2)).body).toBe(body);
    expect(
      github.requests.map(({ path }) => path).filter((path) => !path.startsWith("/repos/acme/chat")),
    ).toEqual([]);
  });

  test.each([
    ["GitHub is switched off", { pr_workflow: true }, [20], 0],
    ["GitHub is on", { pr_workflow: true, github: { enabled: true } }, [1, 20], 0],
  ])("where %s", async (_, settings, closes, count) => {
    const { root, github } = await phasePull({
      config: settings,
      plans: { "03-01-PLAN.md": source("github:#20") },
    });
    const { number } = await github.createMilestone({ title: "v1.2.0" });
    await github.createIssue({ title: "Phase 3: Chat", labels: ["phase"], milestone: number });
    const answer = await call(openPhasePr, { phase: "3" }, root);
    expect(answer.closes).toEqual(closes);
    expect(answer.diagnostics).toHaveLength(count);
  });

  test("are those of the plans as they were when the call began, and so are the plans' words", async () => {
    const { root, github } = await phasePull({ config, plans: { "03-01-PLAN.md": source("#7") } });
    github.fault({ method: "GET", path: /\/pulls$/, before: () => movePhase(root, "active", "completed") });
    const answer = await call(openPhasePr, { phase: "3" }, root);
    expect(answer).toMatchObject({ status: "created", closes: [7] });
    expect((await github.pull(1)).body).toContain("- [ ] Plan 01: A\n\nCloses #7");
    expect(answer.body).toBe((await github.pull(1)).body);
  });

  test("are not guessed", async () => {
    const { root, github } = await phasePull({ config });
    expect(await call(openPhasePr, { phase: "3", dry_run: true }, root)).toMatchObject({
      closes: [],
      diagnostics: [{ code: "GITHUB", severity: "info" }],
    });
    const { number } = await github.createMilestone({ title: "v1.2.0" });
    for (const title of ["Phase 3: Chat", "Phase 03: Chat"]) {
      await github.createIssue({ title, labels: ["phase"], milestone: number });
    }
    const { closes, diagnostics, status } = await call(openPhasePr, { phase: "3" }, root);
    expect({ closes, status }).toEqual({ closes: [], status: "created" });
    expect(diagnostics).toMatchObject([{ severity: "warning", message: expect.stringContaining("#1, #2") }]);
  });

  test("are told where they could not be read", async () => {
    const { root } = await phasePull({
      plans: {
        "03-01-PLAN.md": source('["#20", "github:#21"]'),
        "03-02-PLAN.md": source("github:#22, github:#23"),
        "03-03-PLAN.md": source(".planning/issues/open/gone.md"),
        "03-04-PLAN.md": source('"fixes #24"'),
        "03-05-PLAN.md": "---\nsource_issue: [broken\n---\n",
        "03-06-PLAN.md": source("local"),
      },
    });
    const { closes, diagnostics, status } = await call(openPhasePr, { phase: "3" }, root);
    expect({ closes, status }).toEqual({ closes: [20, 21, 22, 23], status: "created" });
    const path = (number: number) => `.planning/phases/active/03-chat/03-0${number}-PLAN.md`;
    expect(diagnostics).toMatchObject([
      { code: "MISSING_FILE", path: path(3), plans: ["03-03"] },
      { code: "INVALID_FRONTMATTER", path: path(4), message: expect.stringContaining("fixes #24") },
      { code: "INVALID_FRONTMATTER", path: path(5) },
    ]);
  });

  test("and everything else are an answer that stays small", async () => {
    const plans = Object.fromEntries(
      Array.from({ length: 100 }, (_, index) => {
        const number = String(index + 1).padStart(3, "0");
        const text = `---\nsource_issue: other/library-${number}#${index + 1}\n---\n\n<objective>\n${"会話".repeat(60)}\n`;
        return [`03-${number}-PLAN.md`, `${text}</objective>\n`];
      }),
    );
    const { root, github } = await phasePull({ plans });
    const answer = await call(openPhasePr, { phase: "3" }, root);
    expect(Buffer.byteLength(JSON.stringify(answer))).toBeLessThan(16_384);
    const { body } = await github.pull(1);
    expect(body!.includes("Refs other/library-050#50")).toBe(true);
    expect(body!.startsWith(answer.body.slice(0, -1))).toBe(true);
    expect(answer.diagnostics).toMatchObject([{ code: "ANSWER_TRUNCATED" }]);
  });

  test("are left out, and the pull request is opened, where issues may not be read", async () => {
    const { root, github } = await phasePull({ config });
    github.fault({ ...FAULTS.forbidden, path: /\/milestones$/ });
    const { status, diagnostics } = await call(openPhasePr, { phase: "3" }, root);
    expect(status).toBe("created");
    expect(diagnostics).toMatchObject([{ message: expect.stringContaining("unauthorized") }]);
  });

  test("are never named by the texts of plans", async () => {
    const hostile = "Closes #66, fixes acme/chat#67 @all <!-- ```";
    const { root, github } = await phasePull({
      plans: { "03-01-PLAN.md": plan({}, `<objective>\n${hostile}\n</objective>\n`) },
      tree: { ".planning/ROADMAP.md": ROADMAP.replace("Users talk to each other", hostile) },
    });
    const { body, closes, title } = await call(openPhasePr, { phase: "3" }, root);
    expect(closes).toEqual([]);
    expect(`${title}\n${body}`).not.toMatch(/#\d|@all|(?<!\\)<!--/);
    expect((await github.pull(1)).body).toBe(body);
  });
});

describe("a call that is refused", () => {
  test.each<[Record<string, unknown>, string]>([
    [{ phase: "99" }, "PHASE_NOT_FOUND"],
    [{ phase: "x y z" }, "INVALID_PHASE"],
    [{ phase: "3", base: "--upload-pack=x" }, "INVALID_ARGUMENT"],
    [{ phase: "3", base: "a b" }, "INVALID_ARGUMENT"],
    [{ phase: "3", base: BRANCH }, "INVALID_ARGUMENT"],
    [{ phase: "3", title: " " }, "INVALID_ARGUMENT"],
    [{ phase: "3", title: "a\nb" }, "INVALID_ARGUMENT"],
    [{ phase: "3", title: "a\u202eb" }, "INVALID_ARGUMENT"],
    [{ phase: "3", title: "a".repeat(257) }, "INVALID_ARGUMENT"],
  ])("%j is %s", async (args, code) => {
    const { root, bare, github } = await phasePull();
    expect(await callError(openPhasePr, args, root)).toMatchObject({ code });
    expect(github.writes()).toEqual([]);
    expect(originBranches(bare)).not.toHaveProperty(BRANCH);
  });

  test("with broken settings", async () => {
    const { root } = await phasePull();
    write(root, { ".planning/config.json": '{"pr_workflow": tru' });
    expect(await callError(openPhasePr, { phase: "3" }, root)).toMatchObject({ code: "INVALID_CONFIG" });
  });
});

describe("nothing is opened", () => {
  test("unless pr_workflow is on", async () => {
    const { root, bare, github } = await phasePull({ config: {} });
    expect(await call(openPhasePr, { phase: "3" }, root)).toMatchObject({
      status: "skipped",
      reason: "pr_workflow_off",
      pr: null,
      title: TITLE,
      body: BODY,
    });
    expect(github.requests).toEqual([]);
    expect(originBranches(bare)).not.toHaveProperty(BRANCH);
  });

  test("without a milestone", async () => {
    const { root } = await phasePull({
      tree: { ".planning/ROADMAP.md": ROADMAP.replace("v1.2.0 Talk", "None") },
    });
    expect(await call(openPhasePr, { phase: "3" }, root)).toMatchObject({
      status: "skipped",
      reason: "milestone_unknown",
      title: "Phase 3: Chat",
    });
  });

  test("without a branch", async () => {
    const { root } = await phasePull();
    expect(await call(openPhasePr, { phase: "4" }, root)).toMatchObject({
      status: "skipped",
      reason: "branch_missing",
      diagnostics: [],
    });
  });

  test("of a branch that is only at origin", async () => {
    const { root } = await phasePull();
    git(root, "push", "--quiet", "origin", BRANCH);
    git(root, "switch", "--quiet", "main");
    git(root, "branch", "--quiet", "-D", BRANCH);
    expect(await call(openPhasePr, { phase: "3" }, root)).toMatchObject({
      reason: "branch_missing",
      diagnostics: [{ message: expect.stringContaining("only at origin") }],
    });
  });

  test("of one of several branches", async () => {
    const { root } = await phasePull();
    git(root, "branch", "fix/v1.2.0-03-talk");
    git(root, "branch", "--move", BRANCH, "docs/v1.2.0-03-talk");
    git(root, "switch", "--quiet", "main");
    expect(await call(openPhasePr, { phase: "3" }, root)).toMatchObject({
      reason: "branch_missing",
      diagnostics: [{ message: expect.stringContaining("fix/v1.2.0-03-talk") }],
    });
    git(root, "switch", "--quiet", "fix/v1.2.0-03-talk");
    expect(await call(openPhasePr, { phase: "3" }, root)).toMatchObject({ status: "created" });
  });

  test("outside of a repository", async () => {
    await phasePull();
    const root = project({
      ".planning/ROADMAP.md": ROADMAP,
      ".planning/config.json": '{"pr_workflow": true}',
    });
    expect(await call(openPhasePr, { phase: "3" }, root)).toMatchObject({
      reason: "branch_missing",
      diagnostics: [{ message: expect.stringContaining("in no git repository") }],
    });
  });

  test("without a remote, and where the remote is not GitHub's", async () => {
    const { root, github } = await phasePull();
    useEnvironment({ GITHUB_REPOSITORY: "" });
    expect(await call(openPhasePr, { phase: "3" }, root)).toMatchObject({
      status: "skipped",
      reason: "no_remote",
    });
    useEnvironment({ GITHUB_REPOSITORY: "acme/chat" });
    git(root, "remote", "remove", "origin");
    expect(await call(openPhasePr, { phase: "3" }, root)).toMatchObject({
      status: "skipped",
      reason: "no_remote",
    });
    expect(github.writes()).toEqual([]);
  });

  test("without a token", async () => {
    const { root, github } = await phasePull();
    useEnvironment({ GITHUB_TOKEN: "", HOME: project({}), XDG_CONFIG_HOME: "" });
    expect(await call(openPhasePr, { phase: "3" }, root)).toMatchObject({
      status: "skipped",
      reason: "no_token",
    });
    expect(github.requests).toEqual([]);
  });

  test.each([
    ["unauthorized", FAULTS.unauthorized],
    ["unauthorized", FAULTS.forbidden],
    ["rate_limited", FAULTS.primaryLimit(3_600)],
    ["api_error", FAULTS.html],
    ["api_error", FAULTS.empty],
    ["api_error", FAULTS.notFound],
  ])("when GitHub says %s", async (reason, fault) => {
    const { root, bare, github } = await phasePull();
    github.fault({ ...fault, times: 20 });
    const answer = await call(openPhasePr, { phase: "3" }, root);
    expect(answer).toMatchObject({
      status: "failed",
      reason,
      pr: null,
      diagnostics: [{ code: "GITHUB", severity: "warning" }],
    });
    expect(JSON.stringify(answer)).not.toContain(github.token);
    expect(originBranches(bare)).not.toHaveProperty(BRANCH);
  });

  test("when GitHub cannot be reached", { timeout: SLOW }, async () => {
    const { root, github } = await phasePull();
    await github.close();
    expect(await call(openPhasePr, { phase: "3" }, root)).toMatchObject({
      status: "failed",
      reason: "unreachable",
    });
  });
});

describe("a push that fails", () => {
  async function refused(root: string): Promise<string> {
    const answer = await call(openPhasePr, { phase: "3" }, root);
    expect(answer).toMatchObject({
      status: "failed",
      reason: "push_failed",
      pr: null,
      changes: [],
      diagnostics: [{ code: "GITHUB" }],
    });
    return answer.diagnostics[0]!.message;
  }

  test("since origin has other commits", async () => {
    const { root, bare, github } = await phasePull();
    const theirs = github.createBranch(BRANCH);
    expect(await refused(root)).toMatch(/origin has commits/i);
    expect(await call(openPhasePr, { phase: "3", dry_run: true }, root)).toMatchObject({
      reason: "push_failed",
    });
    expect(originBranches(bare)[BRANCH]).toBe(theirs);
    expect(github.writes()).toEqual([]);
  });

  test("since origin got other commits in this moment", async () => {
    const { root, bare, github } = await phasePull();
    hook(root, "pre-push", `git --git-dir="${bare}" update-ref refs/heads/${BRANCH} refs/heads/main^0`);
    git(bare, "update-ref", "refs/heads/main", advanced(bare));
    const message = await refused(root);
    expect(message).toMatch(/origin has commits|cannot lock|refuse/i);
    expect(github.writes()).toEqual([]);
  });

  test.each([
    ["pre-receive", "echo 'GH006: protected' >&2; exit 1", /rules or hooks at origin.*GH006: protected/i],
    ["update", "exit 1", /rules or hooks at origin.*hook declined/i],
  ])("since origin's %s hook refuses", async (name, script, message) => {
    const { root, bare } = await phasePull();
    hook(bare, name, script);
    expect(await refused(root)).toMatch(message);
    rmSync(join(bare, "hooks", name));
    expect(await call(openPhasePr, { phase: "3" }, root)).toMatchObject({ status: "created" });
  });

  test("since the pre-push hook refuses", async () => {
    const { root } = await phasePull();
    hook(root, "pre-push", "echo 'tests are red' >&2; exit 1");
    expect(await refused(root)).toMatch(/pre-push hook refused: tests are red/);
  });

  test.each<[string, (root: string) => void, RegExp]>([
    [
      "another repository",
      (root) => git(root, "config", "remote.origin.pushurl", "git@github.com:me/fork.git"),
      /me\/fork at github\.com.*acme\/chat/,
    ],
    [
      "what is no repository of GitHub's",
      (root) => git(root, "config", "remote.origin.pushurl", "ssh://git@evil.example/~acme/chat"),
      /another place at evil\.example/,
    ],
    [
      "an address that is rewritten",
      (root) => {
        git(root, "remote", "set-url", "origin", "https://github.com/acme/chat.git");
        git(root, "config", "url.git@github.com:me/.pushInsteadOf", "https://github.com/acme/");
      },
      /me\/chat/,
    ],
  ])("since pushes go to %s", async (_, configure, message) => {
    const { root, bare, github } = await phasePull();
    configure(root);
    expect(await refused(root)).toMatch(message);
    expect(originBranches(bare)).not.toHaveProperty(BRANCH);
    expect(github.writes()).toEqual([]);
  });

  test("since GITHUB_REPOSITORY is not what origin is", async () => {
    const { root, github } = await phasePull();
    git(root, "remote", "set-url", "origin", "https://me:s3cret@github.com/me/fork.git");
    const message = await refused(root);
    expect(message).toMatch(/me\/fork at github\.com.*acme\/chat/);
    expect(message).not.toContain("s3cret");
    expect(github.writes()).toEqual([]);
  });

  test("without telling passwords and paths", async () => {
    const { root } = await phasePull();
    for (const [end, words] of [
      ["", /origin cannot be reached.*127\.0\.0\.1/i],
      ["?token=hidden", /an address that cannot be read/],
    ] as const) {
      git(root, "remote", "set-url", "origin", `http://me:s3cret@127.0.0.1:1/acme/chat.git${end}`);
      const message = await refused(root);
      expect(message).toMatch(words);
      expect(message).not.toMatch(/s3cret|hidden|me:/);
    }
    git(root, "remote", "set-url", "origin", "/nowhere/at/all.git");
    expect(await refused(root)).not.toContain("/nowhere");
  });

  test("is made up for by the next call", async () => {
    const { root, github } = await phasePull();
    github.fault({ ...FAULTS.unauthorized, method: "POST" });
    const { status, changes } = await call(openPhasePr, { phase: "3" }, root);
    expect({ status, changes }).toEqual({ status: "failed", changes: [PUSHED] });
    expect(await call(openPhasePr, { phase: "3" }, root)).toMatchObject({
      status: "created",
      changes: [{ path: "acme/chat#1" }],
    });
  });
});

function advanced(bare: string): string {
  return git(
    bare,
    ...["-c", "user.name=A", "-c", "user.email=a@example.com"],
    ...["commit-tree", "-m", "theirs", "-p", "main", "main^{tree}"],
  );
}

describe("creating it", () => {
  test("finds the one that somebody else opened in this moment", async () => {
    const { root, github } = await phasePull();
    github.fault({ method: "POST", before: () => github.createPull({ head: BRANCH }) });
    expect(await call(openPhasePr, { phase: "3" }, root)).toMatchObject({
      status: "exists",
      pr: { number: 1 },
      changes: [PUSHED],
    });
    expect(await github.pulls()).toHaveLength(1);
  });

  test("survives an answer that is lost", { timeout: SLOW }, async () => {
    const { root, github } = await phasePull();
    github.fault({ ...FAULTS.lostAnswer, method: "POST" });
    const { status, pr } = await call(openPhasePr, { phase: "3" }, root);
    expect(["created", "exists"]).toContain(status);
    expect(pr).toMatchObject({ number: 1 });
    expect(await github.pulls()).toHaveLength(1);
  });

  test("does without a draft where the repository takes none", async () => {
    const { root, github } = await phasePull();
    const message = "Draft pull requests are not supported in this repository.";
    github.fault({ method: "POST", status: 422, body: { message } });
    const { status, pr, diagnostics } = await call(openPhasePr, { phase: "3" }, root);
    expect({ status, pr }).toMatchObject({ status: "created", pr: { number: 1, draft: false } });
    expect(diagnostics).toMatchObject([{ severity: "info", message: expect.stringContaining("no drafts") }]);
    expect(github.violations()).toEqual([]);
  });

  test.each([
    "Validation Failed",
    "Draft or not, the head is invalid",
    "drafts: draft pull request not found",
  ])("gives up when GitHub says %j, and opens nothing that is no draft", async (message) => {
    const { root, github } = await phasePull({ pushed: true });
    github.fault({ method: "POST", status: 422, body: { message } });
    expect(await call(openPhasePr, { phase: "3" }, root)).toMatchObject({
      status: "failed",
      reason: "api_error",
      pr: null,
    });
    expect(await github.pulls()).toEqual([]);
    expect(await call(openPhasePr, { phase: "3" }, root)).toMatchObject({
      status: "created",
      pr: { draft: true },
    });
  });

  test("fails without a commit, and without the base", async () => {
    const { root } = await phasePull();
    for (const base of ["missing", undefined]) {
      if (base === undefined) git(root, "push", "--quiet", "origin", `${BRANCH}:main`);
      const { status, reason, diagnostics } = await call(openPhasePr, { phase: "3", base }, root);
      expect({ status, reason }).toEqual({ status: "failed", reason: "api_error" });
      expect(diagnostics[0]!.message).toContain("422");
    }
  });
});

test("the token reaches no program, and nothing that is said", async () => {
  const { root, github } = await phasePull();
  const seen = join(project({}), "environment");
  hook(root, "pre-push", `env > "${seen}"; cat /proc/self/environ >> "${seen}"; env >&2; exit 1`);
  useEnvironment({ GH_TOKEN: github.token, SSH_AUTH_SOCK: "/agent" });
  const answer = await call(openPhasePr, { phase: "3" }, root);
  expect(answer.reason).toBe("push_failed");
  const environment = readFileSync(seen, "utf8");
  expect(environment).toContain("SSH_AUTH_SOCK=/agent");
  expect(environment).toContain("GIT_TERMINAL_PROMPT=0");
  for (const text of [environment, JSON.stringify(answer)]) {
    expect(text).not.toContain(github.token);
    expect(text).not.toMatch(/TOKEN=/);
  }
});

test("a project below the top of its repository", async () => {
  const { root } = await phasePull();
  const top = gitProject({ "packages/app/.planning/ROADMAP.md": ROADMAP }, { remote: true });
  git(top, "switch", "--quiet", "--create", BRANCH);
  const config = '{"pr_workflow": true}';
  write(top, { "packages/app/.planning/config.json": config });
  commitFile(top, "packages/app/a.ts", "1");
  expect(root).not.toBe(top);
  const bare = git(top, "remote", "get-url", "origin");
  expect(await call(openPhasePr, { phase: "3" }, join(top, "packages/app"))).toMatchObject({
    reason: "api_error",
  });
  expect(originBranches(bare)).toHaveProperty(BRANCH);
});
