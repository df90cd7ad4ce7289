import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { type Config, readConfig } from "../../src/domain/config.ts";
import type { Diagnostic } from "../../src/domain/diagnostic.ts";

const DEFAULTS: Config = {
  mode: "yolo",
  depth: "standard",
  model_profile: "balanced",
  commit_docs: true,
  pr_workflow: false,
  parallelization: true,
  workflow: { research: true, plan_check: true, verifier: true },
  github: { enabled: false, issue_mode: "never" },
  worktree: { enabled: false },
  workflows: {
    "execute-phase": {
      post_task_command: "",
      commit_style: "conventional",
      commit_scope_format: "{phase}-{plan}",
    },
    "verify-work": { extra_verification_commands: [] },
    "complete-milestone": { version_files: [], pre_release_commands: [] },
  },
};

function brief({ code, severity, line }: Diagnostic): string {
  return `${severity} ${code} ${line}`;
}

function read(value: unknown) {
  return readConfig(JSON.stringify(value, null, 2));
}

test.each([null, "{}", "\uFEFF{}", " {\r\n}\r\n"])("defaults for %j", (text) => {
  expect(readConfig(text)).toMatchObject({ valid: true, config: DEFAULTS, diagnostics: [] });
});

test("every key is read", () => {
  const config: Config = {
    mode: "interactive",
    depth: "comprehensive",
    model_profile: "quality",
    commit_docs: false,
    pr_workflow: true,
    parallelization: false,
    workflow: { research: false, plan_check: false, verifier: false },
    github: { enabled: true, issue_mode: "ask" },
    worktree: { enabled: true },
    workflows: {
      "execute-phase": { post_task_command: "make", commit_style: "simple", commit_scope_format: "{plan}" },
      "verify-work": { extra_verification_commands: ["make check"] },
      "complete-milestone": { version_files: ["package.json"], pre_release_commands: ["make dist"] },
    },
  };
  expect(read(config)).toMatchObject({ valid: true, config, diagnostics: [] });
});

describe("names are read in their own object only", () => {
  test("`enabled` of one object is not another's", () => {
    const { config } = read({ worktree: { enabled: false }, github: { enabled: true } });
    expect([config.github.enabled, config.worktree.enabled]).toEqual([true, false]);
  });

  test("`verifier` and `research` elsewhere", () => {
    const { config } = read({ verifier: false, gates: { research: false }, workflow: {} });
    expect(config.workflow).toEqual(DEFAULTS.workflow);
  });

  test("a value on the next line", () => {
    expect(readConfig('{"github": {"enabled":\n true}}').config.github.enabled).toBe(true);
  });

  test("keys that are properties of every object", () => {
    const { config, diagnostics } = readConfig('{"__proto__": {"pr_workflow": true}, "toString": 1}');
    expect(config).toEqual(DEFAULTS);
    expect(diagnostics.map(({ code }) => code)).toEqual(["CONFIG_UNKNOWN_KEY", "CONFIG_UNKNOWN_KEY"]);
  });
});

describe("other spellings", () => {
  test.each<[object, Partial<Config>]>([
    [{ granularity: "coarse" }, { depth: "quick" }],
    [{ granularity: "standard" }, { depth: "standard" }],
    [{ granularity: "fine" }, { depth: "comprehensive" }],
    [{ granularity: "fine", depth: "quick" }, { depth: "quick" }],
    [{ planning: { commit_docs: false } }, { commit_docs: false }],
    [{ planning: { commit_docs: false }, commit_docs: true }, { commit_docs: true }],
    [{ parallelization: { enabled: false, max_concurrent_agents: 1 } }, { parallelization: false }],
    [{ parallelization: { plan_level: true } }, { parallelization: true }],
    [{ workflow: { research: null } }, {}],
    [
      {
        project_code: null,
        gates: { x: 1 },
        safety: {},
        git: { a: { b: 1 } },
        workflow: { auto_advance: true },
      },
      {},
    ],
  ])("%j", (value, expected) => {
    expect(read(value)).toMatchObject({ config: { ...DEFAULTS, ...expected }, diagnostics: [] });
  });

  test.each<[object, Config["github"]["issue_mode"], string[]]>([
    [{ issueMode: "auto" }, "auto", ["info CONFIG_LEGACY_KEY 3"]],
    [{ issueMode: "auto", issue_mode: "ask" }, "ask", ["info CONFIG_LEGACY_KEY 3"]],
    [{ issue_mode: "ask" }, "ask", []],
    [{ issueMode: "sometimes" }, "never", ["info CONFIG_LEGACY_KEY 3", "warning CONFIG_VALUE 3"]],
  ])("issue mode %j", (github, mode, diagnostics) => {
    const reading = read({ github });
    expect(reading.config.github.issue_mode).toBe(mode);
    expect(reading.diagnostics.map(brief)).toEqual(diagnostics);
  });
});

describe("wrong values", () => {
  test.each<[object, Partial<Config>, string]>([
    [{ pr_workflow: "true" }, { pr_workflow: true }, "warning CONFIG_VALUE 2"],
    [{ commit_docs: "false" }, { commit_docs: false }, "warning CONFIG_VALUE 2"],
    [{ pr_workflow: "yes" }, {}, "warning CONFIG_VALUE 2"],
    [{ pr_workflow: 1 }, {}, "warning CONFIG_VALUE 2"],
    [{ mode: "fast" }, {}, "warning CONFIG_VALUE 2"],
    [{ depth: 3 }, {}, "warning CONFIG_VALUE 2"],
    [{ granularity: "tiny" }, {}, "warning CONFIG_VALUE 2"],
    [{ workflow: true }, {}, "warning CONFIG_VALUE 2"],
    [{ workflow: ["research"] }, {}, "warning CONFIG_VALUE 2"],
    [{ model_profile: "turbo" }, {}, "warning UNKNOWN_MODEL_PROFILE 2"],
    [{ model_profile: 3 }, {}, "warning CONFIG_VALUE 2"],
    [{ parallelization: "no" }, {}, "warning CONFIG_VALUE 2"],
    [{ worktree: { enabled: true } }, {}, "warning CONFIG_VALUE 3"],
    [{ workflows: { "verify-work": { extra_verification_commands: "make" } } }, {}, "warning CONFIG_VALUE 4"],
    [{ workflows: { "execute-phase": { commit_style: "emoji" } } }, {}, "warning CONFIG_VALUE 4"],
  ])("%j", (value, expected, diagnostic) => {
    const { valid, config, diagnostics } = read(value);
    expect({ valid, config }).toEqual({ valid: true, config: { ...DEFAULTS, ...expected } });
    expect(diagnostics.map(brief)).toEqual([diagnostic]);
    expect(diagnostics[0]!.path).toBe(".planning/config.json");
  });

  test("the message says what is there, what would be right and what is used", () => {
    expect(read({ mode: "fast" }).diagnostics[0]!.message).toBe(
      '`mode` is "fast", not one of yolo, interactive; "yolo" is used',
    );
    expect(read({ mode: "x".repeat(10_000) }).diagnostics[0]!.message.length).toBeLessThan(200);
  });
});

test("unknown keys are named with their place, once each", () => {
  const { diagnostics } = read({
    colour: { a: { b: 1 } },
    workflow: { verifer: false },
    github: { enabled: true },
  });
  expect(diagnostics.map(({ message, severity, line }) => `${line} ${severity} ${message}`)).toEqual([
    "2 info `colour` is a key that nothing reads",
    "8 info `workflow.verifer` is a key that nothing reads",
  ]);
});

describe("invalid files", () => {
  test.each<[string, string, number]>([
    ["", "found the end of the file", 1],
    ['{\n  "mode": "yolo",\n}', "expected a key in double quotes, found `}`", 3],
    ['{\n  "mode": "yolo"\n  "depth": 1\n}', 'expected `,` or `}`, found `"`', 3],
    ["{\n  // comment\n}", "found `/`", 2],
    ['{"mode": "yolo"', "found the end of the file", 1],
    ['{"mode": "yo\nlo"}', "no closing quote", 1],
    ['{"mode": "\\x"}', "invalid character or escape", 1],
    ['{"mode": 01}', "expected `,` or `}`", 1],
    ["{} {}", "expected the end of the file", 1],
    ["{'mode': 1}", "found `'`", 1],
    ["[1]", "not an object", 1],
    ["true", "not an object", 1],
    ["null", "not an object", 1],
    [`${"[".repeat(100_000)}`, "64 levels", 1],
  ])("%j", (text, message, line) => {
    const { valid, config, models, diagnostics } = readConfig(text);
    expect({ valid, config }).toEqual({ valid: false, config: DEFAULTS });
    expect(models.executor).toBe("sonnet");
    expect(diagnostics.map(brief)).toEqual([`error CONFIG_INVALID ${line}`]);
    expect(diagnostics[0]!.message).toContain(message);
  });

  test("valid exactly when JSON.parse takes it and gives an object", () => {
    const text = fc.oneof(
      fc.json(),
      fc.string(),
      fc.stringMatching(/^[{}[\]",:0-9 tfn\\e.-]{0,30}$/),
      fc.json().map((json) => json.slice(0, -1)),
    );
    fc.assert(
      fc.property(text, (json) => {
        let value: unknown;
        try {
          value = JSON.parse(json);
        } catch {
          value = undefined;
        }
        const isObject = typeof value === "object" && value !== null && !Array.isArray(value);
        expect(readConfig(json).valid).toBe(isObject);
      }),
      { numRuns: 500 },
    );
  });
});

test("git that ignores .planning forces commit_docs off", () => {
  expect(readConfig("{}", { gitIgnored: true }).config.commit_docs).toBe(false);
  expect(readConfig('{"commit_docs": true}', { gitIgnored: true }).config.commit_docs).toBe(false);
  expect(readConfig("{}", { gitIgnored: false }).config.commit_docs).toBe(true);
});

test.each<[string, Record<string, string>]>([
  [
    "quality",
    {
      executor: "opus",
      verifier: "sonnet",
      "code-reviewer": "opus",
      analyzer: "sonnet",
      "phase-researcher": "opus",
      planner: "opus",
      "plan-checker": "sonnet",
      mapper: "haiku",
      "integration-checker": "sonnet",
    },
  ],
  [
    "balanced",
    {
      executor: "sonnet",
      verifier: "sonnet",
      "code-reviewer": "sonnet",
      analyzer: "sonnet",
      "phase-researcher": "sonnet",
      planner: "opus",
      "plan-checker": "sonnet",
      mapper: "haiku",
      "integration-checker": "sonnet",
    },
  ],
  [
    "budget",
    {
      executor: "sonnet",
      verifier: "haiku",
      "code-reviewer": "sonnet",
      analyzer: "haiku",
      "phase-researcher": "haiku",
      planner: "sonnet",
      "plan-checker": "haiku",
      mapper: "haiku",
      "integration-checker": "haiku",
    },
  ],
])("models of %s", (profile, models) => {
  expect(read({ model_profile: profile }).models).toEqual(models);
});

test("an unknown profile counts as balanced", () => {
  expect(read({ model_profile: "turbo" }).models).toEqual(read({}).models);
});
