/** A change with every kind of step, for processes that know no test. */
import type { ChangeSet } from "../../src/workspace/change-set.ts";
import { transact } from "../../src/workspace/transaction.ts";
import { Workspace } from "../../src/workspace/workspace.ts";

const PHASES = ".planning/phases";

/** Edits, creates, removes, moves a file, removes directories, moves one. Nothing is left to do when it is done. */
export function everyStep(changes: ChangeSet): void {
  const roadmap = changes.read(".planning/ROADMAP.md") ?? "";
  if (!roadmap.includes("[ ]")) return;
  changes.write(".planning/ROADMAP.md", roadmap.replace("[ ]", "[x]"));
  changes.write(`${PHASES}/active/01-a/new.md`, "new\n");
  changes.write(".planning/phases/deep/er/x.md", "x");
  changes.remove(".planning/OLD.md");
  changes.remove(`${PHASES}/pending/01-a/sub/same.md`);
  changes.moveFile(`${PHASES}/pending/01-a/extra.md`, `${PHASES}/active/01-a/extra.md`);
  changes.removeDirectory(`${PHASES}/pending/01-a/sub`);
  changes.removeDirectory(`${PHASES}/pending/01-a`);
  changes.move(`${PHASES}/active/01-a`, `${PHASES}/completed/01-a`);
}

/** The change, done in this process. */
export function takeEveryStep(root: string): Promise<object> {
  return transact(new Workspace(root), { dryRun: false }, (_, changes) => {
    everyStep(changes);
    return {};
  });
}
