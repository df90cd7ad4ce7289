/** `wavewright setup` as a process, in a home of its own. */
import { spawnSync } from "node:child_process";
import {
  chmodSync,
  cpSync,
  existsSync,
  lstatSync,
  mkdirSync,
  readFileSync,
  readlinkSync,
  statSync,
} from "node:fs";
import { dirname, join } from "node:path";
import { describe, expect, test } from "vitest";
import { HOSTS, type HostName, type Scope } from "../../../src/cli/commands.ts";
import { HOST } from "../../../src/cli/setup/hosts.ts";
import { tools } from "../../../tools/index.ts";
import { Link, project, snapshotTree, type Tree } from "../../support/project.ts";
import { PROGRAM, REPOSITORY } from "../../support/stdio.ts";

/** Two directories: the home of a person, and a project in it. */
function world(tree: Tree = {}) {
  const home = project({ "work/.planning": {}, ...tree });
  return { home, cwd: join(home, "work") };
}

function run(
  args: readonly string[],
  { home, cwd }: { home: string; cwd: string },
  env: Record<string, string> = {},
  program = PROGRAM,
) {
  const { status, stdout, stderr } = spawnSync(process.execPath, [program, "setup", ...args], {
    cwd,
    env: { PATH: process.env.PATH, HOME: home, ...env },
    encoding: "utf8",
  });
  return { status, stdout, stderr: stderr.replaceAll("\n", " ") };
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

test("every host and scope has a case", () => {
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

  test("shows what would be written, and writes nothing", () => {
    const where = world();
    const before = snapshotTree(where.home);
    const shown = run(args, where);
    expect(shown.status).toBe(0);
    expect(JSON.parse(shown.stdout)).toEqual({ [key]: { wavewright: entry(where.cwd) } });
    expect(shown.stderr.replaceAll(" ", "")).toContain(join(where.home, file));
    expect(snapshotTree(where.home)).toEqual(before);
  });

  test("writes a new file, starts it and lists the tools; again it is set up already; then takes it out", () => {
    const where = world();
    const path = join(where.home, file);
    const written = run([...args, "--write"], where);
    expect(written).toMatchObject({ status: 0 });
    expect(JSON.parse(readFileSync(path, "utf8"))).toEqual({ [key]: { wavewright: entry(where.cwd) } });
    expect(written.stdout).toContain('+    "wavewright": {\n');
    const said = written.stdout.replace(/\s+/g, " ");
    expect(said).toMatch(/Started: wavewright \d+\.\d+\.\d+ offers \d+ tools: /);
    for (const { name } of tools) expect(said).toContain(name);

    const bytes = readFileSync(path);
    const again = run([...args, "--write"], where);
    expect(again).toMatchObject({ status: 0, stderr: expect.stringContaining("is set up already") });
    expect(again.stdout).toMatch(/^Started: /);
    expect(readFileSync(path)).toEqual(bytes);

    expect(run([...args, "--remove"], where).stdout).toContain('-    "wavewright": {\n');
    expect(JSON.parse(readFileSync(path, "utf8"))).toEqual({ [key]: {} });
    expect(run([...args, "--remove"], where)).toMatchObject({
      status: 0,
      stdout: "",
      stderr: expect.stringContaining("has no wavewright"),
    });
  });

  test("merges into what is there and takes it out again, byte by byte", () => {
    const text = PRESENT(key);
    const where = world({ [file]: text });
    const path = join(where.home, file);
    chmodSync(path, 0o600);
    expect(run([...args, "--write"], where).status).toBe(0);
    const merged = readFileSync(path, "utf8");
    expect(merged.startsWith(text.slice(0, text.indexOf("/* keep")).trimEnd())).toBe(true);
    expect(merged.endsWith(text.slice(text.indexOf("    },")))).toBe(true);
    expect(merged).toContain("} }, /* keep */");
    expect(statSync(path).mode & 0o777).toBe(0o600);
    expect(run([...args, "--remove"], where).status).toBe(0);
    expect(readFileSync(path, "utf8")).toBe(text);
    expect(statSync(path).mode & 0o777).toBe(0o600);
    expect(Object.keys(snapshotTree(dirname(path))).filter((name) => name.endsWith(".tmp"))).toEqual([]);
  });
});

describe("what is started", () => {
  const entry = (args: readonly string[], program = PROGRAM, where = world()) =>
    JSON.parse(run(args, where, {}, program).stdout).mcpServers.wavewright;

  test("npx for an installed package, node for a checkout, a program when one is named", () => {
    const place = project({});
    const installed = join(place, "lib/node_modules/wavewright");
    mkdirSync(dirname(installed), { recursive: true });
    cpSync(join(REPOSITORY, "dist"), join(installed, "dist"), { recursive: true });
    cpSync(join(REPOSITORY, "package.json"), join(installed, "package.json"));
    const npx = { command: "npx", args: ["-y", "wavewright"] };
    expect(entry(["claude-code"], join(installed, "dist/main.js"))).toMatchObject(npx);
    expect(entry(["claude-code", "--command", "npx"])).toMatchObject(npx);
    expect(entry(["claude-code"])).toMatchObject(node);
    expect(entry(["claude-code", "--command", "node"], join(installed, "dist/main.js"))).toMatchObject({
      command: process.execPath,
      args: [join(installed, "dist/main.js")],
    });
    expect(entry(["claude-code", "--command", "/opt/wavewright"])).toMatchObject({
      command: "/opt/wavewright",
      args: [],
    });
  });

  test("with the server's options, and with the projects that are named", () => {
    const where = world({ "a/.planning": {}, "b/.planning": {} });
    const [a, b] = ["a", "b"].map((name) => join(where.home, name));
    expect(
      entry(
        ["windsurf", "--root", "../a", "--root", b!, "--read-only", "--toolsets", "planning,git"],
        PROGRAM,
        where,
      ).args,
    ).toEqual([PROGRAM, "--root", a, "--root", b, "--read-only", "--toolsets", "planning,git"]);
    expect(entry(["claude-code", "--scope", "user", "--root", b!], PROGRAM, where).args).toEqual([
      PROGRAM,
      "--root",
      b,
    ]);
  });

  test("a project below or around the working directory is found", () => {
    const where = world({ "outer/workspace/.planning": {}, "work/src": {} });
    const below = { home: where.home, cwd: join(where.home, "outer") };
    expect(entry(["cursor"], PROGRAM, below).args).toEqual([PROGRAM, "--root", `${folder[1]}/workspace`]);
    expect(run(["cursor"], below).stderr.replaceAll(" ", "")).toContain(join(below.cwd, ".cursor/mcp.json"));
    const inside = { home: where.home, cwd: join(where.cwd, "src") };
    expect(run(["claude-code"], inside).stderr.replaceAll(" ", "")).toContain(join(where.cwd, ".mcp.json"));
    expect(entry(["claude-desktop"], PROGRAM, inside).args).toEqual([PROGRAM, "--root", where.cwd]);
  });

  test("where no project is known, it says that one has to be named", () => {
    const home = project({});
    const result = run(["windsurf", "--write"], { home, cwd: home });
    expect(result).toMatchObject({
      status: 0,
      stderr: expect.stringContaining("name yours with --root DIR"),
    });
    expect(result.stdout).toContain("Started: ");
  });

  test("what does not start is told, with what it said; what was written stays", () => {
    const where = world({ "bin/broken": "#!/bin/sh\necho 'no such luck' >&2\nexit 3\n" });
    chmodSync(join(where.home, "bin/broken"), 0o755);
    const broken = run(["claude-code", "--write", "--command", join(where.home, "bin/broken")], where);
    expect(broken.status).toBe(1);
    expect(broken.stderr.replace(/\s+/g, " ")).toMatch(
      /but it ended \(exit code 3\)\..* It said: no such luck\./,
    );
    const missing = run(["claude-code", "--write", "--command", "/no/such/program"], where);
    expect(missing.stderr.replace(/\s+/g, " ")).toContain("but there is no program /no/such/program.");
    expect(readFileSync(join(where.cwd, ".mcp.json"), "utf8")).toContain("/no/such/program");
    const chatty = run(["claude-code", "--write", "--command", "/bin/pwd"], where);
    expect(chatty.stderr.replace(/\s+/g, " ")).toMatch(/but (?:it printed what is no message: \/|it ended)/);
  });
});

describe("the file", () => {
  test("behind symbolic links is the one that changes; the links stay, also where nothing is there yet", () => {
    const where = world({
      "dotfiles/cursor.json": '{\n  "mcpServers": {}\n}\n',
      ".cursor/mcp.json": new Link("../dotfiles/link.json"),
      "dotfiles/link.json": new Link("cursor.json"),
      ".codeium/windsurf/mcp_config.json": new Link("../../dotfiles/new.json"),
    });
    expect(run(["cursor", "--scope", "user", "--write"], where).status).toBe(0);
    expect(run(["windsurf", "--write"], where).status).toBe(0);
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

  test("keeps its byte-order mark and CRLF", () => {
    const text = '\ufeff{\r\n  "mcpServers": {\r\n    "a": {}\r\n  }\r\n}\r\n';
    const where = world({ "work/.mcp.json": text });
    expect(run(["claude-code", "--write"], where).status).toBe(0);
    const written = readFileSync(join(where.cwd, ".mcp.json"), "utf8");
    expect(written.startsWith("\ufeff{\r\n")).toBe(true);
    expect(written).not.toMatch(/[^\r]\n/);
    run(["claude-code", "--remove"], where);
    expect(readFileSync(join(where.cwd, ".mcp.json"), "utf8")).toBe(text);
  });

  test.each<[string, string | Uint8Array, RegExp]>([
    ["JSON that is broken", '{\n  "mcpServers": {\n    oops\n  }\n}\n', /not valid JSON.*\.mcp\.json:3/],
    ["bytes that are no text", Uint8Array.of(0x7b, 0xff, 0x7d), /not UTF-8/],
    ["servers that are a list", '{ "mcpServers": [] }', /must be an object.*\.mcp\.json:1/],
  ])("with %s is refused and stays", (_, content, message) => {
    const where = world({ "work/.mcp.json": content });
    const before = snapshotTree(where.home);
    for (const act of ["--write", "--remove"]) {
      const result = run(["claude-code", act], where);
      expect(result).toMatchObject({ status: 1, stdout: "" });
      expect(result.stderr.replace(/\s+/g, " ")).toMatch(message);
    }
    expect(snapshotTree(where.home)).toEqual(before);
  });

  test("that is a directory, or a circle of links, is refused", () => {
    const where = world({ "work/.mcp.json": {}, ".cursor/mcp.json": new Link("mcp.json") });
    expect(run(["claude-code", "--write"], where).stderr).toMatch(/not a regular file/);
    expect(run(["cursor", "--scope", "user", "--write"], where).stderr).toMatch(/round in a circle/);
  });

  test.skipIf(process.getuid?.() === 0)("that may not be written is told", () => {
    const where = world({ "work/.cursor": {} });
    chmodSync(join(where.cwd, ".cursor"), 0o500);
    expect(run(["cursor", "--write"], where)).toMatchObject({
      status: 1,
      stderr: expect.stringContaining("EACCES"),
    });
    chmodSync(join(where.cwd, ".cursor"), 0o700);
  });

  test("contents cannot move a cursor from within the diff", () => {
    const where = world({ "work/.mcp.json": '{\n  "mcpServers": {\n    "a": {} // \x1b[2J\u202e\n  }\n}\n' });
    const { stdout } = run(["claude-code", "--write"], where);
    expect(stdout).toContain("// ");
    expect(stdout).not.toMatch(/(?!\n)[\p{Cc}\p{Cf}]/u);
  });
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
    [["cursor", "--remov"], 'Unknown option "--remov". Did you mean --remove?'],
  ])("%j", (args, message) => {
    const where = world();
    expect(run(args, where)).toMatchObject({
      status: 2,
      stdout: "",
      stderr: `wavewright: ${message} Try wavewright setup --help. `,
    });
    expect(existsSync(join(where.cwd, ".cursor"))).toBe(false);
  });
});
