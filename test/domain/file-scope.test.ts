import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { FileClaims, parseFileScope } from "../../src/domain/file-scope.ts";

const overlap = (a: string, b: string): boolean => {
  const claims = new FileClaims<string>();
  claims.claim(parseFileScope(a)!, "a");
  return claims.isTaken(parseFileScope(b)!);
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
    ["src/a.ts (adds foo (bar))", "src/a.ts", true],
    ["src/a.ts (x) (y)", "src/a.ts", true],
    ["src/a.ts (x, y), (z)", "src/a.ts", true],
    ["src/a.ts (never closed", "src/a.ts", true],
    ["src/a.ts - adds foo", "src/a.ts", true],
    ["src/a.ts — adds foo", "src/a.ts", true],
    ["src/a.ts: adds foo", "src/a.ts", true],
    ["`src/a.ts` — adds foo", "src/a.ts", true],
    ['"src/a.ts" (new)', "src/a.ts", true],
    ["Modify: src/a.ts", "src/a.ts", true],
    ["@src/a.ts", "src/a.ts", true],
    ["src/a.ts:10-20", "src/a.ts", true],
    ["(auth)/a.ts", "(auth)/a.ts", true],
    ["(auth)/a.ts", "(shop)/a.ts", false],
    ["My Project/Assets/a b.cs", "My Project/Assets/a b.cs", true],
    ["My Project/a.cs", "My", false],
    ["src/{a,b", "src/x", false],
  ])("%s and %s: %s", (a, b, expected) => {
    expect(overlap(a, b)).toBe(expected);
    expect(overlap(b, a)).toBe(expected);
  });
});

test("a path below the root is relative to it", () => {
  const scope = (entry: string, root = "/home/me/app") => parseFileScope(entry, root);
  expect(scope("/home/me/app/src/a.ts")).toEqual(scope("src/a.ts"));
  expect(scope("/home/me/app/src/")).toEqual(scope("src/"));
  expect(scope("/home/me/app")).toEqual({ path: "", tree: true });
  expect(scope("/home/me/apple/a.ts")).toEqual({ path: "home/me/apple/a.ts", tree: false });
  expect(scope("C:\\work\\app\\src\\a.ts", "C:\\work\\app")).toEqual({ path: "src/a.ts", tree: false });
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

test("a hostile entry is read in time that grows with its length", () => {
  const long = 100_000;
  for (const entry of [
    `a${" ".repeat(long)}b`,
    `a${" (".repeat(long)}b`,
    `a${"(".repeat(long)}b`,
    `a ${"(".repeat(long)}${")".repeat(long)}b`,
    "`".repeat(long),
    `{${",".repeat(long)}`,
    "{".repeat(long),
    `a${" - ".repeat(long)}b`,
    ":1".repeat(long),
  ]) {
    const start = performance.now();
    parseFileScope(entry);
    expect(performance.now() - start).toBeLessThan(3_000);
  }
});
