/**
 * Protocol logging: what goes wrong beside the calls' answers, for clients that show it. The protocol is about to drop
 * it, so nothing builds on it: standard error has the same and more (docs/adr/0007-protocol-logging.md).
 */
import { shorten } from "./domain/naming.ts";
import { quote, visible } from "./errors.ts";
import { nearest } from "./nearest.ts";
import { invalidParams } from "./request-error.ts";
import { fieldsOf, textField } from "./request-params.ts";

/** From the least to the most severe. */
const LEVELS: readonly string[] = "debug info notice warning error critical alert emergency".split(" ");

/** Of what is logged here; all of it is a failure. */
const LEVEL = "error";

const MAX_LOGGED = 500;

export interface ClientLog {
  /** logging/setLevel. */
  setLevel(params: unknown): Record<string, never>;
  /** The first line alone: stacks are for standard error. */
  tell(text: string): void;
}

export function createClientLog(
  send: (message: { level: typeof LEVEL; logger: string; data: string }) => void,
): ClientLog {
  let isHeard = true;
  return {
    setLevel(params) {
      const level = textField(fieldsOf(params, "params"), "level");
      const rank = LEVELS.indexOf(level);
      if (rank < 0) throw unknownLevel(level);
      isHeard = rank <= LEVELS.indexOf(LEVEL);
      return {};
    },
    tell(text) {
      const [line = ""] = text.slice(0, 2 * MAX_LOGGED).split("\n");
      if (isHeard) send({ level: LEVEL, logger: "wavewright", data: visible(shorten(line, MAX_LOGGED)) });
    },
  };
}

function unknownLevel(level: string) {
  const meant = nearest(level, LEVELS);
  const advice = meant === undefined ? `The levels are ${LEVELS.join(", ")}.` : `Did you mean ${meant}?`;
  return invalidParams(`There is no log level ${quote(level)}. ${advice}`);
}
