/** What went wrong with GitHub. */
import type { GitHubReason } from "../domain/github-reason.ts";

interface Details {
  /** Status code of GitHub's answer, where there was one. */
  status?: number;
  /** ISO time at which a limit ends. */
  retryAt?: string;
  /** The wait that GitHub asks for, in seconds. */
  waitS?: number;
  /** True when GitHub said that the repository takes no draft pull requests. */
  isDraftRefused?: boolean;
}

/** In words of our own: the message has nothing that GitHub said, no token, and no cause that could have either. */
export class GitHubFailure extends Error {
  override readonly name = "GitHubFailure";
  readonly reason: GitHubReason;
  readonly status?: number;
  readonly retryAt?: string;
  readonly waitS?: number;
  readonly isDraftRefused: boolean;

  constructor(reason: GitHubReason, message: string, details: Details = {}) {
    const { status, retryAt, waitS, isDraftRefused = false } = details;
    super(message);
    this.reason = reason;
    this.status = status;
    this.retryAt = retryAt;
    this.waitS = waitS;
    this.isDraftRefused = isDraftRefused;
  }

  /** True when the same request may well succeed a moment later, and when it may have been carried out unseen. */
  get isPassing(): boolean {
    return this.reason === "unreachable" || (this.reason === "api_error" && (this.status ?? 0) >= 500);
  }
}
