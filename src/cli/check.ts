/** `wavewright check [PHASE]` */
import type { CheckAnswer } from "./answers.ts";
import { answerForPerson } from "./pages.ts";
import { countProblems, drawProblems } from "./problems.ts";
import { print, type Session } from "./program.ts";
import { glyphs, paint, type Terminal } from "./terminal.ts";
import { count } from "./text.ts";

export async function showCheck(session: Session): Promise<number> {
  const [phase] = session.positionals;
  const { answer, isShown } = await answerForPerson<CheckAnswer>(
    session,
    "check_planning",
    phase === undefined ? {} : { phase },
    ["diagnostics"],
  );
  if (!isShown) print(session, drawCheck(session.out, answer));
  return answer.counts.error > 0 ? 1 : 0;
}

export function drawCheck(terminal: Terminal, { counts, total, diagnostics }: CheckAnswer): string[] {
  const { good, bad } = glyphs(terminal);
  const isFine = counts.error + counts.warning === 0;
  const left = total - diagnostics.length;
  const verdict = `${counts.error > 0 ? bad : isFine ? good : "!"} ${countProblems(counts)}`;
  return [
    ...drawProblems(terminal, diagnostics),
    ...(left > 0 ? [paint(terminal, "quiet", `${count(left, "more problem")}: raise --limit.`), ""] : []),
    paint(terminal, counts.error > 0 ? "bad" : isFine ? "good" : "warn", verdict),
  ];
}
