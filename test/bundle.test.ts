/** The MCPB bundle: packed by its own tool, unpacked, and started as a desktop host starts it. */
import { execFileSync } from "node:child_process";
import { readdirSync, readFileSync } from "node:fs";
import { join, sep } from "node:path";
import { getMcpConfigForManifest, type McpbManifestAny, unpackExtension } from "@anthropic-ai/mcpb";
import { expect, test } from "vitest";
import { prompts } from "../prompts/index.ts";
import { tools } from "../tools/index.ts";
import { project } from "./support/project.ts";
import { REPOSITORY, stdioClient } from "./support/stdio.ts";

test("a bundle that is unpacked serves the directory that the person chose", async () => {
  const folder = project({});
  const file = join(folder, "wavewright.mcpb");
  const script = join(REPOSITORY, "scripts/bundle.mjs");
  const said = execFileSync(process.execPath, [script, file], { encoding: "utf8", cwd: folder });
  expect(said).toContain("Manifest schema validation passes!\n");
  expect(said).toContain(`Written: ${file}\n`);

  const unpacked = join(folder, "unpacked");
  expect(await unpackExtension({ mcpbPath: file, outputDir: unpacked, silent: true })).toBe(true);
  expect(readdirSync(unpacked).sort()).toEqual([
    "CHANGELOG.md",
    "LICENSE",
    "dist",
    "manifest.json",
    "package.json",
  ]);
  expect(files(join(unpacked, "dist"))).toEqual(files(join(REPOSITORY, "dist")));

  const manifest = JSON.parse(readFileSync(join(unpacked, "manifest.json"), "utf8"));
  const { version } = JSON.parse(readFileSync(`${REPOSITORY}package.json`, "utf8"));
  expect(manifest.version).toBe(version);
  expect(manifest.tools.map(({ name }: { name: string }) => name)).toEqual(tools.map(({ name }) => name));
  expect(manifest.prompts_generated).toBe(prompts.length > 0);

  const chosen = project();
  const { command, args, env } = await configured(manifest, unpacked, { root: chosen });
  expect(command).toBe("node");
  const client = await stdioClient({ command: process.execPath, args, cwd: folder, env });
  expect(client.getServerVersion()).toMatchObject({ name: "wavewright", version });
  const { structuredContent } = await client.callTool({ name: "project_status", arguments: {} });
  expect(structuredContent).toMatchObject({ root: chosen });

  // A variable that a host does not know stays as it is written, and would be taken for the token.
  expect(env).toEqual({ GITHUB_TOKEN: "" });
  const given = await configured(manifest, unpacked, { root: chosen, github_token: "abc" });
  expect(given.env).toEqual({ GITHUB_TOKEN: "abc" });
  expect(manifest.user_config.github_token).toMatchObject({ sensitive: true, required: false });
});

/** What a host makes of the manifest, by the format's own rules. */
async function configured(
  manifest: McpbManifestAny,
  extensionPath: string,
  userConfig: Record<string, string>,
) {
  const made = await getMcpConfigForManifest({
    manifest,
    extensionPath,
    systemDirs: {},
    userConfig,
    pathSeparator: sep,
  });
  return made ?? expect.fail("something required is missing");
}

function files(directory: string): string[] {
  return readdirSync(directory, { recursive: true, encoding: "utf8" }).sort();
}
