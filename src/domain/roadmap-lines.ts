/** Where ROADMAP.md speaks of a phase. */
import { type RoadmapPhase, readRoadmapPlaces } from "./roadmap.ts";

/** The lines `start` to `end` - 1, from 0, of every place that names the phase: its sections first, then list lines. */
export function roadmapLines(text: string, phase: RoadmapPhase): { start: number; end: number }[] {
  for (const [entry, { mentions }] of readRoadmapPlaces(text).places) {
    if (entry.line !== phase.line) continue;
    const rank = ({ kind }: (typeof mentions)[number]): number => Number(kind !== "heading");
    return [...mentions]
      .sort((a, b) => rank(a) - rank(b) || a.line - b.line)
      .map(({ line, lastLine }) => ({ start: line - 1, end: lastLine }));
  }
  return [];
}
