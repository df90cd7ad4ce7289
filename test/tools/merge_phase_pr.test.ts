import { existsSync, readFileSync, truncateSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import mergePhasePr from "../../tools/merge_phase_pr.ts";
import openPhasePr from "../../tools/open_phase_pr.ts";
import { call, callError } from "../support/client.ts";
import { git, status } from "../support/git.ts";
import { FAULTS } from "../support/github.ts";
import { act, CONFIRMED, current, DELETE, MERGE, merge, mergeThere, ready } from "../support/merge.ts";
import {
  BRANCH,
  movePhase,
  originBranches,
  type PhasePull,
  type PhasePullOptions,
  phasePull,
  ROADMAP,
  TITLE,
  useEnvironment,
} from "../support/phase-pull.ts";
import { plan, project, write } from "../support/project.ts";

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
    (await github.issues())
      .filter(({ number }) => number <= 4)
      .sort((a, b) => a.number - b.number)
      .map(({ state }) => state);

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
    pull.github.fault({ ...FAULTS.forbidden, method: "PATCH", times: 2 });
    const answer = await merge(pull);
    expect(answer).toMatchObject({ status: "merged", reason: null, closed: [], local: { updated: true } });
    expect(answer.diagnostics).toMatchObject([{ message: expect.stringContaining("call again") }]);
    expect(answer.changes.map(({ path }) => path)).toEqual(["acme/chat#5", `origin/${BRANCH}`]);
    expect(await merge(pull)).toMatchObject({ status: "unchanged", closed: [1, 2], already_closed: [3] });
  });

  test("that cannot be closed do not hold the others up", async () => {
    const pull = await withIssues({ github: { closesOnMerge: false } });
    pull.github.fault({ ...FAULTS.forbidden, method: "PATCH", path: /\/issues\/1$/, times: 9 });
    for (const status of ["merged", "unchanged"]) {
      const answer = await merge(pull);
      const [closed, already] = status === "merged" ? [[2], [3]] : [[], [2, 3]];
      expect(answer).toMatchObject({ status, closed, already_closed: already });
      expect(answer.diagnostics).toMatchObject([
        { message: expect.stringMatching(/close #1 \(unauth.*403/) },
      ]);
    }
    expect(await states(pull)).toEqual(["open", "closed", "closed", "open"]);
  });

  test.each([FAULTS.unauthorized, FAULTS.primaryLimit(3_600)])(
    "are not tried one by one when GitHub says no to every request",
    async (fault) => {
      const pull = await withIssues({ github: { closesOnMerge: false } });
      pull.github.fault({ ...fault, method: "PATCH", times: 9 });
      const answer = await merge(pull);
      expect(answer).toMatchObject({ status: "merged", closed: [], already_closed: [3] });
      expect(answer.diagnostics.map(({ message }) => message)).toContainEqual(
        expect.stringContaining("close #1, #2"),
      );
      expect(pull.github.writes().filter(({ method }) => method === "PATCH")).toHaveLength(1);
    },
  );

  test("do not hold the merge up, however slow they are", async () => {
    const pull = await withIssues({ github: { closesOnMerge: false } });
    pull.github.fault({ ...FAULTS.slow(500), method: "GET", path: /\/issues\/\d+$/, times: 9 });
    expect(await merge(pull)).toMatchObject({ status: "merged", closed: [1, 2], already_closed: [3] });
    const asked = pull.github.requests.slice(
      pull.github.requests.findIndex(({ method }) => method === "PUT"),
    );
    const order = asked.map(({ method, path }) => `${method} ${path.split("/").slice(4).join("/")}`);
    expect(order[0]).toBe("PUT pulls/5/merge");
    expect(order.filter((one) => /^GET issues\/\d/.test(one))).toHaveLength(3);
  });

  test("that are opened again after the merge stay open, also beside older ones of the same title", async () => {
    const pull = await withIssues();
    const { milestone } = await pull.github.issue(1);
    const old = { labels: ["phase"], milestone: milestone!.number, state: "closed" } as const;
    await pull.github.createIssue({ title: "Phase 03: Chat", ...old });
    expect(await merge(pull)).toMatchObject({ status: "merged", closed: [1, 2], already_closed: [3] });
    await pull.github.editIssue(2, { state: "open" });
    const answer = await act(pull);
    expect(answer).toMatchObject({ status: "unchanged", closed: [], already_closed: [1, 3], changes: [] });
    expect(answer.diagnostics).toMatchObject([
      { severity: "info", message: expect.stringContaining("#2 was") },
    ]);
    expect(await states(pull)).toEqual(["closed", "open", "closed", "open"]);
  });

  test("that were opened again before the merge are closed by it", async () => {
    const pull = await withIssues({ github: { closesOnMerge: false } });
    await pull.github.editIssue(3, { state: "open" });
    expect(await act(pull)).toMatchObject({ status: "merged", closed: [1, 2, 3], diagnostics: [] });
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

  test("are those of the plans as they were when the call began", async () => {
    const pull = await withIssues({ github: { closesOnMerge: false } });
    pull.github.fault({ method: "PUT", before: () => movePhase(pull.root, "active", "completed") });
    expect(await merge(pull)).toMatchObject({ status: "merged", closed: [1, 2], already_closed: [3] });
    expect(await states(pull)).toEqual(["closed", "closed", "closed", "open"]);
  });

  test("of a plan that cannot be read are not known, which is told", async () => {
    const pull = await withIssues({ github: { closesOnMerge: false } });
    const path = ".planning/phases/active/03-chat/03-01-PLAN.md";
    truncateSync(join(pull.root, path), 9 * 1024 * 1024);
    const answer = await act(pull);
    expect(answer).toMatchObject({ status: "merged", closed: [1], already_closed: [3] });
    expect(answer.diagnostics).toContainEqual({
      code: "UNREADABLE_FILE",
      severity: "warning",
      message: "the plan could not be read, so it is listed by its name, and closes no issue",
      path,
      plans: ["03-01"],
    });
  });

  test("that could not be read are closed by the next call", async () => {
    const pull = await withIssues({ github: { closesOnMerge: false } });
    pull.github.fault({ ...FAULTS.forbidden, method: "GET", path: /\/issues\/1$/ });
    const answer = await merge(pull);
    expect(answer).toMatchObject({ status: "merged", closed: [2], already_closed: [3] });
    expect(answer.diagnostics).toMatchObject([
      { message: expect.stringContaining("call again to close #1") },
    ]);
    expect(await merge(pull)).toMatchObject({ status: "unchanged", closed: [1], already_closed: [2, 3] });
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
    const pull = await phasePull({ pushed: true });
    await pull.github.createPull({ head: BRANCH, draft: true });
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
  await mergeThere(pull);
  expect(await act(pull)).toMatchObject({
    status: "unchanged",
    changes: [DELETE],
    local: { branch: "main", updated: true },
  });
});

describe("the branch at origin", () => {
  test("stays when it has commits that were not merged", async () => {
    const pull = await ready();
    await mergeThere(pull);
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

  test("stays, with what is stacked upon it, while another pull request leads to it", async () => {
    const pull = await ready();
    await pull.github.createPull({ head: "feat/v1.2.0-04-rooms", base: BRANCH });
    const { status, changes, diagnostics, local } = await act(pull);
    expect({ status, changes, local }).toMatchObject({
      status: "merged",
      changes: [MERGE],
      local: { branch: "main", updated: true },
    });
    expect(diagnostics).toMatchObject([{ code: "GITHUB", message: expect.stringContaining("#2 is open") }]);
    expect(originBranches(pull.bare)).toHaveProperty(BRANCH);
    expect(await pull.github.pull(2)).toMatchObject({ state: "open", base: { ref: BRANCH } });
    await pull.github.editPull(2, { state: "closed" });
    expect(await act(pull)).toMatchObject({ status: "unchanged", changes: [DELETE], diagnostics: [] });
    expect(pull.github.violations()).toEqual([]);
  });

  test("stays when somebody pushes to it in the moment of its deletion", async () => {
    const pull = await ready();
    let later = "";
    const before = () => {
      later = pull.github.advanceBranch(BRANCH);
    };
    pull.github.fault({ path: "/graphql", before });
    const { status, changes, diagnostics } = await merge(pull);
    expect({ status, changes }).toEqual({ status: "merged", changes: [MERGE] });
    expect(diagnostics).toMatchObject([{ message: expect.stringContaining("not merged") }]);
    expect(originBranches(pull.bare)[BRANCH]).toBe(later);
  });

  test.each([
    ["does not know the mutation", { status: 200, body: { errors: [{ message: "Field 'updateRefs' …" }] } }],
    ["has no GraphQL", FAULTS.notFound],
  ])("is deleted through REST where the server %s", async (_, fault) => {
    const pull = await ready();
    pull.github.fault({ ...fault, path: "/graphql" });
    expect(await merge(pull)).toMatchObject({ status: "merged", changes: [MERGE, DELETE], diagnostics: [] });
    expect(originBranches(pull.bare)).not.toHaveProperty(BRANCH);
    expect(pull.github.violations()).toEqual([]);
  });

  test("that cannot be deleted leaves everything else done", async () => {
    const pull = await ready();
    pull.github.fault({ ...FAULTS.forbidden, path: "/graphql" });
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

test("an answer stays small", async () => {
  const many = Array.from({ length: 100 }, (_, index) => `"#${200 + index}"`).join(", ");
  const plans = Object.fromEntries(
    Array.from({ length: 20 }, (_, index) => {
      const path = `03-${String(index + 1).padStart(2, "0")}-PLAN.md`;
      return [path, `---\nsource_issue: [${many.replaceAll("#", `#${index}`)}]\n---\n`];
    }),
  );
  const pull = await phasePull({ pushed: true, plans });
  await pull.github.createPull({ head: BRANCH, title: TITLE });
  const answer = await merge(pull, { dry_run: true });
  expect(JSON.stringify(answer).length).toBeLessThan(16_384);
  expect(answer.diagnostics).toContainEqual(expect.objectContaining({ code: "ANSWER_TRUNCATED" }));
});
