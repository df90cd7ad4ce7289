import { expect, test } from "vitest";
import { z } from "zod";
import { type Catalogue, generatedFiles } from "../src/docs.ts";
import { DIAGNOSTIC_CODES } from "../src/domain/diagnostic.ts";
import { ERROR_CODES } from "../src/errors.ts";
import { definePrompt } from "../src/prompt.ts";
import { DiagnosticsSchema, defineTool, PhaseArgument, PhaseRefSchema } from "../src/tool.ts";

const tool = defineTool({
  name: "look_up",
  title: "Look up <things>",
  description: "Finds `<tags>` and <tags>.",
  effect: "reads",
  reach: "github",
  toolset: "github",
  input: z.strictObject({
    phase: PhaseArgument,
    count: z.int().default(50).describe("How many"),
    select: z.enum(["a", "b"]).optional().describe("One | other"),
    limit: z.int().min(1).max(10_000).optional(),
    from: z.int().min(0).optional(),
    sure: z.literal(true),
    groups: z
      .array(
        z.strictObject({
          name: z.string().min(1).describe("As <shown>"),
          gaps: z.array(z.string()).min(1),
          goal: z.string().optional(),
          parts: z.array(z.strictObject({ path: z.string() })).optional(),
        }),
      )
      .min(1)
      .optional()
      .describe("The groups"),
  }),
  output: z.object({
    phase: PhaseRefSchema,
    next: PhaseRefSchema.nullable(),
    plans: z.array(z.object({ id: z.string().nullable(), waves: z.array(z.int()) })).describe("The plans"),
    to: z.string().optional().describe("Where to"),
    of: z.object({ diff: z.string().optional() }).optional(),
    config: z.record(z.string(), z.unknown()).describe("Every key"),
    models: z.record(z.string(), z.string()),
    diagnostics: DiagnosticsSchema,
  }),
  run: () => expect.fail("not called"),
});

const NOTHING: Catalogue = {
  tools: [],
  prompts: [],
  forms: { PLAN_FORM: "p", VERIFICATION_FORM: "v", UAT_FORM: "u" },
};

test("docs/tools.md tells every field of a tool", () => {
  const text = generatedFiles["docs/tools.md"]!({ ...NOTHING, tools: [tool] }, "");
  for (const line of [
    "## look_up",
    "*Look up &lt;things>* (reads, toolset `github`, GitHub)",
    "Finds `<tags>` and &lt;tags>.",
    "| `phase` | string | required | Number (3, 2.1, 12A) or directory name |",
    "| `count` | integer | `50` | How many |",
    "| `select` | `a`, `b` |  | One \\| other |",
    "| `limit` | integer, 1 to 10,000 |  |  |",
    "| `from` | integer, 0 or more |  |  |",
    "| `sure` | only `true` | required |  |",
    "| `groups` | array of object, not empty |  | The groups |",
    "Each of `groups`:",
    "- `name` (string, not empty): As &lt;shown>",
    "- `gaps` (array of string, not empty)",
    "- `goal` (string; optional)",
    "- `parts` (array of object; optional)",
    "  - `path` (string)",
    "- `phase` ([PhaseRef](#phaseref))",
    "- `next` ([PhaseRef](#phaseref) or null)",
    "- `plans` (array of object): The plans",
    "  - `id` (string or null)",
    "  - `waves` (array of integer)",
    "- `to` (string; optional): Where to",
    "- `of` (object; optional)",
    "  - `diff` (string; optional)",
    "- `config` (object): Every key; [keys](configuration.md#the-project-planningconfigjson)",
    "- `models` (object): [agents](configuration.md#models)",
    "- `line` (integer; optional): From 1",
    "## PhaseRef",
    "## Diagnostic",
  ]) {
    expect(text.split("\n")).toContain(line);
  }
  expect(text).toMatch(/^- `diagnostics` \(array of \[Diagnostic\]\(#diagnostic\)\): /m);
});

test("docs/tools.md tells prompts with their arguments, and resources", () => {
  const prompt = definePrompt({
    name: "do-all",
    title: "Do <all>",
    description: "Does <all>.",
    needs: ["look_up", "other"],
    arguments: [
      { name: "phase", kind: "phase", description: "Which | one" },
      { name: "quick", kind: "flag", description: "Quickly" },
      { name: "how", kind: ["well", "badly"], description: "How <well>" },
    ],
    text: () => expect.fail("not called"),
  });
  const lines = generatedFiles["docs/tools.md"]!({ ...NOTHING, prompts: [prompt] }, "").split("\n");
  for (const line of [
    "## do-all",
    "*Do &lt;all>* (needs [look_up](#look_up), [other](#other))",
    "Does &lt;all>.",
    "| `phase` | phase | Which \\| one |",
    "| `quick` | `true`, `false` | Quickly |",
    "| `how` | `well`, `badly` | How &lt;well> |",
    "# Resources",
  ]) {
    expect(lines).toContain(line);
  }
  for (const address of ["planning://roadmap", "planning://config", "planning://phases/{phase}/plans/{plan}"])
    expect(lines.filter((line) => line.startsWith(`| \`${address}\` | `))).toHaveLength(1);
});

test("docs/errors.md lists every code", () => {
  const text = generatedFiles["docs/errors.md"]!(NOTHING, "");
  for (const code of [...Object.keys(ERROR_CODES), ...Object.keys(DIAGNOSTIC_CODES)]) {
    expect(text).toContain(`| \`${code}\` |`);
  }
});

test("README.md gets its table between the markers, and nothing else changes", () => {
  const generate = generatedFiles["README.md"]!;
  const readme = "# A\n<!-- tools:begin -->\nold\n<!-- tools:end -->\nrest\n";
  const catalogue = { ...NOTHING, tools: [tool] };
  const fresh = generate(catalogue, readme);
  expect(fresh).toMatch(
    /^# A\n<!-- tools:begin -->\n\| tool .*\n.*\n\| \[`look_up`\]\(docs\/tools\.md#look_up\) .*\n<!-- tools:end -->\nrest\n$/,
  );
  expect(generate(catalogue, fresh)).toBe(fresh);
  expect(generate(catalogue, "# No markers\n")).toBe("# No markers\n");
});

test("docs/format.md gets the forms between the markers", () => {
  const generate = generatedFiles["docs/format.md"]!;
  const fresh = generate(NOTHING, "before\n<!-- forms:begin -->\nold\n<!-- forms:end -->\nbehind\n");
  expect(fresh).toMatch(/^before\n<!-- forms:begin -->\n\nA plan:\n\n```markdown\np\n```\n/);
  expect(fresh).toMatch(/An acceptance test:\n\n```markdown\nu\n```\n\n<!-- forms:end -->\nbehind\n$/);
  expect(fresh).toContain("A verification:\n\n```markdown\nv\n```\n");
  expect(generate(NOTHING, fresh)).toBe(fresh);
});
