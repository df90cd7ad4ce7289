/** What clients can read without calling a tool, and which files stand behind it. */
import { takePage } from "../domain/page.ts";
import type { Phase } from "../domain/phase-index.ts";
import { findPlan } from "../domain/plan-argument.ts";
import {
  DOCUMENTS,
  type DocumentResource,
  JSON_TYPE,
  MARKDOWN,
  parseResourceUri,
  phaseUri,
  TEMPLATES,
} from "../domain/resource-uri.ts";
import { PlanningError, quote, visible } from "../errors.ts";
import { describePhase } from "./phase-description.ts";
import { ISSUE_FOLDERS, type PlanStatus, type Workspace } from "./workspace.ts";

/** An entry of the list, in the protocol's words. */
export interface ListedResource {
  uri: string;
  name: string;
  title: string;
  description?: string;
  mimeType: string;
  /** Bytes of the file. */
  size?: number;
  annotations?: { lastModified: string };
}

export interface ResourcePage {
  resources: ListedResource[];
  nextCursor?: string;
}

export interface ResourceText {
  mimeType: string;
  text: string;
}

/** There is no such resource, or nothing can be read of it. */
export class ResourceNotFound extends Error {
  override readonly name = "ResourceNotFound";
  /** What there is instead, where that helps. */
  readonly expected: readonly string[];

  constructor(message: string, expected: readonly string[] = []) {
    super(message);
    this.expected = expected;
  }
}

/**
 * The documents that there are, then every phase that has a directory, in pages. Plans are not listed: there may be
 * ten thousand, and they are found by their template. Throws INVALID_ARGUMENT for a cursor that is not ours.
 */
export function listResources(workspace: Workspace, cursor?: string): ResourcePage {
  const documents = DOCUMENTS.filter(({ path }) => workspace.files.isFile(path));
  const phases = workspace.phases().filter(({ directory }) => directory !== null);
  const entries: (DocumentResource | Phase)[] = [...documents, ...phases];
  const page = takePage(
    { resources: { entries, bytes: Number.POSITIVE_INFINITY } },
    cursor === undefined ? {} : { cursor },
  );
  return {
    resources: page.lists.resources.map((entry) =>
      "uri" in entry ? listedDocument(workspace, entry) : listedPhase(workspace, entry),
    ),
    ...(page.next_cursor !== null && { nextCursor: page.next_cursor }),
  };
}

/** The addresses of all entries of the list. */
export function resourceUris(workspace: Workspace): string[] {
  return [...documentUris(workspace), ...workspace.directories().map(({ name }) => phaseUri(name))];
}

function listedDocument(workspace: Workspace, { path, ...document }: DocumentResource): ListedResource {
  const facts = workspace.files.facts(path);
  return {
    ...document,
    ...(facts && { size: facts.bytes, annotations: { lastModified: facts.modified.toISOString() } }),
  };
}

function listedPhase(workspace: Workspace, phase: Phase): ListedResource {
  const directory = phase.directory!;
  const times = [...workspace.fileNames(directory).values()].flatMap(
    (path) => workspace.files.facts(path)?.modified.getTime() ?? [],
  );
  return {
    uri: phaseUri(directory.name),
    name: directory.name,
    title: `Phase ${phase.ref.number}: ${phase.ref.name}`,
    mimeType: JSON_TYPE,
    ...(times.length > 0 && {
      annotations: {
        lastModified: new Date(times.reduce((last, time) => Math.max(last, time))).toISOString(),
      },
    }),
  };
}

/** Throws ResourceNotFound. */
export function readResource(workspace: Workspace, uri: string): ResourceText {
  const found = locate(workspace, uri);
  if (found.kind === "phase") {
    return { mimeType: JSON_TYPE, text: JSON.stringify(describePhase(workspace, found.phase), null, 2) };
  }
  const { path, mimeType } =
    found.kind === "document" ? found.document : { path: found.plan.path, mimeType: MARKDOWN };
  const text = workspace.files.text(path);
  if (text === null) {
    const why =
      workspace.files.diagnostics.find((one) => one.path === path)?.message ?? "there is no such file";
    throw new ResourceNotFound(`${visible(path)}: ${why}`, documentUris(workspace));
  }
  return { mimeType, text: text.replace(/^\uFEFF/, "") };
}

/**
 * Files and directories, relative to the root, whose changes change the resource; also those that are not there yet.
 * Throws ResourceNotFound.
 */
export function pathsOfResource(workspace: Workspace, uri: string): string[] {
  const found = locate(workspace, uri);
  if (found.kind === "document") return [found.document.path];
  const places = (found.phase.directory?.places ?? []).map(({ path }) => path);
  // A phase's directory moves with its state, so what stands above it counts too.
  const above = ["", "/pending", "/active", "/completed"].map((state) => `.planning/phases${state}`);
  if (found.kind === "plan") return [found.plan.path, ...above];
  return [...places, ...above, ".planning/ROADMAP.md", ".planning/STATE.md", ...ISSUE_FOLDERS];
}

type Located =
  | { kind: "document"; document: DocumentResource }
  | { kind: "phase"; phase: Phase }
  | { kind: "plan"; phase: Phase; plan: PlanStatus };

function locate(workspace: Workspace, uri: string): Located {
  const address = parseResourceUri(uri);
  if (!address) {
    const known = [...DOCUMENTS.map((one) => one.uri), ...TEMPLATES.map(({ uriTemplate }) => uriTemplate)];
    throw new ResourceNotFound(`There is no resource ${quote(uri)}.`, known);
  }
  if (address.kind === "document") return address;
  try {
    const phase = workspace.findPhase(address.phase);
    if (address.kind === "phase") return { kind: "phase", phase };
    const plans = phase.directory ? workspace.plans(phase.directory).plans : [];
    return { kind: "plan", phase, plan: findPlan(plans, phase.number, address.plan) };
  } catch (error) {
    if (!(error instanceof PlanningError)) throw error;
    const { expected } = error.toBody();
    throw new ResourceNotFound(visible(error.message), Array.isArray(expected) ? expected : []);
  }
}

function documentUris(workspace: Workspace): string[] {
  return DOCUMENTS.filter(({ path }) => workspace.files.isFile(path)).map(({ uri }) => uri);
}
