/** Marking requirements complete in REQUIREMENTS.md. */
import { joinText, splitText } from "../markdown/lines.ts";
import { addCell, setCell } from "../markdown/table-cell.ts";
import { completedCell, ownCompleteWord } from "./requirement-status.ts";
import { REQUIREMENT_PLACES, type RequirementLine, readRequirements } from "./requirements.ts";

export interface CompletedRequirements {
  text: string;
  /** Ids of which a row or a box was changed. */
  updated: string[];
  /** Ids whose lines said complete before. */
  already: string[];
  /** Ids with a line that says blocked, deferred or the like: none of their lines changes. */
  blocked: string[];
  /** Ids without a line of their own that could say complete. */
  not_found: string[];
}

/**
 * Sets the Status cells and ticks the boxes of these ids, compared as they are written. A line about several ids
 * changes only when all of them are given. Lines in `<details>` count where an id has none outside; those folded as
 * shipped or previous never change.
 */
export function completeRequirements(text: string, ids: readonly string[]): CompletedRequirements {
  const wanted = new Set(ids);
  const all = readRequirements(text);
  const lines = nearest(all, wanted);
  const held = new Set(lines.flatMap((line) => (line.state === "held" ? line.ids : [])));
  const changed = lines.filter(
    ({ state, place, ids }) =>
      state === "open" && place !== "past" && ids.every((id) => wanted.has(id) && !held.has(id)),
  );
  const updated = new Set(changed.flatMap((line) => line.ids));
  const complete = new Set(lines.flatMap((line) => (line.state === "complete" ? line.ids : [])));
  const result: CompletedRequirements = {
    text: changed.length === 0 ? text : applyTo(text, changed, all),
    updated: [],
    already: [],
    blocked: [],
    not_found: [],
  };
  for (const id of wanted) {
    if (held.has(id)) result.blocked.push(id);
    else if (updated.has(id)) result.updated.push(id);
    else if (complete.has(id)) result.already.push(id);
    else result.not_found.push(id);
  }
  return result;
}

/** The lines about these ids that say something of their state, without those that an id has nearer ones than. */
function nearest(lines: readonly RequirementLine[], wanted: ReadonlySet<string>): RequirementLine[] {
  const telling = lines.filter(({ state, ids }) => state !== "none" && ids.some((id) => wanted.has(id)));
  const least = new Map<string, number>();
  for (const { kind, place, ids } of telling) {
    const rank = REQUIREMENT_PLACES.indexOf(place);
    for (const id of ids) least.set(`${kind} ${id}`, Math.min(rank, least.get(`${kind} ${id}`) ?? rank));
  }
  return telling.filter(({ kind, place, ids }) =>
    ids.every((id) => !wanted.has(id) || least.get(`${kind} ${id}`) === REQUIREMENT_PLACES.indexOf(place)),
  );
}

function applyTo(text: string, changed: readonly RequirementLine[], all: readonly RequirementLine[]): string {
  const split = splitText(text);
  const wordOf = completeWords(all);
  for (const { index, span, cell, table, headerWidth } of changed) {
    const line = split.lines[index]!;
    if (table === null) split.lines[index] = `${line.slice(0, span!.start)}x${line.slice(span!.end)}`;
    else {
      const word = completedCell(cell, wordOf(table));
      split.lines[index] = span === null ? addCell(line, word) : setCell(line, span, word, headerWidth);
    }
  }
  return joinText(split);
}

/** The word for complete that a table has, else the one that the document has. */
function completeWords(all: readonly RequirementLine[]): (table: number) => string | null {
  const rows = all.filter(({ kind }) => kind === "row");
  const words = new Map<number, string | null>();
  return (table) => {
    const known = words.get(table);
    if (known !== undefined) return known;
    const cells = rows.filter((row) => row.table === table).map(({ cell }) => cell);
    const word = ownCompleteWord(cells) ?? ownCompleteWord(rows.map(({ cell }) => cell));
    words.set(table, word);
    return word;
  };
}
