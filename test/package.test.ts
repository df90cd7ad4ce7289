/** What an installation gets, and from what. */
import { readFileSync } from "node:fs";
import { expect, test } from "vitest";

const read = (path: string) => JSON.parse(readFileSync(new URL(`../${path}`, import.meta.url), "utf8"));

interface Locked {
  resolved?: string;
  optionalDependencies?: Record<string, string>;
}

const manifest = read("package.json");
const locked: Record<string, Locked> = read("package-lock.json").packages;

test("the package has no runtime dependencies: all is in the bundle", () => {
  expect(manifest).not.toHaveProperty("dependencies");
  expect(manifest.bin).toEqual({ wavewright: "dist/main.js" });
  expect(manifest.files).toContain("dist");
});

test("the licences are those of what is inside the bundle", () => {
  const text = readFileSync(new URL("../dist/THIRD-PARTY-LICENSES.txt", import.meta.url), "utf8");
  for (const name of ["@modelcontextprotocol/sdk", "zod", "gray-matter", "js-yaml 4", "simple-git"])
    expect(text).toContain(`\n${name} `.replace(/ 4 $/, " 4."));
  // Imported by those, and left out or never reached.
  for (const name of ["js-yaml 3", "ajv", "esprima", "argparse"]) expect(text).not.toContain(`\n${name}`);
});

test("the lock file names no host, so that any registry will do", () => {
  expect(Object.entries(locked).filter(([, { resolved }]) => resolved !== undefined)).toEqual([]);
});

test("the lock file knows the packages of every platform", () => {
  // npm drops those that a mirror does not carry, and `npm ci` then refuses the lock file.
  const names = Object.values(locked).flatMap((entry) => Object.keys(entry.optionalDependencies ?? {}));
  expect(names.filter((name) => !(`node_modules/${name}` in locked))).toEqual([]);
});
