import { expect, test } from "vitest";
import { inPlanning, isWritable } from "../../src/workspace/writable.ts";
import { Link, project } from "../support/project.ts";

test.each([
  ".planning/ROADMAP.md",
  ".planning/STATE.md",
  ".planning/REQUIREMENTS.md",
  ".planning/v1.2-MILESTONE-AUDIT.md",
  ".planning/milestones/v1.2-MILESTONE-AUDIT.md",
  ".planning/phases/active/03-chat",
  ".planning/phases/active/03-chat/.gitkeep",
  ".planning/phases/active/03-chat/.continue-here.md",
  ".planning/phases/03-chat/notes/git/a b.txt",
  ".planning/phases/active/03-git~chat/x.git",
])("%s is", (path) => {
  expect(isWritable(path)).toBe(true);
});

test.each([
  ".planning",
  ".planning/phases",
  ".planning/config.json",
  ".planning/hooks/pre-commit",
  ".planning/codebase/ARCHITECTURE.md",
  ".planning/.wavewright",
  ".planning/.wavewright/lock",
  ".planning/phases/a/../../../x.md",
  ".planning/phases//x.md",
  ".planning/phases/./x.md",
  ".planning/phases/a\0.md",
  "ROADMAP.md",
])("%j is not", (path) => {
  expect(isWritable(path)).toBe(false);
});

test.each([
  ".git",
  ".GIT",
  ".Git",
  "git~1",
  "GIT~2",
  ".git ",
  ".git.",
  ".git . .",
  ".git::$INDEX_ALLOCATION",
  ".git:x",
  ".g\u200cit",
  "\ufeff.git",
  ".gi\u206ft\u202e",
  "\uff0egit",
  "x\\.git",
  ".git\\x",
  "x\\..\\y",
])("a repository's own directory is no place: %j", (name) => {
  for (const path of [`.planning/phases/${name}/config`, `.planning/phases/active/01-a/${name}`]) {
    expect(isWritable(path)).toBe(false);
  }
  expect(isWritable(`.planning/${name}/x.md`)).toBe(false);
});

test("a name of a megabyte", () => {
  const start = performance.now();
  expect(isWritable(`.planning/phases/${". ".repeat(500_000)}x`)).toBe(true);
  expect(isWritable(`.planning/phases/.git${". ".repeat(500_000)}`)).toBe(false);
  expect(performance.now() - start).toBeLessThan(3_000);
});

test("no link leads to a repository's own directory", () => {
  const root = project({
    ".planning/.git/hooks": {},
    ".planning/phases/x": new Link("../.git/hooks"),
    ".planning/phases/y": {},
  });
  expect(inPlanning(root, ".planning/phases/y", () => "used")).toBe("used");
  expect(() => inPlanning(root, ".planning/phases/x", () => "used")).toThrow(/git's own files/);
});
