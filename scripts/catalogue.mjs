/** What TypeScript sources export, for scripts: Node 20 runs no TypeScript. */
import { fileURLToPath } from "node:url";
import { build } from "esbuild";

const root = new URL("../", import.meta.url);

/** `exports` is a module's text; its paths are relative to the repository's top. */
export async function load(name, exports) {
  return import(await compile(name, exports));
}

/** Where the module stands as JavaScript, as a URL. */
export async function compile(name, exports) {
  // Inside node_modules, so that the bundle's imports resolve.
  const outfile = new URL(`node_modules/.cache/wavewright/${name}.mjs`, root);
  await build({
    absWorkingDir: fileURLToPath(root),
    stdin: { contents: exports, resolveDir: fileURLToPath(root) },
    outfile: fileURLToPath(outfile),
    bundle: true,
    packages: "external",
    format: "esm",
    platform: "node",
    logLevel: "warning",
  });
  return outfile.href;
}
