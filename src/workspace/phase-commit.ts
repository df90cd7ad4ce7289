/** Which files the commit of a workflow step records, and what it says. */
import { type CommitKind, commitSubject } from "../domain/commit-subject.ts";
import { readResolutions } from "../domain/gap-resolution.ts";
import { formatPadded, parsePhaseNumber } from "../domain/phase.ts";
import { type PhaseDirectory, placesOf } from "../domain/phase-directories.ts";
import type { Phase } from "../domain/phase-index.ts";
import { findPlan } from "../domain/plan-argument.ts";
import { parsePlanFile } from "../domain/plan-files.ts";
import { classifyReport } from "../domain/report-files.ts";
import { readMarkdown } from "../markdown/sections.ts";
import { type CommitReason, filesInLastCommit, uncommittedFiles } from "./commit.ts";
import { requireCorrections } from "./corrections.ts";
import { splitPath } from "./directory-handle.ts";
import type { Trouble } from "./git-trouble.ts";
import { requireDirectory } from "./phase-move.ts";
import { auditReport } from "./reports.ts";
import { isTrouble } from "./repository.ts";
import type { Workspace } from "./workspace.ts";

const ROADMAP = ".planning/ROADMAP.md";
const STATE = ".planning/STATE.md";

/** What completing a phase may change beside its directory. */
export const COMPLETION_DOCUMENTS = [ROADMAP, STATE, ".planning/REQUIREMENTS.md"];

/** What a step's commit is made of. */
export interface CommitSelection {
  subject: string;
  /** Relative to the root: files, or directories with all that is in them. Why git cannot tell, where that is so. */
  paths: string[] | Trouble<CommitReason>;
  /** Of `plan_complete`: the plan has no summary, or one that says that it is blocked. */
  isPremature?: boolean;
}

export interface CommitStep {
  kind: CommitKind;
  phase: Phase;
  /** Of `plan_complete`: an id or a number. */
  plan?: string;
  /** Of `corrections`. */
  paths?: readonly string[];
}

export async function selectForCommit(workspace: Workspace, step: CommitStep): Promise<CommitSelection> {
  const { kind, phase } = step;
  const subject = commitSubject(kind, phase.ref);
  if (kind === "corrections") {
    return { subject, paths: await requireCorrections(workspace.root, step.paths ?? []) };
  }
  if (kind === "gap_phases") return selectGapPhases(workspace, phase);
  const directory = requireDirectory(phase);
  const places = placesOf(directory);
  switch (kind) {
    case "activate":
      return { subject, paths: places };
    case "phase_complete":
      return { subject, paths: [...places, ...COMPLETION_DOCUMENTS] };
    case "plans": {
      const files = await uncommittedFiles(workspace.root, places);
      return {
        subject,
        paths: isTrouble(files) ? files : [...files.filter(isPlanningFile), ROADMAP, STATE],
      };
    }
    case "plan_complete": {
      const plan = findPlan(workspace.plans(directory).plans, phase.number, step.plan ?? "");
      const names = [plan.plan.file, ...(plan.summary === null ? [] : [plan.summary])];
      const files = places.flatMap((place) => names.map((name) => `${place}/${name}`));
      const { id, slug } = phase.ref;
      const parts = { id, slug: plan.plan.slug || slug, number: plan.number };
      return {
        subject: commitSubject(kind, parts),
        paths: [...files, STATE],
        isPremature: !plan.done,
      };
    }
  }
}

/** What planning a phase leaves in its directory; `.gitkeep` held the place until then. */
function isPlanningFile(path: string): boolean {
  const [, name] = splitPath(path);
  const plan = parsePlanFile(name);
  if (plan !== null && plan !== "lookalike") return plan.kind === "plan";
  return name === ".gitkeep" || /^(?:.+-)?(?:CONTEXT|RESEARCH)\.md$/.test(name);
}

/** The directories that no commit has yet, and the reports that say which phase takes care of their gaps. */
async function selectGapPhases(workspace: Workspace, phase: Phase): Promise<CommitSelection> {
  const { root } = workspace;
  const dirty = await uncommittedFiles(root, [".planning"]);
  if (isTrouble(dirty)) return { subject: commitSubject("gap_phases", phase.ref), paths: dirty };
  const known = directoriesOf(await filesInLastCommit(root, [".planning/phases"]));
  const announced = gapPhaseNumbers(workspace);
  const directories = workspace.directories().filter((directory) => {
    const places = placesOf(directory);
    const isNew = !places.some((place) => known.has(place)) && dirty.some((path) => isBelow(path, places));
    return isNew && (directory.name === phase.directory?.name || isGapPhase(directory, announced));
  });
  const ids = directories.map(({ number }) => formatPadded(number));
  const audit = auditReport(workspace)?.path;
  const reports = dirty.filter((path) => {
    const isReport = path === audit || isPhaseReport(path);
    return isReport && (workspace.files.read(path, "whole", hasResolution, "resolution") ?? false);
  });
  return {
    subject: commitSubject("gap_phases", { ...phase.ref, ...(ids.length > 0 && { ids: [...new Set(ids)] }) }),
    paths: [ROADMAP, STATE, ...reports, ...directories.flatMap(placesOf)],
  };
}

/** Every directory on the way to the files. */
function directoriesOf(files: readonly string[]): Set<string> {
  const directories = new Set<string>();
  for (const file of files) {
    for (let [at] = splitPath(file); at !== "" && !directories.has(at); [at] = splitPath(at))
      directories.add(at);
  }
  return directories;
}

function isBelow(path: string, places: readonly string[]): boolean {
  return places.some((place) => path.startsWith(`${place}/`));
}

function isGapPhase({ slug, number }: PhaseDirectory, announced: ReadonlySet<string>): boolean {
  return /^gap(?:-|$)/i.test(slug) || announced.has(formatPadded(number));
}

/** Those of `## Gap Phases Added` in STATE.md. */
function gapPhaseNumbers(workspace: Workspace): Set<string> {
  const entries = workspace.state()?.gapPhases ?? [];
  return new Set(
    entries.flatMap(({ text }) => {
      const number = parsePhaseNumber(/^Phase\s+([\dA-Za-z.]+?)\.?(?=[\s:]|$)/i.exec(text)?.[1] ?? "");
      return number ? [formatPadded(number)] : [];
    }),
  );
}

function isPhaseReport(path: string): boolean {
  return path.startsWith(".planning/phases/") && classifyReport(splitPath(path)[1]) !== null;
}

function hasResolution(text: string): boolean {
  return readResolutions(readMarkdown(text)).length > 0;
}
