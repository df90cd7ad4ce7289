/** Writes what is generated: docs/tools.md, docs/errors.md and the table in README.md. `--check` only compares. */
import { mkdir, readFile, writeFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";

const root = new URL("../", import.meta.url);
// Node 20 runs no TypeScript; inside node_modules, so that the bundle's imports resolve.
const bundle = new URL("node_modules/.cache/wavewright/docs.mjs", root);

await build({
  absWorkingDir: fileURLToPath(root),
  stdin: {
    contents: 'export * from "./src/docs.ts"; export { tools } from "./tools/index.ts";',
    resolveDir: fileURLToPath(root),
  },
  outfile: fileURLToPath(bundle),
  bundle: true,
  packages: "external",
  format: "esm",
  platform: "node",
  logLevel: "warning",
});
const { generatedFiles, tools } = await import(bundle.href);

const stale = [];
for (const [path, generate] of Object.entries(generatedFiles)) {
  const file = new URL(path, root);
  const present = await readFile(file, "utf8").catch(() => "");
  const fresh = generate(tools, present);
  if (fresh === present) continue;
  stale.push(path);
  if (process.argv.includes("--check")) continue;
  await mkdir(new URL(".", file), { recursive: true });
  await writeFile(file, fresh);
}

if (stale.length === 0) process.stdout.write("Generated documents are up to date.\n");
else if (process.argv.includes("--check")) {
  process.stderr.write(`Out of date: ${stale.join(", ")}. Run: npm run docs\n`);
  process.exitCode = 1;
} else process.stdout.write(`Written: ${stale.join(", ")}\n`);
