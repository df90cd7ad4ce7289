/** `wavewright waves PHASE` */
import type { WavesAnswer } from "./answers.ts";
import { mermaid } from "./mermaid.ts";
import { Misuse } from "./misuse.ts";
import { printJson } from "./pages.ts";
import { answerOf, hasFlag, print, type Session, toolNamed } from "./program.ts";
import { drawWaves } from "./waves.ts";

export async function showWaves(session: Session): Promise<number> {
  const [isJson, isMermaid] = [hasFlag(session, "json"), hasFlag(session, "mermaid")];
  if (isJson && isMermaid) throw new Misuse("--json and --mermaid are two forms; give one of them.");
  const tool = await toolNamed(session, "group_waves");
  const args = { phase: session.positionals[0]!, gaps_only: hasFlag(session, "gaps-only") };
  const answer = (await answerOf(session, tool, args)) as unknown as WavesAnswer;
  if (isJson) printJson(session, answer);
  else print(session, isMermaid ? mermaid(answer) : drawWaves(session.out, answer));
  return 0;
}
