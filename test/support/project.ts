/** Projects on a real disk, from literals in the test; each is removed when its test has finished. */
import {
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  realpathSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { onTestFinished } from "vitest";

/** A symbolic link in a tree literal. */
export class Link {
  readonly target: string;
  constructor(target: string) {
    this.target = target;
  }
}

/** Names may hold `/`; a string or bytes is a file, an object a directory, `{}` an empty one. */
export interface Tree {
  [name: string]: string | Uint8Array | Link | Tree;
}

/** Writes the tree into a new temporary directory and returns its real path: `project({ ".planning/ROADMAP.md": "…" })`. */
export function project(tree: Tree = { ".planning": {} }): string {
  const root = realpathSync(mkdtempSync(join(tmpdir(), "wavewright-")));
  onTestFinished(() => rmSync(root, { recursive: true, force: true, maxRetries: 3 }));
  write(root, tree);
  return root;
}

/** Writes a tree literal into a directory that is there. */
export function write(directory: string, tree: Tree): void {
  for (const [name, content] of Object.entries(tree)) {
    const path = join(directory, name);
    mkdirSync(dirname(path), { recursive: true });
    if (content instanceof Link) symlinkSync(content.target, path);
    else if (typeof content === "string" || content instanceof Uint8Array) writeFileSync(path, content);
    else {
      mkdirSync(path, { recursive: true });
      write(path, content);
    }
  }
}

/** The text of a plan file: `plan({ wave: 1, depends_on: ["03-01"] })`. */
export function plan(
  frontmatter: Record<string, unknown> = {},
  body = "<objective>\nDo it.\n</objective>\n",
): string {
  const lines = Object.entries(frontmatter).map(([key, value]) => `${key}: ${yaml(value)}\n`);
  return `---\n${lines.join("")}---\n\n${body}`;
}

function yaml(value: unknown): string {
  return typeof value === "string" ? value : JSON.stringify(value);
}

/** Everything below a directory: kind, permission bits, and content, by path. Two equal snapshots: nothing changed. */
export function snapshotTree(directory: string): Record<string, string> {
  const entries: Record<string, string> = {};
  for (const entry of readdirSync(directory, { recursive: true, encoding: "utf8" }).sort()) {
    const path = join(directory, entry);
    const stat = lstatSync(path);
    const mode = (stat.mode & 0o777).toString(8);
    if (stat.isSymbolicLink()) entries[entry] = `link ${readlinkSync(path)}`;
    else if (stat.isDirectory()) entries[entry] = `directory ${mode}`;
    else entries[entry] = `file ${mode} ${readFileSync(path, "latin1")}`;
  }
  return entries;
}
