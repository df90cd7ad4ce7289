/** Contract, part 1, "The project root". */
import { mkdtempSync, realpathSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, onTestFinished, test } from "vitest";
import { PlanningError } from "../../src/errors.ts";
import { findRoot } from "../../src/workspace/roots.ts";
import { Link, project, write } from "../support/project.ts";

const PLANNING = { ".planning": {} };

/** The error's code; fails when a root was found. */
function refusal(given: string | undefined, configured: string[], cwd = "/"): PlanningError {
  try {
    return expect.fail(`found ${findRoot(given, { configured, cwd })}`);
  } catch (error) {
    if (error instanceof PlanningError) return error;
    throw error;
  }
}

describe("without configured roots", () => {
  const discovered: [name: string, tree: Parameters<typeof project>[0], cwd: string, found: string][] = [
    ["the working directory itself", PLANNING, ".", "."],
    ["an ancestor", { ...PLANNING, "a/b/c": {} }, "a/b/c", "."],
    ["the nearest of several ancestors", { ...PLANNING, "a/.planning": {}, "a/b": {} }, "a/b", "a"],
    ["workspace/ below", { "workspace/.planning": {} }, ".", "workspace"],
    ["main/ below", { "main/.planning": {} }, ".", "main"],
    ["workspace/ before main/", { "workspace/.planning": {}, "main/.planning": {} }, ".", "workspace"],
    ["an ancestor before workspace/", { ...PLANNING, "a/workspace/.planning": {} }, "a", "."],
    ["a directory, not a file named .planning", { ...PLANNING, "a/.planning": "text" }, "a", "."],
  ];

  test.each(discovered)("finds %s", (_, tree, cwd, found) => {
    const root = project(tree);
    expect(findRoot(undefined, { configured: [], cwd: join(root, cwd) })).toBe(join(root, found));
  });

  test("says where it looked and how to set it", () => {
    const cwd = project({ "other/.planning": {} });
    const error = refusal(undefined, [], cwd);
    expect(error.code).toBe("NO_PLANNING_DIR");
    for (const place of [cwd, "every directory above", join(cwd, "workspace"), join(cwd, "main")]) {
      expect(error.message).toContain(place);
    }
    expect(error.details.hint).toMatch(/--root DIR.*WAVEWRIGHT_ROOT/);
  });

  test("a given `root` does not help where nothing is found, and the hint does not say so", () => {
    const cwd = project({ "other/.planning": {} });
    const error = refusal(join(cwd, "other"), [], cwd);
    expect(error.code).toBe("NO_PLANNING_DIR");
    expect(error.details.hint).toMatch(/^Restart the server .*--root DIR/);
    expect(error.details.hint).not.toMatch(/give `root`/i);
    expect(error.details.expected).toBeUndefined();
  });

  test("`root` must be the discovered one or lie inside", () => {
    const root = project({ "a/.planning": {}, "a/b/.planning": {}, "c/.planning": {} });
    const cwd = join(root, "a");
    expect(findRoot(cwd, { configured: [], cwd })).toBe(cwd);
    expect(findRoot("b", { configured: [], cwd })).toBe(join(cwd, "b"));
    expect(refusal(join(root, "c"), [], cwd).code).toBe("PATH_OUTSIDE_ROOT");
    expect(refusal("../c", [], cwd)).toMatchObject({
      code: "PATH_OUTSIDE_ROOT",
      details: { expected: [cwd] },
    });
  });
});

describe("with configured roots", () => {
  test("the first is the default, wherever the working directory is", () => {
    const root = project({ "a/.planning": {}, "b/.planning": {} });
    const configured = [join(root, "a"), join(root, "b")];
    expect(findRoot(undefined, { configured, cwd: join(root, "b") })).toBe(join(root, "a"));
  });

  test("the first counts even without .planning, and the error names the others that have it", () => {
    const root = project({ a: {}, "b/.planning": {}, c: {} });
    const configured = ["a", "b", "c"].map((name) => join(root, name));
    const error = refusal(undefined, configured);
    expect(error).toMatchObject({ code: "NO_PLANNING_DIR", details: { expected: [join(root, "b")] } });
    expect(error.message).toContain(join(root, "a"));
  });

  test("without a project the hint is about --root, not about the working directory", () => {
    const { hint, expected } = refusal(undefined, [project({})]).details;
    expect(hint).toMatch(/^Restart the server with --root DIR/);
    expect(expected).toBeUndefined();
  });

  test("a directory with projects: they are candidates, of every root, and none outside", () => {
    const place = project({
      "a/two/.planning": {},
      "a/one/.planning": {},
      "a/none": {},
      "a/file": "",
      "a/deep/er/.planning": {},
      "a/out": new Link("../outside"),
      "a/in": new Link("one"),
      "outside/.planning": {},
      "b/three/.planning": {},
    });
    const [a, b] = [join(place, "a"), join(place, "b")];
    const error = refusal(undefined, [a, b]);
    expect(error.message).toBe(`No .planning/ directory in ${a}, ${b}.`);
    expect(error.details).toEqual({
      hint: "Give one of `expected` as `root`.",
      expected: [join(a, "in"), join(a, "one"), join(a, "two"), join(b, "three")],
    });
    for (const root of error.details.expected as string[]) {
      expect(findRoot(root, { configured: [a, b], cwd: "/" })).toBeTruthy();
    }
    expect(refusal("none", [a]).message).toBe(`No .planning/ directory in ${join(a, "none")}.`);
    expect(refusal(a, [place]).details.expected).toEqual(
      expect.arrayContaining([join(a, "one"), join(a, "two")]),
    );
  });

  test("at most 50 candidates are named", () => {
    const root = project(
      Object.fromEntries(Array.from({ length: 60 }, (_, index) => [`p${index}/.planning`, {}])),
    );
    expect(refusal(undefined, [root]).details.expected).toHaveLength(50);
  });

  test("relative ones are relative to the working directory, and `root` to the first", () => {
    const cwd = project({ "a/.planning": {}, "a/b/.planning": {} });
    expect(findRoot(undefined, { configured: ["a"], cwd })).toBe(join(cwd, "a"));
    expect(findRoot("b", { configured: ["a"], cwd })).toBe(join(cwd, "a/b"));
    expect(findRoot("./b/..", { configured: ["a"], cwd })).toBe(join(cwd, "a"));
  });

  test("an empty `root` is refused", () => {
    const root = project(PLANNING);
    expect(refusal("", [root])).toMatchObject({ code: "INVALID_ARGUMENT", details: { expected: [root] } });
  });

  test("`root` may lie in any of them, and each may be only a directory with projects", () => {
    const root = project({ "a/p/.planning": {}, "b/q/.planning": {} });
    const configured = [join(root, "a"), join(root, "b")];
    expect(findRoot(join(root, "b/q"), { configured, cwd: "/" })).toBe(join(root, "b/q"));
    expect(findRoot("p", { configured, cwd: "/" })).toBe(join(root, "a/p"));
  });

  test("a directory inside without its own .planning is refused: the project around it may not be meant", () => {
    const root = project({ ...PLANNING, "packages/a": {} });
    const error = refusal("packages/a", [root]);
    expect(error.code).toBe("NO_PLANNING_DIR");
    expect(error.details.expected).toEqual([root]);
  });

  test.each([
    ["a sibling whose name begins the same", "../root-2"],
    ["the parent", ".."],
    ["the top", "/"],
    ["what does not exist outside", "../nothing"],
    ["what does not exist outside, by way of the root", "x/../../nothing"],
  ])("`root` may not be %s", (_, given) => {
    const place = project({ "root/.planning": {}, "root-2/.planning": {} });
    expect(refusal(given, [join(place, "root")]).code).toBe("PATH_OUTSIDE_ROOT");
  });

  test("a name that begins with two dots is not outside", () => {
    const root = project({ ...PLANNING, "..b/.planning": {} });
    expect(findRoot("..b", { configured: [root], cwd: "/" })).toBe(join(root, "..b"));
  });

  test("what does not exist inside is NO_PLANNING_DIR", () => {
    expect(refusal("nothing", [project()]).code).toBe("NO_PLANNING_DIR");
    expect(refusal(undefined, [join(project(), "gone")]).code).toBe("NO_PLANNING_DIR");
  });
});

describe("symbolic links", () => {
  test("a configured root and `root` may name one directory in two ways", () => {
    const place = project({ "real/.planning": {}, "real/sub/.planning": {}, link: new Link("real") });
    const [real, link] = [join(place, "real"), join(place, "link")];
    expect(findRoot(undefined, { configured: [link], cwd: "/" })).toBe(real);
    expect(findRoot(real, { configured: [link], cwd: "/" })).toBe(real);
    expect(findRoot(link, { configured: [real], cwd: "/" })).toBe(real);
    expect(findRoot("sub", { configured: [link], cwd: "/" })).toBe(join(real, "sub"));
  });

  test("one inside that leads outside is refused", () => {
    const place = project({ "root/.planning": {}, "root/out": new Link("../other"), "other/.planning": {} });
    expect(refusal("out", [join(place, "root")]).code).toBe("PATH_OUTSIDE_ROOT");
  });

  test("a .planning that leads outside is refused with its path, and one that stays inside is read", () => {
    const place = project({
      "a/.planning": new Link("../planning"),
      planning: {},
      "b/.planning": new Link("docs"),
      "b/docs": {},
      "c/.planning": new Link("nowhere"),
    });
    expect(refusal(undefined, [join(place, "a")])).toMatchObject({
      code: "PATH_OUTSIDE_ROOT",
      details: { path: ".planning" },
    });
    expect(findRoot(undefined, { configured: [join(place, "b")], cwd: "/" })).toBe(join(place, "b"));
    expect(refusal(undefined, [join(place, "c")]).code).toBe("NO_PLANNING_DIR");
  });
});

test("every call looks anew", () => {
  const root = project({});
  const options = { configured: [root], cwd: "/" };
  expect(refusal(undefined, [root]).code).toBe("NO_PLANNING_DIR");
  write(root, PLANNING);
  expect(findRoot(undefined, options)).toBe(root);
  rmSync(join(root, ".planning"), { recursive: true });
  expect(refusal(undefined, [root]).code).toBe("NO_PLANNING_DIR");
});

test("a `root` is quoted short and on one line", () => {
  const place = realpathSync(mkdtempSync(join(tmpdir(), "wavewright-")));
  onTestFinished(() => rmSync(place, { recursive: true }));
  const { message } = refusal(`/elsewhere\n${"x".repeat(3_000)}`, [place]);
  expect(message.length).toBeLessThan(200);
  expect(message).not.toContain("\n");
});
