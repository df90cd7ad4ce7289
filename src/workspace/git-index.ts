/** What the index has after a commit of named files whose hooks have changed the commit. */
import { runGit } from "./git.ts";
import { lockPatience } from "./git-trouble.ts";

/** A file in a commit or the index; both are zeros where there is none. */
export interface Blob {
  mode: string;
  name: string;
}

export interface RawChange {
  path: string;
  from: Blob;
  to: Blob;
}

/** Reads `git diff-tree --raw -z` and the like, of several commits too; what comes before the first change is left out. */
export function readRawChanges(output: string): RawChange[] {
  // Between commits there is nothing, or a line break.
  const fields = output
    .split("\0")
    .flatMap((field) => (field === "" ? [] : [field.replace(/^\n+(?=:)/, "")]));
  const changes: RawChange[] = [];
  for (
    let at = fields.findIndex((field) => field.startsWith(":"));
    at >= 0 && at + 1 < fields.length;
    at += 2
  ) {
    const [fromMode = "", toMode = "", fromName = "", toName = ""] = fields[at]!.slice(1).split(" ");
    const [from, to] = [
      { mode: fromMode, name: fromName },
      { mode: toMode, name: toName },
    ];
    changes.push({ path: fields[at + 1]!, from, to });
  }
  return changes;
}

/**
 * A hook stages for the commit alone; the index keeps what was to be committed before, which would take the hook's work
 * back. It gets what the commit has, but for files in which a person had something else staged; not those of `own`,
 * which were committed as they stood in the work tree.
 */
export async function bringIndexUpTo(
  top: string,
  committed: readonly RawChange[],
  own: ReadonlySet<string>,
): Promise<void> {
  const before = new Map(committed.map(({ path, from }) => [path, from]));
  const args = ["diff-index", "--cached", "--raw", "-z", "--no-renames", "HEAD"];
  const { code, stdout } = await runGit(top, args);
  if (code !== 0) return;
  const stale = readRawChanges(stdout).filter(({ path, to }) => {
    const old = before.get(path);
    return old !== undefined && (own.has(path) || (to.mode === old.mode && to.name === old.name));
  });
  if (stale.length === 0) return;
  const input = stale.map(({ path, from }) => `${Number(from.mode)} ${from.name}\t${path}\0`).join("");
  await lockPatience()(() => runGit(top, ["update-index", "-z", "--index-info"], { input }));
}
