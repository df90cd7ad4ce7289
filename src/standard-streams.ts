/** Standard output carries the protocol and nothing else, whatever a package prints. Imported before any package. */
import { Console } from "node:console";

globalThis.console = new Console(process.stderr, process.stderr);
// Whoever reads our log may go away first.
process.stderr.on("error", () => {});
