/** Resources that change on disk, and clients that are told: through a real client, on a real disk. */
import { spawnSync } from "node:child_process";
import fs from "node:fs";
import { join } from "node:path";
import type { Client } from "@modelcontextprotocol/sdk/client/index.js";
import {
  ResourceListChangedNotificationSchema,
  ResourceUpdatedNotificationSchema,
} from "@modelcontextprotocol/sdk/types.js";
import { build } from "esbuild";
import { afterEach, describe, expect, test, vi } from "vitest";
import { MAX_SUBSCRIPTIONS } from "../../src/workspace/watch.ts";
import { tools } from "../../tools/index.ts";
import { connect } from "../support/client.ts";
import { manyPhases } from "../support/many-phases.ts";
import { Link, plan, project, type Tree } from "../support/project.ts";

const PENDING = ".planning/phases/pending";
const DIR = `${PENDING}/03-chat`;

const tree = (more: Tree = {}): Tree => ({
  ".planning/ROADMAP.md": "# Roadmap\n\n#### Phase 3: Chat\n\n**Goal:** Talk\n",
  ".planning/STATE.md": "# State\n",
  [DIR]: { "03-01-PLAN.md": plan({ wave: 1 }) },
  ".planning/phases/active/04-rooms/04-01-PLAN.md": plan({ wave: 1 }),
  ...more,
});

/** A client, and what it is told: the addresses of changed resources, and `list`. */
async function listen(root: string): Promise<{ client: Client; told: string[] }> {
  const client = await connect(tools, root);
  const told: string[] = [];
  client.setNotificationHandler(
    ResourceUpdatedNotificationSchema,
    ({ params }) => void told.push(params.uri),
  );
  client.setNotificationHandler(ResourceListChangedNotificationSchema, () => void told.push("list"));
  return { client, told };
}

async function subscribed(root: string, ...uris: string[]) {
  const { client, told } = await listen(root);
  for (const uri of uris) await client.subscribeResource({ uri });
  /** Waits until it is told exactly this, in any order, and forgets it. */
  const hears = async (...expected: string[]) => {
    await vi.waitFor(() => expect([...new Set(told)].sort()).toEqual(expected.sort()), {
      timeout: 20_000,
      interval: 20,
    });
    told.length = 0;
  };
  return { client, told, hears };
}

/** Longer than the quiet that is waited for. */
const aWhile = () => new Promise((resolve) => setTimeout(resolve, 500));

const write = (root: string, path: string, text: string) => fs.writeFileSync(join(root, path), text);

afterEach(() => vi.restoreAllMocks());

describe("a subscriber is told", () => {
  test("when a document changes, comes and goes", async () => {
    const root = project(tree());
    const { client, hears } = await subscribed(root, "planning://state", "planning://requirements");
    write(root, ".planning/STATE.md", "# State\n\nNew\n");
    await hears("planning://state");
    const { contents } = await client.readResource({ uri: "planning://state" });
    expect(contents).toMatchObject([{ text: "# State\n\nNew\n" }]);
    write(root, ".planning/REQUIREMENTS.md", "# Requirements\n");
    await hears("planning://requirements", "list");
    fs.rmSync(join(root, ".planning/REQUIREMENTS.md"));
    await hears("planning://requirements", "list");
    fs.rmSync(join(root, ".planning/STATE.md"));
    await hears("planning://state", "list");
  });

  test("when an editor puts another file in its place, time and again", async () => {
    const root = project(tree());
    const { hears } = await subscribed(root, "planning://roadmap");
    for (let round = 0; round < 3; round++) {
      write(root, ".planning/.ROADMAP.md.tmp", `# Roadmap ${round}\n`);
      fs.renameSync(join(root, ".planning/.ROADMAP.md.tmp"), join(root, ".planning/ROADMAP.md"));
      await hears("planning://roadmap");
    }
  });

  test("when a plan's file changes, and not of its neighbour's", async () => {
    const root = project(tree({ [`${DIR}/03-02-PLAN.md`]: plan({ wave: 1 }) }));
    const { hears } = await subscribed(
      root,
      "planning://phases/3/plans/1",
      "planning://phases/3/plans/03-02",
    );
    write(root, `${DIR}/03-02-PLAN.md`, plan({ wave: 2 }));
    await hears("planning://phases/3/plans/03-02");
    write(root, `${DIR}/03-01-PLAN.md`, plan({ wave: 2 }));
    await hears("planning://phases/3/plans/1");
  });

  test.each<[string, (root: string) => void]>([
    ["a summary", (root) => write(root, `${DIR}/03-01-SUMMARY.md`, "# Summary\n\n**Done**\n")],
    ["ROADMAP.md", (root) => write(root, ".planning/ROADMAP.md", "#### Phase 3: Chat\n\n**Goal:** Listen\n")],
    [
      "an issue file",
      (root) => {
        fs.mkdirSync(join(root, ".planning/issues/open"), { recursive: true });
        write(root, ".planning/issues/open/a.md", "---\ntitle: A\nlinked_phase: 3\n---\n");
      },
    ],
  ])("when %s changes what a phase is", async (_, change) => {
    const root = project(tree());
    const { client, hears } = await subscribed(root, "planning://phases/3");
    const read = () => client.readResource({ uri: "planning://phases/3" });
    const before = await read();
    change(root);
    expect(await read()).not.toEqual(before);
    await hears("planning://phases/3");
  });

  test("when a phase moves, and of what happens to it there", async () => {
    const root = project(tree());
    const uris = ["planning://phases/3", "planning://phases/03-chat/plans/03-01"];
    const { client, hears } = await subscribed(root, ...uris);
    const active = ".planning/phases/active/03-chat";
    await client.callTool({ name: "move_phase_state", arguments: { phase: "3", to: "active" } });
    await hears("planning://phases/3");
    write(root, `${active}/03-01-PLAN.md`, plan({ wave: 2 }));
    await hears(...uris);
    // And back, by hand.
    fs.renameSync(join(root, active), join(root, DIR));
    await hears("planning://phases/3");
    write(root, `${DIR}/03-01-PLAN.md`, plan({ wave: 3 }));
    await hears(...uris);
  });

  test("when a phase's directory goes, and comes back", async () => {
    const root = project(tree());
    const { hears } = await subscribed(root, "planning://phases/03-chat/plans/03-01");
    for (let round = 0; round < 2; round++) {
      fs.rmSync(join(root, DIR), { recursive: true });
      await hears("planning://phases/03-chat/plans/03-01", "list");
      fs.mkdirSync(join(root, DIR));
      write(root, `${DIR}/03-01-PLAN.md`, plan({ wave: 1 }));
      await hears("planning://phases/03-chat/plans/03-01", "list");
      write(root, `${DIR}/03-01-PLAN.md`, plan({ wave: round + 5 }));
      await hears("planning://phases/03-chat/plans/03-01");
    }
  });

  test("when the whole project goes, and comes back", { timeout: 30_000 }, async () => {
    const root = project(tree());
    const { hears } = await subscribed(root, "planning://state");
    fs.renameSync(join(root, ".planning"), join(root, "elsewhere"));
    await hears("planning://state", "list");
    fs.renameSync(join(root, "elsewhere"), join(root, ".planning"));
    await hears("planning://state", "list");
    write(root, ".planning/STATE.md", "# Again\n");
    await hears("planning://state");
  });

  test("when what a link leads to changes, inside the project", async () => {
    const root = project(
      tree({ ".planning/STATE.md": new Link("../docs/state.md"), "docs/state.md": "A\n" }),
    );
    const { hears } = await subscribed(root, "planning://state");
    write(root, "docs/state.md", "B\n");
    await hears("planning://state");
  });

  test("when a phase is new, of the list", async () => {
    const root = project(tree());
    const { hears } = await subscribed(root, "planning://state");
    fs.mkdirSync(join(root, PENDING, "05-search"));
    await hears("list");
  });
});

describe("a subscriber is not told", () => {
  test("of what is touched, written again as it was, or nobody's", async () => {
    const root = project(tree());
    const { told } = await subscribed(root, "planning://state", "planning://phases/3");
    fs.utimesSync(join(root, ".planning/STATE.md"), 1, 1);
    write(root, `${DIR}/03-01-PLAN.md`, plan({ wave: 1 }));
    write(root, ".planning/notes.txt", "x");
    write(root, ".planning/phases/active/04-rooms/04-01-PLAN.md", plan({ wave: 9 }));
    await aWhile();
    expect(told).toEqual([]);
  });

  test("after it has unsubscribed, and the other one is", async () => {
    const root = project(tree());
    const uris = ["planning://state", "planning://roadmap"];
    const { client, told, hears } = await subscribed(root, ...uris, ...uris);
    await client.unsubscribeResource({ uri: "planning://state" });
    await client.unsubscribeResource({ uri: "planning://phases/9" });
    write(root, ".planning/STATE.md", "# New\n");
    write(root, ".planning/ROADMAP.md", "# New\n");
    await hears("planning://roadmap");
    await client.unsubscribeResource({ uri: "planning://roadmap" });
    write(root, ".planning/ROADMAP.md", "# Newer\n");
    await aWhile();
    expect(told).toEqual([]);
  });

  test("ten thousand times of ten thousand writes", { timeout: 60_000 }, async () => {
    const root = project(tree());
    const { client, told, hears } = await subscribed(root, "planning://phases/3", "planning://state");
    const start = performance.now();
    for (let index = 0; index < 10_000; index++) {
      write(root, `${DIR}/03-${(index % 50) + 1}-PLAN.md`, plan({ wave: index }));
      if (index % 200 === 0) await client.ping();
    }
    const seconds = (performance.now() - start) / 1_000;
    expect(told.length).toBeLessThanOrEqual(2 * seconds + 4);
    await aWhile();
    await hears("planning://phases/3");
  });
});

describe("watching", () => {
  test("begins with the first subscription and ends with the last", async () => {
    const watch = vi.spyOn(fs, "watch");
    const root = project(tree());
    const { client } = await listen(root);
    await client.listResources();
    await client.readResource({ uri: "planning://phases/3" });
    expect(watch).not.toHaveBeenCalled();
    await client.subscribeResource({ uri: "planning://phases/3" });
    const watchers = watch.mock.results.map(({ value }) => value as fs.FSWatcher);
    expect(watchers.length).toBeGreaterThan(3);
    for (const [directory, options] of watch.mock.calls as unknown as [string, object][]) {
      expect(directory.startsWith(root)).toBe(true);
      expect(options).toEqual({ persistent: false });
    }
    const closed = watchers.map((watcher) => new Promise((resolve) => watcher.once("close", resolve)));
    await client.unsubscribeResource({ uri: "planning://phases/3" });
    await Promise.all(closed);
  });

  test.each(["watches", "looks at intervals"])("keeps no process alive that %s", async (how) => {
    const root = project(tree());
    const outfile = join(project({}), "watch.mjs");
    const file = (name: string) => JSON.stringify(join(import.meta.dirname, "../../src/workspace", name));
    await build({
      stdin: {
        contents: `
          import fs from "node:fs";
          import { ResourceWatch } from ${file("watch.ts")};
          import { Workspace } from ${file("workspace.ts")};
          const [root, how] = process.argv.slice(2);
          if (how !== "watches") fs.watch = () => { throw new Error("ENOSPC"); };
          const watch = new ResourceWatch({ reading: async (use) => use(new Workspace(root)) });
          console.log(await watch.subscribe("planning://state"));
        `,
        resolveDir: import.meta.dirname,
        loader: "ts",
      },
      outfile,
      bundle: true,
      platform: "node",
      format: "esm",
      banner: {
        js: 'import { createRequire } from "node:module"; const require = createRequire(import.meta.url);',
      },
      logLevel: "error",
    });
    const { status, stdout, stderr } = spawnSync(process.execPath, [outfile, root, how], {
      encoding: "utf8",
      timeout: 20_000,
    });
    expect({ status, stdout, stderr }).toEqual({ status: 0, stdout: "true\n", stderr: "" });
  });

  test("ends when the client goes", async () => {
    const watch = vi.spyOn(fs, "watch");
    const { client } = await subscribed(project(tree()), "planning://roadmap");
    const watchers = watch.mock.results.map(({ value }) => value as fs.FSWatcher);
    const closed = watchers.map((watcher) => new Promise((resolve) => watcher.once("close", resolve)));
    await client.close();
    await Promise.all(closed);
  });

  test("stays inside the project", async () => {
    const outside = project({ "03-01-PLAN.md": plan(), "state.md": "A\n" });
    const watch = vi.spyOn(fs, "watch");
    const root = project(
      tree({
        ".planning/STATE.md": new Link(join(outside, "state.md")),
        ".planning/issues/open": new Link(outside),
      }),
    );
    await subscribed(root, "planning://state", "planning://phases/3");
    const watched = watch.mock.calls.map(([directory]) => String(directory));
    expect(watched.filter((directory) => !directory.startsWith(root))).toEqual([]);
  });

  test("looks at intervals where the system refuses", { timeout: 30_000 }, async () => {
    vi.spyOn(fs, "watch").mockImplementation(() => {
      throw Object.assign(new Error("no space left"), { code: "ENOSPC" });
    });
    const root = project(tree());
    const { hears } = await subscribed(root, "planning://state");
    write(root, ".planning/STATE.md", "# New\n");
    await hears("planning://state");
    write(root, ".planning/STATE.md", "# Newer\n");
    await hears("planning://state");
  });

  test("looks at intervals where changes come from other machines", { timeout: 30_000 }, async () => {
    const statfs = fs.statfsSync;
    const NFS = 0x6969;
    vi.spyOn(fs, "statfsSync").mockImplementation(((path: string) => ({
      ...statfs(path),
      type: NFS,
    })) as never);
    // The system watches and says nothing.
    const watch = fs.watch;
    vi.spyOn(fs, "watch").mockImplementation(((path: string, options: object) =>
      watch(path, options, () => {})) as never);
    const root = project(tree());
    const { hears } = await subscribed(root, "planning://state");
    write(root, ".planning/STATE.md", "# New\n");
    await hears("planning://state");
  });

  test("goes on when the system gives one up", { timeout: 30_000 }, async () => {
    const watch = vi.spyOn(fs, "watch");
    const root = project(tree());
    const { hears } = await subscribed(root, "planning://state");
    for (const { value } of watch.mock.results) (value as fs.FSWatcher).emit("error", new Error("EPERM"));
    await aWhile();
    write(root, ".planning/STATE.md", "# New\n");
    await hears("planning://state");
  });

  test("has a bound, and one that is given up makes room", { timeout: 60_000 }, async () => {
    const { client } = await listen(project(manyPhases(MAX_SUBSCRIPTIONS + 1)));
    const subscribe = (number: number) => client.subscribeResource({ uri: `planning://phases/${number}` });
    const numbers = Array.from({ length: MAX_SUBSCRIPTIONS + 1 }, (_, index) => index + 1);
    const results = await Promise.allSettled(numbers.map(subscribe));
    expect(results.filter(({ status }) => status === "fulfilled")).toHaveLength(MAX_SUBSCRIPTIONS);
    expect(results.at(-1)).toMatchObject({
      reason: { code: -32602, message: expect.stringContaining(`There are ${MAX_SUBSCRIPTIONS} subscri`) },
    });
    // Again is no more.
    await subscribe(1);
    await client.unsubscribeResource({ uri: "planning://phases/1" });
    await subscribe(MAX_SUBSCRIPTIONS + 1);
  });

  test("is not begun by what does not exist", async () => {
    const watch = vi.spyOn(fs, "watch");
    const { client } = await listen(project(tree()));
    for (const uri of ["planning://phases/9", "planning://phases/3/plans/9", "planning://nothing"])
      await expect(client.subscribeResource({ uri })).rejects.toMatchObject({ code: -32002 });
    expect(watch).not.toHaveBeenCalled();
  });
});
