/** A hook that never falls silent does not keep the project locked for ever. */
import { readdirSync } from "node:fs";
import { join } from "node:path";
import { expect, test, vi } from "vitest";
import { commitPaths } from "../../src/workspace/commit.ts";
import type { GitOptions } from "../../src/workspace/git.ts";
import { git, gitProject, hook, status } from "../support/git.ts";
import { project } from "../support/project.ts";

const limits: number[] = [];
// Ten minutes are a second here; what is passed on is what is looked at.
vi.mock("../../src/workspace/git.ts", async (original) => {
  const actual = await original<typeof import("../../src/workspace/git.ts")>();
  return {
    ...actual,
    runGit(directory: string, args: readonly string[], options: GitOptions = {}) {
      if (options.limitMs === undefined) return actual.runGit(directory, args, options);
      limits.push(options.limitMs);
      return actual.runGit(directory, args, { ...options, limitMs: options.limitMs / 600 });
    },
  };
});

test.each(["pre-commit", "post-commit"])(
  "a %s hook that keeps talking is ended",
  { timeout: 30_000 },
  async (name) => {
    const root = gitProject({ "a.md": "a" }, { uncommitted: { "a.md": "b", "new.md": "n" } });
    const marks = project({});
    hook(root, name, `while [ -e "${marks}" ]; do echo still busy; sleep 0.05; done`);
    limits.length = 0;
    const start = performance.now();
    const result = await commitPaths(root, ["a.md", "new.md"], "late");
    const took = performance.now() - start;
    expect(limits).toEqual([600_000]);
    expect(took).toBeGreaterThan(900);
    expect(took).toBeLessThan(6_000);
    if (name === "pre-commit") {
      expect(result).toMatchObject({ status: "skipped", reason: "timed_out", sha: null });
      expect(status(root)).toEqual([" M a.md", "?? new.md"]);
    } else {
      expect(result).toMatchObject({ status: "committed", sha: git(root, "rev-parse", "HEAD") });
      expect(status(root)).toEqual([]);
    }
    expect(readdirSync(join(root, ".git")).filter((one) => /wavewright|lock/.test(one))).toEqual([]);
  },
);
