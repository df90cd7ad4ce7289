import fc from "fast-check";
import { expect, test } from "vitest";
import type { WavesAnswer } from "../../src/cli/answers.ts";
import { mermaid } from "../../src/cli/mermaid.ts";
import groupWaves from "../../tools/group_waves.ts";
import { call } from "../support/client.ts";
import { plan, project } from "../support/project.ts";
import { REPOSITORY } from "../support/stdio.ts";

/** Every line that a chart may consist of: ids that are ours, and labels without anything that Mermaid reads. */
const LABEL = String.raw`"(?:[\p{L}\p{M}\p{N} .,_/-]|#\d+;|<br/>)*"`;
const LINES = [
  "```mermaid",
  "flowchart TD",
  String.raw`  subgraph wavem?\d+\["Wave -?\d+"\]`,
  String.raw`    p\d+\[${LABEL}\]`,
  String.raw`  more\[${LABEL}\]`,
  "  end",
  String.raw`  p\d+ --> p\d+`,
  String.raw`  p\d+ -\. ${LABEL} \.-> p\d+`,
  String.raw`  p\d+x\(\[${LABEL}\]\) -\.-> p\d+`,
  "  classDef ready [a-z0-9:#,-]+",
  String.raw`  class p\d+(?:,p\d+)* ready`,
  "```",
].map((line) => new RegExp(`^(?:${line})$`, "u"));

const isLine = (line: string) => LINES.some((pattern) => pattern.test(line));

test("the sample project's waves", async () => {
  const answer = await call(groupWaves, { phase: "3" }, `${REPOSITORY}examples/chat-app`);
  const lines = mermaid(answer);
  expect(lines.filter((line) => !isLine(line))).toEqual([]);
  expect(`\n${lines.join("\n")}\n`).toMatchInlineSnapshot(`
    "
    \`\`\`mermaid
    flowchart TD
      subgraph wave2["Wave 2"]
        p0["03-03<br/>Message list with history"]
        p1["03-05<br/>Edit and delete on the server"]
        p2["03-04<br/>Composer with retry"]
      end
      subgraph wave3["Wave 3"]
        p3["03-06<br/>Message menu, checked by hand in two browsers"]
      end
      p0 --> p3
      p1 --> p3
      p0 -. "both write src/chat/Chat.tsx" .-> p2
      classDef ready stroke:#2da44e,stroke-width:3px
      class p0,p1 ready
    \`\`\`
    "
  `);
});

test("a phase with nothing to draw says why", async () => {
  const done = { "01-01-PLAN.md": plan(), "01-01-SUMMARY.md": "# Done\n" };
  const root = project({
    ".planning/phases/active": { "01-a": done, "02-b": { "02-01-PLAN.md": plan({ wave: 1 }) } },
  });
  const chart = async (phase: string) => mermaid(await call(groupWaves, { phase, gaps_only: true }, root));
  expect(await chart("1")).toEqual(["```mermaid", "flowchart TD", '  p0["Every plan is done."]', "```"]);
  expect((await chart("2"))[2]).toBe('  p0["No plan that closes gaps is to do."]');
});

/** Forty plans and more that all write one file, each in a batch of its own. */
async function oneFile(count: number): Promise<string[]> {
  const plans = Array.from({ length: count }, (_, index) => {
    const number = String(index + 1).padStart(3, "0");
    return [`01-${number}-PLAN.md`, plan({ wave: 1, files_modified: ["CHANGELOG.md", `${number}.ts`] })];
  });
  const root = project({ ".planning/phases/active/01-a": Object.fromEntries(plans) });
  return mermaid(await call(groupWaves, { phase: "1" }, root));
}

test("plans that wait for each other in a row have one arrow each, from the one before", async () => {
  const lines = await oneFile(40);
  const arrows = lines.filter((line) => line.includes("->"));
  expect(arrows).toEqual(
    Array.from({ length: 39 }, (_, index) => `  p${index} -. "both write CHANGELOG.md" .-> p${index + 1}`),
  );
  expect(lines.join("\n")).not.toContain("left out");
});

test("Mermaid refuses 501 arrows, so more than 499 are a number", () => {
  const plans = Array.from({ length: 40 }, (_, index) => ({
    id: `01-${index}`,
    name: "",
    objective: "",
    depends_on: Array.from({ length: index }, (_, other) => `01-${other}`),
    files_modified: [],
    autonomous: true,
    gap_closure: false,
    declared_wave: null,
  }));
  const lines = mermaid({
    phase: { id: "01", number: "1", name: "", state: "active" },
    waves: plans.map((plan, wave) => ({ wave, plans: [plan], batches: [[plan.id]] })),
    ready: [],
    completed: [],
    skipped: [],
    totals: { plans: 40, incomplete: 40, waves: 40, batches: 40 },
    executor_model: "sonnet",
    diagnostics: [],
  });
  expect(lines.filter((line) => line.includes("->"))).toHaveLength(499);
  expect(lines).toContain('  more["281 arrows left out"]');
  expect(lines.filter((line) => !isLine(line))).toEqual([]);
});

test("what is cut of a list is a number", async () => {
  const files = Array.from({ length: 5 }, (_, index) => `${index}.ts`);
  const unknown = Array.from({ length: 5 }, (_, index) => `01-9${index}`);
  const root = project({
    ".planning/phases/active/01-a": {
      "01-01-PLAN.md": plan({ wave: 1, files_modified: files }),
      "01-02-PLAN.md": plan({ wave: 1, files_modified: files, depends_on: unknown }),
    },
  });
  const text = mermaid(await call(groupWaves, { phase: "1" }, root)).join("\n");
  expect(text).toContain('"both write 0.ts, 1.ts, 2.ts and 2 more"');
  expect(text).toMatch(/<br\/>2 more"\]\) -\.-> p1/);
});

/** Before it reads a chart, Mermaid takes the last semicolon of what looks to it like CSS. */
test("a label that looks like a style keeps its last character", async () => {
  const root = project({
    ".planning/phases/active/01-a/01-01-PLAN.md": plan({ wave: 1, name: "Restyle links (a:hover, a:focus)" }),
  });
  const lines = mermaid(await call(groupWaves, { phase: "1" }, root));
  expect(lines.join("\n")).toContain("a#58;focus#41;");
  expect(lines.filter((line) => /(?:style|classDef).*:\S*#.*;/.test(line))).toEqual([]);
});

test("no name breaks out of its label, ends the code fence or becomes markup", () => {
  const text = fc.oneof(
    fc.string({ unit: "binary", maxLength: 30 }),
    fc.constantFrom(
      '"]',
      "```",
      "`code`",
      "<script>",
      "<br/>",
      "&quot;",
      "%% comment",
      "end",
      "1. list",
      "- list",
      "\n  p9 --> p9",
      "#35;",
      "click p0 href",
    ),
  );
  const plan = fc.record({
    id: text,
    name: text,
    objective: text,
    depends_on: fc.array(text, { maxLength: 3 }),
    files_modified: fc.array(text, { maxLength: 3 }),
    autonomous: fc.boolean(),
    gap_closure: fc.boolean(),
    declared_wave: fc.constant(null),
  });
  const ids = fc.uniqueArray(plan, { selector: ({ id }) => id, minLength: 1, maxLength: 6 });
  fc.assert(
    fc.property(ids, text, fc.integer({ min: -3, max: 9 }), (plans, message, wave) => {
      const names = plans.map(({ id }) => id);
      const answer: WavesAnswer = {
        phase: { id: "01", number: "1", name: message, state: "active" },
        waves: [{ wave, plans, batches: names.map((id) => [id]) }],
        ready: names.slice(0, 2),
        completed: [],
        skipped: [],
        totals: { plans: 1, incomplete: 1, waves: 1, batches: 1 },
        executor_model: "sonnet",
        diagnostics: [
          { code: "UNKNOWN_DEPENDENCY", severity: "warning", message, plans: [names[0]!] },
          { code: "FILE_CONFLICT", severity: "warning", message, plans: names },
        ],
      };
      const lines = mermaid(answer);
      expect(lines.filter((line) => !isLine(line))).toEqual([]);
      expect(lines.filter((line) => line.includes("```"))).toEqual(["```mermaid", "```"]);
    }),
  );
});
