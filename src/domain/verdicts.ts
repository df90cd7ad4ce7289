/**
 * Failed rows of a report's tables of truths, links, tests, artifacts and requirements, each failure once.
 */
import type { MarkdownText } from "../markdown/sections.ts";
import type { GapDraft } from "./gap.ts";
import { pathsIn } from "./gap-files.ts";
import { normalizeTitle } from "./gap-key.ts";
import { type FailedRow, type RowKind, readFailedRows } from "./gap-tables.ts";

/** What happens is told first, what it is made of later. */
const ORDER: readonly RowKind[] = ["truth", "test", "link", "artifact", "requirement"];

/**
 * One failure shows in several tables: as a truth, as the artifact that causes it, as the requirement it
 * breaks. A later row that names a file or a requirement of an earlier one is joined to it instead of
 * counting again. `least`: `partial` takes rows that are partly right too.
 */
export function readVerdicts(markdown: MarkdownText, least: "failed" | "partial"): GapDraft[] {
  const rows = readFailedRows(markdown, 0, markdown.lines.length).filter(
    ({ verdict }) => least === "partial" || verdict === "failed",
  );
  const first = ORDER.find((kind) => rows.some((row) => row.kind === kind));
  const kept: GapDraft[] = [];
  const byTitle = new Set<string>();
  const byName = new Map<string, GapDraft>();
  for (const kind of ORDER) {
    for (const row of rows) {
      if (row.kind !== kind) continue;
      const title = normalizeTitle(row.draft.title);
      if (byTitle.has(title)) continue;
      byTitle.add(title);
      const names = namesIn(row);
      const known = kind === first ? undefined : names.map((name) => byName.get(name)).find((draft) => draft);
      if (known) {
        known.requirement ??= row.draft.requirement;
        if (kind === "artifact") known.artifacts.push(...row.draft.artifacts);
      } else kept.push(row.draft);
      for (const name of names) if (!byName.has(name)) byName.set(name, known ?? row.draft);
    }
  }
  return kept;
}

/** What tells that two rows are about one thing: base names of files, and the requirement. */
function namesIn({ draft }: FailedRow): string[] {
  const texts = [draft.title, draft.reason ?? "", ...draft.artifacts.map(({ path }) => path)];
  const files = texts.flatMap(pathsIn).map((path) => path.slice(path.lastIndexOf("/", path.length - 2) + 1));
  return draft.requirement === null ? files : [...files, draft.requirement];
}
