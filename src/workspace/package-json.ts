/** The project's own test command, as package.json at the root has it. */
import { z } from "zod";
import type { Workspace } from "./workspace.ts";

const WithTest = z.looseObject({ scripts: z.looseObject({ test: z.string() }) });

/** What `npm init` writes where there are no tests. */
const PLACEHOLDER = /no test specified/;

const MAX_LENGTH = 500;

/** `scripts.test`; null without one, for npm's placeholder, and where package.json cannot be read. */
export function testScript(workspace: Workspace): string | null {
  const text = workspace.files.text("package.json");
  if (text === null) return null;
  let parsed: unknown;
  try {
    parsed = JSON.parse(text.replace(/^\uFEFF/, ""));
  } catch {
    return null;
  }
  const test = WithTest.safeParse(parsed).data?.scripts.test.trim() ?? "";
  return test === "" || PLACEHOLDER.test(test) ? null : test.slice(0, MAX_LENGTH);
}
