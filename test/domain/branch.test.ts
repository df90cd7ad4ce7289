import { spawnSync } from "node:child_process";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { isBranchName, isPhaseBranch, phaseBranch } from "../../src/domain/branch.ts";
import { inferBranchType } from "../../src/domain/branch-type.ts";

describe("names of phase branches", () => {
  const milestone = "1.2.0";

  test.each([
    ["03", "chat", "feat/v1.2.0-03-chat"],
    ["01.1", "document-pr-workflow", "feat/v1.2.0-01.1-document-pr-workflow"],
    ["12A", "rooms", "feat/v1.2.0-12A-rooms"],
    ["05", "2fa-login", "feat/v1.2.0-05-2fa-login"],
    ["54", "knowledge-architecture--consumption", "feat/v1.2.0-54-knowledge-architecture--consumption"],
    ["128", "code quality-x", "feat/v1.2.0-128-code-quality-x"],
    ["16", "", "feat/v1.2.0-16"],
    ["03", "--upload-pack=x", "feat/v1.2.0-03-upload-pack-x"],
    ["03", "$(touch x)`y`\n..lock", "feat/v1.2.0-03-touch-x-y-lock"],
    ["03", "größe", "feat/v1.2.0-03-gro-e"],
  ])("%s %j", (id, slug, branch) => {
    expect(phaseBranch("feat", { milestone, id, slug })).toBe(branch);
  });

  test("are names that git takes, whatever the directory is called", () => {
    fc.assert(
      fc.property(fc.string({ unit: "binary", maxLength: 300 }), (slug) => {
        const branch = phaseBranch("fix", { milestone, id: "02.1", slug });
        expect(branch).toMatch(/^fix\/v1\.2\.0-02\.1(?:-[a-z0-9][a-z0-9-]*)?$/);
        expect(isBranchName(branch)).toBe(true);
      }),
    );
  });

  test("never get longer than a file name may be", () => {
    const slug = "a".repeat(250);
    expect(phaseBranch("feat", { milestone, id: "03", slug }).length).toBeLessThan(100);
  });
});

describe("what is a name of a branch", () => {
  test("is what git takes for one", () => {
    const part = fc.string({
      unit: fc.constantFrom(
        "a",
        "-",
        ".",
        "/",
        "@",
        "{",
        "~",
        "^",
        ":",
        "?",
        "*",
        "[",
        "\\",
        " ",
        "é",
        "lock",
      ),
      maxLength: 6,
    });
    fc.assert(
      fc.property(fc.oneof(part, fc.constantFrom("HEAD", "@", "a.lock", "a.lock/b", "main")), (name) => {
        const git = spawnSync("git", ["check-ref-format", `refs/heads/${name}`]).status === 0;
        // Stricter than git in this: no part begins with a hyphen, and HEAD and @ are names of something else.
        const isOdd = /(?:^|\/)-/.test(name) || name === "HEAD" || name === "@";
        expect(isBranchName(name)).toBe(git && !isOdd);
      }),
      { numRuns: 300 },
    );
  });

  test.each(["--upload-pack=x", "-", "a\nb", "a\0b", "a\x7f", "@{-1}", "", "x".repeat(251)])(
    "%j is none",
    (name) => {
      expect(isBranchName(name)).toBe(false);
    },
  );
});

describe("types", () => {
  test.each([
    ["Fix login bug on the start page", "fix"],
    ["Document API endpoints", "docs"],
    ["Refactor the message store", "refactor"],
    ["Build authentication with email and password", "feat"],
    ["Users see the right total; the rounding bug is gone", "fix"],
    ["The broken redirect is fixed", "fix"],
    ["Patch the session leak", "fix"],
    ["Hotfix for the release", "fix"],
    ["Bug-fixes for v1", "fix"],
    ["Add documentation for the API", "docs"],
    ["Update README.md and docs", "docs"],
    ["Every module has code comments", "docs"],
    ["Add tests and document the protocol", "docs"],
    ["Restructure the packages", "refactor"],
    ["Reorganise src/", "refactor"],
    ["Refactor the bug tracker's fix list", "refactor"],
    ["Document known bugs", "docs"],
    ["Project setup", "chore"],
    ["Set up CI", "chore"],
    ["Upgrade dependencies", "chore"],
    ["Chores before the release", "chore"],
    // Parts of other words, and words that mean something else.
    ["Names carry a prefix", "feat"],
    ["Dispatch events to workers", "feat"],
    ["Ship a docker image", "feat"],
    ["A debug panel for developers", "feat"],
    ["Users leave comments on posts", "feat"],
    ["A configurable dashboard", "feat"],
    ["Users upload documents", "feat"],
    ["Document management for teams", "feat"],
    ["Import from Google Docs", "feat"],
    ["Users file bug reports", "feat"],
    ["A fixed header on every page", "feat"],
    ["PATCH and PUT for users", "feat"],
    ["The system automatically fixes mechanical issues", "feat"],
    ["Parse bugs.json and src/fix.ts", "feat"],
    ["A setup wizard", "feat"],
    ["A suffixed, unfixable, debugged thing", "feat"],
    ["Préfix and fixé", "feat"],
    ["", "feat"],
  ])("%s: %s", (goal, type) => {
    expect(inferBranchType(goal, "")).toMatchObject({ type });
    expect(inferBranchType(null, goal)).toMatchObject({ type });
  });

  test("say which word told, and where; the goal goes first", () => {
    expect(inferBranchType("Fix it", "Documentation")).toEqual({ type: "fix", reason: '"Fix" in the goal' });
    expect(inferBranchType("It works", "Documentation")).toEqual({
      type: "docs",
      reason: '"Documentation" in the name',
    });
    expect(inferBranchType(null, "Chat")).toEqual({
      type: "feat",
      reason: "no word of the goal or the name says otherwise",
    });
  });

  test("do not take long for long texts", () => {
    const start = Date.now();
    for (const text of ["bug-", "automatically ", "the project setup "])
      inferBranchType(text.repeat(1e5), text);
    expect(Date.now() - start).toBeLessThan(3_000);
  });
});

describe("a branch of a phase", () => {
  test.each([
    ["feat/v1.2.0-02.1-chat", true],
    ["fix/v1.2.0-02.1-renamed-since", true],
    ["docs/v1.2.0-02.1", true],
    ["feat/v1.2.0-02.10-chat", false],
    ["feat/v1.2.0-02-chat", false],
    ["feat/v1.2.0-02.1x", false],
    ["feat/v1.2-02.1-chat", false],
    ["feature/v1.2.0-02.1-chat", false],
    ["me/feat/v1.2.0-02.1-chat", false],
    ["feat/v1.2.0-02.1-chat/more", false],
    ["v1.2.0-02.1-chat", false],
    ["main", false],
    ["", false],
  ])("%j: %s", (name, isOne) => {
    expect(isPhaseBranch(name, { milestone: "1.2.0", id: "02.1" })).toBe(isOne);
  });

  test("is what it is called", () => {
    fc.assert(
      fc.property(fc.string({ unit: "binary", maxLength: 100 }), (slug) => {
        const phase = { milestone: "1.2.0", id: "12A", slug };
        expect(isPhaseBranch(phaseBranch("perf", phase), phase)).toBe(true);
      }),
    );
  });
});
