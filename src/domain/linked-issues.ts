/** Issues linked to a phase, from STATE.md and from the issue files' front matter, each once. */
import { asText, asTextList, readFrontmatter } from "../markdown/frontmatter.ts";
import { readMarkdown } from "../markdown/sections.ts";
import { trimEndOf } from "../markdown/trim.ts";
import { compareText, type Diagnostic } from "./diagnostic.ts";
import { formatGithubReference, type GithubReference, readGithubReference } from "./github-reference.ts";
import { slugify } from "./naming.ts";
import { comparePhaseNumbers, type PhaseNumber, parsePhaseArgument, parsePhaseDirectory } from "./phase.ts";
import { frontmatterDiagnostics } from "./plan.ts";
import type { StateFile, StateIssue } from "./state-file.ts";

export interface LinkedIssue {
  title: string;
  /** `#12` or `owner/repo#12`. */
  github: string | null;
  /** Path relative to the root. */
  path: string | null;
  source: "pending" | "milestone_scope" | "issue_file";
}

/** Which phase links are compared with. */
export interface LinkTarget {
  number: PhaseNumber;
  dirName: string | null;
}

/** An issue file, read once for all phases. */
export interface IssueFile {
  path: string;
  title: string;
  github: GithubReference | null;
  phases: string[];
  /** About its front matter. */
  diagnostics: Diagnostic[];
}

/** An issue on its way through the sources. */
interface Draft {
  title: string;
  github: GithubReference | null;
  path: string | null;
  source: LinkedIssue["source"];
}

/**
 * Entries of STATE.md first, in their order, then the files that only name the phase themselves, by path.
 * An entry and its file are one issue: same path, same file name in another state's folder, or same number.
 */
export function linkedIssues(
  phase: LinkTarget,
  state: StateFile | null,
  files: readonly IssueFile[],
): LinkedIssue[] {
  const issueFiles = [...files].sort((a, b) => compareText(a.path, b.path));
  const filesBy = createIndex<IssueFile>();
  for (const file of issueFiles) register(filesBy, file);
  const drafts: Draft[] = [];
  const draftsBy = createIndex<Draft>();
  const add = (draft: Draft) => {
    const known = lookUp(draftsBy, draft);
    const kept = known ?? draft;
    if (known) {
      known.github = mostExact(known.github, draft.github);
      known.path ??= draft.path;
    } else {
      drafts.push(draft);
    }
    register(draftsBy, kept);
  };
  const addEntry = (entry: StateIssue, file: IssueFile | undefined, source: LinkedIssue["source"]) => {
    const github = mostExact(entry.github, file?.github ?? null);
    add({ title: entry.title || (file?.title ?? ""), github, path: file?.path ?? entry.path, source });
  };

  for (const entry of state?.pendingIssues ?? []) {
    if (entry.phase !== null && meansPhase(entry.phase, phase))
      addEntry(entry, lookUp(filesBy, entry), "pending");
  }
  for (const entry of state?.milestoneScopeIssues ?? []) {
    const file = lookUp(filesBy, entry);
    const links = entry.phase === null ? (file?.phases ?? []) : [entry.phase];
    if (links.some((link) => meansPhase(link, phase))) addEntry(entry, file, "milestone_scope");
  }
  for (const { path, title, github, phases } of issueFiles) {
    if (phases.some((link) => meansPhase(link, phase))) add({ title, github, path, source: "issue_file" });
  }
  return drafts.map(({ title, github, path, source }) => ({
    title,
    github: github && formatGithubReference(github),
    path,
    source,
  }));
}

/** Reads an issue file, of which the first kilobytes are enough. */
export function readIssueFile(text: string, path: string): IssueFile {
  const frontmatter = readFrontmatter(text);
  const { data } = frontmatter;
  return {
    path,
    title: asText(data.title) ?? readMarkdown(text).headings[0]?.text ?? fileName(path).replace(/\.md$/, ""),
    github: readGithubReference(asText(data.provenance) ?? ""),
    phases: asTextList(data.linked_phase),
    diagnostics: frontmatterDiagnostics(frontmatter, path),
  };
}

/** What an issue can be recognised by. */
interface Identified {
  path: string | null;
  github: GithubReference | null;
}

type Index<T> = Map<string, T>;

function createIndex<T extends Identified>(): Index<T> {
  return new Map();
}

/** Files an issue under everything that it can be recognised by; the first under a key stays. */
function register<T extends Identified>(index: Index<T>, issue: T): void {
  for (const key of [...pathKeys(issue.path), ...numberKeys(issue.github)]) {
    if (!index.has(key)) index.set(key, issue);
  }
}

function lookUp<T extends Identified>(index: Index<T>, { path, github }: Identified): T | undefined {
  for (const key of pathKeys(path)) {
    if (index.has(key)) return index.get(key);
  }
  if (!github) return undefined;
  // `#12` is `owner/repo#12` as far as anything says; the same number of two repositories is two issues.
  const [exact, any] = numberKeys(github);
  return (
    index.get(exact!) ??
    index.get(github.repository === null ? any! : numberKeys({ ...github, repository: null })[0]!)
  );
}

/** An issue file keeps its name when it moves from `open/` to `in-progress/`. */
function pathKeys(path: string | null): string[] {
  if (path === null) return [];
  return /(?:^|\/)(?:issues|todos)\//.test(path)
    ? [`path ${path}`, `name ${fileName(path)}`]
    : [`path ${path}`];
}

function numberKeys(github: GithubReference | null): string[] {
  return github ? [`number ${formatGithubReference(github).toLowerCase()}`, `any ${github.number}`] : [];
}

function fileName(path: string): string {
  return path.slice(path.lastIndexOf("/") + 1);
}

function mostExact(a: GithubReference | null, b: GithubReference | null): GithubReference | null {
  return a && b && a.repository === null && a.number === b.number ? b : (a ?? b);
}

/**
 * `3`, `03-chat`, `Phase 3`, `3:` and `3 (Chat)` mean phase 3. Where link and directory both have a slug, they must
 * agree: numbers restart with each milestone in older projects.
 */
function meansPhase(link: string, { number, dirName }: LinkTarget): boolean {
  const text = link.trim().replace(/^Phase\s+/i, "");
  const word = trimEndOf(/^\S+/.exec(text)?.[0] ?? "", ".,:;)");
  const exact = dirName !== null && (text === dirName || word === dirName);
  const argument = parsePhaseArgument(word);
  if (exact || !argument) return exact;
  if (comparePhaseNumbers(argument.number, number) !== 0) return false;
  if (argument.kind === "number" || dirName === null) return true;
  const [linked, own] = [argument.name, dirName].map((name) =>
    slugify(parsePhaseDirectory(name)?.slug ?? ""),
  );
  return linked === "" || own === "" || linked === own;
}
