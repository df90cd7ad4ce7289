/** The addresses of what clients can read without calling a tool: `planning://roadmap`, `planning://phases/3`. */

export interface DocumentResource {
  /** Its address, and its file relative to the root. */
  uri: string;
  path: string;
  name: string;
  title: string;
  description: string;
  mimeType: string;
}

export interface ResourceTemplate {
  uriTemplate: string;
  name: string;
  title: string;
  description: string;
  mimeType: string;
}

export const MARKDOWN = "text/markdown";
export const JSON_TYPE = "application/json";

/** The project's documents, in the order of the list. */
export const DOCUMENTS: readonly DocumentResource[] = [
  {
    uri: "planning://roadmap",
    path: ".planning/ROADMAP.md",
    name: "roadmap",
    title: "Roadmap",
    description: "Milestones and phases: ROADMAP.md",
    mimeType: MARKDOWN,
  },
  {
    uri: "planning://state",
    path: ".planning/STATE.md",
    name: "state",
    title: "Project state",
    description: "Where the project stands: STATE.md",
    mimeType: MARKDOWN,
  },
  {
    uri: "planning://requirements",
    path: ".planning/REQUIREMENTS.md",
    name: "requirements",
    title: "Requirements",
    description: "What is required, and which phase does it: REQUIREMENTS.md",
    mimeType: MARKDOWN,
  },
  {
    uri: "planning://config",
    path: ".planning/config.json",
    name: "config",
    title: "Configuration",
    description: "config.json as it is written; project_status gives the values in effect",
    mimeType: JSON_TYPE,
  },
];

export const PHASE_TEMPLATE = "planning://phases/{phase}";
export const PLAN_TEMPLATE = "planning://phases/{phase}/plans/{plan}";

export const TEMPLATES: readonly ResourceTemplate[] = [
  {
    uriTemplate: PHASE_TEMPLATE,
    name: "phase",
    title: "Phase",
    description: "State, goal, plans and documents of a phase, as discover_phase answers",
    mimeType: JSON_TYPE,
  },
  {
    uriTemplate: PLAN_TEMPLATE,
    name: "plan",
    title: "Plan",
    description: "A plan file of a phase; {plan} is its id or number",
    mimeType: MARKDOWN,
  },
];

export type ResourceAddress =
  | { kind: "document"; document: DocumentResource }
  | { kind: "phase"; phase: string }
  | { kind: "plan"; phase: string; plan: string };

const SCHEME = /^planning:\/\//i;
/** More than any name of a directory and a plan together. */
const LONGEST = 4_096;

/** What an address means, or null for one of no known form. Hosts may write scheme and host in capitals. */
export function parseResourceUri(uri: string): ResourceAddress | null {
  if (uri.length > LONGEST || !SCHEME.test(uri)) return null;
  const [host = "", ...rest] = uri.slice("planning://".length).split("/");
  const parts = rest.map(decoded);
  if (parts.includes("")) return null;
  const [phase, plans, plan] = parts;
  if (host.toLowerCase() !== "phases") {
    const document = DOCUMENTS.find((one) => one.uri === `planning://${host.toLowerCase()}`);
    return document && parts.length === 0 ? { kind: "document", document } : null;
  }
  if (parts.length === 1) return { kind: "phase", phase: phase! };
  return parts.length === 3 && plans === "plans" ? { kind: "plan", phase: phase!, plan: plan! } : null;
}

/** "" for what is no percent encoding. */
function decoded(part: string): string {
  try {
    return decodeURIComponent(part);
  } catch {
    return "";
  }
}

/** The address of a phase, by number or directory name. */
export function phaseUri(phase: string): string {
  return `planning://phases/${encodeURIComponent(phase)}`;
}
