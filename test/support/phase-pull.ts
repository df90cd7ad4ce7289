/** A phase on its branch, in a repository whose bare origin is also what the tests' GitHub has. */
import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  realpathSync,
  renameSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterAll, onTestFinished, vi } from "vitest";
import { LIMITS } from "../../src/workspace/github-client.ts";
import { git, gitProject } from "./git.ts";
import { type GitHubEmulator, type GitHubOptions, gitHub } from "./github.ts";
import { branchesOf } from "./github-branches.ts";
import { plan, project, type Tree, write } from "./project.ts";

export const ROADMAP = `# Roadmap

## Current Milestone: v1.2.0 Talk

#### Phase 3: Chat

**Goal:** Users talk to each other

#### Phase 4: Rooms

**Goal:** Users meet
`;

export const BRANCH = "feat/v1.2.0-03-chat";
export const TITLE = "v1.2.0 Phase 3: Chat";

export interface PhasePull {
  root: string;
  /** Path of the bare repository. */
  bare: string;
  github: GitHubEmulator;
}

export interface PhasePullOptions {
  config?: object;
  /** Of the phase's directory. */
  plans?: Tree;
  tree?: Tree;
  /** Whether origin has the branch. */
  pushed?: boolean;
  github?: GitHubOptions;
}

/** On the phase's branch, with one commit that main lacks; the environment leads to the tests' GitHub. */
export async function phasePull(options: PhasePullOptions = {}): Promise<PhasePull> {
  const { root, bare } = copyOf(templateOf(options));
  const github = await gitHub({ bare, ...options.github });
  useEnvironment({ GH_TOKEN: "", ...github.env });
  Object.assign(LIMITS, SHORT);
  return { root, bare, github };
}

/** Only how long is waited, not how often or for what. */
const SHORT = { secondMs: 20, writeMs: 20, callMs: 45_000 };

interface Template {
  /** Holds the project and its origin, `work` and `bare`. */
  home: string;
}

/** A dozen runs of git for each kind of project, however many tests begin with it. */
const templates = new Map<string, Template>();

afterAll(() => {
  for (const { home } of templates.values()) rmSync(home, { recursive: true, force: true });
  templates.clear();
});

function templateOf({ config, plans, tree, pushed }: PhasePullOptions): Template {
  const key = JSON.stringify([config, plans, tree, pushed]);
  const known = templates.get(key);
  if (known) return known;
  const home = realpathSync(mkdtempSync(join(tmpdir(), "wavewright-template-")));
  templates.set(key, { home });
  const made = gitProject(
    {
      ".planning/ROADMAP.md": ROADMAP,
      ".planning/config.json": JSON.stringify(config ?? { pr_workflow: true }),
      ".planning/phases/active/03-chat": plans ?? {
        "03-01-PLAN.md": plan({ wave: 1 }, "<objective>\nBuild the store\n</objective>\n"),
        "03-01-SUMMARY.md": "# Done\n",
        "03-02-PLAN.md": plan({ wave: 2 }, "<objective>\nTalk\n</objective>\n"),
      },
      "src/app.ts": "1\n",
      ...tree,
    },
    { remote: true },
  );
  git(made, "switch", "--quiet", "--create", BRANCH);
  commitFile(made, "src/chat.ts", "1\n");
  if (pushed) git(made, "push", "--quiet", "--set-upstream", "origin", BRANCH);
  const origin = git(made, "remote", "get-url", "origin");
  copyRepository(origin, join(home, "bare"));
  copyRepository(made, join(home, "work"), [origin, join(home, "bare")]);
  return { home };
}

function copyOf({ home }: Template): { root: string; bare: string } {
  const copy = project({});
  const [root, bare] = [join(copy, "work"), join(copy, "bare")];
  copyRepository(join(home, "bare"), bare);
  copyRepository(join(home, "work"), root, [join(home, "bare"), bare]);
  return { root, bare };
}

/** Its settings name where it stands, and where its origin does. */
function copyRepository(from: string, to: string, ...moved: [from: string, to: string][]): void {
  cpSync(from, to, { recursive: true, preserveTimestamps: true });
  const config = join(to, existsSync(join(to, ".git")) ? ".git/config" : "config");
  let text = readFileSync(config, "utf8");
  for (const [before, after] of [...moved, [from, to] as const]) text = text.replaceAll(before, after);
  writeFileSync(config, text);
}

/** Variables of this process until the test has finished. */
export function useEnvironment(variables: Record<string, string>): void {
  for (const [name, value] of Object.entries(variables)) vi.stubEnv(name, value);
  onTestFinished(() => {
    vi.unstubAllEnvs();
  });
}

export function commitFile(root: string, path: string, text: string): string {
  write(root, { [path]: text });
  git(root, "add", "--", path);
  git(root, "commit", "--quiet", `--message=${path}`);
  return git(root, "rev-parse", "HEAD");
}

/** Moves phase 3, as another process does. */
export function movePhase(root: string, from: string, to: string): void {
  const [before, after] = [from, to].map((state) => join(root, ".planning/phases", state, "03-chat"));
  mkdirSync(dirname(after!), { recursive: true });
  renameSync(before!, after!);
}

/** What the bare repository has, by branch. */
export function originBranches(bare: string): Record<string, string> {
  return Object.fromEntries(branchesOf(bare));
}
