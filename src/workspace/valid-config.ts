/** Writing needs to know what the project's settings are, so it does not go on with defaults in their place. */
import { PlanningError } from "../errors.ts";
import type { Workspace } from "./workspace.ts";

/** Throws INVALID_CONFIG when config.json is there and cannot be read. */
export function requireValidConfig(workspace: Workspace): void {
  const { valid, diagnostics } = workspace.config();
  if (valid) return;
  const [problem] = diagnostics;
  throw new PlanningError(
    "INVALID_CONFIG",
    `Nothing is written on guessed settings: ${problem?.message ?? "config.json cannot be read"}.`,
    {
      path: ".planning/config.json",
      line: problem?.line,
      hint: "Repair the file and call again.",
    },
  );
}
