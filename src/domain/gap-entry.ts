/** One YAML entry of a gap list, in any of the spellings that tools and people give its fields. */
import { asBoolean, asMapping, asText, asTextList, type Yaml } from "../markdown/frontmatter.ts";
import { type Artifact, draftOf, type GapDraft } from "./gap.ts";
import { artifactFromText, pathsIn } from "./gap-files.ts";
import { saysNone, type YamlEntry } from "./gap-yaml.ts";

type Fields = Record<string, Yaml>;

const TITLES = [
  "truth",
  "title",
  "description",
  "name",
  "gap",
  "connection",
  "flow",
  "must_have",
  "summary",
  "issue",
];
const REASONS = ["reason", "issue", "evidence", "details", "detail", "reported", "notes", "note", "impact"];
const DONE_BY = [
  "closed_by",
  "closed_in",
  "closed_at",
  "resolved_by",
  "resolved_in",
  "resolved_at",
  "fixed_by",
  "fixed_in",
];
const DONE = ["closed", "resolved", "fixed"];
const ARTIFACTS = ["artifacts", "artifact", "files", "affected_files", "file", "path"];
const MISSING = ["missing", "fix", "fixes", "action", "actions", "remediation"];
const REQUIREMENTS = ["requirement", "requirement_id", "req_id", "req", "requirements"];

const REQUIREMENT_ID = /^[A-Z][A-Z0-9]*(?:-[A-Z][A-Z0-9]*)*-\d+[a-z]?$/;
const LEADING_ID = /^\[?([A-Z][A-Z0-9]*(?:-[A-Z][A-Z0-9]*){0,4}-\d+[a-z]?)\]?[ \t]*[:—–-]/;

/** The requirement that a text names first (`BRAND-03: …`), or null; `GAP-1` numbers the gap itself. */
export function leadingRequirement(text: string): string | null {
  return requirementId(LEADING_ID.exec(text.slice(0, 100))?.[1] ?? "");
}

/** The text when it is the id of a requirement, else null. */
export function requirementId(text: string): string | null {
  const id = text.trim();
  return id.length <= 60 && REQUIREMENT_ID.test(id) && !id.startsWith("GAP-") ? id : null;
}

export function entryToDraft({ line, group, value }: YamlEntry): GapDraft {
  if (typeof value === "string") {
    return draftOf(line, value, { requirement: leadingRequirement(value) });
  }
  const id = asText(value.id);
  const title = titleOf(value);
  return draftOf(line, title, {
    status: asText(value.status),
    reason: reasonOf(value, title),
    severity: asText(value.severity) ?? asText(value.priority),
    artifacts: ARTIFACTS.flatMap((key) => toArtifacts(value[key])),
    missing: MISSING.flatMap((key) => toTexts(value[key])).filter((text) => !saysNone(text)),
    requirement:
      requirementOf(value) ?? (group === "flows" ? null : leadingRequirement(id ? `${id}:` : title)),
    rootCause: asText(value.root_cause) ?? asText(value.cause),
    closed: isDone(value),
    tests: testNumbers(value.test ?? value.tests),
  });
}

function titleOf(fields: Fields): string {
  for (const key of TITLES) {
    const text = scalarOf(fields[key]);
    if (text !== null) return text;
  }
  const [from, to] = [
    asText(fields.from_phase) ?? asText(fields.from),
    asText(fields.to_phase) ?? asText(fields.to),
  ];
  if (from !== null && to !== null) return `${from} → ${to}`;
  const last = asText(fields.id) ?? asText(fields.reason) ?? asText(fields.evidence);
  return last ?? (scalarOf(fields) || "");
}

/** A scalar, or the `key: value` that an unquoted colon made of one. */
function scalarOf(value: Yaml | undefined): string | null {
  const fields = asMapping(value);
  if (!fields) return asText(value);
  const pairs = Object.entries(fields).flatMap(([key, entry]) => {
    const text = asText(entry);
    return text === null ? [] : [`${key}: ${text}`];
  });
  return pairs.length === 0 ? null : pairs.slice(0, 8).join("; ");
}

function reasonOf(fields: Fields, title: string): string | null {
  const given =
    REASONS.map((key) => scalarOf(fields[key])).find((text) => text !== null && text !== title) ?? null;
  const broken = asText(fields.broken_at);
  if (broken === null) return given;
  return given === null ? `Broken at ${broken}` : `${given} (broken at ${broken})`;
}

function requirementOf(fields: Fields): string | null {
  for (const key of REQUIREMENTS) {
    for (const text of asTextList(fields[key])) {
      const id = requirementId(text) ?? leadingRequirement(text);
      if (id !== null) return id;
    }
  }
  return null;
}

function isDone(fields: Fields): boolean {
  if (DONE.some((key) => asBoolean(fields[key]) === true)) return true;
  return DONE_BY.some((key) => {
    const text = scalarOf(fields[key]) ?? asTextList(fields[key]).join(" ");
    return text !== "" && !saysNone(text) && !/^(?:false|no|tbd|pending|open|-)$/i.test(text);
  });
}

function toArtifacts(value: Yaml | undefined): Artifact[] {
  if (value === undefined || value === null) return [];
  const items = Array.isArray(value) ? value : [value];
  return items.flatMap((item): Artifact[] => {
    if (typeof item === "string") return item.trim() === "" || isNoFile(item) ? [] : [artifactFromText(item)];
    const fields = asMapping(item);
    if (!fields) return [];
    const path = asText(fields.path) ?? asText(fields.file) ?? asText(fields.artifact) ?? asText(fields.name);
    const issue = ["issue", "reason", "problem", "status", "note", "provides"].map((key) =>
      asText(fields[key]),
    );
    if (path !== null && isNoFile(path)) return [];
    if (path !== null)
      return [{ path: path.replaceAll("`", ""), issue: issue.find((text) => text !== null) ?? null }];
    const text = scalarOf(fields);
    return text === null ? [] : [artifactFromText(text)];
  });
}

/** `none`, `(none)`, `N/A - docs only`; not `none.ts`. */
function isNoFile(text: string): boolean {
  return saysNone(text) && pathsIn(text.trim().split(/\s/, 1)[0]!).length === 0;
}

function toTexts(value: Yaml | undefined): string[] {
  const items = Array.isArray(value) ? value : [value ?? null];
  return items.flatMap((item) => scalarOf(item) ?? []);
}

/** `5`, `Test 5`, `[5, 7]`, `feed filters (after Test 2)`. */
function testNumbers(value: Yaml | undefined): string[] {
  return asTextList(value).flatMap((text) =>
    /^[\d.]+[a-z]?$/.test(text)
      ? [text]
      : [...text.slice(0, 300).matchAll(/\btests?\s+#?(\d+(?:\.\d+)*[a-z]?)/gi)].map(([, number]) => number!),
  );
}
