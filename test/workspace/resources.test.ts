import { existsSync, readFileSync, utimesSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import {
  listResources,
  pathsOfResource,
  ResourceNotFound,
  readResource,
} from "../../src/workspace/resources.ts";
import { Workspace } from "../../src/workspace/workspace.ts";
import discoverPhase from "../../tools/discover_phase.ts";
import { call } from "../support/client.ts";
import { CORPUS, SKIPPED, TREES } from "../support/corpus.ts";
import { manyPhases } from "../support/many-phases.ts";
import { Link, plan, project, snapshotTree, type Tree } from "../support/project.ts";

const DIR = ".planning/phases/active/03-chat";

const tree = (more: Tree = {}): Tree => ({
  ".planning/ROADMAP.md":
    "\uFEFF# Roadmap\r\n\r\n#### Phase 3: Chat\r\n\r\n**Goal:** Talk\r\n\r\n#### Phase 4: Rooms\r\n",
  ".planning/config.json": '{ "model_profile": "budget" }\n',
  [DIR]: { "03-01-PLAN.md": plan({ wave: 1 }), "03-02-PLAN.md": plan({ wave: 2 }) },
  ...more,
});

function notFound(read: () => unknown): ResourceNotFound {
  try {
    read();
  } catch (error) {
    expect(error).toBeInstanceOf(ResourceNotFound);
    return error as ResourceNotFound;
  }
  return expect.fail("it was found");
}

describe("the list", () => {
  test("holds the documents that there are and the phases with a directory, with times and sizes", () => {
    const root = project(tree());
    utimesSync(join(root, ".planning/ROADMAP.md"), 1_700_000_000, 1_700_000_000);
    utimesSync(join(root, `${DIR}/03-01-PLAN.md`), 1_600_000_000, 1_600_000_000);
    utimesSync(join(root, `${DIR}/03-02-PLAN.md`), 1_800_000_000, 1_800_000_000);
    const { resources, nextCursor } = listResources(new Workspace(root));
    expect(nextCursor).toBeUndefined();
    expect(resources.map(({ uri }) => uri)).toEqual([
      "planning://roadmap",
      "planning://config",
      "planning://phases/03-chat",
    ]);
    expect(resources[0]).toEqual({
      uri: "planning://roadmap",
      name: "roadmap",
      title: "Roadmap",
      description: expect.any(String),
      mimeType: "text/markdown",
      size: readFileSync(join(root, ".planning/ROADMAP.md")).length,
      annotations: { lastModified: "2023-11-14T22:13:20.000Z" },
    });
    expect(resources[2]).toEqual({
      uri: "planning://phases/03-chat",
      name: "03-chat",
      title: "Phase 3: Chat",
      mimeType: "application/json",
      annotations: { lastModified: "2027-01-15T08:00:00.000Z" },
    });
  });

  test("comes in pages that hold each once", () => {
    const workspace = new Workspace(project(manyPhases(120)));
    const uris: string[] = [];
    const sizes: number[] = [];
    for (let cursor: string | undefined, first = true; first || cursor !== undefined; first = false) {
      const page = listResources(workspace, cursor);
      uris.push(...page.resources.map(({ uri }) => uri));
      sizes.push(page.resources.length);
      cursor = page.nextCursor;
    }
    expect(sizes).toEqual([50, 50, 23]);
    expect(new Set(uris).size).toBe(123);
    expect(() => listResources(workspace, "x")).toThrow(/cursor/);
  });
});

describe("reading", () => {
  test("gives a document as it is, without a byte-order mark", () => {
    const workspace = new Workspace(project(tree()));
    expect(readResource(workspace, "planning://config")).toEqual({
      mimeType: "application/json",
      text: '{ "model_profile": "budget" }\n',
    });
    expect(readResource(workspace, "planning://roadmap")).toMatchObject({
      mimeType: "text/markdown",
      text: expect.stringMatching(/^# Roadmap\r\n/),
    });
  });

  test("gives a phase as discover_phase answers, also one without a directory", async () => {
    const root = project(tree());
    for (const phase of ["03-chat", "3", "4"]) {
      const { mimeType, text } = readResource(new Workspace(root), `planning://phases/${phase}`);
      expect(mimeType).toBe("application/json");
      expect(JSON.parse(text)).toEqual(await call(discoverPhase, { phase }, root));
    }
  });

  test.each(["03-01", "1", "01"])("gives plan %s", (id) => {
    const root = project(tree());
    expect(readResource(new Workspace(root), `planning://phases/3/plans/${id}`)).toEqual({
      mimeType: "text/markdown",
      text: readFileSync(join(root, `${DIR}/03-01-PLAN.md`), "utf8"),
    });
  });

  test.each<[uri: string, message: RegExp, expected: string]>([
    ["planning://state", /STATE\.md: there is no such file/, "planning://roadmap"],
    ["planning://nothing", /There is no resource/, "planning://phases/{phase}"],
    ["planning://phases/9", /9/, "03-chat"],
    ["planning://phases/3/plans/9", /no plan "9"/, "03-01"],
    ["planning://phases/4/plans/1", /no plan "1"/, ""],
  ])("%s is not there, and what is there is named", (uri, message, expected) => {
    const error = notFound(() => readResource(new Workspace(project(tree())), uri));
    expect(error.message).toMatch(message);
    expect(error.expected.join(" ")).toContain(expected);
  });

  test.each([
    "planning://phases/..%2F..",
    "planning://phases/%2Fetc",
    "planning://phases/3/plans/..%2F..%2F..%2FSTATE",
    "planning://phases/3%00",
    "planning://phases/3%0A4",
    "file:///etc/passwd",
  ])("%s reads nothing", (uri) => {
    notFound(() => readResource(new Workspace(project(tree())), uri));
  });

  test("links that lead out are not followed, and not listed", () => {
    const outside = project({ "secret.md": "SECRET\n" });
    const link = new Link(join(outside, "secret.md"));
    const root = project(tree({ ".planning/STATE.md": link, [`${DIR}/03-03-PLAN.md`]: link }));
    const workspace = new Workspace(root);
    expect(listResources(workspace).resources.map(({ uri }) => uri)).not.toContain("planning://state");
    expect(notFound(() => readResource(workspace, "planning://state")).message).toContain("leads out");
    notFound(() => readResource(workspace, "planning://phases/3/plans/3"));
  });
});

test("the files behind a resource", () => {
  const workspace = new Workspace(project(tree()));
  expect(pathsOfResource(workspace, "planning://state")).toEqual([".planning/STATE.md"]);
  expect(pathsOfResource(workspace, "planning://phases/3")).toEqual([
    DIR,
    ".planning/phases",
    ".planning/phases/pending",
    ".planning/phases/active",
    ".planning/phases/completed",
    ".planning/ROADMAP.md",
    ".planning/STATE.md",
    ".planning/issues/open",
    ".planning/issues/in-progress",
    ".planning/todos/pending",
  ]);
  expect(pathsOfResource(workspace, "planning://phases/3/plans/2")[0]).toBe(`${DIR}/03-02-PLAN.md`);
  notFound(() => pathsOfResource(workspace, "planning://phases/9"));
});

if (TREES.length === 0) test.skip(SKIPPED, () => {});

describe.each(TREES)("corpus: %s", (name) => {
  const root = join(CORPUS, name);
  let before: Record<string, string>;
  beforeAll(() => {
    before = snapshotTree(root);
  });
  afterAll(() => expect(snapshotTree(root)).toEqual(before));

  test("what is listed can be read, and so can every plan", () => {
    const workspace = new Workspace(root);
    for (let cursor: string | undefined, first = true; first || cursor !== undefined; first = false) {
      const page = listResources(workspace, cursor);
      cursor = page.nextCursor;
      for (const { uri, mimeType } of page.resources) {
        const resource = readResource(workspace, uri);
        expect(resource.mimeType).toBe(mimeType);
        if (!uri.startsWith("planning://phases/")) continue;
        const { plans } = JSON.parse(resource.text) as { plans: { id: string; file: string }[] };
        for (const { id, file } of plans) {
          expect(existsSync(join(root, file))).toBe(true);
          expect(readResource(workspace, `${uri}/plans/${encodeURIComponent(id)}`).text).not.toBe("");
        }
      }
    }
  });
});
