import fc from "fast-check";
import { expect, test } from "vitest";
import { sanitizeText } from "../../src/domain/github-text.ts";

test.each([
  ["Phase 3: Chat", "Phase 3: Chat"],
  ["  Phase\r\n3:\tChat\u2028x ", "Phase 3: Chat x"],
  ["a\u202eb\u2066c\u200bd\u00ade\ufefff", "abcdef"],
  ["a\u001b[31mb\u0007", "a [31mb"],
  ["a\u{e0041}\u{e007f}\ufe0f\u3164\u115fb", "ab"],
  ["a\ud800b", "ab"],
  ["\u00a0\u3000", ""],
  ["größe 日本 🙂", "größe 日本 🙂"],
])("%j becomes %j", (text, clean) => {
  expect(sanitizeText(text, 100)).toBe(clean);
});

test("it is one line that can be seen, of bounded length, also of a megabyte", () => {
  fc.assert(
    fc.property(fc.string({ unit: "binary", maxLength: 400 }), (text) => {
      const clean = sanitizeText(text, 50);
      expect([...clean].length).toBeLessThanOrEqual(50);
      expect(clean).not.toMatch(/[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}\p{Default_Ignorable_Code_Point}]/u);
      expect(sanitizeText(clean, 50)).toBe(clean);
    }),
  );
  expect(sanitizeText("word ".repeat(200_000), 20)).toBe("word word word…");
});
