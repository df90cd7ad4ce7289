/**
 * Merging. What the real GitHub does and the emulator does not, added here:
 * - 405 for a draft, a closed pull request, a conflict, a method that the repository does not allow and a protected
 *   branch, 409 for a `sha` that is not the head's (the emulator answers 422 to all);
 * - a merge into the main branch closes the issues of the own repository that the text or the commits say it closes;
 * - the merge is there for the next `git fetch` (with a bare repository), and `delete_branch_on_merge` works: what leads
 *   to the branch leads to the merged one's base from then on.
 */
import {
  type Answer,
  type GitHubRequest,
  json,
  NOT_FOUND,
  type PullJson,
  problem,
} from "./github-answers.ts";
import type { MergeMethod } from "./github-branches.ts";
import { currentPull, currentPulls, isOwn } from "./github-pulls.ts";
import { fields, type Route, type World } from "./github-world.ts";

export const MERGE_ROUTES: readonly Route[] = [
  ["PUT", /^\/pulls\/(\d+)\/merge$/, mergePull],
  ["GET", /^\/pulls\/(\d+)\/merge$/, isMerged],
];

async function isMerged(world: World, _request: GitHubRequest, number: string): Promise<Answer> {
  const pull = await currentPull(world, Number(number));
  return pull?.merged ? { status: 204, headers: {}, body: "" } : NOT_FOUND;
}

async function mergePull(world: World, request: GitHubRequest, number: string): Promise<Answer> {
  const { sha, ...body } = fields(request.body);
  const pull = await currentPull(world, Number(number));
  if (pull === undefined) return NOT_FOUND;
  if (pull.state === "closed") return problem(405, "Pull Request is not mergeable");
  if (pull.draft) return problem(405, "Pull Request is still a draft");
  if (sha !== undefined && sha !== pull.head.sha) {
    return problem(409, "Head branch was modified. Review and try the merge again.");
  }
  if (pull.mergeable === false) return problem(405, "Pull Request is not mergeable");

  const ahead = isOwn(world, pull) ? world.branches.ahead(pull.base.ref, pull.head.ref) : [];
  const answer = await world.backend.send("PUT", `${world.top}/pulls/${number}/merge`, body);
  if (answer.status !== 200) {
    const { message } = JSON.parse(answer.body) as { message: string };
    return answer.status === 422 ? problem(405, message) : answer;
  }
  const facts = world.pulls.get(pull.number)!;
  facts.mergeSha = land(world, pull, body);
  if (world.closesOnMerge && pull.base.ref === world.defaultBranch) {
    await closeIssues(world, [pull.body ?? "", ...ahead, String(body.commit_message ?? "")].join("\n"));
  }
  const { delete_branch_on_merge } = await world.backend.ask<Record<string, unknown>>("GET", world.top);
  if (delete_branch_on_merge === true && isOwn(world, pull)) {
    for (const other of await currentPulls(world)) {
      if (other.state !== "open" || other.base.ref !== pull.head.ref) continue;
      await world.backend.ask("PATCH", `${world.top}/pulls/${other.number}`, { base: pull.base.ref });
    }
    world.branches.remove(pull.head.ref);
  }
  return json(200, { sha: facts.mergeSha, merged: true, message: "Pull Request successfully merged" });
}

/** On the git side. Returns the commit. */
function land(world: World, pull: PullJson, body: Record<string, unknown>): string {
  const method = (body.merge_method ?? "merge") as MergeMethod;
  const subject =
    method === "merge"
      ? `Merge pull request #${pull.number} from ${pull.head.label.replace(":", "/")}`
      : `${pull.title} (#${pull.number})`;
  const message = `${body.commit_title ?? subject}\n\n${body.commit_message ?? pull.title}`;
  return isOwn(world, pull)
    ? world.branches.merge(pull.base.ref, pull.head.ref, method, message)
    : world.branches.advance(pull.base.ref);
}

async function closeIssues(world: World, text: string): Promise<void> {
  for (const number of closedBy(text, world.backend.repository)) {
    const path = `${world.top}/issues/${number}`;
    const answer = await world.backend.send("GET", path);
    if (answer.status === 200 && !world.deleted.has(number)) {
      await world.backend.ask("PATCH", path, { state: "closed", state_reason: "completed" });
    }
  }
}

/** The repository's own issues that a text says it closes: `Closes #12`, `fixes owner/repo#12`, with a URL. */
export function closedBy(text: string, { owner, repo }: { owner: string; repo: string }): number[] {
  const visible = text
    .replace(/<!--[\s\S]*?-->/g, "")
    .replace(/```[\s\S]*?```/g, "")
    .replace(/`[^`\n]*`/g, "");
  const words =
    /(?<![\w-])(?:close[sd]?|fix(?:e[sd])?|resolve[sd]?):?[ \t]+(?:https?:\/\/[^\s/]+\/([\w.-]+\/[\w.-]+)\/issues\/|([\w.-]+\/[\w.-]+)?#)(\d+)\b/gi;
  const own = `${owner}/${repo}`.toLowerCase();
  return [...visible.matchAll(words)]
    .filter(([, url, name]) => (url ?? name ?? own).toLowerCase() === own)
    .map(([, , , number]) => Number(number));
}
