/** Damaged, huge and malicious project files: an answer or a clear error, soon, and nothing is run or followed. */
import { execFileSync } from "node:child_process";
import { existsSync, truncateSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { tools } from "../tools/index.ts";
import { connect } from "./support/client.ts";
import { Link, plan, project, snapshotTree, type Tree } from "./support/project.ts";

/** A second on a quiet machine; other tests run beside this one, and what is not linear takes minutes. */
const SOON_MS = 6_000;

const ROADMAP =
  "# R\n\n## Current Milestone: v1.0.0 One\n\n- [ ] Phase 1: A\n\n#### Phase 1: A\n\n**Goal:** a\n\nPlans:\n- [ ] 01-01-PLAN.md — first\n";

const PLAN = plan(
  { phase: "01-a", wave: 2, depends_on: ["01-02"], files_modified: ["a.ts"], autonomous: "no" },
  "<objective>\nBuild.\n</objective>\n",
);

function tree(more: Tree = {}): Tree {
  return {
    ".planning/ROADMAP.md": ROADMAP,
    ".planning/phases/active/01-a": {
      "01-01-PLAN.md": PLAN,
      "01-02-PLAN.md": plan({ wave: 1, files_modified: ["b.ts"] }),
      "01-VERIFICATION.md": "---\nstatus: gaps_found\ngaps:\n  - truth: It works\n    status: failed\n---\n",
    },
    ...more,
  };
}

/** What every reading tool answers, each soon; errors as their bodies. */
async function askAll(root: string): Promise<Record<string, Record<string, unknown>>> {
  const client = await connect(tools, root);
  const answers: Record<string, Record<string, unknown>> = {};
  for (const [name, args] of [
    ["project_status", {}],
    ["discover_phase", { phase: "1" }],
    ["group_waves", { phase: "1" }],
    ["collect_gaps", {}],
    ["check_planning", {}],
  ] as const) {
    const ask = async () => {
      const start = performance.now();
      return { result: await client.callTool({ name, arguments: args }), took: performance.now() - start };
    };
    // The faster of two where the first was slow: other tests run beside this one.
    const first = await ask();
    const { result, took } = first.took < SOON_MS ? first : await ask();
    expect(took, name).toBeLessThan(SOON_MS);
    const text = (result.content as [{ text: string }])[0].text;
    expect(Buffer.byteLength(text), name).toBeLessThanOrEqual(16_384);
    answers[name] = JSON.parse(text);
    if (result.isError) expect(answers[name]!.code, text).not.toBe("INTERNAL");
  }
  return answers;
}

const codes = (answer: Record<string, unknown> | undefined) =>
  ((answer?.diagnostics ?? []) as { code: string }[]).map(({ code }) => code);

describe("spelling of bytes changes no answer", () => {
  test.each([
    ["CRLF", (text: string) => text.replaceAll("\n", "\r\n")],
    ["a byte-order mark", (text: string) => `\uFEFF${text}`],
    ["both, and no final newline", (text: string) => `\uFEFF${text.replaceAll("\n", "\r\n").trimEnd()}`],
  ])("%s", async (_, spell) => {
    const files = tree();
    const spelled: Tree = {
      ".planning/ROADMAP.md": spell(ROADMAP),
      ".planning/phases/active/01-a": Object.fromEntries(
        Object.entries(files[".planning/phases/active/01-a"] as Record<string, string>).map(
          ([name, text]) => [name, spell(text)],
        ),
      ),
    };
    const [expected, actual] = [await askAll(project(files)), await askAll(project(spelled))];
    for (const answers of [expected, actual]) delete answers.project_status!.root;
    expect(actual).toEqual(expected);
  });
});

describe("damaged files", () => {
  test.each<[string, Tree]>([
    [
      "all files empty",
      {
        ".planning/ROADMAP.md": "",
        ".planning/STATE.md": "",
        ".planning/config.json": "",
        ".planning/phases/active/01-a/01-01-PLAN.md": "",
        ".planning/phases/active/01-a/01-VERIFICATION.md": "",
      },
    ],
    [
      "binary files",
      Object.fromEntries(
        [
          ".planning/ROADMAP.md",
          ".planning/STATE.md",
          ".planning/phases/active/01-a/01-01-PLAN.md",
          ".planning/phases/active/01-a/01-VERIFICATION.md",
        ].map((path) => [path, Buffer.from(Array.from({ length: 4096 }, (_, index) => (index * 97) % 256))]),
      ),
    ],
    [
      "directories in the place of files",
      {
        ".planning/STATE.md": {},
        ".planning/config.json": {},
        ".planning/phases/active/01-a/01-03-PLAN.md": {},
      },
    ],
    ["a file in the place of phases", { ".planning/phases/pending": "not a directory" }],
    [
      "unclosed front matter",
      {
        ".planning/phases/active/01-a/01-01-PLAN.md": "---\nwave: 1\n",
        ".planning/phases/active/01-a/01-VERIFICATION.md": "---\nstatus: gaps_found\n",
      },
    ],
    [
      "a loop of links",
      {
        ".planning/phases/active/02-loop": new Link("../active/02-loop"),
        ".planning/STATE.md": new Link("STATE.md"),
      },
    ],
    [
      "deep YAML",
      {
        ".planning/phases/active/01-a/01-01-PLAN.md": `---\nwave: 1\nmust_haves: ${"[".repeat(20_000)}\n---\n`,
      },
    ],
    [
      "YAML aliases that multiply",
      {
        ".planning/phases/active/01-a/01-VERIFICATION.md": `---\nstatus: gaps_found\na: &a [x,x,x,x,x,x,x,x,x]\n${"bcdefghij"
          .split("")
          .map((key, index) => `${key}: &${key} [${Array(9).fill(`*${"abcdefghij"[index]}`).join(",")}]`)
          .join("\n")}\ngaps: *j\n---\n`,
      },
    ],
    [
      "hostile names",
      {
        ".planning/phases/active": {
          "*": { "01-01-PLAN.md": PLAN },
          "01-a\nb": {},
          "$(touch ran)": {},
          "-rf": {},
          "--upload-pack=x": {},
          "02-x`id`": { "02-01-PLAN.md": PLAN },
        },
      },
    ],
  ])("%s", async (_, change) => {
    const literal = tree();
    for (const path of Object.keys(change)) {
      const inside = path.replace(".planning/phases/active/01-a/", "");
      if (inside !== path) delete (literal[".planning/phases/active/01-a"] as Tree)[inside];
      else delete literal[path];
    }
    const root = project({ ...literal, ...change });
    const before = snapshotTree(root);
    await askAll(root);
    expect(snapshotTree(root)).toEqual(before);
    expect(existsSync(join(root, "ran"))).toBe(false);
  });

  // Nothing is forbidden to root.
  const isRoot = process.getuid?.() === 0;
  test.skipIf(isRoot)(
    "a plan that cannot be read is named and does not hide the others (skipped as root)",
    async () => {
      const root = project(tree());
      execFileSync("chmod", ["000", join(root, ".planning/phases/active/01-a/01-01-PLAN.md")]);
      const { group_waves, check_planning } = await askAll(root);
      expect(group_waves).toMatchObject({ totals: { plans: 2, incomplete: 2 } });
      for (const answer of [group_waves, check_planning]) {
        expect(answer!.diagnostics).toContainEqual(
          expect.objectContaining({
            code: "UNREADABLE_FILE",
            path: expect.stringContaining("01-01-PLAN.md"),
          }),
        );
      }
    },
  );
});

describe("what must not run or be followed", () => {
  test("front matter with code", async () => {
    const marker = "wavewrightRan";
    const code = `---js\nglobalThis.${marker} = 1; ({ wave: 1 })\n---\n`;
    const root = project(
      tree({
        ".planning/STATE.md": code,
        ".planning/phases/active/01-a/01-03-PLAN.md": code,
        ".planning/phases/active/01-a/01-UAT.md": code,
      }),
    );
    const { group_waves } = await askAll(root);
    expect(marker in globalThis).toBe(false);
    expect(codes(group_waves)).toContain("NO_FRONTMATTER");
  });

  test("links out of the root: directories, files, chains", async () => {
    const outside = project({
      "01-01-PLAN.md": plan({ wave: 1 }, "<objective>SECRET</objective>"),
      "s.md": "**SECRET**\nMilestone: v9.9.9 SECRET\n",
    });
    const root = project(
      tree({
        ".planning/STATE.md": new Link(join(outside, "s.md")),
        ".planning/phases/pending": new Link(outside),
        ".planning/phases/active/01-a/01-02-SUMMARY.md": new Link(join(outside, "s.md")),
        ".planning/phases/active/02-out": new Link(outside),
        ".planning/phases/active/03-chain": new Link("02-out"),
        "package.json": new Link(join(outside, "s.md")),
      }),
    );
    const answers = await askAll(root);
    expect(JSON.stringify(answers)).not.toContain("SECRET");
    expect(JSON.stringify(answers)).not.toContain("9.9.9");
    expect(codes(answers.check_planning)).toContain("PATH_OUTSIDE_ROOT");
    expect(answers.group_waves).toMatchObject({ totals: { incomplete: 2 } });
  });
});

describe("huge files", () => {
  test.each([
    "ROADMAP.md",
    "STATE.md",
    "config.json",
    "phases/active/01-a/01-01-PLAN.md",
    "phases/active/01-a/01-02-SUMMARY.md",
    "phases/active/01-a/01-VERIFICATION.md",
  ])("%s of 50 MB", async (path) => {
    const root = project(tree({ ".planning/phases/active/01-a/01-02-SUMMARY.md": "s" }));
    if (path === "STATE.md" || path === "config.json") execFileSync("touch", [join(root, ".planning", path)]);
    truncateSync(join(root, ".planning", path), 50 * 1024 * 1024);
    const before = process.memoryUsage().rss;
    const answers = await askAll(root);
    expect(process.memoryUsage().rss - before).toBeLessThan(200 * 1024 * 1024);
    if (!path.endsWith("SUMMARY.md")) expect(codes(answers.check_planning)).toContain("FILE_TOO_LARGE");
  });

  const LINES = 100_000;
  test.each<[string, (index: number) => string]>([
    ["phase headings", (index) => `### Phase ${index}: Name ${index}`],
    ["phase boxes", (index) => `- [x] Phase ${index}: Name ${index} (2/2 plans) — completed 2026-01-01`],
    ["table rows", (index) => `| ${index}. Name | v1.0 | 2/3 | In progress | - |`],
    ["fences", () => "```"],
    ["comments", () => "<!--"],
    ["details", (index) => (index % 2 === 0 ? "<details>" : "<summary>v1.0 x")],
    ["milestones", (index) => `- 🚧 **v1.${index}.0 Name** — Phases ${index}-${index + 1} (in progress)`],
    ["labels", (index) => `**Depends on**: Phase ${index} (${"(".repeat(20)}`],
    ["emphasis", () => "**".repeat(40)],
  ])("a ROADMAP.md of 100,000 lines: %s", async (_, line) => {
    const text = `${ROADMAP}\n${Array.from({ length: LINES }, (_, index) => line(index + 2)).join("\n")}\n`;
    await askAll(project(tree({ ".planning/ROADMAP.md": text })));
  });

  const LONG = 100_000;
  const spaced = `a${" ".repeat(LONG)}b`;
  const phaseFile = (name: string, text: string): Tree => ({
    [`.planning/phases/active/01-a/${name}`]: text,
  });
  test.each<[string, Tree]>([
    ["spaces inside <files>", phaseFile("01-01-PLAN.md", `${PLAN}<files>${spaced}</files>\n`)],
    [
      "parentheses inside <files>",
      phaseFile("01-01-PLAN.md", `${PLAN}<files>a${" (".repeat(LONG)}b</files>\n`),
    ],
    ["commas inside <files>", phaseFile("01-01-PLAN.md", `${PLAN}<files>{${",".repeat(LONG)}</files>\n`)],
    ["tags in one line", phaseFile("01-01-PLAN.md", `${PLAN}${"`<files>` <files>a ".repeat(LONG)}\n`)],
    ["spaces in files_modified", phaseFile("01-01-PLAN.md", plan({ files_modified: [spaced] }))],
    [
      "braces in files_modified",
      phaseFile("01-01-PLAN.md", plan({ files_modified: [`{${",".repeat(LONG)}`] })),
    ],
    ["backticks in depends_on", phaseFile("01-01-PLAN.md", plan({ depends_on: [`x${"`".repeat(LONG)}y`] }))],
    ["spaces in depends_on", phaseFile("01-01-PLAN.md", plan({ depends_on: [spaced] }))],
    ["spaces in a key", phaseFile("01-01-PLAN.md", `---\n${spaced}\nwave: [\n---\n`)],
    ["300,000 repeated keys", phaseFile("01-01-PLAN.md", `---\n${"k: 1\n".repeat(300_000)}---\n`)],
    ["keys that are all broken", phaseFile("01-01-PLAN.md", `---\n${"k: [\n".repeat(1_500_000)}---\n`)],
    [
      "other keys that are all broken",
      phaseFile(
        "01-01-PLAN.md",
        `---\n${Array.from({ length: 700_000 }, (_, at) => `k${at}: [`).join("\n")}\n---\n`,
      ),
    ],
    [
      "a delimiter in a ROADMAP.md",
      { ".planning/ROADMAP.md": `${ROADMAP}\n| Phase | Status |\n|---${" ".repeat(LONG)}x\n` },
    ],
    [
      "a delimiter in a report",
      phaseFile(
        "01-VERIFICATION.md",
        `---\nstatus: gaps_found\n---\n\n## Gaps Summary\n\n| Truth | Status |\n|---${" ".repeat(LONG)}x\n`,
      ),
    ],
  ])("%s", async (_, change) => {
    const literal = tree();
    for (const path of Object.keys(change)) {
      delete literal[path];
      delete (literal[".planning/phases/active/01-a"] as Tree)[path.split("/").at(-1)!];
    }
    await askAll(project({ ...literal, ...change }));
  });

  test.each<[string, Record<string, unknown>]>([
    ["unknown dependencies", { depends_on: Array.from({ length: 200_000 }, (_, at) => `09-${at}`) }],
    ["shared files", { wave: 1, files_modified: Array.from({ length: 150_000 }, (_, at) => `f${at}`) }],
  ])("more %s than arguments fit on a stack are told in few diagnostics", async (_, fields) => {
    const client = await connect(
      tools,
      project(
        tree({ ...phaseFile("01-03-PLAN.md", plan(fields)), ...phaseFile("01-04-PLAN.md", plan(fields)) }),
      ),
    );
    const result = await client.callTool({ name: "check_planning", arguments: {} });
    expect(result.isError).toBeFalsy();
    expect((result.structuredContent as { total: number }).total).toBeLessThan(300);
  });

  test.each<[string, string]>([
    ["one line of 5 MB", "a|*[(-`".repeat(700_000)],
    ["spaces", `${" ".repeat(5_000_000)}x`],
    ["brackets", "[".repeat(5_000_000)],
    ["colons", "**a".repeat(1_500_000)],
    ["digits", "v1.".repeat(1_500_000)],
    ["dashes", "- ".repeat(2_000_000)],
  ])("%s in every kind of file", async (_, text) => {
    await askAll(
      project(
        tree({
          ".planning/ROADMAP.md": `${ROADMAP}${text}`,
          ".planning/STATE.md": `# S\n\n## Current Position\n\n${text}`,
          ".planning/phases/active/01-a/01-01-PLAN.md": `${PLAN}${text}`,
          ".planning/phases/active/01-a/01-02-SUMMARY.md": text,
          ".planning/phases/active/01-a/01-VERIFICATION.md": `---\nstatus: gaps_found\n---\n\n## Gaps Summary\n\n${text}`,
          ".planning/phases/active/01-a/01-UAT.md": `## Gaps\n\n${text}`,
        }),
      ),
    );
  });
});
