/** A tool's long lists for a person: every page, unless one was asked for. */
import { ReadCache } from "../workspace/files.ts";
import { Misuse } from "./misuse.ts";
import { answerOf, hasFlag, optionOf, print, type Session, toolNamed } from "./program.ts";
import { safeJson } from "./text.ts";

/** The most that tools give at once. */
const PAGE = 500;

interface Paged {
  next_cursor: string | null;
}

/** The answer with its lists whole; null when `--json` asked for the tool's own answer, which is printed then. */
export async function answerForPerson<Answer extends Paged>(
  session: Session,
  name: string,
  args: Record<string, unknown>,
  lists: readonly (keyof Answer & string)[],
): Promise<{ answer: Answer; isShown: boolean }> {
  const tool = await toolNamed(session, name);
  const limit = limitOf(session);
  const asked = { ...args, ...(limit !== undefined && { limit }), ...cursorOf(session) };
  if (hasFlag(session, "json")) {
    const answer = (await answerOf(session, tool, asked)) as unknown as Answer;
    printJson(session, answer);
    return { answer, isShown: true };
  }
  const cache = new ReadCache();
  const page = async (more: object) =>
    (await answerOf(session, tool, { limit: PAGE, ...asked, ...more }, cache)) as unknown as Answer;
  const answer = await page({});
  if (limit !== undefined) return { answer, isShown: false };
  for (let cursor = answer.next_cursor; cursor !== null; ) {
    const next = await page({ cursor });
    for (const list of lists) (answer[list] as unknown[]).push(...(next[list] as unknown[]));
    cursor = next.next_cursor;
  }
  return { answer: { ...answer, next_cursor: null }, isShown: false };
}

/** In lines for a person who looks at it, minified for a program. */
export function printJson(session: Session, value: unknown, minified = false): void {
  print(session, [safeJson(value, session.stdout.isTTY && !minified ? 2 : 0)]);
}

function limitOf(session: Session): number | undefined {
  const text = optionOf(session, "limit");
  if (text === undefined) return undefined;
  if (/^\d{1,9}$/.test(text)) return Number(text);
  throw new Misuse(`--limit needs a whole number, not ${JSON.stringify(text.slice(0, 40))}.`);
}

function cursorOf(session: Session): { cursor?: string } {
  const cursor = optionOf(session, "cursor");
  return cursor === undefined ? {} : { cursor };
}
