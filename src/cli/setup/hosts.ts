/** The hosts: where each keeps its servers, and how its servers learn which project they are for. */
import { homedir } from "node:os";
import { join } from "node:path";
import type { HostName, Scope } from "../commands.ts";
import type { Environment } from "../terminal.ts";

export interface Whereabouts {
  env: Environment;
  platform: string;
  /** The directory that a host opens; absolute. */
  folder: string;
}

export interface Host {
  title: string;
  /** The first one is the default. */
  scopes: readonly Scope[];
  /** The object with the servers. */
  key: "mcpServers" | "servers";
  hasType: boolean;
  file(scope: Scope, where: Whereabouts): string;
  /**
   * How a server of this scope finds the project: from its working directory, from a variable that the host fills
   * in, or only from a path that is written down.
   */
  project(scope: Scope): "cwd" | "workspaceFolder" | "path";
}

export const HOST: Readonly<Record<HostName, Host>> = {
  "claude-code": {
    title: "Claude Code",
    scopes: ["project", "user"],
    key: "mcpServers",
    hasType: true,
    file: (scope, { env, platform, folder }) =>
      scope === "project"
        ? join(folder, ".mcp.json")
        : join(env.CLAUDE_CONFIG_DIR || home(env, platform), ".claude.json"),
    project: () => "cwd",
  },
  "claude-desktop": {
    title: "Claude Desktop",
    scopes: ["user"],
    key: "mcpServers",
    hasType: false,
    file: (_, where) => join(settings(where), "Claude", "claude_desktop_config.json"),
    project: () => "path",
  },
  cursor: {
    title: "Cursor",
    scopes: ["project", "user"],
    key: "mcpServers",
    hasType: true,
    file: (scope, { env, platform, folder }) =>
      join(scope === "project" ? folder : home(env, platform), ".cursor", "mcp.json"),
    // In the user's file the variable would be the directory of that file.
    project: (scope) => (scope === "project" ? "workspaceFolder" : "path"),
  },
  vscode: {
    title: "VS Code",
    scopes: ["project", "user"],
    key: "servers",
    hasType: true,
    file: (scope, where) =>
      scope === "project"
        ? join(where.folder, ".vscode", "mcp.json")
        : join(settings(where), "Code", "User", "mcp.json"),
    project: () => "workspaceFolder",
  },
  windsurf: {
    title: "Windsurf",
    scopes: ["user"],
    key: "mcpServers",
    hasType: false,
    file: (_, { env, platform }) => join(home(env, platform), ".codeium", "windsurf", "mcp_config.json"),
    project: () => "path",
  },
};

export function home(env: Environment, platform: string): string {
  return (platform === "win32" ? env.USERPROFILE : env.HOME) || homedir();
}

/** Where programs of this system keep a user's settings. */
function settings({ env, platform }: Whereabouts): string {
  const base = home(env, platform);
  if (platform === "darwin") return join(base, "Library", "Application Support");
  if (platform === "win32") return env.APPDATA || join(base, "AppData", "Roaming");
  return env.XDG_CONFIG_HOME || join(base, ".config");
}
