/** A command line that cannot be meant so: told in one sentence, with the way to the help; exit code 2. */
import { unknownName } from "../options.ts";

export class Misuse extends Error {
  static unknown(what: string, text: string, names: readonly string[]): Misuse {
    return new Misuse(unknownName(what, text, names));
  }
}
