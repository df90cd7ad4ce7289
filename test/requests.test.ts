/** What clients ask for beside tools: prompts, resources and completion, through a real client. */
import { describe, expect, test } from "vitest";
import { prompts } from "../prompts/index.ts";
import { NEEDS } from "../prompts/needs.ts";
import { instructionsFor } from "../src/instructions.ts";
import { offerBeside, selectTools } from "../src/offer.ts";
import { type Prompt, readPromptArguments } from "../src/prompt.ts";
import { TOOLSETS, type Toolset } from "../src/toolsets.ts";
import { tools } from "../tools/index.ts";
import { connect } from "./support/client.ts";
import { manyPhases } from "./support/many-phases.ts";
import { Link, plan, project, type Tree } from "./support/project.ts";

const DIR = ".planning/phases/active/03-chat";

const tree = (more: Tree = {}): Tree => ({
  ".planning/ROADMAP.md": "# Roadmap\n\n#### Phase 3: Chat\n\n**Goal:** Talk\n\n#### Phase 4: Rooms\n",
  [DIR]: { "03-01-PLAN.md": plan({ wave: 1 }), "03-02-PLAN.md": plan({ wave: 2 }) },
  ...more,
});

const catalogue = { needs: NEEDS, load: async () => prompts };

/** A client of a server with the whole catalogue, or a part. */
function start(root?: string, offered = tools) {
  return connect(offered, root, { prompts: catalogue });
}

function chosen(toolsets: readonly Toolset[], readOnly = false) {
  return selectTools(tools, { toolsets, readOnly });
}

describe("capabilities", () => {
  const RESOURCES = { resources: { subscribe: true, listChanged: true }, completions: {} };

  test.each<[string, typeof tools, object]>([
    ["everything", tools, { prompts: {}, ...RESOURCES }],
    ["what only reads", chosen(TOOLSETS, true), RESOURCES],
    ["planning alone, whose prompts need a commit", chosen(["planning"]), { prompts: {}, ...RESOURCES }],
    ["git alone", chosen(["git"]), {}],
    ["nothing", [], {}],
  ])("of %s", async (_, offered, expected) => {
    const client = await start(project(), offered);
    expect(client.getServerCapabilities()).toEqual({ tools: {}, logging: {}, ...expected });
  });

  test("a prompt is offered where all of its tools are", async () => {
    const names = async (offered: typeof tools) =>
      (await (await start(project(), offered)).listPrompts()).prompts.map(({ name }) => name);
    expect(await names(tools)).toEqual(Object.keys(NEEDS));
    expect(await names(chosen(["planning"]))).toEqual(["plan-milestone-gaps"]);
    expect(await names(chosen(["planning", "git"]))).toEqual(Object.keys(NEEDS));
  });

  test("what is not offered is no method", async () => {
    const client = await start(project(), chosen(["git"]));
    await expect(client.request({ method: "prompts/list" }, anyResult)).rejects.toMatchObject({
      code: -32601,
    });
  });

  test("the texts of prompts are loaded by the first request for one", async () => {
    let loads = 0;
    const counting = {
      needs: NEEDS,
      load: async () => {
        loads++;
        return prompts;
      },
    };
    const client = await connect(tools, project(), { prompts: counting });
    expect(loads).toBe(0);
    await Promise.all([client.listPrompts(), client.listPrompts(), client.getPrompt({ name: "plan-phase" })]);
    expect(loads).toBe(1);
  });

  test("the instructions name the prompts that are offered, and stay short", () => {
    const whole = instructionsFor(tools, offerBeside(tools, catalogue).prompts);
    for (const name of Object.keys(NEEDS)) expect(whole).toContain(name);
    expect(Buffer.byteLength(whole)).toBeLessThanOrEqual(2_000);
    const reading = chosen(TOOLSETS, true);
    expect(instructionsFor(reading, offerBeside(reading, catalogue).prompts)).not.toContain("prompt");
  });
});

/** Answers as they come. */
const anyResult = { safeParse: (data: unknown) => ({ success: true, data }) } as never;

/** A request with params that the SDK's client would not send. */
async function raw(method: string, params?: unknown, root = project(tree())) {
  const client = await start(root);
  return client.request({ method, params } as never, anyResult) as Promise<Record<string, unknown>>;
}

/** The protocol error that a request is answered with. */
async function refusal(method: string, params?: unknown, root?: string) {
  try {
    await raw(method, params, root);
  } catch (error) {
    const { code, message, data } = error as { code: number; message: string; data?: unknown };
    return { code, message, data };
  }
  return expect.fail("it was answered");
}

describe("prompts", () => {
  test("are listed with arguments that are all optional", async () => {
    const { prompts: listed, nextCursor } = await (await start(project())).listPrompts();
    expect(nextCursor).toBeUndefined();
    expect(listed.map(({ name, title, description }) => ({ name, title, description }))).toEqual(
      prompts.map(({ name, title, description }) => ({ name, title, description })),
    );
    const [execute] = listed;
    expect(execute!.arguments).toEqual([
      { name: "phase", description: expect.any(String), required: false },
      { name: "gaps_only", description: expect.any(String), required: false },
    ]);
  });

  test("are told as one message of the user, without a project too", async () => {
    const client = await start(project({}));
    const given = { phase: "2.1", gaps_only: "true" };
    const execute = prompts[0] as Prompt;
    expect(await client.getPrompt({ name: "execute-phase", arguments: given })).toEqual({
      description: execute.description,
      messages: [
        {
          role: "user",
          content: { type: "text", text: execute.text(readPromptArguments(execute, given), () => true) },
        },
      ],
    });
  });

  test("tell only of what is offered", async () => {
    const client = await start(project(), chosen(["planning", "git"]));
    const { messages } = await client.getPrompt({ name: "execute-phase" });
    expect(JSON.stringify(messages)).not.toContain("merge_phase_pr");
  });

  test.each<[string, unknown, RegExp]>([
    [
      "prompts/get",
      { name: "execute_phase" },
      /Unknown prompt "execute_phase"\. Did you mean execute-phase\?/,
    ],
    ["prompts/get", { name: "zzzzzzzzzzzzzz" }, /The prompts are execute-phase, plan-milestone-gaps, plan-/],
    ["prompts/get", { name: `x\n${"y".repeat(1_000)}` }, /Unknown prompt "x y+…"/],
    ["prompts/get", undefined, /"name" is missing/],
    ["prompts/get", { name: 3 }, /"name" must be a string/],
    ["prompts/get", { name: "x".repeat(1_000_000) }, /"name" must have at most 100000 characters/],
    ["prompts/get", { name: "plan-phase", arguments: [] }, /"arguments" must be an object/],
    ["prompts/get", { name: "plan-phase", arguments: null }, /"arguments" must be an object/],
    ["prompts/get", { name: "plan-phase", arguments: { phase: 3 } }, /"phase" must be a string/],
    ["prompts/get", { name: "plan-phase", arguments: { phase: "three" } }, /"three" is no phase/],
    [
      "prompts/get",
      { name: "plan-phase", arguments: { phases: "3" } },
      /no argument "phases"; it takes phase,/,
    ],
    [
      "prompts/get",
      JSON.parse('{"name":"plan-phase","arguments":{"__proto__":"3"}}'),
      /no argument "__proto__"/,
    ],
    ["prompts/get", { name: "plan-phase", arguments: { gaps: "maybe" } }, /true or false, not "maybe"/],
    ["prompts/list", { cursor: "p50" }, /"cursor" is not one that prompts\/list gave/],
    ["tools/list", { cursor: "p50" }, /"cursor" is not one that tools\/list gave/],
    ["prompts/list", { cursor: 5 }, /"cursor" must be a string/],
  ])("%s, %#: is the caller's error", async (method, params, message) => {
    expect(await refusal(method, params)).toMatchObject({
      code: -32602,
      message: expect.stringMatching(message),
    });
  });
});

describe("completion", () => {
  const PLAN = "planning://phases/{phase}/plans/{plan}";
  const prompt = { type: "ref/prompt", name: "execute-phase" };
  const complete = (params: object, root?: string) =>
    raw("completion/complete", params, root).then(({ completion }) => completion as { values: string[] });

  test.each<[object, { name: string; value: string }, string[]]>([
    [prompt, { name: "phase", value: "" }, ["03-chat", "4"]],
    [prompt, { name: "phase", value: "ch" }, ["03-chat"]],
    [prompt, { name: "phase", value: "../.." }, []],
    [prompt, { name: "gaps_only", value: "" }, ["true", "false"]],
    [prompt, { name: "gaps_only", value: "T" }, ["true"]],
    [{ type: "ref/prompt", name: "plan-phase" }, { name: "research", value: "s" }, ["skip"]],
    [{ type: "ref/prompt", name: "plan-phase" }, { name: "research", value: "" }, ["force", "skip"]],
    [{ type: "ref/resource", uri: "planning://phases/{phase}" }, { name: "phase", value: "3" }, ["03-chat"]],
    [{ type: "ref/resource", uri: PLAN }, { name: "plan", value: "" }, []],
    [{ type: "ref/resource", uri: "planning://roadmap" }, { name: "x", value: "" }, []],
  ])("%j, %j", async (ref, argument, values) => {
    expect(await complete({ ref, argument })).toEqual({ values, total: values.length, hasMore: false });
  });

  test("of a plan knows the phase that was typed before", async () => {
    const params = {
      ref: { type: "ref/resource", uri: PLAN },
      argument: { name: "plan", value: "2" },
      context: { arguments: { phase: "3" } },
    };
    expect(await complete(params)).toMatchObject({ values: ["03-02"] });
  });

  test("gives a hundred values, and says how many there are", async () => {
    const answer = await complete(
      { ref: prompt, argument: { name: "phase", value: "part" } },
      project(manyPhases(130)),
    );
    expect(answer).toMatchObject({ total: 130, hasMore: true });
    expect(answer.values).toHaveLength(100);
  });

  test("knows nothing where there is no project", async () => {
    const none = { values: [], total: 0, hasMore: false };
    expect(await complete({ ref: prompt, argument: { name: "phase", value: "" } }, project({}))).toEqual(
      none,
    );
  });

  const value = { name: "phase", value: "" };
  test.each<[object | undefined, RegExp]>([
    [undefined, /"name" is missing/],
    [{ ref: prompt }, /"name" is missing/],
    [{ argument: value }, /"type" is missing/],
    [{ ref: { type: "ref/tool" }, argument: value }, /must be "ref\/prompt" or "ref\/resource"/],
    [{ ref: { type: "ref/prompt", name: "excute-phase" }, argument: value }, /Did you mean execute-phase\?/],
    [{ ref: prompt, argument: { name: "phse", value: "" } }, /no argument "phse"; it takes phase, gaps_only/],
    [{ ref: prompt, argument: { name: "phase" } }, /"value" is missing/],
    [
      { ref: { type: "ref/resource", uri: "file:///{path}" }, argument: value },
      /no resource template "file:/,
    ],
    [
      { ref: { type: "ref/resource", uri: PLAN }, argument: { name: "wave", value: "" } },
      /no argument "wave"; it takes phase, plan/,
    ],
    [{ ref: prompt, argument: value, context: { arguments: { phase: 3 } } }, /"phase" must be a string/],
  ])("%j is the caller's error", async (params, message) => {
    expect(await refusal("completion/complete", params)).toMatchObject({
      code: -32602,
      message: expect.stringMatching(message),
    });
  });
});

describe("resources", () => {
  test("are listed in pages, and what is listed can be read", async () => {
    const client = await start(project(manyPhases(60)));
    const uris: string[] = [];
    for (let cursor: string | undefined, first = true; first || cursor !== undefined; first = false) {
      const page = await client.listResources({ cursor });
      for (const { uri, annotations } of page.resources) {
        expect(annotations?.lastModified).toMatch(/^\d{4}-\d\d-\d\dT[\d:.]+Z$/);
        uris.push(uri);
      }
      cursor = page.nextCursor;
    }
    expect(new Set(uris).size).toBe(63);
    for (const uri of [uris[0]!, uris.at(-1)!]) {
      const { contents } = await client.readResource({ uri });
      expect(contents).toEqual([{ uri, mimeType: expect.any(String), text: expect.stringMatching(/./) }]);
    }
  });

  test("have templates, and each can be filled in and read", async () => {
    const client = await start(project(tree()));
    const { resourceTemplates } = await client.listResourceTemplates();
    expect(resourceTemplates.map(({ uriTemplate }) => uriTemplate)).toEqual([
      "planning://phases/{phase}",
      "planning://phases/{phase}/plans/{plan}",
    ]);
    for (const { uriTemplate, mimeType } of resourceTemplates) {
      const uri = uriTemplate.replace("{phase}", "3").replace("{plan}", "03-01");
      expect((await client.readResource({ uri })).contents).toMatchObject([{ uri, mimeType }]);
    }
  });

  test("are none where there is no project, and reading one says why", async () => {
    const root = project({});
    expect(await raw("resources/list", {}, root)).toEqual({ resources: [] });
    expect(await refusal("resources/read", { uri: "planning://roadmap" }, root)).toMatchObject({
      code: -32002,
      message: expect.stringContaining("No .planning/ directory"),
    });
  });

  test("of a project behind a link that leads out are refused", async () => {
    const root = project({ ".planning": new Link(project(tree())) });
    expect(await refusal("resources/list", {}, root)).toMatchObject({
      code: -32603,
      data: { code: "PATH_OUTSIDE_ROOT" },
    });
  });

  test.each<[uri: string, message: RegExp]>([
    ["planning://nothing", /There is no resource "planning:\/\/nothing"/],
    ["planning://state", /STATE\.md: there is no such file/],
    ["planning://phases/../../etc/passwd", /There is no resource/],
    ["planning://phases/..", /".."/],
    ["planning://phases/..%2F..%2Fetc%2Fpasswd", /etc/],
    ["planning://phases/3/plans/..%2F..%2FROADMAP", /ROADMAP/],
    ["planning://phases/%ff", /There is no resource/],
    ["planning://phases/9", /9/],
    ["file:///etc/passwd", /There is no resource/],
    ["", /There is no resource/],
    ["not a uri", /There is no resource/],
    [`planning://phases/${"x".repeat(90_000)}`, /There is no resource "planning:\/\/phases\/x+…"/],
  ])("%#: is not found", async (uri, message) => {
    const root = project(tree());
    for (const method of ["resources/read", ...(uri.endsWith("state") ? [] : ["resources/subscribe"])]) {
      const error = await refusal(method, { uri }, root);
      expect(error).toMatchObject({ code: -32002, message: expect.stringMatching(message) });
      const { uri: told } = error.data as { uri: string };
      expect(uri.startsWith(told.replace(/…$/, ""))).toBe(true);
      expect(told.length).toBeLessThanOrEqual(200);
      expect(error.message.length).toBeLessThan(400);
    }
  });

  test("behind a link that leads out are not found", async () => {
    const secret = new Link(`${project({ "secret.md": "SECRET\n" })}/secret.md`);
    const root = project(tree({ ".planning/STATE.md": secret, [`${DIR}/03-03-PLAN.md`]: secret }));
    for (const uri of ["planning://state", "planning://phases/3/plans/3"]) {
      const error = await refusal("resources/read", { uri }, root);
      expect(error.code).toBe(-32002);
      expect(JSON.stringify(error)).not.toContain("SECRET");
    }
  });

  test.each<[string, unknown, RegExp]>([
    ["resources/read", {}, /"uri" is missing/],
    ["resources/read", { uri: 5 }, /"uri" must be a string/],
    ["resources/read", { uri: `planning://${"x".repeat(1_000_000)}` }, /at most 100000 characters/],
    ["resources/subscribe", undefined, /"uri" is missing/],
    ["resources/unsubscribe", { uri: null }, /"uri" must be a string/],
    ["resources/list", { cursor: "x" }, /"cursor" is not one that resources\/list gave/],
    ["resources/list", { cursor: {} }, /"cursor" must be a string/],
    ["resources/templates/list", { cursor: "p1" }, /"cursor" is not one/],
  ])("%s, %#: is the caller's error", async (method, params, message) => {
    expect(await refusal(method, params)).toMatchObject({
      code: -32602,
      message: expect.stringMatching(message),
    });
  });

  test("that fail unexpectedly are an error without the system's text, which is logged", async () => {
    const logged: string[] = [];
    const client = await connect(tools, project(), {
      openWorkspace: () => {
        throw Object.assign(new Error("open /etc/secret"), { code: "EIO" });
      },
      log: (text) => logged.push(text),
    });
    const failed = client.listResources();
    await expect(failed).rejects.toMatchObject({
      code: -32603,
      message: expect.stringMatching(/resources\/list failed unexpectedly \(EIO\)\.$/),
    });
    expect(logged.join()).toContain("/etc/secret");
  });

  test("are read again when another process writes meanwhile", async () => {
    const root = project(tree());
    const { Workspace } = await import("../src/workspace/workspace.ts");
    let opened = 0;
    const client = await connect(tools, root, {
      openWorkspace: () => {
        const workspace = new Workspace(root);
        const isFirst = opened++ === 0;
        workspace.isDisturbed = () => isFirst;
        return workspace;
      },
    });
    await client.readResource({ uri: "planning://roadmap" });
    expect(opened).toBe(2);
    await expect(client.readResource({ uri: "planning://phases/9" })).rejects.toMatchObject({ code: -32002 });
  });
});
