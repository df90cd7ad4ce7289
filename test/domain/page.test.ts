import fc from "fast-check";
import { expect, test } from "vitest";
import {
  ANSWER_BYTES,
  fewerDiagnostics,
  fitAnswer,
  fitInto,
  jsonBytes,
  takePage,
} from "../../src/domain/page.ts";

test("jsonBytes counts UTF-8", () => {
  fc.assert(
    fc.property(fc.jsonValue(), fc.string({ unit: "grapheme" }), (value, text) => {
      const both = [value, text];
      expect(jsonBytes(both)).toBe(Buffer.byteLength(JSON.stringify(both)));
    }),
  );
});

test("following the cursor gives every entry of every list once, in order", () => {
  fc.assert(
    fc.property(
      fc.array(fc.string({ maxLength: 40 }), { maxLength: 130 }),
      fc.array(fc.nat(), { maxLength: 130 }),
      fc.option(fc.integer({ min: 1, max: 60 }), { nil: undefined }),
      (texts, numbers, limit) => {
        const seen = { texts: [] as string[], numbers: [] as number[] };
        let cursor: string | undefined;
        for (let page = 0; page < 300; page++) {
          const { lists, next_cursor } = takePage(
            { texts: { entries: texts, bytes: 500 }, numbers: { entries: numbers, bytes: 500 } },
            { limit, cursor },
          );
          expect(Math.max(lists.texts.length, lists.numbers.length)).toBeLessThanOrEqual(limit ?? 50);
          seen.texts.push(...lists.texts);
          seen.numbers.push(...lists.numbers);
          if (next_cursor === null) break;
          cursor = next_cursor;
        }
        expect(seen).toEqual({ texts, numbers });
      },
    ),
  );
});

test.each(["", "x", "p", "p1", "p1.2.3", "1.2", "p-1.0", "p1.2 ", "p9999999999.0"])(
  "cursor %j is refused",
  (cursor) => {
    const list = { entries: [1, 2, 3], bytes: 100 };
    expect(() => takePage({ a: list, b: list }, { cursor })).toThrow(
      expect.objectContaining({ code: "INVALID_ARGUMENT" }),
    );
  },
);

test("an offset past the end is an empty last page", () => {
  expect(takePage({ a: { entries: [1], bytes: 100 } }, { cursor: "p7" })).toEqual({
    lists: { a: [] },
    next_cursor: null,
  });
});

test("fitInto takes what fits and counts the rest", () => {
  expect(fitInto(["aaaa", "bbbb", "cccc"], 14)).toEqual({ entries: ["aaaa", "bbbb"], omitted: 1 });
});

test("fitAnswer shortens only what is too large, and says so", () => {
  const small = { diagnostics: [], text: "a" };
  const steps = [{ what: "no text", apply: (answer: typeof small) => ({ ...answer, text: "" }) }];
  expect(fitAnswer(small, steps)).toBe(small);
  const large = fitAnswer({ diagnostics: [], text: "a".repeat(20_000) }, steps);
  expect(large).toMatchObject({ text: "", diagnostics: [{ code: "ANSWER_TRUNCATED" }] });
  const many = {
    diagnostics: Array.from({ length: 999 }, () => ({
      code: "EMPTY_FILE" as const,
      severity: "info" as const,
      message: "m",
    })),
  };
  expect(jsonBytes(fitAnswer(many, [fewerDiagnostics(1000)]))).toBeLessThan(ANSWER_BYTES);
});
