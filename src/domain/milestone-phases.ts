/** To which milestone a phase belongs that ROADMAP.md no longer names, and which milestones are history. */
import type { PhaseNumber } from "./phase.ts";
import type { Roadmap } from "./roadmap.ts";
import { fitsRanges } from "./roadmap-milestones.ts";
import { versionKey } from "./version.ts";

/** True when ROADMAP.md says that the milestone was shipped. */
export function isShipped(roadmap: Roadmap, version: string | null): boolean {
  if (version === null) return false;
  const key = versionKey(version);
  return roadmap.milestones.some((one) => one.status === "shipped" && versionKey(one.version) === key);
}

/**
 * The version of the milestone whose range (`Phases 1-4`) has the number, once its phases are collapsed. Null where
 * none has it; where several do, since numbers restart, the last that ROADMAP.md does not call shipped, else none.
 */
export function milestoneByRange(roadmap: Roadmap, number: PhaseNumber): string | null {
  const fits = roadmap.mentions.map((mention) => ({ mention, fit: fitsRanges(number, mention.ranges) }));
  const best = Math.max(0, ...fits.map(({ fit }) => fit));
  if (best === 0) return null;
  const versions = new Map(
    fits.flatMap(({ mention, fit }) =>
      fit === best ? [[versionKey(mention.version), mention.version]] : [],
    ),
  );
  if (versions.size === 1) return [...versions.values()][0]!;
  const open = [...versions.values()].filter((version) => !isShipped(roadmap, version));
  return open.length === 1 ? open[0]! : null;
}
