/** `wavewright gaps [PHASE]` */
import { REPORT_SOURCES } from "../domain/report-files.ts";
import { readList } from "../options.ts";
import type { GapAnswer, GapsAnswer } from "./answers.ts";
import { Misuse } from "./misuse.ts";
import { answerForPerson } from "./pages.ts";
import { drawAside } from "./problems.ts";
import { print, type Session, valuesOf } from "./program.ts";
import { paragraph, table } from "./table.ts";
import { glyphs, paint, type Style, type Terminal } from "./terminal.ts";
import { count, enumerate, plain, wrap } from "./text.ts";

export async function showGaps(session: Session): Promise<number> {
  const [phase] = session.positionals;
  const sources = valuesOf(session, "sources").flatMap((text) => {
    const list = readList("source", text, REPORT_SOURCES);
    if ("problem" in list) throw new Misuse(list.problem);
    return list;
  });
  const { answer, isShown } = await answerForPerson<GapsAnswer>(
    session,
    "collect_gaps",
    { ...(phase !== undefined && { phase }), ...(sources.length > 0 && { sources }) },
    ["gaps", "reports", "groups", "diagnostics"],
  );
  if (!isShown) print(session, drawGaps(session.out, answer));
  return 0;
}

const SEVERITY_STYLE: Record<string, Style> = {
  blocker: "bad",
  major: "warn",
  minor: "note",
  cosmetic: "quiet",
};

export function drawGaps(terminal: Terminal, answer: GapsAnswer): string[] {
  const { gaps, count: all, groups, totals, diagnostics } = answer;
  const proposed = new Map(groups.flatMap(({ key, gaps: keys }) => keys.map((gap) => [gap, key] as const)));
  const left = all - gaps.length;
  return [
    ...wrap(headline(answer), terminal.width).map((line) => paint(terminal, "strong", line)),
    ...byReport(answer).flatMap(([path, own]) => drawReport(terminal, path, own, answer, proposed)),
    ...(left > 0
      ? ["", ...paragraph(terminal, `${count(left, "more gap")}: raise --limit.`, 0, "quiet")]
      : []),
    ...drawGroups(terminal, answer, totals.groups),
    ...drawAside(terminal, diagnostics),
  ];
}

/** No reports, all passed, and open gaps are three different answers. */
function headline({ count: all, totals }: GapsAnswer): string {
  if (totals.reports === 0) return "No reports: nothing was verified yet.";
  if (all === 0) return `No open gaps in ${count(totals.reports, "report")}.`;
  return `${count(all, "open gap")}; ${count(totals.reports, "report")} read.`;
}

function byReport({ gaps }: GapsAnswer): [string, GapAnswer[]][] {
  const found = new Map<string, GapAnswer[]>();
  for (const gap of gaps) {
    const same = found.get(gap.path);
    if (same) same.push(gap);
    else found.set(gap.path, [gap]);
  }
  return [...found];
}

function drawReport(
  terminal: Terminal,
  path: string,
  gaps: readonly GapAnswer[],
  { reports }: GapsAnswer,
  proposed: ReadonlyMap<string, string>,
): string[] {
  const report = reports.find((one) => one.path === path);
  const verdict = report ? [report.status.replaceAll("_", " "), report.score].filter(Boolean).join(", ") : "";
  return [
    "",
    ...wrap(plain(path), terminal.width).map((line) => paint(terminal, "strong", line)),
    ...paragraph(terminal, plain(verdict), 2, "quiet").filter((line) => line.trim() !== ""),
    ...table(
      terminal,
      [{}, {}, { flexible: true }, {}],
      gaps.map((gap) => [
        { text: String(gap.line), style: "quiet" as const },
        { text: gap.severity, style: SEVERITY_STYLE[gap.severity] },
        { text: gapText(gap) },
        { text: course(gap, proposed), style: "quiet" as const },
      ]),
      2,
    ),
  ];
}

function gapText({ title, reason }: GapAnswer): string {
  const [head, why] = [plain(title), plain(reason ?? "")];
  return why === "" || why === head ? head : `${head} (${why})`;
}

/** What is to become of it. */
function course({ key, addressed_by }: GapAnswer, proposed: ReadonlyMap<string, string>): string {
  // Whether that phase is done already the answer does not say.
  if (addressed_by.length > 0) return `addressed by phase ${enumerate(addressed_by.map(plain))}`;
  const group = proposed.get(key);
  return group === undefined ? "" : `group ${group}`;
}

function drawGroups(terminal: Terminal, { groups }: GapsAnswer, total: number): string[] {
  if (groups.length === 0) return [];
  const { dot } = glyphs(terminal);
  return [
    "",
    ...paragraph(terminal, `Proposed: ${count(total, "gap phase")}`, 0, "strong"),
    ...table(
      terminal,
      [{}, { flexible: true }, {}],
      groups.map(({ key, name, gaps, why, estimated_plans }) => [
        { text: key, style: "note" as const },
        { text: [plain(name), ...why.map(plain)].join(` ${dot} `) },
        {
          text: `${count(gaps.length, "gap")}, about ${count(estimated_plans, "plan")}`,
          style: "quiet" as const,
        },
      ]),
      2,
    ),
  ];
}
