/** Names of phase branches. */
import { slugify } from "./naming.ts";

/** The types of conventional commits that a branch may begin with. */
export const BRANCH_TYPES = [
  "feat",
  "fix",
  "docs",
  "refactor",
  "chore",
  "test",
  "perf",
  "build",
  "ci",
  "style",
] as const;
export type BranchType = (typeof BRANCH_TYPES)[number];

/** Kata's directories, whose branches must be found again, are slugs of their own making: `a--b`. */
const SLUG = /^[a-z0-9][a-z0-9-]{0,99}$/;

/** `feat/v1.2.0-03-chat`; a phase without a slug ends with its id. */
export function phaseBranch(
  type: BranchType,
  { milestone, id, slug }: { milestone: string; id: string; slug: string },
): string {
  const words = SLUG.test(slug) ? slug : slugify(slug);
  return `${type}/v${milestone}-${id}${words && `-${words}`}`;
}

/** True for a branch of the phase under any type and any slug: goal and name may have changed since it was made. */
export function isPhaseBranch(name: string, { milestone, id }: { milestone: string; id: string }): boolean {
  const [type = "", ...rest] = name.split("/");
  if (rest.length !== 1 || !BRANCH_TYPES.includes(type as BranchType)) return false;
  const stem = `v${milestone}-${id}`;
  return rest[0] === stem || rest[0]!.startsWith(`${stem}-`);
}

/** Git's own rules for the name of a branch, and no leading hyphen in any part. */
export function isBranchName(name: string): boolean {
  if (name === "" || name === "@" || name === "HEAD" || name.length > 250) return false;
  if (/[\x00-\x20\x7f~^:?*[\\]|\.\.|@\{|\/\/|\.$|\/$|^\//.test(name)) return false;
  return name.split("/").every((part) => !/^[.-]|\.lock$/.test(part));
}
