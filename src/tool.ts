/** What a tool is: a schema, a description and a function; and the fields that tools share. */
import { z } from "zod";
import { MISSING_CODES } from "./domain/completion.ts";
import { SEVERITIES } from "./domain/diagnostic.ts";
import { type PullReason, REASON_MEANINGS } from "./domain/github-reason.ts";
import { DIRECTORY_STATES, PHASE_STATES } from "./domain/phase.ts";
import type { Toolset } from "./toolsets.ts";
import type { Workspace } from "./workspace/workspace.ts";

/** `adds` only adds to what is there; `edits` may change or remove it. */
export type Effect = "reads" | "adds" | "edits";

/** How far a call reaches: the project's own files and repository, or GitHub. */
export type Reach = "project" | "github";

/** What one call may use beside its arguments. */
export interface ToolContext {
  /** The project of this call; it holds no state between calls. */
  workspace: Workspace;
  /** Aborts when the client cancels the call or goes away. */
  signal: AbortSignal;
  /** The local date, `YYYY-MM-DD`. */
  today(): string;
  /** Milliseconds since the call came, its wait for earlier calls included, and a person's time to answer left out. */
  usedMs(): number;
  /**
   * Asks the person at the client yes or no; null is no answer. Absent where the client cannot ask. Other calls run
   * meanwhile, so what was read before may have changed.
   */
  confirm?(question: string): Promise<boolean | null>;
}

/** What decides whether a tool is offered, and in which queue its calls wait. */
export interface ToolHead {
  /** snake_case, and the name of its file. */
  name: string;
  effect: Effect;
  reach: Reach;
  /** `planning` when absent. */
  toolset?: Toolset;
}

/** What is no JSON, in the protocol's words; `data` and `blob` are Base64. */
export type Content =
  | { type: "image" | "audio"; data: string; mimeType: string }
  | {
      type: "resource";
      resource: { uri: string; mimeType: string } & ({ text: string } | { blob: string });
    };

export interface Tool<Input extends z.ZodObject = z.ZodObject, Output extends z.ZodObject = z.ZodObject>
  extends ToolHead {
  title: string;
  /** What it answers, when to call it, what comes back: written for a model. */
  description: string;
  /** A strict object; the server adds `root`. */
  input: Input;
  output: Output;
  run(args: z.output<Input>, context: ToolContext): Promise<z.input<Output>> | z.input<Output>;
  /** Follows the answer's JSON; none of ours has any, since models get by with the JSON alone. */
  content?(answer: z.output<Output>): readonly Content[];
}

/** Identity; it exists so that `run` is typed from the schemas. */
export function defineTool<Input extends z.ZodObject, Output extends z.ZodObject>(
  tool: Tool<Input, Output>,
): Tool<Input, Output> {
  return tool;
}

// Arguments. Their descriptions reach the model with every tool, so each is a few words.

/** Models send `3` as often as `"3"`; a fraction is refused, since 2.10 and 2.1 are one JSON number. */
export const PhaseArgument = z
  .preprocess((value) => (Number.isSafeInteger(value) ? String(value) : value), z.string())
  .describe("Number (3, 2.1, 12A) or directory name");

/** Without it a page is also bounded in bytes (domain/page.ts), so the default is not the schema's. */
export const LimitArgument = z.int().min(1).max(500).optional().describe("Per page (default 50)");

export const CursorArgument = z.string().optional().describe("next_cursor before");

export const DryRunArgument = z.boolean().default(false).describe("Only show changes");

const DATE = /^\d{4}-(?:0[1-9]|1[0-2])-(?:0[1-9]|[12]\d|3[01])$/;

/** Refined and not by pattern: the pattern would reach the model with every tool. */
export const DateArgument = z
  .string()
  .refine((text) => DATE.test(text), "must be a date such as 2026-01-31")
  .optional()
  .describe("YYYY-MM-DD, default today");

export const CommitArgument = z.boolean().default(true).describe("Make the commit");

/** Added to every input by the server. */
export const RootArgument = z.string().optional().describe("Default: the server's project");

// Parts of results.

export const PhaseRefSchema = z
  .object({
    id: z.string().describe("Padded number: 03, 02.1"),
    number: z.string().describe("Plain number: 3, 2.1"),
    name: z.string(),
    slug: z.string(),
    state: z.enum(PHASE_STATES),
    dir: z.string().nullable().describe("Path relative to the root; null when unstarted"),
  })
  .describe(`A phase. State: ${DIRECTORY_STATES.join(", ")}; unstarted is in ROADMAP.md without a directory`);

export const DiagnosticSchema = z.object({
  code: z.string(),
  severity: z.enum(SEVERITIES),
  message: z.string(),
  path: z.string().optional().describe("Relative to the root"),
  line: z.int().optional().describe("From 1"),
  plans: z.array(z.string()).optional().describe("Ids of the plans it concerns"),
});

/** The `diagnostics` field of a result. */
export const DiagnosticsSchema = z
  .array(DiagnosticSchema)
  .describe("Problems in the project's data, the most severe first");

/** The `changes` field of a result of a tool that writes. */
export const ChangesSchema = z
  .array(
    z.object({
      action: z.enum(["create", "update", "move", "delete"]),
      path: z.string(),
      to: z.string().optional().describe("Where a directory moves"),
      diff: z.string().optional().describe("Unified diff of a text file"),
    }),
  )
  .describe("Files that change");

/** The `missing` field of a result: what a phase lacks to be completed. */
export const MissingSchema = z.array(
  z.object({ code: z.enum(MISSING_CODES), message: z.string(), plan: z.string().optional() }),
);

/** The `commit` field of a result. */
export const CommitSchema = z
  .object({ sha: z.string().nullable().describe("Null in a dry run"), message: z.string() })
  .nullable()
  .describe("The commit that was made, or null");

/** The `pr` field of a result. */
export const PullSchema = z
  .object({
    number: z.int(),
    url: z.string(),
    state: z.enum(["open", "closed"]),
    draft: z.boolean(),
    merged: z.boolean(),
  })
  .nullable()
  .describe("The pull request; null where there is none");

/** The `reason` field of a tool that reaches GitHub. */
export function reasonSchema<Reason extends PullReason>(reasons: readonly [Reason, ...Reason[]]) {
  const meanings = reasons.map((reason) => `${reason}: ${REASON_MEANINGS[reason]}`).join(" ");
  return z.enum(reasons).nullable().describe(`Why it was not done. ${meanings}`);
}
