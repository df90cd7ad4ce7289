/** Which files a plan says it writes, and whether two plans may write one file. */
import { pathOf } from "./file-entry.ts";

/** What one `files_modified` entry covers. */
export interface FileScope {
  /** Normalised path, without a trailing `/`; "" covers everything. */
  path: string;
  /** True when everything under `path` is covered: a directory or a glob. */
  tree: boolean;
}

/**
 * Reads an entry: `./` and `..` are resolved, `\` is `/`, notes and quotes are dropped, a path below `root` is
 * relative to it, an entry that ends in `/` covers what lies under it, a glob what lies under its literal part.
 * `[id]` and `(group)` are names of directories in web frameworks, not patterns.
 */
export function parseFileScope(entry: string, root = ""): FileScope | null {
  let text = pathOf(entry).replaceAll("\\", "/");
  if (text === "") return null;
  const base = root.replaceAll("\\", "/");
  if (base !== "" && text.startsWith(base) && /^(?:\/|$)/.test(text.slice(base.length))) {
    text = text.slice(base.length) || "/";
  }
  const glob = text.search(/[*?]|\{[^{},]*,[^{}]*\}/);
  if (glob >= 0) return { path: normalizePath(text.slice(0, text.lastIndexOf("/", glob) + 1)), tree: true };
  return { path: normalizePath(text), tree: text.endsWith("/") };
}

/** `src/./a//b/../c` is `src/a/c`. Case counts. */
export function normalizePath(path: string): string {
  const parts: string[] = [];
  for (const part of path.split("/")) {
    if (part === "" || part === ".") continue;
    if (part === ".." && parts.length > 0 && parts.at(-1) !== "..") parts.pop();
    else parts.push(part);
  }
  return parts.join("/").normalize("NFC");
}

/** Each proper ancestor of a path, nearest last, "" first: `a/b/c` gives "", `a`, `a/b`. */
function ancestors(path: string): string[] {
  if (path === "") return [];
  const found = [""];
  for (let at = path.indexOf("/"); at >= 0; at = path.indexOf("/", at + 1)) found.push(path.slice(0, at));
  return found;
}

/** Where paths are claimed by holders (plans or batches), and who else claims something they overlap. */
export class FileClaims<Holder> {
  /** Holders of exactly this path, as a file or as a tree. */
  readonly #paths = new Map<string, Set<Holder>>();
  /** Holders of this path as a tree. */
  readonly #trees = new Map<string, Set<Holder>>();
  /** Holders of anything below this path. */
  readonly #below = new Map<string, Set<Holder>>();

  /** True when somebody claims a file that `scope` covers too. */
  isTaken(scope: FileScope): boolean {
    return this.overlapping(scope).some((holders) => holders.size > 0);
  }

  /** Everyone who claims a file that `scope` covers too, in several sets, which are live and must not be altered. */
  overlapping(scope: FileScope): ReadonlySet<Holder>[] {
    const found: ReadonlySet<Holder>[] = [];
    const add = (holders: Set<Holder> | undefined): void => void (holders && found.push(holders));
    add(this.#paths.get(scope.path));
    if (this.#trees.size > 0) {
      for (const ancestor of ancestors(scope.path)) add(this.#trees.get(ancestor));
    }
    if (scope.tree) add(this.#below.get(scope.path));
    return found;
  }

  claim(scope: FileScope, holder: Holder): void {
    addTo(this.#paths, scope.path, holder);
    if (scope.tree) addTo(this.#trees, scope.path, holder);
    for (const ancestor of ancestors(scope.path)) addTo(this.#below, ancestor, holder);
  }
}

function addTo<Holder>(map: Map<string, Set<Holder>>, key: string, holder: Holder): void {
  const holders = map.get(key);
  if (holders) holders.add(holder);
  else map.set(key, new Set([holder]));
}
