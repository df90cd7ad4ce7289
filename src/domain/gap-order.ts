/** The orders gaps stand in. */
import { compareText } from "./diagnostic.ts";
import { GAP_SEVERITIES, type Gap, type GapSeverity } from "./gap.ts";
import { comparePhaseNumbers, parsePhaseNumber } from "./phase.ts";

/** By phase number, those of no phase last. */
export function comparePhaseIds(a: string | null, b: string | null): number {
  if (a === b) return 0;
  const [first, second] = [parsePhaseNumber(a ?? ""), parsePhaseNumber(b ?? "")];
  if (first && second) return comparePhaseNumbers(first, second) || compareText(a!, b!);
  return first ? -1 : second ? 1 : compareText(a ?? "\uffff", b ?? "\uffff");
}

/** By phase, report, line and key: total, so that no order of input shows. */
export function compareGaps(a: Gap, b: Gap): number {
  return (
    comparePhaseIds(a.phase, b.phase) ||
    compareText(a.path, b.path) ||
    a.line - b.line ||
    compareText(a.key, b.key)
  );
}

/** 0 for blocker, 3 for cosmetic. */
export function severityRank(severity: GapSeverity): number {
  return GAP_SEVERITIES.indexOf(severity);
}
