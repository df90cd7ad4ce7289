/** The time that one call may take, over all that it asks GitHub. */
import { GitHubFailure } from "./github-failure.ts";

export interface Clock {
  /** Milliseconds until the call has taken as long as it may. */
  timeLeft(): number;
  /** Ends with the work, or at once when the call is cancelled (the signal's reason) or its time is up (`unreachable`). */
  within<Value>(work: (signal: AbortSignal) => Promise<Value>): Promise<Value>;
  /** Not at all for less than nothing. */
  pause(ms: number): Promise<void>;
}

/** Starts now, `usedMs` being gone already. Nothing waits or is held between two pieces of work. */
export function startClock(signal: AbortSignal, callMs: number, usedMs = 0): Clock {
  const end = performance.now() + callMs - usedMs;
  // A timer may be a fraction of a millisecond early.
  let isUp = false;
  const timeLeft = () => (isUp ? 0 : Math.max(0, end - performance.now()));

  async function within<Value>(work: (signal: AbortSignal) => Promise<Value>): Promise<Value> {
    signal.throwIfAborted();
    if (timeLeft() === 0) throw timeIsUp(callMs);
    const controller = new AbortController();
    let stop = (_reason: unknown) => {};
    const stopped = new Promise<never>((_, reject) => {
      stop = (reason) => {
        controller.abort();
        reject(reason);
      };
    });
    const cancel = () => stop(signal.reason);
    const timer = setTimeout(() => {
      isUp = true;
      stop(timeIsUp(callMs));
    }, timeLeft());
    signal.addEventListener("abort", cancel, { once: true });
    try {
      return await Promise.race([work(controller.signal), stopped]);
    } finally {
      clearTimeout(timer);
      signal.removeEventListener("abort", cancel);
    }
  }

  const pause = async (ms: number) => {
    if (ms > 0) await within(() => new Promise<void>((resolve) => setTimeout(resolve, ms)));
  };
  return { timeLeft, within, pause };
}

function timeIsUp(callMs: number): GitHubFailure {
  return new GitHubFailure(
    "unreachable",
    `GitHub took longer than the ${callMs / 1000} s that a call may take, its wait for earlier calls included.`,
  );
}
