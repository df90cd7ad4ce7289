/** What `npm pack` makes, and what an installation of that brings. */
import { execFileSync, spawnSync } from "node:child_process";
import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { tools } from "../tools/index.ts";
import { project } from "./support/project.ts";
import { REPOSITORY, stdioClient } from "./support/stdio.ts";

const manifest = JSON.parse(readFileSync(`${REPOSITORY}package.json`, "utf8"));

/** Without scripts: `prepack` would build what other tests run. */
function pack(...args: string[]): string {
  return execFileSync("npm", ["pack", "--ignore-scripts", "--loglevel=error", ...args], {
    cwd: REPOSITORY,
    encoding: "utf8",
  });
}

test("it holds the build, what a person reads, and nothing else", () => {
  const [{ files }] = JSON.parse(pack("--dry-run", "--json"));
  const paths: string[] = files.map(({ path }: { path: string }) => path);
  const dist = readdirSync(`${REPOSITORY}dist`, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name).slice(REPOSITORY.length));
  const docs = readdirSync(`${REPOSITORY}docs`, { recursive: true, encoding: "utf8" })
    .filter((path) => path.endsWith(".md"))
    .map((path) => `docs/${path.replaceAll("\\", "/")}`);
  const first = ["CHANGELOG.md", "LICENSE", "README.md", "package.json"];
  expect(paths.sort()).toEqual([...first, ...docs, ...dist].sort());
  const readme = readFileSync(`${REPOSITORY}README.md`, "utf8");
  const linked = [...readme.matchAll(/\]\((docs\/[^)#]+)/g)].map((match) => match[1]!);
  expect(linked.filter((path) => !paths.includes(path))).toEqual([]);
  const others = dist.filter((path) => !/^dist\/chunks\/[\w-]+\.js$/.test(path)).sort();
  expect(others).toEqual(["dist/THIRD-PARTY-LICENSES.txt", "dist/main.js"]);
});

test("an empty folder without a network needs nothing more, and no script runs", async () => {
  const folder = project({});
  pack("--pack-destination", folder);
  writeFileSync(join(folder, "package.json"), "{}");
  const npm = (...args: string[]) =>
    spawnSync("npm", [...args, "--offline", "--cache", join(folder, "cache")], {
      cwd: folder,
      encoding: "utf8",
    });
  const tarball = `./${manifest.name}-${manifest.version}.tgz`;
  const { status, stdout, stderr } = npm("install", tarball, "--foreground-scripts", "--no-audit");
  expect(status, stderr).toBe(0);
  // npm announces the scripts that it runs, and warns of those that it does not.
  expect(stdout).not.toMatch(/^> /m);
  expect(stderr).not.toContain("install-scripts");
  const { packages } = JSON.parse(readFileSync(join(folder, "node_modules/.package-lock.json"), "utf8"));
  expect(Object.keys(packages)).toEqual(["node_modules/wavewright"]);

  expect(npm("exec", "--", "wavewright", "--version").stdout).toBe(`${manifest.version}\n`);
  const client = await stdioClient({ command: join(folder, "node_modules/.bin/wavewright"), cwd: folder });
  const { tools: offered } = await client.listTools();
  expect(offered.map(({ name }) => name)).toEqual(tools.map(({ name }) => name));
});
