/** Gap phases as they are to be written: numbered, named, and with the gaps that each report contributes. */
import { PlanningError, quote } from "../errors.ts";
import { oneLine } from "./gap.ts";
import type { GapGroup } from "./gap-phases.ts";
import type { CollectedGap } from "./gaps.ts";
import { shorten, slugify } from "./naming.ts";
import {
  comparePhaseNumbers,
  formatPadded,
  formatPlain,
  isBacklog,
  type PhaseNumber,
  parsePhaseNumber,
} from "./phase.ts";
import { roadmapName } from "./roadmap-edit-values.ts";

/** A group as a caller gives it; what it leaves out is made from its gaps. */
export interface WantedGroup {
  name: string;
  goal?: string;
  gaps: string[];
  requirements?: string[];
  success_criteria?: string[];
}

export interface GapPhase {
  number: PhaseNumber;
  id: string;
  plain: string;
  /** With the `Gap - ` that marks it. */
  name: string;
  /** Directory name: `06-gap-message-wiring`. */
  dirName: string;
  goal: string;
  /** `Phase 3 Verification: Messages persist (gap-0123456789ab)`. */
  addresses: string[];
  successCriteria: string[];
  requirements: string[];
  /** Keys. */
  gaps: string[];
  /** Where they come from, for STATE.md: `Phase 3 gaps, Phase 4 UAT, Audit`. */
  from: string;
}

/** The number after the highest of all; the backlog's 999.x does not count. */
export function nextPhaseNumber(numbers: readonly PhaseNumber[]): PhaseNumber {
  const highest = numbers
    .filter((number) => !isBacklog(number))
    .sort(comparePhaseNumbers)
    .at(-1);
  return { major: (highest?.major ?? 0) + 1, letter: "", decimals: [] };
}

/** The proposals of collect_gaps as a caller would give them. */
export function proposedGroups(groups: readonly GapGroup[]): WantedGroup[] {
  return groups.map(({ name, goal, gaps }) => ({ name, goal, gaps }));
}

/**
 * Holds the caller's groups against the open gaps: unknown keys and one gap in two groups are refused; gaps that a
 * phase addresses already are left out, and groups of nothing else with them.
 */
export function checkGroups(groups: readonly WantedGroup[], open: readonly CollectedGap[]): WantedGroup[] {
  const byKey = new Map(open.map((gap) => [gap.key, gap]));
  const taken = new Map<string, string>();
  return groups.flatMap((group) => {
    const gaps = [...new Set(group.gaps)].filter((key) => {
      const gap = byKey.get(key);
      if (!gap) {
        throw new PlanningError("INVALID_ARGUMENT", `groups: ${quote(key)} is no open gap.`, {
          hint: "Take the keys from collect_gaps.",
          expected: open.map((one) => one.key),
        });
      }
      const other = taken.get(key);
      if (other !== undefined) {
        throw new PlanningError(
          "INVALID_ARGUMENT",
          `groups: ${key} stands in ${quote(other)} and in ${quote(group.name)}.`,
          {
            expected: "each gap in one group",
          },
        );
      }
      taken.set(key, group.name);
      return gap.addressed_by.length === 0;
    });
    return gaps.length > 0 ? [{ ...group, gaps }] : [];
  });
}

const MAX_NAME = 60;
const MAX_LINE = 200;
const WHOLE = Number.MAX_SAFE_INTEGER;

/** Numbers and words the phases of the groups, in their order. */
export function planGapPhases(
  groups: readonly WantedGroup[],
  open: readonly CollectedGap[],
  first: PhaseNumber,
): GapPhase[] {
  const byKey = new Map(open.map((gap) => [gap.key, gap]));
  return groups.map((group, index) => {
    const number = { ...first, major: first.major + index };
    const gaps = group.gaps.map((key) => byKey.get(key)!);
    const given = shorten(oneLine(group.name, WHOLE).replace(/^(?:gap\s*-\s*)+/i, ""), MAX_NAME);
    const short = /[\p{L}\p{N}]/u.test(given) ? roadmapName(given) : "Open gaps";
    const slug = slugify(short);
    return {
      number,
      id: formatPadded(number),
      plain: formatPlain(number),
      name: `Gap - ${short}`,
      dirName: `${formatPadded(number)}-gap${slug && `-${slug}`}`,
      goal:
        oneLine(group.goal ?? "", WHOLE) || `Close ${gaps.length === 1 ? "the gap" : "the gaps"}: ${short}`,
      addresses: gaps.map(
        (gap) => `${sourceOf(gap, "Verification")}: ${oneLine(gap.title, MAX_LINE)} (${gap.key})`,
      ),
      successCriteria: lines(group.success_criteria) ?? gaps.map((gap) => oneLine(gap.title, MAX_LINE)),
      requirements: lines(group.requirements) ?? [...new Set(gaps.flatMap((gap) => gap.requirement ?? []))],
      gaps: group.gaps,
      from: [...new Set(gaps.map((gap) => sourceOf(gap, "gaps")))].join(", "),
    };
  });
}

function lines(given: readonly string[] | undefined): string[] | undefined {
  const kept = given?.map((line) => oneLine(line, MAX_LINE)).filter((line) => line !== "");
  return kept && kept.length > 0 ? kept : undefined;
}

/** `Phase 3 Verification`, `Phase 4 UAT`, `Audit`. */
function sourceOf({ source, phase }: CollectedGap, verification: string): string {
  if (source === "audit" || phase === null) return verification === "gaps" ? "Audit" : "Milestone Audit";
  const number = parsePhaseNumber(phase);
  return `Phase ${number ? formatPlain(number) : phase} ${source === "uat" ? "UAT" : verification}`;
}
