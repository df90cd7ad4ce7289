import fc from "fast-check";
import { expect, test } from "vitest";
import { readLeadingIds } from "../../src/domain/leading-ids.ts";

test.each<[string, string[] | null]>([
  ["AUTH-01", ["AUTH-01"]],
  ["**AUTH-01**", ["AUTH-01"]],
  ["**AUTH-01**: User can log in with SSO-02", ["AUTH-01"]],
  ["**AUTH-01:** text", ["AUTH-01"]],
  ["**AUTH-01** text about B-02", ["AUTH-01"]],
  ["__AUTH-01__ text", ["AUTH-01"]],
  ["~~**AUTH-01**: text~~", ["AUTH-01"]],
  ["`AUTH-01`", ["AUTH-01"]],
  ["[AUTH-01](#auth-01) (3)", ["AUTH-01"]],
  ["[AUTH-01] text", ["AUTH-01"]],
  ["AUTH-01 — text", ["AUTH-01"]],
  ["AUTH-01. Text", ["AUTH-01"]],
  ["AUTH-01 (P1, was AUTH-02)", ["AUTH-01"]],
  // Every form of id that real files have.
  ["AUTH-V2-01: x", ["AUTH-V2-01"]],
  ["E2E-01", ["E2E-01"]],
  ["ENG-F01", ["ENG-F01"]],
  ["GAMES-04b", ["GAMES-04b"]],
  ["REQ-16-01", ["REQ-16-01"]],
  ["REQ-PRETEXT-05", ["REQ-PRETEXT-05"]],
  ["T6: x", ["T6"]],
  ["REQ_1", ["REQ_1"]],
  ["FR1.2: x", ["FR1.2"]],
  // Several.
  ["A-01, A-02", ["A-01", "A-02"]],
  ["**A-01**, **B-02**: text", ["A-01", "B-02"]],
  ["A-01 and B-02: text", ["A-01", "B-02"]],
  ["A-01/02", ["A-01", "A-02"]],
  ["GAMES-04b/c", ["GAMES-04b", "GAMES-04c"]],
  ["A-01, 02, 03", ["A-01", "A-02", "A-03"]],
  ["PREF-01..03", ["PREF-01", "PREF-02", "PREF-03"]],
  ["PREF-01...PREF-03 text", ["PREF-01", "PREF-02", "PREF-03"]],
  ["PREF-01 to 03", ["PREF-01", "PREF-02", "PREF-03"]],
  ["PREF-01 through PREF-03", ["PREF-01", "PREF-02", "PREF-03"]],
  ["PREF-01–03", ["PREF-01", "PREF-02", "PREF-03"]],
  ["PREF-01 – PREF-03", ["PREF-01", "PREF-02", "PREF-03"]],
  ["PREF-01-PREF-03", ["PREF-01", "PREF-02", "PREF-03"]],
  ["PREF-09–11, UX-01", ["PREF-09", "PREF-10", "PREF-11", "UX-01"]],
  // What follows describes.
  ["A-01 - 3 columns", ["A-01"]],
  ["A-01 — OAuth2 login", ["A-01"]],
  ["A-01 — B-02 again", ["A-01"]],
  ["A-01, 2 of them", ["A-01"]],
  ["A-01, UTF-8 only", ["A-01"]],
  ["A-01 and B-02 work together", ["A-01"]],
  ["A-01 to be done", ["A-01"]],
  // No id, an id's beginning, or what cannot be written out.
  ["See A-01", null],
  ["Auth", null],
  ["12", null],
  ["", null],
  ["A-01é", null],
  ["A-01/login", null],
  ["A-01-", ["A-01"]],
  ["A-01-*", ["A-01"]],
  ["A-01 to B-03", null],
  ["A-01 - B-03: text", null],
  ["A-05..02", null],
  ["A-1..A-5000", null],
])("%j", (text, ids) => {
  expect(readLeadingIds(text)).toEqual(ids);
});

test("an id and what follows it", () => {
  const id = fc.stringMatching(/^[A-Z]{1,5}(-[A-Z0-9]{1,3})?-\d{1,3}[a-z]?$/);
  const frame = fc.constantFrom(["", ""], ["**", "**"], ["`", "`"], ["[", "](#x)"], ["__", "__"]);
  const tail = fc.constantFrom("", ": text B-02", " text", " (note)", " — A-99");
  fc.assert(
    fc.property(id, frame, tail, (text, [before, after], rest) => {
      const ids = readLeadingIds(before + text + after + rest);
      // Two ids joined by a hyphen are a range.
      fc.pre(!/^[A-Z]\w*-\d+-[A-Z]/.test(text));
      if (!rest.endsWith("A-99")) expect(ids).toEqual([text]);
    }),
  );
});

test("any text takes linear time and gives distinct ids", () => {
  fc.assert(
    fc.property(fc.stringMatching(/^[A-C0-9a ,.–[\]()/*_&-]{0,60}$/), (text) => {
      const ids = readLeadingIds(text);
      if (ids) expect(new Set(ids).size).toBe(ids.length);
    }),
  );
  const start = performance.now();
  for (const text of [
    "[".repeat(1e6),
    `A-1${", A-2".repeat(1e5)}`,
    `A-1${"..A-2".repeat(1e5)}`,
    "_".repeat(1e6),
  ]) {
    readLeadingIds(text);
  }
  expect(performance.now() - start).toBeLessThan(5_000);
});
