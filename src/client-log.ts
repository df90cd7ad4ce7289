/**
 * Protocol logging: what goes wrong beside the calls' answers, for clients that show it. The protocol is about to drop
 * it, so nothing builds on it: standard error has the same and more (docs/adr/0007-protocol-logging.md).
 */
import { excerpt } from "./domain/naming.ts";
import { quote } from "./errors.ts";
import { adviceOn } from "./nearest.ts";
import { invalidParams } from "./request-error.ts";
import { fieldsOf, textField } from "./request-params.ts";

/** From the least to the most severe. */
const LEVELS: readonly string[] = "debug info notice warning error critical alert emergency".split(" ");

/** Of what is logged here; all of it is a failure. */
const LEVEL = "error";

/** Characters of one report. */
export const MAX_LOGGED = 500;

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
      const [line = ""] = text.split("\n", 1);
      if (isHeard) send({ level: LEVEL, logger: "wavewright", data: excerpt(line, MAX_LOGGED) });
    },
  };
}

function unknownLevel(level: string) {
  return invalidParams(`There is no log level ${quote(level)}. ${adviceOn(level, LEVELS, "The levels are")}`);
}
