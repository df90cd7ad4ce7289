/** ROADMAP.md after a phase was completed: its lines ticked and filled in, none removed. */
import { beginEdits, currentLine, finishEdits, type LineEdits, replaceLine } from "../markdown/line-edits.ts";
import { PROSE } from "../markdown/lines.ts";
import { type MarkdownText, readMarkdown } from "../markdown/sections.ts";
import { joinStrayBreaks } from "../markdown/stray-breaks.ts";
import { slugify } from "./naming.ts";
import { comparePhaseNumbers, formatPlain, type PhaseNumber } from "./phase.ts";
import { planKeyOf } from "./phase-plans.ts";
import { parsePlanFile } from "./plan-files.ts";
import { findRoadmapPhase, type RoadmapPhase, readRoadmapPlaces } from "./roadmap.ts";
import {
  completeLine,
  listNumbers,
  type PlanTally,
  readDoneStyle,
  tickBox,
  usualDateForm,
} from "./roadmap-edit-checklist.ts";
import { completeMilestoneRow, type MilestoneTally } from "./roadmap-edit-milestone.ts";
import { completeProgress, readProgressTables } from "./roadmap-edit-progress.ts";
import { type FieldLabel, readStatus } from "./roadmap-fields.ts";
import type { PhaseGroup } from "./roadmap-groups.ts";
import { type RoadmapPlan, readPlanLine } from "./roadmap-plans.ts";
import type { PhaseMention } from "./roadmap-scanner.ts";
import { versionKey } from "./version.ts";

export interface CompletedPhase {
  number: PhaseNumber;
  /** Version of the milestone that the phase belongs to, else the current one's; null where none is known. */
  milestone: string | null;
  /** Of the directory; tells phases of one number apart. */
  slug: string | null;
  planCount: number;
  doneCount: number;
  /** Keys of the done plans, as `planKeyOf` gives them. */
  planKeys: readonly string[];
  /** `YYYY-MM-DD`. */
  date: string;
  /** Of the whole milestone; absent where some of it cannot be counted. */
  whole?: MilestoneTally | null;
}

export interface RoadmapCompletion {
  text: string;
  changed: {
    /** A box, or what stands on its line. */
    checklist: boolean;
    /** Ids of the plans whose boxes were ticked, as written. */
    plans: string[];
    /** A row of a progress table, the phase's or its milestone's, or a `**Status:**` line. */
    progress: boolean;
    /** A `**Plans:** 1/2 complete` line. */
    plan_count: boolean;
  };
  /** False when the document has no such phase, or several and nothing tells which one is meant. */
  found: boolean;
}

/** Ticks and fills in what ROADMAP.md says about one phase of one milestone. Takes any text. */
export function completeRoadmapPhase(text: string, phase: CompletedPhase): RoadmapCompletion {
  const { roadmap, places } = readRoadmapPlaces(text);
  const { entry, candidates } = findRoadmapPhase(roadmap, phase.number, phase);
  const changed = { checklist: false, plans: [] as string[], progress: false, plan_count: false };
  if (!entry || !isMeant(entry, phase)) return { text, changed, found: false };
  const markdown = readMarkdown(joinStrayBreaks(text));
  const edits = beginEdits(text);
  const group = places.get(entry)!;
  const groups = [...places.values()];
  const usualStatus = readUsualStatus(groups);
  const tally: PlanTally = { done: phase.doneCount, total: phase.planCount };
  changed.checklist = completeBoxes(edits, markdown, group, groups, tally, phase.date);
  changed.plans = tickPlans(edits, markdown, group, phase);
  for (const mention of group.mentions) {
    if (fillPlanCount(edits, mention, tally)) changed.plan_count = true;
    if (completeStatus(edits, mention, usualStatus)) changed.progress = true;
  }
  const { number, name, milestone } = entry;
  const inTables = { number, name, milestone, hasRivals: candidates.length > 1 };
  if (completeProgress(edits, readProgressTables(markdown), inTables, tally, phase.date))
    changed.progress = true;
  if (phase.whole && completeMilestoneRow(edits, markdown, milestone ?? phase.milestone, phase.whole))
    changed.progress = true;
  return { text: finishEdits(edits), changed, found: true };
}

/** Another milestone's phase is never meant, unless the directory has its name. */
function isMeant({ milestone, name }: RoadmapPhase, phase: CompletedPhase): boolean {
  if (phase.milestone === null || milestone === null) return true;
  if (versionKey(milestone) === versionKey(phase.milestone)) return true;
  return phase.slug !== null && slugify(phase.slug) !== "" && slugify(phase.slug) === slugify(name);
}

function completeBoxes(
  edits: LineEdits,
  markdown: MarkdownText,
  group: PhaseGroup,
  groups: readonly PhaseGroup[],
  tally: PlanTally,
  date: string,
): boolean {
  const boxes = group.mentions.filter(({ kind }) => kind === "box");
  const headings = group.mentions.filter(({ kind, checked }) => kind === "heading" && checked === false);
  let changed = false;
  for (const { line } of headings) {
    if (replaceLine(edits, line - 1, tickBox(currentLine(edits, line - 1)))) changed = true;
  }
  if (boxes.length === 0) return changed;
  const own = new Set(boxes);
  const numbers = listNumbers(markdown);
  const lists = new Map<number, PhaseMention[]>(boxes.map(({ line }) => [numbers[line - 1]!, []]));
  const others = groups.flatMap(({ mentions }) =>
    mentions.filter((one) => one.kind === "box" && !own.has(one)),
  );
  others.sort((a, b) => a.line - b.line);
  for (const other of others) lists.get(numbers[other.line - 1]!)?.push(other);
  const form = usualDateForm(markdown.lines, others);
  const styles = new Map([...lists].map(([list, same]) => [list, readDoneStyle(markdown.lines, same, form)]));
  for (const box of boxes) {
    const style = styles.get(numbers[box.line - 1]!)!;
    const line = completeLine(currentLine(edits, box.line - 1), box, tally, style, date);
    if (replaceLine(edits, box.line - 1, line)) changed = true;
  }
  return changed;
}

/** Ticks the boxes of the phase's done plans, in its own sections and in flat lists; gives their ids. */
function tickPlans(
  edits: LineEdits,
  markdown: MarkdownText,
  group: PhaseGroup,
  phase: CompletedPhase,
): string[] {
  const keys = new Set(phase.planKeys);
  const plans = listedPlans(markdown, group).sort((a, b) => a.line - b.line);
  // Ids of another phase are its plans', except where directories were renumbered and names were not.
  const isForeign = ({ id }: RoadmapPlan): boolean => {
    const number = plannedPhase(id);
    return number !== null && comparePhaseNumbers(number, phase.number) !== 0;
  };
  const numbers = new Set(plans.flatMap(({ id }) => plannedPhase(id) ?? []).map(formatPlain));
  const isRenumbered = numbers.size === 1 && !numbers.has(formatPlain(phase.number));
  const ticked = new Set<string>();
  for (const plan of plans) {
    const key = planKeyOf(plan.id);
    if (plan.checked !== false || key === null || !keys.has(key) || (isForeign(plan) && !isRenumbered))
      continue;
    if (replaceLine(edits, plan.line - 1, tickBox(currentLine(edits, plan.line - 1)))) ticked.add(plan.id);
  }
  return [...ticked];
}

/** The phase in a plan's id: 4 in `04-01`; null for `01` and `GAP-2`. */
function plannedPhase(id: string): PhaseNumber | null {
  const file = parsePlanFile(`${id}-PLAN.md`);
  return file === null || file === "lookalike" || file.number === null ? null : file.phase;
}

/** Every line that lists one of the phase's plans, repeated ones too. */
function listedPlans({ lines, mask }: MarkdownText, { mentions, loosePlans }: PhaseGroup): RoadmapPlan[] {
  const byLine = new Map<number, RoadmapPlan>();
  for (const plan of loosePlans) byLine.set(plan.line, plan);
  for (const { line, lastLine, reader } of mentions) {
    for (const plan of reader.fields.plans) byLine.set(plan.line, plan);
    for (let index = line; index < lastLine; index++) {
      if (mask[index] !== PROSE || byLine.has(index + 1)) continue;
      const plan = readPlanLine(lines[index]!.trim(), false, index + 1);
      if (plan) byLine.set(plan.line, plan);
    }
  }
  return [...byLine.values()];
}

const FRACTION = /^(~?\d{1,9}|\?|TBD)(\s?\/\s?)(\d{1,9}|\?|TBD)(?!\w)/i;

/** `**Plans:** 1/3 plans complete`, `**Plans**: TBD`, and `6 plans` where some were added since. */
function fillPlanCount(edits: LineEdits, { reader }: PhaseMention, { done, total }: PlanTally): boolean {
  if (total === 0) return false;
  for (const label of reader.labels) {
    if (label.field !== "plans" || label.value === "") continue;
    const fraction = FRACTION.exec(label.value);
    const unit = total === 1 ? "plan" : "plans";
    if (/^TBD$/i.test(label.value)) return replaceValue(edits, label, `${done}/${total} ${unit} complete`);
    const count = /^(\d{1,9})( plan)s?$/i.exec(label.value);
    if (count && Number(count[1]) < total) return replaceValue(edits, label, `${total}${count[2]}s`);
    if (!fraction) continue;
    const rest = label.value.slice(fraction[0].length);
    return replaceValue(edits, label, `${done}${fraction[2]}${total}${rest}`);
  }
  return false;
}

const STATUS_WORD =
  /^(?:[^\p{L}\p{N}\s]+\s?)?(?:pending|not started|in[ -]progress|planned|active|ready(?: to (?:plan|execute))?|blocked)(?!\p{L})/iu;

/** EriRPG's `**Status:** pending`, in the words of the document's completed phases. */
function completeStatus(edits: LineEdits, { reader }: PhaseMention, usualStatus: string | null): boolean {
  const label = reader.labels.find(({ field, value }) => field === "status" && readStatus(value) !== null);
  const old = label && STATUS_WORD.exec(label.value);
  if (!label || !old || readStatus(label.value) !== false) return false;
  const word = old[0].replace(/^[^\p{L}]+/u, "");
  const capital =
    word === word.toUpperCase() ? "COMPLETE" : word[0] === word[0]!.toUpperCase() ? "Complete" : "complete";
  const done = usualStatus ?? capital;
  return replaceValue(edits, label, done + label.value.slice(old[0].length));
}

/** The first status line of the document that is nothing but a word for complete. */
function readUsualStatus(groups: readonly PhaseGroup[]): string | null {
  for (const { mentions } of groups) {
    for (const { reader } of mentions) {
      const done = reader.labels.find(
        ({ field, value }) =>
          field === "status" && /^(?:[✅✓✔☑]\uFE0F?\s?)?(?:complete|completed|done)$/iu.test(value),
      );
      if (done) return done.value;
    }
  }
  return null;
}

/** Replaces what stands behind a label; spaces at the line's end stay. */
function replaceValue(edits: LineEdits, { line, value }: FieldLabel, text: string): boolean {
  const old = currentLine(edits, line - 1);
  const end = old.trimEnd().length;
  return replaceLine(edits, line - 1, old.slice(0, end - value.length) + text + old.slice(end));
}
