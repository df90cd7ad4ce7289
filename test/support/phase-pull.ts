/** A phase on its branch, in a repository whose bare origin is also what the tests' GitHub has. */
import { onTestFinished, vi } from "vitest";
import { git, gitProject } from "./git.ts";
import { type GitHubEmulator, type GitHubOptions, gitHub } from "./github.ts";
import { plan, type Tree, write } from "./project.ts";

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
  github?: GitHubOptions;
}

/** On the phase's branch, with one commit that main lacks and nothing pushed; the environment leads to the tests' GitHub. */
export async function phasePull(options: PhasePullOptions = {}): Promise<PhasePull> {
  const root = gitProject(
    {
      ".planning/ROADMAP.md": ROADMAP,
      ".planning/config.json": JSON.stringify(options.config ?? { pr_workflow: true }),
      ".planning/phases/active/03-chat": options.plans ?? {
        "03-01-PLAN.md": plan({ wave: 1 }, "<objective>\nBuild the store\n</objective>\n"),
        "03-01-SUMMARY.md": "# Done\n",
        "03-02-PLAN.md": plan({ wave: 2 }, "<objective>\nTalk\n</objective>\n"),
      },
      "src/app.ts": "1\n",
      ...options.tree,
    },
    { remote: true },
  );
  const bare = git(root, "remote", "get-url", "origin");
  git(root, "switch", "--quiet", "--create", BRANCH);
  commitFile(root, "src/chat.ts", "1\n");
  const github = await gitHub({ bare, ...options.github });
  useEnvironment({ GH_TOKEN: "", ...github.env });
  return { root, bare, github };
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

/** What the bare repository has, by branch. */
export function originBranches(bare: string): Record<string, string> {
  const lines = git(bare, "for-each-ref", "--format=%(refname:lstrip=2) %(objectname)", "refs/heads");
  return Object.fromEntries(lines.split("\n").map((line) => line.split(" ")));
}
