/** Which milestone is current, by what ROADMAP.md and STATE.md say; never a guess. */
import type { Diagnostic } from "./diagnostic.ts";
import type { Roadmap } from "./roadmap.ts";
import type { MilestoneMention } from "./roadmap-milestones.ts";
import type { StateFile } from "./state-file.ts";
import { versionKey } from "./version.ts";

/** What a milestone was told by, in order of trust. */
export type MilestoneSource =
  | "current_milestone_heading"
  | "milestone_list"
  | "heading_in_progress"
  | "milestone_heading"
  | "state"
  | "roadmap_title"
  | "only_version";

export interface CurrentMilestone {
  /** Without `v`. */
  version: string;
  /** "" where nothing names it. */
  name: string;
  source: MilestoneSource;
}

export interface MilestoneReading {
  milestone: CurrentMilestone | null;
  /** True when the project says that no milestone is current. */
  between: boolean;
  diagnostics: Diagnostic[];
}

const ROADMAP = ".planning/ROADMAP.md";
const STATE = ".planning/STATE.md";
const MAX_CANDIDATES = 10;

interface Candidate {
  version: string;
  name: string;
  path: string;
  line: number;
}

/** The first level at which anything stands decides; several versions on that level are ambiguous. */
export function currentMilestone(roadmap: Roadmap | null, state: StateFile | null): MilestoneReading {
  for (const [source, candidates] of levels(roadmap, state)) {
    if (candidates === "none") return { milestone: null, between: true, diagnostics: [] };
    const distinct = new Map<string, Candidate>();
    for (const candidate of candidates) {
      const key = versionKey(candidate.version);
      if (!distinct.has(key)) distinct.set(key, candidate);
    }
    const [first] = distinct.values();
    if (!first) continue;
    if (distinct.size > 1) {
      return { milestone: null, between: false, diagnostics: [ambiguous([...distinct.values()])] };
    }
    const known = roadmap?.milestones.find(
      ({ version }) => versionKey(version) === versionKey(first.version),
    );
    const name = candidates.find((candidate) => candidate.name !== "")?.name ?? known?.name ?? "";
    return {
      milestone: { version: known?.version ?? first.version, name, source },
      between: false,
      diagnostics: [],
    };
  }
  return { milestone: null, between: false, diagnostics: [] };
}

function* levels(
  roadmap: Roadmap | null,
  state: StateFile | null,
): Generator<[MilestoneSource, Candidate[] | "none"]> {
  const shipped = new Set(
    roadmap?.milestones.flatMap(({ version, status }) => (status === "shipped" ? [versionKey(version)] : [])),
  );
  const mentions = (roadmap?.mentions ?? []).filter(({ version }) => !shipped.has(versionKey(version)));
  const open = mentions.filter(({ inDetails }) => !inDetails);

  // 1. `## Current Milestone: vX`; its `None` is an answer, not a gap to fill.
  const named = open.filter(({ kind }) => kind === "current_heading");
  yield ["current_milestone_heading", toCandidates(named)];
  if (roadmap && roadmap.noCurrentLine !== null) yield ["current_milestone_heading", "none"];
  // 2. An entry of `## Milestones` with 🔄, 🚧 or `(in progress)`.
  const current = mentions.filter(({ status }) => status === "current");
  yield ["milestone_list", toCandidates(current.filter(({ kind }) => kind === "list"))];
  // 3. A heading with the same; inside `<details>` only when the whole milestone is wrapped in it.
  const inProgress = current.filter(({ kind }) => kind !== "list" && kind !== "title");
  yield ["heading_in_progress", toCandidates(inProgress.filter(({ inDetails }) => !inDetails))];
  yield ["heading_in_progress", toCandidates(inProgress)];
  // 4. `## Milestone: vX`, unless it says that it is only planned.
  const plain = open.filter(({ kind, status }) => kind === "milestone_heading" && status === "unknown");
  yield ["milestone_heading", toCandidates(plain)];
  // 5. STATE.md.
  const stated = state?.milestones ?? [];
  yield [
    "state",
    stated.flatMap(({ version, name, line }) =>
      version === null ? [] : [{ version, name, path: STATE, line }],
    ),
  ];
  if (stated.some(({ version }) => version === null)) yield ["state", "none"];
  // 6. The version in ROADMAP.md's title, then the only version that is not a shipped milestone's.
  yield ["roadmap_title", toCandidates(open.filter(({ kind }) => kind === "title"))];
  yield ["only_version", roadmap ? remaining(roadmap) : []];
}

function toCandidates(mentions: readonly MilestoneMention[]): Candidate[] {
  return mentions.map(({ version, name, line }) => ({ version, name, path: ROADMAP, line }));
}

/** Where milestones are named at all, versions in prose are noise: `prevents repeating v1.0.3`. */
function remaining({ milestones, versions }: Roadmap): Candidate[] {
  const open = milestones.filter(({ status }) => status !== "shipped");
  const places = milestones.length > 0 ? open : versions.map((version) => ({ ...version, name: "" }));
  return places.map(({ version, name, line }) => ({ version, name, path: ROADMAP, line }));
}

function ambiguous(candidates: readonly Candidate[]): Diagnostic {
  const named = candidates.slice(0, MAX_CANDIDATES).map(({ version, line }) => `v${version} (line ${line})`);
  const more = candidates.length > MAX_CANDIDATES ? ` and ${candidates.length - MAX_CANDIDATES} more` : "";
  const { path, line } = candidates[0]!;
  return {
    code: "AMBIGUOUS_MILESTONE",
    severity: "warning",
    message: `several milestones look current: ${named.join(", ")}${more}; say which with \`## Current Milestone: vX.Y\` in ROADMAP.md`,
    path,
    line,
  };
}
