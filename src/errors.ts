/**
 * The closed list of error codes, each with what it means for the caller.
 * An error is for calls that cannot be answered at all; a problem in the project's data that leaves room for
 * an answer is a diagnostic (domain/diagnostic.ts).
 */
export const ERROR_CODES = {
  INVALID_ARGUMENT: "An argument is unknown, missing, or of the wrong type or form.",
  INVALID_PHASE: "The `phase` argument is not a phase number or a phase directory name.",
  PHASE_NOT_FOUND:
    "No directory and no ROADMAP.md entry has this phase; `expected` lists the phases there are.",
  PHASE_COLLISION:
    "Several directories carry this phase number; `expected` lists them, each is valid as `phase`.",
  NO_MATCHING_PHASE: "No phase of the current milestone fits `select`; the message says why.",
  NO_PLANNING_DIR: "There is no `.planning/` directory where the server looked, or none that it may read.",
  NO_PLANS: "The phase has no plan files, so there is nothing to group or to execute.",
  DEPENDENCY_CYCLE: "Unfinished plans wait for each other; `expected` lists them in order of the cycle.",
  PATH_OUTSIDE_ROOT: "A path, or what a symbolic link points to, lies outside the project root.",
  INVALID_CONFIG: "config.json is not valid JSON, so nothing is written.",
  PROJECT_LOCKED:
    "Another process has been writing or committing the project for too long; nothing was changed.",
  WRITE_CONFLICT: "Other programs kept changing what is read or edited; nothing was changed.",
  WRITE_FAILED: "The files could not be written; nothing was changed, unless the message says otherwise.",
  RECOVERY_CONFLICT:
    "A change was cut off by a crash, and what it needs was edited since; the message says how to go on.",
  UNSUPPORTED_ENCODING: "The file is not UTF-8 and the new text cannot be written in its encoding.",
  TARGET_EXISTS: "Something that is no directory stands where the phase would be moved.",
  SPLIT_CONFLICT: "The copies of a split phase differ; `expected` lists the files.",
  PHASE_NOT_STARTED: "The phase is in ROADMAP.md and has no directory yet.",
  PHASE_NOT_IN_ROADMAP: "ROADMAP.md does not name the phase, so its directory cannot be named.",
  INTERNAL: "An unexpected failure; its stack is on the server's standard error.",
} as const;

export type ErrorCode = keyof typeof ERROR_CODES;

/** Where a problem is and what would be right, beside code and message. */
export interface ErrorDetails {
  /** What the caller can do next. */
  hint?: string;
  /** Path relative to the project root, with `/`. */
  path?: string;
  /** Line number, from 1. */
  line?: number;
  /** What would be right: valid values or candidates, at most 50 entries. */
  expected?: string | string[];
  cause?: unknown;
}

/** The wire form of an error: the text block of an `isError` result. */
export interface ErrorBody {
  code: ErrorCode;
  message: string;
  hint?: string;
  path?: string;
  line?: number;
  expected?: string | string[];
}

const MAX_EXPECTED = 50;

/** A call that cannot be answered, in words that its caller can act on. */
export class PlanningError extends Error {
  override readonly name = "PlanningError";
  readonly code: ErrorCode;
  readonly details: ErrorDetails;

  constructor(code: ErrorCode, message: string, details: ErrorDetails = {}) {
    super(message, details.cause === undefined ? undefined : { cause: details.cause });
    this.code = code;
    this.details = details;
  }

  toBody(): ErrorBody {
    const { hint, path, line, expected } = this.details;
    return {
      code: this.code,
      message: this.message,
      ...(hint !== undefined && { hint }),
      ...(path !== undefined && { path }),
      ...(line !== undefined && { line }),
      ...(expected !== undefined && {
        expected: Array.isArray(expected) ? expected.slice(0, MAX_EXPECTED) : expected,
      }),
    };
  }
}

/** The kind of an unexpected failure only: the texts of system errors hold paths of this machine. */
export function failureKind(error: unknown): string {
  const { name, code } = error instanceof Error ? (error as NodeJS.ErrnoException) : { name: typeof error };
  return typeof code === "string" ? code : name;
}

const MAX_QUOTED = 60;

/**
 * A value as messages quote it: on one line, shortened, without control and invisible characters.
 * Values come from callers and files, and messages are read by models and on terminals.
 */
export function quote(value: unknown): string {
  const text = typeof value === "string" ? value : json(value);
  const characters = [...visible(text.slice(0, 4 * MAX_QUOTED))];
  const cut = characters.length > MAX_QUOTED;
  const short = cut ? `${characters.slice(0, MAX_QUOTED - 1).join("")}…` : characters.join("");
  return typeof value === "string" ? `"${short}"` : short;
}

/** What is nested too deeply to be written is not worth showing either. */
function json(value: unknown): string {
  try {
    return JSON.stringify(value) ?? String(value);
  } catch {
    return Array.isArray(value) ? "[…]" : "{…}";
  }
}

/** Control, format and separator characters and lone surrogates become a space each. */
export function visible(text: string): string {
  return text.replace(/[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/gu, " ");
}
