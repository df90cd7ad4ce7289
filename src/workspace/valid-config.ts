/** Writing needs to know what the project's settings are, so it does not go on with defaults in their place. */
import { PlanningError } from "../errors.ts";
import type { Workspace } from "./workspace.ts";

/** Throws INVALID_CONFIG when config.json is there and cannot be read. */
export function requireValidConfig(workspace: Workspace): void {
  const { valid, diagnostics } = workspace.config();
  if (valid) return;
  const [problem] = diagnostics;
  throw new PlanningError("INVALID_CONFIG", problem?.message ?? "config.json is not valid", {
    path: ".planning/config.json",
    line: problem?.line,
    hint: "nothing was changed; repair the file and call again",
  });
}
