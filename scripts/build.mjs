/** Bundles the server into dist/: one entry, lazy chunks, and the licences of what is inside. */
import { chmod, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";

const root = new URL("../", import.meta.url);
const { version } = JSON.parse(await readFile(new URL("package.json", root), "utf8"));

/** What is imported and never run, with its stand-in: half of what would be loaded at start. */
const LEFT_OUT = [
  // The SDK's server imports Ajv to check answers to elicitation; src/server.ts gives it another validator.
  {
    file: /sdk[\\/]dist[\\/]esm[\\/]validation[\\/]ajv-provider\.js$/,
    contents: "export class AjvJsonSchemaValidator {}",
  },
  // zod's messages in fifty languages; src/arguments.ts has its own.
  { file: /zod[\\/]v4[\\/]locales[\\/]index\.js$/, contents: 'export { default as en } from "./en.js";' },
  // gray-matter's own YAML engine; src/markdown/frontmatter.ts gives it another.
  {
    file: /gray-matter[\\/]node_modules[\\/]js-yaml[\\/]index\.js$/,
    contents: "module.exports = { safeLoad() {}, safeDump() {} };",
  },
];

const leftOut = new Set();

const leaveOut = {
  name: "leave-out",
  setup({ onLoad }) {
    for (const { file, contents } of LEFT_OUT) {
      onLoad({ filter: file }, () => {
        leftOut.add(file);
        return { contents };
      });
    }
  },
};

const { metafile } = await build({
  absWorkingDir: fileURLToPath(root),
  entryPoints: ["src/main.ts"],
  outdir: "dist",
  bundle: true,
  splitting: true,
  format: "esm",
  platform: "node",
  target: "node20",
  chunkNames: "chunks/[name]-[hash]",
  // Names stay, for readable stacks.
  minifySyntax: true,
  minifyWhitespace: true,
  // Bundled CommonJS packages call require.
  banner: {
    js: 'import { createRequire as createRequireForBundle } from "node:module"; const require = createRequireForBundle(import.meta.url);',
  },
  // Its main entry requires its parts in a way that no bundler sees.
  alias: { "jsonc-parser": "jsonc-parser/lib/esm/main.js" },
  define: { VERSION: JSON.stringify(version) },
  plugins: [leaveOut],
  metafile: true,
  logLevel: "warning",
});
const unmatched = LEFT_OUT.filter(({ file }) => !leftOut.has(file)).map(({ file }) => String(file));
if (unmatched.length > 0) {
  throw new Error(
    `Nothing that is bundled matches ${unmatched.join(", ")}: correct LEFT_OUT in scripts/build.mjs`,
  );
}
await chmod(new URL("dist/main.js", root), 0o755);
await writeFile(new URL("dist/THIRD-PARTY-LICENSES.txt", root), await licences(bundled(metafile)));
await removeOldChunks(Object.keys(metafile.outputs));

/** Last, and only what is no longer made: a server that runs from here may still load its chunks. */
async function removeOldChunks(outputs) {
  const directory = new URL("dist/chunks/", root);
  const old = (await readdir(directory)).filter((name) => !outputs.includes(`dist/chunks/${name}`));
  await Promise.all(old.map((name) => rm(new URL(name, directory))));
}

/** The files of which something is in the output; of others only an import was seen, or the stand-in is inside. */
function bundled({ outputs }) {
  const inputs = Object.values(outputs).flatMap(({ inputs }) => Object.entries(inputs));
  const files = inputs.filter(([, { bytesInOutput }]) => bytesInOutput > 0).map(([file]) => file);
  return files.filter((file) => !LEFT_OUT.some((left) => left.file.test(file)));
}

/** The licence texts of the packages that the bundled files come from. */
async function licences(files) {
  const directories = files.map((file) => /^.*node_modules\/(?:@[^/]+\/)?[^/]+/.exec(file)?.[0]);
  const texts = [];
  for (const directory of [...new Set(directories)].filter((found) => found !== undefined).sort()) {
    const base = new URL(`${directory}/`, root);
    const { name, version, license } = JSON.parse(await readFile(new URL("package.json", base), "utf8"));
    const names = (await readdir(base)).filter((entry) => /^(licen[cs]e|notice|copying)/i.test(entry)).sort();
    if (names.length === 0)
      throw new Error(`${name} has no licence file; its text must ship with the bundle`);
    const parts = await Promise.all(names.map((entry) => readFile(new URL(entry, base), "utf8")));
    texts.push(`${name} ${version} (${license})\n\n${parts.map((part) => part.trim()).join("\n\n")}\n`);
  }
  return `Packages inside the bundle, and their licences.\n\n${texts.join(`\n${"-".repeat(78)}\n\n`)}`;
}
