/** Pull requests that are ready to be merged, and merging them. */
import { existsSync } from "node:fs";
import { join } from "node:path";
import { expect } from "vitest";
import mergePhasePr from "../../tools/merge_phase_pr.ts";
import { call } from "./client.ts";
import { git, refs } from "./git.ts";
import { BRANCH, type PhasePull, type PhasePullOptions, phasePull, TITLE } from "./phase-pull.ts";
import { snapshotTree } from "./project.ts";

export const MERGE = { action: "update", path: "acme/chat#1" };
export const DELETE = { action: "delete", path: `origin/${BRANCH}` };
export const CONFIRMED = { phase: "3", confirm: true };

/** Opened, ready, and with everything pushed. */
export async function ready(options?: PhasePullOptions): Promise<PhasePull> {
  const pull = await phasePull({ pushed: true, ...options });
  await pull.github.createPull({ head: BRANCH, title: TITLE });
  return pull;
}

/** As somebody at GitHub merges it. */
export async function mergeThere({ github }: PhasePull): Promise<void> {
  const headers = { authorization: `Bearer ${github.token}` };
  await fetch(`${github.apiUrl}/repos/acme/chat/pulls/1/merge`, { method: "PUT", headers });
}

export function merge({ root }: PhasePull, args: object = {}) {
  return call(mergePhasePr, { ...CONFIRMED, ...args }, root);
}

/** The dry run changes nothing and says what the act says. */
export async function act(pull: PhasePull, args: object = {}) {
  const { root, bare, github } = pull;
  // A repository of its own is among the files, every reference and the index too.
  const others = existsSync(join(root, ".git/HEAD")) ? () => "" : () => refs(root);
  const state = async () => [snapshotTree(root), others(), snapshotTree(bare), await github.pulls()];
  const before = await state();
  const writes = github.writes().length;
  const planned = await merge(pull, { ...args, dry_run: true });
  expect(await state()).toEqual(before);
  expect(github.writes()).toHaveLength(writes);
  const answer = await merge(pull, args);
  expect(answer).toEqual(planned);
  return answer;
}

export function current(root: string): string {
  return git(root, "rev-parse", "--abbrev-ref", "HEAD");
}
