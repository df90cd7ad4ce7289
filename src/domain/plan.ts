/** What a plan and its summary say. */
import { quote } from "../errors.ts";
import {
  asBoolean,
  asText,
  asTextList,
  type Frontmatter,
  keyLine,
  readFrontmatter,
  type Yaml,
} from "../markdown/frontmatter.ts";
import { readMarkdown } from "../markdown/sections.ts";
import type { Diagnostic } from "./diagnostic.ts";
import { isNoFile } from "./file-entry.ts";
import { shorten } from "./naming.ts";
import { readPlanList } from "./plan-list.ts";
import { type PlanTags, readTags } from "./plan-tags.ts";

const MAX_OBJECTIVE = 200;

/** The fields of a plan's front matter that schedule it. */
export interface PlanFields {
  wave: number | null;
  /** Entries as written. */
  dependsOn: string[];
  dependsOnLine: number | undefined;
  /** False when there may be dependencies that could not be read. */
  dependsOnWhole: boolean;
  /** Entries as written. */
  filesModified: string[];
  filesModifiedLine: number | undefined;
  /** False when there may be files that could not be read. */
  filesModifiedWhole: boolean;
  autonomous: boolean;
  gapClosure: boolean;
  /** An explicit `name` or `title`, which few plans have. */
  name: string | null;
  objective: string | null;
  sourceIssues: string[];
}

export interface PlanReading {
  fields: PlanFields;
  diagnostics: Diagnostic[];
}

const NO_DEPENDENCY = /^[([]?(?:none|nothing|nil|n\/a|-|—|)[)\]]?$/i;

/** Reads a plan's front matter; `path` is only for diagnostics. Never throws. */
export function readPlanFields(text: string, path: string): PlanReading {
  const frontmatter = readFrontmatter(text);
  const { data } = frontmatter;
  const diagnostics = frontmatterDiagnostics(frontmatter, path);
  if (!frontmatter.present && frontmatter.problems.length === 0 && text.trim() !== "") {
    diagnostics.push({
      code: "NO_FRONTMATTER",
      severity: "warning",
      message: "the plan has no front matter: no wave, dependencies or files are known",
      path,
      line: 1,
    });
  }
  const field = (name: string, expected: string): void => {
    diagnostics.push({
      code: "INVALID_FRONTMATTER",
      severity: "warning",
      message: `\`${name}\` is ${quote(data[name])}; expected ${expected}`,
      path,
      line: keyLine(frontmatter, name),
    });
  };
  const wave = readWave(data.wave);
  if (wave === null && asText(data.wave) !== null) field("wave", "a whole number such as 1");
  const autonomous = asBoolean(data.autonomous);
  if (autonomous === null && asText(data.autonomous) !== null) field("autonomous", "true or false");
  const dependsOn = readPlanList(frontmatter, "depends_on");
  const filesModified = readPlanList(frontmatter, "files_modified");
  const odd = (key: string, expected: string, line: number | undefined): void => {
    diagnostics.push({
      code: "INVALID_FRONTMATTER",
      severity: "warning",
      message: `\`${key}\` holds more than texts, so not all of it may have been read; expected ${expected}`,
      path,
      line,
    });
  };
  if (dependsOn.state === "odd") odd("depends_on", 'a list such as ["04-01"]', dependsOn.line);
  if (filesModified.state === "odd") odd("files_modified", "a list of paths", filesModified.line);
  return {
    fields: {
      wave,
      dependsOn: dependsOn.entries.filter((entry) => !NO_DEPENDENCY.test(entry)),
      dependsOnLine: dependsOn.line,
      dependsOnWhole: dependsOn.state === "whole",
      filesModified: filesModified.entries.filter((entry) => !isNoFile(entry)),
      filesModifiedLine: filesModified.line,
      filesModifiedWhole: filesModified.state === "whole",
      autonomous: autonomous ?? true,
      gapClosure: isGapClosure(data),
      name: asText(data.name) ?? asText(data.title),
      objective: asText(data.objective),
      sourceIssues: readSourceIssues(frontmatter),
    },
    diagnostics,
  };
}

/** One value or a list of them. */
function readSourceIssues(frontmatter: Frontmatter): string[] {
  const number = unquotedNumber(frontmatter, "source_issue");
  return number === null ? asTextList(frontmatter.data.source_issue) : [number];
}

/** `source_issue: #99` is an empty value with a comment to YAML, and an issue to whoever wrote it. */
function unquotedNumber(frontmatter: Frontmatter, key: string): string | null {
  const line = frontmatter.data[key] === null ? keyLine(frontmatter, key) : undefined;
  const written = line === undefined ? "" : frontmatter.lines[line - 2]!;
  return /^[^:]*:[ \t]+(#[1-9]\d{0,8})(?:[ \t]+#.*)?[ \t]*$/.exec(written)?.[1] ?? null;
}

/** One diagnostic for each part of a front matter block that could not be read. */
export function frontmatterDiagnostics(frontmatter: Frontmatter, path: string): Diagnostic[] {
  return frontmatter.problems.map(({ line, message }) => ({
    code: "INVALID_FRONTMATTER",
    severity: "warning",
    message: `front matter: ${message}`,
    path,
    line,
  }));
}

function readWave(value: Yaml | undefined): number | null {
  const text = asText(value);
  return text !== null && /^\d{1,6}(?:\.0+)?$/.test(text) ? Number(text) : null;
}

/** `gap_closure: true`, or the types that real gap plans carry instead. */
function isGapClosure(data: Record<string, Yaml>): boolean {
  const flag = asBoolean(data.gap_closure);
  return flag ?? /^gap(?:[-_ ]closure)?$/i.test(asText(data.type) ?? "");
}

/** What a plan's body says: its objective's first line and the files its tasks name. */
export type PlanBody = PlanTags;

/** Reads tags outside code; a plan without tags has its objective under a heading. */
export function readPlanBody(text: string): PlanBody {
  const markdown = readMarkdown(text);
  const { lines, mask } = markdown;
  const body = readTags(lines, mask);
  let { objective } = body;
  if (objective === null) {
    const heading = markdown.headings.find(({ text: title }) => /^(?:objective|goal)\b/i.test(title));
    if (heading) objective = firstProse(lines, mask, heading.index + 1);
  }
  return { ...body, objective: objective && shorten(plain(objective), MAX_OBJECTIVE) };
}

function firstProse(lines: readonly string[], mask: Uint8Array, start: number): string | null {
  for (let index = start; index < lines.length; index++) {
    if (mask[index] !== 0) continue;
    const text = lines[index]!.trim();
    if (text.startsWith("#")) return null;
    if (text !== "") return text;
  }
  return null;
}

function plain(text: string): string {
  return text
    .replace(/\*\*|__/g, "")
    .replace(/\s+/g, " ")
    .trim();
}

/** What a summary says of its plan. */
export interface SummaryReading {
  /** Its one-line result, at most 200 characters. */
  outcome: string | null;
  /** The word that makes the plan count as not done (`blocked`, `halted`, `failed`), or null. */
  blocked: string | null;
  /** `YYYY-MM-DD` and perhaps a time, or null. */
  completed: string | null;
  diagnostics: Diagnostic[];
}

/** Reads a summary, of which the first kilobytes are enough; `path` is only for diagnostics. */
export function readSummary(text: string, path: string): SummaryReading {
  const frontmatter = readFrontmatter(text);
  const status = asText(frontmatter.data.status)?.toLowerCase() ?? "";
  return {
    outcome: readOutcome(text),
    blocked: /^(?:blocked|halted|failed)\b/.exec(status)?.[0] ?? null,
    completed: /^\d{4}-\d{2}-\d{2}.{0,30}/.exec(asText(frontmatter.data.completed) ?? "")?.[0] ?? null,
    diagnostics: frontmatterDiagnostics(frontmatter, path),
  };
}

const METADATA = /^\*\*([^*]+?)(?::\*\*|\*\*:)\s*(.*)$/;
const OUTCOME_LABEL = /^(?:one[- ]?liner|outcome|result|summary)$/i;

/** The first sentence line after the title, which is where summaries say what came out. */
function readOutcome(text: string): string | null {
  const { lines, mask } = readMarkdown(text);
  for (let index = 0; index < lines.length; index++) {
    if (mask[index] !== 0) continue;
    const line = lines[index]!.trim();
    if (line === "" || line.startsWith("# ") || /^(?:[-*_] ?){3,}$/.test(line) || /^[|>]/.test(line))
      continue;
    const heading = /^##+ (.*)$/.exec(line);
    if (heading) {
      if (OUTCOME_LABEL.test(heading[1]!.trim())) continue;
      return null;
    }
    const metadata = METADATA.exec(line);
    if (metadata && !OUTCOME_LABEL.test(metadata[1]!.trim())) continue;
    const outcome = plain(metadata ? metadata[2]! : line);
    if (outcome !== "") return shorten(outcome, MAX_OBJECTIVE);
  }
  return null;
}
