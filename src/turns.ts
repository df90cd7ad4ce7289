/** Which call runs when. */

/** Waits for its turn and gives what ends it. */
export type Enter = () => Promise<() => void>;

/** Waits for something while other calls have their turn. */
export type Outside = <T>(wait: () => Promise<T>) => Promise<T>;

/** Turns in the order of arrival: the SDK runs handlers side by side. */
export function createQueue(): Enter {
  let last: Promise<void> = Promise.resolve();
  return async () => {
    const before = last;
    let leave = () => {};
    last = new Promise((resolve) => {
      leave = () => void pause().then(resolve);
    });
    await before;
    return leave;
  };
}

/** Calls that write run one after the other, but none waits for a person who was asked by another. */
export async function inTurn<T>(enter: Enter, run: (outside: Outside) => Promise<T>): Promise<T> {
  let leave = await enter();
  try {
    return await run(async (wait) => {
      leave();
      try {
        return await wait();
      } finally {
        leave = await enter();
      }
    });
  } finally {
    leave();
  }
}

/**
 * One call starts in each turn of the event loop. A call is mostly work without a pause, and a hundred in one turn
 * would keep signals, timers, cancellations and the answers of all of them waiting for the last.
 */
export function createTurns(): () => Promise<void> {
  let last: Promise<void> = Promise.resolve();
  return () => {
    last = last.then(pause);
    return last;
  };
}

/** Measures a call's time from now on. */
export function createStopwatch() {
  const start = performance.now();
  let left = 0;
  return {
    ms: () => performance.now() - start - left,
    /** Leaves out what this takes. */
    async without<T>(wait: () => Promise<T>): Promise<T> {
      const from = performance.now();
      try {
        return await wait();
      } finally {
        left += performance.now() - from;
      }
    },
  };
}

/** Until the next turn of the event loop. */
function pause(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}
