/** `wavewright check [PHASE]` */
import type { CheckAnswer } from "./answers.ts";
import { answerForPerson } from "./pages.ts";
import { countProblems, drawProblems } from "./problems.ts";
import { print, type Session } from "./program.ts";
import { paragraph } from "./table.ts";
import { glyphs, type Terminal } from "./terminal.ts";
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
    ...(left > 0
      ? [...paragraph(terminal, `${count(left, "more problem")}: raise --limit.`, 0, "quiet"), ""]
      : []),
    ...paragraph(terminal, verdict, 0, counts.error > 0 ? "bad" : isFine ? "good" : "warn"),
  ];
}
