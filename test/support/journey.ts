/** A project on its way: every call of a tool goes to the built program and is held to exactly what it may change. */
import { readdirSync, readFileSync } from "node:fs";
import { basename, join } from "node:path";
import { diffArrays } from "diff";
import { expect } from "vitest";
import { committed, git, gitProject, status } from "./git.ts";
import { type GitHubEmulator, gitHub } from "./github.ts";
import { type Tree, write } from "./project.ts";
import { type Relay, relayTo } from "./relay.ts";
import { stdioClient } from "./stdio.ts";

/**
 * By name: null where it is gone, `-> name` where it only moved, all of a new text, the new value of a single line, and
 * the lines `-old` and `+new` of an edited text.
 */
type Changes = Record<string, string | string[] | null>;

/** What a call does. What is left out does not happen. */
export interface Effects {
  /** Files, and directories that are left empty, which end in `/`. */
  files?: Changes;
  /** Oldest first: subject, then files as `committed` tells them. */
  commits?: [subject: string, files: string[]][];
  /** `git status` afterwards; as before when left out. */
  status?: string[];
  /** `HEAD` (a branch), local branches, and by `origin/branch` the subject of what origin has. */
  branches?: Changes;
  /** `#1` (an issue), `#1 body`, `pull #2`, `pull #2 body`. */
  github?: Changes;
}

// biome-ignore lint/suspicious/noExplicitAny: answers of many tools, checked by the client against their schemas
type Answer = any;

export interface Journey {
  github: GitHubEmulator;
  /** The program's way to GitHub. */
  wire: Relay;
  /** Begins a workflow: its prompt comes through the client. */
  follow(prompt: string, args?: Record<string, string>): Promise<void>;
  /** By prompt: the tools that its texts name, and those that were called while it was followed. */
  workflows: Record<string, { named: Set<string>; called: Set<string> }>;
  /** Calls a tool. */
  call(tool: string, args: object, effects?: Effects): Promise<Answer>;
  /** Calls commit_planning; afterwards nothing is uncommitted but `left`. */
  commit(step: object, subject: string, files: string[], left: string[]): Promise<void>;
  /** The script as a subagent: files that it writes, and what it commits of them. */
  work(files: Tree, commit?: string): void;
  /** The text of a file. */
  read(path: string): string;
  /** The script as a person with git. */
  git(...args: string[]): string;
  /** What was written to GitHub: `PATCH /repos/…`, or the mutation's name. */
  writes(): string[];
}

export interface JourneyOptions {
  tree: Tree;
  seed(github: GitHubEmulator): Promise<void>;
  /** Each writing call has its dry run before it, which does nothing, and a second one after it, which has nothing to do. */
  isThorough: boolean;
}

export async function startJourney(options: JourneyOptions): Promise<Journey> {
  const root = gitProject(options.tree, { remote: true });
  const bare = git(root, "remote", "get-url", "origin");
  const github = await gitHub({ bare });
  await options.seed(github);
  const wire = await relayTo(github.apiUrl);
  const env = { ...github.env, GH_TOKEN: "", GITHUB_API_URL: wire.url };
  const client = await stdioClient({ args: ["--root", root], env });
  const { tools } = await client.listTools();
  const writing = new Set(
    tools.filter(({ annotations }) => !annotations?.readOnlyHint).map(({ name }) => name),
  );
  const workflows: Journey["workflows"] = {};
  let followed: Set<string> | null = null;
  /** As it was left by the last call; null when the script has been at work since. */
  let known: World | null = null;
  /** How many requests to GitHub were looked at. */
  let checked = 0;

  async function ask(name: string, args: object): Promise<Answer> {
    const { isError, structuredContent, content } = await client.callTool({ name, arguments: { ...args } });
    expect(isError, `${name}: ${JSON.stringify(content)}`).toBeFalsy();
    return structuredContent;
  }

  async function hold(what: string, before: World, effects: Effects): Promise<World> {
    const isUntouched = github.requests.length === checked;
    const after = await world(root, bare, github, isUntouched ? before.github : undefined);
    const { files = {}, branches = {}, github: there = {}, commits = [], status = before.status } = effects;
    const happened = {
      files: changes(before.files, after.files),
      branches: changes(before.branches, after.branches),
      github: changes(before.github, after.github),
      commits: newCommits(root, before, after),
      status: after.status,
    };
    expect(happened, what).toEqual({ files, branches, github: there, commits, status });
    if (!isUntouched) expect(github.violations(), what).toEqual([]);
    checked = github.requests.length;
    known = after;
    return after;
  }

  async function call(tool: string, args: object, effects: Effects = {}): Promise<Answer> {
    followed?.add(tool);
    const isTwice = options.isThorough && writing.has(tool) && !("dry_run" in args);
    const before = known ?? (await world(root, bare, github));
    const planned = isTwice ? await ask(tool, { ...args, dry_run: true }) : null;
    if (isTwice) await hold(`${tool}, dry run`, before, {});
    const answer = await ask(tool, args);
    const after = await hold(tool, before, effects);
    if (!isTwice) return answer;
    expect(planned, `${tool}, dry run`).toEqual(unborn(answer));
    const again = await ask(tool, args);
    const isDone = !["skipped", "failed", "blocked"].includes(answer.status);
    const expected = isDone ? expect.stringMatching(/^(?:unchanged|exists)$/) : answer.status;
    expect(again, `${tool}, again`).toMatchObject({ status: expected, changes: [] });
    await hold(`${tool}, again`, after, {});
    return answer;
  }

  async function follow(name: string, args: Record<string, string> = {}): Promise<void> {
    const { messages } = await client.getPrompt({ name, arguments: args });
    const text = messages.map(({ content }) => (content.type === "text" ? content.text : "")).join("\n");
    const workflow = workflows[name] ?? { named: new Set(), called: new Set() };
    workflows[name] = workflow;
    // A word of the text: `discover_phase`, and brief_subagent in the task of a subagent.
    const words = new Set(text.split(/[^a-z_]+/));
    for (const tool of tools) if (words.has(tool.name)) workflow.named.add(tool.name);
    followed = workflow.called;
  }

  async function commit(step: object, subject: string, files: string[], left: string[]): Promise<void> {
    const answer = await call("commit_planning", step, { commits: [[subject, files]], status: left });
    expect(answer).toMatchObject({ status: "committed", message: subject });
  }

  function gitByHand(...args: string[]): string {
    known = null;
    return git(root, ...args);
  }

  function work(files: Tree, message?: string): void {
    known = null;
    write(root, files);
    if (message === undefined) return;
    git(root, "add", "--", ...Object.keys(files));
    git(root, "commit", "--quiet", `--message=${message}`, "--", ...Object.keys(files));
  }

  const read = (path: string) => readFileSync(join(root, path), "utf8");
  const writes = () =>
    github.writes().map(({ method, path, body }) => {
      const { query = "" } = { ...(body as { query?: string }) };
      return path === "/graphql" ? (/\{\s*(\w+)/.exec(query)?.[1] ?? query) : `${method} ${path}`;
    });
  return { github, wire, follow, workflows, call, commit, work, read, git: gitByHand, writes };
}

/** As `Effects.files` has a move. */
export function moved(from: string, to: string, files: readonly string[]): Changes {
  return Object.fromEntries(files.map((file) => [`${from}/${file}`, `-> ${to}/${file}`]));
}

/** As `Effects.commits` has a move. */
export function renamed(from: string, to: string, files: readonly string[]): string[] {
  return files.map((file) => `R100 ${from}/${file} -> ${to}/${file}`);
}

/** What a dry run can know: no commit and no number of a pull request. */
function unborn(answer: Answer): Answer {
  const text = JSON.stringify(answer, (key, value) => (key === "sha" ? null : value));
  if (answer.status !== "created" || !("pr" in answer)) return JSON.parse(text);
  return { ...JSON.parse(text.replace(`acme/chat#${answer.pr.number}`, "acme/chat#?")), pr: null };
}

interface World {
  files: Record<string, string>;
  branches: Record<string, string>;
  github: Record<string, string>;
  status: string[];
  /** Every commit that a ref is at. */
  tips: string[];
}

async function world(
  root: string,
  bare: string,
  github: GitHubEmulator,
  knownGithub?: World["github"],
): Promise<World> {
  const local = git(root, "for-each-ref", "--format=%(objectname) %(refname)").split("\n");
  const remote = git(bare, "for-each-ref", "--format=origin/%(refname:lstrip=2) %(subject)", "refs/heads");
  const heads = local.flatMap((line) => line.split(" refs/heads/").slice(1));
  return {
    files: filesBelow(root),
    status: status(root),
    tips: local.map((line) => line.slice(0, line.indexOf(" "))),
    branches: Object.fromEntries([
      ["HEAD", readFileSync(join(root, ".git/HEAD"), "utf8").trim().replace("ref: refs/heads/", "")],
      ...heads.map((name) => [name, "here"]),
      ...remote
        .split("\n")
        .map((line) => [line.slice(0, line.indexOf(" ")), line.slice(line.indexOf(" ") + 1)]),
    ]),
    github: knownGithub ?? (await stateOf(github)),
  };
}

async function stateOf(github: GitHubEmulator): Promise<World["github"]> {
  const issues = (await github.issues()).filter((issue) => !issue.pull_request);
  const pulls = await github.pulls();
  return Object.fromEntries([
    ...issues.flatMap(({ number, state, title, body }) => [
      [`#${number}`, `${state}: ${title}`],
      [`#${number} body`, body ?? ""],
    ]),
    ...pulls.flatMap(({ number, state, draft, merged, title, head, base, body }) => {
      const stage = merged ? "merged" : draft ? "draft" : state;
      return [
        [`pull #${number}`, `${stage}, ${head.ref} into ${base.ref}: ${title}`],
        [`pull #${number} body`, body ?? ""],
      ];
    }),
  ]);
}

function filesBelow(root: string): Record<string, string> {
  const entries = readdirSync(root, { recursive: true, withFileTypes: true });
  const files: Record<string, string> = {};
  for (const entry of entries) {
    const path = join(entry.parentPath, entry.name);
    const name = path.slice(root.length + 1);
    if (name === ".git" || name.startsWith(".git/")) continue;
    if (!entry.isDirectory()) files[name] = readFileSync(path, "utf8");
    else if (readdirSync(path).length === 0) files[`${name}/`] = "";
  }
  return files;
}

function changes(before: Record<string, string>, after: Record<string, string>): Changes {
  const gone = Object.keys(before).filter((name) => !(name in after));
  const made = new Set(Object.keys(after).filter((name) => !(name in before)));
  const result: Changes = {};
  for (const name of gone) {
    const moved = [...made].find(
      (to) => basename(to) === basename(name) && !to.endsWith("/") && after[to] === before[name],
    );
    if (moved !== undefined) made.delete(moved);
    result[name] = moved === undefined ? null : `-> ${moved}`;
  }
  for (const name of made) result[name] = after[name]!;
  for (const [name, text] of Object.entries(after)) {
    const old = before[name];
    if (old !== undefined && old !== text)
      result[name] = `${old}${text}`.includes("\n") ? edits(old, text) : text;
  }
  return result;
}

function edits(before: string, after: string): string[] {
  return diffArrays(before.split("\n"), after.split("\n"))
    .filter(({ added, removed }) => added || removed)
    .flatMap(({ added, value }) => value.map((line) => `${added ? "+" : "-"}${line}`));
}

function newCommits(root: string, before: World, after: World): [string, string[]][] {
  if (after.tips.every((tip) => before.tips.includes(tip))) return [];
  const commits = git(root, "rev-list", "--all", "--reverse", "--topo-order", "--not", ...before.tips);
  return commits
    .split("\n")
    .filter(Boolean)
    .map((commit) => [git(root, "log", "-1", "--format=%s", commit), committed(root, commit)]);
}
