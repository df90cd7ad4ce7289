/** What every call goes through, whatever the tool: arguments, outcomes, order. */
import { McpError } from "@modelcontextprotocol/sdk/types.js";
import { describe, expect, onTestFinished, test, vi } from "vitest";
import { z } from "zod";
import { PlanningError } from "../src/errors.ts";
import { defineTool, LimitArgument, PhaseArgument, type Tool } from "../src/tool.ts";
import { call, callError, connect, type Person, TODAY, text } from "./support/client.ts";
import { project } from "./support/project.ts";

/** A tool that gives back what it was given. */
const echo = defineTool({
  name: "echo",
  title: "Echo",
  description: "Gives its arguments back.",
  effect: "reads",
  reach: "project",
  input: z.strictObject({
    phase: PhaseArgument,
    gaps_only: z.boolean().default(false).describe("Only gaps"),
    select: z.enum(["next_incomplete", "current"]).optional().describe("Which phase"),
    limit: LimitArgument,
    short: z.string().max(5).optional().describe("A short text"),
    plans: z.array(z.int()).min(1).max(3).optional().describe("Plan numbers"),
    groups: z
      .array(
        z.strictObject({ name: z.string().describe("Name"), goal: z.string().optional().describe("Goal") }),
      )
      .optional()
      .describe("Groups"),
    nothing: z.string().nullable().optional().describe("A text or null"),
    slug: z
      .string()
      .regex(/^[a-z]+$/)
      .optional()
      .describe("Lower-case letters"),
    even: z
      .int()
      .refine((value) => value % 2 === 0, "must be even")
      .optional()
      .describe("An even number"),
  }),
  output: z.object({ args: z.record(z.string(), z.unknown()), today: z.string(), root: z.string() }),
  run: (args, { today, workspace }) => ({ args, today: today(), root: workspace.root, extra: "stripped" }),
});

/** A tool without arguments around a function. */
function doing(run: Tool["run"], rest: Partial<Tool> = {}): Tool {
  const [input, output] = [z.strictObject({}), z.object({ done: z.boolean() })];
  return {
    name: "act",
    title: "Act",
    description: "Acts.",
    effect: "reads",
    reach: "project",
    input,
    output,
    run,
    ...rest,
  };
}

describe("an answer", () => {
  test("is structured, the same as text, and nothing but its schema", async () => {
    const root = project();
    const answer = await call(echo, { phase: "3" }, root);
    expect(answer).toEqual({ args: { phase: "3", gaps_only: false }, today: TODAY, root });
  });

  test.each<[Record<string, unknown>, Record<string, unknown>]>([
    [{ phase: 3 }, { phase: "3" }],
    [{ phase: 3, select: null, gaps_only: null, limit: null, plans: null }, { phase: "3" }],
    [
      { phase: "3", nothing: null },
      { phase: "3", nothing: null },
    ],
    [
      { phase: "3", select: "current", limit: 1 },
      { phase: "3", select: "current", limit: 1 },
    ],
    [{ phase: "x".repeat(10_000) }, { phase: "x".repeat(10_000) }],
  ])("takes %j", async (given, taken) => {
    const { args } = await call(echo, given, project());
    expect(args).toEqual({ gaps_only: false, ...taken });
  });
});

describe("what a tool may have that none of ours has", () => {
  test("content behind its JSON", async () => {
    const image = { type: "image", data: "AA==", mimeType: "image/png" } as const;
    const showing = doing(() => ({ done: true }), { content: ({ done }) => (done ? [image] : []) });
    const client = await connect([showing], project());
    expect(await client.callTool({ name: "act", arguments: {} })).toEqual({
      content: [{ type: "text", text: '{"done":true}' }, image],
      structuredContent: { done: true },
    });
  });

  test("a schema that refers to a part of itself, whose dialect is then told", async () => {
    const place = z.strictObject({ city: z.string().describe("Its name") }).meta({ id: "place" });
    const input = z.strictObject({ from: place, to: place.optional() });
    const client = await connect([doing(() => ({ done: true }), { input })], project());
    const { tools } = await client.listTools();
    expect(tools[0]!.inputSchema).toMatchObject({
      $schema: "https://json-schema.org/draft/2020-12/schema",
      properties: { from: { $ref: "#/$defs/place" } },
      $defs: { place: { properties: { city: { type: "string" } } } },
    });
    const travel = doing(() => ({ done: true }), { input });
    expect(await callError(travel, { from: { town: "x" } }, project())).toMatchObject({
      message: 'Unknown field "town" in "from". "from.city" is missing.',
      expected: ["city"],
    });
    expect(await callError(travel, { from: {} }, project())).toMatchObject({ expected: "string: Its name" });
  });
});

describe("arguments that do not fit", () => {
  const CASES: [given: Record<string, unknown>, message: RegExp | string, expected?: unknown][] = [
    [{}, '"phase" is missing.', "string: Number (3, 2.1, 12A) or directory name"],
    [{ phase: null }, '"phase" must be a string, not null.', "string"],
    [{ phase: 2.1 }, '"phase" must be a string, not the number 2.1.', "string"],
    [{ phase: true }, '"phase" must be a string, not the boolean true.', "string"],
    [{ phase: ["3"] }, '"phase" must be a string, not an array.', "string"],
    [{ phase: {} }, '"phase" must be a string, not an object.', "string"],
    [{ phase: "3", gaps_only: "yes" }, '"gaps_only" must be a boolean, not the string "yes".', "boolean"],
    [
      { phase: "3", gapsOnly: true },
      /^Unknown argument "gapsOnly"; did you mean "gaps_only"\?$/,
      expect.arrayContaining(["phase", "root"]),
    ],
    [{ phase: "3", zzzzzzz: 1 }, 'Unknown argument "zzzzzzz".', expect.arrayContaining(["phase"])],
    [
      { phse: "3" },
      'Unknown argument "phse"; did you mean "phase"? "phase" is missing.',
      expect.arrayContaining(["phase"]),
    ],
    [
      { phase: "3", select: "currnt" },
      '"select" must be one of "next_incomplete", "current", not "currnt".',
      ["next_incomplete", "current"],
    ],
    [
      { phase: "3", select: 4 },
      '"select" must be one of "next_incomplete", "current", not 4.',
      ["next_incomplete", "current"],
    ],
    [{ phase: "3", limit: 0 }, '"limit" must be at least 1, not 0.', "at least 1"],
    [{ phase: "3", limit: 1e300 }, '"limit" must be at most 500, not 1e+300.', "at most 500"],
    [{ phase: "3", limit: -1e300 }, '"limit" must be at least 1, not -1e+300.', "at least 1"],
    [{ phase: "3", limit: 501 }, '"limit" must be at most 500, not 501.', "at most 500"],
    [{ phase: "3", limit: 1.5 }, '"limit" must be an integer, not the number 1.5.', "integer"],
    [{ phase: "3", limit: "10" }, '"limit" must be an integer, not the string "10".', "integer"],
    [
      { phase: "3", short: "123456" },
      '"short" must have at most 5 characters, not 6.',
      "at most 5 characters",
    ],
    [{ phase: "3", plans: [] }, '"plans" must have at least 1 entries, not 0.', "at least 1 entries"],
    [{ phase: "3", plans: [1, "2"] }, '"plans[1]" must be an integer, not the string "2".', "integer"],
    [{ phase: "3", plans: "1" }, '"plans" must be an array, not the string "1".', "array"],
    [
      { phase: "3", groups: [{ name: "a" }, { nam: "b" }] },
      'Unknown field "nam" in "groups[1]"; did you mean "name"? "groups[1].name" is missing.',
      ["name", "goal"],
    ],
    [{ phase: "3", slug: "A B" }, /^"slug": /, "Lower-case letters"],
    [{ phase: "3", even: 3 }, '"even": must be even.', "An even number"],
    [
      { phase: "x".repeat(10_001) },
      '"phase" must have at most 10000 characters, not 10001.',
      "at most 10000 characters",
    ],
    [
      { phase: "3", groups: [{ name: "a\0" }] },
      '"groups[0].name" must not contain a NUL character.',
      "text without NUL characters",
    ],
    [{ phase: "3", root: 5 }, '"root" must be a string, not the number 5.', "string"],
    [JSON.parse('{"phase":"3","__proto__":{"limit":1}}'), 'Unknown argument "__proto__".', expect.anything()],
  ];

  test.each(CASES)("%j", async (given, message, expected) => {
    const error = await callError(echo, given, project());
    expect(error).toMatchObject({
      code: "INVALID_ARGUMENT",
      message: typeof message === "string" ? message : expect.stringMatching(message),
    });
    expect(error.expected).toEqual(expected);
  });

  test("a fraction for a string says how to write it", async () => {
    expect(await callError(echo, { phase: 2.1 }, project())).toMatchObject({
      hint: 'Write it in quotes: "2.1".',
    });
  });

  test("are quoted short and without control characters", async () => {
    const { message } = await callError(
      echo,
      { phase: "3", [`a\n\u001b[31m\u202e${"b".repeat(5_000)}`]: 1 },
      project(),
    );
    expect(message).toMatch(/^Unknown argument "a {2}\[31m b+…"\.$/);
    expect(message.length).toBeLessThan(100);
  });

  test("are refused before the project is looked for", async () => {
    expect(await callError(echo, {}, "/nowhere")).toMatchObject({ code: "INVALID_ARGUMENT" });
  });
});

describe("a failure", () => {
  test("that the tool foresaw is its error", async () => {
    const tool = doing(() => {
      throw new PlanningError("PHASE_NOT_FOUND", "No phase\n9.", {
        expected: Array(60).fill("1"),
        path: "a",
        line: 2,
        hint: "h",
      });
    });
    const error = await callError(tool, {}, project());
    expect(error).toEqual({
      code: "PHASE_NOT_FOUND",
      message: "No phase 9.",
      hint: "h",
      path: "a",
      line: 2,
      expected: Array(50).fill("1"),
    });
  });

  test.each<[string, () => never]>([
    [
      "Error",
      () => {
        throw new Error("secret /etc/passwd");
      },
    ],
    [
      "ENOENT",
      () => {
        throw Object.assign(new Error("open /etc/passwd"), { code: "ENOENT" });
      },
    ],
    [
      "string",
      () => {
        throw "thrown text";
      },
    ],
  ])("that nobody foresaw is INTERNAL (%s) without its text, which is logged", async (kind, run) => {
    const logged: string[] = [];
    const client = await connect([doing(run)], project(), { log: (line) => logged.push(line) });
    const result = await client.callTool({ name: "act", arguments: {} });
    expect(result.isError).toBe(true);
    const error = JSON.parse(text(result as never));
    expect(error).toMatchObject({ code: "INTERNAL", message: `act failed unexpectedly (${kind}).` });
    expect(logged.join()).toMatch(/secret|open|thrown text/);
  });

  test("to fit the output schema is INTERNAL too", async () => {
    const client = await connect([doing(() => ({ done: "yes" }))], project(), { log: () => {} });
    const result = await client.callTool({ name: "act", arguments: {} });
    expect(JSON.parse(text(result as never))).toMatchObject({ code: "INTERNAL" });
  });

  test("to find a project is an error of the call, and the next call is answered", async () => {
    const root = project();
    const client = await connect([echo], root);
    const bad = await client.callTool({ name: "echo", arguments: { phase: 1, root: "/" } });
    expect(JSON.parse(text(bad as never))).toMatchObject({ code: "PATH_OUTSIDE_ROOT" });
    const good = await client.callTool({ name: "echo", arguments: { phase: 1, root } });
    expect(good.isError).toBeUndefined();
  });

  test("to name a tool is a protocol error with the nearest name", async () => {
    const client = await connect([echo], project());
    const failed = client.callTool({ name: "ecko", arguments: {} });
    await expect(failed).rejects.toThrow(McpError);
    await expect(failed).rejects.toMatchObject({
      code: -32602,
      message: expect.stringContaining("Did you mean echo?"),
    });
  });

  test("is not logged when the call was cancelled", async () => {
    const logged: string[] = [];
    const cancel = new AbortController();
    let failed = () => {};
    const over = new Promise<void>((resolve) => {
      failed = resolve;
    });
    const tool = doing(async (_, { signal }) => {
      cancel.abort();
      while (!signal.aborted) await new Promise(setImmediate);
      failed();
      throw new Error("late");
    });
    const client = await connect([tool, echo], project(), { log: (line) => logged.push(line) });
    const call = client.callTool({ name: "act", arguments: {} }, undefined, { signal: cancel.signal });
    await expect(call).rejects.toThrow();
    await over;
    await client.callTool({ name: "echo", arguments: { phase: 1 } });
    expect(logged).toEqual([]);
  });

  test("to name a tool where none is offered says so", async () => {
    const client = await connect([], project());
    await expect(client.callTool({ name: "echo", arguments: {} })).rejects.toThrow(/offers no tools/);
  });

  test.each([[[]], [null], ["x"]])("arguments that are %j are a protocol error", async (args) => {
    const client = await connect([echo], project());
    await expect(client.callTool({ name: "echo", arguments: args as never })).rejects.toMatchObject({
      code: -32602,
    });
  });
});

describe("order", () => {
  /** Writes down when it runs; its first call waits for `release`. */
  function slow(effect: Tool["effect"]) {
    const events: string[] = [];
    let release = () => {};
    const gate = new Promise<void>((resolve) => {
      release = resolve;
    });
    let calls = 0;
    const tool = doing(
      async () => {
        const call = ++calls;
        events.push(`start ${call}`);
        if (call === 1) await gate;
        events.push(`end ${call}`);
        return { done: true };
      },
      { effect },
    );
    return { tool, events, release: () => release() };
  }

  test.each(["adds", "edits"] as const)(
    "a call that %s waits for the one before, and a read does not",
    async (effect) => {
      const { tool, events, release } = slow(effect);
      const client = await connect([tool, echo], project());
      const writes = [1, 2, 3].map(() => client.callTool({ name: "act", arguments: {} }));
      await client.callTool({ name: "echo", arguments: { phase: 1 } });
      expect(events).toEqual(["start 1"]);
      release();
      await Promise.all(writes);
      expect(events).toEqual(["start 1", "end 1", "start 2", "end 2", "start 3", "end 3"]);
    },
  );

  test("reads do not wait for each other", async () => {
    const { tool, events, release } = slow("reads");
    const client = await connect([tool], project());
    const first = client.callTool({ name: "act", arguments: {} });
    await client.callTool({ name: "act", arguments: {} });
    expect(events).toEqual(["start 1", "start 2", "end 2"]);
    release();
    await first;
  });

  test("a failed write does not stop the next, and one cancelled in the queue never runs", async () => {
    const { tool, events, release } = slow("edits");
    const failing = doing(
      () => {
        throw new PlanningError("NO_PLANS", "None.");
      },
      { name: "fail", effect: "edits" },
    );
    const client = await connect([tool, failing], project());
    const first = client.callTool({ name: "act", arguments: {} });
    const cancel = new AbortController();
    const second = client.callTool({ name: "act", arguments: {} }, undefined, { signal: cancel.signal });
    const failed = client.callTool({ name: "fail", arguments: {} });
    const last = client.callTool({ name: "act", arguments: {} });
    cancel.abort();
    await expect(second).rejects.toThrow();
    release();
    await Promise.all([first, last]);
    expect((await failed).isError).toBe(true);
    expect(events).toEqual(["start 1", "end 1", "start 2", "end 2"]);
  });

  test("a slow GitHub delays no change of the project, and the other way round", async () => {
    for (const reach of ["github", "project"] as const) {
      const { tool, events, release } = slow("edits");
      const other = doing(() => ({ done: true }), {
        name: "other",
        effect: "edits",
        reach: reach === "github" ? "project" : "github",
      });
      const client = await connect([{ ...tool, reach }, other], project());
      const writes = [1, 2].map(() => client.callTool({ name: "act", arguments: {} }));
      await client.callTool({ name: "other", arguments: {} });
      expect(events).toEqual(["start 1"]);
      release();
      await Promise.all(writes);
      expect(events).toEqual(["start 1", "end 1", "start 2", "end 2"]);
    }
  });

  test("a call's time runs while it waits for earlier ones", async () => {
    const used: number[] = [];
    const tool = doing(
      async (_, { usedMs }) => {
        used.push(usedMs());
        await new Promise((resolve) => setTimeout(resolve, 150));
        return { done: true };
      },
      { effect: "edits" },
    );
    const client = await connect([tool], project());
    await Promise.all([1, 2, 3].map(() => client.callTool({ name: "act", arguments: {} })));
    const [first, second, third] = used as [number, number, number];
    expect(second - first).toBeGreaterThan(120);
    expect(third - second).toBeGreaterThan(120);
  });

  test("a call's time stands still while a person thinks", async () => {
    let counted = 0;
    let taken = 0;
    const tool = doing(
      async (_, { usedMs, confirm }) => {
        const [used, started] = [usedMs(), performance.now()];
        await confirm!("Sure?");
        counted = usedMs() - used;
        taken = performance.now() - started;
        return { done: true };
      },
      { effect: "edits" },
    );
    const client = await connect([tool], project(), {}, async () => {
      await new Promise((resolve) => setTimeout(resolve, 300));
      return { action: "decline" };
    });
    await client.callTool({ name: "act", arguments: {} });
    expect(taken - counted).toBeGreaterThan(250);
  });

  test("cancelling reaches the tool's signal", async () => {
    let reached = () => {};
    const aborted = new Promise<void>((resolve) => {
      reached = resolve;
    });
    const cancel = new AbortController();
    const tool = doing(async (_, { signal }) => {
      signal.addEventListener("abort", reached);
      cancel.abort();
      await aborted;
      return { done: true };
    });
    const client = await connect([tool], project());
    await expect(
      client.callTool({ name: "act", arguments: {} }, undefined, { signal: cancel.signal }),
    ).rejects.toThrow();
    await aborted;
  });

  test("calls that never pause leave turns of the event loop to everything else", async () => {
    const events: string[] = [];
    const tool = doing(() => {
      events.push("call");
      return { done: true };
    });
    const client = await connect([tool], project());
    const calls = Array.from({ length: 20 }, () =>
      client.callTool({ name: "act", arguments: {} }).then(() => events.push("answer")),
    );
    await calls[0];
    // Answers go out while later calls still wait for their turn.
    expect(events.filter((event) => event === "call").length).toBeLessThan(5);
    await Promise.all(calls);
  });

  test("a thousand calls at once get their own answers", async () => {
    const client = await connect([echo], project());
    const numbers = Array.from({ length: 1_000 }, (_, index) => index);
    const answers = await Promise.all(
      numbers.map((phase) => client.callTool({ name: "echo", arguments: { phase } })),
    );
    expect(
      answers.map((answer) => (answer.structuredContent as z.infer<typeof echo.output>).args.phase),
    ).toEqual(numbers.map(String));
  });
});

describe("asking the person", () => {
  /** A tool that asks, and tells the answer. */
  const asking = (effect: Tool["effect"] = "edits"): Tool =>
    defineTool({
      name: "ask",
      title: "Ask",
      description: "Asks.",
      effect,
      reach: "github",
      input: z.strictObject({}),
      output: z.object({ said: z.string() }),
      run: async (_, { confirm }) => ({
        said: confirm ? String(await confirm("Really?")) : "nobody is there",
      }),
    });

  async function said(person?: Person, effect?: Tool["effect"]): Promise<unknown> {
    const client = await connect([asking(effect)], project(), {}, person);
    const { structuredContent } = await client.callTool({ name: "ask", arguments: {} });
    return (structuredContent as { said: string }).said;
  }

  test.each<[Person, string]>([
    [() => ({ action: "accept", content: { yes: true } }), "true"],
    [() => ({ action: "accept", content: { yes: false } }), "false"],
    [() => ({ action: "decline" }), "false"],
    [() => ({ action: "cancel" }), "null"],
    [() => ({ action: "accept" }), "null"],
    [() => ({ action: "accept", content: { yes: "true" } }), "null"],
    [
      () => {
        throw new Error("no window");
      },
      "null",
    ],
  ])("%s is %s", async (person, expected) => {
    expect(await said(person)).toBe(expected);
    expect(await said(person, "reads")).toBe(expected);
  });

  test("a client that cannot ask is not asked", async () => {
    expect(await said()).toBe("nobody is there");
  });

  test("the question is the tool's", async () => {
    let question = "";
    await said((text) => {
      question = text;
      return { action: "cancel" };
    });
    expect(question).toBe("Really?");
  });

  test("nothing waits for the person but the call, which ends when it is cancelled", async () => {
    let asked = () => {};
    const open = new Promise<void>((resolve) => {
      asked = resolve;
    });
    const forever: Person = () => {
      asked();
      return new Promise(() => {});
    };
    const others = (["project", "github"] as const).map((reach) =>
      doing(() => ({ done: true }), { name: `write_${reach}`, effect: "edits", reach }),
    );
    const client = await connect([asking(), echo, ...others], project(), {}, forever);
    const cancel = new AbortController();
    const waiting = client.callTool({ name: "ask", arguments: {} }, undefined, { signal: cancel.signal });
    waiting.catch(() => {});
    await open;
    await client.callTool({ name: "echo", arguments: { phase: 1 } });
    for (const { name } of others) await client.callTool({ name, arguments: {} });
    cancel.abort();
    await expect(waiting).rejects.toThrow();
    // The cancelled call has given its turn back.
    for (const { name } of others) await client.callTool({ name, arguments: {} });
  });

  test("no answer in two minutes is none", async () => {
    let asked = () => {};
    const open = new Promise<void>((resolve) => {
      asked = resolve;
    });
    const client = await connect([asking()], project(), {}, () => {
      asked();
      return new Promise(() => {});
    });
    vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout"] });
    onTestFinished(() => void vi.useRealTimers());
    let said: unknown;
    const call = client.callTool({ name: "ask", arguments: {} }, undefined, { timeout: 600_000 });
    void call.then(({ structuredContent }) => {
      said = structuredContent;
    });
    await open;
    await vi.advanceTimersByTimeAsync(119_000);
    expect(said).toBeUndefined();
    await vi.advanceTimersByTimeAsync(2_000);
    await call;
    expect(said).toEqual({ said: "null" });
  });

  test("a call goes on in its turn after the answer", async () => {
    const events: string[] = [];
    let answer = () => {};
    const answered = new Promise<void>((resolve) => {
      answer = resolve;
    });
    let finish = () => {};
    const finished = new Promise<void>((resolve) => {
      finish = resolve;
    });
    const first = doing(
      async (_, { confirm }) => {
        events.push("ask");
        await confirm!("Really?");
        events.push("go on");
        return { done: true };
      },
      { name: "first", effect: "edits" },
    );
    const second = doing(
      async () => {
        events.push("second starts");
        answer();
        await finished;
        events.push("second ends");
        return { done: true };
      },
      { name: "second", effect: "edits" },
    );
    const client = await connect([first, second, echo], project(), {}, async () => {
      await answered;
      return { action: "accept", content: { yes: true } };
    });
    const calls = ["first", "second"].map((name) => client.callTool({ name, arguments: {} }));
    await answered;
    for (let turn = 0; turn < 5; turn++) await client.callTool({ name: "echo", arguments: { phase: 1 } });
    finish();
    await Promise.all(calls);
    expect(events).toEqual(["ask", "second starts", "second ends", "go on"]);
  });
});
