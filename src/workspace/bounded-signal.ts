/** Ending something with a call, or after a while. */

export interface BoundedSignal {
  signal: AbortSignal;
  /** To be called when it is over, so that nothing waits for the time any more. */
  clear(): void;
}

/**
 * Aborts with another signal, or after so many milliseconds. Node 20 may collect what `AbortSignal.any` and
 * `AbortSignal.timeout` make while somebody listens to it, which then never aborts.
 */
export function boundedSignal(signal: AbortSignal | undefined, limitMs: number | undefined): BoundedSignal {
  const either = new AbortController();
  const abort = () => either.abort(signal?.reason);
  if (signal?.aborted) abort();
  signal?.addEventListener("abort", abort);
  const timer =
    limitMs === undefined
      ? undefined
      : setTimeout(
          () => either.abort(new DOMException("It took too long.", "TimeoutError")),
          Math.ceil(limitMs),
        );
  return {
    signal: either.signal,
    clear() {
      clearTimeout(timer);
      signal?.removeEventListener("abort", abort);
    },
  };
}
