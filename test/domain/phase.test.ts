import fc from "fast-check";
import { describe, expect, test } from "vitest";
import {
  comparePhaseNumbers,
  formatPadded,
  formatPlain,
  type PhaseNumber,
  parsePhaseArgument,
  parsePhaseDirectory,
  parsePhaseNumber,
} from "../../src/domain/phase.ts";

const numbers = fc.record({
  major: fc.nat(2000),
  letter: fc.constantFrom("", "", "A", "B"),
  decimals: fc.array(fc.nat(30), { maxLength: 3 }),
}) satisfies fc.Arbitrary<PhaseNumber>;

describe("phase numbers", () => {
  test("order part by part as numbers", () => {
    const ordered = [
      "0",
      "0.1",
      "1",
      "2",
      "2.1",
      "2.2",
      "2.10",
      "3",
      "9",
      "10",
      "12",
      "12.1",
      "12A",
      "12A.1",
      "12B",
      "100",
    ];
    const shuffled = [...ordered].reverse().map((text) => parsePhaseNumber(text)!);
    expect(shuffled.sort(comparePhaseNumbers).map(formatPlain)).toEqual(ordered);
  });

  test.each([
    ["2.1", "2.10", false],
    ["08", "8", true],
    ["081", "81", true],
    ["02.1", "2.1", true],
    ["12", "12A", false],
    ["12a", "12A", true],
    ["2", "2.0", false],
  ])("%s equals %s: %s", (a, b, equal) => {
    expect(comparePhaseNumbers(parsePhaseNumber(a)!, parsePhaseNumber(b)!) === 0).toBe(equal);
  });

  test("the order is total and agrees with the parser", () => {
    fc.assert(
      fc.property(numbers, numbers, numbers, (a, b, c) => {
        for (const form of [formatPlain, formatPadded]) {
          expect(comparePhaseNumbers(parsePhaseNumber(form(a))!, a)).toBe(0);
        }
        expect(Math.sign(comparePhaseNumbers(a, b))).toBe(-Math.sign(comparePhaseNumbers(b, a)) + 0);
        expect(comparePhaseNumbers(a, b) === 0).toBe(formatPlain(a) === formatPlain(b));
        if (comparePhaseNumbers(a, b) <= 0 && comparePhaseNumbers(b, c) <= 0) {
          expect(comparePhaseNumbers(a, c)).toBeLessThanOrEqual(0);
        }
      }),
    );
  });
});

describe("phase directory names", () => {
  test.each([
    ["03-chat", "03", "chat", null],
    ["02.1-hot-fix", "02.1", "hot-fix", null],
    ["16-", "16", "", null],
    ["67", "67", "", null],
    ["03 with spaces", "03", "with spaces", null],
    ["128-code quality-x", "128", "code quality-x", null],
    ["v1.0.6-02.1-skill", "02.1", "skill", "1.0.6"],
    ["05-2fa-login", "05", "2fa-login", null],
    ["120-2d-map", "120", "2d-map", null],
    ["36A-late", "36A", "late", null],
    ["CK-01-setup", "01", "setup", null],
    ["54-knowledge--consumption", "54", "knowledge--consumption", null],
    ["00.1-zero", "00.1", "zero", null],
  ])("%s", (name, id, slug, milestone) => {
    const parsed = parsePhaseDirectory(name)!;
    expect([formatPadded(parsed.number), parsed.slug, parsed.milestone]).toEqual([id, slug, milestone]);
  });

  test.each([
    "",
    ".archive",
    "milestones",
    "workstreams",
    "*",
    "active",
    "chat-03",
    "-03-x",
    "v1.0",
    "3..1-x",
    "../03-x",
  ])("%j is none", (name) => expect(parsePhaseDirectory(name)).toBeNull());
});

describe("phase arguments", () => {
  test.each([
    ["3", "3"],
    ["03", "3"],
    ["Phase 3", "3"],
    ["phase 03", "3"],
    ["2.1", "2.1"],
    ["02.1", "2.1"],
    ["12A", "12A"],
    ["12a", "12A"],
    [" 4 ", "4"],
    ["010", "10"],
  ])("%j is number %s", (argument, plain) => {
    const parsed = parsePhaseArgument(argument)!;
    expect(parsed.kind).toBe("number");
    expect(formatPlain(parsed.number)).toBe(plain);
  });

  test.each(["03-chat", "v1.0.6-02.1-slug", "16-", "03 with spaces"])("%j is a directory", (argument) => {
    expect(parsePhaseArgument(argument)).toMatchObject({ kind: "directory", name: argument });
  });

  test.each([
    "",
    " ",
    "*",
    "../x",
    "1; rm",
    "3/4",
    "3\0",
    "three",
    "3.",
    ".3",
    "-1",
    "1e3",
    "0x10",
    "3,4",
    "9".repeat(300),
    "3\n4",
  ])("%j is neither", (argument) => expect(parsePhaseArgument(argument)).toBeNull());
});
