import { expect, test } from "vitest";
import { PlanningError, quote } from "../src/errors.ts";

test.each([
  ["abc", '"abc"'],
  ["a\nb\u001b[31m\u202ec\u0000\u2028", '"a b [31m c  "'],
  ["é".repeat(60), `"${"é".repeat(60)}"`],
  ["é".repeat(61), `"${"é".repeat(59)}…"`],
  ["😀".repeat(61), `"${"😀".repeat(59)}…"`],
  ["\ud800", '" "'],
  [2.5, "2.5"],
  [null, "null"],
  [undefined, "undefined"],
  [{ a: [1] }, '{"a":[1]}'],
])("%j is quoted as %s", (value, expected) => {
  expect(quote(value)).toBe(expected);
});

test("what is nested deeper than JSON can be written is quoted all the same", () => {
  let deep: unknown = "x";
  for (let depth = 0; depth < 200_000; depth++) deep = [deep];
  expect(quote(deep)).toBe("[…]");
  expect(quote({ deep })).toBe("{…}");
});

test("an error's wire form has what is known and nothing else", () => {
  expect(new PlanningError("NO_PLANS", "None.").toBody()).toEqual({ code: "NO_PLANS", message: "None." });
  const cause = new Error("deep");
  const error = new PlanningError("NO_PLANS", "None.", { cause, expected: Array(51).fill("x"), line: 1 });
  expect(error.cause).toBe(cause);
  expect(error.toBody()).toEqual({
    code: "NO_PLANS",
    message: "None.",
    expected: Array(50).fill("x"),
    line: 1,
  });
});
