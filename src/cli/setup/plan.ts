/** Which file of a host gets which entry, from the command line and from where it was given. */
import { realpathSync, statSync } from "node:fs";
import { isAbsolute, relative, resolve, sep } from "node:path";
import { PlanningError, quote } from "../../errors.ts";
import { readList } from "../../options.ts";
import { TOOLSETS } from "../../toolsets.ts";
import { findRoot } from "../../workspace/roots.ts";
import { type HostName, SCOPES, type Scope } from "../commands.ts";
import { Misuse } from "../misuse.ts";
import { hasFlag, optionOf, type Session, valuesOf } from "../program.ts";
import { HOST, type Host } from "./hosts.ts";
import { launchOf } from "./launch.ts";

export interface Plan {
  host: Host;
  scope: Scope;
  /** The file in which the host keeps its servers. */
  path: string;
  entry: { type?: "stdio"; command: string; args: string[] };
  /** The directory that the host opens. */
  folder: string;
  /** False when the server that is written will not find a project by itself. */
  findsProject: boolean;
  /** Projects that are written down, absolute: the server is for them, whichever is open. */
  fixedRoots: readonly string[];
}

/** VS Code and Cursor put the opened directory in its place. */
// biome-ignore lint/suspicious/noTemplateCurlyInString: the host fills it in.
export const FOLDER = "${workspaceFolder}";

export function planFor(session: Session): Plan {
  const host = HOST[session.positionals[0] as HostName];
  const scope = scopeOf(session, host);
  const given = valuesOf(session, "root").map((root) => directory(session.cwd, root));
  if (scope === "project" && given.length > 1) {
    throw new Misuse("With --scope project there is one --root: the directory that the host opens.");
  }
  const project = projectOf(session, given);
  const folder = given[0] ?? (project !== null && isInside(project, session.cwd) ? project : session.cwd);
  const { command, args } = launchOf(optionOf(session, "command"), session);
  const roots = rootsOf(host, scope, given, folder, project);
  const { env, platform } = session;
  return {
    host,
    scope,
    path: host.file(scope, { env, platform, folder }),
    entry: {
      ...(host.hasType && { type: "stdio" as const }),
      command,
      args: [...args, ...roots.flatMap((root) => ["--root", root]), ...optionsOf(session)],
    },
    folder,
    findsProject: host.project(scope) !== "path" || roots.length > 0,
    fixedRoots: roots.filter((root) => !root.startsWith(FOLDER)),
  };
}

function scopeOf(session: Session, { title, scopes }: Host): Scope {
  const given = optionOf(session, "scope");
  if (given === undefined) return scopes[0]!;
  const scope = SCOPES.find((one) => one === given);
  if (scope === undefined) throw Misuse.unknown("scope", given, SCOPES);
  if (!scopes.includes(scope)) throw new Misuse(`${title} has no configuration for one ${scope}.`);
  return scope;
}

function directory(cwd: string, root: string): string {
  const path = resolve(cwd, root);
  if (!statSync(path, { throwIfNoEntry: false })?.isDirectory()) {
    throw new Misuse(`--root: there is no directory ${quote(root)}.`);
  }
  return path;
}

/** Null where there is none yet: a host may be set up first. */
function projectOf({ cwd, roots }: Session, given: readonly string[]): string | null {
  try {
    return findRoot(undefined, { configured: given.length > 0 ? given : roots, cwd });
  } catch (error) {
    if (error instanceof PlanningError) return null;
    throw error;
  }
}

/** What the server is told with `--root`. */
function rootsOf(
  host: Host,
  scope: Scope,
  given: readonly string[],
  folder: string,
  project: string | null,
): readonly string[] {
  if (scope === "user" && given.length > 0) return given;
  switch (host.project(scope)) {
    case "cwd":
      return [];
    case "workspaceFolder": {
      const below = project === null ? "" : relative(realpathSync(folder), project);
      const isBelow = below !== "" && !below.startsWith("..") && !isAbsolute(below);
      return [isBelow && scope === "project" ? `${FOLDER}/${below.replaceAll(sep, "/")}` : FOLDER];
    }
    case "path":
      return project === null ? [] : [project];
  }
}

function isInside(outer: string, inner: string): boolean {
  const path = relative(outer, realpathSync(inner));
  return path === "" || !(path.startsWith("..") || isAbsolute(path));
}

/** The server's own options, handed on. */
function optionsOf(session: Session): string[] {
  const toolsets = valuesOf(session, "toolsets").flatMap((text) => {
    const list = readList("toolset", text, TOOLSETS);
    if ("problem" in list) throw new Misuse(list.problem);
    return list;
  });
  return [
    ...(hasFlag(session, "read-only") ? ["--read-only"] : []),
    ...(toolsets.length > 0 ? ["--toolsets", toolsets.join(",")] : []),
  ];
}
