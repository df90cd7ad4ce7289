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
  ["🧑‍💻 emoji ✌️ ❤️‍🔥 text", "🧑‍💻 emoji ✌️ ❤️‍🔥 text"],
  ["می‌خواهم क्‍ष", "می‌خواهم क्‍ष"],
  // Joiners that join nothing.
  ["a\u200db \u200d🙂\u200d @\u200cteam #\u200d9 1\ufe0f \ufe0f", "ab 🙂 @team #9 1"],
  [
    "1\ufe0f\u20e3 #\ufe0f\u20e3 *\ufe0f\u20e3 a\ufe0f\u20e3 2\ufe0f",
    "1\ufe0f\u20e3 #\ufe0f\u20e3 *\ufe0f\u20e3 a\u20e3 2",
  ],
  ["🙂\u200d\u200d🙂\ufe0f\ufe0f \u200c\u0645", "🙂🙂\ufe0f م"],
])("%j becomes %j", (text, clean) => {
  expect(sanitizeText(text, 100)).toBe(clean);
});

test("it is one line that can be seen, of bounded length, also of a megabyte", () => {
  fc.assert(
    fc.property(fc.string({ unit: "binary", maxLength: 400 }), (text) => {
      const clean = sanitizeText(text, 50);
      expect([...clean].length).toBeLessThanOrEqual(50);
      expect(clean.replace(/(?<=[^\p{ASCII}])(?:\ufe0f?(?:\u200c|\u200d)|\ufe0f)/gu, "")).not.toMatch(
        /[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}\p{Default_Ignorable_Code_Point}]/u,
      );
      expect(sanitizeText(clean, 50)).toBe(clean);
    }),
  );
  expect(sanitizeText("word ".repeat(200_000), 20)).toBe("word word word…");
  const joiners = fc.constantFrom("\u200c", "\u200d", "\ufe0f", "\u200b", "🙂", "م", "a", " ", "\u0301");
  fc.assert(
    fc.property(fc.array(joiners, { maxLength: 20 }), fc.integer({ min: 1, max: 12 }), (parts, max) => {
      const clean = sanitizeText(parts.join(""), max);
      expect([...clean].length).toBeLessThanOrEqual(max);
      expect(sanitizeText(clean, max)).toBe(clean);
      expect(clean).not.toMatch(
        /(?:\u200c|\u200d|\ufe0f){3}|(?:\u200c|\u200d){2}|(?:\u200c|\u200d)(?:$|[ a…])/u,
      );
    }),
    { numRuns: 5_000 },
  );
});
