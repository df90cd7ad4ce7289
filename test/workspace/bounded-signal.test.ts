import { expect, test } from "vitest";
import { boundedSignal } from "../../src/workspace/bounded-signal.ts";

const aborted = (signal: AbortSignal) =>
  new Promise<unknown>((resolve) => {
    if (signal.aborted) resolve(signal.reason);
    signal.addEventListener("abort", () => resolve(signal.reason));
  });

test("aborts after its time, and with the other signal, with that one's reason", async () => {
  expect(await aborted(boundedSignal(undefined, 10).signal)).toMatchObject({ name: "TimeoutError" });
  const call = new AbortController();
  const { signal, clear } = boundedSignal(call.signal, 60_000);
  const reason = aborted(signal);
  call.abort("cancelled");
  expect(await reason).toBe("cancelled");
  clear();
  expect(boundedSignal(call.signal, undefined).signal.reason).toBe("cancelled");
});

test("waits for nothing any more when it is over", async () => {
  const call = new AbortController();
  const { signal, clear } = boundedSignal(call.signal, 10);
  clear();
  call.abort("cancelled");
  await new Promise((resolve) => setTimeout(resolve, 30));
  expect(signal.aborted).toBe(false);
});
