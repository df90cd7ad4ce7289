/** Which mentions in ROADMAP.md are one phase, and which milestone it belongs to. */
import { slugify } from "./naming.ts";
import { comparePhaseNumbers, formatPlain, type PhaseNumber, parsePhaseNumber } from "./phase.ts";
import { fitsRanges, type PhaseRange, type RoadmapMilestone } from "./roadmap-milestones.ts";
import type { RoadmapPlan } from "./roadmap-plans.ts";
import type { PhaseMention, RoadmapScan } from "./roadmap-scanner.ts";
import { versionKey } from "./version.ts";

/** The mentions of one phase of one milestone. */
export interface PhaseGroup {
  milestone: string | null;
  mentions: PhaseMention[];
  /** Its first heading. */
  heading: PhaseMention | null;
  /** Slugs of the mentions' names, once asked for. */
  slugs: Set<string> | null;
  /** Plan lines that stand outside the phase's own sections. */
  loosePlans: RoadmapPlan[];
}

/** Bounds that no real file comes near, so that hostile ones stay linear. */
const MAX_MILESTONES = 500;
const MAX_RANGES = 1_000;

type Groups = Map<string, PhaseGroup[]>;

/**
 * One group for each phase of each milestone. A mention outside every milestone section (GSD's `## Phase Details`)
 * joins the milestone whose range, list or being in progress claims it, as far as that is unambiguous.
 */
export function groupMentions(scan: RoadmapScan, milestones: readonly RoadmapMilestone[]): PhaseGroup[] {
  const spelling = new Map(milestones.map(({ version }) => [versionKey(version), version]));
  const byPlace = new Map<string, PhaseGroup>();
  const byNumber: Groups = new Map();
  const open = (number: string, milestone: string | null): PhaseGroup => {
    const group = { milestone, mentions: [], heading: null, slugs: null, loosePlans: [] };
    const same = byNumber.get(number);
    if (same) same.push(group);
    else byNumber.set(number, [group]);
    return group;
  };
  const keys = new Map<string, string>();
  const keyOf = (version: string): string => {
    const key = keys.get(version) ?? versionKey(version);
    keys.set(version, key);
    return key;
  };
  const groupOf = (number: string, version: string): PhaseGroup => {
    const key = keyOf(version);
    const place = `${key} ${number}`;
    const group = byPlace.get(place) ?? open(number, spelling.get(key) ?? version);
    byPlace.set(place, group);
    return group;
  };

  const free = new Map<string, PhaseMention[]>();
  for (const mention of scan.phases) {
    const number = formatPlain(mention.title.number);
    if (mention.version !== null) put(groupOf(number, mention.version), mention);
    else if (free.has(number)) free.get(number)!.push(mention);
    else free.set(number, [mention]);
  }
  const claims = claimsOf(scan, milestones);
  for (const [number, mentions] of free) {
    const assigned = [...(byNumber.get(number) ?? [])];
    for (const cluster of clusterByName(mentions)) {
      const home = findHome(cluster, assigned, claims);
      const group = home === null ? null : groupOf(number, home);
      const target = group && !areRivals(cluster, group) ? group : open(number, null);
      for (const mention of cluster) put(target, mention);
    }
  }
  attachLoosePlans(scan, byNumber);
  return [...byNumber.values()].flat().filter(({ mentions }) => mentions.length > 0);
}

function put(group: PhaseGroup, mention: PhaseMention): void {
  group.mentions.push(mention);
  group.slugs?.add(slugOf(mention));
  if (mention.kind === "heading") group.heading ??= mention;
}

function slugOf({ title }: PhaseMention): string {
  return slugify(title.name);
}

function slugsOf(group: PhaseGroup): Set<string> {
  group.slugs ??= new Set(group.mentions.map(slugOf));
  return group.slugs;
}

/**
 * Mentions of one number outside every milestone: a heading and a list line are one phase; two headings with
 * different names are two, since numbers restart in files whose milestones have no version.
 */
function clusterByName(mentions: readonly PhaseMention[]): PhaseMention[][] {
  if (mentions.length === 1) return [[...mentions]];
  const clusters: PhaseMention[][] = [];
  const bySlug = new Map<string, PhaseMention[]>();
  const lacksHeading = new Set<PhaseMention[]>();
  const lacksItem = new Set<PhaseMention[]>();
  for (const mention of mentions) {
    const isHeading = mention.kind === "heading";
    const lacking = isHeading ? lacksHeading : lacksItem;
    const slug = slugOf(mention);
    let cluster = bySlug.get(slug);
    if (!cluster && lacking.size === 1) [cluster] = lacking;
    if (!cluster) {
      cluster = [];
      clusters.push(cluster);
      (isHeading ? lacksItem : lacksHeading).add(cluster);
    }
    lacking.delete(cluster);
    cluster.push(mention);
    if (!bySlug.has(slug)) bySlug.set(slug, cluster);
  }
  return clusters;
}

/** What milestones say about phases outside their sections. */
interface Claims {
  ranged: { version: string; shipped: boolean; ranges: PhaseRange[] }[];
  shipped: Set<string>;
  /** The one milestone in progress, or the one that the file is about; null for none or several. */
  only: string | null;
}

function claimsOf({ mentions, phases }: RoadmapScan, milestones: readonly RoadmapMilestone[]): Claims {
  const shipped = new Set(
    milestones.flatMap(({ version, status }) => (status === "shipped" ? [versionKey(version)] : [])),
  );
  const ranges = new Map<string, PhaseRange[]>();
  let count = 0;
  for (const mention of mentions) {
    const key = versionKey(mention.version);
    if (mention.ranges.length === 0 || ranges.has(key)) continue;
    count += mention.ranges.length;
    if (count > MAX_RANGES) break;
    ranges.set(key, mention.ranges);
  }
  const current = milestones.filter(({ status }) => status === "current");
  const firstPhase = phases[0]?.line ?? Number.POSITIVE_INFINITY;
  const open = new Set(mentions.flatMap((one) => (one.inDetails ? [] : [versionKey(one.version)])));
  const about = milestones.filter(
    ({ version, status, line }) => status === "unknown" && line < firstPhase && open.has(versionKey(version)),
  );
  const candidates = current.length > 0 ? current : about;
  return {
    ranged: [...ranges].map(([version, ranges]) => ({
      version,
      shipped: shipped.has(version),
      ranges,
    })),
    shipped,
    only: candidates.length === 1 ? candidates[0]!.version : null,
  };
}

function findHome(
  cluster: readonly PhaseMention[],
  assigned: readonly PhaseGroup[],
  { ranged, shipped, only }: Claims,
): string | null {
  if (cluster.some(({ backlog }) => backlog) || assigned.length > MAX_MILESTONES) return null;
  const { number } = cluster[0]!.title;
  const slugs = assigned.length > 0 ? cluster.map(slugOf) : [];
  const alike = assigned.filter((group) => slugs.some((slug) => slugsOf(group).has(slug)));
  const isLive = ({ milestone }: PhaseGroup) => !shipped.has(versionKey(milestone!));

  // 1. A range in the list of milestones: exact before inserted (6.1 in 5-6), a live milestone before shipped ones.
  const claims = ranged.filter(({ ranges }) => fitsRanges(number, ranges) > 0);
  for (const fit of [2, 1]) {
    const claiming = claims.filter(({ ranges }) => fitsRanges(number, ranges) === fit);
    const live = claiming.filter((claim) => !claim.shipped);
    const sole = claiming.length === 1 ? claiming[0] : live.length === 1 ? live[0] : undefined;
    if (!sole) continue;
    const taken = assigned.some((group) => versionKey(group.milestone!) === sole.version);
    const [namesake] = alike;
    return taken && alike.length === 1 ? namesake!.milestone : sole.version;
  }
  // 2. The same name in a milestone's section.
  const named = alike.length > 1 ? alike.filter(isLive) : alike;
  if (named.length === 1) return named[0]!.milestone;
  // 3. The only milestone that has this number.
  if (assigned.length === 1 && isLive(assigned[0]!)) return assigned[0]!.milestone;
  // 4. The only milestone in progress, unless its range begins later.
  if (only === null || assigned.some((group) => versionKey(group.milestone!) === versionKey(only)))
    return null;
  const range = ranged.find(({ version }) => version === versionKey(only))?.ranges ?? [];
  return range.every(({ from }) => comparePhaseNumbers(from, number) > 0) && range.length > 0 ? null : only;
}

/** A heading outside the milestone's sections with another name than the milestone's own is another phase. */
function areRivals(cluster: readonly PhaseMention[], { heading }: PhaseGroup): boolean {
  const other = cluster.find(({ kind }) => kind === "heading");
  return heading !== null && other !== undefined && slugOf(other) !== slugOf(heading);
}

/** A plan line outside every phase belongs to the phase that its id names: `25-01-PLAN.md` in a flat list. */
function attachLoosePlans({ loosePlans }: RoadmapScan, byNumber: Groups): void {
  for (const { plan, version } of loosePlans) {
    const number = phaseOfPlan(plan.id);
    const groups = (number && byNumber.get(formatPlain(number))) ?? [];
    if (groups.length > MAX_MILESTONES) continue;
    const key = version === null ? null : versionKey(version);
    const own = groups.filter(({ milestone }) => (milestone === null ? null : versionKey(milestone)) === key);
    const [group] = own.length > 0 ? own : groups;
    if (group && (own.length === 1 || groups.length === 1)) group.loosePlans.push(plan);
  }
}

function phaseOfPlan(id: string): PhaseNumber | null {
  const dash = id.indexOf("-");
  return dash < 0 ? null : parsePhaseNumber(id.slice(0, dash));
}
