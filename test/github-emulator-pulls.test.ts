/** The GitHub of the tests, asked by a real client over real HTTP: pull requests, merging, branches, GraphQL. */
import { Octokit } from "@octokit/rest";
import { describe, expect, test } from "vitest";
import { git, gitProject, settleRepository } from "./support/git.ts";
import { type GitHubEmulator, type GitHubOptions, gitHub } from "./support/github.ts";
import { closedBy } from "./support/github-merge.ts";
import { write } from "./support/project.ts";

const REPOSITORY = { owner: "acme", repo: "chat" };
const SILENT = { debug: () => {}, info: () => {}, warn: () => {}, error: () => {} };

async function started(options?: GitHubOptions): Promise<{ github: GitHubEmulator; octokit: Octokit }> {
  const github = await gitHub(options);
  return { github, octokit: new Octokit({ auth: github.token, baseUrl: github.apiUrl, log: SILENT }) };
}

function create(octokit: Octokit, head: string, rest: object = {}) {
  return octokit.rest.pulls.create({
    ...REPOSITORY,
    title: "v1.2.0 Phase 3: Chat",
    head,
    base: "main",
    ...rest,
  });
}

describe("pull requests", () => {
  test("are created as drafts and read again", async () => {
    const { github, octokit } = await started();
    const sha = github.createBranch("feat/v1.2.0-03-chat");
    const { data } = await create(octokit, "feat/v1.2.0-03-chat", { body: "Goal", draft: true });
    expect(data).toMatchObject({
      number: 1,
      draft: true,
      merged: false,
      state: "open",
      body: "Goal",
      head: { label: "acme:feat/v1.2.0-03-chat", sha, repo: { full_name: "acme/chat" } },
      base: { ref: "main", sha: github.branches().get("main") },
    });
    const renewed = github.advanceBranch("feat/v1.2.0-03-chat");
    const { data: again } = await octokit.rest.pulls.get({ ...REPOSITORY, pull_number: 1 });
    expect(again).toMatchObject({ head: { sha: renewed }, mergeable: true, mergeable_state: "draft" });
    await octokit.rest.pulls.update({ ...REPOSITORY, pull_number: 1, title: "Renamed", body: "" });
    expect(await github.pull(1)).toMatchObject({ title: "Renamed", body: "" });
    expect(github.violations()).toEqual([]);
  });

  test.each([
    ["a head that is not there", { head: "gone" }, { field: "head", code: "invalid" }],
    ["a base that is not there", { base: "gone" }, { field: "base", code: "invalid" }],
    ["no commits", { head: "main" }, { message: "No commits between main and main" }],
    ["a second one", { head: "taken" }, { message: "A pull request already exists for acme:taken." }],
    ["its owner before it", { head: "acme:taken" }, { message: expect.stringContaining("already exists") }],
    ["a long title", { title: "a".repeat(257) }, { field: "title" }],
    ["a long body", { body: "a".repeat(65_537) }, { field: "body" }],
  ])("%s is refused", async (_, given, error) => {
    const { github, octokit } = await started();
    github.createBranch("feat");
    await github.createPull({ head: "taken" });
    const refused = create(octokit, "feat", given);
    await expect(refused).rejects.toMatchObject({
      status: 422,
      response: { data: { message: "Validation Failed", errors: [{ resource: "PullRequest", ...error }] } },
    });
    expect(await github.pulls()).toHaveLength(1);
  });

  test("a closed one does not stand in the way of the next", async () => {
    const { github, octokit } = await started();
    await github.createPull({ head: "feat", state: "closed" });
    expect((await create(octokit, "feat")).data.number).toBe(2);
  });

  test.each([
    ["head=acme:feat&state=all", [4, 1]],
    ["head=acme:feat", [4]],
    ["head=stranger:feat", [2]],
    // Without an owner it is no filter.
    ["head=feat&state=all", [4, 3, 2, 1]],
    ["head=acme:gone&state=all", []],
    ["base=main&state=closed", [1]],
    ["state=all&per_page=1&page=2", [3]],
  ])("are listed by %s", async (query, numbers) => {
    const { github, octokit } = await started();
    await github.createPull({ head: "feat", state: "closed" });
    await github.createPull({ head: "feat", fork: true });
    await github.createPull({ head: "other" });
    await github.createPull({ head: "feat" });
    const filter = Object.fromEntries(new URLSearchParams(query));
    const { data: found } = await octokit.rest.pulls.list({ ...REPOSITORY, ...filter });
    expect(found.map(({ number }) => number)).toEqual(numbers);
    for (const pull of found) {
      expect(pull).toHaveProperty("merged_at");
      expect(pull).not.toHaveProperty("merged");
      expect(pull).not.toHaveProperty("mergeable");
    }
    expect(github.violations()).toEqual([]);
  });

  test("lists of pull requests have a last page, by the repository's id", async () => {
    const { github, octokit } = await started();
    for (const head of ["a", "b", "c"]) await github.createPull({ head });
    const { headers } = await octokit.rest.pulls.list({ ...REPOSITORY, per_page: 1 });
    expect(headers.link).toBe(
      `<${github.apiUrl}/repositories/1/pulls?per_page=1&page=2>; rel="next", ` +
        `<${github.apiUrl}/repositories/1/pulls?per_page=1&page=3>; rel="last"`,
    );
    expect(await octokit.paginate(octokit.rest.pulls.list, { ...REPOSITORY, per_page: 1 })).toHaveLength(3);
    expect(github.violations()).toEqual([]);
  });

  test("one from a fork shows where it comes from, as long as the fork is there", async () => {
    const { github, octokit } = await started();
    await github.createPull({ head: "feat", fork: true });
    await github.createPull({ head: "other", fork: "deleted" });
    const get = async (number: number) =>
      (await octokit.rest.pulls.get({ ...REPOSITORY, pull_number: number })).data;
    expect((await get(1)).head).toMatchObject({
      label: "stranger:feat",
      repo: { full_name: "stranger/chat" },
    });
    expect((await get(2)).head).toMatchObject({ label: "stranger:other", repo: null });
    expect(github.branches().has("feat")).toBe(false);
  });

  test("mergeable may take its time", async () => {
    const { github, octokit } = await started();
    await github.createPull({ head: "feat" });
    await github.setMergeable(1, null, null, false);
    const read = async () => (await octokit.rest.pulls.get({ ...REPOSITORY, pull_number: 1 })).data.mergeable;
    expect([await read(), await read(), await read(), await read()]).toEqual([null, null, false, false]);
  });
});

describe("ready for review", () => {
  const READY = `mutation Ready($id: ID!) {
    markPullRequestReadyForReview(input: {pullRequestId: $id}) { pullRequest { number isDraft state } }
  }`;

  test("through GraphQL, and not through REST", async () => {
    const { github, octokit } = await started();
    const { node_id } = await github.createPull({ head: "feat", draft: true });
    await octokit.request("PATCH /repos/acme/chat/pulls/1", { draft: false });
    expect((await github.pull(1)).draft).toBe(true);
    expect(await octokit.graphql(READY, { id: node_id })).toEqual({
      markPullRequestReadyForReview: { pullRequest: { number: 1, isDraft: false, state: "OPEN" } },
    });
    expect((await github.pull(1)).draft).toBe(false);
    expect(github.writes().at(-1)).toMatchObject({ path: "/graphql", body: { variables: { id: node_id } } });
    expect(github.violations()).toEqual([expect.stringContaining("property draft is not known")]);
  });

  test("with the id in the text and another name for the answer", async () => {
    const { github, octokit } = await started();
    const { node_id } = await github.createPull({ head: "feat", draft: true });
    const query = `mutation { ready: markPullRequestReadyForReview(input: {pullRequestId: "${node_id}"}) {
      clientMutationId pullRequest { id } } }`;
    expect(await octokit.graphql(query)).toEqual({
      ready: { clientMutationId: null, pullRequest: { id: node_id } },
    });
  });

  test.each([
    ["an unknown node", READY, { id: "nothing" }, "NOT_FOUND"],
    ["a closed one", READY, { id: "closed" }, "UNPROCESSABLE"],
    ["an unknown field", READY.replace("isDraft", "draft"), { id: "open" }, "'draft' doesn't exist"],
    [
      "an unknown mutation",
      READY.replace("mark", "Mark"),
      { id: "open" },
      "doesn't exist on type 'Mutation'",
    ],
    ["no id", READY, {}, "pullRequestId"],
    ["half a query", READY.slice(0, 60), { id: "open" }, "Expected"],
    ["a query", "query { viewer { login } }", {}, "Expected mutation"],
  ])("%s is refused with status 200, and nothing is done", async (_, query, variables, text) => {
    const { github, octokit } = await started();
    const open = await github.createPull({ head: "feat", draft: true });
    const closed = await github.createPull({ head: "other", draft: true, state: "closed" });
    const ids: Record<string, string> = { open: open.node_id, closed: closed.node_id };
    const id = "id" in variables ? (ids[variables.id!] ?? variables.id) : undefined;
    await expect(octokit.graphql(query, id === undefined ? {} : { id })).rejects.toThrow(
      expect.objectContaining({ name: "GraphqlResponseError" }),
    );
    const { data } = await octokit.request("POST /graphql", { query, variables: { id } });
    expect(JSON.stringify(data.errors)).toContain(text);
    expect((await github.pulls()).every(({ draft }) => draft)).toBe(true);
  });
});

describe("merging", () => {
  const merge = (octokit: Octokit, rest: object = {}) =>
    octokit.rest.pulls.merge({ ...REPOSITORY, pull_number: 1, ...rest });

  test("closes the pull request and what it says it closes", async () => {
    const { github, octokit } = await started();
    const { head } = await github.createPull({
      head: "feat",
      body: "Closes #2, fixes acme/chat#3, closes b/c#4",
    });
    for (const title of ["Two", "Three", "Four"]) await github.createIssue({ title });
    const { data } = await merge(octokit, { sha: head.sha });
    expect(data).toEqual({
      sha: github.branches().get("main"),
      merged: true,
      message: "Pull Request successfully merged",
    });
    expect(await github.pull(1)).toMatchObject({ merged: true, state: "closed", merge_commit_sha: data.sha });
    // Made in one millisecond, they come in any order.
    const issues = (await github.issues()).sort((one, other) => one.number - other.number);
    expect(issues.map(({ state }) => state)).toEqual(["closed", "closed", "open"]);
    await octokit.rest.pulls.checkIfMerged({ ...REPOSITORY, pull_number: 1 });
    expect(github.violations()).toEqual([]);
  });

  test.each([
    ["into another branch", { base: "next" }, {}],
    ["when it is told not to", {}, { closesOnMerge: false }],
  ])("%s closes no issue", async (_, seed, options) => {
    const { github, octokit } = await started(options);
    github.createBranch("next");
    await github.createPull({ head: "feat", body: "Closes #2", ...seed });
    await github.createIssue({ title: "Two" });
    await merge(octokit);
    expect((await github.issue(2)).state).toBe("open");
  });

  test.each<[string, (github: GitHubEmulator) => unknown, object, number, string]>([
    ["a draft", (github) => github.editPull(1, { draft: true }), {}, 405, "still a draft"],
    ["a closed one", (github) => github.editPull(1, { state: "closed" }), {}, 405, "not mergeable"],
    ["a conflict", (github) => github.setMergeable(1, false), {}, 405, "not mergeable"],
    ["another head", (github) => github.advanceBranch("feat"), {}, 409, "Head branch was modified"],
    ["a forbidden method", () => {}, { merge_method: "rebase" }, 405, "not allowed"],
    ["an unknown one", () => {}, { pull_number: 9 }, 404, "Not Found"],
  ])("%s is refused", async (_, prepare, given, status, message) => {
    const { github, octokit } = await started({ settings: { allow_rebase_merge: false } });
    const { head } = await github.createPull({ head: "feat", body: "Closes #2" });
    await github.createIssue({ title: "Two" });
    const main = github.branches().get("main");
    await prepare(github);
    await expect(merge(octokit, { sha: head.sha, ...given })).rejects.toMatchObject({
      status,
      response: { data: { message: expect.stringContaining(message) } },
    });
    expect(await github.pull(1)).toMatchObject({ merged: false });
    expect(github.branches().get("main")).toBe(main);
    expect((await github.issue(2)).state).toBe("open");
  });

  test.each([
    ["Closes #12", [12]],
    ["closes: #12, FIXED #13\nresolves acme/CHAT#14", [12, 13, 14]],
    ["Fixes https://github.com/acme/chat/issues/15", [15]],
    ["Closes other/repo#12 and https://github.com/a/b/issues/1", []],
    ["#12, see #13, discloses #14, closes 15", []],
    ["`closes #12` <!-- closes #13 --> ```\ncloses #14\n```", []],
  ])("%j closes %j", (text, numbers) => {
    expect(closedBy(text, REPOSITORY)).toEqual(numbers);
  });
});

describe("branches", () => {
  test("are read and deleted; deleting one closes its open pull requests", async () => {
    const { github, octokit } = await started();
    const sha = github.createBranch("feat/a");
    await github.createPull({ head: "feat/a" });
    const { git: gitApi, repos } = octokit.rest;
    expect((await repos.getBranch({ ...REPOSITORY, branch: "feat/a" })).data.commit.sha).toBe(sha);
    expect((await gitApi.getRef({ ...REPOSITORY, ref: "heads/feat/a" })).data.object.sha).toBe(sha);
    const { data } = await gitApi.listMatchingRefs({ ...REPOSITORY, ref: "heads/fe" });
    expect(data.map(({ ref }) => ref)).toEqual(["refs/heads/feat/a"]);
    expect((await repos.listBranches(REPOSITORY)).data.map(({ name }) => name)).toEqual(["main", "feat/a"]);
    expect((await repos.get(REPOSITORY)).data.default_branch).toBe("main");

    await gitApi.deleteRef({ ...REPOSITORY, ref: "heads/feat/a" });
    expect(await github.pull(1)).toMatchObject({ state: "closed", merged: false, head: { sha } });
    await expect(gitApi.deleteRef({ ...REPOSITORY, ref: "heads/feat/a" })).rejects.toMatchObject({
      status: 422,
      message: expect.stringContaining("Reference does not exist"),
    });
    await expect(gitApi.deleteRef({ ...REPOSITORY, ref: "heads/main" })).rejects.toMatchObject({
      status: 422,
    });
    await expect(repos.getBranch({ ...REPOSITORY, branch: "feat/a" })).rejects.toMatchObject({ status: 404 });
    expect(github.violations()).toEqual([]);
  });

  test("deleting one closes what leads to it; a merge that deletes it leads that elsewhere", async () => {
    const { github, octokit } = await started();
    await github.createPull({ head: "feat/a" });
    await github.createPull({ head: "feat/b", base: "feat/a" });
    await octokit.rest.git.deleteRef({ ...REPOSITORY, ref: "heads/feat/a" });
    expect(await github.pull(2)).toMatchObject({ state: "closed", merged: false, base: { ref: "feat/a" } });

    await octokit.rest.repos.update({ ...REPOSITORY, delete_branch_on_merge: true });
    await github.createPull({ head: "feat/c" });
    await github.createPull({ head: "feat/d", base: "feat/c" });
    await octokit.rest.pulls.merge({ ...REPOSITORY, pull_number: 3 });
    expect(github.branches().has("feat/c")).toBe(false);
    expect(await github.pull(4)).toMatchObject({ state: "open", base: { ref: "main" } });
    expect(github.violations()).toEqual([]);
  });

  test("are deleted through GraphQL while they have the commit that is named", async () => {
    const { github, octokit } = await started();
    const sha = github.createBranch("feat/a");
    const id = (await octokit.rest.repos.get(REPOSITORY)).data.node_id;
    const query =
      "mutation($id: ID!, $updates: [RefUpdate!]!) { updateRefs(input: { repositoryId: $id, refUpdates: $updates }) { clientMutationId } }";
    const remove = async (beforeOid: string, name = "refs/heads/feat/a") => {
      const updates = [{ name, beforeOid, afterOid: "0".repeat(40) }];
      return (await octokit.request("POST /graphql", { query, variables: { id, updates } })).data;
    };
    expect(await remove("1".repeat(40))).toMatchObject({ data: { updateRefs: null }, errors: [{}] });
    expect(await remove(github.branches().get("main")!, "refs/heads/main")).toMatchObject({ errors: [{}] });
    expect([...github.branches().keys()].sort()).toEqual(["feat/a", "main"]);
    expect(await remove(sha)).toEqual({ data: { updateRefs: { clientMutationId: null } } });
    expect([...github.branches().keys()]).toEqual(["main"]);
  });

  test("the main branch may have another name", async () => {
    const { github, octokit } = await started({ defaultBranch: "trunk" });
    expect((await octokit.rest.repos.get(REPOSITORY)).data.default_branch).toBe("trunk");
    expect([...github.branches().keys()]).toEqual(["trunk"]);
    expect((await github.createPull({ head: "feat", base: "trunk" })).base.ref).toBe("trunk");
  });
});

describe("with a bare repository", () => {
  async function pushed(options: GitHubOptions = {}) {
    const root = gitProject({ "a.txt": "one\n" }, { remote: true });
    const bare = git(root, "remote", "get-url", "origin");
    const { github, octokit } = await started({ bare, ...options });
    git(root, "switch", "--quiet", "--create", "feat");
    write(root, { "b.txt": "two\n" });
    git(root, "add", "--all");
    git(root, "commit", "--quiet", "--message=feat: two\n\nCloses #2");
    return { root, bare, github, octokit };
  }

  test("a head is there once it was pushed", async () => {
    const { root, github, octokit } = await pushed();
    await expect(create(octokit, "feat")).rejects.toMatchObject({ status: 422 });
    git(root, "push", "--quiet", "origin", "main:feat");
    await expect(create(octokit, "feat")).rejects.toThrow("No commits between main and feat");
    git(root, "push", "--quiet", "origin", "feat");
    const { data } = await create(octokit, "feat");
    expect(data.head.sha).toBe(git(root, "rev-parse", "feat"));
    git(root, "commit", "--quiet", "--allow-empty", "--message=more");
    git(root, "push", "--quiet", "origin", "feat");
    expect((await github.pull(1)).head.sha).toBe(git(root, "rev-parse", "feat"));
    git(root, "push", "--quiet", "origin", ":feat");
    expect((await github.pull(1)).state).toBe("closed");
  });

  test.each([
    ["merge", 2, "Merge pull request #1 from acme/feat"],
    ["squash", 1, "v1.2.0 Phase 3: Chat (#1)"],
  ] as const)(
    "%s lands there, closes what commits name, and can be pulled",
    async (method, parents, subject) => {
      const { root, github, octokit } = await pushed();
      git(root, "push", "--quiet", "origin", "feat");
      await create(octokit, "feat");
      await github.createIssue({ title: "Two" });
      const { data } = await octokit.rest.pulls.merge({
        ...REPOSITORY,
        pull_number: 1,
        merge_method: method,
      });
      git(root, "switch", "--quiet", "main");
      git(root, "pull", "--quiet", "--ff-only", "origin", "main");
      expect(git(root, "rev-parse", "HEAD")).toBe(data.sha);
      expect(git(root, "show", "HEAD:b.txt")).toBe("two");
      expect(git(root, "show", "--no-patch", "--format=%P", "HEAD").split(" ")).toHaveLength(parents);
      expect(git(root, "show", "--no-patch", "--format=%s", "HEAD")).toBe(subject);
      expect((await github.issue(2)).state).toBe("closed");
      expect((await github.pull(1)).head.sha).toBe(git(root, "rev-parse", "feat"));
    },
  );

  test("a conflict is seen, and resolved by another push", async () => {
    const { root, bare, github, octokit } = await pushed();
    write(root, { "a.txt": "ours\n" });
    git(root, "commit", "--quiet", "--all", "--message=ours");
    git(root, "push", "--quiet", "origin", "feat");
    await create(octokit, "feat");
    expect((await github.pull(1)).mergeable).toBe(true);

    git(root, "clone", "--quiet", bare, "other");
    settleRepository(`${root}/other`);
    write(root, { "other/a.txt": "theirs\n" });
    git(`${root}/other`, "commit", "--quiet", "--all", "--message=theirs");
    git(`${root}/other`, "push", "--quiet");
    expect(await github.pull(1)).toMatchObject({ mergeable: false, mergeable_state: "dirty" });
    await expect(octokit.rest.pulls.merge({ ...REPOSITORY, pull_number: 1 })).rejects.toMatchObject({
      status: 405,
    });

    git(root, "fetch", "--quiet");
    git(root, "merge", "--quiet", "--strategy=ours", "--message=join", "origin/main");
    git(root, "push", "--quiet", "origin", "feat");
    await octokit.rest.pulls.merge({ ...REPOSITORY, pull_number: 1 });
    expect(git(bare, "show", "main:a.txt")).toBe("ours");
  });

  test("branches are made, advanced and deleted there, after a merge too", async () => {
    const { bare, github, octokit } = await pushed({ settings: { delete_branch_on_merge: true } });
    const sha = github.createBranch("chore/b");
    expect(git(bare, "rev-parse", "chore/b")).toBe(sha);
    expect(github.advanceBranch("chore/b")).toBe(git(bare, "rev-parse", "chore/b"));
    await github.createPull({ head: "chore/b" });
    await octokit.rest.pulls.merge({ ...REPOSITORY, pull_number: 1 });
    expect(git(bare, "branch", "--format=%(refname:short)")).toBe("main");
    expect(await github.pull(1)).toMatchObject({ merged: true });
  });
});
