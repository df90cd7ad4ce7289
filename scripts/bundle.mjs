/** Packs the built server as an MCPB bundle, which desktop hosts install with a click; `npm run bundle` builds first. */
import { cp, mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { packExtension } from "@anthropic-ai/mcpb/cli";
import { load } from "./catalogue.mjs";

const root = fileURLToPath(new URL("../", import.meta.url));
const output = process.argv[2] ?? join(root, "wavewright.mcpb");

const { name, version, description, keywords, license, author, engines } = JSON.parse(
  await readFile(join(root, "package.json"), "utf8"),
);
const { tools, prompts } = await load(
  "bundle",
  'export { tools } from "./tools/index.ts"; export { prompts } from "./prompts/index.ts";',
);

const manifest = {
  manifest_version: "0.3",
  name,
  display_name: "Wavewright",
  version,
  description,
  author: { name: author },
  license,
  keywords,
  server: {
    type: "node",
    entry_point: "dist/main.js",
    mcp_config: {
      command: "node",
      // biome-ignore lint/suspicious/noTemplateCurlyInString: the host fills these in.
      args: ["${__dirname}/dist/main.js", "--root", "${user_config.root}"],
      // biome-ignore lint/suspicious/noTemplateCurlyInString: the host fills this in.
      env: { GITHUB_TOKEN: "${user_config.github_token}" },
    },
  },
  tools: tools.map((tool) => ({ name: tool.name, description: tool.title })),
  // Hosts ask the server for a prompt's text; it depends on the arguments.
  prompts_generated: prompts.length > 0,
  user_config: {
    root: {
      type: "directory",
      title: "Project",
      description: "The directory that holds .planning/, or one that holds such projects",
      required: true,
    },
    github_token: {
      type: "string",
      title: "GitHub token",
      description: "For issue checklists and pull requests; without it, what gh auth token prints",
      sensitive: true,
      required: false,
      // Without one, hosts hand on the name in braces as if that were the token.
      default: "",
    },
  },
  compatibility: { runtimes: { node: engines.node }, platforms: ["darwin", "linux", "win32"] },
};

const staged = await mkdtemp(join(tmpdir(), "wavewright-bundle-"));
try {
  await mkdir(join(staged, "dist"));
  await cp(join(root, "dist"), join(staged, "dist"), { recursive: true });
  for (const file of ["LICENSE", "CHANGELOG.md"]) await cp(join(root, file), join(staged, file));
  // The entry is a module because the nearest package.json says so.
  await writeFile(
    join(staged, "package.json"),
    `${JSON.stringify({ name, version, license, type: "module" })}\n`,
  );
  await writeFile(join(staged, "manifest.json"), `${JSON.stringify(manifest, null, 2)}\n`);
  // It checks the manifest first, and says what is wrong.
  if (!(await packExtension({ extensionPath: staged, outputPath: output, silent: true }))) {
    throw new Error("The bundle was not packed.");
  }
} finally {
  await rm(staged, { recursive: true, force: true });
}
process.stdout.write(`Written: ${output}\n`);
