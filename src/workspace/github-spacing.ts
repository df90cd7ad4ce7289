/** The distance between two writes of one call. */

/** As much of the throttling plugin's limiter as it uses for writes. Its own keeps a second that nothing can set. */
interface Limiters {
  key(): { schedule<Value>(options: object, run: () => Promise<Value>): Promise<Value> };
}

/** Options of the plugin: writes are `ms` apart, and those that notify people three times as much, as the plugin has it. */
export function writeLimiters(ms: number): object {
  return { write: writesApart(ms), notifications: writesApart(3 * ms) };
}

/** Lets one begin `ms` after the one before. */
function writesApart(ms: number): Limiters {
  let free = Number.NEGATIVE_INFINITY;
  const limiter = {
    async schedule<Value>(_options: object, run: () => Promise<Value>): Promise<Value> {
      const now = performance.now();
      const start = Math.max(now, free);
      free = start + ms;
      if (start > now) await new Promise((resolve) => setTimeout(resolve, start - now));
      return run();
    },
  };
  return { key: () => limiter };
}
