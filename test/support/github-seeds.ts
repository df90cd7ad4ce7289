/** Puts things into the tests' GitHub and looks at them, past its server: neither recorded nor subject to faults. */
import type { IssueJson, MilestoneJson, PullJson } from "./github-answers.ts";
import { currentIssue } from "./github-issues.ts";
import { currentPull, currentPulls, factsOf } from "./github-pulls.ts";
import type { World } from "./github-world.ts";

export interface IssueSeed {
  title: string;
  body?: string | null;
  labels?: readonly string[];
  /** Its number. */
  milestone?: number;
  state?: "open" | "closed";
}

export interface PullSeed {
  title?: string;
  body?: string | null;
  /** Made when it is not there. */
  head: string;
  base?: string;
  draft?: boolean;
  labels?: readonly string[];
  milestone?: number;
  state?: "open" | "closed";
  /** Whether it comes from the fork of a user `stranger`. */
  fork?: boolean | "deleted";
}

export interface Seeds {
  createIssue(seed: IssueSeed): Promise<IssueJson>;
  createMilestone(seed: { title: string; state?: "open" | "closed" }): Promise<MilestoneJson>;
  createPull(seed: PullSeed): Promise<PullJson>;
  /** Another writer's edit. */
  editIssue(number: number, patch: Partial<IssueSeed>): Promise<IssueJson>;
  editPull(
    number: number,
    patch: { title?: string; body?: string; state?: "open" | "closed"; draft?: boolean },
  ): Promise<PullJson>;
  /** From now on 410. */
  deleteIssue(number: number): void;
  /** Returns its commit. */
  createBranch(name: string): string;
  /** Another writer's commit. Returns it. */
  advanceBranch(name: string): string;
  removeBranch(name: string): void;
  branches(): Map<string, string>;
  /** What the next reads of a pull request say; the last value stays. */
  setMergeable(number: number, ...values: (boolean | null)[]): Promise<void>;
  issue(number: number): Promise<IssueJson>;
  issues(): Promise<IssueJson[]>;
  pull(number: number): Promise<PullJson>;
  pulls(): Promise<PullJson[]>;
}

export function seeds(world: World): Seeds {
  const { backend, branches, top } = world;
  const { owner } = backend.repository;

  const pull = async (number: number): Promise<PullJson> => {
    const found = (await currentPulls(world)).find((other) => other.number === number);
    if (found === undefined) throw new Error(`There is no pull request #${number}.`);
    return found;
  };

  async function createPull(seed: PullSeed): Promise<PullJson> {
    const { head, base = "main", title = `Work on ${head}`, body = null, draft = false } = seed;
    if (!seed.fork && !branches.all().has(head)) branches.create(head);
    if (seed.fork) await fork();
    const label = seed.fork ? `stranger:${head}` : `${owner}:${head}`;
    const created = await backend.ask<PullJson>("POST", `${top}/pulls`, {
      title,
      body,
      head: label,
      base,
      draft,
    });
    const { number } = created;
    const facts = factsOf(world, created);
    facts.forkDeleted = seed.fork === "deleted";
    if (seed.milestone !== undefined) {
      facts.milestone = await backend.ask("GET", `${top}/milestones/${seed.milestone}`);
    }
    if (seed.labels) await backend.ask("POST", `${top}/issues/${number}/labels`, { labels: seed.labels });
    if (seed.state === "closed") await backend.ask("PATCH", `${top}/pulls/${number}`, { state: "closed" });
    return pull(number);
  }

  async function fork(): Promise<void> {
    const forks = await backend.all<unknown>(`${top}/forks`);
    if (forks.length === 0) await backend.ask("POST", `${top}/forks`, {}, "stranger");
  }

  return {
    createIssue: async ({ state, ...seed }) => {
      const created = await backend.ask<IssueJson>("POST", `${top}/issues`, seed);
      if (state !== "closed") return created;
      return backend.ask("PATCH", `${top}/issues/${created.number}`, { state });
    },
    createMilestone: (seed) => backend.ask("POST", `${top}/milestones`, seed),
    createPull,
    editIssue: (number, patch) => backend.ask("PATCH", `${top}/issues/${number}`, patch),
    editPull: async (number, patch) => {
      await backend.ask("PATCH", `${top}/pulls/${number}`, patch);
      return pull(number);
    },
    deleteIssue: (number) => {
      world.deleted.add(number);
    },
    createBranch: branches.create,
    advanceBranch: branches.advance,
    removeBranch: branches.remove,
    branches: branches.all,
    setMergeable: async (number, ...values) => {
      factsOf(world, await pull(number)).mergeable = values;
    },
    issue: async (number) => {
      const found = await currentIssue(world, number);
      if (found === undefined) throw new Error(`There is no issue #${number}.`);
      return found;
    },
    issues: () => backend.all(`${top}/issues?state=all&direction=asc`),
    pull: async (number) => {
      const found = await currentPull(world, number);
      return found ?? pull(number);
    },
    pulls: () => currentPulls(world),
  };
}
