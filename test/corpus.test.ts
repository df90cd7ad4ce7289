/** Every reading tool on real planning trees, where they are at hand. Third-party content: read there, never copied here. */
import { existsSync, readdirSync } from "node:fs";
import { join } from "node:path";
import type { Client } from "@modelcontextprotocol/sdk/client/index.js";
import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import { parseFileScope } from "../src/domain/file-scope.ts";
import { tools } from "../tools/index.ts";
import { connect } from "./support/client.ts";
import { CORPUS, SKIPPED, TREES } from "./support/corpus.ts";
import { snapshotTree } from "./support/project.ts";

const MAX_ANSWER = 16_384;

interface Plan {
  id: string;
  depends_on: string[];
  files_modified: string[];
}

if (TREES.length === 0) test.skip(SKIPPED, () => {});

describe.each(TREES)("corpus: %s", (tree) => {
  const root = join(CORPUS, tree);
  let client: Client | null = null;
  let before: Record<string, string>;

  beforeAll(() => {
    before = snapshotTree(root);
  });
  afterEach(() => {
    client = null;
  });
  afterAll(() => {
    expect(snapshotTree(root)).toEqual(before);
  });

  /** The answer, held against its schema by the client; or the code of the error. */
  async function ask(name: string, args: Record<string, unknown>) {
    client ??= await connect(tools, root);
    const result = await client.callTool({ name, arguments: args });
    const text = (result.content as { text: string }[])[0]!.text;
    expect(Buffer.byteLength(text)).toBeLessThanOrEqual(MAX_ANSWER);
    const body = JSON.parse(text);
    if (result.isError) return { code: body.code as string, body };
    expect(result.structuredContent).toEqual(body);
    return { code: null, body };
  }

  /** Every entry of a paged list. */
  async function all(name: string, args: Record<string, unknown>, list: string) {
    const entries: unknown[] = [];
    let total = 0;
    for (let cursor: string | null | undefined; cursor !== null; ) {
      const { code, body } = await ask(name, cursor ? { ...args, cursor } : args);
      expect(code).toBeNull();
      entries.push(...body[list]);
      total = body.total;
      cursor = body.next_cursor;
    }
    expect(entries).toHaveLength(total);
    return entries;
  }

  const phases = async () =>
    (await all("project_status", {}, "phases")) as {
      dir: string | null;
      number: string;
      plan_count: number;
      done_count: number;
    }[];

  test("every directory is a phase, every plan is found and paired with its summary", async () => {
    const listed = await phases();
    for (const { dir, plan_count, done_count } of listed) {
      if (dir === null) continue;
      const { code, body } = await ask("discover_phase", { phase: dir.split("/").at(-1)! });
      expect(code).toBeNull();
      expect(body.phase.dir).toBe(dir);
      expect(body.plan_count).toBe(plan_count);
      expect(body.plan_count - body.incomplete_count).toBe(done_count);
      // Counted in another way than the tool does: by the canonical names, which most real plans have.
      const places = ["completed", "active", "pending", ""].map((state) =>
        join(root, ".planning/phases", state, dir.split("/").at(-1)!),
      );
      const names = new Set(places.flatMap((place) => (existsSync(place) ? readdirSync(place) : [])));
      const canonical = [...names].filter((name) =>
        /^\d+(\.\d+)?-(\d+|GAP-\d+)(-[a-z][\w-]*)?-PLAN\.md$/.test(name),
      );
      expect(body.plans.map(({ file }: { file: string }) => file.split("/").at(-1))).toEqual(
        expect.arrayContaining(canonical),
      );
      for (const name of canonical) {
        const plan = body.plans.find(({ file }: { file: string }) => file.endsWith(`/${name}`));
        if (names.has(name.replace("-PLAN", "-SUMMARY")))
          expect(plan.summary).toContain(name.replace("-PLAN", "-SUMMARY"));
      }
    }
  });

  test("waves: each unfinished plan in one batch, no shared file, dependencies earlier", async () => {
    for (const { dir, plan_count } of await phases()) {
      if (dir === null) continue;
      for (const gaps_only of [false, true]) {
        const { code, body } = await ask("group_waves", { phase: dir.split("/").at(-1)!, gaps_only });
        if (plan_count === 0) {
          expect(code).toBe("NO_PLANS");
          continue;
        }
        expect(code).toBeNull();
        checkGrouping(body);
      }
    }
  });

  test("selecting a phase answers or says why not", async () => {
    for (const select of ["next_incomplete", "next_unplanned", "current"]) {
      const { code } = await ask("discover_phase", { select });
      expect([null, "NO_MATCHING_PHASE"]).toContain(code);
    }
  });

  test("gaps: whole and by phase are the same gaps with the same keys, each in one group at most", async () => {
    const whole = (await all("collect_gaps", { sources: ["verification", "uat"] }, "gaps")) as {
      key: string;
      path: string;
    }[];
    const keys = whole.map(({ key }) => key);
    expect(new Set(keys).size).toBe(keys.length);
    const each: string[] = [];
    for (const { dir } of await phases()) {
      if (dir === null) continue;
      each.push(
        ...((await all("collect_gaps", { phase: dir.split("/").at(-1)! }, "gaps")) as { key: string }[]).map(
          ({ key }) => key,
        ),
      );
    }
    expect(each.sort()).toEqual([...keys].sort());
    const { body } = await ask("collect_gaps", {});
    expect(body.count).toBeGreaterThanOrEqual(keys.length);
    for (const { gaps } of body.groups) expect(gaps.length).toBeLessThanOrEqual(3);
  });

  test("check_planning lists every problem over its pages", async () => {
    const diagnostics = (await all("check_planning", {}, "diagnostics")) as {
      severity: string;
      path?: string;
    }[];
    const order = diagnostics.map(({ severity }) => ["error", "warning", "info"].indexOf(severity));
    expect(order).toEqual([...order].sort((a, b) => a - b));
    for (const { path } of diagnostics)
      if (path !== undefined) expect(existsSync(join(root, path))).toBe(true);
  });
});

function checkGrouping(body: {
  waves: { wave: number; plans: Plan[]; batches: string[][] }[];
  ready: string[];
  completed: string[];
  skipped: { id: string }[];
  totals: { plans: number; incomplete: number; batches: number };
  next_wave: number | null;
}): void {
  const batches = body.waves.flatMap((wave) => wave.batches);
  const grouped = body.waves.flatMap((wave) => wave.plans);
  expect(batches.flat().sort()).toEqual(grouped.map(({ id }) => id).sort());
  expect(new Set(batches.flat()).size).toBe(grouped.length);
  expect(grouped.length + body.skipped.length).toBe(body.totals.incomplete);
  expect(body.completed.length + body.totals.incomplete).toBe(body.totals.plans);
  expect(body.next_wave).toBe(body.waves[0]?.wave ?? null);
  const batchOf = new Map(batches.flatMap((members, index) => members.map((id) => [id, index] as const)));
  const byId = new Map(grouped.map((plan) => [plan.id, plan]));
  for (const plan of grouped) {
    for (const dependency of plan.depends_on) {
      if (batchOf.has(dependency)) expect(batchOf.get(dependency)).toBeLessThan(batchOf.get(plan.id)!);
    }
  }
  for (const members of batches) {
    const owner = new Map<string, string>();
    for (const id of members) {
      for (const entry of byId.get(id)!.files_modified) {
        const { path } = parseFileScope(entry)!;
        expect(owner.get(path) ?? id).toBe(id);
        owner.set(path, id);
      }
    }
  }
  for (const id of body.ready)
    expect(byId.get(id)!.depends_on.every((dependency) => !batchOf.has(dependency))).toBe(true);
}
