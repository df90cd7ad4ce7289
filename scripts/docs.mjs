/** Writes docs/tools.md, docs/errors.md, and what is generated in docs/format.md and README.md. `--check` only compares. */
import { mkdir, readFile, writeFile } from "node:fs/promises";
import { load } from "./catalogue.mjs";

const root = new URL("../", import.meta.url);

const SOURCES = ["src/docs.ts", "tools/index.ts", "prompts/index.ts"].map(
  (path) => `export * from "./${path}";`,
);
const { generatedFiles, ...catalogue } = await load(
  "docs",
  `${SOURCES.join(" ")} export * as forms from "./prompts/forms.ts";`,
);

const stale = [];
for (const [path, generate] of Object.entries(generatedFiles)) {
  const file = new URL(path, root);
  const present = await readFile(file, "utf8").catch(() => "");
  const fresh = generate(catalogue, present);
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
