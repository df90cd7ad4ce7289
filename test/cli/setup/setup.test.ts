/** `wavewright setup` in a home of its own. */
import { spawnSync } from "node:child_process";
import {
  chmodSync,
  chownSync,
  existsSync,
  lstatSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  statSync,
} from "node:fs";
import { dirname, join } from "node:path";
import { describe, expect, test } from "vitest";
import { HOSTS, type HostName, type Scope } from "../../../src/cli/commands.ts";
import { HOST } from "../../../src/cli/setup/hosts.ts";
import { tools } from "../../../tools/index.ts";
import { POWERLESS, runHere } from "../../support/command.ts";
import { Link, project, snapshotTree, type Tree } from "../../support/project.ts";
import { PROGRAM } from "../../support/stdio.ts";

/** Two directories: the home of a person, and a project in it. */
function world(tree: Tree = {}) {
  const home = project({ "work/.planning": {}, ...tree });
  return { home, cwd: join(home, "work") };
}

async function run(
  args: readonly string[],
  { home, cwd }: { home: string; cwd: string },
  env: Record<string, string> = {},
  script = PROGRAM,
) {
  const around = { cwd, env: { HOME: home, ...env }, script };
  const { status, stdout, stderr } = await runHere(["setup", ...args], around);
  return { status, stdout, stderr: stderr.replaceAll("\n", " ") };
}

/** Starts in no time and answers as a server does. */
const QUICK = `#!/bin/sh
read -r _
echo '{"jsonrpc":"2.0","id":1,"result":{"serverInfo":{"name":"quick","version":"1.0"}}}'
read -r _
read -r _
echo '{"jsonrpc":"2.0","id":2,"result":{"tools":[{"name":"look"}]}}'
`;

/** `--command` and the path of that. */
function quick(): [string, string] {
  const path = join(project({ quick: QUICK }), "quick");
  chmodSync(path, 0o755);
  return ["--command", path];
}

const isRoot = process.getuid?.() === 0;
const NOBODY = 65_534;

/** As somebody who owns the home and the project, and is no administrator. */
function runPowerless(args: readonly string[], { home, cwd }: { home: string; cwd: string }) {
  if (isRoot) for (const path of [home, cwd]) chownSync(path, NOBODY, NOBODY);
  const { status, stderr } = spawnSync(process.execPath, [PROGRAM, "setup", ...args], {
    ...POWERLESS,
    cwd,
    env: { PATH: process.env.PATH, HOME: home },
    encoding: "utf8",
  });
  return { status, stderr: stderr.replace(/\s+/g, " ") };
}

const node = { command: process.execPath, args: [PROGRAM] };
// biome-ignore lint/suspicious/noTemplateCurlyInString: hosts fill it in.
const folder = ["--root", "${workspaceFolder}"];

/** Every host and scope: the file below the home, and what is written into it from a checkout. */
const CASES: [HostName, Scope, file: string, key: string, entry: (cwd: string) => object][] = [
  ["claude-code", "project", "work/.mcp.json", "mcpServers", () => ({ type: "stdio", ...node })],
  ["claude-code", "user", ".claude.json", "mcpServers", () => ({ type: "stdio", ...node })],
  [
    "claude-desktop",
    "user",
    ".config/Claude/claude_desktop_config.json",
    "mcpServers",
    (cwd) => ({ ...node, args: [...node.args, "--root", cwd] }),
  ],
  [
    "cursor",
    "project",
    "work/.cursor/mcp.json",
    "mcpServers",
    () => ({ type: "stdio", ...node, args: [...node.args, ...folder] }),
  ],
  [
    "cursor",
    "user",
    ".cursor/mcp.json",
    "mcpServers",
    (cwd) => ({ type: "stdio", ...node, args: [...node.args, "--root", cwd] }),
  ],
  [
    "vscode",
    "project",
    "work/.vscode/mcp.json",
    "servers",
    () => ({ type: "stdio", ...node, args: [...node.args, ...folder] }),
  ],
  [
    "vscode",
    "user",
    ".config/Code/User/mcp.json",
    "servers",
    () => ({ type: "stdio", ...node, args: [...node.args, ...folder] }),
  ],
  [
    "windsurf",
    "user",
    ".codeium/windsurf/mcp_config.json",
    "mcpServers",
    (cwd) => ({ ...node, args: [...node.args, "--root", cwd] }),
  ],
];

test("every host and scope has a case", async () => {
  expect(new Set(CASES.map(([host]) => host))).toEqual(new Set(HOSTS));
  for (const host of HOSTS) {
    expect(CASES.flatMap(([name, scope]) => (name === host ? [scope] : []))).toEqual(HOST[host].scopes);
  }
});

/** What a person has: other servers, comments, an odd layout, no newline at the end. */
const PRESENT = (key: string) => `{
    // mine
    "${key}": {
        "other": {"command":"x", "env": { "TOKEN": "secret" } } /* keep */
    },
    "theme":   "dark"
}`;

describe.each(CASES)("%s, %s", (host, scope, file, key, entry) => {
  const args = [host, "--scope", scope];

  test("shows what would be written, and writes nothing", async () => {
    const where = world();
    const before = snapshotTree(where.home);
    const shown = await run(args, where);
    expect(shown.status).toBe(0);
    expect(JSON.parse(shown.stdout)).toEqual({ [key]: { wavewright: entry(where.cwd) } });
    expect(shown.stderr.replaceAll(" ", "")).toContain(join(where.home, file));
    expect(snapshotTree(where.home)).toEqual(before);
  });

  test("writes a new file, starts it and lists the tools; then takes it out", async () => {
    const where = world();
    const path = join(where.home, file);
    const written = await run([...args, "--write"], where);
    expect(written).toMatchObject({ status: 0 });
    expect(JSON.parse(readFileSync(path, "utf8"))).toEqual({ [key]: { wavewright: entry(where.cwd) } });
    expect(written.stdout).toContain('+    "wavewright": {\n');
    const said = written.stdout.replace(/\s+/g, " ");
    expect(said).toMatch(/Started: wavewright \d+\.\d+\.\d+ offers \d+ tools: /);
    for (const { name } of tools) expect(said).toContain(name);

    expect((await run([...args, "--remove"], where)).stdout).toContain('-    "wavewright": {\n');
    expect(JSON.parse(readFileSync(path, "utf8"))).toEqual({ [key]: {} });
    expect(await run([...args, "--remove"], where)).toMatchObject({
      status: 0,
      stdout: "",
      stderr: expect.stringContaining("has no wavewright"),
    });
  });

  test("merges into what is there, once, and takes it out again, byte by byte", async () => {
    const text = PRESENT(key);
    const where = world({ [file]: text });
    const path = join(where.home, file);
    chmodSync(path, 0o600);
    const write = [...args, "--write", ...quick()];
    expect((await run(write, where)).status).toBe(0);
    const merged = readFileSync(path, "utf8");
    const again = await run(write, where);
    expect(again).toMatchObject({ status: 0, stderr: expect.stringMatching(/ is set up (?:.* )?already: /) });
    expect(again.stdout).toBe("Started: quick 1.0 offers 1 tools: look.\n");
    expect(readFileSync(path, "utf8")).toBe(merged);
    expect(merged.startsWith(text.slice(0, text.indexOf("/* keep")).trimEnd())).toBe(true);
    expect(merged.endsWith(text.slice(text.indexOf("    },")))).toBe(true);
    expect(merged).toContain("} }, /* keep */");
    expect(statSync(path).mode & 0o777).toBe(0o600);
    expect((await run([...args, "--remove"], where)).status).toBe(0);
    expect(readFileSync(path, "utf8")).toBe(text);
    expect(statSync(path).mode & 0o777).toBe(0o600);
    expect(Object.keys(snapshotTree(dirname(path))).filter((name) => name.endsWith(".tmp"))).toEqual([]);
  });
});

describe("what is started", () => {
  const entry = async (args: readonly string[], program = PROGRAM, where = world()) =>
    JSON.parse((await run(args, where, {}, program)).stdout).mcpServers.wavewright;

  test("npx for an installed package, node for a checkout, a program when one is named", async () => {
    const place = project({ "lib/node_modules/wavewright/dist/main.js": "" });
    const installed = join(place, "lib/node_modules/wavewright");
    const npx = { command: "npx", args: ["-y", "wavewright"] };
    expect(await entry(["claude-code"], join(installed, "dist/main.js"))).toMatchObject(npx);
    expect(await entry(["claude-code", "--command", "npx"])).toMatchObject(npx);
    expect(await entry(["claude-code"])).toMatchObject(node);
    expect(await entry(["claude-code", "--command", "node"], join(installed, "dist/main.js"))).toMatchObject({
      command: process.execPath,
      args: [join(installed, "dist/main.js")],
    });
    expect(await entry(["claude-code", "--command", "/opt/wavewright"])).toMatchObject({
      command: "/opt/wavewright",
      args: [],
    });
  });

  test("with the server's options, and with the projects that are named", async () => {
    const where = world({ "a/.planning": {}, "b/.planning": {} });
    const [a, b] = ["a", "b"].map((name) => join(where.home, name));
    expect(
      (
        await entry(
          ["windsurf", "--root", "../a", "--root", b!, "--read-only", "--toolsets", "planning,git"],
          PROGRAM,
          where,
        )
      ).args,
    ).toEqual([PROGRAM, "--root", a, "--root", b, "--read-only", "--toolsets", "planning,git"]);
    expect((await entry(["claude-code", "--scope", "user", "--root", b!], PROGRAM, where)).args).toEqual([
      PROGRAM,
      "--root",
      b,
    ]);
  });

  test("a project below or around the working directory is found", async () => {
    const where = world({ "outer/workspace/.planning": {}, "work/src": {} });
    const below = { home: where.home, cwd: join(where.home, "outer") };
    expect((await entry(["cursor"], PROGRAM, below)).args).toEqual([
      PROGRAM,
      "--root",
      `${folder[1]}/workspace`,
    ]);
    expect((await run(["cursor"], below)).stderr.replaceAll(" ", "")).toContain(
      join(below.cwd, ".cursor/mcp.json"),
    );
    const inside = { home: where.home, cwd: join(where.cwd, "src") };
    expect((await run(["claude-code"], inside)).stderr.replaceAll(" ", "")).toContain(
      join(where.cwd, ".mcp.json"),
    );
    expect((await entry(["claude-desktop"], PROGRAM, inside)).args).toEqual([PROGRAM, "--root", where.cwd]);
  });

  test("where no project is known, it says that one has to be named", async () => {
    const home = project({});
    const result = await run(["windsurf", "--write", ...quick()], { home, cwd: home });
    expect(result).toMatchObject({
      status: 0,
      stderr: expect.stringContaining("name yours with --root DIR"),
    });
    expect(result.stdout).toContain("Started: ");
  });

  test("where the entry names a project, it says so and does not say all", async () => {
    const where = world();
    const said = async (...args: string[]) => (await run(args, where)).stderr.replace(/\s+/g, " ");
    const fixed = (title: string) => `Whatever is open in ${title}, the entry is for ${where.cwd}.`;
    const cursor = await said("cursor", "--scope", "user", "--write", ...quick());
    expect(cursor).toMatch(/^Cursor is set up for you: /);
    expect(cursor).toContain(fixed("Cursor"));
    expect(await said("claude-desktop")).toContain(fixed("Claude Desktop"));
    expect(await said("claude-code", "--scope", "user", "--root", ".")).toContain(fixed("Claude Code"));
    const all = await said("claude-code", "--scope", "user", "--write", ...quick());
    expect(all).toMatch(/^Claude Code is set up for all your projects: /);
    expect(all).not.toContain("Whatever");
    expect(await said("vscode")).toMatch(/^The configuration of VS Code for this project: /);
    expect(await said("vscode")).not.toContain("Whatever");
  });

  test("what does not start is told, with what it said; what was written stays", async () => {
    const where = world({ "bin/broken": "#!/bin/sh\necho 'no such luck' >&2\nexit 3\n" });
    chmodSync(join(where.home, "bin/broken"), 0o755);
    const broken = await run(["claude-code", "--write", "--command", join(where.home, "bin/broken")], where);
    expect(broken.status).toBe(1);
    expect(broken.stderr.replace(/\s+/g, " ")).toMatch(
      /but it ended \(exit code 3\)\..* It said: no such luck\. The entry stays .* --remove /,
    );
    expect((await run(["claude-code", "--remove"], where)).status).toBe(0);
    expect(readFileSync(join(where.cwd, ".mcp.json"), "utf8")).not.toContain("wavewright");
    const missing = await run(["claude-code", "--write", "--command", "/no/such/program"], where);
    expect(missing.stderr.replace(/\s+/g, " ")).toContain("but there is no program /no/such/program.");
    expect(readFileSync(join(where.cwd, ".mcp.json"), "utf8")).toContain("/no/such/program");
    const chatty = await run(["claude-code", "--write", "--command", "/bin/pwd"], where);
    expect(chatty.stderr.replace(/\s+/g, " ")).toMatch(/but (?:it printed what is no message: \/|it ended)/);
  });
});

describe("the file", () => {
  test("behind symbolic links is the one that changes; the links stay, also where nothing is there yet", async () => {
    const where = world({
      "dotfiles/cursor.json": '{\n  "mcpServers": {}\n}\n',
      ".cursor/mcp.json": new Link("../dotfiles/link.json"),
      "dotfiles/link.json": new Link("cursor.json"),
      ".codeium/windsurf/mcp_config.json": new Link("../../dotfiles/new.json"),
    });
    expect((await run(["cursor", "--scope", "user", "--write", ...quick()], where)).status).toBe(0);
    expect((await run(["windsurf", "--write", ...quick()], where)).status).toBe(0);
    for (const [link, target] of [
      [".cursor/mcp.json", "../dotfiles/link.json"],
      ["dotfiles/link.json", "cursor.json"],
      [".codeium/windsurf/mcp_config.json", "../../dotfiles/new.json"],
    ]) {
      expect(lstatSync(join(where.home, link!)).isSymbolicLink()).toBe(true);
      expect(readlinkSync(join(where.home, link!))).toBe(target);
    }
    for (const name of ["cursor", "new"]) {
      expect(readFileSync(join(where.home, `dotfiles/${name}.json`), "utf8")).toContain("wavewright");
    }
  });

  test("keeps its byte-order mark and CRLF", async () => {
    const text = '\ufeff{\r\n  "mcpServers": {\r\n    "a": {}\r\n  }\r\n}\r\n';
    const where = world({ "work/.mcp.json": text });
    expect((await run(["claude-code", "--write", ...quick()], where)).status).toBe(0);
    const written = readFileSync(join(where.cwd, ".mcp.json"), "utf8");
    expect(written.startsWith("\ufeff{\r\n")).toBe(true);
    expect(written).not.toMatch(/[^\r]\n/);
    await run(["claude-code", "--remove"], where);
    expect(readFileSync(join(where.cwd, ".mcp.json"), "utf8")).toBe(text);
  });

  test.each<[string, string | Uint8Array, RegExp]>([
    ["JSON that is broken", '{\n  "mcpServers": {\n    oops\n  }\n}\n', /not valid JSON.*\.mcp\.json:3/],
    ["bytes that are no text", Uint8Array.of(0x7b, 0xff, 0x7d), /not UTF-8/],
    ["servers that are a list", '{ "mcpServers": [] }', /must be an object.*\.mcp\.json:1/],
  ])("with %s is refused and stays", async (_, content, message) => {
    const where = world({ "work/.mcp.json": content });
    const before = snapshotTree(where.home);
    for (const act of ["--write", "--remove"]) {
      const result = await run(["claude-code", act], where);
      expect(result).toMatchObject({ status: 1, stdout: "" });
      expect(result.stderr.replace(/\s+/g, " ")).toMatch(message);
    }
    expect(snapshotTree(where.home)).toEqual(before);
  });

  test("that is a directory, or a circle of links, is refused", async () => {
    const where = world({ "work/.mcp.json": {}, ".cursor/mcp.json": new Link("mcp.json") });
    expect((await run(["claude-code", "--write"], where)).stderr).toMatch(/not a regular file/);
    expect((await run(["cursor", "--scope", "user", "--write"], where)).stderr).toMatch(/round in a circle/);
  });

  test.skipIf(isRoot)("that may not be written is told", async () => {
    const where = world({ "work/.cursor": {} });
    chmodSync(join(where.cwd, ".cursor"), 0o500);
    expect(await run(["cursor", "--write"], where)).toMatchObject({
      status: 1,
      stderr: expect.stringContaining("EACCES"),
    });
    chmodSync(join(where.cwd, ".cursor"), 0o700);
  });

  test("that the disk has no room for stays whole", () => {
    const servers = Array.from({ length: 400 }, (_, index) => [
      `server-${index}`,
      { command: "x".repeat(60) },
    ]);
    const text = `${JSON.stringify({ mcpServers: Object.fromEntries(servers) }, null, 2)}\n`;
    const where = world({ "work/.mcp.json": text });
    const limited = `ulimit -f 8; trap '' XFSZ; exec "${process.execPath}" "${PROGRAM}" setup claude-code --write`;
    const { status, stderr } = spawnSync("bash", ["-c", limited], {
      cwd: where.cwd,
      env: { PATH: process.env.PATH, HOME: where.home },
      encoding: "utf8",
    });
    expect({ status, stderr }).toEqual({ status: 1, stderr: expect.stringContaining("EFBIG") });
    expect(readdirSync(where.cwd).sort()).toEqual([".mcp.json", ".planning"]);
    expect(readFileSync(join(where.cwd, ".mcp.json"), "utf8")).toBe(text);
  });

  test.each(["--write", "--remove"])("that is for reading only is refused by %s, and stays", (act) => {
    const text = '{ "mcpServers": { "wavewright": {} } }\n';
    const where = world({ "work/.mcp.json": text });
    chmodSync(join(where.cwd, ".mcp.json"), 0o444);
    if (isRoot) chownSync(join(where.cwd, ".mcp.json"), NOBODY, NOBODY);
    const result = runPowerless(["claude-code", act], where);
    expect(result.status).toBe(1);
    expect(result.stderr).toMatch(/EACCES in access\)\. .*It may not be written/);
    expect(readFileSync(join(where.cwd, ".mcp.json"), "utf8")).toBe(text);
    expect(readdirSync(where.cwd).sort()).toEqual([".mcp.json", ".planning"]);
  });

  describe.skipIf(!isRoot)("of somebody else", () => {
    const text = '{ "mcpServers": {} }\n';

    test("stays theirs when the administrator changes it", async () => {
      const where = world({ "work/.mcp.json": text });
      const path = join(where.cwd, ".mcp.json");
      chownSync(path, NOBODY, NOBODY);
      chmodSync(path, 0o4640);
      expect((await run(["claude-code", "--write", ...quick()], where)).status).toBe(0);
      const { uid, gid, mode } = statSync(path);
      expect({ uid, gid, mode: mode & 0o7777 }).toEqual({ uid: NOBODY, gid: NOBODY, mode: 0o4640 });
    });

    test("is refused where it would become one's own", () => {
      const where = world({ "work/.mcp.json": text });
      const path = join(where.cwd, ".mcp.json");
      chmodSync(path, 0o666);
      const result = runPowerless(["claude-code", "--write"], where);
      expect(result.status).toBe(1);
      expect(result.stderr).toMatch(/EPERM in fchown\)\. .*Its owner could not be kept/);
      expect(readFileSync(path, "utf8")).toBe(text);
      expect(statSync(path).uid).toBe(0);
    });
  });

  test("stays when its only server is taken out", async () => {
    const where = world();
    await run(["claude-code", "--write", ...quick()], where);
    await run(["claude-code", "--remove"], where);
    expect(readFileSync(join(where.cwd, ".mcp.json"), "utf8")).toBe('{\n  "mcpServers": {}\n}\n');
    expect((await runHere(["setup", "--help"], { env: {} })).stdout.replace(/\s+/g, " ")).toContain(
      "With --remove the file stays, also when it holds no server any more.",
    );
  });

  test("contents cannot move a cursor from within the diff", async () => {
    const where = world({ "work/.mcp.json": '{\n  "mcpServers": {\n    "a": {} // \x1b[2J\u202e\n  }\n}\n' });
    const { stdout } = await run(["claude-code", "--write", ...quick()], where);
    expect(stdout).toContain("// ");
    expect(stdout).not.toMatch(/(?!\n)[\p{Cc}\p{Cf}]/u);
  });
});

test("as a process: the file, the diff, and a server that is started", () => {
  const where = world();
  const { status, stdout, stderr } = spawnSync(
    process.execPath,
    [PROGRAM, "setup", "claude-code", "--write"],
    {
      cwd: where.cwd,
      env: { PATH: process.env.PATH, HOME: where.home },
      encoding: "utf8",
    },
  );
  expect({ status, stdout, stderr }).toEqual({
    status: 0,
    stdout: expect.stringMatching(/\+ {4}"wavewright": \{[\s\S]*\nStarted: wavewright /),
    stderr: expect.stringContaining("Claude Code is set up for this project: "),
  });
  expect(readFileSync(join(where.cwd, ".mcp.json"), "utf8")).toContain(PROGRAM);
});

describe("places", () => {
  const path = (host: HostName, scope: Scope, platform: string, env: Record<string, string>) =>
    HOST[host].file(scope, { env, platform, folder: "/p" }).replaceAll("\\", "/");

  test.each<[HostName, string, Record<string, string>, string]>([
    [
      "claude-desktop",
      "darwin",
      { HOME: "/h" },
      "/h/Library/Application Support/Claude/claude_desktop_config.json",
    ],
    ["claude-desktop", "win32", { APPDATA: "/r" }, "/r/Claude/claude_desktop_config.json"],
    [
      "claude-desktop",
      "win32",
      { USERPROFILE: "/u" },
      "/u/AppData/Roaming/Claude/claude_desktop_config.json",
    ],
    [
      "claude-desktop",
      "linux",
      { HOME: "/h", XDG_CONFIG_HOME: "/x" },
      "/x/Claude/claude_desktop_config.json",
    ],
    ["vscode", "darwin", { HOME: "/h" }, "/h/Library/Application Support/Code/User/mcp.json"],
    ["vscode", "win32", { APPDATA: "/r" }, "/r/Code/User/mcp.json"],
    ["vscode", "linux", { HOME: "/h" }, "/h/.config/Code/User/mcp.json"],
    ["cursor", "win32", { USERPROFILE: "/u" }, "/u/.cursor/mcp.json"],
    ["windsurf", "darwin", { HOME: "/h" }, "/h/.codeium/windsurf/mcp_config.json"],
    ["claude-code", "linux", { HOME: "/h", CLAUDE_CONFIG_DIR: "/c" }, "/c/.claude.json"],
  ])("%s on %s with %j", (host, platform, env, expected) => {
    expect(path(host, "user", platform, env)).toBe(expected);
  });
});

describe("wrong use ends with 2", () => {
  test.each<[string[], string]>([
    [[], "HOST is missing: wavewright setup HOST."],
    [["claude"], 'Unknown host "claude". Did you mean claude-code?'],
    [["cursor", "--scope", "users"], 'Unknown scope "users". Did you mean user?'],
    [["claude-desktop", "--scope", "project"], "Claude Desktop has no configuration for one project."],
    [["cursor", "--root", "nowhere"], '--root: there is no directory "nowhere".'],
    [
      ["cursor", "--root", ".", "--root", "."],
      "With --scope project there is one --root: the directory that the host opens.",
    ],
    [["cursor", "--toolsets", "gits"], 'Unknown toolset "gits". Did you mean git?'],
    [["cursor", "--write", "--remove"], "--write and --remove are two things; give one of them."],
    [["cursor", "--remov"], 'Unknown option "--remov". Did you mean --remove?'],
  ])("%j", async (args, message) => {
    const where = world();
    expect(await run(args, where)).toMatchObject({
      status: 2,
      stdout: "",
      stderr: `wavewright: ${message} Try wavewright setup --help. `,
    });
    expect(existsSync(join(where.cwd, ".cursor"))).toBe(false);
  });
});
