import { existsSync, readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import mergePhasePr from "../../tools/merge_phase_pr.ts";
import openPhasePr from "../../tools/open_phase_pr.ts";
import { call, callError } from "../support/client.ts";
import { git, hook, refs, settleRepository, status } from "../support/git.ts";
import { FAULTS } from "../support/github.ts";
import {
  BRANCH,
  commitFile,
  originBranches,
  type PhasePull,
  type PhasePullOptions,
  phasePull,
  ROADMAP,
  useEnvironment,
} from "../support/phase-pull.ts";
import { plan, project, snapshotTree, write } from "../support/project.ts";

const MERGE = { action: "update", path: "acme/chat#1" };
const DELETE = { action: "delete", path: `origin/${BRANCH}` };
const CONFIRMED = { phase: "3", confirm: true };

/** Opened, ready, and with everything pushed. */
async function ready(options?: PhasePullOptions): Promise<PhasePull> {
  const pull = await phasePull(options);
  const { pr } = await call(openPhasePr, { phase: "3" }, pull.root);
  await pull.github.editPull(pr!.number, { draft: false });
  return pull;
}

function merge({ root }: PhasePull, args: object = {}) {
  return call(mergePhasePr, { ...CONFIRMED, ...args }, root);
}

/** The dry run changes nothing and says what the act says. */
async function act(pull: PhasePull, args: object = {}) {
  const { root, bare, github } = pull;
  const state = async () => [snapshotTree(root), refs(root), originBranches(bare), await github.pulls()];
  const before = await state();
  const writes = github.writes().length;
  const planned = await merge(pull, { ...args, dry_run: true });
  expect(await state()).toEqual(before);
  expect(github.writes()).toHaveLength(writes);
  const answer = await merge(pull, args);
  expect(answer).toEqual(planned);
  return answer;
}

function current(root: string): string {
  return git(root, "rev-parse", "--abbrev-ref", "HEAD");
}

describe("a pull request that is ready", () => {
  test("is merged, its branch deleted at origin, and the base checked out", async () => {
    const pull = await ready();
    const { root, bare, github } = pull;
    const head = git(root, "rev-parse", BRANCH);
    const answer = await act(pull);
    expect(answer).toEqual({
      status: "merged",
      reason: null,
      pr: {
        number: 1,
        url: expect.stringMatching(/\/pull\/1$/),
        state: "closed",
        draft: false,
        merged: true,
      },
      closed: [],
      already_closed: [],
      local: { branch: "main", updated: true, reason: null },
      changes: [MERGE, DELETE],
      diagnostics: [],
    });
    expect(await github.pull(1)).toMatchObject({ merged: true });
    expect(Object.keys(originBranches(bare))).toEqual(["main"]);
    expect(current(root)).toBe("main");
    expect(git(root, "rev-parse", "main")).toBe(originBranches(bare).main);
    expect(git(root, "rev-parse", "main^2")).toBe(head);
    expect(git(root, "rev-parse", BRANCH)).toBe(head);
    expect(readFileSync(join(root, "src/chat.ts"), "utf8")).toBe("1\n");
    expect(status(root)).toEqual([]);
    expect(existsSync(join(root, ".planning/.wavewright"))).toBe(false);

    expect(await act(pull)).toEqual({
      ...answer,
      status: "unchanged",
      local: { branch: "main", updated: false, reason: "up_to_date" },
      changes: [],
    });
    expect(github.violations()).toEqual([]);
  });

  test("is merged with the commit that was seen, and by the method that is allowed", async () => {
    for (const [settings, method] of [
      [{}, "merge"],
      [{ allow_merge_commit: false }, "squash"],
      [{ allow_merge_commit: false, allow_squash_merge: false }, "rebase"],
    ] as const) {
      const pull = await ready({ github: { settings } });
      expect(await merge(pull)).toMatchObject({ status: "merged", local: { updated: true } });
      const [{ body } = {}] = pull.github.writes().filter(({ method: verb }) => verb === "PUT");
      expect(body).toEqual({ sha: git(pull.root, "rev-parse", BRANCH), merge_method: method });
    }
  });

  test("keeps its branch where it is told so", async () => {
    const pull = await ready();
    expect(await act(pull, { delete_branch: false })).toMatchObject({ status: "merged", changes: [MERGE] });
    expect(originBranches(pull.bare)).toHaveProperty(BRANCH);
    expect(await act(pull)).toMatchObject({ status: "unchanged", changes: [DELETE] });
  });

  test("where GitHub deletes branches itself", async () => {
    const pull = await ready({ github: { settings: { delete_branch_on_merge: true } } });
    expect(await act(pull)).toMatchObject({ status: "merged", changes: [MERGE, DELETE], diagnostics: [] });
  });

  test("of a branch that is nowhere any more, found by its name", async () => {
    const pull = await ready();
    await merge(pull);
    git(pull.root, "branch", "--quiet", "-D", BRANCH);
    git(pull.root, "update-ref", "-d", `refs/remotes/origin/${BRANCH}`);
    expect(await act(pull)).toMatchObject({ status: "unchanged", pr: { number: 1, merged: true } });
  });
});

describe("issues", () => {
  const config = { pr_workflow: true, github: { enabled: true } };
  const source = (value: string) => plan({ source_issue: value }, "<objective>\nA\n</objective>\n");

  /** Issues 1 to 4: the phase's, two that plans name, the second closed, and one that has nothing to do with it. */
  async function withIssues(options: PhasePullOptions = {}): Promise<PhasePull> {
    const pull = await phasePull({
      config,
      plans: {
        "03-01-PLAN.md": source("github:#2"),
        "03-02-PLAN.md": source('"#3"'),
        "03-03-PLAN.md": source("other/lib#4"),
      },
      ...options,
    });
    const { github, root } = pull;
    const { number } = await github.createMilestone({ title: "v1.2.0" });
    await github.createIssue({ title: "Phase 3: Chat", labels: ["phase"], milestone: number });
    await github.createIssue({ title: "Two" });
    await github.createIssue({ title: "Three", state: "closed" });
    await github.createIssue({ title: "Four" });
    const { pr } = await call(openPhasePr, { phase: "3" }, root);
    await github.editPull(pr!.number, { draft: false });
    return pull;
  }

  const states = async ({ github }: PhasePull) =>
    (await github.issues()).slice(0, 4).map(({ state }) => state);

  test.each([true, false])("are closed after the merge (by GitHub itself: %s)", async (closesOnMerge) => {
    const pull = await withIssues({ github: { closesOnMerge } });
    const answer = await act(pull);
    expect(answer).toMatchObject({
      status: "merged",
      closed: [1, 2],
      already_closed: [3],
      diagnostics: [],
    });
    expect(answer.changes.map(({ path }) => path)).toEqual([
      "acme/chat#5",
      "acme/chat#1",
      "acme/chat#2",
      `origin/${BRANCH}`,
    ]);
    expect(await states(pull)).toEqual(["closed", "closed", "closed", "open"]);
    expect(await act(pull)).toMatchObject({
      status: "unchanged",
      closed: [],
      already_closed: [1, 2, 3],
      changes: [],
    });
    expect(pull.github.violations()).toEqual([]);
  });

  test("stay open when the merge failed", async () => {
    const pull = await withIssues();
    await pull.github.setMergeable(5, false);
    expect(await act(pull)).toMatchObject({ status: "blocked", closed: [], already_closed: [] });
    await pull.github.setMergeable(5, true);
    pull.github.fault({ ...FAULTS.forbidden, method: "PUT" });
    expect(await merge(pull)).toMatchObject({ status: "failed", reason: "unauthorized", closed: [] });
    expect(await states(pull)).toEqual(["open", "open", "closed", "open"]);
  });

  test("are closed by the next call where GitHub refused after the merge", async () => {
    const pull = await withIssues({ github: { closesOnMerge: false } });
    pull.github.fault({ ...FAULTS.forbidden, method: "PATCH" });
    const answer = await merge(pull);
    expect(answer).toMatchObject({ status: "merged", reason: null, closed: [], local: { updated: true } });
    expect(answer.diagnostics).toMatchObject([{ message: expect.stringContaining("call again") }]);
    expect(answer.changes.map(({ path }) => path)).toEqual(["acme/chat#5", `origin/${BRANCH}`]);
    expect(await merge(pull)).toMatchObject({ status: "unchanged", closed: [1, 2], already_closed: [3] });
  });

  test("that are missing or are pull requests are not closed", async () => {
    const pull = await withIssues({
      plans: { "03-01-PLAN.md": source("#77"), "03-02-PLAN.md": source("#5"), "03-03-PLAN.md": source("#2") },
    });
    const answer = await act(pull);
    expect(answer).toMatchObject({ closed: [1, 2], already_closed: [] });
    expect(answer.diagnostics.map(({ message }) => message)).toEqual([
      expect.stringContaining("#5 is a pull request"),
      expect.stringContaining("#77 is not there"),
    ]);
  });

  test("that plans name are closed, and the phase's is not, where GitHub is switched off", async () => {
    const pull = await withIssues({ config: { pr_workflow: true }, github: { closesOnMerge: false } });
    expect(await act(pull)).toMatchObject({ closed: [2], already_closed: [3] });
    expect(await states(pull)).toEqual(["open", "closed", "closed", "open"]);
  });

  test("that could not be read before the merge are looked at after it", async () => {
    const pull = await withIssues({ github: { closesOnMerge: false } });
    pull.github.fault({ ...FAULTS.forbidden, method: "GET", path: /\/issues\/1$/ });
    expect(await merge(pull)).toMatchObject({ status: "merged", closed: [1, 2], already_closed: [3] });
  });
});

describe("nothing is merged", () => {
  test.each([{}, { confirm: false }, { confirm: "true" }, { confirm: null }])("with %j", async (args) => {
    const { root, github } = await phasePull();
    expect(await callError(mergePhasePr, { phase: "3", ...args }, root)).toMatchObject({
      code: "INVALID_ARGUMENT",
      message: expect.stringContaining("confirm"),
    });
    expect(github.requests).toEqual([]);
  });

  test("with broken settings", async () => {
    const { root } = await phasePull();
    write(root, { ".planning/config.json": "{" });
    expect(await callError(mergePhasePr, CONFIRMED, root)).toMatchObject({ code: "INVALID_CONFIG" });
  });

  test("unless pr_workflow is on", async () => {
    const pull = await phasePull({ config: {} });
    expect(await act(pull)).toMatchObject({
      status: "skipped",
      reason: "pr_workflow_off",
      local: { branch: BRANCH, updated: false, reason: "not_merged" },
    });
    expect(pull.github.requests).toEqual([]);
  });

  test("without a milestone", async () => {
    const pull = await phasePull({
      tree: { ".planning/ROADMAP.md": ROADMAP.replace("v1.2.0 Talk", "None") },
    });
    expect(await act(pull)).toMatchObject({ status: "skipped", reason: "milestone_unknown" });
  });

  test("without a pull request, or a branch", async () => {
    const pull = await phasePull();
    expect(await act(pull)).toMatchObject({ status: "skipped", reason: "pr_not_found", pr: null });
    expect(await act(pull, { phase: "4" })).toMatchObject({ status: "skipped", reason: "branch_missing" });
    await call(openPhasePr, { phase: "3" }, pull.root);
    await pull.github.editPull(1, { state: "closed" });
    expect(await act(pull)).toMatchObject({ status: "skipped", reason: "pr_not_found" });
  });

  test("that is a draft", async () => {
    const pull = await phasePull();
    await call(openPhasePr, { phase: "3" }, pull.root);
    expect(await act(pull)).toMatchObject({
      status: "blocked",
      reason: "pr_draft",
      pr: { number: 1, draft: true, merged: false },
      changes: [],
      local: { branch: BRANCH, updated: false, reason: "not_merged" },
    });
  });

  test("that has conflicts, and what GitHub is not sure about is tried", async () => {
    const pull = await ready();
    await pull.github.setMergeable(1, false);
    expect(await act(pull)).toMatchObject({ status: "blocked", reason: "not_mergeable", changes: [] });
    await pull.github.setMergeable(1, null);
    expect(await merge(pull)).toMatchObject({ status: "merged" });
  });

  test.each([405, 409, 422])("that GitHub refuses with %i", async (code) => {
    const pull = await ready();
    pull.github.fault({ method: "PUT", status: code, body: { message: "@all closes #1" } });
    const answer = await merge(pull);
    expect(answer).toMatchObject({
      status: "blocked",
      reason: "not_mergeable",
      pr: { merged: false },
      changes: [],
      local: { branch: BRANCH, reason: "not_merged" },
    });
    expect(JSON.stringify(answer)).not.toMatch(/@all/);
    expect(originBranches(pull.bare)).toHaveProperty(BRANCH);
  });

  test("that was pushed to in this moment", async () => {
    const pull = await ready();
    pull.github.fault({ method: "PUT", before: () => pull.github.advanceBranch(BRANCH) });
    expect(await merge(pull)).toMatchObject({ status: "blocked", reason: "not_mergeable" });
    expect(await pull.github.pull(1)).toMatchObject({ merged: false });
  });

  test("that was closed in this moment", async () => {
    const pull = await ready();
    const before = () => pull.github.editPull(1, { state: "closed" });
    pull.github.fault({ method: "GET", path: /\/pulls\/1$/, before });
    expect(await merge(pull)).toMatchObject({ status: "blocked", reason: "not_mergeable" });
  });

  test("without a remote or a token", async () => {
    const pull = await ready();
    useEnvironment({ GITHUB_REPOSITORY: "" });
    expect(await merge(pull)).toMatchObject({ status: "skipped", reason: "no_remote" });
    useEnvironment({
      GITHUB_REPOSITORY: "acme/chat",
      GITHUB_TOKEN: "",
      HOME: project({}),
      XDG_CONFIG_HOME: "",
    });
    expect(await merge(pull)).toMatchObject({ status: "skipped", reason: "no_token" });
  });

  test.each([
    ["unauthorized", FAULTS.unauthorized],
    ["rate_limited", FAULTS.primaryLimit(3_600)],
    ["api_error", FAULTS.html],
  ])("when GitHub says %s", async (reason, fault) => {
    const pull = await ready();
    pull.github.fault({ ...fault, method: "PUT", times: 5 });
    const answer = await merge(pull);
    expect(answer).toMatchObject({ status: "failed", reason, changes: [], local: { reason: "not_merged" } });
    expect(JSON.stringify(answer)).not.toContain(pull.github.token);
  });

  test("when GitHub is down", async () => {
    const pull = await ready();
    await pull.github.close();
    expect(await merge(pull)).toMatchObject({ status: "failed", reason: "unreachable" });
  });
});

test("a merge whose answer is lost is a merge", async () => {
  const pull = await ready();
  pull.github.fault({ ...FAULTS.lostAnswer, method: "PUT" });
  expect(await merge(pull)).toMatchObject({ status: "merged", local: { updated: true } });
});

test("one that somebody else merged is finished", async () => {
  const pull = await ready();
  const headers = { authorization: `Bearer ${pull.github.token}` };
  await fetch(`${pull.github.apiUrl}/repos/acme/chat/pulls/1/merge`, { method: "PUT", headers });
  expect(await act(pull)).toMatchObject({
    status: "unchanged",
    changes: [DELETE],
    local: { branch: "main", updated: true },
  });
});

describe("the branch at origin", () => {
  test("stays when it has commits that were not merged", async () => {
    const pull = await ready();
    const headers = { authorization: `Bearer ${pull.github.token}` };
    await fetch(`${pull.github.apiUrl}/repos/acme/chat/pulls/1/merge`, { method: "PUT", headers });
    const later = pull.github.advanceBranch(BRANCH);
    const { changes, diagnostics } = await merge(pull);
    expect(changes).toEqual([]);
    expect(diagnostics).toMatchObject([{ message: expect.stringContaining("not merged") }]);
    expect(originBranches(pull.bare)[BRANCH]).toBe(later);
  });

  test("stays while another pull request needs it", async () => {
    const pull = await ready();
    pull.github.createBranch("develop");
    await pull.github.createPull({ head: BRANCH, base: "develop" });
    const { pr, changes, diagnostics, local } = await act(pull);
    expect({ pr, local }).toMatchObject({ pr: { number: 2, merged: true }, local: { branch: "develop" } });
    expect(changes).toEqual([{ action: "update", path: "acme/chat#2" }]);
    expect(diagnostics).toMatchObject([{ message: expect.stringContaining("#1 is open") }]);
    expect(originBranches(pull.bare)).toHaveProperty(BRANCH);
  });

  test("that cannot be deleted leaves everything else done", async () => {
    const pull = await ready();
    pull.github.fault({ ...FAULTS.forbidden, method: "DELETE" });
    const { status, changes, diagnostics, local } = await merge(pull);
    expect({ status, changes, local }).toMatchObject({
      status: "merged",
      changes: [MERGE],
      local: { updated: true },
    });
    expect(diagnostics).toMatchObject([{ message: expect.stringContaining("call again") }]);
    expect(await merge(pull)).toMatchObject({ status: "unchanged", changes: [DELETE] });
  });
});

describe("the local repository", () => {
  /** Merges and expects the repository to be exactly what it was. */
  async function untouched(pull: PhasePull, reason: string, branch: string | null = BRANCH) {
    const { root } = pull;
    const before = [
      snapshotTree(join(root, "src")),
      status(root),
      current(root),
      git(root, "rev-parse", "main"),
    ];
    const answer = await act(pull);
    expect(answer).toMatchObject({ status: "merged", local: { branch, updated: false, reason } });
    const after = [
      snapshotTree(join(root, "src")),
      status(root),
      current(root),
      git(root, "rev-parse", "main"),
    ];
    expect(after).toEqual(before);
    return answer;
  }

  test("with uncommitted changes stays as it is", async () => {
    const pull = await ready();
    write(pull.root, { "src/app.ts": "mine\n" });
    await untouched(pull, "dirty_tree");
    git(pull.root, "add", "--all");
    expect(await act(pull)).toMatchObject({ local: { branch: BRANCH, reason: "dirty_tree" } });
    git(pull.root, "restore", "--staged", "--worktree", "src/app.ts");
    expect(await act(pull)).toMatchObject({ status: "unchanged", local: { branch: "main", updated: true } });
  });

  test("keeps files that git does not know, and does not overwrite them", async () => {
    const pull = await ready();
    write(pull.root, { "notes.txt": "mine" });
    expect(await act(pull)).toMatchObject({ local: { branch: "main", updated: true } });
    expect(readFileSync(join(pull.root, "notes.txt"), "utf8")).toBe("mine");

    const other = await ready({ tree: { ".gitignore": "*.log\n" } });
    git(other.root, "switch", "--quiet", "main");
    write(other.root, { "build.log": "mine" });
    const theirs = project({});
    git(theirs, "clone", "--quiet", other.bare, ".");
    settleRepository(theirs);
    write(theirs, { "build.log": "theirs" });
    git(theirs, "add", "--force", "build.log");
    git(theirs, "commit", "--quiet", "--message=log");
    git(theirs, "push", "--quiet", "origin", "main");
    const answer = await merge(other);
    expect(answer).toMatchObject({ status: "merged", local: { branch: "main", reason: "dirty_tree" } });
    expect(answer.diagnostics).toMatchObject([
      { code: "GIT_MESSAGE", message: expect.stringContaining("build.log") },
    ]);
    expect(readFileSync(join(other.root, "build.log"), "utf8")).toBe("mine");
  });

  test("on the base already gets the merge", async () => {
    const pull = await ready();
    git(pull.root, "switch", "--quiet", "main");
    expect(await act(pull)).toMatchObject({ local: { branch: "main", updated: true, reason: null } });
    expect(git(pull.root, "rev-parse", "main")).toBe(originBranches(pull.bare).main);
    expect(status(pull.root)).toEqual([]);
  });

  test("without a local base gets one", async () => {
    const pull = await ready();
    git(pull.root, "branch", "--quiet", "-D", "main");
    expect(await act(pull)).toMatchObject({ local: { branch: "main", updated: true } });
    expect(git(pull.root, "rev-parse", "--abbrev-ref", "main@{upstream}")).toBe("origin/main");
  });

  test("on another branch stays there", async () => {
    const pull = await ready();
    git(pull.root, "switch", "--quiet", "--create", "other");
    await untouched(pull, "other_branch", "other");
  });

  test("without a branch stays so", async () => {
    const pull = await ready();
    git(pull.root, "switch", "--quiet", "--detach");
    await untouched(pull, "detached_head", null);
  });

  test("whose base another work tree has stays as it is", async () => {
    const pull = await ready();
    const tree = join(project({}), "main");
    git(pull.root, "worktree", "add", "--quiet", tree, "main");
    await untouched(pull, "checked_out_elsewhere");
  });

  test("in a work tree of a bare repository, where the base is free", async () => {
    const pull = await ready();
    const home = project({});
    git(home, "clone", "--quiet", "--bare", pull.bare, "repository.git");
    const store = join(home, "repository.git");
    git(store, "config", "remote.origin.fetch", "+refs/heads/*:refs/remotes/origin/*");
    git(store, "fetch", "--quiet", "origin");
    const root = join(home, "work");
    git(store, "worktree", "add", "--quiet", root, BRANCH);
    settleRepository(root);
    expect(await act({ ...pull, root })).toMatchObject({ local: { branch: "main", updated: true } });
    expect(git(root, "rev-parse", "HEAD")).toBe(originBranches(pull.bare).main);
  });

  test("whose base has commits of its own keeps them", async () => {
    const pull = await ready();
    git(pull.root, "switch", "--quiet", "main");
    const mine = commitFile(pull.root, "src/mine.ts", "1");
    expect(await merge(pull)).toMatchObject({
      status: "merged",
      local: { branch: "main", reason: "diverged" },
    });
    expect(git(pull.root, "rev-parse", "main")).toBe(mine);
    git(pull.root, "switch", "--quiet", BRANCH);
    expect(await act(pull)).toMatchObject({ local: { branch: BRANCH, reason: "diverged" } });
  });

  test("keeps commits that were never pushed, and says so", async () => {
    const pull = await ready();
    const mine = commitFile(pull.root, "src/mine.ts", "1");
    const { status, local, diagnostics } = await act(pull);
    expect({ status, local }).toMatchObject({ status: "merged", local: { branch: "main", updated: true } });
    expect(diagnostics).toMatchObject([{ code: "GITHUB", message: expect.stringMatching(/^1 commit of/) }]);
    expect(git(pull.root, "rev-parse", BRANCH)).toBe(mine);
  });

  test("in the middle of a merge stays there", async () => {
    const pull = await ready();
    write(pull.root, { ".git/MERGE_HEAD": `${git(pull.root, "rev-parse", "HEAD")}\n` });
    await untouched(pull, "operation_in_progress");
  });

  test("without origin, or where origin cannot be asked, stays as it is", async () => {
    const pull = await ready();
    git(pull.root, "remote", "set-url", "origin", "http://me:s3cret@127.0.0.1:1/acme/chat.git");
    const answer = await merge(pull);
    expect(answer).toMatchObject({ status: "merged", local: { branch: BRANCH, reason: "fetch_failed" } });
    expect(JSON.stringify(answer)).not.toContain("s3cret");
    git(pull.root, "remote", "remove", "origin");
    expect(await act(pull)).toMatchObject({
      status: "unchanged",
      local: { branch: BRANCH, updated: false, reason: "no_remote" },
    });
  });

  test("whose base is gone at origin stays as it is", async () => {
    const pull = await ready();
    await merge(pull, { delete_branch: false });
    git(pull.root, "switch", "--quiet", BRANCH);
    git(pull.bare, "update-ref", "-d", "refs/heads/main");
    git(pull.root, "update-ref", "-d", "refs/remotes/origin/main");
    expect(await merge(pull, { delete_branch: false })).toMatchObject({ local: { reason: "base_missing" } });
  });

  test("whose hook refuses is told, and so is another program's lock", async () => {
    const pull = await ready();
    hook(pull.root, "reference-transaction", 'grep -q "refs/heads/main$" && exit 1; exit 0');
    expect(await merge(pull)).toMatchObject({
      status: "merged",
      local: { branch: BRANCH, updated: false, reason: "hook_failed" },
    });
    rmSync(join(pull.root, ".git/hooks/reference-transaction"));
    write(pull.root, { ".git/index.lock": "" });
    expect(await merge(pull)).toMatchObject({ local: { branch: BRANCH, reason: "index_locked" } });
    rmSync(join(pull.root, ".git/index.lock"));
    expect(await merge(pull)).toMatchObject({ local: { branch: "main", updated: true } });
    expect(status(pull.root)).toEqual([]);
  });

  test("that another process is writing is not touched", async () => {
    const pull = await ready();
    const work = join(pull.root, ".planning/.wavewright");
    const owner = {
      id: "00000000-0000-4000-8000-000000000000",
      pid: 1,
      host: "elsewhere",
      started: "",
      scope: "",
    };
    write(pull.root, { ".planning/.wavewright/lock": JSON.stringify(owner) });
    expect(await merge(pull)).toMatchObject({
      status: "merged",
      local: { branch: BRANCH, updated: false, reason: "project_busy" },
    });
    rmSync(work, { recursive: true });
    expect(await merge(pull)).toMatchObject({ status: "unchanged", local: { updated: true } });
  });
});

test("the token reaches no program", async () => {
  const pull = await ready();
  const seen = join(project({}), "environment");
  for (const name of ["post-checkout", "post-merge", "reference-transaction"]) {
    hook(pull.root, name, `env >> "${seen}"`);
  }
  expect(await merge(pull)).toMatchObject({ local: { updated: true } });
  const environment = readFileSync(seen, "utf8");
  expect(environment).toContain("GIT_TERMINAL_PROMPT=0");
  expect(environment).not.toContain(pull.github.token);
});
