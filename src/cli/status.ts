/** `wavewright status` */
import type { StatusAnswer } from "./answers.ts";
import { answerForPerson } from "./pages.ts";
import { drawAside } from "./problems.ts";
import { print, type Session } from "./program.ts";
import { paragraph, table } from "./table.ts";
import { glyphs, isNarrow, paint, type Style, type Terminal } from "./terminal.ts";
import { count, plain, wrap } from "./text.ts";

export async function showStatus(session: Session): Promise<number> {
  const { answer, isShown } = await answerForPerson<StatusAnswer>(session, "project_status", {}, [
    "phases",
    "diagnostics",
  ]);
  if (!isShown) print(session, drawStatus(session.out, answer));
  return 0;
}

const STATE_STYLE: Record<string, Style> = { completed: "good", active: "note", unstarted: "quiet" };
const BAR = 8;

export function drawStatus(terminal: Terminal, answer: StatusAnswer): string[] {
  const { root, milestone, phases, total, counts, next, diagnostics } = answer;
  const title = milestone ? `Milestone ${plain(`${milestone.version} ${milestone.name}`)}` : "No milestone";
  const narrow = isNarrow(terminal);
  const rows = phases.map(({ id, name, state, plan_count, done_count, verification }) => {
    const verdict = verification?.replaceAll("_", " ") ?? "";
    return [
      { text: plain(id), style: "strong" as const },
      { text: narrow && verdict !== "" ? `${plain(name)} (${verdict})` : plain(name) },
      { text: state, style: STATE_STYLE[state] },
      {
        text: narrow ? "" : bar(terminal, done_count, plan_count),
        style: progressStyle(done_count, plan_count),
      },
      { text: plan_count === 0 ? "no plans" : `${done_count}/${plan_count}` },
      { text: narrow ? "" : verdict, style: verdictStyle(verification) },
    ];
  });
  const headings = narrow
    ? ["Phase", "Name", "State", "", "Plans", ""]
    : ["Phase", "Name", "State", "Plans", "", "Verification"];
  const columns = headings.map((heading) => ({ heading, flexible: heading === "Name" }));
  const left = total - phases.length;
  return [
    ...wrap(title, terminal.width).map((line) => paint(terminal, "strong", line)),
    paint(terminal, "quiet", plain(root)),
    "",
    ...(rows.length > 0 ? table(terminal, columns, rows) : ["No phases."]),
    ...(left > 0 ? paragraph(terminal, `${count(left, "more phase")}: raise --limit.`, 0, "quiet") : []),
    "",
    ...wrap(summary(terminal, counts), terminal.width),
    ...nextLines(terminal, next),
    ...drawAside(terminal, diagnostics),
  ];
}

const STEPS: Record<string, string> = {
  plan: "plan phase",
  execute: "execute phase",
  verify: "verify phase",
  close_gaps: "close the gaps of phase",
  complete_phase: "complete phase",
};

function nextLines(terminal: Terminal, { action, phase, why }: StatusAnswer["next"]): string[] {
  const step =
    phase === null || !Object.hasOwn(STEPS, action)
      ? action.replaceAll("_", " ")
      : `${STEPS[action]} ${plain(phase)}`;
  const label = "Next:";
  return wrap(`${label} ${step}, because ${plain(why)}.`, terminal.width).map((line, index) =>
    index === 0 ? paint(terminal, "strong", label) + line.slice(label.length) : line,
  );
}

function summary(terminal: Terminal, counts: StatusAnswer["counts"]): string {
  const { phases = 0, plans = 0, plans_done = 0, ...states } = counts;
  const parts = Object.entries(states).flatMap(([state, number]) =>
    number > 0 ? [`${number} ${state}`] : [],
  );
  const { dot } = glyphs(terminal);
  return `${count(phases, "phase")}${parts.length > 0 ? `: ${parts.join(", ")}` : ""} ${dot} ${plans_done} of ${count(plans, "plan")} done`;
}

function bar(terminal: Terminal, done: number, all: number): string {
  if (all === 0) return "";
  const { full, empty } = glyphs(terminal);
  // Neither full nor empty unless all or nothing is done.
  const filled = done === 0 || done === all ? (done / all) * BAR : Math.round((done / all) * (BAR - 2)) + 1;
  return full.repeat(filled) + empty.repeat(BAR - filled);
}

function progressStyle(done: number, all: number): Style {
  return done === all ? "good" : done === 0 ? "quiet" : "note";
}

function verdictStyle(verification: string | null): Style {
  if (verification === "passed") return "good";
  return verification === "gaps_found" ? "bad" : "warn";
}
