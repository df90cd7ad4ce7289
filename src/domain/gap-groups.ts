/** Which gaps belong together: disjoint groups of at most three, by what binds gaps most. */
import { compareText } from "./diagnostic.ts";
import type { Gap } from "./gap.ts";
import { filesOf, pathsIn } from "./gap-files.ts";
import { subjectsOf } from "./gap-names.ts";

const MAX_GROUP = 3;
/** How many gaps of a mentioned file are tried before a mention joins none. */
const MAX_OWNERS = 4;

/** A gap among the others. */
export interface Node {
  gap: Gap;
  /** Place in the order of all gaps. */
  index: number;
  files: string[];
  /** Nodes that must be done before. */
  after: Set<Node>;
}

export interface Group {
  nodes: Node[];
  why: Set<string>;
}

/**
 * Groups gaps, given in their order: by a requirement in common or a mention of another's file, then by files
 * in common, the rarest first, then by technical domain, inside a phase first; gaps of no known domain by
 * directory; what is left, inside one phase, by a word that titles have in common.
 */
export function bindGaps(gaps: readonly Gap[]): Group[] {
  const nodes = gaps.map((gap, index): Node => ({ gap, index, files: filesOf(gap), after: new Set() }));
  completePaths(nodes);
  const groups = new Groups();
  const byFile = bucket(nodes, ({ files }) => files);
  joinAll(groups, bucket(nodes, requirementOf), "same requirement");
  joinDependents(groups, nodes, byFile);
  joinAll(groups, byFile, "share");
  const open = (some: readonly Node[]): Node[] =>
    some.filter((node) => groups.of(node).nodes.length < MAX_GROUP);
  const phases = [...bucket(open(nodes), phaseOf).values()];
  for (const same of phases) joinAll(groups, bucket(same, domainOf), "same domain:");
  joinAll(groups, bucket(open(nodes), domainOf), "same domain:");
  joinAll(groups, bucket(open(nodes).filter(hasNoDomain), directoriesOf), "same directory:");
  for (const same of phases) joinAll(groups, bucket(open(same), subjectWords), "same subject:");
  for (const same of phases) joinAll(groups, bucket(open(same).filter(hasNoDomain), phaseOf), "same phase:");
  return groups.all(nodes);
}

function requirementOf({ gap }: Node): string[] {
  return gap.requirement === null ? [] : [gap.requirement];
}

function hasNoDomain({ gap }: Node): boolean {
  return gap.category === "other";
}

function domainOf(node: Node): string[] {
  return hasNoDomain(node) ? [] : [node.gap.category];
}

function subjectWords({ gap }: Node): string[] {
  return [...subjectsOf(gap.title).keys()];
}

function phaseOf({ gap }: Node): string[] {
  return gap.phase === null ? [] : [gap.phase];
}

/** Directories with a parent: `src` alone binds nothing. */
function directoriesOf({ files }: Node): string[] {
  const directories = files.map((path) => path.slice(0, Math.max(path.lastIndexOf("/"), 0)));
  return [...new Set(directories.filter((directory) => directory.includes("/")))];
}

/** `Chat.tsx` is `src/chat/Chat.tsx` when only one path that a gap names ends so. */
function completePaths(nodes: readonly Node[]): void {
  const full = new Map<string, string | null>();
  for (const path of nodes.flatMap(({ files }) => files)) {
    const at = path.lastIndexOf("/");
    if (at < 0) continue;
    const name = path.slice(at + 1);
    full.set(name, full.has(name) && full.get(name) !== path ? null : path);
  }
  for (const node of nodes) node.files = [...new Set(node.files.map((path) => full.get(path) ?? path))];
}

/** Nodes by each of their names, in order. */
export function bucket(nodes: readonly Node[], namesOf: (node: Node) => string[]): Map<string, Node[]> {
  const buckets = new Map<string, Node[]>();
  for (const node of nodes) {
    for (const name of namesOf(node)) {
      const same = buckets.get(name);
      if (same) same.push(node);
      else buckets.set(name, [node]);
    }
  }
  return buckets;
}

/** Disjoint groups of at most MAX_GROUP nodes. */
class Groups {
  readonly #of = new Map<Node, Group>();

  of(node: Node): Group {
    let group = this.#of.get(node);
    if (!group) {
      group = { nodes: [node], why: new Set() };
      this.#of.set(node, group);
    }
    return group;
  }

  /** Makes one group of two when it is not too large; false when it would be. */
  join(a: Group, b: Group, why: string): boolean {
    if (a !== b) {
      if (a.nodes.length + b.nodes.length > MAX_GROUP) return false;
      for (const node of b.nodes) {
        a.nodes.push(node);
        this.#of.set(node, a);
      }
      for (const reason of b.why) a.why.add(reason);
    }
    a.why.add(why);
    return true;
  }

  all(nodes: readonly Node[]): Group[] {
    return [...new Set(nodes.map((node) => this.of(node)))];
  }
}

/** Small buckets first: a file that two gaps share binds them more than one that twenty share. */
function joinAll(groups: Groups, buckets: ReadonlyMap<string, readonly Node[]>, why: string): void {
  const order = [...buckets].filter(([, nodes]) => nodes.length > 1);
  order.sort(([a, first], [b, second]) => first.length - second.length || compareText(a, b));
  for (const [name, nodes] of order) pack(groups, nodes, `${why} ${name}`);
}

/** Joins the groups of a bucket's nodes, in order, so that as many as possible are full. */
function pack(groups: Groups, nodes: readonly Node[], why: string): void {
  const singles: Group[] = [];
  const pairs: Group[] = [];
  for (const group of new Set(nodes.map((node) => groups.of(node)))) {
    if (group.nodes.length >= MAX_GROUP) continue;
    const partner = group.nodes.length === 1 ? (pairs.pop() ?? singles.pop()) : singles.pop();
    if (!partner) (group.nodes.length === 1 ? singles : pairs).push(group);
    else if (groups.join(partner, group, why) && partner.nodes.length < MAX_GROUP) pairs.push(partner);
  }
}

/** A gap whose texts mention another's file waits for it: what it builds on is done first. */
function joinDependents(
  groups: Groups,
  nodes: readonly Node[],
  byFile: ReadonlyMap<string, readonly Node[]>,
): void {
  const byName = new Map<string, string | null>();
  for (const path of byFile.keys()) {
    const name = path.slice(path.lastIndexOf("/") + 1);
    byName.set(name, byName.has(name) ? null : path);
  }
  for (const node of nodes) {
    for (const mention of mentionsOf(node.gap)) {
      const path = byFile.has(mention) ? mention : (byName.get(mention) ?? "");
      if (path === "" || node.files.includes(path)) continue;
      const owners = (byFile.get(path) ?? [])
        .slice(0, MAX_OWNERS)
        .filter((owner) => owner !== node && !owner.after.has(node));
      const why = `one builds on ${path}, which another completes`;
      const joined = owners.find((owner) => groups.join(groups.of(owner), groups.of(node), why));
      const owner = joined ?? owners[0];
      if (owner) node.after.add(owner);
    }
  }
}

function mentionsOf({ title, reason, missing, artifacts, root_cause }: Gap): string[] {
  const found = [...pathsIn(title), ...pathsIn(reason ?? ""), ...pathsIn(root_cause ?? "")];
  for (const item of missing) found.push(...pathsIn(item));
  for (const { issue } of artifacts) if (issue !== null) found.push(...pathsIn(issue));
  return found;
}
