/** Reading a project that other processes write. */
import type { Workspace } from "./workspace/workspace.ts";

/** Reads the server's own project, in turn with the calls. */
export type Reading = <Value>(use: (workspace: Workspace) => Value) => Promise<Value>;

const ATTEMPTS = 4;

/** Reads again when another process wrote meanwhile, so that no answer, and no error, shows half a change. */
export async function readSettled<Value>(
  open: () => Workspace | Promise<Workspace>,
  use: (workspace: Workspace) => Value | Promise<Value>,
  signal: AbortSignal,
): Promise<Value> {
  for (let attempt = 1; ; attempt++) {
    signal.throwIfAborted();
    const workspace = await open();
    const isSettled = () => attempt >= ATTEMPTS || !workspace.isDisturbed();
    try {
      const value = await use(workspace);
      if (isSettled()) return value;
    } catch (error) {
      if (isSettled()) throw error;
    }
  }
}
