/** Which files a plan says it writes, and whether two plans may write one file. */

/** What one `files_modified` entry covers. */
export interface FileScope {
  /** Normalised path, without a trailing `/`; "" covers everything. */
  path: string;
  /** True when everything under `path` is covered: a directory or a glob. */
  tree: boolean;
}

/**
 * Reads an entry: `./` and `..` are resolved, `\` is `/`, a trailing ` (note)` and backticks are dropped, an
 * entry that ends in `/` covers what lies under it, a glob what lies under its literal part.
 * `[id]` and `(group)` are names of directories in web frameworks, not patterns.
 */
export function parseFileScope(entry: string): FileScope | null {
  let text = entry.trim().replace(/\s+\([^()]*\)$/, "");
  const quoted = /^`([^`]+)`/.exec(text);
  if (quoted) text = quoted[1]!;
  text = text.replaceAll("\\", "/").trim();
  if (text === "") return null;
  const glob = text.search(/[*?]|\{[^{}]*,[^{}]*\}/);
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
export function ancestors(path: string): string[] {
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

  /** Everyone who claims a file that `scope` covers too. */
  overlapping(scope: FileScope): Set<Holder> {
    const found = new Set(this.#paths.get(scope.path));
    for (const ancestor of ancestors(scope.path)) addAll(found, this.#trees.get(ancestor));
    if (scope.tree) addAll(found, this.#below.get(scope.path));
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

function addAll<Holder>(target: Set<Holder>, more: Set<Holder> | undefined): void {
  if (more) for (const holder of more) target.add(holder);
}
