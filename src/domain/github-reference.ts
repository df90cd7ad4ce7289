/** References to GitHub issues: `#12`, `owner/repo#12`, `github:owner/repo#12`, an issue's address. */

export interface GithubReference {
  /** `owner/repo`; null for an issue of the own repository. */
  repository: string | null;
  number: number;
}

const REPOSITORY = "([A-Za-z0-9][\\w.-]{0,99}/[A-Za-z0-9_.][\\w.-]{0,99})";
const SHORT = new RegExp(`^(?:github:\\s*)?${REPOSITORY}?#([1-9]\\d{0,8})(?![\\w-])`, "i");
const ADDRESS = new RegExp(
  `^https?://[\\w.:-]{1,200}/${REPOSITORY}/(?:issues|pull)/([1-9]\\d{0,8})(?!\\d)`,
  "i",
);

/** The reference that a text begins with, quotes and brackets aside; null for `local` and anything else. */
export function readGithubReference(text: string): GithubReference | null {
  const plain = text.trim().replace(/^["'`[(<]+/, "");
  const match = SHORT.exec(plain) ?? ADDRESS.exec(plain);
  return match && { repository: match[1] ?? null, number: Number(match[2]) };
}

/** `#12` or `owner/repo#12`. */
export function formatGithubReference({ repository, number }: GithubReference): string {
  return `${repository ?? ""}#${number}`;
}
