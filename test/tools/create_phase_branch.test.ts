import { readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import createPhaseBranch from "../../tools/create_phase_branch.ts";
import { call, callError } from "../support/client.ts";
import { git, gitProject, hook, refs, settleRepository, status } from "../support/git.ts";
import { project, snapshotTree, type Tree, write } from "../support/project.ts";

const ROADMAP = `# Roadmap

## Current Milestone: v1.2.0 Talk

#### Phase 1.1: Document PR workflow (INSERTED)

**Goal:** Users find the steps

#### Phase 3: Chat

**Goal:** Users talk to each other

#### Phase 4: Rooms

**Goal:** Fix the room list
`;

const CONFIG = '{"pr_workflow": true}';

function tree(more: Tree = {}): Tree {
  return {
    ".planning/ROADMAP.md": ROADMAP,
    ".planning/config.json": CONFIG,
    ".planning/phases/active/03-chat": { ".gitkeep": "" },
    ".planning/phases/pending/01.1-document-pr-workflow": { ".gitkeep": "" },
    "src/app.ts": "1",
    ...more,
  };
}

const BRANCH = "feat/v1.2.0-03-chat";

const CREATED = {
  status: "created",
  reason: null,
  branch: BRANCH,
  type: "feat",
  type_reason: "no word of the goal or the name says otherwise",
  base: "main",
  milestone: "1.2.0",
  changes: [],
  diagnostics: [],
};

function current(root: string): string {
  return git(root, "rev-parse", "--abbrev-ref", "HEAD");
}

/** The dry run changes nothing and says what the act says. */
async function act(root: string, args: Record<string, unknown> = { phase: "3" }) {
  const before = [snapshotTree(root), refs(root)];
  const planned = await call(createPhaseBranch, { ...args, dry_run: true }, root);
  expect([snapshotTree(root), refs(root)]).toEqual(before);
  const answer = await call(createPhaseBranch, args, root);
  expect(answer).toEqual(planned);
  if (answer.status === "skipped") expect([status(root), refs(root)]).toEqual([status(root), before[1]]);
  return answer;
}

describe("a phase's branch", () => {
  test("is created from the base, found again, and left alone", async () => {
    const root = gitProject(tree());
    expect(await act(root)).toEqual(CREATED);
    expect(current(root)).toBe(BRANCH);
    expect(git(root, "rev-parse", BRANCH)).toBe(git(root, "rev-parse", "main"));
    expect(await act(root)).toEqual({ ...CREATED, status: "unchanged" });
    git(root, "switch", "--quiet", "main");
    expect(await act(root)).toEqual({ ...CREATED, status: "resumed" });
    expect(current(root)).toBe(BRANCH);
  });

  test("has the goal's type, or the given one", async () => {
    const root = gitProject(tree());
    expect(await act(root, { phase: "4" })).toMatchObject({
      branch: "fix/v1.2.0-04-rooms",
      type: "fix",
      type_reason: '"Fix" in the goal',
    });
    expect(await act(root, { phase: "4", type: "perf" })).toMatchObject({
      status: "created",
      branch: "perf/v1.2.0-04-rooms",
      type_reason: "given",
    });
  });

  test("of an inserted phase", async () => {
    const root = gitProject(tree());
    expect(await act(root, { phase: "1.1", type: "fix" })).toMatchObject({
      status: "created",
      branch: "fix/v1.2.0-01.1-document-pr-workflow",
    });
    expect(await act(root, { phase: "01.1" })).toMatchObject({ status: "unchanged", type: "fix" });
  });

  test("is the one that is there, although the goal has other words now", async () => {
    const root = gitProject(tree());
    git(root, "branch", "refactor/v1.2.0-03-chat");
    expect(await act(root)).toMatchObject({
      status: "resumed",
      type: "refactor",
      type_reason: "the phase has this branch",
    });
    git(root, "switch", "--quiet", "main");
    expect(await act(root, { phase: "3", type: "feat" })).toMatchObject({ status: "created", type: "feat" });
  });

  test("carries the phase's own milestone", async () => {
    const later = ROADMAP.replace(
      "#### Phase 4",
      "## Planned Milestones\n\n### v1.3.0 Later\n\n#### Phase 4",
    );
    const root = gitProject(
      tree({
        ".planning/ROADMAP.md": later,
        ".planning/phases/completed/v1.0.6-02.1-hot-fix": { ".gitkeep": "" },
      }),
    );
    expect(await act(root, { phase: "4" })).toMatchObject({
      milestone: "1.3.0",
      branch: "fix/v1.3.0-04-rooms",
    });
    expect(await act(root, { phase: "2.1" })).toMatchObject({ branch: "fix/v1.0.6-02.1-hot-fix" });
  });

  test.each([
    "03 with spaces",
    "03-$(touch ran)",
    "03-`touch ran`",
    "03---upload-pack=x",
    "03-a\nb",
    "03-größe",
  ])("of the directory %j is a plain name", async (name) => {
    const root = gitProject(tree());
    rmSync(join(root, ".planning/phases/active/03-chat"), { recursive: true });
    write(root, { ".planning/phases/active": { [name]: { ".gitkeep": "" } } });
    const { branch, status } = await act(root, { phase: "3" });
    expect(status).toBe("created");
    expect(branch).toMatch(/^feat\/v1\.2\.0-03-[a-z0-9-]+$/);
    expect(readdirSync(root)).not.toContain("ran");
  });
});

describe("the base", () => {
  test("is the remote's main branch, whatever it is called", async () => {
    const root = gitProject(tree(), { remote: true });
    git(root, "branch", "trunk");
    git(root, "push", "--quiet", "origin", "trunk");
    git(root, "remote", "set-head", "origin", "trunk");
    git(root, "switch", "--quiet", "--create=elsewhere");
    git(root, "commit", "--quiet", "--allow-empty", "--message=elsewhere");
    expect(await act(root)).toMatchObject({ status: "created", base: "trunk" });
    expect(git(root, "rev-parse", "HEAD")).toBe(git(root, "rev-parse", "trunk"));
  });

  test("is not fetched", async () => {
    const root = gitProject(tree(), { remote: true });
    rmSync(git(root, "remote", "get-url", "origin"), { recursive: true });
    expect(await act(root)).toMatchObject({ status: "created" });
    expect(git(root, "config", "--default=none", "--get", `branch.${BRANCH}.remote`)).toBe("none");
  });

  test("is the local branch with what was not pushed, and the remote's where the local one is behind", async () => {
    const root = gitProject(tree(), { remote: true });
    git(root, "commit", "--quiet", "--allow-empty", "--message=ahead");
    const ahead = git(root, "rev-parse", "HEAD");
    await act(root);
    expect(git(root, "rev-parse", "HEAD")).toBe(ahead);
    git(root, "push", "--quiet", "origin", "main");
    git(root, "switch", "--quiet", "main");
    git(root, "reset", "--quiet", "--hard", "HEAD^");
    expect(await act(root, { phase: "4" })).toMatchObject({ status: "created", base: "main" });
    expect(git(root, "rev-parse", "HEAD")).toBe(ahead);
  });

  test.each(["main", "origin/main"])("%s may only be at the remote", async (base) => {
    const root = gitProject(tree(), { remote: true });
    git(root, "switch", "--quiet", "--create=mine");
    git(root, "branch", "--quiet", "--delete", "--force", "main");
    expect(await act(root, { phase: "3", base })).toMatchObject({ status: "created", base: "main" });
  });

  test("is main, else master, without a remote; or the one that is asked for", async () => {
    const root = gitProject(tree());
    git(root, "branch", "--move", "main", "master");
    expect(await act(root, { phase: "4" })).toMatchObject({ status: "created", base: "master" });
    git(root, "branch", "develop");
    expect(await act(root, { phase: "3", base: "develop" })).toMatchObject({
      status: "created",
      base: "develop",
    });
  });

  test("may be missing", async () => {
    const root = gitProject(tree());
    git(root, "branch", "--move", "main", "trunk");
    expect(await act(root)).toEqual({ ...CREATED, status: "skipped", reason: "base_missing", base: null });
    expect(await act(root, { phase: "3", base: "main" })).toMatchObject({ reason: "base_missing" });
    expect(await act(root, { phase: "3", base: "trunk" })).toMatchObject({ status: "created" });
  });

  test.each(["--upload-pack=touch ran", "-f", "@{-1}", "a..b", "main ", "$(x)\n", ""])(
    "cannot be %j",
    async (base) => {
      const root = gitProject(tree());
      expect(await callError(createPhaseBranch, { phase: "3", base }, root)).toMatchObject({
        code: "INVALID_ARGUMENT",
      });
    },
  );
});

test("a base without any planning leaves no empty directory of it behind", async () => {
  const root = gitProject({ "src/app.ts": "1" });
  git(root, "branch", "plain");
  write(root, tree());
  git(root, "add", "--all");
  git(root, "commit", "--quiet", "--message=planning");
  const planned = await call(createPhaseBranch, { phase: "3", base: "plain" }, root);
  expect(planned).toMatchObject({ status: "created", base: "plain" });
  expect(readdirSync(root).sort()).toEqual([".git", "src"]);
  git(root, "switch", "--quiet", "main");
  expect(status(root)).toEqual([]);
});

describe("planning that the base has not", () => {
  /** On `feat/other`, which has what `main` has and the given files. */
  function onOther(files: Tree, more: Tree = {}): string {
    const root = gitProject(tree(more));
    git(root, "switch", "--quiet", "--create=feat/other");
    write(root, files);
    git(root, "add", "--all");
    git(root, "commit", "--quiet", "--allow-empty", "--message=planning");
    return root;
  }
  const ROOMS = ".planning/phases/pending/04-rooms";
  const rooms = { [ROOMS]: { ".gitkeep": "", "04-01-PLAN.md": "p\n" } };
  const codes = (answer: { diagnostics: { code: string }[] }) => answer.diagnostics.map(({ code }) => code);

  test("is told with the base that has it, and nothing else is different", async () => {
    const answer = await act(onOther(rooms), { phase: "4" });
    expect(answer).toMatchObject({
      status: "created",
      base: "main",
      diagnostics: [
        {
          code: "PLANNING_LEFT_BEHIND",
          severity: "warning",
          message:
            'the phase\'s planning is committed on "feat/other" and not on the base "main", so its new branch is ' +
            'without it; with `base` "feat/other" the branch would have it',
          path: ROOMS,
        },
      ],
    });
  });

  test("is there with that base, which is then not warned of", async () => {
    const root = onOther(rooms);
    expect(await act(root, { phase: "4", base: "feat/other" })).toMatchObject({
      base: "feat/other",
      diagnostics: [],
    });
    expect(readdirSync(join(root, ROOMS))).toContain("04-01-PLAN.md");
    git(root, "switch", "--quiet", "feat/other");
    git(root, "branch", "--quiet", "--delete", "--force", "fix/v1.2.0-04-rooms");
    expect(codes(await act(root, { phase: "4", base: "main" }))).toEqual([]);
  });

  test("may be its plans alone", async () => {
    const root = onOther(rooms, { [ROOMS]: { ".gitkeep": "", "04-CONTEXT.md": "c\n" } });
    expect(codes(await act(root, { phase: "4" }))).toEqual(["PLANNING_LEFT_BEHIND"]);
  });

  test("may be without a plan yet", async () => {
    const root = onOther({ [ROOMS]: { "04-CONTEXT.md": "c\n" } });
    expect(codes(await act(root, { phase: "4" }))).toEqual(["PLANNING_LEFT_BEHIND"]);
  });

  test("in a directory of the repository", async () => {
    const top = gitProject({ app: tree() });
    git(top, "switch", "--quiet", "--create=feat/other");
    write(join(top, "app"), rooms);
    git(top, "add", "--all");
    git(top, "commit", "--quiet", "--message=planning");
    expect(codes(await act(join(top, "app"), { phase: "4" }))).toEqual(["PLANNING_LEFT_BEHIND"]);
  });

  test.each<[string, Tree, Tree]>([
    ["stands in another state there", rooms, { ".planning/phases/active/04-rooms": rooms[ROOMS]! }],
    ["has one plan less there", { [ROOMS]: { "04-02-PLAN.md": "q\n" } }, rooms],
    ["is only of another phase", { ".planning/phases/pending/05-more": { "05-01-PLAN.md": "p\n" } }, rooms],
  ])("%s: no word", async (_, files, more) => {
    expect(await act(onOther(files, more), { phase: "4" })).toMatchObject({
      status: "created",
      diagnostics: [],
    });
  });

  test("is not committed, and comes along: no word", async () => {
    const root = onOther({});
    write(root, rooms);
    expect(await act(root, { phase: "4" })).toMatchObject({ status: "created", diagnostics: [] });
    expect(readdirSync(join(root, ROOMS))).toContain("04-01-PLAN.md");
  });
});

describe("a branch at the remote only", () => {
  test("is taken up and tracked", async () => {
    const root = gitProject(tree(), { remote: true });
    git(root, "switch", "--quiet", `--create=${BRANCH}`);
    git(root, "commit", "--quiet", "--allow-empty", "--message=theirs");
    git(root, "push", "--quiet", "origin", BRANCH);
    git(root, "switch", "--quiet", "main");
    git(root, "branch", "--quiet", "--delete", "--force", BRANCH);
    expect(await act(root)).toEqual({ ...CREATED, status: "resumed" });
    expect(git(root, "log", "-1", "--format=%s")).toBe("theirs");
    expect(git(root, "rev-parse", "--abbrev-ref", "@{upstream}")).toBe(`origin/${BRANCH}`);
  });
});

describe("uncommitted files", () => {
  /** On `side`, whose `src/app.ts` and `src/added.ts` differ from `main`'s. */
  function aside(): string {
    const root = gitProject(tree({ ".gitignore": "*.env\n", "other.txt": "1" }));
    write(root, { "src/main-only.ts": "m", "secret.env": "m" });
    git(root, "add", "--force", "--all");
    git(root, "commit", "--quiet", "--message=main");
    git(root, "switch", "--quiet", "--create=side", "HEAD^");
    write(root, { "src/app.ts": "2" });
    git(root, "commit", "--quiet", "--all", "--message=side");
    return root;
  }

  test("that the base does not touch come along", async () => {
    const root = aside();
    write(root, { "other.txt": "mine", "new.txt": "mine", "src/staged.ts": "mine" });
    git(root, "add", "src/staged.ts");
    const before = status(root);
    expect(await act(root)).toMatchObject({ status: "created" });
    expect(status(root)).toEqual(before);
    expect(readFileSync(join(root, "src/app.ts"), "utf8")).toBe("1");
  });

  test.each([
    ["a changed file", { "src/app.ts": "mine" }],
    ["a file that git does not know", { "src/main-only.ts": "mine" }],
    ["an ignored file", { "secret.env": "mine" }],
  ])("%s that would be overwritten is a reason to stay", async (_, files) => {
    const root = aside();
    write(root, files as Tree);
    const before = snapshotTree(root);
    const [path] = Object.keys(files);
    expect(await act(root)).toMatchObject({
      status: "skipped",
      reason: "dirty_tree",
      branch: BRANCH,
      diagnostics: [
        {
          code: "GIT_MESSAGE",
          severity: "warning",
          message: `the branch was not checked out (dirty_tree): "${path}" would be overwritten`,
        },
      ],
    });
    expect(snapshotTree(root)).toEqual(before);
    expect(current(root)).toBe("side");
  });

  test("the same when going back to a branch", async () => {
    const root = aside();
    git(root, "branch", BRANCH, "main");
    write(root, { "src/app.ts": "mine" });
    git(root, "add", "src/app.ts");
    expect(await act(root)).toMatchObject({ status: "skipped", reason: "dirty_tree" });
    expect(readFileSync(join(root, "src/app.ts"), "utf8")).toBe("mine");
  });

  test("a file where the base has a directory: git itself refuses", async () => {
    const root = gitProject(tree());
    git(root, "switch", "--quiet", "--create=side");
    git(root, "switch", "--quiet", "main");
    write(root, { "place/a.ts": "a" });
    git(root, "add", "--all");
    git(root, "commit", "--quiet", "--message=main");
    git(root, "switch", "--quiet", "side");
    writeFileSync(join(root, "place"), "mine");
    const answer = await call(createPhaseBranch, { phase: "3" }, root);
    expect(answer).toMatchObject({ status: "skipped", reason: "dirty_tree" });
    expect(readFileSync(join(root, "place"), "utf8")).toBe("mine");
  });
});

describe("skips", () => {
  const skipped = (reason: string, more = {}) => ({
    ...CREATED,
    status: "skipped",
    reason,
    base: null,
    ...more,
  });

  test("pr_workflow off", async () => {
    const root = gitProject(tree({ ".planning/config.json": "{}" }));
    expect(await act(root)).toEqual(skipped("pr_workflow_off"));
  });

  test("no milestone, or several", async () => {
    const none = ROADMAP.replace("v1.2.0 Talk", "None");
    const several = ROADMAP.replace(
      "## Current Milestone: v1.2.0 Talk",
      "## Milestones\n\n- 🔄 **v1.2.0 A**\n- 🔄 **v1.3.0 B**\n\n## Phases",
    );
    for (const [roadmap, codes] of [
      [none, []],
      [several, ["AMBIGUOUS_MILESTONE"]],
    ] as const) {
      const answer = await act(gitProject(tree({ ".planning/ROADMAP.md": roadmap })));
      expect(answer).toMatchObject({ reason: "milestone_unknown", branch: null, milestone: null });
      expect(answer.diagnostics.map(({ code }) => code)).toEqual(codes);
    }
  });

  test("no repository", async () => {
    expect(await call(createPhaseBranch, { phase: "3" }, project(tree()))).toEqual(skipped("no_repository"));
  });

  test("a directory under a bare repository that is no work tree", async () => {
    const root = project(tree());
    git(root, "init", "--quiet", "--bare", ".bare");
    writeFileSync(join(root, ".git"), "gitdir: ./.bare\n");
    expect(await call(createPhaseBranch, { phase: "3" }, root)).toEqual(skipped("no_work_tree"));
  });

  test("a detached head", async () => {
    const root = gitProject(tree());
    git(root, "switch", "--quiet", "--detach");
    expect(await act(root)).toEqual(skipped("detached_head", { base: "main" }));
  });

  test("an unborn branch", async () => {
    const root = project(tree());
    git(root, "init", "--quiet", "--initial-branch=main");
    settleRepository(root);
    expect(await act(root)).toEqual(skipped("unborn_branch"));
  });

  test("an unfinished merge", async () => {
    const root = gitProject(tree());
    git(root, "switch", "--quiet", "--create=side");
    git(root, "commit", "--quiet", "--allow-empty", "--message=side");
    git(root, "switch", "--quiet", "main");
    git(root, "merge", "--quiet", "--no-ff", "--no-commit", "side");
    expect(await act(root)).toMatchObject({ status: "skipped", reason: "operation_in_progress" });
    expect(readdirSync(join(root, ".git"))).toContain("MERGE_HEAD");
  });

  test.each(["feat", `${BRANCH}/part`])("the branch %s excludes the name", async (other) => {
    const root = gitProject(tree());
    git(root, "branch", other);
    expect(await act(root)).toMatchObject({ status: "skipped", reason: "branch_name_taken" });
  });

  test("another work tree has the branch", async () => {
    const root = gitProject(tree());
    git(root, "worktree", "add", "--quiet", "-b", BRANCH, join(project({}), "tree"));
    expect(await act(root)).toMatchObject({ status: "skipped", reason: "checked_out_elsewhere" });
  });

  test.each(["index.lock", "HEAD.lock"])("%s of another process", async (lock) => {
    const root = gitProject(tree());
    git(root, "switch", "--quiet", "--create=side");
    write(root, { "src/app.ts": "2", "src/new.ts": "n" });
    git(root, "add", "--all");
    git(root, "commit", "--quiet", "--message=side");
    write(root, { "staged.ts": "mine", "loose.ts": "mine" });
    git(root, "add", "staged.ts");
    const before = [refs(root), status(root)];
    writeFileSync(join(root, ".git", lock), "");
    const answer = await call(createPhaseBranch, { phase: "3" }, root);
    expect(answer).toMatchObject({ status: "skipped", reason: "index_locked" });
    expect(JSON.stringify(answer)).not.toContain(root);
    expect([refs(root), status(root)]).toEqual(before);
    rmSync(join(root, ".git", lock));
    expect(await call(createPhaseBranch, { phase: "3" }, root)).toMatchObject({ status: "created" });
    expect(status(root)).toEqual(["A  staged.ts", "?? loose.ts"]);
  });

  test("a hook that refuses the new branch", async () => {
    const root = gitProject(tree());
    hook(root, "reference-transaction", '[ "$1" = prepared ] && echo "not now" >&2 && exit 1; exit 0');
    const answer = await call(createPhaseBranch, { phase: "3" }, root);
    expect(answer).toMatchObject({ status: "skipped", reason: "hook_failed" });
    expect([current(root), git(root, "branch", "--list", BRANCH)]).toEqual(["main", ""]);
  });
});

test("a hook that fails after the checkout is told, and the branch is checked out", async () => {
  const root = gitProject(tree());
  hook(root, "post-checkout", "echo 'no modules' >&2; exit 1");
  const answer = await call(createPhaseBranch, { phase: "3" }, root);
  expect(answer).toEqual({
    ...CREATED,
    diagnostics: [
      {
        code: "GIT_MESSAGE",
        severity: "warning",
        message: "a hook failed after the branch was checked out: no modules",
      },
    ],
  });
  expect(current(root)).toBe(BRANCH);
});

describe("places", () => {
  test("a project in a directory of the repository", async () => {
    const top = gitProject({ "apps/my äpp": tree() });
    expect(await act(join(top, "apps/my äpp"))).toEqual(CREATED);
    expect(current(top)).toBe(BRANCH);
  });

  test.each(["main", "workspace"])("%s under a bare repository", async (name) => {
    const origin = gitProject(tree());
    const base = project({});
    git(base, "clone", "--quiet", "--bare", origin, ".bare");
    writeFileSync(join(base, ".git"), "gitdir: ./.bare\n");
    git(base, "worktree", "add", "--quiet", name, "main");
    expect(await act(join(base, name))).toEqual(CREATED);
    expect(current(join(base, name))).toBe(BRANCH);
  });

  test("a submodule has branches of its own", async () => {
    const inner = gitProject(tree());
    const outer = gitProject({});
    git(outer, "-c", "protocol.file.allow=always", "submodule", "--quiet", "add", inner, "sub");
    expect(await act(join(outer, "sub"))).toEqual(CREATED);
    expect([current(join(outer, "sub")), current(outer)]).toEqual([BRANCH, "main"]);
  });
});

test("invalid config.json is an error", async () => {
  const root = gitProject(tree({ ".planning/config.json": "[" }));
  expect(await callError(createPhaseBranch, { phase: "3" }, root)).toMatchObject({ code: "INVALID_CONFIG" });
});
