/** What an installation gets, and from what. */
import { spawnSync } from "node:child_process";
import { existsSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { project } from "./support/project.ts";
import { Program } from "./support/stdio.ts";

const read = (path: string) => JSON.parse(readFileSync(new URL(`../${path}`, import.meta.url), "utf8"));

interface Locked {
  resolved?: string;
  optionalDependencies?: Record<string, string>;
}

const manifest = read("package.json");

test("the package has no runtime dependencies: all is in the bundle", () => {
  for (const field of ["dependencies", "optionalDependencies", "peerDependencies"]) {
    expect(manifest).not.toHaveProperty(field);
  }
  expect(manifest.bin).toEqual({ wavewright: "dist/main.js" });
});

test("npm install and npm ci build each time, also when no package is new", () => {
  const folder = project({});
  // The scripts as they are, but for what a build is.
  const build = `node -e "fs.writeFileSync('built', '')"`;
  const scripts = { ...manifest.scripts, build };
  writeFileSync(join(folder, "package.json"), JSON.stringify({ name: "copy", version: "1.0.0", scripts }));
  const built = join(folder, "built");
  const npm = (...args: string[]) => {
    rmSync(built, { force: true });
    const { status, stderr } = spawnSync("npm", [...args, "--offline", "--no-audit"], {
      cwd: folder,
      encoding: "utf8",
    });
    expect(status, stderr).toBe(0);
    return existsSync(built);
  };
  expect([npm("install"), npm("install"), npm("ci"), npm("ci", "--ignore-scripts")]).toEqual([
    true,
    true,
    true,
    false,
  ]);
});

test("the licences are those of what is inside the bundle", () => {
  const text = readFileSync(new URL("../dist/THIRD-PARTY-LICENSES.txt", import.meta.url), "utf8");
  const names = [
    "@modelcontextprotocol/sdk",
    "zod",
    "gray-matter",
    "js-yaml 4",
    "simple-git",
    "@octokit/rest",
  ];
  for (const name of names) expect(text).toContain(`\n${name} `.replace(/ 4 $/, " 4."));
  // Imported by those, and left out or never reached.
  for (const name of ["js-yaml 3", "ajv", "esprima", "argparse"]) expect(text).not.toContain(`\n${name}`);
});

const dist = new URL("../dist/", import.meta.url);
const built = (file: string) => readFileSync(new URL(file, dist), "utf8");
const chunks = (text: string, pattern: RegExp) =>
  [...text.matchAll(pattern)].map(([, name]) => `chunks/${name}`);

/** All that a server has loaded when it answers its first call: what the entry imports, at once and by name. */
function loadedToServe(file: string, seen = new Set<string>()): Set<string> {
  if (seen.has(file)) return seen;
  seen.add(file);
  const text = built(file);
  const needs = chunks(text, /(?:\bfrom|\bimport)\s*"\.[^"]*?([^"/]+)"/g);
  const later = file === "main.js" ? chunks(text, /\bimport\("\.[^"]*?([^"/]+)"\)/g) : [];
  for (const next of [...needs, ...later]) loadedToServe(next, seen);
  return seen;
}

test("a server has no GitHub client until a tool needs one", () => {
  const loaded = loadedToServe("main.js");
  const all = readdirSync(new URL("chunks/", dist)).map((name) => `chunks/${name}`);
  expect([...loaded].some((file) => file.includes("chunks/tools-"))).toBe(true);
  // What only the client, and only the queue of its plugins say.
  for (const mark of ["octokit-core.js/", "BottleneckError"]) {
    const having = all.filter((file) => built(file).includes(mark));
    expect(having).toHaveLength(1);
    expect(loaded).not.toContain(having[0]);
  }
});

test("everything that tells the version tells the same", async () => {
  const { version } = manifest;
  expect(read("package-lock.json")).toMatchObject({ version, packages: { "": { version } } });
  const server = read("server.json");
  const versions = server.packages.map((one: { version: string }) => one.version);
  expect([server.version, ...versions]).toEqual([version, version]);
  const program = new Program({ args: ["--version"] });
  expect(await program.ended).toEqual({ code: 0, signal: null });
  expect(program.stdout).toBe(`${version}\n`);
});

describe.each(["package-lock.json", "interop/package-lock.json"])("%s", (path) => {
  const locked: Record<string, Locked> = read(path).packages;

  test("names no host, so that any registry will do", () => {
    expect(Object.entries(locked).filter(([, { resolved }]) => resolved !== undefined)).toEqual([]);
  });

  test("knows the packages of every platform", () => {
    // npm drops those that a mirror does not carry, and `npm ci` then refuses the lock file.
    const names = Object.values(locked).flatMap((entry) => Object.keys(entry.optionalDependencies ?? {}));
    expect(names.filter((name) => !(`node_modules/${name}` in locked))).toEqual([]);
  });
});
