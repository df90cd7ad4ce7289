import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { FileClaims, parseFileScope } from "../../src/domain/file-scope.ts";

const overlap = (a: string, b: string): boolean => {
  const claims = new FileClaims<string>();
  claims.claim(parseFileScope(a)!, "a");
  return claims.overlapping(parseFileScope(b)!).size > 0;
};

describe("do two entries share a file", () => {
  test.each([
    ["src/a.ts", "src/a.ts", true],
    ["./src/a.ts", "src//x/../a.ts", true],
    ["src\\a.ts", "src/a.ts", true],
    ["src/a.ts (new)", "src/a.ts", true],
    ["`src/a.ts` (NEW)", "src/a.ts", true],
    ["src/", "src/a/b.ts", true],
    ["src/", "src", true],
    ["src/", "srcs/a.ts", false],
    ["src/*.ts", "src/a.ts", true],
    ["src/**/x.ts", "src/deep/er/x.ts", true],
    ["src/f*.ts", "lib/f.ts", false],
    ["src/{a,b}.ts", "src/c.ts", true],
    ["app/[id]/page.tsx", "app/[name]/page.tsx", false],
    ["app/[id]/page.tsx", "app/[id]/page.tsx", true],
    ["app/(auth)/login.tsx", "app/login.tsx", false],
    ["app/[...slug]/page.tsx", "app/other.tsx", false],
    ["src/A.ts", "src/a.ts", false],
    ["a/", "a/b/", true],
    ["a/b/", "a/", true],
    ["**/*.md", "docs/x.md", true],
    ["src/a.ts", "src/a.tsx", false],
    ["caf\u00e9.ts", "cafe\u0301.ts", true],
    ["../lib/x.ts", "lib/x.ts", false],
  ])("%s and %s: %s", (a, b, expected) => {
    expect(overlap(a, b)).toBe(expected);
    expect(overlap(b, a)).toBe(expected);
  });
});

test("an empty entry is nothing", () => {
  expect(parseFileScope("  ")).toBeNull();
});

test("overlapping is symmetric", () => {
  const entry = fc
    .array(fc.constantFrom("a", "b", "..", ".", "*", "[x]", "{a,b}"), { minLength: 1, maxLength: 4 })
    .chain((parts) => fc.constantFrom(parts.join("/"), `${parts.join("/")}/`));
  fc.assert(
    fc.property(entry, entry, (a, b) => {
      expect(overlap(a, b)).toBe(overlap(b, a));
    }),
  );
});
